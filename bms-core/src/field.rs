//! Names of the fields of configurations, apart from the checks: an error holds a number, and a program that prints no
//! name holds none of them.

use core::fmt;

use crate::fault::{CATALOGUE, FaultId};

/// The name of a field of a configuration, as in `limits.rest_current`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Field(u16);

/// The number of the first of the times of the faults, which are called as the faults are.
const TIMES: u16 = 1000;

impl Field {
    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        let Self(number) = self;
        if number >= TIMES {
            return name_of_fault(number - TIMES);
        }
        let mut rest = NAMES;
        let mut left = number;
        while let Some((name, others)) = rest.split_first() {
            if left == 0 {
                return name;
            }
            left -= 1;
            rest = others;
        }
        ""
    }

    /// The field of that name, where there is one. Works at compile time.
    #[must_use]
    pub const fn named(name: &str) -> Option<Self> {
        let mut rest = NAMES;
        let mut number = 0;
        while let Some((candidate, others)) = rest.split_first() {
            if same(candidate.as_bytes(), name.as_bytes()) {
                return Some(Self(number));
            }
            number += 1;
            rest = others;
        }
        None
    }

    /// The times of a fault.
    pub(crate) const fn of_fault(fault: FaultId) -> Self {
        Self(TIMES + fault as u16)
    }
}

const fn name_of_fault(number: u16) -> &'static str {
    let mut rest = CATALOGUE;
    while let Some((entry, others)) = rest.split_first() {
        if entry.id as u16 == number {
            return entry.name();
        }
        rest = others;
    }
    ""
}

const fn same(mut first: &[u8], mut second: &[u8]) -> bool {
    while let (Some((a, rest_of_first)), Some((b, rest_of_second))) =
        (first.split_first(), second.split_first())
    {
        if *a != *b {
            return false;
        }
        (first, second) = (rest_of_first, rest_of_second);
    }
    first.is_empty() && second.is_empty()
}

/// The field of a name, found by the compiler: a name that is not in the list does not compile.
macro_rules! field {
    ($name:expr) => {
        const {
            match $crate::field::Field::named($name) {
                Some(field) => field,
                None => panic!("the list of names has no such field"),
            }
        }
    };
}

pub(crate) use field;

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.name(), f)
    }
}

impl PartialEq<str> for Field {
    fn eq(&self, other: &str) -> bool {
        self.name() == other
    }
}

impl PartialEq<&str> for Field {
    fn eq(&self, other: &&str) -> bool {
        self.name() == *other
    }
}

