//! Thermal load of the fuse.

use crate::cell::lookup::Place;
use crate::config::FuseCurve;
use crate::math;
use crate::units::to_seconds;

/// Thermal load of the fuse as a share of its melting integral.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FuseLoad {
    share: f32,
}

impl FuseLoad {
    pub(crate) const fn new() -> Self {
        Self { share: 0.0 }
    }

    /// Used share, 0 to 2.
    pub(crate) const fn kept(self) -> f32 {
        self.share
    }

    /// From what [`Self::kept`] gave; a sleep of unknown length is none.
    pub(crate) fn restored(share: f32, fuse: &FuseCurve<'_>, asleep: Option<f32>) -> Self {
        let cooling_s = to_seconds(fuse.cooling).max(1e-3);
        Self {
            share: share * math::exp(-asleep.unwrap_or(0.0) / cooling_s),
        }
    }

    /// One tick with this current. Shares of unequal currents add up, as Miner's rule has it; at and below the rated
    /// current the fuse cools.
    pub(crate) fn tick(&mut self, fuse: &FuseCurve<'_>, current_a: f32, dt_s: f32) -> f32 {
        let current_a = current_a.abs();
        let rated_a = fuse.current_a.first().copied().unwrap_or(f32::INFINITY);
        let dt_s = dt_s.clamp(0.0, 60.0);
        if current_a > rated_a {
            let melts_a2s = Place::find(fuse.current_a, current_a).value(fuse.i2t_a2s);
            let added = current_a * current_a * dt_s / melts_a2s.max(1e-3);
            self.share = (self.share + added).min(2.0);
        } else if self.share > 0.0 {
            self.share *= math::exp(-dt_s / to_seconds(fuse.cooling).max(1e-3));
        }
        self.share
    }
}
