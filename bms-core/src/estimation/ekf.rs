//! The extended Kalman filter on the equivalent circuit.
//!
//! | state | symbol | unit | meaning |
//! |---|---|---|---|
//! | 0 | `z` | 1 | state of charge, its mean kept in fixed point |
//! | 1 to 4 | `xj` | A | low-passed current of each RC branch |
//! | 5 | `h` | 1 | hysteresis, -1 after discharge, +1 after charge |
//! | 6 | `e` | V | lasting voltage error of the model, first-order Gauss-Markov over time and charge |
//! | 7 | `r` | 1 | scale of all resistances |
//! | 8 | `b` | A | offset of the current sensor |
//! | 9 | `k` | 1 | scale of charge per capacity: gain of the current sensor over true relative capacity |
//!
//! Prediction is exact for a current that is constant over the step. Along SoC the OCV is linearised statistically
//! over the present uncertainty (three-point Gauss-Hermite rule; Särkkä, "Bayesian Filtering and Smoothing", 2013,
//! sections 5.2 and 6.2), which holds for a flat or bent curve, too. Process noise is current noise through the input
//! (Plett, J. Power Sources 134, 2004, part 3) plus the noise of each Gauss-Markov state.

mod saved;

use super::charge::ChargeCounter;
use super::context::CellContext;
use super::linearised::LinearisedOcv;
use super::tuning::EstimatorTuning;
use super::ud::{STATES, Transition, UdCovariance};
use crate::cell::{CellParameters, MAX_BRANCHES};
use crate::math;

const SOC: usize = 0;
const BRANCH: usize = 1;
const HYSTERESIS: usize = 5;
const VOLTAGE_ERROR: usize = 6;
const RESISTANCE: usize = 7;
const BIAS: usize = 8;
const CAPACITY: usize = 9;

/// The estimate may leave 0 to 1 by this much before it is clamped, as the true cell may.
const SOC_OVERHANG: f32 = 0.05;

/// Cap of the SoC's variance, that of an uninformative prior: beyond it the SoC is independent of its past.
const SOC_VARIANCE_MAX: f32 = 1.0;

/// Current noise is averaged over no less than this.
const SHORTEST_STEP_S: f32 = 1e-6;

/// A first voltage correlates states only where the OCV is straight over the uncertainty: its bent part may have at most
/// this share of the variance. At the steep end of a flat curve the correlation would turn a small error of the SoC into a
/// large voltage error, and carry it onto the plateau.
const LARGEST_BEND: f32 = 0.05;

/// The offset of the current sensor is clamped to this many of its initial standard deviations: voltages that contradict
/// the model must not drive the counted SoC to an end of its range.
const LARGEST_BIAS_SIGMA: f32 = 5.0;

/// Mean and covariance of the state.
#[derive(Clone, Debug)]
pub(crate) struct Ekf {
    charge: ChargeCounter,
    branch_a: [f32; MAX_BRANCHES],
    hysteresis: f32,
    voltage_error_v: f32,
    resistance_scale: f32,
    bias_a: f32,
    capacity_scale: f32,
    covariance: UdCovariance,
    /// Time for which voltages have been refused without a break.
    refused_s: f32,
    /// Bound of `bias_a` on either side of zero.
    largest_bias_a: f32,
}

/// Result of one measurement update.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Correction {
    pub(crate) predicted_v: f32,
    pub(crate) innovation_v: f32,
    pub(crate) nis: f32,
    pub(crate) accepted: bool,
    /// Measured minus expected voltage after the update; the innovation where it was refused.
    pub(crate) residual_v: f32,
    /// Whether the gate was opened, after refusals for longer than its patience.
    pub(crate) restarted: bool,
}

/// Predicted terminal voltage.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prediction {
    pub(crate) voltage_v: f32,
    /// Voltage drop over the scaled resistances, positive in discharge.
    pub(crate) drop_v: f32,
    /// Derivative of the voltage with respect to each state.
    h: [f32; STATES],
    noise_v2: f32,
}

impl Ekf {
    /// Before the first sample, with this mean and standard deviation of the SoC.
    pub(crate) fn new(context: &CellContext<'_, '_>, soc: f32, soc_sigma: f32) -> Self {
        let tuning = context.tuning;
        let capacity_ah = context.capacity_ah();
        let square = |x: f32| x * x;
        let branch = square(tuning.initial_branch_c_rate * capacity_ah);
        Self {
            charge: ChargeCounter::new(soc),
            branch_a: [0.0; MAX_BRANCHES],
            hysteresis: 0.0,
            voltage_error_v: 0.0,
            resistance_scale: 1.0,
            bias_a: 0.0,
            capacity_scale: 1.0,
            covariance: UdCovariance::diagonal(&[
                square(soc_sigma),
                branch,
                branch,
                branch,
                branch,
                square(tuning.initial_hysteresis_sigma),
                square(resting_voltage_error_v(context, soc)),
                square(tuning.resistance_scale_sigma),
                square(tuning.current_bias_c_rate * capacity_ah),
                square(tuning.capacity_scale_sigma),
            ]),
            refused_s: 0.0,
            largest_bias_a: LARGEST_BIAS_SIGMA * tuning.current_bias_c_rate * capacity_ah,
        }
    }

