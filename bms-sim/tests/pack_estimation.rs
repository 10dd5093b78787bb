//! The pack estimator on batteries of another physics: cells that differ, sensors as they are, readings that lie.

#![allow(
    clippy::cast_precision_loss,
    reason = "cells, ticks and samples are few"
)]

use std::sync::Arc;

use bms_core::cell::CellParameters;
use bms_core::estimation::{
    CellDelta, CellSoc, DeltaTuning, EstimatorTuning, InitialSoc, PackEstimate, PackEstimator,
    PackSample,
};
use bms_core::units::{self, to_ratio};
use bms_sim::cell::CellModel;
use bms_sim::cell::chen2020::lg_m50;
use bms_sim::cell::electrolyte::ElectrolyteMesh;
use bms_sim::cell::spm::{ParticleForm, ParticleOptions, Spm, Spme};
use bms_sim::cell_file::{Cell, CellFile};
use bms_sim::load::{Demand, NamedCycle, SpeedCycle, Vehicle};
use bms_sim::pack::{Battery, CellPack, Connection, Spread, Topology};

const AIR_K: f64 = 298.15;

/// `SplitMix64` with normal numbers by Box and Muller.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        let share = ((z >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
        share
    }

    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// Which cells are measured when.
#[derive(Clone, Copy, Debug)]
enum Sampling {
    /// All in every tick.
    Every,
    /// All in every n-th tick.
    Scan(usize),
    /// This many in each tick, in turn.
    Turn(usize),
}

/// What a reading is instead.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Reads(f64),
    Offset(f64),
    Stuck,
}

#[derive(Clone, Copy, Debug)]
struct Run {
    series: usize,
    seed: u64,
    tick_s: f64,
    duration_s: f64,
    soc: f64,
    spread: Spread,
    low_cell: bool,
    sampling: Sampling,
    noise_v: f64,
    channel_v: f64,
    current_noise_a: f64,
    current_bias_a: f64,
    fault: Option<(usize, f64, Fault)>,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            series: 13,
            seed: 1,
            tick_s: 0.1,
            duration_s: 600.0,
            soc: 0.8,
            spread: Spread {
                seed: 1,
                capacity_sigma: 0.03,
                resistance_sigma: 0.1,
                soc_sigma: 0.04,
                temperature_sigma_k: 0.0,
            },
            low_cell: true,
            sampling: Sampling::Every,
            noise_v: 1.5e-3,
            channel_v: 1e-3,
            current_noise_a: 0.05,
            current_bias_a: 0.03,
            fault: None,
        }
    }
}

fn options() -> ParticleOptions {
    ParticleOptions {
        particle: ParticleForm::Modes {
            shells: 20,
            kept: 6,
        },
        electrolyte: ElectrolyteMesh::uniform(8),
        ..ParticleOptions::default()
    }
}

fn cell_file(name: &str) -> Cell {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("a workspace")
        .join("fixtures/cells")
        .join(name);
    Cell::from(&CellFile::load(&path).expect("a cell file"))
}

/// Power that each cell of a 96s48p battery gives on the US06, in watt.
fn us06_w() -> Vec<f64> {
    let drive = Vehicle::default()
        .drive(&SpeedCycle::named(NamedCycle::Us06))
        .expect("a vehicle");
    let scale = 1.0 / (96.0 * 48.0);
    drive
        .power_w
        .values()
        .iter()
        .map(|w| w * scale * 2.0)
        .collect()
}

/// Siblings of a cell in series, one of them 10 points low.
fn pack<M: CellModel + Clone>(cell: &M, run: &Run) -> CellPack<M> {
    let spread = Spread {
        seed: run.seed,
        ..run.spread
    };
    let cells = (0..run.series).map(|number| {
        let deviation = spread.of_cell(number);
        let mut cell = cell.clone();
        cell.spread(deviation.capacity_factor, deviation.resistance_factor);
        let low = if run.low_cell && number == run.series / 3 {
            0.10
        } else {
            0.0
        };
        cell.reset((run.soc + deviation.soc - low).clamp(0.01, 0.99), AIR_K);
        cell
    });
    let topology = Topology {
        series: run.series,
        parallel: 1,
    };
    CellPack::from_cells(cells.collect(), topology, Connection::default(), 5.0)
}

/// What came out.
#[derive(Clone, Debug, Default)]
struct Outcome {
    /// Error of each cell's SoC at the end, in points.
    error: Vec<f64>,
    sigma: Vec<f64>,
    mean_error: f64,
    /// Samples of a cell after a minute, and how many of them lay beyond 3 sigma.
    samples: usize,
    outside: usize,
    worst: f64,
    /// The same of the differences from the mean error alone.
    beside: usize,
    /// Mean SoC, and that of all cells, in each second, in points.
    mean: Vec<f64>,
    cells: Vec<f64>,
    weakest: usize,
    true_weakest: usize,
    pack_error: f64,
}

