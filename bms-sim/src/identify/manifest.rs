//! The list of logs for the identification of a cell.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::IdentifyError;
use crate::cell_file::Chemistry;
use crate::toml_file::{Step, TomlError, TomlFile};

/// Kind of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A slow full discharge, optionally followed by the slow charge.
    Ocv,
    /// Pulses, with or without rests, at several states of charge.
    Pulses,
    /// A drive cycle or any other use.
    Drive,
    /// A charge, or a discharge and charge at constant current.
    Charge,
}

/// One log of a [`Manifest`].
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogEntry {
    /// Path of the log, relative to the manifest.
    pub path: PathBuf,
    /// Kind of the log.
    pub role: Role,
    /// State of charge at its first row; by default 1.0, except for a charge that starts lower and ends full.
    pub initial_soc: Option<f64>,
    /// Temperature of the whole log; by default the log's own.
    pub temperature_degc: Option<f64>,
}

/// A cell's name-plate data and its logs.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Name of the cell.
    pub name: String,
    /// Source and licence of the logs; copied to the cell file.
    pub source: Option<String>,
    /// Its chemistry.
    pub chemistry: Chemistry,
    /// Capacity on the name-plate; the cell file has the one measured in the slow discharge.
    pub capacity_ah: f64,
    /// Lower end of the operating window.
    pub voltage_min_v: f64,
    /// Upper end of the operating window.
    pub voltage_max_v: f64,
    /// The logs.
    #[serde(default, rename = "log")]
    pub logs: Vec<LogEntry>,
    /// Logs excluded from the fit, for validation.
    #[serde(default)]
    pub unseen: Vec<LogEntry>,
}

impl Manifest {
    /// Reads a manifest and resolves its paths.
    ///
    /// # Errors
    /// A file that cannot be read, or a key or value that is not expected, with line and column.
    pub fn read(path: &Path) -> Result<Self, IdentifyError> {
        let text = TomlFile::read(path)?;
        let mut manifest: Self = text.parse()?;
        manifest.check(&text)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        for log in manifest.logs.iter_mut().chain(&mut manifest.unseen) {
            log.path = folder.join(&log.path);
        }
        Ok(manifest)
    }

    fn check(&self, text: &TomlFile) -> Result<(), TomlError> {
        let above = |key: &'static str, value: f64, bound: f64, name: &str| {
            if value.is_finite() && value > bound {
                Ok(())
            } else {
                let expected = format!("a number above {name}");
                Err(text.value_error(&[Step::Key(key)], value.to_string(), expected))
            }
        };
        above("capacity_ah", self.capacity_ah, 0.0, "0")?;
        above("voltage_min_v", self.voltage_min_v, 0.0, "0")?;
        above(
            "voltage_max_v",
            self.voltage_max_v,
            self.voltage_min_v,
            "`voltage_min_v`",
        )?;
        if self.logs.is_empty() {
            let expected = "at least one `[[log]]`";
            return Err(text.value_error(&[Step::Key("log")], "none", expected));
        }
        check_logs(text, "log", &self.logs)?;
        check_logs(text, "unseen", &self.unseen)
    }
}

fn check_logs(text: &TomlFile, list: &'static str, logs: &[LogEntry]) -> Result<(), TomlError> {
    let within =
        |index: usize, key: &'static str, value: Option<f64>, low: f64, high: f64| match value {
            Some(value) if !(low..=high).contains(&value) => {
                let steps = [Step::Key(list), Step::Index(index), Step::Key(key)];
                let expected = format!("{low} to {high}");
                Err(text.value_error(&steps, value.to_string(), expected))
            }
            _ => Ok(()),
        };
    for (index, log) in logs.iter().enumerate() {
        within(index, "initial_soc", log.initial_soc, 0.0, 1.0)?;
        within(
            index,
            "temperature_degc",
            log.temperature_degc,
            -60.0,
            100.0,
        )?;
    }
    Ok(())
}
