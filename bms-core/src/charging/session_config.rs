//! Time-outs and tolerances of a DC session, with the standards' values as default.

use crate::config::ConfigError;
use crate::config::Validator;
use crate::field::{Field, field};
use crate::units::{
    ElectricCurrent, ElectricPotential, Ratio, amperes, ratio, to_amperes, to_ratio, to_volts,
    volts,
};

/// Who brings the voltages on both sides of the battery's contactors together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum PrechargeBy {
    /// The charger, as in CCS and NACS: the contactors close when the voltage at the inlet is that of the battery.
    Charger,
    /// The vehicle, as in GB/T 27930: the contactors close on an inlet without voltage, and the charger then closes its own.
    Vehicle,
}

/// Time-outs and tolerances of a DC session. Times in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SessionConfig {
    /// From the plug until the charger's parameters are known: 150 s (DIN SPEC 70121 table 77, `ReadyToCharge`).
    pub ready_ms: u32,
    /// Cable check: 40 s (ISO 15118-2 table 111).
    pub cable_check_ms: u32,
    /// Precharge: 7 s (ISO 15118-2 table 111).
    pub precharge_ms: u32,
    /// From the permission to close until the battery is connected; a choice.
    pub close_ms: u32,
    /// Answer to a request for power, or for its end: 5 s (ISO 15118-2 table 109).
    pub power_ms: u32,
    /// From the request of zero current until the contactors open in any case; a choice. Faults of the battery that open its
    /// contactors do not wait for it, and one that is caused by the charger waits only as long as the charger comes down as
    /// `follow_ms` and `follow_a_per_s` say.
    pub ramp_down_ms: u32,
    /// From the command to open until the battery says that it did; a choice.
    pub open_ms: u32,
    /// The inlet has to be without voltage this long after the contactors opened; a choice.
    pub weld_ms: u32,
    /// Answer to the end of a session: 2 s (ISO 15118-2 table 109).
    pub stop_ms: u32,
    /// Who brings the voltages together.
    pub precharge_by: PrechargeBy,
    /// How near the inlet has to come to the battery: 20 V (IEC 61851-23).
    pub precharge_window: ElectricPotential,
    /// An inlet below this voltage is safe: 60 V.
    pub safe_voltage: ElectricPotential,
    /// Contactors open below this current, or when the time is over.
    pub low_current: ElectricCurrent,
    /// How far the voltage that the charger says may be from that at the inlet.
    pub voltage_tolerance: ElectricPotential,
    /// How far a current may be above what was asked for, and the measured one from the reported one, besides
    /// `current_tolerance_ratio`.
    pub current_tolerance: ElectricCurrent,
    /// The same in proportion to the current.
    pub current_tolerance_ratio: Ratio,
    /// What the vehicle's own loads take of the charger's current at most.
    pub auxiliary_current: ElectricCurrent,
    /// A charger may contradict what is measured, or give more than asked for, for this long; a choice.
    pub mismatch_ms: u32,
    /// A charger may be above the maximum voltage for this long: 400 ms (IEC 61851-23 CC.6.2).
    pub over_voltage_ms: u32,
    /// A charger has this long to hear of a lower request...
    pub follow_ms: u32,
    /// ...and comes down at least so fast, in ampere per second: 100 A/s by IEC 61851-23, from memory, less a margin.
    pub follow_a_per_s: f32,
    /// Whether a charger whose isolation monitor warns is accepted.
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

    /// Checks every value; also at compile time.
    ///
    /// # Errors
    /// The first value or pair that does not fit.
    pub const fn validate(&self) -> Result<(), ConfigError> {
        let times = [
            (field!("ready_ms"), self.ready_ms),
            (field!("cable_check_ms"), self.cable_check_ms),
            (field!("precharge_ms"), self.precharge_ms),
            (field!("close_ms"), self.close_ms),
            (field!("power_ms"), self.power_ms),
            (field!("ramp_down_ms"), self.ramp_down_ms),
            (field!("open_ms"), self.open_ms),
            (field!("weld_ms"), self.weld_ms),
            (field!("stop_ms"), self.stop_ms),
            (field!("mismatch_ms"), self.mismatch_ms),
            (field!("over_voltage_ms"), self.over_voltage_ms),
            (field!("follow_ms"), self.follow_ms),
        ];
        let mut examiner = Validator::new();
        let mut rest: &[(Field, u32)] = &times;
        while let Some(((name, time_ms), others)) = rest.split_first() {
            #[expect(clippy::cast_precision_loss, reason = "a time for a message")]
            examiner.within((*name, *time_ms as f32), 10.0, 600_000.0);
            rest = others;
        }
        examiner.positive((field!("precharge_window"), to_volts(self.precharge_window)));
        examiner.at_most(
            (field!("precharge_window"), to_volts(self.precharge_window)),
            (field!("safe_voltage"), to_volts(self.safe_voltage)),
        );
        examiner.within(
            (field!("safe_voltage"), to_volts(self.safe_voltage)),
            1.0,
            60.0,
        );
        examiner.positive((field!("follow_a_per_s"), self.follow_a_per_s));
        examiner.positive((field!("low_current"), to_amperes(self.low_current)));
        examiner.positive((
            field!("voltage_tolerance"),
            to_volts(self.voltage_tolerance),
        ));
        examiner.positive((
            field!("current_tolerance"),
            to_amperes(self.current_tolerance),
        ));
        examiner.within(
            (
                field!("current_tolerance_ratio"),
                to_ratio(self.current_tolerance_ratio),
            ),
            0.0,
            0.5,
        );
        examiner.within(
            (
                field!("auxiliary_current"),
                to_amperes(self.auxiliary_current),
            ),
            0.0,
            1e3,
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
