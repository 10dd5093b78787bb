//! State machine of the operating modes.

use super::mode_inputs::ModeInputs;
use super::opening::{Opened, Opening};
use super::precharging::{Precharging, Progress};
use crate::measurement::{Contactors, Request};
use crate::protection::{FaultId, FaultStore, Reaction};

/// Operating mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Mode {
    /// Waiting until every required reading has arrived.
    Initialise,
    /// Contactors open, ready.
    Standby,
    /// Charging the link over the precharge resistor.
    Precharge,
    /// Connected to the vehicle.
    Drive,
    /// Connected to a charger.
    Charge,
    /// Opening: zero current is requested and awaited for a bounded time, contactors open, welded ones are tested for.
    Opening,
    /// Contactors open until the faults are gone.
    Fault,
    /// Contactors open, lowest activity.
    Sleep,
    /// The vehicle drives the contactors itself; the outputs say which may be closed.
    Supervised,
}

/// Why a requested mode is not entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Refusal {
    /// Not every reading has arrived yet.
    SelfTest,
    /// A fault prevents it.
    Fault(FaultId),
    /// The last command is stale.
    CommandStale,
    /// After a fault the request has to return to standby first.
    RequestNotReleased,
    /// The pause after a failed precharge is running, or the resistor has not cooled.
    PrechargeCooling,
    /// Precharge failed too often: the request has to return to standby first.
    PrechargeFailed,
    /// Pack or link voltage is unknown: the end of precharge could not be detected.
    LinkUnknown,
    /// The contactors have to open before another mode can begin.
    Opening,
}

/// Decision of one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Decision {
    pub(crate) mode: Mode,
    /// Which contactors are commanded closed.
    pub(crate) contactors: Contactors<bool>,
    /// Why the requested mode is not entered; `None` if it is.
    pub(crate) refusal: Option<Refusal>,
}

/// State of the mode state machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ModeControl {
    mode: Mode,
    /// Time since the mode was entered; saturates after 49 days.
    since_ms: u32,
    precharging: Precharging,
    opening: Opening,
    /// Mode after precharge or opening.
    next: Mode,
    /// Consecutive failed precharges.
    failures: u8,
    /// Time until the next precharge may begin.
    pause_ms: u32,
    /// A request that led to a fault has to return to standby before another is accepted.
    to_release: bool,
    contactors: Contactors<bool>,
    /// Contactors that a test found welded.
    pub(crate) welded: Contactors<bool>,
}

const OPEN: Contactors<bool> = Contactors::all(false);

impl ModeControl {
    pub(crate) const fn new() -> Self {
        Self {
            mode: Mode::Initialise,
            since_ms: 0,
            precharging: Precharging::new(),
            opening: Opening::new(),
            next: Mode::Standby,
            failures: 0,
            pause_ms: 0,
            to_release: false,
            contactors: OPEN,
            welded: OPEN,
        }
    }

    /// Contactors commanded closed.
    pub(crate) const fn contactors(&self) -> Contactors<bool> {
        self.contactors
    }

    pub(crate) const fn mode(&self) -> Mode {
        self.mode
    }

    /// One tick.
    pub(crate) fn tick(&mut self, inputs: &ModeInputs<'_>) -> Decision {
        self.since_ms = self.since_ms.saturating_add(u32::from(inputs.elapsed_ms));
        self.pause_ms = self.pause_ms.saturating_sub(u32::from(inputs.elapsed_ms));
        let request = if inputs.command_is_stale {
            Request::Standby
        } else {
            inputs.request
        };
        if !wants_closed(inputs, request) {
            self.to_release = false;
            self.failures = 0;
        }
        let refusal = match self.mode {
            Mode::Initialise => {
                self.initialise(inputs);
                wants_closed(inputs, request).then_some(Refusal::SelfTest)
            }
            Mode::Standby => self.standby(inputs, request),
            Mode::Precharge => self.precharge(inputs, request),
            Mode::Drive | Mode::Charge => self.connected(inputs, request),
            Mode::Opening => {
                self.open(inputs);
                wants_closed(inputs, request).then_some(Refusal::Opening)
            }
            Mode::Fault => self.fault(inputs, request),
            Mode::Sleep => {
                if request != Request::Sleep {
                    self.enter(Mode::Initialise);
                }
                None
            }
            Mode::Supervised => self.supervised(inputs, request),
        };
        let command_lost = inputs.command_is_stale && wants_closed(inputs, inputs.request);
        let refusal = refusal.or(command_lost.then_some(Refusal::CommandStale));
        Decision {
            mode: self.mode,
            contactors: self.contactors,
            refusal,
        }
    }

