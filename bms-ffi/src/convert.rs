//! From the description of C to the core's, and back. One list of fields serves both ways, and a field that one side has
//! and the other lacks does not compile.

use bms_core::cell::CellParameters;
use bms_core::config::{
    Balancing, BmsConfig, ByDirection, ChargingSupervision, Control, EstimateLimits, Fitted,
    FuseCurve, HighVoltage, Layout, Levels, LimitMap, Limits, MAX_CELLS, Sampling, Sensing,
    Thermal,
};
use bms_core::estimation::{CapacityTuning, DeltaTuning, EstimatorTuning};
use bms_core::protection::{FaultId, FaultTiming, FaultTimings};

use crate::config::{
    bms_balancing, bms_by_direction, bms_capacity_tuning, bms_cell_config,
    bms_charging_supervision, bms_config, bms_control, bms_delta_tuning, bms_estimate_limits,
    bms_estimator_tuning, bms_fitted, bms_fuse, bms_high_voltage, bms_layout, bms_levels,
    bms_limits, bms_map, bms_sampling, bms_sensing, bms_table, bms_thermal,
};
use crate::fields::{Field, FieldVisitor, Plain, Whole};
use crate::info::BMS_ABI_VERSION;
use crate::pointer::{self, list};
use crate::status::{BMS_STATUS_ABI_VERSION, BMS_STATUS_UNKNOWN_FAULT, Checked};

/// The promise of a caller that the tables of a configuration are there, and stay there unchanged for as long as the pack is
/// used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TablesStay(());

impl TablesStay {
    /// # Safety
    /// Whoever calls keeps that promise.
    pub(crate) const unsafe fn promised() -> Self {
        Self(())
    }
}

/// How one field is converted.
mod kind {
    /// The same on both sides.
    pub(super) mod same {
        use super::super::{Checked, Field, FieldVisitor, Plain, TablesStay};

        #[expect(clippy::unnecessary_wraps, reason = "all kinds look alike")]
        pub(in super::super) fn to_core<T>(value: T, _: TablesStay) -> Checked<T> {
            Ok(value)
        }

        pub(in super::super) fn of_core<T>(value: T) -> T {
            value
        }

        pub(in super::super) fn visit<T: Plain>(
            value: &mut T,
            field: Field,
            visitor: &mut dyn FieldVisitor,
        ) {
            value.visit(field, visitor);
        }
    }

    /// A number there, a truth value here.
    pub(super) mod flag {
        use super::super::{Checked, Field, FieldVisitor, TablesStay, Whole, pointer};

        pub(in super::super) fn to_core(value: u8, _: TablesStay) -> Checked<bool> {
            pointer::flag(value)
        }

        pub(in super::super) fn of_core(value: bool) -> u8 {
            u8::from(value)
        }

        pub(in super::super) fn visit(
            value: &mut u8,
            field: Field,
            visitor: &mut dyn FieldVisitor,
        ) {
            visitor.whole(field, Whole::Flag(value));
        }
    }

    /// A number there, a quantity here.
    macro_rules! quantity {
        ($($kind:ident $quantity:ident $to:ident)*) => {
            $(pub(super) mod $kind {
                use super::super::{Checked, Field, FieldVisitor, TablesStay};
                use bms_core::units;

                pub(in super::super) fn to_core(value: f32, _: TablesStay) -> Checked<units::$quantity> {
                    Ok(units::$kind(value))
                }

                pub(in super::super) fn of_core(value: units::$quantity) -> f32 {
                    units::$to(value)
                }

                pub(in super::super) fn visit(
                    value: &mut f32,
                    field: Field,
                    visitor: &mut dyn FieldVisitor,
                ) {
                    visitor.number(Field { made_by: stringify!($kind), ..field }, value);
                }
            })*
        };
    }

    quantity! {
        volts ElectricPotential to_volts
        amperes ElectricCurrent to_amperes
        ohms ElectricalResistance to_ohms
        coulombs ElectricCharge to_coulombs
        seconds Time to_seconds
        kelvin ThermodynamicTemperature to_kelvin
        kelvin_interval TemperatureInterval to_kelvin_interval
        farads Capacitance to_farads
        joules Energy to_joules
        ratio Ratio to_ratio
    }

