//! From current, voltage and temperature to the state of charge with an honest bound: of one cell, and of every cell of a
//! series pack.

mod capacity;
mod cell;
mod cell_set;
mod charge;
mod delta;
mod delta_tuning;
mod display_soc;
mod ekf;
mod health;
mod init_grid;
mod pack;
mod saved;
mod scan;
mod tuning;
mod tuning_validation;
mod ud;
mod update_scheduler;
mod window;

pub use capacity::{Anchored, CapacityEstimator, CapacityTuning};
pub use cell::{CellEstimate, CellEstimator, CellSample, InitialSoc};
pub(crate) use cell_set::CellSet;
pub(crate) use charge::ChargeCounter;
pub use delta::CellDelta;
pub use delta_tuning::DeltaTuning;
pub(crate) use ekf::SavedFilter;
pub use health::HealthEstimate;
pub(crate) use health::{Health, HealthSample};
pub use pack::{CellSoc, MAX_SERIES_CELLS, PackEstimate, PackEstimator, PackSample};
pub(crate) use pack::{CellVoltages, Given};
pub(crate) use saved::{COVARIANCE, SavedCapacity, SavedCell, SavedPackEstimate, SleepTime};
pub use tuning::EstimatorTuning;
pub(crate) use ud::UdCovariance;