    #[inline(never)]
    fn enter(&mut self, mode: Mode) {
        self.mode = mode;
        self.since_ms = 0;
        if matches!(
            mode,
            Mode::Initialise | Mode::Standby | Mode::Fault | Mode::Sleep
        ) {
            self.contactors = OPEN;
        }
    }

    /// Starts to open; `next` is the mode after it.
    #[inline(never)]
    fn begin_opening(&mut self, next: Mode, at_once: bool) {
        self.next = next;
        self.opening.begin(at_once);
        self.enter(Mode::Opening);
        if at_once {
            self.contactors = OPEN;
        }
    }

    fn initialise(&mut self, inputs: &ModeInputs<'_>) {
        if inputs.store.reaction() >= Reaction::Open {
            self.enter(Mode::Fault);
        } else if inputs.readings_complete {
            self.enter(Mode::Standby);
        } else if self.since_ms > u32::from(inputs.config.control.self_test_ms) {
            self.enter(Mode::Fault);
        }
    }

    fn standby(&mut self, inputs: &ModeInputs<'_>, request: Request) -> Option<Refusal> {
        if inputs.store.reaction() >= Reaction::Open {
            self.to_release = wants_closed(inputs, request);
            self.enter(Mode::Fault);
            return wants_closed(inputs, request).then(|| blocking(inputs.store, Reaction::Open));
        }
        let mode = match request {
            Request::Standby => return None,
            Request::Sleep => {
                self.enter(Mode::Sleep);
                return None;
            }
            Request::Supervise if self.to_release => return Some(Refusal::RequestNotReleased),
            Request::Supervise => {
                self.enter(Mode::Supervised);
                return None;
            }
            Request::Drive => Mode::Drive,
            Request::Charge => Mode::Charge,
        };
        let refusal = self.refusal(inputs, mode);
        if refusal.is_none() {
            self.next = mode;
            self.precharging.begin();
            self.contactors = Contactors {
                main_negative: true,
                ..OPEN
            };
            self.enter(Mode::Precharge);
        }
        refusal
    }

    /// Why the contactors must not close now.
    fn refusal(&self, inputs: &ModeInputs<'_>, mode: Mode) -> Option<Refusal> {
        if self.to_release {
            return Some(Refusal::RequestNotReleased);
        }
        if mode == Mode::Charge && inputs.store.reaction() >= Reaction::StopCharging {
            return Some(blocking(inputs.store, Reaction::StopCharging));
        }
        if self.failures >= inputs.config.control.precharge_attempts {
            return Some(Refusal::PrechargeFailed);
        }
        // One more precharge may heat the resistor by half of its budget.
        if self.pause_ms > 0 || inputs.resistor_heat > 0.5 {
            return Some(Refusal::PrechargeCooling);
        }
        if inputs.pack_v.is_none() || inputs.link_v.is_none() {
            return Some(Refusal::LinkUnknown);
        }
        None
    }

    fn precharge(&mut self, inputs: &ModeInputs<'_>, request: Request) -> Option<Refusal> {
        if let Some(at_once) = must_open(inputs, self.next) {
            let refusal = blocking(inputs.store, reaction_against(self.next));
            self.fail(inputs);
            self.to_release = wants_closed(inputs, request);
            self.begin_opening(after(inputs), at_once);
            return Some(refusal);
        }
        if mode_of(request) != Some(self.next) {
            self.begin_opening(Mode::Standby, false);
            return None;
        }
        match self.precharging.tick(inputs, &mut self.contactors) {
            Progress::Running => None,
            Progress::Done => {
                self.failures = 0;
                self.enter(self.next);
                None
            }
            Progress::Failed { welded } => {
                if let Some(contactor) = welded {
                    *self.welded.get_mut(contactor) = true;
                }
                self.fail(inputs);
                self.begin_opening(Mode::Standby, true);
                Some(Refusal::PrechargeFailed)
            }
        }
    }

