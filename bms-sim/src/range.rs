//! Numbers that have to lie in a range, and how they are refused.

/// Why a number is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{field} is {value}, expected {expected}")]
pub struct RangeError {
    /// The invalid field.
    pub field: &'static str,
    /// The number.
    pub value: f64,
    /// The accepted values.
    pub expected: &'static str,
}

/// A range of finite numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Range {
    /// Any finite number.
    Finite,
    /// Above 0.
    Positive,
    /// At least 0.
    NotNegative,
    /// From 0 to 1.
    Fraction,
    /// Above 0 and at most 1.
    Efficiency,
    /// From 0 to 0.2.
    SmallFraction,
    /// From 0 to 20.
    UpToTwenty,
    /// From -60 to 100, in degrees Celsius.
    Celsius,
    /// A whole number from 1 to 10000.
    Count,
}

impl Range {
    fn expected(self) -> &'static str {
        match self {
            Self::Finite => "a finite number",
            Self::Positive => "a finite number above 0",
            Self::NotNegative => "a finite number of at least 0",
            Self::Fraction => "a number from 0 to 1",
            Self::Efficiency => "a number above 0 and at most 1",
            Self::SmallFraction => "a number from 0 to 0.2",
            Self::UpToTwenty => "a number from 0 to 20",
            Self::Celsius => "a temperature from -60 to 100 degC",
            Self::Count => "a whole number from 1 to 10000",
        }
    }

    fn holds(self, value: f64) -> bool {
        value.is_finite()
            && match self {
                Self::Finite => true,
                Self::Positive => value > 0.0,
                Self::NotNegative => value >= 0.0,
                Self::Fraction => (0.0..=1.0).contains(&value),
                Self::Efficiency => value > 0.0 && value <= 1.0,
                Self::SmallFraction => (0.0..=0.2).contains(&value),
                Self::UpToTwenty => (0.0..=20.0).contains(&value),
                Self::Celsius => (-60.0..=100.0).contains(&value),
                Self::Count => (1.0..=10_000.0).contains(&value),
            }
    }
}

/// Checks fields against their ranges, in order; an error has the field's name.
macro_rules! check_fields {
    ($of:expr; $($first:ident $(. $rest:ident)* $(as $number:ty)?: $range:ident),*) => {
        $crate::range::check(&[$((
            concat!(stringify!($first) $(, ".", stringify!($rest))*),
            $of.$first $(. $rest)* $(as $number)?,
            $crate::range::Range::$range,
        )),*])
    };
}
pub(crate) use check_fields;

/// Refuses the first number that is out of its range.
pub(crate) fn check(fields: &[(&'static str, f64, Range)]) -> Result<(), RangeError> {
    match fields.iter().find(|(_, value, range)| !range.holds(*value)) {
        None => Ok(()),
        Some(&(field, value, range)) => Err(RangeError {
            field,
            value,
            expected: range.expected(),
        }),
    }
}
