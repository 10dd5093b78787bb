//! Tables made of lines that tests and commands print.

use super::{between, table};
use crate::figures::Block;

/// `bms-core/tests/capacity.rs`.
pub(crate) fn capacity(output: &str) -> Option<Block> {
    let head = [
        "one sigma of the SoC",
        "mean error",
        "rms error",
        "error over sigma, mean square",
        "beyond 3 sigma",
    ];
    let lines = output
        .lines()
        .filter(|line| line.starts_with("SoC known to "));
    let rows = lines.map(|line| {
        let percent = |text: &str| Some(100.0 * text.parse::<f64>().ok()?);
        let sigma = percent(between(line, "known to ", ":")?)?;
        let points = if (sigma - 1.0).abs() < 1e-9 {
            "1 point".to_owned()
        } else {
            format!("{sigma} points")
        };
        Some(vec![
            points,
            format!("{:+.2} %", percent(between(line, "mean error ", ",")?)?),
            format!("{:.2} %", percent(between(line, "rms ", ",")?)?),
            between(line, "normalised ", ",")?.to_owned(),
            between(line, "beyond 3 sigma ", " of")?.to_owned(),
        ])
    });
    table(&head, rows.collect::<Option<_>>()?)
}

/// `bms-sim/tests/pack_leaf.rs`.
pub(crate) fn leaf(output: &str) -> Option<Block> {
    let head = [
        "discharge",
        "weakest group named wrong after 60 s",
        "order half way",
        "order by voltage at the end",
    ];
    let lines = output
        .lines()
        .filter(|line| line.contains(": weakest named wrong in "));
    let rows = lines.map(|line| {
        let order = |begin| Some(between(line, begin, "]")?.replace(',', ""));
        Some(vec![
            line.split(':').next()?.to_owned(),
            between(line, "named wrong in ", ";")?.to_owned(),
            order("half way [")?,
            order("at the end [")?,
        ])
    });
    table(&head, rows.collect::<Option<_>>()?)
}

/// `bms-sim/tests/pack_estimation.rs`.
pub(crate) fn virtual_packs(output: &str) -> Option<Block> {
    let head = [
        "battery",
        "rms at the end",
        "largest at the end",
        "deltas rms",
        "mean sigma",
        "beyond 3 sigma",
    ];
    let lines = output
        .lines()
        .filter(|line| line.contains(": at the end rms "));
    let rows = lines.map(|line| {
        Some(vec![
            line.split(": at the end").next()?.to_owned(),
            between(line, "end rms ", ",")?.to_owned(),
            between(line, "largest ", ",")?.to_owned(),
            between(line, "deltas rms ", ",")?.to_owned(),
            between(line, "sigma ", ",")?.to_owned(),
            between(line, "beyond 3 sigma ", ",")?.to_owned(),
        ])
    });
    table(&head, rows.collect::<Option<_>>()?)
}

/// Text of several `replay`s, one after the other.
pub(crate) fn virtual_cells(output: &str) -> Option<Block> {
    let head = [
        "log",
        "cell file",
        "RMSE",
        "largest error",
        "outside 3 sigma / %",
    ];
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in output.lines() {
        let mut words = line.split_whitespace();
        if line.starts_with("log ") {
            rows.push(vec![words.nth(1)?.trim_end_matches(".bdf.csv").to_owned()]);
        } else if line.starts_with("cell ") {
            rows.last_mut()?.push(words.nth(1)?.to_owned());
        } else if line.contains("after 600 s / ") && !line.starts_with("mean sigma") {
            let figure = line
                .split("  ")
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .nth(1)?;
            rows.last_mut()?.push(figure.to_owned());
        }
    }
    table(&head, rows)
}

