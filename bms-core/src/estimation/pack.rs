//! The estimator of a series pack: one full filter for the mean cell, a small one for each cell's difference from it.

mod kept;

use super::cell::{Begun, CellEstimate, CellEstimator, CellSample, InitialSoc, usable_s};
use super::cell_set::MAX_CELLS;
use super::difference::{CellDifference, Sensitivity, View};
use super::pack_tuning::PackTuning;
use super::round::Round;
use super::scan::{Look, Scan};
use super::shown::Shown;
use super::tuning::EstimatorTuning;
use super::window::OcvWindow;
use crate::cell::CellParameters;
use crate::math;
use crate::units::{self, ElectricCurrent, Ratio, ThermodynamicTemperature, Time};

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
    /// The mean cell: within half of [`PackTuning::soc_sigma`] of the mean of all SoCs, in which cells far from the others
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
    pub soc_shown: Ratio,
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
/// What is known of single cells is in one [`CellDifference`] each, which the caller keeps.
#[derive(Clone, Debug)]
pub struct PackEstimator {
    mean: CellEstimator,
    /// Of the mean cell.
    soc: f32,
    soc_variance: f32,
    sensitivity: Sensitivity,
    window: OcvWindow,
    scan: Scan,
    round: Round,
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
    shown: Shown,
    /// As of the last step.
    last: Option<PackEstimate>,
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
            InitialSoc::Believed(soc) => Some(math::clamp_or_low(units::to_ratio(soc), 0.0, 1.0)),
            InitialSoc::FromVoltage => None,
        };
        let nobody = Extreme { cell: 0, soc: 0.0 };
        Self {
            mean: CellEstimator::new(initial),
            soc: 0.5,
            soc_variance: 1.0,
            sensitivity: Sensitivity::NONE,
            window: OcvWindow::new(),
            scan: Scan::EMPTY,
            round: Round::new(0.0),
            level_v: None,
            uncorrected_s: 0.0,
            counted_soc: 0.0,
            moved_soc: 0.0,
            moved_s: 0.0,
            lowest: nobody,
            highest: nobody,
            widest_sigma: LARGEST_REACH_SOC,
            shown: Shown::new(believed),
            last: None,
        }
    }

    /// Takes one sample of the pack and the new cell voltages; `dt` is the time since the last step.
    ///
    /// `differences` holds one entry for each cell, 1 to [`MAX_SERIES_CELLS`], always in the same order. `voltage` gives
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
        pack: &PackTuning,
        differences: &mut [CellDifference],
        sample: &PackSample,
        voltage: impl Fn(usize) -> Option<f32>,
        dt: Time,
    ) -> PackEstimate {
        let used = differences.len().min(MAX_CELLS);
        let (differences, _) = differences.split_at_mut_checked(used).unwrap_or_default();
        let dt_s = usable_s(dt);
        let told = (0..used).any(|index| voltage(index).is_some());
        if !told && let Some(estimate) = self.coast(cell, pack, *sample, dt) {
            return estimate;
        }
        let begun = self.begin(cell, tuning, *sample, dt);
        self.frame(&begun, differences, pack);

        let drop_v = begun.prediction.map_or(0.0, |prediction| prediction.drop_v);
        let view = View::new(
            &self.window,
            self.soc,
            self.soc_variance,
            drop_v,
            self.sensitivity,
        );
        let expected_v = begun
            .prediction
            .map_or(0.0, |prediction| prediction.voltage_v);
        let highest_v = 2.0 * units::to_volts(cell.voltage_max);
        let look = Look::new(&view, expected_v, differences, pack, |index| {
            voltage(index).filter(|voltage_v| *voltage_v > 0.0 && *voltage_v < highest_v)
        });
        let gathered = self
            .scan
            .gather(&look, differences.len(), self.level_v, pack, dt_s);
        if let (Some(level_v), Some(_)) = (gathered.level_v, begun.prediction) {
            self.round.learn(&view, &look, level_v, differences, pack);
        }
        let ended = self
            .round
            .close(gathered.complete, &mut self.sensitivity, differences, pack);
        if ended {
            self.shown.bind();
        }

        let mean_v = gathered.mean_v.map(|mean_v| expected_v + mean_v);
        let (mean, residual_v) = self.mean.finish(cell, tuning, &begun, mean_v);
        if mean_v.is_some() {
            self.level_v = begun.prediction.map(|_| residual_v);
            self.uncorrected_s = 0.0;
        }
        let sigma = units::to_ratio(mean.soc_sigma);
        self.soc_variance = sigma * sigma;
        self.soc = units::to_ratio(mean.soc);
        self.advance(&begun, differences, pack);
        self.find_extremes(differences);
        let estimate = self.estimate(mean, differences, &look, gathered.excluded);
        self.show(estimate, begun.counted_soc, dt_s, pack)
    }

    /// The estimate of the last step; none before the first.
    #[must_use]
    pub const fn last(&self) -> Option<&PackEstimate> {
        self.last.as_ref()
    }

    /// A step without voltages, as far as that can do with counting the charge.
    fn coast(
        &mut self,
        cell: &CellParameters<'_>,
        pack: &PackTuning,
        sample: PackSample,
        dt: Time,
    ) -> Option<PackEstimate> {
        let last = self.last?;
        let (soc, counted_soc) = self.mean.coast(cell, &cell_sample(sample), dt)?;
        let dt_s = usable_s(dt);
        self.uncorrected_s += dt_s;
        self.account(counted_soc, dt_s);
        self.scan.wait(dt_s);
        self.soc = soc;
        let moved = |before: CellSoc, extreme: Extreme| CellSoc {
            soc: units::ratio(math::clamp_or_low(soc + extreme.soc, 0.0, 1.0)),
            ..before
        };
        let weakest_soc = moved(last.weakest_soc, self.lowest);
        let strongest_soc = moved(last.strongest_soc, self.highest);
        let mean = CellEstimate {
            soc: units::ratio(soc.clamp(0.0, 1.0)),
            innovation: units::volts(0.0),
            nis: 0.0,
            accepted: false,
            restarted: false,
            ..last.mean
        };
        let estimate = PackEstimate {
            mean,
            weakest_soc,
            strongest_soc,
            soc: usable_soc(weakest_soc, strongest_soc),
            voltages: 0,
            excluded: 0,
            restarted: false,
            ..last
        };
        Some(self.show(estimate, counted_soc, dt_s, pack))
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
    pub fn cell_soc(&self, difference: &CellDifference) -> CellSoc {
        let variance = self.soc_variance + difference.total_soc_variance(self.sensitivity);
        let soc = self.soc + units::to_ratio(difference.soc());
        CellSoc {
            soc: units::ratio(math::clamp_or_low(soc, 0.0, 1.0)),
            sigma: units::ratio(math::sqrt(variance).min(1.0)),
        }
    }

    /// Moves the mean cell on to now, and keeps account of charge and time.
    fn begin<'a>(
        &mut self,
        cell: &CellParameters<'a>,
        tuning: &EstimatorTuning,
        sample: PackSample,
        dt: Time,
    ) -> Begun<'a> {
        let dt_s = usable_s(dt);
        self.uncorrected_s += dt_s;
        let since = units::seconds(self.uncorrected_s);
        let sample = cell_sample(sample);
        let begun = self.mean.begin(cell, tuning, &sample, dt, Some(since));
        self.account(begun.counted_soc, dt_s);
        if let Some(soc) = begun.soc {
            self.soc = soc;
        }
        begun
    }

    /// Gives new cells their doubts, and sets the window on the OCV.
    fn frame(&mut self, begun: &Begun<'_>, differences: &mut [CellDifference], pack: &PackTuning) {
        for difference in differences {
            difference.prepare(pack);
        }
        if begun.prediction.is_none() {
            self.window.flatten(USUAL_SLOPE_V, self.soc);
            return;
        }
        let reach = 1.8 * self.widest_sigma.min(LARGEST_REACH_SOC) + WINDOW_MARGIN_SOC;
        let low = self.soc + self.lowest.soc - reach;
        let high = self.soc + self.highest.soc + reach;
        if !self.window.suits(low, high) {
            let margin = 0.5 * reach;
            self.window.fill(&begun.at.ocv, low - margin, high + margin);
        }
    }

    /// Moves the differences on with the charge, once enough of it has come together.
    fn advance(
        &mut self,
        begun: &Begun<'_>,
        differences: &mut [CellDifference],
        pack: &PackTuning,
    ) {
        if self.moved_soc < ADVANCE_SOC && self.moved_s < ADVANCE_S {
            return;
        }
        for difference in differences.iter_mut() {
            difference.advance(self.counted_soc, self.moved_s, pack);
        }
        self.sensitivity.soc += self.counted_soc;
        (self.counted_soc, self.moved_soc, self.moved_s) = (0.0, 0.0, 0.0);
        self.window.forget();
        if begun.prediction.is_some() {
            self.balance(differences, pack);
        }
        let widest = differences
            .iter()
            .map(|difference| difference.total_soc_variance(self.sensitivity))
            .fold(0.0, f32::max);
        self.widest_sigma = math::sqrt(widest);
    }

    /// Keeps the differences balanced about the mean cell. Which cell is called the mean is free within bounds: no single
    /// cell's reading is to move it.
    fn balance(&mut self, differences: &mut [CellDifference], pack: &PackTuning) {
        let (mut soc, mut resistance, mut capacity) =
            (Balance::NOTHING, Balance::NOTHING, Balance::NOTHING);
        for difference in differences.iter() {
            soc.add(units::to_ratio(difference.soc()), pack.soc_sigma);
            let value = units::to_ratio(difference.resistance());
            resistance.add(value, pack.resistance_sigma);
            let value = units::to_ratio(difference.inverse_capacity());
            capacity.add(value, pack.capacity_sigma);
        }
        let soc = soc.beyond(0.5 * pack.soc_sigma);
        let resistance = resistance.beyond(0.5 * pack.resistance_sigma);
        let capacity = capacity.beyond(0.0);
        for difference in differences.iter_mut() {
            difference.recentre(soc, resistance, capacity);
        }
        self.mean.shift_cell(soc, 1.0 + resistance);
        self.soc += soc;
    }

    fn find_extremes(&mut self, differences: &[CellDifference]) {
        let soc = |difference: &CellDifference| units::to_ratio(difference.soc());
        let first = Extreme {
            cell: 0,
            soc: differences.first().map_or(0.0, soc),
        };
        (self.lowest, self.highest) = (first, first);
        for (cell, difference) in differences.iter().enumerate() {
            let soc = soc(difference);
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
        differences: &[CellDifference],
        look: &Look,
        excluded: usize,
    ) -> PackEstimate {
        let cell_soc = |extreme: Extreme| {
            let unknown = CellDifference::new();
            self.cell_soc(differences.get(extreme.cell).unwrap_or(&unknown))
        };
        let (weakest_soc, strongest_soc) = (cell_soc(self.lowest), cell_soc(self.highest));
        PackEstimate {
            mean,
            weakest: self.lowest.cell,
            weakest_soc,
            strongest: self.highest.cell,
            strongest_soc,
            soc: usable_soc(weakest_soc, strongest_soc),
            soc_shown: units::ratio(0.0),
            voltages: look.count(),
            excluded,
            voltage_refused_for: mean.refused_for,
            restarted: mean.restarted,
        }
    }

    /// Adds the SoC for a driver.
    fn show(
        &mut self,
        estimate: PackEstimate,
        counted_soc: f32,
        dt_s: f32,
        pack: &PackTuning,
    ) -> PackEstimate {
        let least = units::to_ratio(estimate.weakest_soc.soc);
        let usable = 1.0 - units::to_ratio(estimate.strongest_soc.soc) + least;
        let counted_soc = counted_soc.clamp(-1.0, 1.0) / usable.max(LEAST_USABLE);
        let soc = units::to_ratio(estimate.soc);
        let shown = self.shown.step(soc, counted_soc, dt_s, pack);
        let estimate = PackEstimate {
            soc_shown: units::ratio(shown),
            ..estimate
        };
        self.last = Some(estimate);
        estimate
    }
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
    sum: f32,
    weight: f32,
}

impl Balance {
    const NOTHING: Self = Self {
        sum: 0.0,
        weight: 0.0,
    };

    fn add(&mut self, value: f32, sigma: f32) {
        let far = value / sigma.max(1e-3);
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
