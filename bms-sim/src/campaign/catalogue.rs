//! What is put in for each fault of the core's catalogue.

use bms_core::protection::{CATALOGUE, FaultId, Source};
use bms_core::units::{to_amperes, to_celsius, to_kelvin, to_volts};

use super::bench::fault;
use super::site::{Activity, Point, Site};
use crate::cell::physics::ZERO_CELSIUS_K;
use crate::fault::{CellFault, ChargerFault, FaultKind, SensorFault};
use crate::sensor::SensorKind;

/// When what was put in becomes the condition of the fault.
#[derive(Clone, Copy, Debug)]
pub enum Onset {
    /// At once.
    At,
    /// Once the sensor that is hit truly has this temperature, in kelvin.
    SensorAbove(fn(&Site) -> f64),
    /// Once the precharge contactor is commanded closed.
    Precharge,
    /// With the first tick.
    Session,
    /// Once the charger is to bring its voltage to that of the pack.
    ChargerPrecharge,
    /// Once the contactor that is hit is commanded open.
    Opening,
}

/// What is put in for a fault of the catalogue, and what may follow from it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The fault that is to be found.
    pub id: FaultId,
    /// How much is put in; what the number means is told in `what`.
    pub magnitudes: &'static [f64],
    /// What is put in, in words.
    pub what: &'static str,
    /// What the battery is doing.
    pub activities: &'static [Activity],
    /// What is put in.
    pub inject: fn(&Site, f64) -> Vec<FaultKind>,
    /// Whom the fault has to be found on; anything where it is none.
    pub names: fn(&Site) -> Option<Source>,
    /// Numbers of faults that follow from the same.
    pub also: &'static [&'static [u16]],
    /// Time to the detection where the budget leaves the course of the quantity out, in seconds.
    pub within_s: Option<f64>,
    /// When it becomes the condition.
    pub onset: Onset,
    /// Whether it is there from the start.
    pub from_start: bool,
    /// Temperature at the start, where it is not the point's, in degrees Celsius.
    pub degc: fn(&Site) -> Option<f64>,
    /// Lowest temperature of a point that it is put in at, in degrees Celsius.
    pub coldest_degc: f64,
    /// Whether the contactors cannot open, as that is what is wrong.
    pub cannot_open: bool,
}

impl Entry {
    /// Whether it can be put in at a point.
    #[must_use]
    pub fn fits(&self, point: &Point) -> bool {
        point.degc >= self.coldest_degc
    }
}

use Activity::{Charge, City, Drive, Opening, Pulses, Rest};

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
        names: |_| Some(Source::Pack),
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

fn current_kind(site: &Site) -> SensorKind {
    if site.current_sensor == 0 {
        SensorKind::Current
    } else {
        SensorKind::SecondCurrent
    }
}

#[expect(clippy::cast_possible_truncation, reason = "counts of a pack")]
fn of(index: usize) -> u8 {
    index as u8
}

fn on_cell(site: &Site) -> Option<Source> {
    Some(Source::Cell(of(site.cell)))
}

fn on_sensor(site: &Site) -> Option<Source> {
    Some(Source::TemperatureSensor(of(site.sensor)))
}

fn on_current(site: &Site) -> Option<Source> {
    Some(Source::CurrentSensor(of(site.current_sensor)))
}

fn on_front_end(site: &Site) -> Option<Source> {
    Some(Source::FrontEnd(of(site.front_end)))
}

fn on_contactor(site: &Site) -> Option<Source> {
    Some(Source::Contactor(site.contactor))
}

/// Everything that is put in, in the order of the catalogue.
#[must_use]
pub fn entries() -> Vec<Entry> {
    let mut entries = Vec::new();
    cells(&mut entries);
    temperatures(&mut entries);
    currents(&mut entries);
    packs(&mut entries);
    cell_readings(&mut entries);
    other_readings(&mut entries);
    high_voltage(&mut entries);
    charging(&mut entries);
    system(&mut entries);
    entries.sort_by_key(|entry| entry.id.definition().number);
    entries
}

/// Faults of the catalogue for which nothing is put in: the tests of `bms-core` provoke them.
#[must_use]
pub fn not_provoked() -> Vec<u16> {
    let entries = entries();
    CATALOGUE
        .iter()
        .filter(|definition| !entries.iter().any(|entry| entry.id == definition.id))
        .map(|definition| definition.number)
        .collect()
}

