//! The estimator of a series pack: one full filter for the mean cell, a small one per cell for its difference (bar-delta).
//!
//! It has three parts: the mean cell's filter (`mean.rs`), what the deltas of all cells share (`deltas.rs`), and the window on
//! the OCV that the deltas are updated with (`window.rs`).

mod deltas;
mod mean;
mod saved;

use super::cell::{CellEstimate, InitialSoc, usable_s};
use super::cell_set::MAX_CELLS;
use super::context::PackModel;
use super::delta::{CellDelta, View};
use super::display_soc::DisplaySoc;
use super::scan::{Residuals, ScanResult};
use super::tuning::DeltaTuning;
use super::tuning::EstimatorTuning;
use super::window::OcvWindow;
use crate::cell::CellParameters;
use crate::math;
use crate::units::{self, ElectricCurrent, Ratio, ThermodynamicTemperature, Time};
use deltas::{Extreme, PackDeltas};
use mean::{MeanFilter, PendingSearch, StepContext};

/// Slope of the OCV assumed before the first voltage, in volts per unit of SoC.
const USUAL_SLOPE_V: f32 = 1.0;

/// Least usable part of the capacity that the display SoC assumes.
const LEAST_USABLE: f32 = 0.1;

/// Steps up to this duration, in seconds, share the work that voltages cause.
const LONGEST_SHARED_STEP_S: f32 = 0.02;

/// Measurements of the whole pack over one interval.
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

/// Estimated state of a series pack after a step. Every field is finite.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PackEstimate {
    /// The mean cell: within half of [`DeltaTuning::soc_sigma`] of the mean of all SoCs, weighted down for cells far from the
    /// others.
    pub mean: CellEstimate,
    /// Number of the cell with the lowest SoC; the lowest such number.
    pub weakest: usize,
    /// Its SoC.
    pub weakest_soc: CellSoc,
    /// Number of the cell with the highest SoC; the lowest such number.
    pub strongest: usize,
    /// Its SoC.
    pub strongest_soc: CellSoc,
    /// State of charge of the pack, within 0 to 1: 0 when the weakest cell is empty, 1 when the strongest is full,
    /// `z_min / (1 - z_max + z_min)`.
    pub soc: Ratio,
    /// State of charge for a driver, within 0 to 1: follows the counted charge with slow corrections, and never jumps once
    /// every cell has had an update. Starts from the prior, else from `soc`.
    pub display_soc: Ratio,
    /// Number of cells with a usable new voltage in this step.
    pub voltages: usize,
    /// Number of those that were rejected from the mean as outliers.
    pub excluded: usize,
    /// Time for which the mean voltage has been refused without a break, as it deviates from the model.
    pub voltage_refused_for: Time,
    /// Whether this step discarded the previous SoC of the mean cell.
    pub restarted: bool,
}

/// State of the estimator of a pack, without that of single cells: one [`CellDelta`] each, owned by the caller.
#[derive(Clone, Debug)]
pub struct PackEstimator {
    mean: MeanFilter,
    deltas: PackDeltas,
    window: OcvWindow,
    display: DisplaySoc,
    /// A first voltage whose search is not complete.
    search: Option<PendingSearch>,
    /// Whether the last step had voltages.
    had_voltages: bool,
    /// Of the last step.
    last: Option<PackEstimate>,
}

impl PackEstimator {
    /// An estimator before its first sample.
    #[must_use]
    pub const fn new(initial: InitialSoc) -> Self {
        let prior = match initial {
            InitialSoc::Prior(soc) => Some(math::clamp_or_low(units::to_ratio(soc), 0.0, 1.0)),
            InitialSoc::FromVoltage => None,
        };
        Self {
            mean: MeanFilter::new(initial),
            deltas: PackDeltas::new(),
            window: OcvWindow::new(),
            display: DisplaySoc::new(prior),
            search: None,
            had_voltages: true,
            last: None,
        }
    }

