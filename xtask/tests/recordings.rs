//! The committed recordings are those of the charger models.

#[test]
fn the_recordings_are_current() {
    xtask::recordings::check().unwrap();
}
