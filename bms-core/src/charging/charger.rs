//! Validation of a charger's messages. Their limits may lower those of the battery, never raise them.

use crate::measurement::{ChargerMessage, Reading};
use crate::units::{
    ElectricCurrent, ElectricPotential, Power, Time, to_amperes, to_seconds, to_volts, to_watts,
};

/// Why a charger's message is invalid.
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

/// Valid limits of a charger: finite, not negative, in order.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ChargerLimits {
    /// Reported output voltage, any sign.
    pub voltage: ElectricPotential,
    /// Reported output current, any sign; positive into the battery.
    pub current: ElectricCurrent,
    /// Highest voltage.
    pub voltage_max: ElectricPotential,
    /// Lowest voltage.
    pub voltage_min: ElectricPotential,
    /// Highest current at present.
    pub current_max: ElectricCurrent,
    /// Highest power at present.
    pub power_max: Power,
}

impl ChargerLimits {
    /// Validates a message.
    ///
    /// # Errors
    /// Why it is invalid.
    pub fn of(message: &ChargerMessage) -> Result<Self, Distrust> {
        let limits = [
            to_volts(message.voltage_max),
            to_volts(message.voltage_min),
            to_amperes(message.current_max),
            to_watts(message.power_max),
        ];
        let reported = [to_volts(message.voltage), to_amperes(message.current)];
        if !limits
            .iter()
            .chain(&reported)
            .all(|value| value.is_finite())
        {
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

/// Highest age that is counted, in seconds.
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

    /// Takes the message that arrived in the last `dt`. An invalid message leaves the last valid one, which ages on. With a NaN
    /// `dt` it reaches the highest age.
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

    /// The limits, unless they are older than `stale`.
    #[must_use]
    pub fn fresh(&self, stale: Time) -> Option<ChargerLimits> {
        self.last.filter(|_| self.age_s <= to_seconds(stale))
    }

    /// The last valid message, however old.
    #[must_use]
    pub const fn last(&self) -> Option<ChargerLimits> {
        self.last
    }

    /// Time since the last valid message, or since the start.
    #[must_use]
    pub const fn age(&self) -> Time {
        crate::units::seconds(self.age_s)
    }

    /// Why the last message was invalid; `None` if it was valid.
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
