//! The plants against reference solutions of the same equations by another program.
//!
//! Thinned traces in `fixtures/traces` run in every clone; the whole ones run where `../shared/traces` is.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts of steps become f64 and back"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bms_sim::cell::CellModel;
use bms_sim::cell::assembly::Assembly;
use bms_sim::cell::chen2020::lg_m50;
use bms_sim::cell::circuit::{Circuit, CircuitParameters, ElementMaps, Elements, OcvTable};
use bms_sim::cell::electrolyte::ElectrolyteMesh;
use bms_sim::cell::physics::{REFERENCE_K, ZERO_CELSIUS_K};
use bms_sim::cell::spm::{ParticleForm, ParticleOptions, Spm, Spme};
use bms_sim::cell::thermal::{Lumped, Thermal, TwoNode};

/// Longest step taken between two rows of a thinned trace.
const STEP_S: f64 = 1.0;

struct Row {
    time_s: f64,
    current_a: f64,
    voltage_v: f64,
    temperature_degc: f64,
    soc: f64,
}

#[derive(Debug)]
struct Differences {
    rms_v: f64,
    largest_v: f64,
    largest_k: f64,
    largest_soc: f64,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let row = |record: csv::StringRecord| {
        let number = |column: usize| record[column].parse().unwrap();
        Row {
            time_s: number(0),
            current_a: number(1),
            voltage_v: number(2),
            temperature_degc: number(3),
            soc: number(4),
        }
    };
    reader
        .records()
        .map(|record| row(record.unwrap()))
        .collect()
}

/// Runs the trace's current, straight between its rows, and compares at the rows.
fn run<M: CellModel>(mut cell: Assembly<M>, rows: &[Row], until_s: f64) -> Differences {
    cell.reset(rows[0].soc, REFERENCE_K);
    let (mut squares, mut count) = (0.0, 0.0);
    let mut found = Differences {
        rms_v: 0.0,
        largest_v: 0.0,
        largest_k: 0.0,
        largest_soc: 0.0,
    };
    let mut before = &rows[0];
    for row in rows.iter().take_while(|row| row.time_s <= until_s) {
        let gap_s = row.time_s - before.time_s;
        let steps = (gap_s / STEP_S - 1e-6).ceil().max(0.0);
        let current_at =
            |step: f64| before.current_a + (row.current_a - before.current_a) * step / steps;
        for step in 0..steps as usize {
            let step = step as f64;
            cell.step_ramp(current_at(step), current_at(step + 1.0), gap_s / steps);
        }
        let error_v = cell.voltage_v(row.current_a) - row.voltage_v;
        squares += error_v * error_v;
        count += 1.0;
        found.largest_v = found.largest_v.max(error_v.abs());
        let error_k = cell.thermal().core_k() - ZERO_CELSIUS_K - row.temperature_degc;
        found.largest_k = found.largest_k.max(error_k.abs());
        found.largest_soc = found.largest_soc.max((cell.soc() - row.soc).abs());
        before = row;
    }
    found.rms_v = f64::sqrt(squares / count);
    found
}

/// On a bench with 10 W/(m2 K) of cooling.
fn on_bench<M: CellModel>(plant: M) -> Assembly<M> {
    let thermal = lg_m50().thermal.unwrap();
    let lumped = Lumped {
        heat_capacity_j_per_k: thermal.heat_capacity_j_per_k,
        conductance_w_per_k: 10.0 * thermal.cooling_area_m2,
        temperature_k: REFERENCE_K,
    };
    Assembly::new(plant, Thermal::Lumped(lumped))
}

fn options(particle: ParticleForm, electrolyte: usize) -> ParticleOptions {
    let electrolyte = ElectrolyteMesh::uniform(electrolyte);
    ParticleOptions {
        particle,
        electrolyte,
        ..ParticleOptions::default()
    }
}

/// Runs a particle model (`spm` or `spme`) on a trace.
fn particle(model: &str, rows: &[Row], options: ParticleOptions, until_s: f64) -> Differences {
    let cell = Arc::new(lg_m50());
    if model == "spm" {
        run(on_bench(Spm::new(cell, options)), rows, until_s)
    } else {
        run(on_bench(Spme::new(cell, options).unwrap()), rows, until_s)
    }
}

