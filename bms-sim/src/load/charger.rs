//! A charger: constant current, then constant voltage.

use super::demand::Demand;
use super::schedule::{Stage, Stop, Work};

/// A constant-current constant-voltage charger: it exceeds neither its current nor its voltage, and ends when the
/// current falls to the cut-off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Charger {
    /// Charge current of the constant-current phase, in ampere, positive.
    pub current_a: f64,
    /// Terminal voltage of the constant-voltage phase, in volt, positive.
    pub voltage_v: f64,
    /// Charge current that ends the charge, in ampere, not negative, below `current_a`.
    pub cutoff_a: f64,
}

impl Charger {
    /// The charger's demand: the voltage, with the current as limit. It covers both phases, since the current is the
    /// smaller of the limit and the one at that voltage.
    #[must_use]
    pub fn demand(&self) -> Demand {
        Demand::Voltage {
            voltage_v: self.voltage_v,
            charge_limit_a: self.current_a,
            discharge_limit_a: 0.0,
        }
    }

    /// The charge as a stage of a schedule, from whatever state to the cut-off.
    #[must_use]
    pub fn stage(&self) -> Stage {
        Stage {
            work: Work::Hold(self.demand()),
            stops: vec![Stop::CurrentBelow {
                current_a: self.cutoff_a,
            }],
        }
    }
}
