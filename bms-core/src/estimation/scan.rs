//! The voltages of many cells combined into one of the mean cell, whether they arrive together or one after the other.

use super::cell_set::{CellSet, MAX_CELLS};
use super::delta::{CellDelta, View};
use super::tuning::DeltaTuning;
use crate::math;

/// Rounds of outlier rejection; each halves the distance that is accepted.
const ROUNDS: usize = 8;

/// Least number of cells of which an outlier can be identified.
const ENOUGH_TO_AGREE: usize = 3;

/// A scan without all cells ends after this many seconds.
const LONGEST_SCAN_S: f32 = 10.0;

/// Residuals of the new voltages of one step.
#[derive(Debug)]
pub(super) struct Residuals {
    /// Measured less predicted voltage of each cell in volts, and its weight: the inverse variance of the prediction; zero
    /// without a new voltage.
    cells: [(f32, f32); MAX_CELLS],
    count: usize,
    /// Cells of the pack.
    cell_count: usize,
}

impl Residuals {
    /// Of the cells for which `voltage` has one; `mean_v` is the mean cell's predicted voltage.
    pub(super) fn new(
        view: &View<'_>,
        mean_v: f32,
        deltas: &[CellDelta],
        tuning: &DeltaTuning,
        voltage: impl Fn(usize) -> Option<f32>,
    ) -> Self {
        let mut residuals = Self {
            cells: [(0.0, 0.0); MAX_CELLS],
            count: 0,
            cell_count: deltas.len(),
        };
        let floor_v = tuning.gate_floor_v / tuning.gate_sigma;
        for (index, (cell, delta)) in residuals.cells.iter_mut().zip(deltas).enumerate() {
            if let Some(voltage_v) = voltage(index) {
                let (own_v, slope_v) = delta.expected_v(view);
                let variance_v2 = delta.capped_v2(slope_v, view, tuning) + floor_v * floor_v;
                *cell = (voltage_v - mean_v - own_v, 1.0 / variance_v2);
                residuals.count += 1;
            }
        }
        residuals
    }

    /// Number of cells with a new voltage.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Cells with a new voltage.
    pub(super) fn cell_set(&self) -> CellSet {
        let has_voltage = |cell: usize| {
            self.cells
                .get(cell)
                .is_some_and(|(_, weight)| *weight > 0.0)
        };
        CellSet::of(self.cell_count, has_voltage)
    }

    /// Cells with a new voltage: number, residual in volts, weight.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, f32, f32)> {
        let cells = self.cells.iter().enumerate().take(self.cell_count);
        cells
            .filter(|(_, cell)| cell.1 > 0.0)
            .map(|(index, cell)| (index, cell.0, cell.1))
    }

    /// Mean of the cells that agree, and their number: each round rejects the farthest, until all others are within the gate.
    fn agreed(&self, tuning: &DeltaTuning) -> (Option<f32>, usize) {
        let gate = tuning.gate_sigma * tuning.gate_sigma;
        let (mut limit, mut level_v) = (f32::INFINITY, 0.0);
        let mut agreed = (None, 0);
        let cells = self.cells.get(..self.cell_count).unwrap_or(&self.cells);
        for _ in 0..ROUNDS {
            let (mut count, mut weight_sum, mut sum_v) = (0, 0.0, 0.0);
            for &(value_v, weight) in cells {
                if weight > 0.0 && far(value_v, level_v, weight) <= limit {
                    count += 1;
                    weight_sum += weight;
                    sum_v += weight * value_v;
                }
            }
            if count == 0 {
                return (None, 0);
            }
            let next_v = sum_v / weight_sum;
            agreed = (Some(next_v), count);
            let mut worst = 0.0;
            for &(value_v, weight) in cells {
                if weight > 0.0 && far(value_v, level_v, weight) <= limit {
                    worst = math::larger(worst, far(value_v, next_v, weight));
                }
            }
            if worst <= gate {
                break;
            }
            limit = gate.max(0.25 * worst);
            level_v = next_v;
        }
        agreed
    }
}

/// Squared distance of a value from a level, in the value's variances.
fn far(value_v: f32, level_v: f32, weight: f32) -> f32 {
    (value_v - level_v) * (value_v - level_v) * weight
}

/// A weighted mean with its extreme values.
#[derive(Clone, Copy, Debug)]
struct Mean {
    count: usize,
    weight: f32,
    sum_v: f32,
    /// Value and weight.
    lowest: (f32, f32),
    highest: (f32, f32),
}

impl Mean {
    const NOTHING: Self = Self {
        count: 0,
        weight: 0.0,
        sum_v: 0.0,
        lowest: (f32::INFINITY, 0.0),
        highest: (f32::NEG_INFINITY, 0.0),
    };

    fn add(&mut self, value_v: f32, weight: f32) {
        self.count += 1;
        self.weight += weight;
        self.sum_v += weight * value_v;
        if value_v < self.lowest.0 {
            self.lowest = (value_v, weight);
        }
        if value_v > self.highest.0 {
            self.highest = (value_v, weight);
        }
    }

