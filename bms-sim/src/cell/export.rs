//! From a plant to a cell file: the ideal result of an identification of this cell.
//!
//! The plant is measured virtually at every temperature and SoC of a grid:
//!
//! 1. The open-circuit voltage at rest.
//! 2. The initial voltage drop of pulses at several currents, split into an ohmic resistance and a charge transfer
//!    `Rct Ik asinh(I / Ik)` by non-negative linear least squares. The knee `Ik` of each temperature is the best fit
//!    over all SoCs.
//! 3. The slow drop after the start of a small current in both directions, less the change of the open-circuit
//!    voltage, split among RC branches of given time constants, again by non-negative least squares.
//! 4. The model error: both run the same pulses, and the root mean square difference at each temperature becomes
//!    `voltage_error_v`.
//!
//! Particle models have no hysteresis, so the file has none.

#![allow(clippy::cast_possible_truncation, reason = "a cell file holds f32")]

use std::sync::Arc;

use super::CellModel;
use super::circuit::{Circuit, CircuitError, CircuitParameters};
use super::physics::{REFERENCE_K, ZERO_CELSIUS_K};
use crate::cell_file::{BranchTable, CellFile, Chemistry, CircuitTables, OcvTable};

/// Name of the cell and grid of the measurement.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportOptions {
    /// Name of the cell.
    pub name: String,
    /// Chemistry.
    pub chemistry: Chemistry,
    /// Terminal voltage of an empty cell.
    pub voltage_min_v: f64,
    /// Terminal voltage of a full cell.
    pub voltage_max_v: f64,
    /// Temperatures in degrees Celsius, increasing; at least one.
    pub temperature_degc: Vec<f64>,
    /// Nodes of SoC for the maps, increasing within 0 to 1; at least two.
    pub soc: Vec<f64>,
    /// Time constants of the branches in seconds, increasing; one to four.
    pub tau_s: Vec<f64>,
    /// Intervals of the OCV table; at least one.
    pub ocv_intervals: u16,
}

impl ExportOptions {
    /// Three branches, twelve SoCs and five temperatures from -10 to 45 degrees Celsius.
    #[must_use]
    pub fn new(name: &str, chemistry: Chemistry, voltage_min_v: f64, voltage_max_v: f64) -> Self {
        Self {
            name: name.to_owned(),
            chemistry,
            voltage_min_v,
            voltage_max_v,
            temperature_degc: vec![-10.0, 0.0, 10.0, 25.0, 45.0],
            soc: vec![
                0.03, 0.06, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97,
            ],
            tau_s: vec![5.0, 50.0, 500.0],
            ocv_intervals: 200,
        }
    }
}

/// Currents of the first drops, as C-rates.
const PULSES: [f64; 5] = [0.05, 0.3, 1.0, 2.0, 3.0];
/// Current of the slow drop, as a C-rate: small, so that SoC hardly moves.
const SLOW_RATE: f64 = 0.02;
/// Steps of the slow drop grow by this factor.
const SLOW_GROWTH: f64 = 1.25;
/// Number of those steps, which end after about an hour.
const SLOW_STEPS: usize = 30;
/// Least ohmic resistance of a file, in ohm.
const MIN_OHM: f64 = 1e-6;

/// Makes the file. The plant is left at rest.
pub fn cell_file<M: CellModel>(
    plant: &mut M,
    options: &ExportOptions,
) -> Result<CellFile, CircuitError> {
    let mut circuit = CircuitTables {
        soc: options.soc.iter().map(|z| *z as f32).collect(),
        temperature_degc: options.temperature_degc.iter().map(|t| *t as f32).collect(),
        activation_energy_j_per_mol: 0.0,
        hysteresis_soc: 0.01,
        knee_current_a: Vec::new(),
        voltage_error_v: vec![1e-3; options.temperature_degc.len()],
        r0_ohm: Vec::new(),
        charge_transfer_discharge_ohm: Vec::new(),
        charge_transfer_charge_ohm: Vec::new(),
        hysteresis_v: vec![vec![0.0; options.soc.len()]; options.temperature_degc.len()],
        branch: options
            .tau_s
            .iter()
            .map(|tau| BranchTable {
                tau_s: *tau as f32,
                r_ohm: Vec::new(),
            })
            .collect(),
    };
    for degc in &options.temperature_degc {
        let row = Row::measure(plant, options, degc + ZERO_CELSIUS_K);
        circuit.knee_current_a.push(row.knee_a as f32);
        circuit.r0_ohm.push(row.r0_ohm);
        circuit
            .charge_transfer_discharge_ohm
            .push(row.discharge_ohm);
        circuit.charge_transfer_charge_ohm.push(row.charge_ohm);
        for (branch, ohm) in circuit.branch.iter_mut().zip(row.branch_ohm) {
            branch.r_ohm.push(ohm);
        }
    }
    let mut file = CellFile {
        name: options.name.clone(),
        chemistry: options.chemistry,
        capacity_ah: plant.capacity_ah() as f32,
        voltage_min_v: options.voltage_min_v as f32,
        voltage_max_v: options.voltage_max_v as f32,
        ocv: ocv(plant, options),
        circuit,
    };
    let parameters = Arc::new(CircuitParameters::from_cell_file(&file)?);
    for (index, degc) in options.temperature_degc.iter().enumerate() {
        let error_v = difference_v(plant, &mut Circuit::new(Arc::clone(&parameters)), *degc);
        file.circuit.voltage_error_v[index] = error_v.max(1e-3) as f32;
    }
    plant.reset(1.0, REFERENCE_K);
    Ok(file)
}

