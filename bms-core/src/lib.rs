//! Battery management core: state estimation, protection, contactor control, balancing and charging of a lithium-ion
//! battery, one call per tick, without `std`, heap or panic.
//!
//! # A tick
//!
//! [`Bms::step`] takes what arrived since the last tick and returns estimates, faults and commands:
//!
//! ```text
//!  Measurements, Commands, dt
//!            |
//!            v
//!         acquire    plausibility of every reading, its age, extremes over the pack
//!            |
//!            v
//!        estimate    SoC of the mean cell (Kalman filter), delta of each cell, capacity, resistance
//!            |
//!            v
//!         protect    one check per fault, debounced; fault store with records and log
//!            |
//!            v
//!         decide     mode and contactors, allowed currents with reasons, balancing
//!            |
//!            v
//!         Outputs
//! ```
//!
//! A reading that is implausible or missing is not hidden from protection: it becomes a fault of its own, and limits are
//! still checked with it. State lives in [`Bms`], or in caller-provided memory with [`BmsInPlace`]; [`BmsView`] reads it.
//! [`charging`] runs beside a tick: it reads [`Outputs`] and requests modes, and is not called by `step`.
//!
//! # Conventions
//!
//! **Sign.** Discharge current is positive, charge current negative, everywhere.
//!
//! **Time.** There is no clock: each call is given the time since the last one.
//!
//! **Totality.** A `step` takes any bit pattern and gives finite, bounded outputs. Errors exist only where a
//! configuration is checked or memory is put together, and name the field, the value and the bound.
//!
//! **Units.** Public values are quantities ([`units`]); inside, bare `f32` in SI units whose names carry the unit
//! (`dt_s`, `r0_ohm`).
//!
//! **State of a reading.** A reading is *new* (a sample arrived in this tick), *waiting* (none did; the last one ages) or
//! *stale* (older than its configured bound).
//!
//! # How to read this crate
//!
//! From the inputs to the decisions, which is from the lower floors to the upper ones; a module uses only those before it:
//!
//! | module | what | begin with |
//! |---|---|---|
//! | [`units`], `math` | quantities; elementary functions | |
//! | `fault` | catalogue of faults with their times, public in [`protection`] | [`CATALOGUE`](protection::CATALOGUE) |
//! | [`measurement`] | inputs of a tick | [`Measurements`](measurement::Measurements) |
//! | [`cell`] | model of a cell: OCV, equivalent circuit, hysteresis | [`CellParameters`](cell::CellParameters) |
//! | [`estimation`] | filter of the mean cell, deltas of the cells, capacity | [`CellEstimator`](estimation::CellEstimator), which can be used alone |
//! | [`config`] | the one validated configuration, and presets | [`BmsConfig`](config::BmsConfig) |
//! | `plausibility` | which readings are used | `channel.rs` |
//! | [`protection`] | checks, debouncing, fault store and records | `checks/` |
//! | [`control`] | modes, contactors, current limits, balancing | [`Mode`](control::Mode) |
//! | [`snapshot`] | state that survives a power cycle | [`Slots`](snapshot::Slots) |
//! | `bms` | the tick: `acquire.rs`, `estimate.rs`, `protect.rs`, `decide.rs`, `outputs.rs` | [`Bms`] |
//! | [`charging`] | current request, forecast, sessions of DC, AC and GB/T | [`Session`](charging::Session) |
//!
//! # What the model cannot do
//!
//! - It is not certified to any functional-safety standard; `SAFETY.md` lists assumptions of use and gaps.
//! - One equivalent circuit with tables over temperature and SoC stands for all cells; a cell deviates from it in SoC,
//!   resistance and capacity only. There is no electrochemical state: plating, a short within a cell and propagation of a
//!   thermal runaway are not modelled; their consequences (voltage, temperature) are checked.
//! - A cell description is valid only for the cell and the range that it was identified from. In the cold the model is
//!   weaker: on measured drives at -10 and -20 degC the worst has an SoC error of 2.3 points RMSE, and with a capacity that
//!   is 20 or 25 % wrong 5.7 % of the rows lie outside 3 sigma (`docs/accuracy.md`).
//! - No measured log of an LFP cell took part in the accuracy figures; a start in the middle of its plateau with a wrong
//!   prior was not measured.
//! - An error common to all cell voltages is detected only if the pack voltage is measured as well.
//! - A bit flip in memory is detected only if it gives an impossible value; there is no redundant computation.
//! - Hours of sleep are not monitored.
//!
//! # Size of the image
//!
//! Attributes that trade speed for flash or stack follow one policy:
//!
//! - `#[inline(never)]` on a function that is called from several places and would be inlined into each: it is in flash
//!   once.
//! - `#[inline(never)]` on a function called once that needs much stack: the stack is free again when it returns.
//! - `#[cold]` on what builds errors of a configuration: kept out of the checks, of which there are many.
//!
//! `cargo xtask size` measures the effect. An attribute for any other reason has a comment.

#![no_std]
#![forbid(unsafe_code)]
// The link-time check in `firmware/panic-check` is the proof; these lints find a path to a panic earlier.
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    clippy::string_slice
)]

#[cfg(test)]
extern crate std;

mod bms;
pub mod cell;
pub mod charging;
pub mod config;
pub mod control;
pub mod estimation;
mod fast_path;
mod fault;
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
