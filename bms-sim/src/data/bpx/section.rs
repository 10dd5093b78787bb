//! A section of a BPX file: reads values by key; errors name file, key, value and accepted values.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::BpxError;
use super::expression::Expression;

/// An object within the file. [`Section::end`] refuses keys that were not read.
pub(super) struct Section<'a> {
    file: &'a str,
    path: String,
    values: &'a Map<String, Value>,
    known: RefCell<BTreeSet<&'static str>>,
}

/// A bound on a number.
#[derive(Clone, Copy, Debug)]
pub(super) enum Range {
    Any,
    Positive,
    NotNegative,
    /// Above 0 and at most 1.
    Fraction,
    /// From 0 to 1.
    Stoichiometry,
}

impl Range {
    fn holds(self, value: f64) -> bool {
        value.is_finite()
            && match self {
                Self::Any => true,
                Self::Positive => value > 0.0,
                Self::NotNegative => value >= 0.0,
                Self::Fraction => value > 0.0 && value <= 1.0,
                Self::Stoichiometry => (0.0..=1.0).contains(&value),
            }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Any => "a number",
            Self::Positive => "a number above 0",
            Self::NotNegative => "a number of at least 0",
            Self::Fraction => "a number above 0 and at most 1",
            Self::Stoichiometry => "a number from 0 to 1",
        }
    }
}

/// A function of one variable in any form that the format allows.
pub(super) enum Function {
    Constant(f64),
    Formula(Expression),
    /// Nodes in increasing order with their values, straight between them and beyond.
    Table(Vec<(f64, f64)>),
}

impl Function {
    pub(super) fn value(&self, x: f64) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Formula(formula) => formula.value(x),
            Self::Table(nodes) => {
                let above = nodes
                    .partition_point(|node| node.0 <= x)
                    .clamp(1, nodes.len() - 1);
                let (a, b) = (nodes[above - 1], nodes[above]);
                a.1 + (b.1 - a.1) * (x - a.0) / (b.0 - a.0)
            }
        }
    }
}

impl<'a> Section<'a> {
    pub(super) fn new(file: &'a str, path: &str, value: &'a Value) -> Result<Self, BpxError> {
        let Value::Object(values) = value else {
            return Err(BpxError::new(
                file,
                path,
                describe(value),
                "an object of keys and values",
            ));
        };
        Ok(Self {
            file,
            path: path.to_owned(),
            values,
            known: RefCell::default(),
        })
    }

    fn key(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{} / {key}", self.path)
        }
    }

    pub(super) fn refuse(&self, key: &str, found: impl Into<String>, expected: &str) -> BpxError {
        BpxError::new(self.file, &self.key(key), found.into(), expected)
    }

    /// A value that may be absent or null.
    pub(super) fn find(&self, key: &'static str) -> Option<&'a Value> {
        self.known.borrow_mut().insert(key);
        self.values.get(key).filter(|value| !value.is_null())
    }

    pub(super) fn need(&self, key: &'static str, expected: &str) -> Result<&'a Value, BpxError> {
        self.find(key)
            .ok_or_else(|| self.refuse(key, "missing", expected))
    }

    /// A section within this one, or `None` if absent.
    pub(super) fn inner(&self, key: &'static str) -> Result<Option<Section<'a>>, BpxError> {
        self.find(key)
            .map(|value| Section::new(self.file, &self.key(key), value))
            .transpose()
    }

    pub(super) fn needed_inner(&self, key: &'static str) -> Result<Section<'a>, BpxError> {
        self.need(key, "an object of keys and values")?;
        Section::new(self.file, &self.key(key), &self.values[key])
    }

    pub(super) fn number(&self, key: &'static str, range: Range) -> Result<f64, BpxError> {
        let value = self.need(key, range.expected())?;
        let number = value.as_f64().filter(|number| range.holds(*number));
        number.ok_or_else(|| self.refuse(key, describe(value), range.expected()))
    }

    pub(super) fn number_or(
        &self,
        key: &'static str,
        range: Range,
        otherwise: f64,
    ) -> Result<f64, BpxError> {
        if self.find(key).is_none() {
            Ok(otherwise)
        } else {
            self.number(key, range)
        }
    }

    pub(super) fn text(&self, key: &'static str) -> Result<&'a str, BpxError> {
        let value = self.need(key, "a text")?;
        value
            .as_str()
            .ok_or_else(|| self.refuse(key, describe(value), "a text"))
    }

    /// A constant, a formula in `x`, or a table `{"x": [...], "y": [...]}`.
    pub(super) fn function(&self, key: &'static str) -> Result<Function, BpxError> {
        const EXPECTED: &str = "a number, a formula in x, or a table {\"x\": [...], \"y\": [...]}";
        match self.need(key, EXPECTED)? {
            Value::String(text) => match Expression::parse(text) {
                Ok(formula) => Ok(Function::Formula(formula)),
                Err(error) => {
                    let found = format!("`{}`, {}", shorten(text), error.found);
                    let expected = format!("{} at character {}", error.expected, error.place);
                    Err(self.refuse(key, found, &expected))
                }
            },
            Value::Object(table) => self.table(key, table),
            value => value
                .as_f64()
                .filter(|number| number.is_finite())
                .map(Function::Constant)
                .ok_or_else(|| self.refuse(key, describe(value), EXPECTED)),
        }
    }

    fn table(&self, key: &'static str, table: &Map<String, Value>) -> Result<Function, BpxError> {
        let column = |name: &str| -> Result<Vec<f64>, BpxError> {
            const EXPECTED: &str = "a list of finite numbers";
            let inner = format!("{key} / {name}");
            let Some(Value::Array(values)) = table.get(name) else {
                let found = table
                    .get(name)
                    .map_or_else(|| "missing".to_owned(), describe);
                return Err(self.refuse(&inner, found, EXPECTED));
            };
            let number = |value: &Value| {
                value
                    .as_f64()
                    .filter(|number| number.is_finite())
                    .ok_or_else(|| self.refuse(&inner, describe(value), EXPECTED))
            };
            values.iter().map(number).collect()
        };
        let (x, y) = (column("x")?, column("y")?);
        if x.len() != y.len() || x.len() < 2 {
            let found = format!("{} x and {} y", x.len(), y.len());
            return Err(self.refuse(key, found, "equal numbers of x and y, at least two"));
        }
        let mut nodes: Vec<_> = x.into_iter().zip(y).collect();
        nodes.sort_by(|a, b| a.0.total_cmp(&b.0));
        if let Some(twice) = nodes.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
            return Err(self.refuse(
                key,
                format!("x of {} twice", twice[0].0),
                "distinct values of x",
            ));
        }
        Ok(Function::Table(nodes))
    }

    /// Refuses keys that were not read.
    pub(super) fn end(&self) -> Result<(), BpxError> {
        let known = self.known.borrow();
        let Some(unknown) = self.values.keys().find(|key| !known.contains(key.as_str())) else {
            return Ok(());
        };
        let allowed: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
        let expected = format!("one of {}", allowed.join(", "));
        Err(self.refuse(unknown, "an unknown key", &expected))
    }
}

fn shorten(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start}...")
}

fn describe(value: &Value) -> String {
    match value {
        Value::Object(_) => "an object".to_owned(),
        Value::Array(list) => format!("a list of {}", list.len()),
        Value::String(text) => format!("\"{}\"", shorten(text)),
        other => other.to_string(),
    }
}
