//! The injection for each fault of the core's catalogue.

mod charging;
mod currents;
mod high_voltage;
mod limits;
mod readings;
mod voltages;

use bms_core::protection::{CATALOGUE, FaultId, Source};

use super::site::{Activity, Point, Site};
use crate::fault::{FaultKind, SensorFault};
use crate::sensor::SensorKind;

/// When the injection becomes the condition of the fault.
#[derive(Clone, Copy, Debug)]
pub enum Onset {
    /// Immediately.
    At,
    /// When the true temperature at the affected sensor exceeds this value, in kelvin.
    SensorAbove(fn(&Site) -> f64),
    /// When the precharge contactor is commanded closed.
    Precharge,
    /// With the first tick.
    Session,
    /// When the charger starts to match the voltage of the pack.
    ChargerPrecharge,
    /// When the affected contactor is commanded open.
    Opening,
}

/// The injection for a fault of the catalogue, and the faults that may follow.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The expected fault.
    pub id: FaultId,
    /// Injected magnitudes; `what` gives the meaning and unit.
    pub magnitudes: &'static [f64],
    /// Description of the injection.
    pub what: &'static str,
    /// Activities of the battery in which it is injected.
    pub activities: &'static [Activity],
    /// The injected faults.
    pub inject: fn(&Site, f64) -> Vec<FaultKind>,
    /// The source that the record must name.
    pub names: fn(&Site) -> Source,
    /// Numbers of faults that follow from the same.
    pub also: &'static [&'static [u16]],
    /// Detection time if the budget does not include the course of the quantity, in seconds.
    pub within_s: Option<f64>,
    /// When the injection becomes the condition.
    pub onset: Onset,
    /// Whether it is present from the start.
    pub from_start: bool,
    /// Temperature at the start if it differs from that of the point, in degrees Celsius.
    pub degc: fn(&Site) -> Option<f64>,
    /// Lowest temperature of a point at which it is injected, in degrees Celsius.
    pub coldest_degc: f64,
    /// Whether the injected fault prevents the contactors from opening.
    pub cannot_open: bool,
}

impl Entry {
    /// Whether it can be injected at a point.
    #[must_use]
    pub fn fits(&self, point: &Point) -> bool {
        point.degc >= self.coldest_degc
    }
}

use Activity::{Charge, City, Drive, Pulses, Rest};

const ALL: &[Activity] = &[Rest, Drive, Charge];
const CONNECTED: &[Activity] = &[Drive, Charge];
const DRIVE: &[Activity] = &[Drive];
const REST: &[Activity] = &[Rest];
const CITY: &[Activity] = &[City];
const PULSES: &[Activity] = &[Pulses];
const CHARGE: &[Activity] = &[Charge];
const ONCE: &[f64] = &[1.0];

/// Levels of the same limit.
const OVER_V: &[u16] = &[100, 101, 102];
const UNDER_V: &[u16] = &[103, 104, 105, 106];
const HOT: &[u16] = &[110, 111, 112, 113, 114, 115, 116, 117, 118];
const COLD: &[u16] = &[119, 120, 121, 122, 123, 124, 125, 126, 127];
const OUT_A: &[u16] = &[203, 204, 205, 209, 210, 211, 215, 216, 217];
const IN_A: &[u16] = &[200, 201, 202, 206, 207, 208, 212, 213, 214];
const PACK_OVER: &[u16] = &[300, 301, 302];
const PACK_UNDER: &[u16] = &[303, 304, 305];

/// The rest of an entry that is like most of them.
const fn entry(id: FaultId, what: &'static str) -> Entry {
    Entry {
        id,
        magnitudes: ONCE,
        what,
        activities: ALL,
        inject: |_, _| Vec::new(),
        names: |_| Source::Pack,
        also: &[],
        within_s: None,
        onset: Onset::At,
        from_start: false,
        degc: |_| None,
        coldest_degc: -100.0,
        cannot_open: false,
    }
}

fn sees(sensor: SensorKind, index: usize, value: f64) -> FaultKind {
    FaultKind::Sensor {
        sensor,
        index,
        how: SensorFault::Sees { value },
    }
}

fn lies(sensor: SensorKind, index: usize, how: SensorFault) -> Vec<FaultKind> {
    vec![FaultKind::Sensor { sensor, index, how }]
}

const LOST: SensorFault = SensorFault::Lost { share: 1.0 };

#[expect(clippy::cast_possible_truncation, reason = "counts of a pack")]
fn of(index: usize) -> u8 {
    index as u8
}

fn on_cell(site: &Site) -> Source {
    Source::Cell(of(site.cell))
}

fn on_sensor(site: &Site) -> Source {
    Source::TemperatureSensor(of(site.sensor))
}

fn on_current(site: &Site) -> Source {
    Source::CurrentSensor(of(site.current_sensor))
}

fn on_front_end(site: &Site) -> Source {
    Source::FrontEnd(of(site.front_end))
}

fn on_contactor(site: &Site) -> Source {
    Source::Contactor(site.contactor)
}

/// All injections, in the order of the catalogue.
#[must_use]
pub fn entries() -> Vec<Entry> {
    let mut entries = Vec::new();
    limits::cells(&mut entries);
    limits::temperatures(&mut entries);
    currents::charge(&mut entries);
    currents::discharge(&mut entries);
    currents::open(&mut entries);
    voltages::packs(&mut entries);
    voltages::pack_readings(&mut entries);
    voltages::link_readings(&mut entries);
    readings::cells(&mut entries);
    readings::temperatures(&mut entries);
    readings::currents(&mut entries);
    readings::front_ends(&mut entries);
    high_voltage::isolation_and_precharge(&mut entries);
    high_voltage::contactors(&mut entries);
    high_voltage::cooling(&mut entries);
    charging::charging(&mut entries);
    charging::system(&mut entries);
    entries.sort_by_key(|entry| entry.id.definition().number);
    entries
}

/// Faults without an injection; the tests of `bms-core` provoke them.
#[must_use]
pub fn not_provoked() -> Vec<u16> {
    let entries = entries();
    CATALOGUE
        .iter()
        .filter(|definition| !entries.iter().any(|entry| entry.id == definition.id))
        .map(|definition| definition.number)
        .collect()
}

/// A magnitude in a direction.
fn signed(sign: f64, value: f64) -> f64 {
    value.copysign(sign)
}
