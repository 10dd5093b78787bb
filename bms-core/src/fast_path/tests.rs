//! A tick's results are identical with and without its fast paths.

use std::boxed::Box;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::format;
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;
use proptest::test_runner::{TestRng, TestRunner};

use super::forced;
use crate::config::presets::{LFP_100S, NMC_13S, NMC_96S};
use crate::config::{BmsConfig, ByDirection, Levels, LimitMap};
use crate::control::Mode;
use crate::estimation::InitialSoc;
use crate::measurement::{
    CellMeasurement, ChargerMessage, ChargerPhase, Commands, Contactors, FrontEndReport,
    IsolationReport, Measurements, Reading, Request, TemperatureMeasurement,
};
use crate::protection::{CATALOGUE, FaultId, FaultTiming, FaultTimings, Scope};
use crate::snapshot::snapshot_size;
use crate::units::{
    ElectricPotential, amperes, kelvin, ohms, seconds, to_amperes, to_kelvin, to_kelvin_interval,
    to_volts, volts, watts,
};
use crate::{Bms, Outputs};

/// A value beside a limit: exactly on it, a little or clearly beyond or within it.
const BESIDE: [f32; 5] = [-0.03, -0.001, 0.0, 0.001, 0.03];

#[derive(Clone, Copy, Debug)]
enum CellValue {
    Over(usize, f32),
    Under(usize, f32),
    Deep(f32),
    /// From the other cells.
    Apart(f32, f32),
    /// Beyond what a front end can measure.
    Range(f32, f32),
    /// A share of the present voltage.
    Share(f32),
    Exactly(f32),
}

#[derive(Clone, Copy, Debug)]
enum SensorValue {
    Over(usize, usize, f32),
    Under(usize, usize, f32),
    Apart(f32, f32),
    Range(f32, f32),
    /// Rises by as many kelvin per second.
    Rise(f32),
    Exactly(f32),
}

/// What differs from a sound pack as long as a segment lasts; numbers of cells and sensors are taken modulo the pack's.
#[derive(Clone, Copy, Debug)]
enum Event {
    Cell(usize, CellValue),
    SecondCell(usize, CellValue),
    SilentCell(usize),
    StuckCell(usize),
    OpenWire(usize),
    Sensor(usize, SensorValue),
    SecondSensor(usize, SensorValue),
    SilentSensor(usize),
    StuckSensor(usize),
    /// All temperatures move together.
    Swing,
    /// Lists longer or shorter than the pack.
    Cells(usize),
    Sensors(usize),
    Current(f32),
    NoCurrent,
    FrontEnd(u8),
    Charger(ChargerPhase),
    Crash,
    Interlock,
}

/// What happens before a segment.
#[derive(Clone, Copy, Debug)]
enum Before {
    Nothing,
    Acknowledge,
    ClearRecords,
    BeginOperationCycle,
    /// A snapshot is taken and restored, after as many seconds; damaged where so many.
    PowerCycle(Option<f32>),
    DamagedSnapshot(usize),
}

#[derive(Clone, Copy, Debug)]
enum Arrivals {
    Never,
    /// All at once, each so many ticks.
    Every(usize),
    /// One after the other.
    OneByOne,
}

impl Arrivals {
    fn due(self, tick: usize, index: usize, count: usize) -> bool {
        match self {
            Self::Never => false,
            Self::Every(ticks) => tick.is_multiple_of(ticks),
            Self::OneByOne => tick % count == index,
        }
    }
}

#[derive(Clone, Debug)]
struct Segment {
    before: Before,
    events: Vec<Event>,
    ticks: usize,
    dt_s: f32,
    cells: Arrivals,
    temperatures: Arrivals,
    /// Current as a share of the discharge limit, and whether it alternates.
    load: f32,
    alternates: bool,
    request: Request,
}

