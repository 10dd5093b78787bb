//! What one step of a filter is given.

use super::tuning::DeltaTuning;
use super::tuning::EstimatorTuning;
use crate::cell::{CellAtTemperature, CellParameters};
use crate::units;

/// The cell at the temperature of the step, with the tuning of its filter.
#[derive(Clone, Copy, Debug)]
pub(super) struct CellContext<'s, 'a> {
    pub(super) cell: &'s CellParameters<'a>,
    pub(super) tuning: &'s EstimatorTuning,
    pub(super) at: CellAtTemperature<'a>,
}

impl<'s, 'a> CellContext<'s, 'a> {
    pub(super) fn new(
        cell: &'s CellParameters<'a>,
        tuning: &'s EstimatorTuning,
        temperature_k: f32,
    ) -> Self {
        Self {
            cell,
            tuning,
            at: CellAtTemperature::new(cell, temperature_k),
        }
    }

    pub(super) fn capacity_ah(&self) -> f32 {
        units::to_amp_hours(self.cell.capacity)
    }

    pub(super) fn capacity_as(&self) -> f32 {
        units::to_coulombs(self.cell.capacity)
    }
}

/// Configuration of the estimator of a pack: the same in every step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PackModel<'s, 'a> {
    pub(crate) cell: &'s CellParameters<'a>,
    pub(crate) tuning: &'s EstimatorTuning,
    pub(crate) deltas: &'s DeltaTuning,
}
