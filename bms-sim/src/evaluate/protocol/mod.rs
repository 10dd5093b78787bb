//! The protocol file: logs, conditions of their replay, and limits on the result.
//!
//! ```toml
//! cell = "../cells/lg-hg2.toml"        # relative to this file
//! data_dir = "../../../shared/data"    # where the logs are, relative to this file; BMS_DATA_DIR overrules it
//! reference_capacity_ah = 2.778        # turns the logs' counters into states of charge
//! settle_s = 600                       # errors count as settled from here on
//! band_soc = 0.03                      # the band that an estimate has to enter for good
//!
//! [limit]                              # of every scenario in every column
//! outside_3sigma_percent = 1.0
//!
//! [[log]]
//! path = "hg2/25degC_551_US06.bdf.csv.gz"
//! group = "25 degC"
//! initial_soc = 1.0                    # true state of charge where the counter is zero
//!
//! [[column]]                           # columns of the table; without any, each group is one
//! name = "25, 40 degC"
//! groups = ["25 degC", "40 degC"]
//!
//! [[scenario]]
//! name = "current offset"
//! variants = [{ current_offset_a = [-0.3, -0.1, 0.1, 0.3] }]
//! limit_rmse_points = { "25, 40 degC" = 0.4 }
//! ```

mod check;
mod variants;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::toml_file::{TomlError, TomlFile};

pub use variants::{Variant, Variants};

/// A protocol as in its file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protocol {
    /// Cell file, relative to the protocol.
    pub cell: PathBuf,
    /// Folder of the logs, relative to the protocol; by default its own folder.
    #[serde(default)]
    pub data_dir: PathBuf,
    /// Capacity that converts the logs' counters to states of charge; by default the cell file's.
    pub reference_capacity_ah: Option<f64>,
    /// Time from which on errors count as settled.
    #[serde(default = "default_settle_s")]
    pub settle_s: f64,
    /// The band that an estimate has to enter for good, as a fraction of one.
    #[serde(default = "default_band_soc")]
    pub band_soc: f64,
    /// Limits that apply to every scenario in every column.
    #[serde(default)]
    pub limit: Limit,
    /// The logs.
    pub log: Vec<LogEntry>,
    /// Columns of the table; by default one per group.
    #[serde(default)]
    pub column: Vec<Column>,
    /// The scenarios, the rows of the table.
    pub scenario: Vec<Scenario>,
}

fn default_settle_s() -> f64 {
    600.0
}

fn default_band_soc() -> f64 {
    0.03
}

/// Limits that always apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Share of settled rows of all runs that may lie outside three sigma.
    pub outside_3sigma_percent: Option<f64>,
    /// Mean sigma over the settled rows of all runs.
    pub mean_sigma_points: Option<f64>,
}

/// A log and its group.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogEntry {
    /// File, relative to the data folder.
    pub path: PathBuf,
    /// Group in which it is pooled.
    pub group: String,
    /// True state of charge at the counter's zero.
    #[serde(default = "full")]
    pub initial_soc: f64,
    /// Temperature of the cell if the log has none.
    pub temperature_degc: Option<f64>,
}

fn full() -> f64 {
    1.0
}

/// A column of the table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its heading.
    pub name: String,
    /// Groups of logs pooled in it.
    pub groups: Vec<String>,
}

/// A row of the table: pooled conditions and their limits.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its heading.
    pub name: String,
    /// The conditions; by default the truth alone.
    #[serde(default = "truth")]
    pub variants: Vec<Variants>,
    /// Largest median RMSE after `settle_s`, by column.
    #[serde(default)]
    pub limit_rmse_points: BTreeMap<String, f64>,
    /// Largest median time to enter the band for good, by column.
    #[serde(default)]
    pub limit_enter_band_s: BTreeMap<String, f64>,
}

fn truth() -> Vec<Variants> {
    vec![Variants::default()]
}

impl Scenario {
    /// Every condition of the scenario.
    #[must_use]
    pub fn expand(&self) -> Vec<Variant> {
        self.variants.iter().flat_map(Variants::expand).collect()
    }
}

impl Protocol {
    /// Reads and checks a protocol; the returned paths are resolved.
    ///
    /// # Errors
    /// The file cannot be read, or has a key, a type, a value or a name that does not fit.
    pub fn load(path: &Path) -> Result<Self, TomlError> {
        let text = TomlFile::read(path)?;
        let mut protocol: Self = text.parse()?;
        protocol.check_numbers(&text)?;
        protocol.check_names(&text)?;
        protocol.add_default_columns();
        protocol.check_limits(&text)?;
        protocol.resolve(path.parent().unwrap_or(Path::new("")));
        Ok(protocol)
    }

    fn resolve(&mut self, here: &Path) {
        self.cell = here.join(&self.cell);
        self.data_dir = std::env::var_os("BMS_DATA_DIR")
            .map_or_else(|| here.join(&self.data_dir), PathBuf::from);
        for log in &mut self.log {
            log.path = self.data_dir.join(&log.path);
        }
    }

    /// The groups of logs, in order of appearance.
    fn groups(&self) -> Vec<&str> {
        let mut groups: Vec<&str> = Vec::new();
        for log in &self.log {
            if !groups.contains(&log.group.as_str()) {
                groups.push(&log.group);
            }
        }
        groups
    }

    fn add_default_columns(&mut self) {
        if self.column.is_empty() {
            let column = |group: &str| Column {
                name: group.to_owned(),
                groups: vec![group.to_owned()],
            };
            self.column = self.groups().into_iter().map(column).collect();
        }
    }
}
