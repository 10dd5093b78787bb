//! Which configurations are refused, and what is said about it. All of it works at compile time.

use core::fmt;

use super::{BmsConfig, Cases, FuseCurve, HighVoltage, Layout, Levels, LimitMap, Rhythm};
use super::{MAX_CELLS, MAX_FRONT_ENDS, MAX_TEMPERATURE_SENSORS};
use crate::cell::{Expected, ParameterError};
use crate::protection::{CATALOGUE, FaultId, LONGEST_TIME_MS};
use crate::units::{
    ThermodynamicTemperature, to_amperes, to_celsius, to_farads, to_joules, to_kelvin_interval,
    to_ohms, to_ratio, to_seconds, to_volts,
};

/// How two fields have to stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The first has to be below the second.
    Below,
    /// The first must not be above the second.
    AtMost,
}

/// Why a configuration is refused.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ConfigError {
    /// The description of the cell, field `cell`.
    Cell(ParameterError),
    /// The tuning of the estimator, field `estimator`.
    Estimator(ParameterError),
    /// The tuning of the estimator of differences, field `differences`.
    Differences(ParameterError),
    /// The tuning of the estimator of the capacity, field `capacity`.
    Capacity(ParameterError),
    /// A single value, or a place in a table.
    Value(ParameterError),
    /// Two values that contradict each other. Voltages in volts, currents in ampere, temperatures in degrees Celsius,
    /// times in milliseconds.
    Pair {
        /// The first field.
        field: &'static str,
        /// Its value.
        value: f32,
        /// How it has to stand to the second.
        relation: Relation,
        /// The second field.
        other: &'static str,
        /// Its value.
        other_value: f32,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cell(error) => write!(f, "cell.{error}"),
            Self::Estimator(error) => write!(f, "estimator.{error}"),
            Self::Differences(error) => write!(f, "differences.{error}"),
            Self::Capacity(error) => write!(f, "capacity.{error}"),
            Self::Value(error) => write!(f, "{error}"),
            Self::Pair {
                field,
                value,
                relation,
                other,
                other_value,
            } => {
                let relation = match relation {
                    Relation::Below => "below",
                    Relation::AtMost => "at most",
                };
                write!(
                    f,
                    "{field} is {value}, but has to be {relation} {other}, which is {other_value}"
                )
            }
        }
    }
}

impl core::error::Error for ConfigError {}

pub(crate) type Checked = Result<(), ConfigError>;

/// `?` for functions that run at compile time.
macro_rules! check {
    ($($result:expr;)*) => {
        $(if let Err(error) = $result {
            return Err(error);
        })*
    };
}

/// The three levels of a field as a list of names and values.
macro_rules! levels {
    ($field:literal, $levels:expr, $get:path) => {
        [
            (concat!($field, ".operating"), $get($levels.operating)),
            (concat!($field, ".recommended"), $get($levels.recommended)),
            (concat!($field, ".maximum"), $get($levels.maximum)),
        ]
    };
}

