//! The battery, its high-voltage side and its sensors, stepped together.

use bms_core::config::BmsConfig;
use bms_core::measurement::{
    ChargerMeasurement, ChargerMessage, ChargerPhase, Contactor, Contactors, ControllerReport,
    CoolantMeasurement, IsolationReport, Measurements, Reading,
};
use bms_core::units::{amperes, kelvin, ohms, to_amperes, to_farads, to_ohms, volts};

use super::contacts::Contacts;
use super::plant::Plant;
use super::sensing::{Sensing, SensorSuite, Truth, single};
use crate::cell::Source;
use crate::fault::{CellFault, ChargerFault, Fault, FaultKind};
use crate::load::Demand;
use crate::pack::Topology;
use crate::pack::hv::{ContactorFault, Fuse, FuseConfig, HighVoltage, HvConfig, HvStep};
use crate::sensor::SensorKind;

/// Discharges the link while nothing is connected, as an inverter does, in ohm; and while something is.
const LINK_DISCHARGE_OHM: f64 = 500.0;
const LINK_LEAK_OHM: f64 = 100e3;
/// Resistance to the chassis of each part of a sound vehicle, in ohm.
const ISOLATION_OHM: f64 = 5e6;
/// Bleed resistors: kelvin above the cells for each watt of one of them, and time constant in seconds.
const BLEED_K_PER_W: f64 = 100.0;
const BLEED_TAU_S: f64 = 20.0;
/// The inlet is this much warmer than the air, in kelvin.
const INLET_WARMER_K: f64 = 5.0;
/// Supply of the controller, in volt.
const SUPPLY_V: f64 = 13.5;
/// Ticks between two samples of it.
const SUPPLY_TICKS: u64 = 10;

/// What a world is made of, besides its battery.
#[derive(Clone, Debug)]
pub struct WorldConfig {
    /// What the sensors are like.
    pub sensors: SensorSuite,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// Temperature of the air, in kelvin.
    pub air_k: f64,
    /// Ticks of the core in one step of the cells, at least 1.
    pub cell_ticks: u32,
    /// Decides noise and sensors' own errors.
    pub seed: u64,
}

/// What flowed in one tick; discharge positive.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flow {
    /// Mean current out of the cells, in ampere.
    pub current_a: f64,
    /// Voltage over all cells, in volt.
    pub pack_v: f64,
    /// Mean current of what is connected to the link, in ampere.
    pub load_a: f64,
    /// Voltage of the link, in volt.
    pub link_v: f64,
}

/// The battery, its high-voltage side and its sensors.
pub struct World {
    plant: Box<dyn Plant>,
    hv: HighVoltage,
    contacts: Contacts,
    sensing: Sensing,
    faults: Vec<Fault>,
    air_k: f64,
    tick_s: f64,
    cell_ticks: u32,
    ticks: u64,
    /// The battery as it was at the first tick of the step of its cells, and what flowed since.
    source: Source,
    charge_as: f64,
    cell_v: Vec<f64>,
    sensor_of_cell: Vec<u8>,
    sensor_k: Vec<f64>,
    bled: Vec<bool>,
    bleed_s: f64,
    bleed_k: f64,
    lost_capacity: Vec<bool>,
    coolant_w_per_k: f64,
    flow: Flow,
    pump_on: bool,
    heats: bool,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World")
            .field("ticks", &self.ticks)
            .field("flow", &self.flow)
            .finish_non_exhaustive()
    }
}

