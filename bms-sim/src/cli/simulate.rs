//! `bms-sim simulate`: a plant file to a log of truth.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;

use super::output::{ResultFile, print, print_json};
use super::{number, progress};
use crate::cell::physics::ZERO_CELSIUS_K;
#[cfg(feature = "parquet")]
use crate::data::bdf::ParquetWriter;
use crate::data::bdf::{OptionalColumns, Row, Writer};
use crate::error::Error;
use crate::load::{Stop, StopReason};
use crate::pack::Topology;
use crate::simulate::{Ending, Simulation, Snapshot};

/// Parts into which the progress bar is divided.
const PROGRESS_PARTS: f64 = 1000.0;

/// Run a cell or battery through a load, without battery management, and write its true state.
///
/// The result is BDF: Parquet if its name ends in `.parquet`, else CSV. In addition to BDF's columns it has the voltage
/// of each group (`Group Voltage s01 / V`) and the true state of charge of each cell (`SoC s01p01 / 1`; group in
/// series, place in parallel). The temperature is that of the warmest cell. A row's current is the mean over the
/// interval that ends at the row.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Plant file
    plant: PathBuf,
    /// Log to write
    #[arg(short, long, value_name = "OUT.csv|OUT.parquet")]
    output: Option<PathBuf>,
    /// Time step that replaces the plant file's
    #[arg(long, value_name = "S", value_parser = number::positive, allow_negative_numbers = true)]
    step_s: Option<f64>,
    /// Time between rows, instead of the plant file's
    #[arg(long, value_name = "S", value_parser = number::positive, allow_negative_numbers = true)]
    output_step_s: Option<f64>,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
}

/// Summary of a simulation.
#[derive(Debug, Serialize)]
struct Summary {
    plant: String,
    series: usize,
    parallel: usize,
    steps: u64,
    duration_s: f64,
    /// Discharged minus charged, in ampere-hours.
    charge_out_ah: f64,
    /// Discharged minus charged energy, in watt-hours.
    energy_out_wh: f64,
    soc_min: f64,
    soc_max: f64,
    temperature_min_degc: f64,
    temperature_max_degc: f64,
    /// Time that computing took, rows written included, for one cell and one step.
    ns_per_cell_step: f64,
    /// How each load ended, and why the run ended early.
    endings: Vec<String>,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Result<(), Error> {
    let mut simulation = Simulation::load(&args.plant)?;
    simulation.set_steps(args.step_s, args.output_step_s);
    let mut sink = args
        .output
        .as_deref()
        .map(|path| Sink::create(path, simulation.topology()))
        .transpose()?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A small whole number.
    let bar = progress::runs("simulate", PROGRESS_PARTS as u64);
    let began = Instant::now();
    let ending = simulation.run(|snapshot| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        // 0 to the number of parts.
        bar.set_position((snapshot.progress * PROGRESS_PARTS) as u64);
        sink.as_mut().map_or(Ok(()), |sink| sink.add(snapshot))
    })?;
    bar.finish_and_clear();
    if let Some(sink) = sink {
        sink.complete()?;
    }
    let summary = summarise(&simulation, &ending, began.elapsed().as_secs_f64());
    if args.json {
        print_json(&summary)?;
    } else {
        print(&text(&summary))?;
    }
    match ending {
        Ending::Through(_) => Ok(()),
        early => Err(Error::CheckFailed(format!(
            "{}: after {:.3} s: {}",
            args.plant.display(),
            simulation.totals().time_s,
            describe_early(&early, simulation.topology())
        ))),
    }
}

/// The log that is written.
struct Sink {
    path: PathBuf,
    writer: AnyWriter,
}

/// The two forms of a log.
enum AnyWriter {
    Csv(Writer<ResultFile>),
    #[cfg(feature = "parquet")]
    Parquet(Box<ParquetWriter<ResultFile>>),
}

impl AnyWriter {
    fn create(path: &Path, labels: &[String]) -> Result<Self, Error> {
        let parquet = path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"));
        if !parquet {
            let file = ResultFile::create(path)?;
            return Writer::with_more(file, COLUMNS, labels)
                .map(Self::Csv)
                .map_err(unwritable(path));
        }
        #[cfg(feature = "parquet")]
        return ParquetWriter::with_more(ResultFile::create(path)?, COLUMNS, labels)
            .map(|writer| Self::Parquet(Box::new(writer)))
            .map_err(unwritable(path));
        #[cfg(not(feature = "parquet"))]
        Err(unwritable(path)(io::Error::new(
            io::ErrorKind::Unsupported,
            "`.parquet` needs a build with `--features parquet`; expected a name that ends in `.csv`",
        )))
    }

    fn write(&mut self, row: &Row, more: impl Iterator<Item = f64>) -> io::Result<()> {
        match self {
            Self::Csv(writer) => writer.write_more(row, more),
            #[cfg(feature = "parquet")]
            Self::Parquet(writer) => writer.write_more(row, more),
        }
    }

    fn finish(self) -> io::Result<ResultFile> {
        match self {
            Self::Csv(writer) => writer.finish(),
            #[cfg(feature = "parquet")]
            Self::Parquet(writer) => writer.finish(),
        }
    }
}

const COLUMNS: OptionalColumns = OptionalColumns {
    temperature: true,
    net_capacity: true,
};

