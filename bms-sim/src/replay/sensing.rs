//! Errors applied to the inputs of the estimator.

use bms_core::cell::CellParameters;
use bms_core::units;
use serde::Serialize;

use super::{Measured, single};

/// Constant errors of sensors and of the capacity that the estimator is given.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sensing {
    /// Added to the current, discharge positive.
    pub current_offset_a: f64,
    /// Multiplies the current, before the offset.
    pub current_gain: f64,
    /// Added to the voltage.
    pub voltage_offset_v: f64,
    /// Added to the temperature.
    pub temperature_offset_k: f64,
    /// Factor on the capacity given to the estimator.
    pub capacity_factor: f64,
}

impl Default for Sensing {
    /// The truth.
    fn default() -> Self {
        Self {
            current_offset_a: 0.0,
            current_gain: 1.0,
            voltage_offset_v: 0.0,
            temperature_offset_k: 0.0,
            capacity_factor: 1.0,
        }
    }
}

impl Sensing {
    /// Description of the errors; empty for none.
    #[must_use]
    pub fn describe(&self) -> String {
        let truth = Self::default();
        let errors = [
            (self.current_gain, truth.current_gain, "current x", ""),
            (
                self.current_offset_a,
                truth.current_offset_a,
                "current +",
                " A",
            ),
            (
                self.voltage_offset_v,
                truth.voltage_offset_v,
                "voltage +",
                " V",
            ),
            (
                self.temperature_offset_k,
                truth.temperature_offset_k,
                "temperature +",
                " K",
            ),
            (
                self.capacity_factor,
                truth.capacity_factor,
                "capacity x",
                "",
            ),
        ];
        let mut words = Vec::new();
        for (value, right, what, unit) in errors {
            #[allow(clippy::float_cmp)] // Exactly the default, or given.
            if value != right {
                words.push(format!("{what} {value}{unit}"));
            }
        }
        words.join(", ")
    }

    /// The inputs of a row with these errors.
    #[must_use]
    pub fn inputs(&self, measured: &Measured) -> Measured {
        Measured {
            current_a: self.current_gain * measured.current_a + self.current_offset_a,
            voltage_v: measured.voltage_v + self.voltage_offset_v,
            temperature_degc: measured.temperature_degc + self.temperature_offset_k,
            ..*measured
        }
    }

    /// The cell with the capacity given to the estimator.
    #[must_use]
    pub fn cell_input<'a>(&self, cell: &CellParameters<'a>) -> CellParameters<'a> {
        CellParameters {
            capacity: cell.capacity * units::ratio(single(self.capacity_factor)),
            ..*cell
        }
    }
}
