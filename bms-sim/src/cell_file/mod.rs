//! A cell on disk: TOML with units in the names, as `identify` writes it and `replay` reads it.

mod load;

use serde::{Deserialize, Serialize};

use bms_core::cell::CellParameters;
use bms_core::units;

/// A cell file, the owner of the tables that [`CellParameters`] borrows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellFile {
    /// What the cell is called.
    pub name: String,
    /// The chemistry.
    pub chemistry: Chemistry,
    /// Charge between full and empty at 25 degC and low rate, in ampere-hours.
    pub capacity_ah: f32,
    /// Terminal voltage of an empty cell.
    pub voltage_min_v: f32,
    /// Terminal voltage of a full cell.
    pub voltage_max_v: f32,
    /// Open-circuit voltage.
    pub ocv: OcvTable,
    /// Everything else.
    pub circuit: CircuitTables,
}

/// Electrode chemistry of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Chemistry {
    /// Nickel manganese cobalt oxide against graphite.
    #[serde(rename = "NMC")]
    Nmc,
    /// Nickel cobalt aluminium oxide against graphite.
    #[serde(rename = "NCA")]
    Nca,
    /// Lithium iron phosphate against graphite.
    #[serde(rename = "LFP")]
    Lfp,
}

impl Chemistry {
    /// As in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nmc => "NMC",
            Self::Nca => "NCA",
            Self::Lfp => "LFP",
        }
    }
}

/// OCV over SoC, one row for each temperature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OcvTable {
    /// SoC nodes, 0 to 1.
    pub soc: Vec<f32>,
    /// Temperature nodes in degrees Celsius.
    pub temperature_degc: Vec<f32>,
    /// Volts, one row for each temperature.
    pub voltage_v: Vec<Vec<f32>>,
}

/// The maps of the equivalent circuit: one row for each temperature, one column for each SoC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CircuitTables {
    /// SoC nodes.
    pub soc: Vec<f32>,
    /// Temperature nodes in degrees Celsius.
    pub temperature_degc: Vec<f32>,
    /// Activation energy between temperature nodes, in joule per mole.
    pub activation_energy_j_per_mol: f32,
    /// Change of SoC over which hysteresis turns.
    pub hysteresis_soc: f32,
    /// Knee current of the charge transfer at each temperature, in ampere.
    pub knee_current_a: Vec<f32>,
    /// What the model does not know of the voltage at each temperature, one sigma, in volts.
    pub voltage_error_v: Vec<f32>,
    /// Ohmic resistance.
    pub r0_ohm: Vec<Vec<f32>>,
    /// Charge transfer, discharging.
    pub charge_transfer_discharge_ohm: Vec<Vec<f32>>,
    /// Charge transfer, charging.
    pub charge_transfer_charge_ohm: Vec<Vec<f32>>,
    /// Half of the hysteresis gap.
    pub hysteresis_v: Vec<Vec<f32>>,
    /// RC branches, fastest first.
    pub branch: Vec<BranchTable>,
}

/// One RC branch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BranchTable {
    /// Time constant in seconds.
    pub tau_s: f32,
    /// Resistance.
    pub r_ohm: Vec<Vec<f32>>,
}

/// The tables of a [`CellFile`] laid out as the core borrows them.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    capacity_ah: f32,
    voltage_min_v: f32,
    voltage_max_v: f32,
    hysteresis_soc: f32,
    activation_energy_j_per_mol: f32,
    ocv_soc: Vec<f32>,
    ocv_temperature_k: Vec<f32>,
    ocv_v: Vec<f32>,
    soc: Vec<f32>,
    temperature_k: Vec<f32>,
    r0_ohm: Vec<f32>,
    charge_transfer_discharge_ohm: Vec<f32>,
    charge_transfer_charge_ohm: Vec<f32>,
    knee_current_a: Vec<f32>,
    branch_tau_s: Vec<f32>,
    branch_ohm: Vec<f32>,
    hysteresis_v: Vec<f32>,
    voltage_error_v: Vec<f32>,
}

impl From<&CellFile> for Cell {
    fn from(file: &CellFile) -> Self {
        let kelvin = |nodes: &[f32]| nodes.iter().map(|t| t + units::ZERO_CELSIUS_K).collect();
        let circuit = &file.circuit;
        Self {
            capacity_ah: file.capacity_ah,
            voltage_min_v: file.voltage_min_v,
            voltage_max_v: file.voltage_max_v,
            hysteresis_soc: circuit.hysteresis_soc,
            activation_energy_j_per_mol: circuit.activation_energy_j_per_mol,
            ocv_soc: file.ocv.soc.clone(),
            ocv_temperature_k: kelvin(&file.ocv.temperature_degc),
            ocv_v: file.ocv.voltage_v.concat(),
            soc: circuit.soc.clone(),
            temperature_k: kelvin(&circuit.temperature_degc),
            r0_ohm: circuit.r0_ohm.concat(),
            charge_transfer_discharge_ohm: circuit.charge_transfer_discharge_ohm.concat(),
            charge_transfer_charge_ohm: circuit.charge_transfer_charge_ohm.concat(),
            knee_current_a: circuit.knee_current_a.clone(),
            branch_tau_s: circuit.branch.iter().map(|b| b.tau_s).collect(),
            branch_ohm: circuit
                .branch
                .iter()
                .flat_map(|b| b.r_ohm.concat())
                .collect(),
            hysteresis_v: circuit.hysteresis_v.concat(),
            voltage_error_v: circuit.voltage_error_v.clone(),
        }
    }
}

impl Cell {
    /// A group of as many equal cells in parallel as one cell, a positive number.
    #[must_use]
    pub fn group(mut self, parallel: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "a number of cells")]
        let parallel = parallel as f32;
        self.capacity_ah *= parallel;
        self.knee_current_a.iter_mut().for_each(|a| *a *= parallel);
        let resistances = [
            &mut self.r0_ohm,
            &mut self.charge_transfer_discharge_ohm,
            &mut self.charge_transfer_charge_ohm,
            &mut self.branch_ohm,
        ];
        for ohm in resistances.into_iter().flatten() {
            *ohm /= parallel;
        }
        self
    }

    /// The tables as the core takes them.
    #[must_use]
    pub fn parameters(&self) -> CellParameters<'_> {
        CellParameters {
            capacity: units::amp_hours(self.capacity_ah),
            voltage_min: units::volts(self.voltage_min_v),
            voltage_max: units::volts(self.voltage_max_v),
            ocv_soc: &self.ocv_soc,
            ocv_temperature_k: &self.ocv_temperature_k,
            ocv_v: &self.ocv_v,
            soc: &self.soc,
            temperature_k: &self.temperature_k,
            r0_ohm: &self.r0_ohm,
            charge_transfer_discharge_ohm: &self.charge_transfer_discharge_ohm,
            charge_transfer_charge_ohm: &self.charge_transfer_charge_ohm,
            knee_current_a: &self.knee_current_a,
            branch_tau_s: &self.branch_tau_s,
            branch_ohm: &self.branch_ohm,
            hysteresis_v: &self.hysteresis_v,
            hysteresis_soc: self.hysteresis_soc,
            activation_energy_j_per_mol: self.activation_energy_j_per_mol,
            voltage_error_v: &self.voltage_error_v,
        }
    }
}
