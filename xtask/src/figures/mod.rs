//! Tables of numbers in documents: measured by commands, kept as raw figures in one file, written between markers.
//!
//! A block stands between `<!-- figures NAME -->` and `<!-- /figures -->`. `docs/figures.json` holds the raw figures of
//! every NAME. `cargo xtask figures` runs the commands, says what moved, and writes file and documents;
//! `cargo xtask figures --check` runs no command and fails where a document does not show the file's figures.

mod block;
mod document;
mod list;
mod read;
mod store;

pub use block::Block;
pub use document::{DOCUMENTS, markers, rendered, unmarked_tables};
pub use list::{FIGURES, Figure};
pub use store::{Store, path};

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use crate::root;

/// Runs the commands of the named figures, of all where none is named, and writes raw figures and documents. The text
/// says what moved.
///
/// # Errors
/// An unknown name, a file that cannot be read or written, or a document without its end marker. A command that fails
/// is part of the text, and its figures stay as they are.
pub fn measure(names: &[&str]) -> Result<String, String> {
    if let Some(unknown) = names.iter().find(|name| list::named(name).is_none()) {
        return Err(format!("no figure is called {unknown}"));
    }
    let mut store = Store::read()?;
    let mut report = String::new();
    // Several figures of one command: it runs once.
    let mut outputs = BTreeMap::new();
    for figure in FIGURES {
        if !names.is_empty() && !names.contains(&figure.name) {
            continue;
        }
        match figure.measure(&store, &mut outputs) {
            Ok(block) => report.push_str(&store.put(figure, block)),
            Err(error) => {
                let _ = writeln!(report, "{}: not measured: {error}", figure.name);
            }
        }
        store.write()?;
    }
    write_documents(&store)?;
    Ok(report)
}

/// Writes the raw figures into the documents.
///
/// # Errors
/// As [`measure`].
pub fn write_documents(store: &Store) -> Result<(), String> {
    for document in DOCUMENTS {
        let path = root().join(document);
        let text = fs::read_to_string(&path).map_err(|error| format!("{document}: {error}"))?;
        let new = rendered(document, &text, store)?;
        if new != text {
            fs::write(&path, new).map_err(|error| format!("{document}: {error}"))?;
        }
    }
    Ok(())
}

/// Fails where a document does not show the figures of `docs/figures.json`.
///
/// # Errors
/// The documents that are stale.
pub fn check() -> Result<(), String> {
    let store = Store::read()?;
    for document in DOCUMENTS {
        let text = fs::read_to_string(root().join(document))
            .map_err(|error| format!("{document}: {error}"))?;
        if rendered(document, &text, &store)? != text {
            return Err(format!(
                "{document} does not show the figures of docs/figures.json: run `cargo xtask figures --write`"
            ));
        }
    }
    Ok(())
}
