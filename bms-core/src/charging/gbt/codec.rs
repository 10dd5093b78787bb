//! How numbers stand in the bytes of a message, the low byte first, and how a message is laid out.

use crate::charging::decimal::{Rounding, percent, whole};
use crate::units::{
    ElectricCharge, ElectricCurrent, ElectricPotential, Energy, Ratio, ThermodynamicTemperature,
    amp_hours, amperes, celsius, joules, ratio, to_amp_hours, to_amperes, to_celsius, to_joules,
    to_ratio, to_volts, volts,
};

/// Fills a message from its beginning; the rest stays one bits.
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

    pub(super) const fn done(self) -> [u8; N] {
        self.bytes
    }
}

/// Reads a message from its beginning. A read beyond the end takes nothing.
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
}

/// A value and its bytes.
pub(super) struct Codec<T, const N: usize> {
    pub(super) encode: fn(T) -> [u8; N],
    pub(super) decode: fn([u8; N]) -> T,
}

impl<T, const N: usize> Codec<T, N> {
    pub(super) fn take(&self, reader: &mut Reader<'_>) -> Option<T> {
        reader.take().map(self.decode)
    }
}

/// A value that a message of the standard's first edition leaves out; it reads as `missing` there.
pub(super) struct Trailing<T, const N: usize> {
    pub(super) encode: fn(T) -> [u8; N],
    pub(super) decode: fn([u8; N]) -> T,
    pub(super) missing: T,
}

impl<T: Copy, const N: usize> Trailing<T, N> {
    #[expect(clippy::unnecessary_wraps, reason = "as a codec")]
    pub(super) fn take(&self, reader: &mut Reader<'_>) -> Option<T> {
        Some(reader.take().map_or(self.missing, self.decode))
    }
}

/// Encoder and decoder of a message: its fields in the order of the bytes, each with its codec.
macro_rules! layout {
    ($message:ident, $length:literal bytes: $(($($field:ident),+) $codec:expr;)+) => {
        #[allow(unused_parens, reason = "a row may have one field")]
        impl $message {
            /// The bytes of the message; bits that the standard leaves undefined are ones.
            #[must_use]
            pub fn encode(&self) -> [u8; $length] {
                let writer = Writer::new();
                $(let writer = writer.put(&($codec.encode)(($(self.$field),+)));)+
                writer.done()
            }

            /// The message of these bytes; `None` if they are too few.
            #[must_use]
            pub fn decode(bytes: &[u8]) -> Option<Self> {
                let mut reader = Reader::new(bytes);
                $(let ($($field),+) = $codec.take(&mut reader)?;)+
                Some(Self { $($($field),+),+ })
            }
        }
    };
}
pub(super) use layout;

const JOULES_PER_KWH: f32 = 3.6e6;

pub(super) const BYTE: Codec<u8, 1> = Codec {
    encode: |byte| [byte],
    decode: |[byte]| byte,
};

pub(super) const WORD: Codec<u16, 2> = Codec {
    encode: u16::to_le_bytes,
    decode: u16::from_le_bytes,
};

pub(super) const NUMBER: Codec<u32, 4> = Codec {
    encode: u32::to_le_bytes,
    decode: u32::from_le_bytes,
};

pub(super) const NUMBER_OR_NONE: Trailing<u32, 4> = Trailing {
    encode: NUMBER.encode,
    decode: NUMBER.decode,
    missing: 0,
};

/// Minutes of a charge; at most 600 are written.
pub(super) const MINUTES: Codec<u16, 2> = Codec {
    encode: |minutes| minutes.min(600).to_le_bytes(),
    decode: u16::from_le_bytes,
};

/// 0.1 V per bit, the nearest.
pub(super) const VOLTAGE: Codec<ElectricPotential, 2> = Codec {
    encode: |voltage| tenths(to_volts(voltage)).to_le_bytes(),
    decode: |bytes| volts(from_word(bytes) / 10.0),
};

/// 0.1 V per bit, rounded down.
pub(super) const VOLTAGE_DOWN: Codec<ElectricPotential, 2> = Codec {
    encode: |voltage| tenths_down(to_volts(voltage)).to_le_bytes(),
    ..VOLTAGE
};

/// 0.01 V per bit up to 24 V, the nearest.
pub(super) const CELL_VOLTAGE: Codec<ElectricPotential, 2> = Codec {
    encode: |voltage| hundredths(to_volts(voltage), 2400).to_le_bytes(),
    decode: |bytes| volts(from_word(bytes) / 100.0),
};

/// 0.01 V per bit, rounded down.
pub(super) const CELL_VOLTAGE_DOWN: Codec<ElectricPotential, 2> = Codec {
    encode: |voltage| hundredths_down(to_volts(voltage)).to_le_bytes(),
    ..CELL_VOLTAGE
};

