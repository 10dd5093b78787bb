//! One step of the circuit in closed form: branches, hysteresis and energy balance.

use super::MAX_BRANCHES;
use super::maps::Elements;
use super::ocv::Rows;
use crate::cell::particle::exponential_weights;

/// Weights of a branch for a given step length.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Decay {
    pub(super) tau_s: f64,
    /// `exp(-dt / tau)`.
    pub(super) remains: f64,
    /// Response of the branch current to a constant current, `1 - exp(-dt / tau)`.
    pub(super) hold: f64,
    /// Response of the branch current to a linear rise of the current by one over the step.
    pub(super) ramp: f64,
}

impl Decay {
    pub(super) fn new(tau_s: f64, dt_s: f64) -> Self {
        let (remains, hold_s, ramp_s) = exponential_weights(1.0 / tau_s, dt_s);
        Self {
            tau_s,
            remains,
            hold: hold_s / tau_s,
            ramp: ramp_s / tau_s,
        }
    }
}

/// Hysteresis after a charge `moved_c` has left the cell; `scale_c` is the charge scale of a reversal.
pub(super) fn hysteresis(before: f64, moved_c: f64, scale_c: f64) -> f64 {
    if moved_c == 0.0 {
        return before;
    }
    let end = -moved_c.signum();
    end + (before - end) * (-moved_c.abs() / scale_c).exp()
}

/// The same, and the integral of the hysteresis state over the charge that left.
fn hysteresis_integral(before: f64, moved_c: f64, scale_c: f64) -> (f64, f64) {
    let end = -moved_c.signum();
    let after = hysteresis(before, moved_c, scale_c);
    (
        after,
        end * moved_c + (before - after) * scale_c * moved_c.signum(),
    )
}

/// A completed step.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Taken {
    pub(super) from_a: f64,
    pub(super) to_a: f64,
    pub(super) dt_s: f64,
    pub(super) branch_a: [f64; MAX_BRANCHES],
    pub(super) hysteresis: f64,
    pub(super) elements: Elements,
    /// Branch resistances of the previous step: a change alters the stored energy.
    pub(super) branch_before_ohm: [f64; MAX_BRANCHES],
    pub(super) series_ohm: f64,
    pub(super) knee_a: f64,
    pub(super) leak_a: f64,
    pub(super) hysteresis_scale_c: f64,
    /// Charge above empty at both ends, in coulomb.
    pub(super) start_c: f64,
    pub(super) end_c: f64,
    pub(super) capacity_c: f64,
    pub(super) temperature_k: f64,
    pub(super) rows: Rows,
}

/// Energy balance of a step, see [`crate::cell::StepEnergy`].
#[allow(clippy::struct_field_names, reason = "the unit is part of each name")]
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Balance {
    pub(super) delivered_j: f64,
    pub(super) lost_j: f64,
    pub(super) released_j: f64,
}

impl Taken {
    fn slope(&self) -> f64 {
        if self.dt_s > 0.0 {
            (self.to_a - self.from_a) / self.dt_s
        } else {
            0.0
        }
    }

    /// Charge that left through the terminals, in coulomb.
    pub(super) fn moved_c(&self) -> f64 {
        0.5 * (self.from_a + self.to_a) * self.dt_s
    }

    /// Integral of the square of the current.
    fn square(&self) -> f64 {
        (self.from_a * self.from_a + self.from_a * self.to_a + self.to_a * self.to_a) / 3.0
            * self.dt_s
    }

    /// Work and heat, from the closed solution of every element.
    ///
    /// `store_j` is the energy released by the OCV's store, `ocv_v` the mean voltage of that release.
    pub(super) fn balance(&self, decays: &[Decay], store_j: f64, ocv_v: f64) -> Balance {
        let elements = &self.elements;
        let series_j = (elements.r0_ohm + self.series_ohm) * self.square();
        let transfer_j = self.transfer_j();
        let hysteresis_j = self.hysteresis_j();
        let leak_j = self.leak_a * ocv_v * self.dt_s;
        let mut delivered_j = store_j - leak_j - series_j - transfer_j + hysteresis_j;
        let mut lost_j = series_j + transfer_j - hysteresis_j + leak_j;
        let mut released_j = store_j;
        for (k, decay) in decays.iter().enumerate() {
            let (square, product, end) = self.branch(decay, self.branch_a[k]);
            let (ohm, start) = (elements.branch_ohm[k], self.branch_a[k]);
            let capacitive = 0.5 * decay.tau_s;
            delivered_j -= ohm * product;
            lost_j += ohm * square;
            released_j += capacitive * ohm * (start * start - end * end);
            // A branch whose resistance changes with SoC or temperature releases the difference of its stored energy as
            // heat.
            let moved_j = capacitive * (self.branch_before_ohm[k] - ohm) * start * start;
            lost_j += moved_j;
            released_j += moved_j;
        }
        Balance {
            delivered_j,
            lost_j,
            released_j,
        }
    }

    /// Integrals of `x^2` and `x I`, and the end of the branch current `x`, which is `p + s t + q exp(-t / tau)`.
    fn branch(&self, decay: &Decay, start_a: f64) -> (f64, f64, f64) {
        let (dt, tau, s) = (self.dt_s, decay.tau_s, self.slope());
        let p = self.from_a - s * tau;
        let q = start_a - p;
        let gone = decay.hold;
        // Integrals of the exponential, of `t` times it, and of its square.
        let e0 = tau * gone;
        let e1 = tau * (e0 - dt * decay.remains);
        let e2 = 0.5 * tau * gone * (1.0 + decay.remains);
        let square =
            dt * (p * p + s * dt * (p + s * dt / 3.0)) + 2.0 * q * (p * e0 + s * e1) + q * q * e2;
        let product = dt
            * (p * self.from_a + 0.5 * s * dt * (p + self.from_a) + s * s * dt * dt / 3.0)
            + q * (self.from_a * e0 + s * e1);
        (square, product, p + s * dt + q * decay.remains)
    }

    /// Heat of the charge transfer by Simpson's rule; exact for a constant current.
    fn transfer_j(&self) -> f64 {
        if self.elements.charge_transfer_ohm == 0.0 {
            return 0.0;
        }
        let loss = |a: f64| self.knee_a * (a / self.knee_a).asinh() * a;
        let mean = if self.from_a == self.to_a {
            loss(self.from_a)
        } else {
            (loss(self.from_a) + 4.0 * loss(0.5 * (self.from_a + self.to_a)) + loss(self.to_a))
                / 6.0
        };
        self.elements.charge_transfer_ohm * mean * self.dt_s
    }

    /// Work of the hysteresis voltage on the discharged charge; negative if it opposes the current.
    fn hysteresis_j(&self) -> f64 {
        if self.elements.hysteresis_v == 0.0 {
            return 0.0;
        }
        let mut state = self.hysteresis;
        let mut integral = 0.0;
        for moved_c in self.pieces() {
            let (after, part) = hysteresis_integral(state, moved_c, self.hysteresis_scale_c);
            state = after;
            integral += part;
        }
        self.elements.hysteresis_v * integral
    }

    /// Charge that left before and after the current changed sign.
    pub(super) fn pieces(&self) -> [f64; 2] {
        if self.from_a * self.to_a >= 0.0 {
            return [self.moved_c(), 0.0];
        }
        let crossing_s = self.dt_s * self.from_a / (self.from_a - self.to_a);
        [
            0.5 * self.from_a * crossing_s,
            0.5 * self.to_a * (self.dt_s - crossing_s),
        ]
    }
}
