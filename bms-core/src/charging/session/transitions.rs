//! How one state of a session follows from another.

use super::ending::{End, SessionFault, StopCause};
use super::outputs::WeldFinding;
use super::state::{Section, State};
use super::station::{Ask, StationIsolation, StationStatus};
use super::tick::Tick;
use super::timers::FaultTimers;
use super::{OPEN, Outcome, Session};
use crate::charging::request::Requester;
use crate::control::Mode;
use crate::units::{to_amperes, to_volts};

impl Session {
    /// Ends the session if there is a reason, and takes the transition of the state.
    pub(super) fn advance(&mut self, tick: &Tick<'_>) {
        if let Some(end) = self.reason_to_end(tick) {
            let next = self.finish(tick, end);
            self.enter(tick, next);
        }
        let charger = &tick.inputs.charger;
        let next = match self.state {
            State::Idle => self.idle(tick),
            State::Ready => self.ready(tick),
            State::CableCheck => self.cable_check(tick),
            State::Precharge { before_ms } => self.precharge(tick, before_ms),
            State::Close { precharge_ms } => self.close(tick, precharge_ms),
            State::StartPower => self.start_power(tick),
            State::Charging => self.charge(tick),
            State::RampDown {
                output_on,
                opened_by,
            } => self.ramp_down(tick, output_on, opened_by),
            State::OpenContactors { output_on } => self.open(tick, output_on),
            State::WeldCheck => self.weld_check(tick),
            State::Done if charger.plugged && tick.inputs.wanted => State::Done,
            State::Done => {
                *self = Self {
                    outcome: self.outcome,
                    ..Self::new()
                };
                State::Idle
            }
        };
        self.enter(tick, next);
    }

    /// The state's time starts anew; the fault timers run on where the battery merely became connected.
    fn enter(&mut self, tick: &Tick<'_>, next: State) {
        if core::mem::discriminant(&next) != core::mem::discriminant(&self.state) {
            self.since_ms = 0;
        }
        if next.spec(tick.config).state != self.state.spec(tick.config).state {
            self.timers = FaultTimers::new();
        }
        self.state = next;
    }

    /// The state in which a session ends, from wherever it is. The first reason counts.
    fn finish(&mut self, tick: &Tick<'_>, end: End) -> State {
        self.outcome.end.get_or_insert(end);
        let output_on = self.state.spec(tick.config).section == Section::Supply;
        if matches!(self.state, State::Charging) && !end.is_urgent() {
            State::RampDown {
                output_on,
                opened_by: None,
            }
        } else if output_on || tick.contactors != OPEN {
            State::OpenContactors { output_on }
        } else {
            State::Done
        }
    }

    fn fail(&mut self, tick: &Tick<'_>, fault: SessionFault) -> State {
        self.finish(tick, End::Failed(fault))
    }

    /// What ends a running session in whatever state.
    fn reason_to_end(&mut self, tick: &Tick<'_>) -> Option<End> {
        let spec = self.state.spec(tick.config);
        let inputs = tick.inputs;
        if !spec.section.is_running() {
            return None;
        }
        let fault = |fault| Some(End::Failed(fault));
        if !inputs.charger.plugged {
            return fault(SessionFault::PlugRemoved);
        }
        if !inputs.charger.locked {
            return fault(SessionFault::Unlocked);
        }
        let station = inputs.station;
        match station.status {
            _ if !spec.section.is_ready() => {}
            StationStatus::EmergencyShutdown => return fault(SessionFault::ChargerEmergency),
            StationStatus::Malfunction => return fault(SessionFault::ChargerMalfunction),
            StationStatus::Shutdown => return Some(End::Stopped(StopCause::Station)),
            _ => {}
        }
        if station.stop {
            return Some(End::Stopped(StopCause::Station));
        }
        if !inputs.wanted {
            return Some(End::Stopped(StopCause::Vehicle));
        }
        if spec.section == Section::Supply {
            let allowed_a = self.envelope.highest_a();
            let charging = matches!(self.state, State::Charging);
            let found = self.timers.check(tick, allowed_a, charging);
            if let Some(found) = found {
                return fault(found);
            }
        }
        // A precharge that was interrupted has no new time.
        let passed_ms = match self.state {
            State::Precharge { before_ms } => self.since_ms.saturating_add(before_ms),
            _ => self.since_ms,
        };
        let is_over = spec
            .timeout_ms
            .is_some_and(|timeout_ms| passed_ms > timeout_ms);
        is_over.then_some(End::Failed(SessionFault::Timeout(spec.state)))
    }

    fn idle(&mut self, tick: &Tick<'_>) -> State {
        let charger = &tick.inputs.charger;
        let ready = charger.plugged && charger.locked && tick.inputs.wanted;
        // A vehicle that drives, or whose contactors do not open, is not charged.
        if !ready || tick.contactors != OPEN {
            return State::Idle;
        }
        self.outcome = Outcome::NONE;
        self.requester = Requester::new();
        State::Ready
    }

    fn ready(&mut self, tick: &Tick<'_>) -> State {
        let (Some(limits), Some(pack_v)) = (tick.limits, tick.pack_v) else {
            return State::Ready;
        };
        if tick.answered != Ask::Parameters || tick.contactors != OPEN {
            return State::Ready;
        }
        if to_volts(limits.voltage_max) > pack_v && to_volts(limits.voltage_min) < pack_v {
            State::CableCheck
        } else {
            self.fail(tick, SessionFault::Incompatible)
        }
    }

