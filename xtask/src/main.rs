//! `cargo xtask generate`: writes what is derived from bms-core, and the C header. `cargo xtask header`: the header alone.
//! With `--check` both compare only. `cargo xtask size`: prints the library's flash, memory and instructions. `cargo xtask
//! figures [NAME...]`: measures the tables of numbers in the documents and says what moved; `--write` only writes the kept
//! figures into the documents, `--check` compares. `cargo xtask drives`, `faults` and `recordings` write fixtures/drives,
//! docs/faults.md and the charges of the C examples.

use std::fs;
use std::process::ExitCode;

use xtask::figures::{self, Store};
use xtask::{SIMULATOR_COMMANDS, generate, header, size};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["generate"] => generate::write().and_then(|()| write_header()),
        ["generate", "--check"] => generate::check().and_then(|()| check_header()),
        ["header"] => write_header(),
        ["header", "--check"] => check_header(),
        ["drives" | "faults" | "recordings", ..] => xtask::simulator(&words),
        ["size"] => size::table().map(|table| print!("{table}")),
        ["figures", "--check"] => figures::check(),
        ["figures", "--write"] => Store::read().and_then(|store| figures::write_documents(&store)),
        ["figures", names @ ..] => figures::measure(names).map(|moved| print!("{moved}")),
        _ => Err(format!(
            "usage: cargo xtask generate [--check] | header [--check] | size | figures [--check | --write | NAME...] | {SIMULATOR_COMMANDS}"
        )),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn write_header() -> Result<(), String> {
    let text = header::generate()?;
    fs::write(header::path(), text).map_err(|error| error.to_string())
}

fn check_header() -> Result<(), String> {
    let committed = fs::read_to_string(header::path()).map_err(|error| error.to_string())?;
    if committed == header::generate()? {
        Ok(())
    } else {
        Err("bms-ffi/include/bms.h is stale: run `cargo xtask header`".to_owned())
    }
}
