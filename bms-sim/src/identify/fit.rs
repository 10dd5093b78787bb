//! The identification as a whole.

use std::path::PathBuf;

use indicatif::ProgressBar;
use nalgebra::DVector;
use rayon::prelude::*;

use super::capacity::{Capacity, identified_capacity};
use super::features::{FIRST_BRANCH, HYSTERESIS, R0, Shape, TRANSFER_CHARGE, TRANSFER_DISCHARGE};
use super::normal::{Normal, assemble, nearest, smooth, solve};
use super::record::{RawRecord, Record, ZERO_CELSIUS_K};
use super::{IdentifyError, LogEntry, Manifest, Role};
use crate::cell_file::{BranchTable, CellFile, CircuitTables, OcvTable};

/// SoC nodes of the circuit's maps: dense where resistances change.
const SOC_NODES: [f64; 14] = [
    0.0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0,
];

/// Logs with median temperatures closer than this share a temperature node, in kelvin.
const NODE_DISTANCE_K: f64 = 4.0;

/// Minimum voltage error in the cell file.
const MIN_VOLTAGE_ERROR_V: f64 = 0.002;

/// Below this SoC the figures of fit are not counted: the OCV falls too steeply for millivolts to mean anything.
const FIGURES_ABOVE_SOC: f64 = 0.15;

/// Error of a log's state of charge, and of the model's voltage in flat parts of the OCV: only their ratio matters.
const SOC_ERROR: f64 = 0.003;
const MODEL_ERROR_V: f64 = 0.01;

/// Largest number of trial fits of the search.
const MAX_TRIALS: usize = 60;

/// An identified cell.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The cell.
    pub file: CellFile,
    /// Source of the capacity.
    pub capacity_source: String,
    /// Voltage error of each log.
    pub logs: Vec<LogFit>,
    /// Prediction error of the logs excluded from the fit.
    pub unseen: Vec<LogFit>,
    /// Limitations of the identified cell.
    pub warnings: Vec<String>,
}

/// Voltage error of one log.
#[derive(Clone, Debug)]
pub struct LogFit {
    /// The log.
    pub path: PathBuf,
    /// Role of the log.
    pub role: Role,
    /// Median temperature in degrees Celsius.
    pub temperature_degc: f64,
    /// Root mean square of the voltage error above 15 % SoC, in volts.
    pub rms_v: f64,
    /// Mean of model minus measured voltage above 15 % SoC, in volts.
    pub mean_v: f64,
    /// The same with the log left out of the fit.
    pub unseen_rms_v: f64,
    /// 68 % bound of the error with the log left out of the fit, in volts.
    pub unseen_sigma_v: f64,
    /// The same with the log in the fit.
    pub sigma_v: f64,
    /// Test time, for plots.
    pub time_s: Vec<f64>,
    /// State of charge, for plots.
    pub soc: Vec<f64>,
    /// Model minus measured voltage, for plots.
    pub residual_v: Vec<f64>,
    /// Remark on the log.
    pub note: Option<String>,
}

