//! A DC charging session as the battery sees it: the next protocol step, when the contactors may close, and how the session
//! ends.
//!
//! There is no message, socket or clock in here. A protocol (CCS and NACS by power line, GB/T by CAN) performs the step in
//! [`Ask`] and reports the charger's answer. The contactors belong to the battery's modes: a session requests
//! [`Request::Charge`], withdraws it, and follows what the battery did.
//!
//! `state` is the table of the states, `transitions` how they follow from each other.

mod ending;
mod envelope;
mod outputs;
mod state;
mod station;
mod tick;
mod timers;
mod transitions;

pub use ending::{End, SessionFault, StopCause};
pub use outputs::{SessionInputs, SessionOutputs, SessionState, WeldFinding};
pub use station::{Ask, StationIsolation, StationReport, StationStatus};

use super::charger::ChargerWatch;
use super::config::ChargingConfig;
use super::error_code::EvErrorCode;
use super::request::{ChargeRequest, RequestInputs, Requester};
use super::session_config::SessionConfig;
use crate::config::BmsConfig;
use crate::math;
use crate::measurement::{ChargerPhase, Contactors, Request};
use crate::units::{Time, amperes, to_amperes, to_seconds, to_volts, volts};
use envelope::RequestEnvelope;
use state::{ContactorRequest, Section, State, StateSpec, Target};
use tick::{Readings, Tick};
use timers::FaultTimers;

const OPEN: Contactors<bool> = Contactors::all(false);

/// The memory of a session.
#[derive(Clone, Debug)]
pub struct Session {
    state: State,
    /// Time in the state.
    since_ms: u32,
    timers: FaultTimers,
    outcome: Outcome,
    requester: Requester,
    readings: Readings,
    envelope: RequestEnvelope,
    /// Whether a contactor path was closed in the last tick.
    path_was_closed: bool,
    last_ask: Ask,
}

/// What is known of a session after its end, until the next one starts.
#[derive(Clone, Copy, Debug)]
struct Outcome {
    end: Option<End>,
    weld: WeldFinding,
    /// Measured charge current when the battery opened its contactors.
    opened_at_a: Option<f32>,
}

impl Outcome {
    const NONE: Self = Self {
        end: None,
        weld: WeldFinding::NotTested,
        opened_at_a: None,
    };
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

impl Session {
    /// A session in [`SessionState::Idle`].
    #[must_use]
    pub const fn new() -> Self {
        Self {
            state: State::Idle,
            since_ms: 0,
            timers: FaultTimers::new(),
            outcome: Outcome::NONE,
            requester: Requester::new(),
            readings: Readings::new(),
            envelope: RequestEnvelope::new(),
            path_was_closed: false,
            last_ask: Ask::Nothing,
        }
    }

    /// One tick, before the battery's own: gives its commands and charger phase.
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
        self.since_ms = self.since_ms.saturating_add(milliseconds_of(dt));
        self.readings.take(inputs, dt);
        let tick = Tick::new(self, config, charging, pack, inputs, dt);
        // The current in the tick in which the battery commanded its contactors open.
        let path_closed = tick.contactors.path_closed();
        if self.path_was_closed && !path_closed {
            self.outcome.opened_at_a = tick.charge_a;
        }
        self.path_was_closed = path_closed;
        self.advance(&tick);
        let request = self.request(&tick);
        let request_a = to_amperes(request.current);
        self.envelope.add(request_a, tick.dt_ms, config);
        let spec = self.state.spec(config);
        self.last_ask = self.ask(&tick, &spec);
        self.outputs(&tick, &spec, request)
    }

    /// The state of the session.
    #[must_use]
    pub fn state(&self) -> SessionState {
        self.state.spec(&SessionConfig::CCS).state
    }

    /// The charger's last message, for a forecast.
    #[must_use]
    pub const fn charger(&self) -> &ChargerWatch {
        &self.readings.charger
    }

    fn request(&mut self, tick: &Tick<'_>) -> ChargeRequest {
        let flowing = matches!(
            tick.inputs.station.status,
            StationStatus::Ready | StationStatus::IsolationMonitoring
        );
        let inputs = RequestInputs {
            outputs: tick.inputs.outputs,
            charger: tick.limits,
            schedule: tick.inputs.schedule,
            inlet_temperature: tick.inlet_temperature,
            wanted: matches!(self.state, State::Charging) && flowing,
            target_soc: tick.inputs.target_soc,
        };
        self.requester
            .step(tick.charging, tick.pack, &inputs, tick.dt)
    }

    /// The step of the state. A ramp down keeps the charge loop for three quarters of its time while current flows, and the end
    /// of the session is requested for a limited time only.
    fn ask(&self, tick: &Tick<'_>, spec: &StateSpec) -> Ask {
        match self.state {
            State::RampDown { .. }
                if !tick.is_current_low() && self.since_ms < tick.config.ramp_down_ms / 4 * 3 =>
            {
                Ask::Current
            }
            State::Done if self.since_ms > tick.config.stop_ms => Ask::Nothing,
            _ => spec.ask,
        }
    }

    fn outputs(&self, tick: &Tick<'_>, spec: &StateSpec, request: ChargeRequest) -> SessionOutputs {
        let Outcome {
            end,
            weld,
            opened_at_a,
        } = self.outcome;
        let target_v = match spec.target {
            Target::Zero => 0.0,
            Target::Battery => {
                let pack_v = tick.pack_v.unwrap_or(0.0);
                pack_v.min(to_volts(request.maximum_voltage))
            }
            Target::Request => to_volts(request.target_voltage),
        };
        let close = match spec.contactors {
            ContactorRequest::Open => false,
            ContactorRequest::CloseInWindow => tick.may_close(),
            ContactorRequest::Closed => true,
        };
        let left_unasked = end.is_some_and(End::is_unexpected);
        SessionOutputs {
            state: spec.state,
            ask: self.last_ask,
            request,
            target_voltage: volts(math::clamp_or_low(target_v, 0.0, 1e4)),
            battery: if close {
                Request::Charge
            } else {
                Request::Standby
            },
            charging_allowed: spec.contactors != ContactorRequest::Open,
            phase: match spec.phase {
                Some(phase) => phase,
                None if left_unasked => ChargerPhase::Stopped,
                None => ChargerPhase::Finished,
            },
            current_asked: amperes(self.envelope.highest_a()),
            voltage_limit: match spec.section {
                Section::Parameters | Section::CableCheck => tick.charging.inlet.voltage,
                _ => request.maximum_voltage,
            },
            ready: spec.section.is_ready(),
            error: end.map_or(EvErrorCode::NoError, End::error_code),
            end,
            weld,
            opened_at: opened_at_a.map(amperes),
            isolation_monitor_allowed: matches!(
                spec.section,
                Section::AtRest | Section::Parameters
            ),
            may_unlock: spec.section == Section::AtRest
                && tick.is_inlet_safe()
                && tick.is_current_low()
                && tick.contactors == OPEN,
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within 0 to 60000"
)]
pub(super) fn milliseconds_of(dt: Time) -> u32 {
    (math::clamp_or_low(to_seconds(dt), 0.0, 60.0) * 1e3 + 0.5) as u32
}
