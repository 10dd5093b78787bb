//! Relations between fields of a configuration. All of it works at compile time.

#![expect(
    clippy::cast_precision_loss,
    reason = "times, and counts that are small or have no upper bound"
)]

mod high_voltage;
mod limits;
mod named;

use self::named::named;
use super::validator::{Named, Validator};
use super::{BmsConfig, ConfigError};
use crate::fault::{CATALOGUE, FaultId, LONGEST_TIME_MS, Level};
use crate::field::{Field, field};
use crate::schema::{Expected, ParameterError};
use crate::units::{to_ratio, to_volts};

/// Longest time that is counted, in milliseconds.
const LONGEST_MS: f32 = LONGEST_TIME_MS as f32;

impl BmsConfig<'_> {
    /// Checks every field, then the relations between fields.
    ///
    /// # Errors
    /// The first field or pair of fields that is refused, with value and bound.
    pub const fn validate(&self) -> Result<(), ConfigError> {
        let mut examiner = Validator::new(self.check_all_fields());
        self.layout(&mut examiner);
        self.sampling(&mut examiner);
        self.cell_voltages(&mut examiner);
        self.temperatures(&mut examiner);
        self.currents(&mut examiner);
        self.fuse(&mut examiner);
        self.pack_voltages(&mut examiner);
        self.high_voltage(&mut examiner);
        self.others(&mut examiner);
        self.balancing(&mut examiner);
        self.timings(&mut examiner);
        examiner.finish()
    }

    const fn check_all_fields(&self) -> Result<(), ParameterError> {
        if let Err(error) = self.cell.validate() {
            return Err(error);
        }
        if let Err(error) = self.estimator.validate() {
            return Err(error);
        }
        if let Err(error) = self.deltas.validate() {
            return Err(error);
        }
        if let Err(error) = self.capacity.validate() {
            return Err(error);
        }
        self.check_fields().finish()
    }

    /// Checks that memory for `cells` and `sensors` is enough.
    ///
    /// # Errors
    /// The number that is too large.
    pub(crate) const fn check_room(&self, cells: usize, sensors: usize) -> Result<(), ConfigError> {
        let mut examiner = Validator::new(Ok(()));
        examiner.at_most_value(named!(self.layout.cells), cells as f32);
        examiner.at_most_value(named!(self.layout.temperature_sensors), sensors as f32);
        examiner.finish()
    }

    const fn layout(&self, examiner: &mut Validator) {
        let layout = &self.layout;
        let last = layout.temperature_sensors.saturating_sub(1) as f32;
        let (mut index, mut sensors) = (0, layout.sensor_of_cell);
        while let Some((sensor, rest)) = sensors.split_first() {
            if *sensor as usize >= layout.temperature_sensors {
                let field = field!("layout.sensor_of_cell");
                examiner.refuse(field, Some(index), *sensor as f32, Expected::AtMost(last));
            }
            index += 1;
            sensors = rest;
        }
    }

    const fn sampling(&self, examiner: &mut Validator) {
        let tick = named!(self.sampling.tick_ms);

        examiner.below(tick, named!(self.sampling.tick_late_ms));
        ages(
            examiner,
            tick,
            named!(self.sampling.cell_voltage_ms),
            named!(self.sampling.cell_voltage_stale_ms),
            named!(self.sampling.cell_voltage_missing_ms),
        );
        ages(
            examiner,
            tick,
            named!(self.sampling.temperature_ms),
            named!(self.sampling.temperature_stale_ms),
            named!(self.sampling.temperature_missing_ms),
        );
        ages(
            examiner,
            tick,
            named!(self.sampling.current_ms),
            named!(self.sampling.current_stale_ms),
            named!(self.sampling.current_missing_ms),
        );
        ages(
            examiner,
            tick,
            named!(self.sampling.pack_ms),
            named!(self.sampling.pack_stale_ms),
            named!(self.sampling.pack_missing_ms),
        );
        examiner.below(tick, named!(self.sampling.command_stale_ms));
    }

    const fn others(&self, examiner: &mut Validator) {
        examiner.below(
            named!(self.limits.temperature_rise_k_per_s),
            named!(self.thermal.runaway_k_per_s),
        );
        examiner.below(
            named!(self.sampling.pack_ms),
            named!(self.charging.stale_ms),
        );
        // After its patience the estimator accepts voltages again.
        examiner.below(
            named!(self.estimates.lockout_s),
            named!(self.estimator.gate_patience_s),
        );
        // Slow readings need one of their periods to arrive.
        examiner.below(
            named!(self.sampling.temperature_ms),
            named!(self.control.self_test_ms),
        );
        // The wait for zero current has to end in time for the contactors to open within the budget.
        examiner.below(
            named!(self.sampling.open_at_once_ms),
            named!(self.sampling.open_ms),
        );
        examiner.at_most(
            named!(self.sampling.tick_ms),
            named!(self.sampling.open_at_once_ms),
        );
    }

    const fn balancing(&self, examiner: &mut Validator) {
        let settle_ms = self.control.balancing.settle_ms as f32;

        examiner.below(
            named!(self.control.balancing.stop, to_ratio),
            named!(self.control.balancing.start, to_ratio),
        );
        examiner.at_most(
            named!(self.limits.cell_under_voltage.operating, to_volts),
            named!(self.control.balancing.lowest_voltage, to_volts),
        );
        // Within the pause a voltage has to settle and to be measured.
        examiner.at_most(
            (
                field!("control.balancing.settle_ms + sampling.cell_voltage_ms"),
                settle_ms + self.sampling.cell_voltage_ms as f32,
            ),
            named!(self.control.balancing.measure_ms),
        );
    }

    /// Times within what can be counted, and a worse level never slower than a better one.
    const fn timings(&self, examiner: &mut Validator) {
        let mut entries = CATALOGUE;
        let mut better: Option<FaultId> = None;
        while let Some((entry, rest)) = entries.split_first() {
            let timing = self.timings.get(entry.id);
            let name = Field::of_fault(entry.id);

            examiner.at_most_value((name, timing.qualify_ms as f32), LONGEST_MS);
            examiner.at_most_value((name, timing.recover_ms as f32), LONGEST_MS);

            if entry.level.is_some()
                && let Some(better) = better
                && entry.number == better.definition().number + 1
                && better.definition().level.is_some()
                && !matches!(entry.level, Some(Level::Operating))
            {
                examiner.at_most(
                    (name, timing.qualify_ms as f32),
                    (
                        Field::of_fault(better),
                        self.timings.get(better).qualify_ms as f32,
                    ),
                );
            }
            better = Some(entry.id);
            entries = rest;
        }
    }
}

/// A reading arrives no faster than the tick, is stale after more than one period, and missing after that.
const fn ages(examiner: &mut Validator, tick: Named, period: Named, stale: Named, missing: Named) {
    examiner.at_most(tick, period);
    examiner.below(period, stale);
    examiner.below(stale, missing);
}
