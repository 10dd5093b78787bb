//! Values common to the presets.

use crate::cell::CellParameters;
use crate::config::{
    Balancing, BmsConfig, ByDirection, ChargingSupervision, Control, EstimateLimits, Fitted,
    FuseCurve, HighVoltage, Layout, Levels, LimitMap, Limits, Sampling, Sensing, Thermal,
};
use crate::estimation::{CapacityTuning, DeltaTuning, EstimatorTuning};
use crate::fault::FaultTimings;
use crate::units::{
    Capacitance, ElectricCurrent, ElectricPotential, ElectricalResistance, Energy,
    ThermodynamicTemperature, amperes, celsius, to_amperes, to_celsius, volts,
};

/// Values in which the presets differ.
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

/// A configuration with the default of every field that has one.
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
            isolation: pack.high_voltage,
            interlock: pack.high_voltage,
            contactor_feedback: pack.high_voltage,
            gas_sensor: pack.high_voltage,
            coolant: pack.high_voltage,
            heater: pack.high_voltage,
            inlet_temperature: pack.high_voltage,
            ..Fitted::DEFAULT
        },
        sampling: Sampling::DEFAULT,
        limits: limits(pack),
        sensing: sensing(pack),
        high_voltage: HighVoltage {
            contactor_break: pack.contactor_break,
            precharge_resistance: pack.precharge_resistance,
            link_capacitance: pack.link_capacitance,
            precharge_energy: pack.precharge_energy,
            ..HighVoltage::BASE
        },
        thermal: Thermal::DEFAULT,
        charging: ChargingSupervision::DEFAULT,
        estimates: EstimateLimits::DEFAULT,
        control: Control {
            balancing: Balancing {
                lowest_voltage: volts(pack.balancing_floor_v),
                ..Balancing::BASE
            },
            ..Control::BASE
        },
        timings: FaultTimings::DEFAULT,
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most 250 cells")]
const fn limits(pack: &Pack) -> Limits<'static> {
    let cells = pack.cells as f32;
    let coldest = to_celsius(pack.coldest_charge);
    let charge = levels_a(pack.charge_current_a);
    let discharge = levels_a(pack.discharge_current_a);
    Limits {
        cell_over_voltage: levels_v(pack.over_voltage_v),
        cell_under_voltage: levels_v(pack.under_voltage_v),
        cell_deep_discharge: volts(pack.deep_discharge_v),
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
        cell_charge_current: charge,
        cell_charge_factor: CHARGE_FACTOR,
        cell_discharge_current: discharge,
        cell_discharge_factor: DISCHARGE_FACTOR,
        string_charge_current: charge,
        string_discharge_current: discharge,
        pack_charge_current: charge,
        pack_discharge_current: discharge,
        rest_current: pack.rest_current,
        fuse: FuseCurve {
            current_a: pack.fuse_current_a,
            i2t_a2s: pack.fuse_i2t_a2s,
            ..FuseCurve::BASE
        },
        pack_over_voltage: levels_v(scaled(pack.over_voltage_v, cells)),
        pack_under_voltage: levels_v(scaled(pack.under_voltage_v, cells)),
        pack_voltage_hysteresis: volts(0.02 * cells),
        ..Limits::BASE
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most 250 cells")]
const fn sensing(pack: &Pack) -> Sensing {
    let cells = pack.cells as f32;
    let range_a = to_amperes(pack.current_range);
    Sensing {
        current_range: pack.current_range,
        current_jump: amperes(1.5 * range_a),
        current_pair: amperes(0.02 * range_a),
        current_offset: amperes(0.75 * to_amperes(pack.rest_current)),
        pack_voltage_range: volts(6.0 * cells),
        pack_voltage_jump: volts(cells),
        ..Sensing::BASE
    }
}
