//! A whole log in memory.

use std::path::Path;

use super::{BdfError, Reader, Row};

/// A log as columns of equal length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    /// Test time, not decreasing.
    pub time_s: Vec<f64>,
    /// Current, discharge positive; the mean over the interval that ends at the row.
    pub current_a: Vec<f64>,
    /// Terminal voltage.
    pub voltage_v: Vec<f64>,
    /// Temperature; `None` if the row, or the whole log, has none.
    pub temperature_degc: Vec<Option<f64>>,
    /// The log's charge counter, charge minus discharge; `None` if the row, or the whole log, has none.
    pub net_capacity_ah: Vec<Option<f64>>,
}

impl Log {
    /// Reads a log into memory and checks its signs.
    ///
    /// # Errors
    /// Whatever [`BdfError`] names.
    pub fn read(path: &Path) -> Result<Self, BdfError> {
        Reader::open(path)?.collect()
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.time_s.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.time_s.is_empty()
    }

    /// The temperature of every row; a row without one takes that of the last earlier row, or of the first row that has
    /// one. `None` if no row has any.
    #[must_use]
    pub fn temperature_held_degc(&self) -> Option<Vec<f64>> {
        let mut held = self.temperature_degc.iter().find_map(|t| *t)?;
        let hold = |t: &Option<f64>| {
            held = t.unwrap_or(held);
            held
        };
        Some(self.temperature_degc.iter().map(hold).collect())
    }
}

impl Extend<Row> for Log {
    fn extend<I: IntoIterator<Item = Row>>(&mut self, rows: I) {
        for row in rows {
            self.time_s.push(row.time_s);
            self.current_a.push(row.current_a);
            self.voltage_v.push(row.voltage_v);
            self.temperature_degc.push(row.temperature_degc);
            self.net_capacity_ah.push(row.net_capacity_ah);
        }
    }
}

impl FromIterator<Row> for Log {
    fn from_iter<I: IntoIterator<Item = Row>>(rows: I) -> Self {
        let mut log = Self::default();
        log.extend(rows);
        log
    }
}
