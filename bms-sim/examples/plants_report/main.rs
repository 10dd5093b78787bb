//! The tables and plots of `docs/plants.md`:
//!
//! ```sh
//! cargo run --release -p bms-sim --example plants_report
//! ```
//!
//! Tables go to standard output, plots to `docs/plots`. What needs measured logs or the whole reference solutions says so
//! where they are absent.

#[path = "../../tests/common/comparison.rs"]
mod comparison;
mod convergence;
mod draw;
#[path = "../../tests/common/logs.rs"]
mod logs;

use std::error::Error;
use std::path::Path;

use bms_sim::cell::spm::ParticleForm;

use comparison::{
    Comparison, Differences, HG2_DRIVES, hg2_drive, lg_m50_discharge, lg_m50_rates, modes, options,
    particle, reference_circuit, root, rows, run,
};
use draw::{Panel, Series};

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    reference_solutions()?;
    convergence::with_mesh();
    convergence::with_kept_modes();
    convergence::with_step();
    if let Some(data) = logs::data_dir_or_skip("plants beside measured logs") {
        measured_drives(&data)?;
        measured_discharges(&data)?;
    }
    Ok(())
}

/// Plants beside PyBaMM's solutions on the same mesh, and refined ones.
fn reference_solutions() -> Outcome {
    println!("\n## Against reference solutions\n");
    println!("| plant | load | rms / mV | largest / mV | temperature, largest / K |");
    println!("|---|---|---|---|---|");
    let fixtures = root().join("fixtures/traces");
    let shells = ParticleForm::Volumes { shells: 20 };
    for model in ["spm", "spme"] {
        let mut plots = Vec::new();
        for load in ["1c", "cccv", "us06"] {
            let rows = rows(&fixtures.join(format!("{model}_{load}.csv")));
            for (form, name) in [(modes(20), "modes"), (shells, "shells")] {
                let found = particle(model, &rows, options(form, 20), f64::INFINITY);
                reference_row(&format!("{model}, 20 {name}"), load, &found.found);
                if name == "modes" {
                    plots.push((load, found));
                }
            }
        }
        let udds = root().join(format!("../shared/traces/chen2020_{model}_udds.csv"));
        if udds.exists() {
            let found = particle(model, &rows(&udds), options(modes(20), 20), f64::INFINITY);
            reference_row(&format!("{model}, 20 modes"), "udds", &found.found);
        } else {
            println!("skipped: {model} on UDDS: no reference traces beside the project");
        }
        let shells = if model == "spm" { 80 } else { 60 };
        let refined = rows(&fixtures.join(format!("{model}_1c_mesh{shells}.csv")));
        for shells in [20, shells] {
            let found = particle(model, &refined, options(modes(shells), 60), 3500.0);
            let name = format!("{model}, {shells} modes against the refined solution");
            reference_row(&name, "1c, 3,500 s", &found.found);
        }
        for (load, found) in plots {
            beside_reference(&format!("plants-{model}-{load}.svg"), &found)?;
        }
    }
    let found = run(
        reference_circuit(),
        &rows(&fixtures.join("circuit_us06.csv")),
        f64::INFINITY,
    );
    reference_row("circuit, 2 RC", "us06", &found.found);
    beside_reference("plants-circuit-us06.svg", &found)
}

fn reference_row(plant: &str, load: &str, found: &Differences) {
    println!(
        "| {plant} | {load} | {:.4} | {:.4} | {:.3} |",
        1e3 * found.rms_v,
        1e3 * found.largest_v,
        found.largest_k
    );
}

/// Both voltages, and their difference in microvolts.
fn beside_reference(file: &str, found: &Comparison) -> Outcome {
    let last_s = found.voltages.last().map_or(0.0, |row| row[0]);
    let minutes = |row: &[f64; 3]| row[0] / 60.0;
    let curve = |column: usize| {
        let points = found.voltages.iter();
        points.map(|row| (minutes(row), row[column])).collect()
    };
    let difference = found.voltages.iter();
    let difference = difference
        .map(|row| (minutes(row), 1e6 * (row[1] - row[2])))
        .collect();
    draw::panels(
        &plots().join(file),
        (last_s / 60.0, "time / min"),
        &[
            Panel {
                label: "voltage / V",
                series: vec![
                    Series::reference("PyBaMM", curve(2)),
                    Series::plant("bms-sim", curve(1)),
                ],
            },
            Panel {
                label: "difference / µV",
                series: vec![Series::plant("bms-sim less PyBaMM", difference)],
            },
        ],
    )
}

