//! The electrolyte of the particle models: at rest in the SPM, diffusing in the SPMe.
//!
//! The SPMe is that of S. G. Marquis, V. Sulzer, R. Timms, C. P. Please, S. J. Chapman, "An asymptotic derivation of a
//! single particle model with electrolyte", J. Electrochem. Soc. 166 (2019) A3693, doi:10.1149/2.0341915jes, in the
//! composite form: electrode averages of the nonlinear overpotentials, with the salt's full diffusion equation
//!
//! ```text
//! eps dc/dt = d/dx (tau D(c,T) dc/dx) + (1 - t+) a j / F
//! ```
//!
//! with `a j = I / (A Ln)` in the negative, 0 in the separator and `-I / (A Lp)` in the positive electrode.

use std::sync::Arc;

use super::diffusion::Volumes;
use super::lanes::{LANES, dot};
use super::parameters::{Electrochemistry, Electrolyte, Layer, Porous};
use super::physics::{FARADAY_C_PER_MOL, GAS_J_PER_MOL_K, arrhenius};

/// Contribution of the electrolyte to the terminal voltage at a current.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Polarisation {
    /// Mean of `asinh(w / sqrt(c / c0))` over the negative electrode plus that over the positive.
    pub(crate) asinh: f64,
    /// Its derivative with respect to the `w` of each electrode.
    pub(crate) per_w: [f64; 2],
    /// Ohmic losses in electrolyte and coatings, added to the voltage; falls with discharge.
    pub(crate) ohmic_v: f64,
    /// Overpotential of the salt's distribution, added to the voltage.
    pub(crate) salt_v: f64,
    /// Change of everything above with current that is not through `w`, in ohm: `d(ohmic_v)/dI` and the effect of
    /// concentration on the two reactions times `2 R T / F`.
    pub(crate) slope_v_per_a: f64,
    /// Derivative for a step of the current at constant concentration.
    pub(crate) jump_v_per_a: f64,
}

/// Contribution of the electrolyte at the negative electrode at a current.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NegativeSide {
    /// Mean of `asinh(w / sqrt(c / c0))` over the electrode.
    pub(crate) asinh: f64,
    /// Electrolyte potential at the separator minus its mean over the electrode; positive during charge.
    pub(crate) rise_v: f64,
}

/// The two electrolytes behind one door.
pub trait ElectrolyteModel: Clone + Send + Sync {
    /// Works out the step's part that does not depend on the current.
    fn prepare(&mut self, dt_s: f64, temperature_k: f64);
    /// Ends the prepared step.
    fn finish(&mut self, from_a: f64, to_a: f64);
    /// Resets to equilibrium.
    fn rest(&mut self);
    /// At the present state. `w` is current over twice the exchange current of each electrode at the concentration
    /// of rest.
    fn now(&self, current_a: f64, w: [f64; 2], temperature_k: f64) -> Polarisation;
    /// The negative electrode at the present state.
    fn negative_now(&self, current_a: f64, w: f64, temperature_k: f64) -> NegativeSide;
    /// State at the end of the prepared step with a constant current.
    fn after(&self, current_a: f64, w: [f64; 2], temperature_k: f64) -> Polarisation;
}

/// An electrolyte that always is as at rest: the single particle model.
#[derive(Clone, Copy, Debug, Default)]
pub struct AtRest;

impl ElectrolyteModel for AtRest {
    fn prepare(&mut self, _dt_s: f64, _temperature_k: f64) {}
    fn finish(&mut self, _from_a: f64, _to_a: f64) {}
    fn rest(&mut self) {}
    #[inline]
    fn now(&self, _current_a: f64, w: [f64; 2], _temperature_k: f64) -> Polarisation {
        let roots = w.map(|w| (1.0 + w * w).sqrt());
        // Both arguments have the sign of the current, so one logarithm gives the sum of the two.
        let product = (w[0].abs() + roots[0]) * (w[1].abs() + roots[1]);
        Polarisation {
            asinh: product.ln().copysign(w[0]),
            per_w: roots.map(|root| 1.0 / root),
            ohmic_v: 0.0,
            salt_v: 0.0,
            slope_v_per_a: 0.0,
            jump_v_per_a: 0.0,
        }
    }
    fn negative_now(&self, _current_a: f64, w: f64, _temperature_k: f64) -> NegativeSide {
        NegativeSide {
            asinh: w.asinh(),
            rise_v: 0.0,
        }
    }
    fn after(&self, current_a: f64, w: [f64; 2], temperature_k: f64) -> Polarisation {
        self.now(current_a, w, temperature_k)
    }
}

