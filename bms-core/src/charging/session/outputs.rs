//! Inputs and outputs of a session in one tick.

use super::ending::End;
use super::station::{Ask, StationReport};
use crate::Outputs;
use crate::charging::error_code::EvErrorCode;
use crate::charging::request::{ChargeRequest, RequestReason, Schedule};
use crate::measurement::{ChargerMeasurement, ChargerPhase, Commands, Reading, Request};
use crate::units::{ElectricCurrent, ElectricPotential, Ratio, to_amperes};

/// State of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum SessionState {
    /// No plug, or charging is not wanted.
    Idle,
    /// The plug is locked; the session waits for the charger's limits.
    Ready,
    /// The charger checks the isolation of the cable.
    CableCheck,
    /// The charger matches its voltage to that of the battery.
    Precharge,
    /// The battery may close its contactors; once it is connected the charger starts power.
    CloseContactors,
    /// Energy flows.
    Charging,
    /// Zero current is requested.
    RampDown,
    /// The battery opens its contactors.
    OpenContactors,
    /// Welding detection: the inlet has to lose its voltage.
    WeldCheck,
    /// Ended; [`SessionOutputs::end`] says how.
    Done,
}

/// Result of the welding detection at the inlet after the contactors opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum WeldFinding {
    /// Not tested.
    #[default]
    NotTested,
    /// The inlet lost its voltage: the contactors are open.
    Open,
    /// The inlet kept a voltage other than that of the battery: the charger or a capacitor holds it.
    Held,
    /// The inlet kept the voltage of the battery: contactors may be welded, or the charger holds it. The battery's own test of
    /// each pole decides.
    Suspected,
}

/// Inputs of a session in one tick.
#[derive(Clone, Copy, Debug)]
pub struct SessionInputs<'a> {
    /// Outputs of the battery's last tick.
    pub outputs: &'a Outputs,
    /// Plug, message and inlet temperature; its `phase` is ignored.
    pub charger: ChargerMeasurement,
    /// Voltage of the battery. Without a reading the mean of the extreme cells times their number is used.
    pub pack_voltage: Reading<ElectricPotential>,
    /// Voltage on the charger's side of the contactors, by the vehicle's own sensor. Without it no contactor closes.
    pub inlet_voltage: Reading<ElectricPotential>,
    /// State of the charging station.
    pub station: StationReport,
    /// Whether the vehicle wants to charge; false ends the session.
    pub wanted: bool,
    /// Limits of schedule and site.
    pub schedule: Schedule,
    /// State of charge of the pack at which the charge is complete, 0 to 1.
    pub target_soc: Ratio,
}

/// Outputs of a session in one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[expect(clippy::struct_excessive_bools, reason = "independent answers")]
pub struct SessionOutputs {
    /// State of the session.
    pub state: SessionState,
    /// Step that the protocol performs next.
    pub ask: Ask,
    /// The charge request; its current is zero except in [`SessionState::Charging`].
    pub request: ChargeRequest,
    /// Voltage to request from the charger now, 0 to 10 kV: the battery's during precharge, the request's while charging, else
    /// zero.
    pub target_voltage: ElectricPotential,
    /// Request for the battery's modes.
    pub battery: Request,
    /// Whether the battery may be charged.
    pub charging_allowed: bool,
    /// Phase for [`ChargerMeasurement::phase`].
    pub phase: ChargerPhase,
    /// Highest current that an obedient charger may still give after the recent requests (`SessionConfig::follow_ms`,
    /// `follow_a_per_s`): protection compares the measured current with it.
    pub current_asked: ElectricCurrent,
    /// Highest voltage that the charger may have now, for protection: the inlet's limit until the cable check ends, then
    /// [`ChargeRequest::maximum_voltage`].
    pub voltage_limit: ElectricPotential,
    /// Whether the vehicle is ready for energy (`EVReady`).
    pub ready: bool,
    /// Error code for the charger (`EVErrorCode`).
    pub error: EvErrorCode,
    /// How the session ended; `None` while it runs.
    pub end: Option<End>,
    /// Result of the welding detection.
    pub weld: WeldFinding,
    /// Charge current measured when the battery opened its contactors; `None` before that, or without a measurement.
    pub opened_at: Option<ElectricCurrent>,
    /// Whether the vehicle's isolation monitor may measure: two monitors on one circuit disturb each other.
    pub isolation_monitor_allowed: bool,
    /// Whether the plug may be unlocked: no session runs, the contactors are open, the inlet is below
    /// `SessionConfig::safe_voltage` or not measured, and the current is below `low_current`.
    pub may_unlock: bool,
}

impl SessionOutputs {
    /// Writes the session's requests into the commands of the battery's next tick. In [`SessionState::Idle`] the commands stay
    /// unchanged.
    pub fn command(&self, commands: &mut Commands) {
        if self.state == SessionState::Idle {
            return;
        }
        commands.request = self.battery;
        commands.charging_allowed = self.charging_allowed;
        commands.charger_voltage_limit = self.voltage_limit;
        commands.charger_current_request = self.current_asked;
    }

    /// Whether the request is zero for a reason that is no fault: a limit that fell, a pause.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.state == SessionState::Charging
            && to_amperes(self.request.current) <= 0.0
            && !matches!(self.request.reason, RequestReason::Complete(_))
    }
}
