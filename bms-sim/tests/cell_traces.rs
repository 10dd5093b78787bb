//! The plants against reference solutions of the same equations by another program.
//!
//! Thinned traces in `fixtures/traces` run in every clone; the whole ones run where `../shared/traces` is.

mod common;
#[path = "common/comparison.rs"]
mod comparison;

use bms_sim::cell::spm::ParticleForm;

use comparison::{
    Differences, HG2_DRIVES, Row, hg2_drive, lg_m50_discharge, lg_m50_rates, modes, options,
    particle, reference_circuit, root, rows, run,
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
            for form in [modes(20), SHELLS] {
                let found = particle(model, &rows, options(form, 20), f64::INFINITY).found;
                assert_same_mesh(&format!("{model} {load} {form:?}"), &found);
            }
        }
    }
}

#[test]
fn particle_models_meet_the_thinned_traces_on_a_refined_mesh() {
    for (model, shells) in [("spm", 80), ("spme", 60)] {
        let rows = rows(&root().join(format!("fixtures/traces/{model}_1c_mesh{shells}.csv")));
        let found = particle(model, &rows, options(modes(shells), 60), 3500.0).found;
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
            for form in [modes(20), SHELLS] {
                let found = particle(model, &rows, options(form, 20), f64::INFINITY).found;
                assert_same_mesh(&format!("{model} {load} {form:?}"), &found);
            }
        }
    }
    for load in ["us06", "udds"] {
        assert_circuit(&rows(&traces.join(format!("ecm2rc_{load}.csv"))));
    }
}

fn assert_circuit(rows: &[Row]) {
    let found = run(reference_circuit(), rows, f64::INFINITY).found;
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

/// With the log's current and temperature, the plant is as far from the measured voltage as the identification says that
/// its model is: the circuit of `bms-sim` is that of `bms-core`.
#[test]
fn the_identified_circuit_reproduces_measured_drives() {
    let Some(data) = common::data_dir_or_skip("the circuit of LG 18650HG2 on measured US06") else {
        return;
    };
    for name in HG2_DRIVES {
        let drive = hg2_drive(&data, name);
        let found = &drive.comparison.found;
        println!(
            "{name}: {found:?}, fit {} V, unseen {} V",
            drive.fit_rms_v, drive.unseen_rms_v
        );
        assert!(found.rms_v < drive.unseen_rms_v, "{name}: {found:?}");
    }
}

/// The published parameters describe another specimen and were not fitted to these tests: the bounds say how far off they
/// are, no more (docs/plants.md).
#[test]
fn the_published_lg_m50_is_as_far_from_measured_discharges_as_told() {
    let Some(data) = common::data_dir_or_skip("the SPMe of LG M50 beside measured discharges")
    else {
        return;
    };
    for (degc, bound_v) in [(0, 0.15), (10, 0.1), (25, 0.07), (45, 0.055)] {
        for rate in lg_m50_rates(degc) {
            let name = format!("oxf_rate_T{degc}_cRate_{rate}.bdf.csv.gz");
            let discharge = lg_m50_discharge(&data, &name);
            let found = &discharge.first_nine_tenths;
            println!(
                "{name}: {found:?}, {:.3} V rms in all, {:.3} Ah measured, {:.3} Ah",
                discharge.comparison.found.rms_v, discharge.measured_ah, discharge.plant_ah
            );
            assert!(found.rms_v < bound_v, "{name}: {found:?}");
        }
    }
}
