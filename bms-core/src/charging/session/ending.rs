//! How a session ends, and the error code that the charger receives.

use super::outputs::SessionState;
use crate::charging::charger::Distrust;
use crate::charging::error_code::EvErrorCode;
use crate::charging::request::Completion;
use crate::protection::{FaultId, Reaction};

/// Who stopped a session without a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum StopCause {
    /// The vehicle or its driver stopped the session.
    Vehicle,
    /// The station stopped the session.
    Station,
}

/// The fault that ended a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum SessionFault {
    /// A state lasted longer than its time-out.
    Timeout(SessionState),
    /// The battery's voltage is outside the charger's voltage range.
    Incompatible,
    /// The charger's cable check found too little isolation.
    CableIsolation,
    /// The plug was removed.
    PlugRemoved,
    /// The plug is no longer locked.
    Unlocked,
    /// No message of the charger within the stale time.
    ChargerSilent,
    /// Only invalid messages of the charger within the stale time.
    ChargerInvalid(Distrust),
    /// The charger reports a malfunction (`EVSE_Malfunction`).
    ChargerMalfunction,
    /// The charger reports an emergency shutdown (`EVSE_EmergencyShutdown`).
    ChargerEmergency,
    /// The voltage that the charger reports differs from the inlet's.
    VoltageContradicted,
    /// The current that the charger reports differs from the battery's.
    CurrentContradicted,
    /// The battery's current is above the request.
    CurrentAboveRequest,
    /// A voltage above the highest that is allowed.
    OverVoltage,
    /// A fault of the battery.
    Battery(FaultId),
    /// The battery opened its contactors without a fault.
    BatteryOpened,
    /// The current did not fall within the time of the ramp down: the contactors open under load.
    CurrentRemains,
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum End {
    /// The charge is complete.
    Complete(Completion),
    /// Stopped without a fault.
    Stopped(StopCause),
    /// Ended by a fault.
    Failed(SessionFault),
}

impl End {
    /// The error code for the charger (`EVErrorCode`).
    #[must_use]
    pub const fn error_code(self) -> EvErrorCode {
        let Self::Failed(fault) = self else {
            return EvErrorCode::NoError;
        };
        match fault {
            // The vehicle is sound: stations show the code to drivers as a fault of the vehicle.
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

    /// Whether a ramp down is pointless: there is no charger any more, or the battery opens anyway.
    pub(super) fn is_urgent(self) -> bool {
        match self {
            Self::Failed(SessionFault::PlugRemoved | SessionFault::BatteryOpened) => true,
            Self::Failed(SessionFault::Battery(fault)) => {
                fault.definition().reaction > Reaction::StopCharging
            }
            _ => false,
        }
    }

    /// Whether the charger left without a request to stop.
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
