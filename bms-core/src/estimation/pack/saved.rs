//! Save and restore of the estimator of a pack over a power cycle.

use super::PackEstimator;
use crate::estimation::context::PackModel;
use crate::estimation::delta::{BiasSensitivity, CellDelta};
use crate::estimation::display_soc::DisplaySoc;
use crate::estimation::saved::{SavedPackEstimate, SleepTime};

impl PackEstimator {
    pub(crate) fn saved(&self) -> SavedPackEstimate {
        let sensitivity = self.deltas.sensitivity;
        SavedPackEstimate {
            mean: self.mean.estimator().saved(),
            temperature_k: self.mean.estimator().saved_temperature_k(),
            sensitivity: [sensitivity.soc, sensitivity.resistance],
            shown: self.display.saved(),
        }
    }

    /// Continues from a saved state after a sleep; `deltas` are those of the pack's cells, already restored.
    ///
    /// The first voltages update the restored state as any others do, each by its variance.
    pub(crate) fn restore(
        &mut self,
        saved: &SavedPackEstimate,
        deltas: &mut [CellDelta],
        model: &PackModel<'_, '_>,
        asleep: SleepTime,
    ) {
        self.mean.restore(asleep.s, |mean| {
            mean.restore(
                &saved.mean,
                saved.temperature_k,
                model.cell,
                model.tuning,
                model.deltas.soc_drift_per_sqrt_h,
                asleep,
            );
        });
        let [soc, resistance] = saved.sensitivity;
        self.deltas.sensitivity = BiasSensitivity { soc, resistance };
        if let Some(units) = saved.shown {
            self.display = DisplaySoc::restored(units);
        }
        for delta in deltas.iter_mut() {
            delta.rest(asleep, model.deltas);
        }
        self.search = None;
        self.deltas.find_extremes(deltas);
    }
}
