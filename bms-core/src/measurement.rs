//! Inputs of one tick. A reading is new or waiting; how old a waiting one may become before it is stale is configured
//! ([`Sampling`](crate::config::Sampling)).

use crate::units::{
    ElectricCurrent, ElectricPotential, ElectricalResistance, Power, ThermodynamicTemperature,
};

/// One reading of one sensor in one tick.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Reading<T> {
    /// A new sample since the last tick. Any number is accepted; its plausibility is checked by the tick.
    New(T),
    /// No new sample: the last one ages.
    #[default]
    Waiting,
}

impl<T> Reading<T> {
    /// The reading with its sample converted.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Reading<U> {
        match self {
            Self::New(value) => Reading::New(f(value)),
            Self::Waiting => Reading::Waiting,
        }
    }

    /// Whether there is a new sample.
    pub const fn is_new(&self) -> bool {
        matches!(self, Self::New(_))
    }

    /// The new sample, if there is one.
    pub fn new_sample(self) -> Option<T> {
        match self {
            Self::New(value) => Some(value),
            Self::Waiting => None,
        }
    }
}

/// Measurement of one cell; a group of cells in parallel counts as one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CellMeasurement {
    /// Terminal voltage, taken with balancing off.
    pub voltage: Reading<ElectricPotential>,
    /// The same voltage measured by a second path; `Waiting` without one.
    pub second_voltage: Reading<ElectricPotential>,
    /// Whether the front end's last test found the sense wire of this cell broken.
    pub open_wire: bool,
}

impl CellMeasurement {
    /// Whether there is a new sample or a broken wire.
    pub(crate) fn needs_scan(&self) -> bool {
        self.open_wire || self.voltage.is_new() || self.second_voltage.is_new()
    }
}

/// Measurement of one temperature sensor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TemperatureMeasurement {
    /// Temperature of the cells assigned to the sensor.
    pub temperature: Reading<ThermodynamicTemperature>,
    /// The same temperature by a second sensor; `Waiting` without one.
    pub second_temperature: Reading<ThermodynamicTemperature>,
}

impl TemperatureMeasurement {
    /// Whether there is a new sample.
    pub(crate) fn needs_scan(&self) -> bool {
        self.temperature.is_new() || self.second_temperature.is_new()
    }
}

/// State of the communication with one analogue front end since the last tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent findings of a bus driver"
)]
pub struct FrontEndReport {
    /// A frame had a wrong check sequence.
    pub frame_check_failed: bool,
    /// No answer came in time.
    pub timed_out: bool,
    /// The configuration read back is not the one that was written.
    pub configuration_wrong: bool,
    /// A self-test of the multiplexer or converter failed.
    pub multiplexer_wrong: bool,
}

/// One value per contactor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Contactors<T> {
    /// Between the positive end of the cells and the link.
    pub main_positive: T,
    /// Between the negative end of the cells and the link.
    pub main_negative: T,
    /// In series with the precharge resistor, across the positive main contactor.
    pub precharge: T,
}

/// A contactor of the pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Contactor {
    /// Between the positive end of the cells and the link.
    MainPositive,
    /// Between the negative end of the cells and the link.
    MainNegative,
    /// In series with the precharge resistor, across the positive main contactor.
    Precharge,
}

impl Contactor {
    /// Every contactor.
    pub const ALL: [Self; 3] = [Self::MainPositive, Self::MainNegative, Self::Precharge];
}

impl<T: Copy> Contactors<T> {
    /// The same value for each contactor.
    pub const fn all(value: T) -> Self {
        Self {
            main_positive: value,
            main_negative: value,
            precharge: value,
        }
    }

    /// The value of one contactor.
    pub const fn get(&self, contactor: Contactor) -> T {
        match contactor {
            Contactor::MainPositive => self.main_positive,
            Contactor::MainNegative => self.main_negative,
            Contactor::Precharge => self.precharge,
        }
    }
}

