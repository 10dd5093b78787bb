//! Second stage of a tick: estimates of the pack from plausible values.

use super::acquire::ValidatedInputs;
use super::memory::Memory;
use crate::config::BmsConfig;
use crate::estimation::{HealthSample, PackEstimate, PackModel, PackSample};
use crate::plausibility::Elapsed;
use crate::protection::CellMemory;
use crate::units::{self};

/// Updates the estimates.
pub(super) fn estimate(
    config: &BmsConfig<'_>,
    memory: &mut Memory<'_>,
    inputs: &ValidatedInputs,
    elapsed: Elapsed,
) -> PackEstimate {
    let sample = PackSample {
        current: units::amperes(inputs.current_a.unwrap_or(f32::NAN)),
        temperature: units::kelvin(inputs.temperatures.mean().unwrap_or(f32::NAN)),
    };
    let (cells, settle_ms): (&[CellMemory], _) = (memory.cells, config.control.balancing.settle_ms);
    // Of the cells that no bleed resistor disturbs.
    let new_voltage = |cell: usize| {
        let cell = cells
            .get(cell)
            .filter(|cell| cell.is_undisturbed(settle_ms))?;
        cell.voltage.new_and_plausible()
    };
    let estimate = memory.pack.estimator.step_with(
        &model(config),
        memory.deltas,
        sample,
        inputs.voltages_are_new.then_some(new_voltage),
        units::seconds(elapsed.s),
    );
    let rested = memory.pack.rested_s >= config.estimates.rest_s;
    let voltage = inputs.voltages.mean().filter(|_| inputs.voltages_are_new);
    memory.pack.health.tick(
        &config.cell,
        &config.capacity,
        &HealthSample {
            current_a: inputs.current_a,
            dt_s: elapsed.s,
            rested,
            new_voltage: voltage.zip(inputs.temperatures.mean()),
        },
    );
    estimate
}

/// The configuration of the pack's estimator.
pub(super) const fn model<'s, 'a>(config: &'s BmsConfig<'a>) -> PackModel<'s, 'a> {
    PackModel {
        cell: &config.cell,
        tuning: &config.estimator,
        deltas: &config.deltas,
    }
}
