//! What a pack remembers from one tick to the next.

use crate::config::MappedLimits;
use crate::control::{Balancer, Limiter, ModeControl};
use crate::estimation::{CellDelta, CellSet, Health, InitialSoc, PackEstimator};
use crate::plausibility::{Clock, ScanCache, Signals};
use crate::protection::checks::system::SnapshotFindings;
use crate::protection::{
    CellMemory, CurrentDirection, EnergyAccount, FaultStore, FuseLoad, PackDebouncers, Precharge,
    SensorMemory,
};

/// State of the pack as a whole.
#[derive(Clone, Debug)]
pub struct PackMemory {
    pub(super) clock: Clock,
    pub(super) signals: Signals,
    pub(super) voltages: ScanCache,
    /// Cells that must be evaluated every tick.
    pub(super) unsettled: CellSet,
    pub(super) temperatures: ScanCache,
    pub(super) mapped: MappedLimits,
    pub(super) estimator: PackEstimator,
    pub(super) debouncers: PackDebouncers,
    pub(super) store: FaultStore,
    pub(super) health: Health,
    pub(super) fuse: FuseLoad,
    pub(super) precharge: Precharge,
    pub(super) energy: EnergyAccount,
    pub(super) current_direction: Option<CurrentDirection>,
    pub(super) rested_s: f32,
    /// Time since the peaks of the cell voltages were last lowered, which happens per whole second.
    pub(super) second_ms: u16,
    /// Time since the current was last checked.
    pub(super) current_judged_ms: u16,
    /// Why a snapshot was refused, until it is reported.
    pub(super) snapshot: SnapshotFindings,
    pub(super) runaway_since_ms: Option<u64>,
    pub(super) mode: ModeControl,
    pub(super) limiter: Limiter,
    pub(super) balancer: Balancer,
}

/// Caller-provided memory of a pack. Lists longer than the pack are allowed; the rest is not used.
#[derive(Debug)]
pub struct Memory<'m> {
    /// State of the pack as a whole.
    pub pack: &'m mut PackMemory,
    /// One entry per cell.
    pub cells: &'m mut [CellMemory],
    /// One entry per cell.
    pub deltas: &'m mut [CellDelta],
    /// One entry per temperature sensor.
    pub sensors: &'m mut [SensorMemory],
}

impl PackMemory {
    /// State before the first tick.
    #[must_use]
    pub const fn new(initial: InitialSoc) -> Self {
        Self {
            clock: Clock::new(),
            signals: Signals::new(),
            voltages: ScanCache::new(),
            unsettled: CellSet::EMPTY,
            temperatures: ScanCache::new(),
            mapped: MappedLimits::new(),
            estimator: PackEstimator::new(initial),
            debouncers: PackDebouncers::new(),
            store: FaultStore::new(),
            health: Health::new(),
            fuse: FuseLoad::new(),
            precharge: Precharge::new(),
            energy: EnergyAccount::new(),
            current_direction: None,
            rested_s: 0.0,
            second_ms: 0,
            current_judged_ms: 0,
            snapshot: SnapshotFindings {
                corrupt: false,
                foreign: false,
            },
            runaway_since_ms: None,
            mode: ModeControl::new(),
            limiter: Limiter::new(),
            balancer: Balancer::new(),
        }
    }
}
