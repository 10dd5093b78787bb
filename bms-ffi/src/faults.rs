//! Faults with their names, status, records and log.

use core::ffi::c_char;

use bms_core::protection::FaultId;

use crate::check::text;
use crate::generated::{
    bms_event, bms_latch, bms_level, bms_reaction, bms_record, bms_severity, bms_source,
};
use crate::pointer::{Sized32, entry};
use crate::status::{
    BMS_STATUS_BUFFER_SIZE, BMS_STATUS_INDEX, BMS_STATUS_NO_RECORD, BMS_STATUS_UNKNOWN_FAULT,
    Checked, bms_status,
};
use crate::storage::bms_pack;

/// Size of the name of a fault, with the zero at its end.
pub const BMS_FAULT_NAME_SIZE: usize = 80;

/// The definition of a fault in the catalogue.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_fault_info {
    /// Size of this struct, set before the call.
    pub struct_size: u32,
    /// Stable number; never used again for another fault.
    pub number: u16,
    /// The catalogue's time in milliseconds for which the condition has to hold before the fault is reported.
    pub qualify_ms: u16,
    /// The catalogue's time in milliseconds for which it has to be gone before the fault may leave.
    pub recover_ms: u16,
    /// Severity.
    pub severity: bms_severity,
    /// Reaction.
    pub reaction: bms_reaction,
    /// How it is cleared.
    pub latch: bms_latch,
    /// The level, if the fault is one of three for the same quantity.
    pub level: bms_level,
    /// What there is one check for each of.
    pub source: bms_source,
    /// Name for people, in English, zero-terminated.
    pub name: [c_char; BMS_FAULT_NAME_SIZE],
}

/// The state of one fault.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_fault {
    /// Size of this struct, set before the call.
    pub struct_size: u32,
    /// Stable number.
    pub number: u16,
    /// Status byte of ISO 14229-1.
    pub dtc_status: u8,
    /// Whether it is qualified, or latched: 0 or 1.
    pub is_present: u8,
    /// Whether its condition holds at present, as qualified: 0 or 1.
    pub is_qualified: u8,
    /// Whether there is a record of it: 0 or 1.
    pub has_record: u8,
}

// SAFETY: `repr(C)`, begins with its size, and never read.
unsafe impl Sized32 for bms_fault_info {
    const FIRST: usize = size_of::<Self>();
}

// SAFETY: as above.
unsafe impl Sized32 for bms_fault {
    const FIRST: usize = size_of::<Self>();
}

fn fault(number: u16) -> Checked<FaultId> {
    FaultId::from_number(number).ok_or(BMS_STATUS_UNKNOWN_FAULT)
}

/// The definition of a fault in the catalogue. `info.struct_size` is set before the call. Needs no pack.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_fault_describe(number: u16, info: *mut bms_fault_info) -> bms_status {
    entry!(|call| {
        let out = call.out(info)?;
        let definition = fault(number)?.definition();
        out.give(&bms_fault_info {
            struct_size: 0,
            number: definition.number,
            qualify_ms: definition.qualify_ms,
            recover_ms: definition.recover_ms,
            severity: definition.severity.into(),
            reaction: definition.reaction.into(),
            latch: definition.latch.into(),
            level: definition.level.into(),
            source: definition.scope.into(),
            name: text(definition.name()),
        });
        Ok(())
    })
}

/// The numbers of the faults that are qualified or latched, in the order of the catalogue. `count` receives how many these
/// are, and may be null; if `capacity` is less, nothing is written to `numbers` and the status is
/// `BMS_STATUS_BUFFER_SIZE`. `BMS_MAX_FAULTS` is always enough.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_faults(
    pack: *const bms_pack,
    numbers: *mut u16,
    capacity: usize,
    count: *mut usize,
) -> bms_status {
    entry!(|call| {
        let bms = call.view(pack)?;
        call.place(numbers)?;
        let count = call.place_or_null(count)?;
        let present = bms.faults().count();
        if present > capacity {
            return Err(BMS_STATUS_BUFFER_SIZE);
        }
        let numbers = call.buffer(numbers, present)?;
        for (number, fault) in numbers.iter_mut().zip(bms.faults()) {
            *number = fault.definition().number;
        }
        if let Some(count) = count {
            count.write(present);
        }
        Ok(())
    })
}

/// Most faults that can be present at the same time: all of the catalogue.
pub const BMS_MAX_FAULTS: usize = 256;

const _: () = assert!(bms_core::protection::FAULTS <= BMS_MAX_FAULTS);

/// The state of one fault. `state.struct_size` is set before the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_fault_state(
    pack: *const bms_pack,
    number: u16,
    state: *mut bms_fault,
) -> bms_status {
    entry!(|call| {
        let bms = call.view(pack)?;
        let out = call.out(state)?;
        let fault = fault(number)?;
        out.give(&bms_fault {
            struct_size: 0,
            number,
            dtc_status: bms.status(fault).bits(),
            is_present: u8::from(bms.has(fault)),
            is_qualified: u8::from(bms.is_qualified(fault)),
            has_record: u8::from(bms.record(fault).is_some()),
        });
        Ok(())
    })
}

/// The record of one fault. `record.struct_size` is set before the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_fault_record(
    pack: *const bms_pack,
    number: u16,
    record: *mut bms_record,
) -> bms_status {
    entry!(|call| {
        let bms = call.view(pack)?;
        let out = call.out(record)?;
        let stored = bms.record(fault(number)?).ok_or(BMS_STATUS_NO_RECORD)?;
        out.give(&bms_record::from(stored));
        Ok(())
    })
}

/// Number of events that were ever written to the log, which holds the last 32 of them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_events_written(pack: *const bms_pack, count: *mut u32) -> bms_status {
    entry!(|call| {
        let bms = call.view(pack)?;
        call.place(count)?.write(bms.events_written());
        Ok(())
    })
}

/// An event of the log, 0 for the oldest stored one; `BMS_STATUS_INDEX` after the last. `event.struct_size` is set before
/// the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_event_at(
    pack: *const bms_pack,
    index: usize,
    event: *mut bms_event,
) -> bms_status {
    entry!(|call| {
        let bms = call.view(pack)?;
        let out = call.out(event)?;
        let stored = bms.log().nth(index).ok_or(BMS_STATUS_INDEX)?;
        out.give(&bms_event::from(stored));
        Ok(())
    })
}

/// Clears the records of faults that are gone, as a workshop does. (Latched faults are acknowledged by
/// `bms_commands.acknowledge`.)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_clear_records(pack: *mut bms_pack) -> bms_status {
    entry!(|call| {
        call.bench(pack)?.bms.clear_records();
        Ok(())
    })
}

/// Begins a new operation cycle (drive, charge) for the status bytes of the faults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_begin_operation_cycle(pack: *mut bms_pack) -> bms_status {
    entry!(|call| {
        call.bench(pack)?.bms.begin_operation_cycle();
        Ok(())
    })
}