/// Identifies a cell; `progress` counts trial fits and logs.
///
/// # Errors
/// Whatever [`IdentifyError`] names.
pub fn identify(manifest: &Manifest, progress: &ProgressBar) -> Result<Fit, IdentifyError> {
    let window_v = (manifest.voltage_min_v, manifest.voltage_max_v);
    progress.set_message("reading logs");
    progress.set_length((MAX_TRIALS + 2 * manifest.logs.len()) as u64);
    let read = |entries: &[LogEntry]| -> Result<Vec<RawRecord>, IdentifyError> {
        entries
            .par_iter()
            .map(|entry| RawRecord::read(entry, manifest.capacity_ah))
            .collect()
    };
    let raw = read(&manifest.logs)?;
    progress.inc(manifest.logs.len() as u64);
    let capacity = identified_capacity(&raw, manifest.capacity_ah, window_v);
    let with_soc = |raw: Vec<RawRecord>| -> Result<Vec<Record>, IdentifyError> {
        raw.into_iter()
            .map(|raw| raw.with_capacity(capacity.ah, window_v.1))
            .collect()
    };
    let mut records = with_soc(raw)?;
    let unseen = with_soc(read(&manifest.unseen)?)?;
    progress.set_message("fitting");
    let start = Shape {
        capacity_ah: capacity.ah,
        ocv_soc: ocv_nodes(),
        soc: SOC_NODES.to_vec(),
        temperature_k: temperature_nodes(&records),
        tau_s: vec![3.0, 50.0, 1000.0],
        knee_c_rate: 0.3,
        knee_energy_j_per_mol: 26e3,
        energy_j_per_mol: 40e3,
        hysteresis_soc: 0.03,
        hysteresis_seen: records.iter().any(shows_both_directions),
    };
    trust_flat_parts(&start, &mut records)?;
    let all: Vec<&Record> = records.iter().collect();
    let shape = search(start, &all, progress)?;
    let mut data = assemble(&shape, &all);
    let unsmoothed = data.clone();
    smooth(&shape, &mut data);
    let x = solve(&shape, &data).ok_or_else(not_determined)?;

    progress.set_message("leave-one-out fits");
    let mut logs = log_fits(&shape, &records, &x);
    leave_one_out(&shape, &records, &unsmoothed, &mut logs, progress);
    let error_v = voltage_errors(&shape, &logs);
    let mut warnings: Vec<String> = capacity.warning.iter().cloned().collect();
    warnings.extend(thin_data(&shape, &records));
    let file = cell_file(manifest, &capacity, &shape, &x, &error_v);
    Ok(Fit {
        file,
        capacity_source: capacity.source,
        logs,
        unseen: log_fits(&shape, &unseen, &x),
        warnings,
    })
}

fn not_determined() -> IdentifyError {
    IdentifyError::NotDetermined(
        "the equations have no unique solution; expected logs that cover the range of SoC with and without current"
            .to_owned(),
    )
}

/// Whether a slow log discharges and then charges the cell by at least half.
fn shows_both_directions(record: &Record) -> bool {
    let moved = |sign: f64| -> f64 {
        let steps = record.soc.windows(2).map(|pair| sign * (pair[1] - pair[0]));
        steps.filter(|step| *step > 0.0).sum()
    };
    record.role == Role::Ocv && moved(1.0) > 0.5 && moved(-1.0) > 0.5
}

/// Steps of 2.5 %, finer near empty and full, where curves of flat chemistries are steep.
fn ocv_nodes() -> Vec<f64> {
    let low = [0.0, 0.005, 0.01, 0.02, 0.035, 0.05, 0.065, 0.08];
    let middle = (4..40).map(|k| f64::from(k) * 0.025);
    let high = [0.985, 0.99, 0.995, 1.0];
    low.into_iter().chain(middle).chain(high).collect()
}

/// Median temperatures of the logs, clustered.
///
/// Charges often span a range of temperatures, and define a node only if no other log is near.
fn temperature_nodes(records: &[Record]) -> Vec<f64> {
    let steady = |record: &&Record| record.role != Role::Charge;
    let chosen: Vec<&Record> = if records.iter().any(|record| steady(&record)) {
        records.iter().filter(steady).collect()
    } else {
        records.iter().collect()
    };
    let mut medians: Vec<f64> = chosen
        .iter()
        .map(|record| record.median_temperature_k())
        .collect();
    medians.sort_by(f64::total_cmp);
    let mut groups: Vec<Vec<f64>> = Vec::new();
    for median in medians {
        match groups.last_mut() {
            Some(group) if median - group[0] < 2.0 * NODE_DISTANCE_K => group.push(median),
            _ => groups.push(vec![median]),
        }
    }
    groups
        .iter()
        .map(|group| {
            let mean = group.iter().sum::<f64>() / group.len() as f64;
            (mean * 10.0).round() / 10.0
        })
        .collect()
}

