//! State of charge with its standard deviation from current, voltage and temperature: of one cell, and of every cell of a
//! series pack.

mod capacity;
mod cell;
mod cell_set;
mod charge;
mod context;
mod delta;
mod display_soc;
mod ekf;
mod fields;
mod health;
mod init_grid;
mod linearised;
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
pub(crate) use cell_set::{CellSet, MAX_CELLS};
pub(crate) use charge::ChargeCounter;
pub(crate) use context::PackModel;
pub use delta::CellDelta;
pub use health::HealthEstimate;
pub(crate) use health::{Health, HealthSample};
pub use pack::{CellSoc, PackEstimate, PackEstimator, PackSample};
pub(crate) use saved::{SavedCapacity, SavedCell, SavedFilter, SavedPackEstimate, SleepTime};
pub use tuning::{CapacityTuning, DeltaTuning, EstimatorTuning};
pub(crate) use ud::{COVARIANCE, UdCovariance};
