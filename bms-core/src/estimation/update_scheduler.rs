//! Which cells' differences are corrected when: a few in each step, and every cell once before any comes again.

use super::cell_set::CellSet;
use super::delta::{BiasSensitivity, CellDelta, UpdateOutcome, View};
use super::tuning::DeltaTuning;

/// One turn through all cells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UpdateScheduler {
    visited: CellSet,
    age_s: f32,
    /// Charge moved since it began, SoC of the mean cell.
    moved_soc: f32,
    /// Duration of the last one.
    last_s: f32,
    /// Sum of what was learned, and of how many cells.
    change: BiasSensitivity,
    learned: f32,
    /// Whether a cell was visited since the last scan began.
    busy: bool,
}

impl UpdateScheduler {
    pub(crate) const fn new(last_s: f32) -> Self {
        Self {
            visited: CellSet::EMPTY,
            age_s: 0.0,
            moved_soc: 0.0,
            last_s,
            change: BiasSensitivity {
                soc: 0.0,
                resistance: 0.0,
            },
            learned: 0.0,
            busy: false,
        }
    }

    pub(crate) fn count(&mut self, moved_soc: f32, dt_s: f32) {
        self.age_s += dt_s;
        self.moved_soc = (self.moved_soc + moved_soc).min(2.0);
    }

    /// Which of these cells' differences are corrected next, of a pack of `count`.
    pub(crate) fn turn(
        &self,
        cells: &CellSet,
        count: usize,
        pack: &DeltaTuning,
    ) -> impl Iterator<Item = usize> {
        let most = match usize::from(pack.updates_per_step) {
            0 => count.div_ceil(10),
            some => some,
        };
        cells.without(&self.visited).take(most)
    }

    /// Corrects the difference of a cell, of whose voltage so much is unexplained beyond what is of all cells.
    pub(crate) fn learn(
        &mut self,
        view: &View<'_>,
        cell: usize,
        unexplained_v: f32,
        delta: &mut CellDelta,
        pack: &DeltaTuning,
    ) {
        self.busy = true;
        self.visited.insert(cell);
        if let UpdateOutcome::Learned(change) =
            delta.correct(view, pack, unexplained_v, self.last_s)
        {
            self.change.soc += change.soc;
            self.change.resistance += change.resistance;
            self.learned += 1.0;
        }
    }

    /// Ends the round where all cells were visited, or a whole scan had none that was not; returns whether it ended.
    pub(crate) fn close(
        &mut self,
        scan_complete: bool,
        sensitivity: &mut BiasSensitivity,
        deltas: &mut [CellDelta],
        pack: &DeltaTuning,
    ) -> bool {
        let all = self.visited.len() >= deltas.len();
        let ends = self.visited.len() > 0 && (all || scan_complete && !self.busy);
        if scan_complete {
            self.busy = false;
        }
        if !ends {
            return false;
        }
        if self.learned > 0.0 {
            sensitivity.soc += self.change.soc / self.learned;
            sensitivity.resistance += self.change.resistance / self.learned;
        }
        if !all {
            for (cell, delta) in deltas.iter_mut().enumerate() {
                if !self.visited.contains(cell) {
                    delta.left_behind(self.moved_soc, pack);
                }
            }
        }
        *self = Self::new(self.age_s);
        true
    }
}
