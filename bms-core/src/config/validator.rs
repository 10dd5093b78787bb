//! Checks of relations between fields. They work at compile time and are small: the first refusal is stored, names are
//! numbers.

use super::error::{ConfigError, Relation};
use crate::schema::{Expected, Field, ParameterError};

/// A field and its value.
pub(crate) type Named = (Field, f32);

/// Checks relations one after the other and stores the first refusal.
#[derive(Debug)]
pub(crate) struct Validator {
    refused: Option<ConfigError>,
}

// Each check is a call and no more: they are many.
impl Validator {
    /// After the checks of the single fields.
    pub(crate) const fn new(fields: Result<(), ParameterError>) -> Self {
        Self {
            refused: match fields {
                Ok(()) => None,
                Err(error) => Some(ConfigError::Value(error)),
            },
        }
    }

    /// # Errors
    /// The first refusal.
    pub(crate) const fn finish(&self) -> Result<(), ConfigError> {
        match self.refused {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    const fn keep(&mut self, error: ConfigError) {
        if self.refused.is_none() {
            self.refused = Some(error);
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
        self.keep(ConfigError::Value(ParameterError {
            field,
            index,
            value,
            expected,
        }));
    }

    /// A bound that another field determines, reported by its value.
    #[inline(never)]
    pub(crate) const fn at_most_value(&mut self, (field, value): Named, high: f32) {
        if value > high {
            self.refuse(field, None, value, Expected::AtMost(high));
        }
    }

    /// An entry of a list, between 0 and `high`.
    #[inline(never)]
    pub(crate) const fn within(&mut self, (field, value): Named, index: usize, high: f32) {
        let at_least = value >= 0.0;
        if value > high {
            self.refuse(field, Some(index), value, Expected::AtMost(high));
        } else if !at_least {
            self.refuse(field, Some(index), value, Expected::AtLeast(0.0));
        }
    }

    #[inline(never)]
    pub(crate) const fn below(&mut self, first: Named, second: Named) {
        let holds = first.1 < second.1;
        if !holds {
            self.contradict(first, Relation::Below, second);
        }
    }

    #[inline(never)]
    pub(crate) const fn at_most(&mut self, first: Named, second: Named) {
        let holds = first.1 <= second.1;
        if !holds {
            self.contradict(first, Relation::AtMost, second);
        }
    }

    #[cold]
    #[inline(never)]
    const fn contradict(&mut self, first: Named, relation: Relation, second: Named) {
        self.keep(ConfigError::Pair {
            field: first.0,
            value: first.1,
            relation,
            other: second.0,
            other_value: second.1,
        });
    }

    pub(crate) const fn rising(&mut self, [operating, recommended, maximum]: [Named; 3]) {
        self.below(operating, recommended);
        self.below(recommended, maximum);
    }

    pub(crate) const fn falling(&mut self, [operating, recommended, maximum]: [Named; 3]) {
        self.below(recommended, operating);
        self.below(maximum, recommended);
    }
}
