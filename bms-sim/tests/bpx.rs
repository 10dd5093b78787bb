//! Battery Parameter eXchange files: both arrangements are read, bad ones say what is wrong where.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bms_sim::cell::CellModel;
use bms_sim::cell::chen2020::lg_m50;
use bms_sim::cell::physics::REFERENCE_K;
use bms_sim::cell::spm::{ParticleOptions, Spm, Spme};
use bms_sim::data::bpx;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

/// A good file, in the arrangement of version 1.x.
fn good() -> serde_json::Value {
    let text = std::fs::read_to_string(fixtures().join("bpx/lg_m50.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Root mean square difference to a reference discharge at 1C, both models.
fn rms_v(file: &Path, cell: &str, model: &str) -> f64 {
    let parameters = Arc::new(bpx::read(file).unwrap());
    let mut plant: Box<dyn CellModel> = if model == "spm" {
        Box::new(Spm::new(parameters, ParticleOptions::default()))
    } else {
        Box::new(Spme::new(parameters, ParticleOptions::default()).unwrap())
    };
    plant.reset(1.0, REFERENCE_K);
    let path = fixtures().join(format!("traces/bpx_{cell}_1c.csv"));
    let mut reader = csv::Reader::from_path(path).unwrap();
    let headers = reader.headers().unwrap().clone();
    let column = headers
        .iter()
        .position(|h| h == format!("{model}_v"))
        .unwrap();
    let (mut squares, mut count, mut now_s) = (0.0, 0.0, 0.0);
    for record in reader.records() {
        let record = record.unwrap();
        let number = |column: usize| record[column].parse::<f64>().ok();
        let (time_s, current_a) = (number(0).unwrap(), number(1).unwrap());
        let Some(expected_v) = number(column) else {
            break;
        };
        while now_s < time_s - 0.5 {
            plant.step(current_a, 1.0);
            now_s += 1.0;
        }
        squares += (plant.voltage_v(current_a) - expected_v).powi(2);
        count += 1.0;
    }
    assert!(count > 50.0, "a whole discharge");
    f64::sqrt(squares / count)
}

#[test]
fn a_discharge_at_1c_is_that_of_another_program() {
    let files = fixtures().join("../../shared/bpx");
    if !files.exists() {
        println!("skipped: no BPX files at ../shared/bpx");
        return;
    }
    for cell in ["lfp_18650", "nmc_pouch"] {
        for model in ["spm", "spme"] {
            let rms_v = rms_v(&files.join(format!("{cell}_cell_BPX.json")), cell, model);
            println!("{cell} {model}: {:.3} mV rms", rms_v * 1e3);
            assert!(rms_v < 2e-3, "{cell} {model}: {rms_v} V");
        }
    }
}

#[test]
fn formulas_tables_and_constants_give_the_built_in_cell() {
    let file = fixtures().join("bpx/lg_m50.json");
    let options = ParticleOptions::default();
    let mut read = Spme::new(Arc::new(bpx::read(&file).unwrap()), options).unwrap();
    let mut built_in = Spme::new(Arc::new(lg_m50()), options).unwrap();
    assert!((read.capacity_ah() - built_in.capacity_ah()).abs() < 1e-6);
    let thermal = [&read, &built_in].map(|cell| cell.electrochemistry().thermal.unwrap());
    let heat = thermal.map(|thermal| thermal.heat_capacity_j_per_k);
    assert!((heat[0] - heat[1]).abs() < 1e-6, "{heat:?}");
    for _ in 0..300 {
        read.step(7.0, 10.0);
        built_in.step(7.0, 10.0);
        let difference_v = read.voltage_v(7.0) - built_in.voltage_v(7.0);
        assert!(difference_v.abs() < 1e-6, "{difference_v}");
    }
}

#[test]
fn both_arrangements_give_the_same_cell() {
    let new = good();
    let mut old = new.clone();
    old["Header"]["BPX"] = 0.1.into();
    old.as_object_mut().unwrap().remove("State");
    let cell = &mut old["Parameterisation"]["Cell"];
    cell["Initial temperature [K]"] = 298.15.into();
    cell["Ambient temperature [K]"] = 298.15.into();
    cell["Thermal conductivity [W.m-1.K-1]"] = 2.0.into();
    old["Parameterisation"]["Electrolyte"]["Initial concentration [mol.m-3]"] = 1000.into();
    let old = bpx::parse(&old.to_string(), "old").unwrap();
    let new = bpx::parse(&new.to_string(), "new").unwrap();
    assert_eq!(format!("{old:?}"), format!("{new:?}"));
}

#[test]
fn a_file_for_the_spm_alone_runs_the_spm_alone() {
    let mut file = good();
    file["Header"]["Model"] = "SPM".into();
    let parameters = file["Parameterisation"].as_object_mut().unwrap();
    parameters.remove("Electrolyte");
    parameters.remove("Separator");
    let cell = Arc::new(bpx::parse(&file.to_string(), "spm").unwrap());
    let error = Spme::new(Arc::clone(&cell), ParticleOptions::default()).unwrap_err();
    assert!(error.to_string().contains("electrolyte"), "{error}");
    let mut spm = Spm::new(cell, ParticleOptions::default());
    spm.step(5.0, 60.0);
    assert!(spm.voltage_v(5.0) < spm.ocv_v());
}

/// What a message has to say after one change to a good file.
fn message(section: &[&str], key: &str, value: serde_json::Value) -> String {
    let mut file = good();
    let mut place = &mut file;
    for name in section {
        place = &mut place[*name];
    }
    if value.is_null() {
        place.as_object_mut().unwrap().remove(key);
    } else {
        place[key] = value;
    }
    bpx::parse(&file.to_string(), "cell.json")
        .unwrap_err()
        .to_string()
}

#[test]
fn a_bad_file_says_file_key_value_and_what_is_allowed() {
    const NEGATIVE: &[&str] = &["Parameterisation", "Negative electrode"];
    const POSITIVE: &[&str] = &["Parameterisation", "Positive electrode"];
    const CELL: &[&str] = &["Parameterisation", "Cell"];
    let cases = [
        (NEGATIVE, "Thickness [m]", (-1.0).into(), "-1.0", "above 0"),
        (
            NEGATIVE,
            "Thickness [m]",
            "thin".into(),
            "\"thin\"",
            "a number",
        ),
        (
            NEGATIVE,
            "Thickness [m]",
            serde_json::Value::Null,
            "missing",
            "a number above 0",
        ),
        (NEGATIVE, "Porosity", 1.5.into(), "1.5", "at most 1"),
        (
            NEGATIVE,
            "Tickness [m]",
            1.0.into(),
            "an unknown key",
            "`Thickness [m]`",
        ),
        (NEGATIVE, "OCP [V]", "1 - tang(x)".into(), "tang", "tanh"),
        (
            NEGATIVE,
            "Surface area per unit volume [m-1]",
            1e9.into(),
            "1000000000",
            "at most",
        ),
        (
            POSITIVE,
            "OCP [V]",
            serde_json::json!({"x": [0, 1], "y": [4.2]}),
            "2 x and 1 y",
            "equal numbers",
        ),
        (
            POSITIVE,
            "Maximum stoichiometry",
            0.1.into(),
            "0.1",
            "above the minimum of 0.2638452246",
        ),
        (
            POSITIVE,
            "Particle",
            serde_json::json!({"A": {}}),
            "a blend",
            "one material",
        ),
        (
            POSITIVE,
            "Diffusivity [m2.s-1]",
            "x - 1".into(),
            "-0.5 at x = 0.5",
            "above 0",
        ),
        (
            CELL,
            "Upper voltage cut-off [V]",
            2.0.into(),
            "2",
            "above the lower cut-off of 2.5",
        ),
        (
            &["Header"],
            "BPX",
            "2.0".into(),
            "2.0",
            "\"0.1\" to \"1.x\"",
        ),
        (&["Header"], "Model", "P2D".into(), "\"P2D\"", "\"SPMe\""),
    ];
    for (section, key, value, found, expected) in cases {
        let message = message(section, key, value);
        let mut path = "cell.json: ".to_owned();
        for name in section {
            write!(path, "{name} / ").unwrap();
        }
        path += key;
        assert!(message.starts_with(&path), "{message}");
        assert!(
            message.contains(found) && message.contains(expected),
            "{message}"
        );
    }
}

#[test]
fn broken_json_says_the_line() {
    let message = bpx::parse("{\n \"Header\": }", "cell.json")
        .unwrap_err()
        .to_string();
    assert!(message.contains("cell.json: line 2"), "{message}");
}