/// Mesh of the electrolyte: volumes in the negative electrode, the separator and the positive electrode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ElectrolyteMesh {
    /// Volumes in the negative electrode; at least one.
    pub negative: usize,
    /// Volumes in the separator; at least one.
    pub separator: usize,
    /// Volumes in the positive electrode; at least one.
    pub positive: usize,
}

impl ElectrolyteMesh {
    /// The same number in each domain.
    #[must_use]
    pub fn uniform(volumes: usize) -> Self {
        Self {
            negative: volumes,
            separator: volumes,
            positive: volumes,
        }
    }

    fn total(&self) -> usize {
        self.negative + self.separator + self.positive
    }
}

/// Electrolyte with salt diffusion: the single particle model with electrolyte.
#[derive(Clone, Debug)]
pub struct Diffusing {
    fixed: Arc<Fixed>,
    volumes: Volumes,
    conductance: Vec<f64>,
    /// Salt concentration over that at rest.
    salt: Vec<f64>,
    /// Concentration and temperature for which the step is factorised.
    tuned: Tuned,
    /// Change of the mean concentration per ampere over the step.
    mean_gain: f64,
    tolerance: f64,
}

#[derive(Clone, Debug)]
struct Tuned {
    salt: Vec<f64>,
    temperature_k: f64,
    dt_s: f64,
}

/// Constants shared by all cells of a kind.
#[derive(Debug)]
struct Fixed {
    electrolyte: Electrolyte,
    area_m2: f64,
    reference_k: f64,
    mesh: ElectrolyteMesh,
    /// Width of each volume over its transport efficiency.
    resistance_m: Vec<f64>,
    /// Share of each volume in the cell's thickness.
    share: Vec<f64>,
    /// Ohmic resistance of the electrolyte for a bulk conductivity of 1 S/m.
    ionic_per_m: f64,
    /// Its part between the mean of the negative electrode and the separator.
    negative_per_m: f64,
    /// Ohmic resistance of the coatings.
    electronic_ohm: f64,
}

impl Diffusing {
    /// An electrolyte at rest. The diffusivity is worked out anew when the relative concentration has moved anywhere
    /// by more than `tolerance` or the temperature by more than `tolerance` times 1 K; 0 is every step.
    pub(crate) fn new(
        cell: &Electrochemistry,
        porous: Porous,
        mesh: ElectrolyteMesh,
        tolerance: f64,
    ) -> Self {
        let layers = [
            (mesh.negative, porous.negative, 1.0),
            (mesh.separator, porous.separator, 0.0),
            (mesh.positive, porous.positive, -1.0),
        ];
        let thickness_m: f64 = layers.iter().map(|(_, layer, _)| layer.thickness_m).sum();
        let released = (1.0 - porous.electrolyte.transference_number)
            / (FARADAY_C_PER_MOL * cell.area_m2 * porous.electrolyte.concentration_mol_per_m3);
        let n = mesh.total();
        let (mut volume, mut input) = (Vec::with_capacity(n), Vec::with_capacity(n));
        let (mut resistance_m, mut share) = (Vec::with_capacity(n), Vec::with_capacity(n));
        for (count, layer, sign) in layers {
            let width_m = layer.thickness_m / count as f64;
            for _ in 0..count {
                volume.push(layer.porosity * width_m);
                input.push(sign * released / count as f64);
                resistance_m.push(width_m / layer.transport_efficiency);
                share.push(width_m / thickness_m);
            }
        }
        let path = |layer: &Layer| layer.thickness_m / layer.transport_efficiency;
        let ionic_per_m =
            (path(&porous.negative) / 3.0 + path(&porous.separator) + path(&porous.positive) / 3.0)
                / cell.area_m2;
        let electronic_ohm = (porous.negative.thickness_m / porous.negative_conductivity_s_per_m
            + porous.positive.thickness_m / porous.positive_conductivity_s_per_m)
            / (3.0 * cell.area_m2);
        Self {
            volumes: Volumes::new(volume, input),
            conductance: vec![0.0; n - 1],
            salt: vec![1.0; n],
            tuned: Tuned {
                salt: vec![f64::NAN; n],
                temperature_k: f64::NAN,
                dt_s: f64::NAN,
            },
            fixed: Arc::new(Fixed {
                electrolyte: porous.electrolyte,
                area_m2: cell.area_m2,
                reference_k: cell.reference_temperature_k,
                mesh,
                resistance_m,
                share,
                ionic_per_m,
                negative_per_m: path(&porous.negative) / (3.0 * cell.area_m2),
                electronic_ohm,
            }),
            mean_gain: 0.0,
            tolerance,
        }
    }

