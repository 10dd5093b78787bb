//! Faults as the core finds them.

use bms_core::measurement::Contactor;
use bms_core::protection::{EventKind, Source};
use serde::Serialize;

use crate::world::ClosedLoop;

/// Maximum number of listed faults; one event may affect hundreds of cells.
const MOST: usize = 300;

/// A fault that the core reported.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportedFault {
    /// Its number in the catalogue.
    pub number: u16,
    /// Its name.
    pub name: &'static str,
    /// Source of the fault.
    pub source: String,
    /// Time of the first report, in seconds since the start.
    pub first_s: f64,
    /// Time at which its condition last ended; `None` while it is present or latched.
    pub gone_s: Option<f64>,
    /// Number of reports.
    pub count: u32,
    /// Value at the first report, in the SI unit of the quantity.
    pub value: f64,
    /// Source as in the core's record.
    #[serde(skip)]
    pub on: Source,
}

/// Reads the core's log incrementally.
#[derive(Debug, Default)]
pub(crate) struct FaultLog {
    read: u32,
    found: Vec<ReportedFault>,
}

impl FaultLog {
    pub(crate) fn take(&mut self, closed_loop: &ClosedLoop<'_>, now_s: f64) {
        let written = closed_loop.bms().events_written();
        let fresh = written.wrapping_sub(self.read) as usize;
        if fresh == 0 {
            return;
        }
        self.read = written;
        let log = closed_loop.bms().log();
        let skipped = log.count().saturating_sub(fresh);
        for event in closed_loop.bms().log().skip(skipped) {
            let definition = event.fault.definition();
            let room = self.found.len() < MOST;
            let known = self
                .found
                .iter_mut()
                .find(|found| found.number == definition.number && found.on == event.source);
            match (event.kind, known) {
                (EventKind::Appeared, Some(found)) => {
                    found.count += 1;
                    found.gone_s = None;
                }
                (EventKind::Appeared, None) if room => {
                    self.found.push(ReportedFault {
                        number: definition.number,
                        name: definition.name(),
                        source: source_name(event.source),
                        first_s: super::rounded(now_s),
                        gone_s: None,
                        count: 1,
                        value: f64::from(event.value),
                        on: event.source,
                    });
                }
                (EventKind::Recovered, Some(found)) => found.gone_s = Some(super::rounded(now_s)),
                _ => {}
            }
        }
    }

    /// Faults reported so far.
    pub(crate) fn so_far(&self) -> &[ReportedFault] {
        &self.found
    }

    pub(super) fn found(self) -> Vec<ReportedFault> {
        self.found
    }
}

/// Text of a source; counted from 0 as in the core.
#[must_use]
pub fn source_name(source: Source) -> String {
    match source {
        Source::Pack => "pack".to_owned(),
        Source::Cell(index) => format!("cell {index}"),
        Source::TemperatureSensor(index) => format!("temperature sensor {index}"),
        Source::CurrentSensor(index) => format!("current sensor {index}"),
        Source::Contactor(contactor) => match contactor {
            Contactor::MainPositive => "main positive contactor".to_owned(),
            Contactor::MainNegative => "main negative contactor".to_owned(),
            Contactor::Precharge => "precharge contactor".to_owned(),
        },
        Source::FrontEnd(index) => format!("front end {index}"),
    }
}
