//! The description of a cell: borrowed tables, validated once.

use crate::units::{ElectricCharge, ElectricPotential};

/// The largest number of RC branches that a cell may have.
pub const MAX_BRANCHES: usize = 4;

/// A cell described by tables that the caller keeps, in flash if need be.
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
/// `activation_energy_j_per_mol`; along SoC they are interpolated linearly and held constant beyond the ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CellParameters<'a> {
    /// Charge between full and empty at 25 degC and low rate; positive.
    pub capacity: ElectricCharge,
    /// Terminal voltage of an empty cell, the lower end of the operating window; positive.
    pub voltage_min: ElectricPotential,
    /// Terminal voltage of a full cell, the upper end of the operating window; above `voltage_min`.
    pub voltage_max: ElectricPotential,
    /// SoC nodes of the OCV table, increasing by more than 0.0001, first 0, last 1.
    pub ocv_soc: &'a [f32],
    /// Temperature nodes of the OCV table, in kelvin, increasing; at least one.
    pub ocv_temperature_k: &'a [f32],
    /// OCV in volts, row by row: for each temperature all SoC nodes; increasing along SoC.
    pub ocv_v: &'a [f32],
    /// SoC nodes of all other maps, increasing by more than 0.0001, within 0 to 1; at least two.
    pub soc: &'a [f32],
    /// Temperature nodes of all other maps, in kelvin, increasing; at least one.
    pub temperature_k: &'a [f32],
    /// Ohmic resistance map, in ohm, positive.
    pub r0_ohm: &'a [f32],
    /// Charge-transfer resistance map at small discharge current, in ohm, not negative.
    pub charge_transfer_discharge_ohm: &'a [f32],
    /// Charge-transfer resistance map at small charge current, in ohm, not negative.
    pub charge_transfer_charge_ohm: &'a [f32],
    /// Knee current of the charge transfer for each temperature node, in ampere, positive. Far below it the
    /// charge transfer is a resistance, far above it the voltage grows with the logarithm of the current
    /// (Butler-Volmer with equal transfer coefficients).
    pub knee_current_a: &'a [f32],
    /// Time constant of each RC branch, in seconds, positive, increasing; 1 to [`MAX_BRANCHES`].
    pub branch_tau_s: &'a [f32],
    /// Resistance maps of the branches one after the other, in ohm, not negative.
    pub branch_ohm: &'a [f32],
    /// Half of the gap between charge and discharge OCV, a map in volts, not negative.
    pub hysteresis_v: &'a [f32],
    /// Change of SoC over which the hysteresis state moves by a factor e towards its end; positive.
    pub hysteresis_soc: f32,
    /// Activation energy of all resistances, in joule per mole, not negative.
    pub activation_energy_j_per_mol: f32,
    /// One standard deviation of what this description does not know of the voltage, for each temperature node,
    /// in volts, positive.
    pub voltage_error_v: &'a [f32],
}
