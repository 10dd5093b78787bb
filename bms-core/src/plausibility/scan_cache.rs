//! The result of the last scan of many readings, reused while nothing but their age changes.

use super::extremes::Extremes;
use crate::fast_path;

/// Many readings of the same quantity between two scans of all of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScanCache {
    found: Extremes,
    /// Age of the oldest reading at the last scan.
    oldest_ms: u16,
    /// Time since the last scan.
    waited_ms: u16,
    /// Whether the next scan can wait for a sample or for a reading to become stale.
    holds: bool,
    /// The same before the present scan.
    held: bool,
}

impl ScanCache {
    pub(crate) const fn new() -> Self {
        Self {
            found: Extremes::new(),
            oldest_ms: 0,
            waited_ms: 0,
            holds: false,
            held: false,
        }
    }

    /// One tick; `new`: whether anything new arrived. Returns the time since the last scan if a scan is due; `None` if the
    /// last result is still valid, at most until a reading is older than `stale_ms`.
    pub(crate) fn tick(&mut self, elapsed_ms: u16, told: bool, stale_ms: u16) -> Option<u16> {
        self.waited_ms = self.waited_ms.saturating_add(elapsed_ms);
        let oldest_ms = self.oldest_ms.saturating_add(self.waited_ms);
        if fast_path::allowed() && self.holds && !told && oldest_ms <= stale_ms {
            return None;
        }
        self.held = core::mem::take(&mut self.holds);
        Some(core::mem::take(&mut self.waited_ms))
    }

    /// Stores the result of a scan and the age of the oldest reading.
    // Called from many places: once in flash.
    #[inline(never)]
    pub(crate) fn keep(&mut self, found: Extremes, oldest_ms: u16) {
        self.found = found;
        self.oldest_ms = oldest_ms;
    }

    /// The result of the last scan.
    pub(crate) const fn found(&self) -> Extremes {
        self.found
    }

    /// Whether the present scan could wait for a sample or for a reading to become stale.
    pub(crate) const fn held(&self) -> bool {
        self.held
    }

    /// Sets whether the next scan can wait for a sample or for a reading to become stale.
    pub(crate) fn settle(&mut self, holds: bool) {
        self.holds = holds;
    }
}