/// In the order of the alphabet; new ones anywhere, as numbers are not kept.
const NAMES: &[&str] = &[
    "activation_energy_j_per_mol",
    "auxiliary_current",
    "branch_error",
    "branch_ohm",
    "branch_tau_s",
    "cable_check_ms",
    "capacity",
    "capacity_scale_sigma",
    "capacity_sigma",
    "cell.ocv_v at empty",
    "cell.ocv_v at full",
    "cell.voltage_max",
    "cell.voltage_min",
    "charge_gain_sigma",
    "charge_offset_sigma",
    "charge_transfer_charge_ohm",
    "charge_transfer_discharge_ohm",
    "charging.current_over",
    "charging.current_over_ratio",
    "charging.inlet_temperature",
    "charging.plug_current",
    "charging.precharge_window",
    "charging.stale_ms",
    "charging.voltage_over",
    "close_ms",
    "constant_voltage",
    "constant_voltage of all cells + voltage_margin",
    "control.balancing.bleed_ms",
    "control.balancing.channels",
    "control.balancing.highest_temperature",
    "control.balancing.lowest_soc",
    "control.balancing.lowest_voltage",
    "control.balancing.measure_ms",
    "control.balancing.resistance",
    "control.balancing.settle_ms",
    "control.balancing.settle_ms + sampling.cell_voltage_ms",
    "control.balancing.start",
    "control.balancing.stop",
    "control.empty_ramp",
    "control.full_ramp",
    "control.horizon_s",
    "control.limit_rise_s",
    "control.limp",
    "control.link_fallen",
    "control.precharge_attempts",
    "control.precharge_pause_s",
    "control.self_test_ms",
    "control.weld_test_ms",
    "current_bias_c_rate",
    "current_bias_drift_c_rate_per_sqrt_s",
    "current_max",
    "current_noise_c_rate_sqrt_s",
    "current_tolerance",
    "current_tolerance_ratio",
    "doubt_time_s",
    "drift_per_sqrt_cycle",
    "drop_error",
    "drop_noise_sqrt_s",
    "efficiency",
    "energy of high_voltage.link_capacitance at limits.pack_over_voltage.maximum",
    "estimates.capacity_end_of_life",
    "estimates.energy_imbalance",
    "estimates.lockout_s",
    "estimates.resistance_end_of_life",
    "estimates.rest_s",
    "estimates.soc_difference",
    "estimator.gate_patience_s",
    "finish.current",
    "finish.hold",
    "finish.longest",
    "floor",
    "floor_ramp",
    "follow_a_per_s",
    "follow_ms",
    "gate_floor_v",
    "gate_hard_sigma",
    "gate_patience_s",
    "gate_sigma",
    "gate_soft_sigma",
    "heat_until",
    "high_voltage.contactor_break",
    "high_voltage.contactor_hard_operations",
    "high_voltage.contactor_operations",
    "high_voltage.contactor_settle_ms",
    "high_voltage.isolation_fault_ohm_per_v",
    "high_voltage.isolation_warning_ohm_per_v",
    "high_voltage.link_capacitance",
    "high_voltage.precharge_cooling_s",
    "high_voltage.precharge_energy",
    "high_voltage.precharge_fast_factor",
    "high_voltage.precharge_fast_factor of the RC model's time",
    "high_voltage.precharge_resistance",
    "high_voltage.precharge_slow_factor",
    "high_voltage.precharge_target",
    "hot.from",
    "hot.to",
    "hysteresis_soc",
    "hysteresis_v",
    "initial_branch_c_rate",
    "initial_hysteresis_sigma",
    "initial_sigma",
    "initial_soc_sigma",
    "inlet.current",
    "inlet.hot.from",
    "inlet.hot.to",
    "inlet.voltage",
    "knee_current_a",
    "largest_soc_sigma",
    "lasting_drop_error",
    "lasting_error",
    "lasting_voltage_error_v",
    "layout.cells",
    "layout.cells x cell.voltage_max",
    "layout.cells x limits.cell_over_voltage.maximum",
    "layout.cells x limits.cell_under_voltage.maximum",
    "layout.front_ends",
    "layout.sensor_of_cell",
    "layout.temperature_sensors",
    "least_swing",
    "limits.cell_charge_current.maximum",
    "limits.cell_charge_current.operating",
    "limits.cell_charge_current.recommended",
    "limits.cell_charge_factor",
    "limits.cell_deep_discharge",
    "limits.cell_deep_discharge + limits.cell_under_voltage_offset_v",
    "limits.cell_discharge_current.maximum",
    "limits.cell_discharge_current.operating",
    "limits.cell_discharge_current.recommended",
    "limits.cell_discharge_factor",
    "limits.cell_over_voltage.maximum",
    "limits.cell_over_voltage.operating",
    "limits.cell_over_voltage.recommended",
    "limits.cell_over_voltage_offset_v",
    "limits.cell_under_voltage.maximum",
    "limits.cell_under_voltage.operating",
    "limits.cell_under_voltage.operating + 2 limits.cell_voltage_hysteresis",
    "limits.cell_under_voltage.recommended",
    "limits.cell_under_voltage_offset_v",
    "limits.cell_voltage_hysteresis",
    "limits.cell_voltage_spread",
    "limits.current_hysteresis",
    "limits.fuse.cooling",
    "limits.fuse.current_a",
    "limits.fuse.i2t_a2s",
    "limits.fuse.maximum",
    "limits.fuse.recommended",
    "limits.link_voltage",
    "limits.over_temperature.charging.maximum",
    "limits.over_temperature.charging.operating",
    "limits.over_temperature.charging.recommended",
    "limits.over_temperature.discharging.maximum",
    "limits.over_temperature.discharging.operating",
    "limits.over_temperature.discharging.recommended",
    "limits.over_temperature.resting.maximum",
    "limits.over_temperature.resting.operating",
    "limits.over_temperature.resting.recommended",
    "limits.pack_charge_current.maximum",
    "limits.pack_charge_current.operating",
    "limits.pack_charge_current.recommended",
    "limits.pack_discharge_current.maximum",
    "limits.pack_discharge_current.operating",
    "limits.pack_discharge_current.recommended",
    "limits.pack_over_voltage.maximum",
    "limits.pack_over_voltage.operating",
    "limits.pack_over_voltage.recommended",
    "limits.pack_under_voltage.maximum",
    "limits.pack_under_voltage.operating",
    "limits.pack_under_voltage.operating + 2 limits.pack_voltage_hysteresis",
    "limits.pack_under_voltage.recommended",
    "limits.pack_voltage_hysteresis",
    "limits.rest_current",
    "limits.soc_spread",
    "limits.string_charge_current.maximum",
    "limits.string_charge_current.operating",
    "limits.string_charge_current.recommended",
    "limits.string_discharge_current.maximum",
    "limits.string_discharge_current.operating",
    "limits.string_discharge_current.recommended",
    "limits.sum_of_cells",
    "limits.temperature_hysteresis",
    "limits.temperature_rise_k_per_s",
    "limits.temperature_spread",
    "limits.under_temperature.charging.maximum",
    "limits.under_temperature.charging.operating",
    "limits.under_temperature.charging.recommended",
    "limits.under_temperature.discharging.maximum",
    "limits.under_temperature.discharging.operating",
    "limits.under_temperature.discharging.recommended",
    "limits.under_temperature.resting.maximum",
    "limits.under_temperature.resting.operating",
    "limits.under_temperature.resting.recommended",
    "low_current",
    "map_a",
    "margin",
    "mismatch_ms",
    "ocv_soc",
    "ocv_soc_error",
    "ocv_temperature_k",
    "ocv_v",
    "open_ms",
    "over_voltage_ms",
    "phase_current_max",
    "phase_current_min",
    "phase_voltage",
    "phases",
    "plating_a",
    "power_max",
    "power_ms",
    "precharge_ms",
    "precharge_window",
    "r0_ohm",
    "ramp_down_ms",
    "ready_ms",
    "resistance_scale_sigma",
    "resistance_scale_time_s",
    "resistance_sigma",
    "resistance_time_s",
    "sampling.cell_voltage_missing_ms",
    "sampling.cell_voltage_ms",
    "sampling.cell_voltage_stale_ms",
    "sampling.command_stale_ms",
    "sampling.current_missing_ms",
    "sampling.current_ms",
    "sampling.current_stale_ms",
    "sampling.limit_ms",
    "sampling.open_at_once_ms",
    "sampling.open_ms",
    "sampling.pack_missing_ms",
    "sampling.pack_ms",
    "sampling.pack_ms + sampling.tick_ms",
    "sampling.pack_stale_ms",
    "sampling.temperature_missing_ms",
    "sampling.temperature_ms",
    "sampling.temperature_stale_ms",
    "sampling.tick_late_ms",
    "sampling.tick_ms",
    "rise_a_per_s",
    "safe_voltage",
    "sensing.cell_voltage_high",
    "sensing.cell_voltage_jump",
    "sensing.cell_voltage_low",
    "sensing.cell_voltage_move",
    "sensing.cell_voltage_pair",
    "sensing.current_jump",
    "sensing.current_offset",
    "sensing.current_pair",
    "sensing.current_pair_ratio",
    "sensing.current_range",
    "sensing.pack_voltage_jump",
    "sensing.pack_voltage_range",
    "sensing.supply_low",
    "sensing.temperature_high",
    "sensing.temperature_jump",
    "sensing.temperature_low",
    "sensing.temperature_move",
    "sensing.temperature_pair",
    "shown_slew_per_s",
    "shown_slew_per_soc",
    "soc",
    "soc_drift_per_sqrt_h",
    "soc_sigma",
    "stages.current",
    "stages.current of the next",
    "stages.until",
    "stages.until of the next",
    "stop_ms",
    "temperature_k",
    "thermal.heater_margin",
    "thermal.runaway_alarm_s",
    "thermal.runaway_k_per_s",
    "thermal.runaway_voltage_drop",
    "throughput_max",
    "voltage_error_factor",
    "voltage_error_soc",
    "voltage_error_time_s",
    "voltage_error_v",
    "voltage_margin",
    "voltage_max",
    "voltage_min",
    "voltage_noise_v",
    "voltage_noise_v_sqrt_s",
    "voltage_tolerance",
    "weld_ms",
];
