//! Debouncing of faults: a condition qualifies, or recovers, after an uninterrupted time counted on new samples.

use crate::fault::{FaultTiming, LONGEST_TIME_MS};

/// Bit of a qualified fault; the other bits are the time since the first sample in favour of a change, plus one, in
/// milliseconds.
const ACTIVE: u16 = 0x8000;

/// Debounce state of one fault on one source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Debounce(u16);

/// Condition of a fault in one sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// It holds.
    Present,
    /// It does not hold.
    Absent,
    /// Unknown: the state is unchanged.
    Unknown,
}

/// Effect of one sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    None,
    Qualified,
    Recovered,
}

impl Debounce {
    /// Whether the fault is qualified.
    pub(crate) const fn is_active(self) -> bool {
        self.0 & ACTIVE != 0
    }

    /// Whether the fault is neither qualified nor pending.
    pub(crate) const fn is_idle(self) -> bool {
        self.0 == 0
    }

    /// Takes in one sample, `elapsed_ms` after the one before.
    pub(crate) fn step(
        &mut self,
        condition: Condition,
        elapsed_ms: u16,
        timing: FaultTiming,
    ) -> Change {
        let active = self.is_active();
        let for_change = match condition {
            Condition::Unknown => return Change::None,
            Condition::Present => !active,
            Condition::Absent => active,
        };
        let state = self.0 & ACTIVE;
        if !for_change {
            self.0 = state;
            return Change::None;
        }
        let timer = self.0 & !ACTIVE;
        let timer = if timer == 0 {
            1
        } else {
            timer.saturating_add(elapsed_ms).min(!ACTIVE)
        };
        let needed_ms = if active {
            timing.recover_ms
        } else {
            timing.qualify_ms
        };
        if timer > needed_ms.min(LONGEST_TIME_MS) {
            self.0 = state ^ ACTIVE;
            if active {
                Change::Recovered
            } else {
                Change::Qualified
            }
        } else {
            self.0 = state | timer;
            Change::None
        }
    }
}

/// Debounce states of all faults of one scope on one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Debouncers<const SLOTS: usize>([Debounce; SLOTS]);

impl<const SLOTS: usize> Debouncers<SLOTS> {
    pub(crate) const fn new() -> Self {
        Self([Debounce(0); SLOTS])
    }

    /// One per fault of the scope, by slot.
    pub(crate) fn debouncers(&mut self) -> &mut [Debounce] {
        &mut self.0
    }

    /// Whether no fault is qualified or pending.
    pub(crate) fn is_idle(&self) -> bool {
        // Nearly always all are, so that there is nothing to gain by leaving early.
        let (fours, rest) = self.0.as_chunks();
        let mut all = rest.iter().fold(0, |all, debounce| all | debounce.0);
        for [a, b, c, d] in fours {
            all |= a.0 | b.0 | c.0 | d.0;
        }
        all == 0
    }
}

#[cfg(test)]
mod tests;