    /// Levels of a quantity.
    macro_rules! levels {
        ($($kind:ident $of:ident $quantity:ident)*) => {
            $(pub(super) mod $kind {
                use super::super::{
                    Checked, Field, FieldVisitor, Levels, TablesStay, bms_levels, named,
                };
                use super::$of;
                use bms_core::units::$quantity;

                pub(in super::super) fn to_core(
                    value: bms_levels,
                    stay: TablesStay,
                ) -> Checked<Levels<$quantity>> {
                    Ok(Levels {
                        operating: $of::to_core(value.operating, stay)?,
                        recommended: $of::to_core(value.recommended, stay)?,
                        maximum: $of::to_core(value.maximum, stay)?,
                    })
                }

                pub(in super::super) fn of_core(value: Levels<$quantity>) -> bms_levels {
                    bms_levels {
                        operating: $of::of_core(value.operating),
                        recommended: $of::of_core(value.recommended),
                        maximum: $of::of_core(value.maximum),
                    }
                }

                pub(in super::super) fn visit(
                    value: &mut bms_levels,
                    field: Field,
                    visitor: &mut dyn FieldVisitor,
                ) {
                    visitor.enter(Field { made_by: "Levels", ..field });
                    $of::visit(&mut value.operating, named("operating"), visitor);
                    $of::visit(&mut value.recommended, named("recommended"), visitor);
                    $of::visit(&mut value.maximum, named("maximum"), visitor);
                    visitor.leave();
                }
            })*
        };
    }

    levels! {
        levels_volts volts ElectricPotential
        levels_amperes amperes ElectricCurrent
        levels_kelvin kelvin ThermodynamicTemperature
    }

    /// Levels of temperatures for each direction of the current.
    pub(super) mod by_direction_kelvin {
        use super::super::{
            ByDirection, Checked, Field, FieldVisitor, Levels, TablesStay, bms_by_direction, named,
        };
        use super::levels_kelvin;
        use bms_core::units::ThermodynamicTemperature;

        pub(in super::super) fn to_core(
            value: bms_by_direction,
            stay: TablesStay,
        ) -> Checked<ByDirection<Levels<ThermodynamicTemperature>>> {
            Ok(ByDirection {
                charging: levels_kelvin::to_core(value.charging, stay)?,
                discharging: levels_kelvin::to_core(value.discharging, stay)?,
                resting: levels_kelvin::to_core(value.resting, stay)?,
            })
        }

        pub(in super::super) fn of_core(
            value: ByDirection<Levels<ThermodynamicTemperature>>,
        ) -> bms_by_direction {
            bms_by_direction {
                charging: levels_kelvin::of_core(value.charging),
                discharging: levels_kelvin::of_core(value.discharging),
                resting: levels_kelvin::of_core(value.resting),
            }
        }

        pub(in super::super) fn visit(
            value: &mut bms_by_direction,
            field: Field,
            visitor: &mut dyn FieldVisitor,
        ) {
            visitor.enter(Field {
                made_by: "ByDirection",
                ..field
            });
            levels_kelvin::visit(&mut value.charging, named("charging"), visitor);
            levels_kelvin::visit(&mut value.discharging, named("discharging"), visitor);
            levels_kelvin::visit(&mut value.resting, named("resting"), visitor);
            visitor.leave();
        }
    }

    /// A pointer and a length there, a slice here.
    pub(super) mod table {
        use super::super::{Checked, Field, FieldVisitor, TablesStay, bms_table, list};

        pub(in super::super) fn to_core(
            value: bms_table,
            _: TablesStay,
        ) -> Checked<&'static [f32]> {
            // SAFETY: `TablesStay` is the promise that the table is there and stays.
            unsafe { list(value.values, value.length) }
        }

        pub(in super::super) const fn of_core(value: &'static [f32]) -> bms_table {
            bms_table {
                values: value.as_ptr(),
                length: value.len(),
            }
        }

