//! Faults with their names, status, records and log.

use core::ffi::c_char;

use bms_core::protection::{FaultId, FreezeFrame, Source};
use bms_core::units::{to_amperes, to_kelvin, to_ratio, to_volts};

use crate::check::text;
use crate::generated::{
    bms_contactor, bms_event_kind, bms_latch, bms_level, bms_reaction, bms_severity, bms_source,
};
use crate::pointer::{Out, Sized32, check};
use crate::status::{
    BMS_STATUS_BUFFER_SIZE, BMS_STATUS_INDEX, BMS_STATUS_NO_RECORD, BMS_STATUS_UNKNOWN_FAULT,
    Checked, bms_status, status,
};
use crate::storage::{Room, bms_pack};

/// Room for the name of a fault, with the zero at its end.
pub const BMS_FAULT_NAME_SIZE: usize = 80;

/// What a fault is, as the catalogue has it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_fault_info {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// Stable number; never used again for another fault.
    pub number: u16,
    /// The catalogue's time in milliseconds for which the condition has to hold before the fault is reported.
    pub qualify_ms: u16,
    /// The catalogue's time in milliseconds for which it has to be gone before the fault may leave.
    pub recover_ms: u16,
    /// How bad it is.
    pub severity: bms_severity,
    /// What is done.
    pub reaction: bms_reaction,
    /// How it leaves.
    pub latch: bms_latch,
    /// The level, where the fault is one of three for the same quantity.
    pub level: bms_level,
    /// Of what there is one test each.
    pub source: bms_source,
    /// Name for people, in English, zero-terminated.
    pub name: [c_char; BMS_FAULT_NAME_SIZE],
}

/// The state of one fault.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_fault {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// Stable number.
    pub number: u16,
    /// Status byte of ISO 14229-1.
    pub dtc_status: u8,
    /// Whether it is qualified, or latched: 0 or 1.
    pub is_present: u8,
    /// Whether its condition holds at present, as qualified: 0 or 1.
    pub is_qualified: u8,
    /// Whether a record of it is kept: 0 or 1.
    pub has_record: u8,
}

/// What is kept of one fault, with the pack at the moment it was qualified last. What was not known is not a number.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_record {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// The fault's number.
    pub fault: u16,
    /// How often it was qualified; stays at 65535.
    pub count: u16,
    /// Milliseconds of operation at which it was qualified first.
    pub first_ms: u64,
    /// Milliseconds of operation at which its condition was last seen while it was qualified.
    pub last_ms: u64,
    /// The value furthest beyond the limit since it was qualified last, in the SI unit of the quantity.
    pub value: f32,
    /// The limit that it was judged by, in the same unit.
    pub limit: f32,
    /// Pack current then; discharge positive.
    pub current_a: f32,
    /// Pack voltage then.
    pub pack_voltage_v: f32,
    /// Lowest cell voltage then.
    pub lowest_cell_v: f32,
    /// Highest cell voltage then.
    pub highest_cell_v: f32,
    /// Lowest temperature then.
    pub coldest_k: f32,
    /// Highest temperature then.
    pub warmest_k: f32,
    /// State of charge of the mean cell then.
    pub soc: f32,
    /// What it was found on: of several at the same time the one furthest beyond the limit.
    pub source: bms_source,
    /// Which of them.
    pub source_index: u8,
}

/// One entry of the log.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_event {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// The value at that moment, in the SI unit of the quantity.
    pub value: f32,
    /// Milliseconds of operation.
    pub at_ms: u64,
    /// The fault's number.
    pub fault: u16,
    /// What happened.
    pub kind: bms_event_kind,
    /// What it was found on.
    pub source: bms_source,
    /// Which of them.
    pub source_index: u8,
}

// SAFETY: `repr(C)` and begins with its size; it is given out only, never taken in.
unsafe impl Sized32 for bms_fault_info {
    const FIRST: usize = size_of::<Self>();
}

