//! Sensors of the BMS, with their faults.

use bms_core::config::BmsConfig;
use bms_core::measurement::{CellMeasurement, FrontEndReport, Reading, TemperatureMeasurement};
use bms_core::units::{kelvin, volts};

use crate::fault::{Fault, FaultKind, SensorFault};
use crate::random::Stream;
use crate::sensor::{SensorBank, SensorKind, SensorModel};

/// Number of the stream that decides which frames are lost and which samples are off.
const FAULT_STREAM: u64 = 100;

/// Parameters of each kind of sensor.
#[derive(Clone, Debug, PartialEq)]
pub struct SensorSuite {
    models: [SensorModel; SensorKind::ALL.len()],
}

impl SensorSuite {
    /// Sensors without error, in the rhythm of the configuration.
    #[must_use]
    pub fn ideal(config: &BmsConfig<'_>) -> Self {
        let sampling = &config.sampling;
        let period_s = |ms: u16| f64::from(ms) * 1e-3;
        let models = SensorKind::ALL.map(|kind| {
            SensorModel::ideal(period_s(match kind {
                SensorKind::CellVoltage => sampling.cell_voltage_ms,
                SensorKind::Temperature => sampling.temperature_ms,
                SensorKind::Current | SensorKind::SecondCurrent => sampling.current_ms,
                SensorKind::PackVoltage | SensorKind::LinkVoltage | SensorKind::Isolation => {
                    sampling.pack_ms
                }
            }))
        });
        Self { models }
    }

    /// Sensors typical of vehicles: cell voltages of 1 mV noise and 1 mV bias, temperatures of 0.1 K and 0.5 K,
    /// currents of 0.3 % gain with an offset of a tenth of the rest threshold (all one standard deviation).
    #[must_use]
    pub fn usual(config: &BmsConfig<'_>) -> Self {
        let mut suite = Self::ideal(config);
        let range_a = f64::from(bms_core::units::to_amperes(config.sensing.current_range));
        let rest_a = f64::from(bms_core::units::to_amperes(config.limits.rest_current));
        let pack_v = f64::from(bms_core::units::to_volts(config.sensing.pack_voltage_range));
        for (kind, model) in SensorKind::ALL.into_iter().zip(&mut suite.models) {
            match kind {
                SensorKind::CellVoltage => {
                    model.noise = 1e-3;
                    model.bias_sigma = 1e-3;
                    model.resolution = 1e-4;
                    (model.low, model.high) = (0.0, 5.0);
                }
                SensorKind::Temperature => {
                    model.noise = 0.1;
                    model.bias_sigma = 0.5;
                    model.resolution = 0.05;
                    (model.low, model.high) = (223.15, 433.15);
                }
                SensorKind::Current | SensorKind::SecondCurrent => {
                    model.noise = 2e-4 * range_a;
                    model.bias_sigma = 0.1 * rest_a;
                    model.gain_sigma = 3e-3;
                    model.resolution = 1e-5 * range_a;
                    (model.low, model.high) = (-1.2 * range_a, 1.2 * range_a);
                }
                SensorKind::PackVoltage | SensorKind::LinkVoltage => {
                    model.noise = 1e-4 * pack_v;
                    model.gain_sigma = 1e-3;
                    model.resolution = 1e-4 * pack_v;
                    (model.low, model.high) = (-pack_v, 1.2 * pack_v);
                }
                SensorKind::Isolation => {
                    model.noise = 2e3;
                    model.gain_sigma = 0.03;
                    model.resolution = 1e3;
                    (model.low, model.high) = (0.0, 50e6);
                }
            }
        }
        suite
    }

    /// The sensors of a kind.
    #[must_use]
    pub fn model(&self, kind: SensorKind) -> &SensorModel {
        &self.models[kind as usize]
    }

    /// The sensors of a kind, to be changed.
    pub fn model_mut(&mut self, kind: SensorKind) -> &mut SensorModel {
        &mut self.models[kind as usize]
    }
}

/// True values at the sensors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Truth<'a> {
    pub(super) cell_v: &'a [f64],
    pub(super) sensor_k: &'a [f64],
    pub(super) current_a: f64,
    pub(super) pack_v: f64,
    pub(super) link_v: f64,
    pub(super) isolation_ohm: f64,
}

impl Truth<'_> {
    fn value(&self, kind: SensorKind, index: usize) -> f64 {
        match kind {
            SensorKind::CellVoltage => self.cell_v[index],
            SensorKind::Temperature => self.sensor_k[index],
            SensorKind::Current | SensorKind::SecondCurrent => self.current_a,
            SensorKind::PackVoltage => self.pack_v,
            SensorKind::LinkVoltage => self.link_v,
            SensorKind::Isolation => self.isolation_ohm,
        }
    }
}

/// Mean of a current since a sensor's last sample.
#[derive(Clone, Copy, Debug, Default)]
struct Mean {
    charge_as: f64,
    time_s: f64,
}

impl Mean {
    fn add(&mut self, current_a: f64, dt_s: f64) {
        self.charge_as += current_a * dt_s;
        self.time_s += dt_s;
    }

