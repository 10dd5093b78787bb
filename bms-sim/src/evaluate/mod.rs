//! How good an estimate is: scores of single runs, and protocols of many.

pub mod metrics;
