//! Curves over time, or over another quantity, as SVG.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::decimate::{Decimator, Point};
use super::html::escape;

/// Role of a curve, which sets its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Truth or measurement.
    Reference,
    /// Estimate.
    Estimate,
    /// Baseline for comparison.
    Counter,
    /// One of several causes, from 0; beyond the last all are alike.
    Cause(usize),
}

/// Colours of causes, distinguishable with colour-vision deficiency (M. Okabe and K. Ito, 2008), and their classes in
/// the page's style sheet.
const CAUSES: [(RGBColor, &str); 8] = [
    (RGBColor(0x00, 0x72, 0xb2), "cause-0"),
    (RGBColor(0x00, 0x9e, 0x73), "cause-1"),
    (RGBColor(0xcc, 0x79, 0xa7), "cause-2"),
    (RGBColor(0xd5, 0x5e, 0x00), "cause-3"),
    (RGBColor(0xe6, 0x9f, 0x00), "cause-4"),
    (RGBColor(0x56, 0xb4, 0xe9), "cause-5"),
    (RGBColor(0x8a, 0x8f, 0x94), "cause-6"),
    (RGBColor(0x6a, 0x51, 0xa3), "cause-7"),
];

fn cause(index: usize) -> (RGBColor, &'static str) {
    CAUSES[index.min(CAUSES.len() - 1)]
}

impl Role {
    /// Its colour on white; the page's style sheet has the one on black.
    fn colour(self) -> RGBColor {
        match self {
            Self::Cause(index) => cause(index).0,
            Self::Reference => RGBColor(0x1a, 0x1c, 0x1e),
            Self::Estimate => RGBColor(0x0b, 0x63, 0xb0),
            Self::Counter => RGBColor(0xa0, 0x5a, 0x00),
        }
    }

    /// Opacity of an area.
    const fn opacity(self) -> f64 {
        match self {
            Self::Cause(_) => 0.75,
            _ => 0.22,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Cause(index) => cause(index).1,
            Self::Reference => "reference",
            Self::Estimate => "estimate",
            Self::Counter => "counter",
        }
    }
}

/// A curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Name in the legend; empty if it belongs to the previous curve.
    pub name: &'static str,
    /// Its role.
    pub role: Role,
    /// Its points, in order.
    pub points: Vec<Point>,
}

/// The area between two curves.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Name in the legend; empty if it belongs to a previous one.
    pub name: Cow<'static, str>,
    /// Its role.
    pub role: Role,
    /// Its lower edge, in order.
    pub low: Vec<Point>,
    /// Its upper edge, in order.
    pub high: Vec<Point>,
}

/// Quantity of the horizontal axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XAxis {
    /// Time in seconds, displayed in a unit that suits its range.
    Time,
    /// 0 to 100 %, with its label.
    Percent(&'static str),
}

/// Curves in one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// Description for screen readers.
    pub title: String,
    /// Quantity of the horizontal axis.
    pub x_axis: XAxis,
    /// Label of the vertical axis, with its unit.
    pub y_label: String,
    /// Areas, drawn first.
    pub bands: Vec<Band>,
    /// Curves, in drawing order.
    pub curves: Vec<Curve>,
    /// A range of values beyond which curves are cut off; `None`: as far as they go.
    pub y_limits: Option<Range<f64>>,
}

impl Curve {
    pub(super) fn new(name: &'static str, role: Role, points: Vec<Point>) -> Self {
        Self { name, role, points }
    }
}

impl Band {
    /// From the lows of one quantity to the highs of another.
    pub(super) fn new(name: &'static str, role: Role, low: &Decimator, high: &Decimator) -> Self {
        Self {
            name: name.into(),
            role,
            low: low.lows(),
            high: high.highs(),
        }
    }

    /// Three standard deviations to both sides of zero.
    pub(super) fn sigma3(sigma3: &Decimator) -> Self {
        let high = sigma3.highs();
        Self {
            name: "3 sigma".into(),
            role: Role::Estimate,
            low: high.iter().map(|(t, sigma3)| (*t, -sigma3)).collect(),
            high,
        }
    }
}

/// Size of the canvas, twice the displayed size: the backend rounds to whole pixels.
const SIZE: (u32, u32) = (2040, 640);
const FAINT: RGBColor = RGBColor(0x5c, 0x61, 0x66);
const RULE: RGBColor = RGBColor(0xd8, 0xdb, 0xde);

impl Plot {
    pub(super) fn over_time(
        title: &str,
        y_label: &str,
        bands: Vec<Band>,
        curves: Vec<Curve>,
    ) -> Self {
        Self {
            title: title.to_owned(),
            x_axis: XAxis::Time,
            y_label: y_label.to_owned(),
            bands,
            curves,
            y_limits: None,
        }
    }