fn plots() -> std::path::PathBuf {
    root().join("docs/plots")
}

/// The identified circuit of the LG 18650HG2 on measured drives.
fn measured_drives(data: &Path) -> Outcome {
    println!("\n## The circuit of LG 18650HG2 beside measured US06\n");
    println!(
        "| log | mean / degC | rms / mV | largest / mV | identification, in the fit / mV | log left out / mV |"
    );
    println!("|---|---|---|---|---|---|");
    for name in HG2_DRIVES {
        let drive = hg2_drive(data, name);
        let found = &drive.comparison.found;
        println!(
            "| {} | {:.1} | {:.1} | {:.0} | {:.1} | {:.1} |",
            name.trim_end_matches(".bdf.csv.gz"),
            drive.mean_degc,
            1e3 * found.rms_v,
            1e3 * found.largest_v,
            1e3 * drive.fit_rms_v,
            1e3 * drive.unseen_rms_v,
        );
        if name.starts_with("25degC") {
            beside_measured_drive(&drive.comparison)?;
        }
    }
    Ok(())
}

fn beside_measured_drive(found: &Comparison) -> Outcome {
    let last_s = found.voltages.last().map_or(0.0, |row| row[0]);
    let curve = |value: &dyn Fn(&[f64; 3]) -> f64| {
        let points = found.voltages.iter();
        points.map(|row| (row[0] / 60.0, value(row))).collect()
    };
    draw::panels(
        &plots().join("plants-lg-hg2-us06.svg"),
        (last_s / 60.0, "time / min"),
        &[
            Panel {
                label: "voltage / V",
                series: vec![
                    Series::reference("measured", curve(&|row| row[2])),
                    Series::plant("circuit", curve(&|row| row[1])),
                ],
            },
            Panel {
                label: "difference / mV",
                series: vec![Series::plant(
                    "circuit less measured",
                    curve(&|row| 1e3 * (row[1] - row[2])),
                )],
            },
        ],
    )
}

/// The LG M50 with the published parameters beside discharges of a real one.
fn measured_discharges(data: &Path) -> Outcome {
    println!("\n## The SPMe of LG M50 beside measured discharges\n");
    println!(
        "| degC | rate | rms, first 90 % / mV | largest, first 90 % / mV | rms, to the end / mV | given / Ah | plant gives / Ah |"
    );
    println!("|---|---|---|---|---|---|---|");
    let mut panels = Vec::new();
    for degc in [45, 25, 10, 0] {
        let mut series = Vec::new();
        for rate in lg_m50_rates(degc) {
            let name = format!("oxf_rate_T{degc}_cRate_{rate}.bdf.csv.gz");
            let discharge = lg_m50_discharge(data, &name);
            println!(
                "| {degc} | {} | {:.0} | {:.0} | {:.0} | {:.2} | {:.2} |",
                rate.replace('p', "."),
                1e3 * discharge.first_nine_tenths.rms_v,
                1e3 * discharge.first_nine_tenths.largest_v,
                1e3 * discharge.comparison.found.rms_v,
                discharge.measured_ah,
                discharge.plant_ah,
            );
            if ["0p1C", "1C"].contains(rate) {
                let last_s = discharge
                    .comparison
                    .voltages
                    .last()
                    .map_or(1.0, |row| row[0]);
                let until_ah = discharge.measured_ah.min(discharge.plant_ah);
                let curve = |column: usize| {
                    let points = discharge.comparison.voltages.iter();
                    points
                        .map(|row| (row[0] / last_s * until_ah, row[column]))
                        .collect()
                };
                let (measured, plant) = if *rate == "1C" && degc == 45 {
                    ("measured, 0.1C and 1C", "SPMe")
                } else {
                    ("", "")
                };
                series.push(Series::reference(measured, curve(2)));
                series.push(Series::plant(plant, curve(1)));
            }
        }
        panels.push((degc, series));
    }
    let labels: Vec<String> = panels
        .iter()
        .map(|(degc, _)| format!("V at {degc} degC"))
        .collect();
    let panels: Vec<Panel<'_>> = panels
        .into_iter()
        .zip(&labels)
        .map(|((_, series), label)| Panel { label, series })
        .collect();
    draw::panels(
        &plots().join("plants-lg-m50-rates.svg"),
        (5.1, "charge taken out / Ah"),
        &panels,
    )
}
