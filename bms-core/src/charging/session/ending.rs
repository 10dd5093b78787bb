//! How a session ends, and what the charger is told of it.

use super::super::charger::Distrust;
use super::super::error_code::EvErrorCode;
use super::super::request::Completion;
use super::SessionState;
use crate::protection::{FaultId, Reaction};

/// Who stopped a session that nothing was wrong with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum StopCause {
    /// The vehicle or its driver stopped the session.
    Vehicle,
    /// The station stopped the session.
    Station,
}

/// What was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum SessionFault {
    /// A state took longer than it may.
    Timeout(SessionState),
    /// The charger's voltages do not hold that of the battery.
    Incompatible,
    /// The charger found a cable with too little isolation.
    CableIsolation,
    /// The plug was pulled.
    PlugRemoved,
    /// The plug is not locked any more.
    Unlocked,
    /// No message of the charger for too long.
    ChargerSilent,
    /// Nothing but messages that cannot be believed for too long.
    ChargerInvalid(Distrust),
    /// The charger reports a malfunction of its own.
    ChargerMalfunction,
    /// The charger reports an emergency.
    ChargerEmergency,
    /// The charger says another voltage than the inlet has.
    VoltageContradicted,
    /// The charger says another current than the battery takes.
    CurrentContradicted,
    /// More current than was asked for.
    CurrentAboveRequest,
    /// More voltage than is allowed.
    OverVoltage,
    /// A fault of the battery.
    Battery(FaultId),
    /// The battery opened its contactors, and says no fault.
    BatteryOpened,
    /// The contactors opened under load, as the charger's current did not fall in time after the request for zero.
    CurrentRemains,
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum End {
    /// The battery has what it wanted.
    Complete(Completion),
    /// Somebody stopped it.
    Stopped(StopCause),
    /// Something was wrong.
    Failed(SessionFault),
}

impl End {
    /// What the charger is told.
    #[must_use]
    pub const fn error_code(self) -> EvErrorCode {
        let Self::Failed(fault) = self else {
            return EvErrorCode::NoError;
        };
        match fault {
            // Nothing of the vehicle is wrong: the driver must not read that it is.
            SessionFault::CableIsolation
            | SessionFault::ChargerMalfunction
            | SessionFault::ChargerEmergency => EvErrorCode::NoError,
            SessionFault::Timeout(SessionState::Precharge)
            | SessionFault::VoltageContradicted
            | SessionFault::OverVoltage => EvErrorCode::ChargingVoltageOutOfRange,
            SessionFault::Timeout(_)
            | SessionFault::Incompatible
            | SessionFault::ChargerSilent
            | SessionFault::ChargerInvalid(_) => EvErrorCode::ChargingSystemIncompatibility,
            SessionFault::PlugRemoved | SessionFault::Unlocked => {
                EvErrorCode::ChargerConnectorLockFault
            }
            SessionFault::CurrentContradicted
            | SessionFault::CurrentAboveRequest
            | SessionFault::CurrentRemains => EvErrorCode::ChargingCurrentDifferential,
            SessionFault::Battery(fault) => EvErrorCode::of_fault(fault),
            SessionFault::BatteryOpened => EvErrorCode::EvRessMalfunction,
        }
    }

    /// Whether waiting for a lower current has no sense: there is no charger any more, or the battery opens anyway.
    pub(super) fn is_urgent(self) -> bool {
        match self {
            Self::Failed(SessionFault::PlugRemoved | SessionFault::BatteryOpened) => true,
            Self::Failed(SessionFault::Battery(fault)) => {
                fault.definition().reaction > Reaction::StopCharging
            }
            _ => false,
        }
    }

    /// Whether the charger left without being asked.
    pub(super) const fn is_unexpected(self) -> bool {
        matches!(
            self,
            Self::Failed(
                SessionFault::PlugRemoved
                    | SessionFault::ChargerSilent
                    | SessionFault::ChargerMalfunction
                    | SessionFault::ChargerEmergency
            )
        )
    }
}
