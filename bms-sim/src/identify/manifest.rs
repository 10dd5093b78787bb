//! The list of logs to identify a cell from.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::IdentifyError;
use crate::cell_file::Chemistry;

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
}

impl Manifest {
    /// Reads a manifest; paths of logs become relative to it.
    ///
    /// # Errors
    /// A file that cannot be read, or a key or value that is not expected, with line and column.
    pub fn read(path: &Path) -> Result<Self, IdentifyError> {
        let text = std::fs::read_to_string(path).map_err(|source| IdentifyError::Read {
            file: path.to_owned(),
            source,
        })?;
        let refuse = |message: String| IdentifyError::Manifest {
            file: path.to_owned(),
            message,
        };
        let mut manifest: Self =
            toml::from_str(&text).map_err(|error| refuse(error.to_string().trim().to_owned()))?;
        manifest.check().map_err(refuse)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        for log in &mut manifest.logs {
            log.path = folder.join(&log.path);
        }
        Ok(manifest)
    }

    fn check(&self) -> Result<(), String> {
        let positive = |key: &str, value: f64| {
            if value.is_finite() && value > 0.0 {
                Ok(())
            } else {
                Err(format!("`{key}` is {value}; expected a number above 0"))
            }
        };
        positive("capacity_ah", self.capacity_ah)?;
        positive("voltage_min_v", self.voltage_min_v)?;
        if self.voltage_max_v.is_nan() || self.voltage_max_v <= self.voltage_min_v {
            return Err(format!(
                "`voltage_max_v` is {}; expected a number above `voltage_min_v`, which is {}",
                self.voltage_max_v, self.voltage_min_v
            ));
        }
        if self.logs.is_empty() {
            return Err("has no `[[log]]`; expected at least one".to_owned());
        }
        for (index, log) in self.logs.iter().enumerate() {
            let place = format!(
                "`initial_soc` of log {} ({})",
                index + 1,
                log.path.display()
            );
            if let Some(soc) = log.initial_soc
                && !(0.0..=1.0).contains(&soc)
            {
                return Err(format!("{place} is {soc}; expected 0 to 1"));
            }
            let place = format!(
                "`temperature_degc` of log {} ({})",
                index + 1,
                log.path.display()
            );
            if let Some(temperature) = log.temperature_degc
                && !(-60.0..=100.0).contains(&temperature)
            {
                return Err(format!("{place} is {temperature}; expected -60 to 100"));
            }
        }
        Ok(())
    }
}
