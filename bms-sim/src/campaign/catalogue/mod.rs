//! The injection for each fault of the core's catalogue.

mod charging;
mod currents;
mod entry;
mod high_voltage;
mod limits;
mod readings;
mod voltages;

use bms_core::protection::CATALOGUE;

pub use entry::Entry;
pub(super) use entry::Onset;

/// All injections, in the order of the catalogue.
#[must_use]
pub fn entries() -> Vec<Entry> {
    let mut entries = Vec::new();
    limits::add(&mut entries);
    currents::add(&mut entries);
    voltages::add(&mut entries);
    readings::add(&mut entries);
    high_voltage::add(&mut entries);
    charging::add(&mut entries);
    entries.sort_by_key(|entry| entry.id.definition().number);
    entries
}

/// Faults without an injection; the tests of `bms-core` provoke them.
#[must_use]
pub fn not_provoked() -> Vec<u16> {
    let entries = entries();
    CATALOGUE
        .iter()
        .filter(|definition| !entries.iter().any(|entry| entry.id == definition.id))
        .map(|definition| definition.number)
        .collect()
}
