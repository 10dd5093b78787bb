//! Readings as readings: missing, stuck, out of range, jumping, not a number.

use super::{
    ALL, CITY, COLD, CONNECTED, DRIVE, Entry, HOT, LOST, OUT_A, OVER_V, PULSES, UNDER_V, entry,
    lies, on_cell, on_current, on_front_end, on_sensor, sees,
};
use crate::campaign::bench::fault;
use crate::campaign::site::Site;
use crate::fault::{FaultKind, SensorFault};
use crate::sensor::SensorKind;

/// Cell voltages.
pub(super) fn cells(entries: &mut Vec<Entry>) {
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
        "the voltage of one cell is missing",
    ));
    entries.push(lies_about_cell(
        401,
        ALL,
        &[&[400]],
        None,
        |site, _| lies(SensorKind::CellVoltage, site.cell, LOST),
        "the voltage of one cell is missing",
    ));
    entries.push(lies_about_cell(
        402,
        CITY,
        &[],
        Some(120.0),
        |site, _| lies(SensorKind::CellVoltage, site.cell, SensorFault::Stuck),
        "the voltage of one cell is stuck",
    ));
    entries.push(lies_about_cell(
        403,
        ALL,
        &[UNDER_V, &[107, 404, 308]],
        None,
        |site, _| vec![sees(SensorKind::CellVoltage, site.cell, 0.02)],
        "one cell voltage reads almost zero",
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
            "step of one cell voltage reading, in volt",
        )
    });
    entries.push(lies_about_cell(
        405,
        ALL,
        &[&[400, 401]],
        None,
        |site, _| lies(SensorKind::CellVoltage, site.cell, SensorFault::NonFinite),
        "the voltage of one cell is NaN",
    ));
    entries.push(lies_about_cell(
        407,
        ALL,
        &[OVER_V, UNDER_V, &[107, 403, 404, 308]],
        // The front end reports it with its next scan, from which the budget counts.
        Some(0.12 + 0.05),
        |site, _| lies(SensorKind::CellVoltage, site.cell, SensorFault::OpenWire),
        "a broken sense wire: one cell reads zero, the next one both voltages",
    ));
}

/// Temperatures.
pub(super) fn temperatures(entries: &mut Vec<Entry>) {
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
        "the temperature of one sensor is missing",
    ));
    entries.push(lies_about_temperature(
        411,
        &[&[410]],
        |site, _| lies(SensorKind::Temperature, site.sensor, LOST),
        "the temperature of one sensor is missing",
    ));
    entries.push(lies_about_temperature(
        413,
        &[COLD, &[128, 414]],
        |site, _| lies(SensorKind::Temperature, site.sensor, SensorFault::OpenWire),
        "the wire of a temperature sensor is broken",
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
            "step of one temperature reading, in kelvin",
        )
    });
    entries.push(lies_about_temperature(
        415,
        &[&[410, 411]],
        |site, _| lies(SensorKind::Temperature, site.sensor, SensorFault::NonFinite),
        "the temperature of one sensor is NaN",
    ));
}

fn current_kind(site: &Site) -> SensorKind {
    if site.current_sensor == 0 {
        SensorKind::Current
    } else {
        SensorKind::SecondCurrent
    }
}
/// Currents.
pub(super) fn currents(entries: &mut Vec<Entry>) {
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
        "the current of one sensor is missing",
    ));
    entries.push(lies_about_current(
        421,
        ALL,
        &[&[420]],
        None,
        |site, _| lies(current_kind(site), 0, LOST),
        "the current of one sensor is missing",
    ));
    entries.push(lies_about_current(
        422,
        PULSES,
        // The faulty reading persists while the contactors open.
        &[&[427, 220, 221, 426, 514]],
        Some(120.0),
        |site, _| lies(current_kind(site), 0, SensorFault::Stuck),
        "the current of one sensor is stuck",
    ));
    entries.push(lies_about_current(
        423,
        DRIVE,
        // The faulty reading persists while the contactors open.
        &[OUT_A, &[218, 219, 427, 424, 220, 221, 514]],
        None,
        |site, _| vec![sees(current_kind(site), 0, 1100.0)],
        "a current beyond the range of one sensor",
    ));
    entries.push(lies_about_current(
        425,
        ALL,
        &[&[420, 421]],
        None,
        |site, _| lies(current_kind(site), 0, SensorFault::NonFinite),
        "the current of one sensor is NaN",
    ));
    entries.push(Entry {
        magnitudes: &[40.0, -60.0, 150.0],
        activities: CONNECTED,
        inject: |site, by| lies(current_kind(site), 0, SensorFault::Offset { offset: by }),
        also: &[&[222]],
        ..entry(fault(427), "offset of one current sensor, in ampere")
    });
}

/// Front ends.
pub(super) fn front_ends(entries: &mut Vec<Entry>) {
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
