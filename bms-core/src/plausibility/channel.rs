//! One reading over time: last value, age and plausibility.

use crate::measurement::Reading;

/// A reading that stays the same while its reference moves this often is stuck.
pub(crate) const STUCK_MOVES: u16 = 10;

/// Differences of the move counter are clamped to this, so that wrap-around does not release a stuck reading.
const LARGEST_DIFFERENCE: u16 = 30_000;

/// Plausible values of a channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds {
    /// Measuring range of the sensor.
    pub(crate) low: f32,
    pub(crate) high: f32,
    /// Permitted step between two samples: noise and the immediate response of the circuit.
    pub(crate) jump: f32,
    /// Permitted change per second in addition.
    pub(crate) per_s: f32,
}

/// One reading over time; twelve bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Channel {
    /// Last finite sample; not a number before the first.
    value: f32,
    /// Move count of its reference at the last change.
    moved_at: u16,
    /// Milliseconds since the last sample.
    age_ms: u16,
    /// Milliseconds between the last sample and the one before.
    interval_ms: u16,
    marks: Marks,
}

/// Findings on the last samples.
#[derive(Clone, Copy, Debug, Default)]
struct Marks(u8);

impl Marks {
    const NEW: u8 = 0x01;
    const NOT_FINITE: u8 = 0x02;
    const OUT_OF_RANGE: u8 = 0x04;
    const JUMPED: u8 = 0x08;
    const STUCK: u8 = 0x10;
    const SECOND_DISAGREES: u8 = 0x20;
    const BROKEN: u8 = 0x40;
    /// Findings that make the value implausible.
    const DOUBT: u8 = Self::NOT_FINITE
        | Self::OUT_OF_RANGE
        | Self::JUMPED
        | Self::STUCK
        | Self::SECOND_DISAGREES
        | Self::BROKEN;

    const fn has(self, bit: u8) -> bool {
        self.0 & bit != 0
    }

    fn set(&mut self, bit: u8, on: bool) {
        if on {
            self.0 |= bit;
        } else {
            self.0 &= !bit;
        }
    }
}

impl Channel {
    pub(crate) const fn new() -> Self {
        Self {
            value: f32::NAN,
            moved_at: 0,
            age_ms: 0,
            interval_ms: 0,
            marks: Marks(0),
        }
    }

    /// One tick, `elapsed_ms` long. `moves` is the move count of the reading's reference; `None` where it has
    /// none.
    pub(crate) fn tick(
        &mut self,
        reading: Reading<f32>,
        elapsed_ms: u16,
        bounds: &Bounds,
        moves: Option<u16>,
    ) {
        self.age_ms = self.age_ms.saturating_add(elapsed_ms);
        let Reading::New(sample) = reading else {
            self.marks.set(Marks::NEW, false);
            return;
        };
        self.interval_ms = self.age_ms;
        self.age_ms = 0;
        let others = self.marks.0 & (Marks::SECOND_DISAGREES | Marks::BROKEN);
        self.marks = Marks(if sample.is_finite() {
            others | Marks::NEW | self.take(sample, bounds, moves)
        } else {
            self.marks.0 | Marks::NEW | Marks::NOT_FINITE
        });
    }

    /// Takes a finite sample and returns the findings on it.
    fn take(&mut self, sample: f32, bounds: &Bounds, moves: Option<u16>) -> u8 {
        let inside = sample >= bounds.low && sample <= bounds.high;
        let allowed = bounds.jump + bounds.per_s * (f32::from(self.interval_ms) * 1e-3);
        // Before the first sample the difference is not a number, and no jump.
        let jumped = (sample - self.value).abs() > allowed;
        let stuck = self.follow(sample, moves);
        self.value = sample;
        let mark = |bit: u8, on: bool| if on { bit } else { 0 };
        mark(Marks::OUT_OF_RANGE, !inside) | mark(Marks::JUMPED, jumped) | mark(Marks::STUCK, stuck)
    }

    /// Whether the sample is stuck.
    fn follow(&mut self, sample: f32, moves: Option<u16>) -> bool {
        let changed = sample.to_bits() != self.value.to_bits();
        let now = moves.unwrap_or(self.moved_at);
        let still = now.wrapping_sub(self.moved_at);
        if changed || moves.is_none() {
            self.moved_at = now;
            false
        } else if still >= STUCK_MOVES {
            self.moved_at = now.wrapping_sub(still.min(LARGEST_DIFFERENCE));
            true
        } else {
            self.is_stuck()
        }
    }

