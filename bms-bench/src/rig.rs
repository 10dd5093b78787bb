//! An open loop: a `Bms` with sound readings at the periods of its configuration; a test changes each.

use bms_core::config::BmsConfig;
use bms_core::estimation::InitialSoc;
use bms_core::measurement::{
    CellMeasurement, ChargerMeasurement, ChargerMessage, ChargerPhase, Commands, Contactors,
    ControllerReport, CoolantMeasurement, FrontEndReport, IsolationReport, Measurements, Reading,
    Request, TemperatureMeasurement,
};
use bms_core::protection::FaultId;
use bms_core::units::{amperes, celsius, kelvin, milliseconds, to_volts, volts, watts};
use bms_core::{Bms, Outputs};

use crate::readings::{ISOLATED, new_if};

/// Large enough for every preset.
pub const CELLS: usize = 100;
pub const SENSORS: usize = 25;

/// Values of all sensors, in SI units and degrees Celsius.
#[derive(Clone, Debug)]
pub struct SensorValues {
    pub cell_v: Vec<f32>,
    pub second_cell_v: Vec<Option<f32>>,
    pub open_wire: Vec<bool>,
    pub temperature_degc: Vec<f32>,
    pub second_temperature_degc: Vec<Option<f32>>,
    pub current_a: f32,
    pub second_current_a: f32,
    pub pack_v: f32,
    pub link_v: f32,
    pub isolation: IsolationReport,
    pub interlock_closed: bool,
    pub feedback: Contactors<bool>,
    pub crash: bool,
    pub emergency_stop: bool,
    pub gas_alert: bool,
    pub coolant_degc: f32,
    pub coolant_flowing: bool,
    pub heater_on: bool,
    pub charger: ChargerMeasurement,
    pub charger_message: ChargerMessage,
    pub inlet_degc: f32,
    pub front_ends: Vec<FrontEndReport>,
    pub controller: ControllerReport,
    pub supply_v: f32,
    pub commands: Commands,
    /// Readings that do not arrive.
    pub silent: Silent,
}

/// Readings that do not arrive.
#[derive(Clone, Debug, Default)]
pub struct Silent {
    pub cells: Vec<usize>,
    pub sensors: Vec<usize>,
    pub current: bool,
    pub second_current: bool,
    pub pack: bool,
    pub link: bool,
    pub isolation: bool,
    pub interlock: bool,
    pub feedback: bool,
    pub coolant: bool,
    pub inlet: bool,
    pub charger: bool,
    pub commands: bool,
    pub supply: bool,
    pub front_ends: bool,
}

impl SensorValues {
    /// A sound pack at rest with closed contactors, SoC 0.5, 25 degC.
    pub fn sound(config: &BmsConfig<'_>) -> Self {
        let cells = config.layout.cells;
        let sensors = config.layout.temperature_sensors;
        let cell_v = to_volts(config.cell.ocv(bms_core::units::ratio(0.5), celsius(25.0)));
        #[expect(clippy::cast_precision_loss, reason = "at most 250 cells")]
        let pack_v = cell_v * cells as f32;
        Self {
            cell_v: vec![cell_v; cells],
            second_cell_v: vec![None; cells],
            open_wire: vec![false; cells],
            temperature_degc: vec![25.0; sensors],
            second_temperature_degc: vec![None; sensors],
            current_a: 0.0,
            second_current_a: 0.0,
            pack_v,
            link_v: pack_v,
            isolation: ISOLATED,
            interlock_closed: true,
            feedback: CLOSED,
            crash: false,
            emergency_stop: false,
            gas_alert: false,
            coolant_degc: 25.0,
            coolant_flowing: true,
            heater_on: false,
            charger: ChargerMeasurement::default(),
            charger_message: ChargerMessage {
                voltage: volts(pack_v),
                current: amperes(0.0),
                voltage_max: volts(1000.0),
                voltage_min: volts(50.0),
                current_max: amperes(500.0),
                power_max: watts(150e3),
            },
            inlet_degc: 25.0,
            front_ends: vec![FrontEndReport::default(); config.layout.front_ends],
            controller: ControllerReport::default(),
            supply_v: 12.0,
            commands: Commands {
                is_new: true,
                request: Request::Supervise,
                contactors: CLOSED,
                charging_allowed: true,
                pump_on: true,
                charger_voltage_limit: volts(pack_v + 10.0),
                charger_current_request: amperes(100.0),
                ..Commands::default()
            },
            silent: Silent::default(),
        }
    }

    /// Sets every cell to one voltage, and pack and link to the sum.
    pub fn all_cells(&mut self, cell_v: f32) {
        self.cell_v.fill(cell_v);
        self.fit_pack();
    }

    /// Sets pack and link voltage to the sum of the cells.
    pub fn fit_pack(&mut self) {
        self.pack_v = self.cell_v.iter().sum();
        self.link_v = self.pack_v;
    }

    /// Sets the current of both sensors.
    pub fn current(&mut self, current_a: f32) {
        self.current_a = current_a;
        self.second_current_a = current_a;
    }

    /// A charging session in a phase.
    pub fn charging(&mut self, phase: ChargerPhase) {
        self.charger.plugged = true;
        self.charger.locked = true;
        self.charger.phase = phase;
    }
}

/// Main contactors closed, precharge contactor open.
pub const CLOSED: Contactors<bool> = Contactors {
    main_positive: true,
    main_negative: true,
    precharge: false,
};

/// A `Bms` and the values of its sensors.
#[derive(Debug)]
pub struct Rig<'a> {
    pub bms: Box<Bms<'a, CELLS, SENSORS>>,
    pub config: &'a BmsConfig<'a>,
    pub sensors: SensorValues,
    pub now_ms: u32,
    pub last: Option<Outputs>,
}

