//! What tests share: real logs, a cell, a log, and the program.
#![allow(dead_code, unused_imports)] // Each test uses its own part of it.

use std::path::{Path, PathBuf};

mod logs;

pub(crate) use logs::{data_dir, data_dir_or_skip};

/// All logs below a folder, sorted.
pub(crate) fn logs_below(dir: &Path) -> Vec<PathBuf> {
    let mut logs = Vec::new();
    for entry in std::fs::read_dir(dir).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            logs.extend(logs_below(&path));
        } else if path.to_string_lossy().contains(".bdf.csv") {
            logs.push(path);
        }
    }
    logs.sort();
    logs
}

/// A cell file: NMC-like, two temperatures, two RC branches. The numbers are made up.
pub(crate) const CELL: &str = r#"name = "test cell"
chemistry = "NMC"
capacity_ah = 2.0
voltage_min_v = 2.5
voltage_max_v = 4.2

[ocv]
soc = [0.0, 0.1, 0.5, 1.0]
temperature_degc = [25.0]
voltage_v = [[3.0, 3.4, 3.7, 4.2]]

[circuit]
soc = [0.0, 1.0]
temperature_degc = [0.0, 25.0]
activation_energy_j_per_mol = 20000.0
hysteresis_soc = 0.05
knee_current_a = [1.0, 5.0]
voltage_error_v = [0.01, 0.005]
r0_ohm = [[0.04, 0.04], [0.02, 0.02]]
charge_transfer_discharge_ohm = [[0.02, 0.02], [0.01, 0.01]]
charge_transfer_charge_ohm = [[0.02, 0.02], [0.01, 0.01]]
hysteresis_v = [[0.0, 0.0], [0.0, 0.0]]

[[circuit.branch]]
tau_s = 10.0
r_ohm = [[0.02, 0.02], [0.01, 0.01]]

[[circuit.branch]]
tau_s = 300.0
r_ohm = [[0.02, 0.02], [0.01, 0.01]]
"#;

/// A log of the test cell in BDF: 1 A and 3 A in turn from full, for `rows` seconds; the voltage is that of the OCV
/// and a resistor of 50 milliohm.
pub(crate) fn log(rows: u32) -> String {
    use std::fmt::Write as _;
    let mut out = String::from(
        "Test Time / s,Current / A,Voltage / V,Surface Temperature T1 / degC,Net Capacity / Ah\n",
    );
    let mut net_ah = 0.0;
    for second in 0..rows {
        let current_a = if second == 0 {
            0.0
        } else if (second / 20) % 2 == 0 {
            1.0
        } else {
            3.0
        };
        net_ah -= current_a / 3600.0;
        let soc = 1.0 + net_ah / 2.0;
        let ocv_v = if soc > 0.5 {
            3.7 + (soc - 0.5)
        } else if soc > 0.1 {
            3.4 + 0.75 * (soc - 0.1)
        } else {
            3.0 + 4.0 * soc
        };
        let voltage_v = ocv_v - 0.05 * current_a;
        let charging_a = 0.0 - current_a;
        writeln!(out, "{second},{charging_a},{voltage_v},25,{net_ah}").expect("memory");
    }
    out
}

/// The program under test.
pub(crate) fn bms_sim(arguments: &[&str]) -> std::process::Output {
    std::process::Command::new(env!("CARGO_BIN_EXE_bms-sim"))
        .args(arguments)
        .output()
        .expect("the program runs")
}

/// What it said on standard error.
pub(crate) fn stderr(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What it said on standard output.
pub(crate) fn stdout(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}
