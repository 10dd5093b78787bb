//! Which tunings are refused.

use bms_core::estimation::EstimatorTuning;
use proptest::prelude::*;

/// A field that is set to something.
type Setter = fn(&mut EstimatorTuning, f32);

const FIELDS: [(&str, Setter); 20] = [
    ("initial_soc_sigma", |t, x| t.initial_soc_sigma = x),
    ("initial_branch_c_rate", |t, x| t.initial_branch_c_rate = x),
    ("initial_hysteresis_sigma", |t, x| {
        t.initial_hysteresis_sigma = x;
    }),
    ("current_noise_c_rate_sqrt_s", |t, x| {
        t.current_noise_c_rate_sqrt_s = x;
    }),
    ("current_bias_c_rate", |t, x| t.current_bias_c_rate = x),
    ("current_bias_drift_c_rate_per_sqrt_s", |t, x| {
        t.current_bias_drift_c_rate_per_sqrt_s = x;
    }),
    ("capacity_scale_sigma", |t, x| t.capacity_scale_sigma = x),
    ("resistance_scale_sigma", |t, x| {
        t.resistance_scale_sigma = x;
    }),
    ("resistance_scale_time_s", |t, x| {
        t.resistance_scale_time_s = x;
    }),
    ("branch_error", |t, x| t.branch_error = x),
    ("voltage_noise_v_sqrt_s", |t, x| {
        t.voltage_noise_v_sqrt_s = x;
    }),
    ("drop_noise_sqrt_s", |t, x| t.drop_noise_sqrt_s = x),
    ("voltage_error_factor", |t, x| t.voltage_error_factor = x),
    ("drop_error", |t, x| t.drop_error = x),
    ("ocv_soc_error", |t, x| t.ocv_soc_error = x),
    ("voltage_error_time_s", |t, x| t.voltage_error_time_s = x),
    ("voltage_error_soc", |t, x| t.voltage_error_soc = x),
    ("gate_soft_sigma", |t, x| t.gate_soft_sigma = x),
    ("gate_hard_sigma", |t, x| t.gate_hard_sigma = x),
    ("gate_patience_s", |t, x| t.gate_patience_s = x),
];

#[test]
fn the_default_is_accepted() {
    assert_eq!(EstimatorTuning::default().validate(), Ok(()));
}

#[test]
fn a_refusal_names_field_value_and_bound() {
    let tuning = EstimatorTuning {
        voltage_noise_v_sqrt_s: 0.0,
        ..EstimatorTuning::default()
    };
    let message = tuning.validate().expect_err("no noise").to_string();
    assert_eq!(
        message,
        "voltage_noise_v_sqrt_s[0] is 0, expected a finite number of at least 0.00001"
    );
    let tuning = EstimatorTuning {
        initial_soc_sigma: 20.0,
        ..EstimatorTuning::default()
    };
    let message = tuning
        .validate()
        .expect_err("a sigma in percent")
        .to_string();
    assert_eq!(
        message,
        "initial_soc_sigma[0] is 20, expected a finite number of at most 1"
    );
}

proptest! {
    #[test]
    fn any_single_value_that_is_no_number_or_negative_is_refused_by_name(
        (field, set) in prop::sample::select(FIELDS.to_vec()),
        wrong in prop::sample::select(vec![f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1e-3, f32::MAX]),
    ) {
        let mut tuning = EstimatorTuning::default();
        set(&mut tuning, wrong);
        let error = tuning.validate().expect_err("a wrong value");
        prop_assert_eq!(error.field, field);
        prop_assert_eq!(error.value.to_bits(), wrong.to_bits());
    }
}
