//! Gives every row a temperature.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use crate::data::bdf::{BdfError, Row};
use crate::error::Error;

/// Maximum number of rows searched for the first temperature.
const LOOK_AHEAD_ROWS: usize = 10_000;

/// A row with a temperature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Test time.
    pub time_s: f64,
    /// Mean current over the interval that ends at the row, discharge positive.
    pub current_a: f64,
    /// Terminal voltage.
    pub voltage_v: f64,
    /// Temperature of the cell.
    pub temperature_degc: f64,
    /// The log's own charge counter: charge minus discharge.
    pub net_capacity_ah: Option<f64>,
}

/// A row without a temperature takes that of the last earlier row that has one; rows before the first temperature take
/// the first one. The search is bounded.
#[derive(Debug)]
pub struct HoldTemperature<I> {
    file: PathBuf,
    rows: I,
    waiting: VecDeque<Row>,
    held_degc: Option<f64>,
}

impl<I: Iterator<Item = Result<Row, BdfError>>> HoldTemperature<I> {
    /// The rows of `file`, with `assumed_degc` until the first row that has a temperature; if that is `None`, the log
    /// must have one.
    pub fn new(file: &Path, rows: I, assumed_degc: Option<f64>) -> Self {
        Self {
            file: file.to_owned(),
            rows,
            waiting: VecDeque::new(),
            held_degc: assumed_degc,
        }
    }

    /// The source of the rows.
    pub fn source(&self) -> &I {
        &self.rows
    }

    /// Searches the first temperature and queues the rows before it.
    fn look_ahead(&mut self) -> Result<(), Error> {
        while self.held_degc.is_none() && self.waiting.len() < LOOK_AHEAD_ROWS {
            let Some(row) = self.rows.next().transpose()? else {
                break;
            };
            self.held_degc = row.temperature_degc;
            self.waiting.push_back(row);
        }
        if self.held_degc.is_none() && !self.waiting.is_empty() {
            return Err(Error::NoTemperature {
                file: self.file.clone(),
                rows: self.waiting.len(),
            });
        }
        Ok(())
    }

    fn read(&mut self) -> Result<Option<Measured>, Error> {
        self.look_ahead()?;
        let row = match self.waiting.pop_front() {
            Some(row) => Some(row),
            None => self.rows.next().transpose()?,
        };
        let held_degc = row.and_then(|row| row.temperature_degc).or(self.held_degc);
        self.held_degc = held_degc;
        Ok(row.zip(held_degc).map(|(row, temperature_degc)| Measured {
            time_s: row.time_s,
            current_a: row.current_a,
            voltage_v: row.voltage_v,
            temperature_degc,
            net_capacity_ah: row.net_capacity_ah,
        }))
    }
}

impl<I: Iterator<Item = Result<Row, BdfError>>> Iterator for HoldTemperature<I> {
    type Item = Result<Measured, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}
