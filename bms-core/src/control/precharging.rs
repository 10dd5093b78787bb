//! Closing sequence: negative contactor, precharge contactor, positive contactor, precharge contactor open again.

use super::mode_inputs::ModeInputs;
use crate::measurement::{Contactor, Contactors};
use crate::units::to_ratio;

/// Step of closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The negative main contactor is closed; the link voltage must not rise yet.
    Negative,
    /// The link charges over the precharge resistor.
    Filling,
    /// The positive main contactor closes.
    Positive,
    /// The precharge contactor opens.
    Release,
}

/// State of one closing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Precharging {
    step: Step,
    since_ms: u32,
    first_link_v: f32,
}

/// Result of one tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    Running,
    Done,
    Failed { welded: Option<Contactor> },
}

/// Longest precharge in milliseconds, independent of the model.
const LONGEST_FILLING_MS: u32 = 30_000;

/// A link voltage that rises by this share of the pack voltage with only the negative contactor closed indicates a welded
/// positive one.
const WELDED_RISE: f32 = 0.2;

impl Precharging {
    pub(crate) const fn new() -> Self {
        Self {
            step: Step::Negative,
            since_ms: 0,
            first_link_v: f32::NAN,
        }
    }

    pub(crate) fn begin(&mut self) {
        *self = Self::new();
    }

    fn go(&mut self, step: Step) -> Progress {
        self.step = step;
        self.since_ms = 0;
        Progress::Running
    }

    pub(crate) fn tick(
        &mut self,
        inputs: &ModeInputs<'_>,
        contactors: &mut Contactors<bool>,
    ) -> Progress {
        const FAILED: Progress = Progress::Failed { welded: None };
        self.since_ms = self.since_ms.saturating_add(u32::from(inputs.elapsed_ms));
        let (Some(pack_v), Some(link_v)) = (inputs.pack_v, inputs.link_v) else {
            return FAILED;
        };
        if self.first_link_v.is_nan() {
            self.first_link_v = link_v;
        }
        let hv = &inputs.config.high_voltage;
        let settled = self.since_ms >= u32::from(hv.contactor_settle_ms);
        let within = (1.0 - to_ratio(hv.precharge_target)) * pack_v.abs();
        let filled = (pack_v - link_v).abs() <= within;
        match self.step {
            Step::Negative => {
                let rises = link_v - self.first_link_v > WELDED_RISE * pack_v;
                if rises {
                    let welded = Some(Contactor::MainPositive);
                    return Progress::Failed { welded };
                }
                if !settled {
                    return Progress::Running;
                }
                contactors.precharge = true;
                self.go(Step::Filling)
            }
            Step::Filling => {
                if filled && settled {
                    contactors.main_positive = true;
                    return self.go(Step::Positive);
                }
                if self.since_ms > LONGEST_FILLING_MS {
                    return FAILED;
                }
                Progress::Running
            }
            Step::Positive => {
                if !settled {
                    return Progress::Running;
                }
                if !filled {
                    return FAILED;
                }
                contactors.precharge = false;
                self.go(Step::Release)
            }
            Step::Release if settled => Progress::Done,
            Step::Release => Progress::Running,
        }
    }
}
