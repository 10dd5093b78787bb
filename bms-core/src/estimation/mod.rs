//! From current, voltage and temperature to the state of charge with an honest bound: of one cell, and of every cell of a
//! series pack.

mod capacity;
mod cell;
mod cell_set;
mod charge;
mod difference;
mod ekf;
mod fields;
mod first;
mod health;
mod kept;
mod pack;
mod round;
mod scan;
mod shown;
mod tuning;
mod ud;
mod visits;
mod window;

pub use capacity::{Anchored, CapacityEstimator};
pub use cell::{CellEstimate, CellEstimator, CellSample, InitialSoc};
pub(crate) use cell_set::CellSet;
pub(crate) use charge::ChargeCounter;
pub use difference::CellDifference;
pub(crate) use ekf::KeptFilter;
pub use health::HealthEstimate;
pub(crate) use health::{Health, HealthSample};
pub(crate) use kept::{Asleep, COVARIANCE, KeptCapacity, KeptCell, KeptPack};
pub use pack::{CellSoc, MAX_SERIES_CELLS, PackEstimate, PackEstimator, PackSample};
pub(crate) use pack::{CellVoltages, Given};
pub use tuning::{CapacityTuning, EstimatorTuning, PackTuning};
pub(crate) use ud::UdCovariance;
