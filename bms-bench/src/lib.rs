//! Plants, rigs and packs that the tests of the workspace share.
//!
//! | module | contents |
//! |---|---|
//! | [`cell`] | cell descriptions, and strategies for them |
//! | [`oracle`] | cell model and filter again: dense, in `f64` |
//! | [`battery`] | closed loop of a battery and its `Bms` |
//! | [`charge`] | the same with a charging session |
//! | [`dc`] | the same at a DC station |
//! | [`rig`] | open loop: a test sets each reading |
//! | [`packs`] | a small pack, and strategies for arbitrary ticks |
//! | [`readings`] | readings of sensors that have nothing to report |
//! | [`draw`] | random numbers |
//! | [`fault_table`] | text of `docs/faults.md` |
//!
//! Unit tests of `bms-core` can use only items without types of `bms-core`: this crate links a second instance of it.

#![allow(
    missing_docs,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::new_without_default,
    clippy::return_self_not_must_use,
    clippy::struct_excessive_bools,
    reason = "for tests, which a panic fails; names and types say what a field holds"
)]

pub mod battery;
pub mod cell;
pub mod charge;
pub mod dc;
pub mod draw;
pub mod fault_table;
pub mod oracle;
pub mod packs;
pub mod readings;
pub mod rig;

pub use battery::{Battery, Link, connected, set_soc};
pub use cell::{Cell, any_cell, lfp, linear, nmc, sample};
pub use charge::{Charge, ChargeRig, Charger, Supply};
pub use dc::{DcBench, OPEN, Station};
pub use draw::{Random, any_bits, any_initial, any_reading, between, bounded};
pub use packs::{SMALL, Tick, any_number, any_tick, whole_ms};
pub use rig::{CLOSED, Rig, SensorValues};
