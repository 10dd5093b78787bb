//! Time of one step of the estimator, beside dense filters of other libraries on the same model, states and drive.
//!
//! After criterion's own figures it prints one table: the median time per step, and its ratio to `bms-core`'s.

#![allow(clippy::cast_precision_loss, reason = "counts of steps")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use bms_benches::cases::{DT_S, lg_m50, us06};
use bms_benches::model::Model;
use bms_benches::peers::{MiniKalman, Nalgebra};
use bms_core::estimation::{CellEstimator, CellSample, EstimatorTuning, InitialSoc};
use bms_core::units;
use criterion::Criterion;

/// Cells in series in a pack of 400 V.
const CELLS: usize = 96;

/// Median times per step, in nanoseconds.
struct Table {
    criterion: Criterion,
    rows: Vec<(&'static str, f64)>,
}

impl Table {
    /// Times `drive`, which takes `steps` steps.
    fn row(&mut self, name: &'static str, steps: usize, mut drive: impl FnMut()) {
        let mut times_ns = Vec::new();
        self.criterion.bench_function(name, |bencher| {
            bencher.iter_custom(|iterations| {
                let start = Instant::now();
                for _ in 0..iterations {
                    drive();
                }
                let per_step_s = start.elapsed().as_secs_f64() / steps as f64;
                times_ns.push(1e9 * per_step_s / iterations as f64);
                // Criterion is told that an iteration is one step.
                Duration::from_secs_f64(per_step_s)
            });
        });
        times_ns.sort_by(f64::total_cmp);
        if let Some(median) = times_ns.get(times_ns.len() / 2) {
            self.rows.push((name, *median));
        }
    }

    fn print(&self) {
        let ours = self.rows.first().map_or(f64::NAN, |row| row.1);
        println!(
            "{:<46} {:>8} {:>8}",
            "one step, LG M50, US06 at 1 s", "ns", "ratio"
        );
        for (name, time_ns) in &self.rows {
            println!("{name:<46} {time_ns:>8.0} {:>8.2}", time_ns / ours);
        }
    }
}

fn main() {
    let cell = lg_m50().expect("fixtures/cells/lg-m50.toml");
    let cell = cell.parameters();
    let tuning = EstimatorTuning::default();
    let samples = us06().expect("fixtures/logs/lg-m50-us06.bdf.csv");
    let (first, drive) = samples.split_first().expect("a log with rows");
    let steps = drive.len();
    let mut ours = CellEstimator::new(InitialSoc::FromVoltage);
    let start = ours.step(&cell, &tuning, first, units::seconds(0.0));
    let model = Model::new(&cell, &tuning, units::to_kelvin(first.temperature));
    let one_step = |estimator: &mut CellEstimator, sample: &CellSample| {
        black_box(estimator.step(&cell, &tuning, black_box(sample), units::seconds(DT_S)));
    };
    let mut table = Table {
        criterion: Criterion::default().configure_from_args(),
        rows: Vec::new(),
    };

    table.row("bms-core, factored covariance", steps, || {
        let mut estimator = ours.clone();
        for sample in drive {
            one_step(&mut estimator, sample);
        }
    });
    table.row("bms-core, 96 cells in a loop, each", steps * CELLS, || {
        let mut estimators = vec![ours.clone(); CELLS];
        for sample in drive {
            for estimator in &mut estimators {
                one_step(estimator, sample);
            }
        }
    });
    table.row("nalgebra 0.35, dense, Joseph's form", steps, || {
        let mut filter = Nalgebra::new(&model, &start);
        for sample in drive {
            black_box(filter.step(&cell, &tuning, black_box(sample), DT_S));
        }
    });
    table.row("minikalman 0.8, dense", steps, || {
        let mut filter = MiniKalman::new(&model, &start);
        for sample in drive {
            black_box(filter.step(&cell, &tuning, black_box(sample), DT_S));
        }
    });
    table.row(
        "the model alone, as the dense filters use it",
        steps,
        || {
            let (mut state, _) = model.initial(units::to_ratio(start.soc), 0.01);
            for sample in drive {
                let sample = black_box(sample);
                let model = Model::new(&cell, &tuning, units::to_kelvin(sample.temperature));
                let current_a = units::to_amperes(sample.current);
                let next = black_box(model.transition(&state, current_a, DT_S));
                state = next.state;
                black_box(model.observation(&state, 0.01, current_a, DT_S));
            }
        },
    );
    table.criterion.final_summary();
    table.print();
}
