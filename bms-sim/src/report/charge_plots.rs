//! Plots of a charging session: the charge curve coloured by its limiting cause, the anode potential, the remaining
//! time.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::decimate::Point;
use super::html::escape;
use super::plot::{Band, Curve, Plot, Role};
use crate::run::{ChargePoint, ChargeSummary, Summary};

/// The plots of all sessions of a run, as HTML.
#[must_use]
pub fn html(summary: &Summary) -> String {
    let mut body = String::new();
    for charge in &summary.charges {
        if charge.curve.len() < 2 {
            continue;
        }
        section(
            &mut body,
            "Charge curve",
            "Current into the battery, coloured by its limiting cause for most of each 20 s.",
            &curve(charge),
        );
        if charge.curve.iter().any(|point| point.anode_mv.is_some()) {
            section(
                &mut body,
                "Negative electrode",
                "Lowest true anode potential of any cell vs Li/Li+: mean over the electrode, and at the separator, where it \
                 is lowest. Below zero lithium may plate.",
                &anode(charge),
            );
        }
        section(
            &mut body,
            "Time to the target",
            "Forecast by the core, and actual.",
            &left(charge),
        );
    }
    body
}

/// A table that compares named runs.
#[must_use]
pub fn table(runs: &[(&str, &Summary)]) -> String {
    let mut body = String::from(
        "<div class=\"scroll\"><table>\n<tr><th></th><th>time / min</th><th>forecast / min</th><th>error / %</th>\
         <th>energy / kWh</th><th>error / %</th><th>anode, mean / mV</th><th>anode, separator / mV</th>\
         <th>cell outside its limits / mV</th><th>opened at / A</th><th>error code</th><th>end</th></tr>\n",
    );
    let number = |value: Option<f64>, digits: usize| {
        let text = value.map_or("-".to_owned(), |value| format!("{value:.digits$}"));
        format!("<td>{text}</td>")
    };
    for (name, summary) in runs {
        for charge in &summary.charges {
            let foreseen = charge.foreseen.as_ref();
            let _ = writeln!(
                body,
                "<tr><td>{}</td>{}{}{}{}{}{}{}{}{}<td>{}</td><td class=\"words\">{}</td></tr>",
                escape(name),
                number(foreseen.and_then(|f| f.taken_s).map(|s| s / 60.0), 1),
                number(foreseen.and_then(|f| f.time_s).map(|s| s / 60.0), 1),
                number(foreseen.and_then(|f| f.time_error_percent), 1),
                number(foreseen.map(|f| f.taken_kwh), 2),
                number(foreseen.and_then(|f| f.energy_error_percent), 1),
                number(charge.anode.map(|anode| anode.potential_mv), 1),
                number(charge.anode_separator.map(|anode| anode.potential_mv), 1),
                number(charge.began_s.map(|_| charge.cell_beyond_mv), 1),
                number(charge.opened_at_a, 1),
                escape(charge.error_code),
                escape(&charge.end),
            );
        }
    }
    body.push_str("</table></div>\n");
    body
}

fn section(body: &mut String, heading: &str, note: &str, plot: &Plot) {
    let _ = write!(body, "<h3>{heading}</h3>\n<p>{note}</p>\n{}", plot.html());
}

/// The place of a reason among the colours: alike in every plot.
fn colour(reason: &str) -> usize {
    const STARTS: [(&str, usize); 12] = [
        ("lithium plating", 0),
        ("charge map", 1),
        ("stage", 1),
        ("cell voltage held", 2),
        ("hot", 3),
        ("battery: hot", 3),
        ("charger", 4),
        ("schedule", 4),
        ("hardware", 5),
        ("inlet", 5),
        ("request still rising", 6),
        ("ramp down", 6),
    ];
    STARTS
        .iter()
        .find(|(start, _)| reason.starts_with(start))
        .map_or(7, |(_, colour)| *colour)
}

fn curve(charge: &ChargeSummary) -> Plot {
    let mut bands: Vec<Band> = Vec::new();
    let mut before: Option<&ChargePoint> = None;
    for point in &charge.curve {
        let role = Role::Cause(colour(&point.reason));
        let at = (point.time_s, point.current_a.max(0.0));
        let from = before.map_or((0.0, 0.0), |before| {
            (before.time_s, before.current_a.max(0.0))
        });
        if let Some(band) = bands.last_mut().filter(|band| band.role == role) {
            band.low.push((at.0, 0.0));
            band.high.push(at);
        } else {
            let known = bands.iter().any(|band| band.name == point.reason);
            bands.push(Band {
                name: if known {
                    Cow::Borrowed("")
                } else {
                    point.reason.clone().into()
                },
                role,
                low: vec![(from.0, 0.0), (at.0, 0.0)],
                high: vec![from, at],
            });
        }
        before = Some(point);
    }
    let current = charge
        .curve
        .iter()
        .map(|point| (point.time_s, point.current_a));
    Plot::over_time(
        "Charge current over time, coloured by limiting cause",
        "current / A",
        bands,
        vec![Curve::new(
            "current into the battery",
            Role::Reference,
            current.collect(),
        )],
    )
}

fn anode(charge: &ChargeSummary) -> Plot {
    let of = |value: fn(&ChargePoint) -> Option<f64>| -> Vec<Point> {
        let points = charge.curve.iter();
        points
            .filter_map(|point| Some((point.time_s, value(point)?)))
            .collect()
    };
    let end_s = charge.curve.last().map_or(0.0, |point| point.time_s);
    Plot::over_time(
        "Lowest anode potential vs Li/Li+ over time",
        "potential / mV",
        vec![],
        vec![
            Curve::new(
                "mean over the electrode",
                Role::Estimate,
                of(|point| point.anode_mv),
            ),
            Curve::new(
                "at the separator",
                Role::Counter,
                of(|point| point.anode_separator_mv),
            ),
            Curve::new("lithium", Role::Reference, vec![(0.0, 0.0), (end_s, 0.0)]),
        ],
    )
}

fn left(charge: &ChargeSummary) -> Plot {
    let minutes = |point: &ChargePoint| Some((point.time_s, point.left_s? / 60.0));
    let mut curves = vec![Curve::new(
        "forecast",
        Role::Estimate,
        charge.curve.iter().filter_map(minutes).collect(),
    )];
    if let Some(taken_s) = charge
        .foreseen
        .as_ref()
        .and_then(|foreseen| foreseen.taken_s)
    {
        let actual = vec![(0.0, taken_s / 60.0), (taken_s, 0.0)];
        curves.push(Curve::new("actual", Role::Reference, actual));
    }
    Plot::over_time(
        "Time to the target over time, forecast and actual",
        "time left / min",
        vec![],
        curves,
    )
}
