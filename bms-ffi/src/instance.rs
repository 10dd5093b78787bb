//! A pack: initialise, step, ask, keep.

use core::ffi::c_void;
use core::slice;

use bms_core::estimation::InitialSoc;
use bms_core::measurement::Contactor;
use bms_core::snapshot::snapshot_size;
use bms_core::units::{self, to_ratio, to_volts};

use crate::check::read_config;
use crate::config::bms_config;
use crate::inputs::{NOTHING_ARRIVED, NOTHING_ASKED, bms_commands, bms_inputs};
use crate::outputs::{self, bms_outputs};
use crate::pointer::{self, OfNumber, Out, Sized32, check, take_in};
use crate::status::{
    BMS_STATUS_BUFFER_SIZE, BMS_STATUS_CONFIG, BMS_STATUS_INDEX, Checked, bms_status, of_snapshot,
    status,
};
use crate::storage::{Room, bms_pack, lay_out};

/// Initial state of charge for `bms_init`: nothing is known, the first voltage decides.
pub const BMS_SOC_UNKNOWN: f32 = -1.0;

/// Makes a pack in storage of the caller.
///
/// The storage has `BMS_STORAGE_SIZE` or `bms_storage_size` bytes at least and is aligned to `BMS_STORAGE_ALIGNMENT`; it
/// is the library's until `bms_release`, and must not be moved. What was in it does not matter. The configuration is
/// copied, its tables have to stay where they are. `initial_soc` is what is believed of the state of charge, 0 to 1, from a
/// counter or a driver; `BMS_SOC_UNKNOWN`, anything negative and what is not a number stand for nothing. A snapshot that is
/// restored next overrules it. `pack` is given the address of the storage, which is the pack from then on.
///
/// # Safety
/// Each pointer is null or points to as many bytes as said, which nobody else uses meanwhile; the tables stay.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_init(
    storage: *mut c_void,
    storage_size: usize,
    config: *const bms_config,
    initial_soc: f32,
    pack: *mut *mut bms_pack,
) -> bms_status {
    status((|| {
        check(pack.cast_const())?;
        // SAFETY: as the caller says.
        let config = unsafe { read_config(config) }?;
        config.validate().map_err(|_| BMS_STATUS_CONFIG)?;
        let initial = if initial_soc >= 0.0 {
            InitialSoc::Prior(units::ratio(initial_soc))
        } else {
            InitialSoc::FromVoltage
        };
        // SAFETY: as the caller says.
        let made = unsafe { lay_out(storage, storage_size, &config, initial) }?;
        // SAFETY: checked above, and the caller says that it can be written.
        unsafe { pack.write(made) };
        Ok(())
    })())
}

/// Takes in what arrived in the last `dt_s` seconds, and says what follows. To be called in the rhythm of the configuration
/// (`sampling.tick_ms`), also when nothing arrived: that is how a missing reading is found.
///
/// Any numbers may come as readings; what is impossible becomes a fault, not a status. `outputs.struct_size` is set before
/// the call.
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first; lists in `inputs` are null or as long as
/// stated. Nobody else uses the pack meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_step(
    pack: *mut bms_pack,
    inputs: *const bms_inputs,
    commands: *const bms_commands,
    dt_s: f32,
    outputs: *mut bms_outputs,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let room = unsafe { Room::of(pack) }?;
        // SAFETY: as the caller says.
        let out = unsafe { Out::new(outputs) }?;
        // SAFETY: as the caller says.
        let inputs = unsafe { take_in(inputs, NOTHING_ARRIVED) }?;
        // SAFETY: as the caller says.
        let commands = unsafe { take_in(commands, NOTHING_ASKED) }?.to_core()?;
        // SAFETY: as the caller says.
        let mut bench = unsafe { room.bench() }?;
        // SAFETY: as the caller says.
        unsafe { inputs.fill(&mut bench) }?;
        let measurements =
            inputs.measurements(bench.voltages, bench.temperatures, bench.front_ends)?;
        let came = bench
            .bms
            .step(&measurements, &commands, units::seconds(dt_s));
        let value = outputs::of_core(out.size(), &came, bench.bms.view());
        *bench.last = Some(came);
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
        Ok(())
    })())
}

