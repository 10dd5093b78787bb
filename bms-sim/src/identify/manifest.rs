//! The list of logs to identify a cell from.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::IdentifyError;
use crate::cell_file::Chemistry;
use crate::toml_file::{Step, TomlError, TomlFile};

/// What a log shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A slow full discharge, perhaps with the slow charge after it.
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
    /// Where the log is, relative to the manifest.
    pub path: PathBuf,
    /// What it shows.
    pub role: Role,
    /// State of charge at its first row; 1.0 where absent, but for a charge that starts lower and ends full.
    pub initial_soc: Option<f64>,
    /// Temperature of the whole log; the log's own where absent.
    pub temperature_degc: Option<f64>,
}

/// A cell's name-plate and its logs.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What the cell is called.
    pub name: String,
    /// Where the logs come from and under which licence; it is written into the cell file.
    pub source: Option<String>,
    /// Its chemistry.
    pub chemistry: Chemistry,
    /// Capacity on the name-plate; the one found in the slow discharge goes into the cell file.
    pub capacity_ah: f64,
    /// Lower end of the operating window.
    pub voltage_min_v: f64,
    /// Upper end of the operating window.
    pub voltage_max_v: f64,
    /// The logs.
    #[serde(default, rename = "log")]
    pub logs: Vec<LogEntry>,
    /// Logs that take no part in the fit: the voltage of the cell found is compared with theirs.
    #[serde(default)]
    pub unseen: Vec<LogEntry>,
}

impl Manifest {
    /// Reads a manifest; paths of logs become relative to where it is read from.
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
