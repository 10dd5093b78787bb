//! One run as a row of a table.

use std::fmt::Write as _;

use super::Drawn;
use crate::run::Summary;

/// A column of a sweep's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, with its unit.
    pub name: String,
    /// Whether the column is numeric.
    pub is_number: bool,
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number; empty if not finite.
    Number(f64),
    /// Text without commas, quotes and line breaks.
    Text(String),
}

/// Result of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// In the order of the columns.
    pub values: Vec<Value>,
}

macro_rules! numbers {
    ($($name:ident: $value:expr;)*) => {
        [$((stringify!($name), Value::Number($value))),*]
    };
}

/// Result columns of a run: name and value.
fn outcomes(summary: &Summary) -> Vec<(&'static str, Value)> {
    let (mean, every) = (&summary.accuracy.mean_cell, &summary.accuracy.every_cell);
    let (voltage_v, degc) = (summary.cell_voltage_v, summary.temperature_degc);
    let numbers = numbers! {
        duration_s: summary.duration_s;
        distance_km: summary.distance_km;
        energy_out_kwh: summary.energy_out_kwh;
        energy_in_kwh: summary.energy_in_kwh;
        energy_missed_kwh: summary.energy_missed_kwh;
        soc_start_percent: summary.soc_start_percent;
        soc_end_percent: summary.soc_end_percent;
        soc_end_weakest_percent: summary.soc_end_weakest_percent;
        soc_end_spread_points: summary.soc_end_spread_points;
        soc_estimated_percent: summary.soc_estimated_percent;
        soc_sigma_points: summary.soc_sigma_points;
        mean_cell_rms_points: mean.rms_points;
        mean_cell_largest_points: mean.largest_points;
        mean_cell_inside_3_sigma: mean.inside_3_sigma;
        every_cell_rms_points: every.rms_points;
        every_cell_largest_points: every.largest_points;
        every_cell_inside_3_sigma: every.inside_3_sigma;
        cell_voltage_min_v: voltage_v.0;
        cell_voltage_max_v: voltage_v.1;
        temperature_min_degc: degc.0;
        temperature_max_degc: degc.1;
        current_min_a: summary.current_a.0;
        current_max_a: summary.current_a.1;
        contactors_opened: summary.contactors_opened_s.len() as f64;
        failures: summary.failures.len() as f64;
    };
    let faults = summary.faults.iter().map(|fault| fault.number.to_string());
    let texts = [
        ("ends_in", format!("{:?}", summary.ends_in).to_lowercase()),
        ("faults", faults.collect::<Vec<_>>().join(" ")),
    ];
    let texts = texts.map(|(name, text)| (name, Value::Text(text)));
    numbers.into_iter().chain(texts).collect()
}

/// The columns of a sweep that varies these numbers.
pub(super) fn columns<'k>(varied: impl Iterator<Item = &'k str>) -> Vec<Column> {
    let column = |name: &str, is_number| Column {
        name: name.to_owned(),
        is_number,
    };
    let first = [
        column("run", true),
        column("scenario", false),
        column("seed", true),
    ];
    let varied = varied.map(|key| column(key, true));
    let outcomes = outcomes(&Summary::default());
    let outcomes = outcomes
        .iter()
        .map(|(name, value)| column(name, matches!(value, Value::Number(_))));
    first.into_iter().chain(varied).chain(outcomes).collect()
}

fn first_values(run: u64, fingerprint: u64, drawn: &Drawn) -> Vec<Value> {
    let mut values = vec![
        Value::Number(run as f64),
        Value::Text(format!("{fingerprint:016x}")),
        Value::Number(drawn.seed as f64),
    ];
    values.extend(drawn.numbers.iter().map(|number| Value::Number(*number)));
    values
}

/// Start of the row of a run.
pub(super) fn start(run: u64, fingerprint: u64, drawn: &Drawn) -> String {
    csv(&first_values(run, fingerprint, drawn)) + ","
}

impl Row {
    pub(super) fn new(run: u64, fingerprint: u64, drawn: &Drawn, summary: &Summary) -> Self {
        let mut values = first_values(run, fingerprint, drawn);
        values.extend(outcomes(summary).into_iter().map(|(_, value)| value));
        Self { values }
    }

    /// The row as a line of CSV with its line end.
    #[must_use]
    pub fn csv(&self) -> String {
        csv(&self.values) + "\n"
    }
}

fn csv(values: &[Value]) -> String {
    let mut line = String::new();
    for (place, value) in values.iter().enumerate() {
        if place > 0 {
            line.push(',');
        }
        match value {
            Value::Number(number) if number.is_finite() => {
                write!(line, "{number}").unwrap_or_default();
            }
            Value::Number(_) => {}
            Value::Text(text) => line.push_str(text),
        }
    }
    line
}
