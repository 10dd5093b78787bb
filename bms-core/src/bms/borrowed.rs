//! Battery management over memory that somebody else owns: for packs whose size is known at run time only.

use super::{Memory, Outputs, PackMemory, persist};
use crate::config::BmsConfig;
use crate::estimation::{CellDelta, CellSoc, SleepTime};
use crate::measurement::{Commands, Contactor, Measurements};
use crate::protection::{CellMemory, DtcStatus, Event, FaultId, FaultRecord};
use crate::snapshot::{self, SnapshotError, snapshot_size};
use crate::units::{self, ElectricPotential, Time};

/// Battery management of a pack, to be read: what [`Bms`](crate::Bms) tells, over memory of any size.
#[derive(Clone, Copy, Debug)]
pub struct BmsView<'m> {
    pub(super) config: &'m BmsConfig<'m>,
    pub(super) pack: &'m PackMemory,
    pub(super) cells: &'m [CellMemory],
    pub(super) deltas: &'m [CellDelta],
}

/// Battery management of a pack over memory that somebody else owns: [`Bms`](crate::Bms) for packs whose size is known at
/// run time only.
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
/// let mut differences = vec![CellDelta::new(); cells];
/// let mut sensors = vec![SensorMemory::new(); NMC_13S.layout.temperature_sensors];
/// let mut bms = BmsInPlace::new(
///     &NMC_13S,
///     Memory {
///         pack: &mut pack,
///         cells: &mut cell_memory,
///         differences: &mut differences,
///         sensors: &mut sensors,
///     },
/// );
/// let outputs = bms.step(&Measurements::default(), &Commands::default(), milliseconds(10.0));
/// assert!(!outputs.contactors.path_closed());
/// ```
#[derive(Debug)]
pub struct BmsInPlace<'m> {
    config: &'m BmsConfig<'m>,
    memory: Memory<'m>,
}

impl<'m> BmsInPlace<'m> {
    /// Battery management with the memory of the last tick, or with new memory before the first.
    ///
    /// `config` is one that passes [`BmsConfig::validate`], the same for each tick of the same memory. Memory of fewer
    /// cells or sensors than the configuration names is of no harm, and those that have none are not looked at.
    #[must_use]
    pub const fn new(config: &'m BmsConfig<'m>, memory: Memory<'m>) -> Self {
        Self { config, memory }
    }

    /// As [`Bms::step`](crate::Bms::step).
    pub fn step(
        &mut self,
        measurements: &Measurements<'_>,
        commands: &Commands,
        dt: Time,
    ) -> Outputs {
        super::step(self.config, self.borrow(), measurements, commands, dt)
    }

    /// As [`Bms::restore`](crate::Bms::restore).
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn restore(&mut self, bytes: &[u8], asleep: Option<Time>) -> Result<(), SnapshotError> {
        persist::restore(self.config, self.borrow(), bytes, SleepTime::new(asleep))
    }

    /// As [`Bms::clear_records`](crate::Bms::clear_records).
    pub fn clear_records(&mut self) {
        self.memory.pack.store.clear_records();
    }

    /// As [`Bms::begin_operation_cycle`](crate::Bms::begin_operation_cycle).
    pub fn begin_operation_cycle(&mut self) {
        self.memory.pack.store.begin_operation_cycle();
    }

    /// The same to be read.
    #[must_use]
    pub const fn view(&self) -> BmsView<'_> {
        BmsView {
            config: self.config,
            pack: self.memory.pack,
            cells: self.memory.cells,
            deltas: self.memory.deltas,
        }
    }

    const fn borrow(&mut self) -> Memory<'_> {
        Memory {
            pack: self.memory.pack,
            cells: self.memory.cells,
            deltas: self.memory.deltas,
            sensors: self.memory.sensors,
        }
    }
}

