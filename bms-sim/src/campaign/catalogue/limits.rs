//! Cell voltages and temperatures beyond their limits.

use bms_core::units::{to_celsius, to_kelvin, to_volts};

use super::{
    COLD, DRIVE, Entry, HOT, OVER_V, Onset, REST, UNDER_V, entry, lies, on_cell, on_sensor, sees,
};
use crate::campaign::bench::fault;
use crate::campaign::site::Activity::{Drive, Rest};
use crate::campaign::site::Site;
use crate::cell::physics::ZERO_CELSIUS_K;
use crate::fault::{CellFault, FaultKind, SensorFault};
use crate::sensor::SensorKind;

type VoltageLevels = bms_core::config::Levels<bms_core::units::ElectricPotential>;

fn above_cell(site: &Site, by: f64, level: fn(&VoltageLevels) -> f32) -> Vec<FaultKind> {
    let limit_v = f64::from(level(&site.config().limits.cell_over_voltage));
    vec![sees(SensorKind::CellVoltage, site.cell, limit_v + by)]
}

fn below_cell(site: &Site, by: f64, level: fn(&VoltageLevels) -> f32) -> Vec<FaultKind> {
    let limit_v = f64::from(level(&site.config().limits.cell_under_voltage));
    vec![sees(SensorKind::CellVoltage, site.cell, limit_v - by)]
}

/// Voltages of cells beyond their limits.
pub(super) fn cells(entries: &mut Vec<Entry>) {
    let cell_sees = |number, magnitudes, also, inject| {
        let what = "reading of one cell beyond the limit, in volt";
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
        // If the other cells are near a limit, the affected one exceeds it.
        also: &[OVER_V, UNDER_V, &[308]],
        ..entry(fault(107), "offset of one cell voltage reading, in volt")
    });
}
/// A current that counts as charging or discharging, and is below every limit that temperature leaves, in ampere.
const SMALL_A: f64 = 8.0;

type TemperatureLevels = bms_core::config::Levels<bms_core::units::ThermodynamicTemperature>;

/// Temperature limits that apply to an activity; a drive with negative current counts as a charge.
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

/// One sensor reads a temperature at a small current that ignores the limits.
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
                "temperature at one sensor above the limit, in kelvin",
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
                "temperature at one sensor below the limit, in kelvin",
            )
        });
    };
}

/// Distance beyond a limit that a sensor error of 0.5 K (1 sigma) does not hide.
const BEYOND_K: &[f64] = &[2.5, 3.0];
const FAR_BEYOND_K: &[f64] = &[2.5, 3.5];
/// Temperatures beyond their limits.
pub(super) fn temperatures(entries: &mut Vec<Entry>) {
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
        ..entry(fault(128), "offset of one temperature reading, in kelvin")
    });
    entries.push(Entry {
        magnitudes: &[0.95],
        inject: |site, rate| reaction(site, rate),
        names: on_sensor,
        also: &[HOT, &[128]],
        ..entry(
            fault(129),
            "heating of the cells of one sensor, in kelvin per second",
        )
    });
    entries.push(Entry {
        magnitudes: &[1.5, 3.0, 8.0],
        inject: |site, rate| reaction(site, rate),
        names: on_sensor,
        also: &[HOT, &[128, 129, 414, 601]],
        ..entry(
            fault(600),
            "heating of the cells of one sensor, in kelvin per second",
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
            "heating of the cells of one sensor up to their maximum limit, in kelvin per second",
        )
    });
}
/// Heat in the cells of the affected sensor that warms them at the given rate, in kelvin per second.
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
