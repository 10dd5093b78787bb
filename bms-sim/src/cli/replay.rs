//! `bms-sim replay`: a log through the estimator.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use bms_core::estimation::EstimatorTuning;
use bms_core::units;
use serde::Serialize;

use super::output::{ResultFile, print, print_json};
use super::{number, progress};
use crate::cell_file::{Cell, CellFile};
use crate::data::bdf::Reader;
use crate::error::Error;
use crate::evaluate::metrics::{Criteria, Score};
use crate::replay::{
    HoldTemperature, Reference, Replay, ReplayConfig, ReplayStep, Sensing, Summary, SummaryBuilder,
};
use crate::report::replay_page::ReplayPage;

/// Replay a log through the estimator and score it against the log's own charge counter.
///
/// The log is BDF CSV, plain or gzip. A row's current is the mean over the interval that ends at the row. Memory use is
/// independent of the length of the log.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Log in the Battery Data Format
    log: PathBuf,
    /// Cell file
    #[arg(long, value_name = "CELL.toml")]
    cell: PathBuf,
    /// Initial state of charge given to the estimator, 0 to 1 [default: from the first voltage]
    #[arg(long, value_name = "SOC", value_parser = number::fraction, allow_negative_numbers = true)]
    initial_soc: Option<f64>,
    #[command(flatten)]
    sensing: SensingArgs,
    /// True state of charge at the counter's zero, for the score
    #[arg(long, value_name = "SOC", default_value_t = 1.0, value_parser = number::finite, allow_negative_numbers = true)]
    reference_initial_soc: f64,
    /// Capacity that turns the log's counter into a state of charge, for the score [default: the cell file's]
    #[arg(long, value_name = "AH", value_parser = number::positive, allow_negative_numbers = true)]
    reference_capacity_ah: Option<f64>,
    /// Temperature of the cell if the log has none
    #[arg(long, value_name = "DEGC", value_parser = number::temperature, allow_negative_numbers = true)]
    temperature_degc: Option<f64>,
    /// Write every row's estimate as CSV: `time_s,soc,soc_sigma,voltage_v,voltage_predicted_v,current_bias_a`
    #[arg(long, value_name = "OUT.csv")]
    estimates: Option<PathBuf>,
    /// Write a page with plots
    #[arg(long, value_name = "OUT.html")]
    html: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// Errors of the inputs.
#[derive(Clone, Copy, Debug, clap::Args)]
struct SensingArgs {
    /// Offset of the current input, discharge positive
    #[arg(long, value_name = "A", default_value_t = 0.0, value_parser = number::finite, allow_negative_numbers = true)]
    current_offset_a: f64,
    /// Gain of the current input
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = number::positive, allow_negative_numbers = true)]
    current_gain: f64,
    /// Offset of the voltage input
    #[arg(long, value_name = "V", default_value_t = 0.0, value_parser = number::finite, allow_negative_numbers = true)]
    voltage_offset_v: f64,
    /// Offset of the temperature input
    #[arg(long, value_name = "K", default_value_t = 0.0, value_parser = number::finite, allow_negative_numbers = true)]
    temperature_offset_k: f64,
    /// Factor on the capacity given to the estimator
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = number::positive, allow_negative_numbers = true)]
    capacity_factor: f64,
}

impl From<SensingArgs> for Sensing {
    fn from(args: SensingArgs) -> Self {
        Self {
            current_offset_a: args.current_offset_a,
            current_gain: args.current_gain,
            voltage_offset_v: args.voltage_offset_v,
            temperature_offset_k: args.temperature_offset_k,
            capacity_factor: args.capacity_factor,
        }
    }
}

/// The result as JSON.
#[derive(Serialize)]
struct Report<'a> {
    log: &'a Path,
    cell: &'a str,
    /// Initial state of charge given to the estimator; `null`: from the first voltage.
    initial_soc_told: Option<f64>,
    /// Errors of the inputs.
    sensing: Sensing,
    #[serde(flatten)]
    summary: &'a Summary,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Result<(), Error> {
    let cell_file = CellFile::load(&args.cell)?;
    let mut sinks = Sinks::create(args)?;
    let summary = replay(args, &cell_file, &mut sinks)?;
    sinks.complete(args, &cell_file, &summary)?;
    if args.json {
        print_json(&Report {
            log: &args.log,
            cell: &cell_file.name,
            initial_soc_told: args.initial_soc,
            sensing: args.sensing.into(),
            summary: &summary,
        })
    } else {
        print(&text(args, &cell_file, &summary))
    }
}

fn replay(args: &Args, cell_file: &CellFile, sinks: &mut Sinks) -> Result<Summary, Error> {
    let cell = Cell::from(cell_file);
    let config = ReplayConfig {
        initial_soc: args.initial_soc,
        sensing: args.sensing.into(),
        tuning: EstimatorTuning::default(),
    };
    let reference = Reference {
        initial_soc: args.reference_initial_soc,
        capacity_ah: args
            .reference_capacity_ah
            .unwrap_or_else(|| f64::from(cell_file.capacity_ah)),
    };
    let mut replay = Replay::new(&cell.parameters(), config);
    let mut summary = SummaryBuilder::new(reference, Criteria::default());
    let reader = Reader::open(&args.log)?;
    let bar = progress::bytes("replay", reader.bytes_total());
    let mut rows = HoldTemperature::new(&args.log, reader, args.temperature_degc);
    let mut until_progress = 0_u32;
    while let Some(measured) = rows.next().transpose()? {
        let step = replay.step(&measured);
        summary.add(&step);
        sinks.add(&step, reference.soc(&measured))?;
        until_progress = until_progress.checked_sub(1).unwrap_or(4096);
        if until_progress == 0 {
            bar.set_position(rows.source().bytes_read());
        }
    }
    bar.finish_and_clear();
    // The reader yields at least one row or an error.
    summary.finish().ok_or_else(|| {
        Error::Log(crate::data::bdf::BdfError::NoRows {
            file: args.log.clone(),
        })
    })
}

