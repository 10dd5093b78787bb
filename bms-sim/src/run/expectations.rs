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
    let least = [
        ("distance", expect.distance_km, summary.distance_km, "km"),
        (
            "SoC at the end",
            expect.soc_at_end.map(|soc| 100.0 * soc),
            summary.soc_end_percent,
            "%",
        ),
    ];
    for (what, least, found, unit) in least {
        if let Some(least) = least.filter(|least| found < *least) {
            failures.push(format!(
                "{what}: {found:.2} {unit}, at least {least} {unit} expected"
            ));
        }
    }
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
    let foreseen = charge.foreseen.as_ref();
    let minutes = foreseen
        .and_then(|foreseen| foreseen.taken_s)
        .map(|s| s / 60.0);
    let time_error = foreseen
        .and_then(|foreseen| foreseen.time_error_percent)
        .map(f64::abs);
    let energy_error = foreseen
        .and_then(|foreseen| foreseen.energy_error_percent)
        .map(f64::abs);
    let mv = |anode: Option<super::LowestAnode>| anode.map(|anode| anode.potential_mv);
    let most = [
        ("time to the target", expect.minutes, minutes, "min"),
        (
            "error of the forecast time",
            expect.time_error_percent,
            time_error,
            "%",
        ),
        (
            "error of the forecast energy",
            expect.energy_error_percent,
            energy_error,
            "%",
        ),
        (
            "cell voltage beyond its limits",
            expect.cell_beyond_mv,
            Some(charge.cell_beyond_mv),
            "mV",
        ),
        (
            "current at opening",
            expect.opened_below_a,
            charge.opened_at_a.map(f64::abs),
            "A",
        ),
        (
            "time to the opening",
            expect.opened_within_s,
            charge.opening_s,
            "s",
        ),
    ];
    for (what, most, found, unit) in most {
        let Some(most) = most else { continue };
        match found {
            Some(found) if found <= most => {}
            Some(found) => failures.push(format!(
                "{what}: {found:.2} {unit}, at most {most} {unit} expected"
            )),
            None => failures.push(format!("{what}: none, at most {most} {unit} expected")),
        }
    }
    let least = [
        (
            "mean anode potential",
            expect.anode_mv,
            mv(charge.anode),
            "mV",
        ),
        (
            "anode potential at the separator",
            expect.anode_separator_mv,
            mv(charge.anode_separator),
            "mV",
        ),
        (
            "current at opening",
            expect.opened_above_a,
            charge.opened_at_a,
            "A",
        ),
    ];
    for (what, least, found, unit) in least {
        let Some(least) = least else { continue };
        match found {
            Some(found) if found >= least => {}
            Some(found) => failures.push(format!(
                "{what}: {found:.2} {unit}, at least {least} {unit} expected"
            )),
            None => failures.push(format!("{what}: none, at least {least} {unit} expected")),
        }
    }
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
