//! Documents show the measured figures, and no table of numbers stands outside the markers.

use std::collections::BTreeSet;
use std::fs;

use xtask::figures::{self, DOCUMENTS, FIGURES, Store};
use xtask::root;

fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn documents_show_the_figures_of_the_file() {
    figures::check().unwrap();
}

#[test]
fn every_table_of_numbers_stands_between_markers() {
    for name in DOCUMENTS {
        let found = figures::unmarked_tables(&document(name));
        assert!(
            found.is_empty(),
            "{name}: tables of numbers outside markers at lines {found:?}"
        );
    }
}

#[test]
fn every_figure_has_a_marker_a_command_and_a_value() {
    let store = Store::read().unwrap();
    let texts: Vec<String> = DOCUMENTS.iter().map(|name| document(name)).collect();
    let marked: BTreeSet<&str> = texts
        .iter()
        .flat_map(|text| figures::markers(text))
        .collect();
    let listed: BTreeSet<&str> = FIGURES.iter().map(|figure| figure.name).collect();
    let stored: BTreeSet<&str> = store.names().collect();
    assert_eq!(marked, listed, "markers against the list of figures");
    assert_eq!(
        stored, listed,
        "docs/figures.json against the list of figures"
    );
}
