//! Why a configuration is refused.

use core::fmt;

use crate::schema::{Field, ParameterError};

/// Required relation of two fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The first has to be below the second.
    Below,
    /// The first must not be above the second.
    AtMost,
}

/// Why a configuration is refused.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ConfigError {
    /// A single value, or an entry of a table.
    Value(ParameterError),
    /// Two values that contradict each other. Voltages in volts, currents in ampere, temperatures in degrees Celsius,
    /// times in milliseconds or, for a field whose name ends with `_s`, in seconds.
    Pair {
        /// The first field.
        field: Field,
        /// Its value.
        value: f32,
        /// Required relation to the second field.
        relation: Relation,
        /// The second field.
        other: Field,
        /// Its value.
        other_value: f32,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(error) => write!(f, "{error}"),
            Self::Pair {
                field,
                value,
                relation,
                other,
                other_value,
            } => {
                let relation = match relation {
                    Relation::Below => "below",
                    Relation::AtMost => "at most",
                };
                write!(
                    f,
                    "{field} is {value}, but has to be {relation} {other}, which is {other_value}"
                )
            }
        }
    }
}

impl core::error::Error for ConfigError {}
