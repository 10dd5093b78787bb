//! State that the deltas of all cells share: their common propagation, their balance about the mean cell, their extremes.

use super::mean::{MeanFilter, StepContext};
use crate::cell::OcvCurve;
use crate::estimation::cell_set::CellSet;
use crate::estimation::delta::{Advance, BiasSensitivity, CellDelta, View};
use crate::estimation::scan::ScanResult;
use crate::estimation::tuning::DeltaTuning;
use crate::estimation::update_scheduler::UpdateScheduler;
use crate::estimation::window::OcvWindow;
use crate::math;
use crate::units;

/// Deltas are propagated once this much SoC has been counted in either direction, or after this many seconds.
const ADVANCE_SOC: f32 = 2e-4;
const ADVANCE_S: f32 = 1.0;

/// Cap of the window's reach on the OCV beyond the lowest and highest cell.
const LARGEST_REACH_SOC: f32 = 0.1;

/// Least margin of the window.
const WINDOW_MARGIN_SOC: f32 = 0.01;

#[derive(Clone, Debug)]
pub(super) struct PackDeltas {
    pub(super) sensitivity: BiasSensitivity,
    scheduler: UpdateScheduler,
    /// Since the last propagation: change of SoC, charge moved in either direction, time.
    counted_soc: f32,
    moved_soc: f32,
    moved_s: f32,
    pub(super) lowest: Extreme,
    pub(super) highest: Extreme,
    /// Largest standard deviation of a cell's SoC.
    widest_sigma: f32,
}

/// A cell at one end of the pack.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extreme {
    pub(super) cell: usize,
    /// Its SoC less that of the mean cell.
    pub(super) soc: f32,
}

impl PackDeltas {
    pub(super) const fn new() -> Self {
        let first = Extreme { cell: 0, soc: 0.0 };
        Self {
            sensitivity: BiasSensitivity::NONE,
            scheduler: UpdateScheduler::new(0.0),
            counted_soc: 0.0,
            moved_soc: 0.0,
            moved_s: 0.0,
            lowest: first,
            highest: first,
            widest_sigma: LARGEST_REACH_SOC,
        }
    }

    /// Counts charge, as a change of SoC, and time.
    pub(super) fn count(&mut self, counted_soc: f32, dt_s: f32) {
        let moved_soc = counted_soc.abs();
        self.counted_soc = (self.counted_soc + counted_soc).clamp(-2.0, 2.0);
        self.moved_soc = (self.moved_soc + moved_soc).min(2.0);
        self.moved_s += dt_s;
        self.scheduler.count(moved_soc, dt_s);
    }

    /// Whether enough charge or time has been counted for a propagation.
    pub(super) fn is_due(&self) -> bool {
        self.moved_soc >= ADVANCE_SOC || self.moved_s >= ADVANCE_S
    }

    /// Propagates the deltas with the counted charge, and balances them about the mean cell.
    pub(super) fn advance(
        &mut self,
        deltas: &mut [CellDelta],
        mean: &mut MeanFilter,
        tuning: &DeltaTuning,
    ) {
        let advance = Advance::new(self.counted_soc, self.moved_s, tuning);
        for delta in deltas.iter_mut() {
            delta.advance(&advance, tuning);
        }
        self.sensitivity.soc += self.counted_soc;
        (self.counted_soc, self.moved_soc, self.moved_s) = (0.0, 0.0, 0.0);
        if mean.is_known() {
            balance(deltas, mean, tuning);
        }
        let widest = deltas
            .iter()
            .map(|delta| delta.total_soc_variance(self.sensitivity))
            .fold(0.0, math::larger);
        self.widest_sigma = math::sqrt(widest);
    }

    /// Samples the OCV about the cells again, if they have left the window.
    pub(super) fn open_window(&self, window: &mut OcvWindow, ocv: &OcvCurve<'_>, mean_soc: f32) {
        let reach = 1.8 * self.widest_sigma.min(LARGEST_REACH_SOC) + WINDOW_MARGIN_SOC;
        let low = mean_soc + self.lowest.soc - reach;
        let high = mean_soc + self.highest.soc + reach;
        if !window.suits(low, high) {
            let margin = 0.5 * reach;
            window.fill(ocv, low - margin, high + margin);
        }
    }

