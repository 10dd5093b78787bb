//! What is said of a cell file that describes no cell.

mod common;

use bms_sim::cell_file::CellFile;
use common::CELL;

fn load(text: &str) -> Result<CellFile, String> {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("cell.toml");
    std::fs::write(&path, text).expect("written");
    CellFile::load(&path).map_err(|error| {
        let message = error.to_string();
        let name = message.find("cell.toml").expect("the file's name");
        message[name..].to_owned()
    })
}

/// The message for the test cell with `from` replaced by `to`.
fn message(from: &str, to: &str) -> String {
    assert!(CELL.contains(from), "{from}");
    load(&CELL.replacen(from, to, 1)).expect_err("a refusal")
}

#[test]
fn a_cell_is_loaded() {
    let cell = load(CELL).expect("a cell");
    assert_eq!(cell.name, "test cell");
    assert_eq!(cell.circuit.branch.len(), 2);
}

#[test]
fn unknown_chemistry_and_keys_are_named_with_those_allowed() {
    assert_eq!(
        message("\"NMC\"", "\"LTO\""),
        "cell.toml:2:13: key `chemistry`: unknown variant `LTO`, expected one of `NMC`, `NCA`, `LFP`"
    );
    let unknown = message("hysteresis_soc", "hysteresis");
    assert!(
        unknown.starts_with(
            "cell.toml:16:1: key `circuit.hysteresis`: unknown field `hysteresis`, expected one of"
        ),
        "{unknown}"
    );
    assert!(unknown.contains("`hysteresis_soc`"), "{unknown}");
    let missing = message("capacity_ah = 2.0\n", "");
    assert!(missing.contains("missing field `capacity_ah`"), "{missing}");
}

#[test]
fn text_that_is_no_toml_or_of_the_wrong_type_is_placed() {
    let broken = message("soc = [0.0, 0.1", "soc = [0.0, , 0.1");
    assert!(broken.starts_with("cell.toml:8:13: "), "{broken}");
    assert_eq!(
        message("3.4, 3.7", "\"3.4\", 3.7"),
        "cell.toml:10:20: key `ocv.voltage_v[0][1]`: invalid type: string \"3.4\", expected f32"
    );
}

#[test]
fn tables_of_the_wrong_shape_are_named() {
    assert_eq!(
        message(
            "r0_ohm = [[0.04, 0.04], [0.02, 0.02]]",
            "r0_ohm = [[0.04, 0.04]]"
        ),
        "cell.toml:19:1: key `circuit.r0_ohm`: found 1 rows, expected 2, one for each entry of \
         `circuit.temperature_degc`"
    );
    assert_eq!(
        message("[[3.0, 3.4, 3.7, 4.2]]", "[[3.0, 3.4, 3.7]]"),
        "cell.toml:10:14: key `ocv.voltage_v[0]`: found 3 values, expected 4, one for each entry of `ocv.soc`"
    );
    assert_eq!(
        message("knee_current_a = [1.0, 5.0]", "knee_current_a = [1.0]"),
        "cell.toml:17:1: key `circuit.knee_current_a`: found 1 values, expected 2, one for each entry of \
         `circuit.temperature_degc`"
    );
    let branch = message("300.0\nr_ohm = [[0.02, 0.02],", "300.0\nr_ohm = [[0.02],");
    assert!(
        branch.contains("key `circuit.branch[1].r_ohm[0]`: found 1 values, expected 2"),
        "{branch}"
    );
    let more = "\n[[circuit.branch]]\ntau_s = 1000.0\nr_ohm = [[0.0, 0.0], [0.0, 0.0]]\n".repeat(3);
    let five = load(&(CELL.to_owned() + &more)).expect_err("a refusal");
    assert!(
        five.contains("key `circuit.branch`: found 5 RC branches, expected 1 to 4"),
        "{five}"
    );
}

#[test]
fn values_that_no_cell_has_are_named() {
    assert_eq!(
        message("3.4, 3.7, 4.2", "3.4, 3.3, 4.2"),
        "cell.toml:10:25: key `ocv.voltage_v[0][2]`: found 3.3, expected a finite number above 3.4"
    );
    let negative = message(
        "r0_ohm = [[0.04, 0.04], [0.02,",
        "r0_ohm = [[0.04, 0.04], [-0.02,",
    );
    assert!(
        negative.starts_with(
            "cell.toml:19:26: key `circuit.r0_ohm[1][0]`: found -0.02, expected a finite number"
        ),
        "{negative}"
    );
    let nan = message("tau_s = 300.0", "tau_s = nan");
    assert!(
        nan.contains("key `circuit.branch[1].tau_s`: found NaN"),
        "{nan}"
    );
    let order = message(
        "temperature_degc = [0.0, 25.0]",
        "temperature_degc = [25.0, 0.0]",
    );
    assert!(
        order.contains("key `circuit.temperature_degc[1]`: found 0.00 degC, expected a finite number above 25.00 degC"),
        "{order}"
    );
    let branch = message(
        "300.0\nr_ohm = [[0.02, 0.02],",
        "300.0\nr_ohm = [[0.02, -1.0],",
    );
    assert!(
        branch.contains("key `circuit.branch[1].r_ohm[0][1]`: found -1"),
        "{branch}"
    );
    let capacity = message("capacity_ah = 2.0", "capacity_ah = 0.0");
    assert!(
        capacity.starts_with("cell.toml:3:1: key `capacity_ah`: found 0,"),
        "{capacity}"
    );
}
