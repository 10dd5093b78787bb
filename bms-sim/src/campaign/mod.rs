//! Fault injection: every fault that the world can bring about, in many magnitudes and situations, held against what the
//! core says of it and against the time that its configuration allows.

mod bench;
mod catalogue;
mod quiet;
mod site;
mod table;
mod text;

use rayon::prelude::*;

#[cfg(feature = "testkit")]
pub(crate) use bench::cell_of;
pub use bench::{CaseResult, Verdict};
pub use catalogue::{Entry, entries, not_provoked};
pub use quiet::{QuietHours, QuietRun, quiet_runs, run_quiet};
pub use site::{Activity, Point, Site};
pub use table::{Line, Table};

/// How much of a campaign is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Seeds of each case.
    pub seeds: u64,
    /// Of the points at which a fault can be put in, one in so many.
    pub one_in: usize,
    /// Time for which the condition of a fault has to hold, instead of the catalogue's, in milliseconds.
    pub qualify_ms: Option<u16>,
}

/// One case: a fault of some magnitude at some point.
#[derive(Clone, Copy, Debug)]
pub struct Case<'e> {
    /// What is put in.
    pub entry: &'e Entry,
    /// How much of it.
    pub magnitude: f64,
    /// Where.
    pub point: Point,
    /// Decides noise, the sensors' own errors, who is hit, and the moment.
    pub seed: u64,
    /// Time for which the condition has to hold, instead of the catalogue's, in milliseconds.
    pub qualify_ms: Option<u16>,
}

/// The cases of a campaign, in their order.
#[must_use]
pub fn cases(entries: &[Entry], extent: Extent) -> Vec<Case<'_>> {
    let mut cases = Vec::new();
    for entry in entries {
        let points = Point::all(entry.activities);
        let points = points.into_iter().filter(|point| entry.fits(point));
        for (place, point) in points.enumerate() {
            if place % extent.one_in.max(1) != 0 {
                continue;
            }
            for magnitude in entry.magnitudes {
                for seed in 0..extent.seeds {
                    cases.push(Case {
                        entry,
                        magnitude: *magnitude,
                        point,
                        seed: seed + 1000 * place as u64,
                        qualify_ms: extent.qualify_ms,
                    });
                }
            }
        }
    }
    cases
}

/// Runs cases, on all processors; the results are in the order of the cases.
#[must_use]
pub fn run_cases(cases: &[Case<'_>], on_done: impl Fn() + Sync) -> Vec<CaseResult> {
    cases
        .par_iter()
        .map(|case| {
            let result = bench::run_case(case);
            on_done();
            result
        })
        .collect()
}