fn any_cell_value() -> impl Strategy<Value = CellValue> {
    let beside = || prop::sample::select(BESIDE.to_vec());
    let sign = || prop::sample::select(vec![-1.0_f32, 1.0]);
    prop_oneof![
        3 => (0_usize..3, beside()).prop_map(|(level, by)| CellValue::Over(level, by)),
        3 => (0_usize..3, beside()).prop_map(|(level, by)| CellValue::Under(level, by)),
        1 => beside().prop_map(CellValue::Deep),
        2 => (sign(), beside()).prop_map(|(sign, by)| CellValue::Apart(sign, by)),
        1 => (sign(), beside()).prop_map(|(sign, by)| CellValue::Range(sign, by)),
        2 => (0.5_f32..1.0).prop_map(CellValue::Share),
        1 => prop::sample::select(vec![
            f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, 1e30, 0.0, -3.0,
        ]).prop_map(CellValue::Exactly),
    ]
}

fn any_sensor_value() -> impl Strategy<Value = SensorValue> {
    let beside = || prop::sample::select(BESIDE.to_vec());
    let sign = || prop::sample::select(vec![-1.0_f32, 1.0]);
    let level = || (0_usize..3, 0_usize..3, beside());
    prop_oneof![
        3 => level().prop_map(|(case, level, by)| SensorValue::Over(case, level, by)),
        3 => level().prop_map(|(case, level, by)| SensorValue::Under(case, level, by)),
        2 => (sign(), beside()).prop_map(|(sign, by)| SensorValue::Apart(sign, by)),
        1 => (sign(), beside()).prop_map(|(sign, by)| SensorValue::Range(sign, by)),
        3 => prop::sample::select(vec![0.4_f32, 0.5, 0.51, 0.99, 1.0, 1.1, 5.0])
            .prop_map(SensorValue::Rise),
        1 => prop::sample::select(vec![
            f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, 0.0, -5.0,
        ]).prop_map(SensorValue::Exactly),
    ]
}

fn any_event() -> impl Strategy<Value = Event> {
    let thing = 0_usize..100;
    let number = prop::sample::select(vec![f32::NAN, f32::INFINITY, 1e30, 1e4, -1e4]);
    let phase = prop::sample::select(vec![
        ChargerPhase::CableCheck,
        ChargerPhase::Precharge,
        ChargerPhase::Charging,
        ChargerPhase::Stopped,
    ]);
    prop_oneof![
        8 => (thing.clone(), any_cell_value()).prop_map(|(cell, value)| Event::Cell(cell, value)),
        3 => (thing.clone(), any_cell_value())
            .prop_map(|(cell, value)| Event::SecondCell(cell, value)),
        2 => thing.clone().prop_map(Event::SilentCell),
        2 => thing.clone().prop_map(Event::StuckCell),
        2 => thing.clone().prop_map(Event::OpenWire),
        8 => (thing.clone(), any_sensor_value())
            .prop_map(|(sensor, value)| Event::Sensor(sensor, value)),
        3 => (thing.clone(), any_sensor_value())
            .prop_map(|(sensor, value)| Event::SecondSensor(sensor, value)),
        2 => thing.clone().prop_map(Event::SilentSensor),
        2 => thing.clone().prop_map(Event::StuckSensor),
        2 => Just(Event::Swing),
        1 => thing.clone().prop_map(Event::Cells),
        1 => thing.prop_map(Event::Sensors),
        1 => number.prop_map(Event::Current),
        1 => Just(Event::NoCurrent),
        1 => any::<u8>().prop_map(Event::FrontEnd),
        1 => phase.prop_map(Event::Charger),
        1 => Just(Event::Crash),
        1 => Just(Event::Interlock),
    ]
}

fn any_before() -> impl Strategy<Value = Before> {
    let asleep = prop::option::of(prop::sample::select(vec![0.0_f32, 5.0, 1e5]));
    prop_oneof![
        12 => Just(Before::Nothing),
        3 => Just(Before::Acknowledge),
        2 => Just(Before::ClearRecords),
        2 => Just(Before::BeginOperationCycle),
        2 => asleep.prop_map(Before::PowerCycle),
        1 => (0_usize..2000).prop_map(Before::DamagedSnapshot),
    ]
}

fn any_arrivals(usual: usize) -> impl Strategy<Value = Arrivals> {
    prop_oneof![
        6 => Just(Arrivals::Every(usual)),
        2 => Just(Arrivals::Never),
        2 => Just(Arrivals::Every(1)),
        2 => Just(Arrivals::OneByOne),
    ]
}

