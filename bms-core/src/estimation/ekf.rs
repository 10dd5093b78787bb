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
//! sections 5.2 and 6.2), so that a flat or bent curve is taken for what it is. Process noise is current noise through the
//! input (Plett, J. Power Sources 134, 2004, part 3) plus what the states say of themselves.

mod saved;

use super::charge::ChargeCounter;
use super::tuning::EstimatorTuning;
use super::ud::{STATES, UdCovariance};
use crate::cell::{CellAtTemperature, CellParameters, MAX_BRANCHES, OcvCurve};
use crate::math;

pub(crate) use saved::SavedFilter;

const SOC: usize = 0;
const BRANCH: usize = 1;
const HYSTERESIS: usize = 5;
const VOLTAGE_ERROR: usize = 6;
const RESISTANCE: usize = 7;
const BIAS: usize = 8;
const CAPACITY: usize = 9;

/// The estimate may leave 0 to 1 by this much before it is held: the true cell may, too.
const SOC_OVERHANG: f32 = 0.05;

/// Nobody knows less of the SoC than nothing: beyond this variance its past says nothing any more.
const SOC_VARIANCE_MAX: f32 = 1.0;

/// Current noise is averaged over no less than this.
const SHORTEST_STEP_S: f32 = 1e-6;

/// A first voltage ties states only where the OCV is a straight line over the uncertainty: its bent part may have no
/// more than this share of the variance. At the steep end of a flat curve the tie would make a large voltage error of
/// a small one of the SoC, and carry it onto the plateau.
const LARGEST_BEND: f32 = 0.05;

/// The offset of the current sensor is held within this many of its first standard deviations: voltages that fit
/// nothing must not turn the counting of charge into a run to an end of the range.
const LARGEST_BIAS_SIGMA: f32 = 5.0;

/// Root of three: distance of the outer points of the three-point Gauss-Hermite rule.
const SQRT_3: f32 = 1.732_050_8;

/// The filter's memory.
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
    refused_s: f32,
    /// Where the offset of the current sensor is held.
    largest_bias_a: f32,
}

/// What one voltage told the filter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Correction {
    pub(crate) predicted_v: f32,
    pub(crate) innovation_v: f32,
    pub(crate) nis: f32,
    pub(crate) accepted: bool,
    /// Measured minus expected voltage once it is taken in; the innovation where it was refused.
    pub(crate) residual_v: f32,
    /// Whether long refusal has opened the gate.
    pub(crate) restarted: bool,
}

/// OCV over the uncertainty of the SoC.
#[derive(Clone, Copy, Debug)]
pub(super) struct OcvOverSigma {
    /// At the SoC itself.
    pub(super) middle_v: f32,
    mean_v: f32,
    pub(super) slope_v: f32,
    /// Variance that a straight line does not explain.
    bent_v2: f32,
}

/// The model's view of the next voltage.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prediction {
    pub(crate) voltage_v: f32,
    /// Part of it that the scaled resistances take, positive in discharge.
    pub(crate) drop_v: f32,
    h: [f32; STATES],
    noise_v2: f32,
}

