//! Fault injection: a part of the campaign is clean, and the judge is not blind.

use bms_core::protection::{FaultId, Source};
use bms_sim::campaign::{
    CaseResult, Entry, Extent, Table, Verdict, cases, entries, not_provoked, run_cases,
};
use bms_sim::fault::{FaultEvent, FaultKind, SensorFault};
use bms_sim::sensor::SensorKind;

/// Few points, each with one seed.
const FEW: Extent = Extent {
    seeds: 1,
    one_in: 12,
    qualify_ms: None,
};

fn run(entries: &[Entry], extent: Extent) -> Vec<CaseResult> {
    run_cases(&cases(entries, extent), || ())
}

fn entry(number: u16) -> Entry {
    entries()
        .into_iter()
        .find(|entry| entry.id.definition().number == number)
        .expect("an entry")
}

#[test]
fn a_part_of_the_campaign_is_clean() {
    let results = run(&entries(), FEW);
    assert!(results.len() > 350, "{}", results.len());
    let table = Table::new(&results);
    let bad: Vec<_> = results
        .iter()
        .filter(|result| result.verdict != Verdict::Detected)
        .collect();
    assert!(table.is_clean(), "{bad:#?}");
}

#[test]
fn every_fault_is_put_in_or_named_as_left_out() {
    let entries = entries();
    assert_eq!(
        entries.len() + not_provoked().len(),
        bms_core::protection::FAULTS
    );
    assert!(entries.len() >= 100, "{}", entries.len());
}

#[test]
fn the_whole_campaign_has_thousands_of_cases() {
    let whole = Extent {
        seeds: 2,
        one_in: 1,
        qualify_ms: None,
    };
    assert!(cases(&entries(), whole).len() >= 5000);
}

#[test]
fn a_fault_that_is_not_put_in_is_missed() {
    let nothing = Entry {
        inject: |_, _| Vec::new(),
        ..entry(102)
    };
    let results = run(&[nothing], FEW);
    assert!(
        results
            .iter()
            .all(|result| result.verdict == Verdict::Missed)
    );
    assert!(!Table::new(&results).is_clean());
}

#[test]
fn a_fault_on_another_cell_is_a_wrong_name() {
    let elsewhere = Entry {
        names: |site| Source::Cell(u8::try_from(site.cell).map_or(0, |cell| cell + 1)),
        ..entry(405)
    };
    for result in run(&[elsewhere], FEW) {
        assert_eq!(result.verdict, Verdict::Missed, "{result:?}");
    }
    let another = Entry {
        id: FaultId::CellVoltageNotFinite,
        also: &[],
        inject: |site, _| {
            vec![
                FaultKind::Sensor {
                    sensor: SensorKind::CellVoltage,
                    index: site.cell,
                    how: SensorFault::NonFinite,
                },
                FaultKind::Event(FaultEvent::GasAlert),
            ]
        },
        ..entry(405)
    };
    for result in run(&[another], FEW) {
        let Verdict::WrongName { found } = &result.verdict else {
            panic!("{result:?}");
        };
        assert!(
            found.iter().any(|found| found.starts_with("604")),
            "{found:?}"
        );
    }
}

#[test]
fn what_is_found_before_anything_is_wrong_is_a_false_alarm() {
    let early = Entry {
        from_start: true,
        ..entry(604)
    };
    for result in run(&[early], FEW) {
        assert!(
            matches!(result.verdict, Verdict::FalseAlarm { .. }),
            "{result:?}"
        );
    }
}

#[test]
fn what_comes_after_its_time_is_late() {
    let hurried = Entry {
        within_s: Some(0.2),
        ..entry(102)
    };
    for result in run(&[hurried], FEW) {
        assert_eq!(result.verdict, Verdict::Late, "{result:?}");
        assert!(result.detection_s.is_some_and(|s| s > 0.4), "{result:?}");
    }
}

#[test]
fn the_order_of_threads_does_not_matter() {
    let some: Vec<_> = [102, 420, 504].map(entry).to_vec();
    assert_eq!(run(&some, FEW), run(&some, FEW));
}
