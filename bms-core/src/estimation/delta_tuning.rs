//! What the cells of a series pack are believed to differ by, and how fast that is learned.

use crate::cell::{ParameterError, all_within};
use crate::field::field;

/// How the cells of a series pack differ, and what is made of it.
///
/// Sigmas are one standard deviation. The default is meant for packs of one cell type, sorted or not, new or aged.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct DeltaTuning {
    /// Difference of a cell's SoC from the mean's before the first voltage.
    pub soc_sigma: f32,
    /// Relative difference of a cell's resistance.
    pub resistance_sigma: f32,
    /// Time in seconds after which a difference of resistance has become another one, for temperature and age.
    pub resistance_time_s: f32,
    /// Relative difference of a cell's inverse capacity.
    pub capacity_sigma: f32,
    /// Wander of the SoC differences, for self-discharge and balancing, SoC per square root of hour.
    pub soc_drift_per_sqrt_h: f32,
    /// Noise of one voltage reading, volts: what averages out from reading to reading.
    pub voltage_noise_v: f32,
    /// Error of a cell's voltage against the other cells' that stays, volts: offset of its channel, shape of its OCV.
    ///
    /// No number of readings teaches more than this allows; where the OCV is flat, voltages so say little.
    pub lasting_voltage_error_v: f32,
    /// More such error, as part of the voltage drop over the resistances: differences of temperature and of the time
    /// constants.
    pub lasting_drop_error: f32,
    /// A cell whose voltage is this many standard deviations from what the others say does not count in the mean.
    pub gate_sigma: f32,
    /// A cell nearer than this to what the others say is never left out, volts.
    pub gate_floor_v: f32,
    /// Time in seconds over which the doubt about a cell's difference grows by a factor e while its voltage contradicts
    /// it.
    pub doubt_time_s: f32,
    /// Cells whose difference is corrected in one step; zero for a tenth of the pack.
    pub updates_per_step: u16,
    /// How fast the SoC shown to a driver is corrected beside the charge that is counted, SoC per second, while the
    /// error is small; an error of 5 points doubles it.
    pub shown_slew_per_s: f32,
    /// The same in proportion to the charge that is counted.
    pub shown_slew_per_soc: f32,
}

impl DeltaTuning {
    /// The default as a constant.
    pub const DEFAULT: Self = Self {
        soc_sigma: 0.04,
        resistance_sigma: 0.15,
        resistance_time_s: 20_000.0,
        capacity_sigma: 0.05,
        soc_drift_per_sqrt_h: 2e-4,
        voltage_noise_v: 0.004,
        lasting_voltage_error_v: 0.004,
        lasting_drop_error: 0.06,
        gate_sigma: 5.0,
        gate_floor_v: 0.04,
        doubt_time_s: 30.0,
        updates_per_step: 0,
        shown_slew_per_s: 1.7e-4,
        shown_slew_per_soc: 0.5,
    };
}

impl Default for DeltaTuning {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Longest time constant, in seconds: beyond thirty years nothing is forgotten.
const LONGEST_S: f32 = 1e9;

impl DeltaTuning {
    /// Checks every value: finite, and within wide bounds that keep the filter's arithmetic meaningful.
    ///
    /// [`PackEstimator::step`](super::PackEstimator::step) expects a tuning that passes.
    ///
    /// # Errors
    /// The first field out of bounds, with value and bound.
    pub const fn validate(&self) -> Result<(), ParameterError> {
        // Without `..`, so that a new field cannot be forgotten here.
        let Self {
            soc_sigma,
            resistance_sigma,
            resistance_time_s,
            capacity_sigma,
            soc_drift_per_sqrt_h,
            voltage_noise_v,
            lasting_voltage_error_v,
            lasting_drop_error,
            gate_sigma,
            gate_floor_v,
            doubt_time_s,
            // Any number of cells makes sense.
            updates_per_step: _,
            shown_slew_per_s,
            shown_slew_per_soc,
        } = *self;
        let bounds = [
            (field!("soc_sigma"), soc_sigma, 1e-4, 1.0),
            (field!("resistance_sigma"), resistance_sigma, 1e-3, 1.0),
            (
                field!("resistance_time_s"),
                resistance_time_s,
                1.0,
                LONGEST_S,
            ),
            (field!("capacity_sigma"), capacity_sigma, 0.0, 1.0),
            (
                field!("soc_drift_per_sqrt_h"),
                soc_drift_per_sqrt_h,
                0.0,
                1.0,
            ),
            (field!("voltage_noise_v"), voltage_noise_v, 1e-5, 1.0),
            (
                field!("lasting_voltage_error_v"),
                lasting_voltage_error_v,
                1e-5,
                1.0,
            ),
            (field!("lasting_drop_error"), lasting_drop_error, 0.0, 10.0),
            (field!("gate_sigma"), gate_sigma, 0.1, 1e3),
            (field!("gate_floor_v"), gate_floor_v, 1e-3, 10.0),
            (field!("doubt_time_s"), doubt_time_s, 0.1, LONGEST_S),
            (field!("shown_slew_per_s"), shown_slew_per_s, 0.0, 1.0),
            (field!("shown_slew_per_soc"), shown_slew_per_soc, 0.0, 1.0),
        ];
        all_within(&bounds)
    }
}
