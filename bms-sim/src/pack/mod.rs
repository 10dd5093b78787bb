//! Batteries of many cells: how a current is shared, where heat goes, and the high-voltage side.
//!
//! Discharge current is positive.

pub mod hv;
