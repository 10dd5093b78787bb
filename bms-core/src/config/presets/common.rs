//! What the presets have in common.

use crate::cell::CellParameters;
use crate::config::{
    Balancing, BmsConfig, ByDirection, ChargingSupervision, Control, EstimateLimits, Fitted,
    FuseCurve, HighVoltage, Layout, Levels, LimitMap, Limits, Sampling, Sensing, Thermal,
};
use crate::estimation::{CapacityTuning, DeltaTuning, EstimatorTuning};
use crate::fault::FaultTimings;
use crate::units::{
    Capacitance, ElectricCurrent, ElectricPotential, ElectricalResistance, Energy,
    ThermodynamicTemperature, amperes, celsius, kelvin_interval, ohms, ratio, seconds, to_celsius,
    volts,
};

/// What the presets differ by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pack {
    pub(super) cell: CellParameters<'static>,
    pub(super) cells: usize,
    pub(super) temperature_sensors: usize,
    pub(super) front_ends: usize,
    pub(super) sensor_of_cell: &'static [u8],
    pub(super) over_voltage_v: [f32; 3],
    pub(super) under_voltage_v: [f32; 3],
    pub(super) deep_discharge_v: f32,
    pub(super) charge_current_a: [f32; 3],
    pub(super) discharge_current_a: [f32; 3],
    pub(super) current_range: ElectricCurrent,
    pub(super) rest_current: ElectricCurrent,
    pub(super) fuse_current_a: &'static [f32],
    pub(super) fuse_i2t_a2s: &'static [f32],
    pub(super) precharge_resistance: ElectricalResistance,
    pub(super) precharge_energy: Energy,
    pub(super) link_capacitance: Capacitance,
    pub(super) contactor_break: ElectricCurrent,
    pub(super) high_voltage: bool,
    pub(super) balancing_floor_v: f32,
    pub(super) coldest_charge: ThermodynamicTemperature,
}

/// Charge current by temperature: lithium plates on a cold negative electrode. Rows are temperatures, columns SoC.
const CHARGE_FACTOR: LimitMap<'static> = LimitMap {
    temperature_k: &[253.15, 263.15, 273.15, 283.15, 298.15, 318.15, 328.15],
    soc: &[0.0, 0.8, 1.0],
    values: &[
        0.10, 0.05, 0.03, //
        0.20, 0.12, 0.05, //
        0.45, 0.35, 0.10, //
        0.80, 0.60, 0.20, //
        1.00, 1.00, 0.30, //
        1.00, 1.00, 0.30, //
        0.30, 0.30, 0.20,
    ],
};

/// Discharge current by temperature and SoC.
const DISCHARGE_FACTOR: LimitMap<'static> = LimitMap {
    temperature_k: &[243.15, 253.15, 273.15, 288.15, 323.15, 333.15],
    soc: &[0.0, 0.1, 0.2],
    values: &[
        0.10, 0.15, 0.20, //
        0.20, 0.35, 0.50, //
        0.40, 0.70, 0.90, //
        0.50, 0.90, 1.00, //
        0.50, 0.90, 1.00, //
        0.20, 0.30, 0.30,
    ],
};

pub(super) const fn scaled<const N: usize>(mut table: [f32; N], factor: f32) -> [f32; N] {
    let mut rest: &mut [f32] = &mut table;
    while let Some((value, others)) = rest.split_first_mut() {
        *value *= factor;
        rest = others;
    }
    table
}

const fn levels_v([operating, recommended, maximum]: [f32; 3]) -> Levels<ElectricPotential> {
    Levels {
        operating: volts(operating),
        recommended: volts(recommended),
        maximum: volts(maximum),
    }
}

const fn levels_a([operating, recommended, maximum]: [f32; 3]) -> Levels<ElectricCurrent> {
    Levels {
        operating: amperes(operating),
        recommended: amperes(recommended),
        maximum: amperes(maximum),
    }
}