pub(crate) type Named = (&'static str, f32);

const fn value(field: &'static str, value: f32, expected: Expected) -> Checked {
    Err(ConfigError::Value(ParameterError {
        field,
        index: 0,
        value,
        expected,
    }))
}

pub(crate) const fn within((field, found): Named, low: f32, high: f32) -> Checked {
    if found > high {
        value(field, found, Expected::AtMost(high))
    } else if found >= low {
        Ok(())
    } else {
        value(field, found, Expected::AtLeast(low))
    }
}

pub(crate) const fn positive((field, found): Named) -> Checked {
    if found > 0.0 && found < f32::INFINITY {
        Ok(())
    } else {
        value(field, found, Expected::Above(0.0))
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts for a message")]
const fn count(field: &'static str, found: usize, low: usize, high: usize) -> Checked {
    within((field, found as f32), low as f32, high as f32)
}

const fn pair(first: Named, relation: Relation, second: Named) -> Checked {
    let holds = match relation {
        Relation::Below => first.1 < second.1,
        Relation::AtMost => first.1 <= second.1,
    };
    if holds {
        return Ok(());
    }
    Err(ConfigError::Pair {
        field: first.0,
        value: first.1,
        relation,
        other: second.0,
        other_value: second.1,
    })
}

pub(crate) const fn below(first: Named, second: Named) -> Checked {
    pair(first, Relation::Below, second)
}

pub(crate) const fn at_most(first: Named, second: Named) -> Checked {
    pair(first, Relation::AtMost, second)
}

const fn rising([operating, recommended, maximum]: [Named; 3]) -> Checked {
    check! {
        below(operating, recommended);
        below(recommended, maximum);
    }
    Ok(())
}

const fn falling([operating, recommended, maximum]: [Named; 3]) -> Checked {
    check! {
        below(recommended, operating);
        below(maximum, recommended);
    }
    Ok(())
}

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
        if let Err(error) = self.differences.validate() {
            return Err(ConfigError::Differences(error));
        }
        if let Err(error) = self.capacity.validate() {
            return Err(ConfigError::Capacity(error));
        }
        check! {
            layout(&self.layout);
            rhythm(&self.rhythm);
            self.cell_voltages();
            self.temperatures();
            self.currents();
            fuse(&self.limits.fuse);
            self.pack_voltages();
            self.high_voltage();
            self.thermal();
            self.charging();
            self.estimates();
            self.control();
            self.balancing();
            self.timings();
        }
        Ok(())
    }

    /// Checks that there is room for as many cells and sensors.
    pub(crate) const fn check_room(&self, cells: usize, sensors: usize) -> Checked {
        check! {
            count("layout.cells", self.layout.cells, 1, cells);
            count("layout.temperature_sensors", self.layout.temperature_sensors, 1, sensors);
        }
        Ok(())
    }

    const fn cell_voltages(&self) -> Checked {
        let limits = &self.limits;
        let over = levels!(
            "limits.cell_over_voltage",
            limits.cell_over_voltage,
            to_volts
        );
        let under = levels!(
            "limits.cell_under_voltage",
            limits.cell_under_voltage,
            to_volts
        );
        let [over_operating, _, over_maximum] = over;
        let [under_operating, _, under_maximum] = under;
        let deep = (
            "limits.cell_deep_discharge",
            to_volts(limits.cell_deep_discharge),
        );
        let hysteresis = (
            "limits.cell_voltage_hysteresis",
            to_volts(limits.cell_voltage_hysteresis),
        );
        let sensing = &self.sensing;
        let low = (
            "sensing.cell_voltage_low",
            to_volts(sensing.cell_voltage_low),
        );
        let high = (
            "sensing.cell_voltage_high",
            to_volts(sensing.cell_voltage_high),
        );
        let (empty_v, full_v) = ends(self.cell.ocv_v);
        check! {
            within(low, -1.0, 10.0);
            within(high, 0.0, 10.0);
            rising(over);
            falling(under);
            within(hysteresis, 0.0, 1.0);
            // A window that does not hold the cell's own curve was written for another cell.
            at_most(("cell.ocv_v at full", full_v), over_operating);
            at_most(under_operating, ("cell.voltage_max", to_volts(self.cell.voltage_max)));
            at_most(("cell.voltage_max", to_volts(self.cell.voltage_max)), over_operating);
            at_most(under_maximum, ("cell.ocv_v at empty", empty_v));
            at_most(under_operating, ("cell.ocv_v at full", full_v));
            at_most(under_maximum, ("cell.voltage_min", to_volts(self.cell.voltage_min)));
            below(
                ("limits.cell_under_voltage.operating + 2 limits.cell_voltage_hysteresis", under_operating.1 + 2.0 * hysteresis.1),
                over_operating
            );
            at_most(deep, under_maximum);
            // A sensor that cannot show the limit cannot show that it is passed.
            below(low, deep);
            below(over_maximum, high);
            positive(("limits.cell_voltage_spread", to_volts(limits.cell_voltage_spread)));
            positive(("sensing.cell_voltage_jump", to_volts(sensing.cell_voltage_jump)));
            positive(("sensing.cell_voltage_pair", to_volts(sensing.cell_voltage_pair)));
            positive(("sensing.cell_voltage_move", to_volts(sensing.cell_voltage_move)));
            map(&limits.cell_over_voltage_offset_v, "limits.cell_over_voltage_offset_v", -1.0, 0.0);
            map(&limits.cell_under_voltage_offset_v, "limits.cell_under_voltage_offset_v", -1.0, 0.0);
            below(
                low,
                ("limits.cell_deep_discharge + limits.cell_under_voltage_offset_v", deep.1 + least(limits.cell_under_voltage_offset_v.values))
            );
        }
        Ok(())
    }

    const fn temperatures(&self) -> Checked {
        let limits = &self.limits;
        let low = (
            "sensing.temperature_low",
            to_celsius(self.sensing.temperature_low),
        );
        let high = (
            "sensing.temperature_high",
            to_celsius(self.sensing.temperature_high),
        );
        check! {
            within(low, -100.0, 0.0);
            within(high, 0.0, 300.0);
            cases(&limits.over_temperature, &limits.under_temperature, low, high);
            within(("limits.temperature_hysteresis", to_kelvin_interval(limits.temperature_hysteresis)), 0.0, 20.0);
            positive(("limits.temperature_spread", to_kelvin_interval(limits.temperature_spread)));
            positive(("limits.temperature_rise_k_per_s", limits.temperature_rise_k_per_s));
            positive(("sensing.temperature_jump", to_kelvin_interval(self.sensing.temperature_jump)));
            positive(("sensing.temperature_pair", to_kelvin_interval(self.sensing.temperature_pair)));
            positive(("sensing.temperature_move", to_kelvin_interval(self.sensing.temperature_move)));
        }
        Ok(())
    }

    const fn currents(&self) -> Checked {
        let limits = &self.limits;
        let sensing = &self.sensing;
        let range = ("sensing.current_range", to_amperes(sensing.current_range));
        let rest = ("limits.rest_current", to_amperes(limits.rest_current));
        let offset = ("sensing.current_offset", to_amperes(sensing.current_offset));
        check! {
            positive(rest);
            positive(offset);
            // A sound sensor's offset must not look like a current.
            below(offset, rest);
            current(levels!("limits.cell_charge_current", limits.cell_charge_current, to_amperes), rest, range);
            current(levels!("limits.cell_discharge_current", limits.cell_discharge_current, to_amperes), rest, range);
            current(levels!("limits.string_charge_current", limits.string_charge_current, to_amperes), rest, range);
            current(levels!("limits.string_discharge_current", limits.string_discharge_current, to_amperes), rest, range);
            current(levels!("limits.pack_charge_current", limits.pack_charge_current, to_amperes), rest, range);
            current(levels!("limits.pack_discharge_current", limits.pack_discharge_current, to_amperes), rest, range);
            within(("limits.current_hysteresis", to_ratio(limits.current_hysteresis)), 0.0, 0.9);
            map(&limits.cell_charge_factor, "limits.cell_charge_factor", 0.0, 1.0);
            map(&limits.cell_discharge_factor, "limits.cell_discharge_factor", 0.0, 1.0);
            positive(("sensing.current_jump", to_amperes(sensing.current_jump)));
            positive(("sensing.current_pair", to_amperes(sensing.current_pair)));
            within(("sensing.current_pair_ratio", to_ratio(sensing.current_pair_ratio)), 0.0, 1.0);
        }
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "at most 250 cells")]
    const fn pack_voltages(&self) -> Checked {
        let limits = &self.limits;
        let cells = self.layout.cells as f32;
        let over = levels!(
            "limits.pack_over_voltage",
            limits.pack_over_voltage,
            to_volts
        );
        let under = levels!(
            "limits.pack_under_voltage",
            limits.pack_under_voltage,
            to_volts
        );
        let [over_operating, _, over_maximum] = over;
        let [under_operating, _, under_maximum] = under;
        let range = (
            "sensing.pack_voltage_range",
            to_volts(self.sensing.pack_voltage_range),
        );
        check! {
            rising(over);
            falling(under);
            below(over_maximum, range);
            within((range.0, range.1), 1.0, 2000.0);
            at_most(("layout.cells x cell.voltage_max", cells * to_volts(self.cell.voltage_max)), over_operating);
            at_most(
                over_maximum,
                ("layout.cells x limits.cell_over_voltage.maximum", cells * to_volts(limits.cell_over_voltage.maximum))
            );
            at_most(
                ("layout.cells x limits.cell_under_voltage.maximum", cells * to_volts(limits.cell_under_voltage.maximum)),
                under_maximum
            );
            at_most(under_operating, ("layout.cells x cell.voltage_max", cells * to_volts(self.cell.voltage_max)));
            within(("limits.pack_voltage_hysteresis", to_volts(limits.pack_voltage_hysteresis)), 0.0, 100.0);
            below(
                ("limits.pack_under_voltage.operating + 2 limits.pack_voltage_hysteresis", under_operating.1 + 2.0 * to_volts(limits.pack_voltage_hysteresis)),
                over_operating
            );
            within(("limits.sum_of_cells", to_ratio(limits.sum_of_cells)), 0.001, 0.5);
            within(("limits.link_voltage", to_ratio(limits.link_voltage)), 0.001, 0.5);
            within(("limits.soc_spread", to_ratio(limits.soc_spread)), 0.001, 1.0);
            positive(("sensing.pack_voltage_jump", to_volts(self.sensing.pack_voltage_jump)));
            within(("sensing.supply_low", to_volts(self.sensing.supply_low)), 0.0, 60.0);
        }
        Ok(())
    }

    const fn high_voltage(&self) -> Checked {
        let hv = &self.high_voltage;
        let highest_v = to_volts(self.limits.pack_over_voltage.maximum);
        let lowest_ohm_per_v = if hv.alternating_current { 500.0 } else { 100.0 };
        let fault = (
            "high_voltage.isolation_fault_ohm_per_v",
            hv.isolation_fault_ohm_per_v,
        );
        let stored_j = 0.5 * to_farads(hv.link_capacitance) * highest_v * highest_v;
        check! {
            time("high_voltage.contactor_settle_ms", hv.contactor_settle_ms, 1, 5000);
            positive(("high_voltage.contactor_break", to_amperes(hv.contactor_break)));
            count("high_voltage.contactor_operations", hv.contactor_operations as usize, 1, usize::MAX);
            count("high_voltage.contactor_hard_operations", hv.contactor_hard_operations as usize, 1, usize::MAX);
            positive(("high_voltage.precharge_resistance", to_ohms(hv.precharge_resistance)));
            positive(("high_voltage.link_capacitance", to_farads(hv.link_capacitance)));
            within(("high_voltage.precharge_target", to_ratio(hv.precharge_target)), 0.8, 0.999);
            within(("high_voltage.precharge_slow_factor", hv.precharge_slow_factor), 1.1, 20.0);
            within(("high_voltage.precharge_fast_factor", hv.precharge_fast_factor), 0.01, 0.9);
            // Charging the link leaves as much heat in the resistor as energy on the capacitor.
            at_most(
                ("energy of high_voltage.link_capacitance at limits.pack_over_voltage.maximum", stored_j),
                ("high_voltage.precharge_energy", to_joules(hv.precharge_energy))
            );
            at_most(
                ("rhythm.pack_ms + rhythm.tick_ms", self.rhythm.pack_ms as f32 + self.rhythm.tick_ms as f32),
                ("high_voltage.precharge_fast_factor of the RC model's time", 1e3 * hv.precharge_fast_factor * least_precharge_s(hv))
            );
            positive(("high_voltage.precharge_cooling_s", hv.precharge_cooling_s));
            within(fault, lowest_ohm_per_v, 1e6);
            below(fault, ("high_voltage.isolation_warning_ohm_per_v", hv.isolation_warning_ohm_per_v));
            within(("high_voltage.isolation_warning_ohm_per_v", hv.isolation_warning_ohm_per_v), 0.0, 1e6);
        }
        Ok(())
    }

    const fn thermal(&self) -> Checked {
        let thermal = &self.thermal;
        check! {
            within(("thermal.runaway_k_per_s", thermal.runaway_k_per_s), 0.1, 1.0);
            below(
                ("limits.temperature_rise_k_per_s", self.limits.temperature_rise_k_per_s),
                ("thermal.runaway_k_per_s", thermal.runaway_k_per_s)
            );
            within(("thermal.runaway_voltage_drop", to_ratio(thermal.runaway_voltage_drop)), 0.05, 0.25);
            within(("thermal.runaway_alarm_s", thermal.runaway_alarm_s), 10.0, 300.0);
            positive(("thermal.heater_margin", to_kelvin_interval(thermal.heater_margin)));
        }
        Ok(())
    }

    const fn charging(&self) -> Checked {
        let charging = &self.charging;
        check! {
            positive(("charging.voltage_over", to_volts(charging.voltage_over)));
            positive(("charging.current_over", to_amperes(charging.current_over)));
            within(("charging.current_over_ratio", to_ratio(charging.current_over_ratio)), 0.0, 0.5);
            time("charging.stale_ms", charging.stale_ms, 1, LONGEST_TIME_MS);
            below(
                ("rhythm.pack_ms", self.rhythm.pack_ms as f32),
                ("charging.stale_ms", charging.stale_ms as f32)
            );
            positive(("charging.precharge_window", to_volts(charging.precharge_window)));
            within(("charging.inlet_temperature", to_celsius(charging.inlet_temperature)), 30.0, 150.0);
            positive(("charging.plug_current", to_amperes(charging.plug_current)));
        }
        Ok(())
    }

    const fn estimates(&self) -> Checked {
        let estimates = &self.estimates;
        check! {
            positive(("estimates.lockout_s", estimates.lockout_s));
            // Beyond its patience the estimator refuses no longer.
            below(
                ("estimates.lockout_s", estimates.lockout_s),
                ("estimator.gate_patience_s", self.estimator.gate_patience_s)
            );
            positive(("estimates.rest_s", estimates.rest_s));
            within(("estimates.soc_difference", to_ratio(estimates.soc_difference)), 0.001, 1.0);
            within(("estimates.capacity_end_of_life", to_ratio(estimates.capacity_end_of_life)), 0.1, 0.99);
            within(("estimates.resistance_end_of_life", to_ratio(estimates.resistance_end_of_life)), 1.01, 4.0);
            within(("estimates.energy_imbalance", to_ratio(estimates.energy_imbalance)), 0.01, 0.9);
        }
        Ok(())
    }

    const fn control(&self) -> Checked {
        let control = &self.control;
        let rhythm = &self.rhythm;
        check! {
            time("control.self_test_ms", control.self_test_ms, 1, LONGEST_TIME_MS);
            // Slow readings need one of their periods to arrive.
            below(
                ("rhythm.temperature_ms", rhythm.temperature_ms as f32),
                ("control.self_test_ms", control.self_test_ms as f32)
            );
            count("control.precharge_attempts", control.precharge_attempts as usize, 1, 20);
            time("control.precharge_pause_s", control.precharge_pause_s, 1, 3600);
            time("control.weld_test_ms", control.weld_test_ms, 0, LONGEST_TIME_MS);
            within(("control.link_fallen", to_ratio(control.link_fallen)), 0.05, 0.75);
            within(("control.limp", to_ratio(control.limp)), 0.0, 0.9);
            within(("control.limit_rise_s", control.limit_rise_s), 0.01, 600.0);
            within(("control.horizon_s", control.horizon_s), 0.1, 600.0);
            within(("control.empty_ramp", to_ratio(control.empty_ramp)), 0.001, 0.5);
            within(("control.full_ramp", to_ratio(control.full_ramp)), 0.001, 0.5);
            // The wait for zero current has to end in time for the contactors to open within the budget.
            below(
                ("rhythm.open_at_once_ms", rhythm.open_at_once_ms as f32),
                ("rhythm.open_ms", rhythm.open_ms as f32)
            );
            at_most(tick_of(rhythm), ("rhythm.open_at_once_ms", rhythm.open_at_once_ms as f32));
        }
        Ok(())
    }

    const fn balancing(&self) -> Checked {
        let balancing = &self.control.balancing;
        let measure = ("control.balancing.measure_ms", balancing.measure_ms as f32);
        let settle = ("control.balancing.settle_ms", balancing.settle_ms as f32);
        check! {
            positive(("control.balancing.resistance", to_ohms(balancing.resistance)));
            positive(("control.balancing.stop", to_ratio(balancing.stop)));
            below(
                ("control.balancing.stop", to_ratio(balancing.stop)),
                ("control.balancing.start", to_ratio(balancing.start))
            );
            within(("control.balancing.start", to_ratio(balancing.start)), 0.0, 0.5);
            at_most(
                ("limits.cell_under_voltage.operating", to_volts(self.limits.cell_under_voltage.operating)),
                ("control.balancing.lowest_voltage", to_volts(balancing.lowest_voltage))
            );
            within(("control.balancing.lowest_soc", to_ratio(balancing.lowest_soc)), 0.0, 1.0);
            within(("control.balancing.highest_temperature", to_celsius(balancing.highest_temperature)), 20.0, 150.0);
            time("control.balancing.bleed_ms", balancing.bleed_ms, 1, 60_000);
            time("control.balancing.settle_ms", balancing.settle_ms, 0, LONGEST_TIME_MS);
            // Within the pause a voltage has to settle and to be measured.
            at_most(
                ("control.balancing.settle_ms + rhythm.cell_voltage_ms", settle.1 + self.rhythm.cell_voltage_ms as f32),
                measure
            );
            count("control.balancing.channels", balancing.channels as usize, 1, MAX_CELLS);
        }
        Ok(())
    }

    /// Times within what a qualifier can count, and a worse level never slower than a better one.
    const fn timings(&self) -> Checked {
        let mut entries = CATALOGUE;
        let mut better: Option<(FaultId, &'static str)> = None;
        while let Some((entry, rest)) = entries.split_first() {
            let timing = self.timings.get(entry.id);
            check! {
                time(entry.name, timing.qualify_ms, 0, LONGEST_TIME_MS);
                time(entry.name, timing.recover_ms, 0, LONGEST_TIME_MS);
            }
            if entry.level.is_some()
                && let Some((better, name)) = better
                && entry.number == better.definition().number + 1
                && better.definition().level.is_some()
                && !matches!(entry.level, Some(crate::protection::Level::Operating))
            {
                check! {
                    at_most(
                        (entry.name, timing.qualify_ms as f32),
                        (name, self.timings.get(better).qualify_ms as f32)
                    );
                }
            }
            better = Some((entry.id, entry.name));
            entries = rest;
        }
        Ok(())
    }
}

/// A lower bound of the time that the link needs from empty to its target, `RC ln(1 / (1 - target))`.
///
/// There is no logarithm at compile time; the terms of its series are all positive, so that a part of them is less.
const fn least_precharge_s(hv: &HighVoltage) -> f32 {
    let target = to_ratio(hv.precharge_target);
    let (mut sum, mut power, mut order) = (0.0, 1.0, 1_u8);
    while order <= 100 {
        power *= target;
        sum += power / order as f32;
        order += 1;
    }
    to_ohms(hv.precharge_resistance) * to_farads(hv.link_capacitance) * sum
}

const fn layout(layout: &Layout<'_>) -> Checked {
    check! {
        count("layout.cells", layout.cells, 1, MAX_CELLS);
        count("layout.temperature_sensors", layout.temperature_sensors, 1, MAX_TEMPERATURE_SENSORS);
        count("layout.front_ends", layout.front_ends, 0, MAX_FRONT_ENDS);
    }
    if layout.sensor_of_cell.len() != layout.cells {
        return table(
            "layout.sensor_of_cell",
            layout.sensor_of_cell.len(),
            layout.cells,
        );
    }
    let (mut index, mut sensors) = (0, layout.sensor_of_cell);
    while let Some((sensor, rest)) = sensors.split_first() {
        if *sensor as usize >= layout.temperature_sensors {
            #[expect(clippy::cast_precision_loss, reason = "at most 128 sensors")]
            let last = (layout.temperature_sensors - 1) as f32;
            return Err(ConfigError::Value(ParameterError {
                field: "layout.sensor_of_cell",
                index,
                value: *sensor as f32,
                expected: Expected::AtMost(last),
            }));
        }
        index += 1;
        sensors = rest;
    }
    Ok(())
}

const fn rhythm(rhythm: &Rhythm) -> Checked {
    let tick = ("rhythm.tick_ms", rhythm.tick_ms as f32);
    check! {
        time("rhythm.tick_ms", rhythm.tick_ms, 1, 1000);
        below(tick, ("rhythm.tick_late_ms", rhythm.tick_late_ms as f32));
        ages(
            tick,
            ("rhythm.cell_voltage_ms", rhythm.cell_voltage_ms as f32),
            ("rhythm.cell_voltage_stale_ms", rhythm.cell_voltage_stale_ms as f32),
            ("rhythm.cell_voltage_missing_ms", rhythm.cell_voltage_missing_ms as f32)
        );
        ages(
            tick,
            ("rhythm.temperature_ms", rhythm.temperature_ms as f32),
            ("rhythm.temperature_stale_ms", rhythm.temperature_stale_ms as f32),
            ("rhythm.temperature_missing_ms", rhythm.temperature_missing_ms as f32)
        );
        ages(
            tick,
            ("rhythm.current_ms", rhythm.current_ms as f32),
            ("rhythm.current_stale_ms", rhythm.current_stale_ms as f32),
            ("rhythm.current_missing_ms", rhythm.current_missing_ms as f32)
        );
        ages(
            tick,
            ("rhythm.pack_ms", rhythm.pack_ms as f32),
            ("rhythm.pack_stale_ms", rhythm.pack_stale_ms as f32),
            ("rhythm.pack_missing_ms", rhythm.pack_missing_ms as f32)
        );
        below(tick, ("rhythm.command_stale_ms", rhythm.command_stale_ms as f32));
        time("rhythm.command_stale_ms", rhythm.command_stale_ms, 1, LONGEST_TIME_MS);
        time("rhythm.limit_ms", rhythm.limit_ms, 1, LONGEST_TIME_MS);
        time("rhythm.open_ms", rhythm.open_ms, 1, LONGEST_TIME_MS);
        time("rhythm.open_at_once_ms", rhythm.open_at_once_ms, 1, LONGEST_TIME_MS);
        at_most(
            ("rhythm.open_at_once_ms", rhythm.open_at_once_ms as f32),
            ("rhythm.open_ms", rhythm.open_ms as f32)
        );
    }
    Ok(())
}

const fn tick_of(rhythm: &Rhythm) -> Named {
    ("rhythm.tick_ms", rhythm.tick_ms as f32)
}

/// A reading comes no faster than the tick, is stale after more than one period, and missing after that.
const fn ages(tick: Named, period: Named, stale: Named, missing: Named) -> Checked {
    check! {
        at_most(tick, period);
        below(period, stale);
        below(stale, missing);
        within(missing, 0.0, LONGEST_TIME_MS as f32);
    }
    Ok(())
}

const fn cases(
    over: &Cases<Levels<ThermodynamicTemperature>>,
    under: &Cases<Levels<ThermodynamicTemperature>>,
    low: Named,
    high: Named,
) -> Checked {
    check! {
        window(
            levels!("limits.over_temperature.charging", over.charging, to_celsius),
            levels!("limits.under_temperature.charging", under.charging, to_celsius),
            low,
            high
        );
        window(
            levels!("limits.over_temperature.discharging", over.discharging, to_celsius),
            levels!("limits.under_temperature.discharging", under.discharging, to_celsius),
            low,
            high
        );
        window(
            levels!("limits.over_temperature.resting", over.resting, to_celsius),
            levels!("limits.under_temperature.resting", under.resting, to_celsius),
            low,
            high
        );
    }
    Ok(())
}

const fn window(over: [Named; 3], under: [Named; 3], low: Named, high: Named) -> Checked {
    let ([over_operating, _, over_maximum], [under_operating, _, under_maximum]) = (over, under);
    check! {
        rising(over);
        falling(under);
        below(under_operating, over_operating);
        below(low, under_maximum);
        below(over_maximum, high);
    }
    Ok(())
}

/// Three levels of a current that the sensor can show, above what counts as rest.
const fn current(levels: [Named; 3], rest: Named, range: Named) -> Checked {
    let [operating, _, maximum] = levels;
    check! {
        rising(levels);
        below(rest, operating);
        below(maximum, range);
    }
    Ok(())
}

const fn fuse(fuse: &FuseCurve<'_>) -> Checked {
    let field = "limits.fuse.current_a";
    if fuse.current_a.is_empty() {
        return table(field, 0, 1);
    }
    if fuse.i2t_a2s.len() != fuse.current_a.len() {
        return table(
            "limits.fuse.i2t_a2s",
            fuse.i2t_a2s.len(),
            fuse.current_a.len(),
        );
    }
    let recommended = ("limits.fuse.recommended", to_ratio(fuse.recommended));
    let maximum = ("limits.fuse.maximum", to_ratio(fuse.maximum));
    check! {
        increasing(field, fuse.current_a, 0.0, 1e6);
        entries("limits.fuse.i2t_a2s", fuse.i2t_a2s, 1e-3, 1e12);
        positive(("limits.fuse.cooling", to_seconds(fuse.cooling)));
        positive(recommended);
        below(recommended, maximum);
        within(maximum, 0.0, 1.0);
    }
    Ok(())
}

pub(crate) const fn map(map: &LimitMap<'_>, field: &'static str, low: f32, high: f32) -> Checked {
    if map.temperature_k.is_empty() {
        return table(field, 0, 1);
    }
    let length = map.temperature_k.len() * map.soc.len();
    if map.values.len() != length || length == 0 {
        return table(
            field,
            map.values.len(),
            if length == 0 { 1 } else { length },
        );
    }
    check! {
        increasing(field, map.temperature_k, 173.15, 573.15);
        increasing(field, map.soc, 0.0, 1.0);
        entries(field, map.values, low, high);
    }
    Ok(())
}

pub(crate) const fn increasing(
    field: &'static str,
    values: &[f32],
    low: f32,
    high: f32,
) -> Checked {
    check! { entries(field, values, low, high); }
    let (mut index, mut rest) = (1, values);
    while let Some((first, others)) = rest.split_first() {
        if let Some((second, _)) = others.split_first()
            && *second <= *first
        {
            return Err(ConfigError::Value(ParameterError {
                field,
                index,
                value: *second,
                expected: Expected::Above(*first),
            }));
        }
        index += 1;
        rest = others;
    }
    Ok(())
}

pub(crate) const fn entries(field: &'static str, values: &[f32], low: f32, high: f32) -> Checked {
    let (mut index, mut rest) = (0, values);
    while let Some((entry, others)) = rest.split_first() {
        let expected = if *entry > high {
            Expected::AtMost(high)
        } else if *entry >= low {
            index += 1;
            rest = others;
            continue;
        } else {
            Expected::AtLeast(low)
        };
        return Err(ConfigError::Value(ParameterError {
            field,
            index,
            value: *entry,
            expected,
        }));
    }
    Ok(())
}

const fn least(values: &[f32]) -> f32 {
    let (mut found, mut rest) = (f32::INFINITY, values);
    while let Some((entry, others)) = rest.split_first() {
        found = found.min(*entry);
        rest = others;
    }
    found
}

/// Least and greatest voltage of an OCV table.
const fn ends(values: &[f32]) -> (f32, f32) {
    let (mut low, mut high, mut rest) = (f32::INFINITY, f32::NEG_INFINITY, values);
    while let Some((entry, others)) = rest.split_first() {
        low = low.min(*entry);
        high = high.max(*entry);
        rest = others;
    }
    (low, high)
}

#[expect(clippy::cast_precision_loss, reason = "a length for a message")]
pub(crate) const fn table(field: &'static str, found: usize, wanted: usize) -> Checked {
    value(field, found as f32, Expected::Length(wanted))
}

const fn time(field: &'static str, found_ms: u16, low_ms: u16, high_ms: u16) -> Checked {
    within((field, found_ms as f32), low_ms as f32, high_ms as f32)
}
