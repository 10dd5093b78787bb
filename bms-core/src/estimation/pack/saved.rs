//! The estimator of a pack through a power cycle.

use super::PackEstimator;
use crate::cell::CellParameters;
use crate::estimation::delta::{BiasSensitivity, CellDelta};
use crate::estimation::display_soc::DisplaySoc;
use crate::estimation::saved::{SavedPackEstimate, SleepTime};
use crate::estimation::tuning::DeltaTuning;
use crate::estimation::tuning::EstimatorTuning;

/// Noise of the voltage averages over no more than this; a longer time without one says nothing more, in seconds.
const LONGEST_UNCORRECTED_S: f32 = 60.0;

impl PackEstimator {
    pub(crate) fn kept(&self) -> SavedPackEstimate {
        SavedPackEstimate {
            mean: self.mean.kept(),
            temperature_k: self.mean.kept_temperature_k(),
            sensitivity: [self.sensitivity.soc, self.sensitivity.resistance],
            shown: self.shown.kept(),
        }
    }

    /// Continues from what was kept, after a sleep; `deltas` are those of the pack's cells, already restored.
    ///
    /// The first voltages are taken in as any others: against what is remembered, each by its own variance.
    pub(crate) fn restore(
        &mut self,
        kept: &SavedPackEstimate,
        deltas: &mut [CellDelta],
        cell: &CellParameters<'_>,
        tuning: &EstimatorTuning,
        pack: &DeltaTuning,
        asleep: SleepTime,
    ) {
        self.mean.restore(
            &kept.mean,
            kept.temperature_k,
            cell,
            tuning,
            pack.soc_drift_per_sqrt_h,
            asleep,
        );
        if let Some((soc, sigma)) = self.mean.known() {
            self.soc = soc;
            self.soc_variance = sigma * sigma;
        }
        let [soc, resistance] = kept.sensitivity;
        self.sensitivity = BiasSensitivity { soc, resistance };
        if let Some(units) = kept.shown {
            self.shown = DisplaySoc::restored(units);
        }
        self.uncorrected_s = asleep.s.min(LONGEST_UNCORRECTED_S);
        for delta in deltas.iter_mut() {
            delta.rest(asleep, pack);
        }
        self.find_extremes(deltas);
    }
}
