//! Summary of a replay.

use bms_core::units;
use serde::Serialize;

use super::{Measured, ReplayStep};
use crate::evaluate::metrics::{Criteria, Score, Scorer};

/// Source of the true state of charge: an initial value and the log's own counter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reference {
    /// State of charge at the counter's zero, as a fraction of one.
    pub initial_soc: f64,
    /// Charge from empty to full.
    pub capacity_ah: f64,
}

impl Reference {
    /// The reference at a row; `None` if the log has no counter.
    #[must_use]
    pub fn soc(&self, measured: &Measured) -> Option<f64> {
        let net_capacity_ah = measured.net_capacity_ah?;
        Some(self.initial_soc + net_capacity_ah / self.capacity_ah)
    }
}

/// The whole replay in numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Rows of the log.
    pub rows: u64,
    /// From the first row to the last.
    pub duration_s: f64,
    /// State of charge after the first row, as a fraction of one.
    pub first_soc: f64,
    /// Its standard deviation.
    pub first_soc_sigma: f64,
    /// State of charge after the last row.
    pub last_soc: f64,
    /// Its standard deviation.
    pub last_soc_sigma: f64,
    /// Score of the estimate against the log's counter; `None` if the log has none.
    pub score: Option<Score>,
    /// Score of a plain coulomb counter with the same inputs.
    pub coulomb_counter: Option<Score>,
    /// Root mean square of the difference between measured and predicted voltage.
    pub voltage_residual_rms_v: f64,
    /// Last estimate of the current sensor's offset, discharge positive.
    pub current_bias_a: f64,
    /// Last estimate of the factor on all resistances.
    pub resistance_scale: f64,
    /// Rows whose voltage the estimator rejected.
    pub rows_refused: u64,
}

/// Adds a summary up row by row.
#[derive(Clone, Debug)]
pub struct SummaryBuilder {
    reference: Reference,
    scorer: Scorer,
    coulomb_scorer: Scorer,
    first: Option<ReplayStep>,
    last: Option<ReplayStep>,
    rows: u64,
    rows_refused: u64,
    residual_squares: f64,
}

impl SummaryBuilder {
    /// A summary before the first row.
    #[must_use]
    pub fn new(reference: Reference, criteria: Criteria) -> Self {
        Self {
            reference,
            scorer: Scorer::new(criteria),
            coulomb_scorer: Scorer::new(criteria),
            first: None,
            last: None,
            rows: 0,
            rows_refused: 0,
            residual_squares: 0.0,
        }
    }

    /// Adds a row.
    pub fn add(&mut self, step: &ReplayStep) {
        let estimate = &step.estimate;
        let time_s = step.measured.time_s;
        let reference = self.reference.soc(&step.measured);
        let soc = f64::from(units::to_ratio(estimate.soc));
        let sigma = f64::from(units::to_ratio(estimate.soc_sigma));
        self.scorer.add(time_s, soc, Some(sigma), reference);
        self.coulomb_scorer
            .add(time_s, step.coulomb_soc, None, reference);
        self.rows += 1;
        self.rows_refused += u64::from(!estimate.accepted);
        self.residual_squares += residual_v(step).powi(2);
        self.first.get_or_insert(*step);
        self.last = Some(*step);
    }

    /// The summary; `None` before the first row.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // A log has far fewer than 2^53 rows.
    pub fn finish(&self) -> Option<Summary> {
        let (first, last) = self.first.as_ref().zip(self.last.as_ref())?;
        let ratio = |value| f64::from(units::to_ratio(value));
        Some(Summary {
            rows: self.rows,
            duration_s: last.measured.time_s - first.measured.time_s,
            first_soc: ratio(first.estimate.soc),
            first_soc_sigma: ratio(first.estimate.soc_sigma),
            last_soc: ratio(last.estimate.soc),
            last_soc_sigma: ratio(last.estimate.soc_sigma),
            score: self.scorer.score(),
            coulomb_counter: self.coulomb_scorer.score(),
            voltage_residual_rms_v: (self.residual_squares / self.rows as f64).sqrt(),
            current_bias_a: f64::from(units::to_amperes(last.estimate.current_bias)),
            resistance_scale: f64::from(last.estimate.resistance_scale),
            rows_refused: self.rows_refused,
        })
    }
}

/// Measured minus predicted voltage before the correction, in volts.
#[must_use]
pub fn residual_v(step: &ReplayStep) -> f64 {
    step.voltage_v - f64::from(units::to_volts(step.estimate.voltage_predicted))
}
