//! Tuning of the estimator: process noise, sensor noise, gates.

use crate::schema::ParameterError;

/// Tuning of the estimator of a cell. One set serves all cells, temperatures and drives.
///
/// Currents are C-rates (multiples of capacity per hour), so that one set serves cells of any size. Every value is one
/// standard deviation unless stated otherwise.
///
/// The default was chosen on drives of three cells, listed in docs/accuracy.md, and serves all of them.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct EstimatorTuning {
    /// Error of a given initial SoC.
    /// Range: 0.0001 to 1. Default: 0.3.
    pub initial_soc_sigma: f32,
    /// Branch currents before the first sample, as the cell may have been in use; C-rate.
    /// Range: 0 to 10. Default: 0.02.
    pub initial_branch_c_rate: f32,
    /// Error of the hysteresis state before the first sample; the state ranges from -1 to 1.
    /// Range: 0 to 1. Default: 0.6.
    pub initial_hysteresis_sigma: f32,
    /// White noise of the current sensor, C-rate times square root of second.
    /// Range: 0 to 10. Default: 0.05.
    pub current_noise_c_rate_sqrt_s: f32,
    /// Offset of the current sensor before the first sample; C-rate.
    /// Range: 0 to 10. Default: 0.06.
    pub current_bias_c_rate: f32,
    /// Random walk of the current sensor's offset, C-rate per square root of second.
    /// Range: 0 to 1. Default: 5e-6.
    pub current_bias_drift_c_rate_per_sqrt_s: f32,
    /// Relative error of the capacity together with the gain of the current sensor.
    /// Range: 0 to 1. Default: 0.085.
    pub capacity_scale_sigma: f32,
    /// Relative error of all resistances, from age and temperature.
    /// Range: 0 to 10. Default: 0.2.
    pub resistance_scale_sigma: f32,
    /// Correlation time of the resistance error.
    /// Range: 1 to 1e9. Default: 15000.
    pub resistance_scale_time_s: f32,
    /// Relative error of a branch current, for the part of diffusion that a few RC branches do not model.
    /// Range: 0 to 10. Default: 0.05.
    pub branch_error: f32,
    /// Noise density of the voltage, volts times square root of second.
    /// Range: 1e-5 to 10. Default: 0.1.
    ///
    /// Far above that of a sensor: errors of the model last over many samples, and a filter that treated each sample as
    /// independent evidence would trust them too much. A density makes the result independent of the sample rate.
    pub voltage_noise_v_sqrt_s: f32,
    /// Further noise density in proportion to the voltage drop over the resistances, square root of second.
    /// Range: 0 to 10. Default: 0.4.
    pub drop_noise_sqrt_s: f32,
    /// Correlated voltage error as a factor on the cell's `voltage_error_v`.
    /// Range: 0 to 100. Default: 0.17.
    pub voltage_error_factor: f32,
    /// Correlated voltage error as a share of the voltage drop over the resistances.
    /// Range: 0 to 10. Default: 0.03.
    pub drop_error: f32,
    /// Error of the OCV curve along its SoC axis, which reduces the weight of voltages where the curve is steep.
    /// Range: 0 to 1. Default: 0.01.
    pub ocv_soc_error: f32,
    /// Correlation time of the correlated voltage error.
    /// Range: 1 to 1e9. Default: 300.
    pub voltage_error_time_s: f32,
    /// Correlation length of the correlated voltage error, in SoC.
    /// Range: 0.0001 to 1e6. Default: 0.03.
    pub voltage_error_soc: f32,
    /// Innovations beyond this many of their own standard deviations are clipped to it.
    /// Range: 0.1 to 1000. Default: 2.5.
    pub gate_soft_sigma: f32,
    /// Innovations beyond this many standard deviations are rejected.
    /// Range: 0.1 to 1000. Default: 6.
    pub gate_hard_sigma: f32,
    /// Time of continuous rejection after which the estimator raises its uncertainty and opens the gate.
    /// Range: 0 to 1e9. Default: 60.
    pub gate_patience_s: f32,
}

