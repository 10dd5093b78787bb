//! From the output of a command to a block of figures.

mod evaluation;
mod output;
mod runs;
mod speed;

pub(super) use evaluation::{detail, overview, overview_at_10_degc};
pub(super) use output::{
    capacity, home, leaf, stack, unseen_voltage, virtual_cells, virtual_packs,
};
pub(super) use runs::{campaign, campaign_peer, drive_soc, fast_charge, speed, step_time, summary};
pub(super) use speed::{speed_packs, speed_plants};

use serde_json::Value;

use super::{Block, Store};

/// How an output becomes a block.
#[derive(Clone, Copy, Debug)]
pub(super) enum Read {
    /// The text as it is.
    Text,
    /// The first Markdown table at or after the line that contains this.
    TableAfter(&'static str),
    /// The table of `evaluate --json`.
    Evaluation(fn(&Value) -> Option<Block>),
    /// Any JSON.
    Json(fn(&Value) -> Option<Block>),
    /// Any text.
    Output(fn(&str) -> Option<Block>),
    /// Other figures.
    Store(fn(&Store) -> Result<Block, String>),
}

impl Read {
    pub(super) fn block(self, output: &str) -> Result<Block, String> {
        let block = match self {
            Self::Text => Some(Block::text(output)),
            Self::TableAfter(begin) => table_after(output, begin),
            Self::Evaluation(read) | Self::Json(read) => {
                let value: Value =
                    serde_json::from_str(output).map_err(|error| error.to_string())?;
                let table = value.get("table").unwrap_or(&value);
                read(if matches!(self, Self::Evaluation(_)) {
                    table
                } else {
                    &value
                })
            }
            Self::Output(read) => read(output),
            Self::Store(_) => None,
        };
        block.ok_or_else(|| "the output is not as expected".to_owned())
    }
}

/// A table with these titles.
pub(super) fn table(head: &[&str], rows: Vec<Vec<String>>) -> Option<Block> {
    let head = head.iter().map(|title| (*title).to_owned()).collect();
    (!rows.is_empty()).then_some(Block::Table { head, rows })
}

fn table_after(output: &str, begin: &str) -> Option<Block> {
    let from = output.lines().skip_while(|line| !line.contains(begin));
    let mut lines = from.skip_while(|line| !line.starts_with('|'));
    let (head, rule) = (cells(lines.next()?), cells(lines.next()?));
    let aligned = head.into_iter().zip(rule).map(|(title, rule)| {
        if rule.ends_with(':') {
            format!("{title}>")
        } else {
            title
        }
    });
    let rows = lines
        .take_while(|line| line.starts_with('|'))
        .map(cells)
        .collect();
    Some(Block::Table {
        head: aligned.collect(),
        rows,
    })
}

fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
    inner
        .split('|')
        .map(|cell| cell.trim().to_owned())
        .collect()
}

/// What stands between two words of a text.
pub(super) fn between<'t>(text: &'t str, begin: &str, end: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(begin)?;
    rest.split_once(end).map(|(found, _)| found.trim())
}

/// A number of a JSON value by its path.
pub(super) fn number(value: &Value, path: &str) -> Option<f64> {
    value.pointer(path)?.as_f64()
}
