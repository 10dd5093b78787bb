//! Limits of a reading as rows of a table, and the quiet window that follows from the table: within it no limit is passed.

use super::context::{Ages, FaultReporter};
use crate::fault::FaultId;
use crate::plausibility::Channel;

/// Which value of a reading a limit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantity {
    /// The reading, or its second one if that is higher; a fault above the limit.
    Highest,
    /// The reading, or its second one if that is lower; a fault below the limit.
    Lowest,
    /// Distance of the reading from the mean of all; a fault above the limit.
    Distance,
}

/// One row: the limit of one fault, in the SI unit of the reading.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LimitRow {
    pub(crate) fault: FaultId,
    pub(crate) quantity: Quantity,
    pub(crate) limit: f32,
    pub(crate) hysteresis: f32,
    /// Whether the fault is possible at present.
    pub(crate) applies: bool,
}

/// The values of one reading that have limits.
#[derive(Clone, Copy, Debug)]
struct Values {
    highest: f32,
    lowest: f32,
    distance: f32,
}

/// The quiet window of all readings of one kind in one tick.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QuietWindow {
    /// The strictest limit of each quantity.
    strictest: Values,
    /// Of all readings; not a number where none is present.
    mean: f32,
    pub(crate) ages: Ages,
}

impl QuietWindow {
    pub(crate) fn new(rows: impl Iterator<Item = LimitRow>, mean: Option<f32>, ages: Ages) -> Self {
        let mut strictest = Values {
            highest: f32::INFINITY,
            lowest: f32::NEG_INFINITY,
            distance: f32::INFINITY,
        };
        for row in rows.filter(|row| row.applies) {
            match row.quantity {
                Quantity::Highest => strictest.highest = strictest.highest.min(row.limit),
                Quantity::Lowest => strictest.lowest = strictest.lowest.max(row.limit),
                Quantity::Distance => strictest.distance = strictest.distance.min(row.limit),
            }
        }
        Self {
            strictest,
            mean: mean.unwrap_or(f32::NAN),
            ages,
        }
    }

    /// Of two readings the worse one counts, whichever of them is wrong.
    fn values(&self, value: f32, second: Option<f32>) -> Values {
        Values {
            highest: second.map_or(value, |second| second.max(value)),
            lowest: second.map_or(value, |second| second.min(value)),
            distance: (value - self.mean).abs(),
        }
    }

    /// Whether no fault of the reading is possible: it is not stale, and a new sample is plausible and within every limit.
    pub(crate) fn contains(&self, channel: &Channel, second: Option<f32>) -> bool {
        if !channel.is_new() {
            return channel.age_ms() <= self.ages.stale_ms;
        }
        let values = self.values(channel.value(), second);
        channel.is_sound()
            && values.highest <= self.strictest.highest
            && values.lowest >= self.strictest.lowest
            && values.distance <= self.strictest.distance
    }

    /// Checks a new sample against every row; `since_ms` is the time since the sample before.
    pub(crate) fn check(
        &self,
        rows: impl Iterator<Item = LimitRow>,
        reporter: &mut FaultReporter<'_>,
        value: f32,
        second: Option<f32>,
        since_ms: u16,
    ) {
        let values = self.values(value, second);
        for row in rows {
            let (fault, limit, hysteresis) = (row.fault, row.limit, row.hysteresis);
            let value = match row.quantity {
                Quantity::Highest => values.highest,
                Quantity::Lowest => {
                    let lowest = values.lowest;
                    reporter.below_if(row.applies, fault, lowest, limit, hysteresis, since_ms);
                    continue;
                }
                Quantity::Distance => values.distance,
            };
            reporter.above_if(row.applies, fault, value, limit, hysteresis, since_ms);
        }
    }
}