fn any_segment(longest: usize) -> impl Strategy<Value = Segment> {
    let dt_s = prop_oneof![
        12 => Just(0.01_f32),
        8 => prop::sample::select(vec![
            1e-3, 4e-4, 0.005, 0.05, 0.1, 0.1, 0.25, 0.5, 1.0, 3.0, 0.0, -1.0, 100.0, f32::NAN,
        ]),
    ];
    let load = prop::sample::select(vec![0.0_f32, 0.0, 0.0, 0.3, 0.9, 1.05, -0.3, -1.2]);
    let request = prop::sample::select(vec![
        Request::Standby,
        Request::Standby,
        Request::Drive,
        Request::Drive,
        Request::Charge,
        Request::Sleep,
        Request::Supervise,
    ]);
    (
        any_before(),
        prop::collection::vec(any_event(), 0..4),
        1..longest,
        dt_s,
        any_arrivals(5),
        any_arrivals(10),
        load,
        any::<bool>(),
        request,
    )
        .prop_map(
            |(before, events, ticks, dt_s, cells, temperatures, load, alternates, request)| {
                Segment {
                    before,
                    events,
                    ticks,
                    dt_s,
                    cells,
                    temperatures,
                    load,
                    alternates,
                    request,
                }
            },
        )
}

/// What a course is run on.
#[derive(Clone)]
struct Pack {
    config: BmsConfig<'static>,
    /// How far each cell is from the others, in volts; repeated where there are more cells.
    apart_v: Vec<f32>,
    initial: InitialSoc,
}

impl Debug for Pack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let config = &self.config;
        f.debug_struct("Pack")
            .field("layout", &config.layout)
            .field("sampling", &config.sampling)
            .field("offset_v", &config.limits.cell_over_voltage_offset_v)
            .field("timing", &config.timings.get(FaultId::CellVoltageSpread))
            .field("apart_v", &self.apart_v)
            .field("initial", &self.initial)
            .finish_non_exhaustive()
    }
}

fn any_timings() -> impl Strategy<Value = FaultTimings> {
    let time = || prop::sample::select(vec![0_u16, 1, 20, 100, 400]);
    prop_oneof![
        1 => Just(FaultTimings::DEFAULT),
        2 => (time(), time()).prop_map(|(qualify_ms, recover_ms)| {
            CATALOGUE.iter().fold(FaultTimings::DEFAULT, |timings, entry| {
                timings.with(entry.id, FaultTiming { qualify_ms, recover_ms })
            })
        }),
    ]
}

/// Stricter limits of the cell voltages in the cold and when nearly full or empty.
const OVER_V: LimitMap<'static> = LimitMap {
    temperature_k: &[283.15, 298.15],
    soc: &[0.2, 0.8],
    values: &[-0.05, -0.1, 0.0, -0.02],
};

const UNDER_V: LimitMap<'static> = LimitMap {
    temperature_k: &[283.15, 298.15],
    soc: &[0.2, 0.8],
    values: &[-0.05, -0.1, 0.0, -0.02],
};

/// Which sensor stands for which cell, for packs of up to eight cells and with three sensors; smaller ones take the rest.
const SENSORS: [u8; 8] = [0, 1, 2, 2, 1, 0, 0, 1];

