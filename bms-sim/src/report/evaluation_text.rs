//! The table of an evaluation for a terminal.

use std::fmt::Write as _;

use crate::evaluate::{Check, Entry, Table};

/// A figure with two digits, or a dash.
pub(super) fn points(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |v| format!("{v:.2}"))
}

/// A time in whole seconds.
pub(super) fn seconds(value: Option<f64>) -> String {
    value.map_or_else(|| "never".to_owned(), |v| format!("{v:.0}"))
}

/// A figure, marked if its limit is missed.
fn marked(text: &str, check: Option<&Check>) -> String {
    match check {
        Some(check) if !check.kept => format!("! {text}"),
        _ => text.to_owned(),
    }
}

/// The check of a figure, if the protocol has one.
pub(super) fn check<'a>(entry: &'a Entry, figure: &str) -> Option<&'a Check> {
    entry.checks.iter().find(|check| check.figure == figure)
}

/// The overview, then each column in detail.
#[must_use]
pub fn text(cell: &str, table: &Table, runs: usize) -> String {
    let widest = table.scenarios.iter().map(|name| name.chars().count());
    let first = widest.max().unwrap_or(0).max(10) + 2;
    let mut out = format!("{cell}: {runs} runs\n\nRMSE after settling / points, median over runs");
    out.push_str(if table.checks().count() > 0 {
        " (limit; ! where it is missed)\n"
    } else {
        "\n"
    });
    overview(&mut out, table, first);
    for (index, column) in table.columns.iter().enumerate() {
        detail(&mut out, table, index, column, first);
    }
    out
}

fn overview(out: &mut String, table: &Table, first: usize) {
    let _ = write!(out, "{:<first$}", "scenario");
    for column in &table.columns {
        let _ = write!(out, "{column:>18}");
    }
    out.push('\n');
    for (index, scenario) in table.scenarios.iter().enumerate() {
        let _ = write!(out, "{scenario:<first$}");
        for entry in table.row(index) {
            let check = check(entry, "rmse_settled_points");
            let mut text = marked(&points(entry.estimate.rmse_settled_points.median), check);
            if let Some(check) = check {
                let _ = write!(text, " ({})", check.limit);
            }
            let _ = write!(out, "{text:>18}");
        }
        out.push('\n');
    }
}

fn detail(out: &mut String, table: &Table, index: usize, column: &str, first: usize) {
    let _ = write!(
        out,
        "\n{column:<first$}{:>6}{:>9}{:>9}{:>9}{:>11}{:>9}{:>10}{:>9}{:>10}{:>11}\n",
        "", "RMSE", "worst", "largest", "in band", "worst", "outside", "mean", "counter", "in band"
    );
    let _ = writeln!(
        out,
        "{:<first$}{:>6}{:>9}{:>9}{:>9}{:>11}{:>9}{:>10}{:>9}{:>10}{:>11}",
        "scenario",
        "runs",
        "points",
        "RMSE",
        "error",
        "after / s",
        "/ s",
        "3 sigma/%",
        "sigma",
        "RMSE",
        "after / s"
    );
    for row in 0..table.scenarios.len() {
        let entry = &table.row(row)[index];
        let (e, c) = (&entry.estimate, &entry.coulomb_counter);
        let _ = writeln!(
            out,
            "{:<first$}{:>6}{:>9}{:>9}{:>9}{:>11}{:>9}{:>10}{:>9}{:>10}{:>11}",
            entry.scenario,
            entry.runs,
            marked(
                &points(e.rmse_settled_points.median),
                check(entry, "rmse_settled_points")
            ),
            points(e.rmse_settled_points.worst),
            points(e.max_settled_points.worst),
            marked(
                &seconds(e.enter_band_s.median),
                check(entry, "enter_band_s")
            ),
            seconds(e.enter_band_s.worst),
            marked(
                &points(e.outside_3sigma_percent),
                check(entry, "outside_3sigma_percent")
            ),
            marked(
                &points(e.mean_sigma_points),
                check(entry, "mean_sigma_points")
            ),
            points(c.rmse_settled_points.median),
            seconds(c.enter_band_s.median),
        );
    }
}
