//! The file that says which logs are replayed under which conditions, and what must come out.
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

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::replay::Sensing;
use crate::toml_file::Step::{self, Index, Key};
use crate::toml_file::{TomlError, TomlFile};

/// A protocol as in its file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protocol {
    /// Cell file, relative to the protocol.
    pub cell: PathBuf,
    /// Folder of the logs, relative to the protocol; its own folder where this is not given.
    #[serde(default)]
    pub data_dir: PathBuf,
    /// Charge that turns the logs' counters into states of charge; the cell file's where this is not given.
    pub reference_capacity_ah: Option<f64>,
    /// Time from which on errors count as settled.
    #[serde(default = "default_settle_s")]
    pub settle_s: f64,
    /// The band that an estimate has to enter for good, as a fraction of one.
    #[serde(default = "default_band_soc")]
    pub band_soc: f64,
    /// What holds for every scenario in every column.
    #[serde(default)]
    pub limit: Limit,
    /// The logs.
    pub log: Vec<LogEntry>,
    /// The columns of the table; one for each group where there are none.
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

/// What must hold everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Share of settled rows of all runs that may lie outside three sigma.
    pub outside_3sigma_percent: Option<f64>,
    /// Mean sigma over the settled rows of all runs.
    pub mean_sigma_points: Option<f64>,
}

/// A log and where it belongs.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogEntry {
    /// File, relative to the data folder.
    pub path: PathBuf,
    /// What it is pooled with.
    pub group: String,
    /// True state of charge where the log's counter is zero.
    #[serde(default = "full")]
    pub initial_soc: f64,
    /// Temperature of the cell where the log gives none.
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
    /// The groups of logs that are pooled in it.
    pub groups: Vec<String>,
}

/// A row of the table: conditions that are pooled, and what must come out.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its heading.
    pub name: String,
    /// The conditions; the truth alone where there are none.
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

/// One value or several.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged, expecting = "expected a number or a list of numbers")]
enum Values {
    One(f64),
    Many(Vec<f64>),
}

impl Values {
    fn as_slice(&self) -> &[f64] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

/// Conditions; each that has several values is combined with all others.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variants {
    /// Added to the state of charge that the estimator is told at the start, as a fraction of one.
    initial_soc_error: Option<Values>,
    /// Added to the current, discharge positive.
    current_offset_a: Option<Values>,
    /// Multiplies the current.
    current_gain: Option<Values>,
    /// Added to the voltage.
    voltage_offset_v: Option<Values>,
    /// Added to the temperature.
    temperature_offset_k: Option<Values>,
    /// Multiplies the capacity that the estimator is told.
    capacity_factor: Option<Values>,
}

/// One condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// What differs from the truth, in words.
    pub name: String,
    /// Added to the state of charge that the estimator is told at the start.
    pub initial_soc_error: f64,
    /// What the estimator is wrongly told.
    pub sensing: Sensing,
}

/// A condition's key, its values, the least that is accepted, and how a value changes a variant.
type Condition<'a> = (&'static str, &'a Option<Values>, f64, fn(&mut Variant, f64));

impl Variants {
    fn conditions(&self) -> [Condition<'_>; 6] {
        const ANY: f64 = f64::NEG_INFINITY;
        [
            ("initial_soc_error", &self.initial_soc_error, ANY, |v, x| {
                v.initial_soc_error = x;
            }),
            ("current_offset_a", &self.current_offset_a, ANY, |v, x| {
                v.sensing.current_offset_a = x;
            }),
            ("current_gain", &self.current_gain, 0.0, |v, x| {
                v.sensing.current_gain = x;
            }),
            ("voltage_offset_v", &self.voltage_offset_v, ANY, |v, x| {
                v.sensing.voltage_offset_v = x;
            }),
            (
                "temperature_offset_k",
                &self.temperature_offset_k,
                ANY,
                |v, x| v.sensing.temperature_offset_k = x,
            ),
            ("capacity_factor", &self.capacity_factor, 0.0, |v, x| {
                v.sensing.capacity_factor = x;
            }),
        ]
    }

