//! What arrives in one step: measurements and commands.

use core::ptr;

use bms_core::measurement::{
    CellMeasurement, ChargerMeasurement, ChargerMessage, ChargerPhase, Commands, Contactors,
    ControllerReport, CoolantMeasurement, FrontEndReport, IsolationReport, Measurements, Reading,
    Request, TemperatureMeasurement,
};
use bms_core::units;

use crate::generated::{bms_charger_phase, bms_request};
use crate::pointer::{OfNumber, Out, Sized32, flag, optional};
use crate::status::{BMS_STATUS_COUNT, Checked, bms_status, status};
use crate::storage::Bench;

/// A number that a sensor gives, in the unit that the field's name ends with.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_sample {
    /// The number. Looked at where it is new; any number may come, what can be believed of it is judged by the library.
    pub value: f32,
    /// 1 where it arrived since the last step, 0 where there is nothing new.
    pub is_new: u8,
}

/// A truth value that a sensor gives.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_flag {
    /// 0 or 1; looked at where it is new.
    pub value: u8,
    /// 1 where it arrived since the last step, 0 where there is nothing new.
    pub is_new: u8,
}

/// What is known of the link to one analogue front end since the last step. Each 0 or 1.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_front_end {
    /// A frame had a wrong check sequence.
    pub frame_check_failed: u8,
    /// No answer came in time.
    pub timed_out: u8,
    /// The configuration read back is not the one that was written.
    pub configuration_wrong: u8,
    /// A self-test of the multiplexer or converter failed.
    pub multiplexer_wrong: u8,
}

/// What the auxiliary contact of each contactor says: 1 for closed.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_contactor_feedback {
    /// Between the positive end of the cells and the link.
    pub main_positive: bms_flag,
    /// Between the negative end of the cells and the link.
    pub main_negative: bms_flag,
    /// In series with the precharge resistor, across the positive main contactor.
    pub precharge: bms_flag,
}

/// One value for each contactor: 1 for closed, 0 for open.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_contactors {
    /// Between the positive end of the cells and the link.
    pub main_positive: u8,
    /// Between the negative end of the cells and the link.
    pub main_negative: u8,
    /// In series with the precharge resistor, across the positive main contactor.
    pub precharge: u8,
}

/// What the isolation monitor tells.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_isolation {
    /// Resistance between the high voltage and the chassis, the lower of both poles.
    pub resistance_ohm: f32,
    /// Whether the monitor itself says that the resistance holds: 0 or 1.
    pub is_valid: u8,
    /// Whether the monitor's last self-test failed: 0 or 1.
    pub self_test_failed: u8,
    /// 1 where all of it arrived since the last step.
    pub is_new: u8,
}

/// What is known of the coolant.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_coolant {
    /// Temperature where the coolant enters the pack.
    pub inlet_k: bms_sample,
    /// Temperature where it leaves the pack.
    pub outlet_k: bms_sample,
    /// Whether coolant flows, from a flow switch or the pump's own report.
    pub is_flowing: bms_flag,
    /// Whether the heater draws power.
    pub heater_is_on: bms_flag,
}

/// What is known of a charger and its plug. Numbers are those of the charger's last message.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_charger {
    /// Voltage at the charger's output.
    pub voltage_v: f32,
    /// Current that the charger gives; positive while it charges the battery, as chargers count it.
    pub current_a: f32,
    /// Highest voltage that the charger can give.
    pub voltage_max_v: f32,
    /// Lowest voltage that the charger can give.
    pub voltage_min_v: f32,
    /// Highest current that the charger can give at present; not negative.
    pub current_max_a: f32,
    /// Highest power that the charger can give at present; not negative.
    pub power_max_w: f32,
    /// Temperature of the charging inlet's contacts.
    pub inlet_temperature_k: bms_sample,
    /// 1 where a message arrived since the last step.
    pub is_new: u8,
    /// What the charger is doing: one of `bms_charger_phase`.
    pub phase: u8,
    /// Whether a plug is in the inlet: 0 or 1.
    pub plugged: u8,
    /// Whether the plug is locked: 0 or 1.
    pub locked: u8,
}

