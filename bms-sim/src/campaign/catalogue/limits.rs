//! Cell voltages and temperatures beyond their limits.

use bms_core::config::{BmsConfig, Levels};
use bms_core::units::{ThermodynamicTemperature, to_celsius, to_kelvin, to_volts};

use super::entry::{
    COLD, DRIVE, Entry, HOT, OVER_V, Onset, REST, UNDER_V, applied, faulty, injections, on_cell,
    on_sensor, signed,
};
use crate::campaign::site::Activity::{Drive, Rest};
use crate::campaign::site::Site;
use crate::cell::physics::ZERO_CELSIUS_K;
use crate::fault::SensorFault::Offset;
use crate::fault::{CellFault, FaultKind};
use crate::sensor::SensorKind::{CellVoltage, Temperature};

/// Distance beyond a limit that a sensor error of 0.5 K (1 sigma) does not hide.
const BEYOND_K: &[f64] = &[2.5, 3.0];
const FAR_BEYOND_K: &[f64] = &[2.5, 3.5];
const RATES: &[f64] = &[1.5, 3.0, 8.0];
/// A current that counts as charging or discharging, and is below every limit that temperature leaves, in ampere.
const SMALL_A: f64 = 8.0;
/// Distance of the temperature at the start from the limit: no discontinuity, in kelvin.
const BELOW_LIMIT_K: f64 = 16.0;

/// Per row: number, limit in volt, sign, distances beyond the limit in volt, faults that follow.
macro_rules! cells {
    ($entries:ident: $($number:literal ($($limit:ident).+) $sign:literal $by:expr, $also:expr;)*) => {
        injections! { $entries: $($number "reading of one cell beyond the limit, in volt"
            {magnitudes: $by, names: on_cell, also: $also}
            |site, by| {
                let limit_v = f64::from(to_volts(site.config().limits.$($limit).+));
                vec![applied(CellVoltage, site.cell, limit_v + signed($sign, by))]
            };)*
        }
    };
}

/// Per row: number, limit, level, whether it is of charging, activities, distances beyond the limit in kelvin.
macro_rules! temperatures {
    ($entries:ident: $($number:literal $limit:ident $level:ident $charging:literal $activities:ident $by:ident;)*) => {
        $(temperatures! { $limit $entries $number $level $charging $activities $by })*
    };
    (hot $entries:ident $number:literal $level:ident $charging:literal $activities:ident $by:ident) => {
        temperatures! { $entries $number $level $charging $activities $by hot 1.0 HOT
            "temperature at one sensor above the limit, in kelvin" }
    };
    (cold $entries:ident $number:literal $level:ident $charging:literal $activities:ident $by:ident) => {
        temperatures! { $entries $number $level $charging $activities $by cold -1.0 COLD
            "temperature at one sensor below the limit, in kelvin" }
    };
    ($entries:ident $number:literal $level:ident $charging:literal $activities:ident $by:ident
     $limit:ident $sign:literal $also:ident $what:literal) => {
        injections! { $entries: $number $what {
            magnitudes: $by,
            activities: $activities,
            names: on_sensor,
            also: &[$also, &[128]],
            degc: |site| Some(level_degc($limit(site, $charging).$level) - signed($sign, BELOW_LIMIT_K))
        } |site, by| at_sensor(site, level_degc($limit(site, $charging).$level) + signed($sign, by), $charging); }
    };
}

type TemperatureLevels = Levels<ThermodynamicTemperature>;

/// Temperature limits that apply to an activity; a drive with negative current counts as a charge.
macro_rules! levels {
    ($name:ident, $limits:ident) => {
        fn $name(site: &Site, charging: bool) -> &'static TemperatureLevels {
            let config: &'static BmsConfig<'static> = site.config();
            let limits = &config.limits.$limits;
            match (site.point.activity, charging) {
                (Rest, _) => &limits.resting,
                (_, true) => &limits.charging,
                _ => &limits.discharging,
            }
        }
    };
}
levels!(hot, over_temperature);
levels!(cold, under_temperature);

