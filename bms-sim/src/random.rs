//! Random numbers that are the same on every machine.

use std::f64::consts::TAU;

/// Numbers from a seed: `SplitMix64` (Steele, Lea and Flood, OOPSLA 2014), made normal as Box and Muller (1958) do, with
/// functions of `libm`.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    state: u64,
    spare: Option<f64>,
}

impl Stream {
    /// One of many streams of a seed, each with its own numbers.
    pub(crate) fn new(seed: u64, number: u64) -> Self {
        let mut state = Self {
            state: seed,
            spare: None,
        };
        let start = state.bits().wrapping_add(number.wrapping_mul(GOLDEN));
        Self {
            state: mix(start),
            spare: None,
        }
    }

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// A number in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A standard normal number.
    pub(crate) fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.unit()));
        let (sine, cosine) = libm::sincos(TAU * self.unit());
        self.spare = Some(radius * sine);
        radius * cosine
    }
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
