//! Reversible self-discharge.

use super::physics::{REFERENCE_K, arrhenius};

/// A small current that flows inside the cell from one electrode to the other, as through a leaking separator or a
/// redox shuttle. Lithium stays cyclable.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SelfDischarge {
    /// Current at 25 degrees Celsius, in ampere; not negative.
    pub current_a: f64,
    /// Activation energy in joule per mole.
    pub activation_j_per_mol: f64,
}

impl SelfDischarge {
    /// No self-discharge.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            current_a: 0.0,
            activation_j_per_mol: 0.0,
        }
    }

    /// The current that empties this share of a capacity in thirty days at 25 degrees Celsius.
    #[must_use]
    pub fn of_monthly_share(share: f64, capacity_ah: f64, activation_j_per_mol: f64) -> Self {
        Self {
            current_a: share * capacity_ah / (30.0 * 24.0),
            activation_j_per_mol,
        }
    }

    /// Current at a temperature, in ampere.
    #[must_use]
    pub fn current_a(&self, temperature_k: f64) -> f64 {
        if self.current_a == 0.0 {
            return 0.0;
        }
        self.current_a * arrhenius(self.activation_j_per_mol, temperature_k, REFERENCE_K)
    }
}
