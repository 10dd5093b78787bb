//! Documents with marked blocks.

use super::{Block, Store};

/// The documents whose tables of numbers are written.
pub const DOCUMENTS: &[&str] = &[
    "README.md",
    "bms-ffi/README.md",
    "docs/accuracy.md",
    "docs/campaign.md",
    "docs/charging.md",
    "docs/closed-loop.md",
    "docs/firmware.md",
    "docs/packs.md",
    "docs/plants.md",
];

const BEGIN: &str = "<!-- figures ";
const END: &str = "<!-- /figures -->";
/// Says why the numbers of the next table are not measured.
const FIXED: &str = "<!-- not measured: ";

/// The name of a begin marker.
fn marker(line: &str) -> Option<&str> {
    line.strip_prefix(BEGIN)?.strip_suffix(" -->")
}

/// Names of the markers of a document, in their order.
pub fn markers(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(marker)
}

/// The document with the figures of the store between its markers.
///
/// # Errors
/// A marker without an end, or without figures.
pub fn rendered(document: &str, text: &str, store: &Store) -> Result<String, String> {
    let mut new = String::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        new.push_str(line);
        new.push('\n');
        let Some(name) = marker(line) else { continue };
        let place = format!("{document}:{}", index + 1);
        let block = store.get(name).ok_or(format!(
            "{place}: docs/figures.json has no figures of {name}"
        ))?;
        new.push_str(&Block::markdown(block));
        if !lines.by_ref().any(|(_, line)| line == END) {
            return Err(format!("{place}: {name} has no {END}"));
        }
        new.push_str(END);
        new.push('\n');
    }
    Ok(new)
}

/// Lines at which a table of numbers begins that stands outside markers.
#[must_use]
pub fn unmarked_tables(text: &str) -> Vec<usize> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let (mut inside, mut fixed, mut at) = (false, false, 0);
    while at < lines.len() {
        let line = lines[at];
        inside = (inside || marker(line).is_some()) && line != END;
        if line.starts_with(FIXED) {
            fixed = true;
        }
        if !line.starts_with('|') {
            at += 1;
            continue;
        }
        let rows = lines[at..]
            .iter()
            .take_while(|line| line.starts_with('|'))
            .count();
        if !inside && !fixed && has_figures(&lines[at..at + rows]) {
            found.push(at + 1);
        }
        fixed = false;
        at += rows;
    }
    found
}

/// Whether at least a quarter of the cells begin with a number.
fn has_figures(table: &[&str]) -> bool {
    let cells = table
        .iter()
        .skip(2)
        .flat_map(|row| row.trim_matches('|').split('|'));
    let (mut all, mut numbers) = (0, 0);
    for cell in cells {
        all += 1;
        let cell = cell.trim().trim_start_matches(['*', '+', '-', '~']);
        numbers += usize::from(cell.starts_with(|first: char| first.is_ascii_digit()));
    }
    numbers * 4 >= all && numbers > 1
}
