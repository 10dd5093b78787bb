//! Standards for logs and cell parameters.

pub mod bdf;
pub mod bpx;
