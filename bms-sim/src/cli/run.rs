//! `bms-sim run`: a scenario in closed loop.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time;

use bms_core::units::{to_celsius, to_ratio, to_volts};
use indicatif::ProgressBar;

use super::output::{ResultFile, print, print_json, write_file};
use super::progress;
use crate::cell::physics::ZERO_CELSIUS_K;
use crate::data::bdf::{OptionalColumns, Row, Writer};
use crate::error::Error;
use crate::report::run_page::RunPage;
use crate::run::{Instant, Summary, allowed_a, overview, run as run_scenario};
use crate::scenario::Scenario;

/// Parts into which the progress bar is divided.
const PROGRESS_PARTS: f64 = 1000.0;

/// Run the battery management in closed loop with a simulated battery, vehicle, charger and faults.
///
/// Prints a summary and writes a page with plots. Exit code 1 if the scenario's expectations are not met. A scenario
/// with variants is run once per variant.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Scenario file
    scenario: PathBuf,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
    /// Write truth and estimates over time
    #[arg(long, value_name = "OUT.csv")]
    csv: Option<PathBuf>,
    /// Write current, voltage, temperature and charge as they truly were, as a log in the Battery Data Format
    #[arg(long, value_name = "OUT.csv")]
    bdf: Option<PathBuf>,
    /// File of the page with plots [default: target/NAME.html]
    #[arg(long, value_name = "OUT.html")]
    html: Option<PathBuf>,
    /// Write no page
    #[arg(long, conflicts_with = "html")]
    no_html: bool,
    /// Run this variant of the scenario alone
    #[arg(long, value_name = "NAME")]
    variant: Option<String>,
    /// Another seed for noise and the sensors' own errors than the scenario's
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Result<(), Error> {
    let scenarios = scenarios(args)?;
    let html = html_path(args)?;
    let several = scenarios.len() > 1;
    if several && (args.csv.is_some() || args.bdf.is_some()) {
        return Err(Error::Variant {
            file: args.scenario.clone(),
            found: format!(
                "{} variants, but a table can hold one only",
                scenarios.len()
            ),
            expected: "`--variant NAME` beside `--csv` or `--bdf`".to_owned(),
        });
    }
    let bar = progress::runs("run", parts(scenarios.len() as f64));
    let began = time::Instant::now();
    let done = all(scenarios, |scenario| {
        one(args, scenario, html.is_some(), &bar)
    })?;
    let took_s = began.elapsed().as_secs_f64();
    bar.finish_and_clear();
    if let Some(path) = &html {
        let page = match &done[..] {
            [one] => one.page.html(&one.scenario, &one.summary),
            _ => pages(&done),
        };
        write_file(path, &page)?;
    }
    if args.json && several {
        let summaries: Vec<_> = done.iter().map(|done| &done.summary).collect();
        print_json(&summaries)?;
    } else if args.json {
        print_json(&done[0].summary)?;
    } else {
        print_text(&done, took_s, html.as_deref())?;
    }
    let failures: Vec<_> = done
        .iter()
        .flat_map(|done| {
            let of = done
                .scenario
                .variant
                .as_ref()
                .map_or(String::new(), |name| format!("{name}: "));
            let failures = done.summary.failures.iter();
            failures.map(move |failure| format!("{of}{failure}"))
        })
        .collect();
    if failures.is_empty() {
        return Ok(());
    }
    Err(Error::CheckFailed(format!(
        "{}: {}",
        args.scenario.display(),
        failures.join("; ")
    )))
}

/// Result of one scenario or variant.
struct Done {
    scenario: Scenario,
    summary: Summary,
    page: RunPage,
}

/// The scenario, all its variants, or the selected one.
fn scenarios(args: &Args) -> Result<Vec<Scenario>, Error> {
    let mut scenarios = Scenario::load_variants(&args.scenario)?;
    for scenario in &mut scenarios {
        scenario.seed = args.seed.unwrap_or(scenario.seed);
    }
    let Some(wanted) = &args.variant else {
        return Ok(scenarios);
    };
    let names: Vec<_> = scenarios
        .iter()
        .filter_map(|scenario| scenario.variant.clone())
        .collect();
    scenarios.retain(|scenario| scenario.variant.as_ref() == Some(wanted));
    if scenarios.is_empty() {
        let expected = if names.is_empty() {
            "no `--variant`: the scenario has none".to_owned()
        } else {
            format!("one of {names:?}")
        };
        return Err(Error::Variant {
            file: args.scenario.clone(),
            found: format!("the variant {wanted:?}"),
            expected,
        });
    }
    Ok(scenarios)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive number below 2^53"
)]
fn parts(progress: f64) -> u64 {
    (progress * PROGRESS_PARTS) as u64
}

