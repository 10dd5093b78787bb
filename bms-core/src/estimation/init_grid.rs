//! Bayes' rule on a grid of the SoC for the first voltage, in one step or in slices over several.
//!
//! A flat or bent OCV curve has no slope that a Kalman filter could start from.

use super::context::CellContext;
use super::ekf::Ekf;
use super::linearised::LinearisedOcv;
use crate::cell::CellAtTemperature;
use crate::math;

/// Points of the grid, evenly over 0 to 1.
const POINTS: u16 = 101;

/// Index of the last point.
const LAST: f32 = 100.0;

/// Points per slice.
const SLICE: u16 = 26;

/// Error of a single voltage reading, in volts, one standard deviation.
///
/// The tuning's noise is larger: it covers model errors that last over many samples.
const VOLTAGE_ERROR_V: f32 = 0.005;

/// A weight below e to the minus this relative to the likeliest point changes no sum.
const NEGLIGIBLE: f32 = 30.0;

/// Progress of the search. The sums are of weights relative to the likeliest point so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct SocGridSearch {
    /// SoC assumed before the voltage.
    prior: Option<f32>,
    voltage_v: Option<f32>,
    current_a: f32,
    /// The charge transfer's part of the current, see [`CellAtTemperature::transfer_a`].
    transfer_a: f32,
    next: u16,
    /// Negative logarithm of the largest likelihood, but for a constant.
    least: f32,
    weight: f32,
    /// First and second moment of the SoC.
    first: f32,
    second: f32,
    density_per_v: f32,
}

impl SocGridSearch {
    /// Before its first point; `prior` is the SoC assumed before the voltage.
    pub(super) fn new(
        prior: Option<f32>,
        voltage_v: Option<f32>,
        current_a: f32,
        at: &CellAtTemperature<'_>,
    ) -> Self {
        Self {
            prior,
            voltage_v,
            current_a,
            transfer_a: at.transfer_a(current_a),
            next: 0,
            least: f32::MAX,
            weight: 0.0,
            first: 0.0,
            second: 0.0,
            density_per_v: 0.0,
        }
    }

    /// Adds all points that are left.
    pub(super) fn complete(mut self, context: &CellContext<'_, '_>) -> Self {
        if self.voltage_v.is_none() && self.prior.is_none() {
            return self.uninformed();
        }
        while !self.add_slice(context) {}
        self
    }

    /// Mean and variance of the grid itself, for neither prior nor voltage.
    fn uninformed(self) -> Self {
        Self {
            weight: 1.0,
            first: 0.5,
            second: 0.25 + (1.0 + 2.0 / LAST) / 12.0,
            ..self
        }
    }

    /// Adds the next slice; returns whether the grid is complete.
    pub(super) fn add_slice(&mut self, context: &CellContext<'_, '_>) -> bool {
        let end = self.next.saturating_add(SLICE).min(POINTS);
        for point in self.next..end {
            self.add(context, f32::from(point) / LAST);
        }
        self.next = end;
        end == POINTS
    }

    fn add(&mut self, context: &CellContext<'_, '_>, soc: f32) {
        let prior = self
            .prior
            .map_or(0.0, |mean| (soc - mean) / context.tuning.initial_soc_sigma);
        let (mut cost, mut variance_v2) = (0.5 * prior * prior, 1.0);
        if let Some(voltage_v) = self.voltage_v {
            let (expected_v, expected_v2) = self.expected(context, soc);
            let off_v = voltage_v - expected_v;
            cost += 0.5 * off_v * off_v / expected_v2;
            variance_v2 = expected_v2;
        }
        if cost - self.least > NEGLIGIBLE {
            return;
        }
        let mut share = math::exp(-(cost - self.least).abs());
        if cost < self.least {
            self.weight *= share;
            self.first *= share;
            self.second *= share;
            self.density_per_v *= share;
            self.least = cost;
            share = 1.0;
        }
        self.weight += share;
        self.first += share * soc;
        self.second += share * soc * soc;
        self.density_per_v += share / math::sqrt(variance_v2);
    }

    /// The first voltage expected at `soc`, and its variance for a cell of unknown history.
    fn expected(&self, context: &CellContext<'_, '_>, soc: f32) -> (f32, f32) {
        let CellContext { at, tuning, .. } = context;
        let capacity_ah = context.capacity_ah();
        let elements = at.elements(soc, self.current_a);
        let drop_v =
            elements.r0_ohm * self.current_a + elements.charge_transfer_ohm * self.transfer_a;
        let history_a = tuning.initial_branch_c_rate * capacity_ah + 0.3 * self.current_a.abs();
        let ocv = LinearisedOcv::of_table(&at.ocv, soc);
        let parts = [
            VOLTAGE_ERROR_V,
            tuning.voltage_error_factor * at.voltage_error_v,
            tuning.ocv_soc_error * ocv.slope_v,
            tuning.initial_hysteresis_sigma * elements.hysteresis_v,
            2.0 * tuning.resistance_scale_sigma * drop_v,
            elements.branch_ohm.iter().sum::<f32>() * history_a,
        ];
        (
            ocv.middle_v - drop_v,
            parts.iter().map(|part| part * part).sum(),
        )
    }

    /// Mean over the grid of the voltage's likelihood, in 1/V but for a constant factor.
    pub(super) fn mean_density_per_v(&self) -> f32 {
        math::exp(-self.least) * self.density_per_v / (LAST + 1.0)
    }

    /// The filter that a complete search starts.
    pub(super) fn filter(&self, context: &CellContext<'_, '_>) -> Ekf {
        let mean = self.first / self.weight;
        // The grid's own spacing is part of the uncertainty.
        let variance = (self.second / self.weight - mean * mean).max(0.0) + 1.0 / (LAST * LAST);
        let mut filter = Ekf::new(context, mean, math::sqrt(variance));
        if let Some(voltage_v) = self.voltage_v {
            let (_, variance_v2) = self.expected(context, mean);
            filter.tie_to_first_voltage(
                context,
                self.current_a,
                voltage_v,
                (variance_v2, VOLTAGE_ERROR_V * VOLTAGE_ERROR_V),
            );
        }
        filter
    }
}
