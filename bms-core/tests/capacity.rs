//! Laws of the capacity estimate.

use bms_bench::{Random, between};
use bms_core::estimation::{Anchored, CapacityEstimator, CapacityTuning};
use bms_core::units::{self, to_ratio};
use proptest::prelude::*;

const NOMINAL_AH: f64 = 60.0;

/// A cell cycled between random states of charge, seen through errors.
struct Bench {
    estimator: CapacityEstimator,
    random: Random,
    scale: f64,
    soc: f64,
    soc_sigma: f64,
    gain: f64,
}

impl Bench {
    fn new(scale: f64, soc_sigma: f64, seed: u64) -> Self {
        let mut random = Random(seed);
        let gain = 1.0 + 0.005 * random.normal();
        Self {
            estimator: CapacityEstimator::new(),
            random,
            scale,
            soc: 0.9,
            soc_sigma,
            gain,
        }
    }

    /// Goes to another SoC, which is then told wrong by `error`.
    #[expect(clippy::cast_possible_truncation, reason = "readings are f32")]
    fn go_to(&mut self, soc: f64, error: f64) -> Anchored {
        let discharged_ah = (self.soc - soc) * self.scale * NOMINAL_AH * self.gain;
        self.soc = soc;
        let told = soc + error + self.soc_sigma * self.random.normal();
        self.estimator.anchor(
            &CapacityTuning::default(),
            units::amp_hours(NOMINAL_AH as f32),
            units::ratio(told.clamp(0.0, 1.0) as f32),
            units::ratio(self.soc_sigma as f32),
            units::amp_hours(discharged_ah as f32),
        )
    }

    /// A full swing between a low and a high SoC, both drawn.
    fn cycle(&mut self) {
        let low = 0.1 + 0.2 * self.random.uniform();
        let _ = self.go_to(low, 0.0);
        let high = 0.75 + 0.2 * self.random.uniform();
        let _ = self.go_to(high, 0.0);
    }

    fn error(&self) -> f64 {
        f64::from(to_ratio(self.estimator.scale())) / self.scale - 1.0
    }

    fn sigma(&self) -> f64 {
        f64::from(to_ratio(self.estimator.sigma()))
    }
}

fn any_bits() -> impl Strategy<Value = f32> {
    prop_oneof![
        any::<u32>().prop_map(f32::from_bits),
        between(0.0, 1.0),
        between(0.0, 0.03),
        between(-1e6, 1e6),
        prop::sample::select(vec![f32::NAN, f32::INFINITY, f32::MAX, 0.0]),
    ]
}

proptest! {
    #[test]
    fn any_bit_pattern_leaves_a_bounded_capacity(
        nominal in any_bits(),
        anchors in prop::collection::vec((any_bits(), any_bits(), any_bits()), 1..60),
    ) {
        let mut estimator = CapacityEstimator::new();
        for (soc, sigma, charge) in anchors {
            let _ = estimator.anchor(
                &CapacityTuning::default(),
                units::coulombs(nominal),
                units::ratio(soc),
                units::ratio(sigma),
                units::coulombs(charge),
            );
            prop_assert!((0.2..=1.5).contains(&to_ratio(estimator.scale())));
            prop_assert!((0.0..=1.0).contains(&to_ratio(estimator.sigma())));
        }
    }

    /// Ten full cycles find any capacity from 75 to 110 % to a few per cent, where the SoC is known to 1 point.
    #[test]
    fn the_capacity_is_found(scale in 0.75..1.1_f64, seed: u64) {
        let mut bench = Bench::new(scale, 0.01, seed);
        for _ in 0..10 {
            bench.cycle();
        }
        prop_assert!(bench.error().abs() < 6.0 * bench.sigma(), "{} {}", bench.error(), bench.sigma());
        prop_assert!(bench.error().abs() < 0.06, "{}", bench.error());
    }
}

/// One swing with an anchor that is far off teaches nothing, once the capacity is known. What is known is random, and now and
/// then so little that such a swing is believed.
#[test]
fn a_wrong_jump_is_refused() {
    for error in [-0.2, -0.15, 0.15, 0.2] {
        let believed = (0..1000).filter(|seed| {
            let mut bench = Bench::new(0.9, 0.01, *seed);
            for _ in 0..10 {
                bench.cycle();
            }
            let _ = bench.go_to(0.15, 0.0);
            let before = bench.estimator.scale();
            let refused = bench.go_to(0.8, error) == Anchored::Refused;
            assert!(!refused || bench.estimator.scale() == before);
            !refused
        });
        let believed = believed.count();
        assert!(believed <= 2, "{error}: {believed} of 1000 are believed");
    }
}

/// The mean error over many batteries shows a bias, their spread the honesty of sigma.
#[test]
fn neither_biased_nor_over_confident() {
    for soc_sigma in [0.005, 0.01, 0.03] {
        let (mut sum, mut square, mut normalised, mut outside) = (0.0, 0.0, 0.0, 0);
        for seed in 0..1000 {
            let mut bench = Bench::new(0.9, soc_sigma, seed);
            for _ in 0..10 {
                bench.cycle();
            }
            let (error, sigma) = (bench.error(), bench.sigma());
            sum += error / 1000.0;
            square += error * error / 1000.0;
            normalised += error * error / (sigma * sigma) / 1000.0;
            outside += usize::from(error.abs() > 3.0 * sigma);
        }
        println!(
            "SoC known to {soc_sigma}: mean error {sum:+.4}, rms {:.4}, normalised {normalised:.2}, beyond 3 sigma {outside} of 1000",
            square.sqrt()
        );
        assert!(sum.abs() < 0.006, "{sum}");
        assert!(normalised < 1.3, "{normalised}");
        assert!(outside <= 10, "{outside}");
    }
}

#[test]
fn a_small_swing_and_a_vague_anchor_teach_nothing() {
    let mut bench = Bench::new(0.8, 0.01, 1);
    assert_eq!(bench.go_to(0.9, 0.0), Anchored::First);
    assert_eq!(bench.go_to(0.6, 0.0), Anchored::TooClose);
    assert_eq!(bench.estimator.scale(), units::ratio(1.0));
    bench.soc_sigma = 0.1;
    assert_eq!(bench.go_to(0.2, 0.0), Anchored::TooVague);
    assert_eq!(bench.estimator.scale(), units::ratio(1.0));
    // The charge was counted on: the next good anchor ends the swing from 90 %.
    bench.soc_sigma = 0.001;
    assert_eq!(bench.go_to(0.1, 0.0), Anchored::Learned);
    assert!(bench.error().abs() < 0.05, "{}", bench.error());
}

/// A battery that was exchanged for a smaller one is found out, though each single swing looks like a mistake.
#[test]
fn what_contradicts_again_and_again_is_believed_in_the_end() {
    let mut bench = Bench::new(1.0, 0.005, 3);
    for _ in 0..10 {
        bench.cycle();
    }
    bench.scale = 0.75;
    for _ in 0..10 {
        bench.cycle();
    }
    assert!(bench.error().abs() < 0.04, "{}", bench.error());
}

#[test]
fn the_default_is_accepted_and_a_wrong_value_named() {
    assert_eq!(CapacityTuning::default().validate(), Ok(()));
    let tuning = CapacityTuning {
        least_swing: f32::NAN,
        ..CapacityTuning::default()
    };
    assert_eq!(
        tuning.validate().expect_err("no number").field,
        "capacity.least_swing"
    );
}
