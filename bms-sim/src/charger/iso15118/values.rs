//! Numbers of both generations.

use bms_core::charging::{PhysicalValue, RationalNumber, Rounding};
use iso15118::iso2::{self, UnitSymbol as U};
use iso15118::iso20::common as c20;

pub(super) fn physical(value: PhysicalValue, unit: U) -> iso2::PhysicalValue {
    iso2::PhysicalValue {
        multiplier: value.multiplier,
        unit,
        value: value.value,
    }
}

pub(super) fn of_physical(value: &iso2::PhysicalValue) -> f64 {
    let number = PhysicalValue {
        multiplier: value.multiplier,
        value: value.value,
    };
    number.number()
}

pub(super) fn rational(value: RationalNumber) -> c20::RationalNumber {
    c20::RationalNumber {
        exponent: value.exponent,
        value: value.value,
    }
}

pub(super) fn of_rational(value: &c20::RationalNumber) -> f64 {
    let number = RationalNumber {
        exponent: value.exponent,
        value: value.value,
    };
    number.number()
}

/// Multiplier and integer nearest below a number of the station.
#[expect(
    clippy::cast_possible_truncation,
    reason = "voltages, currents and powers of chargers"
)]
fn rounded(number: f64) -> (i8, i16) {
    let written = PhysicalValue::of(number as f32, Rounding::Down);
    (written.multiplier, written.value)
}

pub(super) fn station_physical(number: f64, unit: U) -> iso2::PhysicalValue {
    let (multiplier, value) = rounded(number);
    iso2::PhysicalValue {
        multiplier,
        unit,
        value,
    }
}

pub(super) fn station_rational(number: f64) -> c20::RationalNumber {
    let (exponent, value) = rounded(number);
    c20::RationalNumber { exponent, value }
}
