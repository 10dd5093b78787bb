//! The highest current that an obedient charger may still give, from the recent requests.

use crate::charging::session_config::SessionConfig;

/// Upper envelope of the requests: each holds until the charger had time to receive its successor, then it falls at a rate.
#[derive(Clone, Copy, Debug)]
pub(super) struct RequestEnvelope {
    /// Highest request of the last complete span, and of the present one, in ampere.
    before_a: f32,
    present_a: f32,
    since_ms: u32,
    envelope_a: f32,
}

impl RequestEnvelope {
    pub(super) const fn new() -> Self {
        Self {
            before_a: 0.0,
            present_a: 0.0,
            since_ms: 0,
            envelope_a: 0.0,
        }
    }

    /// Adds the request of a tick.
    pub(super) fn add(&mut self, request_a: f32, dt_ms: u32, config: &SessionConfig) {
        self.since_ms = self.since_ms.saturating_add(dt_ms);
        if self.since_ms > config.follow_ms {
            self.before_a = self.present_a;
            self.present_a = 0.0;
            self.since_ms = 0;
        }
        self.present_a = self.present_a.max(request_a);
        #[expect(clippy::cast_precision_loss, reason = "at most a minute")]
        let fallen_a = self.envelope_a - config.follow_a_per_s * dt_ms as f32 * 1e-3;
        self.envelope_a = fallen_a.max(self.before_a.max(self.present_a));
    }

    pub(super) const fn highest_a(&self) -> f32 {
        self.envelope_a
    }
}
