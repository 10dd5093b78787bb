//! Errors of a log, with their positions.

use std::io;
use std::path::PathBuf;

/// Why a log cannot be used: file, line, column, the value found and the accepted ones.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BdfError {
    /// The file cannot be opened or read.
    #[error("{}: cannot be read: {source}", file.display())]
    Io {
        /// The log.
        file: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// The file is empty.
    #[error("{}: the file is empty, expected a BDF log: a header line and rows", file.display())]
    Empty {
        /// The log.
        file: PathBuf,
    },
    /// The file has a header and no row.
    #[error("{}: found a header without any row, expected at least one row", file.display())]
    NoRows {
        /// The log.
        file: PathBuf,
    },
    /// The first line is no BDF header.
    #[error(
        "{}:1: not in the Battery Data Format: found {found}, expected a CSV header with `Test Time / s`, \
         `Current / A` and `Voltage / V`", file.display()
    )]
    NotBdf {
        /// The log.
        file: PathBuf,
        /// The start of the file, or that it is binary.
        found: String,
    },
    /// A required column is absent.
    #[error(
        "{}:1: missing column: expected `{label}` (or `{name}`), found only {found}", file.display()
    )]
    MissingColumn {
        /// The log.
        file: PathBuf,
        /// Preferred label.
        label: &'static str,
        /// Machine-readable name.
        name: &'static str,
        /// The existing columns.
        found: String,
    },
    /// A column has a unit that is not one of its quantity.
    #[error(
        "{}:1: column `{column}`: found unit `{unit}`, expected {expected}", file.display()
    )]
    WrongUnit {
        /// The log.
        file: PathBuf,
        /// The column's label as in the file.
        column: String,
        /// The unit as in the file.
        unit: String,
        /// The units accepted.
        expected: &'static str,
    },
    /// Two columns hold one quantity.
    #[error(
        "{}:1: column `{second}`: found a second column for the quantity of `{first}`, expected one", file.display()
    )]
    DuplicateColumn {
        /// The log.
        file: PathBuf,
        /// The first of them.
        first: String,
        /// The second of them.
        second: String,
    },
    /// A row with another number of fields than the header.
    #[error(
        "{}:{line}: found {found} fields, expected {expected} as in the header", file.display()
    )]
    FieldCount {
        /// The log.
        file: PathBuf,
        /// Line in the file.
        line: u64,
        /// Fields in the row.
        found: usize,
        /// Fields in the header.
        expected: usize,
    },
    /// A line that is too long for a log.
    #[error(
        "{}:{line}: found a line of more than {limit} bytes, expected a CSV row", file.display()
    )]
    LineTooLong {
        /// The log.
        file: PathBuf,
        /// Line in the file.
        line: u64,
        /// Longest line accepted.
        limit: usize,
    },
    /// A field that is not a finite number.
    #[error(
        "{}:{line}: column `{column}`: found `{found}`, expected a finite number", file.display()
    )]
    NotANumber {
        /// The log.
        file: PathBuf,
        /// Line in the file.
        line: u64,
        /// The column's label as in the file.
        column: String,
        /// The field's text.
        found: String,
    },
    /// Time runs backwards.
    #[error(
        "{}:{line}: column `{column}`: found {found_s} s after {previous_s} s, expected time that does not run \
         backwards", file.display()
    )]
    TimeBackwards {
        /// The log.
        file: PathBuf,
        /// Line in the file.
        line: u64,
        /// The column's label as in the file.
        column: String,
        /// Time of this row.
        found_s: f64,
        /// Time of the row before.
        previous_s: f64,
    },
    /// A gzip stream ends in its middle.
    #[error(
        "{}:{line}: the gzip data ends early; the file may be truncated", file.display()
    )]
    TruncatedGzip {
        /// The log.
        file: PathBuf,
        /// The line that could not be completed.
        line: u64,
    },
    /// A gzip stream is damaged.
    #[error("{}:{line}: damaged gzip data: {source}", file.display())]
    DamagedGzip {
        /// The log.
        file: PathBuf,
        /// The line that could not be completed.
        line: u64,
        /// Error of the decoder.
        source: io::Error,
    },
    /// Voltage falls while the file indicates charge.
    #[error(
        "{}: column `{column}`: the sign is reversed: the voltage falls where current is positive ({evidence}), \
         expected charging positive as BDF has it; hint: multiply the column by -1", file.display()
    )]
    CurrentReversed {
        /// The log.
        file: PathBuf,
        /// The column's label as in the file.
        column: String,
        /// The correlation.
        evidence: String,
    },
    /// The charge counter runs against current and voltage.
    #[error(
        "{}: column `{column}`: the sign is reversed: it contradicts the integrated current ({evidence}), expected \
         charge minus discharge; hint: multiply the column by -1", file.display()
    )]
    CounterReversed {
        /// The log.
        file: PathBuf,
        /// The column's label as in the file.
        column: String,
        /// The correlation.
        evidence: String,
    },
    /// The charge counter contradicts the current, and the voltage does not decide which of them is wrong.
    #[error(
        "{}: columns `{current}` and `{counter}` have opposite signs ({evidence}), expected charging positive and \
         charge minus discharge; hint: multiply the wrong one by -1", file.display()
    )]
    SignsContradict {
        /// The log.
        file: PathBuf,
        /// The current's label as in the file.
        current: String,
        /// The counter's label as in the file.
        counter: String,
        /// The correlation.
        evidence: String,
    },
}
