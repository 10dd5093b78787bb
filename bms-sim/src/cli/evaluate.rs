//! `bms-sim evaluate`: logs by scenarios, with one tuning.

use std::path::PathBuf;

use serde::Serialize;

use super::output::{print, print_json, write_file};
use super::progress;
use crate::cell_file::CellFile;
use crate::error::Error;
use crate::evaluate::protocol::Protocol;
use crate::evaluate::{Run, Runs, Table};
use crate::report::{evaluation_csv, evaluation_page, evaluation_text};

/// Replay many logs under many wrong conditions, with one tuning, and pool the scores in a table.
///
/// Exit code 1 if a limit of the protocol is missed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Protocol: cell, logs, scenarios, limits
    protocol: PathBuf,
    /// Cell file instead of the protocol's
    #[arg(long, value_name = "CELL.toml")]
    cell: Option<PathBuf>,
    /// Write every single run as CSV
    #[arg(long, value_name = "OUT.csv")]
    csv: Option<PathBuf>,
    /// Write a page with tables and a plot
    #[arg(long, value_name = "OUT.html")]
    html: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// The result as JSON.
#[derive(Serialize)]
struct Report<'a> {
    cell: &'a str,
    #[serde(flatten)]
    table: &'a Table,
    runs: &'a [Run],
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Result<(), Error> {
    let protocol = Protocol::load(&args.protocol)?;
    let cell = CellFile::load(args.cell.as_deref().unwrap_or(&protocol.cell))?;
    let all = Runs::new(&protocol, &cell);
    let bar = progress::runs("evaluate", all.count() as u64);
    let runs = all.run(|| bar.inc(1))?;
    bar.finish_and_clear();
    let table = Table::new(&protocol, &runs);
    let text = evaluation_text::text(&cell.name, &table, runs.len());
    if let Some(path) = &args.csv {
        write_file(path, &evaluation_csv::csv(&runs))?;
    }
    if let Some(path) = &args.html {
        write_file(
            path,
            &evaluation_page::html(&cell.name, &protocol, &table, &runs),
        )?;
    }
    if args.json {
        print_json(&Report {
            cell: &cell.name,
            table: &table,
            runs: &runs,
        })?;
    } else {
        print(&text)?;
    }
    let missed = table.checks().filter(|check| !check.kept).count();
    if missed == 0 {
        return Ok(());
    }
    let all = table.checks().count();
    Err(Error::CheckFailed(format!(
        "{missed} of {all} limits missed"
    )))
}
