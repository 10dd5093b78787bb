//! From a cell's laboratory logs to a cell file.
//!
//! With the time constants, the knee current and the activation energy fixed, the voltage of the model is linear in
//! every entry of every table, so that all tables at all temperatures come from one least-squares problem with
//! non-negative unknowns. The few values in which the model is not linear are found by a search around it.

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
