//! Every run of an evaluation as a dot: one lane for each scenario and column, with the median and the limit.

use std::fmt::Write as _;

use super::evaluation_text::check;
use super::html::escape;
use crate::evaluate::protocol::Protocol;
use crate::evaluate::{Run, Table};

const LABEL_WIDTH: f64 = 370.0;
const WIDTH: f64 = 1020.0;
const LANE: f64 = 15.0;
const GAP: f64 = 14.0;
const AXIS: f64 = 46.0;
/// Classes of the style sheet, one per column, repeated.
const CLASSES: [&str; 3] = ["estimate", "counter", "reference"];

/// The plot with its legend as HTML.
#[must_use]
pub fn html(protocol: &Protocol, table: &Table, runs: &[Run]) -> String {
    let largest = runs.iter().filter_map(rmse).fold(0.0, f64::max);
    let axis = Axis::to(largest);
    #[allow(clippy::cast_precision_loss)] // A handful.
    let row_height = LANE * table.columns.len() as f64 + GAP;
    #[allow(clippy::cast_precision_loss)] // A handful.
    let height = row_height * table.scenarios.len() as f64 + AXIS;
    let mut svg = format!(
        "<svg class=\"dots\" role=\"img\" aria-label=\"RMSE of every run by scenario and column\" \
         viewBox=\"0 0 {WIDTH} {height}\">\n"
    );
    axis.draw(&mut svg, height - AXIS);
    let mut top = 0.0;
    for (row, scenario) in protocol.scenario.iter().enumerate() {
        let middle = top + 0.5 * row_height;
        let label = escape(&scenario.name);
        let _ = writeln!(
            svg,
            "<text x=\"0\" y=\"{middle}\" dy=\"0.35em\">{label}</text>"
        );
        for (lane, column) in protocol.column.iter().enumerate() {
            #[allow(clippy::cast_precision_loss)] // A handful.
            let y = top + 0.5 * GAP + LANE * (lane as f64 + 0.5);
            let class = CLASSES[lane % CLASSES.len()];
            let here = runs
                .iter()
                .filter(|run| run.scenario == scenario.name && column.groups.contains(&run.group));
            for x in here.filter_map(rmse).map(|value| axis.x(value)) {
                let _ = write!(
                    svg,
                    "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>"
                );
            }
            let entry = &table.row(row)[lane];
            let marks = [
                (entry.estimate.rmse_settled_points.median, class),
                (
                    check(entry, "rmse_settled_points").map(|c| c.limit),
                    "limit",
                ),
            ];
            for (value, class) in marks {
                if let Some(x) = value.map(|value| axis.x(value)) {
                    let (y1, y2) = (y - 0.5 * LANE, y + 0.5 * LANE);
                    let _ = writeln!(
                        svg,
                        "<line class=\"{class}\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{y1:.1}\" y2=\"{y2:.1}\"/>"
                    );
                }
            }
        }
        top += row_height;
    }
    svg.push_str("</svg>");
    let mut legend = String::new();
    for (lane, column) in table.columns.iter().enumerate() {
        let class = CLASSES[lane % CLASSES.len()];
        let name = escape(column);
        let _ = write!(
            legend,
            "<span class=\"key dot {class}\"><span>{name}</span></span>"
        );
    }
    format!(
        "<figure>\n<div class=\"scroll\">{svg}</div>\n<figcaption>{legend}<span>stroke: median, dashed: limit\
         </span></figcaption>\n</figure>\n"
    )
}

fn rmse(run: &Run) -> Option<f64> {
    run.summary.score.as_ref()?.rmse_settled_points
}

/// The horizontal axis, from zero.
struct Axis {
    step: f64,
    end: f64,
}

impl Axis {
    /// An axis with four to ten round steps.
    fn to(largest: f64) -> Self {
        let largest = if largest > 0.0 { largest } else { 1.0 };
        let decade = 10_f64.powf((largest / 4.0).log10().floor());
        let rounds = [1.0, 2.0, 5.0].map(|round| round * decade);
        let step = rounds
            .into_iter()
            .rfind(|step| *step * 4.0 <= largest)
            .unwrap_or(decade);
        Self {
            step,
            end: (largest / step).ceil() * step,
        }
    }

    fn x(&self, value: f64) -> f64 {
        LABEL_WIDTH + (WIDTH - LABEL_WIDTH - 20.0) * (value / self.end).min(1.0)
    }

    fn draw(&self, svg: &mut String, bottom: f64) {
        let mut value = 0.0;
        while value < self.end + 0.5 * self.step {
            let x = self.x(value);
            // Multiples of a round step, without the rounding of their sum.
            let label = (value / self.step).round() * self.step;
            let label = (label * 1e6).round() / 1e6;
            let _ = writeln!(
                svg,
                "<line class=\"rule\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"0\" y2=\"{bottom}\"/>\
                 <text class=\"tick\" x=\"{x:.1}\" y=\"{}\">{label}</text>",
                bottom + 16.0
            );
            value += self.step;
        }
        let _ = writeln!(
            svg,
            "<text class=\"tick\" x=\"{:.1}\" y=\"{}\">RMSE after settling / points</text>",
            self.x(0.5 * self.end),
            bottom + 38.0
        );
    }
}
