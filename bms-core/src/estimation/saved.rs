//! What the estimators keep through a power cycle, as plain numbers.

use super::ekf::SavedFilter;
use super::ud::STATES;
use crate::units::{self, Time};

/// Entries of a factored covariance.
pub(crate) const COVARIANCE: usize = STATES * (STATES + 1) / 2;

/// Sleep of unknown duration is taken for this long where that means more doubt: 30 days.
const UNKNOWN_SLEEP_S: f32 = 30.0 * 24.0 * units::SECONDS_PER_HOUR;

/// Longer sleep says nothing more: a year.
const LONGEST_SLEEP_S: f32 = 3.2e7;

/// How long the battery slept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SleepTime {
    /// At least 0, at most a year.
    pub(crate) s: f32,
    /// Whether somebody knows.
    pub(crate) known: bool,
}

impl SleepTime {
    /// A time that cannot be counts as unknown.
    pub(crate) fn new(asleep: Option<Time>) -> Self {
        match asleep.map(units::to_seconds) {
            Some(s) if s >= 0.0 && s.is_finite() => Self {
                s: s.min(LONGEST_SLEEP_S),
                known: true,
            },
            _ => Self {
                s: UNKNOWN_SLEEP_S,
                known: false,
            },
        }
    }

    /// Whether the memory is as fresh as if there had been no sleep.
    pub(crate) fn is_none(self) -> bool {
        self.known && self.s <= 0.0
    }
}

/// What is known of the mean cell.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "the large one is the usual one, and there is no heap"
)]
pub(crate) enum SavedCell {
    /// Nothing yet.
    Nothing,
    /// A SoC without any voltage, in units of the charge counter.
    Believed(i64),
    /// A filter that has seen voltages.
    Filter(SavedFilter),
}

/// What is known of the capacity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SavedCapacity {
    /// Over the nominal one.
    pub(crate) scale: f32,
    /// Negative before the first anchor.
    pub(crate) variance: f32,
    /// Contradictions in a row.
    pub(crate) refused: u8,
    /// Where a swing began: SoC and its variance; charge discharged and moved up to the last anchor.
    pub(crate) begin: Option<[f32; 4]>,
    /// Discharged since the last anchor, over the nominal capacity, in units of the charge counter.
    pub(crate) discharged: i64,
}

/// What is known of the cells of a pack together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SavedPackEstimate {
    pub(crate) mean: SavedCell,
    pub(crate) temperature_k: f32,
    /// What an error of the capacities has made of SoC and resistance.
    pub(crate) sensitivity: [f32; 2],
    /// What the driver was shown, in units of the charge counter; none where it may still jump.
    pub(crate) shown: Option<i64>,
}
