//! The book of faults through a power cycle.
//!
//! What is qualified at present has to show itself again. Faults that are latched until acknowledged leave, as their class
//! says; those latched through power cycles stay, and so does the warning that goes with them.

use super::{FaultStore, RECORDS};
use crate::protection::catalogue::FaultId;
use crate::protection::fault::Latch;
use crate::protection::record::{Event, FaultRecord};
use crate::protection::status::DtcStatus;

/// What a power cycle leaves of one fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SavedFault {
    pub(crate) fault: FaultId,
    pub(crate) status: DtcStatus,
    pub(crate) latched: bool,
}

impl SavedFault {
    /// Whether a power cycle leaves this as it is, which it does with what it left once.
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
    /// What a power cycle would leave of a fault.
    pub(crate) fn kept(&self, fault: FaultId) -> SavedFault {
        let present = SavedFault {
            fault,
            status: self.status(fault),
            latched: self.latched.contains(fault),
        };
        present.after_power_cycle()
    }

    /// Every place for a record.
    pub(crate) const fn record_slots(&self) -> &[Option<FaultRecord>; RECORDS] {
        &self.records
    }

    /// A book of the past, to be filled.
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

    /// Takes a record in; false where there is no such place, or one of the same fault already.
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

    /// How many events there ever were; those of the log go where they were.
    pub(crate) const fn restore_events_written(&mut self, written: u32) {
        self.log.continue_from(written);
    }

    pub(crate) fn restore_event(&mut self, place: usize, event: Event) {
        self.log.restore(place, event);
    }
}
