//! Cost of the library on microcontrollers: flash, RAM, instructions, stack. Needs `qemu-system-arm`,
//! `arm-none-eabi-gcc` and the core libraries of the targets.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::root;

const TARGETS: [(&str, &str); 4] = [
    ("Cortex-M4F", "thumbv7em-none-eabihf"),
    ("Cortex-M33", "thumbv8m.main-none-eabihf"),
    ("Cortex-M0+", "thumbv6m-none-eabi"),
    ("RV32IMAFC", "riscv32imafc-unknown-none-elf"),
];

/// The minimum of functions that a program with its own configuration calls.
const LEAST: [&str; 2] = ["bms_init", "bms_step"];

/// The tables of README.
///
/// # Errors
/// The error output of a tool that failed.
pub fn table() -> Result<String, String> {
    let mut text = String::from(
        "| flash in bytes | `Bms::new` and `step`: code | constants, with the pack of 96 cells | `bms_init` and `bms_step` | every function, with three presets |\n|---|---|---|---|---|\n",
    );
    for (name, target) in TARGETS {
        let rust = least_in_rust(target)?;
        let archive = PathBuf::from(run("bash", &["bms-ffi/archive.sh", target])?.trim());
        let least = linked(&archive, &LEAST)?;
        let functions = functions()?;
        let functions: Vec<&str> = functions.iter().map(String::as_str).collect();
        let all = linked(&archive, &functions)?;
        if least.ram + all.ram > 0 {
            return Err(format!("{target}: the library has memory of its own"));
        }
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {} | {} |",
            grouped(rust.code),
            grouped(rust.flash - rust.code),
            grouped(least.flash),
            grouped(all.flash)
        );
    }
    let (large, small) = (
        Counted::run(&[])?,
        Counted::run(&["--features", "cells-13"])?,
    );
    text.push_str("\n| RAM in bytes | in Rust, `Bms` | in C, storage |\n|---|---|---|\n");
    for line in &large.memory {
        let _ = writeln!(text, "{line}");
    }
    text.push_str(
        "\n| Cortex-M4F | instructions per tick: min | mean | max | stack in bytes |\n|---|---|---|---|---|\n",
    );
    let _ = writeln!(text, "| 13 cells | {} |", small.step);
    let _ = writeln!(text, "| 96 cells | {} |", large.step);
    text.push_str(
        "\n| 96 cells, by mode | ticks | min | mean | max | which tick of the drive |\n|---|---|---|---|---|---|\n",
    );
    for line in &large.modes {
        let _ = writeln!(text, "{line}");
    }
    let _ = writeln!(
        text,
        "\nStack of `bms_init`, `bms_step` and `bms_faults` in C, 96 cells: {} bytes.",
        c_stack()?
    );
    Ok(text)
}

fn run(program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        String::from_utf8(output.stdout).map_err(|error| error.to_string())
    } else {
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(format!("{program} {arguments:?}: {message}"))
    }
}

fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Every function that the header declares.
fn functions() -> Result<Vec<String>, String> {
    let header = fs::read_to_string(crate::header::path()).map_err(|error| error.to_string())?;
    let begins = header
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
        .filter_map(|line| line.split_once('('));
    let names = begins.filter_map(|(before, _)| before.rsplit([' ', '*']).next());
    Ok(names
        .filter(|name| name.starts_with("bms_"))
        .map(str::to_owned)
        .collect())
}

/// The minimal image of a controller in Rust, with a configuration validated at compile time.
fn least_in_rust(target: &str) -> Result<Bytes, String> {
    let build = [
        "build",
        "--quiet",
        "--release",
        "--locked",
        "--manifest-path",
        "firmware/least/Cargo.toml",
        "--target",
        target,
    ];
    run("cargo", &build)?;
    let image = target_dir().join(target).join("release/least");
    let elf = fs::read(&image).map_err(|error| error.to_string())?;
    sections(&elf).ok_or(format!("{}: no 32-bit ELF", image.display()))
}

/// Bytes of a linked image.
#[derive(Clone, Copy, Debug)]
struct Bytes {
    flash: u32,
    /// Executable part of the flash.
    code: u32,
    ram: u32,
}