    fn take(&mut self) -> f64 {
        let mean_a = if self.time_s > 0.0 {
            self.charge_as / self.time_s
        } else {
            0.0
        };
        *self = Self::default();
        mean_a
    }
}

/// All sensors, and the samples that arrived in this tick.
#[derive(Clone, Debug)]
pub(super) struct Sensing {
    banks: Vec<SensorBank>,
    /// Last reading of each sensor without a fault, by kind.
    last_reading: Vec<Vec<f64>>,
    random: Stream,
    means: [Mean; 2],
    pub(super) cells: Vec<CellMeasurement>,
    pub(super) temperatures: Vec<TemperatureMeasurement>,
    pub(super) front_ends: Vec<FrontEndReport>,
    pub(super) cells_arrived: bool,
    pub(super) temperatures_arrived: bool,
    /// Of the kinds with a single sensor, in the order of the kinds.
    single: [Option<f64>; SensorKind::ALL.len()],
    lost: Vec<bool>,
}

impl Sensing {
    pub(super) fn new(config: &BmsConfig<'_>, suite: &SensorSuite, seed: u64) -> Self {
        let layout = &config.layout;
        let count = |kind| match kind {
            SensorKind::CellVoltage => layout.cells,
            SensorKind::Temperature => layout.temperature_sensors,
            _ => 1,
        };
        let bank = |kind| SensorBank::new(*suite.model(kind), count(kind), kind, seed);
        Self {
            banks: SensorKind::ALL.into_iter().map(bank).collect(),
            last_reading: SensorKind::ALL
                .map(|kind| vec![f64::NAN; count(kind)])
                .to_vec(),
            random: Stream::new(seed, FAULT_STREAM),
            means: [Mean::default(); 2],
            cells: vec![CellMeasurement::default(); layout.cells],
            temperatures: vec![TemperatureMeasurement::default(); layout.temperature_sensors],
            front_ends: vec![FrontEndReport::default(); layout.front_ends],
            cells_arrived: false,
            temperatures_arrived: false,
            single: [None; SensorKind::ALL.len()],
            lost: vec![false; layout.front_ends],
        }
    }

    /// The new sample of a kind with a single sensor.
    pub(super) fn single(&self, kind: SensorKind) -> Option<f64> {
        self.single[kind as usize]
    }

    /// Takes the due samples and delivers those that arrived.
    pub(super) fn sample(&mut self, now_s: f64, dt_s: f64, truth: &Truth<'_>, faults: &[Fault]) {
        for mean in &mut self.means {
            mean.add(truth.current_a, dt_s);
        }
        self.lose_frames(now_s, faults);
        self.cells_arrived = false;
        self.temperatures_arrived = false;
        for kind in SensorKind::ALL {
            self.sample_kind(kind, now_s, truth, faults);
        }
    }

    fn sample_kind(&mut self, kind: SensorKind, now_s: f64, truth: &Truth<'_>, faults: &[Fault]) {
        let bank = &mut self.banks[kind as usize];
        if bank.is_due(now_s) {
            let sampled = Truth {
                current_a: match kind {
                    SensorKind::Current => self.means[0].take(),
                    SensorKind::SecondCurrent => self.means[1].take(),
                    _ => truth.current_a,
                },
                ..*truth
            };
            let applied = |index: usize| {
                faults
                    .iter()
                    .find_map(|fault| fault.applied(kind, index, now_s))
            };
            bank.sample(now_s, |index| {
                applied(index).unwrap_or_else(|| sampled.value(kind, index))
            });
        }
        self.single[kind as usize] = None;
        let model = *bank.model();
        let Some(values) = bank.arrive(now_s) else {
            return;
        };
        let last_reading = &mut self.last_reading[kind as usize];
        match kind {
            SensorKind::CellVoltage => {
                self.cells_arrived = true;
                for (cell, value) in self.cells.iter_mut().zip(values.iter()) {
                    cell.voltage = Reading::New(volts(single(*value)));
                    cell.open_wire = false;
                }
            }
            SensorKind::Temperature => {
                self.temperatures_arrived = true;
                for (sensor, value) in self.temperatures.iter_mut().zip(values.iter()) {
                    sensor.temperature = Reading::New(kelvin(single(*value)));
                }
            }
            _ => self.single[kind as usize] = Some(values[0]),
        }
        let mut lied = false;
        for fault in faults.iter().filter(|fault| fault.is_present(now_s)) {
            let FaultKind::Sensor { sensor, index, how } = fault.kind else {
                continue;
            };
            if sensor != kind || index >= values.len() {
                continue;
            }
            lied = true;
            apply_sensor_faults(&model, how, index, values, last_reading, &mut self.random);
            let at = FaultySamples {
                cells: &mut self.cells,
                temperatures: &mut self.temperatures,
                single: &mut self.single,
            };
            at.tell(kind, how, index, values, &mut self.random);
        }
        if !lied {
            last_reading.copy_from_slice(values);
        }
        self.drop_lost(kind);
    }