fn ocv<M: CellModel>(plant: &mut M, options: &ExportOptions) -> OcvTable {
    let intervals = f64::from(options.ocv_intervals.max(1));
    let nodes = || (0..=options.ocv_intervals.max(1)).map(|k| f64::from(k) / intervals);
    let row = |plant: &mut M, degc: f64| {
        let volts = nodes().map(|soc| {
            plant.reset(soc, degc + ZERO_CELSIUS_K);
            plant.ocv_v() as f32
        });
        volts.collect::<Vec<f32>>()
    };
    let voltage_v: Vec<_> = options
        .temperature_degc
        .iter()
        .map(|degc| row(plant, *degc))
        .collect();
    let alike = voltage_v.iter().all(|row| row == &voltage_v[0]);
    OcvTable {
        soc: nodes().map(|z| z as f32).collect(),
        // One row if the tables do not depend on temperature.
        temperature_degc: if alike {
            vec![25.0]
        } else {
            options.temperature_degc.iter().map(|t| *t as f32).collect()
        },
        voltage_v: if alike {
            voltage_v[..1].to_vec()
        } else {
            voltage_v
        },
    }
}

/// The maps at one temperature.
struct Row {
    knee_a: f64,
    r0_ohm: Vec<f32>,
    discharge_ohm: Vec<f32>,
    charge_ohm: Vec<f32>,
    /// For each branch, all SoCs.
    branch_ohm: Vec<Vec<f32>>,
}

impl Row {
    fn measure<M: CellModel>(plant: &mut M, options: &ExportOptions, temperature_k: f64) -> Self {
        let capacity_ah = plant.capacity_ah();
        let drops: Vec<[Vec<f64>; 2]> = options
            .soc
            .iter()
            .map(|soc| [1.0, -1.0].map(|sign| first_drops(plant, *soc, temperature_k, sign)))
            .collect();
        let misfit = |knee_a: f64| -> f64 {
            drops
                .iter()
                .map(|drops| split(drops, knee_a, capacity_ah).misfit)
                .sum()
        };
        // Knees from a hundredth of a C-rate to thirty, evenly on a logarithmic scale.
        let candidates = (0..=70).map(|k| capacity_ah * 0.01 * 10_f64.powf(f64::from(k) / 20.0));
        let knee_a = candidates
            .min_by(|a, b| misfit(*a).total_cmp(&misfit(*b)))
            .unwrap_or(capacity_ah);
        let mut row = Self {
            knee_a,
            r0_ohm: Vec::new(),
            discharge_ohm: Vec::new(),
            charge_ohm: Vec::new(),
            branch_ohm: vec![Vec::new(); options.tau_s.len()],
        };
        for (soc, drops) in options.soc.iter().zip(&drops) {
            let split = split(drops, knee_a, capacity_ah);
            row.r0_ohm.push(split.ohm[0].max(MIN_OHM) as f32);
            row.discharge_ohm.push(split.ohm[1] as f32);
            row.charge_ohm.push(split.ohm[2] as f32);
            let slow = slow_drop(plant, *soc, temperature_k, &options.tau_s);
            for (branch, ohm) in row.branch_ohm.iter_mut().zip(slow) {
                branch.push(ohm as f32);
            }
        }
        row
    }
}

