//! The world in which `bms-core` decides: plants, logs, identification, replay and evaluation.
//!
//! Quantities are `f64` in the unit that a name ends with. Discharge current is positive; only [`data`] knows that
//! files in the Battery Data Format have charging positive.

#![forbid(unsafe_code)]
#![allow(
    clippy::cast_precision_loss,
    reason = "counts of rows and nodes become f64 in means and shares, far below 2^53"
)]

pub mod campaign;
pub mod cell;
pub mod cell_file;
pub mod charger;
pub mod cli;
pub mod data;
pub mod error;
pub mod evaluate;
pub mod export;
pub mod fault;
pub mod identify;
pub mod load;
pub mod pack;
mod random;
pub mod range;
pub mod replay;
pub mod report;
pub mod run;
pub mod scenario;
pub mod sensor;
pub mod simulate;
pub mod sweep;
#[cfg(feature = "testkit")]
pub mod testkit;
pub mod toml_file;
mod toml_section;
pub mod world;
