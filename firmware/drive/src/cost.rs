//! Cost of a step: instructions and stack.

use core::fmt::Write as _;
use core::hint::black_box;
use core::ptr;

use bms_core::control::Mode;
use cortex_m::Peripherals;
use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_semihosting::hio::HostStream;
use recording::{Recording, Tick};

use crate::{DRIVE, Room, begin};

/// Nanoseconds per count of the system timer (25 MHz), and per instruction with `-icount shift=7`.
const TIMER_NS: u64 = 40;
const INSTRUCTION_NS: u64 = 128;

const PAINT: u32 = 0xA5C3_5AC3;

unsafe extern "C" {
    /// End of the statics, from the linker script.
    static mut __sheap: u32;
}

/// Largest number of modes of the battery management.
const MODES: usize = 9;

/// Cost of the steps of one kind.
#[derive(Clone, Copy)]
struct Cost {
    steps: u32,
    least: u64,
    most: u64,
    /// Number of the most expensive step, from 1.
    worst: u32,
    sum: u64,
}

impl Cost {
    const NOTHING: Self = Self {
        steps: 0,
        least: u64::MAX,
        most: 0,
        worst: 0,
        sum: 0,
    };

    fn add(&mut self, step: u32, instructions: u64) {
        self.steps += 1;
        self.least = self.least.min(instructions);
        if instructions > self.most {
            (self.most, self.worst) = (instructions, step);
        }
        self.sum += instructions;
    }

    fn mean(&self) -> u64 {
        self.sum / u64::from(self.steps.max(1))
    }
}

/// Runs the drive again and counts.
pub(crate) fn count(room: &mut Room, tick: &mut Tick, out: &mut HostStream) -> bool {
    let Some(peripherals) = Peripherals::take() else {
        return false;
    };
    let mut timer = peripherals.SYST;
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(0x00FF_FFFF);
    timer.clear_current();
    timer.enable_counter();
    let (Some(mut drive), Some(replay)) = (Recording::new(DRIVE), begin(room)) else {
        return false;
    };
    let mut all = Cost::NOTHING;
    let mut modes = [(None, Cost::NOTHING); MODES];
    let surface = paint();
    for step in 1..=drive.ticks {
        drive.next(tick);
        let before = SYST::get_current();
        let outputs = black_box(replay.step(black_box(tick)));
        let after = SYST::get_current();
        let instructions =
            u64::from(before.wrapping_sub(after) & 0x00FF_FFFF) * TIMER_NS / INSTRUCTION_NS;
        all.add(step, instructions);
        if let Some((mode, cost)) = modes.get_mut(outputs.mode as usize) {
            *mode = Some(outputs.mode);
            cost.add(step, instructions);
        }
    }
    let stack = surface.saturating_sub(lowest_used());
    writeln!(
        out,
        "# instructions per step: min {} mean {} max {}",
        all.least,
        all.mean(),
        all.most
    )
    .is_ok()
        && by_mode(out, &modes)
        && writeln!(out, "# stack of a step: {stack} bytes").is_ok()
        && memory::<1, 1>(out)
        && memory::<13, 4>(out)
        && memory::<96, 24>(out)
        && memory::<200, 50>(out)
}

/// Cost of the steps in each mode of the drive.
fn by_mode(out: &mut HostStream, modes: &[(Option<Mode>, Cost); MODES]) -> bool {
    modes.iter().all(|(mode, cost)| match mode {
        None => true,
        Some(mode) => writeln!(
            out,
            "# instructions in {mode:?}: steps {} min {} mean {} max {} at step {}",
            cost.steps,
            cost.least,
            cost.mean(),
            cost.most,
            cost.worst,
        )
        .is_ok(),
    })
}

/// Memory of a pack of this size, in Rust and in C.
fn memory<const CELLS: usize, const SENSORS: usize>(out: &mut HostStream) -> bool {
    writeln!(
        out,
        "# memory of {CELLS} cells and {SENSORS} sensors: Rust {} C {} bytes",
        size_of::<bms_core::Bms<'static, CELLS, SENSORS>>(),
        bms::bms_storage_size(CELLS, SENSORS),
    )
    .is_ok()
}

/// Fills the memory below the stack with a pattern; returns its end.
#[inline(never)]
fn paint() -> usize {
    let end = cortex_m::register::msp::read() as usize - 64;
    let mut place = (&raw mut __sheap).addr();
    while place + 4 <= end {
        // SAFETY: between the statics and the stack, which grows downwards and whose pointer is above.
        unsafe { ptr::with_exposed_provenance_mut::<u32>(place).write_volatile(PAINT) };
        place += 4;
    }
    end
}

/// The lowest address that was overwritten.
fn lowest_used() -> usize {
    let mut place = (&raw mut __sheap).addr();
    // SAFETY: as in `paint`; the stack above ends the search.
    while unsafe { ptr::with_exposed_provenance::<u32>(place).read_volatile() } == PAINT {
        place += 4;
    }
    place
}
