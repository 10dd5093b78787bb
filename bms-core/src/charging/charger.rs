//! What a charger says, and how far it is believed: it may lower limits, never raise them.

use crate::measurement::{ChargerMessage, Reading};
use crate::units::{
    ElectricCurrent, ElectricPotential, Power, Time, to_amperes, to_seconds, to_volts, to_watts,
};

/// Why a message of a charger is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Distrust {
    /// A value of the charger's message is not a finite number.
    NotFinite,
    /// A limit of the charger is negative.
    Negative,
    /// The charger's lowest voltage is above its highest.
    OutOfOrder,
}

/// Limits of a charger that can be believed: finite, not negative, in order.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ChargerLimits {
    /// Voltage that it shows at its output, any sign.
    pub voltage: ElectricPotential,
    /// Current that it says it gives, any sign; positive into the battery.
    pub current: ElectricCurrent,
    /// Highest voltage that it can give.
    pub voltage_max: ElectricPotential,
    /// Lowest voltage that it can give.
    pub voltage_min: ElectricPotential,
    /// Highest current that it can give at present.
    pub current_max: ElectricCurrent,
    /// Highest power that it can give at present.
    pub power_max: Power,
}

impl ChargerLimits {
    /// The limits of a message.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn of(message: &ChargerMessage) -> Result<Self, Distrust> {
        let limits = [
            to_volts(message.voltage_max),
            to_volts(message.voltage_min),
            to_amperes(message.current_max),
            to_watts(message.power_max),
        ];
        let shown = [to_volts(message.voltage), to_amperes(message.current)];
        if !limits.iter().chain(&shown).all(|value| value.is_finite()) {
            return Err(Distrust::NotFinite);
        }
        if limits.iter().any(|value| *value < 0.0) {
            return Err(Distrust::Negative);
        }
        if message.voltage_min > message.voltage_max {
            return Err(Distrust::OutOfOrder);
        }
        Ok(Self {
            voltage: message.voltage,
            current: message.current,
            voltage_max: message.voltage_max,
            voltage_min: message.voltage_min,
            current_max: message.current_max,
            power_max: message.power_max,
        })
    }
}

/// The last valid message of a charger and its age.
#[derive(Clone, Copy, Debug)]
pub struct ChargerWatch {
    last: Option<ChargerLimits>,
    age_s: f32,
    distrust: Option<Distrust>,
    is_new: bool,
}

impl Default for ChargerWatch {
    fn default() -> Self {
        Self::new()
    }
}

/// An age is counted no further, in seconds.
const OLDEST_S: f32 = 1e6;

impl ChargerWatch {
    /// Before the first message.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            last: None,
            age_s: 0.0,
            distrust: None,
            is_new: false,
        }
    }

    /// Takes in what arrived in the last `dt`. A message that cannot be believed leaves the last valid one, which grows
    /// older. A `dt` that is not a number makes it as old as can be.
    pub fn step(&mut self, message: Reading<ChargerMessage>, dt: Time) {
        let dt_s = to_seconds(dt).max(0.0);
        self.age_s = (self.age_s + dt_s).min(OLDEST_S);
        if to_seconds(dt).is_nan() {
            self.age_s = OLDEST_S;
        }
        self.is_new = false;
        let Reading::New(message) = message else {
            return;
        };
        match ChargerLimits::of(&message) {
            Ok(limits) => {
                self.last = Some(limits);
                self.age_s = 0.0;
                self.distrust = None;
                self.is_new = true;
            }
            Err(distrust) => self.distrust = Some(distrust),
        }
    }

    /// The limits, if they are no older than `stale`.
    #[must_use]
    pub fn fresh(&self, stale: Time) -> Option<ChargerLimits> {
        self.last.filter(|_| self.age_s <= to_seconds(stale))
    }

    /// The last valid message, however old.
    #[must_use]
    pub const fn last(&self) -> Option<ChargerLimits> {
        self.last
    }

    /// Time since the last valid message, or since the beginning.
    #[must_use]
    pub const fn age(&self) -> Time {
        crate::units::seconds(self.age_s)
    }

    /// Why the last message was not believed; none where it was.
    #[must_use]
    pub const fn distrust(&self) -> Option<Distrust> {
        self.distrust
    }

    /// Whether a valid message arrived in the last step.
    #[must_use]
    pub const fn is_new(&self) -> bool {
        self.is_new
    }
}
