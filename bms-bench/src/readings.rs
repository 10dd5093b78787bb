//! Readings of sensors that have nothing to report.

use bms_core::measurement::{
    ChargerMeasurement, Contactors, ControllerReport, CoolantMeasurement, IsolationReport,
    Measurements, Reading,
};
use bms_core::units::{celsius, ohms, volts};

/// Isolation of a sound pack.
pub const ISOLATED: IsolationReport = IsolationReport {
    resistance: ohms(2e6),
    valid: true,
    self_test_failed: false,
};

/// A new reading if it is due, else a waiting one.
pub fn new_if<T>(due: bool, value: T) -> Reading<T> {
    if due {
        Reading::New(value)
    } else {
        Reading::Waiting
    }
}

/// The reported states of three contactors.
pub fn feedback(contactors: Contactors<bool>) -> Contactors<Reading<bool>> {
    Contactors {
        main_positive: Reading::New(contactors.main_positive),
        main_negative: Reading::New(contactors.main_negative),
        precharge: Reading::New(contactors.precharge),
    }
}

/// Readings of a sound pack at one temperature, without cells, sensors, currents, voltages and contactors.
///
/// Isolation and supply are new if `pack_due`, temperatures, coolant and gas if `slow_due`, the interlock always.
pub fn sound(pack_due: bool, slow_due: bool, degc: f32) -> Measurements<'static> {
    let temperature = new_if(slow_due, celsius(degc));
    Measurements {
        isolation: new_if(pack_due, ISOLATED),
        interlock_closed: Reading::New(true),
        gas_alert: new_if(slow_due, false),
        coolant: CoolantMeasurement {
            inlet: temperature,
            outlet: temperature,
            flowing: new_if(slow_due, true),
            heater_on: new_if(slow_due, false),
        },
        charger: ChargerMeasurement {
            inlet_temperature: temperature,
            ..ChargerMeasurement::default()
        },
        bleed_temperature: temperature,
        controller: ControllerReport {
            supply: new_if(pack_due, volts(12.0)),
            ..ControllerReport::default()
        },
        ..Measurements::default()
    }
}