    fn cable_check(&mut self, tick: &Tick<'_>) -> State {
        let isolated = match tick.inputs.station.isolation {
            StationIsolation::Valid => true,
            StationIsolation::Warning => tick.config.accept_isolation_warning,
            StationIsolation::Fault => {
                return self.fail(tick, SessionFault::CableIsolation);
            }
            StationIsolation::Invalid | StationIsolation::NoMonitor => false,
        };
        if isolated && tick.answered == Ask::CableCheck {
            State::Precharge { before_ms: 0 }
        } else {
            State::CableCheck
        }
    }

    fn precharge(&mut self, tick: &Tick<'_>, before_ms: u32) -> State {
        if let Some(fault) = tick.battery_fault() {
            self.fail(tick, fault)
        } else if tick.may_close() && tick.mode == Mode::Standby {
            State::Close {
                precharge_ms: before_ms.saturating_add(self.since_ms),
            }
        } else {
            State::Precharge { before_ms }
        }
    }

    fn close(&mut self, tick: &Tick<'_>, precharge_ms: u32) -> State {
        if let Some(fault) = tick.battery_fault() {
            self.fail(tick, fault)
        } else if tick.mode == Mode::Charge {
            State::StartPower
        } else if !tick.may_close() && !tick.contactors.path_closed() {
            // Outside the window: back, for what is left of the precharge's time. Contactors that are closing already are left
            // to the battery, whose request is withdrawn meanwhile.
            State::Precharge {
                before_ms: precharge_ms.saturating_add(self.since_ms),
            }
        } else {
            State::Close { precharge_ms }
        }
    }

    fn start_power(&mut self, tick: &Tick<'_>) -> State {
        if let Some(fault) = tick.battery_fault() {
            self.fail(tick, fault)
        } else if tick.mode != Mode::Charge {
            self.fail(tick, SessionFault::BatteryOpened)
        } else if tick.answered == Ask::StartPower {
            State::Charging
        } else {
            State::StartPower
        }
    }

    fn charge(&mut self, tick: &Tick<'_>) -> State {
        if tick.mode != Mode::Charge {
            let fault = tick.battery_fault();
            self.fail(tick, fault.unwrap_or(SessionFault::BatteryOpened))
        } else if tick.limits.is_none() {
            let invalid = self.readings.charger.distrust();
            let fault = invalid.map_or(SessionFault::ChargerSilent, SessionFault::ChargerInvalid);
            self.fail(tick, fault)
        } else if let Some(completion) = self.requester.completion() {
            self.finish(tick, End::Complete(completion))
        } else {
            State::Charging
        }
    }

    /// Zero current first: the contactors open at low current, or when the charger had its time. A fault of the battery that
    /// only ends charging leaves that time as well; a more severe one opens the contactors meanwhile.
    fn ramp_down(
        &mut self,
        tick: &Tick<'_>,
        output_on: bool,
        opened_by: Option<SessionFault>,
    ) -> State {
        let output_on = output_on && tick.answered != Ask::StopPower;
        let closed = matches!(tick.mode, Mode::Charge | Mode::Opening);
        let closed = closed && tick.contactors != OPEN;
        let opening_fault = tick.battery_fault().filter(|_| tick.mode != Mode::Charge);
        let opened_by = opened_by.or(opening_fault);
        let low = tick.is_current_low() && !output_on;
        if closed && !low && self.since_ms <= tick.config.ramp_down_ms {
            return State::RampDown {
                output_on,
                opened_by,
            };
        }
        // A session that was to end well did not where its contactors open under load. The first fault counts.
        let opening_a = if closed {
            tick.charge_a
        } else {
            self.outcome.opened_at_a
        };
        let tolerance_a = to_amperes(tick.config.current_tolerance);
        let under_load = opening_a.is_some_and(|current_a| current_a.abs() > tolerance_a);
        if under_load && !matches!(self.outcome.end, Some(End::Failed(_))) {
            let fault = opened_by.unwrap_or(SessionFault::CurrentRemains);
            self.outcome.end = Some(End::Failed(fault));
        }
        State::OpenContactors { output_on }
    }

    fn open(&self, tick: &Tick<'_>, output_on: bool) -> State {
        let output_on = output_on && tick.answered != Ask::StopPower;
        let opened = tick.contactors == OPEN
            && !matches!(tick.mode, Mode::Precharge | Mode::Opening)
            && self.since_ms >= u32::from(tick.pack.sampling.tick_ms);
        let ended = !output_on || !tick.inputs.charger.plugged;
        let given_up = self.since_ms > tick.config.open_ms.max(tick.config.power_ms.min(5_000));
        if (opened && ended) || given_up {
            State::WeldCheck
        } else {
            State::OpenContactors { output_on }
        }
    }

    /// By time rather than by number of messages, and without blaming contactors for a charger that holds its voltage.
    fn weld_check(&mut self, tick: &Tick<'_>) -> State {
        let over = self.since_ms > tick.config.weld_ms;
        let finding = match tick.inlet_v {
            _ if tick.contactors != OPEN => over.then_some(WeldFinding::Suspected),
            None => over.then_some(WeldFinding::NotTested),
            Some(_) if tick.is_inlet_safe() => Some(WeldFinding::Open),
            Some(inlet_v) if tick.is_inlet_at_pack(inlet_v) => {
                over.then_some(WeldFinding::Suspected)
            }
            Some(_) => over.then_some(WeldFinding::Held),
        };
        let Some(finding) = finding else {
            return State::WeldCheck;
        };
        self.outcome.weld = finding;
        State::Done
    }
}