/// Everything that arrived since the last step. Discharge current is positive, temperatures are in kelvin.
///
/// `bms_inputs_default` fills one in that says that nothing arrived. Lists are read during the step only. A list that is
/// shorter than the pack means that the rest did not arrive; a longer one is refused. A reading that the configuration says
/// is not fitted is not looked at.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_inputs {
    /// Size of this struct.
    pub struct_size: u32,
    /// Pack current, mean since the last sample; discharge positive.
    pub current_a: bms_sample,
    /// Cell voltages from the negative end of the pack, taken with balancing off; null where none arrived.
    pub cell_voltages_v: *const f32,
    /// For each of them 1 where it is new, 0 where not; null where all are.
    pub cell_voltages_are_new: *const u8,
    /// The same voltages by a second path; null where there is none, or none arrived.
    pub cell_second_voltages_v: *const f32,
    /// For each of them 1 where it is new, 0 where not; null where all are.
    pub cell_second_voltages_are_new: *const u8,
    /// For each cell whether the front end's last test found its sense wire broken, 0 or 1; null where none is.
    pub cell_open_wires: *const u8,
    /// Entries of each of the lists of cells, at most as many as the pack has cells.
    pub cell_count: usize,
    /// Temperatures; null where none arrived.
    pub temperatures_k: *const f32,
    /// For each of them 1 where it is new, 0 where not; null where all are.
    pub temperatures_are_new: *const u8,
    /// The same temperatures by second sensors; null where there is none, or none arrived.
    pub second_temperatures_k: *const f32,
    /// For each of them 1 where it is new, 0 where not; null where all are.
    pub second_temperatures_are_new: *const u8,
    /// Entries of each of the lists of temperatures, at most as many as the pack has sensors.
    pub temperature_count: usize,
    /// What is known of each front end. One that is not in the list did not answer: a fault before long.
    pub front_ends: *const bms_front_end,
    /// Entries of that list: as many as the pack has front ends.
    pub front_end_count: usize,
    /// Pack current by a second sensor.
    pub second_current_a: bms_sample,
    /// Voltage over all cells, measured as a whole.
    pub pack_voltage_v: bms_sample,
    /// Voltage on the vehicle's side of the contactors.
    pub link_voltage_v: bms_sample,
    /// Isolation between the high voltage and the chassis.
    pub isolation: bms_isolation,
    /// Whether the interlock loop is closed.
    pub interlock_is_closed: bms_flag,
    /// What the auxiliary contact of each contactor says.
    pub contactor_feedback: bms_contactor_feedback,
    /// Whether the gas or pressure sensor reports a vented cell.
    pub gas_alert: bms_flag,
    /// Whether the crash signal is on: 0 or 1.
    pub crash: u8,
    /// Whether the emergency stop is pressed: 0 or 1.
    pub emergency_stop: u8,
    /// Whether a memory test of the controller failed: 0 or 1.
    pub memory_test_failed: u8,
    /// Whether the check of the stored configuration failed: 0 or 1.
    pub configuration_check_failed: u8,
    /// The coolant.
    pub coolant: bms_coolant,
    /// The charger.
    pub charger: bms_charger,
    /// Hottest of the bleed resistors.
    pub bleed_temperature_k: bms_sample,
    /// Voltage of the controller's supply.
    pub supply_v: bms_sample,
}

// SAFETY: `repr(C)`, begins with its size, and any bits are numbers or pointers.
unsafe impl Sized32 for bms_inputs {
    const FIRST: usize = size_of::<Self>();
}

/// What the vehicle asks for in this step.
///
/// `bms_commands_default` fills one in that asks for nothing.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_commands {
    /// Size of this struct.
    pub struct_size: u32,
    /// Voltage that the charger was asked not to exceed.
    pub charger_voltage_limit_v: f32,
    /// Current that the charger was asked for; positive while it charges the battery, as chargers count it.
    pub charger_current_request_a: f32,
    /// 1 where a command message arrived since the last step; the other fields are those of the last one.
    pub is_new: u8,
    /// What the vehicle wants: one of `bms_request`.
    pub request: u8,
    /// 1: latched faults whose condition is gone may leave.
    pub acknowledge: u8,
    /// Which contactors the vehicle commands closed, where it drives them itself (`BMS_REQUEST_SUPERVISE`).
    pub contactors: bms_contactors,
    /// Whether the battery may be charged, by a charger or by regeneration: 0 or 1.
    pub charging_allowed: u8,
    /// Whether the coolant pump is commanded on: 0 or 1.
    pub pump_is_on: u8,
    /// Whether the heater is commanded on: 0 or 1.
    pub heater_is_on: u8,
}

