//! The analogue front ends.

use crate::measurement::FrontEndReport;
use crate::protection::catalogue::FaultId;
use crate::protection::record::Source;
use crate::protection::scene::{Judge, Scene};
use crate::protection::status::DtcStatus;
use crate::protection::{Banks, FaultBook};

/// Judges each front end by its driver's report. One that is not reported does not answer.
pub(crate) fn check(scene: &Scene<'_>, banks: &mut Banks, book: &mut FaultBook) {
    let count = scene.config.layout.front_ends;
    let banks = banks.front_ends.iter_mut().zip(0_u8..).take(count);
    let open = DtcStatus::TEST_NOT_COMPLETED_THIS_OPERATION_CYCLE;
    let complete = !book.status(FaultId::FrontEndMultiplexer).has(open);
    for (place, (bank, index)) in banks.enumerate() {
        let report = scene.measurements.front_ends.get(place);
        if complete && bank.is_idle() && report == Some(&FrontEndReport::default()) {
            continue;
        }
        let mut judge = Judge {
            qualifiers: bank.qualifiers(),
            book,
            timings: &scene.config.timings,
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
            judge.fact(fault, holds, scene.elapsed.ms);
        }
    }
}
