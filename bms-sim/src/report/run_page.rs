//! Page of a closed-loop run: true cell states, estimates, and faults over time.

use std::fmt::Write as _;

use bms_core::units::{to_celsius, to_ratio, to_volts};

use super::charge_plots;
use super::decimate::{Decimator, Point};
use super::html::{escape, page};
use super::plot::{Band, Curve, Plot, Role};
use super::timeline::{Bar, Lane, Timeline};
use crate::cell::physics::ZERO_CELSIUS_K;
use crate::fault::{CellFault, Fault, FaultKind, SensorFault};
use crate::run::{Instant, ReportedFault, Summary, allowed_a, words};
use crate::scenario::Scenario;

/// Maximum number of reported faults with a lane of their own.
const MAX_LANES: usize = 24;

/// A plot with its caption.
struct Section {
    heading: &'static str,
    note: &'static str,
    plot: Plot,
}

/// Collects the data of a page in bounded memory.
#[derive(Clone, Debug, Default)]
pub struct RunPage {
    speed: Decimator,
    cell_low_v: Decimator,
    cell_high_v: Decimator,
    measured_low_v: Decimator,
    measured_high_v: Decimator,
    current_a: Decimator,
    allowed_out_a: Decimator,
    allowed_in_a: Decimator,
    soc: Decimator,
    soc_estimated: Decimator,
    soc_low: Decimator,
    soc_high: Decimator,
    weakest: Decimator,
    weakest_estimated: Decimator,
    error: Decimator,
    sigma3: Decimator,
    cell_low_degc: Decimator,
    cell_high_degc: Decimator,
    measured_low_degc: Decimator,
    measured_high_degc: Decimator,
    bleeding: Decimator,
    spread: Decimator,
    drives: bool,
    end_s: f64,
}

impl RunPage {
    /// Adds an instant.
    pub fn add(&mut self, instant: &Instant<'_, '_>) {
        let time_s = instant.time_s;
        let world = instant.closed_loop.world();
        let (cells, outputs) = (world.plant().cells(), &instant.tick.outputs);
        let estimate = &outputs.estimate;
        self.end_s = time_s;
        let speed_mps = instant.closed_loop.operation().speed_mps();
        self.drives |= speed_mps > 0.0;
        self.speed.add(time_s, 3.6 * speed_mps);
        let (low_v, high_v) = range(cells.voltage_v);
        self.cell_low_v.add(time_s, low_v);
        self.cell_high_v.add(time_s, high_v);
        add(
            &mut self.measured_low_v,
            time_s,
            outputs.lowest_cell.map(|cell| to_volts(cell.0)),
        );
        add(
            &mut self.measured_high_v,
            time_s,
            outputs.highest_cell.map(|cell| to_volts(cell.0)),
        );
        self.current_a.add(time_s, instant.mean_a);
        let (out_a, in_a) = allowed_a(outputs);
        self.allowed_out_a.add(time_s, out_a);
        self.allowed_in_a.add(time_s, -in_a);
        self.add_soc(time_s, cells.soc, estimate);
        let (low_k, high_k) = range(cells.temperature_k);
        self.cell_low_degc.add(time_s, low_k - ZERO_CELSIUS_K);
        self.cell_high_degc.add(time_s, high_k - ZERO_CELSIUS_K);
        add(
            &mut self.measured_low_degc,
            time_s,
            outputs.coldest.map(|sensor| to_celsius(sensor.0)),
        );
        add(
            &mut self.measured_high_degc,
            time_s,
            outputs.warmest.map(|sensor| to_celsius(sensor.0)),
        );
        self.bleeding.add(time_s, outputs.balancing.bleeding as f64);
    }

