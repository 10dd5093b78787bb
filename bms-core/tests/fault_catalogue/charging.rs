//! The charger, its plug and the inlet.

use bms_core::measurement::ChargerPhase;
use bms_core::protection::Source;
use bms_core::units::{amperes, ohms, volts};

use crate::bench::{Bench, pulses};

const PACK: Source = Source::Pack;

/// A session in which everything is as asked.
fn session(bench: Bench, phase: ChargerPhase) -> Bench {
    bench.first(|sensors| sensors.charging(phase))
}

crate::catalogue_tests! {
    ChargerOverVoltage:
    charger_over_voltage_is_found(bench) {
        let limit_v = bench.pack_v() + 10.0;
        session(bench, ChargerPhase::Charging)
            .provoke(|sensors| sensors.charger_message.voltage = volts(limit_v + 5.1))
            .names(PACK)
            .shows(limit_v + 5.1, limit_v + 5.0)
    }
    charger_over_voltage_is_not_found_inside(bench) {
        let limit_v = bench.pack_v() + 10.0;
        session(bench, ChargerPhase::Charging)
            .inside(|sensors| sensors.charger_message.voltage = volts(limit_v + 4.9))
    }

    ChargerOverCurrent:
    charger_over_current_is_found(bench) {
        session(bench, ChargerPhase::Charging)
            // Asked for 100 A; 5 A and 5 % more are allowed.
            .provoke(|sensors| sensors.charger_message.current = amperes(110.1)).names(PACK).shows(110.1, 110.0)
    }
    charger_over_current_is_not_found_inside(bench) {
        session(bench, ChargerPhase::Charging)
            .inside(|sensors| sensors.charger_message.current = amperes(109.9))
    }

    ChargerDataStale:
    charger_data_stale_is_found(bench) {
        session(bench, ChargerPhase::Charging).provoke(|sensors| sensors.silent.charger = true).names(PACK).shows(1.01, 1.0)
    }
    charger_data_stale_is_not_found_inside(bench) {
        session(bench, ChargerPhase::Charging).inside_by(|sensors, ms| sensors.silent.charger = !ms.is_multiple_of(1000))
    }

    ChargerLimitInvalid:
    charger_limit_invalid_is_found(bench) {
        session(bench, ChargerPhase::Charging).provoke(|sensors| sensors.charger_message.current_max = amperes(-0.1)).names(PACK).has_no_value()
    }
    charger_limit_invalid_is_not_found_inside(bench) {
        session(bench, ChargerPhase::Charging).inside(|sensors| sensors.charger_message.current_max = amperes(0.0))
    }

    ChargerPrechargeNotReached:
    charger_precharge_not_reached_is_found(bench) {
        let below_v = bench.pack_v() - 20.1;
        session(bench, ChargerPhase::CableCheck)
            .provoke(|sensors| {
                sensors.charger.phase = ChargerPhase::Precharge;
                sensors.charger_message.voltage = volts(below_v);
            })
            .names(PACK)
            .shows_near(20.1, 20.0)
    }
    charger_precharge_not_reached_is_not_found_inside(bench) {
        let below_v = bench.pack_v() - 19.9;
        session(bench, ChargerPhase::CableCheck)
            .inside(|sensors| {
                sensors.charger.phase = ChargerPhase::Precharge;
                sensors.charger_message.voltage = volts(below_v);
            })
    }

    ConnectorLock:
    connector_lock_is_found(bench) {
        session(bench, ChargerPhase::Charging).provoke(|sensors| sensors.charger.locked = false).names(PACK).has_no_value().after(510)
    }
    connector_lock_is_not_found_inside(bench) {
        session(bench, ChargerPhase::Charging).inside_by(|sensors, ms| sensors.charger.locked = !pulses(ms, 500))
    }

    InletOverTemperature:
    inlet_over_temperature_is_found(bench) {
        bench.provoke(|sensors| sensors.inlet_degc = 90.1).names(PACK).shows(90.1 + 273.15, 90.0 + 273.15)
    }
    inlet_over_temperature_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.inlet_degc = 89.9)
    }

    CableCheckIsolation:
    cable_check_isolation_is_found(bench) {
        let resistance = ohms(99.0 * bench.pack_v());
        session(bench, ChargerPhase::CableCheck)
            .provoke(|sensors| sensors.isolation.resistance = resistance)
            .names(PACK)
            .shows_near(99.0, 100.0)
    }
    cable_check_isolation_is_not_found_inside(bench) {
        let resistance = ohms(101.0 * bench.pack_v());
        session(bench, ChargerPhase::CableCheck).inside(|sensors| sensors.isolation.resistance = resistance)
    }

    UnexpectedStop:
    unexpected_stop_is_found(bench) {
        session(bench, ChargerPhase::Charging).provoke(|sensors| sensors.charger.phase = ChargerPhase::Stopped).names(PACK).has_no_value().after(10)
    }
    unexpected_stop_is_not_found_inside(bench) {
        session(bench, ChargerPhase::Charging).inside(|sensors| sensors.charger.phase = ChargerPhase::Finished)
    }

    PlugRemovedUnderLoad:
    plug_removed_under_load_is_found(bench) {
        session(bench, ChargerPhase::Charging)
            .first(|sensors| sensors.current(-5.1))
            .provoke(|sensors| sensors.charger.plugged = false)
            .names(PACK)
            .shows(5.1, 5.0)
            .after(10)
    }
    plug_removed_under_load_is_not_found_inside(bench) {
        session(bench, ChargerPhase::Charging)
            .first(|sensors| sensors.current(-4.9))
            .inside(|sensors| sensors.charger.plugged = false)
    }
}