/// Links some functions of an archive with their dependencies only.
fn linked(archive: &Path, functions: &[&str]) -> Result<Bytes, String> {
    let sysroot = run("rustc", &["--print", "sysroot"])?;
    let version = run("rustc", &["-vV"])?;
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .ok_or("rustc names no host")?;
    let linker = format!("{}/lib/rustlib/{host}/bin/rust-lld", sysroot.trim());
    let image = archive.with_extension("sized");
    let mut arguments = vec!["-flavor", "gnu", "--gc-sections", "-e", "bms_step"];
    for function in functions {
        arguments.extend(["-u", function]);
    }
    let (archive, path) = (archive.to_string_lossy(), image.to_string_lossy());
    arguments.extend([&*archive, "-o", &*path]);
    run(&linker, &arguments)?;
    let elf = fs::read(&image).map_err(|error| error.to_string())?;
    sections(&elf).ok_or(format!("{path}: no 32-bit ELF"))
}

/// Sums the loaded sections: writable ones are RAM, the others flash.
fn sections(elf: &[u8]) -> Option<Bytes> {
    let half = |at: usize| Some(u16::from_le_bytes(elf.get(at..at + 2)?.try_into().ok()?));
    let word = |at: usize| Some(u32::from_le_bytes(elf.get(at..at + 4)?.try_into().ok()?));
    // ELF, 32 bits, little-endian.
    if elf.get(..6)? != b"\x7fELF\x01\x01" {
        return None;
    }
    let (table, size, count) = (word(32)? as usize, half(46)?, half(48)?);
    let (mut flash, mut code, mut ram) = (0, 0, 0);
    for index in 0..count {
        let section = table + usize::from(index) * usize::from(size);
        let (flags, bytes) = (word(section + 8)?, word(section + 20)?);
        let (written, allocated) = (flags & 1 != 0, flags & 2 != 0);
        if flags & 4 != 0 {
            code += bytes;
        }
        match (allocated, written) {
            (true, true) => ram += bytes,
            (true, false) => flash += bytes,
            _ => {}
        }
    }
    Some(Bytes { flash, code, ram })
}

/// Counts printed by the image of the drive.
#[derive(Debug)]
struct Counted {
    step: String,
    modes: Vec<String>,
    memory: Vec<String>,
}

impl Counted {
    fn run(options: &[&str]) -> Result<Self, String> {
        let mut build = vec![
            "build",
            "--quiet",
            "--release",
            "--locked",
            "--manifest-path",
            "firmware/drive/Cargo.toml",
            "--target",
            "thumbv7em-none-eabihf",
        ];
        build.extend(options);
        run("cargo", &build)?;
        let image = target_dir().join("thumbv7em-none-eabihf/release/drive");
        let printed = run("bash", &["firmware/qemu.sh", &image.to_string_lossy()])?;
        let instructions = numbers(&printed, "# instructions per step:")?;
        let stack = numbers(&printed, "# stack of a step:")?;
        let cells: Vec<String> = instructions
            .iter()
            .chain(&stack)
            .map(|n| grouped(*n))
            .collect();
        let modes = printed.lines().filter_map(|line| {
            let (mode, counts) = line.strip_prefix("# instructions in ")?.split_once(": ")?;
            let counts: Vec<String> = found(counts).iter().map(|n| grouped(*n)).collect();
            Some(format!("| {mode} | {} |", counts.join(" | ")))
        });
        let memory = printed.lines().filter_map(|line| {
            let (size, bytes) = line.strip_prefix("# memory of ")?.split_once(": ")?;
            let bytes: Vec<String> = found(bytes).iter().map(|n| grouped(*n)).collect();
            let size = size.replace("1 cells and 1 sensors", "1 cell and 1 sensor");
            Some(format!("| {size} | {} |", bytes.join(" | ")))
        });
        Ok(Self {
            step: cells.join(" | "),
            modes: modes.collect(),
            memory: memory.collect(),
        })
    }
}

fn c_stack() -> Result<String, String> {
    let archive = run("bash", &["bms-ffi/archive.sh", "thumbv7em-none-eabihf"])?;
    let image = target_dir().join("drives/c-m4f");
    let image = image.to_string_lossy();
    run(
        "mkdir",
        &["-p", &target_dir().join("drives").to_string_lossy()],
    )?;
    run(
        "bash",
        &["firmware/c-drive/build.sh", "m4f", archive.trim(), &image],
    )?;
    let printed = run("bash", &["firmware/qemu.sh", &image])?;
    let stack = numbers(&printed, "# stack of init, step and faults:")?;
    Ok(stack
        .first()
        .map(|bytes| grouped(*bytes))
        .unwrap_or_default())
}

/// The numbers of the line with this beginning.
fn numbers(text: &str, begin: &str) -> Result<Vec<u32>, String> {
    let line = text.lines().find_map(|line| line.strip_prefix(begin));
    line.map(found)
        .ok_or(format!("the image did not say: {begin}"))
}

fn found(text: &str) -> Vec<u32> {
    text.split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect()
}

/// A number in groups of three digits.
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
