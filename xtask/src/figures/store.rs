//! Raw figures of all documents, in one file.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Block, Figure};
use crate::root;

/// Figures and the command that gave them.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    command: String,
    #[serde(flatten)]
    block: Block,
}

/// The raw figures, by name.
#[derive(Clone, Debug, Default)]
pub struct Store(BTreeMap<String, Entry>);

/// Where the raw figures are.
#[must_use]
pub fn path() -> PathBuf {
    root().join("docs/figures.json")
}

impl Store {
    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn read() -> Result<Self, String> {
        let text =
            fs::read_to_string(path()).map_err(|error| format!("docs/figures.json: {error}"))?;
        serde_json::from_str(&text)
            .map(Self)
            .map_err(|error| format!("docs/figures.json: {error}"))
    }

    /// Writes the file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn write(&self) -> Result<(), String> {
        let mut text = serde_json::to_string_pretty(&self.0).map_err(|error| error.to_string())?;
        text.push('\n');
        fs::write(path(), text).map_err(|error| format!("docs/figures.json: {error}"))
    }

    /// The figures of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Block> {
        self.0.get(name).map(|entry| &entry.block)
    }

    /// The names that have figures.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Takes in new figures, and says what moved.
    pub fn put(&mut self, figure: &Figure, block: Block) -> String {
        let moved = self
            .get(figure.name)
            .map_or_else(|| vec!["new".to_owned()], |old| block.moved_from(old));
        let entry = Entry {
            command: figure.command.to_owned(),
            block,
        };
        self.0.insert(figure.name.to_owned(), entry);
        let name = figure.name;
        if moved.is_empty() {
            return format!("{name}: nothing moved\n");
        }
        let lines: Vec<String> = moved.iter().map(|what| format!("{name}: {what}")).collect();
        lines.join("\n") + "\n"
    }
}
