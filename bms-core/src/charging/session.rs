//! A DC session, seen from the battery: what to ask of the charger next, when the contactors may close, and when all of it ends.
//!
//! There is no message, socket or clock in here. A protocol (CCS and NACS by power line, GB/T by CAN) asks the charger what
//! [`Ask`] says, and reports what was answered. The contactors belong to the battery's own modes: a session asks for
//! [`Request::Charge`] or takes it back, and looks at what the battery did.

mod ending;
mod envelope;
mod timers;

pub use ending::{End, SessionFault, StopCause};

use super::charger::{ChargerLimits, ChargerWatch};
use super::config::ChargingConfig;
use super::error_code::EvErrorCode;
use super::request::{ChargeRequest, RequestInputs, RequestReason, Requester, Schedule, maximum_v};
use super::session_config::{PrechargeBy, SessionConfig};
use crate::Outputs;
use crate::config::BmsConfig;
use crate::control::{Mode, Refusal};
use crate::math;
use crate::measurement::{
    ChargerMeasurement, ChargerPhase, Commands, Contactors, Reading, Request,
};
use crate::protection::FaultId;
use crate::units::{
    ElectricCurrent, ElectricPotential, Ratio, ThermodynamicTemperature, Time, amperes,
    milliseconds, to_amperes, to_seconds, to_volts, volts,
};
use envelope::{Aged, RequestEnvelope};
use timers::{FaultTimers, Observed};

/// What a protocol has to ask the charger for next. It reports the same value as answered once the charger agreed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Ask {
    /// Nothing.
    #[default]
    Nothing,
    /// Its limits (`ChargeParameterDiscovery`).
    Parameters,
    /// The check of the cable's isolation (`CableCheck`), until it is over.
    CableCheck,
    /// The battery's voltage at its output (`PreCharge`).
    Precharge,
    /// Power (`PowerDelivery` start).
    StartPower,
    /// Current and voltage of the request (`CurrentDemand`, `DC_ChargeLoop`).
    Current,
    /// The end of power (`PowerDelivery` stop), also where it never began: no supply is left on.
    StopPower,
    /// A look at the voltage with open contactors (`WeldingDetection`).
    WeldingDetection,
    /// The end of the session (`SessionStop`).
    StopSession,
}

/// `EVSEStatusCode` of DIN SPEC 70121 and ISO 15118-2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum StationStatus {
    /// `EVSE_NotReady`: no current, for now.
    #[default]
    NotReady,
    /// `EVSE_Ready`.
    Ready,
    /// `EVSE_Shutdown`: the station ends the session.
    Shutdown,
    /// `EVSE_UtilityInterruptEvent`: no current, for now.
    UtilityInterrupt,
    /// `EVSE_IsolationMonitoringActive`.
    IsolationMonitoring,
    /// `EVSE_EmergencyShutdown`.
    EmergencyShutdown,
    /// `EVSE_Malfunction`.
    Malfunction,
}

/// `EVSEIsolationStatus`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum StationIsolation {
    /// Not known yet.
    #[default]
    Invalid,
    /// Good.
    Valid,
    /// Low.
    Warning,
    /// Too low.
    Fault,
    /// There is no monitor.
    NoMonitor,
}

/// What the protocol knows of the station.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StationReport {
    /// Its last status.
    pub status: StationStatus,
    /// What its isolation monitor said last.
    pub isolation: StationIsolation,
    /// Whether it asked to stop (`EVSENotification`).
    pub stop: bool,
    /// What it answered last, and agreed to.
    pub answered: Ask,
}

/// Where a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum SessionState {
    /// No plug, or nobody wants to charge.
    Idle,
    /// The plug is locked; the charger's limits are waited for.
    Ready,
    /// The charger checks the cable.
    CableCheck,
    /// The charger brings its voltage to that of the battery.
    Precharge,
    /// The battery may close its contactors, and does.
    CloseContactors,
    /// Energy flows.
    Charging,
    /// Zero current is asked for.
    RampDown,
    /// The battery opens its contactors.
    OpenContactors,
    /// The inlet has to lose its voltage.
    WeldCheck,
    /// Over; how is in [`SessionOutputs::end`].
    Done,
}

