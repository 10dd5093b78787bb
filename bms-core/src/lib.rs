//! Battery management core: what a battery management system decides, tick by tick, without `std`, heap or panic.
//!
//! **Sign.** Discharge current is positive, charge current negative, everywhere.
//!
//! **Time.** There is no clock: the caller gives the time since the last call.
//!
//! **Totality.** A `step` takes any bit pattern and gives finite, bounded outputs. Errors exist only where a
//! configuration is built, and name the field, the value and the bound.
//!
//! The crate holds a cell model ([`cell`]) and a state-of-charge estimator on it ([`estimation`]). It is not
//! certified to any functional-safety standard.

#![no_std]
#![forbid(unsafe_code)]
// The link-time check in `firmware/panic-check` is the proof; these find the ways to panic while one writes.
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    clippy::string_slice
)]

#[cfg(test)]
extern crate self as bms_core;
#[cfg(test)]
extern crate std;

mod bms;
pub mod cell;
pub mod config;
pub mod control;
pub mod estimation;
mod math;
pub mod measurement;
mod plausibility;
pub mod protection;
pub mod snapshot;
pub mod units;

pub use bms::{Bms, BmsMut, BmsRef, Memory, Outputs, PackMemory, RunawayAlarm};

#[cfg(test)]
#[path = "../tests/common/mod.rs"]
mod common;
