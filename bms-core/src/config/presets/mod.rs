//! Packs to start from: an NMC pack and an LFP pack for cars, and a 48 V pack.
//!
//! Each is a constant that the compiler validates. Their cells are the virtual cells of `fixtures/cells`; limits and times
//! are typical of such packs, not those of a data sheet. A vehicle's pack starts from one of them, with its own cell,
//! layout, limits and sensors:
//!
//! ```
//! use bms_core::config::{BmsConfig, presets::NMC_96S};
//! use bms_core::units::amperes;
//! static PACK: BmsConfig<'static> = {
//!     let mut pack = NMC_96S;
//!     pack.limits.rest_current = amperes(1.8);
//!     assert!(pack.validate().is_ok());
//!     pack
//! };
//! ```

mod cells;
mod common;

use super::BmsConfig;
use common::{Pack, pack};

use crate::units::{amperes, celsius, farads, joules, ohms};

/// The temperature sensor of each cell, where each sensor measures the same number of neighbours.
const fn neighbours<const CELLS: usize>(each: usize) -> [u8; CELLS] {
    let mut sensors = [0; CELLS];
    let (mut index, mut rest): (usize, &mut [u8]) = (0, &mut sensors);
    while let Some((sensor, others)) = rest.split_first_mut() {
        #[expect(clippy::cast_possible_truncation, reason = "at most 250 cells")]
        {
            *sensor = (index / each) as u8;
        }
        index += 1;
        rest = others;
    }
    sensors
}

macro_rules! group_of {
    ($name:ident, $cell:ident, $parallel:literal) => {
        /// The cell's tables for a group in parallel.
        mod $name {
            use super::cells::$cell::*;
            use super::common::scaled;
            use crate::cell::CellParameters;
            use crate::units::{amp_hours, volts};

            const PARALLEL: f32 = $parallel;
            const R0_OHM_GROUP: [f32; R0_OHM.len()] = scaled(R0_OHM, 1.0 / PARALLEL);
            const DISCHARGE_OHM: [f32; CHARGE_TRANSFER_DISCHARGE_OHM.len()] =
                scaled(CHARGE_TRANSFER_DISCHARGE_OHM, 1.0 / PARALLEL);
            const CHARGE_OHM: [f32; CHARGE_TRANSFER_CHARGE_OHM.len()] =
                scaled(CHARGE_TRANSFER_CHARGE_OHM, 1.0 / PARALLEL);
            const KNEE_A: [f32; KNEE_CURRENT_A.len()] = scaled(KNEE_CURRENT_A, PARALLEL);
            const BRANCH: [f32; BRANCH_OHM.len()] = scaled(BRANCH_OHM, 1.0 / PARALLEL);

            pub(super) const GROUP: CellParameters<'static> = CellParameters {
                capacity: amp_hours(CAPACITY_AH * PARALLEL),
                voltage_min: volts(VOLTAGE_MIN_V),
                voltage_max: volts(VOLTAGE_MAX_V),
                ocv_soc: &OCV_SOC,
                ocv_temperature_k: &OCV_TEMPERATURE_K,
                ocv_v: &OCV_V,
                soc: &SOC,
                temperature_k: &TEMPERATURE_K,
                r0_ohm: &R0_OHM_GROUP,
                charge_transfer_discharge_ohm: &DISCHARGE_OHM,
                charge_transfer_charge_ohm: &CHARGE_OHM,
                knee_current_a: &KNEE_A,
                branch_tau_s: &BRANCH_TAU_S,
                branch_ohm: &BRANCH,
                hysteresis_v: &HYSTERESIS_V,
                hysteresis_soc: HYSTERESIS_SOC,
                activation_energy_j_per_mol: ACTIVATION_ENERGY_J_PER_MOL,
                voltage_error_v: &VOLTAGE_ERROR_V,
            };
        }
    };
}

group_of!(nmc_30p, lg_m50, 30.0);
group_of!(nmc_4p, lg_m50, 4.0);
group_of!(lfp_75p, lfp_18650, 75.0);

