//! Everything public in `bms-core`, called with data that the compiler does not know, in an image whose panic
//! handler does not exist: if one way to panic is left after optimisation, the linker says
//! `undefined symbol: bms_panic_path_was_linked`. There is no global allocator either, so `alloc` cannot be linked.
//!
//! What is shown holds for the profile and the compiler that built the image. Formatting (`Debug`, `Display`) is left
//! out: it is the standard library's, and a control loop does not call it.

#![no_std]
#![no_main]

mod charging;
mod estimation;
mod pack;
mod snapshot;
mod unknown;

use core::panic::PanicInfo;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        fn bms_panic_path_was_linked() -> !;
    }
    // SAFETY: defined nowhere, so an image that holds this call does not link.
    unsafe { bms_panic_path_was_linked() }
}

/// The entry of the image; it is linked, never run.
#[unsafe(no_mangle)]
pub extern "C" fn _start() -> ! {
    estimation::exercise();
    pack::exercise();
    snapshot::exercise();
    #[cfg(feature = "may-panic")]
    unknown::index();
    loop {
        core::hint::spin_loop();
    }
}
