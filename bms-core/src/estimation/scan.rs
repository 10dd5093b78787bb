//! The voltages of many cells as one of the mean cell, whether they come together or one after the other.

use super::cell_set::{CellSet, MAX_CELLS};
use super::delta::{CellDelta, View};
use super::tuning::DeltaTuning;
use crate::math;

/// Rounds in which the voltages farthest from the others are left out; each halves the distance that is left.
const ROUNDS: usize = 8;

/// Cells that can tell which of them is wrong.
const ENOUGH_TO_AGREE: usize = 3;

/// A scan that has not come to its end after this many seconds is taken as it is.
const LONGEST_SCAN_S: f32 = 10.0;

/// What each new voltage of one step says of the mean cell.
#[derive(Debug)]
pub(crate) struct Residuals {
    /// Voltage less what is expected of this cell, in volts, and the weight of that: inverse variance as far as it is
    /// believed; zero without a new voltage.
    cells: [(f32, f32); MAX_CELLS],
    count: usize,
    /// Of the pack.
    cell_count: usize,
}

impl Residuals {
    /// Takes what `voltage` gives for each cell; `expected_v` is the mean cell's.
    pub(crate) fn new(
        view: &View<'_>,
        expected_v: f32,
        deltas: &[CellDelta],
        pack: &DeltaTuning,
        voltage: impl Fn(usize) -> Option<f32>,
    ) -> Self {
        let mut look = Self {
            cells: [(0.0, 0.0); MAX_CELLS],
            count: 0,
            cell_count: deltas.len(),
        };
        let floor_v = pack.gate_floor_v / pack.gate_sigma;
        for (index, (cell, delta)) in look.cells.iter_mut().zip(deltas).enumerate() {
            if let Some(voltage_v) = voltage(index) {
                let (own_v, slope_v) = delta.expected_v(view);
                let variance_v2 = delta.believed_v2(slope_v, view, pack) + floor_v * floor_v;
                *cell = (voltage_v - expected_v - own_v, 1.0 / variance_v2);
                look.count += 1;
            }
        }
        look
    }

    /// How many cells have a new voltage.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Which cells have a new voltage.
    pub(crate) fn told(&self) -> CellSet {
        let has_voltage = |cell: usize| {
            self.cells
                .get(cell)
                .is_some_and(|(_, weight)| *weight > 0.0)
        };
        CellSet::of(self.cell_count, has_voltage)
    }

    /// Cells with a new voltage: number, what is unexplained in volts, weight.
    pub(crate) fn cells(&self) -> impl Iterator<Item = (usize, f32, f32)> {
        let cells = self.cells.iter().enumerate().take(self.cell_count);
        cells
            .filter(|(_, cell)| cell.1 > 0.0)
            .map(|(index, cell)| (index, cell.0, cell.1))
    }

    /// The mean without the cells that contradict the others, and of how many it is: in each round the farthest are left
    /// out, until all that are left agree.
    fn agreed(&self, pack: &DeltaTuning) -> (Option<f32>, usize) {
        let gate = pack.gate_sigma * pack.gate_sigma;
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

/// How far a value is from a level: squared, in its own variances.
fn far(value_v: f32, level_v: f32, weight: f32) -> f32 {
    (value_v - level_v) * (value_v - level_v) * weight
}

/// A weighted mean, and the values at its ends.
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

    /// The mean without its lowest and without its highest value, where that contradicts all others.
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

/// The voltages since the last correction of the mean.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scan {
    seen: CellSet,
    age_s: f32,
    /// Of all voltages, and of those that may be trusted.
    all: Mean,
    trusted: Mean,
    /// How many cells the last complete scan had; those of a pack at first.
    usual_cells: usize,
}

/// What one step added to the scan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScanResult {
    /// What a scan that is complete leaves unexplained of the mean cell's voltage.
    pub(crate) mean_v: Option<f32>,
    /// What the differences of this step's cells are to be reckoned from, where that is known.
    pub(crate) level_v: Option<f32>,
    /// Voltages of this step that were left out of the mean.
    pub(crate) excluded: usize,
    /// Whether a scan came to its end.
    pub(crate) complete: bool,
}

