//! Battery management core: what a battery management system decides, tick by tick, without `std`, heap or panic.
//!
//! **Sign.** Discharge current is positive, charge current negative, everywhere.
//!
//! **Time.** There is no clock: the caller gives the time since the last call.
//!
//! **Totality.** A `step` takes any bit pattern and gives finite, bounded outputs. Errors exist only where a
//! configuration is built, and name the field, the value and the bound.
//!
//! [`Bms`] is the whole of it; [`config::presets`] are configurations to begin with, [`measurement`] is what a tick takes in,
//! [`Outputs`] what comes of it. The estimator of one cell ([`estimation::CellEstimator`]) can be used alone.
//!
//! It is not certified to any functional-safety standard.

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
pub mod charging;
pub mod config;
pub mod control;
pub mod estimation;
mod field;
mod math;
pub mod measurement;
mod plausibility;
pub mod protection;
pub mod schema;
pub mod snapshot;
pub mod units;

pub use bms::{Bms, BmsInPlace, BmsView, Memory, Outputs, PackMemory, RunawayAlarm};

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The example of docs/firmware.md compiles.
#[cfg(doctest)]
#[doc = include_str!("../../docs/firmware.md")]
struct Firmware;

#[cfg(test)]
#[path = "../tests/common/mod.rs"]
mod common;
