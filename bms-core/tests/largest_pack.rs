//! One maximum of cells: what a configuration accepts, and what an estimator holds.

use bms_core::config::presets::NMC_96S;
use bms_core::config::{BmsConfig, Layout, Levels, MAX_CELLS};
use bms_core::estimation::{
    CellDelta, DeltaTuning, EstimatorTuning, InitialSoc, PackEstimator, PackSample,
};
use bms_core::units::{
    ElectricPotential, amperes, celsius, joules, seconds, to_joules, to_volts, volts,
};

const LARGEST: usize = 250;

/// The preset with more cells in series.
fn pack(sensor_of_cell: &[u8]) -> BmsConfig<'_> {
    let cells = u16::try_from(sensor_of_cell.len()).expect("a small number");
    let factor = f32::from(cells) / 96.0;
    let scaled = |voltage: ElectricPotential| volts(to_volts(voltage) * factor);
    let levels = |levels: Levels<ElectricPotential>| Levels {
        operating: scaled(levels.operating),
        recommended: scaled(levels.recommended),
        maximum: scaled(levels.maximum),
    };
    let mut config = NMC_96S;
    config.layout = Layout {
        cells: sensor_of_cell.len(),
        sensor_of_cell,
        ..config.layout
    };
    config.limits.pack_over_voltage = levels(config.limits.pack_over_voltage);
    config.limits.pack_under_voltage = levels(config.limits.pack_under_voltage);
    // The energy of the link's capacitor.
    let energy_j = to_joules(config.high_voltage.precharge_energy) * factor * factor;
    config.high_voltage.precharge_energy = joules(energy_j);
    config.sensing.pack_voltage_range = scaled(config.sensing.pack_voltage_range);
    config
}

#[test]
fn a_pack_of_250_cells_is_accepted_and_one_of_251_refused() {
    assert_eq!(MAX_CELLS, LARGEST);
    assert_eq!(pack(&[0; LARGEST]).validate(), Ok(()));
    let error = pack(&[0; LARGEST + 1]).validate().unwrap_err().to_string();
    assert!(error.starts_with("layout.cells"), "{error}");
    assert!(error.ends_with("at most 250"), "{error}");
}

#[test]
fn an_estimator_holds_250_cells_and_ignores_further_ones() {
    let mut estimator = PackEstimator::new(InitialSoc::FromVoltage);
    let mut deltas = vec![CellDelta::new(); LARGEST + 1];
    let sample = PackSample {
        current: amperes(0.0),
        temperature: celsius(25.0),
    };
    let mut last = None;
    for _ in 0..200 {
        let estimate = estimator.step(
            &NMC_96S.cell,
            &EstimatorTuning::default(),
            &DeltaTuning::default(),
            &mut deltas,
            &sample,
            |cell| Some(if cell + 1 >= LARGEST { 3.65 } else { 3.7 }),
            seconds(1.0),
        );
        assert_eq!(estimate.voltages, LARGEST);
        last = Some(estimate);
    }
    let weakest = last.map(|estimate| estimate.weakest);
    assert_eq!(weakest, Some(LARGEST - 1));
    assert_eq!(deltas[LARGEST], CellDelta::new());
}
