//! Which tunings are refused.

mod schema;

use bms_core::estimation::{CapacityTuning, DeltaTuning, EstimatorTuning};
use schema::{fields, set};

#[test]
fn the_default_is_accepted() {
    assert_eq!(EstimatorTuning::default().validate(), Ok(()));
    assert_eq!(DeltaTuning::default().validate(), Ok(()));
    assert_eq!(CapacityTuning::default().validate(), Ok(()));
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
        "estimator.voltage_noise_v_sqrt_s is 0, expected a finite number of at least 0.00001"
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
        "estimator.initial_soc_sigma is 20, expected a finite number of at most 1"
    );
}

macro_rules! refused {
    ($($name:ident: $tuning:ty;)*) => {
        $(#[test]
        fn $name() {
            for info in fields(&<$tuning>::DEFAULT) {
                for wrong in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1e-3, f32::MAX] {
                    let mut tuning = <$tuning>::DEFAULT;
                    // Whole numbers cannot be wrong in these ways.
                    if set(&mut tuning, info.field, wrong) {
                        let error = tuning.validate().expect_err("a wrong value");
                        assert_eq!(error.field, info.field);
                        assert_eq!(error.value.to_bits(), wrong.to_bits());
                    }
                }
            }
        })*
    };
}

refused! {
    any_single_value_that_is_no_number_or_negative_is_refused_by_name: EstimatorTuning;
    so_it_is_with_the_tuning_of_the_deltas: DeltaTuning;
    so_it_is_with_the_tuning_of_the_capacity: CapacityTuning;
}
