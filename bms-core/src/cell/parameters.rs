//! Parameters of a cell: borrowed tables, validated once.

use crate::units::{ElectricCharge, ElectricPotential};

/// Largest number of RC branches of a cell.
pub const MAX_BRANCHES: usize = 4;

/// Parameters of a cell, in tables that the caller keeps, for example in flash.
///
/// The terminal voltage of the model is, with discharge current `I > 0`,
///
/// ```text
/// v = OCV(z,T) + M(z,T) h - R0(z,T) I - Rct(z,T) Ik(T) asinh(I / Ik(T)) - sum_j Rj(z,T) xj
/// ```
///
/// where `xj` is the current after a low-pass of unit gain and time constant `tau_j`, and `h` in `[-1, 1]` is the
/// hysteresis state, -1 after a long discharge, +1 after a long charge. `Rct` has one table for discharge and one
/// for charge.
///
/// All maps but the OCV share one grid of SoC and temperature nodes and are stored row by row: for each
/// temperature, all SoC nodes. Between temperature nodes, and beyond them, resistances follow Arrhenius' law with
/// `activation_energy_j_per_mol`; along SoC they are interpolated linearly and constant beyond the ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CellParameters<'a> {
    /// Charge between full and empty at 25 degC and low rate.
    /// Range: 0.001 to 100000 Ah.
    pub capacity: ElectricCharge,
    /// Terminal voltage of an empty cell, the lower end of the operating window.
    /// Range: 0 to 10 V.
    pub voltage_min: ElectricPotential,
    /// Terminal voltage of a full cell, the upper end of the operating window.
    /// Range: 0 to 10 V. Rule: above `voltage_min`.
    pub voltage_max: ElectricPotential,
    /// SoC nodes of the OCV table.
    /// Entries: at least 2. Range: 0 to 1, increasing by more than 0.0001. Rule: first 0, last 1.
    pub ocv_soc: &'a [f32],
    /// Temperature nodes of the OCV table, in kelvin.
    /// Entries: at least 1. Range: 173.15 to 423.15, increasing.
    pub ocv_temperature_k: &'a [f32],
    /// OCV in volts, row by row: for each temperature all SoC nodes.
    /// Entries: `ocv_temperature_k` x `ocv_soc`. Range: 0 to 10. Rule: increasing along SoC.
    pub ocv_v: &'a [f32],
    /// SoC nodes of all other maps.
    /// Entries: at least 2. Range: 0 to 1, increasing by more than 0.0001.
    pub soc: &'a [f32],
    /// Temperature nodes of all other maps, in kelvin.
    /// Entries: at least 1. Range: 173.15 to 423.15, increasing.
    pub temperature_k: &'a [f32],
    /// Ohmic resistance, a map in ohm.
    /// Entries: `temperature_k` x `soc`. Range: above 0, at most 1000.
    pub r0_ohm: &'a [f32],
    /// Charge-transfer resistance at small discharge current, a map in ohm.
    /// Entries: `temperature_k` x `soc`. Range: 0 to 1000.
    pub charge_transfer_discharge_ohm: &'a [f32],
    /// Charge-transfer resistance at small charge current, a map in ohm.
    /// Entries: `temperature_k` x `soc`. Range: 0 to 1000.
    pub charge_transfer_charge_ohm: &'a [f32],
    /// Knee current of the charge transfer at each temperature node, in ampere. Far below it the charge transfer is a
    /// resistance, far above it the voltage grows with the logarithm of the current (Butler-Volmer with equal transfer
    /// coefficients).
    /// Entries: `temperature_k`. Range: above 0, at most 1e6.
    pub knee_current_a: &'a [f32],
    /// Time constant of each RC branch, in seconds.
    /// Entries: 1 to 4. Range: 0.001 to 1e6, increasing.
    pub branch_tau_s: &'a [f32],
    /// Resistance of the branches, one map in ohm after the other.
    /// Entries: `branch_tau_s` x `temperature_k` x `soc`. Range: 0 to 1000.
    pub branch_ohm: &'a [f32],
    /// Half of the gap between charge and discharge OCV, a map in volts.
    /// Entries: `temperature_k` x `soc`. Range: 0 to 10.
    pub hysteresis_v: &'a [f32],
    /// Change of SoC over which the hysteresis state approaches its end by a factor e.
    /// Range: 0.0001 to 1.
    pub hysteresis_soc: f32,
    /// Activation energy of all resistances, in joule per mole.
    /// Range: 0 to 200000.
    pub activation_energy_j_per_mol: f32,
    /// Standard deviation of the model's voltage error at each temperature node, in volts.
    /// Entries: `temperature_k`. Range: above 0, at most 10.
    pub voltage_error_v: &'a [f32],
}
