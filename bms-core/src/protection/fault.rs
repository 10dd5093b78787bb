//! What a fault is: severity, reaction, latch, level, scope and clock.

use super::catalogue::FaultId;

/// How bad a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Severity {
    /// Worth keeping a record of.
    Information,
    /// The driver or a workshop should know.
    Warning,
    /// The battery is used less, or not charged, until it is gone.
    Error,
    /// The battery is taken off the vehicle.
    Fatal,
}

/// What is done about a qualified fault; each includes what comes before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Reaction {
    /// It is recorded.
    Record,
    /// The driver is warned.
    Warn,
    /// The allowed currents are reduced.
    Limit,
    /// Charging ends; driving goes on.
    StopCharging,
    /// Zero current is asked for, waited for within bounds, then the contactors open.
    Open,
    /// The contactors open without waiting for the current to fall.
    OpenAtOnce,
}

/// How a fault leaves once its condition is gone for its recover time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Latch {
    /// By itself.
    SelfClearing,
    /// By acknowledgement, or with the next power cycle.
    UntilAcknowledged,
    /// By acknowledgement only: a power cycle does not forget it.
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

/// Of what there is one test each.
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

/// What makes the time of qualification pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Clock {
    /// Each tick of the caller.
    Ticks,
    /// New samples of the cell's voltage; a sample read again counts for nothing.
    CellVoltage,
    /// New samples of the temperature sensor.
    Temperature,
    /// New samples of the current sensor.
    Current,
    /// New samples of the pack's, link's or isolation reading, or of the charger's message.
    Pack,
}

/// One entry of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaultDefinition {
    /// The fault.
    pub id: FaultId,
    /// Stable number; never used again for another fault.
    pub number: u16,
    /// Of what there is one test each, and what a record names.
    pub scope: Scope,
    /// The level, where the fault is one of three for the same quantity.
    pub level: Option<Level>,
    /// How bad it is.
    pub severity: Severity,
    /// How it leaves.
    pub latch: Latch,
    /// What is done.
    pub reaction: Reaction,
    /// What makes the time of qualification pass.
    pub clock: Clock,
    /// Default time in milliseconds for which the condition has to hold without a break before the fault is reported.
    pub qualify_ms: u16,
    /// Default time in milliseconds for which it has to be gone without a break before the fault may leave.
    pub recover_ms: u16,
}

impl FaultDefinition {
    /// Name for people.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.id.name()
    }
}
