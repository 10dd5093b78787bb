//! From current, voltage and temperature to the state of charge with an honest bound: of one cell, and of every cell of a
//! series pack.

mod capacity;
mod cell;
mod cell_set;
mod charge;
mod delta;
mod display_soc;
mod ekf;
mod fields;
mod health;
mod init_grid;
mod pack;
mod saved;
mod scan;
mod tuning;
mod ud;
mod update_scheduler;
mod visits;
mod window;

pub use capacity::{Anchored, CapacityEstimator};
pub use cell::{CellEstimate, CellEstimator, CellSample, InitialSoc};
pub(crate) use cell_set::CellSet;
pub(crate) use charge::ChargeCounter;
pub use delta::CellDelta;
pub(crate) use ekf::SavedFilter;
pub use health::HealthEstimate;
pub(crate) use health::{Health, HealthSample};
pub use pack::{CellSoc, MAX_SERIES_CELLS, PackEstimate, PackEstimator, PackSample};
pub(crate) use pack::{CellVoltages, Given};
pub(crate) use saved::{COVARIANCE, SavedCapacity, SavedCell, SavedPackEstimate, SleepTime};
pub use tuning::{CapacityTuning, DeltaTuning, EstimatorTuning};
pub(crate) use ud::UdCovariance;
