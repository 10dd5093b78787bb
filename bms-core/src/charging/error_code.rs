//! Error codes for the charger.

use crate::protection::FaultId;

/// `DC_EVErrorCode` of DIN SPEC 70121 and ISO 15118-2, by their names. Stations show them to drivers as they are, so a code is
/// chosen for what the driver can make of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum EvErrorCode {
    /// `NO_ERROR`.
    #[default]
    NoError,
    /// `FAILED_RESSTemperatureInhibit`: the battery is too hot or too cold.
    RessTemperatureInhibit,
    /// `FAILED_EVShiftPosition`: the vehicle is not parked.
    EvShiftPosition,
    /// `FAILED_ChargerConnectorLockFault`: the plug is not locked.
    ChargerConnectorLockFault,
    /// `FAILED_EVRESSMalfunction`: the battery has a fault.
    EvRessMalfunction,
    /// `FAILED_ChargingCurrentdifferential`: the current is not what was asked for.
    ChargingCurrentDifferential,
    /// `FAILED_ChargingVoltageOutOfRange`: the voltage is not what was asked for.
    ChargingVoltageOutOfRange,
    /// `FAILED_ChargingSystemIncompatibility`: charger and battery do not fit, or do not understand each other.
    ChargingSystemIncompatibility = 10,
    /// `NoData`.
    NoData = 11,
}

impl EvErrorCode {
    /// The name in the standards' schemas.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoError => "NO_ERROR",
            Self::RessTemperatureInhibit => "FAILED_RESSTemperatureInhibit",
            Self::EvShiftPosition => "FAILED_EVShiftPosition",
            Self::ChargerConnectorLockFault => "FAILED_ChargerConnectorLockFault",
            Self::EvRessMalfunction => "FAILED_EVRESSMalfunction",
            Self::ChargingCurrentDifferential => "FAILED_ChargingCurrentdifferential",
            Self::ChargingVoltageOutOfRange => "FAILED_ChargingVoltageOutOfRange",
            Self::ChargingSystemIncompatibility => "FAILED_ChargingSystemIncompatibility",
            Self::NoData => "NoData",
        }
    }

    /// The code for a fault of the catalogue.
    #[must_use]
    pub const fn of_fault(fault: FaultId) -> Self {
        use FaultId as F;
        match fault {
            F::OverTemperatureChargingRecommended
            | F::OverTemperatureChargingMaximum
            | F::OverTemperatureDischargingRecommended
            | F::OverTemperatureDischargingMaximum
            | F::UnderTemperatureChargingRecommended
            | F::UnderTemperatureChargingMaximum
            | F::UnderTemperatureDischargingRecommended
            | F::UnderTemperatureDischargingMaximum
            | F::InletOverTemperature
            | F::CoolantLost => Self::RessTemperatureInhibit,
            F::ConnectorLock | F::PlugRemovedUnderLoad => Self::ChargerConnectorLockFault,
            F::ChargerOverCurrent
            | F::CellChargeOverCurrentMaximum
            | F::StringChargeOverCurrentMaximum
            | F::PackChargeOverCurrentMaximum
            | F::ChargeNotAllowed => Self::ChargingCurrentDifferential,
            F::ChargerOverVoltage | F::ChargerPrechargeNotReached | F::PackOverVoltageMaximum => {
                Self::ChargingVoltageOutOfRange
            }
            F::ChargerLimitInvalid | F::ChargerDataStale => Self::ChargingSystemIncompatibility,
            F::UnexpectedStop => Self::NoError,
            _ => Self::EvRessMalfunction,
        }
    }
}
