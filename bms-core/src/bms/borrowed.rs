//! Battery management over caller-provided memory, for packs whose size is known only at run time; and its read-only view.

use super::acquire::acquire;
use super::decide::decide;
use super::estimate::estimate;
use super::memory::{Memory, PackMemory};
use super::outputs::{Outputs, outputs};
use super::persist;
use super::protect::protect;
use crate::config::{ConfigError, ValidConfig};
use crate::estimation::{CellDelta, CellSoc, SleepTime};
use crate::measurement::{Commands, Contactor, Measurements};
use crate::protection::{CellMemory, DtcStatus, Event, FaultId, FaultRecord};
use crate::snapshot::{self, SnapshotError, snapshot_size};
use crate::units::{self, ElectricPotential, Time};

/// Battery management of a pack over caller-provided memory: [`Bms`](crate::Bms) for packs whose size is known only at run
/// time.
///
/// ```
/// use bms_core::config::presets::NMC_13S;
/// use bms_core::estimation::{CellDelta, InitialSoc};
/// use bms_core::measurement::{Commands, Measurements};
/// use bms_core::protection::{CellMemory, SensorMemory};
/// use bms_core::units::milliseconds;
/// use bms_core::{BmsInPlace, Memory, PackMemory};
///
/// let cells = NMC_13S.layout.cells;
/// let mut pack = PackMemory::new(InitialSoc::FromVoltage);
/// let mut cell_memory = vec![CellMemory::new(); cells];
/// let mut deltas = vec![CellDelta::new(); cells];
/// let mut sensors = vec![SensorMemory::new(); NMC_13S.layout.temperature_sensors];
/// let mut bms = BmsInPlace::new(
///     NMC_13S.validated()?,
///     Memory {
///         pack: &mut pack,
///         cells: &mut cell_memory,
///         deltas: &mut deltas,
///         sensors: &mut sensors,
///     },
/// )?;
/// let outputs = bms.step(&Measurements::default(), &Commands::default(), milliseconds(10.0));
/// assert!(!outputs.contactors.path_closed());
/// # Ok::<(), bms_core::config::ConfigError>(())
/// ```
#[derive(Debug)]
pub struct BmsInPlace<'m> {
    config: ValidConfig<'m>,
    /// Each list is as long as the pack.
    memory: Memory<'m>,
}

impl<'m> BmsInPlace<'m> {
    /// Battery management with the memory of the last tick, or with new memory before the first. `config` is the same for
    /// every tick of the same memory.
    ///
    /// # Errors
    /// A list of `memory` that is shorter than the pack: the error names the number of cells or temperature sensors, and
    /// as its bound the length of the list.
    pub fn new(config: ValidConfig<'m>, memory: Memory<'m>) -> Result<Self, ConfigError> {
        let cells = memory.cells.len().min(memory.deltas.len());
        config.get().check_room(cells, memory.sensors.len())?;
        Ok(Self::of_checked(config, memory))
    }

    /// Over memory whose size was checked.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "its references move into the result"
    )]
    pub(super) fn of_checked(config: ValidConfig<'m>, memory: Memory<'m>) -> Self {
        let layout = &config.get().layout;
        Self {
            config,
            memory: Memory {
                pack: memory.pack,
                cells: first_mut(memory.cells, layout.cells),
                deltas: first_mut(memory.deltas, layout.cells),
                sensors: first_mut(memory.sensors, layout.temperature_sensors),
            },
        }
    }

    /// As [`Bms::step`](crate::Bms::step).
    pub fn step(
        &mut self,
        measurements: &Measurements<'_>,
        commands: &Commands,
        dt: Time,
    ) -> Outputs {
        let (config, memory) = (self.config.get(), &mut self.memory);
        let elapsed = memory.pack.clock.advance(dt, &config.sampling);
        let inputs = acquire(config, memory, measurements, commands, elapsed);
        let estimate = estimate(config, memory, &inputs, elapsed);
        protect(config, memory, measurements, &inputs, &estimate);
        let decisions = decide(config, memory, measurements, commands, &inputs, &estimate);
        outputs(config, memory.pack, &inputs, estimate, &decisions)
    }

    /// As [`Bms::restore`](crate::Bms::restore).
    ///
    /// # Errors
    /// Why the bytes were refused.
    pub fn restore(&mut self, bytes: &[u8], asleep: Option<Time>) -> Result<(), SnapshotError> {
        let config = self.config.get();
        persist::restore(config, &mut self.memory, bytes, SleepTime::new(asleep))
    }

    /// Clears the records of faults that are no longer present, as a workshop does (UDS service 0x14).
    pub fn clear_records(&mut self) {
        self.memory.pack.clear_records();
    }

    /// Starts a new operation cycle (drive, charge) of the status bytes.
    pub fn begin_operation_cycle(&mut self) {
        self.memory.pack.begin_operation_cycle();
    }

    /// The state, read-only.
    #[must_use]
    pub const fn view(&self) -> BmsView<'_> {
        BmsView {
            config: self.config,
            pack: self.memory.pack,
            cells: self.memory.cells,
            deltas: self.memory.deltas,
        }
    }
}

/// Read-only state of the battery management of a pack, over memory of any size.
#[derive(Clone, Copy, Debug)]
pub struct BmsView<'m> {
    config: ValidConfig<'m>,
    pack: &'m PackMemory,
    /// As long as the pack.
    cells: &'m [CellMemory],
    /// As long as the pack.
    deltas: &'m [CellDelta],
}

