//! Physical quantities of the public interface: `uom` types over `f32`, with `const` constructors.
//!
//! Quantities are stored in SI base units (V, A, ohm, C, s, K). `uom`'s own `new` is not `const`; the
//! constructors here are, so that presets and limits can be constants:
//!
//! ```
//! use bms_core::units::{self, ElectricPotential};
//! const LIMIT: ElectricPotential = units::volts(4.2);
//! assert_eq!(units::to_volts(LIMIT), 4.2);
//! ```

use core::marker::PhantomData;

pub use uom::si::f32::{
    Capacitance, ElectricCharge, ElectricCurrent, ElectricPotential, ElectricalResistance, Energy,
    Power, Ratio, TemperatureInterval, ThermodynamicTemperature, Time,
};

/// 0 degC in kelvin.
pub const ZERO_CELSIUS_K: f32 = 273.15;

/// Seconds in an hour.
pub const SECONDS_PER_HOUR: f32 = 3600.0;

macro_rules! quantity {
    ($(#[$doc:meta])* $make:ident, $(#[$doc_get:meta])* $get:ident, $quantity:ident) => {
        $(#[$doc])*
        #[must_use]
        pub const fn $make(value: f32) -> $quantity {
            $quantity {
                dimension: PhantomData,
                units: PhantomData,
                value,
            }
        }

        $(#[$doc_get])*
        #[must_use]
        pub const fn $get(quantity: $quantity) -> f32 {
            quantity.value
        }
    };
}

quantity!(
    /// A voltage from volts.
    volts,
    /// The value in volts.
    to_volts,
    ElectricPotential
);
quantity!(
    /// A current from amperes; discharge is positive.
    amperes,
    /// The value in amperes; discharge is positive.
    to_amperes,
    ElectricCurrent
);
quantity!(
    /// A resistance from ohms.
    ohms,
    /// The value in ohms.
    to_ohms,
    ElectricalResistance
);
quantity!(
    /// A charge from coulombs.
    coulombs,
    /// The value in coulombs.
    to_coulombs,
    ElectricCharge
);
quantity!(
    /// A duration from seconds.
    seconds,
    /// The value in seconds.
    to_seconds,
    Time
);
quantity!(
    /// An absolute temperature from kelvin.
    kelvin,
    /// The value in kelvin.
    to_kelvin,
    ThermodynamicTemperature
);
quantity!(
    /// A temperature difference from kelvin.
    kelvin_interval,
    /// The value in kelvin.
    to_kelvin_interval,
    TemperatureInterval
);
quantity!(
    /// A dimensionless ratio: state of charge 1.0 is full.
    ratio,
    /// The value as a fraction of one.
    to_ratio,
    Ratio
);

quantity!(
    /// A power from watts; discharge is positive.
    watts,
    /// The value in watts; discharge is positive.
    to_watts,
    Power
);
quantity!(
    /// An energy from joules.
    joules,
    /// The value in joules.
    to_joules,
    Energy
);
quantity!(
    /// A capacitance from farads.
    farads,
    /// The value in farads.
    to_farads,
    Capacitance
);

/// A duration from milliseconds.
#[must_use]
pub const fn milliseconds(value: f32) -> Time {
    seconds(value * 1e-3)
}

/// A charge from ampere-hours.
#[must_use]
pub const fn amp_hours(value: f32) -> ElectricCharge {
    coulombs(value * SECONDS_PER_HOUR)
}

/// The value in ampere-hours.
#[must_use]
pub const fn to_amp_hours(quantity: ElectricCharge) -> f32 {
    to_coulombs(quantity) / SECONDS_PER_HOUR
}

/// An absolute temperature from degrees Celsius.
#[must_use]
pub const fn celsius(value: f32) -> ThermodynamicTemperature {
    kelvin(value + ZERO_CELSIUS_K)
}

/// The value in degrees Celsius.
#[must_use]
pub const fn to_celsius(quantity: ThermodynamicTemperature) -> f32 {
    to_kelvin(quantity) - ZERO_CELSIUS_K
}
