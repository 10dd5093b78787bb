//! Which tunings are refused.

use bms_core::estimation::{DeltaTuning, EstimatorTuning};
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

type PackSetter = fn(&mut DeltaTuning, f32);

const PACK_FIELDS: [(&str, PackSetter); 13] = [
    ("soc_sigma", |t, x| t.soc_sigma = x),
    ("resistance_sigma", |t, x| t.resistance_sigma = x),
    ("resistance_time_s", |t, x| t.resistance_time_s = x),
    ("capacity_sigma", |t, x| t.capacity_sigma = x),
    ("soc_drift_per_sqrt_h", |t, x| t.soc_drift_per_sqrt_h = x),
    ("voltage_noise_v", |t, x| t.voltage_noise_v = x),
    ("lasting_voltage_error_v", |t, x| {
        t.lasting_voltage_error_v = x;
    }),
    ("lasting_drop_error", |t, x| t.lasting_drop_error = x),
    ("gate_sigma", |t, x| t.gate_sigma = x),
    ("gate_floor_v", |t, x| t.gate_floor_v = x),
    ("doubt_time_s", |t, x| t.doubt_time_s = x),
    ("shown_slew_per_s", |t, x| t.shown_slew_per_s = x),
    ("shown_slew_per_soc", |t, x| t.shown_slew_per_soc = x),
];

#[test]
fn the_default_is_accepted() {
    assert_eq!(EstimatorTuning::default().validate(), Ok(()));
    assert_eq!(DeltaTuning::default().validate(), Ok(()));
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

    #[test]
    fn so_it_is_with_the_tuning_of_a_pack(
        (field, set) in prop::sample::select(PACK_FIELDS.to_vec()),
        wrong in prop::sample::select(vec![f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1e-3, f32::MAX]),
    ) {
        let mut tuning = DeltaTuning::default();
        set(&mut tuning, wrong);
        let error = tuning.validate().expect_err("a wrong value");
        prop_assert_eq!(error.field, field);
        prop_assert_eq!(error.value.to_bits(), wrong.to_bits());
    }
}
