//! A bad plant file is refused with file, line, key, value and what is allowed; nothing is written.

use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use tempfile::TempDir;

/// A plant file in which everything is set, one key a line.
const PLANT: &str = r#"name = "plant"
step_s = 1.0
output_step_s = 2.0
air_degc = 25.0
[cell]
model = "spm"
parameters = "lg-m50"
soc = 0.5
temperature_degc = 20.0
shells = 10
modes = 5
electrolyte_volumes = 10
[pack]
series = 2
parallel = 2
[pack.spread]
seed = 1
capacity_sigma = 0.01
resistance_sigma = 0.01
soc_sigma = 0.01
temperature_sigma_k = 1.0
[pack.connection]
contact_ohm = 0.001
busbar_ohm = 0.001
tap = "same-end"
interconnect_ohm = 0.001
[thermal]
groups_per_module = 2
cell_j_per_k = 70.0
cell_to_plate_w_per_k = 0.1
cell_to_air_w_per_k = 0.1
cell_to_cell_w_per_k = 0.1
plate_j_per_k = 100.0
plate_to_coolant_w_per_k = 10.0
coolant_w_per_k = 10.0
reservoir_j_per_k = 100.0
radiator_w_per_k = 10.0
[[load]]
cycle = "UDDS"
scale = 0.0001
repeat = 1
[load.vehicle]
mass_kg = 1500.0
rotating_mass_fraction = 0.05
drag_area_m2 = 0.6
rolling_resistance = 0.01
air_density_kg_per_m3 = 1.2
drivetrain_efficiency = 0.9
regen_fraction = 0.8
regen_power_max_w = 50000.0
regen_speed_min_mps = 1.0
auxiliary_power_w = 300.0
[load.until]
duration_s = 3.0
voltage_below_v = 2.0
voltage_above_v = 9.0
cell_voltage_below_v = 2.0
cell_voltage_above_v = 4.5
current_below_a = 0.000001
[[load]]
[load.charge]
c_rate = 0.5
voltage_v = 8.2
cutoff_c_rate = 0.1
[load.until]
duration_s = 2.0
"#;

