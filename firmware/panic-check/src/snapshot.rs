//! What survives a power cycle: any bytes restored, and written again.

use bms_core::Bms;
use bms_core::config::presets::NMC_13S;
use bms_core::estimation::InitialSoc;
use bms_core::snapshot::{Slots, snapshot_size};
use bms_core::units;

use crate::unknown::{any_like, bytes, count, keep, number};

pub(crate) fn exercise() {
    let config = any_like(&NMC_13S);
    let valid = config.validated();
    let Ok(mut bms) = valid.and_then(|valid| Bms::<13, 4>::new(valid, InitialSoc::FromVoltage))
    else {
        return;
    };
    let (first, second) = (bytes(), bytes());
    let slots = Slots::look(first, second);
    if let Some(bytes) = slots.bytes_to_restore(first, second) {
        let asleep = (count() > 0).then(|| units::seconds(number()));
        keep(bms.restore(bytes, asleep));
    }
    let mut buffer = any_like([0; snapshot_size(13)]);
    let room = count().min(buffer.len());
    if let Some(area) = buffer.get_mut(..room) {
        keep(bms.view().snapshot(slots.next_sequence(), area));
    }
    keep(slots.to_overwrite());
    keep(slots.damage(slots.to_overwrite()));
    keep(buffer);
    keep(bms);
}