impl Ekf {
    /// Before the first sample; `capacity_ah` scales what the tuning gives as C-rates.
    pub(crate) fn new(
        at: &CellAtTemperature<'_>,
        tuning: &EstimatorTuning,
        capacity_ah: f32,
        soc: f32,
        soc_sigma: f32,
    ) -> Self {
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
                square(resting_voltage_error_v(at, tuning, soc)),
                square(tuning.resistance_scale_sigma),
                square(tuning.current_bias_c_rate * capacity_ah),
                square(tuning.capacity_scale_sigma),
            ]),
            refused_s: 0.0,
            largest_bias_a: LARGEST_BIAS_SIGMA * tuning.current_bias_c_rate * capacity_ah,
        }
    }

    /// Ties the other states to the SoC where both were told by one first voltage: what of that voltage was an error
    /// of the model is an error of the SoC as well, and the next voltage, with the same error in it, is no news.
    ///
    /// `variance_v2` is that of the first voltage for a known SoC, and what of it no state explains is at least
    /// `noise_v2`.
    pub(crate) fn tie_to_first_voltage(
        &mut self,
        at: &CellAtTemperature<'_>,
        tuning: &EstimatorTuning,
        measured_a: f32,
        voltage_v: f32,
        (variance_v2, noise_v2): (f32, f32),
    ) {
        let sigma = self.soc_sigma();
        let ocv = OcvOverSigma::new(&at.ocv, self.soc(), sigma);
        let straight_v = ocv.slope_v * sigma;
        if ocv.bent_v2 > LARGEST_BEND * straight_v * straight_v {
            return;
        }
        let prediction = self.predict_voltage(at, tuning, measured_a, 1.0);
        let mut h = prediction.h;
        let slope_v = h[SOC];
        h[SOC] = 0.0;
        // The variance of the first voltage leaves the offset of the current sensor out, and so does this.
        h[BIAS] = 0.0;
        let soc_variance = self.covariance.variance(SOC);
        // For a known SoC, the others share the residual; an error of the SoC changes the residual by the OCV's slope.
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

    /// Seconds for which voltages have been refused without a break.
    pub(crate) fn refused_s(&self) -> f32 {
        self.refused_s
    }

    /// Moves SoC and resistance scale without new evidence: another cell is meant from now on, known as well.
    pub(crate) fn shift_cell(&mut self, soc: f32, resistance_factor: f32) {
        self.charge.add(soc);
        self.resistance_scale *= resistance_factor;
        self.hold();
    }

    /// Counts the charge of `dt_s` with a constant measured current, and nothing else; returns the change of SoC.
    pub(crate) fn count(&mut self, cell: &CellParameters<'_>, measured_a: f32, dt_s: f32) -> f32 {
        let capacity_as = crate::units::to_coulombs(cell.capacity);
        let counted_soc = -(measured_a - self.bias_a) * (self.capacity_scale * dt_s / capacity_as);
        self.charge.add(counted_soc);
        counted_soc
    }

    /// Moves everything but the counted charge on by `dt_s` with a constant measured current.
    pub(crate) fn propagate(
        &mut self,
        cell: &CellParameters<'_>,
        at: &CellAtTemperature<'_>,
        tuning: &EstimatorTuning,
        measured_a: f32,
        dt_s: f32,
    ) {
        let capacity_as = crate::units::to_coulombs(cell.capacity);
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

        self.covariance.propagate(
            &decay,
            &from_bias,
            BIAS,
            -current_a * dt_s / capacity_as,
            CAPACITY,
        );
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
        let lasting_v = self.lasting_voltage_error_v(at, tuning, current_a);
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

    /// Takes in a terminal voltage, measured after `dt_s` since the last one, of which `prediction` is what
    /// [`Self::predict_voltage`] says in the present state.
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
            // Huber's idea in the noise: an unlikely innovation pulls as much as the soft gate allows.
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

    /// Opens the gate after long refusal: the SoC is not known as well as believed.
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

    /// The voltage that the present state leads to; `dt_s` is the time since the last voltage, over which noise averages.
    pub(crate) fn predict_voltage(
        &self,
        at: &CellAtTemperature<'_>,
        tuning: &EstimatorTuning,
        measured_a: f32,
        dt_s: f32,
    ) -> Prediction {
        let soc = self.soc();
        let current_a = measured_a - self.bias_a;
        let elements = at.elements(soc, current_a);
        let drop = elements.polarisation(at.knee_a, current_a, &self.branch_a);
        let ocv = OcvOverSigma::new(&at.ocv, soc, self.soc_sigma());
        let scale = self.resistance_scale;
        let mut h = [0.0; STATES];
        // Resistances change along SoC, too; their slopes are left out: a table's noise would decide the sign where
        // the OCV is flat.
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

    /// One sigma of the voltage error that does not average out.
    fn lasting_voltage_error_v(
        &self,
        at: &CellAtTemperature<'_>,
        tuning: &EstimatorTuning,
        current_a: f32,
    ) -> f32 {
        let soc = self.soc();
        let drop = at
            .elements(soc, current_a)
            .polarisation(at.knee_a, current_a, &self.branch_a);
        let resting_v = resting_voltage_error_v(at, tuning, soc);
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

    /// Keeps every state where the model has a meaning.
    fn hold(&mut self) {
        let free = self.charge.soc();
        self.charge.clamp(-SOC_OVERHANG, 1.0 + SOC_OVERHANG);
        // What is held back was wrong by as much: without doubt the end of the range would be believed ever more.
        let held = (free - self.charge.soc()).clamp(-1.0, 1.0);
        self.covariance.add_noise_to(SOC, held * held);
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
    /// Where there is no voltage to take in.
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

impl OcvOverSigma {
    /// Over what the table itself may be wrong by.
    pub(super) fn of_table(ocv: &OcvCurve<'_>, soc: f32) -> Self {
        Self::new(ocv, soc, 0.01)
    }

    fn new(ocv: &OcvCurve<'_>, soc: f32, sigma: f32) -> Self {
        let sigma = sigma.max(1e-3);
        let step = SQRT_3 * sigma;
        let (below, middle, above) = (
            ocv.voltage_v(soc - step),
            ocv.voltage_v(soc),
            ocv.voltage_v(soc + step),
        );
        let mean_v = (below + 4.0 * middle + above) / 6.0;
        let slope_v = (above - below) / (2.0 * step);
        let bend_v = below - 2.0 * middle + above;
        Self {
            middle_v: middle,
            mean_v,
            slope_v,
            // Variance of the three points less the part of the straight line.
            bent_v2: bend_v * bend_v / 18.0,
        }
    }
}

/// One sigma of the lasting voltage error without current.
fn resting_voltage_error_v(at: &CellAtTemperature<'_>, tuning: &EstimatorTuning, soc: f32) -> f32 {
    let table_v = tuning.voltage_error_factor * at.voltage_error_v;
    let curve_v = tuning.ocv_soc_error * OcvOverSigma::of_table(&at.ocv, soc).slope_v;
    math::sqrt(table_v * table_v + curve_v * curve_v)
}

#[cfg(test)]
mod tests;
