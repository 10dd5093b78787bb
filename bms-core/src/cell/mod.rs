//! What a cell is: tables that describe it, and the equivalent circuit that they feed.

mod circuit;
pub(crate) mod lookup;
mod ocv;
mod parameters;
mod validation;

pub use crate::field::Field;
pub(crate) use circuit::CellAtTemperature;
pub(crate) use ocv::OcvCurve;
pub use parameters::{CellParameters, MAX_BRANCHES};
pub(crate) use validation::all_within;
pub use validation::{Expected, ParameterError};
