//! Two places for snapshots.

use bms_core::snapshot::{Slot, Slots};

use crate::generated::bms_slot;
use crate::pointer::{Sized32, entry};
use crate::status::{BMS_STATUS_OK, bms_status, of_snapshot};

/// The contents of two places for snapshots. Snapshots are written alternately, never over the newest one, so that one whole
/// snapshot survives a power cut at any time.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_slots {
    /// Size of this struct, set before the call.
    pub struct_size: u32,
    /// The sequence number of the next snapshot.
    pub next_sequence: u32,
    /// Damage of the first place; `BMS_STATUS_OK` if it is whole or blank.
    pub first_damage: bms_status,
    /// Damage of the second place.
    pub second_damage: bms_status,
    /// The place with the newest whole snapshot.
    pub newest: bms_slot,
    /// The place for `bms_restore`: the newest whole snapshot, else a damaged one, so that the damage is reported; none if both
    /// are blank.
    pub to_restore: bms_slot,
    /// The place to write the next snapshot to.
    pub to_overwrite: bms_slot,
}

// SAFETY: `repr(C)`, begins with its size, and never read.
unsafe impl Sized32 for bms_slots {
    const FIRST: usize = size_of::<Self>();
}

/// Examines two places for snapshots. `slots.struct_size` is set before the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_slots_look(
    first: *const u8,
    first_size: usize,
    second: *const u8,
    second_size: usize,
    slots: *mut bms_slots,
) -> bms_status {
    entry!(|call| {
        let out = call.out(slots)?;
        let first = call.bytes(first, first_size)?;
        let second = call.bytes(second, second_size)?;
        let found = Slots::look(first, second);
        let damage = |slot| {
            found
                .damage(slot)
                .map_or(BMS_STATUS_OK, |error| of_snapshot(&error))
        };
        let damaged = [Slot::First, Slot::Second]
            .into_iter()
            .find(|slot| found.damage(*slot).is_some());
        out.give(&bms_slots {
            struct_size: 0,
            next_sequence: found.next_sequence(),
            first_damage: damage(Slot::First),
            second_damage: damage(Slot::Second),
            newest: found.newest().into(),
            to_restore: found.newest().or(damaged).into(),
            to_overwrite: Some(found.to_overwrite()).into(),
        });
        Ok(())
    })
}