fn cells(entries: &mut Vec<Entry>) {
    let cell_sees = |number, magnitudes, also, inject| {
        let what = "what one cell shows is beyond the limit by so many volts";
        entries.push(Entry {
            magnitudes,
            inject,
            names: on_cell,
            also,
            ..entry(fault(number), what)
        });
    };
    let mut cell_sees = cell_sees;
    cell_sees(100, &[0.008, 0.012], &[&[107]], |site, by| {
        above_cell(site, by, |levels| to_volts(levels.operating))
    });
    cell_sees(101, &[0.01, 0.02], &[OVER_V, &[107]], |site, by| {
        above_cell(site, by, |levels| to_volts(levels.recommended))
    });
    cell_sees(102, &[0.01, 0.05, 0.2], &[OVER_V, &[107]], |site, by| {
        above_cell(site, by, |levels| to_volts(levels.maximum))
    });
    cell_sees(103, &[0.02, 0.1], &[&[107, 404, 308]], |site, by| {
        below_cell(site, by, |levels| to_volts(levels.operating))
    });
    cell_sees(104, &[0.02, 0.1], &[&[103, 107, 404, 308]], |site, by| {
        below_cell(site, by, |levels| to_volts(levels.recommended))
    });
    cell_sees(
        105,
        &[0.02, 0.2],
        &[&[103, 104, 107, 404, 308]],
        |site, by| below_cell(site, by, |levels| to_volts(levels.maximum)),
    );
    cell_sees(
        106,
        &[0.02, 0.2],
        &[UNDER_V, &[107, 404, 308]],
        |site, by| {
            let limit_v = f64::from(to_volts(site.config().limits.cell_deep_discharge));
            vec![sees(SensorKind::CellVoltage, site.cell, limit_v - by)]
        },
    );
    entries.push(Entry {
        magnitudes: &[-0.4, -0.35, 0.33],
        inject: |site, by| {
            lies(
                SensorKind::CellVoltage,
                site.cell,
                SensorFault::Offset { offset: by },
            )
        },
        names: on_cell,
        // Where the others are near a limit, the one that is off is beyond it.
        also: &[OVER_V, UNDER_V, &[308]],
        ..entry(fault(107), "one cell shows so many volts more than it has")
    });
}

type VoltageLevels = bms_core::config::Levels<bms_core::units::ElectricPotential>;

fn above_cell(site: &Site, by: f64, level: fn(&VoltageLevels) -> f32) -> Vec<FaultKind> {
    let limit_v = f64::from(level(&site.config().limits.cell_over_voltage));
    vec![sees(SensorKind::CellVoltage, site.cell, limit_v + by)]
}

fn below_cell(site: &Site, by: f64, level: fn(&VoltageLevels) -> f32) -> Vec<FaultKind> {
    let limit_v = f64::from(level(&site.config().limits.cell_under_voltage));
    vec![sees(SensorKind::CellVoltage, site.cell, limit_v - by)]
}

/// A current that counts as charging or discharging, and is below every limit that temperature leaves, in ampere.
const SMALL_A: f64 = 8.0;

type TemperatureLevels = bms_core::config::Levels<bms_core::units::ThermodynamicTemperature>;

/// Limits of the case that an activity means here: a drive with the current turned round is a charge.
fn hot_levels(site: &Site, charging: bool) -> &'static TemperatureLevels {
    let limits = &site.config().limits.over_temperature;
    match (site.point.activity, charging) {
        (Rest, _) => &limits.resting,
        (_, true) => &limits.charging,
        _ => &limits.discharging,
    }
}

fn cold_levels(site: &Site, charging: bool) -> &'static TemperatureLevels {
    let limits = &site.config().limits.under_temperature;
    match (site.point.activity, charging) {
        (Rest, _) => &limits.resting,
        (_, true) => &limits.charging,
        _ => &limits.discharging,
    }
}

/// One sensor sees a temperature while a small current flows, whatever the limits say.
fn sensor_sees(site: &Site, degc: f64, charging: bool) -> Vec<FaultKind> {
    let mut kinds = vec![sees(
        SensorKind::Temperature,
        site.sensor,
        degc + ZERO_CELSIUS_K,
    )];
    if site.point.activity == Drive {
        let current_a = if charging { -SMALL_A } else { SMALL_A };
        kinds.push(FaultKind::LoadDisobeys { current_a });
    }
    kinds
}

fn level_degc(level: bms_core::units::ThermodynamicTemperature) -> f64 {
    f64::from(to_celsius(level))
}

/// Bench temperature from which a limit is no jump away, in kelvin.
const BELOW_LIMIT_K: f64 = 16.0;

macro_rules! hot {
    ($entries:ident, $number:literal, $level:ident, $charging:literal, $activities:ident, $magnitudes:expr) => {
        $entries.push(Entry {
            magnitudes: $magnitudes,
            activities: $activities,
            inject: |site, by| {
                let limit = hot_levels(site, $charging).$level;
                sensor_sees(site, level_degc(limit) + by, $charging)
            },
            names: on_sensor,
            also: &[HOT, &[128]],
            degc: |site| Some(level_degc(hot_levels(site, $charging).$level) - BELOW_LIMIT_K),
            ..entry(
                fault($number),
                "one sensor sees a temperature so many kelvin above the limit",
            )
        });
    };
}

