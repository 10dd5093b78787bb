//! Attributes of a fault: severity, reaction, latch, level, scope and clock.

/// Severity of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Severity {
    /// Recorded only.
    Information,
    /// The driver or a workshop should know.
    Warning,
    /// The battery is used less, or not charged, until it is gone.
    Error,
    /// The battery is taken off the vehicle.
    Fatal,
}

/// Reaction to a qualified fault; each includes the weaker ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Reaction {
    /// The fault is recorded.
    Record,
    /// The driver is warned.
    Warn,
    /// The allowed currents are reduced.
    Limit,
    /// Charging ends; driving continues.
    StopCharging,
    /// Zero current is requested, awaited for a bounded time, then the contactors open.
    Open,
    /// The contactors open without waiting for the current to fall.
    OpenAtOnce,
}

/// How a fault is cleared after its condition has been absent for the recover time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Latch {
    /// By itself.
    SelfClearing,
    /// By acknowledgement, or with the next power cycle.
    UntilAcknowledged,
    /// By acknowledgement only; it survives power cycles.
    ThroughPowerCycles,
}

/// The three levels of a limit, after foxBMS 2 (MOL, RSL, MSL).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Level {
    /// The end of ordinary operation.
    Operating,
    /// Beyond it the cell ages faster or the next level is near: the currents are reduced.
    Recommended,
    /// Beyond it the cell may be dangerous: the contactors open.
    Maximum,
}

/// What a fault is tested on: one test per item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Scope {
    /// Each cell (a group of cells in parallel counts as one).
    Cell,
    /// Each temperature sensor.
    TemperatureSensor,
    /// Each current sensor.
    CurrentSensor,
    /// Each contactor.
    Contactor,
    /// Each analogue front end.
    FrontEnd,
    /// The pack.
    Pack,
}

/// What advances the debounce time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Clock {
    /// Each tick of the caller.
    Ticks,
    /// New samples of the cell's voltage; a repeated sample does not count.
    CellVoltage,
    /// New samples of the temperature sensor.
    Temperature,
    /// New samples of the current sensor.
    Current,
    /// New samples of the pack's, link's or isolation reading, or of the charger's message.
    Pack,
}