    /// Salt concentration in each volume, from the negative collector to the positive, in mol per cubic metre.
    #[must_use]
    pub fn concentration_mol_per_m3(&self) -> Vec<f64> {
        let rest = self.fixed.electrolyte.concentration_mol_per_m3;
        self.salt.iter().map(|c| c * rest).collect()
    }

    /// Salt in the whole cell, in mol.
    #[must_use]
    pub fn salt_mol(&self) -> f64 {
        let fixed = &self.fixed;
        let per_area: f64 = self
            .volumes
            .volume()
            .iter()
            .zip(&self.salt)
            .map(|(v, c)| v * c)
            .sum();
        per_area * fixed.area_m2 * fixed.electrolyte.concentration_mol_per_m3
    }

    /// Whether the factorised step still fits. The salt moves most at the collectors and beside the separator.
    fn fits(&self, dt_s: f64, temperature_k: f64) -> bool {
        let mesh = &self.fixed.mesh;
        let places = [
            0,
            mesh.negative - 1,
            mesh.negative + mesh.separator,
            mesh.total() - 1,
        ];
        dt_s == self.tuned.dt_s
            && (temperature_k - self.tuned.temperature_k).abs() <= self.tolerance
            && places
                .iter()
                .all(|&i| (self.salt[i] - self.tuned.salt[i]).abs() <= self.tolerance)
    }

    fn tune(&mut self, dt_s: f64, temperature_k: f64) {
        let electrolyte = &self.fixed.electrolyte;
        let warmth = arrhenius(
            electrolyte.diffusivity_activation_j_per_mol,
            temperature_k,
            self.fixed.reference_k,
        );
        let rest = electrolyte.concentration_mol_per_m3;
        let resistance = |i: usize| {
            let diffusivity = electrolyte
                .diffusivity_m2_per_s
                .value(self.salt[i].max(0.0) * rest);
            self.fixed.resistance_m[i] / (diffusivity.max(1e-13) * warmth)
        };
        let mut left = resistance(0);
        for i in 0..self.conductance.len() {
            let right = resistance(i + 1);
            self.conductance[i] = 2.0 / (left + right);
            left = right;
        }
        self.volumes.factorise(&self.conductance, dt_s);
        self.mean_gain = dot(&self.volumes.hold_gain, &self.fixed.share);
        self.tuned.salt.copy_from_slice(&self.salt);
        self.tuned.temperature_k = temperature_k;
        self.tuned.dt_s = dt_s;
    }

