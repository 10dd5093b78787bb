//! The committed files are those that the definitions in bms-core give.

#[test]
fn generated_files_are_current() {
    xtask::generate::check().unwrap();
}
