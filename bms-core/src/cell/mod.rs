//! What a cell is: tables that describe it, and the equivalent circuit that they feed.

mod circuit;
mod fields;
pub(crate) mod lookup;
mod ocv;
mod parameters;
mod validation;
mod visits;

pub use crate::schema::{Expected, Field, ParameterError};
pub(crate) use circuit::CellAtTemperature;
pub(crate) use ocv::OcvCurve;
pub use parameters::{CellParameters, MAX_BRANCHES};
