//! Schema of a plant file. Names carry units; discharge is positive.

use std::path::PathBuf;

use serde::Deserialize;

use crate::load::Vehicle;
use crate::pack::{Connection, Spread, ThermalConfig};

/// A plant file: a cell, the size of the pack, and the loads.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlantFile {
    /// Name of the plant.
    pub name: String,
    /// Time step, in seconds.
    #[serde(default = "second")]
    pub step_s: f64,
    /// Time between rows of the result, in seconds; by default every step.
    pub output_step_s: Option<f64>,
    /// Temperature of the air.
    #[serde(default = "room")]
    pub air_degc: f64,
    /// The cell.
    pub cell: CellSection,
    /// Size of the pack; by default a single cell.
    pub pack: Option<PackSection>,
    /// Thermal network; without it cells keep their temperature.
    pub thermal: Option<ThermalConfig>,
    /// Loads, in sequence.
    #[serde(default)]
    pub load: Vec<LoadSection>,
}

fn second() -> f64 {
    1.0
}

fn room() -> f64 {
    25.0
}

/// Cell models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CellKind {
    /// Single particle model.
    Spm,
    /// Single particle model with electrolyte.
    Spme,
    /// Equivalent circuit with hysteresis, and charge transfer that is not linear.
    Circuit,
    /// Equivalent circuit that is linear in the current, vectorised over cells.
    LinearCircuit,
}

/// The cell.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellSection {
    /// Which physics.
    pub model: CellKind,
    /// For particle models `lg-m50` (LG INR21700-M50, Chen et al. 2020) or a Battery Parameter eXchange file; for
    /// circuits a cell file. Paths are relative to the plant file.
    pub parameters: PathBuf,
    /// State of charge at the start, 0 to 1.
    pub soc: f64,
    /// Temperature at the start; by default the air's.
    pub temperature_degc: Option<f64>,
    /// Shells of each particle.
    #[serde(default = "twenty")]
    pub shells: usize,
    /// Number of eigenmodes of each particle; by default all shells.
    pub modes: Option<usize>,
    /// Volumes in each layer of the electrolyte.
    #[serde(default = "twenty")]
    pub electrolyte_volumes: usize,
    /// Whether the mixing heat of the particles is included, as in a real cell; by default it is not, as in PyBaMM.
    #[serde(default)]
    pub heat_of_mixing: bool,
}

fn twenty() -> usize {
    20
}

/// Arrangement of the cells.
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

/// A load: exactly one of `cycle`, `profile`, `bdf`, `current_a`, `c_rate`, `power_w`, `rest_s` and `charge`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LoadSection {
    /// A shipped speed cycle (`UDDS`, `US06`, `HWFET`, `WLTC`) or a CSV file with the columns `time_s` and `speed_mps`.
    pub cycle: Option<String>,
    /// The vehicle of the cycle; by default a compact car.
    pub vehicle: Option<Vehicle>,
    /// A CSV file with the columns `time_s` and one of `current_a`, `c_rate` and `power_w`.
    pub profile: Option<PathBuf>,
    /// Whether a profile is interpolated linearly; by default each value holds until the next.
    pub linear: bool,
    /// A log in the Battery Data Format whose current is applied.
    pub bdf: Option<PathBuf>,
    /// A current, in ampere.
    pub current_a: Option<f64>,
    /// A current in multiples of the nominal capacity per hour.
    pub c_rate: Option<f64>,
    /// A power, in watt.
    pub power_w: Option<f64>,
    /// A rest of this many seconds.
    pub rest_s: Option<f64>,
    /// A charge at constant current, then constant voltage.
    pub charge: Option<ChargeSection>,
    /// Multiplies the current or power of a cycle, profile or log.
    pub scale: Option<f64>,
    /// Number of repetitions; by default 1.
    pub repeat: Option<usize>,
    /// Stop conditions.
    pub until: UntilSection,
}

/// A charger.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChargeSection {
    /// Charge current in multiples of the nominal capacity per hour, above 0.
    pub c_rate: f64,
    /// Terminal voltage limit of the battery.
    pub voltage_v: f64,
    /// Charge current that ends the charge, in multiples of the nominal capacity per hour.
    pub cutoff_c_rate: f64,
}

/// Conditions that end a load early.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UntilSection {
    /// Time since its start, in seconds.
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