/// A pack of one to eight cells and one to three sensors, with readings that become stale sooner.
fn any_small() -> impl Strategy<Value = BmsConfig<'static>> {
    let stale_ms = prop::sample::select(vec![(60_u16, 70_u16), (100, 300), (200, 1000)]);
    (
        1_usize..9,
        1_usize..4,
        any::<[bool; 3]>(),
        stale_ms.clone(),
        stale_ms,
    )
        .prop_map(|(cells, sensors, [maps, pairs, quick], cell, sensor)| {
            let mut pack = NMC_13S;
            pack.layout.cells = cells;
            pack.layout.temperature_sensors = sensors;
            let sensor_of_cell = SENSORS.map(|sensor| sensor % u8::try_from(sensors).unwrap());
            pack.layout.sensor_of_cell = &sensor_of_cell.to_vec().leak()[..cells];
            if maps {
                pack.limits.cell_over_voltage_offset_v = OVER_V;
                pack.limits.cell_under_voltage_offset_v = UNDER_V;
            }
            pack.fitted.second_current = pairs;
            pack.fitted.contactor_feedback = pairs;
            (
                pack.sampling.cell_voltage_stale_ms,
                pack.sampling.cell_voltage_missing_ms,
            ) = cell;
            if quick {
                pack.sampling.temperature_ms = 50;
                (
                    pack.sampling.temperature_stale_ms,
                    pack.sampling.temperature_missing_ms,
                ) = sensor;
            }
            #[expect(clippy::cast_precision_loss, reason = "a small number")]
            let of_pack = |levels: Levels<ElectricPotential>| Levels {
                operating: volts(cells as f32 * to_volts(levels.operating)),
                recommended: volts(cells as f32 * to_volts(levels.recommended)),
                maximum: volts(cells as f32 * to_volts(levels.maximum)),
            };
            pack.limits.pack_over_voltage = of_pack(pack.limits.cell_over_voltage);
            pack.limits.pack_under_voltage = of_pack(pack.limits.cell_under_voltage);
            pack.limits.pack_voltage_hysteresis = volts(0.02);
            pack.control.balancing.bleed_ms = 400;
            pack.control.balancing.measure_ms = 200;
            pack
        })
}

fn any_pack(config: impl Strategy<Value = BmsConfig<'static>>) -> impl Strategy<Value = Pack> {
    let apart_v = prop::collection::vec(-0.03_f32..0.03, 1..12);
    let initial = prop_oneof![
        Just(InitialSoc::FromVoltage),
        Just(InitialSoc::Prior(crate::units::ratio(0.5))),
    ];
    (config, any_timings(), apart_v, initial).prop_map(|(mut config, timings, apart_v, initial)| {
        config.timings = timings;
        Pack {
            config,
            apart_v,
            initial,
        }
    })
}

/// A plain model of a pack: what arrives in a tick.
struct Plant {
    tick: usize,
    /// Since the segment began.
    time_s: f32,
    link_v: f32,
    contactors: Contactors<bool>,
    cells: Vec<CellMeasurement>,
    temperatures: Vec<TemperatureMeasurement>,
    front_ends: Vec<FrontEndReport>,
}

/// 25 degC.
const USUAL_K: f32 = 298.15;

impl Plant {
    fn current_a(&self, pack: &Pack, segment: &Segment) -> f32 {
        let largest_a = to_amperes(pack.config.limits.pack_discharge_current.operating);
        let turned = segment.alternates && (self.tick / 6) % 2 == 1;
        largest_a
            * if turned {
                -0.8 * segment.load
            } else {
                segment.load
            }
    }

    fn cell_v(&self, pack: &Pack, segment: &Segment, cell: usize) -> f32 {
        let base_v = if to_volts(pack.config.cell.voltage_max) > 3.9 {
            3.7
        } else {
            3.3
        };
        let drop_v = 0.1 * self.current_a(pack, segment)
            / to_amperes(pack.config.limits.pack_discharge_current.operating);
        // A noise of a few steps of a front end.
        let noise = (self.tick * 7 + cell * 3) % 5;
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let noise_v = noise as f32 * 1e-4;
        base_v + pack.apart_v[cell % pack.apart_v.len()] + noise_v - drop_v
    }

    fn scan_cells(&mut self, pack: &Pack, segment: &Segment) {
        let count = pack.config.layout.cells;
        self.cells.clear();
        for index in 0..count {
            let mut measured = CellMeasurement::default();
            if segment.cells.due(self.tick, index, count) {
                measured.voltage = Reading::New(volts(self.cell_v(pack, segment, index)));
            }
            self.cells.push(measured);
        }
        for event in &segment.events {
            let place = |cell: usize| cell % count;
            match *event {
                Event::Cell(cell, value) if self.cells[place(cell)].voltage.is_new() => {
                    let value_v = self.cell_value_v(pack, segment, place(cell), value);
                    self.cells[place(cell)].voltage = Reading::New(volts(value_v));
                }
                Event::SecondCell(cell, value)
                    if segment.cells.due(self.tick, place(cell), count) =>
                {
                    let value_v = self.cell_value_v(pack, segment, place(cell), value);
                    self.cells[place(cell)].second_voltage = Reading::New(volts(value_v));
                }
                Event::SilentCell(cell) => self.cells[place(cell)].voltage = Reading::Waiting,
                Event::StuckCell(cell) if self.cells[place(cell)].voltage.is_new() => {
                    self.cells[place(cell)].voltage = Reading::New(volts(3.601));
                }
                Event::OpenWire(cell) => self.cells[place(cell)].open_wire = true,
                Event::Cells(wanted) => {
                    self.cells
                        .resize(wanted % (count + 3), CellMeasurement::default());
                    self.cells.resize(count, CellMeasurement::default());
                }
                _ => {}
            }
        }
        for event in &segment.events {
            if let Event::Cells(wanted) = *event {
                self.cells
                    .resize(wanted % (count + 3), CellMeasurement::default());
            }
        }
    }

