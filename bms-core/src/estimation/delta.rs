//! The difference of one cell of a series pack from the mean cell: a small Kalman filter per cell, after the bar-delta filter
//! of Plett ("Efficient Battery Pack State Estimation using Bar-Delta Filtering", EVS24, 2009).
//!
//! # State
//!
//! | symbol | field | unit | meaning | model |
//! |---|---|---|---|---|
//! | `z` | `soc` | 1 | SoC less that of the mean cell | `z += c m`, random walk (self-discharge) |
//! | `r` | `resistance` | 1 | resistance over that of the mean cell, less one | random walk of bounded variance |
//! | `c` | `capacity` | 1 | inverse capacity over that of the mean cell, less one | constant |
//!
//! `m` is the change of the mean cell's SoC over the step. The measurement is the cell's voltage less that of the mean cell,
//! from which errors of the model and of the current sensor that all cells share cancel. With the mean SoC `s` and the mean
//! cell's voltage drop `d`, positive in discharge,
//!
//! ```text
//! y = OCV(s + z) - OCV(s) - r d,    linearised: dy = h' dx,  x = (z, r),  h = (slope of the OCV at s + z, -d)
//! ```
//!
//! # Update
//!
//! `c` does not appear in `y`: it acts through `z` alone. It is a constant bias and is estimated apart from `x` by the
//! two-stage filter (Friedland, "Treatment of bias in recursive filtering", IEEE Trans. Automatic Control 14, 1969), which
//! is exact. `P` is the covariance of `x` as if `c` were known, `Q` the variance of `c`, and `v = (v_z, v_r)` the error of
//! `x` per error of `c` ([`BiasSensitivity`]), so that the covariance of `x` is `P + v Q v'`:
//!
//! ```text
//! propagate   v_z += m                      an error of c is an error m of z
//! predict     S = h' v                      error of y per error of c
//! stage 1     k = P h / (h'P h + R)         P -= k h'P           x as if c were known
//! stage 2     g = Q S / (h'P h + R + S Q S) Q -= g S Q           c from what stage 1 leaves
//!             w = v - k S                                        v after the update
//! ```
//!
//! Stage 1 of the textbook keeps `x~`, the estimate for `c = 0`, and adds `v c` for output: `x = x~ + v c`. Here `x` itself is
//! kept, and its innovation is `e = y - h'x = e~ - S c`, with `e~` that of `x~`. Inserting `x~ += k e~` and `c += g e`,
//!
//! ```text
//! x := x~ + k e~ + w (c + g e) = x~ + k (e + S c) + (v - k S) (c + g e) = x + k e + w g e
//! ```
//!
//! `v` depends on gains and on the charge alone, and these are nearly the same in all cells: it is kept once for the pack, and
//! moves by the mean of all cells' `-k S` once each has been updated
//! ([`UpdateScheduler`](super::update_scheduler::UpdateScheduler)).
//!
//! # Measurement noise
//!
//! White noise of variance `W` averages out over readings, lasting errors of variance `L` (offset of the channel, shape of the
//! OCV, an error of `s` where the OCV bends between the cell and the mean) do not: no number of readings may bring the variance
//! `T = h'P h + S Q S` of the predicted voltage below `L`. An update by noise `R` leaves `T R / (T + R)`, which is `L` for
//! `R = L T / (T - L)`. Hence `R = max(W, L T / (T - L))`, and no update where `T <= L`.

mod saved;

use super::linearised::LinearisedOcv;
use super::tuning::DeltaTuning;
use super::window::OcvWindow;
use crate::math;
use crate::units::{self, Ratio};

/// Least standard deviation of SoC, resistance and capacity.
const SMALLEST_SIGMA: f32 = 1e-4;

/// Cap of the SoC's standard deviation, unless the tuning's initial one is larger.
const LARGEST_SOC_SIGMA: f32 = 0.2;

/// A cell's SoC may leave 0 to 1 by this much before it is clamped, as the true cell may.
const SOC_OVERHANG: f32 = 0.05;

/// Standard deviation of the SoC before the first step, which brings the tuning.
const DEFAULT_SOC_SIGMA: f32 = 0.04;

/// Cap of the correlation of SoC and resistance, so that the covariance stays positive under rounding.
const LARGEST_CORRELATION: f32 = 0.99;

/// An innovation beyond this many variances widens the SoC's uncertainty.
const DOUBTFUL: f32 = 4.0;

/// State of one cell's difference from the mean cell of its pack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CellDelta {
    soc: f32,
    resistance: f32,
    /// Relative inverse capacity.
    capacity: f32,
    /// Negative before the first step.
    soc_variance: f32,
    cross_variance: f32,
    resistance_variance: f32,
    capacity_variance: f32,
}

