//! The open-circuit voltage over SoC and temperature.

use super::lookup::{Place, entry, row};
use super::parameters::CellParameters;
use crate::math;
use crate::units::{self, ElectricPotential, Ratio, ThermodynamicTemperature};

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

impl CellParameters<'_> {
    /// Open-circuit voltage of the relaxed cell, halfway between the branches of hysteresis.
    ///
    /// `soc` is clamped to 0 and 1, and a NaN counts as empty; the temperature is clamped to the table's, and a NaN counts as
    /// the coldest.
    #[must_use]
    pub fn ocv(&self, soc: Ratio, temperature: ThermodynamicTemperature) -> ElectricPotential {
        let soc = math::clamp_or_low(units::to_ratio(soc), 0.0, 1.0);
        units::volts(OcvCurve::at(self, units::to_kelvin(temperature)).voltage_v(soc))
    }

    /// State of charge, 0 to 1, of a relaxed cell with this open-circuit voltage: the inverse of [`Self::ocv`].
    ///
    /// A voltage beyond the curve gives 0 or 1, a NaN gives 0. On a flat curve a small error of the voltage makes a large
    /// error of the SoC.
    #[must_use]
    pub fn soc_at_ocv(
        &self,
        voltage: ElectricPotential,
        temperature: ThermodynamicTemperature,
    ) -> Ratio {
        let curve = OcvCurve::at(self, units::to_kelvin(temperature));
        units::ratio(curve.soc_at(units::to_volts(voltage)))
    }
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
    fn soc_at(&self, voltage_v: f32) -> f32 {
        let (mut low, mut high) = (0_usize, self.soc.len().saturating_sub(1));
        while high > low + 1 {
            let middle = low.midpoint(high);
            if self.node_v(middle) <= voltage_v {
                low = middle;
            } else {
                high = middle;
            }
        }
        let (low_v, high_v) = (self.node_v(low), self.node_v(high));
        let (low_soc, high_soc) = (entry(self.soc, low), entry(self.soc, high));
        if voltage_v >= high_v {
            high_soc
        } else if voltage_v > low_v {
            low_soc + (high_soc - low_soc) * ((voltage_v - low_v) / (high_v - low_v))
        } else {
            low_soc
        }
    }

    fn node_v(&self, index: usize) -> f32 {
        self.blend(entry(self.cold, index), entry(self.warm, index))
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
