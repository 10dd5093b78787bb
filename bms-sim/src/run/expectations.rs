//! What a scenario expects, held against what came of it.

use super::summary::Summary;
use super::text::{by_number, sources};
use crate::scenario::Expect;

/// What is expected and did not come, in words.
pub(super) fn failures(expect: &Expect, summary: &Summary) -> Vec<String> {
    let mut failures = Vec::new();
    if let Some(numbers) = &expect.faults {
        for number in numbers {
            if !summary.faults.iter().any(|found| found.number == *number) {
                failures.push(format!("fault {number} was not found"));
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
                "fault {number} {name} was not expected, and found at {first_s} s on {}",
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
            // Written so that nothing compared counts as failed.
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
