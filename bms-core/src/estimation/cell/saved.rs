//! Save and restore of the estimator of one cell over a power cycle, and the test of a restored state by the first voltage.

use super::{CellEstimator, TEMPERATURE_RANGE_K};
use crate::cell::CellParameters;
use crate::estimation::charge::ChargeCounter;
use crate::estimation::ekf::{Ekf, Prediction};
use crate::estimation::init_grid::SocGridSearch;
use crate::estimation::saved::{SavedCell, SleepTime};
use crate::estimation::tuning::EstimatorTuning;
use crate::math;

/// Prior probability that a restored state is not this battery's: cells exchanged, used without the battery management,
/// or unusual self-discharge.
const WRONG_MEMORY: f32 = 0.01;

impl CellEstimator {
    pub(in crate::estimation) fn saved(&self) -> SavedCell {
        match (&self.filter, self.prior) {
            (Some(filter), _) => SavedCell::Filter(filter.saved()),
            (None, Some(prior)) => SavedCell::Prior(prior.raw()),
            (None, None) => SavedCell::Nothing,
        }
    }

    pub(in crate::estimation) const fn saved_temperature_k(&self) -> f32 {
        self.temperature_k
    }

    /// Continues from a saved state; the prior stays if that is nothing.
    pub(in crate::estimation) fn restore(
        &mut self,
        saved: &SavedCell,
        temperature_k: f32,
        cell: &CellParameters<'_>,
        tuning: &EstimatorTuning,
        drift_per_sqrt_h: f32,
        asleep: SleepTime,
    ) {
        let (low_k, high_k) = TEMPERATURE_RANGE_K;
        self.temperature_k = math::clamp_or_low(temperature_k, low_k, high_k);
        match saved {
            SavedCell::Nothing => {}
            SavedCell::Prior(raw) => self.prior = Some(ChargeCounter::from_raw(*raw)),
            SavedCell::Filter(saved) => {
                let context = self.context(cell, tuning);
                let mut filter = Ekf::restored(saved, &context);
                filter.rest(&context, drift_per_sqrt_h, asleep);
                self.filter = Some(filter);
                self.prior = None;
                self.woken = true;
            }
        }
    }

    /// State of charge and its standard deviation; `None` before the first voltage.
    pub(in crate::estimation) fn known(&self) -> Option<(f32, f32)> {
        let filter = self.filter.as_ref()?;
        Some((filter.soc().clamp(0.0, 1.0), filter.soc_sigma().min(1.0)))
    }
}

/// Bayes' test of a restored state by the first voltage: whether the posterior probability that the state is wrong, under
/// which every SoC is equally likely, exceeds one half.
///
/// On a flat OCV every SoC explains the voltage equally well, and the state stays.
pub(super) fn is_refuted(
    filter: &Ekf,
    prediction: &Prediction,
    voltage_v: f32,
    search: &SocGridSearch,
) -> bool {
    let variance_v2 = filter.innovation_variance_v2(prediction);
    let off_v = voltage_v - prediction.voltage_v;
    let by_memory = math::exp(-0.5 * off_v * off_v / variance_v2) / math::sqrt(variance_v2);
    let by_none = search.mean_density_per_v();
    WRONG_MEMORY * by_none > (1.0 - WRONG_MEMORY) * by_memory
}
