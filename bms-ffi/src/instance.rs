//! A pack: initialisation, steps, cells, snapshots.

use core::ffi::c_void;

use bms_core::estimation::InitialSoc;
use bms_core::measurement::Contactor;
use bms_core::snapshot::snapshot_size;
use bms_core::units::{self, to_ratio, to_volts};

use crate::check::read_config;
use crate::generated::{bms_commands, bms_config, bms_inputs, bms_outputs};
use crate::pointer::{OfNumber, Sized32, check, entry};
use crate::status::{
    BMS_STATUS_BUFFER_SIZE, BMS_STATUS_CONFIG, BMS_STATUS_INDEX, bms_status, of_snapshot,
};
use crate::storage::bms_pack;

/// Initial state of charge for `bms_init`: nothing is known, the first voltage decides.
pub const BMS_SOC_UNKNOWN: f32 = -1.0;

/// Makes a pack in storage of the caller.
///
/// The storage has at least `BMS_STORAGE_SIZE` or `bms_storage_size` bytes and is aligned to `BMS_STORAGE_ALIGNMENT`. It must
/// not be moved or changed until `bms_release`; its previous contents are ignored. The configuration is copied; its tables
/// have to stay in place. `initial_soc` is a prior state of charge, 0 to 1, from a counter or a driver; `BMS_SOC_UNKNOWN`,
/// negative numbers and what is not a number mean that there is none. A snapshot that is restored next overrides it. `pack`
/// receives the address of the storage.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_init(
    storage: *mut c_void,
    storage_size: usize,
    config: *const bms_config,
    initial_soc: f32,
    pack: *mut *mut bms_pack,
) -> bms_status {
    entry!(|call| {
        let pack = call.place(pack)?;
        let config = read_config(call, config)?;
        config.validate().map_err(|_| BMS_STATUS_CONFIG)?;
        let initial = if initial_soc >= 0.0 {
            InitialSoc::Prior(units::ratio(initial_soc))
        } else {
            InitialSoc::FromVoltage
        };
        pack.write(call.lay_out(storage, storage_size, &config, initial)?);
        Ok(())
    })
}

/// Processes the inputs of the last `dt_s` seconds. To be called at the period of the configuration (`sampling.tick_ms`), also
/// when nothing arrived: this is how missing readings are detected.
///
/// Readings may have any value; an impossible one becomes a fault, not a status. `outputs.struct_size` is set before the
/// call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_step(
    pack: *mut bms_pack,
    inputs: *const bms_inputs,
    commands: *const bms_commands,
    dt_s: f32,
    outputs: *mut bms_outputs,
) -> bms_status {
    entry!(|call| {
        let mut bench = call.bench(pack)?;
        let out = call.out(outputs)?;
        let inputs = call.read(inputs)?;
        let commands = call.read(commands)?.to_core()?;
        inputs.copy_lists(call, &mut bench)?;
        let measurements = inputs.to_core(bench.voltages, bench.temperatures, bench.front_ends)?;
        let made = bench
            .bms
            .step(&measurements, &commands, units::seconds(dt_s));
        out.give(&bms_outputs::of_step(&made, bench.bms.view()));
        *bench.last = Some(made);
        Ok(())
    })
}

/// The state of one cell.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_cell {
    /// Size of this struct, set before the call.
    pub struct_size: u32,
    /// Present voltage, plausible or not; not a number before the first sample.
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

// SAFETY: `repr(C)`, begins with its size, and never read.
unsafe impl Sized32 for bms_cell {
    const FIRST: usize = size_of::<Self>();
}

