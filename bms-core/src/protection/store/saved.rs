//! The fault store through a power cycle.
//!
//! Qualified faults have to qualify again. Faults latched until acknowledged are cleared; those latched through power cycles
//! stay, with their warning.

use super::{FaultStore, RECORDS};
use crate::fault::{FaultId, Latch};
use crate::protection::record::{Event, FaultRecord};
use crate::protection::status::DtcStatus;

/// State of one fault after a power cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SavedFault {
    pub(crate) fault: FaultId,
    pub(crate) status: DtcStatus,
    pub(crate) latched: bool,
}

impl SavedFault {
    /// Whether a power cycle does not change this state, as after a first power cycle.
    pub(crate) fn is_settled(self) -> bool {
        self == self.after_power_cycle()
    }

    fn after_power_cycle(self) -> Self {
        let latched = self.latched && self.fault.latch() == Latch::ThroughPowerCycles;
        Self {
            fault: self.fault,
            status: self.status.after_power_cycle(latched),
            latched,
        }
    }
}

impl FaultStore {
    /// State of a fault after a power cycle.
    pub(crate) fn kept(&self, fault: FaultId) -> SavedFault {
        let present = SavedFault {
            fault,
            status: self.status(fault),
            latched: self.latched.contains(fault),
        };
        present.after_power_cycle()
    }

    /// Every slot for a record.
    pub(crate) const fn record_slots(&self) -> &[Option<FaultRecord>; RECORDS] {
        &self.records
    }

    /// An empty store at a time of operation, to be restored.
    pub(crate) const fn restored(now_ms: u64) -> Self {
        let mut store = Self::new();
        store.now_ms = now_ms;
        store
    }

    pub(crate) fn restore(&mut self, kept: SavedFault) {
        if let Some(status) = self.status.get_mut(kept.fault as usize) {
            *status = kept.status;
        }
        self.latched.set(kept.fault, kept.latched);
    }

    /// Restores a record; false if there is no such slot, or already a record of the same fault.
    pub(crate) fn restore_record(&mut self, place: usize, record: FaultRecord) -> bool {
        if self.record(record.fault).is_some() {
            return false;
        }
        let Some(slot) = self.records.get_mut(place) else {
            return false;
        };
        *slot = Some(record);
        true
    }

    /// Number of events ever written; restored events keep their slots.
    pub(crate) const fn restore_events_written(&mut self, written: u32) {
        self.log.continue_from(written);
    }

    pub(crate) fn restore_event(&mut self, place: usize, event: Event) {
        self.log.restore(place, event);
    }
}
