use proptest::prelude::*;

use super::{Change, Condition, Debounce, Debouncers, FaultTiming, LONGEST_TIME_MS};

/// The definition, without any packing: a fault is qualified by the first sample that ends a span of samples which all
/// show the condition and which is at least as long as the time to qualify; it recovers likewise.
#[derive(Debug, Default)]
struct Model {
    active: bool,
    span_ms: Option<u32>,
}

impl Model {
    fn step(&mut self, condition: Condition, elapsed_ms: u16, timing: FaultTiming) -> Change {
        if condition == Condition::Unknown {
            return Change::None;
        }
        if (condition == Condition::Present) == self.active {
            self.span_ms = None;
            return Change::None;
        }
        let span_ms = self
            .span_ms
            .map_or(0, |span_ms| span_ms + u32::from(elapsed_ms));
        self.span_ms = Some(span_ms);
        let needed_ms = if self.active {
            timing.recover_ms
        } else {
            timing.qualify_ms
        };
        if span_ms < u32::from(needed_ms) {
            return Change::None;
        }
        self.active = !self.active;
        self.span_ms = None;
        if self.active {
            Change::Qualified
        } else {
            Change::Recovered
        }
    }
}

fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        4 => Just(Condition::Present),
        4 => Just(Condition::Absent),
        1 => Just(Condition::Unknown),
    ]
}

fn timing() -> impl Strategy<Value = FaultTiming> {
    let time = || prop_oneof![Just(0), 0_u16..200, 0..=LONGEST_TIME_MS];
    (time(), time()).prop_map(|(qualify_ms, recover_ms)| FaultTiming {
        qualify_ms,
        recover_ms,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn two_bytes_do_what_the_definition_says(
        timing in timing(),
        runs in prop::collection::vec((condition(), 1_usize..20, prop_oneof![0_u16..50, any::<u16>()]), 1..40),
    ) {
        let (mut debounce, mut model) = (Debounce::default(), Model::default());
        for (condition, samples, elapsed_ms) in runs {
            for _ in 0..samples {
                let change = debounce.step(condition, elapsed_ms, timing);
                prop_assert_eq!(change, model.step(condition, elapsed_ms, timing));
                prop_assert_eq!(debounce.is_active(), model.active);
            }
        }
    }

    #[test]
    fn more_samples_that_show_the_condition_never_qualify_later(
        timing in timing(),
        samples in prop::collection::vec((any::<bool>(), any::<bool>(), 1_u16..100), 1..200),
    ) {
        let (mut mild, mut hard) = (Debounce::default(), Debounce::default());
        let shown = |present| if present { Condition::Present } else { Condition::Absent };
        for (present, also, elapsed_ms) in samples {
            mild.step(shown(present), elapsed_ms, timing);
            hard.step(shown(present || also), elapsed_ms, timing);
            prop_assert!(hard.is_active() || !mild.is_active());
        }
    }
}

#[test]
fn without_a_time_the_first_sample_is_enough() {
    let timing = FaultTiming {
        qualify_ms: 0,
        recover_ms: 0,
    };
    let mut debounce = Debounce::default();
    assert_eq!(
        debounce.step(Condition::Present, 0, timing),
        Change::Qualified
    );
    assert_eq!(
        debounce.step(Condition::Absent, 0, timing),
        Change::Recovered
    );
    assert!(debounce.is_idle());
}

#[test]
fn a_bank_is_idle_until_something_speaks_for_a_fault() {
    let mut debouncers = Debouncers::<3>::new();
    assert!(debouncers.is_idle());
    let timing = FaultTiming {
        qualify_ms: 100,
        recover_ms: 100,
    };
    debouncers
        .debouncers()
        .get_mut(1)
        .map(|debounce| debounce.step(Condition::Present, 10, timing));
    assert!(!debouncers.is_idle());
    assert!(debouncers.debouncers().get(3).is_none());
}
