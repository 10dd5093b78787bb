//! Time of one step of each cell plant, and of a whole discharge.
//!
//! `step` holds a current and reads the voltage. `closed_loop` asks for the source, chooses the current from it, steps
//! and reads the voltage and the heat: what a pack solver or a controller does to each cell.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};

use bms_sim::cell::CellModel;
use bms_sim::cell::chen2020::lg_m50;
use bms_sim::cell::circuit::{Circuit, CircuitParameters, ElementMaps, Elements, OcvTable};
use bms_sim::cell::electrolyte::ElectrolyteMesh;
use bms_sim::cell::physics::REFERENCE_K;
use bms_sim::cell::spm::{ParticleForm, ParticleOptions, Spm, Spme};

/// Two branches, a 9 by 5 grid for each direction, an OCV of 257 nodes at two temperatures.
fn circuit(charge_transfer_ohm: f64, hysteresis_v: f64) -> Circuit {
    let soc: Vec<f64> = (0..=256).map(|k| f64::from(k) / 256.0).collect();
    let volts: Vec<f64> = soc.iter().map(|z| 3.0 + z + 0.2 * z * z).collect();
    let ocv = OcvTable::new(soc, vec![273.15, 313.15], &[volts.clone(), volts]);
    let elements = Elements {
        r0_ohm: 0.02,
        charge_transfer_ohm,
        branch_ohm: [0.01, 0.008, 0.0, 0.0],
        hysteresis_v,
    };
    let map_soc: Vec<f64> = (0..9).map(|k| f64::from(k) / 8.0).collect();
    let maps = ElementMaps::new(
        map_soc,
        vec![253.15, 273.15, 288.15, 298.15, 313.15],
        20_000.0,
        vec![3.0; 5],
        vec![elements; 45],
        vec![elements; 45],
    );
    let parameters = CircuitParameters::new(5.0, ocv.unwrap(), maps.unwrap(), vec![10.0, 100.0]);
    Circuit::new(Arc::new(parameters.unwrap()))
}

fn spm(particle: ParticleForm) -> Spm {
    Spm::new(
        Arc::new(lg_m50()),
        ParticleOptions {
            particle,
            ..ParticleOptions::default()
        },
    )
}

fn spme(particle: ParticleForm, volumes: usize) -> Spme {
    let electrolyte = ElectrolyteMesh::uniform(volumes);
    let options = ParticleOptions {
        particle,
        electrolyte,
        ..ParticleOptions::default()
    };
    Spme::new(Arc::new(lg_m50()), options).unwrap()
}

/// A current that goes round the window's middle without leaving it.
fn swing(tick: u32) -> f64 {
    [4.0, 1.0, -3.0, 2.5, -5.0, 0.5, 3.0, -3.0][tick as usize % 8]
}

fn run<M: CellModel>(criterion: &mut Criterion, name: &str, mut cell: M) {
    cell.reset(0.6, REFERENCE_K - 5.0);
    let mut tick = 0_u32;
    criterion.bench_function(&format!("plants/{name}/step"), |bencher| {
        bencher.iter(|| {
            tick = tick.wrapping_add(1);
            let current_a = black_box(swing(tick));
            cell.step(current_a, 1.0);
            cell.voltage_v(current_a)
        });
    });
    cell.reset(0.6, REFERENCE_K - 5.0);
    criterion.bench_function(&format!("plants/{name}/closed_loop"), |bencher| {
        bencher.iter(|| {
            tick = tick.wrapping_add(1);
            cell.prepare(1.0);
            let guess_a = black_box(swing(tick));
            let source = cell.source(guess_a);
            let current_a = source.current_a(source.voltage_v(guess_a));
            cell.step(current_a, 1.0);
            (cell.voltage_v(current_a), cell.heat_w())
        });
    });
}

fn plants(criterion: &mut Criterion) {
    const ALL: ParticleForm = ParticleForm::Modes {
        shells: 20,
        kept: 20,
    };
    const FEW: ParticleForm = ParticleForm::Modes {
        shells: 20,
        kept: 8,
    };
    const SHELLS: ParticleForm = ParticleForm::Volumes { shells: 20 };
    run(criterion, "circuit", circuit(0.0, 0.0));
    run(
        criterion,
        "circuit_transfer_hysteresis",
        circuit(0.01, 0.01),
    );
    run(criterion, "spm_20_modes", spm(ALL));
    run(criterion, "spm_8_modes", spm(FEW));
    run(criterion, "spm_20_shells", spm(SHELLS));
    run(criterion, "spme_20_modes_60_volumes", spme(ALL, 20));
    run(criterion, "spme_20_modes_30_volumes", spme(ALL, 10));
}

/// A discharge at 1C from full, 3,600 steps of one second, voltage read at each.
fn discharge(criterion: &mut Criterion) {
    let fresh = spm(ParticleForm::Modes {
        shells: 20,
        kept: 20,
    });
    criterion.bench_function("plants/spm_20_modes/discharge_1c_3600_steps", |bencher| {
        bencher.iter(|| {
            let mut cell = fresh.clone();
            let mut least_v = f64::INFINITY;
            for _ in 0..3600 {
                cell.step(black_box(5.0), 1.0);
                least_v = least_v.min(cell.voltage_v(5.0));
            }
            least_v
        });
    });
}

criterion_group!(benches, plants, discharge);
criterion_main!(benches);
