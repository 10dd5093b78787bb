//! The analogue front ends.

use crate::measurement::FrontEndReport;
use crate::protection::catalogue::FaultId;
use crate::protection::context::{CheckContext, FaultReporter};
use crate::protection::record::Source;
use crate::protection::status::DtcStatus;
use crate::protection::{FaultStore, PackDebouncers};

/// Judges each front end by its driver's report. One that is not reported does not answer.
pub(crate) fn check(
    context: &CheckContext<'_>,
    debouncers: &mut PackDebouncers,
    store: &mut FaultStore,
) {
    let count = context.config.layout.front_ends;
    let debouncers = debouncers.front_ends.iter_mut().zip(0_u8..).take(count);
    let open = DtcStatus::TEST_NOT_COMPLETED_THIS_OPERATION_CYCLE;
    let complete = !store.status(FaultId::FrontEndMultiplexer).has(open);
    for (place, (bank, index)) in debouncers.enumerate() {
        let report = context.measurements.front_ends.get(place);
        if complete && bank.is_idle() && report == Some(&FrontEndReport::default()) {
            continue;
        }
        let mut reporter = FaultReporter {
            debouncers: bank.debouncers(),
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
