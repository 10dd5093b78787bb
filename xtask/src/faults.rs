//! `docs/faults.md`, from the catalogue of faults. A test of bms-core fails if it is stale.

use std::fs;

use bms_bench::fault_table;

use crate::root;

/// Writes the file.
///
/// # Errors
/// If it cannot be written.
pub fn write() -> Result<(), String> {
    let path = root().join("docs/faults.md");
    fs::write(path, fault_table::markdown()).map_err(|error| error.to_string())
}