impl World {
    /// A world at rest with open contactors and a discharged link.
    ///
    /// # Panics
    /// The battery has not as many groups in series as the configuration has cells.
    #[must_use]
    pub fn new(plant: Box<dyn Plant>, config: &BmsConfig<'_>, world: &WorldConfig) -> Self {
        let cells = config.layout.cells;
        let topology = plant.topology();
        let expected = Topology {
            series: cells,
            parallel: 1,
        };
        assert_eq!(topology, expected, "as many groups as the core has cells");
        let hv = HighVoltage::new(hv_config(config)).expect("a valid high-voltage side");
        let coolant_w_per_k = plant
            .thermal()
            .map_or(0.0, |thermal| thermal.config().coolant_w_per_k);
        let mut new = Self {
            hv,
            contacts: Contacts::default(),
            sensing: Sensing::new(config, &world.sensors, world.seed),
            faults: world.faults.clone(),
            air_k: world.air_k,
            tick_s: f64::from(config.sampling.tick_ms) * 1e-3,
            cell_ticks: world.cell_ticks.max(1),
            ticks: 0,
            source: Source {
                e_v: 0.0,
                r_ohm: 1.0,
            },
            charge_as: 0.0,
            cell_v: plant.cells().voltage_v.to_vec(),
            sensor_of_cell: config.layout.sensor_of_cell.to_vec(),
            sensor_k: vec![world.air_k; config.layout.temperature_sensors],
            bled: vec![false; cells],
            bleed_s: 1.0 / f64::from(to_ohms(config.control.balancing.resistance)),
            bleed_k: plant.cells().temperature_k[0],
            lost_capacity: vec![false; world.faults.len()],
            coolant_w_per_k,
            flow: Flow::default(),
            pump_on: false,
            heats: false,
            plant,
        };
        new.flow.pack_v = new.cell_v.iter().sum();
        new.feel();
        new
    }

    /// Time since the start, in seconds.
    #[must_use]
    pub fn now_s(&self) -> f64 {
        self.ticks as f64 * self.tick_s
    }

    /// Length of a tick, in seconds.
    #[must_use]
    pub fn tick_s(&self) -> f64 {
        self.tick_s
    }

    /// The battery.
    #[must_use]
    pub fn plant(&self) -> &dyn Plant {
        &*self.plant
    }

    /// What flowed in the last tick.
    #[must_use]
    pub fn flow(&self) -> Flow {
        self.flow
    }

    /// The battery as a source in the present step of its cells.
    #[must_use]
    pub fn source(&self) -> Source {
        self.source
    }

    /// True voltage of each cell (a group in parallel counts as one) at the end of its last step, in volt.
    #[must_use]
    pub fn cell_v(&self) -> &[f64] {
        &self.cell_v
    }

    /// True temperature at each sensor, in kelvin.
    #[must_use]
    pub fn sensor_k(&self) -> &[f64] {
        &self.sensor_k
    }

    /// The high-voltage side.
    #[must_use]
    pub fn high_voltage(&self) -> &HighVoltage {
        &self.hv
    }

    /// What goes wrong, and when.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Isolation between the high voltage and the chassis, the lower of both poles, in ohm.
    #[must_use]
    pub fn isolation_ohm(&self) -> f64 {
        let config = &self.hv.config;
        let closed = self.hv.closed();
        let joined = |battery_ohm: f64, link_ohm: f64, closed: bool| {
            if closed {
                battery_ohm * link_ohm / (battery_ohm + link_ohm)
            } else {
                battery_ohm
            }
        };
        let positive_ohm = joined(
            config.battery_positive_isolation_ohm,
            config.link_positive_isolation_ohm,
            closed.main_positive || closed.precharge,
        );
        let negative_ohm = joined(
            config.battery_negative_isolation_ohm,
            config.link_negative_isolation_ohm,
            closed.main_negative,
        );
        positive_ohm.min(negative_ohm)
    }

    /// Switches the heater of the coolant, if there is one.
    pub(super) fn set_heats(&mut self, heats: bool) {
        self.heats = heats;
        if let Some(thermal) = self.plant.thermal_mut() {
            thermal.set_heats(heats);
        }
    }

    /// Power that the heater takes of the link at present, in watt.
    #[must_use]
    pub fn heater_w(&self) -> f64 {
        self.plant
            .thermal()
            .map_or(0.0, crate::pack::ThermalNetwork::heater_w)
    }

