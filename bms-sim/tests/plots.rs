//! Curves in bounded memory keep what matters of them.
#![allow(clippy::float_cmp)] // Points are kept, not computed.

use bms_sim::report::decimate::Decimator;
use proptest::prelude::*;

fn decimated(values: &[f64]) -> Decimator {
    let mut curve = Decimator::default();
    for (x, value) in (0..).zip(values) {
        curve.add(f64::from(x), *value);
    }
    curve
}

#[test]
fn a_short_curve_is_kept_as_it_is() {
    let values = [1.0, 3.0, 2.0, 2.0];
    let expected: Vec<(f64, f64)> = (0..).map(f64::from).zip(values).collect();
    assert_eq!(decimated(&values).points(), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However long the curve: few points, in order, each of them one of the curve, and its extremes among them.
    #[test]
    fn a_long_curve_keeps_its_extremes(
        values in proptest::collection::vec(-1e6..1e6_f64, 1..12_000),
    ) {
        let curve = decimated(&values);
        let points = curve.points();
        prop_assert!(points.len() <= 2400);
        prop_assert!(points.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (x, y) in &points {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // An index.
            let original = values[*x as usize];
            prop_assert_eq!(y.to_bits(), original.to_bits());
        }
        let highest = |ys: &mut dyn Iterator<Item = f64>| ys.max_by(f64::total_cmp).map(f64::to_bits);
        let lowest = |ys: &mut dyn Iterator<Item = f64>| ys.min_by(f64::total_cmp).map(f64::to_bits);
        let highs = curve.highs();
        let lows = curve.lows();
        prop_assert_eq!(
            highest(&mut highs.iter().map(|p| p.1)),
            highest(&mut values.iter().copied())
        );
        prop_assert_eq!(
            lowest(&mut lows.iter().map(|p| p.1)),
            lowest(&mut values.iter().copied())
        );
    }
}
