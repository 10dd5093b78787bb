//! The work that voltages make, spread over the steps until the next ones: where steps come much faster than voltages, each
//! takes about as long as any other.
//!
//! Voltages are taken in as of the step in which they arrived: the charge that is counted meanwhile moves the estimate on
//! and leaves what they say of it alone.

use super::{CellEstimate, Given, PackEstimate, PackEstimator, PackSample, known};
use crate::cell::CellAtTemperature;
use crate::estimation::cell::{LONGEST_COAST_S, PredictedStep, usable_s};
use crate::estimation::cell_set::CellSet;
use crate::estimation::delta::CellDelta;
use crate::estimation::init_grid::{SocGrid, SocGridSearch};
use crate::estimation::scan::ScanResult;
use crate::math;
use crate::units::{self, Time};

/// Work is spread over steps that are no longer than this, in seconds.
const LONGEST_STEP_S: f32 = 0.02;

/// While there is work to do, charge is only counted for no longer than this, in seconds.
const LONGEST_WORK_S: f32 = 0.5;

/// Parts of the work, but for a search.
const PARTS: u8 = 4;

/// Differences that wait for their turn are moved on with another part of the work when this much more has come together
/// than they are moved on by.
const OVERDUE: f32 = 2.0;

/// The voltages of cells, as a step finds them.
pub(crate) trait CellVoltages {
    /// Whether any may have arrived in this step.
    fn any(&self) -> bool;
    /// That of a cell, if it arrived in this step and may be believed.
    fn arrived(&self, cell: usize) -> Option<f32>;
    /// Whether that of a cell arrived in the step before, none having arrived in this one, and could be believed.
    fn came_before(&self, cell: usize) -> bool;
    /// The last of a cell, if it may be believed, whenever it arrived.
    fn kept(&self, cell: usize) -> Option<f32>;
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Nothing of the voltages; differences may have to be moved on.
    Rest,
    /// Moves the mean cell on to the step of the voltages.
    Begin,
    /// Looks at what each voltage leaves unexplained.
    Look,
    /// Holds a first voltage against each SoC.
    Search,
    /// Corrects the mean cell.
    Correct,
}

/// What is done about the differences every now and then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tidying {
    /// Moves them on with the charge, once enough of it has come together.
    Move,
    /// Balances them about the mean cell.
    Balance,
    /// Samples the OCV anew that they share.
    Window,
}

/// What the last voltages left to do.
#[derive(Clone, Debug)]
pub(super) struct Work {
    next: Part,
    /// Which cells' voltages arrived.
    cells: CellSet,
    /// From the voltages before to these.
    since_s: f32,
    begun: Option<PredictedStep>,
    search: Option<SocGridSearch>,
    gathered: ScanResult,
    voltages: usize,
    /// Change of SoC that was counted since they arrived.
    pub(super) counted_soc: f32,
    /// What is to be done next about the differences.
    tidying: Tidying,
    /// Steps since the last voltages, and between voltages as of late.
    steps: u8,
    sampling: u8,
    /// Whether the last step had something to do of voltages.
    was_busy: bool,
}

impl Work {
    pub(super) const NOTHING: Self = Self {
        next: Part::Rest,
        cells: CellSet::EMPTY,
        since_s: 0.0,
        begun: None,
        search: None,
        gathered: ScanResult::NOTHING,
        voltages: 0,
        counted_soc: 0.0,
        tidying: Tidying::Move,
        steps: u8::MAX,
        sampling: u8::MAX,
        was_busy: false,
    };

    /// Takes note of voltages; a shorter time between them is believed at once, a longer one slowly.
    fn arrive(&mut self) {
        self.sampling = self.steps.min(self.sampling.saturating_add(1));
        self.steps = 0;
    }

    /// Parts that each step has to do so that nothing is left when the next voltages come; zero where they come in each
    /// step.
    const fn parts(&self) -> u8 {
        match self.sampling.saturating_sub(1) {
            0 => 0,
            steps => PARTS.div_ceil(steps),
        }
    }

    fn begin(&mut self, since_s: f32) {
        let Self {
            tidying,
            steps,
            sampling,
            was_busy,
            ..
        } = *self;
        *self = Self {
            next: Part::Begin,
            since_s,
            tidying,
            steps,
            sampling,
            was_busy,
            ..Self::NOTHING
        };
    }
}

