//! Bytes from numbers and numbers from bytes, the low byte first.

use super::super::decimal::{Rounding, whole};

/// Fills a message from its beginning; what is left stays one bits.
pub(super) struct Writer<const N: usize> {
    bytes: [u8; N],
    at: usize,
}

impl<const N: usize> Writer<N> {
    pub(super) const fn new() -> Self {
        Self {
            bytes: [0xFF; N],
            at: 0,
        }
    }

    pub(super) fn put(mut self, bytes: &[u8]) -> Self {
        for byte in bytes {
            if let Some(place) = self.bytes.get_mut(self.at) {
                *place = *byte;
            }
            self.at += 1;
        }
        self
    }

    pub(super) fn byte(self, byte: u8) -> Self {
        self.put(&[byte])
    }

    pub(super) fn word(self, word: u16) -> Self {
        self.put(&word.to_le_bytes())
    }

    pub(super) const fn done(self) -> [u8; N] {
        self.bytes
    }
}

/// Reads a message from its beginning.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*first)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take().map(|[byte]: [u8; 1]| byte)
    }

    pub(super) fn word(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }
}

/// `number / unit` rounded, 0 to `most`.
#[expect(clippy::cast_possible_truncation, reason = "at most 65535")]
fn scaled(number: f32, per_unit: f32, most: u16, rounding: Rounding) -> u16 {
    whole(number * per_unit, u32::from(most), rounding) as u16
}

/// Tenths, the nearest.
pub(super) fn tenths(number: f32) -> u16 {
    scaled(number + 0.05, 10.0, u16::MAX, Rounding::Down)
}

/// Tenths, not above: for limits and demands.
pub(super) fn tenths_down(number: f32) -> u16 {
    // A number that came from tenths may be a hair below them.
    scaled(number + 1e-4, 10.0, u16::MAX, Rounding::Down)
}

/// Hundredths, the nearest.
pub(super) fn hundredths(number: f32, most: u16) -> u16 {
    scaled(number + 0.005, 100.0, most, Rounding::Down)
}

/// Hundredths, not above.
pub(super) fn hundredths_down(number: f32) -> u16 {
    scaled(number + 1e-5, 100.0, u16::MAX, Rounding::Down)
}

/// A charge current: 0.1 A a bit from -400 A, in which charging counts as negative. Not above the number.
pub(super) fn current_down(charge_a: f32) -> u16 {
    4000 - tenths_down(charge_a).min(4000)
}

/// The same, the nearest: for what was measured. A discharge counts up to 400 A.
pub(super) fn current(charge_a: f32) -> u16 {
    if charge_a < 0.0 {
        4000 + tenths(-charge_a).min(4000)
    } else {
        4000 - tenths(charge_a).min(4000)
    }
}

/// Charge current in ampere of its two bytes; negative for a discharge.
pub(super) fn ampere(raw: u16) -> f32 {
    (4000.0 - f32::from(raw)) / 10.0
}

/// A temperature: 1 degree Celsius a bit from -50, the nearest.
#[expect(clippy::cast_possible_truncation, reason = "at most 250")]
pub(super) fn celsius(degc: f32) -> u8 {
    scaled(degc + 50.5, 1.0, 250, Rounding::Down) as u8
}

/// Degrees Celsius of its byte.
pub(super) fn degc(raw: u8) -> f32 {
    f32::from(raw) - 50.0
}
