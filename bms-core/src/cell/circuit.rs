//! The equivalent circuit: its elements from the maps at one SoC and temperature, and the terminal voltage.

use super::lookup::{Place, entry, row};
use super::ocv::OcvCurve;
use super::parameters::{CellParameters, MAX_BRANCHES};
use crate::math;

/// Molar gas constant in J/(mol K), CODATA 2018.
const GAS_CONSTANT: f32 = 8.314_463;

/// A cell at one temperature: rows of the maps, with their weights.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CellAtTemperature<'a> {
    cell: CellParameters<'a>,
    pub(crate) ocv: OcvCurve<'a>,
    rows: Place,
    /// Weights of the two rows, with Arrhenius' law from the node's temperature to the cell's.
    weight_lower: f32,
    weight_upper: f32,
    /// Knee current of the charge transfer, in ampere.
    pub(crate) knee_a: f32,
    /// Voltage error of the description, one standard deviation.
    pub(crate) voltage_error_v: f32,
}

/// The elements of the circuit at one SoC and temperature.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elements {
    pub(crate) r0_ohm: f32,
    pub(crate) charge_transfer_ohm: f32,
    pub(crate) branch_ohm: [f32; MAX_BRANCHES],
    pub(crate) hysteresis_v: f32,
}

/// Voltage drop over the resistances, and its derivative.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Polarisation {
    /// Total drop in volts, positive in discharge.
    pub(crate) drop_v: f32,
    /// Derivative of the drop with respect to the present current.
    pub(crate) per_ampere_ohm: f32,
}

impl<'a> CellAtTemperature<'a> {
    pub(crate) fn new(cell: &CellParameters<'a>, temperature_k: f32) -> Self {
        let rows = Place::find(cell.temperature_k, temperature_k);
        let arrhenius = |node: usize| {
            let node_k = entry(cell.temperature_k, node);
            let exponent = cell.activation_energy_j_per_mol / GAS_CONSTANT
                * (1.0 / temperature_k - 1.0 / node_k);
            math::exp(exponent.clamp(-10.0, 10.0))
        };
        Self {
            cell: *cell,
            ocv: OcvCurve::at(cell, temperature_k),
            rows,
            weight_lower: (1.0 - rows.share) * arrhenius(rows.lower),
            weight_upper: rows.share * arrhenius(rows.upper),
            knee_a: rows.value(cell.knee_current_a),
            voltage_error_v: rows.value(cell.voltage_error_v),
        }
    }

    /// The elements at `soc`; the sign of `current_a` selects the direction of the charge transfer.
    pub(crate) fn elements(&self, soc: f32, current_a: f32) -> Elements {
        let place = Place::find(self.cell.soc, soc);
        let transfer = if current_a >= 0.0 {
            self.cell.charge_transfer_discharge_ohm
        } else {
            self.cell.charge_transfer_charge_ohm
        };
        let mut branch_ohm = [0.0; MAX_BRANCHES];
        let branches = self.cell.branch_tau_s.len();
        for (index, ohm) in branch_ohm.iter_mut().enumerate().take(branches) {
            *ohm = self.resistance(self.cell.branch_ohm, index, place);
        }
        Elements {
            r0_ohm: self.resistance(self.cell.r0_ohm, 0, place),
            charge_transfer_ohm: self.resistance(transfer, 0, place),
            branch_ohm,
            hysteresis_v: self.hysteresis_v(place),
        }
    }

    /// The current by which the charge transfer's resistance at small currents is multiplied for its overpotential.
    ///
    /// Butler-Volmer with equal transfer coefficients: the overpotential is an inverse hyperbolic sine of the current.
    pub(crate) fn transfer_a(&self, current_a: f32) -> f32 {
        self.knee_a * math::asinh(current_a / self.knee_a)
    }

    /// Value of map number `map` in `table`.
    fn resistance(&self, table: &[f32], map: usize, place: Place) -> f32 {
        let width = self.cell.soc.len();
        let first = map * self.cell.temperature_k.len();
        let lower = row(table, width, first + self.rows.lower);
        let upper = row(table, width, first + self.rows.upper);
        self.weight_lower * place.value(lower) + self.weight_upper * place.value(upper)
    }

    fn hysteresis_v(&self, place: Place) -> f32 {
        let width = self.cell.soc.len();
        let lower = place.value(row(self.cell.hysteresis_v, width, self.rows.lower));
        let upper = place.value(row(self.cell.hysteresis_v, width, self.rows.upper));
        lower + self.rows.share * (upper - lower)
    }
}

impl Elements {
    /// The drop over all resistances at `current_a` with branch currents `branch_a`.
    pub(crate) fn polarisation(
        &self,
        knee_a: f32,
        current_a: f32,
        branch_a: &[f32; MAX_BRANCHES],
    ) -> Polarisation {
        // Butler-Volmer with equal transfer coefficients: the overpotential is an inverse hyperbolic sine.
        let over_knee = current_a / knee_a;
        let transfer_a = knee_a * math::asinh(over_knee);
        let transfer_slope = 1.0 / math::sqrt(1.0 + over_knee * over_knee);
        let mut drop_v = self.r0_ohm * current_a + self.charge_transfer_ohm * transfer_a;
        for (ohm, a) in self.branch_ohm.iter().zip(branch_a) {
            drop_v += ohm * a;
        }
        Polarisation {
            drop_v,
            per_ampere_ohm: self.r0_ohm + self.charge_transfer_ohm * transfer_slope,
        }
    }
}
