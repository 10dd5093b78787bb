//! `bms-sim campaign`: fault injection.

use std::fmt::Write as _;
use std::path::PathBuf;

use bms_core::protection::LONGEST_TIME_MS;
use serde::Serialize;

use super::output::{print, print_json, write_file};
use super::progress;
use crate::campaign::{
    CaseResult, Extent, FaultFreeHours, Table, Verdict, cases, entries, not_provoked, quiet_runs,
    run_cases, run_quiet,
};
use crate::error::Error;
use crate::report::campaign_page;

/// Number of failed cases listed individually.
const LISTED: usize = 40;

/// Inject every fault that the simulation can produce, in many magnitudes and situations, and check detection and
/// reaction.
///
/// A case is detected, missed, late (after its detection budget), a slow reaction, a false alarm (a fault reported
/// before the onset) or a wrong name (an unrelated fault reported). Exit code 1 unless all are detected.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Seeds of each case
    #[arg(long, default_value_t = 2, value_name = "N")]
    seeds: u64,
    /// Run one of N injection points
    #[arg(long, default_value_t = 1, value_name = "N")]
    one_in: usize,
    /// Only the faults with these numbers
    #[arg(long, value_delimiter = ',', value_name = "N,N,...")]
    only: Vec<u16>,
    /// Time for which the condition of each fault has to hold, instead of the catalogue's, in milliseconds
    #[arg(long, requires = "only", value_name = "MS",
          value_parser = clap::value_parser!(u16).range(0..=i64::from(LONGEST_TIME_MS)))]
    qualify_ms: Option<u16>,
    /// Hours of additional drives and charges without a fault
    #[arg(long, default_value_t = 0.0, value_name = "H")]
    quiet_hours: f64,
    /// Print the result as JSON, with every case
    #[arg(long)]
    json: bool,
    /// Write the result as a page
    #[arg(long, value_name = "OUT.html")]
    html: Option<PathBuf>,
}

/// Results of a campaign.
#[derive(Serialize)]
struct Outcome {
    table: Table,
    quiet: Option<FaultFreeHours>,
    not_provoked: Vec<u16>,
    cases: Vec<CaseResult>,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Result<(), Error> {
    let mut entries = entries();
    if !args.only.is_empty() {
        entries.retain(|entry| args.only.contains(&entry.id.definition().number));
    }
    let extent = Extent {
        seeds: args.seeds,
        one_in: args.one_in,
        qualify_ms: args.qualify_ms,
    };
    let cases = cases(&entries, extent);
    let bar = progress::runs("campaign", cases.len() as u64);
    let results = run_cases(&cases, || bar.inc(1));
    bar.finish_and_clear();
    let quiet = (args.quiet_hours > 0.0).then(|| {
        let runs = quiet_runs(args.quiet_hours);
        let bar = progress::runs("quiet hours", runs.len() as u64);
        let hours = run_quiet(&runs, || bar.inc(1));
        bar.finish_and_clear();
        hours
    });
    let outcome = Outcome {
        table: Table::new(&results),
        quiet,
        not_provoked: not_provoked(),
        cases: results,
    };
    if let Some(path) = &args.html {
        let page = campaign_page::html(&outcome.table, outcome.quiet.as_ref(), &outcome.cases);
        write_file(path, &page)?;
    }
    if args.json {
        print_json(&outcome)?;
    } else {
        print(&text(&outcome))?;
    }
    judge(&outcome)
}

fn judge(outcome: &Outcome) -> Result<(), Error> {
    let total = &outcome.table.total;
    let alarms = outcome.quiet.as_ref().map_or(0, |quiet| quiet.alarms.len());
    if outcome.table.is_clean() && alarms == 0 {
        return Ok(());
    }
    Err(Error::CheckFailed(format!(
        "of {} cases {} missed, {} late, {} false alarms, {} wrong names; {alarms} false alarms in fault-free hours",
        total.cases, total.missed, total.late, total.false_alarms, total.wrong_names
    )))
}

fn text(outcome: &Outcome) -> String {
    let mut text = outcome.table.to_string();
    let bad: Vec<_> = outcome
        .cases
        .iter()
        .filter(|case| case.verdict != Verdict::Detected)
        .collect();
    for case in bad.iter().take(LISTED) {
        write_to(
            &mut text,
            format_args!(
                "\n{} of {} in {} ({:?}, {} %, {} degC, seed {}): {:?}, detection {:?} of {:.2} s, reaction {:?} of {:.2} s",
                case.number,
                case.magnitude,
                case.pack,
                case.activity,
                100.0 * case.soc,
                case.degc,
                case.seed,
                case.verdict,
                case.detection_s,
                case.detection_budget_s,
                case.reaction_s,
                case.reaction_budget_s
            ),
        );
    }
    if bad.len() > LISTED {
        write_to(&mut text, format_args!("\nand {} more", bad.len() - LISTED));
    }
    if !bad.is_empty() {
        text.push('\n');
    }
    if let Some(quiet) = &outcome.quiet {
        write_to(
            &mut text,
            format_args!(
                "\n{:.1} h without a fault, {:.0} km driven, {:.0} kWh charged: {} false alarms\n",
                quiet.hours,
                quiet.distance_km,
                quiet.energy_in_kwh,
                quiet.alarms.len()
            ),
        );
        for alarm in quiet.alarms.iter().take(LISTED) {
            write_to(&mut text, format_args!("  {alarm}\n"));
        }
        for (number, count) in &quiet.records {
            write_to(
                &mut text,
                format_args!("  operating limit passed: {number}, {count} times\n"),
            );
        }
    }
    text
}

/// Writing into a text cannot fail.
fn write_to(text: &mut String, what: std::fmt::Arguments<'_>) {
    text.write_fmt(what).unwrap_or_default();
}
