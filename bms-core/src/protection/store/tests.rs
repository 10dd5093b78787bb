//! Qualifying and latching beside a reference that keeps every sample.

use std::vec;
use std::vec::Vec;

use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use super::{FaultStore, FaultTimings, Finding};
use crate::fault::{FaultId, FaultTiming, Latch, Reaction, Scope, Severity, slots};
use crate::protection::debounce::Debouncers;
use crate::protection::record::{EventKind, FreezeFrame, LOG_LENGTH, Source};
use crate::protection::status::DtcStatus;

const CELLS: usize = 3;

/// One of each latch class.
const FAULTS: [FaultId; 3] = [
    FaultId::CellOverVoltageRecommended,
    FaultId::CellOverVoltageMaximum,
    FaultId::CellDeepDischarge,
];

/// How far within the limit a fault has to be to leave.
const HYSTERESIS: f32 = 2.0;

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A new sample of one cell, judged by one fault: how far beyond the limit, and how long after the last one.
    Sample(usize, usize, f32, u16),
    Acknowledge,
    ClearRecords,
}

/// What was shown of one fault on one cell since it was last certain, oldest first: whether it spoke for a change, and after
/// how many milliseconds.
#[derive(Clone, Debug, Default)]
struct Shown {
    qualified: bool,
    run: Vec<u32>,
}

impl Shown {
    /// Whether the fault has just been qualified (true), or has just left (false).
    fn sample(&mut self, excess: f32, elapsed_ms: u16, timing: FaultTiming) -> Option<bool> {
        if excess.is_nan() {
            return None;
        }
        let beyond = excess > if self.qualified { -HYSTERESIS } else { 0.0 };
        if beyond == self.qualified {
            self.run.clear();
            return None;
        }
        self.run.push(u32::from(elapsed_ms));
        let span_ms: u32 = self.run.iter().skip(1).sum();
        let needed_ms = if self.qualified {
            timing.recover_ms
        } else {
            timing.qualify_ms
        };
        if span_ms < u32::from(needed_ms) {
            return None;
        }
        self.run.clear();
        self.qualified = beyond;
        Some(beyond)
    }
}

#[derive(Clone, Debug)]
struct Reference {
    timings: [FaultTiming; FAULTS.len()],
    shown: Vec<Vec<Shown>>,
    latched: [bool; FAULTS.len()],
    appearances: [u16; FAULTS.len()],
    /// Whether it was qualified since the records were cleared.
    confirmed: [bool; FAULTS.len()],
}

impl Reference {
    fn qualified(&self, fault: usize) -> bool {
        self.shown[fault].iter().any(|shown| shown.qualified)
    }

    fn present(&self, fault: usize) -> bool {
        self.qualified(fault) || self.latched[fault]
    }

    fn reaction(&self) -> Reaction {
        (0..FAULTS.len())
            .filter(|fault| self.present(*fault))
            .map(|fault| FAULTS[fault].definition().reaction)
            .max()
            .unwrap_or(Reaction::Record)
    }
}

impl ReferenceStateMachine for Reference {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        let time = || prop_oneof![Just(0), 1_u16..300];
        let timing = (time(), time()).prop_map(|(qualify_ms, recover_ms)| FaultTiming {
            qualify_ms,
            recover_ms,
        });
        prop::array::uniform3(timing)
            .prop_map(|timings| Self {
                timings,
                shown: vec![vec![Shown::default(); CELLS]; FAULTS.len()],
                latched: [false; FAULTS.len()],
                appearances: [0; FAULTS.len()],
                confirmed: [false; FAULTS.len()],
            })
            .boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Step> {
        let excess = prop::sample::select(vec![
            10.0_f32,
            0.1,
            0.0,
            -1.0,
            -HYSTERESIS,
            -10.0,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::NAN,
        ]);
        let elapsed_ms = prop_oneof![4 => 0_u16..100, 1 => any::<u16>()];
        let sample = (0..FAULTS.len(), 0..CELLS, excess, elapsed_ms);
        prop_oneof![
            20 => sample.prop_map(|(fault, cell, excess, ms)| Step::Sample(fault, cell, excess, ms)),
            2 => Just(Step::Acknowledge),
            1 => Just(Step::ClearRecords),
        ]
        .boxed()
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        match *step {
            Step::Sample(fault, cell, excess, elapsed_ms) => {
                let timing = state.timings[fault];
                let change = state.shown[fault][cell].sample(excess, elapsed_ms, timing);
                if change == Some(true) {
                    state.appearances[fault] += 1;
                    state.confirmed[fault] = true;
                    state.latched[fault] = FAULTS[fault].definition().latch != Latch::SelfClearing;
                }
            }
            Step::Acknowledge => {
                for fault in 0..FAULTS.len() {
                    state.latched[fault] &= state.qualified(fault);
                }
            }
            Step::ClearRecords => {
                for fault in 0..FAULTS.len() {
                    state.confirmed[fault] = state.qualified(fault);
                    if !state.present(fault) {
                        state.appearances[fault] = 0;
                    }
                }
            }
        }
        state
    }
}