/// What was found at the inlet after the contactors opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum WeldFinding {
    /// Nobody looked.
    #[default]
    NotTested,
    /// The inlet lost its voltage.
    Open,
    /// The inlet kept a voltage, and not that of the battery: the charger or a capacitor holds it.
    Held,
    /// The inlet kept the voltage of the battery: contactors may be welded, or the charger holds it. The battery's own test of
    /// each pole decides.
    Suspected,
}

/// What a session is given in one tick.
#[derive(Clone, Copy, Debug)]
pub struct SessionInputs<'a> {
    /// What the last tick of the battery came to.
    pub outputs: &'a Outputs,
    /// Plug, message and inlet temperature; its `phase` is not looked at.
    pub charger: ChargerMeasurement,
    /// Voltage of the battery.
    pub pack_voltage: Reading<ElectricPotential>,
    /// Voltage on the charger's side of the contactors, by the vehicle's own sensor. Without it no contactor closes.
    pub inlet_voltage: Reading<ElectricPotential>,
    /// What the protocol knows of the station.
    pub station: StationReport,
    /// Whether the vehicle wants to charge.
    pub wanted: bool,
    /// Limits of schedule and site.
    pub schedule: Schedule,
    /// State of charge of the pack at which the charge is over.
    pub target_soc: Ratio,
}

/// What a session came to in one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[expect(clippy::struct_excessive_bools, reason = "independent answers")]
pub struct SessionOutputs {
    /// Where the session is.
    pub state: SessionState,
    /// What to ask the charger for.
    pub ask: Ask,
    /// The request: zero current but in [`SessionState::Charging`].
    pub request: ChargeRequest,
    /// Voltage to ask the charger for now.
    pub target_voltage: ElectricPotential,
    /// What to ask of the battery.
    pub battery: Request,
    /// Whether the battery may be charged.
    pub charging_allowed: bool,
    /// For [`ChargerMeasurement::phase`].
    pub phase: ChargerPhase,
    /// The highest current that was asked for of late: what protection compares the charger with, since it needs its time to
    /// follow.
    pub current_asked: ElectricCurrent,
    /// The highest voltage that the charger may have now: what protection compares it with. A cable check may go up to what the
    /// inlet stands.
    pub voltage_limit: ElectricPotential,
    /// Whether the vehicle is ready for energy (`EVReady`).
    pub ready: bool,
    /// What is wrong (`EVErrorCode`).
    pub error: EvErrorCode,
    /// How it ended; none while it goes on.
    pub end: Option<End>,
    /// What was found after opening.
    pub weld: WeldFinding,
    /// Charge current measured as the battery opened its contactors; none where it did not yet, or nobody measured it.
    pub opened_at: Option<ElectricCurrent>,
    /// Whether the vehicle's isolation monitor may measure: two monitors on one circuit find each other.
    pub isolation_monitor_allowed: bool,
    /// Whether the plug may be unlocked.
    pub may_unlock: bool,
}

impl SessionOutputs {
    /// Puts what the session asks of the battery into the commands of the next tick. Without a session they stay as they are.
    pub fn command(&self, commands: &mut Commands) {
        if self.state == SessionState::Idle {
            return;
        }
        commands.request = self.battery;
        commands.charging_allowed = self.charging_allowed;
        commands.charger_voltage_limit = self.voltage_limit;
        commands.charger_current_request = self.current_asked;
    }
}