    fn add_soc(&mut self, time_s: f64, soc: &[f64], estimate: &bms_core::estimation::PackEstimate) {
        let percent = |ratio| 100.0 * f64::from(to_ratio(ratio));
        let (low, high) = range(soc);
        let mean = 100.0 * soc.iter().sum::<f64>() / soc.len() as f64;
        let estimated = percent(estimate.mean.soc);
        let sigma3 = 3.0 * percent(estimate.mean.soc_sigma);
        self.soc.add(time_s, mean);
        self.soc_estimated.add(time_s, estimated);
        self.soc_low.add(time_s, (estimated - sigma3).max(0.0));
        self.soc_high.add(time_s, (estimated + sigma3).min(100.0));
        self.weakest.add(time_s, 100.0 * low);
        self.weakest_estimated
            .add(time_s, percent(estimate.weakest_soc.soc));
        self.error.add(time_s, estimated - mean);
        self.sigma3.add(time_s, sigma3);
        self.spread.add(time_s, 100.0 * (high - low));
    }

    /// One page of several runs.
    #[must_use]
    pub fn html_of_variants(name: &str, runs: &[(&Self, &Scenario, &Summary)]) -> String {
        let named: Vec<_> = runs
            .iter()
            .map(|(_, scenario, summary)| {
                let variant = scenario.variant.as_deref();
                (variant.unwrap_or(&summary.scenario), *summary)
            })
            .collect();
        let mut body = format!(
            "<p class=\"faint\">{} variants of one scenario.</p>\n",
            runs.len()
        );
        if named.iter().any(|(_, summary)| !summary.charges.is_empty()) {
            body.push_str(&charge_plots::table(&named));
        }
        for ((run, scenario, summary), (heading, _)) in runs.iter().zip(&named) {
            let _ = writeln!(body, "<h2>{}</h2>", escape(heading));
            body.push_str(&charge_plots::html(summary));
            let _ = write!(
                body,
                "<details><summary>Details of this run</summary>\n{}</details>\n",
                run.body(scenario, summary)
            );
        }
        page(name, &body)
    }

    /// The page.
    #[must_use]
    pub fn html(&self, scenario: &Scenario, summary: &Summary) -> String {
        let mut body = charge_plots::html(summary);
        if !body.is_empty() {
            body = format!("<h2>Charge</h2>\n{body}<h2>Summary</h2>\n");
        }
        page(&summary.scenario, &(body + &self.body(scenario, summary)))
    }

    fn body(&self, scenario: &Scenario, summary: &Summary) -> String {
        let mut body = format!(
            "<p class=\"faint\">{} cells in series, the core <code>bms-core</code> in closed loop with a simulated \
             battery. Discharge is positive; times are since the start.</p>\n<pre>{}</pre>\n",
            summary.cells,
            escape(&summary.to_string())
        );
        body.push_str("<h2>Injected and reported faults</h2>\n");
        body.push_str(&self.timeline(scenario, summary).html());
        for section in self.plots() {
            let Section {
                heading,
                note,
                plot,
            } = section;
            let _ = write!(body, "<h2>{heading}</h2>\n<p>{note}</p>\n{}", plot.html());
        }
        body
    }

    fn plots(&self) -> Vec<Section> {
        let mut plots = vec![
            self.voltage_plot(),
            self.current_plot(),
            self.soc_plot(),
            self.error_plot(),
            self.temperature_plot(),
            single(
                "Balancing",
                "Cells whose bleed resistor is on.",
                ("cells", "cells bled", Role::Counter),
                self.bleeding.points(),
            ),
            single(
                "Spread of the cells",
                "True difference of the states of charge of the strongest and the weakest cell.",
                ("spread / points", "spread, true", Role::Reference),
                self.spread.points(),
            ),
        ];
        if self.drives {
            plots.push(single(
                "Speed",
                "Of the vehicle, which is slower than the cycle if the battery supplies too little.",
                ("speed / km/h", "speed", Role::Reference),
                self.speed.points(),
            ));
        }
        plots
    }

    fn voltage_plot(&self) -> Section {
        let measured = "highest and lowest, measured";
        Section {
            heading: "Cell voltages",
            note: "From the lowest to the highest cell: true and measured.",
            plot: Plot::over_time(
                "Lowest and highest cell voltage over time",
                "voltage / V",
                vec![Band::new(
                    "all cells, true",
                    Role::Reference,
                    &self.cell_low_v,
                    &self.cell_high_v,
                )],
                vec![
                    Curve::new(measured, Role::Estimate, self.measured_high_v.points()),
                    Curve::new("", Role::Estimate, self.measured_low_v.points()),
                ],
            ),
        }
    }