    /// Advances the estimate by one sample of the pack and the new cell voltages; `dt` is the time since the last step.
    ///
    /// `deltas` holds one entry per cell, 1 to [`MAX_CELLS`](crate::config::MAX_CELLS), always in the same order; further
    /// ones are ignored. `voltage` returns the terminal voltage of a cell in volts if a plausible one arrived since the last
    /// step, else `None`; readings that are not finite, not positive or above twice the cell's upper limit count as none.
    /// All cells may arrive at once, or some per step: the mean cell is updated when all have arrived.
    ///
    /// Steps without any voltage count charge; the rest of the estimate is propagated at least every 0.1 s. Steps of 20 ms or
    /// less share the work: the search that a first voltage needs is spread over the next ones, and the deltas are
    /// propagated in one without voltages, if there is one after each with voltages.
    ///
    /// Total: any bit pattern gives a finite estimate, for a cell and tunings that pass their `validate`.
    #[must_use]
    #[expect(
        clippy::too_many_arguments,
        reason = "configuration, state and measurements are separate arguments"
    )]
    pub fn step(
        &mut self,
        cell: &CellParameters<'_>,
        tuning: &EstimatorTuning,
        delta_tuning: &DeltaTuning,
        deltas: &mut [CellDelta],
        sample: &PackSample,
        voltage: impl Fn(usize) -> Option<f32>,
        dt: Time,
    ) -> PackEstimate {
        let model = PackModel {
            cell,
            tuning,
            deltas: delta_tuning,
        };
        self.step_with(&model, deltas, *sample, Some(voltage), dt)
    }

    /// [`Self::step`], without `voltage` if no cell has one.
    pub(crate) fn step_with(
        &mut self,
        model: &PackModel<'_, '_>,
        deltas: &mut [CellDelta],
        sample: PackSample,
        voltage: Option<impl Fn(usize) -> Option<f32>>,
        dt: Time,
    ) -> PackEstimate {
        let deltas = known(deltas);
        let cells = 0..deltas.len();
        let voltage = voltage.filter(|voltage| cells.clone().any(|cell| voltage(cell).is_some()));
        let has_voltages = voltage.is_some();
        let is_short = usable_s(dt) <= LONGEST_SHARED_STEP_S;
        // Whether voltages come less often than steps, which leaves steps without.
        let follows = core::mem::replace(&mut self.had_voltages, has_voltages);
        let is_sparse = is_short && !follows;
        let searching = self.search.is_some();
        let corrected = self.continue_search(model, deltas, !is_short);
        let is_due = is_short && self.deltas.is_due();
        if (searching || !has_voltages && !is_due)
            && let Some(estimate) = self.coast(model, sample, dt, searching, corrected)
        {
            return estimate;
        }
        let context = self.mean.predict(model, sample, dt);
        self.deltas
            .count(context.predicted.counted_soc, context.dt_s);
        for delta in deltas.iter_mut() {
            delta.initialise(model.deltas);
        }
        if !has_voltages && is_due {
            self.advance_deltas(deltas, model.deltas);
        }
        self.set_window(&context);
        let (scan, voltages) = match voltage {
            Some(voltage) => self.take_voltages(&context, deltas, voltage),
            None => (self.mean.scan(&context, None, deltas.len()), 0),
        };
        if self
            .deltas
            .finish_cycle(scan.complete, deltas, model.deltas)
        {
            self.display.bind();
        }
        let searches = is_short && self.last.is_some() && self.mean.needs_search();
        let searched_v = scan.mean_v.filter(|_| searches);
        let used_v = scan.mean_v.filter(|_| searched_v.is_none());
        let mean = self.mean.correct(&context, used_v, None);
        self.search = searched_v.map(|residual_v| self.mean.search(&context, residual_v));
        if self.deltas.is_due() && !(has_voltages && is_sparse) {
            self.advance_deltas(deltas, model.deltas);
        }
        self.deltas.find_extremes(deltas);
        let estimate = self.estimate(mean, deltas, (voltages, scan.excluded));
        self.display(
            estimate,
            context.predicted.counted_soc,
            context.dt_s,
            model.deltas,
        )
    }

    /// Residuals of the voltages, and the updates of single cells by them; with the number of voltages.
    #[inline(never)] // So that the residuals are on the stack of this function only.
    fn take_voltages(
        &mut self,
        context: &StepContext<'_, '_>,
        deltas: &mut [CellDelta],
        voltage: impl Fn(usize) -> Option<f32>,
    ) -> (ScanResult, usize) {
        let predicted = &context.predicted;
        let usable = |cell| voltage(cell).filter(|volts| is_usable(*volts, context.model));
        let view = View::new(
            &self.window,
            self.mean.soc,
            self.mean.soc_variance,
            predicted
                .prediction
                .map_or(0.0, |prediction| prediction.drop_v),
            self.deltas.sensitivity,
        );
        let residuals = Residuals::new(
            &view,
            predicted.expected_v(),
            deltas,
            context.model.deltas,
            usable,
        );
        let scan = self.mean.scan(context, Some(&residuals), deltas.len());
        let cells = residuals.cell_set();
        self.deltas
            .update(context, &view, (&cells, &scan), deltas, usable);
        (scan, residuals.count())
    }

    /// Samples the OCV about the cells.
    fn set_window(&mut self, context: &StepContext<'_, '_>) {
        if context.predicted.prediction.is_none() {
            self.window.flatten(USUAL_SLOPE_V, self.mean.soc);
        } else {
            let ocv = &context.cell.at.ocv;
            self.deltas
                .open_window(&mut self.window, ocv, self.mean.soc);
        }
    }

    fn advance_deltas(&mut self, deltas: &mut [CellDelta], tuning: &DeltaTuning) {
        self.deltas.advance(deltas, &mut self.mean, tuning);
        self.window.invalidate();
    }

    /// Adds a slice of the search for a first voltage, or `all` of it; returns the estimate once it is complete.
    fn continue_search(
        &mut self,
        model: &PackModel<'_, '_>,
        deltas: &[CellDelta],
        all: bool,
    ) -> Option<PackEstimate> {
        let pending = self.search.as_mut()?;
        let mean = self.mean.continue_search(model, pending, all)?;
        self.search = None;
        Some(self.estimate(mean, deltas, (0, 0)))
    }

    /// The estimate of the last step; `None` before the first.
    #[must_use]
    pub const fn last(&self) -> Option<&PackEstimate> {
        self.last.as_ref()
    }

    /// A step that only counts charge; `None`, without any effect, if that has been done for too long already, unless
    /// `unlimited`. `corrected` is an estimate of this step, without its charge.
    fn coast(
        &mut self,
        model: &PackModel<'_, '_>,
        sample: PackSample,
        dt: Time,
        unlimited: bool,
        corrected: Option<PackEstimate>,
    ) -> Option<PackEstimate> {
        let last = corrected.or_else(|| self.last.map(PackEstimate::unmoved))?;
        let counted_soc = self.mean.coast(model.cell, sample, dt, unlimited)?;
        let dt_s = usable_s(dt);
        self.deltas.count(counted_soc, dt_s);
        if let Some(search) = &mut self.search {
            search.count(counted_soc);
        }
        let soc = self.mean.soc;
        let moved = |before: CellSoc, extreme: Extreme| CellSoc {
            soc: units::ratio(math::clamp_or_low(soc + extreme.soc, 0.0, 1.0)),
            ..before
        };
        let weakest_soc = moved(last.weakest_soc, self.deltas.lowest);
        let strongest_soc = moved(last.strongest_soc, self.deltas.highest);
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
        Some(self.display(estimate, counted_soc, dt_s, model.deltas))
    }

    /// State of charge of the cell with this delta, as of the last step.
    #[must_use]
    pub fn cell_soc(&self, delta: &CellDelta) -> CellSoc {
        let variance = self.mean.soc_variance + delta.total_soc_variance(self.deltas.sensitivity);
        let soc = self.mean.soc + units::to_ratio(delta.soc());
        CellSoc {
            soc: units::ratio(math::clamp_or_low(soc, 0.0, 1.0)),
            sigma: units::ratio(math::sqrt(variance).min(1.0)),
        }
    }

    fn estimate(
        &self,
        mean: CellEstimate,
        deltas: &[CellDelta],
        (voltages, excluded): (usize, usize),
    ) -> PackEstimate {
        let cell_soc = |extreme: Extreme| {
            let unknown = CellDelta::new();
            self.cell_soc(deltas.get(extreme.cell).unwrap_or(&unknown))
        };
        let (lowest, highest) = (self.deltas.lowest, self.deltas.highest);
        let (weakest_soc, strongest_soc) = (cell_soc(lowest), cell_soc(highest));
        PackEstimate {
            mean,
            weakest: lowest.cell,
            weakest_soc,
            strongest: highest.cell,
            strongest_soc,
            soc: usable_soc(weakest_soc, strongest_soc),
            display_soc: units::ratio(0.0),
            voltages,
            excluded,
            voltage_refused_for: mean.refused_for,
            restarted: mean.restarted,
        }
    }

    /// Adds the display SoC, which completes the estimate of a step.
    fn display(
        &mut self,
        estimate: PackEstimate,
        counted_soc: f32,
        dt_s: f32,
        tuning: &DeltaTuning,
    ) -> PackEstimate {
        let least = units::to_ratio(estimate.weakest_soc.soc);
        let usable = 1.0 - units::to_ratio(estimate.strongest_soc.soc) + least;
        let counted_soc = counted_soc.clamp(-1.0, 1.0) / usable.max(LEAST_USABLE);
        let soc = units::to_ratio(estimate.soc);
        let displayed = self.display.step(soc, counted_soc, dt_s, tuning);
        let estimate = PackEstimate {
            display_soc: units::ratio(displayed),
            ..estimate
        };
        self.last = Some(estimate);
        estimate
    }
}

impl PackEstimate {
    /// The same estimate in a step without an update.
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

/// Whether a cell's voltage is plausible: positive, and below twice the cell's upper limit.
fn is_usable(voltage_v: f32, model: &PackModel<'_, '_>) -> bool {
    voltage_v > 0.0 && voltage_v < 2.0 * units::to_volts(model.cell.voltage_max)
}

/// The deltas of the cells of a pack: [`MAX_CELLS`] at most.
fn known(deltas: &mut [CellDelta]) -> &mut [CellDelta] {
    let used = deltas.len().min(MAX_CELLS);
    let (known, _) = deltas.split_at_mut_checked(used).unwrap_or_default();
    known
}

/// SoC of the weakest cell as a share of the range between the weakest cell empty and the strongest full.
fn usable_soc(weakest: CellSoc, strongest: CellSoc) -> Ratio {
    let least = units::to_ratio(weakest.soc);
    let usable = 1.0 - units::to_ratio(strongest.soc) + least;
    let soc = if usable > 0.0 { least / usable } else { 0.0 };
    units::ratio(math::clamp_or_low(soc, 0.0, 1.0))
}

#[cfg(test)]
mod tests;
