//! Order of the updates of the cells' deltas: a few per step, and each cell once per cycle.

use super::cell_set::CellSet;
use super::delta::{BiasSensitivity, CellDelta, UpdateOutcome, View};
use super::tuning::DeltaTuning;

/// One cycle through all cells.
#[derive(Clone, Copy, Debug)]
pub(super) struct UpdateScheduler {
    visited: CellSet,
    age_s: f32,
    /// Charge moved in this cycle, SoC of the mean cell.
    moved_soc: f32,
    /// Duration of the last cycle.
    last_s: f32,
    /// Sum of the changes of the sensitivity, and number of accepted updates.
    change: BiasSensitivity,
    accepted: f32,
    /// Whether a cell was updated since the present scan began.
    busy: bool,
}

impl UpdateScheduler {
    pub(super) const fn new(last_s: f32) -> Self {
        Self {
            visited: CellSet::EMPTY,
            age_s: 0.0,
            moved_soc: 0.0,
            last_s,
            change: BiasSensitivity::NONE,
            accepted: 0.0,
            busy: false,
        }
    }

    pub(super) fn count(&mut self, moved_soc: f32, dt_s: f32) {
        self.age_s += dt_s;
        self.moved_soc = (self.moved_soc + moved_soc).min(2.0);
    }

    /// The cells of `cells` to be updated in this step, of a pack of `count`.
    pub(super) fn next_cells(
        &self,
        cells: &CellSet,
        count: usize,
        tuning: &DeltaTuning,
    ) -> impl Iterator<Item = usize> + use<> {
        let most = match usize::from(tuning.updates_per_step) {
            0 => count.div_ceil(10),
            some => some,
        };
        cells.without(&self.visited).take(most)
    }

    /// Updates the delta of a cell by the innovation of its voltage.
    pub(super) fn update(
        &mut self,
        view: &View<'_>,
        cell: usize,
        innovation_v: f32,
        delta: &mut CellDelta,
        tuning: &DeltaTuning,
    ) {
        self.busy = true;
        self.visited.insert(cell);
        if let UpdateOutcome::Accepted(change) =
            delta.correct(view, tuning, innovation_v, self.last_s)
        {
            self.change.soc += change.soc;
            self.change.resistance += change.resistance;
            self.accepted += 1.0;
        }
    }

    /// Ends the cycle if every cell was visited, or a whole scan had no other one to visit; returns whether it ended.
    pub(super) fn finish_cycle(
        &mut self,
        scan_complete: bool,
        sensitivity: &mut BiasSensitivity,
        deltas: &mut [CellDelta],
        tuning: &DeltaTuning,
    ) -> bool {
        let all = self.visited.len() >= deltas.len();
        let ends = self.visited.len() > 0 && (all || scan_complete && !self.busy);
        if scan_complete {
            self.busy = false;
        }
        if !ends {
            return false;
        }
        if self.accepted > 0.0 {
            sensitivity.soc += self.change.soc / self.accepted;
            sensitivity.resistance += self.change.resistance / self.accepted;
        }
        if !all {
            for (cell, delta) in deltas.iter_mut().enumerate() {
                if !self.visited.contains(cell) {
                    delta.skip_update(self.moved_soc, tuning);
                }
            }
        }
        *self = Self::new(self.age_s);
        true
    }
}
