//! Versions of the library.

use core::ffi::c_char;

use crate::status::{BMS_STATUS_ABI_VERSION, BMS_STATUS_OK, bms_status};

/// Version of this interface. It changes if programs that were compiled with an older header are incompatible; structs that
/// grow at their end do not change it.
pub const BMS_ABI_VERSION: u32 = 2;

/// The interface version of the library that is linked.
#[unsafe(no_mangle)]
pub extern "C" fn bms_abi_version() -> u32 {
    BMS_ABI_VERSION
}

/// Whether a program that was compiled with a header of this `BMS_ABI_VERSION` can use the library.
///
/// Returns `BMS_STATUS_OK` or `BMS_STATUS_ABI_VERSION`.
#[unsafe(no_mangle)]
pub extern "C" fn bms_abi_check(abi_version: u32) -> bms_status {
    if abi_version == BMS_ABI_VERSION {
        BMS_STATUS_OK
    } else {
        BMS_STATUS_ABI_VERSION
    }
}

/// The library's version, such as "0.1.0"; never null, never freed.
#[unsafe(no_mangle)]
pub extern "C" fn bms_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
