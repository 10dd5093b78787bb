//! `bms-sim sweep`: many runs of a scenario.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use indicatif::ProgressBar;
use serde::Serialize;

use super::output::{print, print_json};
use super::progress;
use crate::error::Error;
use crate::sweep::{Column, Sweep};

/// Run a scenario many times, each time with other numbers, in parallel.
///
/// The scenario's `[[vary]]` sections define the distributions. The table has one row per run, in the order of the
/// runs: the same seed gives the same bytes for any number of threads. An incomplete table is continued.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Scenario file
    scenario: PathBuf,
    /// How many runs
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    runs: u64,
    /// Seed of the random draws
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Table to write: Parquet if its name ends in `.parquet`, else CSV
    #[arg(short, long, value_name = "OUT.csv|OUT.parquet")]
    output: PathBuf,
    /// Number of threads [default: all processors]
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Run one of several parts, such as 2/5; the merged tables of all parts equal the table of all runs
    #[arg(long, value_name = "I/N", conflicts_with = "merge")]
    shard: Option<Shard>,
    /// Do not run, but merge the tables of all parts, in their order
    #[arg(long, value_name = "PART.csv", num_args = 1..)]
    merge: Vec<PathBuf>,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
}

/// One of several parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shard {
    part: u64,
    of: u64,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/');
        let numbers = numbers.and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((part, of)) if 1 <= part && part <= of => Ok(Self { part, of }),
            _ => Err(String::from("expected I/N with I from 1 to N, such as 2/5")),
        }
    }
}

impl Shard {
    /// Its runs: neighbours, so that parts one after the other are the whole.
    fn runs(self, all: u64) -> Range<u64> {
        let bound = |part: u64| {
            let bound = u128::from(all) * u128::from(part) / u128::from(self.of);
            u64::try_from(bound).unwrap_or(all)
        };
        bound(self.part - 1)..bound(self.part)
    }
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Result<(), Error> {
    let sweep = Sweep::load(&args.scenario, args.runs, args.seed)?;
    let table = Table::new(&sweep, &args.output);
    let whole = Shard { part: 1, of: 1 };
    let runs = args.shard.unwrap_or(whole).runs(args.runs);
    let lines = if args.merge.is_empty() {
        table.fill(&runs, args.threads)?
    } else {
        table.merge(&args.merge)?
    };
    table.finish(&lines)?;
    let summary = Summary::new(&table.columns, &lines);
    if args.json {
        print_json(&summary)?;
    } else {
        print(&summary.text(&args.output))?;
    }
    if summary.failed > 0 {
        let failed = summary.failed;
        return Err(Error::CheckFailed(format!(
            "{failed} of {} runs do not meet the scenario's expectations",
            summary.runs
        )));
    }
    Ok(())
}

/// The table of a sweep.
struct Table<'s> {
    sweep: &'s Sweep,
    columns: Vec<Column>,
    header: String,
    output: &'s Path,
    /// CSV rows, appended run by run: the output itself, or a temporary file beside it.
    rows: PathBuf,
}

impl<'s> Table<'s> {
    fn new(sweep: &'s Sweep, output: &'s Path) -> Self {
        let columns = sweep.columns();
        let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
        let mut rows = output.as_os_str().to_owned();
        if is_parquet(output) {
            rows.push(".rows.csv");
        }
        Self {
            sweep,
            header: names.join(",") + "\n",
            columns,
            output,
            rows: rows.into(),
        }
    }