    /// The mean without its lowest and without its highest value, if that is outside the gate of all others.
    fn without_ends_v(mut self, gate: f32) -> Option<f32> {
        for (end_v, weight) in [self.lowest, self.highest] {
            let rest = Self {
                count: self.count.saturating_sub(1),
                weight: self.weight - weight,
                sum_v: self.sum_v - weight * end_v,
                ..self
            };
            if rest.count >= 2
                && let Some(rest_v) = rest.value_v()
                && (end_v - rest_v) * (end_v - rest_v) * weight > gate
            {
                self = rest;
            }
        }
        self.value_v()
    }

    fn value_v(&self) -> Option<f32> {
        (self.count > 0).then(|| self.sum_v / self.weight)
    }
}

/// The voltages since the last update of the mean cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scan {
    read: CellSet,
    age_s: f32,
    /// Of all voltages, and of those within the gate.
    all: Mean,
    trusted: Mean,
    /// Cells of the last complete scan; the most of a pack before the first.
    usual_cells: usize,
}

/// Result of one step of the scan.
#[derive(Clone, Copy, Debug)]
pub(super) struct ScanResult {
    /// Residual of the mean cell's voltage; `None` unless a scan ended.
    pub(super) mean_v: Option<f32>,
    /// Residual common to all cells, to be subtracted from each cell's; `None` if it is not known.
    pub(super) level_v: Option<f32>,
    /// Voltages of this step that were rejected as outliers.
    pub(super) excluded: usize,
    /// Whether a scan ended.
    pub(super) complete: bool,
}

impl ScanResult {
    pub(super) const NOTHING: Self = Self {
        mean_v: None,
        level_v: None,
        excluded: 0,
        complete: false,
    };
}

impl Scan {
    pub(super) const EMPTY: Self = Self {
        read: CellSet::EMPTY,
        age_s: 0.0,
        all: Mean::NOTHING,
        trusted: Mean::NOTHING,
        usual_cells: MAX_CELLS,
    };

    /// A step without voltages.
    pub(super) fn wait(&mut self, dt_s: f32) {
        self.age_s += dt_s;
    }

    /// Adds the voltages of one step, of a pack of `cells`; `last_level_v` is the common residual of the last scan.
    pub(super) fn step(
        &mut self,
        residuals: &Residuals,
        cells: usize,
        last_level_v: Option<f32>,
        tuning: &DeltaTuning,
        dt_s: f32,
    ) -> ScanResult {
        if residuals.count() == 0 {
            return self.step_without(tuning, dt_s);
        }
        self.age_s += dt_s;
        if residuals.count() >= self.usual_cells || residuals.count() * 10 >= cells * 9 {
            return self.step_with_all(residuals, tuning);
        }
        // A cell that arrives again starts the next scan.
        let again = residuals.iter().any(|(cell, ..)| self.read.contains(cell));
        let mut mean_v = if again { self.close(tuning) } else { None };
        let excluded = self.add(residuals, last_level_v, tuning);
        let full = self.read.len() >= cells;
        if full {
            mean_v = self.close(tuning);
        }
        ScanResult {
            mean_v,
            level_v: last_level_v,
            excluded,
            complete: again || full,
        }
    }

    /// A step without voltages: ends a scan that is overdue.
    pub(super) fn step_without(&mut self, tuning: &DeltaTuning, dt_s: f32) -> ScanResult {
        self.age_s += dt_s;
        let overdue = self.age_s > LONGEST_SCAN_S && self.read.len() > 0;
        ScanResult {
            mean_v: if overdue { self.close(tuning) } else { None },
            complete: overdue,
            ..ScanResult::NOTHING
        }
    }

    /// All voltages in one step.
    fn step_with_all(&mut self, residuals: &Residuals, tuning: &DeltaTuning) -> ScanResult {
        let (mean_v, agreed) = residuals.agreed(tuning);
        *self = Self {
            usual_cells: residuals.count(),
            ..Self::EMPTY
        };
        ScanResult {
            mean_v,
            level_v: mean_v,
            excluded: residuals.count() - agreed,
            complete: true,
        }
    }

    /// Some of the voltages: each is gated by the others of this step, or by the last scan if they are too few. Returns the
    /// number of outliers.
    fn add(
        &mut self,
        residuals: &Residuals,
        last_level_v: Option<f32>,
        tuning: &DeltaTuning,
    ) -> usize {
        let level_v = last_level_v.and_then(|last_v| {
            if residuals.count() >= ENOUGH_TO_AGREE {
                residuals.agreed(tuning).0
            } else {
                Some(last_v)
            }
        });
        let gate = tuning.gate_sigma * tuning.gate_sigma;
        let mut excluded = 0;
        for (cell, value_v, weight) in residuals.iter() {
            self.read.insert(cell);
            self.all.add(value_v, weight);
            let Some(level_v) = level_v else {
                continue;
            };
            if (value_v - level_v) * (value_v - level_v) * weight <= gate {
                self.trusted.add(value_v, weight);
            } else {
                excluded += 1;
            }
        }
        excluded
    }

    /// Ends the scan: the mean of those within the gate; if most were outside or there was no gate, the mean of all but an
    /// outlying extreme.
    fn close(&mut self, tuning: &DeltaTuning) -> Option<f32> {
        let scan = *self;
        *self = Self {
            usual_cells: scan.read.len(),
            ..Self::EMPTY
        };
        if scan.trusted.count * 2 > scan.all.count {
            scan.trusted.value_v()
        } else {
            scan.all
                .without_ends_v(tuning.gate_sigma * tuning.gate_sigma)
        }
    }
}
