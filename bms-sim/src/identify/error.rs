//! Errors of an identification.

use std::path::PathBuf;

use crate::data::bdf::BdfError;
use crate::toml_file::TomlError;

/// Why a cell cannot be identified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IdentifyError {
    /// The manifest cannot be used.
    #[error(transparent)]
    Manifest(#[from] TomlError),
    /// A log cannot be used.
    #[error(transparent)]
    Log(#[from] BdfError),
    /// A log lacks a temperature, and the manifest gives none.
    #[error("{}: has no temperature column; give `temperature_degc` for it in the manifest", file.display())]
    NoTemperature {
        /// The log.
        file: PathBuf,
    },
    /// A log's state of charge leaves the range of a cell.
    #[error("{}: the state of charge runs from {low:.2} to {high:.2}; expected within -0.1 to 1.1: check `initial_soc` and `capacity_ah`", file.display())]
    SocOutOfRange {
        /// The log.
        file: PathBuf,
        /// Lowest state of charge.
        low: f64,
        /// Highest state of charge.
        high: f64,
    },
    /// All logs together do not determine the cell.
    #[error("the logs do not determine the cell: {0}")]
    NotDetermined(String),
}
