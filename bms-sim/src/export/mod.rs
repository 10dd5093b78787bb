//! From a cell file and a pack file to sources: C for `bms.h`, or Rust constants. Nobody types a table by hand.

mod c;
mod pack_file;
mod rust;

pub use c::{header as c_header, source as c_source};
pub use pack_file::{Pack, PackFileError, Timing};
pub use rust::source as rust_source;

/// Entries of a table on lines of at most so many letters.
fn wrapped(entries: &[String], indent: &str, width: usize) -> String {
    let mut text = String::new();
    let mut line = indent.to_owned();
    for entry in entries {
        if line.len() + entry.len() + 1 > width && line.trim() != "" {
            text.push_str(line.trim_end());
            text.push('\n');
            line.clear();
            line.push_str(indent);
        }
        line.push_str(entry);
        line.push_str(", ");
    }
    text.push_str(line.trim_end());
    text.push('\n');
    text
}