    /// Determines the front ends that do not answer in this tick, and their status.
    fn lose_frames(&mut self, now_s: f64, faults: &[Fault]) {
        self.lost.fill(false);
        self.front_ends.fill(FrontEndReport::default());
        for fault in faults.iter().filter(|fault| fault.is_present(now_s)) {
            match fault.kind {
                FaultKind::LostFrames { front_end, share } => {
                    let lost = self.random.unit() < share;
                    if let (true, Some(place), Some(report)) = (
                        lost,
                        self.lost.get_mut(front_end),
                        self.front_ends.get_mut(front_end),
                    ) {
                        *place = true;
                        report.timed_out = true;
                    }
                }
                FaultKind::FrameCheck { front_end } => {
                    if let (Some(place), Some(report)) = (
                        self.lost.get_mut(front_end),
                        self.front_ends.get_mut(front_end),
                    ) {
                        *place = true;
                        report.frame_check_failed = true;
                    }
                }
                FaultKind::FrontEndConfiguration { front_end } => {
                    if let Some(report) = self.front_ends.get_mut(front_end) {
                        report.configuration_wrong = true;
                    }
                }
                FaultKind::FrontEndMultiplexer { front_end } => {
                    if let Some(report) = self.front_ends.get_mut(front_end) {
                        report.multiplexer_wrong = true;
                    }
                }
                _ => {}
            }
        }
    }

    /// Removes the samples of a front end that does not answer.
    fn drop_lost(&mut self, kind: SensorKind) {
        if !self.lost.contains(&true) {
            return;
        }
        let front_ends = self.lost.len();
        let of = |index: usize, count: usize| index * front_ends / count;
        match kind {
            SensorKind::CellVoltage => {
                let count = self.cells.len();
                for (index, cell) in self.cells.iter_mut().enumerate() {
                    if self.lost[of(index, count)] {
                        cell.voltage = Reading::Waiting;
                    }
                }
            }
            SensorKind::Temperature => {
                let count = self.temperatures.len();
                for (index, sensor) in self.temperatures.iter_mut().enumerate() {
                    if self.lost[of(index, count)] {
                        sensor.temperature = Reading::Waiting;
                    }
                }
            }
            _ => {}
        }
    }
}

/// Changes the readings of a faulty sensor. A stuck reading is the last one before the fault.
fn apply_sensor_faults(
    model: &SensorModel,
    how: SensorFault,
    index: usize,
    values: &mut [f64],
    last_reading: &mut [f64],
    random: &mut Stream,
) {
    let last = values.len() - 1;
    match how {
        SensorFault::Stuck => {
            if last_reading[index].is_nan() {
                last_reading[index] = values[index];
            }
            values[index] = last_reading[index];
        }
        SensorFault::OpenWire if index < last && model.low >= 0.0 && model.high < 10.0 => {
            values[index + 1] = model.reading(values[index] + values[index + 1]);
            values[index] = model.reading(0.0);
        }
        SensorFault::OpenWire => values[index] = model.low,
        SensorFault::Offset { offset } => values[index] = model.reading(values[index] + offset),
        SensorFault::Spikes { offset, share } => {
            if random.unit() < share {
                values[index] = model.reading(values[index] + offset);
            }
        }
        SensorFault::NonFinite => values[index] = f64::NAN,
        SensorFault::SwappedWith { other } if other <= last => values.swap(index, other),
        SensorFault::Lost { .. }
        | SensorFault::SwappedWith { .. }
        | SensorFault::Applied { .. } => {}
    }
    // The other sensors are still recorded, for a later stuck fault.
    for (place, (last_reading, value)) in last_reading.iter_mut().zip(values.iter()).enumerate() {
        if place != index {
            *last_reading = *value;
        }
    }
}

/// Destination of changed readings.
struct FaultySamples<'a> {
    cells: &'a mut [CellMeasurement],
    temperatures: &'a mut [TemperatureMeasurement],
    single: &'a mut [Option<f64>; SensorKind::ALL.len()],
}

impl FaultySamples<'_> {
    fn tell(
        self,
        kind: SensorKind,
        how: SensorFault,
        index: usize,
        values: &[f64],
        random: &mut Stream,
    ) {
        let lost = matches!(how, SensorFault::Lost { share } if random.unit() < share);
        match kind {
            SensorKind::CellVoltage => {
                for (cell, value) in self.cells.iter_mut().zip(values) {
                    cell.voltage = cell.voltage.map(|_| volts(single(*value)));
                }
                if lost {
                    self.cells[index].voltage = Reading::Waiting;
                }
                self.cells[index].open_wire |= how == SensorFault::OpenWire;
            }
            SensorKind::Temperature => {
                for (sensor, value) in self.temperatures.iter_mut().zip(values) {
                    sensor.temperature = sensor.temperature.map(|_| kelvin(single(*value)));
                }
                if lost {
                    self.temperatures[index].temperature = Reading::Waiting;
                }
            }
            _ => self.single[kind as usize] = (!lost).then_some(values[0]),
        }
    }
}

/// Converts to the core's number type.
#[expect(
    clippy::cast_possible_truncation,
    reason = "sensors give single precision"
)]
pub(super) fn single(value: f64) -> f32 {
    value as f32
}