macro_rules! cold {
    ($entries:ident, $number:literal, $level:ident, $charging:literal, $activities:ident, $magnitudes:expr) => {
        $entries.push(Entry {
            magnitudes: $magnitudes,
            activities: $activities,
            inject: |site, by| {
                let limit = cold_levels(site, $charging).$level;
                sensor_sees(site, level_degc(limit) - by, $charging)
            },
            names: on_sensor,
            also: &[COLD, &[128]],
            degc: |site| Some(level_degc(cold_levels(site, $charging).$level) + BELOW_LIMIT_K),
            ..entry(
                fault($number),
                "one sensor sees a temperature so many kelvin below the limit",
            )
        });
    };
}

/// So far beyond a limit that a sensor's own error of half a kelvin (1 sigma) does not hide it.
const BEYOND_K: &[f64] = &[2.5, 3.0];
const FAR_BEYOND_K: &[f64] = &[2.5, 3.5];

fn temperatures(entries: &mut Vec<Entry>) {
    hot!(entries, 110, operating, true, DRIVE, BEYOND_K);
    hot!(entries, 111, recommended, true, DRIVE, BEYOND_K);
    hot!(entries, 112, maximum, true, DRIVE, FAR_BEYOND_K);
    hot!(entries, 113, operating, false, DRIVE, BEYOND_K);
    hot!(entries, 114, recommended, false, DRIVE, BEYOND_K);
    hot!(entries, 115, maximum, false, DRIVE, FAR_BEYOND_K);
    hot!(entries, 116, operating, false, REST, BEYOND_K);
    hot!(entries, 117, recommended, false, REST, BEYOND_K);
    hot!(entries, 118, maximum, false, REST, FAR_BEYOND_K);
    cold!(entries, 119, operating, true, DRIVE, BEYOND_K);
    cold!(entries, 120, recommended, true, DRIVE, BEYOND_K);
    cold!(entries, 121, maximum, true, DRIVE, FAR_BEYOND_K);
    cold!(entries, 122, operating, false, DRIVE, BEYOND_K);
    cold!(entries, 123, recommended, false, DRIVE, BEYOND_K);
    cold!(entries, 124, maximum, false, DRIVE, FAR_BEYOND_K);
    cold!(entries, 125, operating, false, REST, BEYOND_K);
    cold!(entries, 126, recommended, false, REST, BEYOND_K);
    cold!(entries, 127, maximum, false, REST, FAR_BEYOND_K);
    entries.push(Entry {
        magnitudes: &[-18.5, 17.5, 19.0],
        inject: |site, by| {
            lies(
                SensorKind::Temperature,
                site.sensor,
                SensorFault::Offset { offset: by },
            )
        },
        names: on_sensor,
        also: &[HOT, COLD],
        ..entry(
            fault(128),
            "one sensor shows so many kelvin more than it has",
        )
    });
    entries.push(Entry {
        magnitudes: &[0.95],
        inject: |site, rate| reaction(site, rate),
        names: on_sensor,
        also: &[HOT, &[128]],
        ..entry(
            fault(129),
            "the cells of a sensor warm by so many kelvin a second",
        )
    });
    entries.push(Entry {
        magnitudes: &[1.5, 3.0, 8.0],
        inject: |site, rate| reaction(site, rate),
        names: on_sensor,
        also: &[HOT, &[128, 129, 414, 601]],
        ..entry(
            fault(600),
            "the cells of a sensor warm by so many kelvin a second",
        )
    });
    entries.push(Entry {
        magnitudes: &[1.5, 3.0, 8.0],
        activities: &[Rest, Drive],
        inject: |site, rate| reaction(site, rate),
        names: on_sensor,
        also: &[HOT, &[128, 129, 414, 600]],
        onset: Onset::SensorAbove(|site| f64::from(to_kelvin(hot_levels(site, false).maximum))),
        degc: |_| Some(45.0),
        within_s: None,
        ..entry(
            fault(601),
            "the cells of a sensor warm by so many kelvin a second to their maximum limit",
        )
    });
}

/// Heat in the cells of the sensor that is hit which warms them by so many kelvin a second.
fn reaction(site: &Site, k_per_s: f64) -> Vec<FaultKind> {
    const CELL_J_PER_K: f64 = 68.0;
    let power_w = k_per_s * CELL_J_PER_K * site.point.preset.parallel;
    let sensors = site.config().layout.sensor_of_cell.iter();
    sensors
        .enumerate()
        .filter(|(_, sensor)| usize::from(**sensor) == site.sensor)
        .map(|(cell, _)| FaultKind::Cell {
            cell,
            what: CellFault::ExothermicReaction { power_w },
        })
        .collect()
}

type CurrentLevels = bms_core::config::Levels<bms_core::units::ElectricCurrent>;

fn takes(levels: &CurrentLevels, level: fn(&CurrentLevels) -> f32, by: f64) -> f64 {
    f64::from(level(levels)) * (1.0 + by)
}

macro_rules! over_current {
    ($entries:ident, $number:literal, $limit:ident, $level:ident, $sign:literal, $also:expr, $by:expr) => {
        $entries.push(Entry {
            magnitudes: $by,
            activities: DRIVE,
            inject: |site, by| {
                let levels = &site.config().limits.$limit;
                vec![FaultKind::LoadDisobeys {
                    current_a: $sign * takes(levels, |levels| to_amperes(levels.$level), by),
                }]
            },
            also: $also,
            coldest_degc: 20.0,
            ..entry(
                fault($number),
                "the load takes so much more than the limit, as a share of it",
            )
        });
    };
}

