//! The checks of the controller.

use crate::fault::FaultId;
use crate::protection::context::{CheckContext, FaultReporter};
use crate::units::to_volts;

/// Result of restoring the snapshot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SnapshotFindings {
    pub(crate) corrupt: bool,
    pub(crate) foreign: bool,
}

/// Checks time, supply, memory, configuration and commands.
pub(crate) fn check(
    context: &CheckContext<'_>,
    reporter: &mut FaultReporter<'_>,
    snapshot: SnapshotFindings,
) {
    let config = context.config;
    let sampling = &config.sampling;
    let controller = &context.measurements.controller;
    let elapsed = context.elapsed;
    let late_s = f32::from(sampling.tick_late_ms) * 1e-3;
    reporter.fact_of(
        FaultId::TaskOverrun,
        elapsed.given_s > late_s,
        elapsed.given_s,
        late_s,
        elapsed.ms,
    );
    let age_ms = context.signals.command_age_ms;
    reporter.fact_of(
        FaultId::CommandStale,
        age_ms > sampling.command_stale_ms,
        f32::from(age_ms) * 1e-3,
        f32::from(sampling.command_stale_ms) * 1e-3,
        elapsed.ms,
    );
    // A step without meaning still counts as a nominal one: time that does not pass must not keep this from being seen.
    reporter.fact_of(
        FaultId::TimeStepOutOfRange,
        !elapsed.valid,
        elapsed.given_s,
        f32::NAN,
        elapsed.ms,
    );
    for (fault, holds) in [
        (
            FaultId::ConfigurationInvalid,
            controller.configuration_check_failed,
        ),
        (FaultId::MemoryTest, controller.memory_test_failed),
        (FaultId::SnapshotCorrupt, snapshot.corrupt),
        (FaultId::SnapshotVersion, snapshot.foreign),
    ] {
        reporter.fact(fault, holds, elapsed.ms);
    }
    if config.fitted.supply {
        let fault = FaultId::SupplyUnderVoltage;
        let limit_v = to_volts(config.sensing.supply_low);
        match context.signals.supply.present(sampling.pack_missing_ms) {
            Some(supply_v) => {
                reporter.below(fault, supply_v, limit_v, 0.2, elapsed.ms);
            }
            None if context.signals.supply.age_ms() > sampling.pack_missing_ms => {
                reporter.fact(fault, true, elapsed.ms);
            }
            None => {}
        }
    }
}
