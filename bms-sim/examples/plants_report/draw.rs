//! Curves in panels one above the other, as SVG.

use std::error::Error;
use std::path::Path;

use plotters::prelude::*;

const FAINT: RGBColor = RGBColor(0x5c, 0x61, 0x66);
const RULE: RGBColor = RGBColor(0xd8, 0xdb, 0xde);
const REFERENCE: RGBColor = RGBColor(0xf0, 0x9a, 0x30);
const PLANT: RGBColor = RGBColor(0x0b, 0x63, 0xb0);
const WIDTH: u32 = 1600;
const PANEL_HEIGHT: u32 = 380;
/// Points drawn of a curve, no more.
const POINTS: usize = 800;

/// A curve; without a name it is not in the legend.
pub(crate) struct Series {
    name: &'static str,
    colour: RGBColor,
    width: u32,
    points: Vec<(f64, f64)>,
}

impl Series {
    /// What a plant is compared with: broad, so that it shows beneath.
    pub(crate) fn reference(name: &'static str, points: Vec<(f64, f64)>) -> Self {
        Self {
            name,
            colour: REFERENCE,
            width: 7,
            points,
        }
    }

    /// What the plant does.
    pub(crate) fn plant(name: &'static str, points: Vec<(f64, f64)>) -> Self {
        Self {
            name,
            colour: PLANT,
            width: 2,
            points,
        }
    }
}

/// Curves in one frame.
pub(crate) struct Panel<'a> {
    pub(crate) label: &'a str,
    pub(crate) series: Vec<Series>,
}

/// Draws panels with one horizontal axis, from 0 to `(x_end, label)`.
pub(crate) fn panels(
    path: &Path,
    (x_end, x_label): (f64, &str),
    panels: &[Panel<'_>],
) -> Result<(), Box<dyn Error>> {
    let count = u32::try_from(panels.len())?;
    let size = (WIDTH, PANEL_HEIGHT * count + 50);
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        root.fill(&WHITE)?;
        let (above, last) = root.split_vertically(PANEL_HEIGHT * (count - 1));
        let mut areas = above.split_evenly((panels.len() - 1, 1));
        areas.push(last);
        for (number, (area, panel)) in areas.iter().zip(panels).enumerate() {
            let description = if number + 1 == panels.len() {
                x_label
            } else {
                ""
            };
            draw(area, panel, x_end, description)?;
        }
        root.present()?;
    }
    std::fs::write(path, svg + "\n")?;
    Ok(())
}

fn draw(
    area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    panel: &Panel<'_>,
    x_end: f64,
    x_label: &str,
) -> Result<(), Box<dyn Error>> {
    let values = || panel.series.iter().flat_map(|s| &s.points).map(|p| p.1);
    let (low, high) = (
        values().fold(f64::MAX, f64::min),
        values().fold(f64::MIN, f64::max),
    );
    let room = 0.08 * (high - low);
    let mut chart = ChartBuilder::on(area)
        .margin_top(18)
        .margin_left(16)
        .margin_right(40)
        .x_label_area_size(if x_label.is_empty() { 40 } else { 84 })
        .y_label_area_size(110)
        .build_cartesian_2d(0.0..x_end, low - room..high + 4.0 * room)?;
    let font = ("sans-serif", 26).into_font().color(&FAINT);
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
        .x_desc(x_label)
        .y_desc(panel.label)
        .label_style(font.clone())
        .axis_desc_style(font.clone())
        .draw()?;
    for series in &panel.series {
        let (colour, width) = (series.colour, series.width);
        let every = series.points.len().div_ceil(POINTS).max(1);
        let points = series.points.iter().step_by(every).copied();
        let drawn = chart.draw_series(LineSeries::new(points, colour.stroke_width(width)))?;
        if !series.name.is_empty() {
            drawn.label(series.name).legend(move |(x, y)| {
                PathElement::new([(x, y), (x + 40, y)], colour.stroke_width(width))
            });
        }
    }
    if panel.series.iter().all(|series| series.name.is_empty()) {
        return Ok(());
    }
    // Where the curves do not end.
    let ends_high = panel.series[0]
        .points
        .last()
        .is_some_and(|p| p.1 > 0.75 * high + 0.25 * low);
    chart
        .configure_series_labels()
        .position(if ends_high {
            SeriesLabelPosition::LowerRight
        } else {
            SeriesLabelPosition::UpperRight
        })
        .legend_area_size(50)
        .background_style(WHITE)
        .label_font(font)
        .draw()?;
    Ok(())
}

fn tick(value: f64) -> String {
    format!("{}", (value * 1e6).round() / 1e6 + 0.0)
}
