//! Capacity of a cell or pack: charge counted between two moments at which the SoC was well known.
//!
//! Both the change of SoC and the counted charge have errors, so that this is a line through zero with errors in both
//! variables: total least squares (Plett, "Recursive approximate weighted total least squares estimation of battery
//! cell total capacity", J. Power Sources 196, 2011). It is solved recursively: each swing is first projected onto the present
//! line, along the direction of its errors, and then turns the line by its weight.

mod saved;

use super::tuning::CapacityTuning;
use crate::math;
use crate::units::{self, ElectricCharge, Ratio};

/// Range of the capacity over the nominal one.
const SCALE_RANGE: (f32, f32) = (0.2, 1.5);

/// Least standard deviation of an SoC.
const LEAST_SOC_SIGMA: f32 = 1e-4;

/// Refused swings in a row after which the uncertainty returns to the initial one.
const PATIENCE: u8 = 4;

/// Outcome of an anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Anchored {
    /// The SoC is too uncertain or not finite; counting continues.
    TooVague,
    /// The first anchor: a swing begins.
    First,
    /// Too small a swing since the last anchor, which this one replaces if it is more certain.
    TooClose,
    /// The swing deviates from the estimate by more than the gate, and was not used.
    Refused,
    /// The swing updated the capacity.
    Learned,
}

/// State of the capacity estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CapacityEstimator {
    /// Capacity over the nominal one.
    scale: f32,
    /// Negative before the first anchor.
    variance: f32,
    begin: Option<Begin>,
    refused: u8,
}

/// The anchor at which a swing began.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Begin {
    soc: f32,
    variance: f32,
    /// Since then, over the nominal capacity: charge discharged, and charge moved in either direction.
    discharged: f32,
    moved: f32,
}

impl CapacityEstimator {
    /// An estimate of the nominal capacity.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            scale: 1.0,
            variance: -1.0,
            begin: None,
            refused: 0,
        }
    }

    /// Capacity over the nominal one, within 0.2 to 1.5: the state of health by capacity.
    #[must_use]
    pub const fn scale(&self) -> Ratio {
        units::ratio(self.scale)
    }

    /// One standard deviation of [`Self::scale`], within 0 to 1; that of the default tuning before the first anchor.
    #[must_use]
    pub fn sigma(&self) -> Ratio {
        let sigma = if self.variance < 0.0 {
            0.1
        } else {
            math::sqrt(self.variance)
        };
        units::ratio(sigma.min(1.0))
    }

    /// Adds an SoC with standard deviation `soc_sigma` that does not depend on the capacity itself: from a voltage after a
    /// rest, or a filter's estimate. `discharged` is the net charge taken out since the last call.
    ///
    /// Total: any bit pattern leaves a finite, bounded capacity. A charge that is not a number ends the swing.
    #[inline(never)]
    pub fn anchor(
        &mut self,
        tuning: &CapacityTuning,
        nominal: ElectricCharge,
        soc: Ratio,
        soc_sigma: Ratio,
        discharged: ElectricCharge,
    ) -> Anchored {
        if self.variance < 0.0 {
            self.variance = tuning.initial_sigma * tuning.initial_sigma;
        }
        self.count(tuning, discharged, nominal);
        let (soc, sigma) = (units::to_ratio(soc), units::to_ratio(soc_sigma));
        let usable =
            (0.0..=1.0).contains(&soc) && sigma >= 0.0 && sigma <= tuning.largest_soc_sigma;
        if !usable {
            return Anchored::TooVague;
        }
        let sigma = sigma.max(LEAST_SOC_SIGMA);
        let here = Begin {
            soc,
            variance: sigma * sigma,
            discharged: 0.0,
            moved: 0.0,
        };
        let Some(begin) = self.begin else {
            self.begin = Some(here);
            return Anchored::First;
        };
        if (begin.soc - soc).abs() < tuning.least_swing {
            if here.variance < begin.variance {
                self.begin = Some(here);
            }
            return Anchored::TooClose;
        }
        self.begin = Some(here);
        self.learn(tuning, &begin, &here)
    }

    /// Counts charge, over the nominal capacity.
    fn count(
        &mut self,
        tuning: &CapacityTuning,
        discharged: ElectricCharge,
        nominal: ElectricCharge,
    ) {
        let part = units::to_coulombs(discharged) / units::to_coulombs(nominal);
        if !part.is_finite() {
            self.begin = None;
            return;
        }
        let part = part.clamp(-1e3, 1e3);
        let drift = tuning.drift_per_sqrt_cycle;
        let most = tuning.initial_sigma * tuning.initial_sigma;
        let grown = self.variance + drift * drift * 0.5 * part.abs();
        self.variance = grown.min(most.max(self.variance));
        if let Some(begin) = &mut self.begin {
            begin.discharged = (begin.discharged + part).clamp(-1e3, 1e3);
            begin.moved = (begin.moved + part.abs()).min(1e3);
        }
    }

    /// Updates the capacity by the swing between two anchors.
    fn learn(&mut self, tuning: &CapacityTuning, begin: &Begin, end: &Begin) -> Anchored {
        let swing = begin.soc - end.soc;
        // An anchor ends one swing and begins the next, and its error enters both: its variance counts twice.
        let swing_variance = begin.variance + end.variance;
        let gain = tuning.charge_gain_sigma * begin.moved;
        let charge_variance = gain * gain + tuning.charge_offset_sigma * tuning.charge_offset_sigma;
        let innovation = begin.discharged - self.scale * swing;
        let noise = charge_variance + 2.0 * self.scale * self.scale * swing_variance;
        let prior = swing * swing * self.variance;
        let whole = prior + noise;
        // A NaN counts as a deviation.
        let agrees = innovation * innovation <= tuning.gate_sigma * tuning.gate_sigma * whole;
        if !agrees {
            self.refused = self.refused.saturating_add(1);
            if self.refused >= PATIENCE {
                self.refused = 0;
                self.variance = self
                    .variance
                    .max(tuning.initial_sigma * tuning.initial_sigma);
            }
            return Anchored::Refused;
        }
        self.refused = 0;
        let lasting = tuning.lasting_error * tuning.lasting_error;
        if self.variance > lasting {
            // Projection of the swing onto the present line: without it the errors of SoC bias the capacity low.
            let on_line = swing + self.scale * swing_variance * innovation / whole;
            let least = lasting * self.variance / (self.variance - lasting) * on_line * on_line;
            let noise = noise.max(least);
            let share = self.variance * on_line / (on_line * on_line * self.variance + noise);
            self.scale = math::clamp_or_low(
                self.scale + share * innovation,
                SCALE_RANGE.0,
                SCALE_RANGE.1,
            );
            self.variance = math::clamp_or_low(self.variance * (1.0 - share * on_line), 1e-8, 1.0);
        }
        Anchored::Learned
    }
}

impl Default for CapacityEstimator {
    fn default() -> Self {
        Self::new()
    }
}
