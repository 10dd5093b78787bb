//! Generators and measurements of the project itself.

#[cfg(feature = "simulator")]
pub mod drives;
#[cfg(feature = "simulator")]
pub mod faults;
pub mod figures;
pub mod generate;
pub mod header;
#[cfg(feature = "simulator")]
pub mod recordings;
pub mod size;

use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the project.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or_else(|| Path::new("."))
        .to_path_buf()
}

/// Commands of the program `simulator`.
pub const SIMULATOR_COMMANDS: &str = "drives | faults | recordings [--check]";

/// Runs a command in the program `simulator`: a program of its own, so that generators of sources can be built while the
/// libraries cannot.
///
/// # Errors
/// If it cannot be started, or fails.
pub fn simulator(words: &[&str]) -> Result<(), String> {
    let status = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--package", "xtask"])
        .args(["--features", "simulator", "--bin", "simulator", "--"])
        .args(words)
        .current_dir(root())
        .status()
        .map_err(|error| error.to_string())?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{}` failed", words.join(" ")))
    }
}