impl ScanResult {
    pub(crate) const NOTHING: Self = Self {
        mean_v: None,
        level_v: None,
        excluded: 0,
        complete: false,
    };
}

impl Scan {
    pub(crate) const EMPTY: Self = Self {
        seen: CellSet::EMPTY,
        age_s: 0.0,
        all: Mean::NOTHING,
        trusted: Mean::NOTHING,
        usual_cells: MAX_CELLS,
    };

    /// A step without voltages.
    pub(crate) fn wait(&mut self, dt_s: f32) {
        self.age_s += dt_s;
    }

    /// Takes in the voltages of one step, of a pack of `cells`; `last_level_v` is what the last scan left unexplained.
    pub(crate) fn gather(
        &mut self,
        look: &Residuals,
        cells: usize,
        last_level_v: Option<f32>,
        pack: &DeltaTuning,
        dt_s: f32,
    ) -> ScanResult {
        if look.count() == 0 {
            return self.pass(pack, dt_s);
        }
        self.age_s += dt_s;
        if look.count() >= self.usual_cells || look.count() * 10 >= cells * 9 {
            return self.gather_all(look, pack);
        }
        // A cell that comes again opens the next scan.
        let again = look.cells().any(|(cell, ..)| self.seen.contains(cell));
        let mut mean_v = if again { self.close(pack) } else { None };
        let excluded = self.add(look, last_level_v, pack);
        let full = self.seen.len() >= cells;
        if full {
            mean_v = self.close(pack);
        }
        ScanResult {
            mean_v,
            level_v: last_level_v,
            excluded,
            complete: again || full,
        }
    }

    /// A step without voltages, which ends a scan that is overdue.
    pub(crate) fn pass(&mut self, pack: &DeltaTuning, dt_s: f32) -> ScanResult {
        self.age_s += dt_s;
        let overdue = self.age_s > LONGEST_SCAN_S && self.seen.len() > 0;
        ScanResult {
            mean_v: if overdue { self.close(pack) } else { None },
            complete: overdue,
            ..ScanResult::NOTHING
        }
    }

    /// All voltages at once.
    fn gather_all(&mut self, look: &Residuals, pack: &DeltaTuning) -> ScanResult {
        let (mean_v, agreed) = look.agreed(pack);
        *self = Self {
            usual_cells: look.count(),
            ..Self::EMPTY
        };
        ScanResult {
            mean_v,
            level_v: mean_v,
            excluded: look.count() - agreed,
            complete: true,
        }
    }

    /// Some of the voltages: what fits to the others of this step may be trusted, or to the last scan where they are too
    /// few. Returns how many do not.
    fn add(&mut self, look: &Residuals, last_level_v: Option<f32>, pack: &DeltaTuning) -> usize {
        let level_v = last_level_v.and_then(|last_v| {
            if look.count() >= ENOUGH_TO_AGREE {
                look.agreed(pack).0
            } else {
                Some(last_v)
            }
        });
        let gate = pack.gate_sigma * pack.gate_sigma;
        let mut excluded = 0;
        for (cell, value_v, weight) in look.cells() {
            self.seen.insert(cell);
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

    /// Ends the scan: the mean of those that may be trusted, or of all where most of them changed together or there was
    /// nothing to trust them by, without one that contradicts all others.
    fn close(&mut self, pack: &DeltaTuning) -> Option<f32> {
        let scan = *self;
        *self = Self {
            usual_cells: scan.seen.len(),
            ..Self::EMPTY
        };
        if scan.trusted.count * 2 > scan.all.count {
            scan.trusted.value_v()
        } else {
            scan.all.without_ends_v(pack.gate_sigma * pack.gate_sigma)
        }
    }
}