/// Error of a cell's SoC and resistance per error of its relative inverse capacity: `v` of the two-stage filter.
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

/// Inputs that all cells share in one step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) window: &'a OcvWindow,
    pub(crate) mean_soc: f32,
    pub(crate) mean_ocv_v: f32,
    /// Slope of the mean cell's OCV over its uncertainty, volts per unit of SoC.
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
        let mean = LinearisedOcv::of_window(window, mean_soc, math::sqrt(mean_variance));
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

/// One propagation, the same for every cell.
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

/// Outcome of the update by one cell's voltage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum UpdateOutcome {
    /// Refused: the innovation is beyond the gate.
    Refused,
    /// Accepted; the change of the sensitivity.
    Accepted(BiasSensitivity),
}

impl CellDelta {
    /// A cell equal to the mean, with the tuning's initial uncertainty.
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

    /// A cell with earlier values of [`Self::soc`], [`Self::resistance`] and [`Self::inverse_capacity`], and the uncertainty
    /// of a new one. Values out of range are clamped, NaN counts as the lowest.
    #[must_use]
    pub const fn remembered(soc: Ratio, resistance: Ratio, inverse_capacity: Ratio) -> Self {
        Self {
            soc: math::clamp_or_low(units::to_ratio(soc), -1.0, 1.0),
            resistance: math::clamp_or_low(units::to_ratio(resistance), -0.9, 9.0),
            capacity: math::clamp_or_low(units::to_ratio(inverse_capacity), -0.5, 1.0),
            ..Self::new()
        }
    }

    /// Subtracts charge of this cell alone, as a share of its capacity: that of its bleed resistor.
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

    /// Variance of the SoC difference, with the part by the capacity's uncertainty.
    pub(super) fn total_soc_variance(&self, sensitivity: BiasSensitivity) -> f32 {
        if self.soc_variance < 0.0 {
            return DEFAULT_SOC_SIGMA * DEFAULT_SOC_SIGMA;
        }
        self.soc_variance + sensitivity.soc * sensitivity.soc * self.capacity_variance
    }

    /// Sets the tuning's initial variances before the first step.
    pub(super) fn initialise(&mut self, tuning: &DeltaTuning) {
        if self.soc_variance < 0.0 {
            self.soc_variance = tuning.soc_sigma * tuning.soc_sigma;
            self.cross_variance = 0.0;
            self.resistance_variance = tuning.resistance_sigma * tuning.resistance_sigma;
            self.capacity_variance = tuning.capacity_sigma * tuning.capacity_sigma;
        }
    }

    /// Predicted voltage of the cell less that of the mean cell, and the slope of its OCV.
    pub(super) fn expected_v(&self, view: &View<'_>) -> (f32, f32) {
        let (ocv_v, slope_v) = view.window.at(view.mean_soc + self.soc);
        (
            ocv_v - view.mean_ocv_v - self.resistance * view.drop_v,
            slope_v,
        )
    }

    /// Variance of that prediction, with the SoC's capped at that of a new cell: a cell outside the mean's gate does not come
    /// back in by becoming more uncertain.
    pub(super) fn capped_v2(&self, slope_v: f32, view: &View<'_>, tuning: &DeltaTuning) -> f32 {
        let soc = math::smaller(
            self.total_soc_variance(view.sensitivity),
            tuning.soc_sigma * tuning.soc_sigma,
        );
        soc * slope_v * slope_v + self.resistance_variance * view.drop_v * view.drop_v
    }

    /// Propagation with the counted charge.
    pub(super) fn advance(&mut self, by: &Advance, tuning: &DeltaTuning) {
        self.soc += self.capacity * by.counted_soc;
        if !self.soc.is_finite() {
            self.clamp(tuning);
        }
        self.soc = self.soc.clamp(-1.0, 1.0);
        // Both variances only grow, so that the correlation stays within its bound.
        self.soc_variance = math::smaller(
            self.soc_variance + by.soc_variance,
            math::larger(by.soc_most, self.soc_variance),
        );
        self.resistance_variance = math::smaller(
            self.resistance_variance + by.resistance_variance,
            math::larger(by.resistance_most, self.resistance_variance),
        );
    }

    /// A cell without an update while the others had one: the shared sensitivity lacks the effect of its capacity's error
    /// over `moved_soc`.
    pub(super) fn skip_update(&mut self, moved_soc: f32, tuning: &DeltaTuning) {
        let sigma = math::sqrt(self.soc_variance) + moved_soc * tuning.capacity_sigma;
        self.soc_variance = sigma * sigma;
        self.clamp(tuning);
    }

    /// Subtracts the part that all cells have in common.
    pub(super) fn recentre(&mut self, soc: f32, resistance: f32, capacity: f32) {
        self.soc -= soc;
        self.resistance = (self.resistance - resistance) / (1.0 + resistance);
        self.capacity -= capacity;
        self.clamp_values();
    }