        pub(in super::super) fn visit(
            value: &mut bms_table,
            field: Field,
            visitor: &mut dyn FieldVisitor,
        ) {
            // SAFETY: only a `Described`, whose tables are there for the rest of the program, is visited.
            let mut values = unsafe { list(value.values, value.length) }.unwrap_or_default();
            visitor.table(field, &mut values);
            *value = of_core(values);
        }
    }

    /// A map.
    pub(super) mod map {
        use super::super::{Checked, Field, FieldVisitor, LimitMap, TablesStay, bms_map, named};
        use super::table;

        pub(in super::super) fn to_core(
            value: bms_map,
            stay: TablesStay,
        ) -> Checked<LimitMap<'static>> {
            Ok(LimitMap {
                temperature_k: table::to_core(value.temperature_k, stay)?,
                soc: table::to_core(value.soc, stay)?,
                values: table::to_core(value.values, stay)?,
            })
        }

        pub(in super::super) const fn of_core(value: LimitMap<'static>) -> bms_map {
            bms_map {
                temperature_k: table::of_core(value.temperature_k),
                soc: table::of_core(value.soc),
                values: table::of_core(value.values),
            }
        }

        pub(in super::super) fn visit(
            value: &mut bms_map,
            field: Field,
            visitor: &mut dyn FieldVisitor,
        ) {
            visitor.enter(Field {
                made_by: "LimitMap",
                ..field
            });
            table::visit(&mut value.temperature_k, named("temperature_k"), visitor);
            table::visit(&mut value.soc, named("soc"), visitor);
            table::visit(&mut value.values, named("values"), visitor);
            visitor.leave();
        }
    }

    /// A section within a section.
    pub(super) mod section {
        use super::super::{Checked, Field, FieldVisitor, Section, TablesStay};

        pub(in super::super) fn to_core<C: Section>(
            value: C,
            stay: TablesStay,
        ) -> Checked<C::Core> {
            value.to_core(stay)
        }

        pub(in super::super) fn of_core<C: Section>(value: C::Core) -> C {
            C::of_core(value)
        }

        pub(in super::super) fn visit<C: Section>(
            value: &mut C,
            field: Field,
            visitor: &mut dyn FieldVisitor,
        ) {
            visitor.enter(Field {
                made_by: C::CORE,
                ..field
            });
            value.visit(visitor);
            visitor.leave();
        }
    }
}

/// A part of the configuration on both sides.
trait Section: Sized {
    /// What the core has for it.
    type Core;

    fn to_core(self, stay: TablesStay) -> Checked<Self::Core>;

    fn of_core(core: Self::Core) -> Self;

    /// The name of that type.
    const CORE: &'static str;

    fn visit(&mut self, visitor: &mut dyn FieldVisitor);
}

/// A field with the same name on both sides.
const fn named(name: &'static str) -> Field {
    Field {
        c: name,
        core: name,
        made_by: "",
    }
}

macro_rules! section {
    ($c:ident <=> $name:ident $(<$lifetime:lifetime>)? { $($c_field:ident = $core_field:ident : $kind:ident,)* }) => {
        impl Section for $c {
            type Core = $name $(<$lifetime>)?;

            fn to_core(self, stay: TablesStay) -> Checked<Self::Core> {
                Ok(Self::Core { $($core_field: kind::$kind::to_core(self.$c_field, stay)?,)* })
            }

            fn of_core(core: Self::Core) -> Self {
                Self { $($c_field: kind::$kind::of_core(core.$core_field),)* }
            }

            const CORE: &'static str = stringify!($name);

            fn visit(&mut self, visitor: &mut dyn FieldVisitor) {
                $({
                    let field = Field {
                        c: stringify!($c_field),
                        core: stringify!($core_field),
                        made_by: "",
                    };
                    kind::$kind::visit(&mut self.$c_field, field, visitor);
                })*
            }
        }
    };
}

