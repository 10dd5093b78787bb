//! Cell-to-cell variation: seeded, and independent of the number and the parameters of other cells.

use std::f64::consts::TAU;

use serde::{Deserialize, Serialize};

use crate::range::{RangeError, check_fields};

/// Deviations beyond this many sigma are drawn again: no cell leaves the factory so far off.
const LIMIT_SIGMA: f64 = 4.0;

/// Standard deviation of each varied parameter, and the seed that selects one battery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Spread {
    /// Picks one battery.
    pub seed: u64,
    /// Of capacity, relative, 0 to 0.2.
    pub capacity_sigma: f64,
    /// Of resistance, relative, 0 to 0.2.
    pub resistance_sigma: f64,
    /// Of the initial state of charge, 0 to 0.2.
    pub soc_sigma: f64,
    /// Of the initial temperature, in kelvin, 0 to 20.
    pub temperature_sigma_k: f64,
}

/// How one cell differs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deviation {
    /// Factor on the capacity.
    pub capacity_factor: f64,
    /// Factor on the resistance.
    pub resistance_factor: f64,
    /// Added to the initial state of charge.
    pub soc: f64,
    /// Added to the initial temperature, in kelvin.
    pub temperature_k: f64,
}

impl Spread {
    /// Checks every field.
    ///
    /// # Errors
    /// The first field that is outside the range its documentation gives.
    pub fn validate(&self) -> Result<(), RangeError> {
        check_fields! { self;
            capacity_sigma: SmallFraction, resistance_sigma: SmallFraction, soc_sigma: SmallFraction,
            temperature_sigma_k: UpToTwenty
        }
    }

    /// How cell number `cell` differs: a function of seed and number alone.
    #[must_use]
    pub fn of_cell(&self, cell: usize) -> Deviation {
        let draw = |stream| normal(self.seed, cell as u64, stream);
        Deviation {
            capacity_factor: 1.0 + self.capacity_sigma * draw(0),
            resistance_factor: 1.0 + self.resistance_sigma * draw(1),
            soc: self.soc_sigma * draw(2),
            temperature_k: self.temperature_sigma_k * draw(3),
        }
    }
}

/// A standard normal number within [`LIMIT_SIGMA`], from a counter (Box and Muller, 1958). With functions of `libm`, so
/// that every machine draws the same battery.
fn normal(seed: u64, cell: u64, stream: u64) -> f64 {
    let base = mix(mix(seed).wrapping_add(cell)).wrapping_add(stream << 32);
    for attempt in 0_u64.. {
        let (first, second) = (
            mix(base.wrapping_add(2 * attempt)),
            mix(base.wrapping_add(2 * attempt + 1)),
        );
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - unit(first)));
        let value = radius * libm::cos(TAU * unit(second));
        if value.abs() <= LIMIT_SIGMA {
            return value;
        }
    }
    0.0
}

/// A number in [0, 1) from 53 random bits.
#[allow(clippy::cast_precision_loss)] // 53 bits fit.
fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// The output function of `SplitMix64` on a counter (Steele, Lea and Flood, OOPSLA 2014).
fn mix(counter: u64) -> u64 {
    let mut z = counter.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
