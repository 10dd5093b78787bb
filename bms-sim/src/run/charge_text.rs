//! A charging session as text.

use std::fmt::{self, Display, Formatter, Write as _};

use super::charge::{ChargePoint, ChargeSummary, ForecastCheck, LowestAnode};
use super::summary::Summary;
use super::text::line;

/// Rows of the table at most.
const ROWS: f64 = 18.0;
/// Distances between rows, in minutes.
const STEPS_MIN: [f64; 8] = [1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 30.0, 60.0];

impl Display for ChargeSummary {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut states = String::new();
        for (place, state) in self.states.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            let _ = write!(states, "{comma}{} {:.1} s", state.state, state.duration_s);
        }
        line(f, "session", states)?;
        line(f, "end", format_args!("{}; {}", self.end, self.error_code))?;
        if let Some(opened_a) = self.opened_at_a {
            let after_s = self.opening_s.unwrap_or_default();
            line(
                f,
                "contactors opened",
                format_args!(
                    "at {opened_a:.1} A, {after_s:.1} s after the charge ended; weld check: {}",
                    self.weld
                ),
            )?;
        }
        if self.began_s.is_none() {
            return line(f, "charge", "no energy flowed");
        }
        self.energy(f)?;
        self.cells(f)?;
        self.table(f)?;
        self.limits(f)
    }
}

impl ChargeSummary {
    fn energy(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (from, to) = self.soc_percent;
        line(
            f,
            "charge",
            format_args!(
                "{from:.1} to {to:.1} % estimated, {:.2} kWh from the charger",
                self.charger_kwh
            ),
        )?;
        if self.heated_s > 0.0 {
            line(
                f,
                "heater",
                format_args!(
                    "on for {:.1} min, {:.2} kWh",
                    self.heated_s / 60.0,
                    self.heater_kwh
                ),
            )?;
        }
        let Some(foreseen) = &self.foreseen else {
            return Ok(());
        };
        line(f, "time", foreseen.time())?;
        line(f, "energy", foreseen.energy())?;
        if let (Some(departure_s), Some(taken_s)) = (self.departure_s, foreseen.taken_s) {
            let before_min = (departure_s - taken_s) / 60.0;
            line(
                f,
                "departure",
                format_args!("{before_min:.1} min after the target was reached"),
            )?;
        }
        Ok(())
    }

    fn cells(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (_, high_v) = self.cell_voltage_v;
        let beyond_mv = self.cell_beyond_mv;
        let place = if beyond_mv > 0.0 { "outside" } else { "within" };
        line(
            f,
            "cells",
            format_args!(
                "up to {high_v:.3} V, {:.1} mV {place} their operating limits; {:.1} to {:.1} degC",
                beyond_mv.abs(),
                self.temperature_degc.0,
                self.temperature_degc.1
            ),
        )?;
        let anodes = [
            ("anode, mean", self.anode),
            ("anode, separator", self.anode_separator),
        ];
        for (label, anode) in anodes {
            if let Some(anode) = anode {
                line(f, label, anode)?;
            }
        }
        Ok(())
    }

    fn table(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n  min   SoC/%    A into     V     kW   coldest  warmest/degC  anode/mV  left/min  limited by"
        )?;
        let end_s = self.curve.last().map_or(0.0, |point| point.time_s);
        let step_min = STEPS_MIN
            .into_iter()
            .find(|step_min| end_s / 60.0 / step_min <= ROWS)
            .unwrap_or(120.0);
        let mut next_s = 0.0;
        for (place, point) in self.curve.iter().enumerate() {
            let last = place + 1 == self.curve.len();
            if point.time_s + 1.0 < next_s && !last {
                continue;
            }
            next_s = ((point.time_s + 1.0) / 60.0 / step_min).floor() * 60.0 * step_min
                + 60.0 * step_min;
            row(f, point)?;
        }
        Ok(())
    }

    fn limits(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nlimiting causes             / min")?;
        for reason in &self.reasons {
            writeln!(f, "{:>9.1}  {}", reason.duration_s / 60.0, reason.reason)?;
        }
        Ok(())
    }
}

