//! Current, C-rate or power over time.

use super::demand::Demand;
use super::series::TimeSeries;

/// Quantity of a [`Profile`]. Discharge is positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Current of the whole battery, in ampere.
    Current,
    /// Current in multiples of the battery's nominal capacity per hour.
    CRate,
    /// Power at the battery's terminals, in watt.
    Power,
}

/// A current, C-rate or power over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// The quantity.
    pub quantity: Quantity,
    /// The numbers.
    pub series: TimeSeries,
}

impl Profile {
    /// The demand during the `dt_s` that start `elapsed_s` after its first point: the exact mean over that time, so
    /// that charge (or, for power, energy) does not depend on the step.
    ///
    /// `nominal_capacity_ah` turns C-rates into ampere.
    #[must_use]
    pub fn demand(&self, elapsed_s: f64, dt_s: f64, nominal_capacity_ah: f64) -> Demand {
        let mean = self.series.mean(elapsed_s, dt_s);
        match self.quantity {
            Quantity::Current => Demand::Current { current_a: mean },
            Quantity::CRate => Demand::Current {
                current_a: mean * nominal_capacity_ah,
            },
            Quantity::Power => Demand::Power { power_w: mean },
        }
    }
}
