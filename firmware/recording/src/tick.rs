//! One tick of a recording, as what a battery management system is told.

use bms_core::measurement::{
    CellMeasurement, ChargerMeasurement, Commands, Contactors, ControllerReport,
    CoolantMeasurement, FrontEndReport, IsolationReport, Measurements, Reading, Request,
    TemperatureMeasurement,
};
use bms_core::units::{self, amperes, kelvin, ohms, volts};

use crate::bytes::{MAX_CELLS, MAX_SENSORS, Reader};

/// What arrives in one tick.
#[derive(Clone, Debug)]
pub struct Tick {
    cells: [CellMeasurement; MAX_CELLS],
    temperatures: [TemperatureMeasurement; MAX_SENSORS],
    front_ends: [FrontEndReport; 8],
    /// Readings besides those lists.
    rest: Measurements<'static>,
    /// What the vehicle asks for.
    pub commands: Commands,
}

const CELLS_NEW: u8 = 1;
const TEMPERATURES_NEW: u8 = 2;
const PACK_NEW: u8 = 4;
const ODD_CELL: u8 = 8;
const ACKNOWLEDGE: u8 = 16;

impl Tick {
    /// Before the first.
    #[must_use]
    pub fn new() -> Self {
        Self {
            cells: [CellMeasurement::default(); MAX_CELLS],
            temperatures: [TemperatureMeasurement::default(); MAX_SENSORS],
            front_ends: [FrontEndReport::default(); 8],
            rest: Measurements::default(),
            commands: Commands::default(),
        }
    }

    /// What arrived.
    #[must_use]
    pub fn measurements(&self) -> Measurements<'_> {
        Measurements {
            cells: &self.cells,
            temperatures: &self.temperatures,
            front_ends: &self.front_ends,
            ..self.rest
        }
    }
}

impl Default for Tick {
    fn default() -> Self {
        Self::new()
    }
}

/// Takes in the bytes of one tick.
pub(crate) fn read(
    tick: &mut Tick,
    bytes: &mut Reader<'_>,
    cells: usize,
    sensors: usize,
    current_step_a: f32,
) {
    let (flags, told) = (bytes.u8(), bytes.u8());
    let current = Reading::New(amperes(f32::from(bytes.i16()) * current_step_a));
    let pack = (flags & PACK_NEW != 0).then(|| (bytes.u16(), bytes.u16()));
    read_cells(tick, bytes, flags, cells);
    let first_k = read_temperatures(tick, bytes, flags, sensors);
    let feedback = |bit: u8| Reading::New(told & bit != 0);
    tick.rest = Measurements {
        current,
        second_current: current,
        pack_voltage: voltage(pack.map(|(pack, _)| pack)),
        link_voltage: voltage(pack.map(|(_, link)| link)),
        isolation: reading(pack.map(|_| IsolationReport {
            resistance: ohms(2e6),
            valid: true,
            self_test_failed: false,
        })),
        interlock_closed: Reading::New(true),
        contactor_feedback: Contactors {
            main_positive: feedback(8),
            main_negative: feedback(16),
            precharge: feedback(32),
        },
        gas_alert: reading(first_k.map(|_| false)),
        coolant: CoolantMeasurement {
            inlet: reading(first_k.map(kelvin)),
            outlet: reading(first_k.map(kelvin)),
            flowing: reading(first_k.map(|_| true)),
            heater_on: reading(first_k.map(|_| false)),
        },
        charger: ChargerMeasurement {
            inlet_temperature: reading(first_k.map(kelvin)),
            ..ChargerMeasurement::default()
        },
        bleed_temperature: reading(first_k.map(kelvin)),
        controller: ControllerReport {
            supply: reading(pack.map(|_| volts(12.0))),
            ..ControllerReport::default()
        },
        ..Measurements::default()
    };
    tick.commands = Commands {
        is_new: true,
        request: if told & 7 == 1 {
            Request::Drive
        } else {
            Request::Standby
        },
        acknowledge: flags & ACKNOWLEDGE != 0,
        charging_allowed: true,
        pump_on: true,
        ..Commands::default()
    };
}

fn read_cells(tick: &mut Tick, bytes: &mut Reader<'_>, flags: u8, cells: usize) {
    for cell in &mut tick.cells {
        cell.voltage = Reading::Waiting;
    }
    if flags & CELLS_NEW == 0 {
        return;
    }
    let mean = i32::from(bytes.u16());
    for cell in tick.cells.iter_mut().take(cells) {
        let tenths_mv = mean + 5 * i32::from(bytes.i8());
        cell.voltage = Reading::New(tenth_millivolts(tenths_mv));
    }
    if flags & ODD_CELL != 0 {
        let (index, tenths_mv) = (usize::from(bytes.u8()), i32::from(bytes.u16()));
        if let Some(cell) = tick.cells.get_mut(index) {
            cell.voltage = Reading::New(tenth_millivolts(tenths_mv));
        }
    }
}

/// The first temperature in kelvin, where there are new ones.
fn read_temperatures(
    tick: &mut Tick,
    bytes: &mut Reader<'_>,
    flags: u8,
    sensors: usize,
) -> Option<f32> {
    let mut first_k = None;
    for (index, sensor) in tick.temperatures.iter_mut().enumerate() {
        sensor.temperature = Reading::Waiting;
        if flags & TEMPERATURES_NEW != 0 && index < sensors {
            let hundredths = i32::from(bytes.i16()) + 27_315;
            let value_k = small(hundredths) * 0.01;
            first_k = first_k.or(Some(value_k));
            sensor.temperature = Reading::New(kelvin(value_k));
        }
    }
    first_k
}

fn voltage(steps: Option<u16>) -> Reading<units::ElectricPotential> {
    reading(steps.map(|steps| volts(f32::from(steps) * 0.02)))
}

fn tenth_millivolts(tenths_mv: i32) -> units::ElectricPotential {
    volts(small(tenths_mv) * 1e-4)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^24")]
const fn small(value: i32) -> f32 {
    value as f32
}

fn reading<T>(value: Option<T>) -> Reading<T> {
    value.map_or(Reading::Waiting, Reading::New)
}
