//! Checks the expectations of a scenario.

use super::charge::ChargeSummary;
use super::summary::Summary;
use super::text::{by_number, sources};
use crate::scenario::{Expect, ExpectCharge};

/// The expectations that are not met, as text.
pub(super) fn failures(expect: &Expect, summary: &Summary) -> Vec<String> {
    let mut failures = Vec::new();
    if let Some(numbers) = &expect.faults {
        for number in numbers {
            if !summary.faults.iter().any(|found| found.number == *number) {
                failures.push(format!("fault {number} was not reported"));
            }
        }
        for (number, same) in by_number(&summary.faults) {
            if numbers.contains(&number) || expect.also.contains(&number) {
                continue;
            }
            let name = same.first().map_or("", |found| found.name);
            let first_s = same
                .iter()
                .map(|found| found.first_s)
                .fold(f64::MAX, f64::min);
            failures.push(format!(
                "fault {number} {name} was not expected, but reported at {first_s} s on {}",
                sources(&same)
            ));
        }
    }
    if let Some(most) = expect.soc_error_points {
        let accuracy = &summary.accuracy;
        let errors = [
            ("the mean cell", accuracy.mean_cell),
            ("a cell", accuracy.every_cell),
        ];
        for (of, errors) in errors {
            let largest = errors.largest_points;
            // Fails without samples, and for NaN.
            if errors.samples == 0 || largest > most {
                failures.push(format!(
                    "SoC error of {of}: {largest:.2} points, at most {most} expected"
                ));
            }
        }
    }
    if let Some(least) = expect.inside_3_sigma {
        let inside = summary.accuracy.every_cell.inside_3_sigma;
        if inside < least {
            failures.push(format!(
                "true SoC within 3 sigma: {:.2} % of samples, at least {:.2} % expected",
                100.0 * inside,
                100.0 * least
            ));
        }
    }
    let soc_at_end = expect.soc_at_end.map(|soc| 100.0 * soc);
    let mut bounds = Bounds(&mut failures);
    bounds.at_least(
        "distance",
        expect.distance_km,
        Some(summary.distance_km),
        "km",
    );
    bounds.at_least(
        "SoC at the end",
        soc_at_end,
        Some(summary.soc_end_percent),
        "%",
    );
    if let Some(most) = expect.soc_spread_points
        && summary.soc_end_spread_points > most
    {
        failures.push(format!(
            "spread of the SoC at the end: {:.2} points, at most {most} expected",
            summary.soc_end_spread_points
        ));
    }
    if let Some(wanted) = &expect.charge {
        if summary.charges.is_empty() {
            failures.push("no charging session".to_owned());
        }
        for charge in &summary.charges {
            charge_failures(wanted, charge, &mut failures);
        }
    }
    if let Some(wanted) = expect.ends_in
        && wanted != summary.ends_in
    {
        failures.push(format!(
            "ends in {:?}, {wanted:?} expected",
            summary.ends_in
        ));
    }
    failures
}

/// The expectations of a charging session that are not met. A missing value fails.
fn charge_failures(expect: &ExpectCharge, charge: &ChargeSummary, failures: &mut Vec<String>) {
    if let Some(wanted) = expect.target_reached
        && wanted != charge.target_reached
    {
        failures.push(format!("the charge ended as \"{}\"", charge.end));
    }
    let check = charge.foreseen.as_ref();
    let minutes = check.and_then(|check| Some(check.taken_s? / 60.0));
    let time_percent = check.and_then(|check| Some(check.time_error_percent?.abs()));
    let energy_percent = check.and_then(|check| Some(check.energy_error_percent?.abs()));
    let beyond_mv = Some(charge.cell_beyond_mv);
    let opened_a = charge.opened_at_a;
    let anode_mv = charge.anode.map(|anode| anode.potential_mv);
    let separator_mv = charge.anode_separator.map(|anode| anode.potential_mv);
    let mut bounds = Bounds(failures);
    bounds.at_most("time to the target", expect.minutes, minutes, "min");
    bounds.at_most(
        "error of the forecast time",
        expect.time_error_percent,
        time_percent,
        "%",
    );
    bounds.at_most(
        "error of the forecast energy",
        expect.energy_error_percent,
        energy_percent,
        "%",
    );
    bounds.at_most(
        "cell voltage beyond its limits",
        expect.cell_beyond_mv,
        beyond_mv,
        "mV",
    );
    bounds.at_most(
        "current at opening",
        expect.opened_below_a,
        opened_a.map(f64::abs),
        "A",
    );
    bounds.at_most(
        "time to the opening",
        expect.opened_within_s,
        charge.opening_s,
        "s",
    );
    bounds.at_least("mean anode potential", expect.anode_mv, anode_mv, "mV");
    bounds.at_least(
        "anode potential at the separator",
        expect.anode_separator_mv,
        separator_mv,
        "mV",
    );
    bounds.at_least("current at opening", expect.opened_above_a, opened_a, "A");
    for (what, wanted, found) in [
        ("end of the session", &expect.end, charge.end.as_str()),
        ("error code", &expect.error_code, charge.error_code),
    ] {
        if let Some(wanted) = wanted
            && wanted != found
        {
            failures.push(format!("{what}: \"{found}\", \"{wanted}\" expected"));
        }
    }
}

/// Collects the values that violate their bound; a missing value does.
struct Bounds<'f>(&'f mut Vec<String>);

impl Bounds<'_> {
    fn at_most(&mut self, what: &str, most: Option<f64>, found: Option<f64>, unit: &str) {
        if let Some(most) = most.filter(|most| !found.is_some_and(|found| found <= *most)) {
            self.add(what, found, unit, &format!("at most {most}"));
        }
    }

    fn at_least(&mut self, what: &str, least: Option<f64>, found: Option<f64>, unit: &str) {
        if let Some(least) = least.filter(|least| !found.is_some_and(|found| found >= *least)) {
            self.add(what, found, unit, &format!("at least {least}"));
        }
    }

    fn add(&mut self, what: &str, found: Option<f64>, unit: &str, bound: &str) {
        let found = found.map_or("none".to_owned(), |found| format!("{found:.2} {unit}"));
        self.0
            .push(format!("{what}: {found}, {bound} {unit} expected"));
    }
}
