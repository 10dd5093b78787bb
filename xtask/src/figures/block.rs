//! One block of figures: a table, or a program's output.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// What stands between two markers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Block {
    /// A table.
    Table {
        /// Titles of the columns. One that ends with `>` aligns its column to the right.
        head: Vec<String>,
        /// One list of cells per row.
        rows: Vec<Vec<String>>,
    },
    /// Output of a program, line by line.
    Text {
        /// The lines.
        lines: Vec<String>,
    },
}

impl Block {
    /// The text of a program.
    #[must_use]
    pub fn text(output: &str) -> Self {
        Self::Text {
            lines: output.trim_end().lines().map(str::to_owned).collect(),
        }
    }

    /// As Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        match self {
            Self::Text { lines } => format!("```text\n{}\n```\n", lines.join("\n")),
            Self::Table { head, rows } => table(head, rows),
        }
    }

    /// What differs from an earlier block, one line per cell or line of text.
    #[must_use]
    pub fn moved_from(&self, before: &Self) -> Vec<String> {
        match (before, self) {
            (Self::Table { rows: old, .. }, Self::Table { head, rows })
                if old.len() == rows.len() =>
            {
                let pairs = old.iter().zip(rows);
                pairs
                    .flat_map(|(old, new)| moved_cells(head, old, new))
                    .collect()
            }
            (Self::Text { lines: old }, Self::Text { lines }) if old.len() == lines.len() => {
                let pairs = old.iter().zip(lines).filter(|(old, new)| old != new);
                pairs.map(|(old, new)| format!("{old} -> {new}")).collect()
            }
            (before, now) if before == now => Vec::new(),
            _ => vec!["another number of rows".to_owned()],
        }
    }
}

fn moved_cells(head: &[String], old: &[String], new: &[String]) -> Vec<String> {
    let row = new.first().cloned().unwrap_or_default();
    let cells = head.iter().zip(old.iter().zip(new));
    let moved = cells.filter(|(_, (old, new))| old != new);
    moved
        .map(|(column, (old, new))| {
            format!("{row}, {}: {old} -> {new}", column.trim_end_matches('>'))
        })
        .collect()
}

fn table(head: &[String], rows: &[Vec<String>]) -> String {
    let titles: Vec<&str> = head
        .iter()
        .map(|title| title.trim_end_matches('>'))
        .collect();
    let rule: Vec<&str> = head
        .iter()
        .map(|title| if title.ends_with('>') { "--:" } else { "---" })
        .collect();
    let mut text = format!("| {} |\n|{}|\n", titles.join(" | "), rule.join("|"));
    for row in rows {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text
}