    /// Runs everything without a row; returns all rows.
    fn fill(&self, runs: &Range<u64>, threads: Option<u16>) -> Result<Vec<String>, Error> {
        let mut lines = self.existing(&self.rows, runs)?;
        let begun: u64 = lines.iter().map(|line| line.len() as u64).sum();
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&self.rows)
            .map_err(|source| self.unwritable(source))?;
        let mut rows = Rows::new(file, self.header.len() as u64 + begun, &self.header)
            .map_err(|source| self.unwritable(source))?;
        let first = runs.start + lines.len() as u64;
        rows.next = first;
        let bar = progress::runs("sweep", runs.end - runs.start);
        bar.set_position(lines.len() as u64);
        let done = Mutex::new(rows);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads.map_or(0, usize::from))
            .build()
            .map_err(|error| self.unwritable(io::Error::other(error)))?;
        let next = AtomicU64::new(first);
        // Runs start in order, so rows rarely wait for an earlier one.
        let work = |_: rayon::BroadcastContext<'_>| self.work(&next, runs.end, &done, &bar);
        let outcomes = pool.broadcast(work);
        bar.finish_and_clear();
        outcomes.into_iter().collect::<Result<(), _>>()?;
        let rows = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        lines.extend(rows.lines);
        Ok(lines)
    }

    /// Runs one after the other until none remains or one fails.
    fn work(
        &self,
        next: &AtomicU64,
        end: u64,
        done: &Mutex<Rows>,
        bar: &ProgressBar,
    ) -> Result<(), Error> {
        loop {
            let run = next.fetch_add(1, Ordering::Relaxed);
            if run >= end {
                return Ok(());
            }
            let row = self.sweep.row(run).inspect_err(|_| {
                next.store(end, Ordering::Relaxed);
            })?;
            let mut rows = done.lock().unwrap_or_else(PoisonError::into_inner);
            rows.put(run, row.csv())
                .map_err(|source| self.unwritable(source))?;
            bar.inc(1);
        }
    }

    /// The complete rows of an existing table, which must be the first of these runs; empty without a table.
    fn existing(&self, path: &Path, runs: &Range<u64>) -> Result<Vec<String>, Error> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => {
                return Err(Error::Write {
                    file: path.to_owned(),
                    source,
                });
            }
        };
        let mut lines = text
            .split_inclusive('\n')
            .filter(|line| line.ends_with('\n'));
        let refuse = |line: usize, found: &str, expected: String| Error::Rows {
            file: path.to_owned(),
            line,
            found: found.trim_end().chars().take(80).collect(),
            expected,
        };
        match lines.next() {
            None => return Ok(Vec::new()),
            Some(header) if header == self.header => {}
            Some(other) => {
                let expected = String::from(
                    "the columns of this sweep; hint: remove the file or name another",
                );
                return Err(refuse(1, other, expected));
            }
        }
        let mut rows = Vec::new();
        for (place, line) in lines.enumerate() {
            let run = runs.start + place as u64;
            if run >= runs.end {
                let expected =
                    format!("no more than {place} rows; hint: remove the file or name another");
                return Err(refuse(place + 2, line, expected));
            }
            let start = self.sweep.row_start(run);
            if !line.starts_with(&start) {
                let expected = format!(
                    "run {run} of this sweep, which starts with `{start}`; hint: remove the file or name another"
                );
                return Err(refuse(place + 2, line, expected));
            }
            rows.push(line.to_owned());
        }
        Ok(rows)
    }

    /// The rows of all parts.
    fn merge(&self, parts: &[PathBuf]) -> Result<Vec<String>, Error> {
        let mut lines = Vec::new();
        for part in parts {
            let first = lines.len() as u64;
            lines.extend(self.existing(part, &(first..self.sweep.runs()))?);
        }
        if lines.len() as u64 != self.sweep.runs() {
            return Err(Error::Rows {
                file: parts.last().cloned().unwrap_or_default(),
                line: 1,
                found: format!("{} runs in all parts", lines.len()),
                expected: format!("{} runs", self.sweep.runs()),
            });
        }
        if !is_parquet(self.output) {
            super::output::write_file(self.output, &(self.header.clone() + &lines.concat()))?;
        }
        Ok(lines)
    }

    /// Finishes the table with the rows of all runs.
    fn finish(&self, lines: &[String]) -> Result<(), Error> {
        if !is_parquet(self.output) {
            return Ok(());
        }
        #[cfg(feature = "parquet")]
        {
            let file = super::output::ResultFile::create(self.output)?;
            let unwritable = |source| self.unwritable(source);
            let file =
                crate::sweep::write_parquet(file, &self.columns, lines).map_err(unwritable)?;
            file.complete()?;
            match fs::remove_file(&self.rows) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    Err(self.unwritable(error))
                }
                _ => Ok(()),
            }
        }
        #[cfg(not(feature = "parquet"))]
        {
            let _ = lines;
            let error = io::Error::other("built without the feature `parquet`");
            Err(self.unwritable(error))
        }
    }

    fn unwritable(&self, source: io::Error) -> Error {
        Error::Write {
            file: self.output.to_owned(),
            source,
        }
    }
}

fn is_parquet(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "parquet")
}

/// Rows in the order of the runs, whichever is done first.
struct Rows {
    file: File,
    next: u64,
    waiting: BTreeMap<u64, String>,
    lines: Vec<String>,
}