#[derive(Debug)]
struct System {
    store: FaultStore,
    debouncers: Vec<Debouncers<{ slots(Scope::Cell) }>>,
    timings: FaultTimings,
}

impl System {
    /// How often the log, which is longer than a test, tells of each kind of event of one fault.
    fn told(&self, fault: FaultId, kind: EventKind) -> usize {
        self.store
            .log()
            .iter()
            .filter(|event| event.fault == fault && event.kind == kind)
            .count()
    }
}

struct Book;

impl StateMachineTest for Book {
    type SystemUnderTest = System;
    type Reference = Reference;

    fn init_test(reference: &Reference) -> System {
        let timings = FAULTS
            .iter()
            .zip(reference.timings)
            .fold(FaultTimings::DEFAULT, |timings, (fault, timing)| {
                timings.with(*fault, timing)
            });
        System {
            store: FaultStore::new(),
            debouncers: vec![Debouncers::new(); CELLS],
            timings,
        }
    }

    fn apply(mut system: System, _: &Reference, step: Step) -> System {
        match step {
            Step::Sample(fault, cell, excess, elapsed_ms) => {
                system.store.begin(elapsed_ms, FreezeFrame::UNKNOWN);
                let finding = Finding {
                    fault: FAULTS[fault],
                    value: excess,
                    limit: 0.0,
                    excess,
                    hysteresis: HYSTERESIS,
                };
                let source = Source::Cell(u8::try_from(cell).expect("three cells"));
                system.store.judge(
                    system.debouncers[cell].debouncers(),
                    source,
                    &finding,
                    elapsed_ms,
                    &system.timings,
                );
            }
            Step::Acknowledge => system.store.acknowledge(),
            Step::ClearRecords => system.store.clear_records(),
        }
        system
    }

    fn check_invariants(system: &System, reference: &Reference) {
        let store = &system.store;
        for (index, fault) in FAULTS.into_iter().enumerate() {
            let (qualified, present) = (reference.qualified(index), reference.present(index));
            assert_eq!(store.is_qualified(fault), qualified, "{fault:?}");
            assert_eq!(store.is_present(fault), present, "{fault:?}");
            let status = store.status(fault);
            assert_eq!(status.has(DtcStatus::TEST_FAILED), qualified);
            let warned = present && fault.definition().severity >= Severity::Warning;
            assert_eq!(status.has(DtcStatus::WARNING_INDICATOR_REQUESTED), warned);
            assert_eq!(
                status.has(DtcStatus::CONFIRMED),
                reference.confirmed[index],
                "{fault:?}"
            );
            let count = store.record(fault).map_or(0, |record| record.count);
            assert_eq!(count, reference.appearances[index], "{fault:?}");
            let (came, went) = (
                system.told(fault, EventKind::Appeared),
                system.told(fault, EventKind::Recovered),
            );
            let there = reference.shown[index]
                .iter()
                .filter(|shown| shown.qualified)
                .count();
            if store.log().written() as usize <= LOG_LENGTH {
                assert_eq!(came - went, there, "{fault:?}");
            }
        }
        assert_eq!(store.reaction(), reference.reaction());
    }
}

/// While a fault is qualified its record follows the last and the worst sample.
#[test]
fn a_record_keeps_the_last_time_and_the_worst_sample_of_a_qualified_fault() {
    let mut store = FaultStore::new();
    let mut debouncers = [Debouncers::<{ slots(Scope::Cell) }>::new(); 2];
    let fault = FaultId::CellOverVoltageMaximum;
    let timings = FaultTimings::DEFAULT.with(
        fault,
        FaultTiming {
            qualify_ms: 0,
            recover_ms: 0,
        },
    );
    let samples = [(0, 4.3), (1, 4.4), (0, 4.35)];
    for (cell, value) in samples {
        store.begin(10, FreezeFrame::UNKNOWN);
        let source = Source::Cell(u8::try_from(cell).expect("two cells"));
        let finding = Finding::above(fault, value, 4.25, 0.02);
        store.judge(
            debouncers[cell].debouncers(),
            source,
            &finding,
            10,
            &timings,
        );
    }
    // The second cell has qualified its own: only from then on it renews the record.
    let record = *store.record(fault).expect("a record");
    assert_eq!((record.first_ms, record.last_ms, record.count), (10, 30, 2));
    assert_eq!((record.source, record.value), (Source::Cell(1), 4.4));

    store.begin(10, FreezeFrame::UNKNOWN);
    let finding = Finding::above(fault, 4.5, 4.26, 0.02);
    store.judge(
        debouncers[0].debouncers(),
        Source::Cell(0),
        &finding,
        10,
        &timings,
    );
    let record = store.record(fault).expect("a record");
    assert_eq!((record.last_ms, record.count), (40, 2));
    assert_eq!((record.source, record.value), (Source::Cell(0), 4.5));
    assert!((record.limit - 4.26).abs() < 1e-6);
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn faults_come_stay_and_leave_as_their_reference(sequential 1..120 => Book);
}
