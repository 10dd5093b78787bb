//! Every fault of the catalogue: one test that provokes it, and one just inside its limit that does not.
//!
//! Each test changes the readings of a sound pack at the worst moment, just after every sensor was read. The first
//! asserts that the fault comes within its budget and not before its qualify time, what its record says, and that what the
//! catalogue promises is done within the reaction time (the end of charging apart: these packs are supervised); the second
//! that it stays away for twice the budget although it was looked at.

mod bench;
mod cells;
mod charging;
mod current;
mod docs;

mod estimates;
mod front_ends;
mod high_voltage;
mod pack;
mod plant;
mod readings;
mod system;
mod thermal;

use bms_bench::fault_table;
use bms_core::protection::{CATALOGUE, FaultId};

/// A fault and the names of its tests.
pub(crate) struct Covered {
    fault: FaultId,
    found: &'static str,
    not_found: &'static str,
}

/// The tests of a group of faults: for each the one that finds it, and the one that does not. Both end in what the
/// bench says, so that none can be left empty.
macro_rules! catalogue_tests {
    ($($fault:ident:
       $found:ident($bench_found:ident) $found_body:block
       $not_found:ident($bench_inside:ident) $inside_body:block)*) => {
        $(
            #[test]
            fn $found() {
                let $bench_found = $crate::bench::Bench::of(bms_core::protection::FaultId::$fault);
                let _: $crate::bench::Found = $found_body;
            }

            #[test]
            fn $not_found() {
                let $bench_inside = $crate::bench::Bench::of(bms_core::protection::FaultId::$fault);
                let _: $crate::bench::NotFound = $inside_body;
            }
        )*

        pub(crate) const COVERED: &[$crate::Covered] = &[
            $($crate::Covered {
                fault: bms_core::protection::FaultId::$fault,
                found: stringify!($found),
                not_found: stringify!($not_found),
            },)*
        ];
    };
}
pub(crate) use catalogue_tests;

/// The groups, by the file that holds their tests.
const GROUPS: [(&str, &[Covered]); 10] = [
    ("cells", cells::COVERED),
    ("current", current::COVERED),
    ("pack", pack::COVERED),
    ("readings", readings::COVERED),
    ("front_ends", front_ends::COVERED),
    ("high_voltage", high_voltage::COVERED),
    ("thermal", thermal::COVERED),
    ("charging", charging::COVERED),
    ("estimates", estimates::COVERED),
    ("system", system::COVERED),
];

#[test]
fn every_fault_has_both_tests_under_its_own_name() {
    for entry in CATALOGUE {
        let tests: Vec<_> = GROUPS
            .iter()
            .flat_map(|(group, covered)| covered.iter().map(move |covered| (*group, covered)))
            .filter(|(_, covered)| covered.fault == entry.id)
            .collect();
        if fault_table::WITHOUT_INPUT.contains(&entry.id) {
            assert!(tests.is_empty(), "{:?} has tests: no exception", entry.id);
            continue;
        }
        let [(group, covered)] = tests[..] else {
            panic!("{:?} has {} pairs of tests", entry.id, tests.len());
        };
        let names = fault_table::test_names(entry.id);
        assert_eq!(group, fault_table::group(entry.number).file, "{entry:?}");
        assert_eq!((covered.found, covered.not_found), (&*names.0, &*names.1));
    }
}

#[test]
fn tests_are_of_the_catalogue_in_its_order() {
    for (group, covered) in GROUPS {
        let faults: Vec<_> = covered.iter().map(|covered| covered.fault).collect();
        assert!(faults.is_sorted(), "{group}");
    }
}