const fn levels_degc(
    operating: f32,
    recommended: f32,
    maximum: f32,
) -> Levels<ThermodynamicTemperature> {
    Levels {
        operating: celsius(operating),
        recommended: celsius(recommended),
        maximum: celsius(maximum),
    }
}

/// A configuration of usual rhythm, sensors and limits.
pub(super) const fn pack(pack: &Pack) -> BmsConfig<'static> {
    BmsConfig {
        cell: pack.cell,
        estimator: EstimatorTuning::DEFAULT,
        deltas: DeltaTuning::DEFAULT,
        capacity: CapacityTuning::DEFAULT,
        layout: Layout {
            cells: pack.cells,
            temperature_sensors: pack.temperature_sensors,
            front_ends: pack.front_ends,
            sensor_of_cell: pack.sensor_of_cell,
        },
        fitted: Fitted {
            second_current: pack.high_voltage,
            pack_voltage: true,
            link_voltage: true,
            isolation: pack.high_voltage,
            interlock: pack.high_voltage,
            contactor_feedback: pack.high_voltage,
            gas_sensor: pack.high_voltage,
            coolant: pack.high_voltage,
            heater: pack.high_voltage,
            inlet_temperature: pack.high_voltage,
            supply: true,
            bleed_temperature: true,
        },
        sampling: RHYTHM,
        limits: limits(pack),
        sensing: sensing(pack),
        high_voltage: high_voltage(pack),
        thermal: Thermal {
            runaway_k_per_s: 1.0,
            runaway_voltage_drop: ratio(0.25),
            runaway_alarm_s: 300.0,
            heater_margin: kelvin_interval(10.0),
        },
        charging: ChargingSupervision {
            voltage_over: volts(5.0),
            current_over: amperes(5.0),
            current_over_ratio: ratio(0.05),
            stale_ms: 1000,
            precharge_window: volts(20.0),
            inlet_temperature: celsius(90.0),
            plug_current: amperes(5.0),
        },
        estimates: EstimateLimits {
            lockout_s: 30.0,
            rest_s: 1800.0,
            soc_difference: ratio(0.05),
            capacity_end_of_life: ratio(0.7),
            resistance_end_of_life: ratio(2.0),
            energy_imbalance: ratio(0.4),
        },
        control: Control {
            self_test_ms: 3000,
            precharge_attempts: 3,
            precharge_pause_s: 5,
            weld_test_ms: 1000,
            link_fallen: ratio(0.5),
            limp: ratio(0.3),
            limit_rise_s: 5.0,
            horizon_s: 2.0,
            empty_ramp: ratio(0.05),
            full_ramp: ratio(0.03),
            balancing: Balancing {
                resistance: ohms(39.0),
                start: ratio(0.01),
                stop: ratio(0.003),
                lowest_voltage: volts(pack.balancing_floor_v),
                lowest_soc: ratio(0.2),
                highest_temperature: celsius(85.0),
                bleed_ms: 4500,
                measure_ms: 500,
                settle_ms: 100,
                channels: 250,
                spare_neighbours: true,
            },
        },
        timings: FaultTimings::DEFAULT,
    }
}

/// A 10 ms task; cell voltages each 50 ms, temperatures each 500 ms.
const RHYTHM: Sampling = Sampling {
    tick_ms: 10,
    tick_late_ms: 20,
    cell_voltage_ms: 50,
    temperature_ms: 500,
    current_ms: 10,
    pack_ms: 100,
    cell_voltage_stale_ms: 200,
    cell_voltage_missing_ms: 1000,
    temperature_stale_ms: 2000,
    temperature_missing_ms: 10_000,
    current_stale_ms: 50,
    current_missing_ms: 250,
    pack_stale_ms: 300,
    pack_missing_ms: 1000,
    command_stale_ms: 500,
    open_ms: 500,
    open_at_once_ms: 50,
    limit_ms: 1000,
};

