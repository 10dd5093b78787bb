//! Demands are met exactly, or refused.

#![allow(clippy::float_cmp)] // Exact zeros and exact limits are what is claimed.

use bms_sim::load::{
    Between, Charger, Demand, Profile, Quantity, Reading, Schedule, Stage, Stop, StopReason,
    TimeSeries, Work,
};
use proptest::prelude::*;

proptest! {
    #[test]
    fn constant_power_is_exact(emf_v in 1.0..900.0, resistance_ohm in 1e-6..1.0, fraction in -5.0..1.0) {
        let power_w = fraction * emf_v * emf_v / (4.0 * resistance_ohm);
        let current_a = Demand::Power { power_w }.current_a(emf_v, resistance_ohm).unwrap();
        let voltage_v = emf_v - resistance_ohm * current_a;
        prop_assert!((current_a * voltage_v - power_w).abs() <= 1e-12 * power_w.abs() + 1e-12);
        prop_assert!(voltage_v >= 0.5 * emf_v * (1.0 - 1e-12), "on the branch that passes through rest");
    }

    #[test]
    fn more_power_than_there_is_has_no_current(emf_v in 1.0..900.0, resistance_ohm in 1e-6..1.0, excess in 1e-6..10.0) {
        let power_w = (1.0 + excess) * emf_v * emf_v / (4.0 * resistance_ohm);
        prop_assert_eq!(Demand::Power { power_w }.current_a(emf_v, resistance_ohm), None);
    }

    #[test]
    fn a_charger_passes_neither_current_nor_voltage(
        emf_v in 2.0..5.0, resistance_ohm in 1e-4..1.0, voltage_v in 3.0..4.3, limit_a in 0.01..100.0,
    ) {
        let charger = Charger { current_a: limit_a, voltage_v, cutoff_a: 0.0 };
        let current_a = charger.demand().current_a(emf_v, resistance_ohm).unwrap();
        prop_assert!((-limit_a..=0.0).contains(&current_a));
        let terminal_v = emf_v - resistance_ohm * current_a;
        prop_assert!(terminal_v <= voltage_v.max(emf_v) + 1e-12);
        // One of the bounds is active.
        let at_voltage = (terminal_v - voltage_v).abs() < 1e-9;
        let idle = current_a == 0.0 && emf_v >= voltage_v;
        prop_assert!(at_voltage || idle || current_a == -limit_a);
    }
}

const QUIET: Reading = Reading {
    current_a: 0.0,
    voltage_v: 3.7,
    cell_voltage_min_v: 3.7,
    cell_voltage_max_v: 3.7,
};

#[test]
fn stages_follow_one_another_and_cut_the_last_step() {
    let series = TimeSeries::new(&[(0.0, 2.0), (2.5, 4.0), (5.0, 0.0)], Between::Held).unwrap();
    let rest = Stage {
        work: Work::Hold(Demand::REST),
        stops: vec![Stop::Elapsed { duration_s: 1.5 }],
    };
    let follow = Stage {
        work: Work::Follow(Profile {
            quantity: Quantity::CRate,
            series,
        }),
        stops: vec![],
    };
    let mut schedule = Schedule::new(vec![rest, follow], 10.0);
    assert_eq!(schedule.duration_max_s(), 6.5);
    let mut steps = vec![];
    let mut reasons = vec![];
    while let Some((step_s, demand)) = schedule.next_step(1.0) {
        steps.push((step_s, demand.current_a(3.7, 0.1).unwrap()));
        reasons.extend(schedule.advance(step_s, &QUIET));
    }
    let expected = [
        (1.0, 0.0),
        (0.5, 0.0),
        (1.0, 20.0),
        (1.0, 20.0),
        (1.0, 30.0),
        (1.0, 40.0),
        (1.0, 40.0),
    ];
    assert_eq!(steps, expected);
    assert_eq!(
        reasons,
        [
            StopReason::Stop(Stop::Elapsed { duration_s: 1.5 }),
            StopReason::ProfileEnd
        ]
    );
}

#[test]
fn each_stop_ends_its_stage() {
    let stops = [
        (
            Stop::VoltageBelow { voltage_v: 3.0 },
            Reading {
                voltage_v: 2.9,
                current_a: 1.0,
                ..QUIET
            },
        ),
        (
            Stop::VoltageAbove { voltage_v: 4.2 },
            Reading {
                voltage_v: 4.2,
                current_a: 1.0,
                ..QUIET
            },
        ),
        (
            Stop::CellVoltageBelow { voltage_v: 3.0 },
            Reading {
                cell_voltage_min_v: 2.9,
                current_a: 1.0,
                ..QUIET
            },
        ),
        (
            Stop::CellVoltageAbove { voltage_v: 4.2 },
            Reading {
                cell_voltage_max_v: 4.3,
                current_a: 1.0,
                ..QUIET
            },
        ),
        (
            Stop::CurrentBelow { current_a: 0.1 },
            Reading {
                current_a: -0.05,
                ..QUIET
            },
        ),
    ];
    for (stop, reading) in stops {
        let stage = Stage {
            work: Work::Hold(Demand::Current { current_a: 1.0 }),
            stops: vec![stop],
        };
        let mut schedule = Schedule::new(vec![stage], 1.0);
        assert_eq!(
            schedule.advance(
                1.0,
                &Reading {
                    current_a: 1.0,
                    ..QUIET
                }
            ),
            None
        );
        assert_eq!(
            schedule.advance(1.0, &reading),
            Some(StopReason::Stop(stop))
        );
        assert_eq!(schedule.next_step(1.0), None);
    }
}
