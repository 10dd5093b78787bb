//! How much the estimator trusts its model and its sensors.

/// The trust of the estimator in its model and its sensors. One set serves all cells, temperatures and drives.
///
/// Currents are given as C-rates (multiples of capacity per hour), so that one set serves cells of any size.
/// Every value is one standard deviation unless it says otherwise.
///
/// The default was chosen on drives of three cells that docs/accuracy.md names, and serves all of them.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct EstimatorTuning {
    /// Error of a believed initial SoC.
    pub initial_soc_sigma: f32,
    /// Branch currents before the first sample: the cell may have been in use, C-rate.
    pub initial_branch_c_rate: f32,
    /// Hysteresis state before the first sample, of a range of -1 to 1.
    pub initial_hysteresis_sigma: f32,
    /// White noise of the current sensor, C-rate times square root of seconds.
    pub current_noise_c_rate_sqrt_s: f32,
    /// Offset of the current sensor before the first sample, C-rate.
    pub current_bias_c_rate: f32,
    /// Wander of the current sensor's offset, C-rate per square root of second.
    pub current_bias_drift_c_rate_per_sqrt_s: f32,
    /// Relative error of the capacity together with the gain of the current sensor.
    pub capacity_scale_sigma: f32,
    /// Relative error of all resistances, for age and temperature.
    pub resistance_scale_sigma: f32,
    /// Time in seconds after which the resistance error has become another one.
    pub resistance_scale_time_s: f32,
    /// Relative error of a branch current, for what a few RC branches do not show of diffusion.
    pub branch_error: f32,
    /// Noise of the voltage, volts times square root of seconds.
    ///
    /// Far above that of a sensor: the model's errors last over many samples, and a filter that took each sample for
    /// new evidence would believe them. Being a density, it makes the result independent of the sample rate.
    pub voltage_noise_v_sqrt_s: f32,
    /// More such noise in proportion to the voltage drop over the resistances, square root of seconds.
    pub drop_noise_sqrt_s: f32,
    /// Lasting voltage error as a factor on the cell description's own `voltage_error_v`.
    pub voltage_error_factor: f32,
    /// Lasting voltage error as part of the voltage drop over the resistances.
    pub drop_error: f32,
    /// Error of the OCV curve along its SoC axis: where the curve is steep, a volt says less.
    pub ocv_soc_error: f32,
    /// Time in seconds after which the lasting voltage error has become another one.
    pub voltage_error_time_s: f32,
    /// Change of SoC after which the lasting voltage error has become another one.
    pub voltage_error_soc: f32,
    /// Innovations beyond this many of their own standard deviations count as this many.
    pub gate_soft_sigma: f32,
    /// Innovations beyond this many standard deviations are refused.
    pub gate_hard_sigma: f32,
    /// Seconds of refusals without a break after which the estimator doubts itself and opens the gate.
    pub gate_patience_s: f32,
}

impl EstimatorTuning {
    /// The default as a constant.
    pub const DEFAULT: Self = Self {
        initial_soc_sigma: 0.3,
        initial_branch_c_rate: 0.02,
        initial_hysteresis_sigma: 0.6,
        current_noise_c_rate_sqrt_s: 0.05,
        current_bias_c_rate: 0.06,
        current_bias_drift_c_rate_per_sqrt_s: 5e-6,
        capacity_scale_sigma: 0.085,
        resistance_scale_sigma: 0.2,
        resistance_scale_time_s: 15_000.0,
        branch_error: 0.05,
        voltage_noise_v_sqrt_s: 0.1,
        drop_noise_sqrt_s: 0.4,
        voltage_error_factor: 0.17,
        drop_error: 0.03,
        ocv_soc_error: 0.01,
        voltage_error_time_s: 300.0,
        voltage_error_soc: 0.03,
        gate_soft_sigma: 2.5,
        gate_hard_sigma: 6.0,
        gate_patience_s: 60.0,
    };
}

impl Default for EstimatorTuning {
    fn default() -> Self {
        Self::DEFAULT
    }
}
