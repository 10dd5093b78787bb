//! The estimator of a series pack: one full filter for the mean cell, a small one for each cell's difference from it.

mod saved;
mod spread;

use super::cell::{
    CellEstimate, CellEstimator, CellSample, InitialSoc, LONGEST_COAST_S, PredictedStep, usable_s,
};
use super::cell_set::{CellSet, MAX_CELLS};
use super::delta::{Advance, BiasSensitivity, CellDelta, View};
use super::display_soc::DisplaySoc;
use super::init_grid::SocGridSearch;
use super::scan::{Residuals, Scan, ScanResult};
use super::tuning::DeltaTuning;
use super::tuning::EstimatorTuning;
use super::update_scheduler::UpdateScheduler;
use super::window::OcvWindow;
use crate::cell::{CellAtTemperature, CellParameters};
use crate::math;
use crate::units::{self, ElectricCurrent, Ratio, ThermodynamicTemperature, Time};
use spread::Work;

pub(crate) use spread::CellVoltages;

/// The most cells that a pack may have; further ones are not looked at.
pub const MAX_SERIES_CELLS: usize = MAX_CELLS;

/// Differences move on when this much SoC has been counted, or this many seconds have passed.
const ADVANCE_SOC: f32 = 2e-4;
const ADVANCE_S: f32 = 1.0;

/// The window on the OCV reaches no farther than this beyond the lowest and highest cell.
const LARGEST_REACH_SOC: f32 = 0.1;

/// Least margin of the window.
const WINDOW_MARGIN_SOC: f32 = 0.01;

/// The slope of an OCV that is not known yet, in volts per unit of SoC.
const USUAL_SLOPE_V: f32 = 1.0;

/// Usable part of the capacity that the shown SoC reckons with at least.
const LEAST_USABLE: f32 = 0.1;

/// What was measured on the whole pack over one interval.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PackSample {
    /// Mean current over the interval that ends now, the same through every cell of the series; discharge positive. Where
    /// it is not finite, the last finite one is used.
    pub current: ElectricCurrent,
    /// Mean temperature of the cells. Where it is not finite, the last finite one is used, 25 degC at first.
    pub temperature: ThermodynamicTemperature,
}

/// State of charge of one cell with its bound.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CellSoc {
    /// State of charge, within 0 to 1.
    pub soc: Ratio,
    /// One standard deviation of `soc`, within 0 to 1.
    pub sigma: Ratio,
}

/// The state of a series pack as estimated after a step. Every field is finite.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PackEstimate {
    /// The mean cell: within half of [`DeltaTuning::soc_sigma`] of the mean of all SoCs, in which cells far from the others
    /// count less.
    pub mean: CellEstimate,
    /// Number of the cell with the lowest SoC; the lowest number of several.
    pub weakest: usize,
    /// Its SoC.
    pub weakest_soc: CellSoc,
    /// Number of the cell with the highest SoC; the lowest number of several.
    pub strongest: usize,
    /// Its SoC.
    pub strongest_soc: CellSoc,
    /// State of charge of the pack, within 0 to 1: 0 when the weakest cell is empty, 1 when the strongest is full,
    /// `z_min / (1 - z_max + z_min)`.
    pub soc: Ratio,
    /// State of charge for a driver, within 0 to 1: follows the counted charge, is corrected slowly and never jumps once
    /// every cell has been looked at. Starts from what was believed, else from `soc`.
    pub display_soc: Ratio,
    /// How many cells had a usable new voltage in this step.
    pub voltages: usize,
    /// How many of those were left out of the mean, as they contradict the others.
    pub excluded: usize,
    /// For how long the mean voltage has been refused without a break, as it contradicts the model.
    pub voltage_refused_for: Time,
    /// Whether this step threw away what was believed of the mean cell's SoC.
    pub restarted: bool,
}

