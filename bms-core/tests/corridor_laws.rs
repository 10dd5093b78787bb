//! Laws of the corridor, whatever comes in.

use bms_bench::{SMALL, Tick, any_tick, whole_ms};
use bms_core::config::BmsConfig;
use bms_core::control::Mode;
use bms_core::estimation::InitialSoc;
use bms_core::measurement::{
    CellMeasurement, Contactors, IsolationReport, Reading, Request, TemperatureMeasurement,
};
use bms_core::protection::{
    CATALOGUE, EventKind, FaultDefinition, FaultId, Latch, Reaction, Severity, Source,
};
use bms_core::units::{
    amperes, kelvin, ohms, seconds, to_amperes, to_ratio, to_seconds, to_volts, volts,
};
use bms_core::{Bms, Outputs};
use proptest::prelude::*;

type Small<'a> = Bms<'a, 6, 2>;

fn new(config: &BmsConfig<'static>) -> Box<Small<'static>> {
    // A test's configuration may live as long as the test binary.
    let config: &'static BmsConfig<'static> = Box::leak(Box::new(*config));
    Box::new(
        Bms::new(
            config.validated().expect("a valid configuration"),
            InitialSoc::FromVoltage,
        )
        .expect("enough room"),
    )
}

fn step(bms: &mut Small<'_>, tick: &Tick) -> Outputs {
    bms.step(&tick.measurements(), &tick.commands, seconds(tick.dt_s))
}

/// Ticks of one case, and cases: more than 200,000 ticks in all.
const TICKS: usize = 350;
const CASES: u32 = 600;

fn many() -> ProptestConfig {
    ProptestConfig {
        cases: CASES,
        max_shrink_iters: 2000,
        ..ProptestConfig::default()
    }
}

fn fewer() -> ProptestConfig {
    ProptestConfig {
        cases: 60,
        max_shrink_iters: 500,
        ..ProptestConfig::default()
    }
}

/// A handful of arbitrary ticks, gone through again and again in an arbitrary order: cheap to draw, and long enough for
/// times to pass.
fn any_course() -> impl Strategy<Value = (Vec<Tick>, Vec<prop::sample::Index>)> {
    (
        prop::collection::vec(any_tick(), 1..12),
        prop::collection::vec(any::<prop::sample::Index>(), TICKS),
    )
}

fn is_share(x: f32) -> bool {
    (0.0..=1.0).contains(&x)
}

fn check_outputs(bms: &Small<'_>, outputs: &Outputs) -> Result<(), TestCaseError> {
    let estimate = &outputs.estimate;
    for soc in [
        estimate.soc,
        estimate.display_soc,
        estimate.mean.soc,
        estimate.mean.soc_sigma,
        estimate.weakest_soc.soc,
        estimate.weakest_soc.sigma,
        estimate.strongest_soc.soc,
        estimate.strongest_soc.sigma,
    ] {
        prop_assert!(is_share(to_ratio(soc)), "{estimate:?}");
    }
    prop_assert!(estimate.weakest < 6 && estimate.strongest < 6);
    prop_assert!(to_volts(estimate.mean.voltage_predicted).is_finite());
    for index in 0..6 {
        let (_, soc) = bms.view().cell(index).expect("six cells");
        prop_assert!(is_share(to_ratio(soc.soc)) && is_share(to_ratio(soc.sigma)));
    }
    prop_assert!(bms.view().cell(6).is_none());
    prop_assert!(
        outputs
            .current
            .is_none_or(|current| current.value.is_finite())
    );
    if let Some(alarm) = outputs.runaway {
        prop_assert!(to_seconds(alarm.since) >= 0.0);
        prop_assert!((0.0..=300.0).contains(&to_seconds(alarm.warn_within)));
    }
    for record in bms.view().records() {
        prop_assert!(record.count > 0 && record.first_ms <= record.last_ms);
        prop_assert!(record.last_ms <= outputs.now_ms);
    }
    Ok(())
}

proptest! {
    #![proptest_config(many())]

    #[test]
    fn any_bit_pattern_gives_outputs_in_range((ticks, order) in any_course()) {
        let mut bms = new(&SMALL);
        let mut before_ms = 0;
        for index in order {
            let outputs = step(&mut bms, index.get(&ticks));
            check_outputs(&bms, &outputs)?;
            prop_assert!(outputs.now_ms >= before_ms);
            before_ms = outputs.now_ms;
        }
    }

    #[test]
    fn a_latched_fault_leaves_only_by_acknowledgement((ticks, order) in any_course()) {
        let mut bms = new(&SMALL);
        let mut before: Vec<FaultId> = Vec::new();
        for index in order {
            let tick = index.get(&ticks);
            step(&mut bms, tick);
            let now: Vec<_> = bms.view().faults().collect();
            if !(tick.commands.acknowledge && tick.commands.is_new) {
                for fault in &before {
                    let latched = fault.definition().latch != Latch::SelfClearing;
                    prop_assert!(!latched || now.contains(fault), "{fault:?} left by itself");
                }
            }
            before = now;
        }
    }
}

proptest! {
    #![proptest_config(many())]

    #[test]
    fn no_path_stays_closed_beyond_the_reaction_time_of_a_fault_that_opens(
        (ticks, order) in any_course(),
    ) {
        let mut bms = new(&SMALL);
        let mut waited_ms: Vec<(FaultId, u32)> = Vec::new();
        for index in order {
            let mut tick = index.get(&ticks).clone();
            tick.dt_s = 0.01;
            let outputs = step(&mut bms, &tick);
            let opening = |fault: &FaultId| fault.definition().reaction >= Reaction::Open;
            waited_ms = bms
                .view()
                .faults()
                .filter(opening)
                .map(|fault| {
                    let before = waited_ms.iter().find(|(known, _)| *known == fault);
                    (fault, before.map_or(0, |(_, ms)| ms + 10))
                })
                .collect();
            for (fault, ms) in &waited_ms {
                if *ms > whole_ms(to_seconds(SMALL.budget(*fault).reaction)) {
                    prop_assert!(!outputs.contactors.path_closed(), "{fault:?} for {ms} ms");
                }
            }
        }
    }

    #[test]
    fn the_positive_contactor_closes_only_onto_a_filled_link((ticks, order) in any_course()) {
        let mut bms = new(&SMALL);
        let mut before = Contactors::all(false);
        let (mut pack_v, mut link_v) = (f32::NAN, f32::NAN);
        for index in order {
            let tick = index.get(&ticks);
            let keep = |reading: Reading<_>, last: f32| match reading.map(to_volts) {
                Reading::New(shown_v) if shown_v.is_finite() => shown_v,
                _ => last,
            };
            pack_v = keep(tick.rest.pack_voltage, pack_v);
            link_v = keep(tick.rest.link_voltage, link_v);
            let outputs = step(&mut bms, tick);
            let closes = outputs.contactors.main_positive && !before.main_positive;
            if closes && outputs.mode != Mode::Supervised {
                let target = to_ratio(SMALL.high_voltage.precharge_target);
                prop_assert!((pack_v - link_v).abs() <= (1.0 - target) * pack_v.abs() * 1.001);
                prop_assert!(before.precharge && before.main_negative);
            }
            before = outputs.contactors;
        }
    }

    #[test]
    fn allowed_currents_are_never_negative_and_none_where_nothing_is_connected(
        (ticks, order) in any_course(),
    ) {
        let mut bms = new(&SMALL);
        for index in order {
            let outputs = step(&mut bms, index.get(&ticks));
            for allowed in [outputs.allowed.discharge, outputs.allowed.charge] {
                let current_a = to_amperes(allowed.current);
                prop_assert!((0.0..=500.0).contains(&current_a), "{allowed:?}");
                let connected = matches!(outputs.mode, Mode::Drive | Mode::Charge | Mode::Supervised);
                prop_assert!(connected || current_a == 0.0, "{:?} {allowed:?}", outputs.mode);
                prop_assert!(outputs.reaction < Reaction::Open || current_a == 0.0);
            }
        }
    }

    #[test]
    fn every_mode_reaches_standby_or_fault_in_bounded_time(
        (ticks, order) in any_course(),
        last in any_tick(),
    ) {
        let mut bms = new(&SMALL);
        for index in order.iter().take(150) {
            step(&mut bms, index.get(&ticks));
        }
        let mut last = last;
        last.dt_s = 0.01;
        last.commands.request = Request::Standby;
        let control = SMALL.control;
        let settle_ms = SMALL.high_voltage.contactor_settle_ms;
        let bound_ms = [control.self_test_ms, SMALL.sampling.open_ms, control.weld_test_ms, settle_ms]
            .iter()
            .map(|ms| u32::from(*ms))
            .sum::<u32>() + 100;
        let mut reached = false;
        for _ in 0..bound_ms / 10 {
            reached = matches!(step(&mut bms, &last).mode, Mode::Standby | Mode::Fault);
            if reached {
                break;
            }
        }
        prop_assert!(reached, "not within {bound_ms} ms");
    }
}

/// A danger that shows in one place, whatever the rest does.
#[derive(Clone, Copy, Debug)]
enum Danger {
    CellHigh(usize),
    CellLow(usize),
    CellNotANumber(usize),
    OpenWire(usize),
    SensorOutOfRange(usize),
    OverCurrent,
    Interlock,
    Crash,
    CellSilent(usize),
}

impl Danger {
    fn any() -> impl Strategy<Value = Self> {
        prop_oneof![
            (0_usize..6).prop_map(Self::CellHigh),
            (0_usize..6).prop_map(Self::CellLow),
            (0_usize..6).prop_map(Self::CellNotANumber),
            (0_usize..6).prop_map(Self::OpenWire),
            (0_usize..2).prop_map(Self::SensorOutOfRange),
            Just(Self::OverCurrent),
            Just(Self::Interlock),
            Just(Self::Crash),
            (0_usize..6).prop_map(Self::CellSilent),
        ]
    }

    fn fault(self) -> (FaultId, Source) {
        let cell = |index: usize| Source::Cell(u8::try_from(index).unwrap_or(0));
        match self {
            Self::CellHigh(index) => (FaultId::CellOverVoltageMaximum, cell(index)),
            Self::CellLow(index) => (FaultId::CellUnderVoltageMaximum, cell(index)),
            Self::CellNotANumber(index) => (FaultId::CellVoltageNotFinite, cell(index)),
            Self::OpenWire(index) => (FaultId::CellOpenWire, cell(index)),
            Self::SensorOutOfRange(index) => (
                FaultId::TemperatureOutOfRange,
                Source::TemperatureSensor(u8::try_from(index).unwrap_or(0)),
            ),
            Self::OverCurrent => (FaultId::PackDischargeOverCurrentMaximum, Source::Pack),
            Self::Interlock => (FaultId::InterlockOpen, Source::Pack),
            Self::Crash => (FaultId::Crash, Source::Pack),
            Self::CellSilent(index) => (FaultId::CellVoltageMissing, cell(index)),
        }
    }

    /// Puts the danger into a tick; `now_ms` is its time, and readings arrive in the rhythm of the configuration.
    fn put_into(self, tick: &mut Tick, now_ms: u32) {
        let sampling = SMALL.sampling;
        let due = |period_ms: u16| now_ms.is_multiple_of(u32::from(period_ms));
        tick.dt_s = 0.01;
        let cell = |tick: &mut Tick, index: usize, reading| {
            tick.cells.resize(6, CellMeasurement::default());
            tick.cells[index] = CellMeasurement {
                voltage: reading,
                ..CellMeasurement::default()
            };
        };
        let scan = |voltage_v: f32| {
            if due(sampling.cell_voltage_ms) {
                Reading::New(volts(voltage_v))
            } else {
                Reading::Waiting
            }
        };
        match self {
            Self::CellHigh(index) => cell(tick, index, scan(4.2501)),
            Self::CellLow(index) => cell(tick, index, scan(2.4999)),
            Self::CellNotANumber(index) => cell(tick, index, scan(f32::NAN)),
            Self::CellSilent(index) => cell(tick, index, Reading::Waiting),
            Self::OpenWire(index) => {
                tick.cells.resize(6, CellMeasurement::default());
                tick.cells[index].open_wire = true;
            }
            Self::SensorOutOfRange(index) => {
                tick.temperatures
                    .resize(2, TemperatureMeasurement::default());
                tick.temperatures[index].temperature = if due(sampling.temperature_ms) {
                    Reading::New(kelvin(500.0))
                } else {
                    Reading::Waiting
                };
            }
            Self::OverCurrent => {
                tick.rest.current = Reading::New(amperes(605.0));
                tick.commands.contactors.main_positive = true;
            }
            Self::Interlock => tick.rest.interlock_closed = Reading::New(false),
            Self::Crash => tick.rest.crash = true,
        }
    }
}

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn a_danger_is_reported_within_its_budget_whatever_the_rest_does(
        danger in Danger::any(),
        (ticks, order) in any_course(),
        start_ticks in 0_u32..20,
    ) {
        let mut bms = new(&SMALL);
        let (fault, source) = danger.fault();
        let budget_ms = whole_ms(to_seconds(SMALL.budget(fault).detection));
        let mut now_ms = 0;
        let mut seen = false;
        let mut course = order.iter().cycle();
        while now_ms <= 10 * start_ticks + budget_ms {
            now_ms += 10;
            let mut tick = course.next().expect("endless").get(&ticks).clone();
            tick.dt_s = 0.01;
            tick.commands.acknowledge = false;
            if now_ms > 10 * start_ticks {
                danger.put_into(&mut tick, now_ms);
            }
            step(&mut bms, &tick);
            seen = bms.view().is_qualified(fault);
        }
        prop_assert!(seen, "{fault:?} not reported within {budget_ms} ms");
        let named = bms.view().log().any(|event| {
            event.fault == fault && event.source == source && event.kind == EventKind::Appeared
        });
        // The log is bounded: where it ran over, the record has to do.
        prop_assert!(named || bms.view().events_written() > 32, "{source:?} is not named");
    }

    #[test]
    fn more_extreme_cell_voltages_never_clear_a_fault(
        voltages in prop::collection::vec((0_u16..600, 0_u16..600), 300),
        cell in 0_usize..6,
    ) {
        let (mut mild, mut hard) = (new(&SMALL), new(&SMALL));
        let over = [
            FaultId::CellOverVoltageOperating,
            FaultId::CellOverVoltageRecommended,
            FaultId::CellOverVoltageMaximum,
        ];
        for (base, more) in voltages {
            let voltage_v = 4.0 + f32::from(base) * 1e-3;
            for (bms, shown_v) in [
                (&mut mild, voltage_v),
                (&mut hard, voltage_v + f32::from(more) * 1e-3),
            ] {
                let mut tick = sound();
                tick.cells[cell].voltage = Reading::New(volts(shown_v));
                tick.dt_s = 0.05;
                step(bms, &tick);
            }
            for fault in over {
                prop_assert!(hard.view().is_qualified(fault) || !mild.view().is_qualified(fault), "{fault:?}");
            }
        }
    }

    #[test]
    fn relabelling_cells_relabels_outputs_and_changes_nothing_else(
        voltages in prop::collection::vec(prop::array::uniform6(0_u16..3000), 40),
        order in Just([0_usize, 1, 2, 3, 4, 5]).prop_shuffle(),
    ) {
        let mut every = SMALL;
        every.deltas.updates_per_step = 6;
        // The sensors stay with their cells.
        let sensors: Vec<u8> = order.iter().map(|cell| every.layout.sensor_of_cell[*cell]).collect();
        let mut shuffled = every;
        shuffled.layout.sensor_of_cell = sensors.leak();
        let (mut plain, mut other) = (new(&every), new(&shuffled));
        for (index, steps) in (0_u16..).zip(&voltages) {
            // Steps that sums of them hold exactly, in any order.
            let voltage_v = |cell: usize| 2.0 + f32::from(steps[cell]) / 1024.0;
            let mut tick = sound();
            tick.dt_s = 0.05;
            tick.rest.current = Reading::New(amperes(20.0 * f32::from(index % 7)));
            let mut relabelled = tick.clone();
            for (place, cell) in order.into_iter().enumerate() {
                tick.cells[place].voltage = Reading::New(volts(voltage_v(place)));
                relabelled.cells[place].voltage = Reading::New(volts(voltage_v(cell)));
            }
            let here = step(&mut plain, &tick);
            let there = step(&mut other, &relabelled);
            prop_assert_eq!(plain.view().faults().collect::<Vec<_>>(), other.view().faults().collect::<Vec<_>>());
            prop_assert_eq!(here.reaction, there.reaction);
            let lowest = |outputs: &Outputs| outputs.lowest_cell.map(|(voltage, _)| voltage);
            prop_assert_eq!(lowest(&here), lowest(&there));
            for (place, cell) in order.into_iter().enumerate() {
                let (_, relabelled) = other.view().cell(place).expect("six cells");
                let (_, original) = plain.view().cell(cell).expect("six cells");
                let apart = (to_ratio(relabelled.soc) - to_ratio(original.soc)).abs();
                prop_assert!(apart < 0.002, "cell {place}: {apart}");
            }
        }
        let sources = |bms: &Small<'_>, map: &dyn Fn(usize) -> usize| {
            let mut events: Vec<_> = bms
                .view()
                .log()
                .map(|event| {
                    let source = match event.source {
                        Source::Cell(cell) => map(usize::from(cell)) + 100,
                        _ => 0,
                    };
                    (event.at_ms, event.fault, source, event.kind as u8)
                })
                .collect();
            events.sort();
            events
        };
        let full = plain.view().events_written() > 32;
        if !full {
            prop_assert_eq!(sources(&plain, &|cell| cell), sources(&other, &|cell| order[cell]));
        }
    }

    #[test]
    fn the_same_inputs_give_the_same_outputs((ticks, order) in any_course()) {
        let (mut first, mut second) = (new(&SMALL), new(&SMALL));
        for index in order {
            let tick = index.get(&ticks);
            let (a, b) = (step(&mut first, tick), step(&mut second, tick));
            // Debug prints every bit of a finite number, and a number that is not one equals itself.
            prop_assert_eq!(format!("{a:?}"), format!("{b:?}"));
        }
    }
}

