use bms_sim::cell::CellModel;
use bms_sim::cell::assembly::Assembly;
use bms_sim::cell::chen2020::lg_m50;
use bms_sim::cell::electrolyte::ElectrolyteMesh;
use bms_sim::cell::spm::{ParticleForm, ParticleOptions, Spm, Spme};
use bms_sim::cell::thermal::{Lumped, Thermal};
use std::path::PathBuf;
use std::sync::Arc;

struct Row {
    t: f64,
    i: f64,
    v: f64,
    temp: f64,
    soc: f64,
}
fn load(name: &str) -> Vec<Row> {
    let path = PathBuf::from("../../shared/traces").join(name);
    let mut r = csv::Reader::from_path(path).unwrap();
    r.records()
        .map(|r| {
            let r = r.unwrap();
            let f = |k: usize| r[k].parse().unwrap();
            Row {
                t: f(0),
                i: f(1),
                v: f(2),
                temp: f(3),
                soc: f(4),
            }
        })
        .collect()
}
fn compare<M: CellModel>(name: &str, plant: M, until: f64) {
    let cell = lg_m50();
    let rows = load(name);
    let thermal = Thermal::Lumped(Lumped {
        heat_capacity_j_per_k: cell.thermal.heat_capacity_j_per_k,
        conductance_w_per_k: 10.0 * cell.thermal.cooling_area_m2,
        temperature_k: 298.15,
    });
    let mut cell = Assembly::new(plant, thermal);
    cell.reset(rows[0].soc, 298.15);
    let (mut sq, mut mx, mut at, mut n, mut mt, mut ms) = (0.0, 0.0_f64, 0.0, 0, 0.0_f64, 0.0_f64);
    let mut before = (rows[0].t, rows[0].i);
    for row in &rows {
        if row.t > until {
            break;
        }
        if row.t > before.0 {
            cell.step_ramp(before.1, row.i, row.t - before.0);
        }
        before = (row.t, row.i);
        let e = cell.voltage_v(row.i) - row.v;
        sq += e * e;
        n += 1;
        if e.abs() > mx {
            mx = e.abs();
            at = row.t;
        }
        mt = mt.max((cell.thermal().core_k() - 273.15 - row.temp).abs());
        ms = ms.max((cell.soc() - row.soc).abs());
    }
    println!(
        "{name}: rms {:.4} mV max {:.4} mV at {at}  dT {:.5} K dsoc {:.2e}",
        1e3 * f64::sqrt(sq / n as f64),
        mx * 1e3,
        mt,
        ms
    );
}
#[test]
fn all() {
    let cell = Arc::new(lg_m50());
    for form in [
        ParticleForm::Modes {
            shells: 20,
            kept: 20,
        },
        ParticleForm::Volumes { shells: 20 },
        ParticleForm::Modes {
            shells: 20,
            kept: 8,
        },
    ] {
        println!("{form:?}");
        let o = ParticleOptions {
            particle: form,
            ..Default::default()
        };
        for c in ["us06", "udds", "1C", "cccv"] {
            compare(
                &format!("chen2020_spm_{c}.csv"),
                Spm::new(cell.clone(), o),
                1e9,
            );
            compare(
                &format!("chen2020_spme_{c}.csv"),
                Spme::new(cell.clone(), o),
                1e9,
            );
        }
    }
    let o = ParticleOptions {
        particle: ParticleForm::Modes {
            shells: 80,
            kept: 80,
        },
        electrolyte: ElectrolyteMesh::uniform(60),
        ..Default::default()
    };
    compare(
        "chen2020_spm_1C_mesh80.csv",
        Spm::new(cell.clone(), o),
        3500.0,
    );
    let o = ParticleOptions {
        particle: ParticleForm::Modes {
            shells: 60,
            kept: 60,
        },
        electrolyte: ElectrolyteMesh::uniform(60),
        ..Default::default()
    };
    compare(
        "chen2020_spme_1C_mesh60.csv",
        Spme::new(cell.clone(), o),
        3500.0,
    );
}