section! { bms_cell_config <=> CellParameters<'static> {
    capacity_c = capacity: coulombs,
    voltage_min_v = voltage_min: volts,
    voltage_max_v = voltage_max: volts,
    ocv_soc = ocv_soc: table,
    ocv_temperature_k = ocv_temperature_k: table,
    ocv_v = ocv_v: table,
    soc = soc: table,
    temperature_k = temperature_k: table,
    r0_ohm = r0_ohm: table,
    charge_transfer_discharge_ohm = charge_transfer_discharge_ohm: table,
    charge_transfer_charge_ohm = charge_transfer_charge_ohm: table,
    knee_current_a = knee_current_a: table,
    branch_tau_s = branch_tau_s: table,
    branch_ohm = branch_ohm: table,
    hysteresis_v = hysteresis_v: table,
    hysteresis_soc = hysteresis_soc: same,
    activation_energy_j_per_mol = activation_energy_j_per_mol: same,
    voltage_error_v = voltage_error_v: table,
} }

section! { bms_estimator_tuning <=> EstimatorTuning {
    initial_soc_sigma = initial_soc_sigma: same,
    initial_branch_c_rate = initial_branch_c_rate: same,
    initial_hysteresis_sigma = initial_hysteresis_sigma: same,
    current_noise_c_rate_sqrt_s = current_noise_c_rate_sqrt_s: same,
    current_bias_c_rate = current_bias_c_rate: same,
    current_bias_drift_c_rate_per_sqrt_s = current_bias_drift_c_rate_per_sqrt_s: same,
    capacity_scale_sigma = capacity_scale_sigma: same,
    resistance_scale_sigma = resistance_scale_sigma: same,
    resistance_scale_time_s = resistance_scale_time_s: same,
    branch_error = branch_error: same,
    voltage_noise_v_sqrt_s = voltage_noise_v_sqrt_s: same,
    drop_noise_sqrt_s = drop_noise_sqrt_s: same,
    voltage_error_factor = voltage_error_factor: same,
    drop_error = drop_error: same,
    ocv_soc_error = ocv_soc_error: same,
    voltage_error_time_s = voltage_error_time_s: same,
    voltage_error_soc = voltage_error_soc: same,
    gate_soft_sigma = gate_soft_sigma: same,
    gate_hard_sigma = gate_hard_sigma: same,
    gate_patience_s = gate_patience_s: same,
} }

section! { bms_delta_tuning <=> DeltaTuning {
    soc_sigma = soc_sigma: same,
    resistance_sigma = resistance_sigma: same,
    resistance_time_s = resistance_time_s: same,
    capacity_sigma = capacity_sigma: same,
    soc_drift_per_sqrt_h = soc_drift_per_sqrt_h: same,
    voltage_noise_v = voltage_noise_v: same,
    lasting_voltage_error_v = lasting_voltage_error_v: same,
    lasting_drop_error = lasting_drop_error: same,
    gate_sigma = gate_sigma: same,
    gate_floor_v = gate_floor_v: same,
    doubt_time_s = doubt_time_s: same,
    updates_per_step = updates_per_step: same,
    shown_slew_per_s = shown_slew_per_s: same,
    shown_slew_per_soc = shown_slew_per_soc: same,
} }

section! { bms_capacity_tuning <=> CapacityTuning {
    initial_sigma = initial_sigma: same,
    least_swing = least_swing: same,
    largest_soc_sigma = largest_soc_sigma: same,
    charge_gain_sigma = charge_gain_sigma: same,
    charge_offset_sigma = charge_offset_sigma: same,
    lasting_error = lasting_error: same,
    drift_per_sqrt_cycle = drift_per_sqrt_cycle: same,
    gate_sigma = gate_sigma: same,
} }

section! { bms_fitted <=> Fitted {
    second_current = second_current: flag,
    pack_voltage = pack_voltage: flag,
    link_voltage = link_voltage: flag,
    isolation = isolation: flag,
    interlock = interlock: flag,
    contactor_feedback = contactor_feedback: flag,
    gas_sensor = gas_sensor: flag,
    coolant = coolant: flag,
    heater = heater: flag,
    inlet_temperature = inlet_temperature: flag,
    supply = supply: flag,
    bleed_temperature = bleed_temperature: flag,
} }