// SAFETY: `repr(C)`, begins with its size, and any bits are numbers.
unsafe impl Sized32 for bms_commands {
    const FIRST: usize = size_of::<Self>();
}

pub(crate) const NO_SAMPLE: bms_sample = bms_sample {
    value: 0.0,
    is_new: 0,
};

const NO_FLAG: bms_flag = bms_flag {
    value: 0,
    is_new: 0,
};

/// Nothing is known of a charger.
pub(crate) const NO_CHARGER: bms_charger = bms_charger {
    voltage_v: 0.0,
    current_a: 0.0,
    voltage_max_v: 0.0,
    voltage_min_v: 0.0,
    current_max_a: 0.0,
    power_max_w: 0.0,
    inlet_temperature_k: NO_SAMPLE,
    is_new: 0,
    phase: bms_charger_phase::BMS_CHARGER_PHASE_IDLE as u8,
    plugged: 0,
    locked: 0,
};

/// Nothing arrived.
pub(crate) const NOTHING_ARRIVED: bms_inputs = bms_inputs {
    struct_size: 0,
    current_a: NO_SAMPLE,
    cell_voltages_v: ptr::null(),
    cell_voltages_are_new: ptr::null(),
    cell_second_voltages_v: ptr::null(),
    cell_second_voltages_are_new: ptr::null(),
    cell_open_wires: ptr::null(),
    cell_count: 0,
    temperatures_k: ptr::null(),
    temperatures_are_new: ptr::null(),
    second_temperatures_k: ptr::null(),
    second_temperatures_are_new: ptr::null(),
    temperature_count: 0,
    front_ends: ptr::null(),
    front_end_count: 0,
    second_current_a: NO_SAMPLE,
    pack_voltage_v: NO_SAMPLE,
    link_voltage_v: NO_SAMPLE,
    isolation: bms_isolation {
        resistance_ohm: 0.0,
        is_valid: 0,
        self_test_failed: 0,
        is_new: 0,
    },
    interlock_is_closed: NO_FLAG,
    contactor_feedback: bms_contactor_feedback {
        main_positive: NO_FLAG,
        main_negative: NO_FLAG,
        precharge: NO_FLAG,
    },
    gas_alert: NO_FLAG,
    crash: 0,
    emergency_stop: 0,
    memory_test_failed: 0,
    configuration_check_failed: 0,
    coolant: bms_coolant {
        inlet_k: NO_SAMPLE,
        outlet_k: NO_SAMPLE,
        is_flowing: NO_FLAG,
        heater_is_on: NO_FLAG,
    },
    charger: NO_CHARGER,
    bleed_temperature_k: NO_SAMPLE,
    supply_v: NO_SAMPLE,
};

/// Nothing is asked for.
pub(crate) const NOTHING_ASKED: bms_commands = bms_commands {
    struct_size: 0,
    charger_voltage_limit_v: 0.0,
    charger_current_request_a: 0.0,
    is_new: 0,
    request: bms_request::BMS_REQUEST_STANDBY as u8,
    acknowledge: 0,
    contactors: bms_contactors {
        main_positive: 0,
        main_negative: 0,
        precharge: 0,
    },
    charging_allowed: 0,
    pump_is_on: 0,
    heater_is_on: 0,
};

/// Fills inputs in that say that nothing arrived. `struct_size` is `sizeof(bms_inputs)`.
///
/// # Safety
/// `inputs` is null or points to `struct_size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_inputs_default(
    inputs: *mut bms_inputs,
    struct_size: u32,
) -> bms_status {
    status(Out::with_size(inputs, struct_size).map(|out| {
        let value = bms_inputs {
            struct_size,
            ..NOTHING_ARRIVED
        };
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
    }))
}

/// Fills commands in that ask for nothing. `struct_size` is `sizeof(bms_commands)`.
///
/// # Safety
/// `commands` is null or points to `struct_size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_commands_default(
    commands: *mut bms_commands,
    struct_size: u32,
) -> bms_status {
    status(Out::with_size(commands, struct_size).map(|out| {
        let value = bms_commands {
            struct_size,
            ..NOTHING_ASKED
        };
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
    }))
}