/// Beyond a level by so much, and not beyond the next.
const SHARE: &[f64] = &[0.02, 0.06];
const FAR_SHARE: &[f64] = &[0.02, 0.1, 0.4];
/// A load that does not obey has to be broken off.
const OUT_TOO: &[&[u16]] = &[OUT_A, &[218, 219, 514], UNDER_V, PACK_UNDER];
const IN_TOO: &[&[u16]] = &[IN_A, &[218, 219, 514], OVER_V, PACK_OVER];

fn currents(entries: &mut Vec<Entry>) {
    over_current!(
        entries,
        200,
        cell_charge_current,
        operating,
        -1.0,
        IN_TOO,
        SHARE
    );
    over_current!(
        entries,
        201,
        cell_charge_current,
        recommended,
        -1.0,
        IN_TOO,
        SHARE
    );
    over_current!(
        entries,
        202,
        cell_charge_current,
        maximum,
        -1.0,
        IN_TOO,
        FAR_SHARE
    );
    over_current!(
        entries,
        203,
        cell_discharge_current,
        operating,
        1.0,
        OUT_TOO,
        SHARE
    );
    over_current!(
        entries,
        204,
        cell_discharge_current,
        recommended,
        1.0,
        OUT_TOO,
        SHARE
    );
    over_current!(
        entries,
        205,
        cell_discharge_current,
        maximum,
        1.0,
        OUT_TOO,
        FAR_SHARE
    );
    over_current!(
        entries,
        206,
        string_charge_current,
        operating,
        -1.0,
        IN_TOO,
        SHARE
    );
    over_current!(
        entries,
        207,
        string_charge_current,
        recommended,
        -1.0,
        IN_TOO,
        SHARE
    );
    over_current!(
        entries,
        208,
        string_charge_current,
        maximum,
        -1.0,
        IN_TOO,
        FAR_SHARE
    );
    over_current!(
        entries,
        209,
        string_discharge_current,
        operating,
        1.0,
        OUT_TOO,
        SHARE
    );
    over_current!(
        entries,
        210,
        string_discharge_current,
        recommended,
        1.0,
        OUT_TOO,
        SHARE
    );
    over_current!(
        entries,
        211,
        string_discharge_current,
        maximum,
        1.0,
        OUT_TOO,
        FAR_SHARE
    );
    over_current!(
        entries,
        212,
        pack_charge_current,
        operating,
        -1.0,
        IN_TOO,
        SHARE
    );
    over_current!(
        entries,
        213,
        pack_charge_current,
        recommended,
        -1.0,
        IN_TOO,
        SHARE
    );
    over_current!(
        entries,
        214,
        pack_charge_current,
        maximum,
        -1.0,
        IN_TOO,
        FAR_SHARE
    );
    over_current!(
        entries,
        215,
        pack_discharge_current,
        operating,
        1.0,
        OUT_TOO,
        SHARE
    );
    over_current!(
        entries,
        216,
        pack_discharge_current,
        recommended,
        1.0,
        OUT_TOO,
        SHARE
    );
    over_current!(
        entries,
        217,
        pack_discharge_current,
        maximum,
        1.0,
        OUT_TOO,
        FAR_SHARE
    );
    entries.push(Entry {
        magnitudes: &[-40.0, 10.0, 60.0],
        activities: REST,
        inject: |_, current_a| {
            vec![
                sees(SensorKind::Current, 0, current_a),
                sees(SensorKind::SecondCurrent, 0, current_a),
            ]
        },
        also: &[&[221, 426, 222]],
        ..entry(
            fault(220),
            "both current sensors see so many ampere with open contactors",
        )
    });
    entries.push(Entry {
        magnitudes: &[-40.0, 10.0, 60.0],
        activities: REST,
        inject: |_, current_a| {
            vec![
                sees(SensorKind::Current, 0, current_a),
                sees(SensorKind::SecondCurrent, 0, current_a),
            ]
        },
        also: &[&[220, 426, 222]],
        ..entry(
            fault(221),
            "both current sensors see so many ampere with contactors commanded open",
        )
    });
}

macro_rules! pack_limit {
    ($entries:ident, $number:literal, $limit:ident, $level:ident, $sign:literal, $also:expr, $by:expr) => {
        $entries.push(Entry {
            magnitudes: $by,
            inject: |site, by| {
                let limit_v = f64::from(to_volts(site.config().limits.$limit.$level));
                vec![sees(SensorKind::PackVoltage, 0, limit_v + $sign * by)]
            },
            also: $also,
            ..entry(
                fault($number),
                "the pack's sensor sees a voltage so far beyond the limit",
            )
        });
    };
}