    fn fail(&mut self, inputs: &ModeInputs<'_>) {
        self.failures = self.failures.saturating_add(1);
        self.pause_ms = u32::from(inputs.config.control.precharge_pause_s) * 1000;
    }

    fn connected(&mut self, inputs: &ModeInputs<'_>, request: Request) -> Option<Refusal> {
        if let Some(at_once) = must_open(inputs, self.mode) {
            self.to_release = wants_closed(inputs, request);
            let refusal = blocking(inputs.store, reaction_against(self.mode));
            self.begin_opening(after(inputs), at_once);
            return Some(refusal);
        }
        if mode_of(request) == Some(self.mode) {
            return None;
        }
        self.begin_opening(Mode::Standby, false);
        wants_closed(inputs, request).then_some(Refusal::Opening)
    }

    fn open(&mut self, inputs: &ModeInputs<'_>) {
        // A fault during opening decides the next mode, and may open at once.
        if let Some(at_once) = must_open(inputs, self.mode) {
            self.next = after(inputs);
            if at_once {
                self.opening.hurry();
            }
        }
        if let Opened::Done { tested, welded } = self.opening.tick(inputs, &mut self.contactors) {
            if tested {
                self.welded = welded;
            }
            self.enter(self.next);
        }
    }

    fn fault(&mut self, inputs: &ModeInputs<'_>, request: Request) -> Option<Refusal> {
        self.contactors = OPEN;
        if inputs.store.reaction() >= Reaction::Open {
            return wants_closed(inputs, request).then(|| blocking(inputs.store, Reaction::Open));
        }
        if wants_closed(inputs, request) {
            return Some(Refusal::RequestNotReleased);
        }
        self.enter(Mode::Initialise);
        None
    }

    fn supervised(&mut self, inputs: &ModeInputs<'_>, request: Request) -> Option<Refusal> {
        if let Some(at_once) = must_open(inputs, self.mode) {
            self.to_release = wants_closed(inputs, request);
            let refusal = blocking(inputs.store, Reaction::Open);
            self.begin_opening(Mode::Fault, at_once);
            return Some(refusal);
        }
        if request != Request::Supervise {
            self.begin_opening(Mode::Standby, false);
            return None;
        }
        self.contactors = inputs.supervised;
        None
    }
}

/// Whether the contactors have to open: `Some(true)` at once, `Some(false)` after the current fell.
fn must_open(inputs: &ModeInputs<'_>, mode: Mode) -> Option<bool> {
    let reaction = inputs.store.reaction();
    if reaction >= Reaction::OpenAtOnce {
        Some(true)
    } else if reaction >= reaction_against(mode) {
        Some(false)
    } else {
        None
    }
}

/// The weakest reaction that ends a mode.
fn reaction_against(mode: Mode) -> Reaction {
    if mode == Mode::Charge {
        Reaction::StopCharging
    } else {
        Reaction::Open
    }
}

fn after(inputs: &ModeInputs<'_>) -> Mode {
    if inputs.store.reaction() >= Reaction::Open {
        Mode::Fault
    } else {
        Mode::Standby
    }
}

#[inline(never)]
fn wants_closed(inputs: &ModeInputs<'_>, request: Request) -> bool {
    match request {
        Request::Drive | Request::Charge => true,
        Request::Supervise => inputs.supervised != OPEN,
        Request::Standby | Request::Sleep => false,
    }
}

const fn mode_of(request: Request) -> Option<Mode> {
    match request {
        Request::Drive => Some(Mode::Drive),
        Request::Charge => Some(Mode::Charge),
        _ => None,
    }
}

/// The first fault with `reaction` or a stronger one.
fn blocking(store: &FaultStore, reaction: Reaction) -> Refusal {
    store
        .reacting(reaction)
        .next()
        .map_or(Refusal::SelfTest, Refusal::Fault)
}
