//! The analogue front ends.

use crate::fast_path;
use crate::fault::{FaultId, Scope};
use crate::measurement::FrontEndReport;
use crate::protection::context::{CheckContext, FaultReporter};
use crate::protection::fault_set::FaultSet;
use crate::protection::record::Source;
use crate::protection::{FaultStore, PackDebouncers};

const TESTS: [FaultSet; 1] = [FaultSet::of_scope(Scope::FrontEnd)];

/// Checks each front end by its driver's report. A missing report counts as a time-out.
pub(crate) fn check(
    context: &CheckContext<'_>,
    debouncers: &mut PackDebouncers,
    store: &mut FaultStore,
) {
    let count = context.config.layout.front_ends;
    let debouncers = debouncers.front_ends.iter_mut().zip(0_u8..).take(count);
    let fast = fast_path::allowed() && store.completed(&TESTS) == TESTS.len();
    for (place, (debouncers, index)) in debouncers.enumerate() {
        let report = context.measurements.front_ends.get(place);
        if fast && debouncers.is_idle() && report == Some(&FrontEndReport::default()) {
            continue;
        }
        let mut reporter = FaultReporter {
            debouncers: debouncers.debouncers(),
            store,
            timings: &context.config.timings,
            source: Source::FrontEnd(index),
        };
        for (fault, holds) in [
            (
                FaultId::FrontEndFrameCheck,
                report.is_some_and(|report| report.frame_check_failed),
            ),
            (
                FaultId::FrontEndTimeout,
                report.is_none_or(|report| report.timed_out),
            ),
            (
                FaultId::FrontEndConfiguration,
                report.is_some_and(|report| report.configuration_wrong),
            ),
            (
                FaultId::FrontEndMultiplexer,
                report.is_some_and(|report| report.multiplexer_wrong),
            ),
        ] {
            reporter.fact(fault, holds, context.elapsed.ms);
        }
    }
}
