//! Whatever arrives, the estimate is finite and within its bounds, and nothing panics.

use bms_bench::{any_bits, any_cell, any_initial, any_reading, bounded, sample};
use bms_core::cell::CellParameters;
use bms_core::estimation::{CellEstimate, CellEstimator, CellSample, EstimatorTuning, InitialSoc};
use bms_core::units::{self, to_amperes, to_ratio, to_volts};
use proptest::prelude::*;

fn any_sample() -> impl Strategy<Value = (CellSample, f32)> {
    let readings = (
        any_reading(-20.0, 20.0),
        any_reading(2.5, 4.3),
        any_reading(250.0, 330.0),
        any_reading(0.0, 100.0),
    );
    readings.prop_map(|(current_a, voltage_v, temperature_k, dt_s)| {
        let sample = CellSample {
            current: units::amperes(current_a),
            voltage: units::volts(voltage_v),
            temperature: units::kelvin(temperature_k),
        };
        (sample, dt_s)
    })
}

prop_compose! {
    fn any_tuning()(
        soc in bounded(1e-4, 1.0),
        initial in (bounded(0.0, 10.0), bounded(0.0, 1.0)),
        current in (bounded(0.0, 10.0), bounded(0.0, 10.0), bounded(0.0, 1.0)),
        scales in (bounded(0.0, 1.0), bounded(0.0, 10.0), bounded(1.0, 1e9), bounded(0.0, 10.0)),
        white in (bounded(1e-5, 10.0), bounded(0.0, 10.0)),
        lasting in (
            bounded(0.0, 100.0), bounded(0.0, 10.0), bounded(0.0, 1.0), bounded(1.0, 1e9), bounded(1e-4, 1e6),
        ),
        gate in (bounded(0.1, 1e3), bounded(0.1, 1e3), bounded(0.0, 1e9)),
    ) -> EstimatorTuning {
        EstimatorTuning {
            initial_soc_sigma: soc,
            initial_branch_c_rate: initial.0,
            initial_hysteresis_sigma: initial.1,
            current_noise_c_rate_sqrt_s: current.0,
            current_bias_c_rate: current.1,
            current_bias_drift_c_rate_per_sqrt_s: current.2,
            capacity_scale_sigma: scales.0,
            resistance_scale_sigma: scales.1,
            resistance_scale_time_s: scales.2,
            branch_error: scales.3,
            voltage_noise_v_sqrt_s: white.0,
            drop_noise_sqrt_s: white.1,
            voltage_error_factor: lasting.0,
            drop_error: lasting.1,
            ocv_soc_error: lasting.2,
            voltage_error_time_s: lasting.3,
            voltage_error_soc: lasting.4,
            gate_soft_sigma: gate.0,
            gate_hard_sigma: gate.1,
            gate_patience_s: gate.2,
        }
    }
}

fn assert_sound(estimate: &CellEstimate, cell: &CellParameters<'_>) {
    let unit = 0.0..=1.0;
    assert!(unit.contains(&to_ratio(estimate.soc)), "{estimate:?}");
    assert!(unit.contains(&to_ratio(estimate.soc_sigma)), "{estimate:?}");
    assert!(estimate.ocv >= units::volts(0.0), "{estimate:?}");
    assert!(estimate.ocv <= units::volts(10.0), "{estimate:?} {cell:?}");
    assert!(
        to_volts(estimate.voltage_predicted).is_finite(),
        "{estimate:?}"
    );
    assert!(to_volts(estimate.innovation).is_finite(), "{estimate:?}");
    assert!((0.0..=1e6).contains(&estimate.nis), "{estimate:?}");
    assert!(
        to_amperes(estimate.current_bias).is_finite(),
        "{estimate:?}"
    );
    assert!(estimate.resistance_scale.is_finite(), "{estimate:?}");
}

fn run(
    cell: &CellParameters<'_>,
    tuning: &EstimatorTuning,
    initial: InitialSoc,
    samples: &[(CellSample, f32)],
) {
    let mut estimator = CellEstimator::new(initial);
    for (sample, dt_s) in samples {
        let estimate = estimator.step(cell, tuning, sample, units::seconds(*dt_s));
        assert_sound(&estimate, cell);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bit_pattern_gives_a_finite_bounded_estimate(
        cell in any_cell(),
        initial in any_initial(),
        samples in prop::collection::vec(any_sample(), 1..100),
    ) {
        run(&cell.parameters(), &EstimatorTuning::default(), initial, &samples);
    }

    #[test]
    fn so_it_is_with_any_tuning_that_passes_its_check(
        cell in any_cell(),
        tuning in any_tuning(),
        initial in any_initial(),
        samples in prop::collection::vec(any_sample(), 1..100),
    ) {
        prop_assert_eq!(tuning.validate(), Ok(()));
        run(&cell.parameters(), &tuning, initial, &samples);
    }

    /// A BMS that forgot to check its configuration still must not stop.
    #[test]
    fn an_unchecked_capacity_and_tuning_do_not_panic(
        mut cell in any_cell(),
        values in prop::array::uniform5(any_bits()),
        samples in prop::collection::vec(any_sample(), 1..30),
    ) {
        cell.capacity_ah = values[0];
        cell.voltage_max_v = values[1];
        cell.hysteresis_soc = values[2];
        let tuning = EstimatorTuning {
            initial_soc_sigma: values[3],
            gate_soft_sigma: values[4],
            ..EstimatorTuning::default()
        };
        let mut estimator = CellEstimator::new(InitialSoc::FromVoltage);
        for (sample, dt_s) in &samples {
            let _ = estimator.step(&cell.parameters(), &tuning, sample, units::seconds(*dt_s));
        }
    }
}

#[test]
fn an_infinite_time_step_counts_as_none() {
    let cell = bms_bench::nmc();
    let tuning = EstimatorTuning::default();
    let mut estimator = CellEstimator::new(InitialSoc::FromVoltage);
    let _ = estimator.step(
        &cell.parameters(),
        &tuning,
        &sample(0.0, 3.7, 25.0),
        units::seconds(1.0),
    );
    let mut twin = estimator.clone();
    let load = sample(3.0, f32::NAN, 25.0);
    for dt_s in [f32::INFINITY, f32::NEG_INFINITY, f32::NAN, -1.0] {
        let found = estimator.step(&cell.parameters(), &tuning, &load, units::seconds(dt_s));
        let wanted = twin.step(&cell.parameters(), &tuning, &load, units::seconds(0.0));
        assert_eq!(found, wanted, "{dt_s}");
    }
}

#[test]
fn a_reading_that_is_no_number_is_the_last_one_that_was() {
    let cell = bms_bench::nmc();
    let tuning = EstimatorTuning::default();
    let second = units::seconds(1.0);
    let mut estimator = CellEstimator::new(InitialSoc::FromVoltage);
    let _ = estimator.step(&cell.parameters(), &tuning, &sample(2.0, 3.7, 5.0), second);
    let mut twin = estimator.clone();
    for nothing in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let broken = sample(nothing, 3.65, nothing);
        let found = estimator.step(&cell.parameters(), &tuning, &broken, second);
        let wanted = twin.step(&cell.parameters(), &tuning, &sample(2.0, 3.65, 5.0), second);
        assert_eq!(found, wanted);
    }
}
