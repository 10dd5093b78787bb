//! Estimates of the state of charge against the truth.

use bms_core::Outputs;
use bms_core::estimation::CellSoc;
use bms_core::units::to_ratio;
use serde::Serialize;

use crate::world::ClosedLoop;

/// Errors of an estimate, in points of the state of charge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Errors {
    /// Root of the mean square.
    pub rms_points: f64,
    /// Largest magnitude.
    pub largest_points: f64,
    /// Share of samples with the truth within 3 sigma, 0 to 1.
    pub inside_3_sigma: f64,
    /// Samples.
    pub samples: u64,
}

/// Accuracy of the estimates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct AccuracySummary {
    /// Start of the evaluation, in seconds.
    pub settled_s: f64,
    /// Mean cell against the mean of all true states of charge.
    pub mean_cell: Errors,
    /// Weakest cell, as estimated, against the lowest true state of charge.
    pub weakest_cell: Errors,
    /// Every cell against its own truth.
    pub every_cell: Errors,
    /// Largest error over all cells before that, in points.
    pub largest_before_points: f64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    square: f64,
    largest: f64,
    inside: u64,
    samples: u64,
}

impl Sums {
    fn add(&mut self, estimate: CellSoc, truth: f64) {
        let error = f64::from(to_ratio(estimate.soc)) - truth;
        let sigma = f64::from(to_ratio(estimate.sigma));
        self.square += error * error;
        self.largest = self.largest.max(error.abs());
        self.inside += u64::from(error.abs() <= 3.0 * sigma);
        self.samples += 1;
    }

    fn errors(self) -> Errors {
        let count = self.samples.max(1) as f64;
        Errors {
            rms_points: super::rounded(100.0 * (self.square / count).sqrt()),
            largest_points: super::rounded(100.0 * self.largest),
            inside_3_sigma: super::rounded(self.inside as f64 / count),
            samples: self.samples,
        }
    }
}

/// Accumulates the errors of a run.
#[derive(Debug)]
pub(super) struct Accuracy {
    cells: usize,
    mean: Sums,
    weakest: Sums,
    every: Sums,
    before: f64,
}

impl Accuracy {
    pub(super) fn new(cells: usize) -> Self {
        Self {
            cells,
            mean: Sums::default(),
            weakest: Sums::default(),
            every: Sums::default(),
            before: 0.0,
        }
    }

    pub(super) fn take(&mut self, closed_loop: &ClosedLoop<'_>, outputs: &Outputs, settled: bool) {
        let truth = closed_loop.world().plant().cells().soc;
        let (mut sum, mut least) = (0.0, f64::INFINITY);
        for (index, truth) in truth.iter().enumerate().take(self.cells) {
            sum += truth;
            least = least.min(*truth);
            let Some((_, estimate)) = closed_loop.bms().cell(index) else {
                continue;
            };
            if settled {
                self.every.add(estimate, *truth);
            } else {
                let error = f64::from(to_ratio(estimate.soc)) - truth;
                self.before = self.before.max(error.abs());
            }
        }
        if settled {
            let mean = CellSoc {
                soc: outputs.estimate.mean.soc,
                sigma: outputs.estimate.mean.soc_sigma,
            };
            self.mean.add(mean, sum / self.cells as f64);
            self.weakest.add(outputs.estimate.weakest_soc, least);
        }
    }

    pub(super) fn summary(&self, settled_s: f64) -> AccuracySummary {
        AccuracySummary {
            settled_s,
            mean_cell: self.mean.errors(),
            weakest_cell: self.weakest.errors(),
            every_cell: self.every.errors(),
            largest_before_points: super::rounded(100.0 * self.before),
        }
    }
}