// SAFETY: as above.
unsafe impl Sized32 for bms_fault {
    const FIRST: usize = size_of::<Self>();
}

// SAFETY: as above.
unsafe impl Sized32 for bms_record {
    const FIRST: usize = size_of::<Self>();
}

// SAFETY: as above.
unsafe impl Sized32 for bms_event {
    const FIRST: usize = size_of::<Self>();
}

fn fault(number: u16) -> Checked<FaultId> {
    FaultId::from_number(number).ok_or(BMS_STATUS_UNKNOWN_FAULT)
}

/// Which of several.
fn source_index(source: Source) -> u8 {
    match source {
        Source::Pack => 0,
        Source::Cell(index)
        | Source::TemperatureSensor(index)
        | Source::CurrentSensor(index)
        | Source::FrontEnd(index) => index,
        Source::Contactor(contactor) => bms_contactor::from(contactor) as u8,
    }
}

/// What a fault is. `info.struct_size` is set before the call. Needs no pack.
///
/// # Safety
/// `info` is null or points to as many bytes as it states first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_fault_describe(number: u16, info: *mut bms_fault_info) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let out = unsafe { Out::new(info) }?;
        let definition = fault(number)?.definition();
        let value = bms_fault_info {
            struct_size: out.size(),
            number: definition.number,
            qualify_ms: definition.qualify_ms,
            recover_ms: definition.recover_ms,
            severity: definition.severity.into(),
            reaction: definition.reaction.into(),
            latch: definition.latch.into(),
            level: definition.level.into(),
            source: definition.scope.into(),
            name: text(definition.name(), ""),
        };
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
        Ok(())
    })())
}

/// The numbers of the faults that are qualified or latched, in the order of the catalogue. `count` is given how many these
/// are, and may be null; where `capacity` is less, nothing is written to `numbers` and the status is
/// `BMS_STATUS_BUFFER_SIZE`. `BMS_MAX_FAULTS` is always enough.
///
/// # Safety
/// `numbers` is null or points to room for `capacity` numbers, `count` is null or points to one. Nobody changes the pack
/// meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_faults(
    pack: *const bms_pack,
    numbers: *mut u16,
    capacity: usize,
    count: *mut usize,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let room = unsafe { Room::of(pack) }?;
        check(numbers.cast_const())?;
        if !count.is_null() {
            check(count.cast_const())?;
        }
        // SAFETY: as the caller says.
        let bms = unsafe { room.view() }?;
        let present = bms.faults().count();
        if present > capacity {
            return Err(BMS_STATUS_BUFFER_SIZE);
        }
        for (index, fault) in bms.faults().enumerate() {
            // SAFETY: as the caller says; there is room for all that are present.
            unsafe { numbers.wrapping_add(index).write(fault.definition().number) };
        }
        if !count.is_null() {
            // SAFETY: checked above, and the caller says that it can be written.
            unsafe { count.write(present) };
        }
        Ok(())
    })())
}

/// Most faults that can be present at the same time: all of the catalogue.
pub const BMS_MAX_FAULTS: usize = 256;

const _: () = assert!(bms_core::protection::FAULTS <= BMS_MAX_FAULTS);

/// The state of one fault. `state.struct_size` is set before the call.
///
/// # Safety
/// `state` is null or points to as many bytes as it states first. Nobody changes the pack meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_fault_state(
    pack: *const bms_pack,
    number: u16,
    state: *mut bms_fault,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let room = unsafe { Room::of(pack) }?;
        // SAFETY: as the caller says.
        let out = unsafe { Out::new(state) }?;
        let fault = fault(number)?;
        // SAFETY: as the caller says.
        let bms = unsafe { room.view() }?;
        let value = bms_fault {
            struct_size: out.size(),
            number,
            dtc_status: bms.status(fault).bits(),
            is_present: u8::from(bms.has(fault)),
            is_qualified: u8::from(bms.is_qualified(fault)),
            has_record: u8::from(bms.record(fault).is_some()),
        };
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
        Ok(())
    })())
}

