//! The capacity through a power cycle.

use super::{Begin, CapacityEstimator};
use crate::estimation::saved::SavedCapacity;

impl CapacityEstimator {
    /// All but the charge that was counted since the last anchor.
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

    /// Continues from what was kept; a swing goes on where nothing was `missed` meanwhile.
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
