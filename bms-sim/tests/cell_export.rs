//! A plant as a cell file, and the circuit that comes back from it.

use std::sync::Arc;

use bms_sim::cell::CellModel;
use bms_sim::cell::chen2020::lg_m50;
use bms_sim::cell::circuit::{Circuit, CircuitParameters};
use bms_sim::cell::export::{ExportOptions, cell_file};
use bms_sim::cell::physics::REFERENCE_K;
use bms_sim::cell::spm::{ParticleOptions, Spme};
use bms_sim::cell_file::{Cell, CellFile, Chemistry};

fn exported() -> (Spme, CellFile) {
    let mut plant = Spme::new(Arc::new(lg_m50()), ParticleOptions::default()).unwrap();
    let options = ExportOptions::new("LG M50 (SPMe)", Chemistry::Nmc, 2.5, 4.2);
    let file = cell_file(&mut plant, &options).unwrap();
    (plant, file)
}

#[test]
fn the_file_is_one_that_the_core_accepts_and_disk_keeps() {
    let (_, file) = exported();
    Cell::from(&file).parameters().validate().unwrap();
    let text = toml::to_string(&file).unwrap();
    assert_eq!(toml::from_str::<CellFile>(&text).unwrap(), file);
    println!(
        "knees {:?} A, errors {:?} V",
        file.circuit.knee_current_a, file.circuit.voltage_error_v
    );
}

#[test]
fn the_circuit_of_the_file_follows_the_plant() {
    let (mut plant, file) = exported();
    let mut circuit = Circuit::new(Arc::new(CircuitParameters::from_cell_file(&file).unwrap()));
    assert!((circuit.capacity_ah() - plant.capacity_ah()).abs() < 1e-5);
    for soc in [0.0, 0.07, 0.33, 0.5, 0.95, 1.0] {
        plant.reset(soc, REFERENCE_K);
        circuit.reset(soc, REFERENCE_K);
        let difference_v = plant.ocv_v() - circuit.ocv_v();
        assert!(difference_v.abs() < 1e-3, "{soc}: {difference_v} V");
    }
    plant.reset(0.9, REFERENCE_K);
    circuit.reset(0.9, REFERENCE_K);
    let (mut squares, mut count) = (0.0, 0.0);
    for second in 0..5400 {
        // Six minutes at 1C with half a minute of charge in each.
        let current_a = if second % 360 < 330 { 2.5 } else { -5.0 };
        plant.step(current_a, 1.0);
        circuit.step(current_a, 1.0);
        squares += (plant.voltage_v(current_a) - circuit.voltage_v(current_a)).powi(2);
        count += 1.0;
    }
    let rms_v = f64::sqrt(squares / count);
    println!("{:.2} mV rms", rms_v * 1e3);
    assert!(rms_v < 10e-3, "{rms_v}");
}
