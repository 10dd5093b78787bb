//! How one cell of a series pack differs from the mean cell: a small Kalman filter per cell.
//!
//! The state is the difference of SoC, of relative resistance and of relative inverse capacity; the measurement is the
//! cell's voltage less that of the mean cell,
//!
//! ```text
//! v_i - v = OCV(z + dz_i) - OCV(z) - r_i drop,      dz_i' = -(1 / Q) q_i I
//! ```
//!
//! after the bar-delta filter of Plett ("Efficient Battery Pack State Estimation using Bar-Delta Filtering", EVS24,
//! 2009). Errors of the model and of the current sensor that all cells share cancel.
//!
//! The inverse capacity is constant but for age. It is estimated apart from the other two, which is no approximation as
//! long as all cells are corrected alike (Friedland, "Treatment of bias in recursive filtering", IEEE Trans. Automatic
//! Control 14, 1969): how an error of it acts on the other two is the same for all cells, and is kept once, as
//! [`BiasSensitivity`].

mod saved;

use super::tuning::DeltaTuning;
use super::window::OcvWindow;
use crate::math;
use crate::units::{self, Ratio};

/// Root of three: distance of the outer points of the three-point Gauss-Hermite rule.
const SQRT_3: f32 = 1.732_050_8;

/// Nothing is known better than this, of SoC, resistance and capacity.
const SMALLEST_SIGMA: f32 = 1e-4;

/// However large the doubt, two cells of a pack are believed to be no farther apart, one sigma of SoC.
const LARGEST_SOC_SIGMA: f32 = 0.2;

/// A cell's SoC may leave 0 to 1 by this much before it is held: the true cell may, too.
const SOC_OVERHANG: f32 = 0.05;

/// Sigma of a difference that no tuning has been given for yet.
const UNTOLD_SOC_SIGMA: f32 = 0.04;

/// Correlation of SoC and resistance never goes beyond this, so that rounding leaves the covariance positive.
const LARGEST_CORRELATION: f32 = 0.99;

/// A deviation beyond this many of its standard deviations feeds doubt, squared.
const DOUBTFUL: f32 = 4.0;

/// The memory of one cell's difference from the mean cell of its pack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CellDelta {
    soc: f32,
    resistance: f32,
    /// Of the inverse capacity.
    capacity: f32,
    /// Negative before the first step.
    soc_variance: f32,
    cross_variance: f32,
    resistance_variance: f32,
    capacity_variance: f32,
}

/// What an error of a cell's inverse capacity has made of its SoC and resistance: error of each per error of the
/// relative inverse capacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BiasSensitivity {
    pub(crate) soc: f32,
    pub(crate) resistance: f32,
}

impl BiasSensitivity {
    pub(crate) const NONE: Self = Self {
        soc: 0.0,
        resistance: 0.0,
    };
}

/// What all cells share in one step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) window: &'a OcvWindow,
    pub(crate) mean_soc: f32,
    pub(crate) mean_ocv_v: f32,
    /// Slope of the mean cell's OCV over its uncertainty.
    pub(crate) mean_slope_v: f32,
    /// Variance of the mean cell's SoC.
    pub(crate) mean_variance: f32,
    /// Voltage drop over the mean cell's resistances, positive in discharge.
    pub(crate) drop_v: f32,
    pub(crate) sensitivity: BiasSensitivity,
}

impl<'a> View<'a> {
    pub(crate) fn new(
        window: &'a OcvWindow,
        mean_soc: f32,
        mean_variance: f32,
        drop_v: f32,
        sensitivity: BiasSensitivity,
    ) -> Self {
        let mean = OcvOverSigma::new(window, mean_soc, math::sqrt(mean_variance));
        Self {
            window,
            mean_soc,
            mean_ocv_v: mean.middle_v,
            mean_slope_v: mean.slope_v,
            mean_variance,
            drop_v,
            sensitivity,
        }
    }
}

/// What moving on does to every cell alike.
#[derive(Clone, Copy, Debug)]
pub(super) struct Advance {
    counted_soc: f32,
    soc_variance: f32,
    soc_most: f32,
    resistance_variance: f32,
    resistance_most: f32,
}