const MODES: ParticleForm = ParticleForm::Modes {
    shells: 20,
    kept: 20,
};
const SHELLS: ParticleForm = ParticleForm::Volumes { shells: 20 };

fn assert_same_mesh(name: &str, found: &Differences) {
    println!("{name}: {found:?}");
    assert!(
        found.rms_v < 1e-3 && found.largest_v < 5e-3,
        "{name}: {found:?}"
    );
    assert!(found.largest_k < 0.05, "{name}: {found:?}");
    assert!(found.largest_soc < 1e-4, "{name}: {found:?}");
}

#[test]
fn particle_models_meet_the_thinned_traces_on_the_same_mesh() {
    for model in ["spm", "spme"] {
        for load in ["1c", "us06", "cccv"] {
            let rows = rows(&root().join(format!("fixtures/traces/{model}_{load}.csv")));
            for form in [MODES, SHELLS] {
                let found = particle(model, &rows, options(form, 20), f64::INFINITY);
                assert_same_mesh(&format!("{model} {load} {form:?}"), &found);
            }
        }
    }
}

#[test]
fn particle_models_meet_the_thinned_traces_on_a_refined_mesh() {
    for (model, shells) in [("spm", 80), ("spme", 60)] {
        let rows = rows(&root().join(format!("fixtures/traces/{model}_1c_mesh{shells}.csv")));
        let form = ParticleForm::Modes {
            shells,
            kept: shells,
        };
        let found = particle(model, &rows, options(form, 60), 3500.0);
        println!("{model} refined: {found:?}");
        assert!(found.rms_v < 1e-3, "{model}: {found:?}");
    }
}

#[test]
fn all_traces_are_met_where_they_are_present() {
    let traces = root().join("../shared/traces");
    if !traces.exists() {
        println!("skipped: no reference traces beside the project");
        return;
    }
    for model in ["spm", "spme"] {
        for load in ["1C", "us06", "udds", "cccv"] {
            let rows = rows(&traces.join(format!("chen2020_{model}_{load}.csv")));
            for form in [MODES, SHELLS] {
                let found = particle(model, &rows, options(form, 20), f64::INFINITY);
                assert_same_mesh(&format!("{model} {load} {form:?}"), &found);
            }
        }
    }
    for load in ["us06", "udds"] {
        assert_circuit(&rows(&traces.join(format!("ecm2rc_{load}.csv"))));
    }
}

/// The circuit of the traces: OCV table, 20 mOhm, 10 mOhm with 10 s and 8 mOhm with 100 s; a cell in a fixture.
fn reference_circuit() -> Assembly<Circuit> {
    let mut reader =
        csv::Reader::from_path(root().join("fixtures/traces/chen2020_ocv.csv")).unwrap();
    let nodes: Vec<(f64, f64)> = reader.deserialize().map(Result::unwrap).collect();
    let (soc, ocv_v) = nodes.into_iter().unzip();
    let elements = Elements {
        r0_ohm: 0.02,
        branch_ohm: [0.01, 0.008, 0.0, 0.0],
        ..Elements::default()
    };
    let parameters = CircuitParameters::new(
        5.0,
        OcvTable::isothermal(soc, ocv_v).unwrap(),
        ElementMaps::constant(elements, 1.0).unwrap(),
        vec![10.0, 100.0],
    );
    let fixture = TwoNode {
        core_j_per_k: 68.0,
        surface_j_per_k: 500.0,
        inner_w_per_k: 0.08,
        outer_w_per_k: 10.0,
        core_k: REFERENCE_K,
        surface_k: REFERENCE_K,
    };
    Assembly::new(
        Circuit::new(Arc::new(parameters.unwrap())),
        Thermal::TwoNode(fixture),
    )
}

fn assert_circuit(rows: &[Row]) {
    let found = run(reference_circuit(), rows, f64::INFINITY);
    println!("circuit: {found:?}");
    assert!(
        found.largest_v < 1e-4 && found.largest_soc < 1e-6,
        "{found:?}"
    );
    assert!(found.largest_k < 0.05, "{found:?}");
}

#[test]
fn the_circuit_meets_the_thinned_trace() {
    assert_circuit(&rows(&root().join("fixtures/traces/circuit_us06.csv")));
}