const OVER_TOO: &[&[u16]] = &[PACK_OVER, &[306, 307]];
const UNDER_TOO: &[&[u16]] = &[PACK_UNDER, &[306, 307, 434]];

fn packs(entries: &mut Vec<Entry>) {
    pack_limit!(
        entries,
        300,
        pack_over_voltage,
        operating,
        1.0,
        OVER_TOO,
        &[1.5]
    );
    pack_limit!(
        entries,
        301,
        pack_over_voltage,
        recommended,
        1.0,
        OVER_TOO,
        &[1.5]
    );
    pack_limit!(
        entries,
        302,
        pack_over_voltage,
        maximum,
        1.0,
        OVER_TOO,
        &[1.5, 8.0]
    );
    pack_limit!(
        entries,
        303,
        pack_under_voltage,
        operating,
        -1.0,
        UNDER_TOO,
        &[2.0]
    );
    pack_limit!(
        entries,
        304,
        pack_under_voltage,
        recommended,
        -1.0,
        UNDER_TOO,
        &[2.0]
    );
    pack_limit!(
        entries,
        305,
        pack_under_voltage,
        maximum,
        -1.0,
        UNDER_TOO,
        &[2.0, 20.0]
    );
    entries.push(Entry {
        magnitudes: &[-14.0, 12.0],
        inject: |_, by| {
            lies(
                SensorKind::PackVoltage,
                0,
                SensorFault::Offset { offset: by },
            )
        },
        also: &[PACK_OVER, &[307]],
        ..entry(fault(306), "the pack's sensor shows so many volts more")
    });
    entries.push(Entry {
        magnitudes: &[-60.0, -30.0, 30.0],
        activities: CONNECTED,
        inject: |_, by| {
            lies(
                SensorKind::LinkVoltage,
                0,
                SensorFault::Offset { offset: by },
            )
        },
        ..entry(fault(307), "the link's sensor shows so many volts more")
    });
}

fn cell_readings(entries: &mut Vec<Entry>) {
    let cell = SensorKind::CellVoltage;
    let _ = cell;
    let lies_about_cell = |number, activities, also, within_s, inject, what| Entry {
        activities,
        inject,
        names: on_cell,
        also,
        within_s,
        ..entry(fault(number), what)
    };
    entries.push(lies_about_cell(
        400,
        ALL,
        &[&[401]],
        None,
        |site, _| lies(SensorKind::CellVoltage, site.cell, LOST),
        "no voltage of one cell arrives",
    ));
    entries.push(lies_about_cell(
        401,
        ALL,
        &[&[400]],
        None,
        |site, _| lies(SensorKind::CellVoltage, site.cell, LOST),
        "no voltage of one cell arrives",
    ));
    entries.push(lies_about_cell(
        402,
        CITY,
        &[],
        Some(120.0),
        |site, _| lies(SensorKind::CellVoltage, site.cell, SensorFault::Stuck),
        "the voltage of one cell stays what it was",
    ));
    entries.push(lies_about_cell(
        403,
        ALL,
        &[UNDER_V, &[107, 404, 308]],
        None,
        |site, _| vec![sees(SensorKind::CellVoltage, site.cell, 0.02)],
        "one cell shows next to nothing",
    ));
    entries.push(Entry {
        magnitudes: &[-1.5, -1.2],
        ..lies_about_cell(
            404,
            ALL,
            &[OVER_V, UNDER_V, &[107, 308, 403]],
            None,
            |site, by| {
                lies(
                    SensorKind::CellVoltage,
                    site.cell,
                    SensorFault::Offset { offset: by },
                )
            },
            "one cell shows so many volts more at once",
        )
    });
    entries.push(lies_about_cell(
        405,
        ALL,
        &[&[400, 401]],
        None,
        |site, _| lies(SensorKind::CellVoltage, site.cell, SensorFault::NonFinite),
        "the voltage of one cell is no number",
    ));
    entries.push(lies_about_cell(
        407,
        ALL,
        &[OVER_V, UNDER_V, &[107, 403, 404, 308]],
        // The front end tells of it with its next scan, from which on the budget counts.
        Some(0.12 + 0.05),
        |site, _| lies(SensorKind::CellVoltage, site.cell, SensorFault::OpenWire),
        "a sense wire is broken: one cell shows nothing, the next one both voltages",
    ));
    let lies_about_temperature = |number, also, inject, what| Entry {
        inject,
        names: on_sensor,
        also,
        ..entry(fault(number), what)
    };
    entries.push(lies_about_temperature(
        410,
        &[&[411]],
        |site, _| lies(SensorKind::Temperature, site.sensor, LOST),
        "no temperature of one sensor arrives",
    ));
    entries.push(lies_about_temperature(
        411,
        &[&[410]],
        |site, _| lies(SensorKind::Temperature, site.sensor, LOST),
        "no temperature of one sensor arrives",
    ));
    entries.push(lies_about_temperature(
        413,
        &[COLD, &[128, 414]],
        |site, _| lies(SensorKind::Temperature, site.sensor, SensorFault::OpenWire),
        "a sensor's wire is broken",
    ));
    entries.push(Entry {
        magnitudes: &[-24.0, 23.0],
        ..lies_about_temperature(
            414,
            &[HOT, COLD, &[128]],
            |site, by| {
                lies(
                    SensorKind::Temperature,
                    site.sensor,
                    SensorFault::Offset { offset: by },
                )
            },
            "one sensor shows so many kelvin more at once",
        )
    });
    entries.push(lies_about_temperature(
        415,
        &[&[410, 411]],
        |site, _| lies(SensorKind::Temperature, site.sensor, SensorFault::NonFinite),
        "the temperature of one sensor is no number",
    ));
}

