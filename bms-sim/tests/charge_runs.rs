//! Charging sessions in `bms-sim run`: what the scenarios that ship promise, in less time than all of them take.

use std::path::Path;

use bms_sim::error::Error;
use bms_sim::run::{ChargeSummary, Summary, overview, run};
use bms_sim::scenario::Scenario;
use bms_sim::world::Stage;

fn variants(name: &str) -> Vec<Scenario> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures/scenarios")
        .join(name)
        .with_extension("toml");
    Scenario::load_variants(&path).unwrap_or_else(|error| panic!("{error}"))
}

fn summary_of(scenario: &Scenario) -> Summary {
    run(scenario, |_| Ok::<(), Error>(())).unwrap_or_else(|error| panic!("{error}"))
}

fn charge_of(summary: &Summary) -> &ChargeSummary {
    summary
        .charges
        .first()
        .unwrap_or_else(|| panic!("no session:\n{summary}"))
}

/// The first points of a variant of the fast charge, with longer steps of the cells.
fn short(name: &str) -> Scenario {
    let mut scenario = variants("fast-charge-150kw")
        .into_iter()
        .find(|scenario| scenario.variant.as_deref() == Some(name))
        .unwrap_or_else(|| panic!("no variant {name}"));
    scenario.cell_ticks = 100;
    scenario.expect.soc_at_end = None;
    for stage in &mut scenario.stages {
        if let Stage::Session(plan) = stage {
            plan.until_soc = 0.2;
        }
    }
    scenario
}

#[test]
fn a_session_goes_from_the_plug_to_the_weld_check() {
    let summary = summary_of(&short("25 degC"));
    assert!(summary.failures.is_empty(), "{summary}");
    let charge = charge_of(&summary);
    let states: Vec<_> = charge
        .states
        .iter()
        .map(|state| state.state.as_str())
        .collect();
    let expected = [
        "idle",
        "ready",
        "cable check",
        "precharge",
        "close contactors",
        "charging",
        "ramp down",
        "open contactors",
        "weld check",
        "done",
    ];
    assert_eq!(states, expected, "{summary}");
    assert!(summary.faults.is_empty(), "{summary}");
    assert_eq!(charge.weld, "open");
    // The curve is the charge: its energy and its limits.
    let last = charge.curve.last().expect("a curve");
    assert!((last.soc_percent - 20.0).abs() < 0.5, "{last:?}");
    let foreseen = charge.foreseen.as_ref().expect("a forecast");
    let sum_kwh: f64 = charge
        .curve
        .iter()
        .scan(0.0, |before_s, point| {
            let dt_s = point.time_s - *before_s;
            *before_s = point.time_s;
            Some(point.power_kw * dt_s / 3600.0)
        })
        .sum();
    assert!(
        (sum_kwh - foreseen.taken_kwh).abs() < 0.01 * foreseen.taken_kwh,
        "{sum_kwh} {foreseen:?}"
    );
    assert!(
        charge
            .spans
            .iter()
            .any(|span| span.reason == "lithium plating"),
        "{summary}"
    );
    // The charger's energy is the battery's and what the contactors take.
    assert!(
        (charge.charger_kwh / foreseen.taken_kwh - 1.0).abs() < 0.02,
        "{charge:?}"
    );
    let (mean, separator) = charge
        .anode
        .zip(charge.anode_separator)
        .expect("electrodes");
    assert!(separator.potential_mv > 0.0 && separator.potential_mv <= mean.potential_mv);
    let text = summary.to_string();
    for part in [
        "limited by",
        "anode, separator",
        "forecast at the start",
        "contactors opened",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_cold_pack_is_heated_where_the_core_asks_for_it_and_is_slower_without() {
    let mut scenario = short("-10 degC");
    let heated = summary_of(&scenario);
    assert!(heated.failures.is_empty(), "{heated}");
    let charge = charge_of(&heated);
    assert!(
        charge.heated_s > 300.0 && charge.heater_kwh > 0.4,
        "{heated}"
    );
    let minutes = |summary: &Summary| {
        charge_of(summary)
            .curve
            .last()
            .map_or(0.0, |p| p.time_s / 60.0)
    };
    scenario.thermal.as_mut().expect("heat flows").heater_w = 0.0;
    for stage in &mut scenario.stages {
        if let Stage::Session(plan) = stage {
            plan.duration_s = 1800.0;
        }
    }
    let unheated = summary_of(&scenario);
    assert!(charge_of(&unheated).heated_s <= 0.0);
    assert!(!charge_of(&unheated).target_reached, "{unheated}");
    assert!(
        minutes(&heated) < 26.0 && minutes(&unheated) > 28.0,
        "{heated}\n{unheated}"
    );
}

#[test]
fn every_fault_of_a_charger_ends_as_its_scenario_expects_and_one_opens_under_load() {
    let summaries: Vec<_> = variants("charger-faults").iter().map(summary_of).collect();
    assert_eq!(summaries.len(), 16);
    println!("{}", overview(&summaries.iter().collect::<Vec<_>>()));
    let mut under_load = Vec::new();
    for summary in &summaries {
        assert!(summary.failures.is_empty(), "{summary}");
        let charge = charge_of(summary);
        if charge
            .opened_at_a
            .is_some_and(|opened_a| opened_a.abs() > 2.5)
        {
            under_load.push(summary.scenario.as_str());
        }
    }
    assert_eq!(under_load, ["Charger, stuck current"]);
}

#[test]
fn what_is_asked_of_a_charge_and_does_not_come_is_named() {
    let mut scenario = short("25 degC");
    let expect = scenario.expect.charge.as_mut().expect("expectations");
    expect.anode_mv = Some(500.0);
    expect.minutes = Some(0.5);
    expect.time_error_percent = Some(0.0);
    expect.opened_above_a = Some(50.0);
    expect.error_code = Some("NoData".to_owned());
    expect.end = Some("stopped by the vehicle".to_owned());
    let failures = summary_of(&scenario).failures.join("; ");
    for part in [
        "time to the target: ",
        "error of the forecast time: ",
        "mean anode potential: ",
        "current at opening: ",
        "error code: \"NO_ERROR\", \"NoData\" expected",
        "end of the session: \"complete: state of charge reached\", \"stopped by the vehicle\" expected",
    ] {
        assert!(failures.contains(part), "{failures}");
    }
}

/// A station that its site throttles to nothing and back: the session goes on.
#[test]
fn a_site_may_take_the_power_away_and_give_it_back() {
    let mut scenario = short("25 degC");
    for stage in &mut scenario.stages {
        if let Stage::Session(plan) = stage {
            plan.site = vec![(0.0, 150e3), (60.0, 0.0), (120.0, 20e3)];
            plan.duration_s = 240.0;
        }
    }
    let summary = summary_of(&scenario);
    let charge = charge_of(&summary);
    assert_eq!(charge.end, "stopped by the vehicle", "{summary}");
    assert_eq!(charge.error_code, "NO_ERROR");
    let power_kw = |time_s: f64| {
        let mut points = charge.curve.iter();
        points
            .rfind(|point| point.time_s < time_s)
            .map_or(0.0, |point| point.power_kw)
    };
    assert!(power_kw(50.0) > 50.0, "{summary}");
    assert!(power_kw(105.0).abs() < 0.5, "{summary}");
    assert!((power_kw(210.0) - 20.0).abs() < 0.5, "{summary}");
    let power = charge
        .reasons
        .iter()
        .find(|reason| reason.reason == "charger's power");
    assert!(
        power.is_some_and(|power| power.duration_s > 100.0),
        "{summary}"
    );
}
