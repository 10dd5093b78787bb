//! The controller itself.

use crate::protection::catalogue::FaultId;
use crate::protection::scene::{Judge, Scene};
use crate::units::to_volts;

/// What came back from the memory that survives a power cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SnapshotFindings {
    pub(crate) corrupt: bool,
    pub(crate) foreign: bool,
}

/// Judges time, supply, memory, configuration and commands.
pub(crate) fn check(scene: &Scene<'_>, judge: &mut Judge<'_>, snapshot: SnapshotFindings) {
    let config = scene.config;
    let rhythm = &config.rhythm;
    let controller = &scene.measurements.controller;
    let elapsed = scene.elapsed;
    let late_s = f32::from(rhythm.tick_late_ms) * 1e-3;
    judge.fact_of(
        FaultId::TaskOverrun,
        elapsed.given_s > late_s,
        elapsed.given_s,
        late_s,
        elapsed.ms,
    );
    let age_ms = scene.signals.command_age_ms;
    judge.fact_of(
        FaultId::CommandStale,
        age_ms > rhythm.command_stale_ms,
        f32::from(age_ms) * 1e-3,
        f32::from(rhythm.command_stale_ms) * 1e-3,
        elapsed.ms,
    );
    // A step without meaning still counts as a nominal one: time that does not pass must not keep this from being seen.
    judge.fact_of(
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
        judge.fact(fault, holds, elapsed.ms);
    }
    if config.fitted.supply {
        let fault = FaultId::SupplyUnderVoltage;
        let limit_v = to_volts(config.sensing.supply_low);
        match scene.signals.supply.present(rhythm.pack_missing_ms) {
            Some(supply_v) => {
                judge.below(fault, supply_v, limit_v, 0.2, elapsed.ms);
            }
            None if scene.signals.supply.age_ms() > rhythm.pack_missing_ms => {
                judge.fact(fault, true, elapsed.ms);
            }
            None => {}
        }
    }
}
