//! The printed catalogue.

use bms_bench::fault_table;

#[test]
fn docs_faults_are_what_the_code_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/faults.md");
    let written = std::fs::read_to_string(path).unwrap_or_default();
    let line = written
        .lines()
        .zip(fault_table::markdown().lines())
        .position(|(written, told)| written != told);
    assert!(
        written == fault_table::markdown(),
        "docs/faults.md is stale, first in line {line:?}; run `cargo xtask faults`"
    );
}
