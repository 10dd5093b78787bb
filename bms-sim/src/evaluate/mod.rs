//! How good an estimate is: scores of single runs, and protocols of many.

pub mod metrics;
pub mod protocol;
mod runs;
mod table;

pub use runs::{Run, Runs};
pub use table::{Check, Entry, Pooled, Spread, Table};
