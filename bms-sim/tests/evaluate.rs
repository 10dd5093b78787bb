//! `bms-sim evaluate` as it is run.

mod common;

use std::fs;
use std::path::Path;

use bms_sim::evaluate::protocol::Protocol;
use common::{CELL, bms_sim, log, stderr, stdout};
use serde_json::Value;

const PROTOCOL: &str = r#"cell = "cell.toml"
settle_s = 300

[[log]]
path = "a.bdf.csv"
group = "warm"

[[log]]
path = "b.bdf.csv"
group = "cold"

[[scenario]]
name = "right start"

[[scenario]]
name = "wrong start"
variants = [
  { initial_soc_error = [-0.1, -0.2] },
  { current_offset_a = [-0.1, 0.1], current_gain = [0.99, 1.01] },
]
"#;

/// A folder with two logs, the test cell and a protocol.
fn folder(protocol: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let files = [
        ("protocol.toml", protocol.to_owned()),
        ("cell.toml", CELL.to_owned()),
        ("a.bdf.csv", log(900)),
        ("b.bdf.csv", log(700)),
    ];
    for (name, text) in files {
        fs::write(dir.path().join(name), text).expect("written");
    }
    dir
}

fn evaluate(dir: &Path, arguments: &[&str]) -> std::process::Output {
    let protocol = dir.join("protocol.toml");
    let mut all = vec!["evaluate", protocol.to_str().expect("UTF-8")];
    all.extend_from_slice(arguments);
    std::process::Command::new(env!("CARGO_BIN_EXE_bms-sim"))
        .args(all)
        .env_remove("BMS_DATA_DIR")
        .output()
        .expect("the program runs")
}

