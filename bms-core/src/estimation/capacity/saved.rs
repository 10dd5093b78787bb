//! Save and restore of the capacity estimate over a power cycle.

use super::{Begin, CapacityEstimator};
use crate::estimation::saved::SavedCapacity;

impl CapacityEstimator {
    /// Without the charge counted since the last anchor.
    pub(in crate::estimation) fn kept(&self) -> SavedCapacity {
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
    pub(in crate::estimation) fn restored(kept: &SavedCapacity, missed: bool) -> Self {
        let begin = kept.begin.filter(|_| !missed);
        Self {
            scale: kept.scale,
            variance: kept.variance,
            refused: kept.refused,
            begin: begin.map(|[soc, variance, discharged, moved]| Begin {
                soc,
                variance,
                discharged,
                moved,
            }),
        }
    }
}