    /// Correlates the other states with the SoC, where one first voltage gave both: the model's error in that voltage is an
    /// error of the SoC as well, and the next voltage, with the same error in it, is not independent.
    ///
    /// `variance_v2` is that of the first voltage for a known SoC; the part of it that no state explains is at least
    /// `noise_v2`.
    pub(crate) fn tie_to_first_voltage(
        &mut self,
        context: &CellContext<'_, '_>,
        measured_a: f32,
        voltage_v: f32,
        (variance_v2, noise_v2): (f32, f32),
    ) {
        let sigma = self.soc_sigma();
        let ocv = LinearisedOcv::of_curve(&context.at.ocv, self.soc(), sigma);
        let straight_v = ocv.slope_v * sigma;
        if ocv.bent_v2 > LARGEST_BEND * straight_v * straight_v {
            return;
        }
        let prediction = self.predict_voltage(context, measured_a, 1.0);
        let mut h = prediction.h;
        let slope_v = h[SOC];
        h[SOC] = 0.0;
        // As the variance of the first voltage, without the offset of the current sensor.
        h[BIAS] = 0.0;
        let soc_variance = self.covariance.variance(SOC);
        // For a known SoC the other states share the residual; an error of the SoC changes it by the OCV's slope.
        self.covariance.restart_first(0.0);
        let noise_v2 = (variance_v2 - self.covariance.projected(&h)).max(noise_v2);
        let gain = self.covariance.update(&h, noise_v2).gain;
        self.shift(&gain, voltage_v - prediction.voltage_v);
        self.hold();
        let mut direction = gain.map(|gain| -slope_v * gain);
        direction[SOC] = 1.0;
        self.covariance.add_noise(direction, soc_variance);
    }

    pub(crate) fn soc(&self) -> f32 {
        self.charge.soc()
    }

    pub(crate) fn soc_sigma(&self) -> f32 {
        math::sqrt(self.covariance.variance(SOC))
    }

    pub(crate) fn bias_a(&self) -> f32 {
        self.bias_a
    }

    pub(crate) fn resistance_scale(&self) -> f32 {
        self.resistance_scale
    }

    /// Time in seconds for which voltages have been refused without a break.
    pub(crate) fn refused_s(&self) -> f32 {
        self.refused_s
    }

    /// Shifts SoC and resistance scale to those of another cell, with the same uncertainty.
    pub(crate) fn shift_cell(&mut self, soc: f32, resistance_factor: f32) {
        self.charge.add(soc);
        self.resistance_scale *= resistance_factor;
        self.hold();
    }

    /// Counts the charge of `dt_s` at a constant measured current; returns the change of SoC.
    pub(crate) fn count(&mut self, cell: &CellParameters<'_>, measured_a: f32, dt_s: f32) -> f32 {
        let capacity_as = crate::units::to_coulombs(cell.capacity);
        let counted_soc = -(measured_a - self.bias_a) * (self.capacity_scale * dt_s / capacity_as);
        self.charge.add(counted_soc);
        counted_soc
    }