/// The memory of a session.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent things to remember"
)]
pub struct Session {
    state: SessionState,
    /// Since the state began, and since the precharge did.
    since_ms: u32,
    precharge_ms: u32,
    end: Option<End>,
    /// Whether a voltage was ever asked for, so that its end has to be.
    supplied: bool,
    /// Whether the battery was connected.
    connected: bool,
    stop_answered: bool,
    weld: WeldFinding,
    /// Whether a path was closed in the last tick, and the current as it was opened.
    was_closed: bool,
    opened_at_a: Option<f32>,
    /// The fault for which the battery opened while zero current was asked for.
    opened_by: Option<FaultId>,
    requester: Requester,
    charger: ChargerWatch,
    pack: Aged,
    inlet: Aged,
    inlet_k: Aged,
    held: RequestEnvelope,
    lasting: FaultTimers,
    last_ask: Ask,
}

const OPEN: Contactors<bool> = Contactors::all(false);

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

impl Session {
    /// No plug.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            state: SessionState::Idle,
            since_ms: 0,
            precharge_ms: 0,
            end: None,
            supplied: false,
            connected: false,
            stop_answered: false,
            weld: WeldFinding::NotTested,
            was_closed: false,
            opened_at_a: None,
            opened_by: None,
            requester: Requester::new(),
            charger: ChargerWatch::new(),
            pack: Aged::new(),
            inlet: Aged::new(),
            inlet_k: Aged::new(),
            held: RequestEnvelope::new(),
            lasting: FaultTimers::new(),
            last_ask: Ask::Nothing,
        }
    }

    /// One tick: before the battery's own, whose commands and charger phase it gives.
    ///
    /// Total: any bit pattern gives a finite request.
    pub fn step(
        &mut self,
        config: &SessionConfig,
        charging: &ChargingConfig<'_>,
        pack: &BmsConfig<'_>,
        inputs: &SessionInputs<'_>,
        dt: Time,
    ) -> SessionOutputs {
        let dt_ms = milliseconds_of(dt);
        self.since_ms = self.since_ms.saturating_add(dt_ms);
        self.precharge_ms = self.precharge_ms.saturating_add(dt_ms);
        let stale = milliseconds(f32::from(pack.charging.stale_ms));
        self.charger.step(inputs.charger.message, dt);
        self.pack.take(inputs.pack_voltage.map(to_volts), dt);
        self.inlet.take(inputs.inlet_voltage.map(to_volts), dt);
        let inlet_k = inputs.charger.inlet_temperature;
        self.inlet_k.take(inlet_k.map(crate::units::to_kelvin), dt);
        let seen = SessionContext::new(self, charging, pack, inputs, stale);
        self.note_opening(&seen);
        self.walk(config, pack, inputs, &seen, dt_ms);
        let request = self.request(charging, pack, inputs, &seen, dt);
        let request_a = to_amperes(request.current);
        self.held
            .take(request_a, dt_ms, config.follow_ms, config.follow_a_per_s);
        self.last_ask = self.ask(config, &seen);
        self.outputs(config, charging, pack, request, &seen)
    }

    /// Where the session is.
    #[must_use]
    pub const fn state(&self) -> SessionState {
        self.state
    }

    /// What the charger said last, for a forecast.
    #[must_use]
    pub const fn charger(&self) -> &ChargerWatch {
        &self.charger
    }

    fn enter(&mut self, state: SessionState) {
        self.state = state;
        self.since_ms = 0;
        self.lasting = FaultTimers::new();
    }

    /// Ends the session, from wherever it is. The first reason counts.
    fn finish(&mut self, end: End, seen: &SessionContext) {
        self.end.get_or_insert(end);
        let closed = seen.contactors != OPEN || self.state == SessionState::CloseContactors;
        let state = match self.state {
            SessionState::Charging if !end.is_urgent() => SessionState::RampDown,
            SessionState::Charging => SessionState::OpenContactors,
            _ if self.supplied || closed => SessionState::OpenContactors,
            _ => SessionState::Done,
        };
        self.enter(state);
    }

    /// The current that was measured in the tick in which the battery told its contactors to open.
    fn note_opening(&mut self, seen: &SessionContext) {
        let closed = seen.contactors.path_closed();
        if self.was_closed && !closed {
            self.opened_at_a = seen.charge_a;
        }
        self.was_closed = closed;
    }

    fn walk(
        &mut self,
        config: &SessionConfig,
        pack: &BmsConfig<'_>,
        inputs: &SessionInputs<'_>,
        seen: &SessionContext,
        dt_ms: u32,
    ) {
        if let Some(end) = self.reason_to_end(config, inputs, seen, dt_ms) {
            self.finish(end, seen);
        }
        match self.state {
            SessionState::Idle => self.idle(inputs, seen),
            SessionState::Ready => self.ready(seen),
            SessionState::CableCheck => self.cable_check(config, inputs, seen),
            SessionState::Precharge => self.precharge(config, seen),
            SessionState::CloseContactors => self.close(config, seen),
            SessionState::Charging => self.charge(inputs, seen),
            SessionState::RampDown => self.ramp_down(config, seen),
            SessionState::OpenContactors => self.open(config, pack, seen),
            SessionState::WeldCheck => self.weld_check(config, seen),
            SessionState::Done => {
                if !inputs.charger.plugged || !inputs.wanted {
                    *self = Self {
                        weld: self.weld,
                        end: self.end,
                        opened_at_a: self.opened_at_a,
                        ..Self::new()
                    };
                }
            }
        }
    }

    /// What ends a session in whatever state before its end.
    fn reason_to_end(
        &mut self,
        config: &SessionConfig,
        inputs: &SessionInputs<'_>,
        seen: &SessionContext,
        dt_ms: u32,
    ) -> Option<End> {
        if !self.is_running() {
            return None;
        }
        let fault = |fault| Some(End::Failed(fault));
        if !inputs.charger.plugged {
            return fault(SessionFault::PlugRemoved);
        }
        if !inputs.charger.locked {
            return fault(SessionFault::Unlocked);
        }
        if self.state != SessionState::Ready {
            match inputs.station.status {
                StationStatus::EmergencyShutdown => {
                    return fault(SessionFault::ChargerEmergency);
                }
                StationStatus::Malfunction => return fault(SessionFault::ChargerMalfunction),
                StationStatus::Shutdown => return Some(End::Stopped(StopCause::Station)),
                _ => {}
            }
        }
        if inputs.station.stop {
            return Some(End::Stopped(StopCause::Station));
        }
        if !inputs.wanted {
            return Some(End::Stopped(StopCause::Vehicle));
        }
        if matches!(
            self.state,
            SessionState::Precharge | SessionState::CloseContactors | SessionState::Charging
        ) {
            let observed = Observed {
                charger: seen.limits,
                inlet_v: seen.inlet_v,
                measured_a: seen.charge_a,
                asked_a: self.held.highest(),
                maximum_v: seen.maximum_v,
                charging: self.state == SessionState::Charging,
                may_flow: seen.contactors.path_closed(),
            };
            if let Some(found) = self.lasting.look(config, &observed, dt_ms) {
                return fault(found);
            }
        }
        self.timed_out(config).map(End::Failed)
    }

    const fn is_running(&self) -> bool {
        matches!(
            self.state,
            SessionState::Ready
                | SessionState::CableCheck
                | SessionState::Precharge
                | SessionState::CloseContactors
                | SessionState::Charging
        )
    }

    fn timed_out(&self, config: &SessionConfig) -> Option<SessionFault> {
        let (passed_ms, limit_ms) = match self.state {
            SessionState::Ready => (self.since_ms, config.ready_ms),
            SessionState::CableCheck => (self.since_ms, config.cable_check_ms),
            SessionState::Precharge => (self.precharge_ms, config.precharge_ms),
            SessionState::CloseContactors if self.connected => (self.since_ms, config.power_ms),
            SessionState::CloseContactors => (self.since_ms, config.close_ms),
            _ => return None,
        };
        (passed_ms > limit_ms).then_some(SessionFault::Timeout(self.state))
    }

    fn idle(&mut self, inputs: &SessionInputs<'_>, seen: &SessionContext) {
        let ready = inputs.charger.plugged && inputs.charger.locked && inputs.wanted;
        // A vehicle that drives, or whose contactors do not open, is not charged.
        if ready && seen.contactors == OPEN {
            self.end = None;
            self.weld = WeldFinding::NotTested;
            self.opened_at_a = None;
            self.opened_by = None;
            self.requester = Requester::new();
            self.enter(SessionState::Ready);
        }
    }

    fn ready(&mut self, seen: &SessionContext) {
        let (Some(limits), Some(pack_v)) = (seen.limits, seen.pack_v) else {
            return;
        };
        if seen.answered != Ask::Parameters || seen.contactors != OPEN {
            return;
        }
        let fits = to_volts(limits.voltage_max) > pack_v && to_volts(limits.voltage_min) < pack_v;
        if fits {
            self.enter(SessionState::CableCheck);
        } else {
            self.finish(End::Failed(SessionFault::Incompatible), seen);
        }
    }

    fn cable_check(
        &mut self,
        config: &SessionConfig,
        inputs: &SessionInputs<'_>,
        seen: &SessionContext,
    ) {
        let isolated = match inputs.station.isolation {
            StationIsolation::Valid => true,
            StationIsolation::Warning => config.accept_isolation_warning,
            StationIsolation::Fault => {
                self.finish(End::Failed(SessionFault::CableIsolation), seen);
                return;
            }
            StationIsolation::Invalid | StationIsolation::NoMonitor => false,
        };
        if isolated && seen.answered == Ask::CableCheck {
            self.precharge_ms = 0;
            self.supplied = true;
            self.enter(SessionState::Precharge);
        }
    }

    fn precharge(&mut self, config: &SessionConfig, seen: &SessionContext) {
        if let Some(Refusal::Fault(fault)) = seen.refusal {
            self.finish(End::Failed(SessionFault::Battery(fault)), seen);
        } else if seen.may_close(config) && seen.mode == Mode::Standby {
            self.enter(SessionState::CloseContactors);
        }
    }

    fn close(&mut self, config: &SessionConfig, seen: &SessionContext) {
        if let Some(Refusal::Fault(fault)) = seen.refusal {
            self.finish(End::Failed(SessionFault::Battery(fault)), seen);
        } else if seen.mode == Mode::Charge {
            if !self.connected {
                self.connected = true;
                self.since_ms = 0;
            }
            if seen.answered == Ask::StartPower {
                self.enter(SessionState::Charging);
            }
        } else if self.connected {
            // Was connected, and is not any more.
            self.finish(End::Failed(SessionFault::BatteryOpened), seen);
        } else if !seen.may_close(config) && !seen.contactors.path_closed() {
            // Away from the window: back, as long as the precharge may take. What is closing already is judged by the battery,
            // whose request is taken back for as long.
            self.enter(SessionState::Precharge);
        }
    }

    fn charge(&mut self, inputs: &SessionInputs<'_>, seen: &SessionContext) {
        if seen.mode != Mode::Charge {
            let fault = match seen.refusal {
                Some(Refusal::Fault(fault)) => SessionFault::Battery(fault),
                _ => SessionFault::BatteryOpened,
            };
            self.finish(End::Failed(fault), seen);
        } else if seen.limits.is_none() {
            let fault = match self.charger.distrust() {
                Some(distrust) => SessionFault::ChargerInvalid(distrust),
                None => SessionFault::ChargerSilent,
            };
            self.finish(End::Failed(fault), seen);
        } else if let Some(completion) = self.requester.completion()
            && inputs.wanted
        {
            self.finish(End::Complete(completion), seen);
        }
    }

    /// Zero current first: contactors open at low current, or when the charger had its time. A fault of the battery that only
    /// ends charging leaves that time as well; what is worse opens the contactors meanwhile.
    fn ramp_down(&mut self, config: &SessionConfig, seen: &SessionContext) {
        self.stop_answered |= seen.answered == Ask::StopPower;
        let low = seen.is_low(config);
        let over = self.since_ms > config.ramp_down_ms;
        let opening = matches!(seen.mode, Mode::Charge | Mode::Opening) && seen.contactors != OPEN;
        if let Some(Refusal::Fault(fault)) = seen.refusal
            && seen.mode != Mode::Charge
        {
            self.opened_by.get_or_insert(fault);
        }
        if (low && self.stop_answered) || over || !opening {
            self.judge_ramp_down(config, seen, opening);
            self.enter(SessionState::OpenContactors);
        }
    }

    /// A session that was to end well did not where its contactors open under load. The first fault counts.
    fn judge_ramp_down(&mut self, config: &SessionConfig, seen: &SessionContext, opening: bool) {
        let current_a = if opening {
            seen.charge_a
        } else {
            self.opened_at_a
        };
        let remains = current_a
            .is_some_and(|current_a| current_a.abs() > to_amperes(config.current_tolerance));
        if remains && !matches!(self.end, Some(End::Failed(_))) {
            let fault = self
                .opened_by
                .map_or(SessionFault::CurrentRemains, SessionFault::Battery);
            self.end = Some(End::Failed(fault));
        }
    }

    fn open(&mut self, config: &SessionConfig, pack: &BmsConfig<'_>, seen: &SessionContext) {
        self.stop_answered |= seen.answered == Ask::StopPower;
        let opened = seen.contactors == OPEN
            && !matches!(seen.mode, Mode::Precharge | Mode::Opening)
            && self.since_ms >= u32::from(pack.sampling.tick_ms);
        let told = self.stop_answered || !self.supplied || !seen.plugged;
        let given_up = self.since_ms > config.open_ms.max(config.power_ms.min(5_000));
        if (opened && told) || given_up {
            self.enter(SessionState::WeldCheck);
        }
    }

    /// By time, not by rounds, and without blaming contactors for a charger that holds its voltage.
    fn weld_check(&mut self, config: &SessionConfig, seen: &SessionContext) {
        if seen.contactors != OPEN {
            if self.since_ms > config.weld_ms {
                self.weld = WeldFinding::Suspected;
                self.enter(SessionState::Done);
            }
            return;
        }
        let Some(inlet_v) = seen.inlet_v else {
            if self.since_ms > config.weld_ms {
                self.enter(SessionState::Done);
            }
            return;
        };
        if inlet_v.abs() < to_volts(config.safe_voltage) {
            self.weld = WeldFinding::Open;
            self.enter(SessionState::Done);
        } else if self.since_ms > config.weld_ms {
            let window_v = to_volts(config.precharge_window);
            let is_packs = seen
                .pack_v
                .is_some_and(|pack_v| (inlet_v - pack_v).abs() < window_v);
            self.weld = if is_packs {
                WeldFinding::Suspected
            } else {
                WeldFinding::Held
            };
            self.enter(SessionState::Done);
        }
    }

    fn request(
        &mut self,
        charging: &ChargingConfig<'_>,
        pack: &BmsConfig<'_>,
        inputs: &SessionInputs<'_>,
        seen: &SessionContext,
        dt: Time,
    ) -> ChargeRequest {
        let flowing = matches!(
            inputs.station.status,
            StationStatus::Ready | StationStatus::IsolationMonitoring
        );
        let scene = RequestInputs {
            outputs: inputs.outputs,
            charger: seen.limits,
            schedule: inputs.schedule,
            inlet_temperature: seen.inlet_temperature,
            wanted: self.state == SessionState::Charging && flowing,
            target_soc: inputs.target_soc,
        };
        self.requester.step(charging, pack, &scene, dt)
    }

    fn ask(&self, config: &SessionConfig, seen: &SessionContext) -> Ask {
        match self.state {
            SessionState::Ready => Ask::Parameters,
            SessionState::CableCheck => Ask::CableCheck,
            SessionState::CloseContactors if self.connected => Ask::StartPower,
            SessionState::Precharge | SessionState::CloseContactors => Ask::Precharge,
            SessionState::Charging => Ask::Current,
            SessionState::RampDown
                if !seen.is_low(config) && self.since_ms < config.ramp_down_ms / 4 * 3 =>
            {
                Ask::Current
            }
            SessionState::RampDown | SessionState::OpenContactors => Ask::StopPower,
            SessionState::WeldCheck => Ask::WeldingDetection,
            SessionState::Done if self.since_ms <= config.stop_ms => Ask::StopSession,
            SessionState::Idle | SessionState::Done => Ask::Nothing,
        }
    }

    /// The request for the battery: charge as long as the session lasts, and while it closes only within the window.
    fn battery(&self, config: &SessionConfig, seen: &SessionContext) -> Request {
        match self.state {
            SessionState::CloseContactors if !self.connected && !seen.may_close(config) => {
                Request::Standby
            }
            SessionState::CloseContactors | SessionState::Charging | SessionState::RampDown => {
                Request::Charge
            }
            _ => Request::Standby,
        }
    }

    const fn phase(&self) -> ChargerPhase {
        match self.state {
            SessionState::Idle | SessionState::Ready => ChargerPhase::Idle,
            SessionState::CableCheck => ChargerPhase::CableCheck,
            SessionState::Precharge | SessionState::CloseContactors => ChargerPhase::Precharge,
            SessionState::Charging | SessionState::RampDown => ChargerPhase::Charging,
            // Its output is on until it says otherwise.
            SessionState::OpenContactors if self.supplied && !self.stop_answered => {
                ChargerPhase::Charging
            }
            SessionState::OpenContactors | SessionState::WeldCheck | SessionState::Done => {
                match self.end {
                    Some(end) if end.is_unexpected() => ChargerPhase::Stopped,
                    _ => ChargerPhase::Finished,
                }
            }
        }
    }

    fn outputs(
        &self,
        config: &SessionConfig,
        charging: &ChargingConfig<'_>,
        pack: &BmsConfig<'_>,
        request: ChargeRequest,
        seen: &SessionContext,
    ) -> SessionOutputs {
        let target_v = match self.state {
            SessionState::Precharge | SessionState::CloseContactors => seen
                .pack_v
                .unwrap_or(0.0)
                .min(to_volts(request.maximum_voltage)),
            SessionState::Charging | SessionState::RampDown => to_volts(request.target_voltage),
            // No set point outlives its session.
            _ => 0.0,
        };
        let safe = seen
            .inlet_v
            .is_none_or(|inlet_v| inlet_v.abs() < to_volts(config.safe_voltage));
        let at_rest = matches!(self.state, SessionState::Idle | SessionState::Done);
        let error = self.end.map_or(EvErrorCode::NoError, End::error_code);
        SessionOutputs {
            state: self.state,
            ask: self.last_ask,
            request,
            target_voltage: volts(math::clamp_or_low(target_v, 0.0, 1e4)),
            battery: self.battery(config, seen),
            charging_allowed: matches!(
                self.state,
                SessionState::CloseContactors | SessionState::Charging | SessionState::RampDown
            ),
            phase: self.phase(),
            current_asked: amperes(self.held.highest()),
            voltage_limit: match self.state {
                SessionState::Ready | SessionState::CableCheck => charging.inlet.voltage,
                _ => request.maximum_voltage,
            },
            ready: self.is_running() && self.state != SessionState::Ready,
            error,
            end: self.end,
            weld: self.weld,
            opened_at: self.opened_at_a.map(amperes),
            isolation_monitor_allowed: matches!(
                self.state,
                SessionState::Idle | SessionState::Ready | SessionState::Done
            ),
            may_unlock: at_rest
                && safe
                && seen.is_low(config)
                && pack.layout.cells > 0
                && seen.contactors == OPEN,
        }
    }
}

