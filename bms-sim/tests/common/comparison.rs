//! Plants beside reference solutions and beside measured logs, for tests and for the report of `docs/plants.md`.
#![allow(dead_code)] // Each user has its own part of it.
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
use bms_sim::cell_file::CellFile;
use bms_sim::data::bdf::Log;

/// Longest step taken between two rows.
const STEP_S: f64 = 1.0;

/// The workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A row of a reference solution.
pub(crate) struct Row {
    pub(crate) time_s: f64,
    pub(crate) current_a: f64,
    pub(crate) voltage_v: f64,
    pub(crate) temperature_degc: f64,
    pub(crate) soc: f64,
}

/// The rows of a reference solution.
pub(crate) fn rows(path: &Path) -> Vec<Row> {
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

/// How far a plant is from what it is compared with.
#[derive(Clone, Debug)]
pub(crate) struct Differences {
    pub(crate) rms_v: f64,
    pub(crate) largest_v: f64,
    pub(crate) largest_k: f64,
    pub(crate) largest_soc: f64,
}

/// Differences, and both voltages over time: `[time_s, plant, other]`.
pub(crate) struct Comparison {
    pub(crate) found: Differences,
    pub(crate) voltages: Vec<[f64; 3]>,
}

/// Runs the trace's current, straight between its rows, and compares at the rows.
pub(crate) fn run<M: CellModel>(mut cell: Assembly<M>, rows: &[Row], until_s: f64) -> Comparison {
    cell.reset(rows[0].soc, REFERENCE_K);
    let mut voltages = Vec::new();
    let (mut largest_k, mut largest_soc): (f64, f64) = (0.0, 0.0);
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
        voltages.push([row.time_s, cell.voltage_v(row.current_a), row.voltage_v]);
        let error_k = cell.thermal().core_k() - ZERO_CELSIUS_K - row.temperature_degc;
        largest_k = largest_k.max(error_k.abs());
        largest_soc = largest_soc.max((cell.soc() - row.soc).abs());
        before = row;
    }
    Comparison {
        found: Differences {
            largest_k,
            largest_soc,
            ..of_voltages(&voltages)
        },
        voltages,
    }
}

fn of_voltages(voltages: &[[f64; 3]]) -> Differences {
    let (rms_v, largest_v) = rms_and_largest(voltages);
    Differences {
        rms_v,
        largest_v,
        largest_k: 0.0,
        largest_soc: 0.0,
    }
}

fn rms_and_largest(voltages: &[[f64; 3]]) -> (f64, f64) {
    let deltas = voltages.iter().map(|[_, plant, other]| plant - other);
    let (squares, largest) = deltas.fold((0.0, 0.0_f64), |(squares, largest), v| {
        (squares + v * v, largest.max(v.abs()))
    });
    ((squares / voltages.len() as f64).sqrt(), largest)
}

/// On a bench with 10 W/(m2 K) of cooling.
pub(crate) fn on_bench<M: CellModel>(plant: M) -> Assembly<M> {
    let thermal = lg_m50().thermal.unwrap();
    let lumped = Lumped {
        heat_capacity_j_per_k: thermal.heat_capacity_j_per_k,
        conductance_w_per_k: 10.0 * thermal.cooling_area_m2,
        temperature_k: REFERENCE_K,
    };
    Assembly::new(plant, Thermal::Lumped(lumped))
}

/// Particles in this form, and this many volumes in each layer of the electrolyte.
pub(crate) fn options(particle: ParticleForm, electrolyte: usize) -> ParticleOptions {
    let electrolyte = ElectrolyteMesh::uniform(electrolyte);
    ParticleOptions {
        particle,
        electrolyte,
        ..ParticleOptions::default()
    }
}

/// All modes of this many shells.
pub(crate) fn modes(shells: usize) -> ParticleForm {
    ParticleForm::Modes {
        shells,
        kept: shells,
    }
}

