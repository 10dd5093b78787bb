//! Results of many cases, fault by fault.

use bms_core::protection::FaultId;
use serde::Serialize;

use super::bench::{CaseResult, Verdict};

/// Results of the cases of one fault.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Line {
    /// Number of the fault.
    pub number: u16,
    /// Its name.
    pub name: &'static str,
    /// Cases.
    pub cases: usize,
    /// Reported under the expected number, within the budget.
    pub detected: usize,
    /// Not reported.
    pub missed: usize,
    /// Reported after the budget, or with a reaction after its budget.
    pub late: usize,
    /// A fault was reported before the onset.
    pub false_alarms: usize,
    /// An unrelated fault was reported.
    pub wrong_names: usize,
    /// Median time to the detection, in seconds.
    pub detection_median_s: Option<f64>,
    /// Longest time to the detection, in seconds.
    pub detection_longest_s: Option<f64>,
    /// Detection budget, in seconds.
    pub detection_budget_s: f64,
    /// Longest time from the detection until the contactors were open, in seconds.
    pub reaction_longest_s: Option<f64>,
    /// Reaction budget, in seconds.
    pub reaction_budget_s: f64,
}

/// Results of a campaign.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Table {
    /// Fault by fault.
    pub lines: Vec<Line>,
    /// All together.
    pub total: Line,
}

impl Table {
    /// Sums results up.
    #[must_use]
    pub fn new(results: &[CaseResult]) -> Self {
        let mut numbers: Vec<_> = results.iter().map(|result| result.number).collect();
        numbers.dedup();
        numbers.sort_unstable();
        numbers.dedup();
        let lines: Vec<_> = numbers
            .into_iter()
            .map(|number| {
                let of_fault = results.iter().filter(|result| result.number == number);
                Line::new(number, of_fault)
            })
            .collect();
        let mut total = Line::default();
        for line in &lines {
            total.cases += line.cases;
            total.detected += line.detected;
            total.missed += line.missed;
            total.late += line.late;
            total.false_alarms += line.false_alarms;
            total.wrong_names += line.wrong_names;
        }
        Self { lines, total }
    }

    /// Whether every fault was detected under the expected number and in time, with no unrelated fault.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.total.cases == self.total.detected
    }
}

impl Line {
    fn new<'r>(number: u16, results: impl Iterator<Item = &'r CaseResult>) -> Self {
        let name = FaultId::from_number(number).map_or("", |id| id.definition().name());
        let mut line = Self {
            number,
            name,
            ..Self::default()
        };
        let mut times = Vec::new();
        for result in results {
            line.cases += 1;
            match result.verdict {
                Verdict::Detected => line.detected += 1,
                Verdict::Missed => line.missed += 1,
                Verdict::Late | Verdict::SlowReaction => line.late += 1,
                Verdict::FalseAlarm { .. } => line.false_alarms += 1,
                Verdict::WrongName { .. } => line.wrong_names += 1,
            }
            times.extend(result.detection_s);
            line.detection_budget_s = line.detection_budget_s.max(result.detection_budget_s);
            line.reaction_budget_s = line.reaction_budget_s.max(result.reaction_budget_s);
            line.reaction_longest_s = longest(line.reaction_longest_s, result.reaction_s);
        }
        times.sort_by(f64::total_cmp);
        line.detection_median_s = times.get(times.len() / 2).copied();
        line.detection_longest_s = times.last().copied();
        line
    }
}

fn longest(known: Option<f64>, more: Option<f64>) -> Option<f64> {
    match (known, more) {
        (Some(known), Some(more)) => Some(known.max(more)),
        (known, more) => known.or(more),
    }
}