impl<'a> Rig<'a> {
    /// A pack after three seconds of sound readings.
    pub fn new(config: &'a BmsConfig<'a>) -> Self {
        let mut rig = Self::fresh(config);
        rig.run_ms(3000);
        rig
    }

    /// A pack before its first tick.
    pub fn fresh(config: &'a BmsConfig<'a>) -> Self {
        let bms = Bms::new(
            config.validated().expect("a valid configuration"),
            InitialSoc::FromVoltage,
        )
        .expect("enough room");
        Self {
            bms: Box::new(bms),
            config,
            sensors: SensorValues::sound(config),
            now_ms: 0,
            last: None,
        }
    }

    /// Runs for a time; each reading arrives at its period.
    pub fn run_ms(&mut self, ms: u32) {
        let end_ms = self.now_ms + ms;
        while self.now_ms < end_ms {
            self.tick();
        }
    }

    /// One tick.
    pub fn tick(&mut self) -> Outputs {
        let tick_ms = self.config.sampling.tick_ms;
        self.tick_of(f32::from(tick_ms))
    }

    /// One tick with `dt_ms` as its time step; the readings arrive as in an ordinary one.
    pub fn tick_of(&mut self, dt_ms: f32) -> Outputs {
        let sampling = self.config.sampling;
        self.now_ms += u32::from(sampling.tick_ms);
        let due = |period_ms: u16| self.now_ms.is_multiple_of(u32::from(period_ms));
        let sensors = &self.sensors;
        let silent = &sensors.silent;
        let cells = cells(sensors, due(sampling.cell_voltage_ms));
        let temperatures = temperatures(sensors, due(sampling.temperature_ms));
        let current_due = due(sampling.current_ms);
        let pack_due = due(sampling.pack_ms);
        let slow_due = due(sampling.temperature_ms);
        let measurements = Measurements {
            cells: &cells,
            temperatures: &temperatures,
            front_ends: if silent.front_ends {
                &[]
            } else {
                &sensors.front_ends
            },
            current: new_if(current_due && !silent.current, amperes(sensors.current_a)),
            second_current: new_if(
                current_due && !silent.second_current,
                amperes(sensors.second_current_a),
            ),
            pack_voltage: new_if(pack_due && !silent.pack, volts(sensors.pack_v)),
            link_voltage: new_if(pack_due && !silent.link, volts(sensors.link_v)),
            isolation: new_if(pack_due && !silent.isolation, sensors.isolation),
            interlock_closed: new_if(!silent.interlock, sensors.interlock_closed),
            contactor_feedback: Contactors {
                main_positive: new_if(!silent.feedback, sensors.feedback.main_positive),
                main_negative: new_if(!silent.feedback, sensors.feedback.main_negative),
                precharge: new_if(!silent.feedback, sensors.feedback.precharge),
            },
            crash: sensors.crash,
            emergency_stop: sensors.emergency_stop,
            gas_alert: new_if(slow_due, sensors.gas_alert),
            coolant: CoolantMeasurement {
                inlet: new_if(slow_due && !silent.coolant, celsius(sensors.coolant_degc)),
                outlet: new_if(slow_due && !silent.coolant, celsius(sensors.coolant_degc)),
                flowing: new_if(slow_due && !silent.coolant, sensors.coolant_flowing),
                heater_on: new_if(slow_due && !silent.coolant, sensors.heater_on),
            },
            charger: ChargerMeasurement {
                message: new_if(
                    pack_due && !silent.charger && sensors.charger.phase != ChargerPhase::Idle,
                    sensors.charger_message,
                ),
                inlet_temperature: new_if(slow_due && !silent.inlet, celsius(sensors.inlet_degc)),
                ..sensors.charger
            },
            bleed_temperature: new_if(slow_due, celsius(25.0)),
            controller: ControllerReport {
                supply: new_if(pack_due && !silent.supply, volts(sensors.supply_v)),
                ..sensors.controller
            },
        };
        let commands = Commands {
            is_new: sensors.commands.is_new && !silent.commands,
            ..sensors.commands
        };
        let outputs = self.bms.step(&measurements, &commands, milliseconds(dt_ms));
        self.last = Some(outputs);
        outputs
    }

    /// Whether a fault is qualified.
    pub fn is_qualified(&self, fault: FaultId) -> bool {
        self.bms.view().is_qualified(fault)
    }

    /// Names of the present faults.
    pub fn faults(&self) -> Vec<&'static str> {
        self.bms
            .view()
            .faults()
            .map(|fault| fault.definition().name())
            .collect()
    }
}

fn cells(sensors: &SensorValues, due: bool) -> Vec<CellMeasurement> {
    (0..sensors.cell_v.len())
        .map(|index| {
            let due = due && !sensors.silent.cells.contains(&index);
            CellMeasurement {
                voltage: new_if(due, volts(sensors.cell_v[index])),
                second_voltage: match sensors.second_cell_v[index] {
                    Some(second_v) => new_if(due, volts(second_v)),
                    None => Reading::Waiting,
                },
                open_wire: sensors.open_wire[index],
            }
        })
        .collect()
}

fn temperatures(sensors: &SensorValues, due: bool) -> Vec<TemperatureMeasurement> {
    (0..sensors.temperature_degc.len())
        .map(|index| {
            let due = due && !sensors.silent.sensors.contains(&index);
            TemperatureMeasurement {
                temperature: new_if(due, kelvin(sensors.temperature_degc[index] + 273.15)),
                second_temperature: match sensors.second_temperature_degc[index] {
                    Some(second_degc) => new_if(due, celsius(second_degc)),
                    None => Reading::Waiting,
                },
            }
        })
        .collect()
}