/// A tick of a sound pack in which everything arrives.
fn sound() -> Tick {
    let cell_v = 3.7;
    let pack_v = volts(6.0 * cell_v);
    Tick {
        cells: vec![
            CellMeasurement {
                voltage: Reading::New(volts(cell_v)),
                ..CellMeasurement::default()
            };
            6
        ],
        temperatures: vec![
            TemperatureMeasurement {
                temperature: Reading::New(kelvin(298.15)),
                ..TemperatureMeasurement::default()
            };
            2
        ],
        front_ends: vec![bms_core::measurement::FrontEndReport::default(); 2],
        rest: bms_core::measurement::Measurements {
            current: Reading::New(amperes(0.0)),
            pack_voltage: Reading::New(pack_v),
            link_voltage: Reading::New(pack_v),
            isolation: Reading::New(IsolationReport {
                resistance: ohms(1e6),
                valid: true,
                self_test_failed: false,
            }),
            interlock_closed: Reading::New(true),
            ..bms_core::measurement::Measurements::default()
        },
        commands: bms_core::measurement::Commands {
            is_new: true,
            charging_allowed: true,
            ..bms_core::measurement::Commands::default()
        },
        dt_s: 0.01,
    }
}

/// Without one of the readings that the pack needs, no contactor closes, before the faults of its absence and after.
#[test]
fn nothing_closes_before_every_reading_has_arrived() {
    let closes = |change: fn(&mut Tick)| {
        let mut bms = new(&SMALL);
        let mut tick = sound();
        tick.commands.request = Request::Drive;
        change(&mut tick);
        (0..500).any(|_| step(&mut bms, &tick).contactors != Contactors::all(false))
    };
    assert!(closes(|_| ()));
    let missing: [fn(&mut Tick); 9] = [
        |tick| tick.cells[0].voltage = Reading::Waiting,
        |tick| tick.cells[5].voltage = Reading::New(volts(f32::NAN)),
        |tick| tick.cells.truncate(5),
        |tick| tick.temperatures[1].temperature = Reading::Waiting,
        |tick| tick.rest.current = Reading::Waiting,
        |tick| tick.rest.pack_voltage = Reading::Waiting,
        |tick| tick.rest.link_voltage = Reading::Waiting,
        |tick| tick.rest.isolation = Reading::Waiting,
        |tick| tick.rest.interlock_closed = Reading::Waiting,
    ];
    for (index, change) in missing.into_iter().enumerate() {
        assert!(!closes(change), "{index}");
    }
}

#[test]
fn time_that_does_not_pass_is_a_fault() {
    for dt_s in [0.0, -1.0, f32::NAN, f32::INFINITY, 1e-42, 1e30] {
        let mut bms = new(&SMALL);
        let mut tick = sound();
        tick.dt_s = dt_s;
        for _ in 0..200 {
            step(&mut bms, &tick);
        }
        assert!(bms.view().has(FaultId::TimeStepOutOfRange), "{dt_s}");
    }
}

#[test]
fn what_opens_the_contactors_does_not_leave_by_itself() {
    let opening = |entry: &&FaultDefinition| entry.reaction >= Reaction::Open;
    for entry in CATALOGUE.iter().filter(opening) {
        assert_ne!(entry.latch, Latch::SelfClearing, "{}", entry.name());
        assert!(entry.severity >= Severity::Error, "{}", entry.name());
    }
}

#[test]
fn the_catalogue_is_numbered_in_order() {
    for pair in CATALOGUE.windows(2) {
        assert!(pair[0].number < pair[1].number, "{}", pair[1].name());
    }
    for entry in CATALOGUE {
        assert_eq!(FaultId::from_number(entry.number), Some(entry.id));
    }
    assert_eq!(FaultId::from_number(1), None);
}
