//! The offset of a current sensor, learned while no current can flow.

use crate::math;

/// Time constant of the average, in seconds.
const AVERAGE_S: f32 = 2.0;

/// Learning begins this long after the path opened, in milliseconds.
const SETTLE_MS: u16 = 1000;

/// The offset of one current sensor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CurrentOffset {
    offset_a: f32,
    /// Time for which no current could flow.
    open_ms: u16,
}

impl CurrentOffset {
    pub(crate) const fn new() -> Self {
        Self {
            offset_a: 0.0,
            open_ms: 0,
        }
    }

    /// An offset that was learned before.
    pub(crate) const fn restored(offset_a: f32) -> Self {
        Self {
            offset_a,
            open_ms: 0,
        }
    }

    /// One tick; `open`: no current can flow; `sample_a`: the sensor's new sample, if any.
    pub(crate) fn tick(
        &mut self,
        open: bool,
        sample_a: Option<f32>,
        interval_ms: u16,
        elapsed_ms: u16,
        largest_a: f32,
    ) {
        if !open {
            self.open_ms = 0;
            return;
        }
        self.open_ms = self.open_ms.saturating_add(elapsed_ms);
        let Some(sample_a) = sample_a else { return };
        if self.open_ms <= SETTLE_MS {
            return;
        }
        let share = (f32::from(interval_ms) * 1e-3 / AVERAGE_S).min(1.0);
        self.offset_a += share
            * (math::clamp_or_low(sample_a, -2.0 * largest_a, 2.0 * largest_a) - self.offset_a);
    }

    /// The offset to subtract from the sensor's reading, limited to `largest_a`.
    pub(crate) fn limited_a(self, largest_a: f32) -> f32 {
        self.offset_a.max(-largest_a).min(largest_a)
    }

    /// The offset as it was learned.
    pub(crate) const fn learned_a(self) -> f32 {
        self.offset_a
    }

    /// Whether the offset is being learned.
    pub(crate) const fn is_learning(self) -> bool {
        self.open_ms > SETTLE_MS
    }
}
