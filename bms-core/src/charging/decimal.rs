//! Numbers of the charging protocols: a 16-bit integer times a power of ten, rounded to the safe side.

/// Direction of rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Down: for upper limits and requests.
    Down,
    /// Up: for lower limits and remaining times.
    Up,
}

/// A number of DIN SPEC 70121 and ISO 15118-2: `value * 10^multiplier`, multiplier -3 to 3. The unit goes with the field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PhysicalValue {
    /// Power of ten, -3 to 3.
    pub multiplier: i8,
    /// The value.
    pub value: i16,
}

/// A number of ISO 15118-20: `value * 10^exponent`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RationalNumber {
    /// Power of ten.
    pub exponent: i8,
    /// The value.
    pub value: i16,
}

/// Powers of ten of a number.
const POWERS: [(i8, f64); 7] = [
    (-3, 1e-3),
    (-2, 1e-2),
    (-1, 1e-1),
    (0, 1.0),
    (1, 1e1),
    (2, 1e2),
    (3, 1e3),
];

impl PhysicalValue {
    /// The nearest number in the direction of `rounding`, with as many digits as fit.
    ///
    /// Clamped to plus or minus 32.767 million; NaN gives zero.
    #[must_use]
    pub fn of(number: f32, rounding: Rounding) -> Self {
        let (multiplier, value) = decimal(number, rounding);
        Self { multiplier, value }
    }

    /// The value of the number.
    #[must_use]
    pub fn number(self) -> f64 {
        number(self.multiplier, self.value)
    }
}

impl RationalNumber {
    /// As [`PhysicalValue::of`].
    #[must_use]
    pub fn of(number: f32, rounding: Rounding) -> Self {
        let (exponent, value) = decimal(number, rounding);
        Self { exponent, value }
    }

    /// The value of the number.
    #[must_use]
    pub fn number(self) -> f64 {
        number(self.exponent, self.value)
    }
}

fn number(exponent: i8, value: i16) -> f64 {
    let power = POWERS
        .iter()
        .find(|(known, _)| *known == exponent)
        .map_or(1.0, |(_, power)| *power);
    // A division by a whole power is exact to the last bit where a product with a fraction is not.
    let inverse = POWERS.iter().find(|(known, _)| *known == -exponent);
    match inverse {
        Some((_, inverse)) if exponent < 0 => f64::from(value) / inverse,
        _ => f64::from(value) * power,
    }
}

/// Exponent and value. The arithmetic is exact: a 24-bit number times or over a power of ten keeps its order in 53 bits.
fn decimal(number: f32, rounding: Rounding) -> (i8, i16) {
    if number.is_nan() {
        return (0, 0);
    }
    let number = f64::from(number.clamp(-3.276_7e7, 3.276_7e7));
    for (exponent, power) in POWERS {
        let scaled = if exponent < 0 {
            let inverse = POWERS
                .iter()
                .find(|(known, _)| *known == -exponent)
                .map_or(1.0, |(_, inverse)| *inverse);
            number * inverse
        } else {
            number / power
        };
        let rounded = round(scaled, rounding);
        if let Ok(value) = i16::try_from(rounded) {
            return (exponent, value);
        }
    }
    (3, if number < 0.0 { i16::MIN } else { i16::MAX })
}

/// The integer next to `x`, which is far within the range of `i64`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "below 4e10, and a truncation is meant"
)]
fn round(x: f64, rounding: Rounding) -> i64 {
    let towards_zero = x as i64;
    let rest = x - towards_zero as f64;
    match rounding {
        Rounding::Down if rest < 0.0 => towards_zero - 1,
        Rounding::Up if rest > 0.0 => towards_zero + 1,
        _ => towards_zero,
    }
}

/// The integer next to a number, 0 to `most`; NaN gives zero.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within 0 to most"
)]
pub(crate) fn whole(number: f32, most: u32, rounding: Rounding) -> u32 {
    if number.is_nan() || number <= 0.0 {
        return 0;
    }
    if f64::from(number) >= f64::from(most) {
        return most;
    }
    round(f64::from(number), rounding) as u32
}

/// Percent of a share, 0 to 100, rounded down.
#[expect(clippy::cast_possible_truncation, reason = "at most 100")]
pub(crate) fn percent(share: f32) -> u8 {
    // A share that came from whole percent may be a little below it.
    whole(share * 100.0 + 1e-4, 100, Rounding::Down) as u8
}
