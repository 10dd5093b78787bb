//! One tick: acquire, estimate, protect, decide, outputs.

mod acquire;
mod borrowed;
mod decide;
mod estimate;
mod memory;
mod outputs;
mod persist;
mod protect;

pub use borrowed::{BmsInPlace, BmsView};
pub use memory::{Memory, PackMemory};
pub use outputs::{Outputs, RunawayAlarm};

use crate::config::{ConfigError, ValidConfig};
use crate::estimation::{CellDelta, InitialSoc};
use crate::measurement::{Commands, Measurements};
use crate::protection::{CellMemory, SensorMemory};
use crate::snapshot::SnapshotError;
use crate::units::Time;

/// The battery management of a pack with at most `CELLS` cells and `SENSORS` temperature sensors, with memory of its own.
///
/// [`view`](Self::view) reads cells, faults and records; [`in_place`](Self::in_place) is the same over borrowed memory.
#[derive(Clone, Debug)]
pub struct Bms<'a, const CELLS: usize, const SENSORS: usize> {
    config: ValidConfig<'a>,
    pack: PackMemory,
    cells: [CellMemory; CELLS],
    deltas: [CellDelta; CELLS],
    sensors: [SensorMemory; SENSORS],
}

impl<'a, const CELLS: usize, const SENSORS: usize> Bms<'a, CELLS, SENSORS> {
    /// Battery management before its first tick.
    ///
    /// # Errors
    /// A configuration with more than `CELLS` cells or `SENSORS` temperature sensors.
    pub fn new(config: ValidConfig<'a>, initial: InitialSoc) -> Result<Self, ConfigError> {
        config.get().check_room(CELLS, SENSORS)?;
        Ok(Self {
            config,
            pack: PackMemory::new(initial),
            cells: [CellMemory::new(); CELLS],
            deltas: [CellDelta::new(); CELLS],
            sensors: [SensorMemory::new(); SENSORS],
        })
    }

    /// Processes what arrived in the last `dt`: readings, then estimates, faults and decisions.
    ///
    /// Total: any bit pattern gives finite estimates; impossible values become faults.
    pub fn step(
        &mut self,
        measurements: &Measurements<'_>,
        commands: &Commands,
        dt: Time,
    ) -> Outputs {
        self.in_place().step(measurements, commands, dt)
    }

    /// Restores what [`BmsView::snapshot`] wrote, before the first tick. Bytes behind the snapshot are ignored.
    ///
    /// `asleep` is the time since the snapshot was taken, during which the battery was not used; `None` if it is unknown or
    /// the battery may have been used. Not a number, infinite or negative counts as unknown; more than a year counts as a
    /// year.
    ///
    /// # Errors
    /// Why the bytes were refused. Nothing is restored then: the battery management starts as a new one, and reports
    /// [`SnapshotCorrupt`](crate::protection::FaultId::SnapshotCorrupt) or
    /// [`SnapshotVersion`](crate::protection::FaultId::SnapshotVersion) with its first tick. After the first tick
    /// [`SnapshotError::Running`], without a report.
    pub fn restore(&mut self, bytes: &[u8], asleep: Option<Time>) -> Result<(), SnapshotError> {
        self.in_place().restore(bytes, asleep)
    }

    /// The state, read-only.
    #[must_use]
    pub fn view(&self) -> BmsView<'_> {
        BmsView::of_checked(self.config, &self.pack, &self.cells, &self.deltas)
    }

    /// The same battery management over its own arrays as borrowed memory.
    #[must_use]
    pub fn in_place(&mut self) -> BmsInPlace<'_> {
        BmsInPlace::of_checked(
            self.config,
            Memory {
                pack: &mut self.pack,
                cells: &mut self.cells,
                deltas: &mut self.deltas,
                sensors: &mut self.sensors,
            },
        )
    }
}