/// What is known in one tick.
#[derive(Clone, Copy, Debug)]
struct SessionContext {
    limits: Option<ChargerLimits>,
    pack_v: Option<f32>,
    inlet_v: Option<f32>,
    inlet_temperature: Option<ThermodynamicTemperature>,
    /// Measured charge current.
    charge_a: Option<f32>,
    maximum_v: f32,
    mode: Mode,
    refusal: Option<Refusal>,
    contactors: Contactors<bool>,
    answered: Ask,
    plugged: bool,
}

impl SessionContext {
    fn new(
        session: &Session,
        charging: &ChargingConfig<'_>,
        pack: &BmsConfig<'_>,
        inputs: &SessionInputs<'_>,
        stale: Time,
    ) -> Self {
        let outputs = inputs.outputs;
        // An answer counts for what was asked last, and for nothing that is to come.
        let answered = if inputs.station.answered == session.last_ask {
            session.last_ask
        } else {
            Ask::Nothing
        };
        Self {
            limits: session.charger.fresh(stale),
            pack_v: session.pack.fresh(stale).or_else(|| sum_v(pack, outputs)),
            inlet_v: session.inlet.fresh(stale),
            inlet_temperature: session
                .inlet_k
                .fresh(milliseconds(f32::from(
                    pack.sampling.temperature_missing_ms,
                )))
                .map(crate::units::kelvin),
            charge_a: outputs
                .current
                .map(|current| -to_amperes(current))
                .filter(|current_a| current_a.is_finite()),
            maximum_v: maximum_v(charging, pack),
            mode: outputs.mode,
            refusal: outputs.refusal,
            contactors: outputs.contactors,
            answered,
            plugged: inputs.charger.plugged,
        }
    }

