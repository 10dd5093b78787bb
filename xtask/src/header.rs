//! The C header, generated from `bms-ffi`.

use std::path::PathBuf;

use crate::generate::enumerations;
use crate::root;

/// Where it is committed.
#[must_use]
pub fn path() -> PathBuf {
    root().join("bms-ffi/include/bms.h")
}

/// The header that the sources give.
///
/// # Errors
/// Those of cbindgen.
pub fn generate() -> Result<String, String> {
    let crate_dir = root().join("bms-ffi");
    let mut config = cbindgen::Config::from_file(crate_dir.join("cbindgen.toml"))?;
    // Those as well that structs and functions have as numbers.
    config.export.include.extend(enumerations::names());
    let bindings = cbindgen::Builder::new()
        .with_src(crate_dir.join("src/lib.rs"))
        .with_config(config)
        .generate()
        .map_err(|error| error.to_string())?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    let text = String::from_utf8(text).map_err(|error| error.to_string())?;
    Ok(text)
}
