//! Configurations: checks, names, default values and visits in bms-core, structs and conversions in bms-ffi, schemas of
//! files.

mod c;
mod core;
mod formal;
mod json;
mod model;

use model::Model;

use super::Generated;
use super::source::Source;

/// The files.
///
/// # Errors
/// Definitions in bms-core that cannot be used.
pub(crate) fn files(core: &Source) -> Result<Vec<Generated>, String> {
    let model = Model::read(core)?;
    let mut files = self::core::files(&model)?;
    files.extend(c::files(&model)?);
    files.extend(json::files(&model)?);
    Ok(files)
}