/// Tuning of the filters of each cell's deviation from the mean of a series pack.
///
/// Sigmas are one standard deviation. The default serves packs of one cell type, sorted or not, new or aged.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct DeltaTuning {
    /// Deviation of a cell's SoC from the mean before the first voltage.
    /// Range: 0.0001 to 1. Default: 0.04.
    pub soc_sigma: f32,
    /// Relative deviation of a cell's resistance.
    /// Range: 0.001 to 1. Default: 0.15.
    pub resistance_sigma: f32,
    /// Correlation time of a deviation of resistance, from temperature and age.
    /// Range: 1 to 1e9. Default: 20000.
    pub resistance_time_s: f32,
    /// Relative deviation of a cell's inverse capacity.
    /// Range: 0 to 1. Default: 0.05.
    pub capacity_sigma: f32,
    /// Random walk of the SoC deviations, from self-discharge and balancing, SoC per square root of hour.
    /// Range: 0 to 1. Default: 0.0002.
    pub soc_drift_per_sqrt_h: f32,
    /// Noise of one voltage reading that averages out over readings.
    /// Range: 1e-5 to 1. Default: 0.004.
    pub voltage_noise_v: f32,
    /// Constant error of a cell's voltage against the others: offset of its channel, shape of its OCV.
    /// Range: 1e-5 to 1. Default: 0.004.
    ///
    /// It bounds the information of any number of readings; where the OCV is flat, voltages therefore have little weight.
    pub lasting_voltage_error_v: f32,
    /// Further constant error as a share of the voltage drop over the resistances: deviations of temperature and of the
    /// time constants.
    /// Range: 0 to 10. Default: 0.06.
    pub lasting_drop_error: f32,
    /// A cell whose voltage is this many standard deviations from the prediction by the others is excluded from the mean.
    /// Range: 0.1 to 1000. Default: 5.
    pub gate_sigma: f32,
    /// A cell nearer than this to the prediction by the others is never excluded.
    /// Range: 0.001 to 10. Default: 0.04.
    pub gate_floor_v: f32,
    /// Time over which the variance of a deviation grows by a factor e while the cell's voltage contradicts it.
    /// Range: 0.1 to 1e9. Default: 30.
    pub doubt_time_s: f32,
    /// Cells whose deviation is corrected in one step; 0 for a tenth of the pack.
    /// Range: any. Default: 0.
    pub updates_per_step: u16,
    /// Rate at which the displayed SoC is corrected, in addition to the counted charge, SoC per second, while its error
    /// is small; an error of 0.05 doubles the rate.
    /// Range: 0 to 1. Default: 0.00017.
    pub shown_slew_per_s: f32,
    /// Rate at which the displayed SoC is corrected in proportion to the counted charge.
    /// Range: 0 to 1. Default: 0.5.
    pub shown_slew_per_soc: f32,
}

/// Tuning of the capacity estimate. Sigmas are one standard deviation.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct CapacityTuning {
    /// Relative error of the nominal capacity before the first swing.
    /// Range: 0.001 to 1. Default: 0.1.
    pub initial_sigma: f32,
    /// Smallest change of SoC between two anchors.
    /// Range: 0.05 to 1. Default: 0.4.
    pub least_swing: f32,
    /// Largest standard deviation of an SoC that serves as an anchor.
    /// Range: 0.001 to 0.3. Default: 0.03.
    pub largest_soc_sigma: f32,
    /// Relative error of the counted charge: gain of the current sensor.
    /// Range: 0 to 1. Default: 0.005.
    pub charge_gain_sigma: f32,
    /// Further error of the counted charge over a swing, as a share of the nominal capacity: offset of the sensor.
    /// Range: 0 to 1. Default: 0.005.
    pub charge_offset_sigma: f32,
    /// Relative error common to all swings, of gain and OCV: it bounds the information of any number of swings.
    /// Range: 0.0001 to 1. Default: 0.01.
    pub lasting_error: f32,
    /// Random walk of the capacity per square root of a full cycle, relative: ageing.
    /// Range: 0 to 1. Default: 0.002.
    pub drift_per_sqrt_cycle: f32,
    /// A swing that contradicts the estimate by more than this many standard deviations is rejected.
    /// Range: 0.1 to 1000. Default: 3.5.
    pub gate_sigma: f32,
}

macro_rules! validate {
    ($($tuning:ty),*) => {
        $(impl $tuning {
            /// Checks every value: finite, and within bounds that the filters' arithmetic needs. A step expects a tuning
            /// that passes.
            ///
            /// # Errors
            /// The first field that is refused, with value and bound.
            pub const fn validate(&self) -> Result<(), ParameterError> {
                self.check_fields().finish()
            }
        })*
    };
}

validate!(EstimatorTuning, DeltaTuning, CapacityTuning);