/// Outputs besides the summary.
struct Sinks {
    estimates: Option<ResultFile>,
    page: Option<(ResultFile, ReplayPage)>,
}

impl Sinks {
    fn create(args: &Args) -> Result<Self, Error> {
        let mut estimates = args
            .estimates
            .as_deref()
            .map(ResultFile::create)
            .transpose()?;
        if let Some(file) = &mut estimates {
            file.write(|out| {
                writeln!(
                    out,
                    "time_s,soc,soc_sigma,voltage_v,voltage_predicted_v,current_bias_a"
                )
            })?;
        }
        let page = args.html.as_deref().map(ResultFile::create).transpose()?;
        Ok(Self {
            estimates,
            page: page.map(|file| (file, ReplayPage::default())),
        })
    }

    fn add(&mut self, step: &ReplayStep, reference_soc: Option<f64>) -> Result<(), Error> {
        if let Some((_, page)) = &mut self.page {
            page.add(step, reference_soc);
        }
        let Some(file) = &mut self.estimates else {
            return Ok(());
        };
        let estimate = &step.estimate;
        file.write(|out| {
            writeln!(
                out,
                "{},{},{},{},{},{}",
                step.measured.time_s,
                units::to_ratio(estimate.soc),
                units::to_ratio(estimate.soc_sigma),
                step.voltage_v,
                units::to_volts(estimate.voltage_predicted),
                units::to_amperes(estimate.current_bias),
            )
        })
    }

    fn complete(self, args: &Args, cell: &CellFile, summary: &Summary) -> Result<(), Error> {
        if let Some(estimates) = self.estimates {
            estimates.complete()?;
        }
        if let Some((mut file, page)) = self.page {
            let title = log_name(&args.log);
            let html = page.html(&title, &cell.name, &text(args, cell, summary));
            file.write(|out| out.write_all(html.as_bytes()))?;
            file.complete()?;
        }
        Ok(())
    }
}

/// A log's name without its folder.
fn log_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

/// The summary as text.
fn text(args: &Args, cell: &CellFile, summary: &Summary) -> String {
    let mut out = String::new();
    let mut line = |label: &str, value: String| {
        writeln!(out, "{label:<24}{value}").unwrap_or_default();
    };
    let soc = |soc: f64, sigma: f64| format!("{:.2} % +- {:.2}", 100.0 * soc, 100.0 * sigma);
    line("log", log_name(&args.log));
    line("cell", cell.name.clone());
    line(
        "rows",
        format!(
            "{} over {:.0} s, {} rejected",
            summary.rows, summary.duration_s, summary.rows_refused
        ),
    );
    let given = match args.initial_soc {
        Some(soc) => format!("{:.2} %", 100.0 * soc),
        None => "none, from the first voltage".to_owned(),
    };
    line("initial SoC given", given);
    let wrong = Sensing::from(args.sensing).describe();
    if !wrong.is_empty() {
        line("input errors", wrong);
    }
    line(
        "SoC at start",
        soc(summary.first_soc, summary.first_soc_sigma),
    );
    line("SoC at end", soc(summary.last_soc, summary.last_soc_sigma));
    line(
        "voltage residual",
        format!("{:.1} mV rms", 1000.0 * summary.voltage_residual_rms_v),
    );
    line(
        "current sensor bias",
        format!("{:.3} A (discharge positive)", summary.current_bias_a),
    );
    line(
        "resistance scale",
        format!("{:.3}", summary.resistance_scale),
    );
    match (&summary.score, &summary.coulomb_counter) {
        (Some(estimate), Some(coulomb)) => out.push_str(&score_table(estimate, coulomb)),
        _ => line(
            "error",
            "no reference: the log has no `Net Capacity / Ah`".to_owned(),
        ),
    }
    out
}

fn score_table(estimate: &Score, coulomb: &Score) -> String {
    let points = |value: Option<f64>| value.map_or("-".to_owned(), |v| format!("{v:.2}"));
    let seconds = |value: Option<f64>| value.map_or("never".to_owned(), |v| format!("{v:.0}"));
    let mut out = format!(
        "\n{:<42}{:>10}{:>17}\n",
        "against the log's counter", "estimate", "coulomb counter"
    );
    let mut line = |label: &str, of: &dyn Fn(&Score) -> String| {
        writeln!(out, "{label:<42}{:>10}{:>17}", of(estimate), of(coulomb)).unwrap_or_default();
    };
    line("RMSE / points", &|s| points(Some(s.rmse_points)));
    line("RMSE after 600 s / points", &|s| {
        points(s.rmse_settled_points)
    });
    line("largest / points", &|s| points(Some(s.max_points)));
    line("largest after 600 s / points", &|s| {
        points(s.max_settled_points)
    });
    line("permanently within 3 points after / s", &|s| {
        seconds(s.enter_band_s)
    });
    line("outside 3 sigma after 600 s / % of rows", &|s| {
        points(s.outside_3sigma_percent)
    });
    line("mean sigma after 600 s / points", &|s| {
        points(s.mean_sigma_points)
    });
    out
}