    fn cell_value_v(&self, pack: &Pack, segment: &Segment, cell: usize, value: CellValue) -> f32 {
        let limits = &pack.config.limits;
        let sensing = &pack.config.sensing;
        let own_v = self.cell_v(pack, segment, cell);
        let level = |levels: &Levels<_>, level: usize| {
            to_volts([levels.operating, levels.recommended, levels.maximum][level])
        };
        match value {
            CellValue::Over(at, by) => level(&limits.cell_over_voltage, at) + by,
            CellValue::Under(at, by) => level(&limits.cell_under_voltage, at) + by,
            CellValue::Deep(by) => to_volts(limits.cell_deep_discharge) + by,
            CellValue::Apart(sign, by) => {
                own_v + sign * (to_volts(limits.cell_voltage_spread) + by)
            }
            CellValue::Range(sign, by) if sign > 0.0 => to_volts(sensing.cell_voltage_high) + by,
            CellValue::Range(_, by) => to_volts(sensing.cell_voltage_low) + by,
            CellValue::Share(share) => share * own_v,
            CellValue::Exactly(value_v) => value_v,
        }
    }

    fn scan_temperatures(&mut self, pack: &Pack, segment: &Segment) {
        let count = pack.config.layout.temperature_sensors;
        let swing = segment
            .events
            .iter()
            .any(|event| matches!(event, Event::Swing | Event::StuckSensor(_)));
        self.temperatures.clear();
        for index in 0..count {
            let mut measured = TemperatureMeasurement::default();
            if segment.temperatures.due(self.tick, index, count) {
                let up = swing && (self.tick / 3) % 2 == 1;
                let noise = (self.tick * 3 + index) % 4;
                #[expect(clippy::cast_precision_loss, reason = "a small number")]
                let value_k = USUAL_K + if up { 2.0 } else { 0.0 } + noise as f32 * 0.01;
                measured.temperature = Reading::New(kelvin(value_k));
            }
            self.temperatures.push(measured);
        }
        for event in &segment.events {
            let place = |sensor: usize| sensor % count;
            match *event {
                Event::Sensor(sensor, value)
                    if self.temperatures[place(sensor)].temperature.is_new() =>
                {
                    let value_k = kelvin(self.sensor_value_k(pack, value));
                    self.temperatures[place(sensor)].temperature = Reading::New(value_k);
                }
                Event::SecondSensor(sensor, value)
                    if segment.temperatures.due(self.tick, place(sensor), count) =>
                {
                    let value_k = kelvin(self.sensor_value_k(pack, value));
                    self.temperatures[place(sensor)].second_temperature = Reading::New(value_k);
                }
                Event::SilentSensor(sensor) => {
                    self.temperatures[place(sensor)].temperature = Reading::Waiting;
                }
                Event::StuckSensor(sensor)
                    if self.temperatures[place(sensor)].temperature.is_new() =>
                {
                    self.temperatures[place(sensor)].temperature = Reading::New(kelvin(USUAL_K));
                }
                _ => {}
            }
        }
        for event in &segment.events {
            if let Event::Sensors(wanted) = *event {
                let wanted = wanted % (count + 2);
                self.temperatures
                    .resize(wanted, TemperatureMeasurement::default());
            }
        }
    }