/// What is known of one cell.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_cell {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// Present voltage, believed or not; not a number before the first sample.
    pub voltage_v: f32,
    /// State of charge, 0 to 1.
    pub soc: f32,
    /// One standard deviation of it.
    pub soc_sigma: f32,
    /// Difference of its resistance from the mean cell's, as a share of that.
    pub resistance_difference_ratio: f32,
    /// One standard deviation of it.
    pub resistance_difference_sigma: f32,
    /// Difference of its inverse capacity from the mean cell's, as a share of that.
    pub inverse_capacity_difference_ratio: f32,
    /// One standard deviation of it.
    pub inverse_capacity_difference_sigma: f32,
    /// Whether its bleed resistor is commanded on: 0 or 1.
    pub is_bleeding: u8,
}

// SAFETY: `repr(C)` and begins with its size; it is given out only, never taken in.
unsafe impl Sized32 for bms_cell {
    const FIRST: usize = size_of::<Self>();
}

/// What is known of one cell, counted from 0 at the negative end. `cell.struct_size` is set before the call.
///
/// # Safety
/// Each pointer is null or points to as many bytes as its type has. Nobody changes the pack meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_cell_at(
    pack: *const bms_pack,
    index: usize,
    cell: *mut bms_cell,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let room = unsafe { Room::of(pack) }?;
        // SAFETY: as the caller says.
        let out = unsafe { Out::new(cell) }?;
        // SAFETY: as the caller says.
        let bms = unsafe { room.view() }?;
        let (voltage, soc) = bms.cell(index).ok_or(BMS_STATUS_INDEX)?;
        let difference = bms.delta(index).ok_or(BMS_STATUS_INDEX)?;
        let value = bms_cell {
            struct_size: out.size(),
            voltage_v: to_volts(voltage),
            soc: to_ratio(soc.soc),
            soc_sigma: to_ratio(soc.sigma),
            resistance_difference_ratio: to_ratio(difference.resistance()),
            resistance_difference_sigma: to_ratio(difference.resistance_sigma()),
            inverse_capacity_difference_ratio: to_ratio(difference.inverse_capacity()),
            inverse_capacity_difference_sigma: to_ratio(difference.inverse_capacity_sigma()),
            is_bleeding: u8::from(bms.is_bleeding(index)),
        };
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
        Ok(())
    })())
}

/// Which bleed resistors are commanded on: for each cell 1 or 0. `count` is the number of cells of the pack, or less.
///
/// # Safety
/// `is_bleeding` is null or points to `count` writable bytes. Nobody changes the pack meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_bleeding(
    pack: *const bms_pack,
    is_bleeding: *mut u8,
    count: usize,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let room = unsafe { Room::of(pack) }?;
        check(is_bleeding.cast_const())?;
        // SAFETY: as the caller says.
        let bms = unsafe { room.view() }?;
        if count > bms.config().get().layout.cells {
            return Err(BMS_STATUS_INDEX);
        }
        for index in 0..count {
            let value = u8::from(bms.is_bleeding(index));
            // SAFETY: as the caller says.
            unsafe { is_bleeding.wrapping_add(index).write(value) };
        }
        Ok(())
    })())
}

/// How often a contactor was commanded open after it was closed, and how often more current flowed then than it is made to
/// break. `contactor` is one of `bms_contactor`. Each of the pointers may be null.
///
/// # Safety
/// Each pointer is null or points to what its type says. Nobody changes the pack meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_contactor_wear(
    pack: *const bms_pack,
    contactor: u8,
    operations: *mut u32,
    hard_operations: *mut u16,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let room = unsafe { Room::of(pack) }?;
        let contactor = Contactor::of_number(contactor)?;
        // SAFETY: as the caller says.
        let bms = unsafe { room.view() }?;
        let (often, hard) = bms.contactor_wear(contactor);
        if !operations.is_null() {
            check(operations.cast_const())?;
        }
        if !hard_operations.is_null() {
            check(hard_operations.cast_const())?;
            // SAFETY: not null, aligned, and the caller says that it can be written.
            unsafe { hard_operations.write(hard) };
        }
        if !operations.is_null() {
            // SAFETY: as before.
            unsafe { operations.write(often) };
        }
        Ok(())
    })())
}

