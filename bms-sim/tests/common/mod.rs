//! Where real logs are, and what to say where they are not.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

/// The folder of real logs: `BMS_DATA_DIR`, else `../shared/data` beside the workspace.
pub fn data_dir() -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let dir = std::env::var_os("BMS_DATA_DIR")
        .map_or_else(|| workspace.join("../shared/data"), PathBuf::from);
    dir.is_dir().then_some(dir)
}

/// The real logs' folder, or `None` after a line that says which test was skipped.
pub fn data_dir_or_skip(test: &str) -> Option<PathBuf> {
    let dir = data_dir();
    if dir.is_none() {
        println!("skipped: {test}: no real logs (set BMS_DATA_DIR or put them at ../shared/data)");
    }
    dir
}

/// All logs below a folder, sorted.
pub fn logs_below(dir: &Path) -> Vec<PathBuf> {
    let mut logs = Vec::new();
    for entry in std::fs::read_dir(dir).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            logs.extend(logs_below(&path));
        } else if path.to_string_lossy().contains(".bdf.csv") {
            logs.push(path);
        }
    }
    logs.sort();
    logs
}
