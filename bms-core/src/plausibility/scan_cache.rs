//! The result of the last scan of many readings, reused while nothing but their age changes.

use super::extremes::Extremes;
use crate::fast_path;

/// Many readings of the same quantity between two scans of all of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScanCache {
    extremes: Extremes,
    /// Age of the oldest reading at the last scan.
    oldest_ms: u16,
    /// Time since the last scan.
    waited_ms: u16,
    /// Whether the next scan can wait for a sample or for a reading to become stale.
    settled: bool,
    /// The same before the present scan.
    was_settled: bool,
}

impl ScanCache {
    pub(crate) const fn new() -> Self {
        Self {
            extremes: Extremes::new(),
            oldest_ms: 0,
            waited_ms: 0,
            settled: false,
            was_settled: false,
        }
    }

    /// One tick; `any_new`: whether any reading arrived. Returns the time since the last scan if a scan is due; `None` if the
    /// last result is still valid, at most until a reading is older than `stale_ms`.
    pub(crate) fn tick(&mut self, elapsed_ms: u16, any_new: bool, stale_ms: u16) -> Option<u16> {
        self.waited_ms = self.waited_ms.saturating_add(elapsed_ms);
        let oldest_ms = self.oldest_ms.saturating_add(self.waited_ms);
        if fast_path::allowed() && self.settled && !any_new && oldest_ms <= stale_ms {
            return None;
        }
        self.was_settled = core::mem::take(&mut self.settled);
        Some(core::mem::take(&mut self.waited_ms))
    }

    /// Stores the result of a scan and the age of the oldest reading.
    // Called from many places: once in flash.
    #[inline(never)]
    pub(crate) fn store(&mut self, extremes: Extremes, oldest_ms: u16) {
        self.extremes = extremes;
        self.oldest_ms = oldest_ms;
    }

    /// The result of the last scan.
    pub(crate) const fn extremes(&self) -> Extremes {
        self.extremes
    }

    /// Whether the present scan could wait for a sample or for a reading to become stale.
    pub(crate) const fn was_settled(&self) -> bool {
        self.was_settled
    }

    /// Sets whether the next scan can wait for a sample or for a reading to become stale.
    pub(crate) fn settle(&mut self, settled: bool) {
        self.settled = settled;
    }
}
