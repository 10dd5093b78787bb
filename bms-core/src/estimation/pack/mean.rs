//! The filter of the mean cell: its state, and the scan of cell voltages that its updates come from.

use crate::cell::CellParameters;
use crate::estimation::cell::{CellEstimate, CellEstimator, CellSample, InitialSoc, PredictedStep};
use crate::estimation::cell::{LONGEST_COAST_S, usable_s};
use crate::estimation::context::{CellContext, PackModel};
use crate::estimation::init_grid::SocGridSearch;
use crate::estimation::scan::{Residuals, Scan, ScanResult};
use crate::math;
use crate::units::{self, Time};

use super::PackSample;

/// One step of a pack, after the prediction of its mean cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct StepContext<'s, 'a> {
    pub(super) model: &'s PackModel<'s, 'a>,
    pub(super) cell: CellContext<'s, 'a>,
    pub(super) predicted: PredictedStep,
    pub(super) dt_s: f32,
}

/// A first voltage whose search takes several steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct PendingSearch {
    predicted: PredictedStep,
    search: SocGridSearch,
    residual_v: f32,
}

impl PendingSearch {
    /// Counts a change of SoC after the step of the voltage.
    pub(super) fn count(&mut self, counted_soc: f32) {
        self.predicted.later_soc += counted_soc;
    }
}

#[derive(Clone, Debug)]
pub(super) struct MeanFilter {
    estimator: CellEstimator,
    pub(super) soc: f32,
    pub(super) soc_variance: f32,
    scan: Scan,
    /// Residual of the mean cell's voltage after its last update; `None` before the first.
    level_v: Option<f32>,
    /// Since the last update.
    uncorrected_s: f32,
}

impl MeanFilter {
    pub(super) const fn new(initial: InitialSoc) -> Self {
        Self {
            estimator: CellEstimator::new(initial),
            soc: 0.5,
            soc_variance: 1.0,
            scan: Scan::EMPTY,
            level_v: None,
            uncorrected_s: 0.0,
        }
    }

    pub(super) fn predict<'s, 'a>(
        &mut self,
        model: &'s PackModel<'s, 'a>,
        sample: PackSample,
        dt: Time,
    ) -> StepContext<'s, 'a> {
        let dt_s = usable_s(dt);
        self.uncorrected_s += dt_s;
        let since = units::seconds(self.uncorrected_s);
        let (cell, predicted) = self.estimator.predict(
            model.cell,
            model.tuning,
            &cell_sample(sample),
            dt,
            Some(since),
        );
        if let Some(soc) = predicted.soc {
            self.soc = soc;
        }
        StepContext {
            model,
            cell,
            predicted,
            dt_s,
        }
    }

    /// A step that only counts charge; returns the change of SoC. `None`, without any effect, if charge has been counted for
    /// too long already, unless `unlimited`.
    pub(super) fn coast(
        &mut self,
        cell: &CellParameters<'_>,
        sample: PackSample,
        dt: Time,
        unlimited: bool,
    ) -> Option<f32> {
        let longest_s = if unlimited {
            f32::INFINITY
        } else {
            LONGEST_COAST_S
        };
        let sample = cell_sample(sample);
        let (soc, counted_soc) = self
            .estimator
            .coast(cell, &sample, dt, longest_s, self.soc)?;
        let dt_s = usable_s(dt);
        self.uncorrected_s += dt_s;
        self.scan.wait(dt_s);
        self.soc = soc;
        Some(counted_soc)
    }

    /// Adds the voltages of a step to the scan, if there are any.
    pub(super) fn scan(
        &mut self,
        context: &StepContext<'_, '_>,
        residuals: Option<&Residuals>,
        cells: usize,
    ) -> ScanResult {
        let (tuning, dt_s) = (context.model.deltas, context.dt_s);
        let result = match residuals {
            Some(residuals) => self.scan.step(residuals, cells, self.level_v, tuning, dt_s),
            None => self.scan.step_without(tuning, dt_s),
        };
        if result.mean_v.is_some() {
            self.uncorrected_s = 0.0;
        }
        result
    }

    /// Whether the next voltage needs a search: it is the first, or the first after a restore.
    pub(super) const fn needs_search(&self) -> bool {
        self.estimator.needs_search()
    }

    /// The search that a first voltage needs, before its first point; the charge of the step is counted already.
    pub(super) fn search(&self, context: &StepContext<'_, '_>, residual_v: f32) -> PendingSearch {
        let predicted = context.predicted.counted();
        let voltage_v = predicted.expected_v() + residual_v;
        PendingSearch {
            predicted,
            search: self.estimator.search(&context.cell, &predicted, voltage_v),
            residual_v,
        }
    }

    /// Adds one slice of a search, or all; returns the estimate once it is complete.
    pub(super) fn continue_search(
        &mut self,
        model: &PackModel<'_, '_>,
        pending: &mut PendingSearch,
        all: bool,
    ) -> Option<CellEstimate> {
        let cell = self.estimator.context(model.cell, model.tuning);
        let mut complete = pending.search.add_slice(&cell);
        while all && !complete {
            complete = pending.search.add_slice(&cell);
        }
        let context = StepContext {
            model,
            cell,
            predicted: pending.predicted,
            dt_s: 0.0,
        };
        complete.then(|| self.correct(&context, Some(pending.residual_v), Some(pending.search)))
    }

    /// Measurement update by the residual of the mean cell's voltage, if a scan ended.
    pub(super) fn correct(
        &mut self,
        context: &StepContext<'_, '_>,
        residual_v: Option<f32>,
        search: Option<SocGridSearch>,
    ) -> CellEstimate {
        let predicted = &context.predicted;
        let voltage_v = residual_v.map(|residual_v| predicted.expected_v() + residual_v);
        let (mean, left_v) = self
            .estimator
            .correct(&context.cell, predicted, voltage_v, search);
        if voltage_v.is_some() {
            self.level_v = predicted.prediction.map(|_| left_v);
        }
        self.set_soc(units::to_ratio(mean.soc), units::to_ratio(mean.soc_sigma));
        mean
    }

    /// Whether there has been a voltage.
    pub(super) const fn is_known(&self) -> bool {
        self.estimator.is_known()
    }

    /// Makes another cell the mean cell: adds to its SoC, multiplies its resistance.
    pub(super) fn shift(&mut self, soc: f32, resistance_factor: f32) {
        self.estimator.shift_cell(soc, resistance_factor);
        self.soc += soc;
    }

    fn set_soc(&mut self, soc: f32, sigma: f32) {
        self.soc = soc;
        self.soc_variance = sigma * sigma;
    }

    pub(super) const fn estimator(&self) -> &CellEstimator {
        &self.estimator
    }

    /// Restores the estimator by `restore`, `asleep_s` after its last voltage.
    pub(super) fn restore(&mut self, asleep_s: f32, restore: impl FnOnce(&mut CellEstimator)) {
        restore(&mut self.estimator);
        if let Some((soc, sigma)) = self.estimator.known() {
            self.set_soc(soc, sigma);
        }
        self.uncorrected_s = math::smaller(asleep_s, LONGEST_UNCORRECTED_S);
    }
}

/// Longest time in seconds over which the noise of a voltage averages out.
const LONGEST_UNCORRECTED_S: f32 = 60.0;

/// The sample of the mean cell, without its voltage.
fn cell_sample(sample: PackSample) -> CellSample {
    CellSample {
        current: sample.current,
        voltage: units::volts(f32::NAN),
        temperature: sample.temperature,
    }
}
