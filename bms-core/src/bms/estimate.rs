//! What follows from what is believed.

use super::Memory;
use super::acquire::ValidatedInputs;
use crate::config::BmsConfig;
use crate::estimation::{CellVoltages, Given, HealthSample, PackEstimate, PackSample};
use crate::plausibility::{Channel, Elapsed};
use crate::protection::CellMemory;
use crate::units::{self};

/// Estimates from what is believed.
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
    let estimate = memory.pack.estimator.step_spread(
        &Given {
            cell: &config.cell,
            tuning: &config.estimator,
            pack: &config.deltas,
        },
        memory.deltas,
        sample,
        &Voltages {
            cells: memory.cells,
            any: inputs.voltages_are_new,
            aged_ms: if inputs.cell_dropped.is_some() {
                elapsed.ms
            } else {
                0
            },
            settle_ms: config.control.balancing.settle_ms,
            oldest_ms: config.sampling.cell_voltage_stale_ms,
        },
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
            shown: voltage.zip(inputs.temperatures.mean()),
        },
    );
    estimate
}

/// The cells' voltages as protection left them.
struct Voltages<'m> {
    cells: &'m [CellMemory],
    any: bool,
    /// What this tick added to the age of readings: nothing where nobody looked at them.
    aged_ms: u16,
    settle_ms: u16,
    oldest_ms: u16,
}

impl Voltages<'_> {
    /// One whose bleed resistor does not disturb it.
    fn undisturbed(&self, cell: usize) -> Option<&Channel> {
        let cell = self.cells.get(cell)?;
        cell.is_undisturbed(self.settle_ms).then_some(&cell.voltage)
    }
}

impl CellVoltages for Voltages<'_> {
    fn any(&self) -> bool {
        self.any
    }

    fn arrived(&self, cell: usize) -> Option<f32> {
        self.undisturbed(cell)?.new_and_believed()
    }

    fn came_before(&self, cell: usize) -> bool {
        self.undisturbed(cell)
            .is_some_and(|voltage| voltage.age_ms() <= self.aged_ms && voltage.is_sound())
    }

    fn kept(&self, cell: usize) -> Option<f32> {
        self.cells.get(cell)?.voltage.believed(self.oldest_ms)
    }
}