    /// The plot with its legend as HTML.
    #[must_use]
    pub fn html(&self) -> String {
        let mut svg = String::new();
        if self.draw(&mut svg).is_err() {
            // Drawing into a string fails only for an empty range.
            return "<p class=\"faint\">Nothing to plot.</p>\n".to_owned();
        }
        let label = escape(&self.title);
        let svg = svg.replacen(
            "<svg ",
            &format!("<svg role=\"img\" aria-label=\"{label}\" "),
            1,
        );
        let mut legend = String::new();
        let bands = self
            .bands
            .iter()
            .map(|b| (b.name.as_ref(), b.role, " band"));
        let curves = self.curves.iter().map(|c| (c.name, c.role, ""));
        let named = curves.chain(bands).filter(|(name, ..)| !name.is_empty());
        for (name, role, band) in named {
            let class = role.class();
            let name = escape(name);
            let _ = write!(
                legend,
                "<span class=\"key{band} {class}\"><span>{name}</span></span>"
            );
        }
        format!(
            "<figure>\n<div class=\"scroll\">{svg}</div>\n<figcaption>{legend}</figcaption>\n</figure>\n"
        )
    }

    fn draw(&self, svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
        let span = self.span(|p| p.0).ok_or("no points")?;
        let scale = match self.x_axis {
            XAxis::Time => Scale::time(span),
            XAxis::Percent(label) => Scale::percent(label),
        };
        let x = scale.range();
        let y = match &self.y_limits {
            Some(limits) => limits.clone(),
            None => padded(&self.span(|p| p.1).ok_or("no points")?),
        };
        {
            let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
            let mut chart = ChartBuilder::on(&root)
                .margin_top(16)
                .margin_right(28)
                .x_label_area_size(84)
                .y_label_area_size(130)
                .build_cartesian_2d(x, y.clone())?;
            let text = ("sans-serif", 28).into_font().color(&FAINT);
            chart
                .configure_mesh()
                .disable_x_mesh()
                .light_line_style(TRANSPARENT)
                .bold_line_style(RULE.stroke_width(2))
                .axis_style(RULE.stroke_width(2))
                .x_labels(10)
                .y_labels(6)
                .x_label_formatter(&|value| tick(*value))
                .y_label_formatter(&|value| tick(*value))
                .x_desc(scale.label())
                .y_desc(self.y_label.as_str())
                .label_style(text.clone())
                .axis_desc_style(text.pos(Pos::new(HPos::Center, VPos::Center)))
                .draw()?;
            let at = |p: &Point| (scale.scaled(p.0), p.1.clamp(y.start, y.end));
            for band in &self.bands {
                let edge = band.high.iter().chain(band.low.iter().rev());
                let colour = band.role.colour().mix(band.role.opacity());
                chart.draw_series([Polygon::new(edge.map(at).collect::<Vec<_>>(), colour)])?;
            }
            for curve in &self.curves {
                let colour = curve.role.colour().stroke_width(3);
                chart.draw_series(LineSeries::new(curve.points.iter().map(at), colour))?;
            }
            root.present()?;
        }
        Ok(())
    }

    /// Smallest and largest of a coordinate over everything that is drawn.
    fn span(&self, of: impl Fn(&Point) -> f64) -> Option<Range<f64>> {
        let bands = self.bands.iter().flat_map(|b| b.low.iter().chain(&b.high));
        let points = self.curves.iter().flat_map(|c| &c.points).chain(bands);
        points.map(of).filter(|value| value.is_finite()).fold(
            None,
            |span: Option<Range<f64>>, value| match span {
                None => Some(value..value),
                Some(span) => Some(span.start.min(value)..span.end.max(value)),
            },
        )
    }
}

/// A tick label without trailing zeros.
fn tick(value: f64) -> String {
    // Ticks are round; digits beyond a millionth are rounding errors of their sum.
    let rounded = (value * 1e6).round() / 1e6;
    format!("{}", rounded + 0.0)
}

/// A range with room at both ends.
fn padded(range: &Range<f64>) -> Range<f64> {
    let room = (0.06 * (range.end - range.start)).max(1e-9 + 1e-3 * range.end.abs());
    range.start - room..range.end + room
}

/// Scaling of the horizontal axis.
struct Scale {
    /// Value of one displayed unit.
    unit: f64,
    label: String,
    span: Range<f64>,
}

impl Scale {
    fn time(span_s: Range<f64>) -> Self {
        let length_s = span_s.end - span_s.start;
        let (seconds, unit) = if length_s < 300.0 {
            (1.0, "s")
        } else if length_s < 3.0 * 3600.0 {
            (60.0, "min")
        } else if length_s < 100.0 * 3600.0 {
            (3600.0, "h")
        } else {
            (86400.0, "days")
        };
        Self {
            unit: seconds,
            label: format!("test time / {unit}"),
            span: span_s,
        }
    }

    fn percent(label: &str) -> Self {
        Self {
            unit: 1.0,
            label: label.to_owned(),
            span: 0.0..100.0,
        }
    }

    fn scaled(&self, value: f64) -> f64 {
        value / self.unit
    }

    fn range(&self) -> Range<f64> {
        let end = self.span.end.max(self.span.start + 1e-3);
        self.scaled(self.span.start)..self.scaled(end)
    }

    fn label(&self) -> &str {
        &self.label
    }
}