    /// Conductivity at a mean relative concentration, and its derivative; zero at the lower clamp.
    fn conductivity(&self, mean: f64, temperature_k: f64) -> (f64, f64) {
        let electrolyte = &self.fixed.electrolyte;
        let rest = electrolyte.concentration_mol_per_m3;
        let warmth = arrhenius(
            electrolyte.conductivity_activation_j_per_mol,
            temperature_k,
            self.fixed.reference_k,
        );
        let (value, slope) = electrolyte
            .conductivity_s_per_m
            .value_and_slope(mean.max(0.0) * rest);
        let moves = mean > 0.0 && value > MIN_CONDUCTIVITY;
        let per_mean = if moves { slope * rest * warmth } else { 0.0 };
        (value.max(MIN_CONDUCTIVITY) * warmth, per_mean)
    }

    /// Polarisation with a concentration of `base + gain * current_a`; without `pulled`, of `base` at any current.
    fn polarisation(
        &self,
        (base, gain, pulled): (&[f64], &[f64], bool),
        current_a: f64,
        w: [f64; 2],
        temperature_k: f64,
    ) -> Polarisation {
        let fixed = &*self.fixed;
        let electrolyte = &fixed.electrolyte;
        let mesh = fixed.mesh;
        let first_positive = mesh.negative + mesh.separator;
        let pull_a = if pulled { current_a } else { 0.0 };
        let part = |range: std::ops::Range<usize>, w: f64| {
            reaction(&base[range.clone()], &gain[range], pull_a, w)
        };
        let negative = part(0..mesh.negative, w[0]);
        let positive = part(first_positive..mesh.total(), w[1]);

        let mean = dot(base, &fixed.share) + pull_a * self.mean_gain;
        let (conductivity, per_mean) = self.conductivity(mean, temperature_k);
        let thermal_v = GAS_J_PER_MOL_K * temperature_k / FARADAY_C_PER_MOL;
        let nernst_v = 2.0 * (1.0 - electrolyte.transference_number) * thermal_v;
        let ionic_ohm = fixed.ionic_per_m / conductivity;
        let resistance_ohm = ionic_ohm + fixed.electronic_ohm;
        let ionic_slope = -ionic_ohm / conductivity * per_mean * self.mean_gain;
        Polarisation {
            asinh: negative.asinh + positive.asinh,
            per_w: [negative.per_w, positive.per_w],
            ohmic_v: -resistance_ohm * current_a,
            salt_v: nernst_v * (positive.log - negative.log),
            slope_v_per_a: if pulled {
                nernst_v * (positive.log_gain - negative.log_gain)
                    - 2.0 * thermal_v * (negative.asinh_gain + positive.asinh_gain)
                    - resistance_ohm
                    - ionic_slope * current_a
            } else {
                -resistance_ohm
            },
            jump_v_per_a: -resistance_ohm,
        }
    }
}

/// Means over an electrode.
struct Reaction {
    /// Of `asinh(w / sqrt(c))`, and its changes with `w` and with the pull on the salt.
    asinh: f64,
    per_w: f64,
    asinh_gain: f64,
    /// Of `ln c`, and its change with the pull on the salt.
    log: f64,
    log_gain: f64,
}

/// Least conductivity at the reference temperature, in siemens per metre.
const MIN_CONDUCTIVITY: f64 = 1e-3;
/// Least relative concentration; a depleted electrode stays finite.
const MIN_SALT: f64 = 1e-6;

/// Means over an electrode with a concentration of `base + gain * pull`.
///
/// The logarithm of a product replaces a sum of logarithms: exact, with one logarithm per eighty volumes. Sums and
/// products run in lanes for vectorisation, in a fixed order.
fn reaction(base: &[f64], gain: &[f64], pull: f64, w: f64) -> Reaction {
    let mut sums = Sums {
        w: w.abs(),
        ..Sums::default()
    };
    let (mut logs, mut asinhs) = (0.0, 0.0);
    for (base, gain) in base.chunks(20 * LANES).zip(gain.chunks(20 * LANES)) {
        (sums.salt, sums.reach) = ([1.0; LANES], [1.0; LANES]);
        let (base_lanes, base_rest) = base.as_chunks::<LANES>();
        let (gain_lanes, gain_rest) = gain.as_chunks::<LANES>();
        for (base, gain) in base_lanes.iter().zip(gain_lanes) {
            for lane in 0..LANES {
                sums.add(lane, base[lane] + gain[lane] * pull, gain[lane]);
            }
        }
        for (base, gain) in base_rest.iter().zip(gain_rest) {
            sums.add(0, base + gain * pull, *gain);
        }
        logs += sums.salt.iter().product::<f64>().ln();
        asinhs += sums.reach.iter().product::<f64>().ln();
    }
    let share = 1.0 / base.len() as f64;
    let total = |lanes: [f64; LANES]| lanes.iter().sum::<f64>() * share;
    Reaction {
        asinh: ((asinhs - 0.5 * logs) * share).copysign(w),
        per_w: total(sums.per_w),
        asinh_gain: -0.5 * w * total(sums.asinh_gain),
        log: logs * share,
        log_gain: total(sums.log_gain),
    }
}