/// The memory that the cells of a pack share.
///
/// What is known of single cells is in one [`CellDelta`] each, which the caller keeps.
#[derive(Clone, Debug)]
pub struct PackEstimator {
    mean: CellEstimator,
    /// Of the mean cell.
    soc: f32,
    soc_variance: f32,
    sensitivity: BiasSensitivity,
    window: OcvWindow,
    scan: Scan,
    round: UpdateScheduler,
    /// What the last scan left unexplained in all cells alike; absent before the first.
    level_v: Option<f32>,
    /// Since the mean was last corrected.
    uncorrected_s: f32,
    /// Since the differences moved on: charge counted, charge moved in both directions, time.
    counted_soc: f32,
    moved_soc: f32,
    moved_s: f32,
    lowest: Extreme,
    highest: Extreme,
    widest_sigma: f32,
    shown: DisplaySoc,
    /// As of the last step.
    last: Option<PackEstimate>,
    work: Work,
}

/// What is the same in every step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given<'s, 'a> {
    pub(crate) cell: &'s CellParameters<'a>,
    pub(crate) tuning: &'s EstimatorTuning,
    pub(crate) pack: &'s DeltaTuning,
}

/// A cell at one end of the pack.
#[derive(Clone, Copy, Debug)]
struct Extreme {
    cell: usize,
    /// Difference of its SoC from the mean's.
    soc: f32,
}

impl PackEstimator {
    /// An estimator before its first sample.
    #[must_use]
    pub const fn new(initial: InitialSoc) -> Self {
        let believed = match initial {
            InitialSoc::Prior(soc) => Some(math::clamp_or_low(units::to_ratio(soc), 0.0, 1.0)),
            InitialSoc::FromVoltage => None,
        };
        let nobody = Extreme { cell: 0, soc: 0.0 };
        Self {
            mean: CellEstimator::new(initial),
            soc: 0.5,
            soc_variance: 1.0,
            sensitivity: BiasSensitivity::NONE,
            window: OcvWindow::new(),
            scan: Scan::EMPTY,
            round: UpdateScheduler::new(0.0),
            level_v: None,
            uncorrected_s: 0.0,
            counted_soc: 0.0,
            moved_soc: 0.0,
            moved_s: 0.0,
            lowest: nobody,
            highest: nobody,
            widest_sigma: LARGEST_REACH_SOC,
            shown: DisplaySoc::new(believed),
            last: None,
            work: Work::NOTHING,
        }
    }