    /// Propagates everything but the counted charge by `dt_s` at a constant measured current.
    pub(crate) fn propagate(&mut self, context: &CellContext<'_, '_>, measured_a: f32, dt_s: f32) {
        let CellContext { cell, tuning, .. } = *context;
        let capacity_as = context.capacity_as();
        let c_rate_a = capacity_as / crate::units::SECONDS_PER_HOUR;
        let current_a = measured_a - self.bias_a;
        let mut decay = [1.0; STATES];
        let mut from_bias = [0.0; STATES];
        let mut noise_direction = [0.0; STATES];

        let soc_per_ampere = self.capacity_scale * dt_s / capacity_as;
        from_bias[SOC] = soc_per_ampere;
        noise_direction[SOC] = -soc_per_ampere;

        let taus = cell.branch_tau_s.iter().copied();
        for (j, (branch, tau_s)) in self.branch_a.iter_mut().zip(taus).enumerate() {
            let share = math::one_minus_exp_neg(dt_s / tau_s);
            *branch += share * (current_a - *branch);
            if let (Some(d), Some(b), Some(n)) = (
                decay.get_mut(BRANCH + j),
                from_bias.get_mut(BRANCH + j),
                noise_direction.get_mut(BRANCH + j),
            ) {
                *d = 1.0 - share;
                *b = -share;
                *n = share;
            }
        }

        let moved_soc = current_a.abs() * dt_s / capacity_as;
        decay[HYSTERESIS] = math::exp(-moved_soc / cell.hysteresis_soc);
        let towards = if current_a > 0.0 { -1.0 } else { 1.0 };
        self.hysteresis = towards + decay[HYSTERESIS] * (self.hysteresis - towards);
        decay[VOLTAGE_ERROR] =
            math::exp(-dt_s / tuning.voltage_error_time_s - moved_soc / tuning.voltage_error_soc);
        self.voltage_error_v *= decay[VOLTAGE_ERROR];
        decay[RESISTANCE] = math::exp(-dt_s / tuning.resistance_scale_time_s);
        self.resistance_scale = 1.0 + decay[RESISTANCE] * (self.resistance_scale - 1.0);

        self.covariance.propagate(&Transition {
            decay,
            from_bias,
            bias: BIAS,
            from_scale: -current_a * dt_s / capacity_as,
            scale: CAPACITY,
        });
        let white_a = tuning.current_noise_c_rate_sqrt_s * c_rate_a;
        self.covariance.add_noise(
            noise_direction,
            white_a * white_a / dt_s.max(SHORTEST_STEP_S),
        );
        let renew = |decay: f32, sigma: f32| sigma * sigma * (1.0 - decay * decay);
        let branch_sigma_a = tuning.branch_error * current_a;
        let branches = decay.iter().enumerate().skip(BRANCH).take(MAX_BRANCHES);
        for (state, decay) in branches {
            self.covariance
                .add_noise_to(state, renew(*decay, branch_sigma_a));
        }
        self.covariance
            .add_noise_to(HYSTERESIS, renew(decay[HYSTERESIS], 0.3));
        let lasting_v = self.lasting_voltage_error_v(context, current_a);
        self.covariance
            .add_noise_to(VOLTAGE_ERROR, renew(decay[VOLTAGE_ERROR], lasting_v));
        self.covariance.add_noise_to(
            RESISTANCE,
            renew(decay[RESISTANCE], tuning.resistance_scale_sigma),
        );
        let drift_a = tuning.current_bias_drift_c_rate_per_sqrt_s * c_rate_a;
        self.covariance.add_noise_to(BIAS, drift_a * drift_a * dt_s);
        if self.covariance.variance(SOC) > SOC_VARIANCE_MAX {
            self.covariance.restart_first(SOC_VARIANCE_MAX);
        }
        self.hold();
    }

    /// Measurement update by a terminal voltage, `dt_s` after the last one; `prediction` is that of
    /// [`Self::predict_voltage`] in the present state.
    pub(crate) fn correct(
        &mut self,
        prediction: &Prediction,
        tuning: &EstimatorTuning,
        voltage_v: f32,
        dt_s: f32,
    ) -> Correction {
        let innovation_v = voltage_v - prediction.voltage_v;
        let variance_v2 = self.covariance.projected(&prediction.h) + prediction.noise_v2;
        let nis = innovation_v * innovation_v / variance_v2;
        let hard = tuning.gate_hard_sigma * tuning.gate_hard_sigma;
        let open = self.refused_s > tuning.gate_patience_s;
        let accepted = nis <= hard || open;
        let mut residual_v = innovation_v;
        if accepted {
            if open {
                self.doubt(tuning);
            } else {
                self.refused_s = 0.0;
            }
            let soft = tuning.gate_soft_sigma * tuning.gate_soft_sigma;
            // Huber's weight as a larger noise: an unlikely innovation counts as one at the soft gate.
            let widened_v2 = if nis > soft {
                prediction.noise_v2 + innovation_v * innovation_v / soft - variance_v2
            } else {
                prediction.noise_v2
            };
            let gain = self.covariance.update(&prediction.h, widened_v2).gain;
            self.shift(&gain, innovation_v);
            self.hold();
            let taken: f32 = gain.iter().zip(&prediction.h).map(|(g, h)| g * h).sum();
            residual_v *= 1.0 - taken;
        } else {
            self.refused_s += dt_s;
        }
        Correction {
            predicted_v: prediction.voltage_v,
            innovation_v,
            nis,
            accepted,
            residual_v,
            restarted: accepted && open,
        }
    }

    /// Widens the SoC's uncertainty to the initial one, after refusals for longer than the gate's patience.
    fn doubt(&mut self, tuning: &EstimatorTuning) {
        let sigma = tuning.initial_soc_sigma;
        self.covariance.add_noise_to(SOC, sigma * sigma);
        self.refused_s = 0.0;
    }

    pub(crate) fn is_finite(&self) -> bool {
        self.covariance.is_finite()
            && self.branch_a.iter().all(|x| x.is_finite())
            && self.hysteresis.is_finite()
            && self.voltage_error_v.is_finite()
            && self.resistance_scale.is_finite()
            && self.bias_a.is_finite()
            && self.capacity_scale.is_finite()
    }

