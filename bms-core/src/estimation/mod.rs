//! From current, voltage and temperature to the state of charge with an honest bound.

mod cell;
mod charge;
mod ekf;
mod tuning;
mod tuning_validation;
mod ud;

pub use cell::{CellEstimate, CellEstimator, CellSample, InitialSoc};
pub use tuning::EstimatorTuning;
