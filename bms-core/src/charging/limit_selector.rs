//! The lowest of several current limits, with its reason.

use super::request::RequestReason;

/// The lowest limit so far, a magnitude in ampere, and its reason.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LimitSelector {
    pub(crate) current_a: f32,
    pub(crate) reason: RequestReason,
}

impl LimitSelector {
    /// A first limit; a negative value or NaN counts as zero.
    pub(crate) fn new(current_a: f32, reason: RequestReason) -> Self {
        Self {
            current_a: if current_a >= 0.0 { current_a } else { 0.0 },
            reason,
        }
    }

    /// Adds a limit. Of two equal limits the first gives the reason.
    pub(crate) fn and(self, current_a: f32, reason: RequestReason) -> Self {
        if current_a >= self.current_a {
            self
        } else {
            Self::new(current_a, reason)
        }
    }
}
