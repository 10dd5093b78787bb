//! State that survives a power cycle.

use super::memory::{Memory, PackMemory};
use crate::config::BmsConfig;
use crate::estimation::{CellDelta, Health, SleepTime};
use crate::measurement::{Contactor, Contactors};
use crate::protection::checks::system::SnapshotFindings;
use crate::protection::{FaultId, FaultStore, FuseLoad, Precharge};
use crate::snapshot::{Checked, SavedPack, SnapshotError};

/// Longest counted time of rest, in seconds.
const LONGEST_REST_S: f32 = 1e7;

/// Restores all of a snapshot, or nothing.
pub(super) fn restore(
    config: &BmsConfig<'_>,
    memory: &mut Memory<'_>,
    bytes: &[u8],
    asleep: SleepTime,
) -> Result<(), SnapshotError> {
    if memory.pack.estimator.last().is_some() {
        return Err(SnapshotError::Running);
    }
    let checked = match Checked::read(bytes, config) {
        Ok(checked) => checked,
        Err(error) => {
            memory.pack.snapshot = SnapshotFindings {
                corrupt: error.is_corrupt(),
                foreign: error.is_foreign(),
            };
            return Err(error);
        }
    };
    for (delta, kept) in memory.deltas.iter_mut().zip(checked.cells()) {
        *delta = kept;
    }
    let Checked { whole, store, .. } = checked;
    memory
        .pack
        .restore(config, &whole, store, memory.deltas, asleep);
    Ok(())
}

impl PackMemory {
    /// Operations of a contactor, and those above its rated breaking current.
    pub(super) const fn wear(&self, contactor: Contactor) -> (u32, u16) {
        let state = self.signals.contactors.get_ref(contactor);
        (state.operations, state.hard_operations)
    }

    pub(super) fn kept(&self) -> SavedPack {
        let wear = |contactor| self.wear(contactor);
        let [first, second] = self.signals.offsets;
        SavedPack {
            now_ms: self.store.now_ms(),
            runaway_since_ms: self.runaway_since_ms,
            fuse_share: self.fuse.kept(),
            precharge_j: self.precharge.kept(),
            offsets_a: [first.learned_a(), second.learned_a()],
            wear: Contactors {
                main_positive: wear(Contactor::MainPositive),
                main_negative: wear(Contactor::MainNegative),
                precharge: wear(Contactor::Precharge),
            },
            estimate: self.estimator.saved(),
            capacity: self.health.saved(),
        }
    }

    fn restore(
        &mut self,
        config: &BmsConfig<'_>,
        whole: &SavedPack,
        store: FaultStore,
        deltas: &mut [CellDelta],
        asleep: SleepTime,
    ) {
        let cooled_s = asleep.known.then_some(asleep.s);
        self.store = store;
        self.runaway_since_ms = whole.runaway_since_ms;
        self.fuse = FuseLoad::restored(whole.fuse_share, &config.limits.fuse, cooled_s);
        self.precharge = Precharge::restored(whole.precharge_j, &config.high_voltage, cooled_s);
        self.signals.restore(whole.offsets_a, whole.wear);
        self.estimator.restore(
            &whole.estimate,
            deltas,
            &super::estimate::model(config),
            asleep,
        );
        self.health = Health::restored(&whole.capacity, asleep);
        // A sleep counts as rest until the first current contradicts it.
        self.rested_s = cooled_s.unwrap_or(0.0).min(LONGEST_REST_S);
        self.snapshot = SnapshotFindings::default();
    }

    /// A refused snapshot is no lasting condition: once reported, the fault only has to be acknowledged.
    pub(super) fn forget_reported_snapshot(&mut self) {
        let reported = |fault| self.store.is_qualified(fault);
        let found = self.snapshot;
        self.snapshot = SnapshotFindings {
            corrupt: found.corrupt && !reported(FaultId::SnapshotCorrupt),
            foreign: found.foreign && !reported(FaultId::SnapshotVersion),
        };
    }
}
