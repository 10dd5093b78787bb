//! A recorded drive of 96 and of 13 cells: the core, and the C program of `firmware/c-drive` through the C interface, print
//! the same states of charge, limits and faults, with the same sum over all their bits. `firmware/check.sh` compares the
//! images for Cortex-M4F with these.

use std::ffi::{CStr, c_char, c_int};
use std::path::Path;
use std::sync::Mutex;

use bms::{bms_config, bms_preset};
use bms_core::config::BmsConfig;
use bms_core::config::presets::{NMC_13S, NMC_96S};
use bms_ffi_c as _;
use bms_sim::export::Pack;
use recording::{Recording, Replay, Tick};

/// Exported from the same file as Rust.
#[path = "exported/demo_13s.rs"]
#[rustfmt::skip]
#[expect(
    clippy::unreadable_literal,
    unreachable_pub,
    reason = "written by a program"
)]
mod exported;

unsafe extern "C" {
    fn drive_replay(recording: *const u8, preset: u8, print: Print) -> c_int;
    fn drive_replay_pack(recording: *const u8, config: *const bms_config, print: Print) -> c_int;

    /// Exported from `fixtures/packs/demo_13s.toml` as C.
    static demo_13s: bms_config;
}

type Print = extern "C" fn(*const c_char);

/// What the C program printed. It has one pack in static memory, so one test at a time runs it.
static PRINTED: Mutex<String> = Mutex::new(String::new());
static RUNNING: Mutex<()> = Mutex::new(());

extern "C" fn print(line: *const c_char) {
    // SAFETY: the program prints zero-terminated lines.
    let line = unsafe { CStr::from_ptr(line) }.to_str().unwrap();
    let mut printed = PRINTED.lock().unwrap();
    printed.push_str(line);
    printed.push('\n');
}

fn through_c(drive: impl FnOnce() -> c_int) -> String {
    let _running = RUNNING.lock().unwrap();
    PRINTED.lock().unwrap().clear();
    assert_eq!(drive(), 0);
    PRINTED.lock().unwrap().clone()
}

fn preset_through_c(bytes: &[u8], preset: bms_preset) -> String {
    // SAFETY: the recording is as long as its header says.
    through_c(|| unsafe { drive_replay(bytes.as_ptr(), preset as u8, print) })
}

fn through_core<const CELLS: usize, const SENSORS: usize>(
    config: &BmsConfig<'_>,
    bytes: &[u8],
) -> String {
    let mut drive = Recording::new(bytes).unwrap();
    let mut replay = Box::new(Replay::<CELLS, SENSORS>::new(config.validated().unwrap()).unwrap());
    let (mut tick, mut text) = (Tick::new(), String::new());
    for _ in 0..drive.ticks {
        drive.next(&mut tick);
        let outputs = replay.step(&tick);
        replay.add(&outputs);
        replay.print(&mut text, &outputs).unwrap();
    }
    replay.print_end(&mut text).unwrap();
    text
}

#[test]
fn a_drive_of_96_cells_is_the_same_through_c() {
    let bytes = include_bytes!("../../../fixtures/drives/nmc-96s.bin");
    let text = through_core::<96, 24>(&NMC_96S, bytes);
    assert!(text.contains(" 105 ") && text.contains("mode 3"), "{text}");
    assert_eq!(
        preset_through_c(bytes, bms_preset::BMS_PRESET_NMC_96S),
        text
    );
}

#[test]
fn a_drive_of_13_cells_is_the_same_through_c() {
    let bytes = include_bytes!("../../../fixtures/drives/nmc-13s.bin");
    let text = through_core::<13, 4>(&NMC_13S, bytes);
    assert_eq!(
        preset_through_c(bytes, bms_preset::BMS_PRESET_NMC_13S),
        text
    );
}

#[test]
fn an_exported_pack_is_the_one_in_its_file_and_drives_like_it() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/packs/demo_13s.toml");
    let pack = Pack::load(&file).unwrap();
    assert_eq!(exported::DEMO_13S, pack.core);
    let bytes = include_bytes!("../../../fixtures/drives/nmc-13s.bin");
    let text = through_core::<13, 4>(&pack.core, bytes);
    assert_ne!(text, through_core::<13, 4>(&NMC_13S, bytes));
    // SAFETY: the recording is as long as its header says, and the configuration is a constant.
    let through_c =
        through_c(|| unsafe { drive_replay_pack(bytes.as_ptr(), &raw const demo_13s, print) });
    assert_eq!(through_c, text);
}
