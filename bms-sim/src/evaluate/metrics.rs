//! How far an estimate is from a reference, in percentage points of state of charge.
//!
//! Errors are estimate minus reference. Rows are settled from `settle_s` after the log's first row. If several rows
//! share one time, the reference is that of the first of them.

use serde::Serialize;

/// Parameters of a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Criteria {
    /// Time after the first row from which on an estimate counts as settled.
    pub settle_s: f64,
    /// The error below which an estimate is in the band, as a fraction of one.
    pub band_soc: f64,
}

impl Default for Criteria {
    fn default() -> Self {
        Self {
            settle_s: 600.0,
            band_soc: 0.03,
        }
    }
}

/// The score of one run. Errors are in percentage points of state of charge.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Score {
    /// Rows that have a reference.
    pub rows: u64,
    /// Rows that have a reference, after `settle_s`.
    pub rows_settled: u64,
    /// Root of the mean squared error.
    pub rmse_points: f64,
    /// Mean absolute error.
    pub mae_points: f64,
    /// Largest absolute error.
    pub max_points: f64,
    /// Root of the mean squared error after `settle_s`.
    pub rmse_settled_points: Option<f64>,
    /// Largest absolute error after `settle_s`.
    pub max_settled_points: Option<f64>,
    /// Time after the first row from which on the error stays within the band: that of the last row outside it, 0 if
    /// there is none, `None` if the last row is outside.
    pub enter_band_s: Option<f64>,
    /// Share of settled rows whose reference lies outside three standard deviations.
    pub outside_3sigma_percent: Option<f64>,
    /// Mean of the standard deviation after `settle_s`.
    pub mean_sigma_points: Option<f64>,
}

/// Scores an estimate row by row.
#[derive(Clone, Debug)]
pub struct Scorer {
    criteria: Criteria,
    start_s: Option<f64>,
    /// Time and reference of the first row of those that share the present time.
    reference: Option<(f64, f64)>,
    last_s: f64,
    last_out_of_band_s: Option<f64>,
    all: Errors,
    settled: Errors,
    settled_with_sigma: u64,
    outside_3sigma: u64,
    sigma_sum: f64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Errors {
    rows: u64,
    squares: f64,
    absolutes: f64,
    largest: f64,
}

impl Errors {
    fn add(&mut self, error: f64) {
        self.rows += 1;
        self.squares += error * error;
        self.absolutes += error.abs();
        self.largest = self.largest.max(error.abs());
    }

    fn rmse(&self) -> f64 {
        (self.squares / count(self.rows)).sqrt()
    }
}

#[allow(clippy::cast_precision_loss)] // A log has far fewer than 2^53 rows.
fn count(rows: u64) -> f64 {
    rows as f64
}

impl Scorer {
    /// A scorer before the first row.
    #[must_use]
    pub fn new(criteria: Criteria) -> Self {
        Self {
            criteria,
            start_s: None,
            reference: None,
            last_s: 0.0,
            last_out_of_band_s: None,
            all: Errors::default(),
            settled: Errors::default(),
            settled_with_sigma: 0,
            outside_3sigma: 0,
            sigma_sum: 0.0,
        }
    }

    /// Adds a row: state of charge as a fraction of one, its standard deviation if known, and the reference if the row
    /// has one.
    pub fn add(&mut self, time_s: f64, soc: f64, sigma: Option<f64>, reference: Option<f64>) {
        let start_s = *self.start_s.get_or_insert(time_s);
        let Some(reference) = reference else {
            return;
        };
        let reference = match self.reference {
            #[allow(clippy::float_cmp)] // Rows that were stamped alike.
            Some((first_s, first)) if first_s == time_s => first,
            _ => reference,
        };
        self.reference = Some((time_s, reference));
        let since_start_s = time_s - start_s;
        let error = 100.0 * (soc - reference);
        self.all.add(error);
        self.last_s = since_start_s;
        if error.abs() >= 100.0 * self.criteria.band_soc {
            self.last_out_of_band_s = Some(since_start_s);
        }
        if since_start_s >= self.criteria.settle_s {
            self.settled.add(error);
            if let Some(sigma) = sigma.filter(|sigma| sigma.is_finite()) {
                self.settled_with_sigma += 1;
                self.sigma_sum += 100.0 * sigma;
                self.outside_3sigma += u64::from(error.abs() > 300.0 * sigma);
            }
        }
    }

    /// The score; `None` if no row had a reference.
    #[must_use]
    pub fn score(&self) -> Option<Score> {
        if self.all.rows == 0 {
            return None;
        }
        let settled = (self.settled.rows > 0).then_some(self.settled);
        let with_sigma = (self.settled_with_sigma > 0).then(|| count(self.settled_with_sigma));
        let enter_band_s = match self.last_out_of_band_s {
            None => Some(0.0),
            #[allow(clippy::float_cmp)] // The very same number, if the last row is out of the band.
            Some(out_s) => (out_s != self.last_s).then_some(out_s),
        };
        Some(Score {
            rows: self.all.rows,
            rows_settled: self.settled.rows,
            rmse_points: self.all.rmse(),
            mae_points: self.all.absolutes / count(self.all.rows),
            max_points: self.all.largest,
            rmse_settled_points: settled.map(|errors| errors.rmse()),
            max_settled_points: settled.map(|errors| errors.largest),
            enter_band_s,
            outside_3sigma_percent: with_sigma.map(|n| 100.0 * count(self.outside_3sigma) / n),
            mean_sigma_points: with_sigma.map(|n| self.sigma_sum / n),
        })
    }
}