    fn sensor_value_k(&self, pack: &Pack, value: SensorValue) -> f32 {
        let limits = &pack.config.limits;
        let sensing = &pack.config.sensing;
        let level = |cases: &ByDirection<Levels<_>>, case: usize, level: usize| {
            let levels = [&cases.charging, &cases.discharging, &cases.resting][case];
            to_kelvin([levels.operating, levels.recommended, levels.maximum][level])
        };
        match value {
            SensorValue::Over(case, at, by) => level(&limits.over_temperature, case, at) + by,
            SensorValue::Under(case, at, by) => level(&limits.under_temperature, case, at) + by,
            SensorValue::Apart(sign, by) => {
                USUAL_K + sign * (to_kelvin_interval(limits.temperature_spread) + by)
            }
            SensorValue::Range(sign, by) if sign > 0.0 => to_kelvin(sensing.temperature_high) + by,
            SensorValue::Range(_, by) => to_kelvin(sensing.temperature_low) + by,
            SensorValue::Rise(k_per_s) => USUAL_K + k_per_s * self.time_s,
            SensorValue::Exactly(value_k) => value_k,
        }
    }

    /// What arrives in the next tick.
    fn next(
        &mut self,
        pack: &Pack,
        segment: &Segment,
        acknowledge: bool,
    ) -> (Measurements<'_>, Commands) {
        self.tick += 1;
        if segment.dt_s.is_finite() {
            self.time_s += segment.dt_s.clamp(0.0, 10.0);
        }
        self.scan_cells(pack, segment);
        self.scan_temperatures(pack, segment);
        let cells = pack.config.layout.cells;
        let pack_v: f32 = (0..cells)
            .map(|cell| self.cell_v(pack, segment, cell))
            .sum();
        let target_v = if self.contactors.path_closed() {
            pack_v
        } else {
            0.0
        };
        self.link_v += 0.2 * (target_v - self.link_v);
        let mut current = Reading::New(amperes(self.current_a(pack, segment)));
        let mut report = FrontEndReport::default();
        let (mut phase, mut crash, mut interlock) = (ChargerPhase::Idle, false, true);
        for event in &segment.events {
            match *event {
                Event::Current(current_a) => current = Reading::New(amperes(current_a)),
                Event::NoCurrent => current = Reading::Waiting,
                Event::FrontEnd(bits) => {
                    report.frame_check_failed = bits & 1 != 0;
                    report.timed_out = bits & 2 != 0;
                    report.configuration_wrong = bits & 0b1100 == 0b0100;
                    report.multiplexer_wrong = bits & 0b1100 == 0b1000;
                }
                Event::Charger(of) => phase = of,
                Event::Crash => crash = true,
                Event::Interlock => interlock = false,
                _ => {}
            }
        }
        self.front_ends.clear();
        self.front_ends
            .resize(pack.config.layout.front_ends, report);
        let slow = self.tick.is_multiple_of(5);
        let at_times = |value: f32| {
            if slow {
                Reading::New(volts(value))
            } else {
                Reading::Waiting
            }
        };
        let mut measurements = Measurements {
            cells: &self.cells,
            temperatures: &self.temperatures,
            front_ends: &self.front_ends,
            current,
            second_current: current,
            pack_voltage: at_times(pack_v),
            link_voltage: at_times(self.link_v),
            isolation: Reading::New(IsolationReport {
                resistance: ohms(1e6),
                valid: true,
                self_test_failed: false,
            }),
            interlock_closed: Reading::New(interlock),
            contactor_feedback: Contactors {
                main_positive: Reading::New(self.contactors.main_positive),
                main_negative: Reading::New(self.contactors.main_negative),
                precharge: Reading::New(self.contactors.precharge),
            },
            crash,
            gas_alert: Reading::New(false),
            bleed_temperature: Reading::New(kelvin(USUAL_K)),
            ..Measurements::default()
        };
        measurements.coolant.flowing = Reading::New(true);
        measurements.coolant.heater_on = Reading::New(false);
        measurements.coolant.inlet = Reading::New(kelvin(USUAL_K));
        measurements.controller.supply = Reading::New(volts(12.0));
        measurements.charger.plugged = phase != ChargerPhase::Idle;
        measurements.charger.locked = true;
        measurements.charger.phase = phase;
        measurements.charger.inlet_temperature = Reading::New(kelvin(USUAL_K));
        measurements.charger.message = Reading::New(ChargerMessage {
            voltage: volts(pack_v),
            current: amperes(0.0),
            voltage_max: volts(500.0),
            voltage_min: volts(10.0),
            current_max: amperes(100.0),
            power_max: watts(5e4),
        });
        let commands = Commands {
            is_new: true,
            request: segment.request,
            acknowledge,
            contactors: Contactors::all(segment.request == Request::Supervise),
            charging_allowed: true,
            charger_voltage_limit: volts(pack_v),
            charger_current_request: amperes(10.0),
            ..Commands::default()
        };
        (measurements, commands)
    }
}