impl Outcome {
    /// Compares an estimate with the truth.
    fn judge(&mut self, estimate: &PackEstimate, cells: &[CellSoc], truth: &[f64], counts: bool) {
        let points = |ratio| 100.0 * f64::from(to_ratio(ratio));
        let pairs = cells.iter().zip(truth);
        self.error = pairs
            .map(|(cell, truth)| points(cell.soc) - 100.0 * truth)
            .collect();
        self.sigma = cells.iter().map(|cell| points(cell.sigma)).collect();
        self.mean_error = self.error.iter().sum::<f64>() / cells.len() as f64;
        self.mean.push(points(estimate.mean.soc));
        self.cells.extend(cells.iter().map(|cell| points(cell.soc)));
        let (lowest, least) = truth
            .iter()
            .copied()
            .enumerate()
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .expect("cells");
        let most = truth.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        self.weakest = estimate.weakest;
        self.true_weakest = lowest;
        self.pack_error = points(estimate.soc) - 100.0 * least / (1.0 - most + least);
        if !counts {
            return;
        }
        let known = points(estimate.mean.soc_sigma);
        for (error, sigma) in self.error.iter().zip(&self.sigma) {
            self.samples += 1;
            self.outside += usize::from(error.abs() > 3.0 * sigma);
            self.worst = self.worst.max(error.abs());
            let own = (sigma * sigma - known * known).max(0.0);
            let beside = error - self.mean_error;
            self.beside += usize::from(beside * beside > 9.0 * own);
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "readings are f32; ticks are few"
)]
fn simulate<B: Battery>(
    mut plant: B,
    run: &Run,
    cell: &CellParameters<'_>,
    load_w: &[f64],
) -> Outcome {
    let tuning = EstimatorTuning::default();
    let pack_tuning = DeltaTuning::default();
    let mut estimator = PackEstimator::new(InitialSoc::FromVoltage);
    let mut deltas = vec![CellDelta::new(); run.series];
    let mut random = Random(run.seed ^ 0xabcd);
    let channel_v: Vec<f64> = (0..run.series)
        .map(|_| run.channel_v * random.normal())
        .collect();
    let mut outcome = Outcome::default();
    let mut stuck_v = None;
    let ticks = (run.duration_s / run.tick_s).round() as usize;
    let per_second = (1.0 / run.tick_s).round() as usize;
    for tick in 0..ticks {
        let time_s = tick as f64 * run.tick_s;
        let power_w = load_w[(time_s as usize) % load_w.len()];
        let demand = if time_s < 1.0 {
            Demand::Current { current_a: 0.0 }
        } else {
            Demand::Power {
                power_w: power_w * run.series as f64,
            }
        };
        let reading = plant.step(demand, AIR_K, run.tick_s).expect("within reach");
        let truth = plant.cells();
        let mut voltage_v: Vec<f64> = truth
            .voltage_v
            .iter()
            .zip(&channel_v)
            .map(|(v, offset)| v + offset + run.noise_v * random.normal())
            .collect();
        if let Some((cell, from_s, fault)) = run.fault
            && time_s >= from_s
        {
            voltage_v[cell] = match fault {
                Fault::Reads(v) => v,
                Fault::Offset(v) => voltage_v[cell] + v,
                Fault::Stuck => *stuck_v.get_or_insert(voltage_v[cell]),
            };
        }
        let current_a =
            reading.current_a + run.current_bias_a + run.current_noise_a * random.normal();
        let sample = PackSample {
            current: units::amperes(current_a as f32),
            temperature: units::kelvin(AIR_K as f32),
        };
        let measured = |index: usize| {
            let now = match run.sampling {
                Sampling::Every => true,
                Sampling::Scan(every) => tick % every == 0,
                Sampling::Turn(some) => {
                    let first = (tick * some) % run.series;
                    (index + run.series - first) % run.series < some
                }
            };
            now.then(|| voltage_v[index] as f32)
        };
        let estimate = estimator.step(
            cell,
            &tuning,
            &pack_tuning,
            &mut deltas,
            &sample,
            measured,
            units::seconds(run.tick_s as f32),
        );
        if tick % per_second == 0 || tick + 1 == ticks {
            let soc: Vec<_> = deltas.iter().map(|d| estimator.cell_soc(d)).collect();
            outcome.judge(&estimate, &soc, truth.soc, time_s >= 60.0);
        }
    }
    outcome
}

fn spme(run: &Run, cell: &Cell) -> Outcome {
    let model = Spme::new(Arc::new(lg_m50()), options()).expect("an electrolyte");
    simulate(pack(&model, run), run, &cell.parameters(), &us06_w())
}

fn spm(run: &Run, cell: &Cell) -> Outcome {
    let model = Spm::new(Arc::new(lg_m50()), options());
    simulate(pack(&model, run), run, &cell.parameters(), &us06_w())
}

/// Prints what came out and returns the largest error of a cell at the end, in points.
fn report(name: &str, outcome: &Outcome) -> f64 {
    let largest = outcome
        .error
        .iter()
        .fold(0.0_f64, |most, e| most.max(e.abs()));
    let sigma = outcome.sigma.iter().sum::<f64>() / outcome.sigma.len() as f64;
    println!(
        "{name}: at the end rms {:.2}, largest {largest:.2}, deltas rms {:.2}, sigma {sigma:.2}, pack {:+.2}; \
         after 60 s largest {:.2}, beyond 3 sigma {} of {}, deltas {}",
        rms(outcome.error.iter().copied()),
        rms(outcome.error.iter().map(|e| e - outcome.mean_error)),
        outcome.pack_error,
        outcome.worst,
        outcome.outside,
        outcome.samples,
        outcome.beside,
    );
    assert_eq!(outcome.weakest, outcome.true_weakest, "{name}");
    largest
}

fn rms(values: impl Iterator<Item = f64>) -> f64 {
    let (mut n, mut sum) = (0.0, 0.0);
    for value in values {
        n += 1.0;
        sum += value * value;
    }
    f64::sqrt(sum / n)
}

/// Ten batteries; the cell is told from logs of the DFN, the plant is the SPMe.
#[test]
fn every_cell_of_13_is_found_after_one_us06() {
    let cell = cell_file("lg-m50-dfn.toml");
    let mut within = 0;
    for seed in 1..=10 {
        let outcome = spme(
            &Run {
                seed,
                ..Run::default()
            },
            &cell,
        );
        let largest = report(&format!("13s, battery {seed}"), &outcome);
        within += usize::from(largest < 1.5);
        assert!(largest < 2.2, "{largest}");
        assert!(
            outcome.outside * 1000 < outcome.samples,
            "{}",
            outcome.outside
        );
        assert!(outcome.beside * 50 < outcome.samples, "{}", outcome.beside);
    }
    assert!(within >= 9, "within 1.5 points: {within} of 10");
}

#[test]
fn every_cell_of_96_is_found_after_one_us06() {
    let cell = cell_file("lg-m50-dfn.toml");
    let run = Run {
        series: 96,
        ..Run::default()
    };
    let outcome = spm(&run, &cell);
    assert!(report("96s, SPM", &outcome) < 1.5);
    assert!(outcome.outside * 1000 < outcome.samples);
    assert!(outcome.beside * 50 < outcome.samples);
}

#[test]
fn from_any_state_of_charge() {
    let cell = cell_file("lg-m50-dfn.toml");
    for (soc, most) in [(0.3, 1.5), (0.5, 1.5), (0.95, 2.0)] {
        let outcome = spme(
            &Run {
                soc,
                ..Run::default()
            },
            &cell,
        );
        let largest = report(&format!("13s from {:.0} %", 100.0 * soc), &outcome);
        assert!(largest < most, "{largest}");
        assert!(outcome.outside * 1000 < outcome.samples);
    }
}

#[test]
fn in_any_rhythm_of_the_voltages() {
    let cell = cell_file("lg-m50-dfn.toml");
    let rhythms = [
        ("all each 0.5 s", Sampling::Scan(5)),
        ("one each 0.1 s", Sampling::Turn(1)),
        ("four each 0.1 s", Sampling::Turn(4)),
    ];
    for (name, sampling) in rhythms {
        let outcome = spme(
            &Run {
                sampling,
                ..Run::default()
            },
            &cell,
        );
        assert!(report(&format!("13s, {name}"), &outcome) < 1.5);
    }
}

/// A cell file from logs of other specimens: the mean is as wrong as a single cell's estimate, the differences are not.
#[test]
fn differences_survive_another_cell_file() {
    let cell = cell_file("lg-m50.toml");
    let outcome = spme(&Run::default(), &cell);
    report("13s, cell file of other specimens", &outcome);
    let beside = rms(outcome.error.iter().map(|e| e - outcome.mean_error));
    assert!(beside < 1.0, "{beside}");
}

/// Largest change of the mean's SoC, and of any other cell's, that a lying reading makes, in points.
fn moved(bad: &Outcome, good: &Outcome, run: &Run, cell: usize) -> (f64, f64) {
    let most = |pairs: &mut dyn Iterator<Item = (&f64, &f64)>| {
        pairs.fold(0.0_f64, |most, (a, b)| most.max((a - b).abs()))
    };
    let mean = most(&mut bad.mean.iter().zip(&good.mean));
    let cells = bad.cells.iter().zip(&good.cells).enumerate();
    let mut others = cells
        .filter(|(k, _)| k % run.series != cell)
        .map(|(_, pair)| pair);
    (mean, most(&mut others))
}

#[test]
fn a_lying_reading_stays_with_its_cell() {
    let cell = cell_file("lg-m50-dfn.toml");
    let faults = [
        ("0.1 V", Fault::Reads(0.1)),
        ("5 V", Fault::Reads(5.0)),
        ("+0.3 V", Fault::Offset(0.3)),
        ("-0.3 V", Fault::Offset(-0.3)),
        ("stuck", Fault::Stuck),
    ];
    // From power-on on, the mean of a pack without this cell is another one by its own difference.
    for (from_s, most) in [(200.0, 0.5), (0.0, 1.5)] {
        for sampling in [Sampling::Every, Sampling::Turn(4)] {
            let good = spme(
                &Run {
                    sampling,
                    ..Run::default()
                },
                &cell,
            );
            for (what, fault) in faults {
                let run = Run {
                    sampling,
                    fault: Some((6, from_s, fault)),
                    ..Run::default()
                };
                let bad = spme(&run, &cell);
                let (mean, others) = moved(&bad, &good, &run, 6);
                println!(
                    "13s, {sampling:?}, {what} from {from_s} s: mean moved {mean:.2}, others {others:.2}; \
                     the cell itself {:+.2}, sigma {:.2}",
                    bad.error[6], bad.sigma[6],
                );
                assert!(
                    mean < most && others < most,
                    "{what} {sampling:?}: {mean} {others}"
                );
            }
        }
    }
}

#[test]
fn a_lying_reading_stays_with_its_cell_among_96() {
    let cell = cell_file("lg-m50-dfn.toml");
    let base = Run {
        series: 96,
        duration_s: 300.0,
        tick_s: 0.5,
        ..Run::default()
    };
    let good = spm(&base, &cell);
    for fault in [
        Fault::Reads(0.1),
        Fault::Reads(5.0),
        Fault::Offset(0.3),
        Fault::Stuck,
    ] {
        let run = Run {
            fault: Some((6, 100.0, fault)),
            ..base
        };
        let (mean, others) = moved(&spm(&run, &cell), &good, &run, 6);
        println!("96s, {fault:?}: mean moved {mean:.2}, others {others:.2}");
        assert!(mean < 0.5 && others < 0.5, "{fault:?}: {mean} {others}");
    }
}

/// `cargo test --release -p bms-sim --test pack_estimation -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
#[expect(clippy::cast_possible_truncation, reason = "readings are f32")]
fn time_of_a_step() {
    let cell = cell_file("lg-m50-dfn.toml");
    let parameters = cell.parameters();
    let (tuning, pack) = (EstimatorTuning::default(), DeltaTuning::default());
    for (series, every) in [(13_usize, 1_usize), (96, 1), (96, 5), (250, 1)] {
        let mut estimator = PackEstimator::new(InitialSoc::FromVoltage);
        let mut deltas = vec![CellDelta::new(); series];
        let mut random = Random(7);
        let rest_v: Vec<f64> = (0..series).map(|_| 3.7 + 0.02 * random.normal()).collect();
        let mut times_ns = Vec::new();
        for tick in 0..20_000_usize {
            let current_a = 3.0 * (0.001 * tick as f64).sin();
            let sample = PackSample {
                current: units::amperes(current_a as f32),
                temperature: units::celsius(25.0),
            };
            let read = |index: usize| {
                (tick % every == 0).then(|| (rest_v[index] - 0.03 * current_a) as f32)
            };
            let dt = units::seconds(0.01);
            let start = std::time::Instant::now();
            let estimate =
                estimator.step(&parameters, &tuning, &pack, &mut deltas, &sample, read, dt);
            times_ns.push(start.elapsed().as_nanos());
            std::hint::black_box(estimate);
        }
        times_ns.sort_unstable();
        println!(
            "{series} cells, voltages each {every} ticks: median {} ns, 99 % below {} ns",
            times_ns[10_000], times_ns[19_800],
        );
    }
    println!(
        "a difference takes {} bytes, the rest {}",
        size_of::<CellDelta>(),
        size_of::<PackEstimator>()
    );
}
