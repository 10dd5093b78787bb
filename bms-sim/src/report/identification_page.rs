//! Page of an identification: the tables, and the voltage error of each log.

use std::fmt::Write as _;

use super::decimate::Decimator;
use super::html::{escape, page};
use super::plot::{Curve, Plot, Role, XAxis};
use crate::identify::{Fit, LogFit, summary};

/// The page of a fit.
#[must_use]
pub fn html(fit: &Fit) -> String {
    let file = &fit.file;
    let mut body = format!("<pre>{}</pre>\n", escape(&summary(fit)));
    let mut section = |heading: &str, note: &str, plot: &Plot| {
        let _ = write!(
            body,
            "<h2>{}</h2>\n<p>{note}</p>\n{}",
            escape(heading),
            plot.html()
        );
    };
    section(
        "Open-circuit voltage",
        "Coldest and warmest row of the table.",
        &rows(
            "open-circuit voltage / V",
            &file.ocv.soc,
            &file.ocv.voltage_v,
            1.0,
        ),
    );
    let circuit = &file.circuit;
    let mut maps = vec![
        ("Ohmic resistance".to_owned(), &circuit.r0_ohm),
        (
            "Charge transfer, discharging".to_owned(),
            &circuit.charge_transfer_discharge_ohm,
        ),
        (
            "Charge transfer, charging".to_owned(),
            &circuit.charge_transfer_charge_ohm,
        ),
    ];
    for branch in &circuit.branch {
        maps.push((format!("Branch of {:.0} s", branch.tau_s), &branch.r_ohm));
    }
    for (heading, map) in maps {
        section(
            &heading,
            "Coldest and warmest row of the table.",
            &rows("resistance / mohm", &circuit.soc, map, 1e3),
        );
    }
    for log in &fit.logs {
        section(
            &name(log),
            &format!(
                "Model minus measured voltage at {:.0} degC: {:.1} mV rms above 15 % SoC, {:.1} mV when left out of the fit.",
                log.temperature_degc,
                1e3 * log.rms_v,
                1e3 * log.unseen_rms_v
            ),
            &residual(log),
        );
    }
    page(&format!("{}: identification", file.name), &body)
}

fn name(log: &LogFit) -> String {
    log.path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// First and last row of a table over SoC.
fn rows(y_label: &str, soc: &[f32], table: &[Vec<f32>], factor: f64) -> Plot {
    let points = |row: &[f32]| {
        soc.iter()
            .zip(row)
            .map(|(z, y)| (100.0 * f64::from(*z), factor * f64::from(*y)))
            .collect()
    };
    let mut curves = Vec::new();
    if let [.., warmest] = table {
        curves.push(Curve::new("warmest", Role::Counter, points(warmest)));
    }
    if let [coldest, _, ..] = table {
        curves.push(Curve::new("coldest", Role::Estimate, points(coldest)));
    }
    Plot {
        title: y_label.to_owned(),
        x_axis: XAxis::Percent("state of charge / %"),
        y_label: y_label.to_owned(),
        bands: Vec::new(),
        curves,
        y_limits: None,
    }
}

fn residual(log: &LogFit) -> Plot {
    let mut points = Decimator::default();
    for (time_s, residual_v) in log.time_s.iter().zip(&log.residual_v) {
        points.add(*time_s, 1e3 * residual_v);
    }
    Plot::over_time(
        "Voltage error over time",
        "error / mV",
        Vec::new(),
        vec![Curve::new(
            "model minus measured",
            Role::Estimate,
            points.points(),
        )],
    )
}