fn row(f: &mut Formatter<'_>, point: &ChargePoint) -> fmt::Result {
    let or_none = |value: Option<f64>, width: usize| match value {
        Some(value) => format!("{value:>width$.1}"),
        None => format!("{:>width$}", "-"),
    };
    writeln!(
        f,
        "{:>5.1}{:>8.1}{:>10.1}{:>6.0}{:>7.1}{:>10.1}{:>14.1}{}{}  {}",
        point.time_s / 60.0,
        point.soc_percent,
        point.current_a,
        point.voltage_v,
        point.power_kw,
        point.coldest_degc,
        point.warmest_degc,
        or_none(point.anode_mv, 10),
        or_none(point.left_s.map(|left_s| left_s / 60.0), 10),
        point.reason,
    )
}

impl ForecastCheck {
    fn time(&self) -> String {
        let foreseen = self.time_s.map_or("never".to_owned(), minutes);
        let taken = self.taken_s.map_or("not reached".to_owned(), minutes);
        let error = error(self.time_error_percent);
        format!(
            "{taken}; forecast at the start: {foreseen}{error}, most of it by {}",
            self.bound_by
        )
    }

    fn energy(&self) -> String {
        format!(
            "{:.2} kWh into the battery; forecast at the start: {:.2} kWh{}",
            self.taken_kwh,
            self.energy_kwh,
            error(self.energy_error_percent)
        )
    }
}

fn minutes(time_s: f64) -> String {
    format!("{:.1} min", time_s / 60.0)
}

fn error(percent: Option<f64>) -> String {
    percent.map_or(String::new(), |percent| format!(" ({percent:+.1} %)"))
}

impl Display for LowestAnode {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "at least {:.1} mV vs Li/Li+: cell {} after {:.1} min at {:.1} %, {:.1} degC, {:.0} A",
            self.potential_mv,
            self.cell,
            self.time_s / 60.0,
            self.soc_percent,
            self.temperature_degc,
            self.current_a
        )
    }
}

/// Comparison of charges, one row per session; empty for fewer than two.
#[must_use]
pub fn overview(summaries: &[&Summary]) -> String {
    let rows: Vec<_> = summaries
        .iter()
        .flat_map(|summary| {
            summary
                .charges
                .iter()
                .map(|charge| (&summary.scenario, charge))
        })
        .collect();
    if rows.len() < 2 {
        return String::new();
    }
    let widest = rows.iter().map(|(name, _)| name.chars().count()).max();
    let wide = widest.unwrap_or(0) + 2;
    let mut text = format!(
        "{:wide$}  min  forecast/min  error/%  energy/kWh  error/%  anode/mV  separator/mV  cell beyond/mV  opened/A  end\n",
        ""
    );
    let or_none = |value: Option<f64>, width: usize, digits: usize| match value {
        Some(value) => format!("{value:>width$.digits$}"),
        None => format!("{:>width$}", "-"),
    };
    for (name, charge) in rows {
        let foreseen = charge.foreseen.as_ref();
        let _ = writeln!(
            text,
            "{name:wide$}{}{}{}{}{}{}{}{:>16.1}{}  {}",
            or_none(foreseen.and_then(|f| f.taken_s).map(|s| s / 60.0), 5, 1),
            or_none(foreseen.and_then(|f| f.time_s).map(|s| s / 60.0), 14, 1),
            or_none(foreseen.and_then(|f| f.time_error_percent), 9, 1),
            or_none(foreseen.map(|f| f.taken_kwh), 12, 2),
            or_none(foreseen.and_then(|f| f.energy_error_percent), 9, 1),
            or_none(charge.anode.map(|anode| anode.potential_mv), 10, 1),
            or_none(
                charge.anode_separator.map(|anode| anode.potential_mv),
                14,
                1
            ),
            charge.cell_beyond_mv,
            or_none(charge.opened_at_a, 10, 1),
            charge.end
        );
    }
    text.push('\n');
    text
}
