//! A timeline as SVG: one lane per item.

use std::fmt::Write as _;

use super::html::escape;

/// A stretch of time in a lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Its start, in seconds.
    pub from_s: f64,
    /// Its end, in seconds.
    pub until_s: f64,
    /// Class of the style sheet that gives its colour.
    pub class: &'static str,
    /// Text on the bar if it fits.
    pub text: String,
}

/// A lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// Label of the lane.
    pub label: String,
    /// Intervals.
    pub bars: Vec<Bar>,
}

/// Lanes over a common time.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// Description for screen readers.
    pub title: String,
    /// End of the time axis, in seconds.
    pub end_s: f64,
    /// The lanes, from the top.
    pub lanes: Vec<Lane>,
}

const WIDTH: f64 = 1100.0;
const LABELS: f64 = 470.0;
const LANE: f64 = 24.0;
const AXIS: f64 = 44.0;
/// Minimum width of a bar, so that short events are visible.
const MIN_WIDTH: f64 = 2.0;
/// Width of a letter, roughly.
const LETTER: f64 = 8.0;
/// Labels are cut after this many letters.
const LONGEST: usize = 62;

impl Timeline {
    /// The lanes as HTML.
    #[must_use]
    pub fn html(&self) -> String {
        let height = LANE * self.lanes.len() as f64 + AXIS;
        let mut svg = format!(
            "<svg class=\"timeline\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {WIDTH} {height}\">\n",
            escape(&self.title)
        );
        self.axis(&mut svg, height - AXIS);
        for (place, lane) in self.lanes.iter().enumerate() {
            let top = LANE * place as f64;
            let _ = writeln!(
                svg,
                "<text x=\"0\" y=\"{:.1}\" dy=\"0.35em\">{}</text>",
                top + 0.5 * LANE,
                escape(&shortened(&lane.label))
            );
            for bar in &lane.bars {
                self.bar(&mut svg, bar, top);
            }
        }
        svg.push_str("</svg>\n");
        format!("<figure>\n<div class=\"scroll\">{svg}</div>\n</figure>\n")
    }

    fn x(&self, time_s: f64) -> f64 {
        LABELS + (WIDTH - LABELS - 20.0) * (time_s / self.end_s.max(1e-3)).clamp(0.0, 1.0)
    }

    fn bar(&self, svg: &mut String, bar: &Bar, top: f64) {
        let (from, until) = (self.x(bar.from_s), self.x(bar.until_s));
        let width = (until - from).max(MIN_WIDTH);
        let _ = writeln!(
            svg,
            "<rect class=\"{}\" x=\"{from:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{:.1}\"/>",
            bar.class,
            top + 4.0,
            LANE - 8.0
        );
        let letters = bar.text.chars().count() as f64;
        if letters > 0.0 && letters * LETTER + 8.0 < width {
            let _ = writeln!(
                svg,
                "<text class=\"on\" x=\"{:.1}\" y=\"{:.1}\" dy=\"0.35em\">{}</text>",
                from + 6.0,
                top + 0.5 * LANE,
                escape(&bar.text)
            );
        }
    }

    fn axis(&self, svg: &mut String, bottom: f64) {
        let step_s = round_step(self.end_s / 8.0);
        let (unit_s, unit) = if self.end_s < 300.0 {
            (1.0, "s")
        } else if self.end_s < 3.0 * 3600.0 {
            (60.0, "min")
        } else {
            (3600.0, "h")
        };
        let mut time_s = 0.0;
        while time_s <= self.end_s {
            let x = self.x(time_s);
            let label = (time_s / unit_s * 100.0).round() / 100.0;
            let _ = writeln!(
                svg,
                "<line class=\"rule\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"0\" y2=\"{bottom:.1}\"/>\
                 <text class=\"tick\" x=\"{x:.1}\" y=\"{:.1}\">{label}</text>",
                bottom + 16.0
            );
            time_s += step_s;
        }
        let _ = writeln!(
            svg,
            "<text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\">time / {unit}</text>",
            self.x(0.5 * self.end_s),
            bottom + 36.0
        );
    }
}

fn shortened(label: &str) -> String {
    if label.chars().count() <= LONGEST {
        return label.to_owned();
    }
    let cut: String = label.chars().take(LONGEST - 1).collect();
    format!("{cut}\u{2026}")
}

/// A round number of seconds, or of minutes, of about this length.
fn round_step(step_s: f64) -> f64 {
    const ROUND_S: [f64; 17] = [
        0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0,
        3600.0, 7200.0,
    ];
    ROUND_S
        .into_iter()
        .find(|round_s| *round_s >= step_s)
        .unwrap_or(36_000.0)
}
