//! Electrodes with their particles, surfaces, and voltages at a current.

use std::sync::Arc;

use crate::cell::parameters::{Diffusivity, Electrode};
use crate::cell::particle::Particle;
use crate::cell::physics::arrhenius;

/// How a particle is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParticleForm {
    /// Shells of equal thickness, stepped implicitly with order two.
    Volumes {
        /// Number of shells; at least two.
        shells: usize,
    },
    /// The slowest eigenmodes of the same shells, stepped exactly; the others respond instantaneously. A diffusivity
    /// that depends on stoichiometry has no eigenmodes, and the shells themselves are stepped.
    Modes {
        /// Number of shells; at least two.
        shells: usize,
        /// Number of modes stepped, 1 to `shells`.
        kept: usize,
    },
}

/// Minimum distance of a surface from empty and full, which keeps the exchange current positive.
const MIN_FILLING: f64 = 1e-8;

/// One electrode with its particle.
#[derive(Clone, Debug)]
pub(super) struct Side {
    pub(super) particle: Particle,
    /// Twice the exchange current at the reference temperature over `sqrt(x (1 - x))`.
    pub(super) kinetic_a: f64,
    /// The same at the present temperature, inverse.
    pub(super) per_kinetic_a: f64,
    /// Inverse of the charge capacity of the electrode.
    pub(super) per_capacity_c: f64,
    pub(super) rate_per_s: f64,
}

impl Side {
    pub(super) fn new(electrode: &Electrode, area_m2: f64, form: ParticleForm) -> Self {
        let particle = match (form, &electrode.diffusivity_m2_per_s) {
            (ParticleForm::Modes { shells, kept }, Diffusivity::Constant(_)) => {
                Particle::modes(shells, kept)
            }
            (
                ParticleForm::Modes { shells, .. } | ParticleForm::Volumes { shells },
                diffusivity,
            ) => {
                let curve = match diffusivity {
                    Diffusivity::Constant(_) => None,
                    Diffusivity::OfStoichiometry(curve) => Some(Arc::clone(curve)),
                };
                Particle::volumes(shells, curve)
            }
        };
        let kinetic_a = 2.0 * electrode.surface_m2(area_m2) * electrode.exchange_current_a_per_m2;
        Self {
            particle,
            kinetic_a,
            per_kinetic_a: 1.0 / kinetic_a,
            per_capacity_c: 1.0 / electrode.capacity_c(area_m2),
            rate_per_s: 0.0,
        }
    }

    /// Sets diffusivity over squared radius; without the diffusivity if the particle computes it itself.
    pub(super) fn set_rate(&mut self, electrode: &Electrode, temperature_k: f64, reference_k: f64) {
        let diffusivity = match electrode.diffusivity_m2_per_s {
            Diffusivity::Constant(value) => value,
            Diffusivity::OfStoichiometry(_) => 1.0,
        };
        let warmth = arrhenius(
            electrode.diffusivity_activation_j_per_mol,
            temperature_k,
            reference_k,
        );
        self.rate_per_s = diffusivity * warmth / electrode.particle_radius_m.powi(2);
    }

    pub(super) fn set_kinetics(
        &mut self,
        electrode: &Electrode,
        temperature_k: f64,
        reference_k: f64,
    ) {
        let warmth = arrhenius(
            electrode.exchange_activation_j_per_mol,
            temperature_k,
            reference_k,
        );
        self.per_kinetic_a = 1.0 / (self.kinetic_a * warmth);
    }

    /// `w = I / Ik` without the electrolyte. A clamped surface does not respond to the current.
    #[inline]
    pub(super) fn reaction(&self, x: f64, current_a: f64) -> ReactionRate {
        let within = x.clamp(MIN_FILLING, 1.0 - MIN_FILLING);
        let spread = within * (1.0 - within);
        let per_spread = 1.0 / spread;
        let per_ik = self.per_kinetic_a * spread.sqrt() * per_spread;
        let w = current_a * per_ik;
        let moves = if within == x { per_spread } else { 0.0 };
        ReactionRate {
            w,
            per_a: per_ik,
            per_x: w * (within - 0.5) * moves,
        }
    }
}

/// `w = I / Ik`, and its changes with current and with the surface's stoichiometry.
pub(super) struct ReactionRate {
    pub(super) w: f64,
    pub(super) per_a: f64,
    pub(super) per_x: f64,
}

/// Voltages at a current.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Operation {
    pub(super) current_a: f64,
    pub(super) temperature_k: f64,
    pub(super) voltage_v: f64,
    /// Difference of the open-circuit potentials at the particle surfaces.
    pub(super) open_v: f64,
    pub(super) entropic_v_per_k: f64,
    /// Overpotential of the salt's distribution, which does not jump with the current.
    pub(super) salt_v: f64,
    /// Derivatives of `voltage_v` and `open_v` with respect to the current: constant over the coming step, or stepping
    /// now for a present state.
    pub(super) slope_v_per_a: f64,
    pub(super) open_slope_v_per_a: f64,
    /// Changes with a current that jumps now, of the open-circuit voltage and of the losses.
    pub(super) jump_open_v_per_a: f64,
    pub(super) jump_loss_ohm: f64,
}

impl Operation {
    /// Whether a current is so close that the tangent is exact to a nanovolt.
    pub(super) fn is_near(&self, current_a: f64) -> bool {
        ((current_a - self.current_a) * self.slope_v_per_a).abs() <= 1e-5
    }

    /// At a current so close that the tangent applies.
    pub(super) fn beside(self, current_a: f64) -> Self {
        let change_a = current_a - self.current_a;
        Self {
            current_a,
            voltage_v: self.voltage_v + self.slope_v_per_a * change_a,
            open_v: self.open_v + self.open_slope_v_per_a * change_a,
            ..self
        }
    }
}

/// The surface of a particle at a current.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Surface {
    pub(super) x: f64,
    /// Derivatives with respect to the current through the nominal area, constant over the coming step or stepping now.
    pub(super) per_a: f64,
    pub(super) jump_per_a: f64,
}

impl Surface {
    /// Starting from the value at zero current.
    #[inline]
    pub(super) fn at(self, inner_a: f64) -> Self {
        Self {
            x: self.x + self.per_a * inner_a,
            ..self
        }
    }
}

/// Result of the prepared step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ahead {
    /// Surfaces at its end without current, negative and positive.
    pub(super) surfaces: [Surface; 2],
    /// The last answer about its end; without one its current is no number.
    pub(super) end: Operation,
}