section! { bms_sampling <=> Sampling {
    tick_ms = tick_ms: same,
    tick_late_ms = tick_late_ms: same,
    cell_voltage_ms = cell_voltage_ms: same,
    temperature_ms = temperature_ms: same,
    current_ms = current_ms: same,
    pack_ms = pack_ms: same,
    cell_voltage_stale_ms = cell_voltage_stale_ms: same,
    cell_voltage_missing_ms = cell_voltage_missing_ms: same,
    temperature_stale_ms = temperature_stale_ms: same,
    temperature_missing_ms = temperature_missing_ms: same,
    current_stale_ms = current_stale_ms: same,
    current_missing_ms = current_missing_ms: same,
    pack_stale_ms = pack_stale_ms: same,
    pack_missing_ms = pack_missing_ms: same,
    command_stale_ms = command_stale_ms: same,
    open_ms = open_ms: same,
    open_at_once_ms = open_at_once_ms: same,
    limit_ms = limit_ms: same,
} }

section! { bms_fuse <=> FuseCurve<'static> {
    current_a = current_a: table,
    i2t_a2s = i2t_a2s: table,
    cooling_s = cooling: seconds,
    recommended_ratio = recommended: ratio,
    maximum_ratio = maximum: ratio,
} }

section! { bms_limits <=> Limits<'static> {
    cell_over_voltage_v = cell_over_voltage: levels_volts,
    cell_over_voltage_offset_v = cell_over_voltage_offset_v: map,
    cell_under_voltage_v = cell_under_voltage: levels_volts,
    cell_under_voltage_offset_v = cell_under_voltage_offset_v: map,
    cell_deep_discharge_v = cell_deep_discharge: volts,
    cell_voltage_hysteresis_v = cell_voltage_hysteresis: volts,
    cell_voltage_spread_v = cell_voltage_spread: volts,
    over_temperature_k = over_temperature: by_direction_kelvin,
    under_temperature_k = under_temperature: by_direction_kelvin,
    temperature_hysteresis_k = temperature_hysteresis: kelvin_interval,
    temperature_spread_k = temperature_spread: kelvin_interval,
    temperature_rise_k_per_s = temperature_rise_k_per_s: same,
    cell_charge_current_a = cell_charge_current: levels_amperes,
    cell_charge_factor = cell_charge_factor: map,
    cell_discharge_current_a = cell_discharge_current: levels_amperes,
    cell_discharge_factor = cell_discharge_factor: map,
    string_charge_current_a = string_charge_current: levels_amperes,
    string_discharge_current_a = string_discharge_current: levels_amperes,
    pack_charge_current_a = pack_charge_current: levels_amperes,
    pack_discharge_current_a = pack_discharge_current: levels_amperes,
    current_hysteresis_ratio = current_hysteresis: ratio,
    rest_current_a = rest_current: amperes,
    fuse = fuse: section,
    pack_over_voltage_v = pack_over_voltage: levels_volts,
    pack_under_voltage_v = pack_under_voltage: levels_volts,
    pack_voltage_hysteresis_v = pack_voltage_hysteresis: volts,
    sum_of_cells_ratio = sum_of_cells: ratio,
    link_voltage_ratio = link_voltage: ratio,
    soc_spread_ratio = soc_spread: ratio,
} }

section! { bms_sensing <=> Sensing {
    cell_voltage_low_v = cell_voltage_low: volts,
    cell_voltage_high_v = cell_voltage_high: volts,
    cell_voltage_jump_v = cell_voltage_jump: volts,
    cell_voltage_pair_v = cell_voltage_pair: volts,
    cell_voltage_move_v = cell_voltage_move: volts,
    temperature_low_k = temperature_low: kelvin,
    temperature_high_k = temperature_high: kelvin,
    temperature_jump_k = temperature_jump: kelvin_interval,
    temperature_pair_k = temperature_pair: kelvin_interval,
    temperature_move_k = temperature_move: kelvin_interval,
    current_range_a = current_range: amperes,
    current_jump_a = current_jump: amperes,
    current_pair_a = current_pair: amperes,
    current_pair_ratio = current_pair_ratio: ratio,
    current_offset_a = current_offset: amperes,
    pack_voltage_range_v = pack_voltage_range: volts,
    pack_voltage_jump_v = pack_voltage_jump: volts,
    supply_low_v = supply_low: volts,
} }

