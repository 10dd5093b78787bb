//! How results change with the mesh and with the step.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts of steps"
)]

use std::sync::Arc;

use bms_sim::cell::CellModel;
use bms_sim::cell::assembly::Assembly;
use bms_sim::cell::chen2020::lg_m50;
use bms_sim::cell::circuit::{Circuit, CircuitParameters};
use bms_sim::cell::curve::Curve;
use bms_sim::cell::parameters::{Diffusivity, Electrochemistry};
use bms_sim::cell::physics::REFERENCE_K;
use bms_sim::cell::spm::{ParticleForm, ParticleOptions, Spm, Spme};
use bms_sim::cell::thermal::{Lumped, Thermal};
use bms_sim::cell_file::CellFile;

use crate::comparison::{modes, options, root};

/// Voltages each minute of a discharge at 1C from full, 25 degC, 58 minutes.
fn discharge<M: CellModel>(mut cell: M) -> Vec<f64> {
    cell.reset(1.0, REFERENCE_K);
    (0..58)
        .map(|_| {
            for _ in 0..60 {
                cell.step(5.0, 1.0);
            }
            cell.voltage_v(5.0)
        })
        .collect()
}

fn spm(particle: ParticleForm) -> Spm {
    Spm::new(Arc::new(lg_m50()), options(particle, 20))
}

fn spme(shells: usize, volumes: usize) -> Spme {
    Spme::new(Arc::new(lg_m50()), options(modes(shells), volumes)).expect("it has an electrolyte")
}

/// Root mean square and largest difference.
fn apart(a: &[f64], b: &[f64]) -> (f64, f64) {
    let deltas = a.iter().zip(b).map(|(a, b)| a - b);
    let (squares, largest) = deltas.fold((0.0, 0.0_f64), |(squares, largest), d| {
        (squares + d * d, largest.max(d.abs()))
    });
    ((squares / a.len() as f64).sqrt(), largest)
}

/// Rows of a table, with the order at which the error falls from row to row when the mesh is halved.
fn mesh_rows(what: &str, counts: &[usize], run: impl Fn(usize) -> Vec<f64>, truth: &[f64]) {
    let mut before = None;
    for &count in counts {
        let (rms_v, largest_v) = apart(&run(count), truth);
        let order = before.map_or_else(String::new, |coarser: f64| {
            format!("{:.1}", (coarser / rms_v).log2())
        });
        println!(
            "| {what} | {count} | {:.4} | {:.4} | {order} |",
            1e3 * rms_v,
            1e3 * largest_v
        );
        before = Some(rms_v);
    }
}

pub(crate) fn with_mesh() {
    println!("\n## Convergence with the mesh: 1C from full, 58 min\n");
    println!("| what | number | rms / mV | largest / mV | order |\n|---|---|---|---|---|");
    let truth = discharge(spm(modes(320)));
    let counts = [10, 20, 40, 80, 160];
    mesh_rows(
        "shells of each particle (SPM)",
        &counts,
        |n| discharge(spm(modes(n))),
        &truth,
    );
    let truth = discharge(spme(40, 160));
    let counts = [5, 10, 20, 40, 80];
    mesh_rows(
        "volumes in each layer (SPMe)",
        &counts,
        |n| discharge(spme(40, n)),
        &truth,
    );
}

/// Voltages each second of ten minutes with a current that changes every ten seconds.
fn drive<M: CellModel>(mut cell: M) -> Vec<f64> {
    cell.reset(0.6, REFERENCE_K);
    (0..600)
        .map(|second| {
            let current_a = CURRENTS_A[second / 10 % CURRENTS_A.len()];
            cell.step(current_a, 1.0);
            cell.voltage_v(current_a)
        })
        .collect()
}

const CURRENTS_A: [f64; 5] = [6.0, -2.0, 9.0, 0.0, 3.0];

pub(crate) fn with_kept_modes() {
    println!("\n## Modes kept: ten minutes of currents that change every 10 s\n");
    println!("| shells | modes kept | rms / mV | largest / mV |\n|---|---|---|---|");
    for (shells, kepts) in [(20, [4, 6, 8, 12]), (60, [8, 12, 20, 40])] {
        let truth = drive(spm(modes(shells)));
        for kept in kepts {
            let (rms_v, largest_v) =
                apart(&drive(spm(ParticleForm::Modes { shells, kept })), &truth);
            println!(
                "| {shells} | {kept} | {:.4} | {:.4} |",
                1e3 * rms_v,
                1e3 * largest_v
            );
        }
    }
}

