//! The SoC displayed to a driver: follows the counted charge, with slow corrections.

use super::charge::ChargeCounter;
use super::tuning::DeltaTuning;

/// Error at which the display SoC is corrected twice as fast.
const DOUBLING_SOC: f32 = 0.05;

/// Display SoC; it may jump until a SoC is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct DisplaySoc {
    counter: ChargeCounter,
    bound: bool,
}

impl DisplaySoc {
    /// Starts from the prior; may jump to the first estimates without one.
    pub(super) const fn new(prior: Option<f32>) -> Self {
        match prior {
            Some(soc) => Self {
                counter: ChargeCounter::new(soc),
                bound: true,
            },
            None => Self {
                counter: ChargeCounter::new(0.5),
                bound: false,
            },
        }
    }

    /// Value in units of the charge counter; `None` while it may still jump.
    pub(super) fn saved(&self) -> Option<i64> {
        self.bound.then_some(self.counter.raw())
    }

    /// The inverse of [`Self::saved`].
    pub(super) const fn restored(units: i64) -> Self {
        Self {
            counter: ChargeCounter::from_raw(units),
            bound: true,
        }
    }

    /// Forbids further jumps.
    pub(super) fn bind(&mut self) {
        self.bound = true;
    }

    /// Adds `counted_soc`, the pack's change of SoC over `dt_s` by charge alone, and a limited correction towards `soc`.
    pub(super) fn step(
        &mut self,
        soc: f32,
        counted_soc: f32,
        dt_s: f32,
        tuning: &DeltaTuning,
    ) -> f32 {
        if !self.bound {
            self.counter = ChargeCounter::new(soc);
            return soc;
        }
        self.counter.add(counted_soc);
        let error = soc - self.counter.soc();
        let most = tuning.shown_slew_per_s * dt_s * (1.0 + error.abs() / DOUBLING_SOC)
            + tuning.shown_slew_per_soc * counted_soc.abs();
        self.counter.add(error.max(-most).min(most));
        self.counter.clamp(0.0, 1.0);
        self.counter.soc()
    }
}
