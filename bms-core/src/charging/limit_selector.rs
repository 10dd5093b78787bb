//! The least of several currents, and the reason that goes with it.

use super::request::RequestReason;

/// A magnitude in ampere, and what keeps it from being higher.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LimitSelector {
    pub(crate) current_a: f32,
    pub(crate) reason: RequestReason,
}

impl LimitSelector {
    /// A first limit; what is not a number counts as zero.
    pub(crate) fn new(current_a: f32, reason: RequestReason) -> Self {
        Self {
            current_a: if current_a >= 0.0 { current_a } else { 0.0 },
            reason,
        }
    }

    /// One more limit. Of two equal ones the first gives the reason.
    pub(crate) fn and(self, current_a: f32, reason: RequestReason) -> Self {
        if current_a >= self.current_a {
            self
        } else {
            Self::new(current_a, reason)
        }
    }
}
