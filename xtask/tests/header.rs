//! The committed header is the one that the sources give.

#[test]
fn the_header_is_current() {
    let committed = std::fs::read_to_string(xtask::header::path()).unwrap();
    let generated = xtask::header::generate().unwrap();
    assert!(
        committed == generated,
        "bms-ffi/include/bms.h is stale: run `cargo xtask header`"
    );
}
