//! A recorded drive of a pack, replayed through `bms-core`: on the host and on a microcontroller. `firmware/c-drive` does the
//! same through the C interface, and each has to print the same.
//!
//! The format is told in `fixtures/drives/README.md`.

#![no_std]

mod bytes;
mod replay;
mod tick;

pub use bytes::Recording;
pub use replay::Replay;
pub use tick::Tick;