/// Bytes of a snapshot of a pack with this many cells; 0 where there can be no such pack. The same as
/// `BMS_SNAPSHOT_SIZE`, which the compiler knows, where header and library are of the same version.
#[unsafe(no_mangle)]
pub extern "C" fn bms_snapshot_size(cells: usize) -> usize {
    if (1..=bms_core::config::MAX_CELLS).contains(&cells) {
        snapshot_size(cells)
    } else {
        0
    }
}

/// Bytes of a snapshot that do not depend on the number of cells.
pub const BMS_SNAPSHOT_FIXED: usize = 3020;

/// Bytes of a snapshot for each cell.
pub const BMS_SNAPSHOT_CELL: usize = 28;

const _: () = {
    assert!(snapshot_size(0) == BMS_SNAPSHOT_FIXED);
    assert!(snapshot_size(1) == BMS_SNAPSHOT_FIXED + BMS_SNAPSHOT_CELL);
};

/// Writes what has to survive a power cycle: state of charge and its doubts, capacity, faults and their records, wear.
///
/// `sequence` is the number of the snapshot; `bms_slots_look` tells it, and where to write. `written` is given the number of
/// bytes and may be null. Nothing else but the buffer is touched.
///
/// # Safety
/// Each pointer is null or points to what is said. Nobody changes the pack meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_snapshot(
    pack: *const bms_pack,
    sequence: u32,
    buffer: *mut u8,
    buffer_size: usize,
    written: *mut usize,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let room = unsafe { Room::of(pack) }?;
        check(buffer.cast_const())?;
        if !written.is_null() {
            check(written.cast_const())?;
        }
        // SAFETY: as the caller says.
        let bms = unsafe { room.view() }?;
        let size = snapshot_size(bms.config().get().layout.cells);
        if buffer_size < size {
            return Err(BMS_STATUS_BUFFER_SIZE);
        }
        // The bytes may never have been written: a slice of them has to be.
        // SAFETY: as the caller says, there are as many.
        unsafe { buffer.write_bytes(0, size) };
        // SAFETY: as before.
        let area = unsafe { slice::from_raw_parts_mut(buffer, size) };
        let length = bms
            .snapshot(sequence, area)
            .map_err(|error| of_snapshot(&error))?;
        if !written.is_null() {
            // SAFETY: checked above, and the caller says that it can be written.
            unsafe { written.write(length) };
        }
        Ok(())
    })())
}

/// Takes a snapshot back, between `bms_init` and the first step. What is behind the snapshot in `bytes` does not matter.
///
/// `asleep_s` is the time since the snapshot was taken, in which the battery was not used; negative or not a number where
/// that is unknown or the battery may have been used.
///
/// Where it cannot be used, the status says why, the pack begins as a new one, and with its first step it reports the fault
/// "snapshot corrupt" or "snapshot version".
///
/// # Safety
/// `bytes` is null or points to `size` bytes. Nobody else uses the pack meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_restore(
    pack: *mut bms_pack,
    bytes: *const u8,
    size: usize,
    asleep_s: f32,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let room = unsafe { Room::of(pack) }?;
        check(bytes)?;
        // SAFETY: as the caller says.
        let bytes = unsafe { pointer::bytes(bytes, size) }?;
        // SAFETY: as the caller says.
        let mut bench = unsafe { room.bench() }?;
        let asleep = (asleep_s >= 0.0).then(|| units::seconds(asleep_s));
        let restored: Checked<()> = bench
            .bms
            .restore(bytes, asleep)
            .map_err(|error| of_snapshot(&error));
        restored
    })())
}
