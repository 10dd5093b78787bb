//! Values of the limits' maps for the present state of the pack.

use super::limits::Limits;
use super::map::Range;
use crate::fast_path;

/// Steps of the grid to which ranges of SoC are widened, so that the maps are not evaluated for every coulomb.
const SOC_STEPS: f32 = 512.0;

/// Values of the limits' maps, strictest over all temperatures and states of charge of the pack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MappedLimits {
    temperature_k: Range,
    soc: Range,
    /// Smallest offset of the over-voltage limits and largest of the under-voltage limits, in volts.
    pub(crate) over_v: f32,
    pub(crate) under_v: f32,
    /// Smallest factors of the cell's current limits.
    pub(crate) discharge: f32,
    pub(crate) charge: f32,
}

impl MappedLimits {
    pub(crate) const fn new() -> Self {
        let unknown = Range {
            low: f32::NAN,
            high: f32::NAN,
        };
        Self {
            temperature_k: unknown,
            soc: unknown,
            over_v: 0.0,
            under_v: 0.0,
            discharge: 0.0,
            charge: 0.0,
        }
    }

    /// Evaluates the maps again where a range changed; that of the SoC is widened to its grid.
    pub(crate) fn update(&mut self, limits: &Limits<'_>, temperature_k: Range, soc: Range) {
        let soc = Range {
            low: below(soc.low),
            high: above(soc.high),
        };
        if fast_path::allowed() && temperature_k == self.temperature_k && soc == self.soc {
            return;
        }
        *self = Self {
            temperature_k,
            soc,
            over_v: limits.cell_over_voltage_offset_v.least(temperature_k, soc),
            under_v: limits
                .cell_under_voltage_offset_v
                .greatest(temperature_k, soc),
            discharge: limits.cell_discharge_factor.least(temperature_k, soc),
            charge: limits.cell_charge_factor.least(temperature_k, soc),
        };
    }
}

/// The step of the grid that is not above `soc`, which is 0 to 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate"
)]
fn below(soc: f32) -> f32 {
    f32::from((soc * SOC_STEPS) as u16) / SOC_STEPS
}

/// The step of the grid that is not below `soc`.
fn above(soc: f32) -> f32 {
    let step = below(soc);
    if step < soc {
        step + 1.0 / SOC_STEPS
    } else {
        step
    }
}
