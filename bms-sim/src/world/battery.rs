//! The battery, its high-voltage side and its sensors, stepped together.

mod high_voltage;
mod measurements;

use bms_core::config::BmsConfig;
use bms_core::measurement::{Contactor, Contactors};
use bms_core::units::to_ohms;

use super::contacts::Contacts;
use super::plant::Plant;
use super::sensing::{Sensing, SensorSuite, Truth};
use crate::cell::Source;
use crate::fault::{CellFault, Fault, FaultEvent, FaultKind};
use crate::load::Demand;
use crate::pack::Topology;
use crate::pack::hv::{ContactorFault, Fuse, HighVoltage, HvStep};

/// Resistance that discharges the link while nothing is connected, as an inverter does, in ohm; and while a load is.
const LINK_DISCHARGE_OHM: f64 = 500.0;
const LINK_LEAK_OHM: f64 = 100e3;
/// Resistance to the chassis of each part of a sound vehicle, in ohm.
const ISOLATION_OHM: f64 = 5e6;
/// Bleed resistors: kelvin above the cells for each watt of one of them, and time constant in seconds.
const BLEED_K_PER_W: f64 = 100.0;
const BLEED_TAU_S: f64 = 20.0;

/// Parameters of a world besides its battery.
#[derive(Clone, Debug)]
pub struct WorldConfig {
    /// Sensor parameters.
    pub sensors: SensorSuite,
    /// Faults.
    pub faults: Vec<Fault>,
    /// Temperature of the air, in kelvin.
    pub air_k: f64,
    /// Ticks of the core in one step of the cells, at least 1.
    pub cell_ticks: u32,
    /// Decides noise and sensors' own errors.
    pub seed: u64,
}

/// Flows in one tick; discharge positive.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flow {
    /// Mean current out of the cells, in ampere.
    pub current_a: f64,
    /// Voltage over all cells, in volt.
    pub pack_v: f64,
    /// Mean current of the load at the link, in ampere.
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
    /// The battery at the first tick of the present cell step, and the charge since.
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
        let hv =
            HighVoltage::new(high_voltage::hv_config(config)).expect("a valid high-voltage side");
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
        new.update_sensor_temperatures();
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

    /// Flows in the last tick.
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

    /// Faults with their times.
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

    /// Switches the heater of the coolant, if any.
    pub(super) fn set_heats(&mut self, heats: bool) {
        self.heats = heats;
        if let Some(thermal) = self.plant.thermal_mut() {
            thermal.set_heats(heats);
        }
    }

    /// Present power of the heater from the link, in watt.
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

    /// One tick: electrical and thermal step, then the sensors.
    ///
    /// `contactors` are the core's commands; `connected` whether a load is connected to the link, so that it is not
    /// discharged; `bleeds` the cells that are bled.
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
        self.apply_faults(connected);
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
            pack_v: self.pack_sensor_v(),
            link_v: self.flow.link_v,
            isolation_ohm: self.isolation_ohm(),
        };
        let now_s = self.ticks as f64 * self.tick_s;
        self.sensing
            .sample(now_s, self.tick_s, &truth, &self.faults);
    }

    /// True voltage at the pack's sensor: behind the fuse.
    fn pack_sensor_v(&self) -> f64 {
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

    /// Applies the present faults to the high-voltage side.
    fn apply_faults(&mut self, connected: bool) {
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
                FaultKind::Event(FaultEvent::PrechargeOpen) => {
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
                FaultKind::Event(FaultEvent::FuseMelted) => {
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
                self.plant.elements(group).bleed_s = if bleeds { self.bleed_s } else { 0.0 };
            }
        }
        self.apply_cell_faults();
        self.cool();
        self.plant.prepare(dt_s);
        self.source = self.plant.linearise();
        self.charge_as = 0.0;
    }

    fn apply_cell_faults(&mut self) {
        let now_s = self.now_s();
        for (index, fault) in self.faults.iter().enumerate() {
            let FaultKind::Cell { cell, what } = fault.kind else {
                continue;
            };
            let present = fault.is_present(now_s);
            let elements = self.plant.elements(cell);
            let or_none = |value: f64| if present { value } else { 0.0 };
            match what {
                CellFault::InternalShort { resistance_ohm } => {
                    elements.short_s = or_none(1.0 / resistance_ohm);
                }
                CellFault::HighResistanceJoint { resistance_ohm } => {
                    elements.joint_ohm = or_none(resistance_ohm);
                }
                CellFault::ExothermicReaction { power_w } => {
                    elements.reaction_w = or_none(power_w);
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
        self.present(|kind| matches!(kind, FaultKind::Event(FaultEvent::CoolantLost)).then_some(()))
            .is_some()
    }

    fn end_cells(&mut self, dt_s: f64) {
        let mean_a = self.charge_as / dt_s;
        if self.plant.solve(&mut |_| Some(mean_a)).is_err() {
            // A demand beyond the cells' maximum: any guess will do, since they are far outside their window.
            self.plant.linearise();
            self.plant.share(mean_a);
        }
        self.plant.advance(self.air_k, dt_s);
        self.cell_v.copy_from_slice(self.plant.cells().voltage_v);
        self.update_sensor_temperatures();
        self.warm_resistors(dt_s);
    }

    /// Each temperature sensor measures the mean of its cells.
    fn update_sensor_temperatures(&mut self) {
        self.sensor_k.fill(0.0);
        let cells = self.plant.cells();
        // Few cells per sensor: they are counted in the same pass.
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
}

fn set_fault(hv: &mut HighVoltage, contactor: Contactor, fault: ContactorFault) {
    match contactor {
        Contactor::MainPositive => hv.main_positive.fault = fault,
        Contactor::MainNegative => hv.main_negative.fault = fault,
        Contactor::Precharge => hv.precharge.fault = fault,
    }
}