/// The logs excluded from the fit in three identifications, one after the other, by temperature.
pub(crate) fn unseen_voltage(output: &str) -> Option<Block> {
    let mut parts = Vec::new();
    let mut unseen = false;
    for line in output.lines() {
        if line.starts_with("logs excluded from the fit") {
            parts.push(Vec::new());
            unseen = true;
        } else if line.trim().is_empty()
            || line.starts_with("note:")
            || line.starts_with("warning:")
        {
            unseen = false;
        } else if unseen {
            let words: Vec<&str> = line.split_whitespace().collect();
            let &[name, _, rms, ..] = &words[..] else {
                return None;
            };
            let drive = name.split('.').next()?.rsplit('_').next()?;
            let degc = name
                .split("degC")
                .next()?
                .replace('n', "-")
                .parse::<i32>()
                .ok()?;
            parts
                .last_mut()?
                .push((degc, format!("{drive} {:.0}", rms.parse::<f64>().ok()?)));
        }
    }
    let head = [
        "degC",
        "two drives each in the fit",
        "one drive each",
        "C/20 and HPPC alone",
    ];
    let rows = [40, 25, 10, -10, -20].map(|degc| {
        let of = |part: &Vec<(i32, String)>| {
            let drives: Vec<&str> = part
                .iter()
                .filter(|(at, _)| *at == degc)
                .map(|(_, text)| text.as_str())
                .collect();
            drives.join(", ")
        };
        [vec![degc.to_string()], parts.iter().map(of).collect()].concat()
    });
    table(&head, rows.to_vec())
}

/// `bms-sim/tests/charger_home.rs`.
pub(crate) fn home(output: &str) -> Option<Block> {
    let line = |begin: &str| output.lines().find(|line| line.starts_with(begin));
    let pilot_s: f64 = between(line("above the pilot")?, "at most ", " s")?
        .parse()
        .ok()?;
    let departure = line("began after ")?;
    let (minutes, mains) = departure.split_once(" min; ")?;
    let evening = output.lines().find(|line| line.contains("; at last "))?;
    let kept = output.lines().find(|line| line.contains(", left with "))?;
    let percent = |text: &str| Some(format!("{:.1} %", 100.0 * text.parse::<f64>().ok()?));
    let kwh = |line: &str, begin| {
        Some(format!(
            "{:.1}",
            between(line, begin, " kWh")?.parse::<f64>().ok()?
        ))
    };
    let rows = [
        (
            "pilot from 16 to 10, 7, up to 13 and down to 6 A: longest time above the pilot",
            format!("{pilot_s:.1} s of 5 s"),
        ),
        (
            "40 % to 80 %, departure after 6 h, 30 min kept, 20 min at 8 A on the way",
            format!(
                "{minutes} min; {} kWh from the mains",
                mains.split(" kWh").next()?
            ),
        ),
        (
            "3 kW from 30 % with no departure",
            format!(
                "gave {} kWh, down to {}; then the grid supplies all",
                kwh(evening, "gave ")?,
                percent(between(evening, "down to ", ";")?)?
            ),
        ),
        (
            "3 kW from 70 %, departure after 8 h",
            format!(
                "gave {} kWh down to {}, charged from {}, left with {}",
                kwh(kept, "gave ")?,
                percent(between(kept, "lowest ", ",")?)?,
                between(kept, "charged from ", ",")?,
                percent(kept.rsplit(' ').next()?)?
            ),
        ),
        (
            "a throughput of 2 kWh",
            format!(
                "{:.3} kWh",
                between(line("counted ")?, "gave ", " kWh")?
                    .parse::<f64>()
                    .ok()?
            ),
        ),
    ];
    let rows = rows.map(|(what, figure)| vec![what.to_owned(), figure]);
    table(&["", ""], rows.to_vec())
}

/// The last line of `cargo xtask size`.
pub(crate) fn stack(output: &str) -> Option<Block> {
    let line = output.lines().find(|line| line.starts_with("Stack of "))?;
    let functions = between(line, "Stack of ", " in C")?.to_owned();
    let bytes = between(line, "cells: ", " bytes")?.to_owned();
    table(
        &["stack in C, 96 cells", "bytes"],
        vec![vec![functions, bytes]],
    )
}
