//! C interface of `bms-core`: conversions, pointer and size checks, status codes; no logic.
//!
//! `include/bms.h` is generated from this crate and states the contract. Structs and enumerations in `generated` are derived
//! from bms-core by `cargo xtask generate`.
//!
//! # Safety
//! The contract of every function: each pointer is null, misaligned, or points to as many values as its type, the length
//! beside it, or the size that a struct states first says; nobody else uses what a call changes, or changes what it reads.
//! Tables of a configuration stay in place. Violations that can be detected are answered with a status, and nothing is
//! written. In code the contract is `pointer::Call`.
//!
//! A pack lives in storage of the caller (`storage.rs`): a header, the configuration, and the memory of bms-core.

#![no_std]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::undocumented_unsafe_blocks,
    clippy::multiple_unsafe_ops_per_block,
    unsafe_op_in_unsafe_fn
)]
#![allow(
    clippy::missing_safety_doc,
    reason = "one contract for all functions: that of the crate"
)]
#![allow(non_camel_case_types, reason = "names of the C interface")]

mod charge;
mod charge_gbt;
mod charge_home;
mod charge_messages;
mod charge_needs;
mod charge_session;
mod check;
mod config;
mod convert;
mod faults;
mod generated;
mod info;
mod inputs;
mod instance;
mod outputs;
mod pointer;
mod reasons;
mod slots;
mod status;
mod storage;

pub use charge::*;
pub use charge_gbt::*;
pub use charge_home::*;
pub use charge_messages::*;
pub use charge_needs::*;
pub use charge_session::*;
pub use check::*;
pub use config::*;
pub use faults::*;
pub use generated::*;
pub use info::*;
pub use inputs::*;
pub use instance::*;
pub use outputs::*;
pub use slots::*;
pub use status::*;
pub use storage::*;

#[cfg(all(feature = "panic-handler", not(feature = "panic-check")))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}

#[cfg(feature = "panic-check")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        fn bms_panic_path_was_linked() -> !;
    }
    // SAFETY: defined nowhere, so what holds this call does not link.
    unsafe { bms_panic_path_was_linked() }
}

/// The negative control of the check that no panic is reachable.
#[cfg(feature = "may-panic")]
#[unsafe(no_mangle)]
#[expect(clippy::indexing_slicing, reason = "the negative control")]
pub extern "C" fn bms_may_panic(index: usize) -> u8 {
    [1, 2, 3, 4][index]
}