#[expect(clippy::cast_precision_loss, reason = "at most 250 cells")]
const fn limits(pack: &Pack) -> Limits<'static> {
    let cells = pack.cells as f32;
    let coldest = to_celsius(pack.coldest_charge);
    let charge = levels_a(pack.charge_current_a);
    let discharge = levels_a(pack.discharge_current_a);
    Limits {
        cell_over_voltage: levels_v(pack.over_voltage_v),
        cell_over_voltage_offset_v: LimitMap::ZERO,
        cell_under_voltage: levels_v(pack.under_voltage_v),
        cell_under_voltage_offset_v: LimitMap::ZERO,
        cell_deep_discharge: volts(pack.deep_discharge_v),
        cell_voltage_hysteresis: volts(0.02),
        cell_voltage_spread: volts(0.3),
        over_temperature: ByDirection {
            charging: levels_degc(45.0, 50.0, 55.0),
            discharging: levels_degc(50.0, 55.0, 60.0),
            resting: levels_degc(55.0, 60.0, 65.0),
        },
        under_temperature: ByDirection {
            charging: levels_degc(0.0, -15.0, coldest),
            discharging: levels_degc(-20.0, -25.0, -30.0),
            resting: levels_degc(-30.0, -35.0, -40.0),
        },
        temperature_hysteresis: kelvin_interval(2.0),
        temperature_spread: kelvin_interval(15.0),
        temperature_rise_k_per_s: 0.5,
        cell_charge_current: charge,
        cell_charge_factor: CHARGE_FACTOR,
        cell_discharge_current: discharge,
        cell_discharge_factor: DISCHARGE_FACTOR,
        string_charge_current: charge,
        string_discharge_current: discharge,
        pack_charge_current: charge,
        pack_discharge_current: discharge,
        current_hysteresis: ratio(0.05),
        rest_current: pack.rest_current,
        fuse: FuseCurve {
            current_a: pack.fuse_current_a,
            i2t_a2s: pack.fuse_i2t_a2s,
            cooling: seconds(60.0),
            recommended: ratio(0.4),
            maximum: ratio(0.7),
        },
        pack_over_voltage: levels_v(scaled(pack.over_voltage_v, cells)),
        pack_under_voltage: levels_v(scaled(pack.under_voltage_v, cells)),
        pack_voltage_hysteresis: volts(0.02 * cells),
        sum_of_cells: ratio(0.02),
        link_voltage: ratio(0.05),
        soc_spread: ratio(0.1),
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most 250 cells")]
const fn sensing(pack: &Pack) -> Sensing {
    let cells = pack.cells as f32;
    let range_a = crate::units::to_amperes(pack.current_range);
    Sensing {
        cell_voltage_low: volts(0.1),
        cell_voltage_high: volts(5.0),
        cell_voltage_jump: volts(1.0),
        cell_voltage_pair: volts(0.02),
        cell_voltage_move: volts(0.01),
        temperature_low: celsius(-45.0),
        temperature_high: celsius(150.0),
        temperature_jump: kelvin_interval(20.0),
        temperature_pair: kelvin_interval(5.0),
        temperature_move: kelvin_interval(1.0),
        current_range: pack.current_range,
        current_jump: amperes(1.5 * range_a),
        current_pair: amperes(0.02 * range_a),
        current_pair_ratio: ratio(0.05),
        current_offset: amperes(0.75 * crate::units::to_amperes(pack.rest_current)),
        pack_voltage_range: volts(6.0 * cells),
        pack_voltage_jump: volts(cells),
        supply_low: volts(8.0),
    }
}

const fn high_voltage(pack: &Pack) -> HighVoltage {
    HighVoltage {
        contactor_settle_ms: 100,
        contactor_break: pack.contactor_break,
        contactor_operations: 100_000,
        contactor_hard_operations: 20,
        precharge_resistance: pack.precharge_resistance,
        link_capacitance: pack.link_capacitance,
        precharge_target: ratio(0.95),
        precharge_slow_factor: 3.0,
        precharge_fast_factor: 0.5,
        precharge_energy: pack.precharge_energy,
        precharge_cooling_s: 60.0,
        isolation_fault_ohm_per_v: 100.0,
        isolation_warning_ohm_per_v: 500.0,
        alternating_current: false,
    }
}
