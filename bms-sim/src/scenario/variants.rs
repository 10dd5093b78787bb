//! The same scenario under other numbers.

use std::path::Path;

use serde::Deserialize as _;
use toml::Value;

use super::Scenario;
use super::file::ScenarioFile;
use super::key::Key;
use crate::error::Error;
use crate::toml_file::{Step, TomlError, TomlFile};

impl Scenario {
    /// Reads a scenario file and its referenced files: the scenario itself, or each of its variants.
    ///
    /// # Errors
    /// As [`Self::load`], or a value of a variant that the scenario does not accept.
    pub fn load_variants(path: &Path) -> Result<Vec<Self>, Error> {
        let text = TomlFile::read(path)?;
        let file: ScenarioFile = text.parse()?;
        if file.variant.is_empty() {
            return Ok(vec![Self::build(&text, &file)?]);
        }
        // Errors of the scenario itself are reported first.
        Self::build(&text, &file)?;
        (0..file.variant.len())
            .map(|index| variant(&text, &file, index))
            .collect()
    }
}

fn variant(text: &TomlFile, base: &ScenarioFile, index: usize) -> Result<Scenario, Error> {
    let section = &base.variant[index];
    let refuse = |key: &str, found: String, expected: String| -> TomlError {
        let steps = [
            Step::Key("variant"),
            Step::Index(index),
            Step::Key("set"),
            Step::Key(key),
        ];
        text.value_error(&steps, found, expected)
    };
    let mut table = Value::Table(text.parse()?);
    for (name, value) in &section.set {
        let placed = Key::parse(name).is_some_and(|key| key.set(&mut table, value.clone()));
        if !placed {
            let expected = "a key of this scenario such as \"cell.soc\" or \"fault[0].from_s\"";
            return Err(refuse(name, format!("\"{name}\""), expected.to_owned()).into());
        }
    }
    let file = ScenarioFile::deserialize(table).map_err(|error| {
        let names: Vec<_> = section.set.keys().cloned().collect();
        let why = error.message().trim().replace('\n', ", ");
        let first = names.first().map_or("", String::as_str);
        let expected = "values of the types that the scenario has there";
        refuse(first, format!("{names:?}: {why}"), expected.to_owned())
    })?;
    let mut scenario = Scenario::build(text, &file).map_err(|error| match error {
        // An error in a value that the variant sets is reported at the variant.
        Error::Toml(TomlError::Value {
            key,
            found,
            expected,
            ..
        }) if section.set.contains_key(&key) => refuse(&key, found, expected).into(),
        other => other,
    })?;
    scenario.name = format!("{}, {}", scenario.name, section.name);
    scenario.variant = Some(section.name.clone());
    Ok(scenario)
}
