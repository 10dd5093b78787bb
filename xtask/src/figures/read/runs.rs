//! Tables of closed-loop runs and of fault injection.

use serde_json::Value;

use super::{number, table};
use crate::figures::{Block, Store};

/// Fault by fault: `campaign --json`.
pub(crate) fn campaign(outcome: &Value) -> Option<Block> {
    let head = [
        "fault",
        "cases>",
        "detection: median / longest / budget>",
        "reaction: longest / budget>",
    ];
    let seconds = |line: &Value, key: &str| {
        number(line, key).map_or_else(|| "-".to_owned(), |s| format!("{s:.2}"))
    };
    let mut rows = Vec::new();
    for line in outcome.pointer("/table/lines")?.as_array()? {
        let name = format!("{} {}", line["number"], line["name"].as_str()?);
        let detection = [
            "/detection_median_s",
            "/detection_longest_s",
            "/detection_budget_s",
        ]
        .map(|key| seconds(line, key));
        let reaction = number(line, "/reaction_longest_s").map_or_else(String::new, |longest_s| {
            format!("{longest_s:.2} / {}", seconds(line, "/reaction_budget_s"))
        });
        rows.push(vec![
            name,
            line["cases"].to_string(),
            detection.join(" / "),
            reaction,
        ]);
    }
    let total = outcome.pointer("/table/total")?;
    let detected = format!(
        "{} detected in time under the right name",
        total["detected"]
    );
    rows.push(vec![
        "all".to_owned(),
        total["cases"].to_string(),
        detected,
        String::new(),
    ]);
    table(&head, rows)
}

/// Two campaigns' lines of text: the peer's debounce, then ours.
pub(crate) fn campaign_peer(output: &str) -> Option<Block> {
    let head = [
        "",
        "peer's claim>",
        "ours, same debounce>",
        "ours, our defaults>",
    ];
    let longest = |number: &str, nth: usize| -> Option<String> {
        let mut lines = output
            .lines()
            .filter(|line| line.starts_with(&format!("| {number} ")));
        let times = lines.nth(nth)?.split('|').nth(8)?;
        Some(format!("{} s", times.split('/').nth(1)?.trim()))
    };
    let rows = vec![
        vec![
            "over-voltage".to_owned(),
            "0.585 s".to_owned(),
            longest("102", 0)?,
            longest("102", 0)?,
        ],
        vec![
            "over-current".to_owned(),
            "0.116 s".to_owned(),
            longest("205", 0)?,
            longest("205", 0)?,
        ],
        vec![
            "over-temperature".to_owned(),
            "5.510 s".to_owned(),
            longest("115", 1)?,
            longest("115", 0)?,
        ],
    ];
    table(&head, rows)
}

/// `run fast-charge-150kw.toml --json`.
pub(crate) fn fast_charge(runs: &Value) -> Option<Block> {
    let head = [
        "air and pack at the start>",
        "minutes>",
        "predicted at the start>",
        "energy taken, predicted>",
        "anode potential vs Li/Li+, mean>",
        "beside the separator>",
        "highest cell below 4.20 V by>",
    ];
    let mut rows = Vec::new();
    for run in runs.as_array()? {
        let charge = run.get("charge")?;
        let foreseen = charge.get("foreseen")?;
        let minutes = number(foreseen, "/taken_s")? / 60.0;
        let predicted = number(foreseen, "/time_s")? / 60.0;
        let taken = number(foreseen, "/taken_kwh")?;
        let energy = number(foreseen, "/energy_kwh")?;
        let off = |predicted: f64, real: f64| 100.0 * (predicted / real - 1.0);
        rows.push(vec![
            run["variant"]
                .as_str()
                .or(run["scenario"].as_str())?
                .to_owned(),
            format!("{minutes:.1}"),
            format!("{predicted:.1} ({:+.1} %)", off(predicted, minutes)),
            format!("{taken:.1}, {energy:.1} kWh ({:+.1} %)", off(energy, taken)),
            format!("{:.1} mV", number(charge, "/anode/potential_mv")?),
            format!("{:.1} mV", number(charge, "/anode_separator/potential_mv")?),
            format!("{:.0} mV", -number(charge, "/cell_beyond_mv")?),
        ]);
    }
    table(&head, rows)
}

