//! Chargers to start from. Usual values; no maker's.

use bms_core::charging::OnBoardCharger;

use super::ac::{OnBoardPlantConfig, WallBoxConfig};
use super::dc::DcChargerConfig;
use super::v2h::V2hConfig;

/// One port of a NEVI station: 150 kW at up to 920 V (the voltages of 23 CFR 680.106 are from memory).
pub const NEVI_150_KW: DcChargerConfig = DcChargerConfig {
    voltage_max_v: 920.0,
    voltage_min_v: 150.0,
    current_max_a: 500.0,
    discharge_max_a: 0.0,
    power_max_w: 150e3,
    volts_per_s: 200.0,
    amperes_per_s: 100.0,
    ripple_a: 1.0,
    ripple_hz: 300.0,
    delay_s: 0.1,
    answer_s: 0.1,
    period_s: 0.1,
    cable_check_v: 500.0,
    cable_check_s: 5.0,
    bleed_s: 0.3,
};

/// A large station: 350 kW at up to 1000 V and 500 A.
pub const CCS_350_KW: DcChargerConfig = DcChargerConfig {
    voltage_max_v: 1000.0,
    power_max_w: 350e3,
    ..NEVI_150_KW
};

/// A station with J3400 plugs of 500 V: 250 kW.
pub const NACS_250_KW: DcChargerConfig = DcChargerConfig {
    voltage_max_v: 500.0,
    current_max_a: 600.0,
    power_max_w: 250e3,
    ..NEVI_150_KW
};

/// A station by GB/T 27930: 120 kW at up to 750 V and 250 A.
pub const GBT_120_KW: DcChargerConfig = DcChargerConfig {
    voltage_max_v: 750.0,
    voltage_min_v: 200.0,
    current_max_a: 250.0,
    power_max_w: 120e3,
    ..NEVI_150_KW
};

/// A bidirectional wall box: 11 kW in both directions.
pub const V2H_11_KW: DcChargerConfig = DcChargerConfig {
    voltage_max_v: 500.0,
    voltage_min_v: 150.0,
    current_max_a: 30.0,
    discharge_max_a: 30.0,
    power_max_w: 11e3,
    amperes_per_s: 20.0,
    ..NEVI_150_KW
};

/// [`V2H_11_KW`] behind a meter that is read each second. The efficiency is a usual value.
pub const V2H_HOUSE_11_KW: V2hConfig = V2hConfig {
    charger: V2H_11_KW,
    efficiency: 0.94,
    least_w: 100.0,
    meter_s: 1.0,
};

/// A three-phase wall box of 16 A, 11 kW. The 5 s between changes of the pilot and the 5 s allowed to the vehicle are
/// from memory of IEC 61851-1.
pub const WALL_BOX_11_KW: WallBoxConfig = WallBoxConfig {
    phase_current_max_a: 16.0,
    phase_current_min_a: 6.0,
    cable_a: 20.0,
    stand_s: 5.0,
    follow_s: 5.0,
    tolerance_a: 1.0,
};

/// An on-board charger of 11 kW with typical dynamics.
pub const ON_BOARD_11_KW: OnBoardPlantConfig = OnBoardPlantConfig {
    charger: OnBoardCharger::AC_11_KW,
    delay_s: 0.5,
    rise_a_per_s: 2.0,
    fall_a_per_s: 5.0,
    period_s: 0.1,
};