    /// Compares with a second reading of the same quantity that arrived in the same tick.
    pub(crate) fn compare(&mut self, second: f32, largest_difference: f32) {
        if self.is_new() {
            let near = (self.value - second).abs() <= largest_difference;
            self.marks.set(Marks::SECOND_DISAGREES, !near);
        }
    }

    /// Sets whether the wire to the sensor is broken.
    pub(crate) fn set_broken(&mut self, broken: bool) {
        self.marks.set(Marks::BROKEN, broken);
    }

    /// Last finite sample, plausible or not; not a number before the first.
    pub(crate) const fn value(&self) -> f32 {
        self.value
    }

    /// Milliseconds since the last sample, up to 65535.
    pub(crate) const fn age_ms(&self) -> u16 {
        self.age_ms
    }

    /// Milliseconds between the last sample and the one before.
    pub(crate) const fn interval_ms(&self) -> u16 {
        self.interval_ms
    }

    /// Whether a sample arrived in this tick, finite or not.
    pub(crate) const fn is_new(&self) -> bool {
        self.marks.has(Marks::NEW)
    }

    pub(crate) const fn is_not_finite(&self) -> bool {
        self.marks.has(Marks::NOT_FINITE)
    }

    pub(crate) const fn is_out_of_range(&self) -> bool {
        self.marks.has(Marks::OUT_OF_RANGE)
    }

    pub(crate) const fn has_jumped(&self) -> bool {
        self.marks.has(Marks::JUMPED)
    }

    pub(crate) const fn is_stuck(&self) -> bool {
        self.marks.has(Marks::STUCK)
    }

    pub(crate) const fn second_disagrees(&self) -> bool {
        self.marks.has(Marks::SECOND_DISAGREES)
    }

    pub(crate) const fn is_broken(&self) -> bool {
        self.marks.has(Marks::BROKEN)
    }

    /// Whether the last sample is plausible.
    pub(crate) const fn is_sound(&self) -> bool {
        !self.marks.has(Marks::DOUBT) && self.value.is_finite()
    }

    /// The value, if it is plausible and not older than `oldest_ms`.
    pub(crate) fn plausible(&self, oldest_ms: u16) -> Option<f32> {
        (self.is_sound() && self.age_ms <= oldest_ms).then_some(self.value)
    }

    /// The value, if a sample arrived in this tick and is plausible.
    pub(crate) fn new_and_plausible(&self) -> Option<f32> {
        (self.is_sound() && self.is_new()).then_some(self.value)
    }

    /// The last sample, if it is finite and not older than `oldest_ms`; plausible or not. Unlike
    /// [`Self::present`] it does not fall back to an earlier sample where the last is not a number.
    pub(crate) fn last_if_finite(&self, oldest_ms: u16) -> Option<f32> {
        self.present(oldest_ms).filter(|_| !self.is_not_finite())
    }

    /// The last finite sample, if it is not older than `oldest_ms`; plausible or not.
    // Called from many places: once in flash.
    #[inline(never)]
    pub(crate) fn present(&self, oldest_ms: u16) -> Option<f32> {
        (self.value.is_finite() && self.age_ms <= oldest_ms).then_some(self.value)
    }
}

/// Counts how often both ends of many readings moved by more than their noise: a move of one end alone does not count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RangeMoveCounter {
    low: f32,
    high: f32,
    count: u16,
}

impl RangeMoveCounter {
    pub(crate) const fn new() -> Self {
        Self {
            low: f32::NAN,
            high: f32::NAN,
            count: 0,
        }
    }

    /// Updates with the present ends.
    pub(crate) fn update(&mut self, (low, high): (f32, f32), step: f32) {
        let moved = (low - self.low).abs() >= step && (high - self.high).abs() >= step;
        if moved {
            self.count = self.count.wrapping_add(1);
        }
        if moved || self.low.is_nan() {
            (self.low, self.high) = (low, high);
        }
    }

    pub(crate) const fn count(self) -> u16 {
        self.count
    }
}

/// Counts how often a quantity moved by more than its noise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MoveCounter {
    reference: f32,
    count: u16,
}

impl MoveCounter {
    pub(crate) const fn new() -> Self {
        Self {
            reference: f32::NAN,
            count: 0,
        }
    }

    /// Updates with the present value; one that is not a number is skipped.
    pub(crate) fn update(&mut self, value: f32, step: f32) {
        if !value.is_finite() {
            return;
        }
        if (value - self.reference).abs() >= step {
            self.count = self.count.wrapping_add(1);
            self.reference = value;
        } else if self.reference.is_nan() {
            self.reference = value;
        }
    }

    pub(crate) const fn count(self) -> u16 {
        self.count
    }
}
