//! What a charging protocol and a session exchange: the step to perform next, and what the charging station reports.

/// The step that a protocol performs next. It reports the same value in [`StationReport::answered`] once the charger agreed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Ask {
    /// No step.
    #[default]
    Nothing,
    /// Exchange of limits (`ChargeParameterDiscovery`).
    Parameters,
    /// Isolation check of the cable (`CableCheck`), repeated until it is finished.
    CableCheck,
    /// Charger output at the battery's voltage (`PreCharge`).
    Precharge,
    /// Start of power (`PowerDelivery` start).
    StartPower,
    /// Current and voltage of the request (`CurrentDemand`, `DC_ChargeLoop`).
    Current,
    /// End of power (`PowerDelivery` stop), also where it never started, so that no supply stays on.
    StopPower,
    /// Inlet voltage with open contactors (`WeldingDetection`).
    WeldingDetection,
    /// End of the session (`SessionStop`).
    StopSession,
}

/// `EVSEStatusCode` of DIN SPEC 70121 and ISO 15118-2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum StationStatus {
    /// `EVSE_NotReady`: no current for now; the request is zero.
    #[default]
    NotReady,
    /// `EVSE_Ready`.
    Ready,
    /// `EVSE_Shutdown`: the station ends the session.
    Shutdown,
    /// `EVSE_UtilityInterruptEvent`: no current for now; the request is zero.
    UtilityInterrupt,
    /// `EVSE_IsolationMonitoringActive`: current may flow.
    IsolationMonitoring,
    /// `EVSE_EmergencyShutdown`: ends the session with a fault.
    EmergencyShutdown,
    /// `EVSE_Malfunction`: ends the session with a fault.
    Malfunction,
}

/// `EVSEIsolationStatus` of DIN SPEC 70121 and ISO 15118-2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum StationIsolation {
    /// `Invalid`: not measured yet; the cable check goes on.
    #[default]
    Invalid,
    /// `Valid`: the cable check is passed.
    Valid,
    /// `Warning`: low; passed only with [`SessionConfig::accept_isolation_warning`](crate::charging::SessionConfig).
    Warning,
    /// `Fault`: too low; ends the session.
    Fault,
    /// `No_IMD`: no isolation monitor; the cable check goes on until its time-out.
    NoMonitor,
}

/// State of the charging station as its protocol reports it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StationReport {
    /// Last status code.
    pub status: StationStatus,
    /// Last isolation status.
    pub isolation: StationIsolation,
    /// Whether the station asks to stop (`EVSENotification` `StopCharging`); ends the session.
    pub stop: bool,
    /// The last step to which the charger agreed. It counts only while it equals the last [`SessionOutputs::ask`].
    ///
    /// [`SessionOutputs::ask`]: super::SessionOutputs::ask
    pub answered: Ask,
}
