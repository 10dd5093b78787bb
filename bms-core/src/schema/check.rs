//! Checks of single fields. They work at compile time and are small: the first refusal is stored, names are numbers.

use core::fmt;

use crate::field::Field;

/// Why a value is refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParameterError {
    /// The field.
    pub field: Field,
    /// The place in a table; `None` for a single value and for a table of wrong length.
    pub index: Option<usize>,
    /// The refused value, or the length of a table of wrong length; temperatures in degrees Celsius, charge in
    /// ampere-hours.
    pub value: f32,
    /// What is accepted.
    pub expected: Expected,
}

/// What a value has to be.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Expected {
    /// A finite number greater than this one.
    Above(f32),
    /// A finite number not less than this one.
    AtLeast(f32),
    /// A finite number not greater than this one.
    AtMost(f32),
    /// Exactly this number.
    Exactly(f32),
    /// A table of this many entries.
    Length(usize),
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Above(bound) => write!(f, "a finite number above {bound}"),
            Self::AtLeast(bound) => write!(f, "a finite number of at least {bound}"),
            Self::AtMost(bound) => write!(f, "a finite number of at most {bound}"),
            Self::Exactly(value) => write!(f, "{value}"),
            Self::Length(length) => write!(f, "a table of {length} entries"),
        }
    }
}

impl fmt::Display for ParameterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.field)?;
        if let Some(index) = self.index {
            write!(f, "[{index}]")?;
        }
        write!(f, " is {}, expected {}", self.value, self.expected)
    }
}

impl core::error::Error for ParameterError {}

/// Checks fields one after the other and stores the first refusal.
#[derive(Debug)]
pub(crate) struct FieldChecks {
    refused: Option<ParameterError>,
}

// Each check is a call and no more: they are many.
impl FieldChecks {
    pub(crate) const fn new() -> Self {
        Self { refused: None }
    }

    /// # Errors
    /// The first refusal.
    pub(crate) const fn finish(&self) -> Result<(), ParameterError> {
        match self.refused {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    #[cold]
    #[inline(never)]
    pub(crate) const fn refuse(
        &mut self,
        field: Field,
        index: Option<usize>,
        value: f32,
        expected: Expected,
    ) {
        if self.refused.is_none() {
            self.refused = Some(ParameterError {
                field,
                index,
                value,
                expected,
            });
        }
    }

    /// Closed interval.
    #[inline(never)]
    pub(crate) const fn within(&mut self, field: Field, value: f32, low: f32, high: f32) {
        if let Some(expected) = misfit(value, low, high) {
            self.refuse(field, None, value, expected);
        }
    }

    /// A finite number above `low`.
    #[inline(never)]
    pub(crate) const fn above(&mut self, field: Field, value: f32, low: f32) {
        let fits = value > low && value < f32::INFINITY;
        if !fits {
            self.refuse(field, None, value, Expected::Above(low));
        }
    }

    /// Every entry within a closed interval.
    #[inline(never)]
    pub(crate) const fn table(&mut self, field: Field, values: &[f32], low: f32, high: f32) {
        let (mut index, mut rest) = (0, values);
        while let Some((value, others)) = rest.split_first() {
            if let Some(expected) = misfit(*value, low, high) {
                self.refuse(field, Some(index), *value, expected);
            }
            index += 1;
            rest = others;
        }
    }

    /// Every entry above `low` and at most `high`.
    #[inline(never)]
    pub(crate) const fn table_above(&mut self, field: Field, values: &[f32], low: f32, high: f32) {
        let (mut index, mut rest) = (0, values);
        while let Some((value, others)) = rest.split_first() {
            let is_above = *value > low;
            if *value > high {
                self.refuse(field, Some(index), *value, Expected::AtMost(high));
            } else if !is_above {
                self.refuse(field, Some(index), *value, Expected::Above(low));
            }
            index += 1;
            rest = others;
        }
    }

    /// Every entry more than `step` above the one before.
    #[inline(never)]
    pub(crate) const fn increasing(&mut self, field: Field, values: &[f32], step: f32) {
        let (mut index, mut rest) = (1, values);
        while let Some((first, others)) = rest.split_first() {
            let bound = *first + step;
            if let Some((second, _)) = others.split_first()
                && *second <= bound
            {
                self.refuse(field, Some(index), *second, Expected::Above(bound));
            }
            index += 1;
            rest = others;
        }
    }

    /// A table of `low` to `high` entries.
    #[inline(never)]
    #[expect(clippy::cast_precision_loss, reason = "a length for a message")]
    pub(crate) const fn entries(&mut self, field: Field, length: usize, low: usize, high: usize) {
        if length < low {
            self.refuse(field, None, length as f32, Expected::Length(low));
        } else if length > high {
            self.refuse(field, None, length as f32, Expected::Length(high));
        }
    }
}

/// What was expected of a value that is not within a closed interval; NaN is not.
const fn misfit(value: f32, low: f32, high: f32) -> Option<Expected> {
    let at_least = value >= low;
    if value > high {
        Some(Expected::AtMost(high))
    } else if !at_least {
        Some(Expected::AtLeast(low))
    } else {
        None
    }
}
