//! State of the estimators that is saved over a power cycle, as plain numbers.

use super::ud::COVARIANCE;
use crate::cell::MAX_BRANCHES;
use crate::units::{self, Time};

/// Duration assumed for a sleep of unknown length where a longer one means more uncertainty: 30 days.
const UNKNOWN_SLEEP_S: f32 = 30.0 * 24.0 * units::SECONDS_PER_HOUR;

/// Cap of the sleep's duration: a year.
const LONGEST_SLEEP_S: f32 = 3.2e7;

/// Duration of the sleep before a restore.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SleepTime {
    /// In seconds, 0 to a year.
    pub(crate) s: f32,
    /// Whether the duration was measured.
    pub(crate) known: bool,
}

impl SleepTime {
    /// A duration that is negative or not finite counts as unknown.
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

    /// Whether there was no sleep.
    pub(crate) fn is_none(self) -> bool {
        self.known && self.s <= 0.0
    }
}

/// State of a filter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SavedFilter {
    /// SoC in units of the charge counter.
    pub(crate) charge: i64,
    pub(crate) branch_a: [f32; MAX_BRANCHES],
    pub(crate) hysteresis: f32,
    pub(crate) voltage_error_v: f32,
    pub(crate) resistance_scale: f32,
    pub(crate) bias_a: f32,
    pub(crate) capacity_scale: f32,
    /// Upper triangle of the factored covariance, row by row.
    pub(crate) covariance: [f32; COVARIANCE],
}

/// State of the mean cell's estimator.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "the large variant is the usual one, and there is no heap"
)]
pub(crate) enum SavedCell {
    /// Neither prior nor voltage.
    Nothing,
    /// A SoC before the first voltage, in units of the charge counter.
    Prior(i64),
    /// After the first voltage.
    Filter(SavedFilter),
}

/// State of the capacity estimate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SavedCapacity {
    /// Capacity over the nominal one.
    pub(crate) scale: f32,
    /// Negative before the first anchor.
    pub(crate) variance: f32,
    /// Swings refused in a row.
    pub(crate) refused: u8,
    /// Start of the present swing: SoC, its variance, and charge discharged and moved up to the last anchor.
    pub(crate) begin: Option<[f32; 4]>,
    /// Discharged since the last anchor, over the nominal capacity, in units of the charge counter.
    pub(crate) discharged: i64,
}

/// State that the cells of a pack share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SavedPackEstimate {
    pub(crate) mean: SavedCell,
    pub(crate) temperature_k: f32,
    /// Sensitivity of SoC and resistance to an error of the inverse capacity.
    pub(crate) sensitivity: [f32; 2],
    /// Display SoC in units of the charge counter; `None` while it may still jump.
    pub(crate) shown: Option<i64>,
}