/// Keys, a value that each refuses, and what the message says is allowed.
const REFUSED: &[(&str, &str, &str)] = &[
    ("step_s", "0.0", "a finite number above 0"),
    ("output_step_s", "0.5", "at least `step_s`, which is 1"),
    ("air_degc", "200.0", "a temperature from -60 to 100 degC"),
    (
        "cell.model",
        "\"dfn\"",
        "unknown variant `dfn`, expected one of `spm`, `spme`, `circuit`, `linear-circuit`",
    ),
    (
        "cell.parameters",
        "\"nothing.json\"",
        "\"lg-m50\" or a Battery Parameter eXchange file",
    ),
    ("cell.soc", "1.5", "a number from 0 to 1"),
    (
        "cell.temperature_degc",
        "-100.0",
        "a temperature from -60 to 100 degC",
    ),
    ("cell.shells", "1", "a whole number from 2 to 1000"),
    ("cell.modes", "11", "a whole number from 1 to 10"),
    (
        "cell.electrolyte_volumes",
        "0",
        "a whole number from 2 to 1000",
    ),
    ("pack.series", "0", "a whole number from 1 to 10000"),
    ("pack.parallel", "-3", "expected usize"),
    ("pack.spread.seed", "-1", "expected u64"),
    (
        "pack.spread.capacity_sigma",
        "0.5",
        "a number from 0 to 0.2",
    ),
    (
        "pack.spread.resistance_sigma",
        "-0.1",
        "a number from 0 to 0.2",
    ),
    ("pack.spread.soc_sigma", "nan", "a number from 0 to 0.2"),
    (
        "pack.spread.temperature_sigma_k",
        "50.0",
        "a number from 0 to 20",
    ),
    (
        "pack.connection.contact_ohm",
        "-0.1",
        "a finite number of at least 0",
    ),
    (
        "pack.connection.busbar_ohm",
        "inf",
        "a finite number of at least 0",
    ),
    (
        "pack.connection.tap",
        "\"middle\"",
        "unknown variant `middle`, expected `same-end` or `opposite-ends`",
    ),
    (
        "pack.connection.interconnect_ohm",
        "-1.0",
        "a finite number of at least 0",
    ),
    (
        "thermal.groups_per_module",
        "0",
        "a whole number from 1 to 10000",
    ),
    ("thermal.cell_j_per_k", "0.0", "a finite number above 0"),
    (
        "thermal.cell_to_plate_w_per_k",
        "-1.0",
        "a finite number of at least 0",
    ),
    (
        "thermal.cell_to_air_w_per_k",
        "-1.0",
        "a finite number of at least 0",
    ),
    (
        "thermal.cell_to_cell_w_per_k",
        "-1.0",
        "a finite number of at least 0",
    ),
    ("thermal.plate_j_per_k", "-1.0", "a finite number above 0"),
    (
        "thermal.plate_to_coolant_w_per_k",
        "-1.0",
        "a finite number of at least 0",
    ),
    (
        "thermal.coolant_w_per_k",
        "-1.0",
        "a finite number of at least 0",
    ),
    (
        "thermal.reservoir_j_per_k",
        "0.0",
        "a finite number above 0",
    ),
    (
        "thermal.radiator_w_per_k",
        "-1.0",
        "a finite number of at least 0",
    ),
    (
        "load[0].cycle",
        "\"NEDC\"",
        "UDDS, US06, HWFET, WLTC or a file that can be read",
    ),
    ("load[0].scale", "nan", "a finite number"),
    ("load[0].repeat", "0", "a whole number from 1 to 1000000"),
    ("load[0].vehicle.mass_kg", "0.0", "a finite number above 0"),
    (
        "load[0].vehicle.rotating_mass_fraction",
        "-0.1",
        "a finite number of at least 0",
    ),
    (
        "load[0].vehicle.drag_area_m2",
        "-0.1",
        "a finite number of at least 0",
    ),
    (
        "load[0].vehicle.rolling_resistance",
        "-0.1",
        "a finite number of at least 0",
    ),
    (
        "load[0].vehicle.air_density_kg_per_m3",
        "-0.1",
        "a finite number of at least 0",
    ),
    (
        "load[0].vehicle.drivetrain_efficiency",
        "1.1",
        "a number above 0 and at most 1",
    ),
    (
        "load[0].vehicle.regen_fraction",
        "1.1",
        "a number from 0 to 1",
    ),
    (
        "load[0].vehicle.regen_power_max_w",
        "-1.0",
        "a finite number of at least 0",
    ),
    (
        "load[0].vehicle.regen_speed_min_mps",
        "-1.0",
        "a finite number of at least 0",
    ),
    (
        "load[0].vehicle.auxiliary_power_w",
        "-1.0",
        "a finite number of at least 0",
    ),
    ("load[0].until.duration_s", "0.0", "a finite number above 0"),
    (
        "load[0].until.voltage_below_v",
        "-1.0",
        "a finite number above 0",
    ),
    (
        "load[0].until.voltage_above_v",
        "-1.0",
        "a finite number above 0",
    ),
    (
        "load[0].until.cell_voltage_below_v",
        "-1.0",
        "a finite number above 0",
    ),
    (
        "load[0].until.cell_voltage_above_v",
        "-1.0",
        "a finite number above 0",
    ),
    (
        "load[0].until.current_below_a",
        "-1.0",
        "a finite number above 0",
    ),
    ("load[1].charge.c_rate", "0.0", "a finite number above 0"),
    (
        "load[1].charge.voltage_v",
        "-4.2",
        "a finite number above 0",
    ),
    (
        "load[1].charge.cutoff_c_rate",
        "0.7",
        "less than `c_rate`, which is 0.5",
    ),
];

/// The line, from 1, on which a key stands in the plant.
fn line_of(key: &str) -> usize {
    let (section, name) = key.rsplit_once('.').unwrap_or(("", key));
    let header = match section.split_once("].") {
        Some((_, inner)) => format!("[load.{inner}]"),
        None if section.starts_with("load") => "[[load]]".to_owned(),
        None if section.is_empty() => String::new(),
        None => format!("[{section}]"),
    };
    let skip_loads = usize::from(key.starts_with("load[1]")) + usize::from(key.starts_with("load"));
    let mut loads = 0;
    let mut current = String::new();
    for (index, line) in PLANT.lines().enumerate() {
        if line.starts_with('[') {
            line.clone_into(&mut current);
            loads += usize::from(line == "[[load]]");
        }
        if current == header
            && (skip_loads == 0 || loads == skip_loads)
            && line.starts_with(&format!("{name} ="))
        {
            return index + 1;
        }
    }
    panic!("{key} is not in the plant");
}