    fn expand(&self) -> Vec<Variant> {
        let truth = Variant {
            name: String::new(),
            initial_soc_error: 0.0,
            sensing: Sensing::default(),
        };
        let mut all = vec![truth];
        for (key, values, _, set) in self.conditions() {
            let Some(values) = values else {
                continue;
            };
            let with = |variant: &Variant, value: f64| {
                let mut variant = variant.clone();
                let gap = if variant.name.is_empty() { "" } else { " " };
                variant.name = format!("{}{gap}{key}={value}", variant.name);
                set(&mut variant, value);
                variant
            };
            all = all
                .iter()
                .flat_map(|variant| values.as_slice().iter().map(|value| with(variant, *value)))
                .collect();
        }
        all
    }
}

impl Scenario {
    /// Every condition of the scenario.
    #[must_use]
    pub fn expand(&self) -> Vec<Variant> {
        self.variants.iter().flat_map(Variants::expand).collect()
    }
}

impl Protocol {
    /// Reads and checks a protocol; paths in what is returned are ready to open.
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

    fn check_numbers(&self, text: &TomlFile) -> Result<(), TomlError> {
        let above = |steps: &[Step<'_>], value: f64, bound: f64| {
            if value.is_finite() && value > bound {
                return Ok(());
            }
            let expected = if bound == f64::NEG_INFINITY {
                "a finite number".to_owned()
            } else {
                format!("a finite number above {bound}")
            };
            Err(text.value_error(steps, value.to_string(), expected))
        };
        if let Some(capacity_ah) = self.reference_capacity_ah {
            above(&[Key("reference_capacity_ah")], capacity_ah, 0.0)?;
        }
        above(&[Key("settle_s")], self.settle_s, f64::NEG_INFINITY)?;
        above(&[Key("band_soc")], self.band_soc, 0.0)?;
        for (index, log) in self.log.iter().enumerate() {
            let key = |key| [Key("log"), Index(index), Key(key)];
            above(&key("initial_soc"), log.initial_soc, f64::NEG_INFINITY)?;
            if let Some(temperature_degc) = log.temperature_degc {
                above(&key("temperature_degc"), temperature_degc, -273.15)?;
            }
        }
        for (row, scenario) in self.scenario.iter().enumerate() {
            for (index, variants) in scenario.variants.iter().enumerate() {
                for (key, values, bound, _) in variants.conditions() {
                    let steps = [
                        Key("scenario"),
                        Index(row),
                        Key("variants"),
                        Index(index),
                        Key(key),
                    ];
                    for value in values.iter().flat_map(Values::as_slice) {
                        above(&steps, *value, bound)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn check_names(&self, text: &TomlFile) -> Result<(), TomlError> {
        for (key, length) in [("log", self.log.len()), ("scenario", self.scenario.len())] {
            if length == 0 {
                return Err(text.value_error(&[Key(key)], "none", "at least one"));
            }
        }
        let groups = self.groups();
        for (index, column) in self.column.iter().enumerate() {
            let steps = [Key("column"), Index(index), Key("groups")];
            if column.groups.is_empty() {
                return Err(text.value_error(&steps, "none", "at least one group"));
            }
            if let Some(unknown) = column.groups.iter().find(|g| !groups.contains(&g.as_str())) {
                let found = format!("`{unknown}`");
                return Err(text.value_error(&steps, found, one_of(&groups)));
            }
        }
        for (index, scenario) in self.scenario.iter().enumerate() {
            if self.scenario[..index]
                .iter()
                .any(|s| s.name == scenario.name)
            {
                return Err(text.value_error(
                    &[Key("scenario"), Index(index), Key("name")],
                    format!("`{}` again", scenario.name),
                    "a name that no other scenario has",
                ));
            }
        }
        Ok(())
    }

    fn check_limits(&self, text: &TomlFile) -> Result<(), TomlError> {
        let columns: Vec<&str> = self.column.iter().map(|c| c.name.as_str()).collect();
        for (index, scenario) in self.scenario.iter().enumerate() {
            let limits = [
                ("limit_rmse_points", &scenario.limit_rmse_points),
                ("limit_enter_band_s", &scenario.limit_enter_band_s),
            ];
            for (key, limits) in limits {
                if let Some(unknown) = limits.keys().find(|c| !columns.contains(&c.as_str())) {
                    return Err(text.value_error(
                        &[Key("scenario"), Index(index), Key(key), Key(unknown)],
                        format!("column `{unknown}`"),
                        one_of(&columns),
                    ));
                }
            }
        }
        Ok(())
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

fn one_of(names: &[&str]) -> String {
    format!("one of `{}`", names.join("`, `"))
}
