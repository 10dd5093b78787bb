//! `bms-sim simulate` on the shipped plants: what comes out is BDF, true, and the same each time.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use bms_sim::data::bdf::Log;
use tempfile::TempDir;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures")
        .join(name)
}

fn simulate(plant: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bms-sim"))
        .arg("simulate")
        .arg(plant)
        .args(arguments)
        .output()
        .unwrap()
}

/// Runs a shipped plant and reads the log it writes.
fn run(name: &str, arguments: &[&str]) -> (Log, String) {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out.bdf.csv");
    let mut all = vec!["--output", out.to_str().unwrap()];
    all.extend(arguments);
    let output = simulate(&fixture("plants").join(name), &all);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    (
        Log::read(&out).unwrap(),
        std::fs::read_to_string(&out).unwrap(),
    )
}

/// The columns of a log by label.
fn column(text: &str, label: &str) -> Vec<f64> {
    let mut lines = text.lines();
    let place = lines
        .next()
        .unwrap()
        .split(',')
        .position(|name| name == label)
        .expect(label);
    lines
        .map(|line| line.split(',').nth(place).unwrap().parse().unwrap())
        .collect()
}

#[test]
fn a_cell_on_the_us06_counts_its_own_charge() {
    let (log, text) = run("cell-lg-m50-us06.toml", &[]);
    assert_eq!(log.len(), 1_201);
    let soc = column(&text, "SoC s1p1 / 1");
    let out_ah: f64 = log.current_a.iter().sum::<f64>() / 3_600.0;
    let counted_ah = -log.net_capacity_ah.last().unwrap().unwrap();
    assert!((out_ah - counted_ah).abs() < 1e-9);
    // Chen et al.: 5.153 Ah between the limits.
    let fallen = soc[0] - soc.last().unwrap();
    assert!((fallen * 5.153 - out_ah).abs() < 1e-3 * out_ah);
    assert!(log.current_a.iter().any(|i| *i < -1.0), "braking charges");
}

#[test]
fn a_light_battery_discharges_rests_and_charges() {
    let (log, text) = run("pack-13s2p.toml", &[]);
    let group: Vec<_> = (1..=13)
        .map(|s| column(&text, &format!("Group Voltage s{s:02} / V")))
        .collect();
    for (row, voltage_v) in log.voltage_v.iter().enumerate() {
        let sum_v: f64 = group.iter().map(|voltages| voltages[row]).sum();
        // What is missing is in the leads between the groups: 13 of 0.2 mOhm at up to 7 A.
        assert!((sum_v - voltage_v).abs() < 13.0 * 0.2e-3 * 7.0);
    }
    let charging_end_v = log.voltage_v.last().unwrap();
    assert!((charging_end_v - 53.3).abs() < 1e-6);
    let first = column(&text, "SoC s01p1 / 1");
    assert!(first[360] < 0.7 * first[0] && *first.last().unwrap() > first[360] + 0.1);
}

#[test]
fn a_car_is_driven_with_every_cell_told() {
    let (log, text) = run("pack-96s48p-us06.toml", &[]);
    assert_eq!(
        text.lines().next().unwrap().split(',').count(),
        5 + 96 + 96 * 48
    );
    assert_eq!(log.len(), 61);
    let soc: Vec<_> = ["SoC s01p01 / 1", "SoC s96p48 / 1", "SoC s50p17 / 1"]
        .iter()
        .map(|l| column(&text, l))
        .collect();
    assert!((soc[0][0] - soc[1][0]).abs() > 1e-6);
    assert!(soc.iter().all(|soc| soc[0] > *soc.last().unwrap()));
}

#[test]
fn the_same_plant_gives_the_same_bytes() {
    assert_eq!(run("pack-13s2p.toml", &[]).1, run("pack-13s2p.toml", &[]).1);
}

/// Rows at the same times hold the same charge, whatever the step.
#[test]
fn the_step_may_be_any() {
    let at = |step: &str| {
        run(
            "cell-lg-m50-us06.toml",
            &["--step-s", step, "--output-step-s", "10"],
        )
        .0
    };
    let (fine, second, coarse) = (at("0.1"), at("1"), at("10"));
    assert_eq!((fine.len(), second.len(), coarse.len()), (121, 121, 121));
    for row in 0..121 {
        assert!((fine.time_s[row] - coarse.time_s[row]).abs() < 1e-9);
        // Constant power over a step takes a current that depends on the step a little.
        assert!(
            (fine.current_a[row] - second.current_a[row]).abs() < 0.01,
            "row {row}"
        );
    }
    let last_v = |log: &Log| *log.voltage_v.last().unwrap();
    assert!((last_v(&fine) - last_v(&second)).abs() < 1e-3);
    assert!((last_v(&fine) - last_v(&coarse)).abs() < 3e-3);
}

