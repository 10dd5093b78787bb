//! An evaluation as a page: the table against its limits, every run as a dot, and each column in detail.

use std::fmt::Write as _;

use super::dots;
use super::evaluation_text::{check, points, seconds};
use super::html::{escape, page};
use crate::evaluate::protocol::Protocol;
use crate::evaluate::{Check, Entry, Run, Table};

/// The page.
#[must_use]
pub fn html(cell: &str, protocol: &Protocol, table: &Table, runs: &[Run]) -> String {
    let mut body = format!(
        "<p class=\"faint\">{} runs: every log under every condition, with one tuning. Errors are in percentage \
         points of state of charge, measured after settling.</p>\n",
        runs.len()
    );
    body.push_str("<h2>RMSE, median over runs</h2>\n");
    overview(&mut body, table);
    body.push_str("<h2>Every run</h2>\n");
    body.push_str(&dots::html(protocol, table, runs));
    body.push_str(
        "<h2>In detail</h2>\n<p>Median and worst are over runs; largest errors are those of the worst run. An estimate \
         is in the band when its error stays below it for good. Outside 3 sigma is the share of rows of all runs \
         whose reference is beyond three standard deviations of the estimate. The coulomb counter has the \
         same inputs as the estimator.</p>\n",
    );
    for (index, column) in table.columns.iter().enumerate() {
        let _ = writeln!(body, "<h3>{}</h3>", escape(column));
        detail(&mut body, table, index);
    }
    page(&format!("Evaluation of {cell}"), &body)
}

fn table_start(body: &mut String, headings: &[&str]) {
    body.push_str("<div class=\"scroll\"><table>\n<thead><tr>");
    for heading in headings {
        let _ = write!(body, "<th>{}</th>", escape(heading));
    }
    body.push_str("</tr></thead>\n<tbody>\n");
}

const TABLE_END: &str = "</tbody>\n</table></div>\n";

/// A figure in a table cell, with its limit and verdict in words and colour.
fn figure(text: &str, check: Option<&Check>) -> String {
    match check {
        None => format!("<td>{text}</td>"),
        Some(check) if check.kept => {
            format!("<td class=\"kept\">{text} &le; {}</td>", check.limit)
        }
        Some(check) => format!("<td class=\"missed\">{text} &gt; {}</td>", check.limit),
    }
}

fn overview(body: &mut String, table: &Table) {
    let mut headings = vec!["scenario"];
    headings.extend(table.columns.iter().map(String::as_str));
    table_start(body, &headings);
    for (index, scenario) in table.scenarios.iter().enumerate() {
        let _ = write!(body, "<tr><td>{}</td>", escape(scenario));
        for entry in table.row(index) {
            let found = points(entry.estimate.rmse_settled_points.median);
            body.push_str(&figure(&found, check(entry, "rmse_settled_points")));
        }
        body.push_str("</tr>\n");
    }
    body.push_str(TABLE_END);
}

fn detail(body: &mut String, table: &Table, column: usize) {
    table_start(
        body,
        &[
            "scenario",
            "runs",
            "RMSE median",
            "RMSE worst",
            "largest error",
            "in band after / s",
            "worst / s",
            "outside 3 sigma / %",
            "mean sigma",
            "coulomb counter RMSE",
        ],
    );
    for row in 0..table.scenarios.len() {
        body.push_str(&detail_row(&table.row(row)[column]));
    }
    body.push_str(TABLE_END);
}

fn detail_row(entry: &Entry) -> String {
    let e = &entry.estimate;
    let cells = [
        format!("<td>{}</td>", escape(&entry.scenario)),
        format!("<td>{}</td>", entry.runs),
        figure(
            &points(e.rmse_settled_points.median),
            check(entry, "rmse_settled_points"),
        ),
        figure(&points(e.rmse_settled_points.worst), None),
        figure(&points(e.max_settled_points.worst), None),
        figure(
            &seconds(e.enter_band_s.median),
            check(entry, "enter_band_s"),
        ),
        figure(&seconds(e.enter_band_s.worst), None),
        figure(
            &points(e.outside_3sigma_percent),
            check(entry, "outside_3sigma_percent"),
        ),
        figure(
            &points(e.mean_sigma_points),
            check(entry, "mean_sigma_points"),
        ),
        figure(
            &points(entry.coulomb_counter.rmse_settled_points.median),
            None,
        ),
    ];
    format!("<tr>{}</tr>\n", cells.concat())
}
