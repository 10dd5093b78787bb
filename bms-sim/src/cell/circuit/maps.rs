//! The elements of the circuit over SoC, temperature and direction of the current.

use super::{CircuitError, MAX_BRANCHES};
use crate::cell::physics::arrhenius;

/// The elements at one SoC and temperature, for one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Elements {
    /// Ohmic resistance; not negative.
    pub r0_ohm: f64,
    /// Resistance of the charge transfer at small current; not negative.
    pub charge_transfer_ohm: f64,
    /// Resistance of each RC branch; zero for an unused branch.
    pub branch_ohm: [f64; MAX_BRANCHES],
    /// Half of the gap between charge and discharge OCV.
    pub hysteresis_v: f64,
}

/// Elements on a grid of SoC and temperature.
///
/// Linear interpolation along SoC, constant beyond the ends. Between temperature nodes the two rows are blended, each
/// scaled by Arrhenius' law from its own temperature; beyond the ends the last row continues by Arrhenius' law.
/// Hysteresis and knee current do not follow Arrhenius' law.
#[derive(Clone, Debug, PartialEq)]
pub struct ElementMaps {
    /// SoC nodes, increasing.
    soc: Vec<f64>,
    /// Temperature nodes in kelvin, increasing.
    temperature_k: Vec<f64>,
    activation_j_per_mol: f64,
    /// Knee current of the charge transfer at each temperature, in ampere.
    knee_a: Vec<f64>,
    /// For each temperature, each SoC.
    discharge: Vec<Elements>,
    /// Elements for charge; empty if equal to those for discharge.
    charge: Vec<Elements>,
}

/// Weights of two rows at a temperature.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Weights {
    lower: usize,
    upper: usize,
    share: f64,
    lower_weight: f64,
    upper_weight: f64,
    /// One over the knee current, and the knee current.
    pub(super) per_knee: f64,
    pub(super) knee_a: f64,
}

impl ElementMaps {
    /// Maps over `soc` (increasing, within 0 to 1) and `temperature_k` (increasing) nodes, each map row by row: for
    /// each temperature all SoC nodes. `knee_a` has one positive current for each temperature.
    pub fn new(
        soc: Vec<f64>,
        temperature_k: Vec<f64>,
        activation_j_per_mol: f64,
        knee_a: Vec<f64>,
        discharge: Vec<Elements>,
        charge: Vec<Elements>,
    ) -> Result<Self, CircuitError> {
        super::check_nodes("map soc", &soc, 2)?;
        super::check_nodes("map temperature", &temperature_k, 1)?;
        let count = soc.len() * temperature_k.len();
        if discharge.len() != count || charge.len() != count {
            return Err(CircuitError::new(
                "element maps",
                &format!("{count} elements in each direction"),
            ));
        }
        if knee_a.len() != temperature_k.len() || !knee_a.iter().all(|a| *a > 0.0) {
            return Err(CircuitError::new(
                "knee current",
                "one positive current for each temperature",
            ));
        }
        let good = |e: &Elements| {
            let mut values = [e.r0_ohm, e.charge_transfer_ohm, e.hysteresis_v]
                .into_iter()
                .chain(e.branch_ohm);
            values.all(|v| v.is_finite() && v >= 0.0)
        };
        if !discharge.iter().chain(&charge).all(good) {
            return Err(CircuitError::new(
                "element maps",
                "finite values that are not negative",
            ));
        }
        let charge = if charge == discharge {
            Vec::new()
        } else {
            charge
        };
        Ok(Self {
            soc,
            temperature_k,
            activation_j_per_mol,
            knee_a,
            discharge,
            charge,
        })
    }

    /// The same elements everywhere.
    pub fn constant(elements: Elements, knee_a: f64) -> Result<Self, CircuitError> {
        let everywhere = vec![elements; 2];
        let reference_k = crate::cell::physics::REFERENCE_K;
        Self::new(
            vec![0.0, 1.0],
            vec![reference_k],
            0.0,
            vec![knee_a],
            everywhere.clone(),
            everywhere,
        )
    }

    pub(super) fn weights(&self, temperature_k: f64) -> Weights {
        let (lower, upper, share) = super::between(&self.temperature_k, temperature_k);
        // Resistances fall with rising temperature.
        let law = |node: usize| {
            arrhenius(
                self.activation_j_per_mol,
                self.temperature_k[node],
                temperature_k,
            )
        };
        let upper_weight = if share == 0.0 {
            0.0
        } else {
            share * law(upper)
        };
        let knee_a = self.knee_a[lower] + share * (self.knee_a[upper] - self.knee_a[lower]);
        Weights {
            lower,
            upper,
            share,
            lower_weight: (1.0 - share) * law(lower),
            upper_weight,
            per_knee: 1.0 / knee_a,
            knee_a,
        }
    }

    /// Elements for discharge and charge at a SoC.
    pub(super) fn interpolate(
        &self,
        weights: &Weights,
        soc: f64,
        hint: &mut usize,
    ) -> [Elements; 2] {
        let index = super::segment(&self.soc, soc, hint);
        let width = self.soc[index + 1] - self.soc[index];
        let share = ((soc - self.soc[index]) / width).clamp(0.0, 1.0);
        let discharge = self.mix(&self.discharge, weights, index, share);
        let charge = if self.charge.is_empty() {
            discharge
        } else {
            self.mix(&self.charge, weights, index, share)
        };
        [discharge, charge]
    }

    fn mix(&self, table: &[Elements], weights: &Weights, index: usize, share: f64) -> Elements {
        let row = |row: usize| {
            let place = row * self.soc.len() + index;
            (&table[place], &table[place + 1])
        };
        let (a, b) = row(weights.lower);
        let along = |a: f64, b: f64| a + share * (b - a);
        let (low, high) = (weights.lower_weight, weights.upper_weight);
        if high == 0.0 {
            let mut branch_ohm = [0.0; MAX_BRANCHES];
            for (k, ohm) in branch_ohm.iter_mut().enumerate() {
                *ohm = low * along(a.branch_ohm[k], b.branch_ohm[k]);
            }
            return Elements {
                r0_ohm: low * along(a.r0_ohm, b.r0_ohm),
                charge_transfer_ohm: low * along(a.charge_transfer_ohm, b.charge_transfer_ohm),
                branch_ohm,
                hysteresis_v: along(a.hysteresis_v, b.hysteresis_v),
            };
        }
        let (c, d) = row(weights.upper);
        let blend = |a, b, c, d| low * along(a, b) + high * along(c, d);
        let mut branch_ohm = [0.0; MAX_BRANCHES];
        for (k, ohm) in branch_ohm.iter_mut().enumerate() {
            *ohm = blend(
                a.branch_ohm[k],
                b.branch_ohm[k],
                c.branch_ohm[k],
                d.branch_ohm[k],
            );
        }
        let (cold, warm) = (
            along(a.hysteresis_v, b.hysteresis_v),
            along(c.hysteresis_v, d.hysteresis_v),
        );
        Elements {
            r0_ohm: blend(a.r0_ohm, b.r0_ohm, c.r0_ohm, d.r0_ohm),
            charge_transfer_ohm: blend(
                a.charge_transfer_ohm,
                b.charge_transfer_ohm,
                c.charge_transfer_ohm,
                d.charge_transfer_ohm,
            ),
            branch_ohm,
            hysteresis_v: cold + weights.share * (warm - cold),
        }
    }
}