impl PackEstimator {
    /// The same as [`Self::step`], where the work that voltages make may be left to the steps after them.
    ///
    /// Which is so where steps are short and voltages are expected in none of the next ones, by when the last came. If they
    /// come nevertheless, those before are let go unless the mean cell can be corrected at once.
    pub(crate) fn step_spread(
        &mut self,
        given: &Given<'_, '_>,
        deltas: &mut [CellDelta],
        sample: PackSample,
        voltages: &impl CellVoltages,
        dt: Time,
    ) -> PackEstimate {
        let deltas = known(deltas);
        let short = usable_s(dt) <= LONGEST_STEP_S;
        self.work.steps = self.work.steps.saturating_add(1);
        // None are taken in while a first voltage is searched for.
        let told = voltages.any()
            && self.work.next != Part::Search
            && (0..deltas.len()).any(|cell| voltages.arrived(cell).is_some());
        if told {
            self.work.arrive();
            if matches!(self.work.next, Part::Begin | Part::Look) {
                self.work.next = Part::Rest;
            }
        }
        let parts = self.work.parts();
        let spread = told && short && parts > 0 && self.may_wait();
        let busy = spread || self.work.next != Part::Rest;
        self.work.was_busy = busy || told;
        let corrected = if short && self.work.next == Part::Search && voltages.any() {
            // A step with voltages has enough to do, even if none is taken in.
            None
        } else if short && !told {
            self.work_on(given, deltas, voltages, parts.max(1))
        } else {
            self.work_off(given, deltas, voltages)
        };
        let longest_s = if busy {
            LONGEST_WORK_S
        } else {
            LONGEST_COAST_S
        };
        if (spread || !told)
            && let Some(estimate) = self.coast(given, sample, dt, longest_s, corrected)
        {
            if spread {
                self.work.begin(self.uncorrected_s);
            }
            return estimate;
        }
        let corrected = self.work_off(given, deltas, voltages).or(corrected);
        let new = told.then_some(|cell| voltages.arrived(cell));
        let estimate = self.step_at_once(given, deltas, sample, new, dt);
        match corrected {
            Some(corrected) if corrected.restarted => self.tell_restart(estimate),
            _ => estimate,
        }
    }

    /// Whether the last step had something to do of voltages.
    pub(crate) const fn was_busy(&self) -> bool {
        self.work.was_busy
    }

    /// Whether it is no matter when voltages are taken in: not the first time, and not where they contradict the model, as
    /// faults follow from that.
    fn may_wait(&self) -> bool {
        let contradicts = |last: &PackEstimate| units::to_seconds(last.voltage_refused_for) > 0.0;
        self.last.as_ref().is_some_and(|last| !contradicts(last))
    }

    /// The same estimate of a step in which what was believed before was thrown away.
    fn tell_restart(&mut self, estimate: PackEstimate) -> PackEstimate {
        let estimate = PackEstimate {
            mean: estimate.mean.as_restarted(),
            restarted: true,
            ..estimate
        };
        self.last = Some(estimate);
        estimate
    }

    /// All that is left to do of the voltages.
    fn work_off(
        &mut self,
        given: &Given<'_, '_>,
        deltas: &mut [CellDelta],
        voltages: &impl CellVoltages,
    ) -> Option<PackEstimate> {
        let mut corrected = None;
        while self.work.next != Part::Rest {
            corrected = self.part(given, deltas, voltages).or(corrected);
        }
        corrected
    }

    /// So many parts of the work; the estimate, where the mean cell was corrected.
    fn work_on(
        &mut self,
        given: &Given<'_, '_>,
        deltas: &mut [CellDelta],
        voltages: &impl CellVoltages,
        parts: u8,
    ) -> Option<PackEstimate> {
        let mut corrected = None;
        for _ in 0..parts {
            if self.work.next == Part::Rest {
                self.tidy(given, deltas);
                break;
            }
            corrected = self.part(given, deltas, voltages).or(corrected);
        }
        if corrected.is_some() && self.is_due(OVERDUE) {
            self.tidy(given, deltas);
        }
        corrected
    }

    /// The next part of the work.
    fn part(
        &mut self,
        given: &Given<'_, '_>,
        deltas: &mut [CellDelta],
        voltages: &impl CellVoltages,
    ) -> Option<PackEstimate> {
        match (self.work.next, self.work.begun) {
            (Part::Rest, _) => {}
            (Part::Begin, _) => self.begin_late(given, deltas, voltages),
            (Part::Look, Some(begun)) => self.look_late(given, &begun, deltas, voltages),
            (Part::Search, _) => self.search(given),
            (Part::Correct, Some(begun)) => {
                return Some(self.correct_late(given, begun, deltas, voltages));
            }
            (Part::Look | Part::Correct, None) => self.work.next = Part::Rest,
        }
        None
    }

