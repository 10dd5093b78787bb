//! The SoC that a driver sees: it follows the counted charge, and corrections come in slowly.

use super::charge::ChargeCounter;
use super::tuning::DeltaTuning;

/// The shown SoC is corrected twice as fast where it is wrong by this much.
const DOUBLING_SOC: f32 = 0.05;

/// What is shown, and whether it may jump: only until something is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DisplaySoc {
    counter: ChargeCounter,
    bound: bool,
}

impl DisplaySoc {
    /// Shows what is believed; free to jump to the first estimate without any belief.
    pub(crate) const fn new(believed: Option<f32>) -> Self {
        match believed {
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

    /// What is shown, in units of the charge counter; none where it may still jump.
    pub(crate) fn kept(&self) -> Option<i64> {
        self.bound.then_some(self.counter.raw())
    }

    /// From what [`Self::kept`] gave.
    pub(crate) const fn restored(units: i64) -> Self {
        Self {
            counter: ChargeCounter::from_raw(units),
            bound: true,
        }
    }

    /// From now on no jump any more.
    pub(crate) fn bind(&mut self) {
        self.bound = true;
    }

    /// Follows `counted_soc`, the pack's change of SoC over `dt_s` by charge alone, and leans towards `soc`.
    pub(crate) fn step(
        &mut self,
        soc: f32,
        counted_soc: f32,
        dt_s: f32,
        pack: &DeltaTuning,
    ) -> f32 {
        if !self.bound {
            self.counter = ChargeCounter::new(soc);
            return soc;
        }
        self.counter.add(counted_soc);
        let error = soc - self.counter.soc();
        let most = pack.shown_slew_per_s * dt_s * (1.0 + error.abs() / DOUBLING_SOC)
            + pack.shown_slew_per_soc * counted_soc.abs();
        self.counter.add(error.max(-most).min(most));
        self.counter.clamp(0.0, 1.0);
        self.counter.soc()
    }
}