/// Runs a particle model (`spm` or `spme`) on a trace.
pub(crate) fn particle(
    model: &str,
    rows: &[Row],
    options: ParticleOptions,
    until_s: f64,
) -> Comparison {
    let cell = Arc::new(lg_m50());
    if model == "spm" {
        run(on_bench(Spm::new(cell, options)), rows, until_s)
    } else {
        run(on_bench(Spme::new(cell, options).unwrap()), rows, until_s)
    }
}

/// The circuit of the traces: OCV table, 20 mOhm, 10 mOhm with 10 s and 8 mOhm with 100 s; a cell in a fixture.
pub(crate) fn reference_circuit() -> Assembly<Circuit> {
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

/// The state of charge above which the identification's own errors are counted.
const FIGURES_ABOVE_SOC: f64 = 0.15;

/// The measured US06 of the LG 18650HG2, warm to cold.
pub(crate) const HG2_DRIVES: [&str; 5] = [
    "40degC_556_US06.bdf.csv.gz",
    "25degC_551_US06.bdf.csv.gz",
    "10degC_567_US06.bdf.csv.gz",
    "n10degC_601_US06.bdf.csv.gz",
    "n20degC_610_US06.bdf.csv.gz",
];

/// A measured drive of the LG 18650HG2 beside the circuit of its cell file.
pub(crate) struct MeasuredDrive {
    pub(crate) comparison: Comparison,
    /// Mean temperature of the cell.
    pub(crate) mean_degc: f64,
    /// Error that the identification itself has on this log, in the fit and with the log left out of it.
    pub(crate) fit_rms_v: f64,
    pub(crate) unseen_rms_v: f64,
}

/// Runs the LG 18650HG2's circuit with a log's current and temperature from full. Differences are counted above 15 % of
/// charge, as the identification does.
pub(crate) fn hg2_drive(data: &Path, name: &str) -> MeasuredDrive {
    let path = root().join("fixtures/cells/lg-hg2.toml");
    let file = CellFile::load(&path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let [fit_rms_v, unseen_rms_v] = identification_error(&text, name);
    let log = Log::read(&data.join("hg2").join(name)).unwrap();
    let temperature_degc = log.temperature_held_degc().unwrap();
    let parameters = CircuitParameters::from_cell_file(&file).unwrap();
    let capacity_ah = parameters.capacity_ah();
    let mut cell = Circuit::new(Arc::new(parameters));
    cell.reset(1.0, temperature_degc[0] + ZERO_CELSIUS_K);
    let mut voltages = Vec::new();
    let mut largest_soc: f64 = 0.0;
    let start_ah = log.net_capacity_ah[0].unwrap();
    for (k, span_s) in (1..).zip(log.time_s.windows(2)) {
        cell.set_temperature_k(temperature_degc[k] + ZERO_CELSIUS_K);
        let current_a = log.current_a[k];
        cell.step(current_a, span_s[1] - span_s[0]);
        let counted = 1.0 + (log.net_capacity_ah[k].unwrap() - start_ah) / capacity_ah;
        if counted > FIGURES_ABOVE_SOC {
            voltages.push([log.time_s[k], cell.voltage_v(current_a), log.voltage_v[k]]);
            largest_soc = largest_soc.max((cell.soc() - counted).abs());
        }
    }
    MeasuredDrive {
        comparison: Comparison {
            found: Differences {
                largest_soc,
                ..of_voltages(&voltages)
            },
            voltages,
        },
        mean_degc: temperature_degc.iter().sum::<f64>() / temperature_degc.len() as f64,
        fit_rms_v,
        unseen_rms_v,
    }
}

/// The two errors that the head of a cell file tells of a log, in volt.
fn identification_error(cell_file: &str, log: &str) -> [f64; 2] {
    let line = cell_file.lines().find(|line| line.contains(log)).unwrap();
    let numbers: Vec<f64> = line
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    let [_, fit_mv, unseen_mv] = numbers[..] else {
        panic!("{line}: temperature and two errors expected");
    };
    [fit_mv * 1e-3, unseen_mv * 1e-3]
}

/// Rates of the LG M50's measured discharges from rest at a temperature. That at 1.5C and 45 degC does not begin at rest.
pub(crate) fn lg_m50_rates(degc: i32) -> &'static [&'static str] {
    if degc == 45 {
        &["0p1C", "0p5C", "1C"]
    } else {
        &["0p1C", "0p5C", "1C", "2C"]
    }
}

/// A measured discharge of an LG M50 beside the SPMe with the published parameters.
pub(crate) struct MeasuredDischarge {
    /// Over the whole discharge.
    pub(crate) comparison: Comparison,
    /// Over the first nine tenths of the charge that the cell gave: at its end the voltage falls off, and a difference
    /// of capacity becomes one of voltage.
    pub(crate) first_nine_tenths: Differences,
    /// Charge taken out until 2.5 V, of the cell and of the plant.
    pub(crate) measured_ah: f64,
    pub(crate) plant_ah: f64,
}

/// Where both discharges end.
const EMPTY_V: f64 = 2.5;

/// Runs the LG M50 with the current and the surface temperature of a measured discharge, from the state of charge at
/// which its open-circuit voltage is that of the log's first row, until either is empty.
pub(crate) fn lg_m50_discharge(data: &Path, name: &str) -> MeasuredDischarge {
    let log = Log::read(&data.join("lgm50").join(name)).unwrap();
    let temperature_degc = log.temperature_held_degc().unwrap();
    let mut cell = Spme::new(Arc::new(lg_m50()), ParticleOptions::default()).unwrap();
    let start_soc = soc_at_rest(&mut cell, log.voltage_v[0], temperature_degc[0]);
    cell.reset(start_soc, temperature_degc[0] + ZERO_CELSIUS_K);
    let (mut voltages, mut taken_ah) = (Vec::new(), Vec::new());
    let (mut measured_ah, mut plant_ah) = (0.0, None);
    let discharge = 1..log.len();
    for k in discharge.take_while(|&k| log.current_a[k] > 0.0 && log.voltage_v[k] >= EMPTY_V) {
        let dt_s = log.time_s[k] - log.time_s[k - 1];
        let current_a = log.current_a[k];
        measured_ah += current_a * dt_s / 3600.0;
        step_finely(&mut cell, current_a, dt_s, temperature_degc[k]);
        let plant_v = cell.voltage_v(current_a);
        if plant_v < EMPTY_V {
            plant_ah.get_or_insert(measured_ah);
        }
        if plant_ah.is_none() {
            voltages.push([log.time_s[k], plant_v, log.voltage_v[k]]);
            taken_ah.push(measured_ah);
        }
    }
    let early = taken_ah.partition_point(|ah| *ah <= 0.9 * measured_ah);
    MeasuredDischarge {
        first_nine_tenths: of_voltages(&voltages[..early]),
        comparison: Comparison {
            found: of_voltages(&voltages),
            voltages,
        },
        measured_ah,
        plant_ah: plant_ah.unwrap_or_else(|| measured_ah + rest_of_charge(cell, &log)),
    }
}

fn step_finely(cell: &mut Spme, current_a: f64, dt_s: f64, temperature_degc: f64) {
    cell.set_temperature_k(temperature_degc + ZERO_CELSIUS_K);
    let steps = (dt_s / 10.0).ceil().max(1.0);
    for _ in 0..steps as usize {
        cell.step(current_a, dt_s / steps);
    }
}

/// What the plant gives further at the discharge's current until it is empty.
fn rest_of_charge(mut cell: Spme, log: &Log) -> f64 {
    let current_a = log.current_a.iter().copied().fold(0.0, f64::max);
    let mut charge_ah = 0.0;
    while cell.voltage_v(current_a) > EMPTY_V {
        cell.step(current_a, 1.0);
        charge_ah += current_a / 3600.0;
    }
    charge_ah
}

fn soc_at_rest(cell: &mut Spme, voltage_v: f64, temperature_degc: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.05);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        cell.reset(middle, temperature_degc + ZERO_CELSIUS_K);
        if cell.ocv_v() < voltage_v {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}