    fn current_plot(&self) -> Section {
        Section {
            heading: "Current",
            note: "True current, and the limits set by the core; discharge positive.",
            plot: Plot::over_time(
                "Current and its limits over time",
                "current / A",
                vec![],
                vec![
                    Curve::new("allowed", Role::Counter, self.allowed_out_a.points()),
                    Curve::new("", Role::Counter, self.allowed_in_a.points()),
                    Curve::new("current", Role::Reference, self.current_a.points()),
                ],
            ),
        }
    }

    fn soc_plot(&self) -> Section {
        let weakest = self.weakest_estimated.points();
        Section {
            heading: "State of charge",
            note: "Of the mean cell and of the weakest cell.",
            plot: Plot::over_time(
                "State of charge over time, true and estimated",
                "state of charge / %",
                vec![Band::new(
                    "3 sigma",
                    Role::Estimate,
                    &self.soc_low,
                    &self.soc_high,
                )],
                vec![
                    Curve::new(
                        "true: mean and weakest cell",
                        Role::Reference,
                        self.soc.points(),
                    ),
                    Curve::new("", Role::Reference, self.weakest.points()),
                    Curve::new(
                        "mean cell, estimated",
                        Role::Estimate,
                        self.soc_estimated.points(),
                    ),
                    Curve::new("weakest cell, estimated", Role::Counter, weakest),
                ],
            ),
        }
    }

    fn error_plot(&self) -> Section {
        Section {
            heading: "Error of the state of charge",
            note: "Estimate minus truth of the mean cell. A consistent estimate stays within three of its own standard \
                   deviations.",
            plot: Plot::over_time(
                "Error of the state of charge over time",
                "error / points",
                vec![Band::sigma3(&self.sigma3)],
                vec![Curve::new(
                    "estimate minus truth",
                    Role::Estimate,
                    self.error.points(),
                )],
            ),
        }
    }

    fn temperature_plot(&self) -> Section {
        let measured = "warmest and coldest, measured";
        Section {
            heading: "Temperatures",
            note: "From the coldest to the warmest cell, true and measured.",
            plot: Plot::over_time(
                "Temperatures over time",
                "temperature / degC",
                vec![Band::new(
                    "all cells, true",
                    Role::Reference,
                    &self.cell_low_degc,
                    &self.cell_high_degc,
                )],
                vec![
                    Curve::new(measured, Role::Estimate, self.measured_high_degc.points()),
                    Curve::new("", Role::Estimate, self.measured_low_degc.points()),
                ],
            ),
        }
    }

    fn timeline(&self, scenario: &Scenario, summary: &Summary) -> Timeline {
        let end_s = summary.duration_s.max(self.end_s);
        let mut lanes = vec![Self::mode_lane(summary)];
        lanes.extend(scenario.faults.iter().map(|fault| Lane {
            label: format!("wrong: {}", fault_name(fault)),
            bars: vec![Bar {
                from_s: fault.from_s.min(end_s),
                until_s: fault.until_s.min(end_s),
                class: "reference",
                text: String::new(),
            }],
        }));
        let found = |found: &ReportedFault| Lane {
            label: format!("{} {}, {}", found.number, found.name, found.source),
            bars: vec![Bar {
                from_s: found.first_s,
                until_s: found.gone_s.unwrap_or(end_s),
                class: "alarm",
                text: String::new(),
            }],
        };
        lanes.extend(summary.faults.iter().take(MAX_LANES).map(found));
        Timeline {
            title: "Modes, injected faults and reported faults over time".to_owned(),
            end_s,
            lanes,
        }
    }