/// Running sums and products over an electrode.
#[derive(Clone, Copy, Default)]
struct Sums {
    w: f64,
    salt: [f64; LANES],
    /// `w + sqrt(w^2 + salt)`.
    reach: [f64; LANES],
    per_w: [f64; LANES],
    asinh_gain: [f64; LANES],
    log_gain: [f64; LANES],
}

impl Sums {
    #[inline]
    fn add(&mut self, lane: usize, salt: f64, gain: f64) {
        // A clamped concentration does not depend on the current.
        let gain = if salt > MIN_SALT { gain } else { 0.0 };
        let salt = salt.max(MIN_SALT);
        let root = (self.w * self.w + salt).sqrt();
        let inverse = 1.0 / (root * salt);
        self.salt[lane] *= salt;
        self.reach[lane] *= self.w + root;
        self.per_w[lane] += inverse * salt;
        self.log_gain[lane] += inverse * root * gain;
        self.asinh_gain[lane] += inverse * gain;
    }
}

impl ElectrolyteModel for Diffusing {
    fn prepare(&mut self, dt_s: f64, temperature_k: f64) {
        if !self.fits(dt_s, temperature_k) {
            self.tune(dt_s, temperature_k);
        }
        self.volumes.relax(&self.salt);
    }

    fn finish(&mut self, from_a: f64, to_a: f64) {
        self.volumes.finish(from_a, to_a, &mut self.salt);
    }

    fn rest(&mut self) {
        self.salt.fill(1.0);
    }

    fn now(&self, current_a: f64, w: [f64; 2], temperature_k: f64) -> Polarisation {
        self.polarisation(
            (&self.salt, &self.volumes.hold_gain, false),
            current_a,
            w,
            temperature_k,
        )
    }

    /// With the current in the electrolyte of a reaction that is the same everywhere, as in all of the model:
    /// `d(phi)/dx = -(I x / Ln) / (A kappa) + 2 (1 - t+) (RT / F) d(ln c)/dx`.
    fn negative_now(&self, current_a: f64, w: f64, temperature_k: f64) -> NegativeSide {
        let fixed = &*self.fixed;
        let count = fixed.mesh.negative;
        let gain = &self.volumes.hold_gain[..count];
        let electrode = reaction(&self.salt[..count], gain, 0.0, w);
        let (conductivity, _) = self.conductivity(dot(&self.salt, &fixed.share), temperature_k);
        let thermal_v = GAS_J_PER_MOL_K * temperature_k / FARADAY_C_PER_MOL;
        let nernst_v = 2.0 * (1.0 - fixed.electrolyte.transference_number) * thermal_v;
        let beside = 0.5 * (self.salt[count - 1] + self.salt[count]);
        NegativeSide {
            asinh: electrode.asinh,
            rise_v: nernst_v * (beside.max(MIN_SALT).ln() - electrode.log)
                - fixed.negative_per_m / conductivity * current_a,
        }
    }

    fn after(&self, current_a: f64, w: [f64; 2], temperature_k: f64) -> Polarisation {
        let end = (
            self.volumes.free.as_slice(),
            self.volumes.hold_gain.as_slice(),
            true,
        );
        self.polarisation(end, current_a, w, temperature_k)
    }
}
