//! Identification of a cell from its laboratory logs.
//!
//! With the time constants, the knee current and the activation energy fixed, the model's voltage is linear in every
//! entry of every table, so all tables at all temperatures are the solution of one least-squares problem with
//! non-negative unknowns. The few nonlinear parameters are found by an outer search.

mod capacity;
mod error;
mod features;
mod fit;
mod manifest;
mod normal;
mod record;
mod report;
mod write;

pub use error::IdentifyError;
pub use fit::{Fit, LogFit, identify};
pub use manifest::{LogEntry, Manifest, Role};
pub use report::summary;
pub use write::cell_file_text;
