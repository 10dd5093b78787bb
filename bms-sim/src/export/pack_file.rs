//! A pack on disk: the differences from a preset, in TOML with the names of `bms.h`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use bms_core::cell::CellParameters;
use bms_core::config::presets::{LFP_100S, NMC_13S, NMC_96S};
use bms_core::config::{BmsConfig, ConfigError};
use bms_core::protection::{FaultId, FaultTiming};
use bms_core::schema::{self, FieldInfo, Visitor, Whole};
use toml::{Table, Value};

use crate::cell_file::{Cell, CellFile};
use crate::toml_file::TomlError;

/// Why a pack file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackFileError {
    /// It cannot be read.
    #[error("{}: cannot be read: {source}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is no TOML.
    #[error("{}: {source}", file.display())]
    Form {
        /// The file.
        file: PathBuf,
        /// Where and why.
        source: toml::de::Error,
    },
    /// A key has a value that cannot be used, or there is no such key.
    #[error("{}: key `{key}`: {message}", file.display())]
    Key {
        /// The file.
        file: PathBuf,
        /// The key with all that it is in.
        key: String,
        /// What was found, and what was expected.
        message: String,
    },
    /// Its cell file cannot be used.
    #[error(transparent)]
    Cell(#[from] TomlError),
    /// Its values do not fit together.
    #[error("{}: {error}", file.display())]
    Config {
        /// The file.
        file: PathBuf,
        /// Which.
        error: ConfigError,
    },
}

/// A fault whose times are other ones than the catalogue's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// The fault.
    pub fault: FaultId,
    /// Its times.
    pub timing: FaultTiming,
}

/// A pack as its file describes it. Its tables live as long as the program.
#[derive(Clone, Debug)]
pub struct Pack {
    /// What it is called: a name for C and Rust.
    pub name: String,
    /// The valid configuration.
    pub core: BmsConfig<'static>,
    /// The faults with other times than the catalogue's.
    pub timings: Vec<Timing>,
}

impl Pack {
    /// Reads a pack file, and the cell file that it names.
    ///
    /// # Errors
    /// What cannot be used, by file and key.
    pub fn load(file: &Path) -> Result<Self, PackFileError> {
        let text = fs::read_to_string(file).map_err(|source| PackFileError::Io {
            file: file.to_path_buf(),
            source,
        })?;
        let table: Table = text.parse().map_err(|source| PackFileError::Form {
            file: file.to_path_buf(),
            source,
        })?;
        let wrong = |key: &str, message: String| PackFileError::Key {
            file: file.to_path_buf(),
            key: key.to_owned(),
            message,
        };
        let name = string(&table, "name").map_err(|message| wrong("name", message))?;
        if !is_name(&name) {
            let message = format!("found \"{name}\", expected letters, digits and `_`");
            return Err(wrong("name", message));
        }
        let preset = string(&table, "preset")
            .and_then(|preset| preset_of(&preset))
            .map_err(|message| wrong("preset", message))?;
        let mut core = *preset;
        if table.contains_key("cell_file") {
            let path =
                string(&table, "cell_file").map_err(|message| wrong("cell_file", message))?;
            let parallel = number(table.get("parallel").unwrap_or(&Value::Integer(1)))
                .filter(|parallel| *parallel >= 1.0)
                .ok_or_else(|| wrong("parallel", "expected a number of cells".to_owned()))?;
            let path = file.parent().unwrap_or_else(|| Path::new("")).join(path);
            let cell = Cell::from(&CellFile::load(&path)?);
            core.cell = group(cell, parallel);
        }
        let mut overlay = Overlay::new(&table);
        schema::visit(&mut core, &mut overlay);
        if let Some((key, message)) = overlay.finish() {
            return Err(wrong(&key, message));
        }
        let timings = timings(&table).map_err(|message| wrong("timing", message))?;
        if core.layout.sensor_of_cell.len() != core.layout.cells {
            let message = "expected as many entries as there are cells".to_owned();
            return Err(wrong("layout.sensor_of_cell", message));
        }
        for timing in &timings {
            core.timings = core.timings.with(timing.fault, timing.timing);
        }
        core.validate().map_err(|error| PackFileError::Config {
            file: file.to_path_buf(),
            error,
        })?;
        Ok(Self {
            name,
            core,
            timings,
        })
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}

fn string(table: &Table, key: &str) -> Result<String, String> {
    match table.get(key) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(other) => Err(format!("found {other}, expected a text")),
        None => Err("is missing".to_owned()),
    }
}