fn other_readings(entries: &mut Vec<Entry>) {
    let lies_about_current = |number, activities, also, within_s, inject, what| Entry {
        activities,
        inject,
        names: on_current,
        also,
        within_s,
        ..entry(fault(number), what)
    };
    entries.push(lies_about_current(
        420,
        ALL,
        &[&[421]],
        None,
        |site, _| lies(current_kind(site), 0, LOST),
        "no current of one sensor arrives",
    ));
    entries.push(lies_about_current(
        421,
        ALL,
        &[&[420]],
        None,
        |site, _| lies(current_kind(site), 0, LOST),
        "no current of one sensor arrives",
    ));
    entries.push(lies_about_current(
        422,
        PULSES,
        // What the sensor shows goes on as the contactors open.
        &[&[427, 220, 221, 426, 514]],
        Some(120.0),
        |site, _| lies(current_kind(site), 0, SensorFault::Stuck),
        "the current of one sensor stays what it was",
    ));
    entries.push(lies_about_current(
        423,
        DRIVE,
        // What the sensor shows goes on as the contactors open.
        &[OUT_A, &[218, 219, 427, 424, 220, 221, 514]],
        None,
        |site, _| vec![sees(current_kind(site), 0, 1100.0)],
        "one sensor sees a current beyond its range",
    ));
    entries.push(lies_about_current(
        425,
        ALL,
        &[&[420, 421]],
        None,
        |site, _| lies(current_kind(site), 0, SensorFault::NonFinite),
        "the current of one sensor is no number",
    ));
    entries.push(Entry {
        magnitudes: &[40.0, -60.0, 150.0],
        activities: CONNECTED,
        inject: |site, by| lies(current_kind(site), 0, SensorFault::Offset { offset: by }),
        also: &[&[222]],
        ..entry(fault(427), "one current sensor shows so many ampere more")
    });
    let about_voltage = |number, activities, also, within_s, inject, what| Entry {
        activities,
        inject,
        also,
        within_s,
        ..entry(fault(number), what)
    };
    entries.push(about_voltage(
        430,
        ALL,
        &[&[431]],
        None,
        |_, _| lies(SensorKind::PackVoltage, 0, LOST),
        "no pack voltage arrives",
    ));
    entries.push(about_voltage(
        431,
        ALL,
        &[&[430]],
        None,
        |_, _| lies(SensorKind::PackVoltage, 0, LOST),
        "no pack voltage arrives",
    ));
    entries.push(about_voltage(
        432,
        CITY,
        &[&[306, 307]],
        Some(120.0),
        |_, _| lies(SensorKind::PackVoltage, 0, SensorFault::Stuck),
        "the pack voltage stays what it was",
    ));
    entries.push(about_voltage(
        433,
        ALL,
        &[PACK_OVER, &[306, 307, 434]],
        None,
        |site, _| {
            let range_v = f64::from(to_volts(site.config().sensing.pack_voltage_range));
            vec![sees(SensorKind::PackVoltage, 0, range_v * 1.05)]
        },
        "the pack's sensor sees a voltage beyond its range",
    ));
    entries.push(Entry {
        magnitudes: &[-130.0, 130.0],
        ..about_voltage(
            434,
            ALL,
            &[PACK_OVER, PACK_UNDER, &[306, 307]],
            None,
            |_, by| {
                lies(
                    SensorKind::PackVoltage,
                    0,
                    SensorFault::Offset { offset: by },
                )
            },
            "the pack's sensor shows so many volts more at once",
        )
    });
    entries.push(about_voltage(
        435,
        ALL,
        &[&[430, 431]],
        None,
        |_, _| lies(SensorKind::PackVoltage, 0, SensorFault::NonFinite),
        "the pack voltage is no number",
    ));
    entries.push(about_voltage(
        440,
        ALL,
        &[&[441]],
        None,
        |_, _| lies(SensorKind::LinkVoltage, 0, LOST),
        "no link voltage arrives",
    ));
    entries.push(about_voltage(
        441,
        ALL,
        &[&[440]],
        None,
        |_, _| lies(SensorKind::LinkVoltage, 0, LOST),
        "no link voltage arrives",
    ));
    entries.push(about_voltage(
        442,
        CITY,
        &[&[307]],
        Some(120.0),
        |_, _| lies(SensorKind::LinkVoltage, 0, SensorFault::Stuck),
        "the link voltage stays what it was",
    ));
    entries.push(about_voltage(
        443,
        ALL,
        &[&[307, 444]],
        None,
        |site, _| {
            let range_v = f64::from(to_volts(site.config().sensing.pack_voltage_range));
            vec![sees(SensorKind::LinkVoltage, 0, range_v * 1.05)]
        },
        "the link's sensor sees a voltage beyond its range",
    ));
    entries.push(Entry {
        magnitudes: &[-130.0, 130.0],
        ..about_voltage(
            444,
            CONNECTED,
            &[&[307]],
            None,
            |_, by| {
                lies(
                    SensorKind::LinkVoltage,
                    0,
                    SensorFault::Offset { offset: by },
                )
            },
            "the link's sensor shows so many volts more at once",
        )
    });
    entries.push(about_voltage(
        445,
        ALL,
        &[&[440, 441]],
        None,
        |_, _| lies(SensorKind::LinkVoltage, 0, SensorFault::NonFinite),
        "the link voltage is no number",
    ));
    let of_front_end = |number, also, inject, what| Entry {
        inject,
        names: on_front_end,
        also,
        ..entry(fault(number), what)
    };
    entries.push(of_front_end(
        450,
        &[&[400, 401, 410, 411]],
        |site, _| {
            vec![FaultKind::FrameCheck {
                front_end: site.front_end,
            }]
        },
        "frames of a front end arrive with a wrong check sequence",
    ));
    entries.push(of_front_end(
        451,
        &[&[400, 401, 410, 411]],
        |site, _| {
            vec![FaultKind::LostFrames {
                front_end: site.front_end,
                share: 1.0,
            }]
        },
        "a front end does not answer",
    ));
    entries.push(of_front_end(
        452,
        &[],
        |site, _| {
            vec![FaultKind::FrontEndConfiguration {
                front_end: site.front_end,
            }]
        },
        "the configuration of a front end is wrong",
    ));
    entries.push(of_front_end(
        453,
        &[],
        |site, _| {
            vec![FaultKind::FrontEndMultiplexer {
                front_end: site.front_end,
            }]
        },
        "the multiplexer of a front end is wrong",
    ));
}

