//! The C and C++ tests of `bms-ffi` under `cargo test`.

// The functions that the programs call.
use bms as _;
