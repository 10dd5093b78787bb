//! Checks of the values in a table of a TOML file; errors have the place of the value.

use std::path::{Path, PathBuf};

use crate::range::{Range, RangeError, check};
use crate::toml_file::{Step, TomlError, TomlFile};

/// A table of a TOML file: the document, or an entry of an array of tables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Section<'a> {
    pub(crate) file: &'a TomlFile,
    entry: Option<(&'static str, usize)>,
}

impl<'a> Section<'a> {
    /// The whole document.
    pub(crate) fn document(file: &'a TomlFile) -> Self {
        Self { file, entry: None }
    }

    /// An entry of an array of tables.
    pub(crate) fn entry(file: &'a TomlFile, array: &'static str, index: usize) -> Self {
        Self {
            file,
            entry: Some((array, index)),
        }
    }

    /// The error that the value at `keys` is `found` instead of `expected`.
    pub(crate) fn refuse(
        &self,
        keys: &[&str],
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> TomlError {
        let mut steps = Vec::new();
        if let Some((array, index)) = self.entry {
            steps.extend([Step::Key(array), Step::Index(index)]);
        }
        steps.extend(keys.iter().map(|key| Step::Key(key)));
        self.file.value_error(&steps, found, expected)
    }

    /// The error of a field of the table at `keys`, if any.
    pub(crate) fn ranges(
        &self,
        keys: &[&str],
        result: Result<(), RangeError>,
    ) -> Result<(), TomlError> {
        result.map_err(|error| {
            let keys = [keys, &[error.field][..]].concat();
            self.refuse(&keys, error.value.to_string(), error.expected)
        })
    }

    /// Checks one number.
    pub(crate) fn range(
        &self,
        key: &'static str,
        value: f64,
        range: Range,
    ) -> Result<(), TomlError> {
        self.ranges(&[], check(&[(key, value, range)]))
    }

    /// Checks that exactly one of the keys is present.
    pub(crate) fn one(&self, kinds: &[(&str, bool)], expected: &str) -> Result<(), TomlError> {
        let present: Vec<_> = kinds
            .iter()
            .filter_map(|(kind, present)| present.then_some(*kind))
            .collect();
        match present[..] {
            [_] => Ok(()),
            [] => Err(self.refuse(&[], "none of them", expected)),
            [_, second, ..] => {
                let found = format!("`{}`", present.join("`, `"));
                Err(self.refuse(&[second], found, expected))
            }
        }
    }

    /// Checks keys that require others: key, whether it is present, whether it is allowed, the keys that it requires.
    pub(crate) fn companions(&self, keys: &[(&str, bool, bool, &str)]) -> Result<(), TomlError> {
        match keys
            .iter()
            .find(|(_, present, allowed, _)| *present && !allowed)
        {
            None => Ok(()),
            Some((key, _, _, required)) => Err(self.refuse(
                &[key],
                "no key that uses it",
                format!("{required} together with it"),
            )),
        }
    }

    /// A path relative to the file.
    pub(crate) fn resolve(&self, path: &Path) -> PathBuf {
        let folder = self.file.path().parent();
        folder.unwrap_or(Path::new("")).join(path)
    }
}

/// Keys of a section of options, each with whether it is present.
macro_rules! present {
    ($of:expr; $($key:ident),*) => {
        [$((stringify!($key), $of.$key.is_some())),*]
    };
}
pub(crate) use present;

/// Keys that require others, for [`Section::companions`].
macro_rules! companions {
    ($of:expr; $($key:ident: $allowed:expr => $required:literal;)*) => {
        [$((stringify!($key), $of.$key.is_some(), $allowed, $required)),*]
    };
}
pub(crate) use companions;
