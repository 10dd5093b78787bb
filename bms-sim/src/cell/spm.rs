//! The single particle model, without (SPM) and with (SPMe) electrolyte dynamics.
//!
//! One sphere represents each electrode. With discharge current `I > 0`,
//!
//! ```text
//! v = Up(ys) - Un(xs) - (2RT/F) [ <asinh(I / Ip)> + <asinh(I / In)> ] + electrolyte and ohmic terms - R I
//! Ik = 2 Sk jk(T) sqrt(x (1 - x)) sqrt(c / c0)
//! ```
//!
//! where `xs`, `ys` are the surface stoichiometries, `Sk` the particle surface of an electrode, `jk` its exchange
//! current density and `<>` the mean over the electrode. See S. G. Marquis et al. 2019, doi:10.1149/2.0341915jes.

use std::sync::Arc;

use thiserror::Error;

use super::electrolyte::{AtRest, Diffusing, ElectrolyteMesh, ElectrolyteModel, Polarisation};
use super::parameters::{Diffusivity, Electrochemistry, Electrode};
use super::particle::Particle;
use super::physics::{COULOMB_PER_AH, FARADAY_C_PER_MOL, GAS_J_PER_MOL_K, arrhenius};
use super::self_discharge::SelfDischarge;
use super::window::{Balance, Window};
use super::{CellModel, Fade, LithiumPotential, Source, StepEnergy};

/// The single particle model.
pub type Spm = SingleParticle<AtRest>;
/// The single particle model with electrolyte.
pub type Spme = SingleParticle<Diffusing>;

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

/// Numerical resolution and terms of the heat.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParticleOptions {
    /// Both particles.
    pub particle: ParticleForm,
    /// The electrolyte of the SPMe.
    pub electrolyte: ElectrolyteMesh,
    /// Change of relative salt concentration below which the electrolyte's diffusivity is reused; 0 computes it in
    /// every step. The temperature tolerance is 1 K times this value, for particles too.
    pub coefficient_tolerance: f64,
    /// Whether the free energy of gradients within the particles becomes heat as they relax. Without it, as in PyBaMM's
    /// default, that energy is not in the balance.
    pub heat_of_mixing: bool,
    /// Charge that leaks within the cell.
    pub self_discharge: SelfDischarge,
}

impl Default for ParticleOptions {
    /// Twenty shells in all their modes, twenty volumes in each layer of the electrolyte.
    fn default() -> Self {
        Self {
            particle: ParticleForm::Modes {
                shells: 20,
                kept: 20,
            },
            electrolyte: ElectrolyteMesh::uniform(20),
            coefficient_tolerance: 0.02,
            heat_of_mixing: false,
            self_discharge: SelfDischarge::none(),
        }
    }
}

/// A cell with one particle per electrode and an electrolyte of kind `E`.
#[derive(Clone, Debug)]
pub struct SingleParticle<E> {
    cell: Arc<Electrochemistry>,
    negative: Side,
    positive: Side,
    electrolyte: E,
    /// Present balance of lithium and active material, for the nominal area.
    balance: Balance,
    window: Window,
    temperature_k: f64,
    /// Temperature for which the particles' diffusion rates were worked out.
    rates_at_k: f64,
    options: ParticleOptions,
    /// Whether potentials depend on temperature.
    entropic: bool,
    /// Area over nominal area, and its inverse.
    area_factor: f64,
    per_area: f64,
    /// Factor on all losses except diffusion in the particles, and the series resistance due to ageing.
    loss_factor: f64,
    series_ohm: f64,
    /// Self-discharge at the present temperature.
    leak_a: f64,
    prepared_dt_s: Option<f64>,
    ahead: Ahead,
    end: Operation,
    energy: StepEnergy,
    heat_w: f64,
    mixing_w: f64,
}

/// Minimum distance of a surface from empty and full, which keeps the exchange current positive.
const LEAST_FILLING: f64 = 1e-8;