    /// Takes one sample of the pack and the new cell voltages; `dt` is the time since the last step.
    ///
    /// `deltas` holds one entry for each cell, 1 to [`MAX_SERIES_CELLS`], always in the same order. `voltage` gives
    /// the terminal voltage of a cell in volts if a new one that may be believed arrived since the last step, else
    /// `None`; readings that are not finite, not positive or above twice the cell's upper limit count as none. All
    /// cells may come at once, or some in each step: the mean is corrected when all have come.
    ///
    /// In steps without any voltage charge is counted; the rest of the estimate moves on at least each 0.1 s.
    ///
    /// Total: any bit pattern gives a finite estimate, for a cell and tunings that pass their `validate`.
    #[must_use]
    #[expect(
        clippy::too_many_arguments,
        reason = "configuration, memory and measurements are told apart"
    )]
    pub fn step(
        &mut self,
        cell: &CellParameters<'_>,
        tuning: &EstimatorTuning,
        pack: &DeltaTuning,
        deltas: &mut [CellDelta],
        sample: &PackSample,
        voltage: impl Fn(usize) -> Option<f32>,
        dt: Time,
    ) -> PackEstimate {
        let given = Given { cell, tuning, pack };
        let told = (0..deltas.len().min(MAX_CELLS)).any(|index| voltage(index).is_some());
        if !told && let Some(estimate) = self.coast(&given, *sample, dt, LONGEST_COAST_S, None) {
            return estimate;
        }
        self.step_at_once(&given, deltas, *sample, told.then_some(voltage), dt)
    }

    /// A whole step, with all that its voltages tell, if there are any.
    fn step_at_once(
        &mut self,
        given: &Given<'_, '_>,
        deltas: &mut [CellDelta],
        sample: PackSample,
        voltage: Option<impl Fn(usize) -> Option<f32>>,
        dt: Time,
    ) -> PackEstimate {
        let deltas = known(deltas);
        let dt_s = usable_s(dt);
        let (at, begun) = self.begin(given, sample, dt);
        self.frame(&at, &begun, deltas, given.pack);
        let (gathered, voltages) = if let Some(voltage) = voltage {
            self.look(given, &begun, deltas, voltage, dt_s)
        } else {
            let gathered = self.scan.pass(given.pack, dt_s);
            let nobody = CellSet::EMPTY;
            self.learn(given, &begun, &nobody, gathered, deltas, |_| None);
            (gathered, 0)
        };
        let mean = self.correct(given, &at, &begun, gathered.mean_v, None);
        self.advance(deltas, given.pack);
        self.find_extremes(deltas);
        let estimate = self.estimate(mean, deltas, voltages, gathered.excluded);
        self.show(estimate, begun.counted_soc, dt_s, given.pack)
    }

    /// What the voltages leave unexplained, and what that says of single cells; with how many there were.
    #[inline(never)] // What it keeps on the stack is needed nowhere else.
    fn look(
        &mut self,
        given: &Given<'_, '_>,
        begun: &PredictedStep,
        deltas: &mut [CellDelta],
        voltage: impl Fn(usize) -> Option<f32>,
        dt_s: f32,
    ) -> (ScanResult, usize) {
        let look = self.survey(given, begun, deltas, &voltage);
        let gathered = self
            .scan
            .gather(&look, deltas.len(), self.level_v, given.pack, dt_s);
        self.learn(given, begun, &look.told(), gathered, deltas, voltage);
        (gathered, look.count())
    }

    /// What each of these voltages leaves unexplained.
    fn survey(
        &self,
        given: &Given<'_, '_>,
        begun: &PredictedStep,
        deltas: &[CellDelta],
        voltage: impl Fn(usize) -> Option<f32>,
    ) -> Residuals {
        let highest_v = highest_v(given);
        Residuals::new(
            &self.view(begun),
            begun.expected_v(),
            deltas,
            given.pack,
            |index| voltage(index).filter(|voltage_v| is_usable(*voltage_v, highest_v)),
        )
    }

    fn view(&self, begun: &PredictedStep) -> View<'_> {
        let drop_v = begun.prediction.map_or(0.0, |prediction| prediction.drop_v);
        View::new(
            &self.window,
            self.soc,
            self.soc_variance,
            drop_v,
            self.sensitivity,
        )
    }

    /// What the voltages say of those of `cells` whose turn it is; `gathered` is what they gave to the scan.
    fn learn(
        &mut self,
        given: &Given<'_, '_>,
        begun: &PredictedStep,
        cells: &CellSet,
        gathered: ScanResult,
        deltas: &mut [CellDelta],
        voltage: impl Fn(usize) -> Option<f32>,
    ) {
        let pack = given.pack;
        if let (Some(level_v), Some(_)) = (gathered.level_v, begun.prediction) {
            let known_v = begun.expected_v() + level_v;
            let highest_v = highest_v(given);
            let view = self.view(begun);
            let mut round = self.round;
            for cell in self.round.turn(cells, deltas.len(), pack) {
                let voltage_v = voltage(cell).filter(|voltage_v| is_usable(*voltage_v, highest_v));
                if let (Some(voltage_v), Some(delta)) = (voltage_v, deltas.get_mut(cell)) {
                    let (own_v, _) = delta.expected_v(&view);
                    round.learn(&view, cell, voltage_v - known_v - own_v, delta, pack);
                }
            }
            self.round = round;
        }
        let ended = self
            .round
            .close(gathered.complete, &mut self.sensitivity, deltas, pack);
        if ended {
            self.shown.bind();
        }
    }

    /// Takes in what a scan leaves unexplained of the mean cell's voltage, if it came to its end.
    fn correct(
        &mut self,
        given: &Given<'_, '_>,
        at: &CellAtTemperature<'_>,
        begun: &PredictedStep,
        unexplained_v: Option<f32>,
        search: Option<SocGridSearch>,
    ) -> CellEstimate {
        let mean_v = unexplained_v.map(|mean_v| begun.expected_v() + mean_v);
        let Given { cell, tuning, .. } = *given;
        let (mean, residual_v) = self.mean.finish(cell, at, tuning, begun, mean_v, search);
        if mean_v.is_some() {
            self.level_v = begun.prediction.map(|_| residual_v);
            self.uncorrected_s = 0.0;
        }
        let sigma = units::to_ratio(mean.soc_sigma);
        self.soc_variance = sigma * sigma;
        self.soc = units::to_ratio(mean.soc);
        mean
    }

    /// The estimate of the last step; none before the first.
    #[must_use]
    pub const fn last(&self) -> Option<&PackEstimate> {
        self.last.as_ref()
    }

    /// A step without voltages, as far as that can do with counting the charge: for `longest_s` at most. `corrected` is an
    /// estimate that was made in this step, before its charge is counted.
    fn coast(
        &mut self,
        given: &Given<'_, '_>,
        sample: PackSample,
        dt: Time,
        longest_s: f32,
        corrected: Option<PackEstimate>,
    ) -> Option<PackEstimate> {
        let last = corrected.or_else(|| self.last.map(PackEstimate::unmoved))?;
        let sample = cell_sample(sample);
        let (soc, counted_soc) = self
            .mean
            .coast(given.cell, &sample, dt, longest_s, self.soc)?;
        let dt_s = usable_s(dt);
        self.uncorrected_s += dt_s;
        self.account(counted_soc, dt_s);
        self.work.counted_soc += counted_soc;
        self.scan.wait(dt_s);
        self.soc = soc;
        let moved = |before: CellSoc, extreme: Extreme| CellSoc {
            soc: units::ratio(math::clamp_or_low(soc + extreme.soc, 0.0, 1.0)),
            ..before
        };
        let weakest_soc = moved(last.weakest_soc, self.lowest);
        let strongest_soc = moved(last.strongest_soc, self.highest);
        let estimate = PackEstimate {
            mean: CellEstimate {
                soc: units::ratio(soc.clamp(0.0, 1.0)),
                ..last.mean
            },
            weakest_soc,
            strongest_soc,
            soc: usable_soc(weakest_soc, strongest_soc),
            ..last
        };
        Some(self.show(estimate, counted_soc, dt_s, given.pack))
    }

    /// Keeps account of charge and time.
    fn account(&mut self, counted_soc: f32, dt_s: f32) {
        let moved_soc = counted_soc.abs();
        self.counted_soc = (self.counted_soc + counted_soc).clamp(-2.0, 2.0);
        self.moved_soc = (self.moved_soc + moved_soc).min(2.0);
        self.moved_s += dt_s;
        self.round.count(moved_soc, dt_s);
    }

    /// State of charge of the cell with this difference, as of the last step.
    #[must_use]
    pub fn cell_soc(&self, delta: &CellDelta) -> CellSoc {
        let variance = self.soc_variance + delta.total_soc_variance(self.sensitivity);
        let soc = self.soc + units::to_ratio(delta.soc());
        CellSoc {
            soc: units::ratio(math::clamp_or_low(soc, 0.0, 1.0)),
            sigma: units::ratio(math::sqrt(variance).min(1.0)),
        }
    }

    /// Moves the mean cell on to now, and keeps account of charge and time.
    fn begin<'a>(
        &mut self,
        given: &Given<'_, 'a>,
        sample: PackSample,
        dt: Time,
    ) -> (CellAtTemperature<'a>, PredictedStep) {
        let dt_s = usable_s(dt);
        self.uncorrected_s += dt_s;
        let since = units::seconds(self.uncorrected_s);
        let sample = cell_sample(sample);
        let begun = self
            .mean
            .begin(given.cell, given.tuning, &sample, dt, Some(since));
        self.account(begun.1.counted_soc, dt_s);
        if let Some(soc) = begun.1.soc {
            self.soc = soc;
        }
        begun
    }

    /// Gives new cells their doubts, and sets the window on the OCV.
    fn frame(
        &mut self,
        at: &CellAtTemperature<'_>,
        begun: &PredictedStep,
        deltas: &mut [CellDelta],
        pack: &DeltaTuning,
    ) {
        for delta in deltas {
            delta.prepare(pack);
        }
        if begun.prediction.is_none() {
            self.window.flatten(USUAL_SLOPE_V, self.soc);
        } else {
            self.open_window(at);
        }
    }

    /// Samples the OCV about the cells anew where that is due.
    fn open_window(&mut self, at: &CellAtTemperature<'_>) {
        let reach = 1.8 * self.widest_sigma.min(LARGEST_REACH_SOC) + WINDOW_MARGIN_SOC;
        let low = self.soc + self.lowest.soc - reach;
        let high = self.soc + self.highest.soc + reach;
        if !self.window.suits(low, high) {
            let margin = 0.5 * reach;
            self.window.fill(&at.ocv, low - margin, high + margin);
        }
    }

    /// Moves the differences on with the charge, once enough of it has come together, and keeps them balanced.
    fn advance(&mut self, deltas: &mut [CellDelta], pack: &DeltaTuning) {
        if self.is_due(1.0) {
            self.move_on(deltas, pack);
            self.balance(deltas, pack);
            self.window.forget();
        }
    }

    /// Whether so many times as much has come together as differences are moved on by.
    fn is_due(&self, times: f32) -> bool {
        self.moved_soc >= times * ADVANCE_SOC || self.moved_s >= times * ADVANCE_S
    }

    /// Moves the differences on with the charge.
    fn move_on(&mut self, deltas: &mut [CellDelta], pack: &DeltaTuning) {
        let advance = Advance::new(self.counted_soc, self.moved_s, pack);
        for delta in deltas.iter_mut() {
            delta.advance(&advance, pack);
        }
        self.sensitivity.soc += self.counted_soc;
        (self.counted_soc, self.moved_soc, self.moved_s) = (0.0, 0.0, 0.0);
    }

    /// Keeps the differences balanced about the mean cell. Which cell is called the mean is free within bounds: no single
    /// cell's reading is to move it.
    fn balance(&mut self, deltas: &mut [CellDelta], pack: &DeltaTuning) {
        if self.mean.is_known() {
            self.recentre(deltas, pack);
        }
        let widest = deltas
            .iter()
            .map(|delta| delta.total_soc_variance(self.sensitivity))
            .fold(0.0, math::larger);
        self.widest_sigma = math::sqrt(widest);
    }

    fn recentre(&mut self, deltas: &mut [CellDelta], pack: &DeltaTuning) {
        let mut soc = Balance::new(pack.soc_sigma);
        let mut resistance = Balance::new(pack.resistance_sigma);
        let mut capacity = Balance::new(pack.capacity_sigma);
        for delta in deltas.iter() {
            soc.add(units::to_ratio(delta.soc()));
            resistance.add(units::to_ratio(delta.resistance()));
            capacity.add(units::to_ratio(delta.inverse_capacity()));
        }
        let soc = soc.beyond(0.5 * pack.soc_sigma);
        let resistance = resistance.beyond(0.5 * pack.resistance_sigma);
        let capacity = capacity.beyond(0.0);
        for delta in deltas.iter_mut() {
            delta.recentre(soc, resistance, capacity);
        }
        self.mean.shift_cell(soc, 1.0 + resistance);
        self.soc += soc;
    }

    fn find_extremes(&mut self, deltas: &[CellDelta]) {
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

    fn estimate(
        &self,
        mean: CellEstimate,
        deltas: &[CellDelta],
        voltages: usize,
        excluded: usize,
    ) -> PackEstimate {
        let (weakest_soc, strongest_soc) = self.extreme_socs(deltas);
        PackEstimate {
            mean,
            weakest: self.lowest.cell,
            weakest_soc,
            strongest: self.highest.cell,
            strongest_soc,
            soc: usable_soc(weakest_soc, strongest_soc),
            display_soc: units::ratio(0.0),
            voltages,
            excluded,
            voltage_refused_for: mean.refused_for,
            restarted: mean.restarted,
        }
    }

    /// State of charge of the lowest and of the highest cell.
    fn extreme_socs(&self, deltas: &[CellDelta]) -> (CellSoc, CellSoc) {
        let cell_soc = |extreme: Extreme| {
            let unknown = CellDelta::new();
            self.cell_soc(deltas.get(extreme.cell).unwrap_or(&unknown))
        };
        (cell_soc(self.lowest), cell_soc(self.highest))
    }

    /// Adds the SoC for a driver.
    fn show(
        &mut self,
        estimate: PackEstimate,
        counted_soc: f32,
        dt_s: f32,
        pack: &DeltaTuning,
    ) -> PackEstimate {
        let least = units::to_ratio(estimate.weakest_soc.soc);
        let usable = 1.0 - units::to_ratio(estimate.strongest_soc.soc) + least;
        let counted_soc = counted_soc.clamp(-1.0, 1.0) / usable.max(LEAST_USABLE);
        let soc = units::to_ratio(estimate.soc);
        let shown = self.shown.step(soc, counted_soc, dt_s, pack);
        let estimate = PackEstimate {
            display_soc: units::ratio(shown),
            ..estimate
        };
        self.last = Some(estimate);
        estimate
    }
}