/// A resistance to the chassis that gives so many ohm per volt of the present voltage.
fn isolation(site: &Site, ohm_per_v: f64) -> Vec<FaultKind> {
    let cell = &site.config().cell;
    #[expect(clippy::cast_possible_truncation, reason = "a share")]
    let soc = bms_core::units::ratio(site.point.soc as f32);
    let cell_v = f64::from(to_volts(cell.ocv(soc, bms_core::units::celsius(25.0))));
    let pack_v = cell_v * site.config().layout.cells as f64;
    vec![FaultKind::Isolation {
        resistance_ohm: ohm_per_v * pack_v,
    }]
}

fn high_voltage(entries: &mut Vec<Entry>) {
    let event = |number, activities, also, inject, what| Entry {
        activities,
        inject,
        also,
        ..entry(fault(number), what)
    };
    entries.push(Entry {
        magnitudes: &[150.0, 300.0],
        ..event(
            500,
            ALL,
            &[],
            isolation,
            "so many ohm per volt between pack and chassis",
        )
    });
    entries.push(Entry {
        magnitudes: &[10.0, 50.0],
        ..event(
            501,
            ALL,
            &[&[500]],
            isolation,
            "so many ohm per volt between pack and chassis",
        )
    });
    entries.push(event(
        502,
        ALL,
        &[],
        |_, _| vec![FaultKind::IsolationMonitorInvalid],
        "the isolation monitor says that its values do not hold",
    ));
    entries.push(event(
        503,
        ALL,
        &[],
        |_, _| vec![FaultKind::IsolationSelfTest],
        "the self-test of the isolation monitor fails",
    ));
    entries.push(event(
        504,
        ALL,
        &[&[514]],
        |_, _| vec![FaultKind::InterlockOpen],
        "the interlock loop is open",
    ));
    entries.push(Entry {
        magnitudes: &[800.0, 1400.0],
        onset: Onset::Precharge,
        from_start: true,
        within_s: Some(2.0),
        ..event(
            505,
            DRIVE,
            &[&[508]],
            |_, resistance_ohm| vec![FaultKind::LinkShort { resistance_ohm }],
            "so many ohm across the link while it is filled",
        )
    });
    entries.push(Entry {
        magnitudes: &[0.5, 5.0],
        onset: Onset::Precharge,
        from_start: true,
        within_s: Some(0.5),
        ..event(
            507,
            DRIVE,
            &[&[505, 508]],
            |_, resistance_ohm| vec![FaultKind::LinkShort { resistance_ohm }],
            "so many ohm across the link while it is filled",
        )
    });
    entries.push(Entry {
        names: on_contactor,
        ..event(
            509,
            DRIVE,
            &[&[307, 444, 514]],
            |site, _| vec![FaultKind::ContactorStuckOpen(site.contactor)],
            "a main contactor opens by itself",
        )
    });
    entries.push(Entry {
        names: on_contactor,
        onset: Onset::Opening,
        cannot_open: true,
        ..event(
            510,
            &[Opening],
            &[],
            |site, _| vec![FaultKind::ContactorWelded(site.contactor)],
            "a main contactor does not open when it is told to",
        )
    });
    entries.push(event(
        513,
        DRIVE,
        &[PACK_UNDER, &[306, 307, 434, 444]],
        |_, _| vec![FaultKind::FuseMelted],
        "the fuse has melted",
    ));
    entries.push(event(
        514,
        DRIVE,
        &[&[515]],
        |_, _| vec![FaultKind::Crash],
        "the contactors have to open under the current of a drive, as the car has crashed",
    ));
    entries.push(event(
        515,
        ALL,
        &[&[514]],
        |_, _| vec![FaultKind::Crash],
        "a crash",
    ));
    entries.push(event(
        516,
        ALL,
        &[&[514]],
        |_, _| vec![FaultKind::EmergencyStop],
        "the emergency stop is pressed",
    ));
    entries.push(event(
        602,
        CONNECTED,
        &[],
        |_, _| vec![FaultKind::CoolantLost],
        "the pump runs and no coolant flows",
    ));
    entries.push(event(
        603,
        ALL,
        &[],
        |_, _| vec![FaultKind::HeaterStuckOn],
        "the heater draws power although it is off",
    ));
    entries.push(event(
        604,
        ALL,
        &[],
        |_, _| vec![FaultKind::GasAlert],
        "the gas sensor reports a vented cell",
    ));
}

