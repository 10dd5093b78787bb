//! What a cell is: tables that describe it, and the equivalent circuit that they feed.

mod parameters;

pub use parameters::{CellParameters, Expected, MAX_BRANCHES, ParameterError};
