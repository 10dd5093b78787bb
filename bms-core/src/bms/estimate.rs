//! Second stage of a tick: estimates of the pack from plausible values.

use super::acquire::ValidatedInputs;
use super::memory::Memory;
use crate::config::BmsConfig;
use crate::estimation::{CellVoltages, Given, HealthSample, PackEstimate, PackSample};
use crate::plausibility::{Channel, Elapsed};
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

/// Cell voltages for the estimator.
struct Voltages<'m> {
    cells: &'m [CellMemory],
    any: bool,
    /// Time by which this tick aged the readings; zero if the scan was skipped.
    aged_ms: u16,
    settle_ms: u16,
    oldest_ms: u16,
}

impl Voltages<'_> {
    /// The channel of a cell, unless its bleed resistor disturbs it.
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
