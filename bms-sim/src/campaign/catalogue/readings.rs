//! Readings that are missing, stuck, out of range, discontinuous or NaN.

use super::entry::{
    CITY, COLD, CONNECTED, DRIVE, Entry, HOT, LOST, OUT_A, OVER_V, PULSES, UNDER_V, applied,
    faulty, injections, on_cell, on_current, on_front_end, on_sensor,
};
use crate::campaign::site::Site;
use crate::fault::FaultKind::{FrameCheck, FrontEndConfiguration, FrontEndMultiplexer, LostFrames};
use crate::fault::SensorFault::{NonFinite, Offset, OpenWire, Stuck};
use crate::sensor::SensorKind::{self, CellVoltage, Temperature};

const CELL_STEP: &[&[u16]] = &[OVER_V, UNDER_V, &[107, 308, 403]];
const CELL_WIRE: &[&[u16]] = &[OVER_V, UNDER_V, &[107, 403, 404, 308]];
/// The faulty reading persists while the contactors open.
const CURRENT_STUCK: &[&[u16]] = &[&[427, 220, 221, 426, 514]];
const CURRENT_RANGE: &[&[u16]] = &[OUT_A, &[218, 219, 427, 424, 220, 221, 514]];
const FRONT_END_LOST: &[&[u16]] = &[&[400, 401, 410, 411]];
/// The front end reports a broken wire with its next scan, from which the budget counts.
const NEXT_SCAN_S: f64 = 0.12 + 0.05;

fn current(site: &Site) -> SensorKind {
    if site.current_sensor == 0 {
        SensorKind::Current
    } else {
        SensorKind::SecondCurrent
    }
}

pub(super) fn add(entries: &mut Vec<Entry>) {
    injections! { entries:
        400 "the voltage of one cell is missing" {names: on_cell, also: &[&[401]]}
            |site, _| faulty(CellVoltage, site.cell, LOST);
        401 "the voltage of one cell is missing" {names: on_cell, also: &[&[400]]}
            |site, _| faulty(CellVoltage, site.cell, LOST);
        402 "the voltage of one cell is stuck" {names: on_cell, activities: CITY, within_s: Some(120.0)}
            |site, _| faulty(CellVoltage, site.cell, Stuck);
        403 "one cell voltage reads almost zero" {names: on_cell, also: &[UNDER_V, &[107, 404, 308]]}
            |site, _| vec![applied(CellVoltage, site.cell, 0.02)];
        404 "step of one cell voltage reading, in volt" {names: on_cell, magnitudes: &[-1.5, -1.2], also: CELL_STEP}
            |site, offset| faulty(CellVoltage, site.cell, Offset { offset });
        405 "the voltage of one cell is NaN" {names: on_cell, also: &[&[400, 401]]}
            |site, _| faulty(CellVoltage, site.cell, NonFinite);
        407 "a broken sense wire: one cell reads zero, the next one both voltages"
            {names: on_cell, also: CELL_WIRE, within_s: Some(NEXT_SCAN_S)}
            |site, _| faulty(CellVoltage, site.cell, OpenWire);
        410 "the temperature of one sensor is missing" {names: on_sensor, also: &[&[411]]}
            |site, _| faulty(Temperature, site.sensor, LOST);
        411 "the temperature of one sensor is missing" {names: on_sensor, also: &[&[410]]}
            |site, _| faulty(Temperature, site.sensor, LOST);
        413 "the wire of a temperature sensor is broken" {names: on_sensor, also: &[COLD, &[128, 414]]}
            |site, _| faulty(Temperature, site.sensor, OpenWire);
        414 "step of one temperature reading, in kelvin"
            {names: on_sensor, magnitudes: &[-24.0, 23.0], also: &[HOT, COLD, &[128]]}
            |site, offset| faulty(Temperature, site.sensor, Offset { offset });
        415 "the temperature of one sensor is NaN" {names: on_sensor, also: &[&[410, 411]]}
            |site, _| faulty(Temperature, site.sensor, NonFinite);
        420 "the current of one sensor is missing" {names: on_current, also: &[&[421]]}
            |site, _| faulty(current(site), 0, LOST);
        421 "the current of one sensor is missing" {names: on_current, also: &[&[420]]}
            |site, _| faulty(current(site), 0, LOST);
        422 "the current of one sensor is stuck"
            {names: on_current, activities: PULSES, also: CURRENT_STUCK, within_s: Some(120.0)}
            |site, _| faulty(current(site), 0, Stuck);
        423 "a current beyond the range of one sensor" {names: on_current, activities: DRIVE, also: CURRENT_RANGE}
            |site, _| vec![applied(current(site), 0, 1100.0)];
        425 "the current of one sensor is NaN" {names: on_current, also: &[&[420, 421]]}
            |site, _| faulty(current(site), 0, NonFinite);
        427 "offset of one current sensor, in ampere"
            {magnitudes: &[40.0, -60.0, 150.0], activities: CONNECTED, also: &[&[222]]}
            |site, offset| faulty(current(site), 0, Offset { offset });
        450 "frames of a front end arrive with a wrong check sequence" {names: on_front_end, also: FRONT_END_LOST}
            |site, _| vec![FrameCheck { front_end: site.front_end }];
        451 "a front end does not answer" {names: on_front_end, also: FRONT_END_LOST}
            |site, _| vec![LostFrames { front_end: site.front_end, share: 1.0 }];
        452 "the configuration of a front end is wrong" {names: on_front_end}
            |site, _| vec![FrontEndConfiguration { front_end: site.front_end }];
        453 "the multiplexer of a front end is wrong" {names: on_front_end}
            |site, _| vec![FrontEndMultiplexer { front_end: site.front_end }];
    }
}
