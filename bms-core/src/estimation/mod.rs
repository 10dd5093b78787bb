//! From current, voltage and temperature to the state of charge with an honest bound.

mod cell;

pub use cell::{CellEstimate, CellEstimator, CellSample, EstimatorTuning, InitialSoc};
