//! Save and restore of the capacity estimate over a power cycle.

use super::{Begin, CapacityEstimator};
use crate::estimation::saved::SavedCapacity;

impl CapacityEstimator {
    /// Without the charge counted since the last anchor.
    pub(in crate::estimation) fn saved(&self) -> SavedCapacity {
        SavedCapacity {
            scale: self.scale,
            variance: self.variance,
            refused: self.refused,
            begin: self
                .begin
                .map(|begin| [begin.soc, begin.variance, begin.discharged, begin.moved]),
            discharged: 0,
        }
    }

    /// Continues from a saved state; a swing ends if charge may have gone uncounted (`missed`).
    pub(in crate::estimation) fn restored(saved: &SavedCapacity, missed: bool) -> Self {
        let begin = saved.begin.filter(|_| !missed);
        Self {
            scale: saved.scale,
            variance: saved.variance,
            refused: saved.refused,
            begin: begin.map(|[soc, variance, discharged, moved]| Begin {
                soc,
                variance,
                discharged,
                moved,
            }),
        }
    }
}
