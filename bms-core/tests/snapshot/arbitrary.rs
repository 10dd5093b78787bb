//! Whatever the bytes: no panic, and nothing half taken over.

use bms_bench::{SMALL, Tick, any_tick};
use bms_core::Bms;
use bms_core::estimation::InitialSoc;
use bms_core::snapshot::{Slots, SnapshotError, snapshot_size};
use bms_core::units::{seconds, to_ratio, to_volts};
use proptest::prelude::*;

use crate::{resealed, taken};

type Small = Bms<'static, 6, 2>;

fn fresh() -> Box<Small> {
    Box::new(
        Bms::new(
            SMALL.validated().expect("a valid configuration"),
            InitialSoc::FromVoltage,
        )
        .expect("enough room"),
    )
}

fn after(ticks: &[Tick]) -> Box<Small> {
    let mut bms = fresh();
    for tick in ticks {
        bms.step(&tick.measurements(), &tick.commands, seconds(tick.dt_s));
    }
    bms
}

/// Restores and looks whether that was all or nothing; whatever was taken over, estimates stay finite.
fn check(bytes: &[u8], ticks: &[Tick]) -> Result<bool, TestCaseError> {
    let mut bms = fresh();
    let new = taken(&bms, &SMALL, 0);
    let restored = bms.restore(bytes, Some(seconds(0.0)));
    let now = taken(&bms, &SMALL, 0);
    let end = now.len() - 4;
    match restored {
        Err(_) => prop_assert!(now == new, "half restored"),
        Ok(()) => prop_assert!(now[16..end] == bytes[16..end], "not what was stored"),
    }
    for tick in ticks {
        let outputs = bms.step(&tick.measurements(), &tick.commands, seconds(tick.dt_s));
        let estimate = &outputs.estimate;
        for share in [
            estimate.soc,
            estimate.display_soc,
            estimate.mean.soc,
            estimate.mean.soc_sigma,
        ] {
            prop_assert!((0.0..=1.0).contains(&to_ratio(share)), "{estimate:?}");
        }
        prop_assert!(
            to_volts(estimate.mean.voltage_predicted).is_finite(),
            "{estimate:?}"
        );
        prop_assert!(estimate.mean.resistance_scale.is_finite());
    }
    Ok(restored.is_ok())
}

fn any_ticks() -> impl Strategy<Value = Vec<Tick>> {
    prop::collection::vec(any_tick(), 0..20)
}

/// Changes to a snapshot: where, and what is there then.
fn any_changes() -> impl Strategy<Value = Vec<(prop::sample::Index, [u8; 4])>> {
    let word = prop_oneof![
        any::<[u8; 4]>(),
        any::<f32>().prop_map(f32::to_le_bytes),
        (-2.0_f64..2.0).prop_map(|x| {
            #[expect(clippy::cast_possible_truncation, reason = "single precision is meant")]
            let x = x as f32;
            x.to_le_bytes()
        }),
        (0_u32..2000).prop_map(u32::to_le_bytes),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), word), 1..6)
}