    /// The fault of a kind that is present now.
    pub(super) fn present<T>(&self, of: impl Fn(&FaultKind) -> Option<T>) -> Option<T> {
        let now_s = self.now_s();
        self.faults
            .iter()
            .filter(|fault| fault.is_present(now_s))
            .find_map(|fault| of(&fault.kind))
    }

    /// One tick: currents flow, heat flows, sensors look.
    ///
    /// `contactors` is what the core commanded; `connected` whether something is connected to the link, so that it is
    /// not discharged; `bleeds` which cells are bled.
    pub fn tick(
        &mut self,
        demand: Demand,
        contactors: Contactors<bool>,
        connected: bool,
        pump_on: bool,
        bleeds: impl Fn(usize) -> bool,
    ) {
        self.ticks += 1;
        self.pump_on = pump_on;
        self.suffer(connected);
        let does = self.contacts.follow(contactors, self.tick_s);
        self.hv.main_positive.commanded = does.main_positive;
        self.hv.main_negative.commanded = does.main_negative;
        self.hv.precharge.commanded = does.precharge;
        let into_step = (self.ticks - 1) % u64::from(self.cell_ticks);
        let cell_step_s = self.tick_s * f64::from(self.cell_ticks);
        if into_step == 0 {
            self.begin_cells(cell_step_s, bleeds);
        }
        let step = self.hv.solve(self.source, demand, self.tick_s);
        self.hv.commit(&step, self.tick_s);
        self.note(&step);
        if into_step + 1 == u64::from(self.cell_ticks) {
            self.end_cells(cell_step_s);
        }
        let truth = Truth {
            cell_v: &self.cell_v,
            sensor_k: &self.sensor_k,
            current_a: self.flow.current_a,
            pack_v: self.shown_pack_v(),
            link_v: self.flow.link_v,
            isolation_ohm: self.isolation_ohm(),
        };
        let now_s = self.ticks as f64 * self.tick_s;
        self.sensing.look(now_s, self.tick_s, &truth, &self.faults);
    }

    /// Voltage where the pack's sensor is: behind the fuse.
    fn shown_pack_v(&self) -> f64 {
        let closed = self.hv.closed();
        if !self.hv.fuse.is_melted() {
            self.flow.pack_v
        } else if closed.main_positive && closed.main_negative {
            self.flow.link_v
        } else {
            0.0
        }
    }

    fn note(&mut self, step: &HvStep) {
        self.charge_as += step.battery_current_a * self.tick_s;
        self.flow = Flow {
            current_a: step.battery_current_a,
            pack_v: step.battery_positive_v - step.battery_negative_v,
            load_a: step.load_current_a,
            link_v: step.link_voltage_v,
        };
    }

    /// Puts the faults that are present into the high-voltage side.
    fn suffer(&mut self, connected: bool) {
        let now_s = self.now_s();
        let config = &mut self.hv.config;
        config.bleed_ohm = if connected {
            LINK_LEAK_OHM
        } else {
            LINK_DISCHARGE_OHM
        };
        config.battery_negative_isolation_ohm = ISOLATION_OHM;
        self.hv.main_positive.fault = ContactorFault::None;
        self.hv.main_negative.fault = ContactorFault::None;
        self.hv.precharge.fault = ContactorFault::None;
        for fault in self.faults.iter().filter(|fault| fault.is_present(now_s)) {
            match fault.kind {
                FaultKind::ContactorStuckOpen(contactor) => {
                    set_fault(&mut self.hv, contactor, ContactorFault::StuckOpen);
                }
                FaultKind::ContactorWelded(contactor) => {
                    set_fault(&mut self.hv, contactor, ContactorFault::Welded);
                }
                FaultKind::PrechargeOpen => {
                    set_fault(
                        &mut self.hv,
                        Contactor::Precharge,
                        ContactorFault::StuckOpen,
                    );
                }
                FaultKind::LinkShort { resistance_ohm } => {
                    let bleed_ohm = &mut self.hv.config.bleed_ohm;
                    *bleed_ohm = *bleed_ohm * resistance_ohm / (*bleed_ohm + resistance_ohm);
                }
                FaultKind::Isolation { resistance_ohm } => {
                    self.hv.config.battery_negative_isolation_ohm =
                        ISOLATION_OHM * resistance_ohm / (ISOLATION_OHM + resistance_ohm);
                }
                FaultKind::FuseMelted => {
                    let fuse: &mut Fuse = &mut self.hv.fuse;
                    fuse.carry(&self.hv.config.fuse, f64::MAX, 1.0);
                }
                _ => {}
            }
        }
    }

