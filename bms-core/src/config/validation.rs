//! Which configurations are refused. All of it works at compile time.

#![expect(
    clippy::cast_precision_loss,
    reason = "times, and counts that are small or have no upper bound"
)]

mod high_voltage;
mod limits;
mod named;

use self::named::named;
use super::validator::{Named, Validator};
use super::{BmsConfig, ConfigError, MAX_CELLS, MAX_FRONT_ENDS, MAX_TEMPERATURE_SENSORS};
use crate::cell::Expected;
use crate::fault::{CATALOGUE, FaultId, LONGEST_TIME_MS, Level};
use crate::field::{Field, field};
use crate::units::{to_amperes, to_celsius, to_kelvin_interval, to_ohms, to_ratio, to_volts};

/// Longest time that is counted, in milliseconds.
const LONGEST_MS: f32 = LONGEST_TIME_MS as f32;

impl BmsConfig<'_> {
    /// Checks every value, and every pair of values that could contradict each other.
    ///
    /// # Errors
    /// The first value or pair that does not fit, by name, with what was found and what would be accepted.
    pub const fn validate(&self) -> Result<(), ConfigError> {
        if let Err(error) = self.cell.validate() {
            return Err(ConfigError::Cell(error));
        }
        if let Err(error) = self.estimator.validate() {
            return Err(ConfigError::Estimator(error));
        }
        if let Err(error) = self.deltas.validate() {
            return Err(ConfigError::Differences(error));
        }
        if let Err(error) = self.capacity.validate() {
            return Err(ConfigError::Capacity(error));
        }
        let mut examiner = Validator::new();
        self.layout(&mut examiner);
        self.sampling(&mut examiner);
        self.cell_voltages(&mut examiner);
        self.temperatures(&mut examiner);
        self.currents(&mut examiner);
        self.fuse(&mut examiner);
        self.pack_voltages(&mut examiner);
        self.high_voltage(&mut examiner);
        self.thermal(&mut examiner);
        self.charging(&mut examiner);
        self.estimates(&mut examiner);
        self.control(&mut examiner);
        self.balancing(&mut examiner);
        self.timings(&mut examiner);
        examiner.finish()
    }

    /// Checks that there is room for as many cells and sensors.
    ///
    /// # Errors
    /// The number for which there is no room.
    pub(crate) const fn check_room(&self, cells: usize, sensors: usize) -> Result<(), ConfigError> {
        let mut examiner = Validator::new();

        examiner.within(named!(self.layout.cells), 1.0, cells as f32);
        examiner.within(named!(self.layout.temperature_sensors), 1.0, sensors as f32);
        examiner.finish()
    }

    const fn layout(&self, examiner: &mut Validator) {
        let layout = &self.layout;
        examiner.within(named!(self.layout.cells), 1.0, MAX_CELLS as f32);
        examiner.within(
            named!(self.layout.temperature_sensors),
            1.0,
            MAX_TEMPERATURE_SENSORS as f32,
        );
        examiner.within(named!(self.layout.front_ends), 0.0, MAX_FRONT_ENDS as f32);

        let field = field!("layout.sensor_of_cell");
        if layout.sensor_of_cell.len() != layout.cells {
            examiner.wrong_length(field, layout.sensor_of_cell.len(), layout.cells);
        }
        let last = layout.temperature_sensors.saturating_sub(1) as f32;
        let (mut index, mut sensors) = (0, layout.sensor_of_cell);
        while let Some((sensor, rest)) = sensors.split_first() {
            if *sensor as usize >= layout.temperature_sensors {
                examiner.refuse(field, index, *sensor as f32, Expected::AtMost(last));
            }
            index += 1;
            sensors = rest;
        }
    }

    const fn sampling(&self, examiner: &mut Validator) {
        let tick = named!(self.sampling.tick_ms);

        examiner.within(named!(self.sampling.tick_ms), 1.0, 1000.0);
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
        examiner.within(named!(self.sampling.command_stale_ms), 1.0, LONGEST_MS);
        examiner.within(named!(self.sampling.limit_ms), 1.0, LONGEST_MS);
        examiner.within(named!(self.sampling.open_ms), 1.0, LONGEST_MS);
        examiner.within(named!(self.sampling.open_at_once_ms), 1.0, LONGEST_MS);
        examiner.at_most(
            named!(self.sampling.open_at_once_ms),
            named!(self.sampling.open_ms),
        );
    }

    const fn thermal(&self, examiner: &mut Validator) {
        examiner.within(named!(self.thermal.runaway_k_per_s), 0.1, 1.0);
        examiner.below(
            named!(self.limits.temperature_rise_k_per_s),
            named!(self.thermal.runaway_k_per_s),
        );
        examiner.within(
            named!(self.thermal.runaway_voltage_drop, to_ratio),
            0.05,
            0.25,
        );
        examiner.within(named!(self.thermal.runaway_alarm_s), 10.0, 300.0);
        examiner.positive(named!(self.thermal.heater_margin, to_kelvin_interval));
    }

    const fn charging(&self, examiner: &mut Validator) {
        examiner.positive(named!(self.charging.voltage_over, to_volts));
        examiner.positive(named!(self.charging.current_over, to_amperes));
        examiner.within(named!(self.charging.current_over_ratio, to_ratio), 0.0, 0.5);
        examiner.within(named!(self.charging.stale_ms), 1.0, LONGEST_MS);
        examiner.below(
            named!(self.sampling.pack_ms),
            named!(self.charging.stale_ms),
        );
        examiner.positive(named!(self.charging.precharge_window, to_volts));
        examiner.within(
            named!(self.charging.inlet_temperature, to_celsius),
            30.0,
            150.0,
        );
        examiner.positive(named!(self.charging.plug_current, to_amperes));
    }

    const fn estimates(&self, examiner: &mut Validator) {
        examiner.positive(named!(self.estimates.lockout_s));
        // Beyond its patience the estimator refuses no longer.
        examiner.below(
            named!(self.estimates.lockout_s),
            named!(self.estimator.gate_patience_s),
        );
        examiner.positive(named!(self.estimates.rest_s));
        examiner.within(named!(self.estimates.soc_difference, to_ratio), 0.001, 1.0);
        examiner.within(
            named!(self.estimates.capacity_end_of_life, to_ratio),
            0.1,
            0.99,
        );
        examiner.within(
            named!(self.estimates.resistance_end_of_life, to_ratio),
            1.01,
            4.0,
        );
        examiner.within(named!(self.estimates.energy_imbalance, to_ratio), 0.01, 0.9);
    }

    const fn control(&self, examiner: &mut Validator) {
        examiner.within(named!(self.control.self_test_ms), 1.0, LONGEST_MS);
        // Slow readings need one of their periods to arrive.
        examiner.below(
            named!(self.sampling.temperature_ms),
            named!(self.control.self_test_ms),
        );
        examiner.within(named!(self.control.precharge_attempts), 1.0, 20.0);
        examiner.within(named!(self.control.precharge_pause_s), 1.0, 3600.0);
        examiner.within(named!(self.control.weld_test_ms), 0.0, LONGEST_MS);
        examiner.within(named!(self.control.link_fallen, to_ratio), 0.05, 0.75);
        examiner.within(named!(self.control.limp, to_ratio), 0.0, 0.9);
        examiner.within(named!(self.control.limit_rise_s), 0.01, 600.0);
        examiner.within(named!(self.control.horizon_s), 0.1, 600.0);
        examiner.within(named!(self.control.empty_ramp, to_ratio), 0.001, 0.5);
        examiner.within(named!(self.control.full_ramp, to_ratio), 0.001, 0.5);
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
        let measure = named!(self.control.balancing.measure_ms);
        let settle = named!(self.control.balancing.settle_ms);

        examiner.positive(named!(self.control.balancing.resistance, to_ohms));
        examiner.positive(named!(self.control.balancing.stop, to_ratio));
        examiner.below(
            named!(self.control.balancing.stop, to_ratio),
            named!(self.control.balancing.start, to_ratio),
        );
        examiner.within(named!(self.control.balancing.start, to_ratio), 0.0, 0.5);
        examiner.at_most(
            named!(self.limits.cell_under_voltage.operating, to_volts),
            named!(self.control.balancing.lowest_voltage, to_volts),
        );
        examiner.within(
            named!(self.control.balancing.lowest_soc, to_ratio),
            0.0,
            1.0,
        );
        examiner.within(
            named!(self.control.balancing.highest_temperature, to_celsius),
            20.0,
            150.0,
        );
        examiner.within(named!(self.control.balancing.bleed_ms), 1.0, 60_000.0);
        examiner.within(named!(self.control.balancing.settle_ms), 0.0, LONGEST_MS);
        // Within the pause a voltage has to settle and to be measured.
        examiner.at_most(
            (
                field!("control.balancing.settle_ms + sampling.cell_voltage_ms"),
                settle.1 + self.sampling.cell_voltage_ms as f32,
            ),
            measure,
        );
        examiner.within(
            named!(self.control.balancing.channels),
            1.0,
            MAX_CELLS as f32,
        );
    }

    /// Times within what a qualifier can count, and a worse level never slower than a better one.
    const fn timings(&self, examiner: &mut Validator) {
        let mut entries = CATALOGUE;
        let mut better: Option<FaultId> = None;
        while let Some((entry, rest)) = entries.split_first() {
            let timing = self.timings.get(entry.id);
            let name = Field::of_fault(entry.id);

            examiner.within((name, timing.qualify_ms as f32), 0.0, LONGEST_MS);
            examiner.within((name, timing.recover_ms as f32), 0.0, LONGEST_MS);

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

/// A reading comes no faster than the tick, is stale after more than one period, and missing after that.
const fn ages(examiner: &mut Validator, tick: Named, period: Named, stale: Named, missing: Named) {
    examiner.at_most(tick, period);
    examiner.below(period, stale);
    examiner.below(stale, missing);
    examiner.within(missing, 0.0, LONGEST_MS);
}
