//! Laws that need the filter's covariance.

use std::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::units;
use bms_bench::{Cell, any_cell, between, cell_parameters};

impl Ekf {
    pub(crate) fn covariance_is_positive(&self) -> bool {
        self.covariance.is_positive()
    }
}

/// One step with usable readings: what the estimator hands to the filter.
#[derive(Clone, Copy, Debug)]
struct Step {
    c_rate: f32,
    voltage_v: Option<f32>,
    temperature_k: f32,
    dt_s: f32,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let c_rate = prop_oneof![Just(0.0_f32), between(-3.0, 3.0), between(-100.0, 100.0)];
    let voltage = prop_oneof![
        1 => Just(None),
        2 => between(2.5, 4.2).prop_map(Some),
        1 => between(1e-30, 8.4).prop_map(Some),
    ];
    let dt = prop_oneof![
        Just(0.0_f32),
        between(-3.0, 2.0).prop_map(|exponent| 10.0_f32.powf(exponent)),
        between(-38.0, 7.5).prop_map(|exponent| 10.0_f32.powf(exponent)),
    ];
    let step = (c_rate, voltage, between(200.0, 400.0), dt).prop_map(
        |(c_rate, voltage_v, temperature_k, dt_s)| Step {
            c_rate,
            voltage_v,
            temperature_k,
            dt_s,
        },
    );
    prop::collection::vec(step, 1..150)
}

fn filter(cell: &Cell) -> Ekf {
    let parameters = cell_parameters!(cell);
    let tuning = EstimatorTuning::default();
    Ekf::new(&CellContext::new(&parameters, &tuning, 298.15), 0.5, 0.2)
}

fn advance(filter: &mut Ekf, cell: &Cell, step: Step) {
    let parameters = cell_parameters!(cell);
    let tuning = EstimatorTuning::default();
    let context = CellContext::new(&parameters, &tuning, step.temperature_k);
    let current_a = step.c_rate * cell.capacity_ah;
    filter.count(&parameters, current_a, step.dt_s);
    filter.propagate(&context, current_a, step.dt_s);
    if let Some(voltage_v) = step.voltage_v {
        let prediction = filter.predict_voltage(&context, current_a, step.dt_s);
        filter.correct(&prediction, &tuning, voltage_v, step.dt_s);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_covariance_stays_positive_definite_after_any_finite_inputs(
        cell in any_cell(),
        steps in steps(),
    ) {
        let mut filter = filter(&cell);
        for step in steps {
            advance(&mut filter, &cell, step);
            prop_assert!(filter.is_finite(), "{step:?} {filter:?}");
            prop_assert!(filter.covariance_is_positive(), "{step:?} {filter:?}");
        }
    }
}

/// All branches forget everything in each step, so that they become one and the same.
#[test]
fn a_rest_of_many_long_steps_does_not_inflate_the_bound() {
    let cell = bms_bench::nmc();
    let parameters = cell_parameters!(cell);
    let tuning = EstimatorTuning {
        current_bias_c_rate: 1e-4,
        current_bias_drift_c_rate_per_sqrt_s: 0.0,
        current_noise_c_rate_sqrt_s: 0.01,
        ..EstimatorTuning::default()
    };
    let context = CellContext::new(&parameters, &tuning, 298.15);
    let mut filter = Ekf::new(&context, 0.5, 0.02);
    for _ in 0..200 {
        filter.propagate(&context, 0.0, 6000.0);
        assert!(filter.covariance_is_positive());
    }
    // What a fortnight adds: the offset and the white noise of the current sensor.
    let rest_s = 200.0_f32 * 6000.0;
    let bias = tuning.current_bias_c_rate * rest_s / 3600.0;
    let white = tuning.current_noise_c_rate_sqrt_s * rest_s.sqrt() / 3600.0;
    let wanted = (0.02_f32.powi(2) + bias.powi(2) + white.powi(2)).sqrt();
    let ratio = filter.soc_sigma() / wanted;
    assert!((ratio - 1.0).abs() < 0.02, "{ratio}");
}