    fn begin_cells(&mut self, dt_s: f64, bleeds: impl Fn(usize) -> bool) {
        for (group, bled) in self.bled.iter_mut().enumerate() {
            let bleeds = bleeds(group);
            if bleeds != *bled {
                *bled = bleeds;
                self.plant.besides(group).bleed_s = if bleeds { self.bleed_s } else { 0.0 };
            }
        }
        self.fail_cells();
        self.cool();
        self.plant.prepare(dt_s);
        self.source = self.plant.linearise();
        self.charge_as = 0.0;
    }

    fn fail_cells(&mut self) {
        let now_s = self.now_s();
        for (index, fault) in self.faults.iter().enumerate() {
            let FaultKind::Cell { cell, what } = fault.kind else {
                continue;
            };
            let present = fault.is_present(now_s);
            let besides = self.plant.besides(cell);
            let or_none = |value: f64| if present { value } else { 0.0 };
            match what {
                CellFault::InternalShort { resistance_ohm } => {
                    besides.short_s = or_none(1.0 / resistance_ohm);
                }
                CellFault::HighResistanceJoint { resistance_ohm } => {
                    besides.joint_ohm = or_none(resistance_ohm);
                }
                CellFault::ExothermicReaction { power_w } => {
                    besides.reaction_w = or_none(power_w);
                }
                CellFault::CapacityLoss { share } => {
                    if present && !self.lost_capacity[index] {
                        self.lost_capacity[index] = true;
                        self.plant.lose_capacity(cell, share);
                    }
                }
            }
        }
    }

    fn cool(&mut self) {
        let lost = self.coolant_is_lost();
        let flow_w_per_k = if self.pump_on && !lost {
            self.coolant_w_per_k
        } else {
            0.0
        };
        if let Some(thermal) = self.plant.thermal_mut()
            && thermal.config().coolant_w_per_k.to_bits() != flow_w_per_k.to_bits()
        {
            thermal.set_coolant_w_per_k(flow_w_per_k);
        }
    }

    fn coolant_is_lost(&self) -> bool {
        self.present(|kind| matches!(kind, FaultKind::CoolantLost).then_some(()))
            .is_some()
    }

    fn end_cells(&mut self, dt_s: f64) {
        let mean_a = self.charge_as / dt_s;
        if self.plant.solve(&mut |_| Some(mean_a)).is_err() {
            // Beyond what the cells can give their guess is as good as anything: they are far outside their window.
            self.plant.linearise();
            self.plant.share(mean_a);
        }
        self.plant.advance(self.air_k, dt_s);
        self.cell_v.copy_from_slice(self.plant.cells().voltage_v);
        self.feel();
        self.warm_resistors(dt_s);
    }

    /// Each temperature sensor shows the mean of the cells that it stands for.
    fn feel(&mut self) {
        self.sensor_k.fill(0.0);
        let cells = self.plant.cells();
        // Few cells stand for a sensor: their number is counted along.
        let mut counts = [0.0_f64; bms_core::config::MAX_TEMPERATURE_SENSORS];
        for (cell_k, sensor) in cells.temperature_k.iter().zip(&self.sensor_of_cell) {
            let sensor = usize::from(*sensor);
            self.sensor_k[sensor] += cell_k;
            counts[sensor] += 1.0;
        }
        for (sensor_k, count) in self.sensor_k.iter_mut().zip(counts) {
            *sensor_k /= count.max(1.0);
        }
    }