impl<'m> BmsView<'m> {
    /// Over caller-provided memory, as [`BmsInPlace::new`].
    ///
    /// # Errors
    /// A list that is shorter than the pack, as [`BmsInPlace::new`].
    pub fn new(
        config: ValidConfig<'m>,
        pack: &'m PackMemory,
        cells: &'m [CellMemory],
        deltas: &'m [CellDelta],
    ) -> Result<Self, ConfigError> {
        let sensors = config.get().layout.temperature_sensors;
        config
            .get()
            .check_room(cells.len().min(deltas.len()), sensors)?;
        Ok(Self::of_checked(config, pack, cells, deltas))
    }

    /// Over memory whose size was checked.
    pub(super) fn of_checked(
        config: ValidConfig<'m>,
        pack: &'m PackMemory,
        cells: &'m [CellMemory],
        deltas: &'m [CellDelta],
    ) -> Self {
        let count = config.get().layout.cells;
        Self {
            config,
            pack,
            cells: first(cells, count),
            deltas: first(deltas, count),
        }
    }

    /// The configuration.
    #[must_use]
    pub const fn config(self) -> ValidConfig<'m> {
        self.config
    }

    /// Last voltage of one cell, plausible or not (NaN before the first sample), with its estimated state of charge; `None`
    /// beyond the last cell.
    #[must_use]
    pub fn cell(self, index: usize) -> Option<(ElectricPotential, CellSoc)> {
        let soc = self.pack.estimator.cell_soc(self.deltas.get(index)?);
        Some((units::volts(self.cells.get(index)?.voltage.value()), soc))
    }

    /// Estimated deviation of one cell from the mean cell; `None` beyond the last cell.
    #[must_use]
    pub fn delta(self, index: usize) -> Option<&'m CellDelta> {
        self.deltas.get(index)
    }

    /// Whether the bleed resistor of a cell is commanded on; false beyond the last cell.
    #[must_use]
    pub fn is_bleeding(self, index: usize) -> bool {
        self.cells.get(index).is_some_and(CellMemory::is_bleeding)
    }

    /// Faults that are qualified or latched, in the order of the catalogue.
    pub fn faults(self) -> impl Iterator<Item = FaultId> + use<'m> {
        self.pack.store.present()
    }

    /// Whether a fault is qualified or latched.
    #[must_use]
    pub fn has(self, fault: FaultId) -> bool {
        self.pack.store.is_present(fault)
    }

    /// Whether the condition of a fault holds at present, after debouncing.
    #[must_use]
    pub fn is_qualified(self, fault: FaultId) -> bool {
        self.pack.store.is_qualified(fault)
    }

    /// Status byte of a fault (ISO 14229-1).
    #[must_use]
    pub fn status(self, fault: FaultId) -> DtcStatus {
        self.pack.store.status(fault)
    }

    /// Record of a fault; `None` if it was never qualified, or if its place was needed for another record.
    #[must_use]
    pub fn record(self, fault: FaultId) -> Option<&'m FaultRecord> {
        self.pack.store.record(fault)
    }

    /// Every record, in no particular order.
    pub fn records(self) -> impl Iterator<Item = &'m FaultRecord> + use<'m> {
        self.pack.store.records()
    }

    /// The last events, from the oldest to the newest.
    pub fn log(self) -> impl Iterator<Item = &'m Event> + use<'m> {
        self.pack.store.log().iter()
    }

    /// Number of events ever written: more than the log holds once older ones were overwritten.
    #[must_use]
    pub fn events_written(self) -> u32 {
        self.pack.store.log().written()
    }

    /// Number of times that a contactor was commanded open after it was closed, and how many of these interrupted more than
    /// its rated breaking current.
    #[must_use]
    pub const fn contactor_wear(self, contactor: Contactor) -> (u32, u16) {
        self.pack.wear(contactor)
    }

    /// Writes what has to survive a power cycle to the start of `buffer`, and returns the number of bytes:
    /// [`snapshot_size`] of the pack's cells.
    ///
    /// [`Slots`](crate::snapshot::Slots) gives the place to write to and the `sequence` number.
    ///
    /// # Errors
    /// [`SnapshotError::NoRoom`] if the buffer is too short; nothing is written then.
    pub fn snapshot(self, sequence: u32, buffer: &mut [u8]) -> Result<usize, SnapshotError> {
        let needed = snapshot_size(self.deltas.len());
        let given = buffer.len();
        let Some(area) = buffer.get_mut(..needed) else {
            return Err(SnapshotError::NoRoom { needed, given });
        };
        let (whole, store) = (self.pack.kept(), &self.pack.store);
        snapshot::write(
            area,
            sequence,
            self.config.get(),
            &whole,
            self.deltas,
            store,
        );
        Ok(needed)
    }
}

/// The first `count` entries; all of them if there are fewer, which the constructors exclude.
fn first<T>(entries: &[T], count: usize) -> &[T] {
    entries.get(..count).unwrap_or(entries)
}

/// As [`first`].
fn first_mut<T>(entries: &mut [T], count: usize) -> &mut [T] {
    let count = count.min(entries.len());
    entries.split_at_mut(count).0
}