    /// Updates the deltas of those of `cells` whose turn it is by their voltages.
    pub(super) fn update(
        &mut self,
        context: &StepContext<'_, '_>,
        view: &View<'_>,
        (cells, scan): (&CellSet, &ScanResult),
        deltas: &mut [CellDelta],
        voltage: impl Fn(usize) -> Option<f32>,
    ) {
        let (predicted, tuning) = (&context.predicted, context.model.deltas);
        let (Some(level_v), Some(_)) = (scan.level_v, predicted.prediction) else {
            return;
        };
        let common_v = predicted.expected_v() + level_v;
        for cell in self.scheduler.next_cells(cells, deltas.len(), tuning) {
            if let (Some(voltage_v), Some(delta)) = (voltage(cell), deltas.get_mut(cell)) {
                let (own_v, _) = delta.expected_v(view);
                let innovation_v = voltage_v - common_v - own_v;
                self.scheduler
                    .update(view, cell, innovation_v, delta, tuning);
            }
        }
    }

    /// Ends a cycle of updates that is complete; returns whether it was.
    pub(super) fn finish_cycle(
        &mut self,
        scan_complete: bool,
        deltas: &mut [CellDelta],
        tuning: &DeltaTuning,
    ) -> bool {
        self.scheduler
            .finish_cycle(scan_complete, &mut self.sensitivity, deltas, tuning)
    }

    pub(super) fn find_extremes(&mut self, deltas: &[CellDelta]) {
        let soc = |delta: &CellDelta| units::to_ratio(delta.soc());
        let first = Extreme {
            cell: 0,
            soc: deltas.first().map_or(0.0, soc),
        };
        (self.lowest, self.highest) = (first, first);
        for (cell, delta) in deltas.iter().enumerate() {
            let soc = soc(delta);
            if soc < self.lowest.soc {
                self.lowest = Extreme { cell, soc };
            }
            if soc > self.highest.soc {
                self.highest = Extreme { cell, soc };
            }
        }
    }
}

/// Moves the common part of all deltas into the mean cell. Within bounds that part stays: no single cell's reading is to move
/// the mean cell.
fn balance(deltas: &mut [CellDelta], mean: &mut MeanFilter, tuning: &DeltaTuning) {
    let mut soc = RobustMean::new(tuning.soc_sigma);
    let mut resistance = RobustMean::new(tuning.resistance_sigma);
    let mut capacity = RobustMean::new(tuning.capacity_sigma);
    for delta in deltas.iter() {
        soc.add(units::to_ratio(delta.soc()));
        resistance.add(units::to_ratio(delta.resistance()));
        capacity.add(units::to_ratio(delta.inverse_capacity()));
    }
    let soc = soc.beyond(0.5 * tuning.soc_sigma);
    let resistance = resistance.beyond(0.5 * tuning.resistance_sigma);
    let capacity = capacity.beyond(0.0);
    for delta in deltas.iter_mut() {
        delta.recentre(soc, resistance, capacity);
    }
    mean.shift(soc, 1.0 + resistance);
}

/// A mean with Cauchy weights about zero, so that no single value moves it far.
#[derive(Clone, Copy, Debug)]
struct RobustMean {
    per_sigma: f32,
    sum: f32,
    weight: f32,
}

impl RobustMean {
    fn new(sigma: f32) -> Self {
        Self {
            per_sigma: 1.0 / sigma.max(1e-3),
            sum: 0.0,
            weight: 0.0,
        }
    }

    fn add(&mut self, value: f32) {
        let far = value * self.per_sigma;
        let weight = 1.0 / (1.0 + far * far);
        self.sum += weight * value;
        self.weight += weight;
    }

    /// The part of the mean beyond `bound` on either side of zero.
    fn beyond(self, bound: f32) -> f32 {
        if self.weight > 0.0 {
            let mean = self.sum / self.weight;
            mean - mean.max(-bound).min(bound)
        } else {
            0.0
        }
    }
}
