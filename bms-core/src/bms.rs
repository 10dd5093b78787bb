//! The corridor: what arrived, what of it is believed, what follows from it, and what is wrong.

mod acquire;
mod borrowed;
mod decide;
mod estimate;
mod outputs;
mod persist;
mod protect;

pub use borrowed::{BmsInPlace, BmsView};
pub use outputs::{Outputs, RunawayAlarm};

use acquire::acquire;
use decide::decide;
use estimate::estimate;
use outputs::outputs;
use protect::protect;

use crate::config::{BmsConfig, ConfigError, MappedLimits, ValidConfig};
use crate::control::{Balancer, Limiter, ModeControl};
use crate::estimation::{CellDelta, CellSet, CellSoc, Health, InitialSoc, PackEstimator};
use crate::measurement::{Commands, Measurements};
use crate::plausibility::{Clock, ScanCache, Signals};
use crate::protection::checks::system::SnapshotFindings;
use crate::protection::{
    CellMemory, CurrentDirection, DtcStatus, EnergyAccount, Event, FaultId, FaultRecord,
    FaultStore, FuseLoad, PackDebouncers, Precharge, SensorMemory,
};
use crate::units::{ElectricPotential, Time};

/// The battery management of a pack with at most `CELLS` cells and `SENSORS` temperature sensors.
#[derive(Clone, Debug)]
pub struct Bms<'a, const CELLS: usize, const SENSORS: usize> {
    config: &'a BmsConfig<'a>,
    pack: PackMemory,
    cells: [CellMemory; CELLS],
    deltas: [CellDelta; CELLS],
    sensors: [SensorMemory; SENSORS],
}

/// What the pack as a whole remembers.
#[derive(Clone, Debug)]
pub struct PackMemory {
    clock: Clock,
    signals: Signals,
    voltages: ScanCache,
    /// Cells of which more than a sample or its age changes what is found.
    unsettled: CellSet,
    temperatures: ScanCache,
    mapped: MappedLimits,
    estimator: PackEstimator,
    debouncers: PackDebouncers,
    store: FaultStore,
    health: Health,
    fuse: FuseLoad,
    precharge: Precharge,
    energy: EnergyAccount,
    current_direction: Option<CurrentDirection>,
    rested_s: f32,
    /// Since the peaks of the cell voltages sank by a whole second.
    second_ms: u16,
    /// Since the current was judged last.
    current_judged_ms: u16,
    /// What came back from the memory that survives a power cycle, until it is reported.
    snapshot: SnapshotFindings,
    runaway_since_ms: Option<u64>,
    mode: ModeControl,
    limiter: Limiter,
    balancer: Balancer,
}

/// Room for one pack of any size: how a tick works does not depend on who owns the memory.
#[derive(Debug)]
pub struct Memory<'m> {
    /// What the pack as a whole remembers.
    pub pack: &'m mut PackMemory,
    /// One entry a cell.
    pub cells: &'m mut [CellMemory],
    /// One entry a cell.
    pub deltas: &'m mut [CellDelta],
    /// One entry a temperature sensor.
    pub sensors: &'m mut [SensorMemory],
}

impl<'a, const CELLS: usize, const SENSORS: usize> Bms<'a, CELLS, SENSORS> {
    /// Battery management before its first tick.
    ///
    /// # Errors
    /// A configuration that does not pass [`BmsConfig::validate`], or that has more cells or sensors than there is room.
    pub fn new(config: &'a BmsConfig<'a>, initial: InitialSoc) -> Result<Self, ConfigError> {
        Self::of_valid(config.validated()?, initial)
    }

    /// The same of a configuration that was checked before, best while the program was compiled.
    ///
    /// # Errors
    /// A configuration that has more cells or sensors than there is room.
    pub fn of_valid(config: ValidConfig<'a>, initial: InitialSoc) -> Result<Self, ConfigError> {
        let config = config.get();
        config.check_room(CELLS, SENSORS)?;
        Ok(Self {
            config,
            pack: PackMemory::new(initial),
            cells: [CellMemory::new(); CELLS],
            deltas: [CellDelta::new(); CELLS],
            sensors: [SensorMemory::new(); SENSORS],
        })
    }

