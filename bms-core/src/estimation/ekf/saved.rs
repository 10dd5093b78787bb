//! Save and restore of the filter over a power cycle.

use super::{
    BIAS, BRANCH, CAPACITY, Ekf, LARGEST_BIAS_SIGMA, Prediction, RESISTANCE, SOC, SOC_VARIANCE_MAX,
    VOLTAGE_ERROR, resting_voltage_error_v,
};
use crate::cell::MAX_BRANCHES;
use crate::estimation::charge::ChargeCounter;
use crate::estimation::context::CellContext;
use crate::estimation::saved::{SavedFilter, SleepTime};
use crate::estimation::ud::{STATES, Transition, UdCovariance};
use crate::math;
use crate::units;

impl Ekf {
    pub(crate) fn saved(&self) -> SavedFilter {
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

    pub(crate) fn restored(saved: &SavedFilter, context: &CellContext<'_, '_>) -> Self {
        Self {
            charge: ChargeCounter::from_raw(saved.charge),
            branch_a: saved.branch_a,
            hysteresis: saved.hysteresis,
            voltage_error_v: saved.voltage_error_v,
            resistance_scale: saved.resistance_scale,
            bias_a: saved.bias_a,
            capacity_scale: saved.capacity_scale,
            covariance: UdCovariance::from_upper(&saved.covariance),
            refused_s: 0.0,
            largest_bias_a: LARGEST_BIAS_SIGMA
                * context.tuning.current_bias_c_rate
                * context.capacity_ah(),
        }
    }

    /// Propagates over a sleep without current: decaying states decay, drifting ones become less certain.
    /// `drift_per_sqrt_h` is the SoC's drift by self-discharge.
    ///
    /// After a sleep of unknown length a branch is halfway between its old value and zero, with that as its uncertainty,
    /// and the lasting voltage error stays: the first voltage then corrects only what was uncertain before.
    pub(crate) fn rest(
        &mut self,
        context: &CellContext<'_, '_>,
        drift_per_sqrt_h: f32,
        asleep: SleepTime,
    ) {
        let CellContext { cell, tuning, .. } = *context;
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
        self.covariance.propagate(&Transition {
            decay,
            from_bias: [0.0; STATES],
            bias: BIAS,
            from_scale: 0.0,
            scale: CAPACITY,
        });

        for (branch, undecided_a2) in undecided_a2.iter().enumerate() {
            self.covariance.add_noise_to(BRANCH + branch, *undecided_a2);
        }
        let renew = |decay: f32, sigma: f32| sigma * sigma * (1.0 - decay * decay);
        let lasting_v = resting_voltage_error_v(context, self.soc());
        self.covariance
            .add_noise_to(VOLTAGE_ERROR, renew(decay[VOLTAGE_ERROR], lasting_v));
        self.covariance.add_noise_to(
            RESISTANCE,
            renew(decay[RESISTANCE], tuning.resistance_scale_sigma),
        );
        let c_rate_a = context.capacity_ah();
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

    /// Variance of a voltage's deviation from `prediction`.
    pub(crate) fn innovation_variance_v2(&self, prediction: &Prediction) -> f32 {
        self.covariance.projected(&prediction.h) + prediction.noise_v2
    }
}