fn any_entry() -> impl Strategy<Value = f32> {
    prop_oneof![
        3 => any::<u32>().prop_map(f32::from_bits),
        3 => (-30_i32..16).prop_map(|exponent| 10_f32.powi(exponent)),
        3 => (-30_i32..16).prop_map(|exponent| -(10_f32.powi(exponent))),
        1 => Just(0.0),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_shrink_iters: 500, ..ProptestConfig::default() })]

    #[test]
    fn a_snapshot_at_any_tick_comes_back_to_the_bit(ticks in any_ticks(), later in any_ticks()) {
        let bms = after(&ticks);
        prop_assert!(check(&taken(&bms, &SMALL, 1), &later)?, "refused its own snapshot");
    }

    #[test]
    fn a_snapshot_after_many_ticks_comes_back_to_the_bit(
        ticks in any_ticks(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 300),
    ) {
        prop_assume!(!ticks.is_empty());
        let course: Vec<_> = order.iter().map(|index| index.get(&ticks).clone()).collect();
        let bms = after(&course);
        prop_assert!(check(&taken(&bms, &SMALL, 1), &[])?, "refused its own snapshot");
    }

    #[test]
    fn any_sleep_leaves_a_snapshot_that_can_be_restored(ticks in any_ticks(), asleep in any::<Option<u32>>()) {
        let bytes = taken(&after(&ticks), &SMALL, 1);
        let mut bms = fresh();
        let asleep = asleep.map(|bits| seconds(f32::from_bits(bits)));
        prop_assert_eq!(bms.restore(&bytes, asleep), Ok(()));
        prop_assert!(check(&taken(&bms, &SMALL, 2), &ticks)?, "refused what slept");
    }

    #[test]
    fn changed_snapshots_with_a_fitting_sum_are_taken_over_whole_or_not_at_all(
        ticks in any_ticks(),
        changes in any_changes(),
        later in any_ticks(),
    ) {
        let mut bytes = taken(&after(&ticks), &SMALL, 1);
        let end = bytes.len() - 8;
        for (place, word) in changes {
            let at = 16 + place.index(end - 16);
            bytes[at..at + 4].copy_from_slice(&word);
        }
        check(&resealed(bytes), &later)?;
    }

    #[test]
    fn a_filter_of_any_numbers_is_refused_or_stays_finite(
        numbers in prop::collection::vec(any_entry(), 55),
        is_tame in any::<bool>(),
        later in any_ticks(),
    ) {
        let mut bytes = taken(&fresh(), &SMALL, 1);
        let mut put = |at: usize, with: &[u8]| bytes[at..at + with.len()].copy_from_slice(with);
        put(95, &[2]);
        put(128, &1_f32.to_le_bytes());
        put(136, &1_f32.to_le_bytes());
        let (mut diagonal, mut width) = (0, 10);
        for (entry, number) in numbers.iter().enumerate() {
            let mut number = *number;
            if is_tame {
                number = if number.is_finite() { number.clamp(-1e3, 1e3) } else { 0.0 };
            }
            if entry == diagonal {
                number = number.abs().clamp(1e-20, if is_tame { 1e6 } else { 1e12 });
                diagonal += width;
                width -= 1;
            }
            put(140 + 4 * entry, &number.to_le_bytes());
        }
        let accepted = check(&resealed(bytes), &later)?;
        prop_assert!(accepted || !is_tame);
    }

    #[test]
    fn arbitrary_bytes_change_nothing(bytes in prop::collection::vec(any::<u8>(), 0..4000)) {
        prop_assert!(!check(&bytes, &[])?);
        let half = bytes.len() / 2;
        prop_assert_eq!(Slots::look(&bytes[..half], &bytes[half..]).newest(), None);
    }

    #[test]
    fn arbitrary_content_in_a_fitting_frame_changes_nothing(
        content in prop::collection::vec(any::<u8>(), snapshot_size(6) - 28),
    ) {
        let mut bytes = taken(&fresh(), &SMALL, 1);
        bytes.splice(24..24 + content.len(), content);
        prop_assert!(!check(&resealed(bytes), &[])?);
    }

    #[test]
    fn a_snapshot_of_any_length_with_a_fitting_sum_is_read_to_its_end(length in 20_usize..3300) {
        let mut bytes = taken(&fresh(), &SMALL, 1);
        let whole = bytes.len();
        bytes.resize(length, 0);
        bytes[8..12].copy_from_slice(&u32::try_from(length).expect("short").to_le_bytes());
        let restored = fresh().restore(&resealed(bytes), None);
        if length == whole {
            prop_assert_eq!(restored, Ok(()));
        } else {
            prop_assert!(matches!(restored, Err(SnapshotError::Field { .. })), "{:?}", restored);
        }
    }
}