fn with_line(line: usize, text: &str) -> String {
    let replace = |(index, old): (usize, &str)| {
        if index + 1 == line {
            text.to_owned()
        } else {
            old.to_owned()
        }
    };
    PLANT
        .lines()
        .enumerate()
        .map(replace)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Runs a plant's text; exit code, message, and whether a result appeared.
fn run(text: &str) -> (Option<i32>, String, bool) {
    let folder = TempDir::new().unwrap();
    let plant = folder.path().join("plant.toml");
    std::fs::write(&plant, text).unwrap();
    let out = folder.path().join("out.csv");
    let output = Command::new(env!("CARGO_BIN_EXE_bms-sim"))
        .args([Path::new("simulate"), &plant, Path::new("--output"), &out])
        .output()
        .unwrap();
    let files = std::fs::read_dir(folder.path()).unwrap().count();
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
        files > 1,
    )
}

#[test]
fn the_plant_itself_is_good() {
    let (code, message, written) = run(PLANT);
    assert_eq!((code, written), (Some(0), true), "{message}");
}

#[test]
fn every_key_refuses_with_its_place() {
    for (key, value, allowed) in REFUSED {
        let name = key.rsplit('.').next().unwrap();
        let line = line_of(key);
        let (code, message, written) = run(&with_line(line, &format!("{name} = {value}")));
        assert_eq!((code, written), (Some(2), false), "{key}: {message}");
        for part in [
            &format!("plant.toml:{line}:"),
            &format!("key `{key}`"),
            &(*allowed).to_owned(),
        ] {
            assert!(
                message.contains(part),
                "{key}: `{part}` is not in: {message}"
            );
        }
    }
}

/// Every key of the plant is in the list above, so none is left without a test.
#[test]
fn every_key_is_tried() {
    let tried: Vec<usize> = REFUSED.iter().map(|(key, ..)| line_of(key)).collect();
    for (index, line) in PLANT
        .lines()
        .enumerate()
        .filter(|(_, line)| line.contains('='))
    {
        let free = line.starts_with("name") || (index > 60 && line.starts_with("duration_s"));
        assert!(
            free || tried.contains(&(index + 1)),
            "line {}: {line}",
            index + 1
        );
    }
}

#[test]
fn an_unknown_key_is_told_the_known_ones() {
    let (code, message, _) = run(&with_line(line_of("cell.soc"), "state_of_charge = 0.5"));
    assert_eq!(code, Some(2));
    assert!(
        message.contains("unknown field `state_of_charge`, expected one of"),
        "{message}"
    );
}

#[test]
fn a_load_is_one_thing() {
    let both = format!("{PLANT}\n[[load]]\ncurrent_a = 1.0\nrest_s = 5.0\n");
    let (code, message, _) = run(&both);
    assert_eq!(code, Some(2));
    assert!(
        message
            .contains("key `load[2].rest_s`: found `current_a`, `rest_s`, expected exactly one of"),
        "{message}"
    );
    let (_, message, _) = run(&format!("{PLANT}\n[[load]]\nscale = 2.0\n"));
    assert!(
        message.contains("key `load[2]`: found none of them, expected exactly one of"),
        "{message}"
    );
    let (_, message, _) = run(&format!("{PLANT}\n[[load]]\npower_w = 2.0\n"));
    assert!(
        message.contains("key `load[2].until`: found nothing, expected a stop condition"),
        "{message}"
    );
    let (_, message, _) = run(&format!("{PLANT}\n[[load]]\nprofile = \"no.csv\"\n"));
    assert!(
        message.contains("key `load[2].profile`") && message.contains("a file that can be read"),
        "{message}"
    );
}

#[test]
fn a_plant_without_a_load_is_refused() {
    let head = PLANT.split("[[load]]").next().unwrap();
    let (code, message, _) = run(head);
    assert_eq!(code, Some(2));
    assert!(
        message.contains("key `load`: found nothing, expected at least one `[[load]]`"),
        "{message}"
    );
}

/// A bad profile names the profile's own line and column.
#[test]
fn a_bad_profile_names_its_row() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("p.csv"), "time_s,power_w\n0,1\n1,much\n").unwrap();
    let plant = folder.path().join("plant.toml");
    std::fs::write(&plant, format!("{PLANT}\n[[load]]\nprofile = \"p.csv\"\n")).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_bms-sim"))
        .arg("simulate")
        .arg(&plant)
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        message.contains("p.csv:3: column `power_w`: found \"much\", expected a number"),
        "{message}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Any line replaced by any text is either taken or refused with a place: never a panic, never a partial result.
    #[test]
    fn any_damage_is_refused_with_a_place(line in 1_usize..70, text in "[ -~]{0,30}") {
        let (code, message, written) = run(&with_line(line, &text));
        match code {
            Some(0 | 1) => {}
            Some(2) => {
                prop_assert!(!written);
                prop_assert!(message.contains("plant.toml"), "{message}");
            }
            other => prop_assert!(false, "{other:?}: {message}"),
        }
    }
}
