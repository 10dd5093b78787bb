//! The runs of a protocol pooled by scenario and column, and checked against its limits.

use serde::Serialize;

use super::metrics::Score;
use super::protocol::{Column, Protocol, Scenario};
use super::runs::Run;

/// Median and worst over runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// Median; the mean of the middle two for an even number. `None` for a time that is never reached.
    pub median: Option<f64>,
    /// Largest value; `None` for a time that is never reached.
    pub worst: Option<f64>,
}

impl Spread {
    /// Over values of which `None` is larger than any.
    fn over(values: impl Iterator<Item = Option<f64>>) -> Self {
        let mut values: Vec<f64> = values.map(|v| v.unwrap_or(f64::INFINITY)).collect();
        values.sort_by(f64::total_cmp);
        let finite = |value: f64| value.is_finite().then_some(value);
        let middle = values.len() / 2;
        let median = match values.len() {
            0 => None,
            n if n % 2 == 1 => finite(values[middle]),
            _ => finite(f64::midpoint(values[middle - 1], values[middle])),
        };
        Self {
            median,
            worst: values.last().copied().and_then(finite),
        }
    }
}

/// Runs pooled.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Pooled {
    /// RMSE after `settle_s`, in points.
    pub rmse_settled_points: Spread,
    /// Largest error after `settle_s`, in points.
    pub max_settled_points: Spread,
    /// Time to enter the band for good.
    pub enter_band_s: Spread,
    /// Share of the settled rows of all runs outside three sigma.
    pub outside_3sigma_percent: Option<f64>,
    /// Mean sigma over the settled rows of all runs.
    pub mean_sigma_points: Option<f64>,
}

impl Pooled {
    fn over(scores: &[&Score]) -> Self {
        let spread =
            |of: fn(&Score) -> Option<f64>| Spread::over(scores.iter().map(|score| of(score)));
        let mean = |of: fn(&Score) -> Option<f64>| {
            let values = scores.iter().filter_map(|s| Some((of(s)?, s.rows_settled)));
            #[allow(clippy::cast_precision_loss)] // Rows are far fewer than 2^53.
            let (sum, rows) = values.fold((0.0, 0.0), |(sum, rows), (value, n)| {
                (sum + value * n as f64, rows + n as f64)
            });
            (rows > 0.0).then(|| sum / rows)
        };
        Self {
            rmse_settled_points: spread(|s| s.rmse_settled_points),
            max_settled_points: spread(|s| s.max_settled_points),
            enter_band_s: spread(|s| s.enter_band_s),
            outside_3sigma_percent: mean(|s| s.outside_3sigma_percent),
            mean_sigma_points: mean(|s| s.mean_sigma_points),
        }
    }
}

/// A figure checked against its limit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Check {
    /// Which figure.
    pub figure: &'static str,
    /// The figure; `None` if there is nothing to measure, or for a time that is never reached.
    pub found: Option<f64>,
    /// The largest value that is accepted.
    pub limit: f64,
    /// Whether the limit is met.
    pub kept: bool,
}

/// One scenario in one column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// The scenario's name.
    pub scenario: String,
    /// The column's name.
    pub column: String,
    /// How many runs are pooled.
    pub runs: usize,
    /// The estimator.
    pub estimate: Pooled,
    /// A plain coulomb counter with the same inputs.
    pub coulomb_counter: Pooled,
    /// Checks of the protocol's limits.
    pub checks: Vec<Check>,
}

/// The result of a protocol.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Names of the scenarios.
    pub scenarios: Vec<String>,
    /// All columns of the first scenario, then of the next.
    pub entries: Vec<Entry>,
}

impl Table {
    /// Pools the runs of a protocol.
    #[must_use]
    pub fn new(protocol: &Protocol, runs: &[Run]) -> Self {
        let entries = protocol.scenario.iter().flat_map(|scenario| {
            let columns = protocol.column.iter();
            columns.map(move |column| entry(protocol, scenario, column, runs))
        });
        Self {
            columns: protocol.column.iter().map(|c| c.name.clone()).collect(),
            scenarios: protocol.scenario.iter().map(|s| s.name.clone()).collect(),
            entries: entries.collect(),
        }
    }

    /// The entries of a scenario, one for each column.
    #[must_use]
    pub fn row(&self, scenario: usize) -> &[Entry] {
        let width = self.columns.len();
        &self.entries[scenario * width..(scenario + 1) * width]
    }

    /// All checks.
    pub fn checks(&self) -> impl Iterator<Item = &Check> {
        self.entries.iter().flat_map(|entry| &entry.checks)
    }
}

fn entry(protocol: &Protocol, scenario: &Scenario, column: &Column, runs: &[Run]) -> Entry {
    let pooled: Vec<&Run> = runs
        .iter()
        .filter(|run| run.scenario == scenario.name && column.groups.contains(&run.group))
        .collect();
    let scores: Vec<&Score> = pooled
        .iter()
        .filter_map(|run| run.summary.score.as_ref())
        .collect();
    let counted: Vec<&Score> = pooled
        .iter()
        .filter_map(|run| run.summary.coulomb_counter.as_ref())
        .collect();
    let estimate = Pooled::over(&scores);
    let demands = [
        (
            "rmse_settled_points",
            estimate.rmse_settled_points.median,
            scenario.limit_rmse_points.get(&column.name).copied(),
        ),
        (
            "enter_band_s",
            estimate.enter_band_s.median,
            scenario.limit_enter_band_s.get(&column.name).copied(),
        ),
        (
            "outside_3sigma_percent",
            estimate.outside_3sigma_percent,
            protocol.limit.outside_3sigma_percent,
        ),
        (
            "mean_sigma_points",
            estimate.mean_sigma_points,
            protocol.limit.mean_sigma_points,
        ),
    ];
    let check = |(figure, found, limit): (&'static str, Option<f64>, Option<f64>)| {
        limit.map(|limit| Check {
            figure,
            found,
            limit,
            kept: found.is_some_and(|found| found <= limit),
        })
    };
    Entry {
        scenario: scenario.name.clone(),
        column: column.name.clone(),
        runs: pooled.len(),
        estimate,
        coulomb_counter: Pooled::over(&counted),
        checks: demands.into_iter().filter_map(check).collect(),
    }
}