fn level_degc(level: ThermodynamicTemperature) -> f64 {
    f64::from(to_celsius(level))
}

/// One sensor reads a temperature at a small current that ignores the limits.
fn at_sensor(site: &Site, degc: f64, charging: bool) -> Vec<FaultKind> {
    let mut kinds = vec![applied(Temperature, site.sensor, degc + ZERO_CELSIUS_K)];
    if site.point.activity == Drive {
        let current_a = if charging { -SMALL_A } else { SMALL_A };
        kinds.push(FaultKind::UncontrolledLoad { current_a });
    }
    kinds
}

pub(super) fn add(entries: &mut Vec<Entry>) {
    cells! { entries:
        100 (cell_over_voltage.operating) 1.0 &[0.008, 0.012], &[&[107]];
        101 (cell_over_voltage.recommended) 1.0 &[0.01, 0.02], &[OVER_V, &[107]];
        102 (cell_over_voltage.maximum) 1.0 &[0.01, 0.05, 0.2], &[OVER_V, &[107]];
        103 (cell_under_voltage.operating) -1.0 &[0.02, 0.1], &[&[107, 404, 308]];
        104 (cell_under_voltage.recommended) -1.0 &[0.02, 0.1], &[&[103, 107, 404, 308]];
        105 (cell_under_voltage.maximum) -1.0 &[0.02, 0.2], &[&[103, 104, 107, 404, 308]];
        106 (cell_deep_discharge) -1.0 &[0.02, 0.2], &[UNDER_V, &[107, 404, 308]];
    }
    temperatures! { entries:
        110 hot operating true DRIVE BEYOND_K;
        111 hot recommended true DRIVE BEYOND_K;
        112 hot maximum true DRIVE FAR_BEYOND_K;
        113 hot operating false DRIVE BEYOND_K;
        114 hot recommended false DRIVE BEYOND_K;
        115 hot maximum false DRIVE FAR_BEYOND_K;
        116 hot operating false REST BEYOND_K;
        117 hot recommended false REST BEYOND_K;
        118 hot maximum false REST FAR_BEYOND_K;
        119 cold operating true DRIVE BEYOND_K;
        120 cold recommended true DRIVE BEYOND_K;
        121 cold maximum true DRIVE FAR_BEYOND_K;
        122 cold operating false DRIVE BEYOND_K;
        123 cold recommended false DRIVE BEYOND_K;
        124 cold maximum false DRIVE FAR_BEYOND_K;
        125 cold operating false REST BEYOND_K;
        126 cold recommended false REST BEYOND_K;
        127 cold maximum false REST FAR_BEYOND_K;
    }
    injections! { entries:
        // If the other cells are near a limit, the affected one exceeds it.
        107 "offset of one cell voltage reading, in volt"
            {magnitudes: &[-0.4, -0.35, 0.33], names: on_cell, also: &[OVER_V, UNDER_V, &[308]]}
            |site, offset| faulty(CellVoltage, site.cell, Offset { offset });
        128 "offset of one temperature reading, in kelvin"
            {magnitudes: &[-18.5, 17.5, 19.0], names: on_sensor, also: &[HOT, COLD]}
            |site, offset| faulty(Temperature, site.sensor, Offset { offset });
        129 "heating of the cells of one sensor, in kelvin per second"
            {magnitudes: &[0.95], names: on_sensor, also: &[HOT, &[128]]} reaction;
        600 "heating of the cells of one sensor, in kelvin per second"
            {magnitudes: RATES, names: on_sensor, also: &[HOT, &[128, 129, 414, 601]]} reaction;
        601 "heating of the cells of one sensor up to their maximum limit, in kelvin per second" {
            magnitudes: RATES,
            activities: &[Rest, Drive],
            names: on_sensor,
            also: &[HOT, &[128, 129, 414, 600]],
            onset: Onset::SensorAbove(|site| f64::from(to_kelvin(hot(site, false).maximum))),
            degc: |_| Some(45.0)
        } reaction;
    }
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
