//! Random numbers.

use std::f64::consts::TAU;

use bms_core::estimation::InitialSoc;
use bms_core::units::ratio;
use proptest::prelude::*;

/// Numbers from `low` to `high`, both included.
///
/// Drawn in `f64`: the sampler of proptest 1.12 for ranges of `f32` now and then fails an assertion of its own.
#[expect(
    clippy::cast_possible_truncation,
    reason = "single precision is what is asked for"
)]
pub fn between(low: f32, high: f32) -> impl Strategy<Value = f32> + Clone {
    (f64::from(low)..=f64::from(high)).prop_map(|x| x as f32)
}

/// Any bit pattern, with the odd ones often.
pub fn any_bits() -> impl Strategy<Value = f32> {
    prop_oneof![
        4 => any::<u32>().prop_map(f32::from_bits),
        1 => prop::sample::select(vec![
            f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, 0.0, -0.0, f32::MIN_POSITIVE, 1e-45,
        ]),
    ]
}

/// Any bit pattern, or a reading as of a working sensor.
pub fn any_reading(low: f32, high: f32) -> impl Strategy<Value = f32> {
    prop_oneof![any_bits(), between(low, high)]
}

pub fn any_initial() -> impl Strategy<Value = InitialSoc> {
    prop_oneof![
        Just(InitialSoc::FromVoltage),
        any_reading(0.0, 1.0).prop_map(|soc| InitialSoc::Prior(ratio(soc))),
    ]
}

/// Any number within the bounds of a tuning, ends included.
pub fn bounded(low: f32, high: f32) -> impl Strategy<Value = f32> {
    prop_oneof![
        Just(low),
        Just(high),
        between(low, high),
        between(low, low + 0.01 * (high - low))
    ]
}

/// `SplitMix64` with normal numbers by Box and Muller: the same numbers everywhere from the same seed.
#[derive(Clone, Debug)]
pub struct Random(pub u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform within 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Normal with mean 0 and standard deviation 1.
    pub fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (TAU * self.uniform()).cos()
    }

    pub fn index(&mut self, below: usize) -> usize {
        usize::try_from(self.bits() % below as u64).unwrap_or(0)
    }
}
