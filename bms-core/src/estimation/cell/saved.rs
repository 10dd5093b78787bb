//! The estimator of one cell through a power cycle, and what the first voltage says of its memory.

use super::{CellEstimator, TEMPERATURE_RANGE_K};
use crate::cell::{CellAtTemperature, CellParameters};
use crate::estimation::charge::ChargeCounter;
use crate::estimation::ekf::{Ekf, Prediction};
use crate::estimation::init_grid::SocGridSearch;
use crate::estimation::saved::{SavedCell, SleepTime};
use crate::estimation::tuning::EstimatorTuning;
use crate::math;
use crate::units;

/// How likely it is, before the first voltage is seen, that a memory is not of this battery's state: cells exchanged,
/// used without the battery management, or self-discharge out of the ordinary.
const WRONG_MEMORY: f32 = 0.01;

impl CellEstimator {
    pub(in crate::estimation) fn kept(&self) -> SavedCell {
        match (&self.filter, self.believed) {
            (Some(filter), _) => SavedCell::Filter(filter.kept()),
            (None, Some(believed)) => SavedCell::Believed(believed.raw()),
            (None, None) => SavedCell::Nothing,
        }
    }

    pub(in crate::estimation) const fn kept_temperature_k(&self) -> f32 {
        self.temperature_k
    }

    /// Continues from what was kept; where that is nothing, what is believed stays.
    pub(in crate::estimation) fn restore(
        &mut self,
        kept: &SavedCell,
        temperature_k: f32,
        cell: &CellParameters<'_>,
        tuning: &EstimatorTuning,
        drift_per_sqrt_h: f32,
        asleep: SleepTime,
    ) {
        let (low_k, high_k) = TEMPERATURE_RANGE_K;
        self.temperature_k = math::clamp_or_low(temperature_k, low_k, high_k);
        match kept {
            SavedCell::Nothing => {}
            SavedCell::Believed(raw) => self.believed = Some(ChargeCounter::from_raw(*raw)),
            SavedCell::Filter(kept) => {
                let at = CellAtTemperature::new(cell, self.temperature_k);
                let capacity_ah = units::to_amp_hours(cell.capacity);
                let mut filter = Ekf::restored(kept, tuning, capacity_ah);
                filter.rest(cell, &at, tuning, drift_per_sqrt_h, asleep);
                self.filter = Some(filter);
                self.believed = None;
                self.woken = true;
            }
        }
    }

    /// State of charge and its sigma, where a filter knows them.
    pub(in crate::estimation) fn known(&self) -> Option<(f32, f32)> {
        let filter = self.filter.as_ref()?;
        Some((filter.soc().clamp(0.0, 1.0), filter.soc_sigma().min(1.0)))
    }
}

/// Whether a first voltage says that the memory is wrong: it is less likely by the memory than with every SoC possible,
/// the latter times how rare wrong memories are.
///
/// On a flat OCV every SoC explains the voltage as well, and the memory stays.
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