/// Lines `NAME REPEATS JSON`: errors of the state of charge on another physics.
pub(crate) fn drive_soc(output: &str) -> Option<Block> {
    let head = [
        "",
        "mean cell, rms / largest>",
        "every cell, rms / largest>",
        "over an hour: mean cell>",
        "every cell>",
    ];
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in output.lines() {
        let mut words = line.splitn(3, '\t');
        let (name, repeats) = (words.next()?, words.next()?);
        let run: Value = serde_json::from_str(words.next()?).ok()?;
        if repeats == "1" {
            rows.push(vec![name.to_owned()]);
        }
        for cell in ["mean_cell", "every_cell"] {
            let of = |what| number(&run, &format!("/accuracy/{cell}/{what}"));
            rows.last_mut()?.push(format!(
                "{:.2} / {:.2}",
                of("rms_points")?,
                of("largest_points")?
            ));
        }
    }
    table(&head, rows)
}

/// Lines `NAME STEP TIMES`: multiples of real time.
pub(crate) fn speed(output: &str) -> Option<Block> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in output.lines() {
        let mut words = line.split('\t');
        let (name, step, times) = (words.next()?, words.next()?, words.next()?);
        if step == "0.05" {
            rows.push(vec![name.to_owned()]);
        }
        rows.last_mut()?.push(times.to_owned());
    }
    table(&["cells", "stepped each 50 ms>", "each 10 ms>"], rows)
}

/// A cell of a table of the store, by its row's first cell.
fn cell(store: &Store, name: &str, row: &str, column: usize) -> Result<String, String> {
    let Some(Block::Table { rows, .. }) = store.get(name) else {
        return Err(format!("no table {name}"));
    };
    let row = rows
        .iter()
        .find(|cells| cells.first().is_some_and(|first| first == row));
    let cell = row.and_then(|cells| cells.get(column));
    cell.cloned().ok_or(format!("{name} has no such row"))
}

/// Instructions of a step as time, by an estimate of cycles per instruction.
pub(crate) fn step_time(store: &Store) -> Result<Block, String> {
    let milliseconds = |column| -> Result<String, String> {
        let text = cell(store, "size-ticks", "96 cells", column)?.replace(',', "");
        let instructions: f64 = text.parse().map_err(|_| format!("{text} is no number"))?;
        Ok(format!("{:.2} ms", 2.0 * instructions / 168e6 * 1e3))
    };
    let row = vec!["96 cells".to_owned(), milliseconds(2)?, milliseconds(3)?];
    let head = [
        "`bms_step` at 168 MHz, 2 cycles per instruction (an estimate)",
        "mean",
        "largest",
    ];
    table(&head, vec![row]).ok_or_else(|| "no rows".to_owned())
}

/// A line of each of the most important figures.
pub(crate) fn summary(store: &Store) -> Result<Block, String> {
    let cell = |name, row, column| cell(store, name, row, column);
    let plain = |text: String| text.split(" (").next().unwrap_or_default().replace('*', "");
    let soc = |column| cell("lg-hg2", "right start", column).map(plain);
    let rows = vec![
        vec![
            "RMSE of the SoC on measured LG 18650HG2 drives kept aside, at 25 and 40 / 10 / -10 and -20 degC".to_owned(),
            format!("{} / {} / {} points", soc(1)?, soc(2)?, soc(3)?),
            "[accuracy](docs/accuracy.md)".to_owned(),
        ],
        vec![
            "fault injection: cases, of which detected in time under the right name".to_owned(),
            format!("{}, {}", cell("campaign", "all", 1)?, cell("campaign", "all", 2)?.split(' ').next().unwrap_or_default()),
            "[campaign](docs/campaign.md)".to_owned(),
        ],
        vec![
            "instructions per tick of 96 cells on a Cortex-M4F: mean, largest".to_owned(),
            format!("{}, {}", cell("size-ticks", "96 cells", 2)?, cell("size-ticks", "96 cells", 3)?),
            "[firmware](docs/firmware.md)".to_owned(),
        ],
        vec![
            "RAM of 96 cells and 24 sensors in Rust, in C".to_owned(),
            format!("{}, {} bytes", cell("size-ram", "96 cells and 24 sensors", 1)?, cell("size-ram", "96 cells and 24 sensors", 2)?),
            "[firmware](docs/firmware.md)".to_owned(),
        ],
    ];
    table(&["what", "figure", "more"], rows).ok_or_else(|| "no rows".to_owned())
}
