//! Commands of `cargo xtask` that need the libraries themselves; `cargo xtask` starts this program for them.

use std::process::ExitCode;

use xtask::{drives, faults, recordings};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["drives"] => drives::write(),
        ["faults"] => faults::write(),
        ["recordings"] => recordings::write(),
        ["recordings", "--check"] => recordings::check(),
        _ => Err(format!("usage: cargo xtask {}", xtask::SIMULATOR_COMMANDS)),
    };
    if let Err(error) = &done {
        eprintln!("{error}");
    }
    ExitCode::from(u8::from(done.is_err()))
}