fn charging(entries: &mut Vec<Entry>) {
    let charger = |number, also, inject, what| Entry {
        activities: CHARGE,
        inject,
        also,
        ..entry(fault(number), what)
    };
    entries.push(Entry {
        magnitudes: &[6.0, 40.0],
        ..charger(
            700,
            &[],
            |site, by| {
                let asked_v = f64::from(to_volts(site.config().limits.pack_over_voltage.operating));
                vec![FaultKind::Charger(ChargerFault::Voltage {
                    voltage_v: asked_v + by,
                })]
            },
            "the charger gives so many volts more than it was asked for",
        )
    });
    entries.push(Entry {
        magnitudes: &[250.0, 400.0],
        ..charger(
            701,
            &[],
            |_, current_a| vec![FaultKind::Charger(ChargerFault::MoreCurrent { current_a })],
            "the charger says that it gives so many ampere more",
        )
    });
    let says = |number, also, inject| charger(number, also, inject, "as the fault's name says");
    entries.push(says(702, &[], |_, _| {
        vec![FaultKind::Charger(ChargerFault::Silent)]
    }));
    entries.push(says(703, &[], |_, _| {
        vec![FaultKind::Charger(ChargerFault::LimitInvalid)]
    }));
    entries.push(Entry {
        onset: Onset::ChargerPrecharge,
        from_start: true,
        ..says(704, &[], |_, _| {
            vec![FaultKind::Charger(ChargerFault::NoPrecharge)]
        })
    });
    entries.push(says(705, &[], |_, _| {
        vec![FaultKind::Charger(ChargerFault::Unlocked)]
    }));
    entries.push(Entry {
        magnitudes: &[95.0, 110.0],
        ..charger(
            706,
            &[],
            |_, degc| {
                vec![FaultKind::Charger(ChargerFault::InletHot {
                    temperature_k: degc + ZERO_CELSIUS_K,
                })]
            },
            "the inlet has so many degrees Celsius",
        )
    });
    entries.push(Entry {
        magnitudes: &[20.0, 80.0],
        onset: Onset::Session,
        from_start: true,
        ..charger(
            707,
            &[&[500, 501]],
            isolation,
            "so many ohm per volt between pack and chassis while the cable is checked",
        )
    });
    entries.push(says(708, &[], |_, _| {
        vec![FaultKind::Charger(ChargerFault::Stops)]
    }));
    entries.push(says(709, &[&[514]], |_, _| {
        vec![FaultKind::Charger(ChargerFault::Pulled)]
    }));
}

fn system(entries: &mut Vec<Entry>) {
    let event = |number, also, inject, what| Entry {
        inject,
        also,
        ..entry(fault(number), what)
    };
    entries.push(event(
        900,
        &[],
        |_, _| vec![FaultKind::ConfigurationCheck],
        "the check of the stored configuration fails",
    ));
    entries.push(Entry {
        magnitudes: &[3.0, 7.5],
        ..event(
            905,
            &[],
            |_, voltage_v| vec![FaultKind::Supply { voltage_v }],
            "the controller's supply has so many volts",
        )
    });
    entries.push(event(
        906,
        &[],
        |_, _| vec![FaultKind::MemoryTest],
        "the memory test fails",
    ));
    entries.push(event(
        907,
        &[],
        |_, _| vec![FaultKind::CommandsLost],
        "no command arrives",
    ));
}