impl<T> Contactors<T> {
    /// The value of one contactor, by reference.
    pub const fn get_ref(&self, contactor: Contactor) -> &T {
        match contactor {
            Contactor::MainPositive => &self.main_positive,
            Contactor::MainNegative => &self.main_negative,
            Contactor::Precharge => &self.precharge,
        }
    }

    /// Mutable value of one contactor.
    pub const fn get_mut(&mut self, contactor: Contactor) -> &mut T {
        match contactor {
            Contactor::MainPositive => &mut self.main_positive,
            Contactor::MainNegative => &mut self.main_negative,
            Contactor::Precharge => &mut self.precharge,
        }
    }
}

impl Contactors<bool> {
    /// Whether both main contactors are closed.
    #[must_use]
    pub const fn mains_closed(&self) -> bool {
        self.main_positive && self.main_negative
    }

    /// Whether a path from the cells to the link is closed, over a main contactor or over the precharge resistor.
    #[must_use]
    pub const fn path_closed(&self) -> bool {
        self.main_negative && (self.main_positive || self.precharge)
    }

    /// Whether current flows over the precharge resistor alone.
    #[must_use]
    pub const fn precharging(&self) -> bool {
        self.main_negative && self.precharge && !self.main_positive
    }
}

/// Report of the isolation monitor.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct IsolationReport {
    /// Resistance between high voltage and chassis, the lower of both poles.
    pub resistance: ElectricalResistance,
    /// Whether the monitor reports `resistance` as valid.
    pub valid: bool,
    /// Whether the monitor's last self-test failed.
    pub self_test_failed: bool,
}

/// Measurement of the coolant circuit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CoolantMeasurement {
    /// Coolant temperature at the pack's inlet.
    pub inlet: Reading<ThermodynamicTemperature>,
    /// Coolant temperature at the pack's outlet.
    pub outlet: Reading<ThermodynamicTemperature>,
    /// Whether coolant flows, from a flow switch or the pump's own report.
    pub flowing: Reading<bool>,
    /// Whether the heater draws power.
    pub heater_on: Reading<bool>,
}

/// Phase of a charging session, as the charger reports it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum ChargerPhase {
    /// No plug, or no session.
    #[default]
    Idle,
    /// Isolation test of the cable.
    CableCheck,
    /// The charger matches its voltage to the pack's.
    Precharge,
    /// Energy flows.
    Charging,
    /// The session ended as requested.
    Finished,
    /// The charger ended the session without a request.
    Stopped,
}

/// One message of a charger.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ChargerMessage {
    /// Voltage at the charger's output.
    pub voltage: ElectricPotential,
    /// Output current of the charger; positive while it charges the battery (the charger's sign convention).
    pub current: ElectricCurrent,
    /// Highest output voltage of the charger.
    pub voltage_max: ElectricPotential,
    /// Lowest output voltage of the charger.
    pub voltage_min: ElectricPotential,
    /// Highest output current available at present; not negative.
    pub current_max: ElectricCurrent,
    /// Highest output power available at present; not negative.
    pub power_max: Power,
}

/// Measurement of the charger and its plug.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ChargerMeasurement {
    /// Whether a plug is in the inlet.
    pub plugged: bool,
    /// Whether the plug is locked.
    pub locked: bool,
    /// Phase of the charging session.
    pub phase: ChargerPhase,
    /// The charger's message.
    pub message: Reading<ChargerMessage>,
    /// Temperature of the charging inlet's contacts.
    pub inlet_temperature: Reading<ThermodynamicTemperature>,
}

/// Self-diagnosis of the controller.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ControllerReport {
    /// Voltage of the controller's supply.
    pub supply: Reading<ElectricPotential>,
    /// Whether a memory test failed.
    pub memory_test_failed: bool,
    /// Whether the check of the stored configuration failed.
    pub configuration_check_failed: bool,
}

