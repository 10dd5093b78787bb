//! The state table of a session: what holds in each state. How one state follows from another is in `transitions`.

use super::ending::SessionFault;
use super::outputs::SessionState;
use super::station::Ask;
use crate::charging::session_config::SessionConfig;
use crate::measurement::ChargerPhase;

/// A state with what has to be remembered only in it.
#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    Idle,
    Ready,
    CableCheck,
    /// After contactors that could not close: `before_ms` have been spent in precharge already.
    Precharge {
        before_ms: u32,
    },
    /// The contactors may close, after `precharge_ms` of precharge.
    Close {
        precharge_ms: u32,
    },
    /// Connected; the charger has to start power.
    StartPower,
    Charging,
    RampDown {
        /// Until the charger confirmed the end of power.
        output_on: bool,
        /// First fault for which the battery opened meanwhile.
        opened_by: Option<SessionFault>,
    },
    OpenContactors {
        /// Until the charger confirmed the end of power; false if it never started.
        output_on: bool,
    },
    WeldCheck,
    Done,
}

/// The sections of a session, each with its own supervision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// No session. The plug may be unlocked.
    AtRest,
    /// The charger's status does not count yet, and `EVReady` is false.
    Parameters,
    CableCheck,
    /// The charger's output may be on: its voltage and current are compared with the vehicle's sensors.
    Supply,
    /// On the way to the end: no further reason to end is looked for.
    Ending,
}

/// What a session asks of the battery's contactors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ContactorRequest {
    Open,
    /// Close, but only while both sides are within the precharge window.
    CloseInWindow,
    Closed,
}

/// The voltage that is requested from the charger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// None: no set point outlives its session.
    Zero,
    /// The battery's present voltage.
    Battery,
    /// The voltage of the charge request.
    Request,
}

/// One row of the state table.
#[derive(Clone, Copy, Debug)]
pub(super) struct StateSpec {
    pub(super) state: SessionState,
    pub(super) section: Section,
    pub(super) ask: Ask,
    pub(super) contactors: ContactorRequest,
    pub(super) target: Target,
    /// `None` after the end: stopped or finished, depending on the reason.
    pub(super) phase: Option<ChargerPhase>,
    /// Time in the state after which the session fails, in milliseconds; `None` if it has another way out.
    pub(super) timeout_ms: Option<u32>,
}

impl State {
    /// The row of this state.
    pub(super) const fn spec(self, config: &SessionConfig) -> StateSpec {
        use {Ask as A, ChargerPhase as P, ContactorRequest as C, Section as N, SessionState as S};
        // A supply that was not ended is on until the charger confirms.
        let on = matches!(self, Self::OpenContactors { output_on: true });
        let opening = if on { Some(P::Charging) } else { None };
        let (idle, checks, fills, flows) = (
            Some(P::Idle),
            Some(P::CableCheck),
            Some(P::Precharge),
            Some(P::Charging),
        );
        let (zero, pack, asked) = (Target::Zero, Target::Battery, Target::Request);
        let within = Some;
        #[rustfmt::skip]
        let (state, section, ask, contactors, target, phase, timeout_ms) = match self {
            Self::Idle                  => (S::Idle,            N::AtRest,     A::Nothing,          C::Open,          zero,  idle,    None),
            Self::Ready                 => (S::Ready,           N::Parameters, A::Parameters,       C::Open,          zero,  idle,    within(config.ready_ms)),
            Self::CableCheck            => (S::CableCheck,      N::CableCheck, A::CableCheck,       C::Open,          zero,  checks,  within(config.cable_check_ms)),
            Self::Precharge { .. }      => (S::Precharge,       N::Supply,     A::Precharge,        C::Open,          pack,  fills,   within(config.precharge_ms)),
            Self::Close { .. }          => (S::CloseContactors, N::Supply,     A::Precharge,        C::CloseInWindow, pack,  fills,   within(config.close_ms)),
            Self::StartPower            => (S::CloseContactors, N::Supply,     A::StartPower,       C::Closed,        pack,  fills,   within(config.power_ms)),
            Self::Charging              => (S::Charging,        N::Supply,     A::Current,          C::Closed,        asked, flows,   None),
            Self::RampDown { .. }       => (S::RampDown,        N::Ending,     A::StopPower,        C::Closed,        asked, flows,   None),
            Self::OpenContactors { .. } => (S::OpenContactors,  N::Ending,     A::StopPower,        C::Open,          zero,  opening, None),
            Self::WeldCheck             => (S::WeldCheck,       N::Ending,     A::WeldingDetection, C::Open,          zero,  None,    None),
            Self::Done                  => (S::Done,            N::AtRest,     A::StopSession,      C::Open,          zero,  None,    None),
        };
        StateSpec {
            state,
            section,
            ask,
            contactors,
            target,
            phase,
            timeout_ms,
        }
    }
}

impl Section {
    /// Whether faults, time-outs and wishes end the session.
    pub(super) const fn is_running(self) -> bool {
        matches!(self, Self::Parameters | Self::CableCheck | Self::Supply)
    }

    /// `EVReady`; from here on the charger's status counts.
    pub(super) const fn is_ready(self) -> bool {
        matches!(self, Self::CableCheck | Self::Supply)
    }
}
