//! A closed loop: cells of OCV, resistance and one RC branch, contactors, a link, and a `Bms`.

use bms_core::config::BmsConfig;
use bms_core::config::presets::NMC_96S;
use bms_core::control::Mode;
use bms_core::estimation::InitialSoc;
use bms_core::measurement::{
    CellMeasurement, ChargerMeasurement, Commands, Contactors, FrontEndReport, Measurements,
    Reading, Request, TemperatureMeasurement,
};
use bms_core::units::{
    Time, amperes, celsius, kelvin, milliseconds, ratio, seconds, to_amperes, to_coulombs,
    to_farads, to_ohms, to_volts, volts,
};
use bms_core::{Bms, Outputs};

use crate::readings::{feedback, new_if, sound};

/// Large enough for every pack of the tests.
pub const CELLS: usize = 200;
pub const SENSORS: usize = 50;

/// What is connected to the link.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// False: no capacitor, an open link.
    pub capacitor: bool,
    /// Leakage resistance; infinite for a sound link.
    pub leak_ohm: f32,
    /// Discharge resistance while the contactors are open, as of an inverter.
    pub discharge_ohm: f32,
}

impl Link {
    pub const SOUND: Self = Self {
        capacitor: true,
        leak_ohm: f32::INFINITY,
        discharge_ohm: 500.0,
    };
}

/// A battery and the vehicle around it.
#[derive(Debug)]
pub struct Battery<'a> {
    pub config: &'a BmsConfig<'a>,
    pub bms: Box<Bms<'a, CELLS, SENSORS>>,
    pub soc: Vec<f32>,
    /// Series resistance of each cell, and resistance and time constant of its branch.
    pub r0_ohm: f32,
    pub r1_ohm: f32,
    pub tau_s: f32,
    branch_a: f32,
    pub temperature_degc: Vec<f32>,
    pub link: Link,
    pub link_v: f32,
    pub contactors: Contactors<bool>,
    /// Welded contactors.
    pub welded: Contactors<bool>,
    /// Current demand of the vehicle, discharge positive; clamped to the allowed currents.
    pub wanted_a: f32,
    /// Whether the vehicle ignores the allowed currents.
    pub disobedient: bool,
    pub current_a: f32,
    pub commands: Commands,
    pub crash: bool,
    /// Measurement of the charger; its inlet has the temperature of the cells.
    pub charger: ChargerMeasurement,
    /// A cell with a false reading.
    pub false_cell: Option<(usize, f32)>,
    pub now_ms: u32,
    pub bleed_degc: f32,
    /// Voltage of a charger on the link while the contactors are open.
    pub fed_v: Option<f32>,
    pub last: Option<Outputs>,
}

/// Bleed resistors: kelvin above the cells per watt of one resistor, and time constant in seconds.
const BLEED_K_PER_W: f32 = 150.0;
const BLEED_TAU_S: f32 = 20.0;

impl<'a> Battery<'a> {
    pub fn new(config: &'a BmsConfig<'a>, soc: f32, degc: f32) -> Self {
        let bms = Bms::new(
            config.validated().expect("a valid configuration"),
            InitialSoc::FromVoltage,
        )
        .expect("enough room");
        let capacity_ah = to_coulombs(config.cell.capacity) / 3600.0;
        Self {
            config,
            bms: Box::new(bms),
            soc: vec![soc; config.layout.cells],
            r0_ohm: 0.15 / capacity_ah,
            r1_ohm: 0.10 / capacity_ah,
            tau_s: 30.0,
            branch_a: 0.0,
            temperature_degc: vec![degc; config.layout.temperature_sensors],
            link: Link::SOUND,
            link_v: 0.0,
            contactors: Contactors::all(false),
            welded: Contactors::all(false),
            wanted_a: 0.0,
            disobedient: false,
            current_a: 0.0,
            commands: Commands {
                is_new: true,
                charging_allowed: true,
                pump_on: true,
                ..Commands::default()
            },
            crash: false,
            charger: ChargerMeasurement::default(),
            false_cell: None,
            now_ms: 0,
            bleed_degc: degc,
            fed_v: None,
            last: None,
        }
    }