/// All readings that arrived since the last tick. Discharge current is positive.
///
/// The default is that nothing arrived. Entries missing from a list count as waiting; entries beyond the pack's size are
/// ignored, as are readings that are not fitted according to the configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measurements<'a> {
    /// One entry per cell, from the negative end of the pack.
    pub cells: &'a [CellMeasurement],
    /// One entry per temperature sensor.
    pub temperatures: &'a [TemperatureMeasurement],
    /// One entry per front end.
    pub front_ends: &'a [FrontEndReport],
    /// Pack current, mean since the last sample; discharge positive.
    pub current: Reading<ElectricCurrent>,
    /// Pack current by a second sensor.
    pub second_current: Reading<ElectricCurrent>,
    /// Voltage over all cells, measured as a whole.
    pub pack_voltage: Reading<ElectricPotential>,
    /// Voltage on the vehicle's side of the contactors.
    pub link_voltage: Reading<ElectricPotential>,
    /// Isolation between the high voltage and the chassis.
    pub isolation: Reading<IsolationReport>,
    /// Whether the interlock loop is closed.
    pub interlock_closed: Reading<bool>,
    /// Whether each contactor's auxiliary contact reports it closed.
    pub contactor_feedback: Contactors<Reading<bool>>,
    /// Whether the crash signal is on.
    pub crash: bool,
    /// Whether the emergency stop is pressed.
    pub emergency_stop: bool,
    /// Whether the gas or pressure sensor reports a vented cell.
    pub gas_alert: Reading<bool>,
    /// The coolant.
    pub coolant: CoolantMeasurement,
    /// The charger.
    pub charger: ChargerMeasurement,
    /// Hottest of the bleed resistors.
    pub bleed_temperature: Reading<ThermodynamicTemperature>,
    /// The controller.
    pub controller: ControllerReport,
}

/// Mode that the vehicle requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Request {
    /// Contactors open, ready.
    #[default]
    Standby,
    /// Connected to the vehicle.
    Drive,
    /// Connected to a charger.
    Charge,
    /// Contactors open, lowest activity.
    Sleep,
    /// The vehicle drives the contactors itself and reports its commands in [`Commands::contactors`]; the outputs say which
    /// of them may be closed.
    Supervise,
}

/// Commands of the vehicle in this tick.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent commands of a vehicle"
)]
pub struct Commands {
    /// Whether a command message arrived since the last tick; the other fields are those of the last message.
    pub is_new: bool,
    /// Requested mode.
    pub request: Request,
    /// Acknowledges latched faults: those whose condition no longer holds are cleared.
    pub acknowledge: bool,
    /// Contactors that the vehicle commands closed with [`Request::Supervise`]; ignored otherwise.
    pub contactors: Contactors<bool>,
    /// Whether the battery may be charged, by a charger or by regeneration; false limits the charge current to zero.
    pub charging_allowed: bool,
    /// Whether the coolant pump is commanded on.
    pub pump_on: bool,
    /// Whether the heater is commanded on.
    pub heater_on: bool,
    /// Voltage limit requested from the charger.
    pub charger_voltage_limit: ElectricPotential,
    /// Current requested from the charger; positive while it charges the battery (the charger's sign convention). While a
    /// charger ramps down after a lower request, the current that it may still deliver: as long as it delivers no more and
    /// [`Request::Charge`] stands, a fault that only stops charging waits for the ramp before the contactors open.
    pub charger_current_request: ElectricCurrent,
}

impl Commands {
    /// No command yet: every contactor open.
    pub(crate) const NONE: Self = Self {
        is_new: false,
        request: Request::Standby,
        acknowledge: false,
        contactors: Contactors::all(false),
        charging_allowed: false,
        pump_on: false,
        heater_on: false,
        charger_voltage_limit: crate::units::volts(0.0),
        charger_current_request: crate::units::amperes(0.0),
    };
}
