//! One look at all values of a configuration. Works at compile time, and is small: what is kept is the first that does not
//! fit, and the names of the fields are numbers.

use super::LimitMap;
use super::error::{ConfigError, Relation};
use crate::cell::{Expected, ParameterError};
use crate::field::Field;

/// A field and its value.
pub(crate) type Named = (Field, f32);

/// Looks at values one after the other, and keeps the first that does not fit.
#[derive(Debug)]
pub(crate) struct Validator {
    found: Option<ConfigError>,
}

// Each check is a call and no more: they are many.
impl Validator {
    pub(crate) const fn new() -> Self {
        Self { found: None }
    }

    /// # Errors
    /// What was found first.
    pub(crate) const fn finish(&self) -> Result<(), ConfigError> {
        match self.found {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    const fn keep(&mut self, error: ConfigError) {
        if self.found.is_none() {
            self.found = Some(error);
        }
    }

    #[cold]
    #[inline(never)]
    pub(crate) const fn refuse(
        &mut self,
        field: Field,
        index: usize,
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

    #[inline(never)]
    pub(crate) const fn within(&mut self, (field, found): Named, low: f32, high: f32) {
        if found > high {
            self.refuse(field, 0, found, Expected::AtMost(high));
        } else if !at_least(found, low) {
            self.refuse(field, 0, found, Expected::AtLeast(low));
        }
    }

    #[inline(never)]
    pub(crate) const fn positive(&mut self, (field, found): Named) {
        let fits = found > 0.0 && found < f32::INFINITY;
        if !fits {
            self.refuse(field, 0, found, Expected::Above(0.0));
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

    /// A table of another length than it has to have.
    #[expect(clippy::cast_precision_loss, reason = "a length for a message")]
    pub(crate) const fn wrong_length(&mut self, field: Field, found: usize, wanted: usize) {
        self.refuse(field, 0, found as f32, Expected::Length(wanted));
    }

    pub(crate) const fn map(&mut self, map: &LimitMap<'_>, field: Field, low: f32, high: f32) {
        let length = map.temperature_k.len() * map.soc.len();
        if map.temperature_k.is_empty() {
            self.wrong_length(field, 0, 1);
        } else if map.values.len() != length || length == 0 {
            let wanted = if length == 0 { 1 } else { length };
            self.wrong_length(field, map.values.len(), wanted);
        } else {
            self.increasing(field, map.temperature_k, 173.15, 573.15);
            self.increasing(field, map.soc, 0.0, 1.0);
            self.entries(field, map.values, low, high);
        }
    }

    #[inline(never)]
    pub(crate) const fn increasing(&mut self, field: Field, values: &[f32], low: f32, high: f32) {
        self.entries(field, values, low, high);
        let (mut index, mut rest) = (1, values);
        while let Some((first, others)) = rest.split_first() {
            if let Some((second, _)) = others.split_first()
                && *second <= *first
            {
                self.refuse(field, index, *second, Expected::Above(*first));
            }
            index += 1;
            rest = others;
        }
    }

    #[inline(never)]
    pub(crate) const fn entries(&mut self, field: Field, values: &[f32], low: f32, high: f32) {
        let (mut index, mut rest) = (0, values);
        while let Some((entry, others)) = rest.split_first() {
            if *entry > high {
                self.refuse(field, index, *entry, Expected::AtMost(high));
            } else if !at_least(*entry, low) {
                self.refuse(field, index, *entry, Expected::AtLeast(low));
            }
            index += 1;
            rest = others;
        }
    }
}

/// What is not a number is not.
const fn at_least(value: f32, low: f32) -> bool {
    value >= low
}
