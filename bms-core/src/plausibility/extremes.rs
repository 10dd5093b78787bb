//! Lowest, highest and mean of many readings of the same quantity.

use crate::math;

/// A reading and the index of its cell or sensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct IndexedValue {
    pub(crate) value: f32,
    pub(crate) index: usize,
}

/// Lowest, highest and mean of the present readings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Extremes {
    pub(crate) lowest: Option<IndexedValue>,
    pub(crate) highest: Option<IndexedValue>,
    /// Second lowest and second highest.
    second_lowest: f32,
    second_highest: f32,
    sum: f32,
    count: u16,
    plausible_sum: f32,
    plausible: u16,
}

impl Extremes {
    pub(crate) const fn new() -> Self {
        Self {
            lowest: None,
            highest: None,
            second_lowest: f32::INFINITY,
            second_highest: f32::NEG_INFINITY,
            sum: 0.0,
            count: 0,
            plausible_sum: 0.0,
            plausible: 0,
        }
    }

    /// Adds one present reading. Lowest and highest are of all, the mean of the plausible ones.
    pub(crate) fn add(&mut self, index: usize, value: f32, plausible: bool) {
        let new = Some(IndexedValue { value, index });
        match self.lowest {
            Some(lowest) if value >= lowest.value => {
                self.second_lowest = math::smaller(value, self.second_lowest);
            }
            Some(lowest) => {
                self.second_lowest = lowest.value;
                self.lowest = new;
            }
            None => self.lowest = new,
        }
        match self.highest {
            Some(highest) if value <= highest.value => {
                self.second_highest = math::larger(value, self.second_highest);
            }
            Some(highest) => {
                self.second_highest = highest.value;
                self.highest = new;
            }
            None => self.highest = new,
        }
        self.sum += value;
        self.count += 1;
        if plausible {
            self.plausible_sum += value;
            self.plausible += 1;
        }
    }

    /// Mean of the plausible readings, of all where none is plausible.
    // Called from many places: once in flash.
    #[inline(never)]
    pub(crate) fn mean(&self) -> Option<f32> {
        if self.plausible > 0 {
            Some(self.plausible_sum / f32::from(self.plausible))
        } else if self.count > 0 {
            Some(self.sum / f32::from(self.count))
        } else {
            None
        }
    }

    /// Number of present readings.
    pub(crate) const fn count(&self) -> u16 {
        self.count
    }

    /// Sum of all, if there are `wanted` of them.
    pub(crate) fn sum_of(&self, wanted: usize) -> Option<f32> {
        (usize::from(self.count) == wanted && self.sum.is_finite()).then_some(self.sum)
    }

    /// Second lowest and second highest of at least three readings: no single reading can move both.
    pub(crate) fn inner_range(&self) -> Option<(f32, f32)> {
        (self.count >= 3).then_some((self.second_lowest, self.second_highest))
    }

    pub(crate) fn range(&self) -> Option<(f32, f32)> {
        Some((self.lowest?.value, self.highest?.value))
    }
}
