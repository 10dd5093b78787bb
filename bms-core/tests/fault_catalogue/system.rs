//! The controller itself.

use bms_core::protection::{FaultId, Source};

use crate::bench::Bench;

const PACK: Source = Source::Pack;

#[test]
fn every_kind_of_senseless_time_step_is_found() {
    for dt_ms in [0.0, -10.0, f32::INFINITY] {
        let bench = Bench::of(FaultId::TimeStepOutOfRange).ticks_of(dt_ms);
        let _ = bench.provoke(|_| ()).shows(1e-3 * dt_ms, f32::NAN);
    }
}

#[test]
fn a_tick_that_is_longer_than_a_cell_may_be_unwatched_is_found_with_the_second() {
    let mut bench = Bench::of(FaultId::TimeStepOutOfRange);
    bench.rig.tick_of(1000.1);
    assert!(!bench.rig.is_qualified(bench.fault));
    bench.rig.tick_of(1000.1);
    assert!(bench.rig.is_qualified(bench.fault));
}

#[test]
fn a_supply_that_is_not_reported_counts_as_too_low() {
    let bench = Bench::of(FaultId::SupplyUnderVoltage);
    let _ = bench
        .provoke(|sensors| sensors.silent.supply = true)
        .names(PACK);
}

crate::catalogue_tests! {
    ConfigurationInvalid:
    configuration_invalid_is_found(bench) {
        bench.provoke(|sensors| sensors.controller.configuration_check_failed = true).names(PACK).has_no_value().after(10)
    }
    configuration_invalid_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.controller.memory_test_failed = true)
    }

    TimeStepOutOfRange:
    time_step_out_of_range_is_found(bench) {
        // Longer than a cell voltage may stay away; no time passes in a step without meaning but the nominal one.
        bench.ticks_of(f32::NAN).provoke(|_| ()).names(PACK).shows(f32::NAN, f32::NAN).after(110)
    }
    time_step_out_of_range_is_not_found_inside(bench) {
        // As long as a cell voltage may stay away.
        bench.ticks_of(1000.0).inside(|_| ())
    }

    TaskOverrun:
    task_overrun_is_found(bench) {
        bench.ticks_of(20.1).provoke(|_| ()).names(PACK).shows(0.0201, 0.02).after(10)
    }
    task_overrun_is_not_found_inside(bench) {
        bench.ticks_of(20.0).inside(|_| ())
    }

    SupplyUnderVoltage:
    supply_under_voltage_is_found(bench) {
        bench.provoke(|sensors| sensors.supply_v = 7.99).names(PACK).shows(7.99, 8.0)
    }
    supply_under_voltage_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.supply_v = 8.01)
    }

    MemoryTest:
    memory_test_is_found(bench) {
        bench.provoke(|sensors| sensors.controller.memory_test_failed = true).names(PACK).has_no_value().after(10)
    }
    memory_test_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.controller.configuration_check_failed = true)
    }

    CommandStale:
    command_stale_is_found(bench) {
        bench.provoke(|sensors| sensors.silent.commands = true).names(PACK).shows(0.51, 0.5)
    }
    command_stale_is_not_found_inside(bench) {
        bench.inside_by(|sensors, ms| sensors.silent.commands = !ms.is_multiple_of(500))
    }
}
