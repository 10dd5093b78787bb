//! The error type of the command line, with its exit code.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::data::bdf::BdfError;
use crate::data::bpx::BpxError;
use crate::export::PackFileError;
use crate::identify::IdentifyError;
use crate::load::SeriesError;
use crate::toml_file::TomlError;

/// Why a command ended without success.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A log cannot be used.
    #[error(transparent)]
    Log(#[from] BdfError),
    /// A Battery Parameter eXchange file cannot be used.
    #[error(transparent)]
    Bpx(#[from] BpxError),
    /// A cell file, a protocol or a manifest is invalid.
    #[error(transparent)]
    Toml(#[from] TomlError),
    /// A pack file cannot be used.
    #[error(transparent)]
    Pack(#[from] PackFileError),
    /// A table of a quantity over time cannot be used.
    #[error(
        "{}:{}: column `{}`: found {}, expected {}", file.display(), error.line, error.column, error.found,
        error.expected
    )]
    Table {
        /// The table.
        file: PathBuf,
        /// The error and its position.
        error: SeriesError,
    },
    /// A cell cannot be identified.
    #[error(transparent)]
    Identify(#[from] IdentifyError),
    /// A log without any temperature.
    #[error(
        "{}: found no temperature in the first {rows} rows, expected `Surface Temperature T1 / degC`; hint: say how \
         warm the cell was with --temperature-degc", file.display()
    )]
    NoTemperature {
        /// The log.
        file: PathBuf,
        /// Number of rows examined.
        rows: usize,
    },
    /// A log of a protocol is missing.
    #[error(
        "{}: found no such file, expected a log; hint: set `data_dir` in the protocol or BMS_DATA_DIR to the folder of the logs",
        file.display()
    )]
    MissingLog {
        /// The log.
        file: PathBuf,
    },
    /// A log that is to be scored counts no charge.
    #[error(
        "{}: found no charge counter in the first row, expected `Net Capacity / Ah`", file.display()
    )]
    NoReference {
        /// The log.
        file: PathBuf,
    },
    /// The core refuses the configuration of a scenario.
    #[error("the configuration is refused: {0}")]
    Configuration(#[from] bms_core::config::ConfigError),
    /// The scenario has no such variant, or too many.
    #[error("{}: found {found}, expected {expected}", file.display())]
    Variant {
        /// The scenario.
        file: PathBuf,
        /// The requested variant.
        found: String,
        /// The existing variants.
        expected: String,
    },
    /// One of many runs cannot be done.
    #[error("run {run}: {error}")]
    Run {
        /// The run, from 0.
        run: u64,
        /// Why.
        error: Box<Error>,
    },
    /// A table of a sweep is not of this sweep.
    #[error("{}:{line}: found {found}, expected {expected}", file.display())]
    Rows {
        /// The table.
        file: PathBuf,
        /// Line, from 1.
        line: usize,
        /// The value found.
        found: String,
        /// The accepted values.
        expected: String,
    },
    /// A result cannot be written.
    #[error("{}: cannot be written: {source}", file.display())]
    Write {
        /// The result's file.
        file: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// The command completed and a check failed.
    #[error("{0}")]
    CheckFailed(String),
}

impl Error {
    /// 1 for a check that failed, 2 for input that cannot be used.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::CheckFailed(_) => ExitCode::from(1),
            _ => ExitCode::from(2),
        }
    }
}
