//! C interface of `bms-core`: conversions, pointer and size checks, status codes; no logic.
//!
//! What a C program sees is `include/bms.h`, which is generated from this crate and is the place where the contract is
//! written. Every function here is safe to call with any pointer that is null, or that points to memory of the size that
//! its type says; what else a caller could get wrong is answered with a status, and nothing is written.
//!
//! The room for a pack is the caller's (`storage.rs`): a header that says whose room it is, the configuration as the core
//! wants it, and the core's memory. Tables stay where the caller has them.

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
    non_camel_case_types,
    reason = "the types of the C interface have the names that C gives them"
)]

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
pub mod fields;
mod generated;
mod info;
mod inputs;
mod instance;
mod outputs;
mod pointer;
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

/// The negative control of the check that no way to panic is left.
#[cfg(feature = "may-panic")]
#[unsafe(no_mangle)]
#[expect(clippy::indexing_slicing, reason = "the negative control")]
pub extern "C" fn bms_may_panic(index: usize) -> u8 {
    [1, 2, 3, 4][index]
}