section! { bms_high_voltage <=> HighVoltage {
    contactor_settle_ms = contactor_settle_ms: same,
    contactor_break_a = contactor_break: amperes,
    contactor_operations = contactor_operations: same,
    contactor_hard_operations = contactor_hard_operations: same,
    precharge_resistance_ohm = precharge_resistance: ohms,
    link_capacitance_f = link_capacitance: farads,
    precharge_target_ratio = precharge_target: ratio,
    precharge_slow_factor = precharge_slow_factor: same,
    precharge_fast_factor = precharge_fast_factor: same,
    precharge_energy_j = precharge_energy: joules,
    precharge_cooling_s = precharge_cooling_s: same,
    isolation_fault_ohm_per_v = isolation_fault_ohm_per_v: same,
    isolation_warning_ohm_per_v = isolation_warning_ohm_per_v: same,
    alternating_current = alternating_current: flag,
} }

section! { bms_thermal <=> Thermal {
    runaway_k_per_s = runaway_k_per_s: same,
    runaway_voltage_drop_ratio = runaway_voltage_drop: ratio,
    runaway_alarm_s = runaway_alarm_s: same,
    heater_margin_k = heater_margin: kelvin_interval,
} }

section! { bms_charging_supervision <=> ChargingSupervision {
    voltage_over_v = voltage_over: volts,
    current_over_a = current_over: amperes,
    current_over_ratio = current_over_ratio: ratio,
    stale_ms = stale_ms: same,
    precharge_window_v = precharge_window: volts,
    inlet_temperature_k = inlet_temperature: kelvin,
    plug_current_a = plug_current: amperes,
} }

section! { bms_estimate_limits <=> EstimateLimits {
    lockout_s = lockout_s: same,
    rest_s = rest_s: same,
    soc_difference_ratio = soc_difference: ratio,
    capacity_end_of_life_ratio = capacity_end_of_life: ratio,
    resistance_end_of_life_ratio = resistance_end_of_life: ratio,
    energy_imbalance_ratio = energy_imbalance: ratio,
} }

section! { bms_control <=> Control {
    self_test_ms = self_test_ms: same,
    precharge_attempts = precharge_attempts: same,
    precharge_pause_s = precharge_pause_s: same,
    weld_test_ms = weld_test_ms: same,
    link_fallen_ratio = link_fallen: ratio,
    limp_ratio = limp: ratio,
    limit_rise_s = limit_rise_s: same,
    horizon_s = horizon_s: same,
    empty_ramp_ratio = empty_ramp: ratio,
    full_ramp_ratio = full_ramp: ratio,
    balancing = balancing: section,
} }

section! { bms_balancing <=> Balancing {
    resistance_ohm = resistance: ohms,
    start_ratio = start: ratio,
    stop_ratio = stop: ratio,
    lowest_voltage_v = lowest_voltage: volts,
    lowest_soc = lowest_soc: ratio,
    highest_temperature_k = highest_temperature: kelvin,
    bleed_ms = bleed_ms: same,
    measure_ms = measure_ms: same,
    settle_ms = settle_ms: same,
    channels = channels: same,
    spare_neighbours = spare_neighbours: flag,
} }

impl Section for bms_layout {
    type Core = Layout<'static>;

