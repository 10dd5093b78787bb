//! The scenarios that ship: what came of each is what it expects, and what its name promises.

use std::path::Path;

use bms_sim::error::Error;
use bms_sim::run::{ReportedFault, Summary, run};
use bms_sim::scenario::{EndMode, Scenario};

fn load(name: &str) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures/scenarios")
        .join(name)
        .with_extension("toml");
    Scenario::load(&path).unwrap_or_else(|error| panic!("{error}"))
}

fn summary_of(scenario: &Scenario) -> Summary {
    run(scenario, |_| Ok::<(), Error>(())).unwrap_or_else(|error| panic!("{error}"))
}

/// Runs a scenario, whose expectations have to hold.
fn ran(name: &str) -> Summary {
    let summary = summary_of(&load(name));
    assert!(summary.failures.is_empty(), "{summary}");
    summary
}

fn found(summary: &Summary, number: u16) -> &ReportedFault {
    summary
        .faults
        .iter()
        .find(|found| found.number == number)
        .unwrap_or_else(|| panic!("{number} is not found:\n{summary}"))
}

#[test]
fn us06_is_driven_to_its_end_without_a_fault() {
    let summary = ran("us06");
    // The schedule is 12.89 km; the driver follows it to the end.
    assert!((summary.distance_km - 12.89).abs() < 0.05, "{summary}");
    let consumption =
        100.0 * (summary.energy_out_kwh - summary.energy_in_kwh) / summary.distance_km;
    assert!((14.0..20.0).contains(&consumption), "{summary}");
    assert!(summary.energy_missed_kwh < 0.01, "{summary}");
}

#[test]
fn drives_from_cold_to_warm_keep_the_soc_within_its_bound() {
    for (name, most_points) in [("drive-minus-10", 1.5), ("drive-25", 1.0)] {
        let mut scenario = load(name);
        scenario.cell_ticks = 10;
        let summary = summary_of(&scenario);
        assert!(summary.failures.is_empty(), "{summary}");
        assert!(
            summary.accuracy.every_cell.largest_points < most_points,
            "{summary}"
        );
        assert!(summary.accuracy.every_cell.samples > 50_000, "{summary}");
    }
}

#[test]
fn a_cold_battery_takes_no_regeneration() {
    let summary = ran("drive-minus-20");
    assert!(summary.energy_in_kwh < 0.01, "{summary}");
    let cold = summary.limits.iter().find(|limit| limit.reason == "cold");
    assert!(
        cold.is_some_and(|limit| limit.direction == "charge" && limit.duration_s > 60.0),
        "{summary}"
    );
}

#[test]
fn fast_charge_ends_at_its_aim_and_no_cell_passes_its_maximum() {
    let mut scenario = load("fast-charge");
    // Longer steps of the cells, for the time that the test takes.
    scenario.cell_ticks = 20;
    let summary = summary_of(&scenario);
    assert!(summary.failures.is_empty(), "{summary}");
    assert!(summary.duration_s < 2400.0, "{summary}");
    assert!(summary.cell_voltage_v.1 < 4.25, "{summary}");
    assert!(
        summary
            .limits
            .iter()
            .any(|limit| limit.reason == "cell voltage"),
        "{summary}"
    );
}

#[test]
fn balancing_draws_an_unbalanced_pack_together() {
    let mut scenario = load("unbalanced");
    let balanced = summary_of(&scenario);
    assert!(balanced.failures.is_empty(), "{balanced}");
    assert!(balanced.bleeding_most > 0, "{balanced}");
    // Without time nothing is bled, and the spread is what it was.
    if let Some(stage) = scenario.stages.first_mut() {
        *stage = bms_sim::world::Stage::Park { duration_s: 10.0 };
    }
    let at_first = summary_of(&scenario);
    assert!(
        balanced.soc_end_spread_points < at_first.soc_end_spread_points - 0.3,
        "{balanced}"
    );
}

#[test]
fn a_cell_with_an_internal_short_is_found() {
    let summary = ran("failing-cell");
    let spread = summary.soc_end_spread_points;
    assert!(spread > 10.0, "the short empties the cell: {summary}");
    assert!(found(&summary, 308).first_s > 60.0, "{summary}");
}

#[test]
fn a_lying_sensor_is_judged_as_a_danger_and_not_believed() {
    let summary = ran("lying-sensor");
    assert_eq!(found(&summary, 102).source, "cell 7");
    assert_eq!(found(&summary, 404).source, "cell 7");
    assert!(found(&summary, 102).first_s < 60.7, "{summary}");
    // The estimate does not follow the lie of 1.2 V.
    assert!(summary.accuracy.mean_cell.largest_points < 1.0, "{summary}");
}

#[test]
fn a_welded_contactor_is_found_at_opening_and_the_battery_stays_open() {
    let summary = ran("welded-contactor");
    let welded = found(&summary, 510);
    assert_eq!(welded.source, "main positive contactor");
    let drives = summary
        .modes
        .iter()
        .filter(|mode| mode.mode == "drive")
        .count();
    assert_eq!(drives, 1, "it must not close again: {summary}");
    assert_eq!(summary.ends_in, EndMode::Fault);
}

#[test]
fn a_thermal_runaway_is_told_within_seconds() {
    let summary = ran("thermal-runaway");
    let alarm_s = summary.runaway_alarm_s.unwrap_or(f64::INFINITY);
    // The reaction begins at 30 s.
    assert!((30.0..40.0).contains(&alarm_s), "{summary}");
    assert_eq!(found(&summary, 601).source, "temperature sensor 10");
}

#[test]
fn the_same_seed_gives_the_same_summary_and_another_seed_another() {
    let mut scenario = load("lying-sensor");
    let first = summary_of(&scenario);
    assert_eq!(first, summary_of(&scenario));
    scenario.seed += 1;
    assert_ne!(first.accuracy, summary_of(&scenario).accuracy);
}

#[test]
fn an_expectation_that_does_not_come_is_named() {
    let mut scenario = load("lying-sensor");
    scenario.expect.faults = Some(vec![515]);
    scenario.expect.also.clear();
    scenario.expect.soc_at_end = Some(0.99);
    let failures = summary_of(&scenario).failures.join("; ");
    for part in [
        "fault 515 was not reported",
        "fault 102 cell over-voltage, maximum limit was not expected",
        "SoC at the end",
    ] {
        assert!(failures.contains(part), "{failures}");
    }
}
