//! Which tunings are refused: those with which the filter's arithmetic would have no meaning.

use super::tuning::EstimatorTuning;
use crate::cell::{ParameterError, all_within};
use crate::field::field;

/// Longest time constant, in seconds: beyond thirty years nothing is forgotten.
const LONGEST_S: f32 = 1e9;

impl EstimatorTuning {
    /// Checks every value: finite, and within wide bounds that keep the filter's arithmetic meaningful.
    ///
    /// [`CellEstimator::step`](super::CellEstimator::step) expects a tuning that passes.
    ///
    /// # Errors
    /// The first field out of bounds, with value and bound.
    pub const fn validate(&self) -> Result<(), ParameterError> {
        // Without `..`, so that a new field cannot be forgotten here.
        let Self {
            initial_soc_sigma,
            initial_branch_c_rate,
            initial_hysteresis_sigma,
            current_noise_c_rate_sqrt_s,
            current_bias_c_rate,
            current_bias_drift_c_rate_per_sqrt_s,
            capacity_scale_sigma,
            resistance_scale_sigma,
            resistance_scale_time_s,
            branch_error,
            voltage_noise_v_sqrt_s,
            drop_noise_sqrt_s,
            voltage_error_factor,
            drop_error,
            ocv_soc_error,
            voltage_error_time_s,
            voltage_error_soc,
            gate_soft_sigma,
            gate_hard_sigma,
            gate_patience_s,
        } = *self;
        let bounds = [
            (field!("initial_soc_sigma"), initial_soc_sigma, 1e-4, 1.0),
            (
                field!("initial_branch_c_rate"),
                initial_branch_c_rate,
                0.0,
                10.0,
            ),
            (
                field!("initial_hysteresis_sigma"),
                initial_hysteresis_sigma,
                0.0,
                1.0,
            ),
            (
                field!("current_noise_c_rate_sqrt_s"),
                current_noise_c_rate_sqrt_s,
                0.0,
                10.0,
            ),
            (
                field!("current_bias_c_rate"),
                current_bias_c_rate,
                0.0,
                10.0,
            ),
            (
                field!("current_bias_drift_c_rate_per_sqrt_s"),
                current_bias_drift_c_rate_per_sqrt_s,
                0.0,
                1.0,
            ),
            (
                field!("capacity_scale_sigma"),
                capacity_scale_sigma,
                0.0,
                1.0,
            ),
            (
                field!("resistance_scale_sigma"),
                resistance_scale_sigma,
                0.0,
                10.0,
            ),
            (
                field!("resistance_scale_time_s"),
                resistance_scale_time_s,
                1.0,
                LONGEST_S,
            ),
            (field!("branch_error"), branch_error, 0.0, 10.0),
            (
                field!("voltage_noise_v_sqrt_s"),
                voltage_noise_v_sqrt_s,
                1e-5,
                10.0,
            ),
            (field!("drop_noise_sqrt_s"), drop_noise_sqrt_s, 0.0, 10.0),
            (
                field!("voltage_error_factor"),
                voltage_error_factor,
                0.0,
                100.0,
            ),
            (field!("drop_error"), drop_error, 0.0, 10.0),
            (field!("ocv_soc_error"), ocv_soc_error, 0.0, 1.0),
            (
                field!("voltage_error_time_s"),
                voltage_error_time_s,
                1.0,
                LONGEST_S,
            ),
            (field!("voltage_error_soc"), voltage_error_soc, 1e-4, 1e6),
            (field!("gate_soft_sigma"), gate_soft_sigma, 0.1, 1e3),
            (field!("gate_hard_sigma"), gate_hard_sigma, 0.1, 1e3),
            (field!("gate_patience_s"), gate_patience_s, 0.0, LONGEST_S),
        ];
        all_within(&bounds)
    }
}