    fn begin_late(
        &mut self,
        given: &Given<'_, '_>,
        deltas: &mut [CellDelta],
        voltages: &impl CellVoltages,
    ) {
        self.work.cells = CellSet::of(deltas.len(), |cell| voltages.came_before(cell));
        let since_s = self.work.since_s;
        let (at, begun) = self.mean.catch_up(given.cell, given.tuning, since_s);
        if let Some(soc) = begun.soc {
            self.soc = soc;
        }
        self.frame(&at, &begun, deltas, given.pack);
        self.work.begun = Some(begun);
        self.work.next = Part::Look;
    }

    #[inline(never)] // What it keeps on the stack is needed nowhere else.
    fn look_late(
        &mut self,
        given: &Given<'_, '_>,
        begun: &PredictedStep,
        deltas: &[CellDelta],
        voltages: &impl CellVoltages,
    ) {
        let cells = self.work.cells;
        let look = self.survey(given, begun, deltas, |cell| {
            voltages.kept(cell).filter(|_| cells.contains(cell))
        });
        let gathered = self
            .scan
            .gather(&look, deltas.len(), self.level_v, given.pack, 0.0);
        let mean_v = gathered.mean_v.map(|mean_v| begun.expected_v() + mean_v);
        let at = self.mean.at(given.cell);
        self.work.search = self.mean.search(&at, begun, mean_v);
        (self.work.gathered, self.work.voltages) = (gathered, look.count());
        self.work.next = if self.work.search.is_some() {
            Part::Search
        } else {
            Part::Correct
        };
    }

    fn search(&mut self, given: &Given<'_, '_>) {
        let at = self.mean.at(given.cell);
        let of = first_voltage(given, &at);
        let ended = match &mut self.work.search {
            Some(search) => search.slice(&of),
            None => true,
        };
        if ended {
            self.work.next = Part::Correct;
        }
    }

    fn correct_late(
        &mut self,
        given: &Given<'_, '_>,
        mut begun: PredictedStep,
        deltas: &mut [CellDelta],
        voltages: &impl CellVoltages,
    ) -> PackEstimate {
        let (cells, gathered) = (self.work.cells, self.work.gathered);
        self.learn(given, &begun, &cells, gathered, deltas, |cell| {
            voltages.kept(cell)
        });
        let at = self.mean.at(given.cell);
        begun.later_soc = self.work.counted_soc;
        let uncorrected_s = math::larger(self.uncorrected_s - self.work.since_s, 0.0);
        let ScanResult {
            mean_v, excluded, ..
        } = gathered;
        let mean: CellEstimate = self.correct(given, &at, &begun, mean_v, self.work.search);
        if mean_v.is_some() {
            self.uncorrected_s = uncorrected_s;
        }
        self.work.next = Part::Rest;
        self.find_extremes(deltas);
        self.estimate(mean, deltas, self.work.voltages, excluded)
    }

    /// One part of what is done about the differences every now and then.
    fn tidy(&mut self, given: &Given<'_, '_>, deltas: &mut [CellDelta]) {
        self.work.tidying = match self.work.tidying {
            Tidying::Move if !self.is_due(1.0) => return,
            Tidying::Move => {
                self.move_on(deltas, given.pack);
                Tidying::Balance
            }
            Tidying::Balance => {
                self.balance(deltas, given.pack);
                self.find_extremes(deltas);
                self.name_extremes(deltas);
                Tidying::Window
            }
            Tidying::Window => {
                self.window.forget();
                if self.mean.is_known() {
                    let at = self.mean.at(given.cell);
                    self.open_window(&at);
                }
                Tidying::Move
            }
        };
    }

    /// Has the last estimate say which cells are at the ends now.
    fn name_extremes(&mut self, deltas: &[CellDelta]) {
        let (weakest_soc, strongest_soc) = self.extreme_socs(deltas);
        if let Some(last) = &mut self.last {
            (last.weakest, last.weakest_soc) = (self.lowest.cell, weakest_soc);
            (last.strongest, last.strongest_soc) = (self.highest.cell, strongest_soc);
        }
    }
}

fn first_voltage<'s, 'a>(given: &Given<'s, '_>, at: &'s CellAtTemperature<'a>) -> SocGrid<'s, 'a> {
    SocGrid {
        at,
        tuning: given.tuning,
        capacity_ah: units::to_amp_hours(given.cell.capacity),
    }
}

#[cfg(test)]
mod tests;
