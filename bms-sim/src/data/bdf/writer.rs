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

/// Labels of all columns, in order.
pub(super) fn labels(columns: OptionalColumns, more: &[String]) -> impl Iterator<Item = &str> {
    let optional = [
        columns
            .temperature
            .then_some("Surface Temperature T1 / degC"),
        columns.net_capacity.then_some("Net Capacity / Ah"),
    ];
    ["Test Time / s", "Current / A", "Voltage / V"]
        .into_iter()
        .chain(optional.into_iter().flatten())
        .chain(more.iter().map(String::as_str))
}

/// A row's values in the same order, without additional columns; charging is positive here.
pub(super) fn fields(columns: OptionalColumns, row: &Row) -> impl Iterator<Item = Option<f64>> {
    let optional = [
        columns.temperature.then_some(row.temperature_degc),
        columns.net_capacity.then_some(row.net_capacity_ah),
    ];
    [row.time_s, 0.0 - row.current_a, row.voltage_v]
        .map(Some)
        .into_iter()
        .chain(optional.into_iter().flatten())
}

/// Writes rows as BDF CSV. Every number is written with the digits that read back to the same `f64`.
#[derive(Debug)]
pub struct Writer<W: Write> {
    out: W,
    columns: OptionalColumns,
}

impl<W: Write> Writer<W> {
    /// Writes the header. Use a buffered sink: each row is several small writes.
    ///
    /// # Errors
    /// `out` fails.
    pub fn new(out: W, columns: OptionalColumns) -> io::Result<Self> {
        Self::with_more(out, columns, &[])
    }

    /// Writes the header with additional columns at its end, by their labels; their values follow with
    /// [`write_more`](Self::write_more).
    ///
    /// # Errors
    /// `out` fails.
    pub fn with_more(mut out: W, columns: OptionalColumns, more: &[String]) -> io::Result<Self> {
        let labels: Vec<_> = labels(columns, more).collect();
        write!(out, "{}", labels.join(","))?;
        writeln!(out)?;
        Ok(Self { out, columns })
    }

    /// Writes a row; `None` becomes an empty field, `row.line` is not written.
    ///
    /// # Errors
    /// `out` fails.
    pub fn write(&mut self, row: &Row) -> io::Result<()> {
        self.write_more(row, [])
    }

    /// Writes a row and the values of the additional columns.
    ///
    /// # Errors
    /// `out` fails.
    pub fn write_more(&mut self, row: &Row, more: impl IntoIterator<Item = f64>) -> io::Result<()> {
        for (number, value) in fields(self.columns, row).enumerate() {
            let comma = if number == 0 { "" } else { "," };
            match value {
                Some(value) => write!(self.out, "{comma}{value}")?,
                None => write!(self.out, "{comma}")?,
            }
        }
        for value in more {
            write!(self.out, ",{value}")?;
        }
        writeln!(self.out)
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
