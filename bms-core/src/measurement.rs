//! What arrives in one tick: readings that say whether they are new.

use crate::units::{
    ElectricCurrent, ElectricPotential, ElectricalResistance, Power, ThermodynamicTemperature,
};

/// One reading of one sensor in one tick.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Reading<T> {
    /// A new sample since the last tick. It may hold any number; what can be believed of it is judged later.
    New(T),
    /// No new sample: the last one grows older.
    #[default]
    Waiting,
}

impl<T> Reading<T> {
    /// The same reading of another quantity.
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

/// What a front end tells of one cell (a group of cells in parallel counts as one).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CellMeasurement {
    /// Terminal voltage, taken with balancing off.
    pub voltage: Reading<ElectricPotential>,
    /// The same voltage by a second path, where there is one.
    pub second_voltage: Reading<ElectricPotential>,
    /// Whether the front end's last test found the sense wire of this cell broken.
    pub open_wire: bool,
}

impl CellMeasurement {
    /// Whether anything is new, or wrong.
    pub(crate) fn needs_scan(&self) -> bool {
        self.open_wire || self.voltage.is_new() || self.second_voltage.is_new()
    }
}

/// What a front end tells of one temperature sensor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TemperatureMeasurement {
    /// Temperature of the cells that the sensor stands for.
    pub temperature: Reading<ThermodynamicTemperature>,
    /// The same temperature by a second sensor, where there is one.
    pub second_temperature: Reading<ThermodynamicTemperature>,
}

impl TemperatureMeasurement {
    /// Whether anything is new.
    pub(crate) fn needs_scan(&self) -> bool {
        self.temperature.is_new() || self.second_temperature.is_new()
    }
}

/// What is known of the link to one analogue front end since the last tick.
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

/// One value for each contactor.
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

    /// The value of one contactor, to be changed.
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

/// What the isolation monitor tells.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct IsolationReport {
    /// Resistance between the high voltage and the chassis, the lower of both poles.
    pub resistance: ElectricalResistance,
    /// Whether the monitor itself says that `resistance` holds.
    pub valid: bool,
    /// Whether the monitor's last self-test failed.
    pub self_test_failed: bool,
}

/// What is known of the coolant.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CoolantMeasurement {
    /// Temperature where the coolant enters the pack.
    pub inlet: Reading<ThermodynamicTemperature>,
    /// Temperature where it leaves the pack.
    pub outlet: Reading<ThermodynamicTemperature>,
    /// Whether coolant flows, from a flow switch or the pump's own report.
    pub flowing: Reading<bool>,
    /// Whether the heater draws power.
    pub heater_on: Reading<bool>,
}

/// What a charger is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum ChargerPhase {
    /// No plug, or no session.
    #[default]
    Idle,
    /// The cable is checked for isolation.
    CableCheck,
    /// The charger brings its voltage to that of the pack.
    Precharge,
    /// Energy flows.
    Charging,
    /// The session ended, as asked.
    Finished,
    /// The session ended without being asked.
    Stopped,
}

/// One message of a charger.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ChargerMessage {
    /// Voltage at the charger's output.
    pub voltage: ElectricPotential,
    /// Current that the charger gives; positive while it charges the battery, as chargers count it.
    pub current: ElectricCurrent,
    /// Highest voltage that the charger can give.
    pub voltage_max: ElectricPotential,
    /// Lowest voltage that the charger can give.
    pub voltage_min: ElectricPotential,
    /// Highest current that the charger can give at present; not negative.
    pub current_max: ElectricCurrent,
    /// Highest power that the charger can give at present; not negative.
    pub power_max: Power,
}

/// What is known of a charger and its plug.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ChargerMeasurement {
    /// Whether a plug is in the inlet.
    pub plugged: bool,
    /// Whether the plug is locked.
    pub locked: bool,
    /// What the charger is doing.
    pub phase: ChargerPhase,
    /// The charger's message.
    pub message: Reading<ChargerMessage>,
    /// Temperature of the charging inlet's contacts.
    pub inlet_temperature: Reading<ThermodynamicTemperature>,
}

/// What the controller knows of itself.
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

/// Everything that arrived since the last tick. Discharge current is positive.
///
/// The default says that nothing arrived. A list that is shorter than the pack means that the rest did not arrive;
/// what is beyond the pack's size is left out. A reading that the configuration says is not fitted is not looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measurements<'a> {
    /// One entry a cell, from the negative end of the pack.
    pub cells: &'a [CellMeasurement],
    /// One entry a temperature sensor.
    pub temperatures: &'a [TemperatureMeasurement],
    /// One entry a front end.
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
    /// Whether each contactor's auxiliary contact says that it is closed.
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

/// What the vehicle wants of the battery.
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
    /// Contactors open, nothing asked for.
    Sleep,
    /// The vehicle drives the contactors itself, tells so in [`Commands::contactors`], and the battery says which of them
    /// may be closed.
    Supervise,
}

/// What the vehicle asks for in this tick.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent commands of a vehicle"
)]
pub struct Commands {
    /// Whether a new command message arrived since the last tick; the other fields are those of the last one.
    pub fresh: bool,
    /// What the vehicle wants.
    pub request: Request,
    /// Latched faults whose condition is gone may leave.
    pub acknowledge: bool,
    /// Which contactors the vehicle commands closed, where it drives them itself ([`Request::Supervise`]); not looked at
    /// otherwise.
    pub contactors: Contactors<bool>,
    /// Whether the battery may be charged, by a charger or by regeneration.
    pub charging_allowed: bool,
    /// Whether the coolant pump is commanded on.
    pub pump_on: bool,
    /// Whether the heater is commanded on.
    pub heater_on: bool,
    /// Voltage that the charger was asked not to exceed.
    pub charger_voltage_limit: ElectricPotential,
    /// Current that the charger was asked for; positive while it charges the battery, as chargers count it. While one that
    /// was asked for less comes down, what it may still give: as long as it gives no more, and the request to charge
    /// stands, a fault that only ends charging waits for it before the contactors open.
    pub charger_current_request: ElectricCurrent,
}

impl Commands {
    /// Nothing commanded: every contactor open.
    pub(crate) const NONE: Self = Self {
        fresh: false,
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
