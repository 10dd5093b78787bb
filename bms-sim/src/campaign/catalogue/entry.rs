//! An injection of the campaign, and the parts that the tables of injections share.

use bms_core::protection::{FaultId, Source};
use bms_core::units::to_volts;

use crate::campaign::site::Activity::{self, Charge, City, Drive, Pulses, Rest};
use crate::campaign::site::{Point, Site};
use crate::fault::{FaultEvent, FaultKind, SensorFault};
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

pub(super) const ALL: &[Activity] = &[Rest, Drive, Charge];
pub(super) const CONNECTED: &[Activity] = &[Drive, Charge];
pub(super) const DRIVE: &[Activity] = &[Drive];
pub(super) const REST: &[Activity] = &[Rest];
pub(super) const CITY: &[Activity] = &[City];
pub(super) const PULSES: &[Activity] = &[Pulses];
pub(super) const CHARGE: &[Activity] = &[Charge];

/// Levels of the same limit.
pub(super) const OVER_V: &[u16] = &[100, 101, 102];
pub(super) const UNDER_V: &[u16] = &[103, 104, 105, 106];
pub(super) const HOT: &[u16] = &[110, 111, 112, 113, 114, 115, 116, 117, 118];
pub(super) const COLD: &[u16] = &[119, 120, 121, 122, 123, 124, 125, 126, 127];
pub(super) const OUT_A: &[u16] = &[203, 204, 205, 209, 210, 211, 215, 216, 217];
pub(super) const IN_A: &[u16] = &[200, 201, 202, 206, 207, 208, 212, 213, 214];
pub(super) const PACK_OVER: &[u16] = &[300, 301, 302];
pub(super) const PACK_UNDER: &[u16] = &[303, 304, 305];

/// A table of injections: per row number, description, fields that differ from the default, and injection.
macro_rules! injections {
    ($entries:ident: $($number:literal $what:literal {$($field:ident: $value:expr),*} $inject:expr;)*) => {
        $($entries.push($crate::campaign::catalogue::entry::Entry {
            $($field: $value,)*
            ..$crate::campaign::catalogue::entry::entry($number, $what, $inject)
        });)*
    };
}
pub(super) use injections;

/// An entry with the default for most fields.
pub(super) fn entry(
    number: u16,
    what: &'static str,
    inject: fn(&Site, f64) -> Vec<FaultKind>,
) -> Entry {
    Entry {
        id: FaultId::from_number(number).expect("a number of the catalogue"),
        magnitudes: &[1.0],
        what,
        activities: ALL,
        inject,
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

/// A value at the input of a sensor.
pub(super) fn applied(sensor: SensorKind, index: usize, value: f64) -> FaultKind {
    FaultKind::Sensor {
        sensor,
        index,
        how: SensorFault::Applied { value },
    }
}

/// A faulty sensor.
pub(super) fn faulty(sensor: SensorKind, index: usize, how: SensorFault) -> Vec<FaultKind> {
    vec![FaultKind::Sensor { sensor, index, how }]
}

pub(super) fn event(event: FaultEvent) -> Vec<FaultKind> {
    vec![FaultKind::Event(event)]
}

pub(super) const LOST: SensorFault = SensorFault::Lost { share: 1.0 };

#[expect(clippy::cast_possible_truncation, reason = "counts of a pack")]
fn of(index: usize) -> u8 {
    index as u8
}

pub(super) fn on_cell(site: &Site) -> Source {
    Source::Cell(of(site.cell))
}

pub(super) fn on_sensor(site: &Site) -> Source {
    Source::TemperatureSensor(of(site.sensor))
}

pub(super) fn on_current(site: &Site) -> Source {
    Source::CurrentSensor(of(site.current_sensor))
}

pub(super) fn on_front_end(site: &Site) -> Source {
    Source::FrontEnd(of(site.front_end))
}

pub(super) fn on_contactor(site: &Site) -> Source {
    Source::Contactor(site.contactor)
}

/// A magnitude in a direction.
pub(super) fn signed(sign: f64, value: f64) -> f64 {
    value.copysign(sign)
}

/// A resistance to the chassis, given in ohm per volt of the present voltage.
pub(super) fn isolation(site: &Site, ohm_per_v: f64) -> Vec<FaultKind> {
    let cell = &site.config().cell;
    #[expect(clippy::cast_possible_truncation, reason = "a share")]
    let soc = bms_core::units::ratio(site.point.soc as f32);
    let cell_v = f64::from(to_volts(cell.ocv(soc, bms_core::units::celsius(25.0))));
    let pack_v = cell_v * site.config().layout.cells as f64;
    vec![FaultKind::Isolation {
        resistance_ohm: ohm_per_v * pack_v,
    }]
}
