
use std::sync::Arc;
use std::time::Instant;
use std::hint::black_box;
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
    Spm::new(Arc::new(lg_m50()), ParticleOptions { particle, ..ParticleOptions::default() })
}

fn spme(particle: ParticleForm, volumes: usize) -> Spme {
    let electrolyte = ElectrolyteMesh::uniform(volumes);
    let options = ParticleOptions { particle, electrolyte, ..ParticleOptions::default() };
    Spme::new(Arc::new(lg_m50()), options).unwrap()
}


fn swing(tick: u32) -> f64 { [4.0, 1.0, -3.0, 2.5, -5.0, 0.5, 3.0, -3.0][tick as usize % 8] }
fn run<M: CellModel>(name: &str, mut cell: M) {
    cell.reset(0.6, REFERENCE_K - 5.0);
    let mut best = [f64::INFINITY; 4];
    let mut sum = 0.0;
    for _ in 0..3000 {
        let t = Instant::now();
        for k in 0..64 { let i = black_box(swing(k)); cell.step(i, 1.0); sum += cell.voltage_v(i); }
        best[0] = best[0].min(t.elapsed().as_secs_f64() / 64.0);
        let t = Instant::now();
        for k in 0..64 { cell.prepare(1.0); let i = black_box(swing(k)); let s = cell.source(i); let i = s.current_a(s.voltage_v(i)); cell.step(i, 1.0); sum += cell.voltage_v(i) + cell.heat_w(); }
        best[1] = best[1].min(t.elapsed().as_secs_f64() / 64.0);
        let t = Instant::now();
        for k in 0..64 { let i = black_box(swing(k)); sum += cell.source(i).e_v; }
        best[2] = best[2].min(t.elapsed().as_secs_f64() / 64.0);
        let t = Instant::now();
        for k in 0..64 { cell.set_temperature_k(black_box(298.15 + 1e-6 * k as f64)); cell.prepare(1.0); sum += cell.temperature_k(); }
        best[3] = best[3].min(t.elapsed().as_secs_f64() / 64.0);
    }
    println!("{name}: step {:.0} ns, loop {:.0} ns, source {:.0} ns, temp+prepare {:.0} ns ({sum:.0})", best[0]*1e9, best[1]*1e9, best[2]*1e9, best[3]*1e9);
}
fn main() {
    const ALL: ParticleForm = ParticleForm::Modes { shells: 20, kept: 20 };
    const FEW: ParticleForm = ParticleForm::Modes { shells: 20, kept: 8 };
    const SHELLS: ParticleForm = ParticleForm::Volumes { shells: 20 };
    run("circuit", circuit(0.0, 0.0));
    run("circuit_full", circuit(0.01, 0.01));
    run("spm20", spm(ALL));
    run("spm8", spm(FEW));
    run("spm shells", spm(SHELLS));
    run("spme 60", spme(ALL, 20));
    run("spme 30", spme(ALL, 10));
}
