//! Every run of an evaluation as CSV.

use crate::evaluate::Run;
use crate::evaluate::metrics::Score;

/// A header and one line for each run; a figure that does not exist is an empty field.
#[must_use]
pub fn csv(runs: &[Run]) -> String {
    let mut out = String::from(
        "scenario,variant,log,group,rows,rmse_points,rmse_settled_points,max_points,max_settled_points,enter_band_s,\
         outside_3sigma_percent,mean_sigma_points,counter_rmse_settled_points,counter_max_settled_points,\
         counter_enter_band_s,voltage_residual_rms_v,current_bias_a,resistance_scale,rows_refused\n",
    );
    for run in runs {
        let summary = &run.summary;
        let score = |of: fn(&Score) -> Option<f64>| summary.score.as_ref().and_then(of);
        let counter = |of: fn(&Score) -> Option<f64>| summary.coulomb_counter.as_ref().and_then(of);
        let numbers = [
            score(|s| Some(s.rmse_points)),
            score(|s| s.rmse_settled_points),
            score(|s| Some(s.max_points)),
            score(|s| s.max_settled_points),
            score(|s| s.enter_band_s),
            score(|s| s.outside_3sigma_percent),
            score(|s| s.mean_sigma_points),
            counter(|s| s.rmse_settled_points),
            counter(|s| s.max_settled_points),
            counter(|s| s.enter_band_s),
            Some(summary.voltage_residual_rms_v),
            Some(summary.current_bias_a),
            Some(summary.resistance_scale),
        ];
        let mut fields = vec![
            quoted(&run.scenario),
            quoted(&run.variant),
            quoted(&run.log),
            quoted(&run.group),
            summary.rows.to_string(),
        ];
        fields.extend(numbers.map(|n| n.map_or(String::new(), |n| n.to_string())));
        fields.push(summary.rows_refused.to_string());
        out.push_str(&fields.join(","));
        out.push('\n');
    }
    out
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