/// A charge current, the nearest: 0.1 A per bit from -400 A, in which charging counts as negative. A discharge counts up to
/// 400 A.
pub(super) const CURRENT: Codec<ElectricCurrent, 2> = Codec {
    encode: |current| {
        let charge_a = to_amperes(current);
        let word = if charge_a < 0.0 {
            4000 + tenths(-charge_a).min(4000)
        } else {
            4000 - tenths(charge_a).min(4000)
        };
        word.to_le_bytes()
    },
    decode: |bytes| amperes((4000.0 - from_word(bytes)) / 10.0),
};

/// The same, rounded down; a discharge is written as zero.
pub(super) const CURRENT_DOWN: Codec<ElectricCurrent, 2> = Codec {
    encode: |current| (4000 - tenths_down(to_amperes(current)).min(4000)).to_le_bytes(),
    ..CURRENT
};

pub(super) const CURRENT_OR_NONE: Trailing<ElectricCurrent, 2> = Trailing {
    encode: CURRENT.encode,
    decode: CURRENT.decode,
    missing: amperes(0.0),
};

/// 0.1 kWh per bit, the nearest.
pub(super) const ENERGY: Codec<Energy, 2> = Codec {
    encode: |energy| tenths(to_joules(energy) / JOULES_PER_KWH).to_le_bytes(),
    decode: |bytes| joules(from_word(bytes) / 10.0 * JOULES_PER_KWH),
};

/// 0.1 Ah per bit, the nearest.
pub(super) const CHARGE: Codec<ElectricCharge, 2> = Codec {
    encode: |charge| tenths(to_amp_hours(charge)).to_le_bytes(),
    decode: |bytes| amp_hours(from_word(bytes) / 10.0),
};

/// 1 % per bit, rounded down.
pub(super) const PERCENT: Codec<Ratio, 1> = Codec {
    encode: |share| [percent(to_ratio(share))],
    decode: |[percent]| ratio(f32::from(percent) / 100.0),
};

/// 0.1 % per bit up to 100 %, rounded down.
pub(super) const PER_MILLE: Codec<Ratio, 2> = Codec {
    encode: |share| tenths_down(to_ratio(share).min(1.0) * 100.0).to_le_bytes(),
    decode: |bytes| ratio(from_word(bytes) / 1000.0),
};

/// 1 degree Celsius per bit from -50 to 200, the nearest.
pub(super) const TEMPERATURE: Codec<ThermodynamicTemperature, 1> = Codec {
    encode: |temperature| [degrees(to_celsius(temperature))],
    decode: |[degrees]| celsius(f32::from(degrees) - 50.0),
};

/// The same, rounded down: for limits.
pub(super) const TEMPERATURE_DOWN: Codec<ThermodynamicTemperature, 1> = Codec {
    encode: |temperature| [degrees(to_celsius(temperature) - 0.49)],
    ..TEMPERATURE
};

/// 0.01 V per bit in the lower 12 bits, the group of the cell, 0 to 15, above.
pub(super) const CELL_IN_GROUP: Codec<(ElectricPotential, u8), 2> = Codec {
    encode: |(voltage, group)| {
        let hundredths = hundredths(to_volts(voltage), 0x0FFF);
        (hundredths | u16::from(group & 0x0F) << 12).to_le_bytes()
    },
    decode: |[low, high]| {
        let hundredths = u16::from_le_bytes([low, high & 0x0F]);
        (volts(f32::from(hundredths) / 100.0), high >> 4)
    },
};

fn from_word(bytes: [u8; 2]) -> f32 {
    f32::from(u16::from_le_bytes(bytes))
}

/// `number * per_unit` rounded down, 0 to `most`.
#[expect(clippy::cast_possible_truncation, reason = "at most 65535")]
fn scaled(number: f32, per_unit: f32, most: u16) -> u16 {
    whole(number * per_unit, u32::from(most), Rounding::Down) as u16
}

fn tenths(number: f32) -> u16 {
    scaled(number + 0.05, 10.0, u16::MAX)
}

pub(super) fn tenths_down(number: f32) -> u16 {
    // A number that came from tenths may be a little below them.
    scaled(number + 1e-4, 10.0, u16::MAX)
}

pub(super) fn hundredths(number: f32, most: u16) -> u16 {
    scaled(number + 0.005, 100.0, most)
}

fn hundredths_down(number: f32) -> u16 {
    scaled(number + 1e-5, 100.0, u16::MAX)
}

#[expect(clippy::cast_possible_truncation, reason = "at most 250")]
fn degrees(degc: f32) -> u8 {
    scaled(degc + 50.5, 1.0, 250) as u8
}
