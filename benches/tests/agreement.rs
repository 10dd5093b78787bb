//! The peers do the same work: on the same drive they tell the same state of charge as `bms-core`.

use bms_benches::cases::{DT_S, lg_m50, us06};
use bms_benches::model::Model;
use bms_benches::peers::{MiniKalman, Nalgebra};
use bms_core::estimation::{CellEstimator, EstimatorTuning, InitialSoc};
use bms_core::units;

#[test]
fn all_filters_tell_the_same_state_of_charge() {
    let cell = lg_m50().expect("a cell");
    let cell = cell.parameters();
    let tuning = EstimatorTuning::default();
    let samples = us06().expect("a drive");
    let mut ours = CellEstimator::new(InitialSoc::FromVoltage);
    let start = ours.step(&cell, &tuning, &samples[0], units::seconds(0.0));
    let model = Model::new(&cell, &tuning, units::to_kelvin(samples[0].temperature));
    let mut dense = Nalgebra::new(&model, &start);
    let mut mini = MiniKalman::new(&model, &start);
    let (mut dense_off, mut mini_off) = (0.0_f32, 0.0_f32);
    for sample in &samples[1..] {
        let estimate = ours.step(&cell, &tuning, sample, units::seconds(DT_S));
        let soc = units::to_ratio(estimate.soc);
        dense_off = dense_off.max((dense.step(&cell, &tuning, sample, DT_S) - soc).abs());
        mini_off = mini_off.max((mini.step(&cell, &tuning, sample, DT_S) - soc).abs());
    }
    assert!(dense_off < 0.01, "nalgebra is {dense_off} off");
    assert!(mini_off < 0.01, "minikalman is {mini_off} off");
}