    fn to_core(self, _: TablesStay) -> Checked<Layout<'static>> {
        let cells = usize::from(self.cells);
        // More cells than there can be are refused later: their list is not looked for.
        let listed = if cells > MAX_CELLS { 0 } else { cells };
        Ok(Layout {
            cells,
            temperature_sensors: usize::from(self.temperature_sensors),
            front_ends: usize::from(self.front_ends),
            // SAFETY: `TablesStay` is the promise that as many entries as cells are there and stay.
            sensor_of_cell: unsafe { list(self.sensor_of_cell, listed) }?,
        })
    }

    #[expect(clippy::cast_possible_truncation, reason = "at most 250 of anything")]
    fn of_core(core: Layout<'static>) -> Self {
        Self {
            cells: core.cells as u16,
            temperature_sensors: core.temperature_sensors as u16,
            front_ends: core.front_ends as u16,
            sensor_of_cell: core.sensor_of_cell.as_ptr(),
        }
    }

    const CORE: &'static str = "Layout";

    fn visit(&mut self, visitor: &mut dyn FieldVisitor) {
        self.cells.visit(named("cells"), visitor);
        self.temperature_sensors
            .visit(named("temperature_sensors"), visitor);
        self.front_ends.visit(named("front_ends"), visitor);
    }
}

impl bms_config {
    /// The core's configuration. Whether the values fit together is not looked at.
    pub(crate) fn core(&self, stay: TablesStay) -> Checked<BmsConfig<'static>> {
        if self.abi_version != BMS_ABI_VERSION {
            return Err(BMS_STATUS_ABI_VERSION);
        }
        Ok(BmsConfig {
            cell: self.cell.to_core(stay)?,
            estimator: self.estimator.to_core(stay)?,
            deltas: self.deltas.to_core(stay)?,
            capacity: self.capacity.to_core(stay)?,
            layout: self.layout.to_core(stay)?,
            fitted: self.fitted.to_core(stay)?,
            sampling: self.sampling.to_core(stay)?,
            limits: self.limits.to_core(stay)?,
            sensing: self.sensing.to_core(stay)?,
            high_voltage: self.high_voltage.to_core(stay)?,
            thermal: self.thermal.to_core(stay)?,
            charging: self.charging.to_core(stay)?,
            estimates: self.estimates.to_core(stay)?,
            control: self.control.to_core(stay)?,
            timings: self.timings(stay)?,
        })
    }

    /// What C has for a configuration whose faults have the times of the catalogue.
    pub(crate) fn of_core(core: &BmsConfig<'static>) -> Self {
        Self {
            struct_size: STRUCT_SIZE,
            abi_version: BMS_ABI_VERSION,
            cell: Section::of_core(core.cell),
            estimator: Section::of_core(core.estimator),
            deltas: Section::of_core(core.deltas),
            capacity: Section::of_core(core.capacity),
            layout: Section::of_core(core.layout),
            fitted: Section::of_core(core.fitted),
            sampling: Section::of_core(core.sampling),
            limits: Section::of_core(core.limits),
            sensing: Section::of_core(core.sensing),
            high_voltage: Section::of_core(core.high_voltage),
            thermal: Section::of_core(core.thermal),
            charging: Section::of_core(core.charging),
            estimates: Section::of_core(core.estimates),
            control: Section::of_core(core.control),
            timings: core::ptr::null(),
            timing_count: 0,
        }
    }

    fn timings(&self, _: TablesStay) -> Checked<FaultTimings> {
        // SAFETY: `TablesStay` is the promise that the list is there.
        let others = unsafe { list(self.timings, self.timing_count) }?;
        let mut timings = FaultTimings::DEFAULT;
        for other in others {
            let fault = FaultId::from_number(other.fault).ok_or(BMS_STATUS_UNKNOWN_FAULT)?;
            timings = timings.with(
                fault,
                FaultTiming {
                    qualify_ms: other.qualify_ms,
                    recover_ms: other.recover_ms,
                },
            );
        }
        Ok(timings)
    }
}

/// A map of the core.
pub(crate) fn map_to_core(map: bms_map, stay: TablesStay) -> Checked<LimitMap<'static>> {
    kind::map::to_core(map, stay)
}

/// A map for C.
pub(crate) const fn map_of_core(map: LimitMap<'static>) -> bms_map {
    kind::map::of_core(map)
}

/// A configuration of C whose tables are there for the rest of the program: for tools that read and write configurations.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    config: bms_config,
    sensor_of_cell: &'static [u8],
}

