//! Fault injection: every fault that the simulation can produce, in many magnitudes and situations, checked against the
//! faults that the core reports and against the configured detection and reaction budgets.

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
pub use quiet::{FaultFreeHours, QuietRun, quiet_runs, run_quiet};
pub use site::{Activity, Point, Site};
pub use table::{Line, Table};

/// How much of a campaign is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Seeds of each case.
    pub seeds: u64,
    /// Use one of this many injection points; 1 for all.
    pub one_in: usize,
    /// Qualify time that replaces the catalogue's, in milliseconds.
    pub qualify_ms: Option<u16>,
}

/// One case: a fault, a magnitude, a point.
#[derive(Clone, Copy, Debug)]
pub struct Case<'e> {
    /// The injection.
    pub entry: &'e Entry,
    /// Its magnitude.
    pub magnitude: f64,
    /// The point of injection.
    pub point: Point,
    /// Seed of noise, sensor errors, affected part and time of injection.
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
