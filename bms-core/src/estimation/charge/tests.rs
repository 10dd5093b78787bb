//! Charge balance over a day of steps of 10 ms, against whole numbers.

use std::vec::Vec;

use proptest::prelude::*;

use super::*;
use bms_bench::{Random, between};

const STEPS: i64 = 24 * 3600 * 100;
const DT_S: f32 = 0.01;

/// SoC after a day, counted in whole microampere steps, and the same by the counter.
fn day(capacity_ah: u16, start: f32, currents_ua: &[i32]) -> (f64, f64) {
    let capacity_as = f32::from(capacity_ah) * 3600.0;
    let soc_per_ampere = DT_S / capacity_as;
    let steps: Vec<(i64, f32)> = currents_ua
        .iter()
        .map(|ua| {
            #[expect(
                clippy::cast_precision_loss,
                reason = "the current as a sensor gives it, in f32"
            )]
            let current_a = *ua as f32 * 1e-6;
            (i64::from(*ua), -current_a * soc_per_ampere)
        })
        .collect();
    let mut counter = ChargeCounter::new(start);
    let mut reference = 0_i64;
    for (whole, change) in steps
        .iter()
        .cycle()
        .take(usize::try_from(STEPS).unwrap_or(0))
    {
        reference += whole;
        counter.add(*change);
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "f64 resolves far more than is asked for"
    )]
    let drawn = reference as f64 * 1e-8 / (f64::from(capacity_ah) * 3600.0);
    (f64::from(start) - drawn, counter_soc(counter))
}

/// The counter's SoC without the rounding to `f32`.
#[expect(
    clippy::cast_precision_loss,
    reason = "f64 resolves far more than is asked for"
)]
fn counter_soc(counter: ChargeCounter) -> f64 {
    counter.0 as f64 / f64::from(UNITS_PER_ONE)
}

/// A load that repeats each ten seconds: a mean and a ripple, in microamperes.
fn load(seed: u64, mean_ua: f64, ripple_ua: f64) -> Vec<i32> {
    let mut random = Random(seed);
    (0..1000)
        .map(|_| {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "rounded, and far within range"
            )]
            let ua = (mean_ua + ripple_ua * random.normal()).round() as i32;
            ua
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_day_of_ten_millisecond_steps_loses_no_charge(
        capacity_ah in 2_u16..=300,
        start in between(0.3, 0.7),
        seed in any::<u64>(),
        mean_share in -0.4_f64..0.4,
        ripple_c_rate in 0.0_f64..1.0,
    ) {
        let hour_ua = f64::from(capacity_ah) * 1e6;
        let currents = load(seed, mean_share / 24.0 * hour_ua, ripple_c_rate * hour_ua);
        let (wanted, found) = day(capacity_ah, start, &currents);
        // A millionth of the capacity: what one f32 rounding of `dt / capacity` is worth, and as much again.
        prop_assert!((found - wanted).abs() < 1e-6, "{found} {wanted}");
    }

    /// 0.05 to 20 mA: a sleeping vehicle.
    #[test]
    fn a_day_of_tiny_currents_is_counted_to_a_thousandth(
        capacity_ah in 2_u16..=300,
        current_ua in 50_i32..20_000,
        charging in any::<bool>(),
    ) {
        let current_ua = if charging { -current_ua } else { current_ua };
        let (wanted, found) = day(capacity_ah, 0.5, &[current_ua]);
        let (wanted, found) = (wanted - 0.5, found - 0.5);
        prop_assert!((found / wanted - 1.0).abs() < 2e-3, "{found} {wanted}");
    }

    #[test]
    fn counting_up_and_down_again_ends_where_it_began(start in between(0.1, 0.9), changes in prop::collection::vec(between(-0.01, 0.01), 1..500)) {
        let mut counter = ChargeCounter::new(start);
        let before = counter;
        for change in &changes {
            counter.add(*change);
        }
        for change in changes.iter().rev() {
            counter.add(-change);
        }
        prop_assert_eq!(counter, before);
    }

    #[test]
    fn any_change_leaves_a_finite_number(bits in prop::collection::vec(any::<u32>(), 1..50)) {
        let mut counter = ChargeCounter::new(0.5);
        for change in bits.iter().copied().map(f32::from_bits) {
            counter.add(change);
            prop_assert!(counter.soc().is_finite());
            counter.clamp(0.0, 1.0);
            prop_assert!((0.0..=1.0).contains(&counter.soc()));
        }
    }
}

#[test]
fn what_is_no_number_changes_nothing() {
    let mut counter = ChargeCounter::new(0.25);
    counter.add(f32::NAN);
    assert_eq!(counter.soc().to_bits(), 0.25_f32.to_bits());
    counter.clamp(f32::NAN, 1.0);
    assert_eq!(counter.soc().to_bits(), 0.25_f32.to_bits());
}