/// Runs all scenarios in parallel; results are in the order of the scenarios.
fn all(
    scenarios: Vec<Scenario>,
    run: impl Fn(Scenario) -> Result<Done, Error> + Sync,
) -> Result<Vec<Done>, Error> {
    let count = scenarios.len();
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let waiting = Mutex::new(scenarios.into_iter().enumerate().collect::<VecDeque<_>>());
    let next = || {
        waiting
            .lock()
            .ok()
            .and_then(|mut waiting| waiting.pop_front())
    };
    let mut done: Vec<Option<Result<Done, Error>>> = (0..count).map(|_| None).collect();
    std::thread::scope(|scope| {
        let worker = || {
            let mut mine = Vec::new();
            while let Some((place, scenario)) = next() {
                mine.push((place, run(scenario)));
            }
            mine
        };
        let workers: Vec<_> = (0..threads.min(count))
            .map(|_| scope.spawn(worker))
            .collect();
        for worker in workers {
            match worker.join() {
                Ok(mine) => mine
                    .into_iter()
                    .for_each(|(place, of)| done[place] = Some(of)),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    done.into_iter().flatten().collect()
}

fn one(args: &Args, scenario: Scenario, plots: bool, bar: &ProgressBar) -> Result<Done, Error> {
    let mut csv = args.csv.as_deref().map(Table::create).transpose()?;
    let mut bdf = args.bdf.as_deref().map(Log::create).transpose()?;
    let mut page = RunPage::default();
    let mut displayed = 0;
    let summary: Summary = run_scenario(&scenario, |instant| {
        let reached = parts(instant.progress);
        bar.inc(reached - displayed);
        displayed = reached;
        if let Some(csv) = &mut csv {
            csv.add(instant)?;
        }
        if let Some(bdf) = &mut bdf {
            bdf.add(instant)?;
        }
        if plots {
            page.add(instant);
        }
        Ok::<(), Error>(())
    })?;
    bar.inc(parts(1.0) - displayed);
    if let Some(csv) = csv {
        csv.complete()?;
    }
    if let Some(bdf) = bdf {
        bdf.complete()?;
    }
    Ok(Done {
        scenario,
        summary,
        page,
    })
}

/// One page of all variants.
fn pages(done: &[Done]) -> String {
    let runs: Vec<_> = done
        .iter()
        .map(|done| (&done.page, &done.scenario, &done.summary))
        .collect();
    let name = done.first().map_or("", |done| {
        let name = done.scenario.name.as_str();
        name.rsplit_once(", ").map_or(name, |(name, _)| name)
    });
    RunPage::html_of_variants(name, &runs)
}

fn print_text(done: &[Done], took_s: f64, html: Option<&Path>) -> Result<(), Error> {
    let mut text = String::new();
    for of in done {
        text.push_str(&of.summary.to_string());
        text.push('\n');
    }
    let summaries: Vec<_> = done.iter().map(|done| &done.summary).collect();
    text.push_str(&overview(&summaries));
    let simulated_s: f64 = summaries.iter().map(|summary| summary.duration_s).sum();
    let speed = simulated_s / took_s;
    let _ = writeln!(
        text,
        "computed in {took_s:.1} s, {speed:.0} times as fast as real time"
    );
    if let Some(path) = html {
        let _ = writeln!(text, "page with plots: {}", path.display());
    }
    print(&text)
}

/// File of the page; creates the build folder if necessary.
fn html_path(args: &Args) -> Result<Option<PathBuf>, Error> {
    if args.no_html {
        return Ok(None);
    }
    if let Some(path) = &args.html {
        return Ok(Some(path.clone()));
    }
    let folder = Path::new("target");
    std::fs::create_dir_all(folder).map_err(unwritable(folder))?;
    let name = args.scenario.file_stem().unwrap_or_default();
    Ok(Some(folder.join(name).with_extension("html")))
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> Error {
    move |source| Error::Write {
        file: path.to_owned(),
        source,
    }
}

/// Truth and estimates over time.
struct Table {
    file: ResultFile,
}

const COLUMNS: &str = "time_s,mode,speed_mps,current_a,pack_v,link_v,cell_low_v,cell_high_v,soc_mean,soc_low,soc_high,\
     soc_mean_estimated,soc_mean_sigma,soc_weakest_estimated,soc_weakest_sigma,discharge_limit_a,charge_limit_a,\
     cell_low_degc,cell_high_degc,shown_low_v,shown_high_v,shown_low_degc,shown_high_degc,bleeding,faults";

impl Table {
    fn create(path: &Path) -> Result<Self, Error> {
        let mut file = ResultFile::create(path)?;
        file.write(|out| writeln!(out, "{COLUMNS}"))?;
        Ok(Self { file })
    }

    fn add(&mut self, instant: &Instant<'_, '_>) -> Result<(), Error> {
        let world = instant.closed_loop.world();
        let (flow, cells) = (world.flow(), world.plant().cells());
        let outputs = &instant.tick.outputs;
        let estimate = &outputs.estimate;
        let (low_v, high_v) = range(cells.voltage_v);
        let (low_k, high_k) = range(cells.temperature_k);
        let (low_soc, high_soc) = range(cells.soc);
        let mean_soc = cells.soc.iter().sum::<f64>() / cells.soc.len() as f64;
        let (out_a, in_a) = allowed_a(outputs);
        let shown_v = [outputs.lowest_cell, outputs.highest_cell]
            .map(|cell| cell.map_or(f32::NAN, |(voltage, _)| to_volts(voltage)));
        let shown_degc = [outputs.coldest, outputs.warmest]
            .map(|sensor| sensor.map_or(f32::NAN, |(temperature, _)| to_celsius(temperature)));
        self.file.write(|out| {
            write!(
                out,
                "{:.2},{:?},{:.3},{:.3},{:.3},{:.3},{low_v:.5},{high_v:.5},{mean_soc:.6},{low_soc:.6},{high_soc:.6},",
                instant.time_s,
                outputs.mode,
                instant.closed_loop.operation().speed_mps(),
                instant.mean_a,
                flow.pack_v,
                flow.link_v,
            )?;
            write!(
                out,
                "{:.6},{:.6},{:.6},{:.6},{out_a:.2},{in_a:.2},{:.3},{:.3},",
                to_ratio(estimate.mean.soc),
                to_ratio(estimate.mean.soc_sigma),
                to_ratio(estimate.weakest_soc.soc),
                to_ratio(estimate.weakest_soc.sigma),
                low_k - ZERO_CELSIUS_K,
                high_k - ZERO_CELSIUS_K,
            )?;
            write!(
                out,
                "{:.4},{:.4},{:.2},{:.2},{},",
                shown_v[0], shown_v[1], shown_degc[0], shown_degc[1], outputs.balancing.bleeding
            )?;
            for (place, fault) in instant.closed_loop.bms().faults().enumerate() {
                let space = if place == 0 { "" } else { " " };
                write!(out, "{space}{}", fault.definition().number)?;
            }
            writeln!(out)
        })
    }

    fn complete(self) -> Result<(), Error> {
        self.file.complete()
    }
}

/// A log of the pack.
struct Log {
    path: PathBuf,
    writer: Writer<ResultFile>,
}

impl Log {
    fn create(path: &Path) -> Result<Self, Error> {
        let columns = OptionalColumns {
            temperature: true,
            net_capacity: true,
        };
        let writer = Writer::new(ResultFile::create(path)?, columns).map_err(unwritable(path))?;
        Ok(Self {
            path: path.to_owned(),
            writer,
        })
    }

    fn add(&mut self, instant: &Instant<'_, '_>) -> Result<(), Error> {
        let world = instant.closed_loop.world();
        let (_, high_k) = range(world.plant().cells().temperature_k);
        let rounded = |value: f64| (value * 1e6).round() / 1e6;
        let row = Row {
            time_s: rounded(instant.time_s),
            current_a: rounded(instant.mean_a),
            voltage_v: rounded(world.flow().pack_v),
            temperature_degc: Some(rounded(high_k - ZERO_CELSIUS_K)),
            net_capacity_ah: Some(0.0 - rounded(instant.charge_out_ah)),
            line: 0,
        };
        self.writer.write(&row).map_err(unwritable(&self.path))
    }

    fn complete(self) -> Result<(), Error> {
        self.writer
            .finish()
            .map_err(unwritable(&self.path))?
            .complete()
    }
}

fn range(values: &[f64]) -> (f64, f64) {
    values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(*value), high.max(*value))
        })
}
