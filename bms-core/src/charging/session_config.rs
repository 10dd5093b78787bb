//! Time-outs and tolerances of a DC session; the defaults are the standards' values.

use crate::config::ConfigError;
use crate::config::Validator;
use crate::field::field;
use crate::units::{
    ElectricCurrent, ElectricPotential, Ratio, amperes, ratio, to_amperes, to_volts, volts,
};

/// Which side matches the voltages at the battery's contactors before they close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum PrechargeBy {
    /// The charger, as in CCS and NACS: the contactors close when the inlet voltage matches that of the battery.
    Charger,
    /// The vehicle, as in GB/T 27930: the contactors close on an inlet without voltage, then the charger closes its own.
    Vehicle,
}

/// Time-outs and tolerances of a DC session.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SessionConfig {
    /// Time-out from the plug until the charger's parameters are known: 150 s (DIN SPEC 70121 table 77, `ReadyToCharge`).
    /// Range: 10 to 600000.
    pub ready_ms: u32,
    /// Time-out of the cable check: 40 s (ISO 15118-2 table 111).
    /// Range: 10 to 600000.
    pub cable_check_ms: u32,
    /// Time-out of the precharge: 7 s (ISO 15118-2 table 111).
    /// Range: 10 to 600000.
    pub precharge_ms: u32,
    /// Time-out from the permission to close until the battery is connected; a design choice.
    /// Range: 10 to 600000.
    pub close_ms: u32,
    /// Time-out of the answer to a request for power, or for its end: 5 s (ISO 15118-2 table 109).
    /// Range: 10 to 600000.
    pub power_ms: u32,
    /// Time from the request of zero current after which the contactors open unconditionally; a design choice. Faults of
    /// the battery that open its contactors do not wait for it; a fault caused by the charger waits only as long as
    /// `follow_ms` and `follow_a_per_s` allow for the ramp.
    /// Range: 10 to 600000.
    pub ramp_down_ms: u32,
    /// Time-out from the command to open until the battery reports open contactors; a design choice.
    /// Range: 10 to 600000.
    pub open_ms: u32,
    /// Time after the contactors opened within which the inlet voltage has to vanish; a design choice.
    /// Range: 10 to 600000.
    pub weld_ms: u32,
    /// Time-out of the answer to the end of a session: 2 s (ISO 15118-2 table 109).
    /// Range: 10 to 600000.
    pub stop_ms: u32,
    /// Which side matches the voltages.
    pub precharge_by: PrechargeBy,
    /// Largest difference of inlet and battery voltage at which the contactors close: 20 V (IEC 61851-23).
    /// Range: above 0 V. Rule: at most `safe_voltage`.
    pub precharge_window: ElectricPotential,
    /// Inlet voltage below which the inlet is safe: 60 V.
    /// Range: 1 to 60 V.
    pub safe_voltage: ElectricPotential,
    /// Current below which the contactors open before `ramp_down_ms` has passed.
    /// Range: above 0 A. Rule: below `current_tolerance`.
    pub low_current: ElectricCurrent,
    /// Largest difference of the charger's reported voltage and the inlet voltage.
    /// Range: above 0 V.
    pub voltage_tolerance: ElectricPotential,
    /// Largest excess of a current over the requested current, and largest difference of measured and reported current;
    /// `current_tolerance_ratio` is added.
    /// Range: above 0 A.
    pub current_tolerance: ElectricCurrent,
    /// Part of the tolerance of currents that is proportional to the current.
    /// Range: 0 to 0.5.
    pub current_tolerance_ratio: Ratio,
    /// Largest current of the vehicle's own loads.
    /// Range: 0 to 1000 A.
    pub auxiliary_current: ElectricCurrent,
    /// Time for which a charger may contradict the measurements or exceed the request; a design choice.
    /// Range: 10 to 600000.
    pub mismatch_ms: u32,
    /// Time for which a charger may exceed the maximum voltage: 400 ms (IEC 61851-23 CC.6.2).
    /// Range: 10 to 600000.
    pub over_voltage_ms: u32,
    /// Time within which a charger starts to follow a lower request.
    /// Range: 10 to 600000.
    pub follow_ms: u32,
    /// Rate at which a charger reduces its current at least, in ampere per second: 100 A/s by IEC 61851-23, from memory,
    /// minus a margin.
    /// Range: above 0.
    pub follow_a_per_s: f32,
    /// Whether a charger with an isolation warning is accepted.
    pub accept_isolation_warning: bool,
}

impl SessionConfig {
    /// CCS and NACS.
    pub const CCS: Self = Self {
        ready_ms: 150_000,
        cable_check_ms: 40_000,
        precharge_ms: 7_000,
        close_ms: 3_000,
        power_ms: 5_000,
        ramp_down_ms: 6_000,
        open_ms: 5_000,
        weld_ms: 5_000,
        stop_ms: 2_000,
        precharge_by: PrechargeBy::Charger,
        precharge_window: volts(20.0),
        safe_voltage: volts(60.0),
        low_current: amperes(1.0),
        voltage_tolerance: volts(20.0),
        current_tolerance: amperes(5.0),
        current_tolerance_ratio: ratio(0.05),
        auxiliary_current: amperes(30.0),
        mismatch_ms: 1_000,
        over_voltage_ms: 400,
        follow_ms: 1_000,
        follow_a_per_s: 80.0,
        accept_isolation_warning: true,
    };

    /// GB/T 27930: the vehicle closes first.
    pub const GBT: Self = Self {
        precharge_by: PrechargeBy::Vehicle,
        precharge_ms: 60_000,
        power_ms: 60_000,
        ready_ms: 60_000,
        ..Self::CCS
    };

    /// Checks every field, then the relations between fields; also at compile time.
    ///
    /// # Errors
    /// The first value or pair that does not fit.
    pub const fn validate(&self) -> Result<(), ConfigError> {
        let mut examiner = Validator::new(self.check_fields().finish());
        examiner.at_most(
            (field!("precharge_window"), to_volts(self.precharge_window)),
            (field!("safe_voltage"), to_volts(self.safe_voltage)),
        );
        examiner.below(
            (field!("low_current"), to_amperes(self.low_current)),
            (
                field!("current_tolerance"),
                to_amperes(self.current_tolerance),
            ),
        );
        examiner.finish()
    }
}

const _: () = {
    assert!(SessionConfig::CCS.validate().is_ok());
    assert!(SessionConfig::GBT.validate().is_ok());
};