    fn mode_lane(summary: &Summary) -> Lane {
        let mut bars = Vec::new();
        let mut from_s = 0.0;
        for (place, mode) in summary.modes.iter().enumerate() {
            bars.push(Bar {
                from_s,
                until_s: from_s + mode.duration_s,
                class: if place % 2 == 0 {
                    "estimate"
                } else {
                    "counter"
                },
                text: mode.mode.to_owned(),
            });
            from_s += mode.duration_s;
        }
        Lane {
            label: "mode".to_owned(),
            bars,
        }
    }
}

fn add(decimator: &mut Decimator, time_s: f64, value: Option<f32>) {
    if let Some(value) = value {
        decimator.add(time_s, f64::from(value));
    }
}

fn range(values: &[f64]) -> (f64, f64) {
    values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(*value), high.max(*value))
        })
}

/// A plot of one curve; `what` is the label of the axis, the curve's name, and its role.
fn single(
    heading: &'static str,
    note: &'static str,
    what: (&str, &'static str, Role),
    points: Vec<Point>,
) -> Section {
    let (y_label, name, role) = what;
    Section {
        heading,
        note,
        plot: Plot::over_time(
            heading,
            y_label,
            vec![],
            vec![Curve::new(name, role, points)],
        ),
    }
}

/// Description of an injected fault.
#[must_use]
pub fn fault_name(fault: &Fault) -> String {
    match fault.kind {
        FaultKind::Sensor { sensor, index, how } => {
            let sensor = match serde_json::to_value(sensor) {
                Ok(serde_json::Value::String(name)) => name.replace('-', " "),
                _ => String::new(),
            };
            let how = match how {
                SensorFault::Stuck => "stuck".to_owned(),
                SensorFault::OpenWire => "open wire".to_owned(),
                SensorFault::Offset { offset } => format!("off by {offset}"),
                SensorFault::Spikes { offset, share } => {
                    format!("spikes of {offset} in {:.1} % of samples", 100.0 * share)
                }
                SensorFault::Lost { share } => format!("{:.0} % lost", 100.0 * share),
                SensorFault::Applied { value } => format!("input of {value}"),
                SensorFault::NonFinite => "not a number".to_owned(),
                SensorFault::SwappedWith { other } => format!("swapped with {other}"),
            };
            format!("{sensor} {index} {how}")
        }
        FaultKind::LostFrames { front_end, share } => {
            format!(
                "front end {front_end}, {:.0} % of frames lost",
                100.0 * share
            )
        }
        FaultKind::Cell { cell, what } => match what {
            CellFault::InternalShort { resistance_ohm } => {
                format!("cell {cell}, internal short of {resistance_ohm} ohm")
            }
            CellFault::HighResistanceJoint { resistance_ohm } => {
                format!("cell {cell}, joint of {resistance_ohm} ohm")
            }
            CellFault::CapacityLoss { share } => {
                format!("cell {cell}, {:.0} % of capacity lost", 100.0 * share)
            }
            CellFault::ExothermicReaction { power_w } => {
                format!("cell {cell}, reaction of {:.1} kW", 1e-3 * power_w)
            }
        },
        FaultKind::ContactorStuckOpen(contactor) => format!("{contactor:?} stuck open"),
        FaultKind::ContactorWelded(contactor) => format!("{contactor:?} welded"),
        FaultKind::LinkShort { resistance_ohm } => format!("{resistance_ohm} ohm across the link"),
        FaultKind::Isolation { resistance_ohm } => format!("isolation of {resistance_ohm} ohm"),
        FaultKind::UncontrolledLoad { current_a } => format!("load of {current_a} A"),
        FaultKind::Supply { voltage_v } => format!("supply of {voltage_v} V"),
        FaultKind::Event(event) => words(&event),
        FaultKind::Charger(fault) => format!("charger: {fault:?}"),
        FaultKind::Station(fault) => format!("charger: {fault:?}"),
        FaultKind::FrameCheck { front_end } => format!("front end {front_end}, frame check"),
        FaultKind::FrontEndConfiguration { front_end } => {
            format!("front end {front_end}, configuration")
        }
        FaultKind::FrontEndMultiplexer { front_end } => {
            format!("front end {front_end}, multiplexer")
        }
    }
}