    /// A battery that has just entered charge mode, at no current.
    pub fn in_charge_mode(config: &'a BmsConfig<'a>, soc: f32, degc: f32) -> Self {
        let mut battery = Self::new(config, soc, degc);
        battery.run_ms(1000);
        battery.request(Request::Charge);
        assert!(
            battery.run_until(5000, |_, outputs| outputs.mode == Mode::Charge),
            "{:?} {:?}",
            battery.last,
            battery.faults()
        );
        battery
    }

    pub fn request(&mut self, request: Request) {
        self.commands.request = request;
    }

    /// True terminal voltage of a cell.
    pub fn cell_v(&self, index: usize) -> f32 {
        let soc = self.soc[index];
        let temperature = celsius(self.temperature_degc[0]);
        let slope_v = to_volts(self.config.cell.ocv(ratio(0.005), temperature))
            - to_volts(self.config.cell.ocv(ratio(0.0), temperature));
        let beyond = soc.min(0.0) * slope_v / 0.005 + (soc - 1.0).max(0.0);
        to_volts(self.config.cell.ocv(ratio(soc), temperature)) + beyond
            - self.r0_ohm * self.current_a
            - self.r1_ohm * self.branch_a
    }

    pub fn pack_v(&self) -> f32 {
        (0..self.soc.len()).map(|index| self.cell_v(index)).sum()
    }

