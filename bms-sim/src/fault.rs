//! What goes wrong in a scenario, and when.

use bms_core::measurement::Contactor;

use crate::sensor::SensorKind;

/// A fault with the time in which it is there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault {
    /// When it begins, in seconds since the start.
    pub from_s: f64,
    /// When it is gone, in seconds since the start; infinite for never.
    pub until_s: f64,
    /// What is wrong.
    pub kind: FaultKind,
}

impl Fault {
    /// Whether it is there.
    #[must_use]
    pub fn is_present(&self, now_s: f64) -> bool {
        (self.from_s..self.until_s).contains(&now_s)
    }

    /// What it puts at the input of a sensor.
    pub(crate) fn applied(&self, kind: SensorKind, index: usize, now_s: f64) -> Option<f64> {
        match self.kind {
            FaultKind::Sensor {
                sensor,
                index: at,
                how: SensorFault::Sees { value },
            } if sensor == kind && at == index && self.is_present(now_s) => Some(value),
            _ => None,
        }
    }
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FaultKind {
    /// A sensor lies, or says nothing.
    Sensor {
        /// The kind of sensor.
        sensor: SensorKind,
        /// Its number, from 0.
        index: usize,
        /// What it does.
        how: SensorFault,
    },
    /// No frame of a front end arrives with this probability, 0 to 1.
    LostFrames {
        /// Number of the front end, from 0.
        front_end: usize,
        /// Probability of each frame.
        share: f64,
    },
    /// A cell (a group in parallel counts as one) is not sound.
    Cell {
        /// Its number, from 0.
        cell: usize,
        /// What is wrong with it.
        what: CellFault,
    },
    /// A contactor never closes.
    ContactorStuckOpen(Contactor),
    /// A contactor never opens.
    ContactorWelded(Contactor),
    /// The precharge resistor is broken.
    PrechargeOpen,
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
    /// The load takes, or gives, this current as long as the contactors let it, whatever is allowed; in ampere, discharge
    /// positive.
    LoadDisobeys {
        /// Current in ampere.
        current_a: f64,
    },
    /// No coolant flows.
    CoolantLost,
    /// The crash signal is on.
    Crash,
    /// The interlock loop is open.
    InterlockOpen,
    /// The gas or pressure sensor in the pack reports a vented cell.
    GasAlert,
    /// The emergency stop is pressed.
    EmergencyStop,
    /// The vehicle's commands do not arrive.
    CommandsLost,
    /// The supply of the controller has fallen to this voltage.
    Supply {
        /// Voltage in volt.
        voltage_v: f64,
    },
    /// The fuse has melted; it does not come back.
    FuseMelted,
    /// The isolation monitor says that its values do not hold.
    IsolationMonitorInvalid,
    /// The heater draws power although it was not told to.
    HeaterStuckOn,
    /// The self-test of the isolation monitor fails.
    IsolationSelfTest,
    /// The controller's memory test fails.
    MemoryTest,
    /// The check of the controller's stored configuration fails.
    ConfigurationCheck,
    /// The charger does what it should not, as the core is told.
    Charger(ChargerFault),
    /// The charger of a session does what it should not.
    Station(crate::charger::ChargerFault),
    /// Frames of a front end arrive with a wrong check sequence.
    FrameCheck {
        /// Number of the front end, from 0.
        front_end: usize,
    },
    /// The configuration read back from a front end is not what was written.
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

/// What a sensor does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SensorFault {
    /// It shows what it showed when the fault began.
    Stuck,
    /// Its wire is broken: a cell shows nothing and the next one both voltages, a temperature its lowest value. The front
    /// end's test finds the wire of a cell.
    OpenWire,
    /// It shows this much more, in the unit of the quantity.
    Offset {
        /// Added to what it would show.
        offset: f64,
    },
    /// Single samples are off.
    Spikes {
        /// Added to such a sample.
        offset: f64,
        /// Probability of each sample, 0 to 1.
        share: f64,
    },
    /// Samples are lost.
    Lost {
        /// Probability of each sample, 0 to 1.
        share: f64,
    },
    /// What is at its input is this value, as a test bench applies it; it still errs as it does.
    Sees {
        /// In the unit of the quantity.
        value: f64,
    },
    /// It shows what is no number.
    NonFinite,
    /// It shows what another sensor should, and that one what this one should.
    SwappedWith {
        /// The other sensor.
        other: usize,
    },
}

/// What a charger, its plug or its inlet does, once a session has begun.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ChargerFault {
    /// It gives this voltage, in volt.
    Voltage {
        /// Voltage in volt.
        voltage_v: f64,
    },
    /// It says that it gives this much more current than it was asked for, in ampere.
    MoreCurrent {
        /// Current in ampere.
        current_a: f64,
    },
    /// No message arrives.
    Silent,
    /// Its highest current is negative.
    LimitInvalid,
    /// It does not bring its voltage to that of the pack.
    NoPrecharge,
    /// The plug is not locked.
    Unlocked,
    /// It ends the session without being asked.
    Stops,
    /// The plug is pulled.
    Pulled,
    /// The inlet has this temperature, in kelvin.
    InletHot {
        /// Temperature in kelvin.
        temperature_k: f64,
    },
}

/// What is wrong with a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CellFault {
    /// A resistance across it, inside, which warms it.
    InternalShort {
        /// Resistance in ohm, positive.
        resistance_ohm: f64,
    },
    /// A resistance in series with it, between the sense wires, which warms it.
    HighResistanceJoint {
        /// Resistance in ohm, not negative.
        resistance_ohm: f64,
    },
    /// It has lost a share of its active material; it does not come back.
    CapacityLoss {
        /// Share, 0 to 1.
        share: f64,
    },
    /// Something in it reacts and gives heat.
    ExothermicReaction {
        /// Heat in watt, not negative.
        power_w: f64,
    },
}
