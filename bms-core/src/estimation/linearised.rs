//! The OCV linearised over the uncertainty of the SoC.

use super::window::OcvWindow;
use crate::cell::OcvCurve;

/// Distance of the outer points of the three-point Gauss-Hermite rule, in standard deviations.
const SQRT_3: f32 = 1.732_050_8;

/// Least uncertainty of the SoC that is linearised over.
const LEAST_SIGMA: f32 = 1e-3;

/// Error of a table of the OCV along its SoC axis, one standard deviation.
const TABLE_SIGMA: f32 = 0.01;

/// The straight line that fits the OCV best over a normal distribution of the SoC (statistical linearisation by the
/// three-point Gauss-Hermite rule), so that a flat or bent curve is not taken for its tangent.
#[derive(Clone, Copy, Debug)]
pub(super) struct LinearisedOcv {
    /// OCV at the SoC itself.
    pub(super) middle_v: f32,
    /// Mean of the OCV.
    pub(super) mean_v: f32,
    /// Slope of the line, volts per unit of SoC.
    pub(super) slope_v: f32,
    /// Variance of the OCV that the line does not explain.
    pub(super) bent_v2: f32,
}

impl LinearisedOcv {
    pub(super) fn of_curve(curve: &OcvCurve<'_>, soc: f32, sigma: f32) -> Self {
        Self::new(soc, sigma, |soc| curve.voltage_v(soc))
    }

    /// Over the error of the curve's own table.
    pub(super) fn of_table(curve: &OcvCurve<'_>, soc: f32) -> Self {
        Self::of_curve(curve, soc, TABLE_SIGMA)
    }

    pub(super) fn of_window(window: &OcvWindow, soc: f32, sigma: f32) -> Self {
        Self::new(soc, sigma, |soc| window.at(soc).0)
    }

    fn new(soc: f32, sigma: f32, ocv_v: impl Fn(f32) -> f32) -> Self {
        let step = SQRT_3 * sigma.max(LEAST_SIGMA);
        let (below_v, middle_v, above_v) = (ocv_v(soc - step), ocv_v(soc), ocv_v(soc + step));
        let bend_v = below_v - 2.0 * middle_v + above_v;
        Self {
            middle_v,
            mean_v: (below_v + 4.0 * middle_v + above_v) / 6.0,
            slope_v: (above_v - below_v) / (2.0 * step),
            // Variance of the three weighted points less the part of the line.
            bent_v2: bend_v * bend_v / 18.0,
        }
    }
}