impl Sink {
    fn create(path: &Path, topology: Topology) -> Result<Self, Error> {
        let groups = (0..topology.series)
            .map(|group| format!("Group Voltage {} / V", topology.group_name(group)));
        let cells =
            (0..topology.cells()).map(|cell| format!("SoC {} / 1", topology.cell_name(cell)));
        let labels: Vec<_> = groups.chain(cells).collect();
        Ok(Self {
            path: path.to_owned(),
            writer: AnyWriter::create(path, &labels)?,
        })
    }

    fn add(&mut self, snapshot: &Snapshot<'_>) -> Result<(), Error> {
        let warmest_k = extreme(snapshot.cells.temperature_k, f64::max);
        let row = Row {
            time_s: rounded(snapshot.totals.time_s),
            current_a: snapshot.current_a,
            voltage_v: rounded(snapshot.voltage_v),
            temperature_degc: Some(rounded(warmest_k - ZERO_CELSIUS_K)),
            net_capacity_ah: Some(0.0 - snapshot.totals.charge_out_ah),
            line: 0,
        };
        let more = snapshot
            .group_voltage_v
            .iter()
            .chain(snapshot.cells.soc)
            .map(|value| rounded(*value));
        self.writer
            .write(&row, more)
            .map_err(unwritable(&self.path))
    }

    fn complete(self) -> Result<(), Error> {
        self.writer
            .finish()
            .map_err(unwritable(&self.path))?
            .complete()
    }
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> Error {
    move |source| Error::Write {
        file: path.to_owned(),
        source,
    }
}

/// Rounds to nine decimals.
fn rounded(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

fn extreme(values: &[f64], pick: fn(f64, f64) -> f64) -> f64 {
    values.iter().copied().reduce(pick).unwrap_or(f64::NAN)
}

#[allow(clippy::cast_precision_loss)] // Steps and cells are far below 2^53.
fn summarise(simulation: &Simulation, ending: &Ending, computing_s: f64) -> Summary {
    let (topology, totals) = (simulation.topology(), simulation.totals());
    let cells = simulation.battery().cells();
    let cell_steps = totals.steps as f64 * topology.cells() as f64;
    Summary {
        plant: simulation.name().to_owned(),
        series: topology.series,
        parallel: topology.parallel,
        steps: totals.steps,
        duration_s: rounded(totals.time_s),
        charge_out_ah: totals.charge_out_ah,
        energy_out_wh: totals.energy_out_wh,
        soc_min: extreme(cells.soc, f64::min),
        soc_max: extreme(cells.soc, f64::max),
        temperature_min_degc: extreme(cells.temperature_k, f64::min) - ZERO_CELSIUS_K,
        temperature_max_degc: extreme(cells.temperature_k, f64::max) - ZERO_CELSIUS_K,
        ns_per_cell_step: if cell_steps > 0.0 {
            1e9 * computing_s / cell_steps
        } else {
            0.0
        },
        endings: match ending {
            Ending::Through(reasons) => reasons.iter().map(describe).collect(),
            early => vec![describe_early(early, topology)],
        },
    }
}

/// Why a load ended.
fn describe(reason: &StopReason) -> String {
    match reason {
        StopReason::ProfileEnd => "through".to_owned(),
        StopReason::TimeLimit => "two weeks elapsed".to_owned(),
        StopReason::Stop(stop) => match *stop {
            Stop::Elapsed { duration_s } => format!("{duration_s} s elapsed"),
            Stop::VoltageBelow { voltage_v } => format!("voltage at or below {voltage_v} V"),
            Stop::VoltageAbove { voltage_v } => format!("voltage at or above {voltage_v} V"),
            Stop::CellVoltageBelow { voltage_v } => format!("a cell at or below {voltage_v} V"),
            Stop::CellVoltageAbove { voltage_v } => format!("a cell at or above {voltage_v} V"),
            Stop::CurrentBelow { current_a } => format!("current at or below {current_a} A"),
        },
    }
}

/// Why a run ended early.
fn describe_early(ending: &Ending, topology: Topology) -> String {
    match ending {
        Ending::Through(_) => "through".to_owned(),
        Ending::Stuck(error) => error.to_string(),
        Ending::OutOfRange { cell, soc } => format!(
            "cell {} is at a state of charge of {soc:.3}, outside the range of its model; end loads with `until`",
            topology.cell_name(*cell)
        ),
    }
}

/// The summary as text.
fn text(summary: &Summary) -> String {
    let mut out = String::new();
    let mut line = |label: &str, value: String| {
        writeln!(out, "{label:<24}{value}").unwrap_or_default();
    };
    line("plant", summary.plant.clone());
    line("cells", format!("{}s{}p", summary.series, summary.parallel));
    line(
        "time",
        format!("{} s in {} steps", summary.duration_s, summary.steps),
    );
    line(
        "charge out, net",
        format!("{:.6} Ah", summary.charge_out_ah),
    );
    line(
        "energy out, net",
        format!("{:.4} Wh", summary.energy_out_wh),
    );
    line(
        "SoC at end",
        format!(
            "{:.3} to {:.3} %",
            100.0 * summary.soc_min,
            100.0 * summary.soc_max
        ),
    );
    line(
        "temperature at end",
        format!(
            "{:.2} to {:.2} degC",
            summary.temperature_min_degc, summary.temperature_max_degc
        ),
    );
    line(
        "computing",
        format!(
            "{:.0} ns per cell and step, rows included",
            summary.ns_per_cell_step
        ),
    );
    for ending in &summary.endings {
        line("ended", ending.clone());
    }
    out
}