impl<'m> BmsView<'m> {
    /// Over memory that somebody else owns, as [`BmsInPlace::new`].
    #[must_use]
    pub const fn new(
        config: &'m BmsConfig<'m>,
        pack: &'m PackMemory,
        cells: &'m [CellMemory],
        deltas: &'m [CellDelta],
    ) -> Self {
        Self {
            config,
            pack,
            cells,
            deltas,
        }
    }

    /// The configuration.
    #[must_use]
    pub const fn config(self) -> &'m BmsConfig<'m> {
        self.config
    }

    /// As [`Bms::cell`](crate::Bms::cell).
    #[must_use]
    pub fn cell(self, index: usize) -> Option<(ElectricPotential, CellSoc)> {
        let cell = self.cells.get(..self.config.layout.cells)?.get(index)?;
        let delta = self.deltas.get(index)?;
        let soc = self.pack.estimator.cell_soc(delta);
        Some((units::volts(cell.voltage.value()), soc))
    }

    /// What is known of one cell beside the mean; none beyond the last cell.
    #[must_use]
    pub fn delta(self, index: usize) -> Option<&'m CellDelta> {
        self.deltas.get(index)
    }

    /// As [`Bms::is_bleeding`](crate::Bms::is_bleeding).
    #[must_use]
    pub fn is_bleeding(self, index: usize) -> bool {
        self.cells.get(index).is_some_and(CellMemory::is_bleeding)
    }

    /// As [`Bms::faults`](crate::Bms::faults).
    pub fn faults(self) -> impl Iterator<Item = FaultId> + use<'m> {
        self.pack.store.present()
    }

    /// As [`Bms::has`](crate::Bms::has).
    #[must_use]
    pub fn has(self, fault: FaultId) -> bool {
        self.pack.store.is_present(fault)
    }

    /// As [`Bms::is_qualified`](crate::Bms::is_qualified).
    #[must_use]
    pub fn is_qualified(self, fault: FaultId) -> bool {
        self.pack.store.is_qualified(fault)
    }

    /// As [`Bms::status`](crate::Bms::status).
    #[must_use]
    pub fn status(self, fault: FaultId) -> DtcStatus {
        self.pack.store.status(fault)
    }

    /// As [`Bms::record`](crate::Bms::record).
    #[must_use]
    pub fn record(self, fault: FaultId) -> Option<&'m FaultRecord> {
        self.pack.store.record(fault)
    }

    /// As [`Bms::records`](crate::Bms::records).
    pub fn records(self) -> impl Iterator<Item = &'m FaultRecord> + use<'m> {
        self.pack.store.records()
    }

    /// As [`Bms::log`](crate::Bms::log).
    pub fn log(self) -> impl Iterator<Item = &'m Event> + use<'m> {
        self.pack.store.log().iter()
    }

    /// As [`Bms::events_written`](crate::Bms::events_written).
    #[must_use]
    pub fn events_written(self) -> u32 {
        self.pack.store.log().written()
    }

    /// As [`Bms::contactor_wear`](crate::Bms::contactor_wear).
    #[must_use]
    pub const fn contactor_wear(self, contactor: Contactor) -> (u32, u16) {
        self.pack.wear(contactor)
    }

    /// As [`Bms::snapshot`](crate::Bms::snapshot).
    ///
    /// # Errors
    /// [`SnapshotError::NoRoom`] where the buffer is too short; nothing is written then.
    pub fn snapshot(self, sequence: u32, buffer: &mut [u8]) -> Result<usize, SnapshotError> {
        let cells = self.config.layout.cells;
        let needed = snapshot_size(cells);
        let given = buffer.len();
        let Some(area) = buffer.get_mut(..needed) else {
            return Err(SnapshotError::NoRoom { needed, given });
        };
        let deltas = self.deltas.get(..cells).unwrap_or_default();
        let (whole, store) = (self.pack.kept(), &self.pack.store);
        snapshot::write(area, sequence, self.config, &whole, deltas, store);
        Ok(needed)
    }
}