    /// Measurement update by a voltage that is `innovation_v` above its prediction, `dt_s` after the last one. See the
    /// derivation at the top; its symbols stand beside.
    pub(super) fn correct(
        &mut self,
        view: &View<'_>,
        tuning: &DeltaTuning,
        innovation_v: f32,
        dt_s: f32,
    ) -> UpdateOutcome {
        let sigma = math::sqrt(self.total_soc_variance(view.sensitivity));
        let ocv = LinearisedOcv::of_window(view.window, view.mean_soc + self.soc, sigma);
        // h = (ocv.slope_v, by_resistance_v), P h = (soc_v, resistance_v), h'P h = own_v2
        let by_resistance_v = -view.drop_v;
        let soc_v = self.soc_variance * ocv.slope_v + self.cross_variance * by_resistance_v;
        let resistance_v =
            self.cross_variance * ocv.slope_v + self.resistance_variance * by_resistance_v;
        let own_v2 = (soc_v * ocv.slope_v + resistance_v * by_resistance_v).max(0.0);
        // v, S, T
        let old = view.sensitivity;
        let by_capacity_v = old.soc * ocv.slope_v + old.resistance * by_resistance_v;
        let predicted_v2 = own_v2 + self.capacity_variance * by_capacity_v * by_capacity_v;

        // L, W
        let lasting_drop_v = tuning.lasting_drop_error * view.drop_v;
        let bend_v = ocv.slope_v - view.mean_slope_v;
        let lasting_v2 = tuning.lasting_voltage_error_v * tuning.lasting_voltage_error_v
            + lasting_drop_v * lasting_drop_v
            + bend_v * bend_v * view.mean_variance;
        let white_v2 = tuning.voltage_noise_v * tuning.voltage_noise_v + ocv.bent_v2;
        let variance_v2 = predicted_v2 + lasting_v2 + white_v2;
        let innovation_v2 = innovation_v * innovation_v;
        if innovation_v2 > DOUBTFUL * variance_v2 {
            self.soc_variance *= 1.0 + (dt_s / tuning.doubt_time_s).min(1.0);
            self.clamp(tuning);
        }
        if innovation_v2 > tuning.gate_sigma * tuning.gate_sigma * variance_v2 {
            return UpdateOutcome::Refused;
        }
        if predicted_v2 <= lasting_v2 {
            return UpdateOutcome::Accepted(BiasSensitivity::NONE);
        }
        // R; stage 1: k, and -k S
        let noise_v2 = white_v2.max(lasting_v2 * predicted_v2 / (predicted_v2 - lasting_v2));
        let whole_v2 = own_v2 + noise_v2;
        let (soc_gain, resistance_gain) = (soc_v / whole_v2, resistance_v / whole_v2);
        let change = BiasSensitivity {
            soc: -soc_gain * by_capacity_v,
            resistance: -resistance_gain * by_capacity_v,
        };
        // Stage 2: Q S, g, g e
        let capacity_v = self.capacity_variance * by_capacity_v;
        let capacity_gain = capacity_v / (whole_v2 + capacity_v * by_capacity_v);
        let capacity_change = capacity_gain * innovation_v;
        // x += k e + (v - k S) g e
        self.soc += soc_gain * innovation_v + (old.soc + change.soc) * capacity_change;
        self.resistance +=
            resistance_gain * innovation_v + (old.resistance + change.resistance) * capacity_change;
        self.capacity += capacity_change;
        self.soc_variance -= soc_gain * soc_v;
        self.cross_variance -= soc_gain * resistance_v;
        self.resistance_variance -= resistance_gain * resistance_v;
        self.capacity_variance -= capacity_gain * capacity_v;
        self.soc = self
            .soc
            .max(-SOC_OVERHANG - view.mean_soc)
            .min(1.0 + SOC_OVERHANG - view.mean_soc);
        self.clamp(tuning);
        UpdateOutcome::Accepted(change)
    }

    /// Clamps the values to plausible ones.
    fn clamp_values(&mut self) {
        self.soc = self.soc.clamp(-1.0, 1.0);
        self.resistance = self.resistance.clamp(-0.9, 9.0);
        self.capacity = self.capacity.clamp(-0.5, 1.0);
    }

    /// Clamps the values, and keeps the covariance positive and within bounds.
    fn clamp(&mut self, tuning: &DeltaTuning) {
        let sum = self.soc + self.resistance + self.capacity + self.cross_variance;
        if !sum.is_finite() {
            // No input is known to lead here; if one does, the cell starts anew.
            *self = Self::new();
            self.initialise(tuning);
        }
        self.clamp_values();
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