impl Rows {
    /// Continues after the first `length` bytes, which are complete rows, or starts with the header.
    fn new(mut file: File, length: u64, header: &str) -> io::Result<Self> {
        use std::io::Seek as _;
        if file.metadata()?.len() < length {
            file.set_len(0)?;
            file.write_all(header.as_bytes())?;
        } else {
            file.set_len(length)?;
            file.seek(io::SeekFrom::Start(length))?;
        }
        Ok(Self {
            file,
            next: 0,
            waiting: BTreeMap::new(),
            lines: Vec::new(),
        })
    }

    fn put(&mut self, run: u64, line: String) -> io::Result<()> {
        self.waiting.insert(run, line);
        while let Some(line) = self.waiting.remove(&self.next) {
            // One write per row: a killed sweep leaves complete rows.
            self.file.write_all(line.as_bytes())?;
            self.lines.push(line);
            self.next += 1;
        }
        Ok(())
    }
}

/// How an outcome is spread over the runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Quantiles {
    column: String,
    lowest: f64,
    median: f64,
    percentile_95: f64,
    highest: f64,
}

/// Summary of all runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Summary {
    runs: usize,
    /// Runs that are not as the scenario expects.
    failed: usize,
    outcomes: Vec<Quantiles>,
    /// Fault numbers, and the number of runs that reported each.
    faults: BTreeMap<u16, usize>,
}

/// Columns of the summary.
const LISTED: [&str; 8] = [
    "mean_cell_rms_points",
    "mean_cell_inside_3_sigma",
    "every_cell_largest_points",
    "every_cell_inside_3_sigma",
    "cell_voltage_min_v",
    "cell_voltage_max_v",
    "temperature_max_degc",
    "energy_missed_kwh",
];

impl Summary {
    fn new(columns: &[Column], lines: &[String]) -> Self {
        let rows: Vec<Vec<&str>> = lines
            .iter()
            .map(|line| line.trim_end().split(',').collect())
            .collect();
        let place = |name: &str| columns.iter().position(|column| column.name == name);
        let texts = |name: &str| {
            let place = place(name).unwrap_or(usize::MAX);
            rows.iter().filter_map(move |row| row.get(place).copied())
        };
        let mut faults = BTreeMap::new();
        for found in texts("faults") {
            let mut numbers: Vec<u16> = found.split(' ').filter_map(|n| n.parse().ok()).collect();
            numbers.sort_unstable();
            numbers.dedup();
            for number in numbers {
                *faults.entry(number).or_default() += 1;
            }
        }
        Self {
            runs: lines.len(),
            failed: texts("failures")
                .filter(|failures| *failures != "0")
                .count(),
            outcomes: LISTED
                .iter()
                .filter_map(|name| {
                    let numbers = texts(name).filter_map(|text| text.parse().ok());
                    Quantiles::new(name, numbers.collect())
                })
                .collect(),
            faults,
        }
    }

    fn text(&self, output: &Path) -> String {
        use std::fmt::Write as _;
        let mut text = format!(
            "{:<28}{:>10}{:>10}{:>10}{:>10}\n",
            format!("{} runs", self.runs),
            "lowest",
            "median",
            "95 %",
            "highest"
        );
        for of in &self.outcomes {
            let Quantiles {
                column,
                lowest,
                median,
                percentile_95,
                highest,
            } = of;
            writeln!(
                text,
                "{column:<28}{lowest:>10.3}{median:>10.3}{percentile_95:>10.3}{highest:>10.3}"
            )
            .unwrap_or_default();
        }
        for (number, runs) in &self.faults {
            let name = bms_core::protection::FaultId::from_number(*number)
                .map_or("", |fault| fault.definition().name());
            writeln!(text, "fault {number} {name}: reported in {runs} runs").unwrap_or_default();
        }
        if self.faults.is_empty() {
            text.push_str("no fault reported\n");
        }
        writeln!(text, "table: {}", output.display()).unwrap_or_default();
        text
    }
}

impl Quantiles {
    fn new(column: &str, mut numbers: Vec<f64>) -> Option<Self> {
        numbers.sort_by(f64::total_cmp);
        let last = numbers.len().checked_sub(1)?;
        let at = |percent: usize| numbers[last * percent / 100];
        Some(Self {
            column: column.to_owned(),
            lowest: at(0),
            median: at(50),
            percentile_95: at(95),
            highest: at(100),
        })
    }
}
