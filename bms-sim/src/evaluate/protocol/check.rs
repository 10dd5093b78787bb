//! Validation of a protocol beyond its syntax.

use super::Protocol;
use super::variants::Values;
use crate::toml_file::Step::{self, Index, Key};
use crate::toml_file::{TomlError, TomlFile};

impl Protocol {
    pub(super) fn check_numbers(&self, text: &TomlFile) -> Result<(), TomlError> {
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

    pub(super) fn check_names(&self, text: &TomlFile) -> Result<(), TomlError> {
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
                    "a name that is unique among scenarios",
                ));
            }
        }
        Ok(())
    }

    pub(super) fn check_limits(&self, text: &TomlFile) -> Result<(), TomlError> {
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
}

fn one_of(names: &[&str]) -> String {
    format!("one of `{}`", names.join("`, `"))
}
