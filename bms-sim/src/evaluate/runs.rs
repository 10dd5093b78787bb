//! Every log of a protocol under every condition.

use bms_core::estimation::EstimatorTuning;
use rayon::prelude::*;
use serde::Serialize;

use super::metrics::Criteria;
use super::protocol::{LogEntry, Protocol, Variant};
use crate::cell_file::{Cell, CellFile};
use crate::data::bdf::Reader;
use crate::error::Error;
use crate::replay::{
    HoldTemperature, Measured, Reference, Replay, ReplayConfig, Summary, SummaryBuilder,
};

/// One log under one condition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Run {
    /// The scenario's name.
    pub scenario: String,
    /// Description of the input errors; empty for none.
    pub variant: String,
    /// The log's file name.
    pub log: String,
    /// The log's group.
    pub group: String,
    /// The result.
    #[serde(flatten)]
    pub summary: Summary,
}

/// Runs a protocol.
#[derive(Debug)]
pub struct Runs<'a> {
    protocol: &'a Protocol,
    cell: Cell,
    reference_capacity_ah: f64,
    variants: Vec<(usize, Variant)>,
}

impl<'a> Runs<'a> {
    /// The runs of a protocol on a cell.
    #[must_use]
    pub fn new(protocol: &'a Protocol, cell: &CellFile) -> Self {
        let variants = protocol.scenario.iter().enumerate();
        Self {
            protocol,
            cell: Cell::from(cell),
            reference_capacity_ah: protocol
                .reference_capacity_ah
                .unwrap_or(f64::from(cell.capacity_ah)),
            variants: variants
                .flat_map(|(index, scenario)| {
                    scenario.expand().into_iter().map(move |v| (index, v))
                })
                .collect(),
        }
    }

    /// Number of runs.
    #[must_use]
    pub fn count(&self) -> usize {
        self.variants.len() * self.protocol.log.len()
    }

    /// Runs all, in parallel; `done` is called after each run. The result is ordered by scenario, condition and log,
    /// whatever the number of threads.
    ///
    /// # Errors
    /// A log that is missing, invalid or without a charge counter.
    pub fn run(&self, done: impl Fn() + Sync) -> Result<Vec<Run>, Error> {
        if let Some(log) = self.protocol.log.iter().find(|log| !log.path.exists()) {
            return Err(Error::MissingLog {
                file: log.path.clone(),
            });
        }
        let by_log: Result<Vec<Vec<Run>>, Error> = self
            .protocol
            .log
            .par_iter()
            .map(|log| self.run_log(log, &done))
            .collect();
        let by_log = by_log?;
        let order = 0..self.variants.len();
        Ok(order
            .flat_map(|variant| by_log.iter().map(move |runs| runs[variant].clone()))
            .collect())
    }

    fn run_log(&self, entry: &LogEntry, done: &(impl Fn() + Sync)) -> Result<Vec<Run>, Error> {
        let reader = Reader::open(&entry.path)?;
        let no_reference = || Error::NoReference {
            file: entry.path.clone(),
        };
        if !reader.has_net_capacity() {
            return Err(no_reference());
        }
        let rows = HoldTemperature::new(&entry.path, reader, entry.temperature_degc);
        let rows: Vec<Measured> = rows.collect::<Result<_, _>>()?;
        let reference = Reference {
            initial_soc: entry.initial_soc,
            capacity_ah: self.reference_capacity_ah,
        };
        let start = rows.first().and_then(|row| reference.soc(row));
        let start = start.ok_or_else(no_reference)?;
        let file = entry.path.file_name().unwrap_or(entry.path.as_os_str());
        self.variants
            .par_iter()
            .map(|(scenario, variant)| {
                let summary = self.replay(&rows, reference, start, variant);
                done();
                Ok(Run {
                    scenario: self.protocol.scenario[*scenario].name.clone(),
                    variant: variant.name.clone(),
                    log: file.to_string_lossy().into_owned(),
                    group: entry.group.clone(),
                    summary: summary.ok_or_else(no_reference)?,
                })
            })
            .collect()
    }

    fn replay(
        &self,
        rows: &[Measured],
        reference: Reference,
        start_soc: f64,
        variant: &Variant,
    ) -> Option<Summary> {
        let given_soc = (start_soc + variant.initial_soc_error).clamp(0.0, 1.0);
        let config = ReplayConfig {
            initial_soc: Some(given_soc),
            sensing: variant.sensing,
            tuning: EstimatorTuning::default(),
        };
        let criteria = Criteria {
            settle_s: self.protocol.settle_s,
            band_soc: self.protocol.band_soc,
        };
        let mut replay = Replay::new(&self.cell.parameters(), config);
        let mut summary = SummaryBuilder::new(reference, criteria);
        for row in rows {
            summary.add(&replay.step(row));
        }
        summary.finish()
    }
}
