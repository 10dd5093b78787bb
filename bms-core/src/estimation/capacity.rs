//! The capacity that a cell or pack has left: charge counted between two moments at which the SoC was well known.
//!
//! Both the change of SoC and the counted charge are wrong, so that this is a line through zero with errors in both
//! variables: total least squares (Plett, "Recursive approximate weighted total least squares estimation of battery
//! cell total capacity", J. Power Sources 196, 2011). It is solved recursively: each swing is first moved onto the line
//! that is believed, along the direction of its errors, and then turns the line by its share.

mod saved;

use super::tuning::CapacityTuning;
use crate::math;
use crate::units::{self, ElectricCharge, Ratio};

/// Capacity over the nominal one is held within these.
const SCALE_RANGE: (f32, f32) = (0.2, 1.5);

/// An SoC is never known better than this.
const LEAST_SOC_SIGMA: f32 = 1e-4;

/// Contradictions in a row after which what was believed is doubted.
const PATIENCE: u8 = 4;

/// What became of an anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Anchored {
    /// The SoC is not known well enough, or no number; the charge is counted on.
    TooVague,
    /// A swing begins here: there was no anchor before.
    First,
    /// Too little charge has moved since the last anchor; if this one is known better, it takes that one's place.
    TooClose,
    /// The swing contradicts what is believed, and nothing was learned from it.
    Refused,
    /// The capacity was learned from the swing.
    Learned,
}

/// The memory of the capacity estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CapacityEstimator {
    /// Capacity over the nominal one.
    scale: f32,
    /// Negative before the first anchor.
    variance: f32,
    begin: Option<Begin>,
    refused: u8,
}

/// Where a swing began.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Begin {
    soc: f32,
    variance: f32,
    /// Charge discharged since, and moved in both directions, over the nominal capacity.
    discharged: f32,
    moved: f32,
}

impl CapacityEstimator {
    /// Believes the nominal capacity.
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

    /// Takes an SoC that is believed with `soc_sigma` and does not rest on the capacity itself: a voltage after a rest,
    /// or a filter's estimate. `discharged` is the charge that was taken out, less that put in, since the last call.
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

    /// Counts charge on, over the nominal capacity.
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

    /// Learns from the swing between two anchors.
    fn learn(&mut self, tuning: &CapacityTuning, begin: &Begin, end: &Begin) -> Anchored {
        let swing = begin.soc - end.soc;
        // An anchor ends one swing and begins the next, and does the same to both: as if it were half as good.
        let swing_variance = begin.variance + end.variance;
        let gain = tuning.charge_gain_sigma * begin.moved;
        let charge_variance = gain * gain + tuning.charge_offset_sigma * tuning.charge_offset_sigma;
        let innovation = begin.discharged - self.scale * swing;
        let noise = charge_variance + 2.0 * self.scale * self.scale * swing_variance;
        let prior = swing * swing * self.variance;
        let whole = prior + noise;
        // A NaN counts as a contradiction.
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
            // Where the swing lies on the line that is believed: without this the errors of SoC pull the capacity down.
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
