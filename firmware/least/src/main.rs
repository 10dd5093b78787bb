//! The minimum that a controller needs of `bms-core`: a pack whose configuration is validated at compile time, and its step.
//! It is linked for its size and never run; the inputs are opaque to the compiler.

#![no_std]
#![no_main]

use bms_core::config::presets::NMC_96S;
use bms_core::config::{BmsConfig, ValidConfig};
use bms_core::estimation::InitialSoc;
use bms_core::measurement::{Commands, Measurements};
use bms_core::units::seconds;
use bms_core::{Bms, Outputs};
use core::hint::black_box;
use core::mem::MaybeUninit;
use core::panic::PanicInfo;

static PACK: BmsConfig<'static> = NMC_96S;

static VALID: ValidConfig<'static> = match PACK.validated() {
    Ok(valid) => valid,
    Err(_) => panic!("the configuration of the pack is not valid"),
};

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        fn bms_panic_path_was_linked() -> !;
    }
    // SAFETY: defined nowhere, so an image that holds this call does not link.
    unsafe { bms_panic_path_was_linked() }
}

static mut ROOM: MaybeUninit<Bms<'static, 96, 24>> = MaybeUninit::uninit();

/// The entry of the image.
#[unsafe(no_mangle)]
pub extern "C" fn _start() -> ! {
    // SAFETY: entered once, and nothing else uses it.
    let room = unsafe { &mut *&raw mut ROOM };
    if let Ok(bms) = Bms::new(VALID, InitialSoc::FromVoltage) {
        let bms = room.write(bms);
        loop {
            let (measurements, commands) = unknown();
            let outputs: Outputs = bms.step(measurements, commands, seconds(0.01));
            black_box(&outputs);
        }
    }
    loop {
        core::hint::spin_loop();
    }
}

/// What the hardware would give: kept out of the image.
fn unknown() -> (&'static Measurements<'static>, &'static Commands) {
    let (measurements, commands) = (black_box(0x2000_0000), black_box(0x2000_1000));
    let measurements = core::ptr::with_exposed_provenance::<Measurements<'_>>(measurements);
    let commands = core::ptr::with_exposed_provenance::<Commands>(commands);
    // SAFETY: never run.
    unsafe { (&*measurements, &*commands) }
}