/// 96 groups of 30 LG M50 cells in series: 154 Ah, 400 V, one temperature sensor for 4 groups.
pub const NMC_96S: BmsConfig<'static> = pack(&Pack {
    cell: nmc_30p::GROUP,
    cells: 96,
    temperature_sensors: 24,
    front_ends: 8,
    sensor_of_cell: &const { neighbours::<96>(4) },
    over_voltage_v: [4.20, 4.22, 4.25],
    under_voltage_v: [2.80, 2.65, 2.50],
    deep_discharge_v: 2.0,
    charge_current_a: [300.0, 330.0, 360.0],
    discharge_current_a: [500.0, 550.0, 600.0],
    current_range: amperes(1000.0),
    rest_current: amperes(2.0),
    fuse_current_a: &[400.0, 600.0, 1000.0, 2000.0],
    fuse_i2t_a2s: &[1.2e8, 3.0e7, 8.0e6, 2.5e6],
    precharge_resistance: ohms(100.0),
    precharge_energy: joules(300.0),
    link_capacitance: farads(1e-3),
    contactor_break: amperes(20.0),
    high_voltage: true,
    balancing_floor_v: 3.5,
    coldest_charge: celsius(-25.0),
});

/// 100 groups of 75 LFP 18650 cells in series: 156 Ah, 330 V, one temperature sensor for 4 groups.
pub const LFP_100S: BmsConfig<'static> = pack(&Pack {
    cell: lfp_75p::GROUP,
    cells: 100,
    temperature_sensors: 25,
    front_ends: 9,
    sensor_of_cell: &const { neighbours::<100>(4) },
    over_voltage_v: [3.65, 3.70, 3.75],
    under_voltage_v: [2.50, 2.25, 2.00],
    deep_discharge_v: 1.5,
    charge_current_a: [300.0, 330.0, 360.0],
    discharge_current_a: [500.0, 550.0, 600.0],
    current_range: amperes(1000.0),
    rest_current: amperes(2.0),
    fuse_current_a: &[400.0, 600.0, 1000.0, 2000.0],
    fuse_i2t_a2s: &[1.2e8, 3.0e7, 8.0e6, 2.5e6],
    precharge_resistance: ohms(100.0),
    precharge_energy: joules(300.0),
    link_capacitance: farads(1e-3),
    contactor_break: amperes(20.0),
    high_voltage: true,
    balancing_floor_v: 3.2,
    coldest_charge: celsius(-20.0),
});

/// 13 groups of 4 LG M50 cells in series: 21 Ah, 48 V, 4 temperature sensors; below 60 V, so without isolation monitor
/// and interlock.
pub const NMC_13S: BmsConfig<'static> = pack(&Pack {
    cell: nmc_4p::GROUP,
    cells: 13,
    temperature_sensors: 4,
    front_ends: 1,
    sensor_of_cell: &[0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3],
    over_voltage_v: [4.20, 4.22, 4.25],
    under_voltage_v: [2.80, 2.65, 2.50],
    deep_discharge_v: 2.0,
    charge_current_a: [40.0, 44.0, 48.0],
    discharge_current_a: [66.0, 73.0, 80.0],
    current_range: amperes(150.0),
    rest_current: amperes(0.3),
    fuse_current_a: &[60.0, 90.0, 150.0, 400.0],
    fuse_i2t_a2s: &[2.0e6, 4.0e5, 1.0e5, 3.0e4],
    precharge_resistance: ohms(33.0),
    precharge_energy: joules(30.0),
    link_capacitance: farads(3e-3),
    contactor_break: amperes(10.0),
    high_voltage: false,
    balancing_floor_v: 3.5,
    coldest_charge: celsius(-25.0),
});

const fn assert_valid(config: &BmsConfig<'_>) {
    assert!(config.validate().is_ok());
}

const _: () = {
    assert_valid(&NMC_96S);
    assert_valid(&LFP_100S);
    assert_valid(&NMC_13S);
};
