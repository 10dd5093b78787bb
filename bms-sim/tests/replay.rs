//! `bms-sim replay` as it is run.

mod common;

use std::fs;
use std::io::Write as _;
use std::path::Path;

use common::{CELL, bms_sim, log, stderr, stdout};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

/// A folder with the test cell as `cell.toml` and a log as `log.bdf.csv`.
fn folder(log: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("cell.toml"), CELL).expect("written");
    fs::write(dir.path().join("log.bdf.csv"), log).expect("written");
    dir
}

/// Runs `replay` on the folder with further arguments.
fn replay(dir: &Path, arguments: &[&str]) -> std::process::Output {
    let log = dir.join("log.bdf.csv");
    let cell = dir.join("cell.toml");
    let mut all = vec!["replay", log.to_str().expect("UTF-8"), "--cell"];
    all.push(cell.to_str().expect("UTF-8"));
    all.extend_from_slice(arguments);
    bms_sim(&all)
}

fn json(output: &std::process::Output) -> Value {
    assert!(output.status.success(), "{}", stderr(output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn a_replay_prints_its_score() {
    let dir = folder(&log(900));
    let output = replay(dir.path(), &["--initial-soc", "1"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    for part in [
        "test cell",
        "900 over 899 s",
        "RMSE after 600 s / points",
        "mean sigma",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(
        stderr(&output).is_empty(),
        "no progress where there is no terminal"
    );
}

#[test]
fn json_has_the_figures_of_the_estimates_that_are_written() {
    let dir = folder(&log(900));
    let out = dir.path().join("out.csv");
    let result = json(&replay(
        dir.path(),
        &[
            "--initial-soc",
            "0.8",
            "--json",
            "--estimates",
            out.to_str().expect("UTF-8"),
        ],
    ));
    let text = fs::read_to_string(&out).expect("estimates");
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("time_s,soc,soc_sigma,voltage_v,voltage_predicted_v,current_bias_a")
    );
    let estimates: Vec<Vec<f64>> = lines
        .map(|line| {
            line.split(',')
                .map(|f| f.parse().expect("a number"))
                .collect()
        })
        .collect();
    assert_eq!(estimates.len(), 900);
    let counter: Vec<f64> = log(900)
        .lines()
        .skip(1)
        .map(|line| {
            line.rsplit(',')
                .next()
                .expect("a field")
                .parse()
                .expect("a number")
        })
        .collect();
    let (mut squares, mut sigmas, mut largest) = (0.0, 0.0, 0.0_f64);
    for (row, net_ah) in estimates.iter().zip(&counter) {
        let error = 100.0 * (row[1] - (1.0 + net_ah / 2.0));
        largest = largest.max(error.abs());
        if row[0] >= 600.0 {
            squares += error * error;
            sigmas += 100.0 * row[2];
        }
    }
    let figure = |key: &str| result["score"][key].as_f64().expect(key);
    let close =
        |found: f64, expected: f64| assert!((found - expected).abs() < 1e-3, "{found} {expected}");
    close(figure("rmse_settled_points"), (squares / 300.0_f64).sqrt());
    close(figure("mean_sigma_points"), sigmas / 300.0);
    close(figure("max_points"), largest);
    assert_eq!(result["rows"], 900);
    assert_eq!(result["initial_soc_told"], 0.8);
    let last = estimates.last().expect("rows");
    close(result["last_soc"].as_f64().expect("a number"), last[1]);
}

#[test]
fn what_the_estimator_is_told_changes_and_the_reference_does_not() {
    let dir = folder(&log(700));
    let counter = |arguments: &[&str]| {
        let mut all = vec!["--json", "--initial-soc", "1"];
        all.extend_from_slice(arguments);
        let result = json(&replay(dir.path(), &all));
        result["coulomb_counter"]["max_points"]
            .as_f64()
            .expect("a figure")
    };
    // A coulomb counter shows what it was told: 699 s at a mean of 2 A, of a cell of 2 Ah.
    assert!(counter(&[]) < 1e-6);
    let offset = 100.0 * 0.3 * 699.0 / 3600.0 / 2.0;
    assert!((counter(&["--current-offset-a", "0.3"]) - offset).abs() < 1e-6);
    let discharged = log(700)
        .lines()
        .last()
        .expect("rows")
        .rsplit(',')
        .next()
        .map(str::to_owned);
    let discharged: f64 = -100.0
        * discharged
            .expect("a field")
            .parse::<f64>()
            .expect("a number")
        / 2.0;
    assert!((counter(&["--current-gain", "1.1"]) - 0.1 * discharged).abs() < 1e-6);
    // The estimator takes the capacity in single precision.
    assert!((counter(&["--capacity-factor", "0.8"]) - 0.25 * discharged).abs() < 1e-3);
    let reference = [
        "--reference-initial-soc",
        "0.9",
        "--reference-capacity-ah",
        "4",
    ];
    assert!((counter(&reference) - (10.0)).abs() < 1e-6);
}

#[test]
fn offsets_of_voltage_and_temperature_reach_the_estimator() {
    let dir = folder(&log(300));
    let out = dir.path().join("out.csv");
    let estimates = |arguments: &[&str]| {
        let mut all = vec![
            "--initial-soc",
            "1",
            "--estimates",
            out.to_str().expect("UTF-8"),
        ];
        all.extend_from_slice(arguments);
        let output = replay(dir.path(), &all);
        assert!(output.status.success(), "{}", stderr(&output));
        fs::read_to_string(&out).expect("estimates")
    };
    let truth = estimates(&[]);
    assert_ne!(truth, estimates(&["--temperature-offset-k", "-20"]));
    let shifted = estimates(&["--voltage-offset-v", "-0.005"]);
    let voltage = |text: &str| -> f64 {
        let line = text.lines().nth(1).expect("a row");
        line.split(',')
            .nth(3)
            .expect("a field")
            .parse()
            .expect("a number")
    };
    assert!((voltage(&truth) - voltage(&shifted) - 0.005).abs() < 1e-9);
}

#[test]
fn a_log_without_counter_or_temperature_is_replayed_without_a_score() {
    let bare: String = log(200)
        .lines()
        .map(|line| line.splitn(4, ',').take(3).collect::<Vec<_>>().join(",") + "\n")
        .collect();
    let dir = folder(&bare);
    let output = replay(dir.path(), &["--json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("found no temperature"),
        "{}",
        stderr(&output)
    );
    let result = json(&replay(dir.path(), &["--json", "--temperature-degc", "-5"]));
    assert_eq!(result["score"], Value::Null);
    let text = stdout(&replay(dir.path(), &["--temperature-degc", "25"]));
    assert!(
        text.contains("no reference: the log has no `Net Capacity / Ah`"),
        "{text}"
    );
}

#[test]
fn a_page_needs_nothing_else_and_does_not_grow_with_the_log() {
    let page_of = |rows: u32| {
        let dir = folder(&log(rows));
        let out = dir.path().join("out.html");
        let output = replay(dir.path(), &["--html", out.to_str().expect("UTF-8")]);
        assert!(output.status.success(), "{}", stderr(&output));
        fs::read_to_string(&out).expect("a page")
    };
    let short = page_of(3000);
    assert!(short.contains("<svg") && short.contains("prefers-color-scheme: dark"));
    assert!(short.contains("3 sigma") && short.contains("log's counter"));
    for link in ["src=", "href=", "@import", "url("] {
        assert!(!short.contains(link), "{link}");
    }
    let long = page_of(6000);
    assert!(
        long.len() < 2 * short.len(),
        "{} and {}",
        long.len(),
        short.len()
    );
    assert!(long.len() < 600_000);
}

#[test]
fn bad_input_ends_with_2_and_leaves_no_file() {
    let good = log(100);
    let cases = [
        ("", "log.bdf.csv: the file is empty"),
        (
            "nonsense\n",
            "log.bdf.csv:1: not in the Battery Data Format",
        ),
        (
            &good.replace("Voltage / V", "Voltage / kg"),
            "found unit `kg`",
        ),
        (
            &good.replace("Current / A", "Strom / A"),
            "missing column: expected `Current / A`",
        ),
        (
            &good.replace("\n7,", "\nseven,"),
            "log.bdf.csv:9: column `Test Time / s`: found `seven`",
        ),
        (
            &good.replace("\n7,", "\nNaN,"),
            "found `NaN`, expected a finite number",
        ),
        (&good.replace("\n7,", "\n3,"), "found 3 s after 6 s"),
        (&good.replace(",-", ","), "the sign is reversed"),
    ];
    for (log, expected) in cases {
        let dir = folder(log);
        let [csv, html] = ["out.csv", "out.html"].map(|name| dir.path().join(name));
        let output = replay(
            dir.path(),
            &[
                "--estimates",
                csv.to_str().expect("UTF-8"),
                "--html",
                html.to_str().expect("UTF-8"),
            ],
        );
        assert_eq!(output.status.code(), Some(2), "{expected}");
        assert!(
            stderr(&output).contains(expected),
            "{expected}: {}",
            stderr(&output)
        );
        assert!(output.stdout.is_empty());
        let left = fs::read_dir(dir.path()).expect("a folder").count();
        assert_eq!(left, 2, "only the cell and the log: {expected}");
    }
}

#[test]
fn a_truncated_gzip_log_ends_with_2() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(log(3000).as_bytes()).expect("memory");
    let whole = encoder.finish().expect("memory");
    let dir = folder("");
    fs::write(dir.path().join("log.bdf.csv"), &whole[..whole.len() / 2]).expect("written");
    let out = dir.path().join("out.csv");
    let output = replay(dir.path(), &["--estimates", out.to_str().expect("UTF-8")]);
    assert_eq!(output.status.code(), Some(2));
    let message = stderr(&output);
    assert!(message.contains("the file may be truncated"), "{message}");
    assert!(!out.exists());
}

#[test]
fn a_bad_cell_ends_with_2() {
    let cases = [
        (
            "\"NMC\"",
            "\"LTO\"",
            "unknown variant `LTO`, expected one of `NMC`, `NCA`, `LFP`",
        ),
        (
            "3.4, 3.7,",
            "3.4, 3.3,",
            "expected a finite number above 3.4",
        ),
        (
            "r0_ohm = [[0.04,",
            "r0_ohm = [[-0.04,",
            "key `circuit.r0_ohm[0][0]`: found -0.04",
        ),
    ];
    for (from, to, expected) in cases {
        let dir = folder(&log(100));
        let cell = CELL.replacen(from, to, 1);
        fs::write(dir.path().join("cell.toml"), cell).expect("written");
        let output = replay(dir.path(), &[]);
        assert_eq!(output.status.code(), Some(2), "{to}");
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
}

#[test]
fn a_result_that_was_there_survives_a_failure() {
    let dir = folder(&log(100).replace("\n50,", "\nx,"));
    let out = dir.path().join("out.csv");
    fs::write(&out, "before").expect("written");
    let output = replay(dir.path(), &["--estimates", out.to_str().expect("UTF-8")]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&out).expect("there"), "before");
}

#[test]
fn arguments_that_make_no_sense_end_with_2() {
    let dir = folder(&log(50));
    for (arguments, expected) in [
        (["--initial-soc", "1.5"], "expected a number from 0 to 1"),
        (["--current-gain", "0"], "expected a finite number above 0"),
        (["--current-offset-a", "NaN"], "expected a finite number"),
        (
            ["--capacity-factor", "-1"],
            "expected a finite number above 0",
        ),
        (["--estimates", "/nowhere/out.csv"], "cannot be written"),
    ] {
        let output = replay(dir.path(), &arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
    assert_eq!(bms_sim(&["replay"]).status.code(), Some(2));
    assert_eq!(bms_sim(&["no-such-command"]).status.code(), Some(2));
    assert_eq!(bms_sim(&["--help"]).status.code(), Some(0));
}
