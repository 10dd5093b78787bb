//! Over-currents, and currents through open contactors.

use bms_core::units::to_amperes;

use super::entry::{
    DRIVE, Entry, IN_A, OUT_A, OVER_V, PACK_OVER, PACK_UNDER, REST, UNDER_V, applied, injections,
    signed,
};
use crate::fault::FaultKind;
use crate::sensor::SensorKind::{Current, SecondCurrent};

/// Share by which a level is exceeded; below the next level.
const SHARE: &[f64] = &[0.02, 0.06];
const FAR_SHARE: &[f64] = &[0.02, 0.1, 0.4];
/// A load that ignores its limit has to be disconnected.
const OUT_TOO: &[&[u16]] = &[OUT_A, &[218, 219, 514], UNDER_V, PACK_UNDER];
const IN_TOO: &[&[u16]] = &[IN_A, &[218, 219, 514], OVER_V, PACK_OVER];
const OPEN: &[f64] = &[-40.0, 10.0, 60.0];

/// Per row: number, limit, level, sign, faults that follow, shares beyond the limit.
macro_rules! limits {
    ($entries:ident: $($number:literal $limit:ident $level:ident $sign:literal $also:ident $by:ident;)*) => {
        injections! { $entries: $($number "load current above the limit, as a share of the limit"
            {magnitudes: $by, activities: DRIVE, also: $also, coldest_degc: 20.0}
            |site, by| {
                let limit_a = f64::from(to_amperes(site.config().limits.$limit.$level));
                vec![FaultKind::UncontrolledLoad { current_a: signed($sign, limit_a * (1.0 + by)) }]
            };)*
        }
    };
}

fn both_sensors(current_a: f64) -> Vec<FaultKind> {
    vec![
        applied(Current, 0, current_a),
        applied(SecondCurrent, 0, current_a),
    ]
}

pub(super) fn add(entries: &mut Vec<Entry>) {
    limits! { entries:
        200 cell_charge_current operating -1.0 IN_TOO SHARE;
        201 cell_charge_current recommended -1.0 IN_TOO SHARE;
        202 cell_charge_current maximum -1.0 IN_TOO FAR_SHARE;
        206 string_charge_current operating -1.0 IN_TOO SHARE;
        207 string_charge_current recommended -1.0 IN_TOO SHARE;
        208 string_charge_current maximum -1.0 IN_TOO FAR_SHARE;
        212 pack_charge_current operating -1.0 IN_TOO SHARE;
        213 pack_charge_current recommended -1.0 IN_TOO SHARE;
        214 pack_charge_current maximum -1.0 IN_TOO FAR_SHARE;
        203 cell_discharge_current operating 1.0 OUT_TOO SHARE;
        204 cell_discharge_current recommended 1.0 OUT_TOO SHARE;
        205 cell_discharge_current maximum 1.0 OUT_TOO FAR_SHARE;
        209 string_discharge_current operating 1.0 OUT_TOO SHARE;
        210 string_discharge_current recommended 1.0 OUT_TOO SHARE;
        211 string_discharge_current maximum 1.0 OUT_TOO FAR_SHARE;
        215 pack_discharge_current operating 1.0 OUT_TOO SHARE;
        216 pack_discharge_current recommended 1.0 OUT_TOO SHARE;
        217 pack_discharge_current maximum 1.0 OUT_TOO FAR_SHARE;
    }
    injections! { entries:
        220 "current at both sensors with open contactors, in ampere"
            {magnitudes: OPEN, activities: REST, also: &[&[221, 426, 222]]} |_, current_a| both_sensors(current_a);
        221 "current at both sensors with contactors commanded open, in ampere"
            {magnitudes: OPEN, activities: REST, also: &[&[220, 426, 222]]} |_, current_a| both_sensors(current_a);
    }
}
