//! Where real logs are, and what to say where they are not.
#![allow(dead_code)] // Each user has its own part of it.

use std::path::{Path, PathBuf};

/// The folder of real logs: `BMS_DATA_DIR`, else `../shared/data` beside the workspace.
pub(crate) fn data_dir() -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let dir = std::env::var_os("BMS_DATA_DIR")
        .map_or_else(|| workspace.join("../shared/data"), PathBuf::from);
    dir.is_dir().then_some(dir)
}

/// The real logs' folder, or `None` after a line that says which test was skipped.
pub(crate) fn data_dir_or_skip(test: &str) -> Option<PathBuf> {
    let dir = data_dir();
    if dir.is_none() {
        println!("skipped: {test}: no real logs (set BMS_DATA_DIR or put them at ../shared/data)");
    }
    dir
}
