//! Tables of `bms-sim evaluate`.

use serde_json::Value;

use super::table;
use crate::figures::Block;

const SCENARIO: &str = "error given to the estimator";

/// Median of the settled RMSE, with its limit in brackets; bold where the limit is missed.
pub(crate) fn overview(evaluation: &Value) -> Option<Block> {
    columns_of(evaluation, |_| true)
}

/// The same of the column of 10 degC.
pub(crate) fn overview_at_10_degc(evaluation: &Value) -> Option<Block> {
    columns_of(evaluation, |column| column == "10 degC")
}

fn columns_of(evaluation: &Value, wanted: fn(&str) -> bool) -> Option<Block> {
    let columns: Vec<&str> = names(evaluation, "columns")?
        .into_iter()
        .filter(|name| wanted(name))
        .collect();
    let mut rows = Vec::new();
    for scenario in names(evaluation, "scenarios")? {
        let mut row = vec![scenario.to_owned()];
        for column in &columns {
            row.push(rmse(entry(evaluation, scenario, column)?));
        }
        rows.push(row);
    }
    table(&[&[SCENARIO], &columns[..]].concat(), rows)
}

/// Every column and scenario with its worst run, largest error and bound.
pub(crate) fn detail(evaluation: &Value) -> Option<Block> {
    let head = [
        "column",
        SCENARIO,
        "worst RMSE",
        "largest error",
        "outside 3 sigma / %",
        "mean sigma",
    ];
    let paths = [
        "rmse_settled_points/worst",
        "max_settled_points/worst",
        "outside_3sigma_percent",
        "mean_sigma_points",
    ];
    let mut rows = Vec::new();
    for column in names(evaluation, "columns")? {
        for scenario in names(evaluation, "scenarios")? {
            let entry = entry(evaluation, scenario, column)?;
            let figures = paths.map(|path| digits(entry.pointer(&format!("/estimate/{path}"))));
            rows.push(
                [
                    vec![column.to_owned(), scenario.to_owned()],
                    figures.to_vec(),
                ]
                .concat(),
            );
        }
    }
    table(&head, rows)
}

fn names<'v>(evaluation: &'v Value, key: &str) -> Option<Vec<&'v str>> {
    evaluation
        .get(key)?
        .as_array()?
        .iter()
        .map(Value::as_str)
        .collect()
}

fn entry<'v>(evaluation: &'v Value, scenario: &str, column: &str) -> Option<&'v Value> {
    let entries = evaluation.get("entries")?.as_array()?;
    entries
        .iter()
        .find(|entry| entry["scenario"] == scenario && entry["column"] == column)
}

fn rmse(entry: &Value) -> String {
    let text = digits(entry.pointer("/estimate/rmse_settled_points/median"));
    let checks = entry["checks"].as_array().into_iter().flatten();
    let Some(check) = checks
        .into_iter()
        .find(|check| check["figure"] == "rmse_settled_points")
    else {
        return text;
    };
    let limit = &check["limit"];
    if check["kept"] == true {
        format!("{text} ({limit})")
    } else {
        format!("**{text}** ({limit})")
    }
}

fn digits(value: Option<&Value>) -> String {
    value
        .and_then(Value::as_f64)
        .map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"))
}
