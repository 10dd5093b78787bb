//! Faults of a scenario and their times.

use bms_core::measurement::Contactor;
use serde::Deserialize;

use crate::sensor::SensorKind;

/// A fault with its start and end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault {
    /// Start, in seconds since the start of the scenario.
    pub from_s: f64,
    /// End, in seconds since the start of the scenario; infinite for a permanent fault.
    pub until_s: f64,
    /// The fault.
    pub kind: FaultKind,
}

impl Fault {
    /// Whether it is present.
    #[must_use]
    pub fn is_present(&self, now_s: f64) -> bool {
        (self.from_s..self.until_s).contains(&now_s)
    }

    /// The value that it applies to the input of a sensor.
    pub(crate) fn applied(&self, kind: SensorKind, index: usize, now_s: f64) -> Option<f64> {
        match self.kind {
            FaultKind::Sensor {
                sensor,
                index: at,
                how: SensorFault::Applied { value },
            } if sensor == kind && at == index && self.is_present(now_s) => Some(value),
            _ => None,
        }
    }
}

/// Kinds of fault.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FaultKind {
    /// A faulty sensor.
    Sensor {
        /// The kind of sensor.
        sensor: SensorKind,
        /// Its number, from 0.
        index: usize,
        /// Effect.
        how: SensorFault,
    },
    /// No frame of a front end arrives with this probability, 0 to 1.
    LostFrames {
        /// Number of the front end, from 0.
        front_end: usize,
        /// Probability of each frame.
        share: f64,
    },
    /// A faulty cell (a group in parallel counts as one).
    Cell {
        /// Its number, from 0.
        cell: usize,
        /// Effect.
        what: CellFault,
    },
    /// A contactor that does not close.
    ContactorStuckOpen(Contactor),
    /// A contactor that does not open.
    ContactorWelded(Contactor),
    /// An event without parameters.
    Event(FaultEvent),
    /// A resistance across the link, in ohm.
    LinkShort {
        /// Resistance in ohm, positive.
        resistance_ohm: f64,
    },
    /// A resistance between the negative terminal of the battery and the chassis, in ohm.
    Isolation {
        /// Resistance in ohm, positive.
        resistance_ohm: f64,
    },
    /// The load draws, or supplies, this current while the contactors are closed, regardless of limits; in ampere,
    /// discharge positive.
    UncontrolledLoad {
        /// Current in ampere.
        current_a: f64,
    },
    /// The supply of the controller has fallen to this voltage.
    Supply {
        /// Voltage in volt.
        voltage_v: f64,
    },
    /// A fault of the charger as the core's inputs report it.
    Charger(ChargerFault),
    /// A fault of the charger of a session.
    Station(crate::charger::ChargerFault),
    /// Frames of a front end arrive with a wrong check sequence.
    FrameCheck {
        /// Number of the front end, from 0.
        front_end: usize,
    },
    /// The configuration read back from a front end differs from the written one.
    FrontEndConfiguration {
        /// Number of the front end, from 0.
        front_end: usize,
    },
    /// The self-test of a front end's multiplexer fails.
    FrontEndMultiplexer {
        /// Number of the front end, from 0.
        front_end: usize,
    },
}

/// Faults without parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultEvent {
    /// The crash signal is on.
    Crash,
    /// The interlock loop is open.
    InterlockOpen,
    /// The emergency stop is pressed.
    EmergencyStop,
    /// The gas or pressure sensor in the pack reports a vented cell.
    GasAlert,
    /// No coolant flows.
    CoolantLost,
    /// The vehicle's commands do not arrive.
    CommandsLost,
    /// The fuse has melted, permanently.
    FuseMelted,
    /// The precharge resistor is broken.
    PrechargeOpen,
    /// The isolation monitor marks its values as invalid.
    IsolationMonitorInvalid,
    /// The heater draws power without a command.
    HeaterStuckOn,
    /// The self-test of the isolation monitor fails.
    #[serde(skip_deserializing)]
    IsolationSelfTest,
    /// The controller's memory test fails.
    #[serde(skip_deserializing)]
    MemoryTest,
    /// The check of the controller's stored configuration fails.
    #[serde(skip_deserializing)]
    ConfigurationCheck,
}

impl FaultEvent {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::PrechargeOpen,
        Self::CoolantLost,
        Self::Crash,
        Self::InterlockOpen,
        Self::GasAlert,
        Self::EmergencyStop,
        Self::CommandsLost,
        Self::FuseMelted,
        Self::IsolationMonitorInvalid,
        Self::HeaterStuckOn,
        Self::IsolationSelfTest,
        Self::MemoryTest,
        Self::ConfigurationCheck,
    ];
}

/// Effects on a sensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SensorFault {
    /// The reading stays at its value at the start of the fault.
    Stuck,
    /// Broken wire: a cell reads zero and the next one the sum of both voltages, a temperature its lowest value. The
    /// open-wire test of the front end detects the wire of a cell.
    OpenWire,
    /// An offset, in the unit of the quantity.
    Offset {
        /// Added to the reading.
        offset: f64,
    },
    /// Single samples are off.
    Spikes {
        /// Added to a sample with a spike.
        offset: f64,
        /// Probability of each sample, 0 to 1.
        share: f64,
    },
    /// Samples are lost.
    Lost {
        /// Probability of each sample, 0 to 1.
        share: f64,
    },
    /// A fixed value at the input, as a test bench applies it; the errors of the sensor still apply.
    Applied {
        /// In the unit of the quantity.
        value: f64,
    },
    /// The reading is NaN or infinite.
    NonFinite,
    /// The reading is that of another sensor, and vice versa.
    SwappedWith {
        /// The other sensor.
        other: usize,
    },
}

/// Faults of a charger, its plug or its inlet during a session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ChargerFault {
    /// It applies this voltage, in volt.
    Voltage {
        /// Voltage in volt.
        voltage_v: f64,
    },
    /// It reports a current this much above the requested one, in ampere.
    MoreCurrent {
        /// Current in ampere.
        current_a: f64,
    },
    /// No message arrives.
    Silent,
    /// Its highest current is negative.
    LimitInvalid,
    /// It does not match its voltage to that of the pack.
    NoPrecharge,
    /// The plug is not locked.
    Unlocked,
    /// It ends the session without a request.
    Stops,
    /// The plug is pulled.
    Pulled,
    /// The inlet has this temperature, in kelvin.
    InletHot {
        /// Temperature in kelvin.
        temperature_k: f64,
    },
}

/// Effects on a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CellFault {
    /// An internal resistance across it, which warms it.
    InternalShort {
        /// Resistance in ohm, positive.
        resistance_ohm: f64,
    },
    /// A resistance in series with it, between the sense wires, which warms it.
    HighResistanceJoint {
        /// Resistance in ohm, not negative.
        resistance_ohm: f64,
    },
    /// A permanent loss of a share of its active material.
    CapacityLoss {
        /// Share, 0 to 1.
        share: f64,
    },
    /// An exothermic reaction in it.
    ExothermicReaction {
        /// Heat in watt, not negative.
        power_w: f64,
    },
}
