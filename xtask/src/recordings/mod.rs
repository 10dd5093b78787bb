//! Recorded charges in `bms-ffi/examples`, over which the C programs charge: from the charger models of bms-sim.

mod c;
mod charge;

use std::fs;
use std::path::PathBuf;

use crate::root;

/// The files by name, with their contents.
///
/// # Panics
/// If a charge does not end at its target.
#[must_use]
pub fn generate() -> [(PathBuf, String); 2] {
    let (rows, frames) = charge::at_gbt_station();
    let path = |name: &str| root().join("bms-ffi/examples").join(name);
    [
        (
            path("charge_dc_recording.h"),
            c::dc_in_c(&charge::at_dc_station()),
        ),
        (path("charge_gbt_recording.h"), c::gbt_in_c(&rows, &frames)),
    ]
}

/// Writes the files.
///
/// # Errors
/// If a file cannot be written.
pub fn write() -> Result<(), String> {
    for (path, text) in generate() {
        fs::write(path, text).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Compares the committed files with the models: the station's answers in the same order, and a charge as long to a tenth.
/// The last digits may differ between machines.
///
/// # Errors
/// If a file differs, or cannot be read.
pub fn check() -> Result<(), String> {
    for (path, text) in generate() {
        let committed = fs::read_to_string(&path).map_err(|error| error.to_string())?;
        let (old, new) = (committed.lines().count(), text.lines().count());
        if order(&committed) != order(&text) || old.abs_diff(new) * 10 >= new {
            return Err(format!(
                "{} is stale ({old} lines, {new} now): run `cargo xtask recordings`",
                path.display()
            ));
        }
    }
    Ok(())
}

/// The answers of the station in their order, each run of the same one once.
fn order(text: &str) -> Vec<&str> {
    let mut order: Vec<&str> = text.lines().filter_map(answer).collect();
    order.dedup();
    order
}

/// The answer of the station in a row; the group of a frame that is not of the transport protocol.
fn answer(line: &str) -> Option<&str> {
    let line = line.trim().strip_prefix('{')?;
    if let Some(at) = line.find("0x") {
        let id = line.get(at..at + 6)?;
        return (!id.starts_with("0x1CE")).then_some(id);
    }
    line.strip_suffix("},")?.rsplit(", ").next()
}
