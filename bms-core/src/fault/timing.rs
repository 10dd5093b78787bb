//! Debounce times of the faults.

use super::catalogue::{CATALOGUE, FAULTS, FaultId};

/// Maximum qualify and recover time, in milliseconds.
pub const LONGEST_TIME_MS: u16 = 30_000;

/// Qualify and recover time of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FaultTiming {
    /// Milliseconds from the first sample with the condition to qualification, 0 to [`LONGEST_TIME_MS`]; 0 qualifies on the
    /// first sample.
    pub qualify_ms: u16,
    /// Milliseconds from the first sample without the condition to recovery, 0 to [`LONGEST_TIME_MS`].
    pub recover_ms: u16,
}

/// Qualify and recover times of every fault, in the order of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaultTimings([FaultTiming; FAULTS]);

impl FaultTimings {
    /// The default times of the catalogue.
    pub const DEFAULT: Self = {
        let mut timings = [FaultTiming {
            qualify_ms: 0,
            recover_ms: 0,
        }; FAULTS];
        let (mut left, mut rest): (&[_], &mut [FaultTiming]) = (CATALOGUE, &mut timings);
        while let (Some((entry, entries)), Some((timing, others))) =
            (left.split_first(), rest.split_first_mut())
        {
            timing.qualify_ms = entry.qualify_ms;
            timing.recover_ms = entry.recover_ms;
            left = entries;
            rest = others;
        }
        Self(timings)
    };

    /// A copy with other times for one fault.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "a table as long as the enumeration that indexes it"
    )]
    pub const fn with(mut self, fault: FaultId, timing: FaultTiming) -> Self {
        self.0[fault as usize] = timing;
        self
    }

    /// The times of one fault.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "a table as long as the enumeration that indexes it"
    )]
    pub const fn get(&self, fault: FaultId) -> FaultTiming {
        self.0[fault as usize]
    }
}

impl Default for FaultTimings {
    fn default() -> Self {
        Self::DEFAULT
    }
}
