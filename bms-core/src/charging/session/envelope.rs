//! Small memories of a session: a reading with its age, and the highest request of late.

use crate::measurement::Reading;
use crate::units::{Time, to_seconds};

/// A reading that grows older.
#[derive(Clone, Copy, Debug)]
pub(super) struct Aged {
    value: Option<f32>,
    age_s: f32,
}

impl Aged {
    pub(super) const fn new() -> Self {
        Self {
            value: None,
            age_s: 0.0,
        }
    }

    /// One that is not finite says that nothing is known.
    pub(super) fn take(&mut self, reading: Reading<f32>, dt: Time) {
        self.age_s = (self.age_s + to_seconds(dt).max(0.0)).min(1e6);
        if let Reading::New(value) = reading {
            self.value = value.is_finite().then_some(value);
            self.age_s = 0.0;
        }
    }

    pub(super) fn fresh(&self, oldest: Time) -> Option<f32> {
        self.value.filter(|_| self.age_s <= to_seconds(oldest))
    }
}

/// The highest value that a charger may still give: what was asked for of late, and what it comes down by from there.
#[derive(Clone, Copy, Debug)]
pub(super) struct RequestEnvelope {
    /// Highest of the span before, and of the present one.
    before: f32,
    present: f32,
    since_ms: u32,
    coming_down: f32,
}

impl RequestEnvelope {
    pub(super) const fn new() -> Self {
        Self {
            before: 0.0,
            present: 0.0,
            since_ms: 0,
            coming_down: 0.0,
        }
    }

    /// A new request: `span_ms` for the charger to hear of it, then it falls by `per_s`.
    pub(super) fn take(&mut self, value: f32, dt_ms: u32, span_ms: u32, per_s: f32) {
        self.since_ms = self.since_ms.saturating_add(dt_ms);
        if self.since_ms > span_ms {
            self.before = self.present;
            self.present = 0.0;
            self.since_ms = 0;
        }
        self.present = self.present.max(value);
        #[expect(clippy::cast_precision_loss, reason = "at most a minute")]
        let fallen = self.coming_down - per_s * dt_ms as f32 * 1e-3;
        self.coming_down = fallen.max(self.before.max(self.present));
    }

    pub(super) const fn highest(&self) -> f32 {
        self.coming_down
    }
}