impl bms_sample {
    pub(crate) fn reading<T>(self, quantity: impl Fn(f32) -> T) -> Checked<Reading<T>> {
        Ok(if flag(self.is_new)? {
            Reading::New(quantity(self.value))
        } else {
            Reading::Waiting
        })
    }
}

impl bms_flag {
    fn reading(self) -> Checked<Reading<bool>> {
        Ok(if flag(self.is_new)? {
            Reading::New(flag(self.value)?)
        } else {
            Reading::Waiting
        })
    }
}

/// Numbers with their flags, one after the other.
#[derive(Clone, Copy, Debug)]
struct Samples<'a> {
    values: &'a [f32],
    are_new: &'a [u8],
}

impl Samples<'_> {
    /// # Safety
    /// Both are null or lists of `count` entries.
    unsafe fn new(values: *const f32, are_new: *const u8, count: usize) -> Checked<Self> {
        // SAFETY: as the caller says.
        let values = unsafe { optional(values, count) }?;
        // SAFETY: as the caller says.
        let are_new = unsafe { optional(are_new, count) }?;
        Ok(Self { values, are_new })
    }

    fn at<T>(self, index: usize, quantity: impl Fn(f32) -> T) -> Checked<Reading<T>> {
        let is_new = flag(self.are_new.get(index).copied().unwrap_or(1))?;
        Ok(match self.values.get(index) {
            Some(value) if is_new => Reading::New(quantity(*value)),
            _ => Reading::Waiting,
        })
    }
}

fn at_most(count: usize, room: usize) -> Checked<()> {
    if count <= room {
        Ok(())
    } else {
        Err(BMS_STATUS_COUNT)
    }
}

impl bms_inputs {
    /// Copies the lists to the bench, which keeps as many front ends as there are told of.
    ///
    /// # Safety
    /// The lists are null or as long as stated.
    pub(crate) unsafe fn fill(&self, bench: &mut Bench<'_>) -> Checked<()> {
        // SAFETY: as the caller says.
        unsafe { self.cells(bench.voltages) }?;
        // SAFETY: as the caller says.
        unsafe { self.temperatures(bench.temperatures) }?;
        // SAFETY: as the caller says.
        let front_ends = unsafe { optional(self.front_ends, self.front_end_count) }?;
        at_most(front_ends.len(), bench.front_ends.len())?;
        for (report, told) in bench.front_ends.iter_mut().zip(front_ends) {
            *report = told.to_core()?;
        }
        let reports = core::mem::take(&mut bench.front_ends);
        bench.front_ends = reports.get_mut(..front_ends.len()).unwrap_or_default();
        Ok(())
    }