/// What a run reached, so that the law is not kept by sequences in which nothing happens.
#[derive(Debug, Default)]
struct Reached {
    faults: BTreeSet<FaultId>,
    modes: Vec<Mode>,
    bleeding: usize,
    ticks: usize,
}

type Pair<'a, const CELLS: usize, const SENSORS: usize> = [Box<Bms<'a, CELLS, SENSORS>>; 2];

fn new<const CELLS: usize, const SENSORS: usize>(pack: &Pack) -> Pair<'_, CELLS, SENSORS> {
    let config = pack
        .config
        .validated()
        .unwrap_or_else(|error| panic!("{error}"));
    let make = || Bms::new(config, pack.initial).unwrap_or_else(|error| panic!("{error}"));
    [Box::new(make()), Box::new(make())]
}

/// Equal to the last bit; not a number equals itself.
fn same<T: PartialEq + Debug>(fast: &T, full: &T) -> Result<(), TestCaseError> {
    if fast != full {
        let (fast, full) = (format!("{fast:?}"), format!("{full:?}"));
        prop_assert_eq!(fast, full);
    }
    Ok(())
}

fn same_faults<const CELLS: usize, const SENSORS: usize>(
    [fast, full]: &Pair<'_, CELLS, SENSORS>,
) -> Result<(), TestCaseError> {
    prop_assert_eq!(fast.view().events_written(), full.view().events_written());
    for entry in CATALOGUE {
        let fault = entry.id;
        prop_assert_eq!(
            fast.view().status(fault),
            full.view().status(fault),
            "{:?}",
            fault
        );
        prop_assert_eq!(
            fast.view().has(fault),
            full.view().has(fault),
            "{:?}",
            fault
        );
        prop_assert_eq!(
            fast.view().is_qualified(fault),
            full.view().is_qualified(fault),
            "{:?}",
            fault
        );
    }
    for (fast, full) in fast.view().records().zip(full.view().records()) {
        same(fast, full)?;
    }
    prop_assert_eq!(fast.view().records().count(), full.view().records().count());
    Ok(())
}

/// The log, the cells and the snapshot; returns the snapshot.
fn same_memory<const CELLS: usize, const SENSORS: usize>(
    [fast, full]: &Pair<'_, CELLS, SENSORS>,
    cells: usize,
) -> Result<Vec<u8>, TestCaseError> {
    let log = |bms: &Bms<'_, CELLS, SENSORS>| bms.view().log().copied().collect::<Vec<_>>();
    same(&log(fast), &log(full))?;
    for cell in 0..cells {
        same(&fast.view().cell(cell), &full.view().cell(cell))?;
        prop_assert_eq!(fast.view().is_bleeding(cell), full.view().is_bleeding(cell));
    }
    let snapshot = |bms: &Bms<'_, CELLS, SENSORS>| {
        let mut bytes = vec![0; snapshot_size(cells)];
        bms.view()
            .snapshot(1, &mut bytes)
            .expect("a buffer of its size");
        bytes
    };
    let bytes = snapshot(fast);
    prop_assert_eq!(&bytes, &snapshot(full));
    Ok(bytes)
}