/// The record of one fault. `record.struct_size` is set before the call.
///
/// # Safety
/// `record` is null or points to as many bytes as it states first. Nobody changes the pack meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_fault_record(
    pack: *const bms_pack,
    number: u16,
    record: *mut bms_record,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let room = unsafe { Room::of(pack) }?;
        // SAFETY: as the caller says.
        let out = unsafe { Out::new(record) }?;
        let fault = fault(number)?;
        // SAFETY: as the caller says.
        let bms = unsafe { room.view() }?;
        let kept = bms.record(fault).ok_or(BMS_STATUS_NO_RECORD)?;
        let frame: &FreezeFrame = &kept.frame;
        let value = bms_record {
            struct_size: out.size(),
            fault: number,
            count: kept.count,
            first_ms: kept.first_ms,
            last_ms: kept.last_ms,
            value: kept.value,
            limit: kept.limit,
            current_a: to_amperes(frame.current),
            pack_voltage_v: to_volts(frame.pack_voltage),
            lowest_cell_v: to_volts(frame.lowest_cell),
            highest_cell_v: to_volts(frame.highest_cell),
            coldest_k: to_kelvin(frame.coldest),
            warmest_k: to_kelvin(frame.warmest),
            soc: to_ratio(frame.soc),
            source: kept.source.into(),
            source_index: source_index(kept.source),
        };
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
        Ok(())
    })())
}

/// How many events were ever written to the log, which holds the last 32 of them.
///
/// # Safety
/// `count` is null or points to a number. Nobody changes the pack meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_events_written(pack: *const bms_pack, count: *mut u32) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let room = unsafe { Room::of(pack) }?;
        check(count.cast_const())?;
        // SAFETY: as the caller says.
        let bms = unsafe { room.view() }?;
        // SAFETY: checked above, and the caller says that it can be written.
        unsafe { count.write(bms.events_written()) };
        Ok(())
    })())
}

/// An event of the log, 0 for the oldest that is kept; `BMS_STATUS_INDEX` after the last. `event.struct_size` is set
/// before the call.
///
/// # Safety
/// `event` is null or points to as many bytes as it states first. Nobody changes the pack meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_event_at(
    pack: *const bms_pack,
    index: usize,
    event: *mut bms_event,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let room = unsafe { Room::of(pack) }?;
        // SAFETY: as the caller says.
        let out = unsafe { Out::new(event) }?;
        // SAFETY: as the caller says.
        let bms = unsafe { room.view() }?;
        let kept = bms.log().nth(index).ok_or(BMS_STATUS_INDEX)?;
        let value = bms_event {
            struct_size: out.size(),
            value: kept.value,
            at_ms: kept.at_ms,
            fault: kept.fault.definition().number,
            kind: kept.kind.into(),
            source: kept.source.into(),
            source_index: source_index(kept.source),
        };
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
        Ok(())
    })())
}

/// Clears the records of faults that are gone, as a workshop does. (Latched faults are acknowledged by
/// `bms_commands.acknowledge`.)
///
/// # Safety
/// `pack` is null or points to storage. Nobody else uses the pack meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_clear_records(pack: *mut bms_pack) -> bms_status {
    // SAFETY: as the caller says.
    let room = unsafe { Room::of(pack) };
    status(room.and_then(|room| {
        // SAFETY: as the caller says.
        unsafe { room.bench() }?.bms.clear_records();
        Ok(())
    }))
}

/// Says that a new operation cycle (drive, charge) begins, for the status bytes of the faults.
///
/// # Safety
/// `pack` is null or points to storage. Nobody else uses the pack meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_begin_operation_cycle(pack: *mut bms_pack) -> bms_status {
    // SAFETY: as the caller says.
    let room = unsafe { Room::of(pack) };
    status(room.and_then(|room| {
        // SAFETY: as the caller says.
        unsafe { room.bench() }?.bms.begin_operation_cycle();
        Ok(())
    }))
}