/// In steep parts of the OCV a small error of the SoC is a large one of the voltage, which would bias the tables.
fn trust_flat_parts(shape: &Shape, records: &mut [Record]) -> Result<(), IdentifyError> {
    let all: Vec<&Record> = records.iter().collect();
    let mut normal = assemble(shape, &all);
    smooth(shape, &mut normal);
    let x = solve(shape, &normal).ok_or_else(not_determined)?;
    for record in records {
        for (trust, (soc, temperature_k)) in record
            .trust
            .iter_mut()
            .zip(record.soc.iter().zip(&record.temperature_k))
        {
            let row = nearest(&shape.temperature_k, *temperature_k);
            let above = shape
                .ocv_soc
                .partition_point(|node| node <= soc)
                .clamp(1, shape.ocv_soc.len() - 1);
            let rise = x[shape.ocv_index(row, above)] - x[shape.ocv_index(row, above - 1)];
            let slope_v = rise / (shape.ocv_soc[above] - shape.ocv_soc[above - 1]);
            let by_soc_v = SOC_ERROR * slope_v;
            *trust = MODEL_ERROR_V.powi(2) / (MODEL_ERROR_V.powi(2) + by_soc_v * by_soc_v);
        }
    }
    Ok(())
}

/// One value that the search moves, how, and within which bounds.
type Knob = (fn(&mut Shape) -> &mut f64, f64, f64, f64);

/// Finds the values in which the voltage is not linear, one at a time, with shrinking steps.
fn search(
    mut best: Shape,
    records: &[&Record],
    progress: &ProgressBar,
) -> Result<Shape, IdentifyError> {
    let knobs: [Knob; 6] = [
        (|s| &mut s.tau_s[0], 1.5, 1.0, 8.0),
        (|s| &mut s.tau_s[1], 1.5, 15.0, 150.0),
        (|s| &mut s.tau_s[2], 1.5, 400.0, 2000.0),
        (|s| &mut s.knee_c_rate, 1.6, 0.02, 20.0),
        (|s| &mut s.knee_energy_j_per_mol, 1.3, 10e3, 70e3),
        (|s| &mut s.energy_j_per_mol, 1.3, 10e3, 70e3),
    ];
    // With one temperature the activation energies are not observable.
    let used = if best.temperature_k.len() > 1 { 6 } else { 4 };
    let mut least = regular_cost(&best, records).ok_or_else(not_determined)?;
    let mut steps = knobs.map(|knob| knob.1);
    let mut trials = 0;
    while trials < MAX_TRIALS {
        for (knob, step) in knobs.iter().zip(&mut steps).take(used) {
            let mut moved = false;
            for factor in [*step, 1.0 / *step] {
                if trials >= MAX_TRIALS {
                    break;
                }
                let mut trial = best.clone();
                let value = (knob.0)(&mut trial);
                *value = (*value * factor).clamp(knob.2, knob.3);
                if trial == best {
                    continue;
                }
                trials += 1;
                progress.inc(1);
                if let Some(cost) = regular_cost(&trial, records)
                    && cost < least
                {
                    (least, best, moved) = (cost, trial, true);
                    break;
                }
            }
            if !moved {
                *step = step.sqrt();
            }
        }
    }
    Ok(best)
}

fn regular_cost(shape: &Shape, records: &[&Record]) -> Option<f64> {
    let mut normal = assemble(shape, records);
    smooth(shape, &mut normal);
    let x = solve(shape, &normal)?;
    Some(normal.cost(&x))
}

fn log_fits(shape: &Shape, records: &[Record], x: &DVector<f64>) -> Vec<LogFit> {
    records
        .par_iter()
        .map(|record| {
            let residual_v = shape.residuals_v(record, x.as_slice());
            let (rms_v, mean_v) = figures(record, &residual_v);
            LogFit {
                path: record.path.clone(),
                role: record.role,
                temperature_degc: record.median_temperature_k() - ZERO_CELSIUS_K,
                rms_v,
                mean_v,
                unseen_rms_v: rms_v,
                unseen_sigma_v: sigma_v(record, &residual_v),
                sigma_v: sigma_v(record, &residual_v),
                time_s: record.time_s.clone(),
                soc: record.soc.clone(),
                residual_v,
                note: record.note.clone(),
            }
        })
        .collect()
}