/// Minimum factor on the losses of a cell that differs from the nominal one.
const LEAST_LOSS_FACTOR: f64 = 0.05;

/// One electrode with its particle.
#[derive(Clone, Debug)]
struct Side {
    particle: Particle,
    /// Twice the exchange current at the reference temperature over `sqrt(x (1 - x))`.
    kinetic_a: f64,
    /// The same at the present temperature, inverse.
    per_kinetic_a: f64,
    /// Inverse of the charge capacity of the electrode.
    per_capacity_c: f64,
    rate_per_s: f64,
}

impl Side {
    fn new(electrode: &Electrode, area_m2: f64, form: ParticleForm) -> Self {
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
    fn set_rate(&mut self, electrode: &Electrode, temperature_k: f64, reference_k: f64) {
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

    fn set_kinetics(&mut self, electrode: &Electrode, temperature_k: f64, reference_k: f64) {
        let warmth = arrhenius(
            electrode.exchange_activation_j_per_mol,
            temperature_k,
            reference_k,
        );
        self.per_kinetic_a = 1.0 / (self.kinetic_a * warmth);
    }

    /// `w = I / Ik` without the electrolyte. A clamped surface does not respond to the current.
    #[inline]
    fn reaction(&self, x: f64, current_a: f64) -> ReactionRate {
        let within = x.clamp(LEAST_FILLING, 1.0 - LEAST_FILLING);
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
struct ReactionRate {
    w: f64,
    per_a: f64,
    per_x: f64,
}

/// Voltages at a current.
#[derive(Clone, Copy, Debug, Default)]
struct Operation {
    current_a: f64,
    temperature_k: f64,
    voltage_v: f64,
    /// Difference of the open-circuit potentials at the particle surfaces.
    open_v: f64,
    entropic_v_per_k: f64,
    /// Overpotential of the salt's distribution, which does not jump with the current.
    salt_v: f64,
    /// Derivatives of `voltage_v` and `open_v` with respect to the current: constant over the coming step, or stepping
    /// now for a present state.
    slope_v_per_a: f64,
    open_slope_v_per_a: f64,
    /// Changes with a current that jumps now, of the open-circuit voltage and of the losses.
    jump_open_v_per_a: f64,
    jump_loss_ohm: f64,
}

impl Operation {
    /// Whether a current is so close that the tangent is exact to a nanovolt.
    fn is_near(&self, current_a: f64) -> bool {
        ((current_a - self.current_a) * self.slope_v_per_a).abs() <= 1e-5
    }

    /// At a current so close that the tangent applies.
    fn beside(self, current_a: f64) -> Self {
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
struct Surface {
    x: f64,
    /// Derivatives with respect to the current through the nominal area, constant over the coming step or stepping now.
    per_a: f64,
    jump_per_a: f64,
}

impl Surface {
    /// Starting from the value at zero current.
    #[inline]
    fn at(self, inner_a: f64) -> Self {
        Self {
            x: self.x + self.per_a * inner_a,
            ..self
        }
    }
}

/// Result of the prepared step.
#[derive(Clone, Copy, Debug)]
struct Ahead {
    /// Surfaces at its end without current, negative and positive.
    surfaces: [Surface; 2],
    /// The last answer about its end; without one its current is no number.
    end: Operation,
}

impl SingleParticle<AtRest> {
    /// A new cell at rest, full, at the reference temperature.
    #[must_use]
    pub fn new(cell: Arc<Electrochemistry>, options: ParticleOptions) -> Self {
        Self::with_electrolyte(cell, AtRest, options)
    }
}

/// A cell description that is complete for the SPM only.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{name}: no electrolyte and separator, which the SPMe needs")]
pub struct NoElectrolyte {
    /// Name of the cell.
    pub name: String,
}

impl SingleParticle<Diffusing> {
    /// A new cell at rest, full, at the reference temperature.
    pub fn new(
        cell: Arc<Electrochemistry>,
        options: ParticleOptions,
    ) -> Result<Self, NoElectrolyte> {
        let Some(porous) = cell.porous.clone() else {
            let name = cell.name.clone();
            return Err(NoElectrolyte { name });
        };
        let (mesh, tolerance) = (options.electrolyte, options.coefficient_tolerance);
        let electrolyte = Diffusing::new(&cell, porous, mesh, tolerance);
        Ok(Self::with_electrolyte(cell, electrolyte, options))
    }

    /// The electrolyte.
    #[must_use]
    pub fn electrolyte(&self) -> &Diffusing {
        &self.electrolyte
    }
}

impl<E: ElectrolyteModel> SingleParticle<E> {
    fn with_electrolyte(
        cell: Arc<Electrochemistry>,
        electrolyte: E,
        options: ParticleOptions,
    ) -> Self {
        let balance = Balance::new(&cell);
        let window = balance.new_window(&cell);
        let mut plant = Self {
            negative: Side::new(&cell.negative, cell.area_m2, options.particle),
            positive: Side::new(&cell.positive, cell.area_m2, options.particle),
            electrolyte,
            balance,
            window,
            temperature_k: f64::NAN,
            rates_at_k: f64::NAN,
            options,
            entropic: [&cell.negative, &cell.positive]
                .iter()
                .any(|electrode| !electrode.entropic_v_per_k.is_zero()),
            area_factor: 1.0,
            per_area: 1.0,
            leak_a: 0.0,
            loss_factor: 1.0,
            series_ohm: 0.0,
            prepared_dt_s: None,
            ahead: Ahead {
                surfaces: [Surface::default(); 2],
                end: Operation::default(),
            },
            end: Operation::default(),
            energy: StepEnergy::default(),
            heat_w: 0.0,
            mixing_w: 0.0,
            cell,
        };
        let reference_k = plant.cell.reference_temperature_k;
        plant.reset(1.0, reference_k);
        plant
    }

    /// Parameters of the cell.
    #[must_use]
    pub fn electrochemistry(&self) -> &Arc<Electrochemistry> {
        &self.cell
    }

    /// Mean stoichiometry of the negative and the positive particle.
    #[must_use]
    pub fn stoichiometry(&self) -> (f64, f64) {
        (self.negative.particle.mean(), self.positive.particle.mean())
    }

    /// Stoichiometry at the surface of the negative and the positive particle while this current flows.
    #[must_use]
    pub fn surface_stoichiometry(&self, current_a: f64) -> (f64, f64) {
        let [negative, positive] = self.surfaces_now(self.inner(current_a));
        (negative.x, positive.x)
    }

    /// Potential of the negative electrode vs Li/Li+ at this current: the open-circuit potential at the particle's
    /// surface, the overpotential of the reaction, and the contribution of the electrolyte towards the separator.
    fn negative_electrode_now(&self, current_a: f64) -> LithiumPotential {
        let inner_a = self.inner(current_a);
        let [surface, _] = self.surfaces_now(inner_a);
        let (open_v, ..) = self.potential(&self.cell.negative, surface.x);
        let w = self.negative.reaction(surface.x, inner_a).w;
        let side = self
            .electrolyte
            .negative_now(inner_a, w, self.temperature_k);
        let twice_v = 2.0 * GAS_J_PER_MOL_K * self.temperature_k / FARADAY_C_PER_MOL;
        let mean_v = open_v + self.loss_factor * twice_v * side.asinh;
        LithiumPotential {
            mean_v,
            separator_v: mean_v - self.loss_factor * side.rise_v,
        }
    }

    /// Lithium in the two particles, in ampere-hours.
    #[must_use]
    pub fn lithium_ah(&self) -> f64 {
        let (x, y) = self.stoichiometry();
        (x * self.balance.negative_c + y * self.balance.positive_c) * self.area_factor
            / COULOMB_PER_AH
    }

    /// Free energy stored in the electrodes, gradients included, in joule, against an arbitrary zero.
    #[must_use]
    pub fn stored_j(&self) -> f64 {
        let side = |side: &Side, electrode: &Electrode, charge_c: f64, u: f64| {
            let (profile, volume) = side.particle.profile(u);
            let warmer_k = self.temperature_k - self.cell.reference_temperature_k;
            let energy: f64 = profile
                .iter()
                .zip(volume)
                .map(|(&x, volume)| {
                    let entropic = electrode.entropic_v_per_k.integral(x) * warmer_k;
                    volume * (electrode.ocp_v.integral(x) + entropic)
                })
                .sum();
            -energy * charge_c * self.area_factor
        };
        let (negative, positive) = self.rates(self.inner(self.end.current_a));
        side(
            &self.negative,
            &self.cell.negative,
            self.balance.negative_c,
            negative,
        ) + side(
            &self.positive,
            &self.cell.positive,
            self.balance.positive_c,
            positive,
        )
    }

    /// Current through the nominal area.
    fn inner(&self, current_a: f64) -> f64 {
        current_a * self.per_area
    }

    /// Rates of the two mean stoichiometries at a current through the nominal area.
    fn rates(&self, inner_a: f64) -> (f64, f64) {
        let reacting = inner_a + self.leak_a * self.per_area;
        (
            -reacting * self.negative.per_capacity_c,
            reacting * self.positive.per_capacity_c,
        )
    }

    fn surfaces_now(&self, inner_a: f64) -> [Surface; 2] {
        let (negative, positive) = self.rates(inner_a);
        let surface = |side: &Side, rate: f64, sign: f64| {
            let jump_per_a = sign * side.particle.prompt_gain() * side.per_capacity_c;
            Surface {
                x: side.particle.surface(rate),
                per_a: jump_per_a,
                jump_per_a,
            }
        };
        [
            surface(&self.negative, negative, -1.0),
            surface(&self.positive, positive, 1.0),
        ]
    }

    /// Surfaces at the end of the prepared step without current.
    fn surfaces_ahead(&self) -> [Surface; 2] {
        let (negative, positive) = self.rates(0.0);
        let surface = |side: &Side, rate: f64, sign: f64| {
            let (free, gain) = side.particle.surface_after();
            let per_a = sign * side.per_capacity_c;
            Surface {
                x: free + gain * rate,
                per_a: gain * per_a,
                jump_per_a: side.particle.prompt_gain() * per_a,
            }
        };
        [
            surface(&self.negative, negative, -1.0),
            surface(&self.positive, positive, 1.0),
        ]
    }

    /// Open-circuit potential of an electrode, its slope and its change with temperature.
    #[inline]
    fn potential(&self, electrode: &Electrode, x: f64) -> (f64, f64, f64) {
        let (value, slope) = electrode.ocp_v.value_and_slope(x);
        if !self.entropic {
            return (value, slope, 0.0);
        }
        let (entropic, entropic_slope) = electrode.entropic_v_per_k.value_and_slope(x);
        let warmer_k = self.temperature_k - self.cell.reference_temperature_k;
        (
            value + warmer_k * entropic,
            slope + warmer_k * entropic_slope,
            entropic,
        )
    }

    #[inline]
    fn operate(
        &self,
        current_a: f64,
        [negative, positive]: [Surface; 2],
        polarise: impl FnOnce([f64; 2]) -> Polarisation,
    ) -> Operation {
        let inner_a = self.inner(current_a);
        let (un, un_slope, un_entropic) = self.potential(&self.cell.negative, negative.x);
        let (up, up_slope, up_entropic) = self.potential(&self.cell.positive, positive.x);
        let wn = self.negative.reaction(negative.x, inner_a);
        let wp = self.positive.reaction(positive.x, inner_a);
        let losses = polarise([wn.w, wp.w]);
        let twice_v = 2.0 * GAS_J_PER_MOL_K * self.temperature_k / FARADAY_C_PER_MOL;
        let open_v = up - un;
        let gain_v = losses.ohmic_v + losses.salt_v - twice_v * losses.asinh;
        // Derivatives with respect to the current, with these surface movements per ampere.
        let open_slope = |negative, positive| up_slope * positive - un_slope * negative;
        let reaction_slope = |negative, positive| {
            let [per_wn, per_wp] = losses.per_w;
            twice_v
                * (per_wn * (wn.per_a + wn.per_x * negative)
                    + per_wp * (wp.per_a + wp.per_x * positive))
        };
        let held_open = open_slope(negative.per_a, positive.per_a);
        let held_gain = losses.slope_v_per_a - reaction_slope(negative.per_a, positive.per_a);
        let jump_gain =
            losses.jump_v_per_a - reaction_slope(negative.jump_per_a, positive.jump_per_a);
        Operation {
            current_a,
            temperature_k: self.temperature_k,
            voltage_v: open_v + self.loss_factor * gain_v - self.series_ohm * current_a,
            open_v,
            entropic_v_per_k: up_entropic - un_entropic,
            salt_v: self.loss_factor * losses.salt_v,
            slope_v_per_a: (held_open + self.loss_factor * held_gain) * self.per_area
                - self.series_ohm,
            open_slope_v_per_a: held_open * self.per_area,
            jump_open_v_per_a: open_slope(negative.jump_per_a, positive.jump_per_a) * self.per_area,
            jump_loss_ohm: self.series_ohm - self.loss_factor * jump_gain * self.per_area,
        }
    }

    fn operate_now(&self, current_a: f64) -> Operation {
        let inner_a = self.inner(current_a);
        self.operate(current_a, self.surfaces_now(inner_a), |w| {
            self.electrolyte.now(inner_a, w, self.temperature_k)
        })
    }

    /// At the end of the prepared step.
    fn operate_after(&self, current_a: f64) -> Operation {
        let inner_a = self.inner(current_a);
        let surfaces = self.ahead.surfaces.map(|surface| surface.at(inner_a));
        self.operate(current_a, surfaces, |w| {
            self.electrolyte.after(inner_a, w, self.temperature_k)
        })
    }

    /// Free energy that becomes heat within the particles, in watt.
    fn mixing_w(&self, current_a: f64) -> f64 {
        if !self.options.heat_of_mixing {
            return 0.0;
        }
        let (negative, positive) = self.rates(self.inner(current_a));
        self.area_factor
            * (self.balance.negative_c
                * self
                    .negative
                    .particle
                    .mixing(&self.cell.negative.ocp_v, negative)
                + self.balance.positive_c
                    * self
                        .positive
                        .particle
                        .mixing(&self.cell.positive.ocp_v, positive))
    }

    /// Books the step, taking current and voltages to go linearly from its start to its end.
    fn book(&mut self, from_a: f64, dt_s: f64, end: Operation) {
        let before = self.end;
        let to_a = end.current_a;
        let end_loss_v = end.open_v - end.voltage_v;
        // If the current steps at the start, its initial losses are closer to those at the end of the step than to
        // those before the step.
        let start_loss_v = if from_a == before.current_a {
            before.open_v - before.voltage_v
        } else {
            end_loss_v + end.salt_v - before.salt_v + end.jump_loss_ohm * (from_a - to_a)
        };
        let start_open_v = before.open_v + before.jump_open_v_per_a * (from_a - before.current_a);
        // Integral of current times voltage.
        let (from_s, to_s) = (
            dt_s / 6.0 * (2.0 * from_a + to_a),
            dt_s / 6.0 * (from_a + 2.0 * to_a),
        );
        let work_j = |start_v: f64, end_v: f64| from_s * start_v + to_s * end_v;
        let leak_j = self.leak_a * end.open_v * dt_s;
        let open_j = work_j(start_open_v, end.open_v) + leak_j;
        let lost_j = work_j(start_loss_v, end_loss_v) + leak_j;
        let reversible_j = if self.entropic {
            -self.temperature_k * work_j(before.entropic_v_per_k, end.entropic_v_per_k)
        } else {
            0.0
        };
        let mixing_w = self.mixing_w(to_a);
        let mixing_j = 0.5 * dt_s * (self.mixing_w + mixing_w);
        let heat_j = lost_j + mixing_j + reversible_j;
        self.energy = StepEnergy {
            delivered_j: open_j - lost_j,
            heat_j,
            released_j: open_j + mixing_j,
            reversible_j,
        };
        self.heat_w = if dt_s > 0.0 { heat_j / dt_s } else { 0.0 };
        self.mixing_w = mixing_w;
        self.end = end;
    }

    fn settle(&mut self) {
        self.prepared_dt_s = None;
        self.end = self.operate_now(0.0);
        self.mixing_w = self.mixing_w(0.0);
        self.energy = StepEnergy::default();
        self.heat_w = 0.0;
    }
}

impl<E: ElectrolyteModel> CellModel for SingleParticle<E> {
    fn prepare(&mut self, dt_s: f64) {
        if self.prepared_dt_s == Some(dt_s) {
            return;
        }
        self.negative
            .particle
            .prepare(self.negative.rate_per_s, dt_s);
        self.positive
            .particle
            .prepare(self.positive.rate_per_s, dt_s);
        self.electrolyte.prepare(dt_s, self.temperature_k);
        self.ahead.surfaces = self.surfaces_ahead();
        self.ahead.end.current_a = f64::NAN;
        self.prepared_dt_s = Some(dt_s);
    }

    fn source(&mut self, current_a: f64) -> Source {
        let operation = self.operate_after(current_a);
        self.ahead.end = operation;
        Source {
            e_v: operation.voltage_v - operation.slope_v_per_a * current_a,
            r_ohm: -operation.slope_v_per_a,
        }
    }

    fn step_ramp(&mut self, from_a: f64, to_a: f64, dt_s: f64) {
        self.prepare(dt_s);
        let (from_inner, to_inner) = (self.inner(from_a), self.inner(to_a));
        let (from_negative, from_positive) = self.rates(from_inner);
        let (to_negative, to_positive) = self.rates(to_inner);
        self.negative.particle.finish(from_negative, to_negative);
        self.positive.particle.finish(from_positive, to_positive);
        self.electrolyte.finish(from_inner, to_inner);
        self.prepared_dt_s = None;
        let end = if from_a == to_a && self.ahead.end.is_near(to_a) {
            self.ahead.end.beside(to_a)
        } else {
            self.operate_now(to_a)
        };
        self.book(from_a, dt_s, end);
    }

    fn voltage_v(&self, current_a: f64) -> f64 {
        if current_a == self.end.current_a && self.temperature_k == self.end.temperature_k {
            return self.end.voltage_v;
        }
        self.operate_now(current_a).voltage_v
    }

    fn negative_electrode(&self, current_a: f64) -> Option<LithiumPotential> {
        Some(self.negative_electrode_now(current_a))
    }

    fn ocv_v(&self) -> f64 {
        let (x, y) = self.stoichiometry();
        self.potential(&self.cell.positive, y).0 - self.potential(&self.cell.negative, x).0
    }

    fn soc(&self) -> f64 {
        self.window.soc(self.negative.particle.mean())
    }

    fn capacity_ah(&self) -> f64 {
        self.balance.capacity_c(&self.window) * self.area_factor / COULOMB_PER_AH
    }

    fn temperature_k(&self) -> f64 {
        self.temperature_k
    }

    fn set_temperature_k(&mut self, temperature_k: f64) {
        if temperature_k == self.temperature_k {
            return;
        }
        self.temperature_k = temperature_k;
        self.prepared_dt_s = None;
        self.leak_a = self.options.self_discharge.current_a(temperature_k);
        let cell = &self.cell;
        let reference_k = cell.reference_temperature_k;
        self.negative
            .set_kinetics(&cell.negative, temperature_k, reference_k);
        self.positive
            .set_kinetics(&cell.positive, temperature_k, reference_k);
        let near_k = self.options.coefficient_tolerance;
        let fits = (temperature_k - self.rates_at_k).abs() <= near_k;
        if !fits {
            self.negative
                .set_rate(&cell.negative, temperature_k, reference_k);
            self.positive
                .set_rate(&cell.positive, temperature_k, reference_k);
            self.rates_at_k = temperature_k;
        }
    }

    fn energy(&self) -> StepEnergy {
        self.energy
    }

    fn heat_w(&self) -> f64 {
        self.heat_w
    }

    fn reset(&mut self, soc: f64, temperature_k: f64) {
        self.set_temperature_k(temperature_k);
        let (x, y) = self.balance.stoichiometry(&self.window, soc);
        self.negative.particle.fill(x);
        self.positive.particle.fill(y);
        self.electrolyte.rest();
        // The modes left out need a rate before their first step.
        self.negative
            .particle
            .prepare(self.negative.rate_per_s, 0.0);
        self.positive
            .particle
            .prepare(self.positive.rate_per_s, 0.0);
        self.settle();
    }

    fn spread(&mut self, capacity_factor: f64, resistance_factor: f64) {
        let [diffusion_ohm, losses_ohm] = self.nominal_resistance_ohm();
        // A larger area alone divides the resistance by the factor. The remainder scales the losses: a series
        // resistance would be negative for half of all cells.
        let wanted_ohm =
            resistance_factor * capacity_factor * (diffusion_ohm + self.loss_factor * losses_ohm);
        self.loss_factor = ((wanted_ohm - diffusion_ohm) / losses_ohm).max(LEAST_LOSS_FACTOR);
        self.series_ohm *= resistance_factor;
        self.area_factor *= capacity_factor;
        self.per_area = 1.0 / self.area_factor;
        self.settle();
    }

    fn degrade(&mut self, fade: &Fade) {
        let (x, y) = self.stoichiometry();
        let negative = fade.negative_active.clamp(0.0, 1.0);
        let positive = fade.positive_active.clamp(0.0, 1.0);
        let bound_c = fade.lithium_ah.max(0.0) * COULOMB_PER_AH / self.area_factor;
        self.balance.lose(x, y, negative, positive, bound_c);
        self.negative.per_capacity_c = 1.0 / self.balance.negative_c;
        self.positive.per_capacity_c = 1.0 / self.balance.positive_c;
        self.negative.kinetic_a *= 1.0 - negative;
        self.positive.kinetic_a *= 1.0 - positive;
        self.negative.per_kinetic_a /= 1.0 - negative;
        self.positive.per_kinetic_a /= 1.0 - positive;
        self.negative
            .particle
            .shift(-bound_c / self.balance.negative_c);
        self.series_ohm += fade.resistance_ohm.max(0.0);
        self.window = self.balance.window(&self.cell, &self.window);
        self.settle_after_fade();
    }
}

impl<E: ElectrolyteModel> SingleParticle<E> {
    /// Ten-second resistance of the nominal cell at half charge and the reference temperature: that of diffusion in the
    /// particles, and that of all other losses.
    fn nominal_resistance_ohm(&self) -> [f64; 2] {
        const PULSE_S: f64 = 10.0;
        let mut nominal = self.clone();
        nominal.area_factor = 1.0;
        nominal.per_area = 1.0;
        nominal.loss_factor = 1.0;
        nominal.series_ohm = 0.0;
        nominal.reset(0.5, self.cell.reference_temperature_k);
        nominal.prepare(PULSE_S);
        let operation = nominal.operate_after(0.0);
        let diffusion_ohm = -operation.open_slope_v_per_a;
        [diffusion_ohm, -operation.slope_v_per_a - diffusion_ohm]
    }

    /// Voltages at the present current after ageing; the booked step remains.
    fn settle_after_fade(&mut self) {
        self.prepared_dt_s = None;
        self.end = self.operate_now(self.end.current_a);
        self.mixing_w = self.mixing_w(self.end.current_a);
    }
}
