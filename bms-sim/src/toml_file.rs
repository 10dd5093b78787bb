//! TOML input files, with errors that name file, line, column and key.

use std::fmt::Write as _;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Why a TOML file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TomlError {
    /// The file cannot be read.
    #[error("{}: cannot be read: {source}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// Invalid TOML, or an unexpected key or type.
    #[error("{}:{line}:{column}: {}{message}", file.display(), in_key(key))]
    Form {
        /// The file.
        file: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// The key with its sections; empty if unknown.
        key: String,
        /// The value found and the accepted ones.
        message: String,
    },
    /// A value is of the right type and still cannot be used.
    #[error("{}:{line}:{column}: key `{key}`: found {found}, expected {expected}", file.display())]
    Value {
        /// The file.
        file: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// The key with its sections.
        key: String,
        /// The value found.
        found: String,
        /// The accepted values.
        expected: String,
    },
}

fn in_key(key: &str) -> String {
    if key.is_empty() {
        String::new()
    } else {
        format!("key `{key}`: ")
    }
}

/// A step of the path from the document to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Into a table.
    Key(&'a str),
    /// Into an array, from 0.
    Index(usize),
}

/// The text of a TOML file and its origin.
#[derive(Clone, Debug)]
pub struct TomlFile {
    path: PathBuf,
    text: String,
}

impl TomlFile {
    /// Reads the text.
    ///
    /// # Errors
    /// The file cannot be read or is not UTF-8.
    pub fn read(path: &Path) -> Result<Self, TomlError> {
        let text = std::fs::read_to_string(path).map_err(|source| TomlError::Io {
            file: path.to_owned(),
            source,
        })?;
        Ok(Self {
            path: path.to_owned(),
            text,
        })
    }

    /// Origin of the text.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Parses the text.
    ///
    /// # Errors
    /// [`TomlError::Form`].
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, TomlError> {
        toml::from_str(&self.text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let (line, column) = self.place(start);
            TomlError::Form {
                file: self.path.clone(),
                line,
                column,
                key: self.key_at(start),
                message: error.message().replace('\n', ", "),
            }
        })
    }

    /// An error: the value at the end of `steps` is `found` instead of `expected`.
    ///
    /// If a step does not exist, the position is that of the deepest existing one.
    #[must_use]
    pub fn value_error(
        &self,
        steps: &[Step<'_>],
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> TomlError {
        let (line, column) = self.place(self.start_of(steps));
        let mut key = String::new();
        for step in steps {
            push_step(&mut key, *step);
        }
        TomlError::Value {
            file: self.path.clone(),
            line,
            column,
            key,
            found: found.into(),
            expected: expected.into(),
        }
    }

    /// Line and column of a byte, both from 1.
    fn place(&self, byte: usize) -> (usize, usize) {
        let before = self.text.get(..byte).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (
            before.matches('\n').count() + 1,
            before[line_start..].chars().count() + 1,
        )
    }

    fn start_of(&self, steps: &[Step<'_>]) -> usize {
        let (document, _) = DeTable::parse_recoverable(&self.text);
        let mut start = 0;
        let mut steps = steps.iter();
        let Some(Step::Key(first)) = steps.next() else {
            return start;
        };
        let Some(mut value) = entry(document.get_ref(), first, &mut start) else {
            return start;
        };
        for step in steps {
            let next = match (step, value.get_ref()) {
                (Step::Key(key), DeValue::Table(table)) => entry(table, key, &mut start),
                (Step::Index(index), DeValue::Array(array)) => {
                    let item = array.get(*index);
                    item.inspect(|item| start = item.span().start)
                }
                _ => None,
            };
            let Some(next) = next else {
                break;
            };
            value = next;
        }
        start
    }

    /// The key whose name or value covers a byte; empty if there is none.
    fn key_at(&self, byte: usize) -> String {
        let (document, _) = DeTable::parse_recoverable(&self.text);
        key_in_table(document.get_ref(), byte, "").unwrap_or_default()
    }
}

/// A table's value, with the place of its key noted in `start`.
fn entry<'t, 'i>(
    table: &'t DeTable<'i>,
    name: &str,
    start: &mut usize,
) -> Option<&'t Spanned<DeValue<'i>>> {
    let (key, value) = table.iter().find(|(key, _)| key.get_ref() == name)?;
    *start = key.span().start;
    Some(value)
}

fn push_step(path: &mut String, step: Step<'_>) {
    match step {
        Step::Key(key) if path.is_empty() => path.push_str(key),
        Step::Key(key) => {
            path.push('.');
            path.push_str(key);
        }
        Step::Index(index) => write!(path, "[{index}]").unwrap_or_default(),
    }
}

fn key_in_table(table: &DeTable<'_>, byte: usize, path: &str) -> Option<String> {
    table.iter().find_map(|(key, value)| {
        let mut inner = path.to_owned();
        push_step(&mut inner, Step::Key(key.get_ref()));
        key_in_value(value, byte, &inner).or_else(|| covers(&key.span(), byte).then_some(inner))
    })
}

fn key_in_value(value: &Spanned<DeValue<'_>>, byte: usize, path: &str) -> Option<String> {
    let inside = match value.get_ref() {
        DeValue::Table(table) => return key_in_table(table, byte, path),
        DeValue::Array(array) => array.iter().enumerate().find_map(|(index, item)| {
            let mut inner = path.to_owned();
            push_step(&mut inner, Step::Index(index));
            key_in_value(item, byte, &inner)
        }),
        _ => None,
    };
    inside.or_else(|| covers(&value.span(), byte).then(|| path.to_owned()))
}

fn covers(span: &Range<usize>, byte: usize) -> bool {
    span.start <= byte && byte < span.end
}
