//! Opening: wait for zero current, open one pole, test it for welding, open the other.

use super::mode_inputs::ModeInputs;
use crate::measurement::{ChargerPhase, Contactor, Contactors, Request};
use crate::protection::Reaction;
use crate::units::{to_amperes, to_ratio};

/// Step of opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Waiting for zero current.
    Waiting,
    /// One main contactor is open; the link voltage must fall.
    Testing,
    /// All are commanded open and settle.
    Settling,
}

/// State of one opening.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening {
    step: Step,
    since_ms: u32,
    at_once: bool,
    /// The pole that opens first: alternates, so that both are tested.
    first: Contactor,
    /// Whether the link had the pack's voltage at first: only then its fall is evidence.
    was_live: bool,
    welded: Contactors<bool>,
    tested: bool,
}

/// Result of one tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    Running,
    Done {
        /// Whether a weld test was completed.
        tested: bool,
        /// Contactors that the test found welded.
        welded: Contactors<bool>,
    },
}

/// A link at this share of the pack voltage counts as connected to it.
const HELD: f32 = 0.9;

/// Longest wait for a charger that ramps down as requested, in milliseconds.
const CHARGER_DOWN_MS: u32 = 10_000;

impl Opening {
    pub(crate) const fn new() -> Self {
        Self {
            step: Step::Waiting,
            since_ms: 0,
            at_once: false,
            first: Contactor::MainPositive,
            was_live: false,
            welded: Contactors::all(false),
            tested: false,
        }
    }

    /// Begins; with `at_once` without waiting for the current to fall.
    pub(crate) fn begin(&mut self, at_once: bool) {
        let first = match self.first {
            Contactor::MainPositive => Contactor::MainNegative,
            _ => Contactor::MainPositive,
        };
        *self = Self {
            at_once,
            first,
            ..Self::new()
        };
    }

    /// Ends the waiting for zero current.
    pub(crate) fn hurry(&mut self) {
        self.at_once = true;
    }

    fn go(&mut self, step: Step) -> Opened {
        self.step = step;
        self.since_ms = 0;
        Opened::Running
    }

    pub(crate) fn tick(
        &mut self,
        inputs: &ModeInputs<'_>,
        contactors: &mut Contactors<bool>,
    ) -> Opened {
        self.since_ms = self.since_ms.saturating_add(u32::from(inputs.elapsed_ms));
        match self.step {
            Step::Waiting => self.wait(inputs, contactors),
            Step::Testing => self.test(inputs, contactors),
            Step::Settling => self.settle(inputs, contactors),
        }
    }

    fn wait(&mut self, inputs: &ModeInputs<'_>, contactors: &mut Contactors<bool>) -> Opened {
        let config = inputs.config;
        if self.at_once {
            return self.open_all(contactors);
        }
        let still = inputs
            .current_a
            .is_some_and(|current_a| current_a.abs() <= to_amperes(config.limits.rest_current));
        // The budget covers the wait and the contactors' own time.
        let wait_ms = config
            .sampling
            .open_ms
            .saturating_sub(config.sampling.open_at_once_ms);
        if !still && (self.since_ms < u32::from(wait_ms) || self.charger_comes_down(inputs)) {
            return Opened::Running;
        }
        // A charger with its output on holds the link voltage: the test would be inconclusive.
        let fed = matches!(
            inputs.charger,
            ChargerPhase::Precharge | ChargerPhase::Charging
        );
        let test = config.control.weld_test_ms > 0 && still && !fed;
        if !test {
            return self.open_all(contactors);
        }
        self.was_live = link_share(inputs).is_some_and(|share| share >= HELD);
        contactors.precharge = false;
        *contactors.get_mut(self.first) = false;
        self.go(Step::Testing)
    }

    /// Whether only charging ends and the charger ramps down as requested: opening under its current would wear the contacts
    /// and give the charger no time to react. The vehicle keeps its request for as long as it accepts the wait, and reports
    /// the current that a compliant charger may still deliver.
    fn charger_comes_down(&self, inputs: &ModeInputs<'_>) -> bool {
        let charging = &inputs.config.charging;
        let asked_a = inputs.charger_asked_a;
        let allowed_a = asked_a
            + to_amperes(charging.current_over)
            + to_ratio(charging.current_over_ratio) * asked_a;
        self.since_ms < CHARGER_DOWN_MS
            && inputs.store.reaction() <= Reaction::StopCharging
            && inputs.request == Request::Charge
            && !inputs.command_is_stale
            && inputs.charger == ChargerPhase::Charging
            && asked_a > to_amperes(inputs.config.limits.rest_current)
            && inputs
                .current_a
                .is_some_and(|current_a| -current_a <= allowed_a)
    }

    fn test(&mut self, inputs: &ModeInputs<'_>, contactors: &mut Contactors<bool>) -> Opened {
        if self.at_once {
            return self.open_all(contactors);
        }
        let share = link_share(inputs);
        let fallen = to_ratio(inputs.config.control.link_fallen);
        let fell = share.is_some_and(|share| share <= fallen);
        if !fell && self.since_ms < u32::from(inputs.config.control.weld_test_ms) {
            return Opened::Running;
        }
        // A welded contactor keeps the link voltage; a slowly falling link is not held.
        if self.was_live
            && let Some(share) = share
        {
            self.tested = true;
            *self.welded.get_mut(self.first) = share >= HELD;
        }
        *contactors = Contactors::all(false);
        self.go(Step::Settling)
    }

    fn open_all(&mut self, contactors: &mut Contactors<bool>) -> Opened {
        *contactors = Contactors::all(false);
        self.go(Step::Settling)
    }

    fn settle(&mut self, inputs: &ModeInputs<'_>, contactors: &mut Contactors<bool>) -> Opened {
        *contactors = Contactors::all(false);
        if self.since_ms < u32::from(inputs.config.high_voltage.contactor_settle_ms) {
            return Opened::Running;
        }
        if self.welded != Contactors::all(false) && inputs.charger != ChargerPhase::Idle {
            let held = link_share(inputs).is_none_or(|share| share >= HELD);
            if held && self.since_ms < u32::from(inputs.config.control.weld_test_ms) {
                return Opened::Running;
            }
            // A link that stays up with every contactor open is held by the charger: the test is inconclusive.
            if held {
                self.welded = Contactors::all(false);
                self.tested = false;
            }
        }
        Opened::Done {
            tested: self.tested,
            welded: self.welded,
        }
    }
}

/// Link voltage as a share of the pack's; `None` if either is unknown.
fn link_share(inputs: &ModeInputs<'_>) -> Option<f32> {
    let share = inputs.link_v? / inputs.pack_v?;
    share.is_finite().then_some(share)
}
