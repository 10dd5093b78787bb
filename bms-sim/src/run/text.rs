//! The summary as text.

use std::fmt::{self, Display, Formatter, Write as _};

use super::fault_log::ReportedFault;
use super::summary::Summary;

/// Maximum number of listed sources per fault; one event may affect hundreds of cells.
const LISTED: usize = 3;

impl Display for Summary {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        line(f, "scenario", &self.scenario)?;
        let minutes = self.duration_s / 60.0;
        line(
            f,
            "simulated",
            format_args!("{minutes:.1} min, {} cells in series", self.cells),
        )?;
        if self.distance_km > 0.0 {
            line(f, "distance", format_args!("{:.2} km", self.distance_km))?;
        }
        self.energy(f)?;
        line(
            f,
            "SoC, true",
            format_args!(
                "{:.1} to {:.1} %, weakest cell {:.1} %, spread {:.1} points",
                self.soc_start_percent,
                self.soc_end_percent,
                self.soc_end_weakest_percent,
                self.soc_end_spread_points
            ),
        )?;
        line(
            f,
            "SoC, estimated",
            format_args!(
                "{:.1} % +- {:.1}",
                self.soc_estimated_percent, self.soc_sigma_points
            ),
        )?;
        self.ranges(f)?;
        if self.bleeding_most > 0 {
            line(
                f,
                "balancing",
                format_args!(
                    "{:.2} cell hours, at most {} cells at once",
                    self.bled_cell_hours, self.bleeding_most
                ),
            )?;
        }
        self.way(f)?;
        self.errors(f)?;
        self.bounds(f)?;
        self.faults(f)?;
        for charge in &self.charges {
            write!(f, "\n{charge}")?;
        }
        for failure in &self.failures {
            writeln!(f, "EXPECTATION FAILED: {failure}")?;
        }
        Ok(())
    }
}

impl Summary {
    fn energy(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (out, back) = (self.energy_out_kwh, self.energy_in_kwh);
        line(
            f,
            "energy",
            format_args!("{out:.2} kWh out of the cells, {back:.2} kWh into them"),
        )?;
        if self.distance_km > 0.1 {
            let per_100_km = 100.0 * (out - back) / self.distance_km;
            line(f, "consumption", format_args!("{per_100_km:.1} kWh/100 km"))?;
        }
        if self.energy_missed_kwh > 0.005 * self.energy_wanted_kwh {
            line(
                f,
                "not delivered",
                format_args!(
                    "{:.2} of {:.2} kWh requested by the vehicle",
                    self.energy_missed_kwh, self.energy_wanted_kwh
                ),
            )?;
        }
        Ok(())
    }

    fn ranges(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (low, high) = self.cell_voltage_v;
        line(f, "cell voltages", format_args!("{low:.3} to {high:.3} V"))?;
        let (low, high) = self.temperature_degc;
        line(
            f,
            "cell temperatures",
            format_args!("{low:.1} to {high:.1} degC"),
        )?;
        let (low, high) = self.current_a;
        line(
            f,
            "current",
            format_args!("{low:.0} to {high:.0} A (discharge positive)"),
        )
    }

    fn way(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for mode in self.modes.iter().filter(|mode| mode.duration_s >= 0.05) {
            if !text.is_empty() {
                text.push_str(", ");
            }
            let _ = write!(text, "{} {:.1} s", mode.mode, mode.duration_s);
        }
        line(f, "modes", text)?;
        if let Some(alarm_s) = self.runaway_alarm_s {
            line(f, "runaway alarm", format_args!("at {alarm_s:.2} s"))?;
        }
        Ok(())
    }

    fn errors(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let accuracy = &self.accuracy;
        writeln!(
            f,
            "\nSoC error after {:.0} s        rms  largest / points  within 3 sigma / %",
            accuracy.settled_s
        )?;
        for (name, errors) in [
            ("mean cell", accuracy.mean_cell),
            ("weakest cell", accuracy.weakest_cell),
            ("every cell", accuracy.every_cell),
        ] {
            if errors.samples == 0 {
                writeln!(f, "{name:<24}   no samples: the run is shorter")?;
                continue;
            }
            writeln!(
                f,
                "{name:<24}{:>7.2}{:>9.2}{:>29.1}",
                errors.rms_points,
                errors.largest_points,
                100.0 * errors.inside_3_sigma
            )?;
        }
        Ok(())
    }

    fn bounds(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // The limits of a session are in its own summary.
        if self.limits.is_empty() && !self.charges.is_empty() {
            return Ok(());
        }
        if self.limits.is_empty() {
            return writeln!(f, "\nno active limits");
        }
        writeln!(f, "\nactive limits            duration / s")?;
        for limit in &self.limits {
            writeln!(
                f,
                "{:<10}{:>28.1}  {}",
                limit.direction, limit.duration_s, limit.reason
            )?;
        }
        Ok(())
    }

    fn faults(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.faults.is_empty() {
            return writeln!(f, "\nno fault reported");
        }
        writeln!(f, "\nreported at / s    gone / s  fault")?;
        for (number, same) in by_number(&self.faults) {
            let first_s = same
                .iter()
                .map(|found| found.first_s)
                .fold(f64::MAX, f64::min);
            let gone = same
                .iter()
                .map(|found| found.gone_s)
                .try_fold(0.0, |last: f64, gone_s| {
                    gone_s.map(|gone_s| last.max(gone_s))
                })
                .map_or("-".to_owned(), |gone_s| format!("{gone_s:.2}"));
            let name = same.first().map_or("", |found| found.name);
            writeln!(
                f,
                "{first_s:>17.2}{gone:>11}  {number} {name} on {}",
                sources(&same)
            )?;
        }
        Ok(())
    }
}

/// Faults with the same number together, in the order of their first appearance.
pub(super) fn by_number(faults: &[ReportedFault]) -> Vec<(u16, Vec<&ReportedFault>)> {
    let mut groups: Vec<(u16, Vec<&ReportedFault>)> = Vec::new();
    for found in faults {
        match groups
            .iter_mut()
            .find(|(number, _)| *number == found.number)
        {
            Some((_, same)) => same.push(found),
            None => groups.push((found.number, vec![found])),
        }
    }
    groups
}

/// Sources of a fault, as text.
pub(super) fn sources(same: &[&ReportedFault]) -> String {
    let mut text = String::new();
    for (place, found) in same.iter().take(LISTED).enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        let often = if found.count > 1 {
            format!(" ({} times)", found.count)
        } else {
            String::new()
        };
        let _ = write!(text, "{comma}{}{often}", found.source);
    }
    let more = same.len().saturating_sub(LISTED);
    if more > 0 {
        let _ = write!(text, " and {more} more");
    }
    text
}

pub(super) fn line(f: &mut Formatter<'_>, label: &str, value: impl Display) -> fmt::Result {
    writeln!(f, "{label:<20}{value}")
}