fn run<const CELLS: usize, const SENSORS: usize>(
    pack: &Pack,
    course: &[Segment],
    reached: &mut Reached,
) -> Result<(), TestCaseError> {
    let cells = pack.config.layout.cells;
    let mut pair = new::<CELLS, SENSORS>(pack);
    let mut plant = Plant {
        tick: 0,
        time_s: 0.0,
        link_v: 0.0,
        contactors: Contactors::all(false),
        cells: Vec::new(),
        temperatures: Vec::new(),
        front_ends: Vec::new(),
    };
    for segment in course {
        let mut bytes = same_memory(&pair, cells)?;
        match segment.before {
            Before::Nothing | Before::Acknowledge => {}
            Before::ClearRecords => {
                for bms in &mut pair {
                    bms.in_place().clear_records();
                }
            }
            Before::BeginOperationCycle => {
                for bms in &mut pair {
                    bms.in_place().begin_operation_cycle();
                }
            }
            Before::PowerCycle(asleep_s) => {
                pair = new(pack);
                for bms in &mut pair {
                    let restored = bms.restore(&bytes, asleep_s.map(seconds));
                    prop_assert_eq!(restored, Ok(()));
                }
            }
            Before::DamagedSnapshot(place) => {
                let place = place % bytes.len();
                bytes[place] ^= 0x10;
                pair = new(pack);
                for bms in &mut pair {
                    prop_assert!(bms.restore(&bytes, None).is_err());
                }
            }
        }
        plant.time_s = 0.0;
        for tick in 0..segment.ticks {
            let acknowledge = tick == 0 && matches!(segment.before, Before::Acknowledge);
            let (measurements, commands) = plant.next(pack, segment, acknowledge);
            let dt = seconds(segment.dt_s);
            let [fast, full] = &mut pair;
            let outputs: Outputs = fast.step(&measurements, &commands, dt);
            let expected = forced::without(|| full.step(&measurements, &commands, dt));
            same(&outputs, &expected)?;
            same_faults(&pair)?;
            plant.contactors = outputs.contactors;
            reached.ticks += 1;
            reached.bleeding += usize::from(outputs.balancing.bleeding > 0);
            if !reached.modes.contains(&outputs.mode) {
                reached.modes.push(outputs.mode);
            }
        }
        reached.faults.extend(pair[0].view().faults());
    }
    same_memory(&pair, cells)?;
    Ok(())
}

/// Runs as many courses, always the same; with `BMS_FAST_PATH_CASES` that many times as many, random ones.
fn hold<const CELLS: usize, const SENSORS: usize>(
    config: impl Strategy<Value = BmsConfig<'static>>,
    cases: u32,
    (segments, longest): (usize, usize),
) -> Reached {
    let factor = std::env::var("BMS_FAST_PATH_CASES").ok();
    let factor = factor.map(|factor| factor.parse::<u32>().expect("a number"));
    let settings = ProptestConfig {
        cases: cases * factor.unwrap_or(1),
        max_shrink_iters: 4000,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = if factor.is_some() {
        TestRunner::new(settings)
    } else {
        let algorithm = settings.rng_algorithm;
        TestRunner::new_with_rng(settings, TestRng::deterministic_rng(algorithm))
    };
    let reached = RefCell::new(Reached::default());
    let course = prop::collection::vec(any_segment(longest), 1..segments);
    runner
        .run(&(any_pack(config), course), |(pack, course)| {
            run::<CELLS, SENSORS>(&pack, &course, &mut reached.borrow_mut())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    reached.into_inner()
}

/// Besides, the courses reach every fault of a cell and of a temperature sensor, every mode, and bleeding.
#[test]
fn a_small_pack_gives_the_same_with_and_without_fast_paths() {
    let reached = hold::<8, 3>(any_small(), 300, (30, 120));
    let scopes = [Scope::Cell, Scope::TemperatureSensor];
    let missed: Vec<_> = CATALOGUE
        .iter()
        .filter(|entry| scopes.contains(&entry.scope) && !reached.faults.contains(&entry.id))
        .map(|entry| entry.id)
        .collect();
    assert!(missed.is_empty(), "{missed:?} in {} ticks", reached.ticks);
    assert!(reached.bleeding > 100, "{}", reached.bleeding);
    assert_eq!(reached.modes.len(), 9, "{:?}", reached.modes);
    std::println!(
        "{} ticks, {} with bleeding",
        reached.ticks,
        reached.bleeding
    );
}

#[test]
fn each_preset_gives_the_same_with_and_without_fast_paths() {
    hold::<13, 4>(Just(NMC_13S), 60, (20, 100));
    hold::<96, 24>(Just(NMC_96S), 8, (20, 80));
    hold::<100, 25>(Just(LFP_100S), 8, (20, 80));
}
