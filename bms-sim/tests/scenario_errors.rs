//! Errors in scenario files name file, line, key, what was found and what is allowed.

use std::fs;
use std::path::Path;

use bms_sim::scenario::Scenario;

const SOUND: &str = r#"name = "sound"
[bms]
pack = "nmc-13s"
[cell]
model = "circuit"
parameters = "CELL"
soc = 0.5
[[stage]]
current_a = 10.0
duration_s = 5.0
[[fault]]
sensor = "cell-voltage"
index = 3
how = "stuck"
"#;

/// The error of the sound scenario with one part replaced.
fn error(part: &str, by: &str) -> String {
    assert!(SOUND.contains(part), "{part}");
    let cell = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/cells/lg-m50-dfn.toml");
    let text = SOUND
        .replace(part, by)
        .replace("CELL", &cell.display().to_string());
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("case.toml");
    fs::write(&path, text).expect("a file");
    match Scenario::load(&path) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_sound_scenario_is_sound() {
    assert_eq!(error("name", "name"), "");
}

#[test]
fn errors_name_line_key_value_and_what_is_allowed() {
    let cases = [
        (
            "nmc-13s",
            "nmc-14s",
            "case.toml:3:1: key `bms.pack`: found \"nmc-14s\", expected one of \"nmc-96s\", \"lfp-100s\", \"nmc-13s\"",
        ),
        (
            "soc = 0.5",
            "soc = 1.5",
            "case.toml:7:1: key `cell.soc`: found 1.5, expected a number from 0 to 1",
        ),
        (
            "\"circuit\"",
            "\"linear-circuit\"",
            "case.toml:5:1: key `cell.model`: found \"linear-circuit\", which supports neither balancing nor cell faults, \
             expected one of \"circuit\", \"spm\", \"spme\"",
        ),
        (
            "current_a = 10.0",
            "cycle = \"US07\"",
            "key `stage[0].duration_s`: found no key that uses it, expected `power_w` or `current_a` together with it",
        ),
        (
            "current_a = 10.0\nduration_s = 5.0",
            "cycle = \"US07\"",
            "case.toml:9:1: key `stage[0].cycle`: found \"US07\", expected one of \"UDDS\", \"US06\", \"HWFET\", \"WLTC\"",
        ),
        (
            "current_a = 10.0",
            "current_a = 10.0\npower_w = 1.0",
            "expected exactly one of `cycle`, `power_w`, `current_a`, `charge`, `session`, `park_s`",
        ),
        (
            "index = 3",
            "index = 13",
            "case.toml:13:1: key `fault[0].index`: found 13, expected a whole number from 0 to 12",
        ),
        (
            "how = \"stuck\"",
            "how = \"welded\"",
            "key `fault[0].how`: found Welded, expected one of \"stuck\", \"open-wire\"",
        ),
        (
            "how = \"stuck\"",
            "how = \"offset\"",
            "key `fault[0].offset`: found nothing, expected the offset, in the sensor's unit",
        ),
        (
            "how = \"stuck\"",
            "how = \"stuck\"\nuntil_s = 0.0",
            "key `fault[0].until_s`: found 0, expected a time after `from_s`, which is 0",
        ),
        (
            "name = \"sound\"",
            "name = \"sound\"\ncell_step_s = 0.015",
            "case.toml:2:1: key `cell_step_s`: found 0.015, expected a whole multiple of the core's tick, 0.01 s",
        ),
        (
            "[[stage]]",
            "[expect]\nfaults = [104, 999]\n[[stage]]",
            "key `expect.faults`: found 999, expected numbers of the fault catalogue",
        ),
        (
            "[[stage]]",
            "[sensor.temperature]\nnoise = -1.0\n[[stage]]",
            "key `sensor.temperature.noise`: found -1, expected a finite number of at least 0",
        ),
        (
            "[[stage]]",
            "[sensor.pressure]\nnoise = 1.0\n[[stage]]",
            "unknown variant `pressure`, expected one of `cell-voltage`",
        ),
        (
            "duration_s = 5.0",
            "duration = 5.0",
            "unknown field `duration`",
        ),
    ];
    for (part, by, expected) in cases {
        let error = error(part, by);
        assert!(
            error.contains(expected),
            "{by}:\n{error}\nwithout\n{expected}"
        );
    }
}

#[test]
fn errors_of_charging_sessions_name_them_too() {
    let cases = [
        (
            "current_a = 10.0\nduration_s = 5.0",
            "session = { station = \"nevi\", until_soc = 0.8 }",
            "case.toml:9:13: key `stage[0].session.station`: found \"nevi\", expected one of \"nevi-150kw\", \"ccs-350kw\", \
             \"nacs-250kw\"",
        ),
        (
            "current_a = 10.0\nduration_s = 5.0",
            "session = { power_w = 50000.0, until_soc = 0.8 }",
            "case.toml:9:1: key `stage[0].session`: found neither a station nor all of its limits, expected `station`, or \
             `voltage_v`, `current_a` and `power_w`",
        ),
        (
            "current_a = 10.0\nduration_s = 5.0",
            "session = { station = \"nevi-150kw\", until_soc = 80.0 }",
            "key `stage[0].session.until_soc`: found 80, expected a number from 0 to 1",
        ),
        (
            "current_a = 10.0\nduration_s = 5.0",
            "session = { station = \"nevi-150kw\", until_soc = 0.8 }",
            "key `stage[0].session`: found Ccs with the pack \"nmc-13s\", expected a pack with a charge map for it",
        ),
        (
            "sensor = \"cell-voltage\"\nindex = 3\nhow = \"stuck\"",
            "charger = \"silent\"",
            "case.toml:12:1: key `fault[0].charger`: found no such stage, expected a stage with `session`",
        ),
    ];
    for (part, by, expected) in cases {
        let error = error(part, by);
        assert!(
            error.contains(expected),
            "{by}:\n{error}\nwithout\n{expected}"
        );
    }
}

/// The error of the sound scenario with a variant.
fn variant_error(set: &str) -> String {
    let cell = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/cells/lg-m50-dfn.toml");
    let text = format!("{SOUND}[[variant]]\nname = \"other\"\nset = {{ {set} }}\n")
        .replace("CELL", &cell.display().to_string());
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("case.toml");
    fs::write(&path, text).expect("a file");
    match Scenario::load_variants(&path) {
        Ok(scenarios) => {
            assert_eq!(scenarios.len(), 1);
            assert_eq!(scenarios[0].name, "sound, other");
            String::new()
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn errors_of_a_variant_stand_where_it_says_so() {
    assert_eq!(
        variant_error("\"cell.soc\" = 0.6, \"fault[0].index\" = 4"),
        ""
    );
    let cases = [
        (
            "\"cell.soc\" = 1.5",
            "case.toml:17:9: key `variant[0].set.cell.soc`: found 1.5, expected a number from 0 to 1",
        ),
        (
            "\"fault[1].index\" = 4",
            "key `variant[0].set.fault[1].index`: found \"fault[1].index\", expected a key of this scenario",
        ),
        ("\"cell.colour\" = 4", "unknown field `colour`"),
        (
            "\"cell.soc\" = \"full\"",
            "invalid type: string \"full\", expected f64",
        ),
    ];
    for (set, expected) in cases {
        let error = variant_error(set);
        assert!(
            error.contains(expected),
            "{set}:\n{error}\nwithout\n{expected}"
        );
    }
}
