//! A pack on the bench: sound readings in the rhythm of its configuration, to be changed one at a time.

use bms_core::config::BmsConfig;
use bms_core::estimation::InitialSoc;
use bms_core::measurement::{
    CellMeasurement, ChargerMeasurement, ChargerMessage, ChargerPhase, Commands, Contactors,
    ControllerReport, CoolantMeasurement, FrontEndReport, IsolationReport, Measurements, Reading,
    Request, TemperatureMeasurement,
};
use bms_core::protection::FaultId;
use bms_core::units::{amperes, celsius, kelvin, milliseconds, ohms, to_volts, volts, watts};
use bms_core::{Bms, Outputs};

/// Room for every preset.
pub const CELLS: usize = 100;
pub const SENSORS: usize = 25;

/// What the sensors of a pack show; plain numbers in SI units and degrees Celsius.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent readings")]
pub struct Shown {
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
    /// Readings that do not arrive at present.
    pub silent: Silent,
}

/// Readings that do not arrive.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent readings")]
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

impl Shown {
    /// A sound pack at rest with closed contactors, half full at 25 degC.
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
            isolation: IsolationReport {
                resistance: ohms(2e6),
                valid: true,
                self_test_failed: false,
            },
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
                fresh: true,
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

    /// Every cell at the same voltage, and the pack and the link accordingly.
    pub fn all_cells(&mut self, cell_v: f32) {
        self.cell_v.fill(cell_v);
        self.fit_pack();
    }

    /// Pack and link voltage as the sum of the cells.
    pub fn fit_pack(&mut self) {
        self.pack_v = self.cell_v.iter().sum();
        self.link_v = self.pack_v;
    }

    /// The current by both sensors.
    pub fn current(&mut self, current_a: f32) {
        self.current_a = current_a;
        self.second_current_a = current_a;
    }

    /// A charging session in which everything is as asked.
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

/// A pack on the bench.
#[derive(Debug)]
pub struct Rig<'a> {
    pub bms: Box<Bms<'a, CELLS, SENSORS>>,
    pub config: &'a BmsConfig<'a>,
    pub shown: Shown,
    pub now_ms: u32,
    pub last: Option<Outputs>,
}

impl<'a> Rig<'a> {
    /// A pack that has shown sound readings for three seconds.
    pub fn new(config: &'a BmsConfig<'a>) -> Self {
        let mut rig = Self::fresh(config);
        rig.run_ms(3000);
        rig
    }

    /// A pack before its first tick.
    pub fn fresh(config: &'a BmsConfig<'a>) -> Self {
        let bms = Bms::new(config, InitialSoc::FromVoltage).expect("a valid configuration");
        Self {
            bms: Box::new(bms),
            config,
            shown: Shown::sound(config),
            now_ms: 0,
            last: None,
        }
    }

    /// Lets as much time pass, in ticks of the configuration; each reading arrives in its rhythm.
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

    /// One tick after `dt_ms`; the readings arrive as in an ordinary one.
    pub fn tick_of(&mut self, dt_ms: f32) -> Outputs {
        let sampling = self.config.sampling;
        self.now_ms += u32::from(sampling.tick_ms);
        let due = |period_ms: u16| self.now_ms.is_multiple_of(u32::from(period_ms));
        let shown = &self.shown;
        let silent = &shown.silent;
        let cells = cells(shown, due(sampling.cell_voltage_ms));
        let temperatures = temperatures(shown, due(sampling.temperature_ms));
        let current_due = due(sampling.current_ms);
        let pack_due = due(sampling.pack_ms);
        let slow_due = due(sampling.temperature_ms);
        let measurements = Measurements {
            cells: &cells,
            temperatures: &temperatures,
            front_ends: if silent.front_ends {
                &[]
            } else {
                &shown.front_ends
            },
            current: new(current_due && !silent.current, amperes(shown.current_a)),
            second_current: new(
                current_due && !silent.second_current,
                amperes(shown.second_current_a),
            ),
            pack_voltage: new(pack_due && !silent.pack, volts(shown.pack_v)),
            link_voltage: new(pack_due && !silent.link, volts(shown.link_v)),
            isolation: new(pack_due && !silent.isolation, shown.isolation),
            interlock_closed: new(!silent.interlock, shown.interlock_closed),
            contactor_feedback: Contactors {
                main_positive: new(!silent.feedback, shown.feedback.main_positive),
                main_negative: new(!silent.feedback, shown.feedback.main_negative),
                precharge: new(!silent.feedback, shown.feedback.precharge),
            },
            crash: shown.crash,
            emergency_stop: shown.emergency_stop,
            gas_alert: new(slow_due, shown.gas_alert),
            coolant: CoolantMeasurement {
                inlet: new(slow_due && !silent.coolant, celsius(shown.coolant_degc)),
                outlet: new(slow_due && !silent.coolant, celsius(shown.coolant_degc)),
                flowing: new(slow_due && !silent.coolant, shown.coolant_flowing),
                heater_on: new(slow_due && !silent.coolant, shown.heater_on),
            },
            charger: ChargerMeasurement {
                message: new(
                    pack_due && !silent.charger && shown.charger.phase != ChargerPhase::Idle,
                    shown.charger_message,
                ),
                inlet_temperature: new(slow_due && !silent.inlet, celsius(shown.inlet_degc)),
                ..shown.charger
            },
            bleed_temperature: new(slow_due, celsius(25.0)),
            controller: ControllerReport {
                supply: new(pack_due && !silent.supply, volts(shown.supply_v)),
                ..shown.controller
            },
        };
        let commands = Commands {
            fresh: shown.commands.fresh && !silent.commands,
            ..shown.commands
        };
        let outputs = self.bms.step(&measurements, &commands, milliseconds(dt_ms));
        self.last = Some(outputs);
        outputs
    }

    /// Whether a fault is qualified at present.
    pub fn is_qualified(&self, fault: FaultId) -> bool {
        self.bms.is_qualified(fault)
    }

    /// The names of every present fault, for messages.
    pub fn faults(&self) -> Vec<&'static str> {
        self.bms
            .faults()
            .map(|fault| fault.definition().name())
            .collect()
    }
}

fn new<T>(due: bool, value: T) -> Reading<T> {
    if due {
        Reading::New(value)
    } else {
        Reading::Waiting
    }
}

fn cells(shown: &Shown, due: bool) -> Vec<CellMeasurement> {
    (0..shown.cell_v.len())
        .map(|index| {
            let due = due && !shown.silent.cells.contains(&index);
            CellMeasurement {
                voltage: new(due, volts(shown.cell_v[index])),
                second_voltage: match shown.second_cell_v[index] {
                    Some(second_v) => new(due, volts(second_v)),
                    None => Reading::Waiting,
                },
                open_wire: shown.open_wire[index],
            }
        })
        .collect()
}

fn temperatures(shown: &Shown, due: bool) -> Vec<TemperatureMeasurement> {
    (0..shown.temperature_degc.len())
        .map(|index| {
            let due = due && !shown.silent.sensors.contains(&index);
            TemperatureMeasurement {
                temperature: new(due, kelvin(shown.temperature_degc[index] + 273.15)),
                second_temperature: match shown.second_temperature_degc[index] {
                    Some(second_degc) => new(due, celsius(second_degc)),
                    None => Reading::Waiting,
                },
            }
        })
        .collect()
}
