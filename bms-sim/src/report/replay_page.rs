//! A replay as a page: state of charge against the log's counter, voltage residual, current and temperature.

use std::fmt::Write as _;

use bms_core::units;

use super::decimate::{Decimator, Point};
use super::html::{escape, page};
use super::plot::{Band, Curve, Plot, Role};
use crate::replay::{ReplayStep, residual_v};

/// Collects a replay for its page, in bounded memory.
#[derive(Clone, Debug, Default)]
pub struct ReplayPage {
    soc: Decimator,
    low: Decimator,
    high: Decimator,
    reference: Decimator,
    error: Decimator,
    sigma3: Decimator,
    residual: Decimator,
    current: Decimator,
    temperature: Decimator,
}

impl ReplayPage {
    /// Adds a row and its true state of charge, if known.
    pub fn add(&mut self, step: &ReplayStep, reference_soc: Option<f64>) {
        let time_s = step.measured.time_s;
        let percent = |ratio| 100.0 * f64::from(units::to_ratio(ratio));
        let soc = percent(step.estimate.soc);
        let sigma3 = 3.0 * percent(step.estimate.soc_sigma);
        self.soc.add(time_s, soc);
        self.low.add(time_s, (soc - sigma3).max(0.0));
        self.high.add(time_s, (soc + sigma3).min(100.0));
        if let Some(reference) = reference_soc {
            self.reference.add(time_s, 100.0 * reference);
            self.error.add(time_s, soc - 100.0 * reference);
            self.sigma3.add(time_s, sigma3);
        }
        self.residual.add(time_s, 1000.0 * residual_v(step));
        self.current.add(time_s, step.measured.current_a);
        self.temperature.add(time_s, step.measured.temperature_degc);
    }

    /// The page. `summary` is plain text.
    #[must_use]
    pub fn html(&self, log: &str, cell: &str, summary: &str) -> String {
        let mut body = format!(
            "<p class=\"faint\">Replayed through the estimator with the cell {}.</p>\n<pre>{}</pre>\n",
            escape(cell),
            escape(summary)
        );
        let mut section = |heading: &str, note: &str, plot: &Plot| {
            let _ = write!(body, "<h2>{heading}</h2>\n<p>{note}</p>\n{}", plot.html());
        };
        section(
            "State of charge",
            "The reference is the log's own charge counter, if it has one.",
            &self.soc_plot(),
        );
        if !self.error.points().is_empty() {
            section(
                "Error",
                "Estimate minus reference. A consistent estimate stays within three of its own standard deviations.",
                &self.error_plot(),
            );
        }
        section(
            "Voltage residual",
            "Measured minus predicted voltage, before the correction of the estimate.",
            &single(
                "Voltage residual over time",
                "residual / mV",
                "residual",
                Role::Estimate,
                self.residual.points(),
            ),
        );
        section(
            "Current",
            "As in the log, discharge positive.",
            &single(
                "Current over time",
                "current / A",
                "current",
                Role::Reference,
                self.current.points(),
            ),
        );
        section(
            "Temperature",
            "As in the log.",
            &single(
                "Temperature over time",
                "temperature / degC",
                "temperature",
                Role::Reference,
                self.temperature.points(),
            ),
        );
        page(log, &body)
    }

    fn soc_plot(&self) -> Plot {
        let mut curves = Vec::new();
        let reference = self.reference.points();
        if !reference.is_empty() {
            curves.push(Curve::new("log's counter", Role::Reference, reference));
        }
        curves.push(Curve::new("estimate", Role::Estimate, self.soc.points()));
        Plot::over_time(
            "State of charge over time, estimate and reference",
            "state of charge / %",
            vec![Band::new("3 sigma", Role::Estimate, &self.low, &self.high)],
            curves,
        )
    }

    fn error_plot(&self) -> Plot {
        Plot::over_time(
            "Error of the state of charge over time",
            "error / points",
            vec![Band::sigma3(&self.sigma3)],
            vec![Curve::new(
                "estimate minus log's counter",
                Role::Estimate,
                self.error.points(),
            )],
        )
    }
}

fn single(title: &str, y_label: &str, name: &'static str, role: Role, points: Vec<Point>) -> Plot {
    let curve = Curve::new(name, role, points);
    Plot::over_time(title, y_label, Vec::new(), vec![curve])
}
