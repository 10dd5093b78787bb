//! Reads a cell file and refuses what is no cell, naming the key and its place.

use std::path::Path;

use bms_core::cell::{Expected, MAX_BRANCHES, ParameterError};
use bms_core::units::ZERO_CELSIUS_K;

use super::{Cell, CellFile};
use crate::toml_file::Step::{self, Index, Key};
use crate::toml_file::{TomlError, TomlFile};

impl CellFile {
    /// Reads and checks a cell file.
    ///
    /// # Errors
    /// The file cannot be read; a key is missing, unknown or of the wrong type; a table has the wrong shape; a value
    /// is out of its range.
    pub fn load(path: &Path) -> Result<Self, TomlError> {
        let text = TomlFile::read(path)?;
        let file: Self = text.parse()?;
        file.check_shapes(&text)?;
        Cell::from(&file)
            .parameters()
            .validate()
            .map_err(|error| file.in_file_terms(&text, &error))?;
        Ok(file)
    }

    fn check_shapes(&self, text: &TomlFile) -> Result<(), TomlError> {
        let ocv = Grid {
            text,
            table: "ocv",
            soc: self.ocv.soc.len(),
            temperatures: self.ocv.temperature_degc.len(),
        };
        ocv.map(&[Key("voltage_v")], &self.ocv.voltage_v)?;
        let c = &self.circuit;
        let circuit = Grid {
            text,
            table: "circuit",
            soc: c.soc.len(),
            temperatures: c.temperature_degc.len(),
        };
        circuit.map(&[Key("r0_ohm")], &c.r0_ohm)?;
        circuit.map(
            &[Key("charge_transfer_discharge_ohm")],
            &c.charge_transfer_discharge_ohm,
        )?;
        circuit.map(
            &[Key("charge_transfer_charge_ohm")],
            &c.charge_transfer_charge_ohm,
        )?;
        circuit.map(&[Key("hysteresis_v")], &c.hysteresis_v)?;
        circuit.by_temperature("knee_current_a", c.knee_current_a.len())?;
        circuit.by_temperature("voltage_error_v", c.voltage_error_v.len())?;
        if c.branch.is_empty() || c.branch.len() > MAX_BRANCHES {
            return Err(text.value_error(
                &[Key("circuit"), Key("branch")],
                format!("{} RC branches", c.branch.len()),
                format!("1 to {MAX_BRANCHES}"),
            ));
        }
        for (branch, table) in c.branch.iter().enumerate() {
            circuit.map(&[Key("branch"), Index(branch), Key("r_ohm")], &table.r_ohm)?;
        }
        Ok(())
    }

    /// What the core refuses, said with the file's keys, rows and columns.
    fn in_file_terms(&self, text: &TomlFile, error: &ParameterError) -> TomlError {
        let (steps, celsius) = self.steps(error);
        let number = |value: f32| {
            if celsius {
                // Beyond a hundredth of a degree there is only rounding.
                format!("{:.2} degC", value - ZERO_CELSIUS_K)
            } else {
                format!("{value}")
            }
        };
        if let Expected::Length(length) = error.expected {
            return text.value_error(
                &steps,
                format!("{} entries", error.value),
                format!("{length}"),
            );
        }
        let expected = match error.expected {
            Expected::Above(bound) => format!("a finite number above {}", number(bound)),
            Expected::AtLeast(bound) => format!("a finite number of at least {}", number(bound)),
            Expected::AtMost(bound) => format!("a finite number of at most {}", number(bound)),
            Expected::Exactly(value) => number(value),
            other => other.to_string(),
        };
        text.value_error(&steps, number(error.value), expected)
    }

    /// The way to a core field's entry in the file, and whether the field is kelvin there and degrees Celsius here.
    fn steps(&self, error: &ParameterError) -> (Vec<Step<'static>>, bool) {
        let index = error.index.unwrap_or(0);
        let cell = |columns: usize| [Index(index / columns.max(1)), Index(index % columns.max(1))];
        let map = |key| {
            let [row, column] = cell(self.circuit.soc.len());
            vec![Key("circuit"), Key(key), row, column]
        };
        let name = error.field.name();
        let steps = match name.strip_prefix("cell.").unwrap_or(name) {
            "capacity" => vec![Key("capacity_ah")],
            "voltage_min" => vec![Key("voltage_min_v")],
            "voltage_max" => vec![Key("voltage_max_v")],
            "ocv_soc" => vec![Key("ocv"), Key("soc"), Index(index)],
            "ocv_temperature_k" => vec![Key("ocv"), Key("temperature_degc"), Index(index)],
            "ocv_v" => {
                let [row, column] = cell(self.ocv.soc.len());
                vec![Key("ocv"), Key("voltage_v"), row, column]
            }
            "soc" => vec![Key("circuit"), Key("soc"), Index(index)],
            "temperature_k" => vec![Key("circuit"), Key("temperature_degc"), Index(index)],
            "branch_tau_s" => vec![Key("circuit"), Key("branch"), Index(index), Key("tau_s")],
            "branch_ohm" => {
                let columns = self.circuit.soc.len().max(1);
                let size = columns * self.circuit.temperature_degc.len().max(1);
                let (branch, within) = (index / size, index % size);
                vec![
                    Key("circuit"),
                    Key("branch"),
                    Index(branch),
                    Key("r_ohm"),
                    Index(within / columns),
                    Index(within % columns),
                ]
            }
            field @ ("knee_current_a" | "voltage_error_v") => {
                vec![Key("circuit"), Key(field), Index(index)]
            }
            field @ ("r0_ohm"
            | "charge_transfer_discharge_ohm"
            | "charge_transfer_charge_ohm"
            | "hysteresis_v") => map(field),
            field => vec![Key("circuit"), Key(field)],
        };
        (steps, error.field.name().ends_with("temperature_k"))
    }
}

/// The shape that the maps of a table must have.
struct Grid<'a> {
    text: &'a TomlFile,
    table: &'static str,
    soc: usize,
    temperatures: usize,
}

impl Grid<'_> {
    fn map(&self, within: &[Step<'_>], map: &[Vec<f32>]) -> Result<(), TomlError> {
        let mut steps = vec![Key(self.table)];
        steps.extend_from_slice(within);
        if map.len() != self.temperatures {
            return Err(self.wrong_rows(&steps, map.len(), "rows"));
        }
        let Some((row, values)) = map.iter().enumerate().find(|(_, r)| r.len() != self.soc) else {
            return Ok(());
        };
        steps.push(Index(row));
        Err(self.text.value_error(
            &steps,
            format!("{} values", values.len()),
            format!("{}, one for each entry of `{}.soc`", self.soc, self.table),
        ))
    }

    fn by_temperature(&self, key: &str, length: usize) -> Result<(), TomlError> {
        if length == self.temperatures {
            return Ok(());
        }
        Err(self.wrong_rows(&[Key(self.table), Key(key)], length, "values"))
    }

    fn wrong_rows(&self, steps: &[Step<'_>], found: usize, what: &str) -> TomlError {
        self.text.value_error(
            steps,
            format!("{found} {what}"),
            format!(
                "{}, one for each entry of `{}.temperature_degc`",
                self.temperatures, self.table
            ),
        )
    }
}
