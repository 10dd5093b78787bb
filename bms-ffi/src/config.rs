//! Parts of configurations that have a form of their own in C, and errors of configurations.

use core::ffi::c_char;

use bms_core::config::{MAX_CELLS, MAX_FRONT_ENDS, MAX_TEMPERATURE_SENSORS};

use crate::pointer::Sized32;

/// A table of numbers in memory of the caller, for example in flash, that stays as long as the pack is used.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_table {
    /// The first entry.
    pub values: *const f32,
    /// Number of entries, at most 65535.
    pub length: usize,
}

/// A map over temperature and state of charge: bilinear between nodes, constant beyond the ends.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_map {
    /// Temperature nodes in kelvin, increasing; at least one.
    pub temperature_k: bms_table,
    /// SoC nodes, increasing; at least one.
    pub soc: bms_table,
    /// Values row by row: for each temperature all SoC nodes.
    pub values: bms_table,
}

/// The three levels of a limit, in the unit at the end of the field's name.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_levels {
    /// End of normal operation.
    pub operating: f32,
    /// Beyond it the current limits are reduced.
    pub recommended: f32,
    /// Beyond it the contactors open.
    pub maximum: f32,
}

/// Levels for each direction of the current, in the unit at the end of the field's name.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_by_direction {
    /// While the battery is charged.
    pub charging: bms_levels,
    /// While it is discharged.
    pub discharging: bms_levels,
    /// At rest.
    pub resting: bms_levels,
}

/// Times of one fault that replace the catalogue's.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_fault_timing {
    /// The fault's number.
    pub fault: u16,
    /// Time for which the condition has to hold before the fault is reported. Range: 0 to 30000.
    pub qualify_ms: u16,
    /// Time for which the condition has to be absent before the fault clears. Range: 0 to 30000.
    pub recover_ms: u16,
}

/// How a value fails to be what it has to be.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum bms_expected {
    /// Nothing is wrong.
    BMS_EXPECTED_ANYTHING = 0,
    /// A finite number above `bound`.
    BMS_EXPECTED_ABOVE = 1,
    /// A finite number of at least `bound`.
    BMS_EXPECTED_AT_LEAST = 2,
    /// A finite number of at most `bound`.
    BMS_EXPECTED_AT_MOST = 3,
    /// Exactly `bound`.
    BMS_EXPECTED_EXACTLY = 4,
    /// A table of `bound` entries; `value` is how many it has.
    BMS_EXPECTED_LENGTH = 5,
    /// A number below that of `other_field`, which is `bound`.
    BMS_EXPECTED_BELOW_OTHER = 6,
    /// A number that is not above that of `other_field`, which is `bound`.
    BMS_EXPECTED_AT_MOST_OTHER = 7,
    /// Something that this version of the interface has no word for.
    BMS_EXPECTED_OTHER = 255,
}

/// Size of the name of a field, with the zero at its end.
pub const BMS_FIELD_SIZE: usize = 96;

/// Why a configuration is refused. Fields have the names of this header, such as `limits.rest_current_a`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_config_error {
    /// Size of this struct, set by the caller.
    pub struct_size: u32,
    /// Place in a table; `BMS_NO_INDEX` for a single value and for a table of wrong length.
    pub index: u32,
    /// The refused value, in the unit at the end of the field's name; of a comparison with another field temperatures are in
    /// kelvin, too.
    pub value: f32,
    /// What it was compared with.
    pub bound: f32,
    /// What it has to be.
    pub expected: bms_expected,
    /// The field, zero-terminated.
    pub field: [c_char; BMS_FIELD_SIZE],
    /// The other field where two contradict each other, zero-terminated; else empty.
    pub other_field: [c_char; BMS_FIELD_SIZE],
}

// SAFETY: `repr(C)` and begins with its size; it is given out only, never taken in.
unsafe impl Sized32 for bms_config_error {
    const FIRST: usize = size_of::<Self>();
}

/// Most cells in series.
pub const BMS_MAX_CELLS: usize = 250;

/// Most temperature sensors.
pub const BMS_MAX_TEMPERATURE_SENSORS: usize = 128;

/// Most analogue front ends.
pub const BMS_MAX_FRONT_ENDS: usize = 32;

const _: () = {
    assert!(BMS_MAX_CELLS == MAX_CELLS);
    assert!(BMS_MAX_TEMPERATURE_SENSORS == MAX_TEMPERATURE_SENSORS);
    assert!(BMS_MAX_FRONT_ENDS == MAX_FRONT_ENDS);
};
