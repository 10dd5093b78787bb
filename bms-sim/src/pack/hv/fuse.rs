//! A fuse that melts by the heat of its current.

/// A fuse as two points of its melting curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FuseConfig {
    /// Resistance while intact, in ohm, positive.
    pub resistance_ohm: f64,
    /// Melting integral of short, large currents, in ampere squared times second, positive.
    pub melting_i2t_a2s: f64,
    /// Largest continuous current, in ampere, positive.
    pub minimum_fusing_current_a: f64,
}

impl FuseConfig {
    /// Time constant of the element's heat, in seconds.
    fn tau_s(&self) -> f64 {
        self.melting_i2t_a2s / self.minimum_fusing_current_a.powi(2)
    }

    /// Time until a cold fuse melts at a steady current, in seconds; infinite at or below the minimum fusing current.
    ///
    /// The element is one heat capacity with one path to its surroundings: `t = -tau ln(1 - (Imin / I)^2)` with
    /// `tau = I2t / Imin^2`, which tends to `I2t / I^2` for large currents.
    #[must_use]
    pub fn melting_time_s(&self, current_a: f64) -> f64 {
        let ratio = (self.minimum_fusing_current_a / current_a).powi(2);
        if ratio >= 1.0 {
            f64::INFINITY
        } else {
            -self.tau_s() * (-ratio).ln_1p()
        }
    }
}

/// A fuse's memory.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fuse {
    /// Heat of the element above ambient, expressed as an integral of the squared current.
    heat_a2s: f64,
    melted: bool,
}

impl Fuse {
    /// Whether it has melted, permanently.
    #[must_use]
    pub fn is_melted(self) -> bool {
        self.melted
    }

    /// Heat relative to melting: 0 cold, 1 melts.
    #[must_use]
    pub fn stress(self, config: &FuseConfig) -> f64 {
        self.heat_a2s / config.melting_i2t_a2s
    }

    /// Carries a current with the given mean square for `dt_s`; a fuse that melts in a step is open after it.
    pub fn carry(&mut self, config: &FuseConfig, mean_square_a2: f64, dt_s: f64) {
        let tau_s = config.tau_s();
        let steady = mean_square_a2 * tau_s;
        self.heat_a2s += (self.heat_a2s - steady) * (-dt_s / tau_s).exp_m1();
        self.melted |= self.heat_a2s >= config.melting_i2t_a2s;
    }
}
