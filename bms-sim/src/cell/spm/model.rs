//! The cell model of a single particle: steps, temperature, reset, spread and ageing.

use super::SingleParticle;
use crate::cell::electrolyte::ElectrolyteModel;
use crate::cell::physics::COULOMB_PER_AH;
use crate::cell::{CellModel, Fade, LithiumPotential, Source, StepEnergy};

/// Minimum factor on the losses of a cell that differs from the nominal one.
const MIN_LOSS_FACTOR: f64 = 0.05;

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
        self.loss_factor = ((wanted_ohm - diffusion_ohm) / losses_ohm).max(MIN_LOSS_FACTOR);
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
