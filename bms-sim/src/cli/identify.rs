//! `bms-sim identify`: a cell file from laboratory logs.

use std::path::PathBuf;

use serde::Serialize;

use super::output::{print, print_json, write_file};
use super::progress;
use crate::error::Error;
use crate::identify::{Fit, LogFit, Manifest, cell_file_text, identify, summary};
use crate::report::identification_page;

/// Identify a cell from its laboratory logs and write a cell file.
///
/// The manifest has the cell's `name`, `chemistry`, `capacity_ah`, `voltage_min_v` and `voltage_max_v`, and one
/// `[[log]]` per log with `path`, `role` ("ocv", "pulses", "drive" or "charge") and optionally `initial_soc` and
/// `temperature_degc`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// List of the logs
    manifest: PathBuf,
    /// Cell file to write
    #[arg(short, long, value_name = "CELL.toml")]
    output: PathBuf,
    /// Write a page with plots of the fit
    #[arg(long, value_name = "OUT.html")]
    html: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Result<'a> {
    name: &'a str,
    capacity_ah: f32,
    capacity_source: &'a str,
    logs: Vec<Log<'a>>,
    unseen: Vec<Log<'a>>,
    warnings: &'a [String],
}

#[derive(Serialize)]
struct Log<'a> {
    path: &'a std::path::Path,
    temperature_degc: f64,
    rms_v: f64,
    mean_v: f64,
    unseen_rms_v: f64,
    note: Option<&'a str>,
}

pub(super) fn run(args: &Args) -> std::result::Result<(), Error> {
    let manifest = Manifest::read(&args.manifest)?;
    let bar = progress::runs("identify", 1);
    let fit = identify(&manifest, &bar)?;
    bar.finish_and_clear();
    let text = cell_file_text(&fit, &provenance(&manifest));
    if let Some(page) = &args.html {
        write_file(page, &identification_page::html(&fit))?;
    }
    write_file(&args.output, &text)?;
    if args.json {
        print_json(&result(&fit))
    } else {
        print(&summary(&fit))
    }
}

fn provenance(manifest: &Manifest) -> String {
    let mut text = format!(
        "Written by bms-sim {} identify from {} logs.",
        env!("CARGO_PKG_VERSION"),
        manifest.logs.len()
    );
    if let Some(source) = &manifest.source {
        text.push_str("\nLogs: ");
        text.push_str(source);
    }
    text
}

fn result(fit: &Fit) -> Result<'_> {
    Result {
        name: &fit.file.name,
        capacity_ah: fit.file.capacity_ah,
        capacity_source: &fit.capacity_source,
        logs: fit.logs.iter().map(Log::from).collect(),
        unseen: fit.unseen.iter().map(Log::from).collect(),
        warnings: &fit.warnings,
    }
}

impl<'a> From<&'a LogFit> for Log<'a> {
    fn from(log: &'a LogFit) -> Self {
        Self {
            path: &log.path,
            temperature_degc: log.temperature_degc,
            rms_v: log.rms_v,
            mean_v: log.mean_v,
            unseen_rms_v: log.unseen_rms_v,
            note: log.note.as_deref(),
        }
    }
}
