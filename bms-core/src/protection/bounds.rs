//! Bounds of a reading: the table that its check iterates, and the quiet window that follows from the table.

use super::catalogue::FaultId;
use super::context::{Ages, FaultReporter};
use crate::plausibility::Channel;

/// Which value of a reading has to stay within a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantity {
    /// The reading, or its second one if that is higher, is not above the limit.
    Highest,
    /// The reading, or its second one if that is lower, is not below the limit.
    Lowest,
    /// The distance of the reading from the mean of all is not above the limit.
    Distance,
}

/// One bound: a fault, and the limit of its quantity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    pub(crate) fault: FaultId,
    pub(crate) quantity: Quantity,
    pub(crate) limit: f32,
    pub(crate) hysteresis: f32,
    /// Whether the fault is possible at present.
    pub(crate) applies: bool,
}

/// The bounds of all readings of one kind in one tick, in SI units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds<const N: usize> {
    pub(crate) table: [Bound; N],
    /// Of all readings; not a number where none is present.
    mean: f32,
    pub(crate) ages: Ages,
    /// Within these no bound of the table is passed.
    quiet: Values,
}

/// The values of one reading that have bounds.
#[derive(Clone, Copy, Debug)]
struct Values {
    highest: f32,
    lowest: f32,
    distance: f32,
}

impl<const N: usize> Bounds<N> {
    pub(crate) fn new(table: [Bound; N], mean: Option<f32>, ages: Ages) -> Self {
        let mut quiet = Values {
            highest: f32::INFINITY,
            lowest: f32::NEG_INFINITY,
            distance: f32::INFINITY,
        };
        for bound in table.iter().filter(|bound| bound.applies) {
            match bound.quantity {
                Quantity::Highest => quiet.highest = quiet.highest.min(bound.limit),
                Quantity::Lowest => quiet.lowest = quiet.lowest.max(bound.limit),
                Quantity::Distance => quiet.distance = quiet.distance.min(bound.limit),
            }
        }
        Self {
            table,
            mean: mean.unwrap_or(f32::NAN),
            ages,
            quiet,
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

    /// Whether no fault of the reading is possible: it is not stale, and a new sample is plausible and within every bound.
    pub(crate) fn is_quiet(&self, channel: &Channel, second: Option<f32>) -> bool {
        if channel.age_ms() > self.ages.stale_ms {
            return false;
        }
        if !channel.is_new() {
            return true;
        }
        let values = self.values(channel.value(), second);
        channel.is_sound()
            && values.highest <= self.quiet.highest
            && values.lowest >= self.quiet.lowest
            && values.distance <= self.quiet.distance
    }

    /// Judges a new sample by every bound; `since_ms` is the time since the sample before.
    pub(crate) fn check(
        &self,
        judge: &mut FaultReporter<'_>,
        value: f32,
        second: Option<f32>,
        since_ms: u16,
    ) {
        let values = self.values(value, second);
        for bound in &self.table {
            let Bound {
                fault,
                limit,
                hysteresis,
                applies,
                ..
            } = *bound;
            match bound.quantity {
                Quantity::Highest => {
                    judge.above_if(applies, fault, values.highest, limit, hysteresis, since_ms);
                }
                Quantity::Lowest => {
                    judge.below_if(applies, fault, values.lowest, limit, hysteresis, since_ms);
                }
                Quantity::Distance => {
                    judge.above_if(applies, fault, values.distance, limit, hysteresis, since_ms);
                }
            }
        }
    }
}
