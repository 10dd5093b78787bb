//! Voltages of the pack and of the link.

use bms_core::units::to_volts;

use super::entry::{
    CITY, CONNECTED, Entry, LOST, PACK_OVER, PACK_UNDER, applied, faulty, injections, signed,
};
use crate::fault::SensorFault::{NonFinite, Offset, Stuck};
use crate::sensor::SensorKind::{LinkVoltage, PackVoltage};

const OVER: &[&[u16]] = &[PACK_OVER, &[306, 307]];
const UNDER: &[&[u16]] = &[PACK_UNDER, &[306, 307, 434]];
const STEP: &[&[u16]] = &[PACK_OVER, PACK_UNDER, &[306, 307]];
/// Factor on the range of a sensor.
const BEYOND: f64 = 1.05;

/// Per row: number, limit, level, sign, faults that follow, distances beyond the limit in volt.
macro_rules! limits {
    ($entries:ident: $($number:literal $limit:ident $level:ident $sign:literal $also:ident $by:expr;)*) => {
        injections! { $entries: $($number "voltage at the pack sensor beyond the limit, in volt" {magnitudes: $by, also: $also}
            |site, by| {
                let limit_v = f64::from(to_volts(site.config().limits.$limit.$level));
                vec![applied(PackVoltage, 0, limit_v + signed($sign, by))]
            };)*
        }
    };
}

pub(super) fn add(entries: &mut Vec<Entry>) {
    limits! { entries:
        300 pack_over_voltage operating 1.0 OVER &[1.5];
        301 pack_over_voltage recommended 1.0 OVER &[1.5];
        302 pack_over_voltage maximum 1.0 OVER &[1.5, 8.0];
        303 pack_under_voltage operating -1.0 UNDER &[2.0];
        304 pack_under_voltage recommended -1.0 UNDER &[2.0];
        305 pack_under_voltage maximum -1.0 UNDER &[2.0, 20.0];
    }
    injections! { entries:
        306 "offset of the pack voltage reading, in volt" {magnitudes: &[-14.0, 12.0], also: &[PACK_OVER, &[307]]}
            |_, offset| faulty(PackVoltage, 0, Offset { offset });
        307 "offset of the link voltage reading, in volt" {magnitudes: &[-60.0, -30.0, 30.0], activities: CONNECTED}
            |_, offset| faulty(LinkVoltage, 0, Offset { offset });
        430 "the pack voltage is missing" {also: &[&[431]]} |_, _| faulty(PackVoltage, 0, LOST);
        431 "the pack voltage is missing" {also: &[&[430]]} |_, _| faulty(PackVoltage, 0, LOST);
        432 "the pack voltage is stuck" {activities: CITY, also: &[&[306, 307]], within_s: Some(120.0)}
            |_, _| faulty(PackVoltage, 0, Stuck);
        433 "a voltage beyond the range of the pack sensor" {also: &[PACK_OVER, &[306, 307, 434]]}
            |site, _| vec![applied(PackVoltage, 0, f64::from(to_volts(site.config().sensing.pack_voltage_range)) * BEYOND)];
        434 "step of the pack voltage reading, in volt" {magnitudes: &[-130.0, 130.0], also: STEP}
            |_, offset| faulty(PackVoltage, 0, Offset { offset });
        435 "the pack voltage is NaN" {also: &[&[430, 431]]} |_, _| faulty(PackVoltage, 0, NonFinite);
        440 "the link voltage is missing" {also: &[&[441]]} |_, _| faulty(LinkVoltage, 0, LOST);
        441 "the link voltage is missing" {also: &[&[440]]} |_, _| faulty(LinkVoltage, 0, LOST);
        442 "the link voltage is stuck" {activities: CITY, also: &[&[307]], within_s: Some(120.0)}
            |_, _| faulty(LinkVoltage, 0, Stuck);
        443 "a voltage beyond the range of the link sensor" {also: &[&[307, 444]]}
            |site, _| vec![applied(LinkVoltage, 0, f64::from(to_volts(site.config().sensing.pack_voltage_range)) * BEYOND)];
        444 "step of the link voltage reading, in volt" {magnitudes: &[-130.0, 130.0], activities: CONNECTED, also: &[&[307]]}
            |_, offset| faulty(LinkVoltage, 0, Offset { offset });
        445 "the link voltage is NaN" {also: &[&[440, 441]]} |_, _| faulty(LinkVoltage, 0, NonFinite);
    }
}
