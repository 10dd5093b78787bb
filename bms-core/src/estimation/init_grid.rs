//! The first voltage held against every state of charge, all at once or some in each step.
//!
//! A flat or bent OCV curve has no useful slope to start from: Bayes' rule on a grid takes it for what it is.

use super::ekf::{Ekf, OcvOverSigma};
use super::tuning::EstimatorTuning;
use crate::cell::CellAtTemperature;
use crate::math;

/// Points of the grid over the whole range of SoC.
const POINTS: u16 = 101;

/// Distance from the first point to the last, in points.
const LAST: f32 = 100.0;

/// Points of one slice, which is about as much work as the other parts of a step.
const SLICE: u16 = 13;

/// Error of a single voltage reading, in volts.
///
/// The noise that the tuning gives stands for model errors that last over many samples, and is larger.
const VOLTAGE_ERROR_V: f32 = 0.005;

/// A share of less than e to the minus this changes no sum.
const NEGLIGIBLE: f32 = 30.0;

/// What the cell and its history say of a first voltage.
#[derive(Clone, Copy, Debug)]
pub(super) struct SocGrid<'s, 'a> {
    pub(super) at: &'s CellAtTemperature<'a>,
    pub(super) tuning: &'s EstimatorTuning,
    pub(super) capacity_ah: f32,
}

/// How far the search has come. What is summed are shares relative to the likeliest point so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct SocGridSearch {
    believed: Option<f32>,
    voltage_v: Option<f32>,
    current_a: f32,
    /// The charge transfer's part of the current, see [`CellAtTemperature::transfer_a`].
    transfer_a: f32,
    next: u16,
    /// Least cost, half the squared deviation in standard deviations.
    least: f32,
    weight: f32,
    first: f32,
    second: f32,
    density_per_v: f32,
}

impl SocGridSearch {
    /// Before its first point; `believed` is the SoC that was believed before the voltage.
    pub(super) fn new(
        believed: Option<f32>,
        voltage_v: Option<f32>,
        current_a: f32,
        at: &CellAtTemperature<'_>,
    ) -> Self {
        Self {
            believed,
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

    /// The whole of it.
    pub(super) fn to_its_end(mut self, of: &SocGrid<'_, '_>) -> Self {
        if self.voltage_v.is_none() && self.believed.is_none() {
            return self.of_nothing();
        }
        while !self.slice(of) {}
        self
    }

    /// What comes of it where nothing is known: mean and variance of the grid.
    fn of_nothing(self) -> Self {
        Self {
            weight: 1.0,
            first: 0.5,
            second: 0.25 + (1.0 + 2.0 / LAST) / 12.0,
            ..self
        }
    }

    /// Some more points; whether that was the end of it.
    pub(super) fn slice(&mut self, of: &SocGrid<'_, '_>) -> bool {
        let end = self.next.saturating_add(SLICE).min(POINTS);
        for point in self.next..end {
            self.add(of, f32::from(point) / LAST);
        }
        self.next = end;
        end == POINTS
    }

    fn add(&mut self, of: &SocGrid<'_, '_>, soc: f32) {
        let prior = self
            .believed
            .map_or(0.0, |mean| (soc - mean) / of.tuning.initial_soc_sigma);
        let (mut cost, mut variance_v2) = (0.5 * prior * prior, 1.0);
        if let Some(voltage_v) = self.voltage_v {
            let (expected_v, expected_v2) = self.expected(of, soc);
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
    fn expected(&self, of: &SocGrid<'_, '_>, soc: f32) -> (f32, f32) {
        let SocGrid {
            at,
            tuning,
            capacity_ah,
        } = *of;
        let elements = at.elements(soc, self.current_a);
        let drop_v =
            elements.r0_ohm * self.current_a + elements.charge_transfer_ohm * self.transfer_a;
        let history_a = tuning.initial_branch_c_rate * capacity_ah + 0.3 * self.current_a.abs();
        let ocv = OcvOverSigma::of_table(&at.ocv, soc);
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

    /// Mean over the grid of how likely the voltage is, in 1/V but for a constant factor.
    pub(super) fn mean_density_per_v(&self) -> f32 {
        math::exp(-self.least) * self.density_per_v / (LAST + 1.0)
    }

    /// The filter that follows from the voltage, once the search has come to its end.
    pub(super) fn filter(&self, of: &SocGrid<'_, '_>) -> Ekf {
        let mean = self.first / self.weight;
        // The grid's own width is part of what is not known.
        let variance = (self.second / self.weight - mean * mean).max(0.0) + 1.0 / (LAST * LAST);
        let mut filter = Ekf::new(of.at, of.tuning, of.capacity_ah, mean, math::sqrt(variance));
        if let Some(voltage_v) = self.voltage_v {
            let (_, variance_v2) = self.expected(of, mean);
            filter.tie_to_first_voltage(
                of.at,
                of.tuning,
                self.current_a,
                voltage_v,
                (variance_v2, VOLTAGE_ERROR_V * VOLTAGE_ERROR_V),
            );
        }
        filter
    }
}
