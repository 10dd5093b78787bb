//! Without a voltage the estimator counts charge: whatever the step, the cell's size and the current.

use bms_bench::{Cell, Random, between, linear, nmc, sample};
use bms_core::estimation::{CellEstimate, CellEstimator, EstimatorTuning, InitialSoc};
use bms_core::units::{ratio, seconds, to_ratio};
use proptest::prelude::*;

fn soc(estimate: &CellEstimate) -> f64 {
    f64::from(to_ratio(estimate.soc))
}

/// SoC by the estimator after `steps` of `dt_s` with no voltage but the first; beside it by summing in `f64`.
fn count(cell: &Cell, steps: u32, dt_s: f32, mut current_a: impl FnMut(u32) -> f32) -> (f64, f64) {
    let parameters = cell.parameters();
    // Without a doubt of the sensor's offset: the first voltage would already say something of it.
    let tuning = EstimatorTuning {
        current_bias_c_rate: 0.0,
        ..EstimatorTuning::default()
    };
    let mut estimator = CellEstimator::new(InitialSoc::Prior(ratio(0.6)));
    let first = sample(0.0, 3.72, 25.0);
    let mut last = estimator.step(&parameters, &tuning, &first, seconds(0.0));
    let mut drawn_as = 0.0;
    let start = soc(&last);
    for step in 0..steps {
        let current_a = current_a(step);
        let blind = sample(current_a, f32::NAN, 25.0);
        last = estimator.step(&parameters, &tuning, &blind, seconds(dt_s));
        drawn_as += f64::from(current_a) * f64::from(dt_s);
    }
    let wanted = start - drawn_as / (f64::from(cell.capacity_ah) * 3600.0);
    (soc(&last), wanted)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn hours_without_a_voltage_lose_no_charge(
        capacity_ah in between(2.0, 300.0),
        dt_s in between(0.001, 0.1),
        mean_c_rate in between(-0.5, 0.5),
        seed in any::<u64>(),
    ) {
        let cell = nmc().of_capacity(capacity_ah);
        let mut random = Random(seed);
        #[expect(clippy::cast_possible_truncation, reason = "a noisy current in f32")]
        let (found, wanted) = count(&cell, 20_000, dt_s, |_| {
            capacity_ah * (mean_c_rate + 0.2 * random.normal() as f32)
        });
        prop_assert!((found - wanted).abs() < 1e-6, "{found} {wanted}");
    }
}

#[test]
fn an_hour_of_ten_millisecond_steps_at_one_milliampere_is_seen_in_a_large_cell() {
    // 1 mAh of 300 Ah is 3.3e-6; a sum in f32 would have lost all of it.
    let cell = linear().of_capacity(300.0);
    let (found, wanted) = count(&cell, 360_000, 0.01, |_| 1e-3);
    let (start, _) = count(&cell, 0, 0.01, |_| 0.0);
    assert!(start - wanted > 3.3e-6);
    assert!((found - wanted).abs() < 1.2e-7, "{found} {wanted}");
}

#[test]
fn charge_drawn_before_the_first_voltage_is_counted_from_a_believed_start() {
    let cell = nmc();
    let tuning = EstimatorTuning {
        initial_soc_sigma: 0.03,
        ..EstimatorTuning::default()
    };
    let mut estimator = CellEstimator::new(InitialSoc::Prior(ratio(0.8)));
    let blind = sample(3.0, f32::NAN, 25.0);
    let mut last = estimator.step(&cell.parameters(), &tuning, &blind, seconds(0.0));
    for _ in 0..720 {
        last = estimator.step(&cell.parameters(), &tuning, &blind, seconds(1.0));
    }
    assert!((soc(&last) - 0.6).abs() < 1e-3, "{last:?}");
}