/// Root mean square and mean of the residuals above the lowest SoC.
fn figures(record: &Record, residual_v: &[f64]) -> (f64, f64) {
    let (mut squares, mut sum, mut weights) = (0.0, 0.0, 0.0);
    for (k, residual) in residual_v.iter().enumerate() {
        if record.soc[k] > FIGURES_ABOVE_SOC {
            let weight = record.weight(k);
            squares += weight * residual * residual;
            sum += weight * residual;
            weights += weight;
        }
    }
    let weights = f64::max(weights, 1e-9);
    ((squares / weights).sqrt(), sum / weights)
}

/// A 68 % bound on the error above the lowest SoC: one sigma of a normal error, robust against the few rows in the
/// steep end of the OCV.
fn sigma_v(record: &Record, residual_v: &[f64]) -> f64 {
    let mut sizes: Vec<(f64, f64)> = residual_v
        .iter()
        .enumerate()
        .filter(|(k, _)| record.soc[*k] > FIGURES_ABOVE_SOC)
        .map(|(k, residual)| (residual.abs(), record.weight(k)))
        .collect();
    sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = sizes.iter().map(|(_, weight)| weight).sum();
    let mut passed = 0.0;
    for (size, weight) in sizes {
        passed += weight;
        if passed >= 0.683 * total {
            return size;
        }
    }
    0.0
}

/// Leave-one-out cross-validation: fits again without each log and computes the error of its prediction.
fn leave_one_out(
    shape: &Shape,
    records: &[Record],
    data: &Normal,
    logs: &mut [LogFit],
    progress: &ProgressBar,
) {
    logs.par_iter_mut()
        .zip(records)
        .with_max_len(1)
        .for_each(|(log, record)| {
            let mut own = Normal::zero(shape.unknowns());
            own.add_record(shape, record);
            let mut others = data.clone();
            others.a -= &own.a;
            others.b -= &own.b;
            others.squares -= own.squares;
            others.weight -= own.weight;
            if others.weight > 0.0 {
                smooth(shape, &mut others);
                if let Some(x) = solve(shape, &others) {
                    let residual_v = shape.residuals_v(record, x.as_slice());
                    log.unseen_rms_v = figures(record, &residual_v).0;
                    log.unseen_sigma_v = sigma_v(record, &residual_v);
                }
            }
            progress.inc(1);
        });
}

/// Model error of the voltage at each temperature node: the error on unseen drives, or without them on other unseen
/// logs.
///
/// Leaving out the only log of its kind measures the missing log rather than the model: capped at twice the error of
/// the fit.
fn voltage_errors(shape: &Shape, logs: &[LogFit]) -> Vec<f64> {
    let mean_square = |node: usize, wanted: &dyn Fn(&LogFit) -> bool| {
        let squares: Vec<f64> = logs
            .iter()
            .filter(|log| {
                nearest(&shape.temperature_k, log.temperature_degc + ZERO_CELSIUS_K) == node
            })
            .filter(|log| wanted(log))
            .map(|log| log.unseen_sigma_v.min(2.0 * log.sigma_v).powi(2))
            .collect();
        (!squares.is_empty()).then(|| squares.iter().sum::<f64>() / squares.len() as f64)
    };
    let nodes = 0..shape.temperature_k.len();
    let known: Vec<Option<f64>> = nodes
        .clone()
        .map(|node| {
            mean_square(node, &|log| log.role == Role::Drive)
                .or_else(|| mean_square(node, &|log| log.role != Role::Charge))
                .map(|square| square.sqrt().max(MIN_VOLTAGE_ERROR_V))
        })
        .collect();
    let worst = known.iter().flatten().copied().fold(0.01, f64::max);
    nodes.map(|node| known[node].unwrap_or(worst)).collect()
}

