//! What stands in a plant file. Units are in the names; discharge is positive.

use std::path::PathBuf;

use serde::Deserialize;

use crate::load::Vehicle;
use crate::pack::{Connection, Spread, ThermalConfig};

/// A plant file: a cell, how many of it, and what is done to them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlantFile {
    /// What the plant is called.
    pub name: String,
    /// Length of a step, in seconds.
    #[serde(default = "second")]
    pub step_s: f64,
    /// Time between rows of the result, in seconds; each step without it.
    pub output_step_s: Option<f64>,
    /// Temperature of the air.
    #[serde(default = "room")]
    pub air_degc: f64,
    /// The cell.
    pub cell: CellSection,
    /// How cells are put together; a single cell without it.
    pub pack: Option<PackSection>,
    /// Where heat goes; without it cells keep their temperature.
    pub thermal: Option<ThermalConfig>,
    /// What is done, one after the other.
    #[serde(default)]
    pub load: Vec<LoadSection>,
}

fn second() -> f64 {
    1.0
}

fn room() -> f64 {
    25.0
}

/// The physics of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CellKind {
    /// Single particle model.
    Spm,
    /// Single particle model with electrolyte.
    Spme,
    /// Equivalent circuit with hysteresis, and charge transfer that is not linear.
    Circuit,
    /// Equivalent circuit that is linear in the current, many cells at once.
    LinearCircuit,
}

/// The cell.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellSection {
    /// Which physics.
    pub model: CellKind,
    /// For particle models `lg-m50` (LG INR21700-M50, Chen et al. 2020) or a Battery Parameter eXchange file; for
    /// circuits a cell file. Files are found from the plant file.
    pub parameters: PathBuf,
    /// State of charge at the start, 0 to 1.
    pub soc: f64,
    /// Temperature at the start; the air's without it.
    pub temperature_degc: Option<f64>,
    /// Shells of each particle.
    #[serde(default = "twenty")]
    pub shells: usize,
    /// Eigenmodes of each particle that are stepped; all shells without it.
    pub modes: Option<usize>,
    /// Volumes in each layer of the electrolyte.
    #[serde(default = "twenty")]
    pub electrolyte_volumes: usize,
    /// Whether what the gradients within particles cost becomes heat, as it does in a cell; without it that heat is left out,
    /// as in PyBaMM's default.
    #[serde(default)]
    pub heat_of_mixing: bool,
}

fn twenty() -> usize {
    20
}

/// How cells are put together.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackSection {
    /// Groups in series.
    pub series: usize,
    /// Cells in parallel in each group.
    pub parallel: usize,
    /// How the cells differ.
    #[serde(default)]
    pub spread: Spread,
    /// How the cells are connected.
    #[serde(default)]
    pub connection: Connection,
}

/// Something that is done to the battery: exactly one of `cycle`, `profile`, `bdf`, `current_a`, `c_rate`, `power_w`,
/// `rest_s` and `charge`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LoadSection {
    /// A shipped speed cycle (`UDDS`, `US06`, `HWFET`, `WLTC`) or a CSV file with the columns `time_s` and `speed_mps`.
    pub cycle: Option<String>,
    /// The vehicle that drives the cycle; a compact car without it.
    pub vehicle: Option<Vehicle>,
    /// A CSV file with the columns `time_s` and one of `current_a`, `c_rate` and `power_w`.
    pub profile: Option<PathBuf>,
    /// Whether a profile goes in straight lines from point to point; without it each value holds until the next.
    pub linear: bool,
    /// A log in the Battery Data Format, whose current is applied.
    pub bdf: Option<PathBuf>,
    /// A current, in ampere.
    pub current_a: Option<f64>,
    /// A current in multiples of the nominal capacity per hour.
    pub c_rate: Option<f64>,
    /// A power, in watt.
    pub power_w: Option<f64>,
    /// A rest of this many seconds.
    pub rest_s: Option<f64>,
    /// A charge with constant current, then constant voltage.
    pub charge: Option<ChargeSection>,
    /// Multiplies the current or power of a cycle, profile or log.
    pub scale: Option<f64>,
    /// How many times it is done; once without it.
    pub repeat: Option<usize>,
    /// What ends it.
    pub until: UntilSection,
}

/// A charger.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChargeSection {
    /// Charge current in multiples of the nominal capacity per hour, above 0.
    pub c_rate: f64,
    /// Terminal voltage of the battery that it does not pass.
    pub voltage_v: f64,
    /// Charge current that ends the charge, in multiples of the nominal capacity per hour.
    pub cutoff_c_rate: f64,
}

/// What ends a load before it is through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UntilSection {
    /// Time since it began, in seconds.
    pub duration_s: Option<f64>,
    /// Voltage of the battery at or below this.
    pub voltage_below_v: Option<f64>,
    /// Voltage of the battery at or above this.
    pub voltage_above_v: Option<f64>,
    /// Lowest cell voltage at or below this.
    pub cell_voltage_below_v: Option<f64>,
    /// Highest cell voltage at or above this.
    pub cell_voltage_above_v: Option<f64>,
    /// Size of the current at or below this, in ampere.
    pub current_below_a: Option<f64>,
}