    /// Takes in what arrived in the last `dt`, and says what follows.
    ///
    /// Total: any bit pattern gives finite estimates, and faults that say what is wrong.
    pub fn step(
        &mut self,
        measurements: &Measurements<'_>,
        commands: &Commands,
        dt: Time,
    ) -> Outputs {
        step(self.config, self.memory(), measurements, commands, dt)
    }

    /// Present voltage of one cell, believed or not, with its estimated state of charge; none beyond the last cell, and
    /// the voltage is not a number before the first sample.
    #[must_use]
    pub fn cell(&self, index: usize) -> Option<(ElectricPotential, CellSoc)> {
        self.view().cell(index)
    }

    /// Whether the bleed resistor of a cell is commanded on; false beyond the last cell.
    #[must_use]
    pub fn is_bleeding(&self, index: usize) -> bool {
        self.view().is_bleeding(index)
    }

    /// Faults that are qualified, or latched, in the order of the catalogue.
    pub fn faults(&self) -> impl Iterator<Item = FaultId> {
        self.view().faults()
    }

    /// Whether a fault is qualified, or latched.
    #[must_use]
    pub fn has(&self, fault: FaultId) -> bool {
        self.view().has(fault)
    }

    /// Whether the condition of a fault holds at present, as qualified.
    #[must_use]
    pub fn is_qualified(&self, fault: FaultId) -> bool {
        self.view().is_qualified(fault)
    }

    /// Status byte of a fault.
    #[must_use]
    pub fn status(&self, fault: FaultId) -> DtcStatus {
        self.view().status(fault)
    }

    /// What is kept of a fault; none if it was never qualified, or if other records needed the room.
    #[must_use]
    pub fn record(&self, fault: FaultId) -> Option<&FaultRecord> {
        self.view().record(fault)
    }

    /// Every record, in no order.
    pub fn records(&self) -> impl Iterator<Item = &FaultRecord> {
        self.view().records()
    }

    /// The last events, from the oldest to the newest.
    pub fn log(&self) -> impl Iterator<Item = &Event> {
        self.view().log()
    }

    /// How many events were ever written: more than the log holds where older ones were overwritten.
    #[must_use]
    pub fn events_written(&self) -> u32 {
        self.view().events_written()
    }

    /// The same to be read, whatever its size.
    #[must_use]
    pub fn view(&self) -> BmsView<'_> {
        let Self {
            config,
            pack,
            cells,
            deltas,
            ..
        } = self;
        BmsView {
            config,
            pack,
            cells,
            deltas,
        }
    }

    /// Clears the records of faults that are gone, as a workshop does.
    pub fn clear_records(&mut self) {
        self.pack.store.clear_records();
    }

    /// Says that a new operation cycle (drive, charge) begins, for the status bytes.
    pub fn begin_operation_cycle(&mut self) {
        self.pack.store.begin_operation_cycle();
    }

    fn memory(&mut self) -> Memory<'_> {
        Memory {
            pack: &mut self.pack,
            cells: &mut self.cells,
            deltas: &mut self.deltas,
            sensors: &mut self.sensors,
        }
    }
}

/// One walk down the corridor.
pub(crate) fn step(
    config: &BmsConfig<'_>,
    memory: Memory<'_>,
    measurements: &Measurements<'_>,
    commands: &Commands,
    dt: Time,
) -> Outputs {
    let mut memory = memory.cut(config);
    let elapsed = memory.pack.clock.advance(dt, &config.sampling);
    let inputs = acquire(config, &mut memory, measurements, commands, elapsed);
    let estimate = estimate(config, &mut memory, &inputs, elapsed);
    protect(config, &mut memory, measurements, &inputs, &estimate);
    let decisions = decide(
        config,
        &mut memory,
        measurements,
        commands,
        &inputs,
        &estimate,
    );
    outputs(config, memory.pack, &inputs, estimate, &decisions)
}

impl PackMemory {
    /// Before the first tick.
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

impl Memory<'_> {
    /// The same, cut to the size of the pack.
    fn cut(self, config: &BmsConfig<'_>) -> Self {
        let cells = config.layout.cells;
        let sensors = config.layout.temperature_sensors;
        Self {
            pack: self.pack,
            cells: self.cells.get_mut(..cells).unwrap_or_default(),
            deltas: self.deltas.get_mut(..cells).unwrap_or_default(),
            sensors: self.sensors.get_mut(..sensors).unwrap_or_default(),
        }
    }
}