/// The state of one cell, counted from 0 at the negative end. `cell.struct_size` is set before the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_cell_at(
    pack: *const bms_pack,
    index: usize,
    cell: *mut bms_cell,
) -> bms_status {
    entry!(|call| {
        let bms = call.view(pack)?;
        let out = call.out(cell)?;
        let (voltage, soc) = bms.cell(index).ok_or(BMS_STATUS_INDEX)?;
        let delta = bms.delta(index).ok_or(BMS_STATUS_INDEX)?;
        out.give(&bms_cell {
            struct_size: 0,
            voltage_v: to_volts(voltage),
            soc: to_ratio(soc.soc),
            soc_sigma: to_ratio(soc.sigma),
            resistance_difference_ratio: to_ratio(delta.resistance()),
            resistance_difference_sigma: to_ratio(delta.resistance_sigma()),
            inverse_capacity_difference_ratio: to_ratio(delta.inverse_capacity()),
            inverse_capacity_difference_sigma: to_ratio(delta.inverse_capacity_sigma()),
            is_bleeding: u8::from(bms.is_bleeding(index)),
        });
        Ok(())
    })
}

/// Which bleed resistors are commanded on: for each cell 1 or 0. `count` is the number of cells of the pack, or less.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_bleeding(
    pack: *const bms_pack,
    is_bleeding: *mut u8,
    count: usize,
) -> bms_status {
    entry!(|call| {
        let bms = call.view(pack)?;
        call.place(is_bleeding)?;
        if count > bms.config().get().layout.cells {
            return Err(BMS_STATUS_INDEX);
        }
        for (index, flag) in call.buffer(is_bleeding, count)?.iter_mut().enumerate() {
            *flag = u8::from(bms.is_bleeding(index));
        }
        Ok(())
    })
}

/// Number of times that a contactor was opened by command, and number of those above its rated breaking current. `contactor`
/// is one of `bms_contactor`. Each of the pointers may be null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_contactor_wear(
    pack: *const bms_pack,
    contactor: u8,
    operations: *mut u32,
    hard_operations: *mut u16,
) -> bms_status {
    entry!(|call| {
        let bms = call.view(pack)?;
        let contactor = Contactor::of_number(contactor)?;
        let operations = call.place_or_null(operations)?;
        let hard_operations = call.place_or_null(hard_operations)?;
        let (often, hard) = bms.contactor_wear(contactor);
        if let Some(operations) = operations {
            operations.write(often);
        }
        if let Some(hard_operations) = hard_operations {
            hard_operations.write(hard);
        }
        Ok(())
    })
}

/// Bytes of a snapshot of a pack with this many cells; 0 for an impossible number. Equal to the constant `BMS_SNAPSHOT_SIZE`
/// if header and library are of the same version.
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

/// Writes the state that has to survive a power cycle: state of charge with its variance, capacity, faults with their records,
/// wear.
///
/// `sequence` is the number of the snapshot; `bms_slots_look` gives it, and the place to write to. `written` receives the number
/// of bytes and may be null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_snapshot(
    pack: *const bms_pack,
    sequence: u32,
    buffer: *mut u8,
    buffer_size: usize,
    written: *mut usize,
) -> bms_status {
    entry!(|call| {
        let bms = call.view(pack)?;
        call.place(buffer)?;
        let written = call.place_or_null(written)?;
        let size = snapshot_size(bms.config().get().layout.cells);
        if buffer_size < size {
            return Err(BMS_STATUS_BUFFER_SIZE);
        }
        let area = call.buffer(buffer, size)?;
        let length = bms
            .snapshot(sequence, area)
            .map_err(|error| of_snapshot(&error))?;
        if let Some(written) = written {
            written.write(length);
        }
        Ok(())
    })
}

/// Restores a snapshot, between `bms_init` and the first step. Bytes beyond the snapshot are ignored.
///
/// `asleep_s` is the time since the snapshot was written, during which the battery was not used; negative or not a number if
/// it is unknown or the battery may have been used.
///
/// If the snapshot cannot be used, the status gives the reason, the pack starts as a new one, and its first step reports the
/// fault "snapshot corrupt" or "snapshot version".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_restore(
    pack: *mut bms_pack,
    bytes: *const u8,
    size: usize,
    asleep_s: f32,
) -> bms_status {
    entry!(|call| {
        let pack = call.pack(pack)?;
        check(bytes)?;
        let bytes = call.bytes(bytes, size)?;
        let asleep = (asleep_s >= 0.0).then(|| units::seconds(asleep_s));
        let restored = pack.bench()?.bms.restore(bytes, asleep);
        restored.map_err(|error| of_snapshot(&error))?;
        Ok(())
    })
}
