//! The filter through a power cycle.

use super::{
    BIAS, BRANCH, CAPACITY, Ekf, LARGEST_BIAS_SIGMA, Prediction, RESISTANCE, SOC, SOC_VARIANCE_MAX,
    VOLTAGE_ERROR, resting_voltage_error_v,
};
use crate::cell::{CellAtTemperature, CellParameters, MAX_BRANCHES};
use crate::estimation::charge::ChargeCounter;
use crate::estimation::saved::{COVARIANCE, SleepTime};
use crate::estimation::tuning::EstimatorTuning;
use crate::estimation::ud::{STATES, UdCovariance};
use crate::math;
use crate::units;

/// The filter's state as plain numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SavedFilter {
    /// In units of the charge counter.
    pub(crate) charge: i64,
    pub(crate) branch_a: [f32; MAX_BRANCHES],
    pub(crate) hysteresis: f32,
    pub(crate) voltage_error_v: f32,
    pub(crate) resistance_scale: f32,
    pub(crate) bias_a: f32,
    pub(crate) capacity_scale: f32,
    /// Upper triangle of the factored covariance, row by row.
    pub(crate) covariance: [f32; COVARIANCE],
}

impl Ekf {
    pub(crate) fn kept(&self) -> SavedFilter {
        SavedFilter {
            charge: self.charge.raw(),
            branch_a: self.branch_a,
            hysteresis: self.hysteresis,
            voltage_error_v: self.voltage_error_v,
            resistance_scale: self.resistance_scale,
            bias_a: self.bias_a,
            capacity_scale: self.capacity_scale,
            covariance: self.covariance.upper(),
        }
    }

    pub(crate) fn restored(kept: &SavedFilter, tuning: &EstimatorTuning, capacity_ah: f32) -> Self {
        Self {
            charge: ChargeCounter::from_raw(kept.charge),
            branch_a: kept.branch_a,
            hysteresis: kept.hysteresis,
            voltage_error_v: kept.voltage_error_v,
            resistance_scale: kept.resistance_scale,
            bias_a: kept.bias_a,
            capacity_scale: kept.capacity_scale,
            covariance: UdCovariance::from_upper(&kept.covariance),
            refused_s: 0.0,
            largest_bias_a: LARGEST_BIAS_SIGMA * tuning.current_bias_c_rate * capacity_ah,
        }
    }

    /// Moves on by a sleep in which no current flowed and nobody counted: what dies away does, and what drifts is known
    /// less. `drift_per_sqrt_h` is the SoC's drift for self-discharge.
    ///
    /// Where nobody knows how long it was, what dies away may have done so or not, and the lasting error of the voltage
    /// counts as the old one: the first voltage then teaches no more than what was not known before.
    pub(crate) fn rest(
        &mut self,
        cell: &CellParameters<'_>,
        at: &CellAtTemperature<'_>,
        tuning: &EstimatorTuning,
        drift_per_sqrt_h: f32,
        asleep: SleepTime,
    ) {
        if asleep.is_none() {
            return;
        }
        let mut decay = [1.0; STATES];
        decay[RESISTANCE] = math::exp(-asleep.s / tuning.resistance_scale_time_s);
        let branches = self.branch_a.iter_mut().zip(cell.branch_tau_s);
        let mut undecided_a2 = [0.0; MAX_BRANCHES];
        for ((branch_a, tau_s), (decay, undecided_a2)) in
            branches.zip(decay.iter_mut().skip(BRANCH).zip(&mut undecided_a2))
        {
            if asleep.known {
                *decay = math::exp(-asleep.s / tau_s);
                *branch_a *= *decay;
            } else {
                *branch_a *= 0.5;
                *undecided_a2 = *branch_a * *branch_a;
            }
        }
        if asleep.known {
            decay[VOLTAGE_ERROR] = math::exp(-asleep.s / tuning.voltage_error_time_s);
        }
        self.voltage_error_v *= decay[VOLTAGE_ERROR];
        self.resistance_scale = 1.0 + decay[RESISTANCE] * (self.resistance_scale - 1.0);
        self.covariance
            .propagate(&decay, &[0.0; STATES], BIAS, 0.0, CAPACITY);

        for (branch, undecided_a2) in undecided_a2.iter().enumerate() {
            self.covariance.add_noise_to(BRANCH + branch, *undecided_a2);
        }
        let renew = |decay: f32, sigma: f32| sigma * sigma * (1.0 - decay * decay);
        let lasting_v = resting_voltage_error_v(at, tuning, self.soc());
        self.covariance
            .add_noise_to(VOLTAGE_ERROR, renew(decay[VOLTAGE_ERROR], lasting_v));
        self.covariance.add_noise_to(
            RESISTANCE,
            renew(decay[RESISTANCE], tuning.resistance_scale_sigma),
        );
        let c_rate_a = units::to_amp_hours(cell.capacity);
        let drift_a = tuning.current_bias_drift_c_rate_per_sqrt_s * c_rate_a;
        self.covariance
            .add_noise_to(BIAS, drift_a * drift_a * asleep.s);
        let drift_soc2 = drift_per_sqrt_h * drift_per_sqrt_h;
        self.covariance
            .add_noise_to(SOC, drift_soc2 * asleep.s / units::SECONDS_PER_HOUR);
        if self.covariance.variance(SOC) > SOC_VARIANCE_MAX {
            self.covariance.restart_first(SOC_VARIANCE_MAX);
        }
        self.hold();
    }

    /// Variance of the voltage's deviation from `prediction`.
    pub(crate) fn innovation_variance_v2(&self, prediction: &Prediction) -> f32 {
        self.covariance.projected(&prediction.h) + prediction.noise_v2
    }
}
