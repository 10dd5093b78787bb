//! A recorded drive through `bms-core` on a 32-bit RISC-V microcontroller: links, and keeps the last outputs for a debugger.

#![no_std]
#![no_main]

use core::mem::MaybeUninit;
use core::panic::PanicInfo;

use bms_core::Outputs;
use bms_core::config::presets::NMC_96S;
use bms_core::config::{BmsConfig, ValidConfig};
use recording::{Recording, Replay, Tick};
use riscv_rt::entry;

static DRIVE: &[u8] = include_bytes!("../../../fixtures/drives/nmc-96s.bin");
static PACK: BmsConfig<'static> = NMC_96S;
static CONFIG: ValidConfig<'static> = match PACK.validated() {
    Ok(valid) => valid,
    Err(_) => panic!("the pack is not described well"),
};

static mut REPLAY: MaybeUninit<Replay<'static, 96, 24>> = MaybeUninit::uninit();
static mut TICK: MaybeUninit<Tick> = MaybeUninit::uninit();
static mut LAST: Option<Outputs> = None;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    rest()
}

fn rest() -> ! {
    loop {
        core::hint::spin_loop();
    }
}

#[entry]
fn main() -> ! {
    // SAFETY: `main` runs once, and nothing else uses these.
    let (room, tick, last) = unsafe {
        (
            &mut *&raw mut REPLAY,
            &mut *&raw mut TICK,
            &mut *&raw mut LAST,
        )
    };
    let tick = tick.write(Tick::new());
    if let (Some(mut drive), Some(replay)) = (Recording::new(DRIVE), Replay::new(CONFIG)) {
        let replay = room.write(replay);
        for _ in 0..drive.ticks {
            drive.next(tick);
            *last = Some(replay.step(tick));
        }
    }
    rest()
}