    /// Predicted voltage in the present state; `dt_s` is the time since the last voltage, over which noise averages.
    pub(crate) fn predict_voltage(
        &self,
        context: &CellContext<'_, '_>,
        measured_a: f32,
        dt_s: f32,
    ) -> Prediction {
        let CellContext { at, tuning, .. } = context;
        let soc = self.soc();
        let current_a = measured_a - self.bias_a;
        let elements = at.elements(soc, current_a);
        let drop = elements.polarisation(at.knee_a, current_a, &self.branch_a);
        let ocv = LinearisedOcv::of_curve(&at.ocv, soc, self.soc_sigma());
        let scale = self.resistance_scale;
        let mut h = [0.0; STATES];
        // Without the slopes of the resistances along SoC: where the OCV is flat, the noise of their tables would decide the
        // sign.
        h[SOC] = ocv.slope_v;
        for (entry, ohm) in h.iter_mut().skip(BRANCH).zip(&elements.branch_ohm) {
            *entry = -scale * ohm;
        }
        h[HYSTERESIS] = elements.hysteresis_v;
        h[VOLTAGE_ERROR] = 1.0;
        h[RESISTANCE] = -drop.drop_v;
        h[BIAS] = scale * drop.per_ampere_ohm;
        let white_v = tuning.drop_noise_sqrt_s * drop.drop_v;
        Prediction {
            voltage_v: ocv.mean_v + elements.hysteresis_v * self.hysteresis + self.voltage_error_v
                - scale * drop.drop_v,
            drop_v: scale * drop.drop_v,
            h,
            noise_v2: (tuning.voltage_noise_v_sqrt_s * tuning.voltage_noise_v_sqrt_s
                + white_v * white_v)
                / dt_s.clamp(1e-3, 60.0)
                + ocv.bent_v2,
        }
    }

    /// Lasting voltage error of the model at this current, one standard deviation.
    fn lasting_voltage_error_v(&self, context: &CellContext<'_, '_>, current_a: f32) -> f32 {
        let CellContext { at, tuning, .. } = context;
        let soc = self.soc();
        let drop = at
            .elements(soc, current_a)
            .polarisation(at.knee_a, current_a, &self.branch_a);
        let resting_v = resting_voltage_error_v(context, soc);
        let loaded_v = tuning.drop_error * drop.drop_v;
        math::sqrt(resting_v * resting_v + loaded_v * loaded_v)
    }

    fn shift(&mut self, gain: &[f32; STATES], innovation_v: f32) {
        self.charge.add(gain[SOC] * innovation_v);
        for (branch, gain) in self.branch_a.iter_mut().zip(gain.iter().skip(BRANCH)) {
            *branch += gain * innovation_v;
        }
        self.hysteresis += gain[HYSTERESIS] * innovation_v;
        self.voltage_error_v += gain[VOLTAGE_ERROR] * innovation_v;
        self.resistance_scale += gain[RESISTANCE] * innovation_v;
        self.bias_a += gain[BIAS] * innovation_v;
        self.capacity_scale += gain[CAPACITY] * innovation_v;
    }

    /// Clamps every state to the model's range.
    fn hold(&mut self) {
        let free = self.charge.soc();
        self.charge.clamp(-SOC_OVERHANG, 1.0 + SOC_OVERHANG);
        // The clamped part was an error: without its variance the filter would grow ever more certain of the bound.
        let clamped = (free - self.charge.soc()).clamp(-1.0, 1.0);
        self.covariance.add_noise_to(SOC, clamped * clamped);
        self.hysteresis = self.hysteresis.clamp(-1.0, 1.0);
        self.resistance_scale = self.resistance_scale.clamp(0.3, 4.0);
        self.capacity_scale = self.capacity_scale.clamp(0.5, 2.0);
        self.bias_a = self
            .bias_a
            .max(-self.largest_bias_a)
            .min(self.largest_bias_a);
    }
}

impl Correction {
    /// Of a step without a voltage.
    pub(crate) fn nothing(predicted_v: f32) -> Self {
        Self {
            predicted_v,
            innovation_v: 0.0,
            nis: 0.0,
            accepted: false,
            residual_v: 0.0,
            restarted: false,
        }
    }
}

/// Lasting voltage error of the model without current, one standard deviation.
fn resting_voltage_error_v(context: &CellContext<'_, '_>, soc: f32) -> f32 {
    let CellContext { at, tuning, .. } = context;
    let table_v = tuning.voltage_error_factor * at.voltage_error_v;
    let curve_v = tuning.ocv_soc_error * LinearisedOcv::of_table(&at.ocv, soc).slope_v;
    math::sqrt(table_v * table_v + curve_v * curve_v)
}

#[cfg(test)]
mod tests;
