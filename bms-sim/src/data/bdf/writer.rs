//! Writes a log with BDF's preferred labels.

use std::io::{self, Write};

use super::Row;

/// The columns that a log may have beside time, current and voltage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OptionalColumns {
    /// `Surface Temperature T1 / degC`.
    pub temperature: bool,
    /// `Net Capacity / Ah`.
    pub net_capacity: bool,
}

/// Writes rows as BDF CSV. Every number is written with the digits that read back to the same `f64`.
#[derive(Debug)]
pub struct Writer<W: Write> {
    out: W,
    columns: OptionalColumns,
}

impl<W: Write> Writer<W> {
    /// Writes the header. Give it a buffered writer: each row is several small writes.
    ///
    /// # Errors
    /// `out` fails.
    pub fn new(out: W, columns: OptionalColumns) -> io::Result<Self> {
        Self::with_more(out, columns, &[])
    }

    /// Writes the header with more columns at its end, by their labels: what [`write_more`](Self::write_more) writes.
    ///
    /// # Errors
    /// `out` fails.
    pub fn with_more(mut out: W, columns: OptionalColumns, more: &[String]) -> io::Result<Self> {
        write!(out, "Test Time / s,Current / A,Voltage / V")?;
        if columns.temperature {
            write!(out, ",Surface Temperature T1 / degC")?;
        }
        if columns.net_capacity {
            write!(out, ",Net Capacity / Ah")?;
        }
        for label in more {
            write!(out, ",{label}")?;
        }
        writeln!(out)?;
        Ok(Self { out, columns })
    }

    /// Writes a row; a value that is `None` becomes an empty field, `row.line` is not written.
    ///
    /// # Errors
    /// `out` fails.
    pub fn write(&mut self, row: &Row) -> io::Result<()> {
        self.write_more(row, [])
    }

    /// Writes a row with the values of more columns.
    ///
    /// # Errors
    /// `out` fails.
    pub fn write_more(&mut self, row: &Row, more: impl IntoIterator<Item = f64>) -> io::Result<()> {
        let charge_positive_a = 0.0 - row.current_a;
        write!(
            self.out,
            "{},{},{}",
            row.time_s, charge_positive_a, row.voltage_v
        )?;
        if self.columns.temperature {
            self.optional(row.temperature_degc)?;
        }
        if self.columns.net_capacity {
            self.optional(row.net_capacity_ah)?;
        }
        for value in more {
            write!(self.out, ",{value}")?;
        }
        writeln!(self.out)
    }

    fn optional(&mut self, value: Option<f64>) -> io::Result<()> {
        match value {
            Some(value) => write!(self.out, ",{value}"),
            None => write!(self.out, ","),
        }
    }

    /// Flushes and gives the sink back.
    ///
    /// # Errors
    /// `out` fails.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}
