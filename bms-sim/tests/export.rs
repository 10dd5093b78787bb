//! Packs as sources: what is committed is what their file gives, and a wrong file is refused by its key.

use std::fs;
use std::path::{Path, PathBuf};

use bms_sim::export::{Pack, c_header, c_source, rust_source};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Run `bms-sim export fixtures/packs/demo_13s.toml -o bms-ffi/tests/c/exported`, and the same with
/// `--rust -o bms-ffi/c/tests/exported`, where the format changes.
#[test]
fn the_committed_exports_are_current() {
    let pack = Pack::load(&root().join("fixtures/packs/demo_13s.toml")).unwrap();
    let written_by = "Written by `bms-sim export` from demo_13s.toml; edit that file instead.";
    for (file, text) in [
        (
            "bms-ffi/tests/c/exported/demo_13s.h",
            c_header(&pack, written_by),
        ),
        (
            "bms-ffi/tests/c/exported/demo_13s.c",
            c_source(&pack, written_by),
        ),
        (
            "bms-ffi/c/tests/exported/demo_13s.rs",
            rust_source(&pack, written_by),
        ),
    ] {
        let committed = fs::read_to_string(root().join(file)).unwrap();
        assert!(committed == text, "{file} is stale");
    }
}

fn refused(text: &str) -> String {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("pack.toml");
    fs::write(&file, text).unwrap();
    let error = Pack::load(&file).unwrap_err().to_string();
    error.split_once("pack.toml: ").unwrap().1.to_owned()
}

#[test]
fn a_wrong_pack_file_is_refused_by_its_key() {
    let begin = "name = \"a\"\npreset = \"nmc-13s\"\n";
    for (text, expected) in [
        ("", "key `name`: is missing"),
        (
            "name = \"A b\"\npreset = \"nmc-13s\"",
            "key `name`: found \"A b\", expected letters, digits and `_`",
        ),
        (
            "name = \"a\"\npreset = \"x\"",
            "key `preset`: found \"x\", expected \"nmc-96s\", \"lfp-100s\" or \"nmc-13s\"",
        ),
        (
            "[limits]\nrest_current = 1.0",
            "key `limits.rest_current`: there is no such key",
        ),
        (
            "[limits]\nrest_current_a = \"1\"",
            "key `limits.rest_current_a`: found \"1\", expected a number",
        ),
        (
            "[fitted]\nheater = 1",
            "key `fitted.heater`: found 1, expected true or false, or a whole number that has room",
        ),
        (
            "[layout]\ncells = 12",
            "key `layout.sensor_of_cell`: expected as many entries as there are cells",
        ),
        (
            "[limits]\nrest_current_a = -1.0",
            "limits.rest_current is -1, expected a finite number above 0",
        ),
        (
            "[[timing]]\nfault = 1\nqualify_ms = 1\nrecover_ms = 1",
            "key `timing`: there is no fault 1",
        ),
    ] {
        let whole = if text.starts_with("name") || text.is_empty() {
            text.to_owned()
        } else {
            format!("{begin}{text}")
        };
        assert_eq!(refused(&whole), expected);
    }
}
