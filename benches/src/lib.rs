//! What the benchmarks measure: a drive, the estimator's equivalent circuit written once more for dense filters, and
//! the filters of others on it.

pub mod cases;
pub mod model;
pub mod peers;