    pub fn lowest_and_highest_v(&self) -> (f32, f32) {
        (0..self.soc.len())
            .map(|index| self.cell_v(index))
            .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), v| {
                (low.min(v), high.max(v))
            })
    }

    pub fn run_ms(&mut self, ms: u32) -> Outputs {
        let end_ms = self.now_ms + ms;
        while self.now_ms < end_ms {
            self.tick();
        }
        self.last.expect("a tick")
    }

    /// Runs until `done`, at most `ms`; returns whether it was.
    pub fn run_until(&mut self, ms: u32, mut done: impl FnMut(&Self, &Outputs) -> bool) -> bool {
        let end_ms = self.now_ms + ms;
        while self.now_ms < end_ms {
            let outputs = self.tick();
            if done(self, &outputs) {
                return true;
            }
        }
        false
    }

    pub fn tick(&mut self) -> Outputs {
        let tick_ms = self.config.sampling.tick_ms;
        let dt_s = f32::from(tick_ms) * 1e-3;
        self.now_ms += u32::from(tick_ms);
        self.flow(dt_s);
        let outputs = self.measure_and_step(tick_ms);
        let closed = |closes: bool, welded: bool| closes || welded;
        let commanded = if self.commands.request == Request::Supervise {
            self.commands.contactors
        } else {
            outputs.contactors
        };
        self.contactors = Contactors {
            main_positive: closed(commanded.main_positive, self.welded.main_positive),
            main_negative: closed(commanded.main_negative, self.welded.main_negative),
            precharge: closed(commanded.precharge, self.welded.precharge),
        };
        self.last = Some(outputs);
        outputs
    }

    /// Currents and voltages of the next `dt_s`.
    fn flow(&mut self, dt_s: f32) {
        let pack_v = self.pack_v();
        let resistance_ohm = to_ohms(self.config.high_voltage.precharge_resistance);
        let farad = to_farads(self.config.high_voltage.link_capacitance);
        let leak_a = self.link_v / self.link.leak_ohm;
        if self.contactors.mains_closed() {
            self.link_v = pack_v;
            self.current_a = self.obeyed_a() + leak_a;
        } else if self.contactors.precharging() {
            let source_a = (pack_v - self.link_v) / resistance_ohm;
            self.current_a = source_a;
            if self.link.capacitor {
                // Exact for one step of a linear circuit would be finer; ten steps are enough here.
                for _ in 0..10 {
                    let in_a =
                        (pack_v - self.link_v) / resistance_ohm - self.link_v / self.link.leak_ohm;
                    self.link_v += in_a / farad * dt_s / 10.0;
                }
            } else {
                self.link_v = pack_v;
                self.current_a = 0.0;
            }
        } else {
            self.current_a = 0.0;
            let loss_ohm = self.link.discharge_ohm.min(self.link.leak_ohm);
            self.link_v *= (-dt_s / (loss_ohm * farad)).exp();
        }
        if let Some(fed_v) = self.fed_v.filter(|_| !self.contactors.mains_closed()) {
            self.link_v = fed_v;
        }
        let capacity_as = to_coulombs(self.config.cell.capacity);
        let decay = (-dt_s / self.tau_s).exp();
        self.branch_a = decay * self.branch_a + (1.0 - decay) * self.current_a;
        let bleed_ohm = to_ohms(self.config.control.balancing.resistance);
        let mut hottest_w = 0.0_f32;
        for index in 0..self.soc.len() {
            let mut out_a = self.current_a;
            if self.bms.view().is_bleeding(index) {
                let cell_v = self.cell_v(index);
                out_a += cell_v / bleed_ohm;
                hottest_w = hottest_w.max(cell_v * cell_v / bleed_ohm);
            }
            self.soc[index] -= out_a * dt_s / capacity_as;
        }
        let target_degc = self.temperature_degc[0] + BLEED_K_PER_W * hottest_w;
        self.bleed_degc += (target_degc - self.bleed_degc) * (1.0 - (-dt_s / BLEED_TAU_S).exp());
    }

    /// The demand within the allowed currents.
    fn obeyed_a(&self) -> f32 {
        let Some(last) = self.last.filter(|_| !self.disobedient) else {
            return self.wanted_a;
        };
        self.wanted_a.clamp(
            -to_amperes(last.allowed.charge.current),
            to_amperes(last.allowed.discharge.current),
        )
    }

    fn measure_and_step(&mut self, tick_ms: u16) -> Outputs {
        let sampling = self.config.sampling;
        let due = |period_ms: u16| self.now_ms.is_multiple_of(u32::from(period_ms));
        let pack_v = self.pack_v();
        let cells: Vec<_> = (0..self.soc.len())
            .map(|index| {
                let true_v = self.cell_v(index);
                let reading_v = match self.false_cell {
                    Some((cell, voltage_v)) if cell == index => voltage_v,
                    _ => true_v,
                };
                CellMeasurement {
                    voltage: new_if(due(sampling.cell_voltage_ms), volts(reading_v)),
                    ..CellMeasurement::default()
                }
            })
            .collect();
        let temperatures: Vec<_> = self
            .temperature_degc
            .iter()
            .map(|degc| TemperatureMeasurement {
                temperature: new_if(due(sampling.temperature_ms), celsius(*degc)),
                ..TemperatureMeasurement::default()
            })
            .collect();
        let front_ends = vec![FrontEndReport::default(); self.config.layout.front_ends];
        let slow = due(sampling.temperature_ms);
        let whole = due(sampling.pack_ms);
        let degc = self.temperature_degc[0];
        let sound = sound(whole, slow, degc);
        let measurements = Measurements {
            cells: &cells,
            temperatures: &temperatures,
            front_ends: &front_ends,
            current: Reading::New(amperes(self.current_a)),
            second_current: Reading::New(amperes(self.current_a)),
            pack_voltage: new_if(whole, volts(pack_v)),
            link_voltage: new_if(whole, volts(self.link_v)),
            contactor_feedback: feedback(self.contactors),
            crash: self.crash,
            charger: ChargerMeasurement {
                inlet_temperature: sound.charger.inlet_temperature,
                ..self.charger
            },
            bleed_temperature: new_if(slow, kelvin(self.bleed_degc + 273.15)),
            ..sound
        };
        self.bms.step(
            &measurements,
            &self.commands,
            milliseconds(f32::from(tick_ms)),
        )
    }

    pub fn faults(&self) -> Vec<&'static str> {
        self.bms
            .view()
            .faults()
            .map(|fault| fault.definition().name())
            .collect()
    }
}

/// Time constant of the precharge of a sound link.
pub fn precharge_tau(config: &BmsConfig<'_>) -> Time {
    seconds(
        to_ohms(config.high_voltage.precharge_resistance)
            * to_farads(config.high_voltage.link_capacitance),
    )
}

/// Outputs of the car pack in charge mode, at no current.
pub fn connected(soc: f32) -> Outputs {
    let mut battery = Battery::in_charge_mode(&NMC_96S, soc, 25.0);
    battery.run_ms(6000);
    battery.last.expect("a tick")
}

/// Sets the SoC of the mean, the weakest and the strongest cell.
pub fn set_soc(outputs: &mut Outputs, soc: f32) {
    outputs.estimate.soc = ratio(soc);
    outputs.estimate.weakest_soc.soc = ratio(soc);
    outputs.estimate.strongest_soc.soc = ratio(soc);
}