#[test]
fn runs_are_pooled_by_scenario_and_group() {
    let dir = folder(PROTOCOL);
    let output = evaluate(dir.path(), &["--json"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(result["columns"], serde_json::json!(["warm", "cold"]));
    let entries = result["entries"].as_array().expect("entries");
    let runs: Vec<_> = entries.iter().map(|entry| entry["runs"].as_u64()).collect();
    assert_eq!(runs, [1, 1, 6, 6].map(Some));
    let all = result["runs"].as_array().expect("runs");
    assert_eq!(all.len(), 14);
    assert_eq!(all[6]["variant"], "current_offset_a=-0.1 current_gain=0.99");
    // The median of a column is that of its runs.
    let mut rmse: Vec<f64> = all
        .iter()
        .filter(|run| run["scenario"] == "wrong start" && run["group"] == "cold")
        .map(|run| {
            run["score"]["rmse_settled_points"]
                .as_f64()
                .expect("a figure")
        })
        .collect();
    rmse.sort_by(f64::total_cmp);
    let pooled = &entries[3]["estimate"]["rmse_settled_points"];
    // JSON numbers are read to within a unit in the last place.
    let close = |key: &str, expected: f64| {
        let found = pooled[key].as_f64().expect("a figure");
        assert!(
            (found - expected).abs() < 1e-12,
            "{key}: {found} is not {expected}"
        );
    };
    close("median", f64::midpoint(rmse[2], rmse[3]));
    close("worst", rmse[5]);
}

#[test]
fn a_run_is_what_replay_makes_of_the_same() {
    let dir = folder(PROTOCOL);
    let output = evaluate(dir.path(), &["--json"]);
    let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let run = result["runs"]
        .as_array()
        .expect("runs")
        .iter()
        .find(|run| run["variant"] == "initial_soc_error=-0.2" && run["log"] == "a.bdf.csv")
        .expect("the run");
    let path = |name: &str| dir.path().join(name).to_str().expect("UTF-8").to_owned();
    let replay = bms_sim(&[
        "replay",
        &path("a.bdf.csv"),
        "--cell",
        &path("cell.toml"),
        "--initial-soc",
        "0.8",
        "--json",
    ]);
    let replay: Value = serde_json::from_slice(&replay.stdout).expect("JSON");
    for key in [
        "last_soc",
        "last_soc_sigma",
        "voltage_residual_rms_v",
        "current_bias_a",
    ] {
        assert_eq!(run[key], replay[key], "{key}");
    }
    assert_eq!(run["score"]["rmse_points"], replay["score"]["rmse_points"]);
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let dir = folder(PROTOCOL);
    let with_threads = |threads: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_bms-sim"))
            .args(["evaluate", "--json"])
            .arg(dir.path().join("protocol.toml"))
            .env("RAYON_NUM_THREADS", threads)
            .env_remove("BMS_DATA_DIR")
            .output()
            .expect("the program runs");
        stdout(&output)
    };
    assert_eq!(with_threads("1"), with_threads("4"));
}

#[test]
fn a_missed_limit_ends_with_1_and_is_marked() {
    let limit = "limit_rmse_points = { warm = 0.0000001, cold = 100 }\n";
    let dir = folder(&(PROTOCOL.to_owned() + limit));
    let [csv, html] = ["out.csv", "out.html"].map(|name| dir.path().join(name));
    let output = evaluate(
        dir.path(),
        &[
            "--csv",
            csv.to_str().expect("UTF-8"),
            "--html",
            html.to_str().expect("UTF-8"),
        ],
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stderr(&output), "error: 1 of 2 limits missed\n");
    let text = stdout(&output);
    let row = text
        .lines()
        .find(|line| line.starts_with("wrong start"))
        .expect("a row");
    assert!(
        row.contains("! ") && row.contains("(0.0000001)") && row.contains("(100)"),
        "{row}"
    );
    assert_eq!(fs::read_to_string(csv).expect("runs").lines().count(), 15);
    let page = fs::read_to_string(html).expect("a page");
    assert!(page.contains("class=\"missed\"") && page.contains("class=\"kept\""));
    let kept = folder(&(PROTOCOL.to_owned() + "limit_rmse_points = { cold = 100 }\n"));
    assert_eq!(evaluate(kept.path(), &[]).status.code(), Some(0));
}

#[test]
fn another_cell_and_another_data_folder_can_be_given() {
    let dir = folder(&PROTOCOL.replace("cell.toml", "absent.toml"));
    assert_eq!(evaluate(dir.path(), &[]).status.code(), Some(2));
    let cell = dir.path().join("cell.toml");
    let output = evaluate(dir.path(), &["--cell", cell.to_str().expect("UTF-8")]);
    assert!(output.status.success(), "{}", stderr(&output));
    let elsewhere = folder(PROTOCOL);
    for name in ["a.bdf.csv", "b.bdf.csv"] {
        fs::remove_file(elsewhere.path().join(name)).expect("removed");
    }
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_bms-sim"))
        .arg("evaluate")
        .arg(elsewhere.path().join("protocol.toml"))
        .env("BMS_DATA_DIR", dir.path())
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn a_bad_protocol_ends_with_2_and_names_the_place() {
    let cases = [
        (
            "settle_s = 300",
            "settle = 300",
            "protocol.toml:2:1: key `settle`: unknown field `settle`",
        ),
        (
            "[[log]]\npath = \"a.bdf.csv\"",
            "[[log]]\npath = 5",
            "protocol.toml:5:8: key `log[0].path`",
        ),
        (
            "[-0.1, -0.2]",
            "\"low\"",
            "expected a number or a list of numbers",
        ),
        (
            "[0.99, 1.01]",
            "[0.99, 0.0]",
            "key `scenario[1].variants[1].current_gain`: found 0, expected a finite",
        ),
        (
            "b.bdf.csv",
            "c.bdf.csv",
            "c.bdf.csv: found no such file, expected a log; hint: set `data_dir`",
        ),
        (
            "\"wrong start\"",
            "\"right start\"",
            "key `scenario[1].name`: found `right start` again",
        ),
        (
            "settle_s = 300",
            "column = [{ name = \"all\", groups = [\"warm\", \"hot\"] }]",
            "key `column[0].groups`: found `hot`, expected one of `warm`, `cold`",
        ),
        (
            "name = \"right start\"",
            "name = \"right start\"\nlimit_rmse_points = { hot = 1 }",
            "key `scenario[0].limit_rmse_points.hot`: found column `hot`, expected one of `warm`, `cold`",
        ),
    ];
    for (from, to, expected) in cases {
        let dir = folder(&PROTOCOL.replacen(from, to, 1));
        let output = evaluate(dir.path(), &[]);
        assert_eq!(output.status.code(), Some(2), "{to}");
        assert!(
            stderr(&output).contains(expected),
            "{expected}\n{}",
            stderr(&output)
        );
    }
    let counterless: String = log(200)
        .lines()
        .map(|line| line.rsplit_once(',').expect("fields").0.to_owned() + "\n")
        .collect();
    let dir = folder(PROTOCOL);
    fs::write(dir.path().join("b.bdf.csv"), counterless).expect("written");
    let output = evaluate(dir.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("found no charge counter"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn shipped_protocols_load_and_name_logs_that_exist() {
    let protocols = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/protocols");
    let real = common::data_dir_or_skip("logs of the shipped protocols");
    for (name, logs) in [
        ("lg-hg2.toml", 10),
        ("lg-hg2-with-us06.toml", 15),
        ("lg-hg2-tuning.toml", 5),
    ] {
        let protocol = Protocol::load(&protocols.join(name)).expect("a protocol");
        assert_eq!(protocol.log.len(), logs, "{name}");
        assert_eq!(protocol.scenario.len(), 8, "{name}");
        let limits = protocol.scenario.iter().map(|s| s.limit_rmse_points.len());
        assert_eq!(limits.sum::<usize>(), 21, "{name}");
        if real.is_some() {
            for log in &protocol.log {
                assert!(log.path.is_file(), "{}", log.path.display());
            }
        }
    }
}
