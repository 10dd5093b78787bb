//! A cell's difference through a power cycle.

use super::{Advance, CellDelta, LARGEST_CORRELATION};
use crate::estimation::saved::SleepTime;
use crate::estimation::tuning::DeltaTuning;

impl CellDelta {
    /// Differences of SoC, resistance and inverse capacity; variance of the SoC's, covariance with the resistance's,
    /// variances of resistance's and inverse capacity's.
    pub(crate) const fn kept(&self) -> [f32; 7] {
        [
            self.soc,
            self.resistance,
            self.capacity,
            self.soc_variance,
            self.cross_variance,
            self.resistance_variance,
            self.capacity_variance,
        ]
    }

    /// From what [`Self::kept`] gave.
    pub(crate) const fn restored(kept: [f32; 7]) -> Self {
        let [
            soc,
            resistance,
            capacity,
            soc_variance,
            cross_variance,
            resistance_variance,
            capacity_variance,
        ] = kept;
        Self {
            soc,
            resistance,
            capacity,
            soc_variance,
            cross_variance,
            resistance_variance,
            capacity_variance,
        }
    }

    /// Whether the variances can be those of three numbers, or are those of a cell before its first step.
    pub(crate) fn has_sound_variances(&self) -> bool {
        let others = [self.resistance_variance, self.capacity_variance];
        if self.is_untold() {
            let rest = others.iter().chain([&self.cross_variance]);
            return rest.copied().all(|variance| variance.to_bits() == 0);
        }
        let positive = [self.soc_variance]
            .iter()
            .chain(&others)
            .all(|variance| *variance > 0.0 && *variance <= 1.0);
        let most = LARGEST_CORRELATION * self.soc_variance * LARGEST_CORRELATION;
        // The last bits are those of a square root.
        let most = 1.001 * most * self.resistance_variance;
        positive && self.cross_variance * self.cross_variance <= most
    }

    /// A sleep: self-discharge drifts apart, and resistances become others.
    pub(in crate::estimation) fn rest(&mut self, asleep: SleepTime, tuning: &DeltaTuning) {
        if !asleep.is_none() && !self.is_untold() {
            self.advance(&Advance::new(0.0, asleep.s, tuning), tuning);
        }
    }

    /// Whether this is a cell before its first step.
    fn is_untold(&self) -> bool {
        self.soc_variance < 0.0
    }
}
