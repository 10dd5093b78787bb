//! Part of the OCV curve on an even grid, so that the look-ups of many cells are cheap.

use crate::cell::OcvCurve;
use crate::math;

/// Intervals of the grid.
const INTERVALS: usize = 32;

/// [`INTERVALS`] as a float.
const INTERVALS_F: f32 = 32.0;

/// The curve is defined this far beyond empty and full.
const OVERHANG_SOC: f32 = 0.1;

/// Length of the shortest interval.
const SHORTEST_SOC: f32 = 1e-4;

/// The OCV between two states of charge at one temperature; a straight line beyond.
#[derive(Clone, Debug)]
pub(super) struct OcvWindow {
    low_soc: f32,
    intervals_per_soc: f32,
    voltage_v: [f32; INTERVALS + 1],
    valid: bool,
}

impl OcvWindow {
    /// A window before its first [`Self::fill`]: 0 V everywhere.
    pub(super) const fn new() -> Self {
        Self {
            low_soc: 0.0,
            intervals_per_soc: INTERVALS_F,
            voltage_v: [0.0; INTERVALS + 1],
            valid: false,
        }
    }

    /// Samples the curve from `low_soc` to `high_soc`, clamped to its range.
    pub(super) fn fill(&mut self, curve: &OcvCurve<'_>, low_soc: f32, high_soc: f32) {
        let most = 1.0 + OVERHANG_SOC;
        let low = math::clamp_or_low(low_soc, -OVERHANG_SOC, most - INTERVALS_F * SHORTEST_SOC);
        let high = math::clamp_or_low(high_soc, low + INTERVALS_F * SHORTEST_SOC, most);
        let step = (high - low) / INTERVALS_F;
        self.valid = true;
        self.low_soc = low;
        self.intervals_per_soc = 1.0 / step;
        let mut soc = low;
        for voltage_v in &mut self.voltage_v {
            *voltage_v = curve.voltage_v(soc);
            soc += step;
        }
    }

    /// A straight line through zero at `soc`, while the SoC is not known.
    pub(super) fn flatten(&mut self, slope_v: f32, soc: f32) {
        *self = Self {
            low_soc: soc,
            intervals_per_soc: INTERVALS_F,
            voltage_v: [0.0; INTERVALS + 1],
            valid: false,
        };
        let mut voltage_v = 0.0;
        for node_v in &mut self.voltage_v {
            *node_v = voltage_v;
            voltage_v += slope_v / INTERVALS_F;
        }
    }

    /// Makes [`Self::suits`] refuse the window until it is filled again.
    pub(super) fn invalidate(&mut self) {
        self.valid = false;
    }

    /// Whether `low_soc` to `high_soc` lies inside, and is at least a third of it.
    pub(super) fn suits(&self, low_soc: f32, high_soc: f32) -> bool {
        if !self.valid {
            return false;
        }
        let end = self.low_soc + INTERVALS_F / self.intervals_per_soc;
        let inside = low_soc.max(-OVERHANG_SOC) >= self.low_soc - SHORTEST_SOC
            && high_soc.min(1.0 + OVERHANG_SOC) <= end + SHORTEST_SOC;
        inside && (high_soc - low_soc) * 3.0 > INTERVALS_F / self.intervals_per_soc
    }

    /// OCV and its slope per unit of SoC.
    pub(super) fn at(&self, soc: f32) -> (f32, f32) {
        let place = (soc - self.low_soc) * self.intervals_per_soc;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "casts of floats saturate, and NaN becomes zero"
        )]
        let index = (place as usize).min(INTERVALS - 1);
        let low = self.voltage_v.get(index).copied().unwrap_or(0.0);
        let high = self.voltage_v.get(index + 1).copied().unwrap_or(0.0);
        #[expect(clippy::cast_precision_loss, reason = "at most 31")]
        let share = place - index as f32;
        let rise = high - low;
        (low + share * rise, rise * self.intervals_per_soc)
    }
}
