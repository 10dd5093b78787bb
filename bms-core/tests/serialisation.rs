//! Serde round trips; run with `--features serde`.
#![cfg(feature = "serde")]

use bms_bench::{nmc, sample};
use bms_core::estimation::{
    CellDelta, CellEstimate, CellEstimator, CellSample, DeltaTuning, EstimatorTuning, InitialSoc,
    PackEstimator, PackSample,
};
use bms_core::units::{ratio, seconds};
use serde::{Serialize, de::DeserializeOwned};

fn round_trip<T: Serialize + DeserializeOwned>(value: &T) -> T {
    let text = serde_json::to_string(value).expect("serialises");
    serde_json::from_str(&text).expect("deserialises")
}

fn estimates() -> Vec<CellEstimate> {
    let cell = nmc();
    let mut estimator = CellEstimator::new(InitialSoc::Prior(ratio(0.4)));
    (0_u8..20)
        .map(|step| {
            let reading = sample(1.5, 3.6 - 0.001 * f32::from(step), 20.0);
            estimator.step(
                &cell.parameters(),
                &EstimatorTuning::default(),
                &reading,
                seconds(1.0),
            )
        })
        .collect()
}

#[test]
fn estimates_come_back_to_the_bit() {
    for estimate in estimates() {
        assert_eq!(round_trip(&estimate), estimate);
    }
}

#[test]
fn samples_and_starts_come_back() {
    let reading: CellSample = sample(-2.5, 3.7, -10.0);
    assert_eq!(round_trip(&reading), reading);
    for initial in [InitialSoc::FromVoltage, InitialSoc::Prior(ratio(0.3))] {
        assert_eq!(round_trip(&initial), initial);
    }
}

#[test]
fn a_tuning_comes_back_and_missing_fields_are_the_default() {
    let tuning = EstimatorTuning {
        drop_error: 0.123,
        ..EstimatorTuning::default()
    };
    assert_eq!(round_trip(&tuning), tuning);
    let partly: EstimatorTuning =
        serde_json::from_str(r#"{"drop_error": 0.123}"#).expect("a part is enough");
    assert_eq!(partly, tuning);
}

#[test]
fn an_unknown_key_of_a_tuning_is_refused_by_name() {
    let result = serde_json::from_str::<EstimatorTuning>(r#"{"drop_errors": 0.1}"#);
    let message = result.expect_err("a misspelt key").to_string();
    assert!(message.contains("drop_errors"), "{message}");
}

#[test]
fn a_pack_comes_back() {
    let tuning = DeltaTuning {
        soc_sigma: 0.07,
        ..DeltaTuning::default()
    };
    assert_eq!(round_trip(&tuning), tuning);
    let partly: DeltaTuning = serde_json::from_str(r#"{"soc_sigma": 0.07}"#).expect("a part");
    assert_eq!(partly, tuning);
    assert!(serde_json::from_str::<DeltaTuning>(r#"{"soc_sigmas": 0.1}"#).is_err());

    let cell = nmc();
    let reading = sample(1.5, 3.6, 20.0);
    let sample = PackSample {
        current: reading.current,
        temperature: reading.temperature,
    };
    assert_eq!(round_trip(&sample), sample);
    let estimate = PackEstimator::new(InitialSoc::FromVoltage).step(
        &cell.parameters(),
        &EstimatorTuning::default(),
        &tuning,
        &mut [CellDelta::new(); 3],
        &sample,
        |_| Some(3.6),
        seconds(1.0),
    );
    assert_eq!(round_trip(&estimate), estimate);
}
