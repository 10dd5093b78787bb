//! Wherever the power is cut, one whole snapshot is left.

use bms_bench::Rig;
use bms_core::config::presets::NMC_13S;
use bms_core::snapshot::{Slot, Slots};
use bms_core::units::seconds;
use proptest::prelude::*;

use crate::{patched, snapshot_of};

/// An older, a newer and a still newer snapshot of a pack, with different contents.
fn three() -> [Vec<u8>; 3] {
    let mut rig = Rig::new(&NMC_13S);
    [4, 5, 6].map(|sequence| {
        rig.sensors.all_cells(rig.sensors.cell_v[0] - 0.02);
        rig.run_ms(500);
        snapshot_of(&rig, sequence)
    })
}

fn restores(bytes: &[u8]) -> bool {
    let mut rig = Rig::fresh(&NMC_13S);
    rig.bms.restore(bytes, Some(seconds(0.0))).is_ok()
        && snapshot_of(&rig, 0)[16..bytes.len() - 4] == bytes[16..bytes.len() - 4]
}

#[test]
fn a_power_cut_at_any_byte_of_a_write_leaves_the_newest_whole_snapshot() {
    let [old, newer, newest] = three();
    assert!(restores(&newer) && restores(&newest));
    // Over the older snapshot as a memory without erasing does it, and over an erased place.
    for below in [&old, &vec![0xFF; old.len()], &vec![0x00; old.len()]] {
        for (first, second) in [(Slot::First, Slot::Second), (Slot::Second, Slot::First)] {
            for cut in 0..=newest.len() {
                let mut torn = newest[..cut].to_vec();
                torn.extend(&below[cut..]);
                let slots = match first {
                    Slot::First => Slots::look(&torn, &newer),
                    Slot::Second => Slots::look(&newer, &torn),
                };
                // The last bytes may happen to be there already.
                let whole = torn == newest;
                assert_eq!(slots.newest(), Some(if whole { first } else { second }));
                assert_eq!(slots.to_overwrite(), if whole { second } else { first });
                let next = if whole { 7 } else { 6 };
                assert_eq!(slots.next_sequence(), next, "cut at {cut}");
                let bytes = match first {
                    Slot::First => slots.bytes_to_restore(&torn, &newer),
                    Slot::Second => slots.bytes_to_restore(&newer, &torn),
                };
                assert!(bytes == Some(if whole { &newest } else { &newer }));
            }
        }
    }
}

#[test]
fn the_first_snapshot_of_all_may_be_cut_at_any_byte() {
    let [first, ..] = three();
    let blank = vec![0xFF; first.len()];
    assert_eq!(
        Slots::look(&blank, &blank).bytes_to_restore(&blank, &blank),
        None
    );
    for cut in 0..first.len() {
        let mut torn = first[..cut].to_vec();
        torn.extend(&blank[cut..]);
        let slots = Slots::look(&torn, &blank);
        assert_eq!(slots.newest(), None);
        assert_eq!(
            (slots.to_overwrite(), slots.next_sequence()),
            (Slot::First, 0)
        );
        assert_eq!(slots.damage(Slot::First).is_some(), cut > 0);
        assert_eq!(slots.bytes_to_restore(&torn, &blank).is_some(), cut > 0);
    }
}

#[test]
fn damage_of_any_single_byte_is_found() {
    let [_, newer, newest] = three();
    let mut damaged = newest.clone();
    for at in 0..newest.len() {
        for change in [0x01, 0x80, 0xFF] {
            damaged[at] ^= change;
            let slots = Slots::look(&damaged, &newer);
            assert_eq!(
                slots.newest(),
                Some(Slot::Second),
                "byte {at} ^ {change:#x}"
            );
            assert!(slots.damage(Slot::First).is_some());
            damaged[at] = newest[at];
        }
    }
    assert_eq!(Slots::look(&damaged, &newer).newest(), Some(Slot::First));
}

#[test]
fn every_byte_and_every_change_of_it_is_found_in_the_smallest_pack() {
    // All 255 changes of each byte of the header and of the content before the cells.
    let [_, newer, newest] = three();
    let mut damaged = newest.clone();
    for at in 0..64 {
        for change in 1..=u8::MAX {
            damaged[at] ^= change;
            assert_eq!(Slots::look(&damaged, &newer).newest(), Some(Slot::Second));
            damaged[at] = newest[at];
        }
    }
}

#[test]
fn a_snapshot_cut_short_is_not_whole() {
    let [.., newest] = three();
    for length in 0..newest.len() {
        assert_eq!(Slots::look(&newest[..length], &[]).newest(), None);
    }
}

#[test]
fn an_area_may_be_longer_than_the_snapshot() {
    let [_, mut newer, mut newest] = three();
    newer.resize(4096, 0xFF);
    newest.resize(8192, 0x00);
    let slots = Slots::look(&newest, &newer);
    assert_eq!(slots.newest(), Some(Slot::First));
    assert!(slots.bytes_to_restore(&newest, &newer) == Some(&newest[..]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Sequence numbers go round.
    #[test]
    fn of_two_whole_snapshots_the_one_just_ahead_is_newer(
        sequence in prop_oneof![any::<u32>(), Just(u32::MAX), Just(0)],
        ahead in 1_u32..(1 << 31),
    ) {
        let rig = Rig::fresh(&NMC_13S);
        let older = snapshot_of(&rig, sequence);
        let newer = snapshot_of(&rig, sequence.wrapping_add(ahead));
        let slots = Slots::look(&older, &newer);
        prop_assert_eq!(slots.newest(), Some(Slot::Second));
        prop_assert_eq!(slots.to_overwrite(), Slot::First);
        prop_assert_eq!(slots.next_sequence(), sequence.wrapping_add(ahead).wrapping_add(1));
        let slots = Slots::look(&newer, &older);
        prop_assert_eq!(slots.newest(), Some(Slot::First));
        prop_assert_eq!(slots.to_overwrite(), Slot::Second);
    }
}

#[test]
fn many_writes_in_turn_always_leave_the_last_one() {
    let mut rig = Rig::fresh(&NMC_13S);
    let mut areas = [vec![0xFF; 8192], vec![0xFF; 8192]];
    for round in 0..20_u32 {
        rig.tick();
        let slots = Slots::look(&areas[0], &areas[1]);
        assert_eq!(slots.next_sequence(), round);
        let area = &mut areas[match slots.to_overwrite() {
            Slot::First => 0,
            Slot::Second => 1,
        }];
        let length = rig.bms.view().snapshot(round, area).expect("room");
        let written = area[..length].to_vec();
        let slots = Slots::look(&areas[0], &areas[1]);
        let bytes = slots
            .bytes_to_restore(&areas[0], &areas[1])
            .expect("one is whole");
        assert!(bytes[..length] == written);
    }
}

#[test]
fn a_whole_snapshot_of_another_format_is_newer_all_the_same() {
    let [_, newer, newest] = three();
    let later_format = patched(&newest, 4, &2_u16.to_le_bytes());
    assert_eq!(
        Slots::look(&later_format, &newer).newest(),
        Some(Slot::First)
    );
}
