//! The demand on the battery during one step.

/// A demand at the terminals of the battery during one step. Discharge is positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Demand {
    /// A current, in ampere.
    Current {
        /// Current during the step, in ampere.
        current_a: f64,
    },
    /// A power, in watt: the current is solved so that current times terminal voltage at the end of the step is
    /// this power.
    Power {
        /// Power during the step, in watt.
        power_w: f64,
    },
    /// A terminal voltage at the end of the step, with limits on the current.
    Voltage {
        /// Terminal voltage, in volt, positive.
        voltage_v: f64,
        /// Largest charge current, in ampere, not negative.
        charge_limit_a: f64,
        /// Largest discharge current, in ampere, not negative.
        discharge_limit_a: f64,
    },
}

impl Demand {
    /// No current.
    pub const REST: Self = Self::Current { current_a: 0.0 };

    /// The current of this demand from a source of `v = emf_v - resistance_ohm * i`, in ampere.
    ///
    /// Constant power has the closed form `i = 2 P / (E + sqrt(E^2 - 4 R P))`, the root of `R i^2 - E i + P = 0` on the
    /// branch through rest, in the form without cancellation at small power.
    ///
    /// Returns `None` if the power exceeds the maximum `E^2 / 4R`.
    #[must_use]
    pub fn current_a(self, emf_v: f64, resistance_ohm: f64) -> Option<f64> {
        match self {
            Self::Current { current_a } => Some(current_a),
            Self::Power { power_w } => {
                let discriminant = emf_v * emf_v - 4.0 * resistance_ohm * power_w;
                (discriminant >= 0.0 && emf_v > 0.0)
                    .then(|| 2.0 * power_w / (emf_v + discriminant.sqrt()))
            }
            Self::Voltage {
                voltage_v,
                charge_limit_a,
                discharge_limit_a,
            } => Some(
                ((emf_v - voltage_v) / resistance_ohm).clamp(-charge_limit_a, discharge_limit_a),
            ),
        }
    }
}
