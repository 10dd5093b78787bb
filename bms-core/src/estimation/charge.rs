//! State of charge as a fixed-point number, so that small steps of charge are not lost in rounding.

/// Fraction bits: one unit is 2^-50 of the capacity, below a thousandth of what 1 mA moves in 1 ms in 100 Ah.
const UNITS_PER_ONE: f32 = 1_125_899_906_842_624.0;

/// A state of charge counted in units of 2^-50; sums of many steps are exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChargeCounter(i64);

impl ChargeCounter {
    /// From a state of charge within the counter's range of -4000 to 4000.
    pub(crate) const fn new(soc: f32) -> Self {
        Self(units(soc))
    }

    /// The inverse of [`Self::raw`].
    pub(crate) const fn from_raw(units: i64) -> Self {
        Self(units)
    }

    /// The count itself.
    pub(crate) const fn raw(self) -> i64 {
        self.0
    }

    /// Adds a change of SoC.
    #[inline(never)]
    pub(crate) fn add(&mut self, change: f32) {
        self.0 = self.0.saturating_add(units(change));
    }

    /// Nearest `f32`.
    #[expect(
        clippy::cast_precision_loss,
        reason = "the nearest f32 is what is asked for"
    )]
    pub(crate) fn soc(self) -> f32 {
        self.0 as f32 / UNITS_PER_ONE
    }

    /// Clamps the SoC to `low` and `high`.
    pub(crate) fn clamp(&mut self, low: f32, high: f32) {
        self.0 = self.0.clamp(units(low), units(high).max(units(low)));
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "float casts saturate, and NaN becomes zero"
)]
const fn units(soc: f32) -> i64 {
    (soc * UNITS_PER_ONE) as i64
}

#[cfg(test)]
mod tests;
