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

mod model;
mod state;

use std::sync::Arc;

use thiserror::Error;

use super::electrolyte::{AtRest, Diffusing, ElectrolyteMesh, ElectrolyteModel, Polarisation};
use super::parameters::{Electrochemistry, Electrode};
use super::physics::{COULOMB_PER_AH, FARADAY_C_PER_MOL, GAS_J_PER_MOL_K};
use super::self_discharge::SelfDischarge;
use super::window::{Balance, Window};
use super::{CellModel, LithiumPotential, StepEnergy};
pub use state::ParticleForm;
use state::{Ahead, Operation, Side, Surface};

/// The single particle model.
pub type Spm = SingleParticle<AtRest>;
/// The single particle model with electrolyte.
pub type Spme = SingleParticle<Diffusing>;

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
