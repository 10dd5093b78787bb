//! When a condition becomes a fault, and when a fault leaves: time without a break, counted on new samples.

/// The longest time to qualify or to recover, in milliseconds.
pub const LONGEST_TIME_MS: u16 = 30_000;

/// Bit that says that the fault is qualified; the others hold the time since the first sample that spoke for a change,
/// plus one, in milliseconds.
const ACTIVE: u16 = 0x8000;

/// Qualification of one fault on one thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Debounce(u16);

/// What a sample says of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// It holds.
    Present,
    /// It does not hold.
    Absent,
    /// Nothing: the qualifier stays as it is.
    Unknown,
}

/// What a sample changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    None,
    Qualified,
    Recovered,
}

/// How long a condition has to hold to become a fault, and to be gone for the fault to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FaultTiming {
    /// Milliseconds from the first sample that shows the condition to the one that makes it a fault, 0 to
    /// [`LONGEST_TIME_MS`]. With 0 the first sample is enough.
    pub qualify_ms: u16,
    /// Milliseconds from the first sample without the condition to the one that lets the fault leave, 0 to
    /// [`LONGEST_TIME_MS`].
    pub recover_ms: u16,
}

impl Debounce {
    /// Whether the fault is qualified.
    pub(crate) const fn is_active(self) -> bool {
        self.0 & ACTIVE != 0
    }

    /// Whether the fault is not qualified and nothing speaks for it.
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

/// The qualifiers of all faults of one scope on one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Debouncers<const SLOTS: usize>([Debounce; SLOTS]);

impl<const SLOTS: usize> Debouncers<SLOTS> {
    pub(crate) const fn new() -> Self {
        Self([Debounce(0); SLOTS])
    }

    /// One for each fault of the bank's scope, by its slot.
    pub(crate) fn debouncers(&mut self) -> &mut [Debounce] {
        &mut self.0
    }

    /// Whether no fault is qualified and nothing speaks for one.
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
