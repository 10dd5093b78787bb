//! The one error of the command line: what went wrong, and the exit code that it means.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::data::bdf::BdfError;

/// Why a command ended without success.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A log cannot be used.
    #[error(transparent)]
    Log(#[from] BdfError),
    /// A result cannot be written.
    #[error("{}: cannot be written: {source}", file.display())]
    Write {
        /// The result's file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The command did what it was asked to, and what it was asked to check does not hold.
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