    /// The core's measurements, with lists from the bench.
    pub(crate) fn measurements<'m>(
        &self,
        cells: &'m [CellMeasurement],
        temperatures: &'m [TemperatureMeasurement],
        front_ends: &'m [FrontEndReport],
    ) -> Checked<Measurements<'m>> {
        Ok(Measurements {
            cells,
            temperatures,
            front_ends,
            current: self.current_a.reading(units::amperes)?,
            second_current: self.second_current_a.reading(units::amperes)?,
            pack_voltage: self.pack_voltage_v.reading(units::volts)?,
            link_voltage: self.link_voltage_v.reading(units::volts)?,
            isolation: self.isolation.to_core()?,
            interlock_closed: self.interlock_is_closed.reading()?,
            contactor_feedback: Contactors {
                main_positive: self.contactor_feedback.main_positive.reading()?,
                main_negative: self.contactor_feedback.main_negative.reading()?,
                precharge: self.contactor_feedback.precharge.reading()?,
            },
            crash: flag(self.crash)?,
            emergency_stop: flag(self.emergency_stop)?,
            gas_alert: self.gas_alert.reading()?,
            coolant: CoolantMeasurement {
                inlet: self.coolant.inlet_k.reading(units::kelvin)?,
                outlet: self.coolant.outlet_k.reading(units::kelvin)?,
                flowing: self.coolant.is_flowing.reading()?,
                heater_on: self.coolant.heater_is_on.reading()?,
            },
            charger: self.charger.to_core()?,
            bleed_temperature: self.bleed_temperature_k.reading(units::kelvin)?,
            controller: ControllerReport {
                supply: self.supply_v.reading(units::volts)?,
                memory_test_failed: flag(self.memory_test_failed)?,
                configuration_check_failed: flag(self.configuration_check_failed)?,
            },
        })
    }

    /// # Safety
    /// The lists are null or as long as stated.
    unsafe fn cells(&self, room: &mut [CellMeasurement]) -> Checked<()> {
        let count = self.cell_count;
        at_most(count, room.len())?;
        // SAFETY: as the caller says.
        let first =
            unsafe { Samples::new(self.cell_voltages_v, self.cell_voltages_are_new, count) }?;
        let (values, are_new) = (
            self.cell_second_voltages_v,
            self.cell_second_voltages_are_new,
        );
        // SAFETY: as the caller says.
        let second = unsafe { Samples::new(values, are_new, count) }?;
        // SAFETY: as the caller says.
        let broken = unsafe { optional(self.cell_open_wires, count) }?;
        for (index, cell) in room.iter_mut().enumerate() {
            *cell = CellMeasurement {
                voltage: first.at(index, units::volts)?,
                second_voltage: second.at(index, units::volts)?,
                open_wire: flag(broken.get(index).copied().unwrap_or(0))?,
            };
        }
        Ok(())
    }

    /// # Safety
    /// The lists are null or as long as stated.
    unsafe fn temperatures(&self, room: &mut [TemperatureMeasurement]) -> Checked<()> {
        let count = self.temperature_count;
        at_most(count, room.len())?;
        // SAFETY: as the caller says.
        let first = unsafe { Samples::new(self.temperatures_k, self.temperatures_are_new, count) }?;
        let (values, are_new) = (self.second_temperatures_k, self.second_temperatures_are_new);
        // SAFETY: as the caller says.
        let second = unsafe { Samples::new(values, are_new, count) }?;
        for (index, sensor) in room.iter_mut().enumerate() {
            *sensor = TemperatureMeasurement {
                temperature: first.at(index, units::kelvin)?,
                second_temperature: second.at(index, units::kelvin)?,
            };
        }
        Ok(())
    }
}

impl bms_front_end {
    fn to_core(self) -> Checked<FrontEndReport> {
        Ok(FrontEndReport {
            frame_check_failed: flag(self.frame_check_failed)?,
            timed_out: flag(self.timed_out)?,
            configuration_wrong: flag(self.configuration_wrong)?,
            multiplexer_wrong: flag(self.multiplexer_wrong)?,
        })
    }
}

impl bms_isolation {
    fn to_core(self) -> Checked<Reading<IsolationReport>> {
        let report = IsolationReport {
            resistance: units::ohms(self.resistance_ohm),
            valid: flag(self.is_valid)?,
            self_test_failed: flag(self.self_test_failed)?,
        };
        Ok(if flag(self.is_new)? {
            Reading::New(report)
        } else {
            Reading::Waiting
        })
    }
}

impl bms_charger {
    pub(crate) fn to_core(self) -> Checked<ChargerMeasurement> {
        let message = ChargerMessage {
            voltage: units::volts(self.voltage_v),
            current: units::amperes(self.current_a),
            voltage_max: units::volts(self.voltage_max_v),
            voltage_min: units::volts(self.voltage_min_v),
            current_max: units::amperes(self.current_max_a),
            power_max: units::watts(self.power_max_w),
        };
        Ok(ChargerMeasurement {
            plugged: flag(self.plugged)?,
            locked: flag(self.locked)?,
            phase: ChargerPhase::of_number(self.phase)?,
            message: if flag(self.is_new)? {
                Reading::New(message)
            } else {
                Reading::Waiting
            },
            inlet_temperature: self.inlet_temperature_k.reading(units::kelvin)?,
        })
    }
}

impl bms_commands {
    /// The core's commands.
    pub(crate) fn to_core(self) -> Checked<Commands> {
        Ok(Commands {
            is_new: flag(self.is_new)?,
            request: Request::of_number(self.request)?,
            acknowledge: flag(self.acknowledge)?,
            contactors: Contactors {
                main_positive: flag(self.contactors.main_positive)?,
                main_negative: flag(self.contactors.main_negative)?,
                precharge: flag(self.contactors.precharge)?,
            },
            charging_allowed: flag(self.charging_allowed)?,
            pump_on: flag(self.pump_is_on)?,
            heater_on: flag(self.heater_is_on)?,
            charger_voltage_limit: units::volts(self.charger_voltage_limit_v),
            charger_current_request: units::amperes(self.charger_current_request_a),
        })
    }
}