/// Extrapolated parts of the tables.
fn thin_data(shape: &Shape, records: &[Record]) -> Vec<String> {
    let mut warnings = Vec::new();
    for (node, node_k) in shape.temperature_k.iter().enumerate() {
        let (mut low, mut high) = (f64::MAX, f64::MIN);
        for record in records {
            for (soc, temperature_k) in record.soc.iter().zip(&record.temperature_k) {
                if nearest(&shape.temperature_k, *temperature_k) == node {
                    low = low.min(*soc);
                    high = high.max(*soc);
                }
            }
        }
        if low > 0.05 || high < 0.95 {
            warnings.push(format!(
                "at {:.0} degC the logs cover {:.0} to {:.0} % SoC only; beyond, the tables are extrapolated from other temperatures",
                node_k - ZERO_CELSIUS_K,
                100.0 * low.max(0.0),
                100.0 * high.min(1.0)
            ));
        }
    }
    let coldest = shape.temperature_k[0] - ZERO_CELSIUS_K;
    let warmest = shape.temperature_k[shape.temperature_k.len() - 1] - ZERO_CELSIUS_K;
    if shape.temperature_k.len() == 1 {
        warnings.push(format!(
            "all logs are near {coldest:.0} degC: at other temperatures resistances follow Arrhenius' law with an assumed energy"
        ));
    } else {
        warnings.push(format!(
            "below {coldest:.0} and above {warmest:.0} degC resistances follow Arrhenius' law from the last table row"
        ));
    }
    if !shape.hysteresis_seen {
        warnings.push(
            "no slow charge after a slow discharge: hysteresis and resistance are not separable; hysteresis is assumed small"
                .to_owned(),
        );
    }
    if !records.iter().any(|record| record.role == Role::Drive) {
        warnings.push(
            "no drive among the logs: pulses and slow discharges hardly show slow diffusion, least at low temperature"
                .to_owned(),
        );
    }
    warnings
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the file holds f32, like the core"
)]
fn cell_file(
    manifest: &Manifest,
    capacity: &Capacity,
    shape: &Shape,
    x: &DVector<f64>,
    error_v: &[f64],
) -> CellFile {
    let degc = |nodes: &[f64]| -> Vec<f32> {
        nodes
            .iter()
            .map(|k| ((k - ZERO_CELSIUS_K) * 100.0).round() as f32 / 100.0)
            .collect()
    };
    let floats = |nodes: &[f64]| -> Vec<f32> { nodes.iter().map(|z| *z as f32).collect() };
    let nodes = 0..shape.temperature_k.len();
    let map = |map: usize, unit: f64| -> Vec<Vec<f32>> {
        nodes
            .clone()
            .map(|t| {
                (0..shape.soc.len())
                    .map(|z| (x[shape.map_index(map, t, z)] / unit) as f32)
                    .collect()
            })
            .collect()
    };
    CellFile {
        name: manifest.name.clone(),
        chemistry: manifest.chemistry,
        capacity_ah: capacity.ah as f32,
        voltage_min_v: manifest.voltage_min_v as f32,
        voltage_max_v: manifest.voltage_max_v as f32,
        ocv: OcvTable {
            soc: floats(&shape.ocv_soc),
            temperature_degc: degc(&shape.temperature_k),
            voltage_v: nodes
                .clone()
                .map(|t| {
                    (0..shape.ocv_soc.len())
                        .map(|z| x[shape.ocv_index(t, z)] as f32)
                        .collect()
                })
                .collect(),
        },
        circuit: CircuitTables {
            soc: floats(&shape.soc),
            temperature_degc: degc(&shape.temperature_k),
            activation_energy_j_per_mol: shape.energy_j_per_mol as f32,
            hysteresis_soc: shape.hysteresis_soc as f32,
            knee_current_a: shape
                .temperature_k
                .iter()
                .map(|t| (shape.knee_at(*t) * capacity.ah) as f32)
                .collect(),
            voltage_error_v: floats(error_v),
            r0_ohm: map(R0, capacity.ah),
            charge_transfer_discharge_ohm: map(TRANSFER_DISCHARGE, capacity.ah),
            charge_transfer_charge_ohm: map(TRANSFER_CHARGE, capacity.ah),
            hysteresis_v: map(HYSTERESIS, 1.0),
            branch: shape
                .tau_s
                .iter()
                .enumerate()
                .map(|(j, tau_s)| BranchTable {
                    tau_s: *tau_s as f32,
                    r_ohm: map(FIRST_BRANCH + j, capacity.ah),
                })
                .collect(),
        },
    }
}