impl Described {
    /// That of a configuration of the core.
    #[must_use]
    pub fn new(core: &BmsConfig<'static>) -> Self {
        Self {
            config: bms_config::of_core(core),
            sensor_of_cell: core.layout.sensor_of_cell,
        }
    }

    /// Shows every field but the times of faults to somebody, who may set it.
    pub fn visit(&mut self, visitor: &mut dyn FieldVisitor) {
        let config = &mut self.config;
        kind::section::visit(&mut config.cell, named("cell"), visitor);
        kind::section::visit(&mut config.estimator, named("estimator"), visitor);
        kind::section::visit(&mut config.deltas, named("deltas"), visitor);
        kind::section::visit(&mut config.capacity, named("capacity"), visitor);
        visitor.enter(Field {
            made_by: bms_layout::CORE,
            ..named("layout")
        });
        config.layout.visit(visitor);
        visitor.sensor_of_cell(named("sensor_of_cell"), &mut self.sensor_of_cell);
        visitor.leave();
        kind::section::visit(&mut config.fitted, named("fitted"), visitor);
        kind::section::visit(&mut config.sampling, named("sampling"), visitor);
        kind::section::visit(&mut config.limits, named("limits"), visitor);
        kind::section::visit(&mut config.sensing, named("sensing"), visitor);
        kind::section::visit(&mut config.high_voltage, named("high_voltage"), visitor);
        kind::section::visit(&mut config.thermal, named("thermal"), visitor);
        kind::section::visit(&mut config.charging, named("charging"), visitor);
        kind::section::visit(&mut config.estimates, named("estimates"), visitor);
        kind::section::visit(&mut config.control, named("control"), visitor);
    }

    /// Cells, temperature sensors and front ends.
    #[must_use]
    pub const fn sizes(&self) -> (u16, u16, u16) {
        let layout = &self.config.layout;
        (layout.cells, layout.temperature_sensors, layout.front_ends)
    }

    /// The core's configuration; whether the values fit together is not looked at.
    ///
    /// # Errors
    /// `BMS_STATUS_COUNT` where there are not as many entries in the list of sensors as there are cells, or a table is too
    /// long.
    pub fn to_core(mut self) -> Result<BmsConfig<'static>, crate::bms_status> {
        if self.sensor_of_cell.len() != usize::from(self.config.layout.cells) {
            return Err(crate::bms_status::BMS_STATUS_COUNT);
        }
        self.config.layout.sensor_of_cell = self.sensor_of_cell.as_ptr();
        // SAFETY: every table came as a slice that lives as long as the program, and so did the list of sensors, which is
        // as long as the number of cells says.
        let stay = unsafe { TablesStay::promised() };
        self.config.core(stay)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "far below 64 KiB")]
const STRUCT_SIZE: u32 = size_of::<bms_config>() as u32;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::bms_fault_timing;
    use bms_core::config::presets::{LFP_100S, NMC_13S, NMC_96S};

    fn back(config: &bms_config) -> Checked<BmsConfig<'static>> {
        // SAFETY: the tables of the presets are constants, and the timings live as long as the test.
        config.core(unsafe { TablesStay::promised() })
    }

    #[test]
    fn a_configuration_comes_back_from_c_as_it_was() {
        for preset in [&NMC_96S, &LFP_100S, &NMC_13S] {
            assert_eq!(back(&bms_config::of_core(preset)), Ok(*preset));
        }
    }

    #[test]
    fn a_fault_gets_the_times_that_are_named() {
        let other = bms_fault_timing {
            fault: 102,
            qualify_ms: 123,
            recover_ms: 456,
        };
        let mut config = bms_config::of_core(&NMC_13S);
        config.timings = &raw const other;
        config.timing_count = 1;
        let fault = FaultId::from_number(102).unwrap();
        let timing = FaultTiming {
            qualify_ms: 123,
            recover_ms: 456,
        };
        let expected = BmsConfig {
            timings: FaultTimings::DEFAULT.with(fault, timing),
            ..NMC_13S
        };
        assert_eq!(back(&config), Ok(expected));
    }
}
