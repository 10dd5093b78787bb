//! The open-circuit voltage over SoC and temperature.

use super::lookup::{Place, entry, row};
use super::parameters::CellParameters;

/// How far beyond full and empty the OCV is continued as a straight line.
const OVERHANG_SOC: f32 = 0.1;

/// The OCV curve at one temperature.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OcvCurve<'a> {
    soc: &'a [f32],
    cold: &'a [f32],
    warm: &'a [f32],
    warm_share: f32,
}

impl<'a> OcvCurve<'a> {
    pub(crate) fn at(cell: &CellParameters<'a>, temperature_k: f32) -> Self {
        let place = Place::find(cell.ocv_temperature_k, temperature_k);
        let width = cell.ocv_soc.len();
        Self {
            soc: cell.ocv_soc,
            cold: row(cell.ocv_v, width, place.lower),
            warm: row(cell.ocv_v, width, place.upper),
            warm_share: place.share,
        }
    }

    /// OCV in volts; beyond 0 and 1 a straight line for [`OVERHANG_SOC`], then constant.
    pub(crate) fn voltage_v(&self, soc: f32) -> f32 {
        let place = Place::find(self.soc, soc.clamp(0.0, 1.0));
        let inside = self.blend(place.value(self.cold), place.value(self.warm));
        let beyond = if soc > 1.0 {
            (soc - 1.0).min(OVERHANG_SOC)
        } else {
            soc.clamp(-OVERHANG_SOC, 0.0)
        };
        if beyond == 0.0 {
            inside
        } else {
            inside + beyond * self.end_slope(beyond > 0.0)
        }
    }

    /// The SoC at which the OCV is `voltage_v`, 0 to 1.
    pub(crate) fn soc_at(&self, voltage_v: f32) -> f32 {
        let (mut low, mut high) = (0.0_f32, 1.0_f32);
        // 24 halvings reach the resolution of f32.
        for _ in 0..24 {
            let middle = 0.5 * (low + high);
            if self.voltage_v(middle) < voltage_v {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }

    fn blend(&self, cold: f32, warm: f32) -> f32 {
        cold + self.warm_share * (warm - cold)
    }

    fn end_slope(&self, upper_end: bool) -> f32 {
        let last = self.soc.len().saturating_sub(1);
        let (a, b) = if upper_end {
            (last.saturating_sub(1), last)
        } else {
            (0, last.min(1))
        };
        let width = entry(self.soc, b) - entry(self.soc, a);
        let rise = self.blend(
            entry(self.cold, b) - entry(self.cold, a),
            entry(self.warm, b) - entry(self.warm, a),
        );
        if width > 0.0 { rise / width } else { 0.0 }
    }
}