fn preset_of(name: &str) -> Result<&'static BmsConfig<'static>, String> {
    match name {
        "nmc-96s" => Ok(&NMC_96S),
        "lfp-100s" => Ok(&LFP_100S),
        "nmc-13s" => Ok(&NMC_13S),
        other => Err(format!(
            "found \"{other}\", expected \"nmc-96s\", \"lfp-100s\" or \"nmc-13s\""
        )),
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of single precision")]
fn number(value: &Value) -> Option<f32> {
    match value {
        // Through text, as double rounding would change the last bit.
        Value::Float(value) => format!("{value:?}").parse().ok(),
        Value::Integer(value) => Some(*value as f32),
        _ => None,
    }
}

/// A group of cells in parallel: capacity and currents of all together, resistances divided.
fn group(cell: Cell, parallel: f32) -> CellParameters<'static> {
    let cell: &'static Cell = Box::leak(Box::new(cell));
    let mut parameters = cell.parameters();
    schema::visit(&mut parameters, &mut Group { parallel });
    parameters
}

struct Group {
    parallel: f32,
}

impl Visitor<'static> for Group {
    fn enter(&mut self, _: &FieldInfo, _: &'static str) {}

    fn leave(&mut self) {}

    fn number(&mut self, field: &FieldInfo, value: &mut f32) {
        if field.constructor == "coulombs" {
            *value *= self.parallel;
        }
    }

    fn whole(&mut self, _: &FieldInfo, _: Whole<'_>) {}

    fn table(&mut self, field: &FieldInfo, values: &mut &'static [f32]) {
        let factor = if field.name.ends_with("_ohm") {
            1.0 / self.parallel
        } else if field.name.ends_with("_a") {
            self.parallel
        } else {
            return;
        };
        let scaled: Vec<f32> = values.iter().map(|value| value * factor).collect();
        *values = scaled.leak();
    }

    fn indices(&mut self, _: &FieldInfo, _: &mut &'static [u8]) {}
}

/// The entries of `[[timing]]`.
fn timings(table: &Table) -> Result<Vec<Timing>, String> {
    let Some(entries) = table.get("timing") else {
        return Ok(Vec::new());
    };
    let entries = entries
        .as_array()
        .ok_or("expected a list of tables `[[timing]]`")?;
    entries
        .iter()
        .map(|entry| {
            let field = |key: &str| {
                let value = entry.get(key).and_then(Value::as_integer);
                value
                    .and_then(|value| u16::try_from(value).ok())
                    .ok_or(format!("expected `{key}`, a number"))
            };
            let number = field("fault")?;
            let fault =
                FaultId::from_number(number).ok_or(format!("there is no fault {number}"))?;
            let timing = FaultTiming {
                qualify_ms: field("qualify_ms")?,
                recover_ms: field("recover_ms")?,
            };
            Ok(Timing { fault, timing })
        })
        .collect()
}

/// Replaces values of a configuration by those of a TOML table, and records the keys of all fields.
struct Overlay<'t> {
    table: &'t Table,
    path: Vec<&'static str>,
    known: BTreeSet<String>,
    wrong: Option<(String, String)>,
}

/// Sections by their former and their present name.
const RENAMED: [(&str, &str); 2] = [("rhythm", "sampling"), ("differences", "deltas")];

/// Keys that are no fields.
const OTHER_KEYS: [&str; 5] = ["name", "preset", "cell_file", "parallel", "timing"];

impl<'t> Overlay<'t> {
    fn new(table: &'t Table) -> Self {
        Self {
            table,
            path: Vec::new(),
            known: OTHER_KEYS.iter().map(|key| (*key).to_owned()).collect(),
            wrong: None,
        }
    }

    /// The value of a field of the present group, if the file states one.
    fn value(&mut self, field: &FieldInfo) -> Option<&'t Value> {
        let mut path = self.path.join(".");
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(field.c_name);
        self.known.insert(path);
        let mut table = self.table;
        for group in &self.path {
            table = table.get(*group)?.as_table()?;
        }
        table.get(field.c_name)
    }

    fn refuse(&mut self, field: &FieldInfo, value: &Value, expected: &str) {
        let mut key = self.path.join(".");
        key.push('.');
        key.push_str(field.c_name);
        let wrong = (key, format!("found {value}, expected {expected}"));
        self.wrong.get_or_insert(wrong);
    }

    /// The first thing that is wrong.
    fn finish(self) -> Option<(String, String)> {
        if self.wrong.is_some() {
            return self.wrong;
        }
        let mut leaves = Vec::new();
        collect_leaves(self.table, "", &mut leaves);
        let unknown = leaves.into_iter().find(|leaf| {
            let first = leaf.split('.').next().unwrap_or_default();
            !self.known.contains(leaf) && !OTHER_KEYS.contains(&first)
        })?;
        let first = unknown.split('.').next().unwrap_or_default();
        let message = match RENAMED.iter().find(|(old, _)| *old == first) {
            Some((_, new)) => format!("is called `{new}` now"),
            None => "there is no such key".to_owned(),
        };
        Some((unknown, message))
    }
}

fn collect_leaves(table: &Table, path: &str, leaves: &mut Vec<String>) {
    for (key, value) in table {
        let path = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        match value {
            Value::Table(inner) => collect_leaves(inner, &path, leaves),
            _ => leaves.push(path),
        }
    }
}

impl Visitor<'static> for Overlay<'_> {
    fn enter(&mut self, group: &FieldInfo, _: &'static str) {
        self.path.push(group.c_name);
    }

    fn leave(&mut self) {
        self.path.pop();
    }

    fn number(&mut self, field: &FieldInfo, value: &mut f32) {
        if let Some(found) = self.value(field) {
            match number(found) {
                Some(number) => *value = number,
                None => self.refuse(field, found, "a number"),
            }
        }
    }

    fn whole(&mut self, field: &FieldInfo, mut value: Whole<'_>) {
        let Some(found) = self.value(field) else {
            return;
        };
        let number = match (found, &value) {
            (Value::Boolean(flag), Whole::Flag(_)) => Some(u32::from(*flag)),
            (_, Whole::Flag(_)) => None,
            _ => found
                .as_integer()
                .and_then(|number| u32::try_from(number).ok()),
        };
        let is_set = number.is_some_and(|number| value.set(number));
        if !is_set {
            self.refuse(
                field,
                found,
                "true or false, or a whole number that has room",
            );
        }
    }

    fn table(&mut self, field: &FieldInfo, value: &mut &'static [f32]) {
        let Some(found) = self.value(field) else {
            return;
        };
        let entries = found.as_array();
        match entries.and_then(|entries| entries.iter().map(number).collect::<Option<Vec<f32>>>()) {
            Some(numbers) => *value = numbers.leak(),
            None => self.refuse(field, found, "a list of numbers"),
        }
    }

    fn indices(&mut self, field: &FieldInfo, value: &mut &'static [u8]) {
        let Some(found) = self.value(field) else {
            return;
        };
        let small = |entry: &Value| {
            entry
                .as_integer()
                .and_then(|entry| u8::try_from(entry).ok())
        };
        let entries = found.as_array();
        match entries.and_then(|entries| entries.iter().map(small).collect::<Option<Vec<u8>>>()) {
            Some(sensors) => *value = sensors.leak(),
            None => self.refuse(field, found, "a list of small whole numbers"),
        }
    }
}
