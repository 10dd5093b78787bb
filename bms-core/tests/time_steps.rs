//! However an interval of constant current is cut into steps, it ends in the same state.

use bms_bench::{Cell, any_cell, between, nmc, sample};
use bms_core::estimation::{CellEstimate, CellEstimator, EstimatorTuning, InitialSoc};
use bms_core::units::{ratio, seconds, to_ratio, to_volts};
use proptest::prelude::*;

/// An interval of constant current without a voltage.
#[derive(Clone, Copy, Debug)]
struct Interval {
    c_rate: f32,
    temperature_degc: f32,
}

/// An estimator that has seen some of a drive, so that every state and covariance is alive.
fn warm(cell: &Cell, tuning: &EstimatorTuning) -> CellEstimator {
    let parameters = cell.parameters();
    let mut estimator = CellEstimator::new(InitialSoc::Prior(ratio(0.5)));
    let rest_v = to_volts(parameters.ocv(ratio(0.5), bms_core::units::celsius(25.0)));
    for step in 0_u8..60 {
        let c_rate = if step < 20 { 0.0 } else { 0.3 };
        let reading = sample(c_rate * cell.capacity_ah, rest_v - 0.02 * c_rate, 25.0);
        let _ = estimator.step(&parameters, tuning, &reading, seconds(1.0));
    }
    estimator
}

/// Goes through the interval in these steps, and then asks what voltage is expected.
fn cross(
    cell: &Cell,
    tuning: &EstimatorTuning,
    estimator: &CellEstimator,
    interval: Interval,
    steps_s: &[f32],
) -> CellEstimate {
    let parameters = cell.parameters();
    let mut estimator = estimator.clone();
    let reading = sample(
        interval.c_rate * cell.capacity_ah,
        f32::NAN,
        interval.temperature_degc,
    );
    for dt_s in steps_s {
        let _ = estimator.step(&parameters, tuning, &reading, seconds(*dt_s));
    }
    estimator.step(&parameters, tuning, &reading, seconds(0.0))
}

fn assert_same(one: &CellEstimate, other: &CellEstimate, voltage_scale_v: f32) {
    let soc = to_ratio(one.soc) - to_ratio(other.soc);
    assert!(soc.abs() < 1e-6, "{one:?} {other:?}");
    let voltage_v = to_volts(one.voltage_predicted) - to_volts(other.voltage_predicted);
    assert!(
        voltage_v.abs() < 1e-4 * voltage_scale_v,
        "{one:?} {other:?}"
    );
    // The covariance only nearly: the noise of the current counts as constant over a step, and the wander of its offset
    // within a step is left out.
    let sigma = to_ratio(one.soc_sigma) / to_ratio(other.soc_sigma);
    assert!((sigma - 1.0).abs() < 0.02, "{one:?} {other:?}");
}

fn intervals() -> impl Strategy<Value = Interval> {
    (between(-1.0, 1.0), between(-20.0, 45.0)).prop_map(|(c_rate, temperature_degc)| Interval {
        c_rate,
        temperature_degc,
    })
}

/// Steps that sum to `total_s`, cut at random.
fn cut(total_s: f32) -> impl Strategy<Value = Vec<f32>> {
    prop::collection::vec(between(0.0, 1.0), 1..60).prop_map(move |mut places| {
        places.sort_by(f32::total_cmp);
        places.push(1.0);
        let mut before = 0.0;
        places
            .into_iter()
            .map(|place| {
                let step_s = (place - before) * total_s;
                before = place;
                step_s
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn one_step_of_a_minute_is_sixty_of_a_second(interval in intervals()) {
        let (cell, tuning) = (nmc(), EstimatorTuning::default());
        let start = warm(&cell, &tuning);
        let whole = cross(&cell, &tuning, &start, interval, &[60.0]);
        let seconds = cross(&cell, &tuning, &start, interval, &[1.0; 60]);
        assert_same(&whole, &seconds, 1.0);
    }

    #[test]
    fn any_cut_of_ten_minutes_ends_alike(interval in intervals(), steps in cut(600.0)) {
        let (cell, tuning) = (nmc(), EstimatorTuning::default());
        let start = warm(&cell, &tuning);
        let whole = cross(&cell, &tuning, &start, interval, &[600.0]);
        let pieces = cross(&cell, &tuning, &start, interval, &steps);
        assert_same(&whole, &pieces, 1.0);
    }

    #[test]
    fn so_it_is_for_any_cell(cell in any_cell(), interval in intervals(), steps in cut(60.0)) {
        let tuning = EstimatorTuning::default();
        let start = warm(&cell, &tuning);
        let whole = cross(&cell, &tuning, &start, interval, &[60.0]);
        let pieces = cross(&cell, &tuning, &start, interval, &steps);
        // Resistances of generated cells are up to a hundred times those of a real one.
        assert_same(&whole, &pieces, 10.0);
    }
}

#[test]
fn a_second_of_millisecond_steps_is_a_second() {
    let (cell, tuning) = (nmc(), EstimatorTuning::default());
    let start = warm(&cell, &tuning);
    let interval = Interval {
        c_rate: 0.7,
        temperature_degc: 10.0,
    };
    let whole = cross(&cell, &tuning, &start, interval, &[1.0]);
    let pieces = cross(&cell, &tuning, &start, interval, &[0.001; 1000]);
    assert_same(&whole, &pieces, 1.0);
}

#[test]
fn a_step_of_no_time_changes_nothing() {
    let (cell, tuning) = (nmc(), EstimatorTuning::default());
    let start = warm(&cell, &tuning);
    let interval = Interval {
        c_rate: 1.0,
        temperature_degc: 25.0,
    };
    let none = cross(&cell, &tuning, &start, interval, &[]);
    let many = cross(&cell, &tuning, &start, interval, &[0.0; 1000]);
    assert_eq!(none, many);
}
