//! The pack estimator on batteries of another physics: cells that differ, sensors as they are, readings that lie.

use std::sync::Arc;

use bms_core::cell::CellParameters;
use bms_core::estimation::{
    CellDifference, EstimatorTuning, InitialSoc, PackEstimate, PackEstimator, PackSample,
    PackTuning,
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
enum Rhythm {
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
    rhythm: Rhythm,
    noise_v: f64,
    channel_v: f64,
    current_noise_a: f64,
    current_bias_a: f64,
    fault: Option<(usize, f64, Fault)>,
    updates_per_step: u16,
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
            rhythm: Rhythm::Every,
            noise_v: 1.5e-3,
            channel_v: 1e-3,
            current_noise_a: 0.05,
            current_bias_a: 0.03,
            fault: None,
            updates_per_step: 0,
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
    beside: usize,
    square: f64,
    /// Mean SoC in each second.
    mean: Vec<f64>,
    cells: Vec<f64>,
    weakest: usize,
    true_weakest: usize,
    excluded: usize,
    difference: Vec<CellDifference>,
    last: Option<PackEstimate>,
    pack_error: f64,
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
    let pack_tuning = PackTuning {
        updates_per_step: run.updates_per_step,
        ..PackTuning::default()
    };
    let mut estimator = PackEstimator::new(InitialSoc::FromVoltage);
    let mut differences = vec![CellDifference::new(); run.series];
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
            let now = match run.rhythm {
                Rhythm::Every => true,
                Rhythm::Scan(every) => tick % every == 0,
                Rhythm::Turn(some) => {
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
            &mut differences,
            &sample,
            measured,
            units::seconds(run.tick_s as f32),
        );
        outcome.excluded = outcome.excluded.max(estimate.excluded);
        outcome.error.clear();
        outcome.sigma.clear();
        let known = f64::from(to_ratio(estimate.mean.soc_sigma)) * 100.0;
        for (number, difference) in differences.iter().enumerate() {
            let soc = estimator.cell_soc(difference);
            let error = 100.0 * (f64::from(to_ratio(soc.soc)) - truth.soc[number]);
            let sigma = 100.0 * f64::from(to_ratio(soc.sigma));
            if tick % per_second == 0 {
                outcome.cells.push(f64::from(to_ratio(soc.soc)));
                if time_s >= 60.0 {
                    outcome.samples += 1;
                    outcome.outside += usize::from(error.abs() > 3.0 * sigma);
                    outcome.worst = outcome.worst.max(error.abs());
                }
            }
            outcome.error.push(error);
            outcome.sigma.push(sigma);
        }
        if tick % per_second == 0 {
            outcome.mean.push(f64::from(to_ratio(estimate.mean.soc)));
        }
        let least = truth.soc.iter().copied().fold(f64::INFINITY, f64::min);
        let most = truth.soc.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        outcome.true_weakest = truth.soc.iter().position(|soc| *soc == least).unwrap_or(0);
        outcome.weakest = estimate.weakest;
        outcome.pack_error =
            100.0 * (f64::from(to_ratio(estimate.soc)) - least / (1.0 - most + least));
        outcome.mean_error = outcome.error.iter().sum::<f64>() / outcome.error.len() as f64;
        outcome.last = Some(estimate);
        if tick % per_second == 0 && time_s >= 60.0 {
            for (error, sigma) in outcome.error.iter().zip(&outcome.sigma) {
                let own = (sigma * sigma - known * known).max(0.0);
                let e = error - outcome.mean_error;
                outcome.beside += usize::from(e * e > 9.0 * own);
                outcome.square += e * e / own;
            }
        }
    }
    outcome.difference = differences;
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

fn details(outcome: &Outcome) {
    for (k, d) in outcome.difference.iter().enumerate() {
        println!(
            "  cell {k}: error {:+.2} ({:+.2}) sigma {:.2} dz {:+.2} r {:+.3}+-{:.3} q {:+.3}+-{:.3}",
            outcome.error[k],
            outcome.error[k] - outcome.mean_error,
            outcome.sigma[k],
            100.0 * to_ratio(d.soc()),
            to_ratio(d.resistance()),
            to_ratio(d.resistance_sigma()),
            to_ratio(d.inverse_capacity()),
            to_ratio(d.inverse_capacity_sigma())
        );
    }
}

fn report(name: &str, outcome: &Outcome) {
    let largest = outcome
        .error
        .iter()
        .fold(0.0_f64, |most, e| most.max(e.abs()));
    let rms = |values: &mut dyn Iterator<Item = f64>| {
        let (mut n, mut sum) = (0.0, 0.0);
        for value in values {
            n += 1.0;
            sum += value * value;
        }
        f64::sqrt(sum / n)
    };
    let error = rms(&mut outcome.error.iter().copied());
    let beside = rms(&mut outcome.error.iter().map(|e| e - outcome.mean_error));
    let sigma = outcome.sigma.iter().sum::<f64>() / outcome.sigma.len() as f64;
    println!(
        "{name}: at the end rms {error:.2}, largest {largest:.2}, mean {:+.2}, differences {beside:.2}, sigma {sigma:.2}; \
         after 60 s largest {:.2}, outside 3 sigma {} of {}; weakest {} (true {}), pack {:+.2}, excluded {}; DIFF outside {} nees {:.2}",
        outcome.mean_error,
        outcome.worst,
        outcome.outside,
        outcome.samples,
        outcome.weakest,
        outcome.true_weakest,
        outcome.pack_error,
        outcome.excluded,
        outcome.beside,
        outcome.square / outcome.samples as f64,
    );
}

#[test]
fn trial() {
    for file in ["lg-m50-dfn.toml", "lg-m50.toml"] {
        let cell = cell_file(file);
        for seed in 1..11 {
            let run = Run {
                seed,
                ..Run::default()
            };
            let outcome = spme(&run, &cell);
            report(&format!("{file} 13s SPMe seed {seed}"), &outcome);
            if seed == 2 {
                details(&outcome);
                println!("mean {:?}", outcome.last);
            }
        }
        for soc in [0.3, 0.5, 0.95] {
            let run = Run {
                soc,
                ..Run::default()
            };
            report(&format!("{file} 13s SPMe from {soc}"), &spme(&run, &cell));
        }
        for (name, rhythm) in [
            ("scan", Rhythm::Scan(5)),
            ("turn 1", Rhythm::Turn(1)),
            ("turn 4", Rhythm::Turn(4)),
        ] {
            let run = Run {
                rhythm,
                ..Run::default()
            };
            report(&format!("{file} 13s SPMe {name}"), &spme(&run, &cell));
        }
        let run = Run {
            series: 96,
            ..Run::default()
        };
        report(&format!("{file} 96s SPM"), &spm(&run, &cell));
    }
}

#[test]
fn faults() {
    let cell = cell_file("lg-m50-dfn.toml");
    let good = spme(&Run::default(), &cell);
    for (name, rhythm) in [("every", Rhythm::Every), ("turn 4", Rhythm::Turn(4))] {
        for from_s in [0.0, 200.0] {
            for (what, fault) in [
                ("0.1", Fault::Reads(0.1)),
                ("5", Fault::Reads(5.0)),
                ("+0.3", Fault::Offset(0.3)),
                ("-0.3", Fault::Offset(-0.3)),
                ("+0.1", Fault::Offset(0.1)),
                ("stuck", Fault::Stuck),
            ] {
                let bad = Run {
                    rhythm,
                    fault: Some((6, from_s, fault)),
                    ..Run::default()
                };
                let outcome = spme(&bad, &cell);
                let good = if name == "every" {
                    good.clone()
                } else {
                    spme(&Run { fault: None, ..bad }, &cell)
                };
                let moved = outcome
                    .mean
                    .iter()
                    .zip(&good.mean)
                    .map(|(a, b)| 100.0 * (a - b).abs())
                    .fold(0.0, f64::max);
                let others = outcome
                    .cells
                    .iter()
                    .zip(&good.cells)
                    .enumerate()
                    .filter(|(k, _)| k % 13 != 6)
                    .map(|(_, (a, b))| 100.0 * (a - b).abs())
                    .fold(0.0, f64::max);
                println!(
                    "{name} from {from_s} {what}: mean moved {moved:.2}, others {others:.2}, bad cell {:+.2} sigma {:.2}, excluded {}",
                    outcome.error[6], outcome.sigma[6], outcome.excluded
                );
            }
        }
    }
}

/// `cargo test --release -p bms-sim --test pack_estimation -- --ignored --nocapture time`
#[test]
#[ignore = "a measurement"]
fn time_of_a_step() {
    let cell = cell_file("lg-m50-dfn.toml");
    let parameters = cell.parameters();
    let (tuning, pack_tuning) = (EstimatorTuning::default(), PackTuning::default());
    for (series, every) in [(13_usize, 1_usize), (96, 1), (96, 5), (250, 1)] {
        let mut estimator = PackEstimator::new(InitialSoc::FromVoltage);
        let mut differences = vec![CellDifference::new(); series];
        let mut random = Random(7);
        let voltage_v: Vec<f32> = (0..series)
            .map(|_| 3.7 + 0.02 * random.normal() as f32)
            .collect();
        let mut times = Vec::new();
        for tick in 0..20_000_usize {
            let sample = PackSample {
                current: units::amperes((0.001 * tick as f32).sin() * 3.0),
                temperature: units::celsius(25.0),
            };
            let start = std::time::Instant::now();
            let estimate = estimator.step(
                &parameters,
                &tuning,
                &pack_tuning,
                &mut differences,
                &sample,
                |index| {
                    (tick % every == 0)
                        .then(|| voltage_v[index] - 0.03 * (0.001 * tick as f32).sin() * 3.0)
                },
                units::seconds(0.01),
            );
            times.push(start.elapsed().as_nanos());
            std::hint::black_box(estimate);
        }
        times.sort_unstable();
        println!(
            "{series} cells, voltages every {every} ticks: median {} ns, 99 % {} ns, 99.9 % {}",
            times[10_000], times[19_800], times[19_980]
        );
    }
    println!(
        "sizes: difference {}, pack {}",
        size_of::<CellDifference>(),
        size_of::<PackEstimator>()
    );
}
