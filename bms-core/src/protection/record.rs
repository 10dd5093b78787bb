//! What is kept of faults: a record of each, with a freeze frame, and a log of events.

use crate::fault::FaultId;
use crate::measurement::Contactor;
use crate::units::{
    ElectricCurrent, ElectricPotential, Ratio, ThermodynamicTemperature, amperes, kelvin, ratio,
    volts,
};

/// What a fault was found on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Source {
    /// The pack.
    Pack,
    /// A cell, counted from 0 at the negative end.
    Cell(u8),
    /// A temperature sensor, counted from 0.
    TemperatureSensor(u8),
    /// A current sensor, counted from 0.
    CurrentSensor(u8),
    /// A contactor.
    Contactor(Contactor),
    /// A front end, counted from 0.
    FrontEnd(u8),
}

/// The state of the pack at the moment a fault was qualified. What was not known is not a number.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FreezeFrame {
    /// Pack current; discharge positive.
    pub current: ElectricCurrent,
    /// Pack voltage.
    pub pack_voltage: ElectricPotential,
    /// Lowest cell voltage.
    pub lowest_cell: ElectricPotential,
    /// Highest cell voltage.
    pub highest_cell: ElectricPotential,
    /// Lowest temperature.
    pub coldest: ThermodynamicTemperature,
    /// Highest temperature.
    pub warmest: ThermodynamicTemperature,
    /// State of charge of the mean cell.
    pub soc: Ratio,
}

impl FreezeFrame {
    /// All values unknown.
    pub(crate) const UNKNOWN: Self = Self {
        current: amperes(f32::NAN),
        pack_voltage: volts(f32::NAN),
        lowest_cell: volts(f32::NAN),
        highest_cell: volts(f32::NAN),
        coldest: kelvin(f32::NAN),
        warmest: kelvin(f32::NAN),
        soc: ratio(f32::NAN),
    };
}

/// Record of one fault.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FaultRecord {
    /// The fault.
    pub fault: FaultId,
    /// Source of the fault; of several at the same time the one furthest beyond the limit.
    pub source: Source,
    /// Time of the first qualification, in milliseconds of operation.
    pub first_ms: u64,
    /// Last time of the condition while qualified, in milliseconds of operation.
    pub last_ms: u64,
    /// Number of qualifications; saturates at 65535.
    pub count: u16,
    /// The value furthest beyond the limit since it was qualified last, in the SI unit of the quantity.
    pub value: f32,
    /// The limit for `value`, in the same unit.
    pub limit: f32,
    /// How far `value` is beyond `limit`; never negative.
    pub(crate) excess: f32,
    /// State of the pack at the last qualification.
    pub frame: FreezeFrame,
}

/// Kind of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum EventKind {
    /// Qualified on the source.
    Appeared,
    /// Recovered on the source.
    Recovered,
    /// A latched fault was acknowledged and cleared.
    Acknowledged,
}

/// One entry of the log.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Event {
    /// Milliseconds of operation.
    pub at_ms: u64,
    /// The fault.
    pub fault: FaultId,
    /// Source of the fault.
    pub source: Source,
    /// Kind of event.
    pub kind: EventKind,
    /// The value at that moment, in the SI unit of the quantity.
    pub value: f32,
}

/// Entries that the log keeps; older ones are overwritten.
pub const LOG_LENGTH: usize = 32;

/// The last [`LOG_LENGTH`] events.
#[derive(Clone, Debug)]
pub(crate) struct EventLog {
    events: [Option<Event>; LOG_LENGTH],
    written: u32,
}

impl EventLog {
    pub(crate) const fn new() -> Self {
        Self {
            events: [None; LOG_LENGTH],
            written: 0,
        }
    }

    pub(crate) fn push(&mut self, event: Event) {
        let place = self.written as usize % LOG_LENGTH;
        if let Some(slot) = self.events.get_mut(place) {
            *slot = Some(event);
        }
        self.written = self.written.wrapping_add(1);
    }

    /// Every slot, not in order of time.
    pub(crate) const fn slots(&self) -> &[Option<Event>; LOG_LENGTH] {
        &self.events
    }

    /// Continues the numbering of an earlier log.
    pub(crate) const fn continue_from(&mut self, written: u32) {
        self.written = written;
    }

    /// Restores an event to its slot of [`Self::slots`].
    pub(crate) fn restore(&mut self, place: usize, event: Event) {
        if let Some(slot) = self.events.get_mut(place) {
            *slot = Some(event);
        }
    }

    /// From the oldest to the newest.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Event> {
        let place = self.written as usize % LOG_LENGTH;
        let (newer, older) = self.events.split_at_checked(place).unwrap_or_default();
        older.iter().chain(newer).flatten()
    }

    /// Number of events ever written.
    pub(crate) const fn written(&self) -> u32 {
        self.written
    }
}