    fn warm_resistors(&mut self, dt_s: f64) {
        let hottest_w = self
            .bled
            .iter()
            .zip(&self.cell_v)
            .filter(|(bled, _)| **bled)
            .map(|(_, cell_v)| cell_v * cell_v * self.bleed_s)
            .fold(0.0, f64::max);
        let target_k = self.sensor_k[0] + BLEED_K_PER_W * hottest_w;
        self.bleed_k += (target_k - self.bleed_k) * -(-dt_s / BLEED_TAU_S).exp_m1();
    }

    /// What arrived in the last tick.
    pub fn measurements(&self, charger: ChargerMeasurement) -> Measurements<'_> {
        let sensing = &self.sensing;
        let has = |wanted: FaultKind| {
            self.present(|kind| (*kind == wanted).then_some(()))
                .is_some()
        };
        let new = |kind: SensorKind| sensing.single(kind).map(single);
        let slow = sensing.temperatures_arrived;
        let closed = self.hv.closed();
        let thermal = self.plant.thermal();
        let (inlet_k, outlet_k) = thermal.map_or((self.air_k, self.air_k), |thermal| {
            (thermal.reservoir_k(), thermal.outlet_k())
        });
        let supply_is_due = self.ticks.is_multiple_of(SUPPLY_TICKS);
        let supply_v = self
            .present(|kind| match kind {
                FaultKind::Supply { voltage_v } => Some(*voltage_v),
                _ => None,
            })
            .unwrap_or(SUPPLY_V);
        Measurements {
            cells: if sensing.cells_arrived {
                &sensing.cells
            } else {
                &[]
            },
            temperatures: if slow { &sensing.temperatures } else { &[] },
            front_ends: &sensing.front_ends,
            current: reading(new(SensorKind::Current).map(amperes)),
            second_current: reading(new(SensorKind::SecondCurrent).map(amperes)),
            pack_voltage: reading(new(SensorKind::PackVoltage).map(volts)),
            link_voltage: reading(new(SensorKind::LinkVoltage).map(volts)),
            isolation: reading(new(SensorKind::Isolation).map(|ohm| IsolationReport {
                resistance: ohms(ohm),
                valid: !has(FaultKind::IsolationMonitorInvalid),
                self_test_failed: has(FaultKind::IsolationSelfTest),
            })),
            interlock_closed: Reading::New(!has(FaultKind::InterlockOpen)),
            contactor_feedback: Contactors {
                main_positive: Reading::New(closed.main_positive),
                main_negative: Reading::New(closed.main_negative),
                precharge: Reading::New(closed.precharge),
            },
            crash: has(FaultKind::Crash),
            emergency_stop: has(FaultKind::EmergencyStop),
            gas_alert: reading(slow.then(|| has(FaultKind::GasAlert))),
            coolant: CoolantMeasurement {
                inlet: reading(slow.then(|| kelvin(single(inlet_k)))),
                outlet: reading(slow.then(|| kelvin(single(outlet_k)))),
                flowing: reading(slow.then(|| self.pump_on && !self.coolant_is_lost())),
                heater_on: reading(slow.then(|| self.heats || has(FaultKind::HeaterStuckOn))),
            },
            charger: self.charger(charger, slow),
            bleed_temperature: reading(slow.then(|| kelvin(single(self.bleed_k)))),
            controller: ControllerReport {
                supply: reading(supply_is_due.then(|| volts(single(supply_v)))),
                memory_test_failed: has(FaultKind::MemoryTest),
                configuration_check_failed: has(FaultKind::ConfigurationCheck),
            },
        }
    }

    /// What the charger tells, with what is wrong with it.
    fn charger(&self, told: ChargerMeasurement, slow: bool) -> ChargerMeasurement {
        let inlet_k = single(self.air_k + INLET_WARMER_K);
        let mut charger = ChargerMeasurement {
            inlet_temperature: reading(slow.then(|| kelvin(inlet_k))),
            ..told
        };
        let fault = self.present(|kind| match kind {
            FaultKind::Charger(fault) => Some(*fault),
            _ => None,
        });
        let Some(fault) = fault.filter(|_| told.plugged) else {
            return charger;
        };
        match fault {
            ChargerFault::Voltage { voltage_v } => {
                charger.message = told.message.map(|message| ChargerMessage {
                    voltage: volts(single(voltage_v)),
                    ..message
                });
            }
            ChargerFault::MoreCurrent { current_a } => {
                charger.message = told.message.map(|message| ChargerMessage {
                    current: message.current + amperes(single(current_a)),
                    ..message
                });
            }
            ChargerFault::Silent => charger.message = Reading::Waiting,
            ChargerFault::LimitInvalid => {
                charger.message = told.message.map(|message| ChargerMessage {
                    current_max: amperes(-1.0),
                    ..message
                });
            }
            ChargerFault::NoPrecharge => {
                charger.phase = ChargerPhase::Precharge;
                charger.message = told.message.map(|message| ChargerMessage {
                    voltage: volts(0.0),
                    ..message
                });
            }
            ChargerFault::Unlocked => charger.locked = false,
            ChargerFault::Stops => charger.phase = ChargerPhase::Stopped,
            ChargerFault::Pulled => {
                charger.plugged = false;
                charger.phase = ChargerPhase::Idle;
                charger.message = Reading::Waiting;
            }
            ChargerFault::InletHot { temperature_k } => {
                charger.inlet_temperature = reading(slow.then(|| kelvin(single(temperature_k))));
            }
        }
        charger
    }
}

