//! Charging of the packs of [`crate::config::presets`]: typical values of such packs, not those of a data sheet.

use super::config::{ChargingConfig, Derating, Finish, InletLimits};
use crate::config::presets::{LFP_100S, NMC_96S};
use crate::config::{BmsConfig, LimitMap};
use crate::units::{amperes, celsius, seconds, volts};

/// Charge map of the 154 Ah NMC pack, in ampere: 2C when warm and empty, less towards full.
const NMC_MAP_A: LimitMap<'static> = LimitMap {
    temperature_k: &[263.15, 273.15, 283.15, 298.15, 318.15, 328.15],
    soc: &[0.0, 0.1, 0.4, 0.6, 0.8, 1.0],
    values: &[
        30.0, 30.0, 25.0, 20.0, 10.0, 5.0, //
        80.0, 80.0, 60.0, 40.0, 25.0, 10.0, //
        150.0, 150.0, 120.0, 90.0, 60.0, 30.0, //
        250.0, 300.0, 300.0, 220.0, 150.0, 80.0, //
        250.0, 300.0, 300.0, 220.0, 150.0, 80.0, //
        100.0, 100.0, 100.0, 80.0, 60.0, 40.0,
    ],
};

/// Current in ampere above which lithium plates, by temperature and state of charge. From 10 degC up: the current at which
/// the single particle model with electrolyte of the LG M50 (Chen et al. 2020), 30 in parallel, at constant temperature
/// keeps at least 25 mV anode potential vs Li/Li+ at the separator, minus a few percent
/// (`bms-sim/tests/charging_anode.rs` compares it with the model). Below, where that parameter set has no slower
/// diffusion, typical values, which are lower.
const NMC_PLATING_A: LimitMap<'static> = LimitMap {
    temperature_k: &[258.15, 263.15, 273.15, 283.15, 298.15, 313.15],
    soc: &[0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 1.0],
    values: &[
        0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, //
        15.0, 13.75, 12.5, 11.25, 10.0, 7.5, 6.25, 5.0, 3.0, //
        70.0, 65.0, 60.0, 55.0, 50.0, 35.0, 27.5, 20.0, 8.0, //
        140.0, 130.0, 122.0, 110.0, 88.0, 80.0, 44.0, 40.0, 20.0, //
        270.0, 255.0, 215.0, 148.0, 126.0, 120.0, 70.0, 64.0, 40.0, //
        300.0, 270.0, 240.0, 185.0, 165.0, 155.0, 100.0, 85.0, 40.0,
    ],
};

/// A CCS inlet: 1000 V and 500 A.
const CCS: InletLimits = InletLimits {
    voltage: volts(1000.0),
    current: amperes(500.0),
    hot: Derating {
        from: celsius(75.0),
        to: celsius(90.0),
    },
};

/// A first J3400 (NACS) inlet: 500 V.
pub const NACS_500_V: InletLimits = InletLimits {
    voltage: volts(500.0),
    current: amperes(500.0),
    ..CCS
};

/// [`NMC_96S`] behind a CCS inlet.
pub const NMC_96S_CCS: ChargingConfig<'static> = ChargingConfig {
    map_a: NMC_MAP_A,
    stages: &[],
    plating_a: NMC_PLATING_A,
    heat_until: celsius(20.0),
    hot: Derating {
        from: celsius(42.0),
        to: celsius(50.0),
    },
    inlet: CCS,
    constant_voltage: volts(4.18),
    voltage_margin: volts(5.0),
    rise_a_per_s: 20.0,
    finish: Finish {
        current: amperes(8.0),
        hold: seconds(10.0),
        longest: seconds(2.0 * 3600.0),
    },
};

/// [`NMC_96S`] behind a NACS inlet.
pub const NMC_96S_NACS: ChargingConfig<'static> = ChargingConfig {
    inlet: NACS_500_V,
    ..NMC_96S_CCS
};

/// [`LFP_100S`] behind a CCS inlet.
pub const LFP_100S_CCS: ChargingConfig<'static> = ChargingConfig {
    map_a: LimitMap {
        temperature_k: &[263.15, 273.15, 283.15, 298.15, 318.15, 328.15],
        soc: &[0.0, 0.8, 1.0],
        values: &[
            20.0, 10.0, 5.0, //
            50.0, 30.0, 15.0, //
            110.0, 90.0, 50.0, //
            200.0, 180.0, 100.0, //
            200.0, 180.0, 100.0, //
            80.0, 60.0, 40.0,
        ],
    },
    plating_a: LimitMap {
        temperature_k: &[263.15, 273.15, 283.15, 298.15],
        soc: &[0.0, 1.0],
        values: &[
            0.0, 0.0, //
            45.0, 20.0, //
            110.0, 60.0, //
            250.0, 150.0,
        ],
    },
    constant_voltage: volts(3.6),
    ..NMC_96S_CCS
};

const fn assert_valid(config: &ChargingConfig<'_>, pack: &BmsConfig<'_>) {
    assert!(config.validate(pack).is_ok());
}

const _: () = {
    assert_valid(&NMC_96S_CCS, &NMC_96S);
    assert_valid(&NMC_96S_NACS, &NMC_96S);
    assert_valid(&LFP_100S_CCS, &LFP_100S);
};