impl PackEstimate {
    /// The same in a step without a correction.
    fn unmoved(self) -> Self {
        Self {
            mean: CellEstimate {
                innovation: units::volts(0.0),
                nis: 0.0,
                accepted: false,
                restarted: false,
                ..self.mean
            },
            voltages: 0,
            excluded: 0,
            restarted: false,
            ..self
        }
    }
}

/// Beyond this no voltage of a cell is believed.
fn highest_v(given: &Given<'_, '_>) -> f32 {
    2.0 * units::to_volts(given.cell.voltage_max)
}

fn is_usable(voltage_v: f32, highest_v: f32) -> bool {
    voltage_v > 0.0 && voltage_v < highest_v
}

/// As many cells as are looked at.
fn known(deltas: &mut [CellDelta]) -> &mut [CellDelta] {
    let used = deltas.len().min(MAX_CELLS);
    let (known, _) = deltas.split_at_mut_checked(used).unwrap_or_default();
    known
}

/// What the mean cell is told, its voltage apart.
fn cell_sample(sample: PackSample) -> CellSample {
    CellSample {
        current: sample.current,
        voltage: units::volts(f32::NAN),
        temperature: sample.temperature,
    }
}

/// What the weakest cell has left, of what can be used before it is empty or the strongest one full.
fn usable_soc(weakest: CellSoc, strongest: CellSoc) -> Ratio {
    let least = units::to_ratio(weakest.soc);
    let usable = 1.0 - units::to_ratio(strongest.soc) + least;
    let soc = if usable > 0.0 { least / usable } else { 0.0 };
    units::ratio(math::clamp_or_low(soc, 0.0, 1.0))
}

/// A mean in which values far from zero count less, so that no single one moves it far.
#[derive(Clone, Copy, Debug)]
struct Balance {
    per_sigma: f32,
    sum: f32,
    weight: f32,
}

impl Balance {
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

    /// How far the mean lies beyond `bound` on either side of zero.
    fn beyond(self, bound: f32) -> f32 {
        if self.weight > 0.0 {
            let mean = self.sum / self.weight;
            mean - mean.max(-bound).min(bound)
        } else {
            0.0
        }
    }
}
