//! A recorded drive through `bms-core` on a Cortex-M4F, printed over semihosting; then the same again, counted.
//!
//! The output equals that of `firmware/c-drive` there and on the host, except for lines that begin with `#`: instructions per
//! step (QEMU with `-icount shift=7` runs each in 128 ns, and the system timer counts 40 ns) and depth of the stack.

#![no_std]
#![no_main]

mod cost;

use bms_core::config::{BmsConfig, ValidConfig};
use core::fmt::Write as _;
use core::mem::MaybeUninit;
use core::panic::PanicInfo;
use cortex_m_rt::entry;
use cortex_m_semihosting::hio::{self, HostStream};
use cortex_m_semihosting::{debug, hprintln};
use recording::{Recording, Replay, Tick};

#[cfg(not(feature = "cells-13"))]
mod pack {
    pub(crate) use bms_core::config::presets::NMC_96S as PACK;
    pub(crate) const CELLS: usize = 96;
    pub(crate) const SENSORS: usize = 24;
    pub(crate) static DRIVE: &[u8] = include_bytes!("../../../fixtures/drives/nmc-96s.bin");
}

#[cfg(feature = "cells-13")]
mod pack {
    pub(crate) use bms_core::config::presets::NMC_13S as PACK;
    pub(crate) const CELLS: usize = 13;
    pub(crate) const SENSORS: usize = 4;
    pub(crate) static DRIVE: &[u8] = include_bytes!("../../../fixtures/drives/nmc-13s.bin");
}

use pack::{CELLS, DRIVE, SENSORS};

static PACK: BmsConfig<'static> = pack::PACK;

static CONFIG: ValidConfig<'static> = match PACK.validated() {
    Ok(valid) => valid,
    Err(_) => panic!("the configuration of the pack is not valid"),
};

type Room = MaybeUninit<Replay<'static, CELLS, SENSORS>>;

static mut REPLAY: Room = MaybeUninit::uninit();
static mut TICK: MaybeUninit<Tick> = MaybeUninit::uninit();

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    hprintln!("{}", info);
    exit(false)
}

fn exit(well: bool) -> ! {
    debug::exit(if well {
        debug::EXIT_SUCCESS
    } else {
        debug::EXIT_FAILURE
    });
    loop {
        cortex_m::asm::nop();
    }
}

#[entry]
fn main() -> ! {
    // SAFETY: `main` runs once, and nothing else uses these.
    let (room, tick) = unsafe { (&mut *&raw mut REPLAY, &mut *&raw mut TICK) };
    let tick = tick.write(Tick::new());
    let Ok(mut out) = hio::hstdout() else {
        exit(false)
    };
    let told = tell(room, tick, &mut out);
    let counted = cost::count(room, tick, &mut out);
    exit(told && counted)
}

/// A new battery management in the static memory.
fn begin(room: &mut Room) -> Option<&mut Replay<'static, CELLS, SENSORS>> {
    Some(room.write(Replay::new(CONFIG)?))
}

/// Runs the drive and prints a line per second.
fn tell(room: &mut Room, tick: &mut Tick, out: &mut HostStream) -> bool {
    let (Some(mut drive), Some(replay)) = (Recording::new(DRIVE), begin(room)) else {
        return false;
    };
    for _ in 0..drive.ticks {
        drive.next(tick);
        let outputs = replay.step(tick);
        replay.add(&outputs);
        if replay.print(out, &outputs).is_err() {
            return false;
        }
    }
    replay.print_end(out).is_ok() && out.write_str("").is_ok()
}
