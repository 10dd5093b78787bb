//! What limits a charge for most of its time.

use crate::charging::request::RequestReason;

/// Reasons that are counted apart.
const REASONS: usize = 8;

/// For how long each reason was the limiting one, in seconds; a ninth reason is not counted.
pub(super) struct ReasonTimes {
    entries: [Option<(RequestReason, f32)>; REASONS],
    stopped: Option<RequestReason>,
}

impl ReasonTimes {
    pub(super) const fn new() -> Self {
        Self {
            entries: [None; REASONS],
            stopped: None,
        }
    }

    pub(super) fn add(&mut self, reason: RequestReason, time_s: f32) {
        for entry in &mut self.entries {
            match entry {
                Some((known, sum_s)) if *known == reason => {
                    *sum_s += time_s;
                    return;
                }
                Some(_) => {}
                None => {
                    *entry = Some((reason, time_s));
                    return;
                }
            }
        }
    }

    /// The reason for which the charge never reaches its target.
    pub(super) fn stop(&mut self, reason: RequestReason) {
        self.stopped.get_or_insert(reason);
    }

    /// The reason that stopped the charge, else the one that limited it longest.
    pub(super) fn longest(&self) -> RequestReason {
        if let Some(reason) = self.stopped {
            return reason;
        }
        let mut longest = (RequestReason::Paused, 0.0);
        for entry in self.entries.iter().flatten() {
            if entry.1 > longest.1 {
                longest = *entry;
            }
        }
        longest.0
    }
}
