//! Why a configuration is refused.

use core::fmt;

use crate::cell::ParameterError;
use crate::field::Field;

/// How two fields have to stand to each other.
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
    /// The description of the cell, field `cell`.
    Cell(ParameterError),
    /// The tuning of the estimator, field `estimator`.
    Estimator(ParameterError),
    /// The tuning of the estimator of differences, field `deltas`.
    Differences(ParameterError),
    /// The tuning of the estimator of the capacity, field `capacity`.
    Capacity(ParameterError),
    /// A single value, or a place in a table.
    Value(ParameterError),
    /// Two values that contradict each other. Voltages in volts, currents in ampere, temperatures in degrees Celsius,
    /// times in milliseconds.
    Pair {
        /// The first field.
        field: Field,
        /// Its value.
        value: f32,
        /// How it has to stand to the second.
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
            Self::Cell(error) => write!(f, "cell.{error}"),
            Self::Estimator(error) => write!(f, "estimator.{error}"),
            Self::Differences(error) => write!(f, "deltas.{error}"),
            Self::Capacity(error) => write!(f, "capacity.{error}"),
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
