//! The memory through a power cycle.

use super::{Bms, Memory, PackMemory};
use crate::config::BmsConfig;
use crate::estimation::{CellDelta, Health, SleepTime};
use crate::measurement::{Contactor, Contactors};
use crate::protection::checks::system::SnapshotFindings;
use crate::protection::{FaultId, FaultStore, FuseLoad, Precharge};
use crate::snapshot::{Checked, SavedPack, SnapshotError};
use crate::units::Time;

/// Rest is counted no longer than this, in seconds.
const LONGEST_REST_S: f32 = 1e7;

impl<const CELLS: usize, const SENSORS: usize> Bms<'_, CELLS, SENSORS> {
    /// Writes what has to survive a power cycle to the beginning of `buffer`, and says how many bytes that are:
    /// [`snapshot_size`](crate::snapshot::snapshot_size) of the pack's cells.
    ///
    /// [`Slots`](crate::snapshot::Slots) tells where to write it and which `sequence` number it gets.
    ///
    /// # Errors
    /// [`SnapshotError::NoRoom`] where the buffer is too short; nothing is written then.
    pub fn snapshot(&self, sequence: u32, buffer: &mut [u8]) -> Result<usize, SnapshotError> {
        self.view().snapshot(sequence, buffer)
    }

    /// Takes back what [`Self::snapshot`] wrote, before the first tick. What is behind the snapshot in `bytes` does not
    /// matter.
    ///
    /// `asleep` is the time since the snapshot was taken, in which the battery was not used; none where that is unknown or
    /// the battery may have been used. Not a number, infinite or negative counts as unknown; what is beyond a year counts
    /// as a year.
    ///
    /// # Errors
    /// What is wrong with the bytes. Nothing is taken over then: the battery management begins as a new one, and reports
    /// [`SnapshotCorrupt`](FaultId::SnapshotCorrupt) or [`SnapshotVersion`](FaultId::SnapshotVersion) with its first tick.
    /// After the first tick [`SnapshotError::Running`], and no report.
    pub fn restore(&mut self, bytes: &[u8], asleep: Option<Time>) -> Result<(), SnapshotError> {
        let config = self.config;
        restore(config, self.memory(), bytes, SleepTime::new(asleep))
    }

    /// How often each contactor was commanded open after it was closed, and how often more current flowed then than it is
    /// made to break.
    #[must_use]
    pub const fn contactor_wear(&self, contactor: Contactor) -> (u32, u16) {
        self.pack.wear(contactor)
    }
}

/// Takes all of a snapshot over, or nothing.
pub(crate) fn restore(
    config: &BmsConfig<'_>,
    memory: Memory<'_>,
    bytes: &[u8],
    asleep: SleepTime,
) -> Result<(), SnapshotError> {
    let memory = memory.cut(config);
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
    /// How often a contactor opened, and how often it did under more current than it is made to break.
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
            estimate: self.estimator.kept(),
            capacity: self.health.kept(),
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
            &config.cell,
            &config.estimator,
            &config.deltas,
            asleep,
        );
        self.health = Health::restored(&whole.capacity, asleep);
        // A sleep is a rest, if the first current does not say otherwise.
        self.rested_s = cooled_s.unwrap_or(0.0).min(LONGEST_REST_S);
        self.snapshot = SnapshotFindings::default();
    }

    /// A snapshot that could not be used is no lasting condition: once it is reported, it is for somebody to acknowledge.
    pub(super) fn forget_reported_snapshot(&mut self) {
        let reported = |fault| self.store.is_qualified(fault);
        let found = self.snapshot;
        self.snapshot = SnapshotFindings {
            corrupt: found.corrupt && !reported(FaultId::SnapshotCorrupt),
            foreign: found.foreign && !reported(FaultId::SnapshotVersion),
        };
    }
}
