//! What follows from what is believed.

use super::Memory;
use super::believe::Believed;
use crate::config::BmsConfig;
use crate::estimation::{HealthSample, PackEstimate, PackSample};
use crate::plausibility::Elapsed;
use crate::units::{self};

/// Estimates from what is believed.
pub(super) fn estimate(
    config: &BmsConfig<'_>,
    memory: &mut Memory<'_>,
    believed: &Believed,
    elapsed: Elapsed,
) -> PackEstimate {
    let sample = PackSample {
        current: units::amperes(believed.current_a.unwrap_or(f32::NAN)),
        temperature: units::kelvin(believed.temperatures.mean().unwrap_or(f32::NAN)),
    };
    let cells = &*memory.cells;
    let settle_ms = config.control.balancing.settle_ms;
    let estimate = memory.pack.estimator.step(
        &config.cell,
        &config.estimator,
        &config.differences,
        memory.differences,
        &sample,
        |index| {
            let cell = cells.get(index)?;
            let voltage_v = cell.voltage.new_and_believed()?;
            cell.is_undisturbed(settle_ms).then_some(voltage_v)
        },
        units::seconds(elapsed.s),
    );
    let rested = memory.pack.rested_s >= config.estimates.rest_s;
    let voltage = believed
        .voltages
        .mean()
        .filter(|_| believed.voltages_are_new);
    memory.pack.health.tick(
        &config.cell,
        &config.capacity,
        &HealthSample {
            current_a: believed.current_a,
            dt_s: elapsed.s,
            rested,
            shown: voltage.zip(believed.temperatures.mean()),
        },
    );
    estimate
}