#[test]
fn json_tells_what_happened() {
    let output = simulate(&fixture("plants/cell-lg-m50-us06.toml"), &["--json"]);
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["steps"], 1_200);
    assert_eq!(
        summary["endings"],
        serde_json::json!(["through", "600 s elapsed"])
    );
    assert!(
        output.stderr.is_empty(),
        "no progress where there is no terminal"
    );
}

/// A power that the cell cannot give ends the run: what there is is written, and the exit code says so.
#[test]
fn power_out_of_reach_is_told() {
    let folder = TempDir::new().unwrap();
    let plant = folder.path().join("plant.toml");
    let text = "name = \"strong\"\n[cell]\nmodel = \"spm\"\nparameters = \"lg-m50\"\nsoc = 0.5\n\
        [[load]]\nrest_s = 5.0\n[[load]]\npower_w = 1e6\n[load.until]\nduration_s = 5.0\n";
    std::fs::write(&plant, text).unwrap();
    let out = folder.path().join("out.csv");
    let output = simulate(&plant, &["--output", out.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        message.contains("after 5.000 s: 1000000.000 W exceeds the power of the battery"),
        "{message}"
    );
    assert_eq!(Log::read(&out).unwrap().len(), 6);
}

/// A cell that is driven empty ends the run.
#[test]
fn an_empty_cell_is_told() {
    let folder = TempDir::new().unwrap();
    let plant = folder.path().join("plant.toml");
    let text = format!(
        "name = \"empty\"\n[cell]\nmodel = \"linear-circuit\"\nparameters = {:?}\nsoc = 0.01\n\
         [[load]]\nc_rate = 0.5\n[load.until]\nduration_s = 3600.0\n",
        std::fs::canonicalize(fixture("plants/lg-m50.cell.toml")).unwrap()
    );
    std::fs::write(&plant, text).unwrap();
    let output = simulate(&plant, &[]);
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        message.contains("cell s1p1 is at a state of charge of -0.05"),
        "{message}"
    );
}

/// A log as a load: its current comes back, row by row.
#[test]
fn a_log_can_be_a_load() {
    let folder = TempDir::new().unwrap();
    let plant = folder.path().join("plant.toml");
    let log = std::fs::canonicalize(fixture("logs/lg-m50-us06.bdf.csv")).unwrap();
    let text = format!(
        "name = \"replayed\"\n[cell]\nmodel = \"spm\"\nparameters = \"lg-m50\"\nsoc = 0.9\n[[load]]\nbdf = {log:?}\n\
         [load.until]\nduration_s = 300.0\n"
    );
    std::fs::write(&plant, text).unwrap();
    let out = folder.path().join("out.csv");
    assert!(
        simulate(&plant, &["--output", out.to_str().unwrap()])
            .status
            .success()
    );
    let (given, taken) = (Log::read(&log).unwrap(), Log::read(&out).unwrap());
    for row in 1..=300 {
        let place = given
            .time_s
            .iter()
            .position(|t| (t - given.time_s[0] - taken.time_s[row]).abs() < 1e-6)
            .unwrap();
        assert!(
            (given.current_a[place] - taken.current_a[row]).abs() < 1e-9,
            "row {row}"
        );
    }
}

/// Parquet has the same columns and the same numbers as CSV.
#[cfg(feature = "parquet")]
#[test]
fn parquet_is_the_same_log() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;

    let dir = tempfile::tempdir().unwrap();
    let written = |name: &str| {
        let out = dir.path().join(name);
        let plant = fixture("plants/pack-13s2p.toml");
        let output = simulate(&plant, &["--output", out.to_str().unwrap()]);
        assert!(output.status.success());
        out
    };
    let text = std::fs::read_to_string(written("log.csv")).unwrap();
    let file = std::fs::File::open(written("log.parquet")).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let schema = reader.metadata().file_metadata().schema();
    let labels: Vec<_> = schema
        .get_fields()
        .iter()
        .map(|field| field.name())
        .collect();
    let mut lines = text.lines();
    assert_eq!(labels.join(","), lines.next().unwrap());
    let mut rows = 0;
    for (line, row) in lines.by_ref().zip(reader.get_row_iter(None).unwrap()) {
        let row = row.unwrap();
        for (column, value) in line.split(',').enumerate() {
            let value: f64 = value.parse().unwrap();
            assert_eq!(
                value.to_bits(),
                row.get_double(column).unwrap().to_bits(),
                "{line}"
            );
        }
        rows += 1;
    }
    assert_eq!(rows, reader.metadata().file_metadata().num_rows());
    assert!(lines.next().is_none() && rows > 100);
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
    assert_eq!(left.len(), 2, "nothing but the two logs: {left:?}");
}
