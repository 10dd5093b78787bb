//! `bms-sim export`: a pack file to C or Rust sources.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::export::{Pack, c_header, c_source, rust_source};

/// Write a pack as C source for bms.h, or as Rust constants for bms-core.
///
/// The files are called as the pack is: NAME.h and NAME.c, or NAME.rs.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Pack file
    pack: PathBuf,
    /// Directory to write to
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    output: PathBuf,
    /// Write Rust instead of C
    #[arg(long)]
    rust: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Result<(), Error> {
    let pack = Pack::load(&args.pack)?;
    let from = args
        .pack
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let written_by = format!("Written by `bms-sim export` from {from}; edit that file instead.");
    let file = |extension: &str| args.output.join(&pack.name).with_extension(extension);
    if args.rust {
        return write(&file("rs"), &rust_source(&pack, &written_by));
    }
    write(&file("h"), &c_header(&pack, &written_by))?;
    write(&file("c"), &c_source(&pack, &written_by))
}

/// Writes to a temporary file and renames it when complete.
fn write(file: &Path, text: &str) -> Result<(), Error> {
    let beside = file.with_extension("part");
    fs::write(&beside, text)
        .and_then(|()| fs::rename(&beside, file))
        .map_err(|source| Error::Write {
            file: file.to_path_buf(),
            source,
        })?;
    eprintln!("wrote {}", file.display());
    Ok(())
}
