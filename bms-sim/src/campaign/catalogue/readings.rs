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
