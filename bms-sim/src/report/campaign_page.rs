//! A campaign as a page.

use std::fmt::Write as _;

use super::html::{escape, page};
use crate::campaign::{CaseResult, FaultFreeHours, Table, Verdict};

/// Number of failed cases listed individually.
const LISTED: usize = 200;

/// The page.
#[must_use]
pub fn html(table: &Table, quiet: Option<&FaultFreeHours>, cases: &[CaseResult]) -> String {
    let total = &table.total;
    let mut body = format!(
        "<p>{} cases: {} detected, {} missed, {} late, {} false alarms, {} wrong names.</p>\n",
        total.cases,
        total.detected,
        total.missed,
        total.late,
        total.false_alarms,
        total.wrong_names
    );
    if let Some(quiet) = quiet {
        let _ = writeln!(
            body,
            "<p>{:.1} h of drives and charges without a fault, {:.0} km: {} false alarms.</p>",
            quiet.hours,
            quiet.distance_km,
            quiet.alarms.len()
        );
    }
    body.push_str(
        "<p class=\"faint\">Times in seconds. Detection is from the onset of the condition, reaction from \
         detection to open contactors.</p>\n",
    );
    lines(&mut body, table);
    bad(&mut body, cases);
    page("Fault injection", &body)
}

fn lines(body: &mut String, table: &Table) {
    body.push_str("<div class=\"scroll\"><table>\n<thead><tr>");
    for heading in [
        "fault",
        "cases",
        "detected",
        "missed",
        "late",
        "false alarms",
        "wrong names",
        "detection, median",
        "longest",
        "budget",
        "reaction, longest",
        "budget",
    ] {
        let _ = write!(body, "<th>{heading}</th>");
    }
    body.push_str("</tr></thead>\n<tbody>\n");
    let time = |time_s: Option<f64>| time_s.map_or(String::new(), |s| format!("{s:.2}"));
    for line in &table.lines {
        let bad = |count: usize| {
            let class = if count > 0 { " class=\"missed\"" } else { "" };
            format!("<td{class}>{count}</td>")
        };
        let _ = writeln!(
            body,
            "<tr><td>{} {}</td><td>{}</td><td>{}</td>{}{}{}{}<td>{}</td><td>{}</td><td>{:.2}</td><td>{}</td><td>{}</td></tr>",
            line.number,
            escape(line.name),
            line.cases,
            line.detected,
            bad(line.missed),
            bad(line.late),
            bad(line.false_alarms),
            bad(line.wrong_names),
            time(line.detection_median_s),
            time(line.detection_longest_s),
            line.detection_budget_s,
            time(line.reaction_longest_s),
            time(line.reaction_longest_s.map(|_| line.reaction_budget_s)),
        );
    }
    body.push_str("</tbody>\n</table></div>\n");
}

fn bad(body: &mut String, cases: &[CaseResult]) {
    let bad = cases
        .iter()
        .filter(|case| case.verdict != Verdict::Detected);
    let mut list = String::new();
    for case in bad.take(LISTED) {
        let _ = writeln!(
            list,
            "{} of {} in {} ({:?}, {} degC, seed {}): {:?}",
            case.number,
            case.magnitude,
            case.pack,
            case.activity,
            case.degc,
            case.seed,
            case.verdict
        );
    }
    if !list.is_empty() {
        let _ = write!(
            body,
            "<h2>Failed cases</h2>\n<pre>{}</pre>\n",
            escape(&list)
        );
    }
}