impl Advance {
    /// `counted_soc` is the mean cell's change of SoC over the last `dt_s`.
    pub(super) fn new(counted_soc: f32, dt_s: f32, tuning: &DeltaTuning) -> Self {
        let drift = tuning.soc_drift_per_sqrt_h;
        let resistance = tuning.resistance_sigma * tuning.resistance_sigma;
        let renewed = (2.0 * dt_s / tuning.resistance_time_s).min(1.0);
        let most = LARGEST_SOC_SIGMA.max(tuning.soc_sigma);
        Self {
            soc_most: most * most,
            counted_soc,
            soc_variance: drift * drift * dt_s / units::SECONDS_PER_HOUR,
            resistance_variance: renewed * resistance,
            resistance_most: resistance,
        }
    }
}

/// What became of one cell's voltage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum UpdateOutcome {
    /// It contradicts all that is believed.
    Refused,
    /// Taken in; the change of the sensitivity that goes with it.
    Learned(BiasSensitivity),
}

impl CellDelta {
    /// A cell that is not known to differ from the mean.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            soc: 0.0,
            resistance: 0.0,
            capacity: 0.0,
            soc_variance: -1.0,
            cross_variance: 0.0,
            resistance_variance: 0.0,
            capacity_variance: 0.0,
        }
    }

    /// A cell that is remembered to differ: what [`Self::soc`], [`Self::resistance`] and [`Self::inverse_capacity`] said
    /// before. It is doubted as much as that of a new cell. Values out of range are held there, NaN counts as the lowest.
    #[must_use]
    pub const fn remembered(soc: Ratio, resistance: Ratio, inverse_capacity: Ratio) -> Self {
        Self {
            soc: math::clamp_or_low(units::to_ratio(soc), -1.0, 1.0),
            resistance: math::clamp_or_low(units::to_ratio(resistance), -0.9, 9.0),
            capacity: math::clamp_or_low(units::to_ratio(inverse_capacity), -0.5, 1.0),
            ..Self::new()
        }
    }

    /// Takes off charge that left this cell alone, as a share of its capacity: through its bleed resistor.
    pub(crate) fn drain(&mut self, soc: f32) {
        self.soc = math::clamp_or_low(self.soc - soc, -1.0, 1.0);
    }

    /// SoC of the cell less that of the mean cell, within -1 to 1.
    #[must_use]
    pub const fn soc(&self) -> Ratio {
        units::ratio(self.soc)
    }

    /// One standard deviation of [`Self::resistance`].
    #[must_use]
    pub fn resistance_sigma(&self) -> Ratio {
        units::ratio(math::sqrt(self.resistance_variance))
    }

    /// Resistance of the cell over that of the mean cell, less one; at least -0.9.
    #[must_use]
    pub const fn resistance(&self) -> Ratio {
        units::ratio(self.resistance)
    }

    /// Inverse capacity of the cell over that of the mean cell, less one, within -0.5 to 1: positive where the cell holds
    /// less charge than the mean.
    #[must_use]
    pub const fn inverse_capacity(&self) -> Ratio {
        units::ratio(self.capacity)
    }

    /// One standard deviation of [`Self::inverse_capacity`].
    #[must_use]
    pub fn inverse_capacity_sigma(&self) -> Ratio {
        units::ratio(math::sqrt(self.capacity_variance))
    }

    /// Variance of the SoC difference.
    pub(super) fn total_soc_variance(&self, sensitivity: BiasSensitivity) -> f32 {
        if self.soc_variance < 0.0 {
            return UNTOLD_SOC_SIGMA * UNTOLD_SOC_SIGMA;
        }
        self.soc_variance + sensitivity.soc * sensitivity.soc * self.capacity_variance
    }

    /// Gives a cell without variances those of the tuning.
    pub(super) fn prepare(&mut self, tuning: &DeltaTuning) {
        if self.soc_variance < 0.0 {
            self.soc_variance = tuning.soc_sigma * tuning.soc_sigma;
            self.cross_variance = 0.0;
            self.resistance_variance = tuning.resistance_sigma * tuning.resistance_sigma;
            self.capacity_variance = tuning.capacity_sigma * tuning.capacity_sigma;
        }
    }

    /// Voltage of the cell less that of the mean cell, and the slope of its OCV.
    pub(super) fn expected_v(&self, view: &View<'_>) -> (f32, f32) {
        let (ocv_v, slope_v) = view.window.at(view.mean_soc + self.soc);
        (
            ocv_v - view.mean_ocv_v - self.resistance * view.drop_v,
            slope_v,
        )
    }

    /// Variance of that expectation, as if the cell were known no worse than a new one: a cell that is doubted does not
    /// come back into the mean by being doubted more.
    pub(super) fn believed_v2(&self, slope_v: f32, view: &View<'_>, tuning: &DeltaTuning) -> f32 {
        let soc = math::smaller(
            self.total_soc_variance(view.sensitivity),
            tuning.soc_sigma * tuning.soc_sigma,
        );
        soc * slope_v * slope_v + self.resistance_variance * view.drop_v * view.drop_v
    }

    /// Moves on with the charge.
    pub(super) fn advance(&mut self, by: &Advance, tuning: &DeltaTuning) {
        self.soc += self.capacity * by.counted_soc;
        if !self.soc.is_finite() {
            self.hold(tuning);
        }
        self.soc = self.soc.clamp(-1.0, 1.0);
        // Variances only grow here, so that the correlation stays within its bound.
        self.soc_variance = math::smaller(
            self.soc_variance + by.soc_variance,
            math::larger(by.soc_most, self.soc_variance),
        );
        self.resistance_variance = math::smaller(
            self.resistance_variance + by.resistance_variance,
            math::larger(by.resistance_most, self.resistance_variance),
        );
    }

    /// A cell that was not corrected while the others were: what an error of its capacity did to its SoC meanwhile is
    /// not in the shared sensitivity.
    pub(super) fn left_behind(&mut self, moved_soc: f32, tuning: &DeltaTuning) {
        let sigma = math::sqrt(self.soc_variance) + moved_soc * tuning.capacity_sigma;
        self.soc_variance = sigma * sigma;
        self.hold(tuning);
    }

    /// Takes out what all cells have in common.
    pub(super) fn recentre(&mut self, soc: f32, resistance: f32, capacity: f32) {
        self.soc -= soc;
        self.resistance = (self.resistance - resistance) / (1.0 + resistance);
        self.capacity -= capacity;
        self.hold_values();
    }

    /// Learns from a voltage that is `deviation_v` above what was expected of this cell beside the others, `dt_s` after
    /// the last one.
    pub(super) fn correct(
        &mut self,
        view: &View<'_>,
        tuning: &DeltaTuning,
        deviation_v: f32,
        dt_s: f32,
    ) -> UpdateOutcome {
        let sigma = math::sqrt(self.total_soc_variance(view.sensitivity));
        let ocv = OcvOverSigma::new(view.window, view.mean_soc + self.soc, sigma);
        let by_resistance_v = -view.drop_v;
        let soc_v = self.soc_variance * ocv.slope_v + self.cross_variance * by_resistance_v;
        let resistance_v =
            self.cross_variance * ocv.slope_v + self.resistance_variance * by_resistance_v;
        let own_v2 = (soc_v * ocv.slope_v + resistance_v * by_resistance_v).max(0.0);
        let old = view.sensitivity;
        let by_capacity_v = old.soc * ocv.slope_v + old.resistance * by_resistance_v;
        let told_v2 = own_v2 + self.capacity_variance * by_capacity_v * by_capacity_v;

        let lasting_drop_v = tuning.lasting_drop_error * view.drop_v;
        // Where the OCV bends between the cell and the mean, an error of the mean's SoC makes a difference of voltage.
        let bend_v = ocv.slope_v - view.mean_slope_v;
        let lasting_v2 = tuning.lasting_voltage_error_v * tuning.lasting_voltage_error_v
            + lasting_drop_v * lasting_drop_v
            + bend_v * bend_v * view.mean_variance;
        let white_v2 = tuning.voltage_noise_v * tuning.voltage_noise_v + ocv.bent_v2;
        let variance_v2 = told_v2 + lasting_v2 + white_v2;
        let deviation_v2 = deviation_v * deviation_v;
        if deviation_v2 > DOUBTFUL * variance_v2 {
            self.soc_variance *= 1.0 + (dt_s / tuning.doubt_time_s).min(1.0);
            self.hold(tuning);
        }
        if deviation_v2 > tuning.gate_sigma * tuning.gate_sigma * variance_v2 {
            return UpdateOutcome::Refused;
        }
        if told_v2 <= lasting_v2 {
            return UpdateOutcome::Learned(BiasSensitivity::NONE);
        }
        // An error that stays is in every reading: all of them together teach no more than it allows.
        let noise_v2 = white_v2.max(lasting_v2 * told_v2 / (told_v2 - lasting_v2));
        let whole_v2 = own_v2 + noise_v2;
        let (soc_gain, resistance_gain) = (soc_v / whole_v2, resistance_v / whole_v2);
        let change = BiasSensitivity {
            soc: -soc_gain * by_capacity_v,
            resistance: -resistance_gain * by_capacity_v,
        };
        let capacity_v = self.capacity_variance * by_capacity_v;
        let capacity_gain = capacity_v / (whole_v2 + capacity_v * by_capacity_v);
        let learned = capacity_gain * deviation_v;
        self.soc += soc_gain * deviation_v + (old.soc + change.soc) * learned;
        self.resistance +=
            resistance_gain * deviation_v + (old.resistance + change.resistance) * learned;
        self.capacity += learned;
        self.soc_variance -= soc_gain * soc_v;
        self.cross_variance -= soc_gain * resistance_v;
        self.resistance_variance -= resistance_gain * resistance_v;
        self.capacity_variance -= capacity_gain * capacity_v;
        self.soc = self
            .soc
            .max(-SOC_OVERHANG - view.mean_soc)
            .min(1.0 + SOC_OVERHANG - view.mean_soc);
        self.hold(tuning);
        UpdateOutcome::Learned(change)
    }

    /// Keeps every value where it has a meaning.
    fn hold_values(&mut self) {
        self.soc = self.soc.clamp(-1.0, 1.0);
        self.resistance = self.resistance.clamp(-0.9, 9.0);
        self.capacity = self.capacity.clamp(-0.5, 1.0);
    }

    /// Keeps the values where they have a meaning and the covariance positive, within what a pack can be.
    fn hold(&mut self, tuning: &DeltaTuning) {
        let sum = self.soc + self.resistance + self.capacity + self.cross_variance;
        if !sum.is_finite() {
            // No input is known to lead here; if one does, the cell is a new one.
            *self = Self::new();
            self.prepare(tuning);
        }
        self.hold_values();
        let least = SMALLEST_SIGMA * SMALLEST_SIGMA;
        let most = LARGEST_SOC_SIGMA.max(tuning.soc_sigma);
        self.soc_variance = math::clamp_or_low(self.soc_variance, least, most * most);
        self.resistance_variance = math::clamp_or_low(self.resistance_variance, least, 1.0);
        self.capacity_variance = math::clamp_or_low(self.capacity_variance, least, 1.0);
        let together = self.soc_variance * self.resistance_variance;
        let most = LARGEST_CORRELATION * LARGEST_CORRELATION * together;
        if self.cross_variance * self.cross_variance > most {
            self.cross_variance = if self.cross_variance > 0.0 {
                math::sqrt(most)
            } else {
                -math::sqrt(most)
            };
        }
    }
}

impl Default for CellDelta {
    fn default() -> Self {
        Self::new()
    }
}

/// OCV over the present uncertainty of the SoC, so that a flat or bent curve is taken for what it is.
#[derive(Clone, Copy, Debug)]
struct OcvOverSigma {
    middle_v: f32,
    slope_v: f32,
    /// Variance that a straight line does not explain.
    bent_v2: f32,
}

impl OcvOverSigma {
    fn new(window: &OcvWindow, soc: f32, sigma: f32) -> Self {
        let step = SQRT_3 * sigma.max(1e-3);
        let (below_v, middle_v, above_v) = (
            window.at(soc - step).0,
            window.at(soc).0,
            window.at(soc + step).0,
        );
        let bend_v = below_v - 2.0 * middle_v + above_v;
        Self {
            middle_v,
            slope_v: (above_v - below_v) / (2.0 * step),
            bent_v2: bend_v * bend_v / 18.0,
        }
    }
}
