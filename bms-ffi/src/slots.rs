//! Two places for snapshots.

use bms_core::snapshot::{Slot, Slots};

use crate::generated::bms_slot;
use crate::pointer::{Out, Sized32, bytes};
use crate::status::{BMS_STATUS_OK, bms_status, of_snapshot, status};

/// What two places for snapshots hold. Written in turn to the place that does not hold the newest, one whole snapshot is
/// there wherever the power is cut.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_slots {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// The sequence number of the next snapshot.
    pub next_sequence: u32,
    /// What is wrong with the first place; `BMS_STATUS_OK` where it is whole or blank.
    pub first_damage: bms_status,
    /// What is wrong with the second place.
    pub second_damage: bms_status,
    /// The place with the newest whole snapshot.
    pub newest: bms_slot,
    /// The place to give to `bms_restore`: the newest whole snapshot, else a damaged one, so that it is reported; none on
    /// the first day.
    pub to_restore: bms_slot,
    /// The place to write the next snapshot to.
    pub to_overwrite: bms_slot,
}

// SAFETY: `repr(C)` and begins with its size; it is given out only, never taken in.
unsafe impl Sized32 for bms_slots {
    const FIRST: usize = size_of::<Self>();
}

/// Looks at two places for snapshots. `slots.struct_size` is set before the call.
///
/// # Safety
/// `first` and `second` are null with a size of 0, or point to as many bytes; `slots` is null or points to its size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_slots_look(
    first: *const u8,
    first_size: usize,
    second: *const u8,
    second_size: usize,
    slots: *mut bms_slots,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let out = unsafe { Out::new(slots) }?;
        // SAFETY: as the caller says.
        let first = unsafe { bytes(first, first_size) }?;
        // SAFETY: as the caller says.
        let second = unsafe { bytes(second, second_size) }?;
        let found = Slots::look(first, second);
        let damage = |slot| {
            found
                .damage(slot)
                .map_or(BMS_STATUS_OK, |error| of_snapshot(&error))
        };
        let damaged = [Slot::First, Slot::Second]
            .into_iter()
            .find(|slot| found.damage(*slot).is_some());
        let value = bms_slots {
            struct_size: out.size(),
            next_sequence: found.next_sequence(),
            first_damage: damage(Slot::First),
            second_damage: damage(Slot::Second),
            newest: found.newest().into(),
            to_restore: found.newest().or(damaged).into(),
            to_overwrite: Some(found.to_overwrite()).into(),
        };
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
        Ok(())
    })())
}