    fn is_low(&self, config: &SessionConfig) -> bool {
        self.charge_a
            .is_some_and(|charge_a| charge_a.abs() <= to_amperes(config.low_current))
    }

    /// Whether the contactors may close now.
    fn may_close(&self, config: &SessionConfig) -> bool {
        let (Some(pack_v), Some(inlet_v), Some(limits)) = (self.pack_v, self.inlet_v, self.limits)
        else {
            return false;
        };
        match config.precharge_by {
            PrechargeBy::Charger => {
                (inlet_v - pack_v).abs() < to_volts(config.precharge_window)
                    && pack_v > to_volts(limits.voltage_min)
            }
            // Once the battery fills the inlet itself, its own precharge is the judge.
            PrechargeBy::Vehicle => {
                self.contactors != OPEN || inlet_v.abs() < to_volts(config.safe_voltage)
            }
        }
    }
}

/// The pack's voltage from its cells: between the bounds that the lowest and the highest give.
fn sum_v(pack: &BmsConfig<'_>, outputs: &Outputs) -> Option<f32> {
    #[expect(clippy::cast_precision_loss, reason = "at most 250 cells")]
    let cells = pack.layout.cells as f32;
    let sum_v =
        0.5 * cells * (to_volts(outputs.lowest_cell?.0) + to_volts(outputs.highest_cell?.0));
    sum_v.is_finite().then_some(sum_v)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within 0 to 60000"
)]
fn milliseconds_of(dt: Time) -> u32 {
    (math::clamp_or_low(to_seconds(dt), 0.0, 60.0) * 1e3 + 0.5) as u32
}

impl SessionOutputs {
    /// Whether the request is zero for a reason that is no fault: a limit that fell, a pause.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.state == SessionState::Charging
            && to_amperes(self.request.current) <= 0.0
            && !matches!(self.request.reason, RequestReason::Complete(_))
    }
}