/// Initial voltage drops of pulses in one direction, in volts.
fn first_drops<M: CellModel>(plant: &mut M, soc: f64, temperature_k: f64, sign: f64) -> Vec<f64> {
    plant.reset(soc, temperature_k);
    let rest_v = plant.voltage_v(0.0);
    let capacity_ah = plant.capacity_ah();
    PULSES
        .iter()
        .map(|rate| rest_v - plant.voltage_v(sign * rate * capacity_ah))
        .collect()
}

struct Split {
    /// Ohmic, charge transfer in discharge and in charge.
    ohm: Vec<f64>,
    misfit: f64,
}

fn split(drops: &[Vec<f64>; 2], knee_a: f64, capacity_ah: f64) -> Split {
    let mut rows = Vec::new();
    for (direction, (sign, drops)) in [1.0, -1.0].into_iter().zip(drops).enumerate() {
        for (rate, drop_v) in PULSES.iter().zip(drops) {
            let current_a = sign * rate * capacity_ah;
            let mut columns = [current_a, 0.0, 0.0];
            columns[1 + direction] = knee_a * (current_a / knee_a).asinh();
            // Relative to the current, so that small pulses count.
            let weight = 1.0 / current_a.abs();
            rows.push((
                columns.iter().map(|c| c * weight).collect(),
                drop_v * weight,
            ));
        }
    }
    let ohm = least_squares(&rows);
    let misfit = rows
        .iter()
        .map(|(columns, value): &(Vec<f64>, f64)| {
            let found: f64 = columns.iter().zip(&ohm).map(|(c, r)| c * r).sum();
            (found - value).powi(2)
        })
        .sum();
    Split { ohm, misfit }
}

/// Resistances of the branches.
fn slow_drop<M: CellModel>(plant: &mut M, soc: f64, temperature_k: f64, tau_s: &[f64]) -> Vec<f64> {
    let mut rows = Vec::new();
    for sign in [1.0, -1.0] {
        plant.reset(soc, temperature_k);
        let current_a = sign * SLOW_RATE * plant.capacity_ah();
        let first_v = plant.ocv_v() - plant.voltage_v(current_a);
        let (mut now_s, mut step_s) = (0.0, 1.0);
        for _ in 0..SLOW_STEPS {
            plant.step(current_a, step_s);
            now_s += step_s;
            step_s *= SLOW_GROWTH;
            let drop_v = plant.ocv_v() - plant.voltage_v(current_a) - first_v;
            let columns = tau_s.iter().map(|tau| -(-now_s / tau).exp_m1()).collect();
            rows.push((columns, drop_v / current_a));
        }
    }
    least_squares(&rows)
}

/// Least squares without negative results, by descent along one unknown after the other.
fn least_squares(rows: &[(Vec<f64>, f64)]) -> Vec<f64> {
    const SWEEPS: usize = 2000;
    let n = rows[0].0.len();
    let product = |i: usize, j: usize| -> f64 { rows.iter().map(|(c, _)| c[i] * c[j]).sum() };
    let matrix: Vec<Vec<f64>> = (0..n)
        .map(|i| (0..n).map(|j| product(i, j)).collect())
        .collect();
    let right: Vec<f64> = (0..n)
        .map(|i| rows.iter().map(|(c, v)| c[i] * v).sum())
        .collect();
    let mut found = vec![0.0; n];
    for _ in 0..SWEEPS {
        for i in 0..n {
            let others: f64 = (0..n)
                .filter(|j| *j != i)
                .map(|j| matrix[i][j] * found[j])
                .sum();
            found[i] = ((right[i] - others) / matrix[i][i]).max(0.0);
        }
    }
    found
}

/// Root mean square difference of two plants over two hours of pulses from 90 % at one temperature.
fn difference_v<M: CellModel>(plant: &mut M, circuit: &mut Circuit, degc: f64) -> f64 {
    const RATES: [f64; 8] = [1.0, 0.0, -0.5, 1.5, 0.3, 0.0, -1.0, 0.7];
    const SECONDS: usize = 7200;
    let capacity_ah = plant.capacity_ah();
    plant.reset(0.9, degc + ZERO_CELSIUS_K);
    circuit.reset(0.9, degc + ZERO_CELSIUS_K);
    let mut squares = 0.0;
    for second in 0..SECONDS {
        let current_a = RATES[second / 20 % RATES.len()] * capacity_ah;
        plant.step(current_a, 1.0);
        circuit.step(current_a, 1.0);
        squares += (plant.voltage_v(current_a) - circuit.voltage_v(current_a)).powi(2);
    }
    (squares / SECONDS as f64).sqrt()
}