/// Voltage and temperature at the end of every ten seconds of half an hour, with currents that change just then.
fn stepped<M: CellModel>(plant: M, thermal: Thermal, dt_s: f64) -> (Vec<f64>, Vec<f64>) {
    let mut cell = Assembly::new(plant, thermal);
    cell.reset(0.8, REFERENCE_K);
    let per_ten = (10.0 / dt_s).round() as usize;
    (0..180)
        .map(|ten| {
            let current_a = CURRENTS_A[ten % CURRENTS_A.len()];
            for _ in 0..per_ten {
                cell.step(current_a, dt_s);
            }
            (cell.voltage_v(current_a), cell.temperature_k())
        })
        .unzip()
}

fn warming() -> Thermal {
    Thermal::Lumped(Lumped {
        heat_capacity_j_per_k: 68.0,
        conductance_w_per_k: 0.05,
        temperature_k: REFERENCE_K,
    })
}

const HELD: Thermal = Thermal::Isothermal {
    temperature_k: REFERENCE_K,
};

/// The LG M50 with activation energies, so that warming matters, and optionally a diffusivity over stoichiometry.
fn warm_cell(curved: bool) -> Arc<Electrochemistry> {
    let mut cell = lg_m50();
    cell.negative.diffusivity_activation_j_per_mol = 30_000.0;
    cell.positive.diffusivity_activation_j_per_mol = 20_000.0;
    if curved {
        let curve = Curve::sample(0.0, 1.0, |x| 3.3e-14 * (1.5 - x));
        cell.negative.diffusivity_m2_per_s = Diffusivity::OfStoichiometry(Arc::new(curve));
    }
    Arc::new(cell)
}

pub(crate) fn with_step() {
    println!("\n## Convergence with the step: half an hour of currents that change every 10 s\n");
    println!("Against steps of 0.02 s; rms of the voltage in mV at the end of each ten seconds.\n");
    println!(
        "| plant | temperature | 0.1 s | 1 s | 10 s | order, 10 s to 1 s | largest at 10 s / K |"
    );
    println!("|---|---|---|---|---|---|---|");
    let exact = ParticleOptions {
        coefficient_tolerance: 0.0,
        ..ParticleOptions::default()
    };
    let shells = ParticleOptions {
        particle: ParticleForm::Volumes { shells: 20 },
        ..exact
    };
    let file = CellFile::load(&root().join("fixtures/cells/lg-m50.toml")).expect("a shipped file");
    let circuit = Arc::new(CircuitParameters::from_cell_file(&file).expect("a shipped file"));
    for (thermal, name) in [(HELD, "held"), (warming(), "warming")] {
        step_row("circuit with maps", name, |dt_s| {
            stepped(Circuit::new(Arc::clone(&circuit)), thermal, dt_s)
        });
        step_row("SPM, modes", name, |dt_s| {
            stepped(Spm::new(warm_cell(false), exact), thermal, dt_s)
        });
        step_row("SPM, shells", name, |dt_s| {
            stepped(Spm::new(warm_cell(false), shells), thermal, dt_s)
        });
        step_row("SPM, shells, D over stoichiometry", name, |dt_s| {
            stepped(Spm::new(warm_cell(true), shells), thermal, dt_s)
        });
        step_row("SPMe, modes", name, |dt_s| {
            let cell = Spme::new(warm_cell(false), exact).expect("it has an electrolyte");
            stepped(cell, thermal, dt_s)
        });
    }
}

fn step_row(plant: &str, temperature: &str, run: impl Fn(f64) -> (Vec<f64>, Vec<f64>)) {
    let (truth_v, truth_k) = run(0.02);
    let runs = [0.1, 1.0, 10.0].map(run);
    let [tenth, one, ten] = [0, 1, 2].map(|n| 1e3 * apart(&runs[n].0, &truth_v).0);
    let order = if ten > 1e-6 {
        format!("{:.1}", (ten / one).log10())
    } else {
        "exact".to_owned()
    };
    let (_, largest_k) = apart(&runs[2].1, &truth_k);
    println!(
        "| {plant} | {temperature} | {tenth:.5} | {one:.5} | {ten:.5} | {order} | {largest_k:.3} |"
    );
}
