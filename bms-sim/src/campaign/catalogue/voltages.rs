//! Voltages of the pack and of the link.

use bms_core::units::to_volts;

use super::{ALL, CITY, CONNECTED, Entry, LOST, PACK_OVER, PACK_UNDER, entry, lies, sees, signed};
use crate::campaign::bench::fault;
use crate::campaign::site::{Activity, Site};
use crate::fault::{FaultKind, SensorFault};
use crate::sensor::SensorKind;

macro_rules! pack_limit {
    ($entries:ident, $number:literal, $limit:ident, $level:ident, $sign:literal, $also:expr, $by:expr) => {
        $entries.push(Entry {
            magnitudes: $by,
            inject: |site, by| {
                let limit_v = f64::from(to_volts(site.config().limits.$limit.$level));
                vec![sees(
                    SensorKind::PackVoltage,
                    0,
                    limit_v + signed($sign, by),
                )]
            },
            also: $also,
            ..entry(
                fault($number),
                "voltage at the pack sensor beyond the limit, in volt",
            )
        });
    };
}

const OVER_TOO: &[&[u16]] = &[PACK_OVER, &[306, 307]];
const UNDER_TOO: &[&[u16]] = &[PACK_UNDER, &[306, 307, 434]];
/// Voltages of the pack and of the link.
pub(super) fn packs(entries: &mut Vec<Entry>) {
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
        ..entry(fault(306), "offset of the pack voltage reading, in volt")
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
        ..entry(fault(307), "offset of the link voltage reading, in volt")
    });
}

/// A voltage sensor with a wrong reading.
fn about_voltage(
    number: u16,
    activities: &'static [Activity],
    also: &'static [&'static [u16]],
    within_s: Option<f64>,
    inject: fn(&Site, f64) -> Vec<FaultKind>,
    what: &'static str,
) -> Entry {
    Entry {
        activities,
        inject,
        also,
        within_s,
        ..entry(fault(number), what)
    }
}

/// Readings of the pack voltage.
pub(super) fn pack_readings(entries: &mut Vec<Entry>) {
    entries.push(about_voltage(
        430,
        ALL,
        &[&[431]],
        None,
        |_, _| lies(SensorKind::PackVoltage, 0, LOST),
        "the pack voltage is missing",
    ));
    entries.push(about_voltage(
        431,
        ALL,
        &[&[430]],
        None,
        |_, _| lies(SensorKind::PackVoltage, 0, LOST),
        "the pack voltage is missing",
    ));
    entries.push(about_voltage(
        432,
        CITY,
        &[&[306, 307]],
        Some(120.0),
        |_, _| lies(SensorKind::PackVoltage, 0, SensorFault::Stuck),
        "the pack voltage is stuck",
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
        "a voltage beyond the range of the pack sensor",
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
            "step of the pack voltage reading, in volt",
        )
    });
    entries.push(about_voltage(
        435,
        ALL,
        &[&[430, 431]],
        None,
        |_, _| lies(SensorKind::PackVoltage, 0, SensorFault::NonFinite),
        "the pack voltage is NaN",
    ));
}

/// Readings of the link voltage.
pub(super) fn link_readings(entries: &mut Vec<Entry>) {
    entries.push(about_voltage(
        440,
        ALL,
        &[&[441]],
        None,
        |_, _| lies(SensorKind::LinkVoltage, 0, LOST),
        "the link voltage is missing",
    ));
    entries.push(about_voltage(
        441,
        ALL,
        &[&[440]],
        None,
        |_, _| lies(SensorKind::LinkVoltage, 0, LOST),
        "the link voltage is missing",
    ));
    entries.push(about_voltage(
        442,
        CITY,
        &[&[307]],
        Some(120.0),
        |_, _| lies(SensorKind::LinkVoltage, 0, SensorFault::Stuck),
        "the link voltage is stuck",
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
        "a voltage beyond the range of the link sensor",
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
            "step of the link voltage reading, in volt",
        )
    });
    entries.push(about_voltage(
        445,
        ALL,
        &[&[440, 441]],
        None,
        |_, _| lies(SensorKind::LinkVoltage, 0, SensorFault::NonFinite),
        "the link voltage is NaN",
    ));
}
