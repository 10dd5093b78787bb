//! What the last look at many readings found, as long as it holds: between samples nothing of them changes but their age.

use super::extremes::Extremes;

/// Many readings of the same quantity, between two looks at all of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScanCache {
    found: Extremes,
    /// Age of the oldest reading at the last look.
    oldest_ms: u16,
    /// Time since the last look.
    waited_ms: u16,
    /// Whether nothing but a sample or age changes what was found.
    holds: bool,
    /// The same before the present look.
    held: bool,
    /// Whether readings may still say that they are new.
    marked: bool,
}

impl ScanCache {
    pub(crate) const fn new() -> Self {
        Self {
            found: Extremes::new(),
            oldest_ms: 0,
            waited_ms: 0,
            holds: false,
            held: false,
            marked: false,
        }
    }

    /// One tick; `told` says whether anything new arrived. Gives the time that a new look has to account for; none where
    /// the last one still holds, which it does until a reading is older than `stale_ms`.
    pub(crate) fn tick(&mut self, elapsed_ms: u16, told: bool, stale_ms: u16) -> Option<u16> {
        self.waited_ms = self.waited_ms.saturating_add(elapsed_ms);
        let oldest_ms = self.oldest_ms.saturating_add(self.waited_ms);
        if self.holds && !told && oldest_ms <= stale_ms {
            return None;
        }
        self.held = core::mem::take(&mut self.holds);
        Some(core::mem::take(&mut self.waited_ms))
    }

    /// What a look found, and the age of the oldest reading.
    // Called from many places: once in flash.
    #[inline(never)]
    pub(crate) fn keep(&mut self, found: Extremes, oldest_ms: u16) {
        self.found = found;
        self.oldest_ms = oldest_ms;
        self.marked = true;
    }

    /// Whether readings may still say that they are new since the last look: once.
    pub(crate) fn take_marked(&mut self) -> bool {
        core::mem::take(&mut self.marked)
    }

    /// What the last look found.
    pub(crate) const fn found(&self) -> Extremes {
        self.found
    }

    /// Whether nothing but a sample or age could change what was found before the present look.
    pub(crate) const fn held(&self) -> bool {
        self.held
    }

    /// Says whether nothing but a sample or age changes what was found, once it is known what follows from it.
    pub(crate) fn settle(&mut self, holds: bool) {
        self.holds = holds;
    }
}
