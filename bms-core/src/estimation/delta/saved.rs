//! Save and restore of a cell's difference over a power cycle.

use super::{Advance, CellDelta, LARGEST_CORRELATION};
use crate::estimation::saved::SleepTime;
use crate::estimation::tuning::DeltaTuning;

impl CellDelta {
    /// SoC, resistance and inverse capacity; then the variance of the SoC, its covariance with the resistance, and the
    /// variances of resistance and inverse capacity.
    pub(crate) const fn saved(&self) -> [f32; 7] {
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

    /// The inverse of [`Self::saved`].
    pub(crate) const fn restored(saved: [f32; 7]) -> Self {
        let [
            soc,
            resistance,
            capacity,
            soc_variance,
            cross_variance,
            resistance_variance,
            capacity_variance,
        ] = saved;
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

    /// Whether the variances are possible ones, or those of a cell before its first step.
    pub(crate) fn has_sound_variances(&self) -> bool {
        let others = [self.resistance_variance, self.capacity_variance];
        if self.is_new() {
            let rest = others.iter().chain([&self.cross_variance]);
            return rest.copied().all(|variance| variance.to_bits() == 0);
        }
        let positive = [self.soc_variance]
            .iter()
            .chain(&others)
            .all(|variance| *variance > 0.0 && *variance <= 1.0);
        let most = LARGEST_CORRELATION * self.soc_variance * LARGEST_CORRELATION;
        // 1.001 for the rounding of a square root.
        let most = 1.001 * most * self.resistance_variance;
        positive && self.cross_variance * self.cross_variance <= most
    }

    /// Propagation over a sleep: SoCs drift by self-discharge, resistances change.
    pub(in crate::estimation) fn rest(&mut self, asleep: SleepTime, tuning: &DeltaTuning) {
        if !asleep.is_none() && !self.is_new() {
            self.advance(&Advance::new(0.0, asleep.s, tuning), tuning);
        }
    }

    /// Whether there was no step yet.
    fn is_new(&self) -> bool {
        self.soc_variance < 0.0
    }
}
