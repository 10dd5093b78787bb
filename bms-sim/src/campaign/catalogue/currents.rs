//! Over-currents, and currents through open contactors.

use bms_core::units::to_amperes;

use super::{
    DRIVE, Entry, IN_A, OUT_A, OVER_V, PACK_OVER, PACK_UNDER, REST, UNDER_V, entry, sees, signed,
};
use crate::campaign::bench::fault;
use crate::fault::FaultKind;
use crate::sensor::SensorKind;

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
                    current_a: signed($sign, takes(levels, |levels| to_amperes(levels.$level), by)),
                }]
            },
            also: $also,
            coldest_degc: 20.0,
            ..entry(
                fault($number),
                "load current above the limit, as a share of the limit",
            )
        });
    };
}

/// Share by which a level is exceeded; below the next level.
const SHARE: &[f64] = &[0.02, 0.06];
const FAR_SHARE: &[f64] = &[0.02, 0.1, 0.4];
/// A load that does not obey has to be broken off.
const OUT_TOO: &[&[u16]] = &[OUT_A, &[218, 219, 514], UNDER_V, PACK_UNDER];
const IN_TOO: &[&[u16]] = &[IN_A, &[218, 219, 514], OVER_V, PACK_OVER];
/// Discharge currents beyond their limits.
pub(super) fn discharge(entries: &mut Vec<Entry>) {
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
}

/// Charge currents beyond their limits.
pub(super) fn charge(entries: &mut Vec<Entry>) {
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
}

/// Currents through open contactors.
pub(super) fn open(entries: &mut Vec<Entry>) {
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
            "current at both sensors with open contactors, in ampere",
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
            "current at both sensors with contactors commanded open, in ampere",
        )
    });
}
