//! The inputs of a step: measurements and commands.

use bms_core::measurement::{
    CellMeasurement, ChargerMessage, FrontEndReport, Reading, TemperatureMeasurement,
};
use bms_core::units;

use crate::generated::{bms_charger, bms_commands, bms_inputs};
use crate::pointer::{Call, Zero, entry, flag};
use crate::status::{BMS_STATUS_COUNT, Checked, bms_status};
use crate::storage::Bench;

/// A number of a sensor, in the unit that the field's name ends with.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_sample {
    /// The number, used only if it is new. It may have any value: the library checks its plausibility.
    pub value: f32,
    /// 1 if it arrived since the last step, 0 if there is nothing new.
    pub is_new: u8,
}

/// A truth value of a sensor.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_flag {
    /// 0 or 1; used only if it is new.
    pub value: u8,
    /// 1 if it arrived since the last step, 0 if there is nothing new.
    pub is_new: u8,
}

impl Zero for bms_sample {
    const ZERO: Self = Self {
        value: 0.0,
        is_new: 0,
    };
}

impl Zero for bms_flag {
    const ZERO: Self = Self {
        value: 0,
        is_new: 0,
    };
}

/// Sets inputs to "nothing arrived". `struct_size` is `sizeof(bms_inputs)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_inputs_default(
    inputs: *mut bms_inputs,
    struct_size: u32,
) -> bms_status {
    entry!(|call| {
        call.out_of_size(inputs, struct_size)?
            .give(&bms_inputs::ZERO);
        Ok(())
    })
}

/// Sets commands to "nothing requested". `struct_size` is `sizeof(bms_commands)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_commands_default(
    commands: *mut bms_commands,
    struct_size: u32,
) -> bms_status {
    entry!(|call| {
        call.out_of_size(commands, struct_size)?
            .give(&bms_commands::ZERO);
        Ok(())
    })
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
    pub(crate) fn reading(self) -> Checked<Reading<bool>> {
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

impl<'c> Samples<'c> {
    fn new(
        call: Call<'c>,
        (values, are_new): (*const f32, *const u8),
        count: usize,
    ) -> Checked<Self> {
        let values = call.list_or_null(values, count)?;
        let are_new = call.list_or_null(are_new, count)?;
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

fn at_most(count: usize, limit: usize) -> Checked<()> {
    if count <= limit {
        Ok(())
    } else {
        Err(BMS_STATUS_COUNT)
    }
}

impl bms_inputs {
    /// Copies the lists to the pack. Of the front ends it keeps the reported ones.
    pub(crate) fn copy_lists(&self, call: Call<'_>, bench: &mut Bench<'_>) -> Checked<()> {
        self.copy_cells(call, bench.voltages)?;
        self.copy_temperatures(call, bench.temperatures)?;
        let front_ends = call.list_or_null(self.front_ends, self.front_end_count)?;
        at_most(front_ends.len(), bench.front_ends.len())?;
        for (report, input) in bench.front_ends.iter_mut().zip(front_ends) {
            *report = input.to_core()?;
        }
        let reports: &mut [FrontEndReport] = core::mem::take(&mut bench.front_ends);
        bench.front_ends = reports.get_mut(..front_ends.len()).unwrap_or_default();
        Ok(())
    }

    fn copy_cells(&self, call: Call<'_>, cells: &mut [CellMeasurement]) -> Checked<()> {
        let count = self.cell_count;
        at_most(count, cells.len())?;
        let first = (self.cell_voltages_v, self.cell_voltages_are_new);
        let second = (
            self.cell_second_voltages_v,
            self.cell_second_voltages_are_new,
        );
        let first = Samples::new(call, first, count)?;
        let second = Samples::new(call, second, count)?;
        let broken = call.list_or_null(self.cell_open_wires, count)?;
        for (index, cell) in cells.iter_mut().enumerate() {
            *cell = CellMeasurement {
                voltage: first.at(index, units::volts)?,
                second_voltage: second.at(index, units::volts)?,
                open_wire: flag(broken.get(index).copied().unwrap_or(0))?,
            };
        }
        Ok(())
    }

    fn copy_temperatures(
        &self,
        call: Call<'_>,
        sensors: &mut [TemperatureMeasurement],
    ) -> Checked<()> {
        let count = self.temperature_count;
        at_most(count, sensors.len())?;
        let first = (self.temperatures_k, self.temperatures_are_new);
        let second = (self.second_temperatures_k, self.second_temperatures_are_new);
        let first = Samples::new(call, first, count)?;
        let second = Samples::new(call, second, count)?;
        for (index, sensor) in sensors.iter_mut().enumerate() {
            *sensor = TemperatureMeasurement {
                temperature: first.at(index, units::kelvin)?,
                second_temperature: second.at(index, units::kelvin)?,
            };
        }
        Ok(())
    }
}

impl bms_charger {
    /// Sets the numbers of a charger's message, as new.
    pub(crate) fn put(&mut self, message: &ChargerMessage) {
        self.voltage_v = units::to_volts(message.voltage);
        self.current_a = units::to_amperes(message.current);
        self.voltage_max_v = units::to_volts(message.voltage_max);
        self.voltage_min_v = units::to_volts(message.voltage_min);
        self.current_max_a = units::to_amperes(message.current_max);
        self.power_max_w = units::to_watts(message.power_max);
        self.is_new = 1;
    }
}
