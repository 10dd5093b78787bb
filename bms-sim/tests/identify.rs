//! Identification from the command line: what it writes, and what it refuses.

mod common;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use bms_sim::cell_file::{Cell, CellFile};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

/// Runs `identify` on a manifest of this text.
fn identify(folder: &Path, manifest: &str, threads: &str) -> Output {
    let path = folder.join("manifest.toml");
    fs::write(&path, manifest).expect("written");
    Command::new(env!("CARGO_BIN_EXE_bms-sim"))
        .arg("identify")
        .arg(path)
        .arg("-o")
        .arg(folder.join("cell.toml"))
        .arg("--json")
        .env("RAYON_NUM_THREADS", threads)
        .output()
        .expect("runs")
}

/// The virtual LG M50 at three temperatures.
fn virtual_cell() -> String {
    let logs = fixtures().join("logs/lg-m50-dfn");
    let log = |name: &str, role: &str, rest: &str| {
        format!(
            "[[log]]\npath = '{}'\nrole = \"{role}\"\n{rest}\n",
            logs.join(name).display()
        )
    };
    head("NMC")
        + &log("25degC-c20-discharge.bdf.csv", "ocv", "")
        + &log("0degC-pulses.bdf.csv.gz", "pulses", "")
        + &log("25degC-pulses.bdf.csv.gz", "pulses", "")
        + &log("45degC-pulses.bdf.csv.gz", "pulses", "")
        + &log("25degC-1c-charge.bdf.csv", "charge", "initial_soc = 0.0")
}

fn head(chemistry: &str) -> String {
    format!(
        "name = \"virtual LG M50\"\nchemistry = \"{chemistry}\"\ncapacity_ah = 5.0\n\
         voltage_min_v = 2.5\nvoltage_max_v = 4.2\n\n"
    )
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn virtual_cell_is_found_again_with_the_same_bytes_on_one_thread_and_on_two() {
    let folder = tempfile::tempdir().expect("folder");
    let output = identify(folder.path(), &virtual_cell(), "1");
    assert!(output.status.success(), "{}", stderr(&output));
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let capacity_ah = result["capacity_ah"].as_f64().expect("a number");
    assert!((capacity_ah - 5.144).abs() < 0.005, "{capacity_ah}");
    for log in result["logs"].as_array().expect("logs") {
        assert!(log["rms_v"].as_f64().expect("a number") < 0.006, "{log}");
    }
    let path = folder.path().join("cell.toml");
    let first = fs::read(&path).expect("a cell file");
    let cell = CellFile::load(&path).expect("a valid cell file");
    assert_eq!(Cell::from(&cell).parameters().validate(), Ok(()));
    // PyBaMM gives 3.7509 V for Chen2020 at half charge.
    let middle = cell.ocv.soc.iter().position(|z| *z >= 0.5).expect("a node");
    let ocv_v = cell.ocv.voltage_v[0][middle];
    assert!((ocv_v - 3.7509).abs() < 0.004, "{ocv_v} V");

    let output = identify(folder.path(), &virtual_cell(), "2");
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(
        first == fs::read(&path).expect("a cell file"),
        "other bytes"
    );
}

#[test]
fn unknown_chemistry_is_refused_with_its_place_and_nothing_is_written() {
    let folder = tempfile::tempdir().expect("folder");
    let output = identify(folder.path(), &head("LTO"), "1");
    assert_eq!(output.status.code(), Some(2));
    let message = stderr(&output);
    for part in ["manifest.toml:2:", "chemistry", "LTO", "NMC", "LFP"] {
        assert!(message.contains(part), "{part} in {message}");
    }
    assert!(!folder.path().join("cell.toml").exists());
}

#[test]
fn unknown_key_is_refused_with_its_place() {
    let folder = tempfile::tempdir().expect("folder");
    let manifest = head("NMC") + "[[log]]\npath = \"a.csv\"\nrole = \"ocv\"\nsoc = 1.0\n";
    let output = identify(folder.path(), &manifest, "1");
    assert_eq!(output.status.code(), Some(2));
    let message = stderr(&output);
    assert!(message.contains("manifest.toml:10:1"), "{message}");
    assert!(message.contains("initial_soc"), "{message}");
}

#[test]
fn missing_log_is_named() {
    let folder = tempfile::tempdir().expect("folder");
    let manifest = head("NMC") + "[[log]]\npath = \"absent.bdf.csv\"\nrole = \"ocv\"\n";
    let output = identify(folder.path(), &manifest, "1");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("absent.bdf.csv"),
        "{}",
        stderr(&output)
    );
    assert!(!folder.path().join("cell.toml").exists());
}

#[test]
fn empty_list_of_logs_and_swapped_voltages_are_refused() {
    let folder = tempfile::tempdir().expect("folder");
    let output = identify(folder.path(), &head("NMC"), "1");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("[[log]]"), "{}", stderr(&output));
    let swapped = head("NMC").replace("voltage_max_v = 4.2", "voltage_max_v = 2.0");
    let output = identify(folder.path(), &swapped, "1");
    assert_eq!(output.status.code(), Some(2));
    let message = stderr(&output);
    assert!(message.contains("voltage_max_v"), "{message}");
    assert!(message.contains("voltage_min_v"), "{message}");
}

/// Writes a log: rest at full, then 2 A for 1,000 s, as the tester's counter or its absence is given by `net`.
fn log_of(folder: &Path, name: &str, rows: impl Iterator<Item = (f64, f64, f64, f64)>) -> PathBuf {
    let mut text = String::from(
        "Test Time / s,Current / A,Voltage / V,Surface Temperature T1 / degC,Net Capacity / Ah\n",
    );
    for (time_s, current_a, voltage_v, net_ah) in rows {
        let _ = writeln!(text, "{time_s},{current_a},{voltage_v},25,{net_ah}");
    }
    let path = folder.join(name);
    fs::write(&path, text).expect("written");
    path
}

#[test]
fn log_without_temperature_asks_for_one() {
    let folder = tempfile::tempdir().expect("folder");
    fs::write(
        folder.path().join("a.bdf.csv"),
        "Test Time / s,Current / A,Voltage / V\n0,0,4.1\n1,-1,4.0\n2,-1,3.9\n",
    )
    .expect("written");
    let manifest = head("NMC") + "[[log]]\npath = \"a.bdf.csv\"\nrole = \"ocv\"\n";
    let output = identify(folder.path(), &manifest, "1");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("temperature_degc"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn state_of_charge_out_of_range_names_the_log() {
    let folder = tempfile::tempdir().expect("folder");
    // Discharges 6 Ah from a cell of 5 Ah.
    log_of(
        folder.path(),
        "deep.bdf.csv",
        (0..100).map(|k| {
            let t = f64::from(k) * 100.0;
            (t, -2.16, 4.1 - 0.01 * f64::from(k), -2.16 * t / 3600.0)
        }),
    );
    let manifest = head("NMC") + "[[log]]\npath = \"deep.bdf.csv\"\nrole = \"drive\"\n";
    let output = identify(folder.path(), &manifest, "1");
    assert_eq!(output.status.code(), Some(2));
    let message = stderr(&output);
    assert!(message.contains("deep.bdf.csv"), "{message}");
    assert!(message.contains("initial_soc"), "{message}");
}