fn reading<T>(value: Option<T>) -> Reading<T> {
    value.map_or(Reading::Waiting, Reading::New)
}

fn set_fault(hv: &mut HighVoltage, contactor: Contactor, fault: ContactorFault) {
    match contactor {
        Contactor::MainPositive => hv.main_positive.fault = fault,
        Contactor::MainNegative => hv.main_negative.fault = fault,
        Contactor::Precharge => hv.precharge.fault = fault,
    }
}

/// A high-voltage side as the configuration says that it is.
fn hv_config(config: &BmsConfig<'_>) -> HvConfig {
    let hv = &config.high_voltage;
    HvConfig {
        contactor_ohm: 0.2e-3,
        precharge_ohm: f64::from(to_ohms(hv.precharge_resistance)),
        link_capacitance_f: f64::from(to_farads(hv.link_capacitance)),
        bleed_ohm: LINK_DISCHARGE_OHM,
        fuse: fuse(config),
        battery_positive_isolation_ohm: ISOLATION_OHM,
        battery_negative_isolation_ohm: ISOLATION_OHM,
        link_positive_isolation_ohm: ISOLATION_OHM,
        link_negative_isolation_ohm: ISOLATION_OHM,
    }
}

/// A fuse that melts no sooner than the configuration's curve says at any of its points.
fn fuse(config: &BmsConfig<'_>) -> FuseConfig {
    let curve = &config.limits.fuse;
    let least_a = curve.current_a.first().copied().map_or(
        to_amperes(config.limits.pack_discharge_current.maximum),
        |a| a,
    );
    let least_a = f64::from(least_a);
    let tau_s = curve
        .current_a
        .iter()
        .zip(curve.i2t_a2s)
        .skip(1)
        .map(|(current_a, i2t_a2s)| {
            let current_a = f64::from(*current_a);
            let melts_s = f64::from(*i2t_a2s) / (current_a * current_a);
            melts_s / -(-(least_a / current_a).powi(2)).ln_1p()
        })
        .fold(1.0, f64::max);
    FuseConfig {
        resistance_ohm: 0.3e-3,
        melting_i2t_a2s: tau_s * least_a * least_a,
        minimum_fusing_current_a: least_a,
    }
}
