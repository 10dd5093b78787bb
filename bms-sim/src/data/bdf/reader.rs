//! Reads a log row by row; memory does not grow with the length of the log.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::columns::{Column, Columns, Counter, excerpt};
use super::lines::{Counted, Lines};
use super::sign::SignCheck;
use super::{BdfError, Row};

/// An iterator over the rows of a log.
///
/// Ends after an error. After the last row it checks the signs of current and charge counter against the voltage and
/// yields an error if they are reversed; a consumer of single rows must therefore withhold results until the end.
pub struct Reader {
    file: PathBuf,
    lines: Lines,
    columns: Columns,
    previous_s: Option<f64>,
    sign: SignCheck,
    ended: bool,
    bytes_read: Arc<AtomicU64>,
    bytes_total: u64,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("file", &self.file)
            .field("line", &self.lines.number)
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

impl Reader {
    /// Opens a log, plain or gzip, and reads its header.
    ///
    /// # Errors
    /// The file cannot be read, is empty or is not BDF; a column is missing, double or in a wrong unit.
    pub fn open(path: &Path) -> Result<Self, BdfError> {
        let io_error = |source| BdfError::Io {
            file: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(io_error)?;
        let bytes_total = file.metadata().map_err(io_error)?.len();
        let mut reader = Self::from_reader(path, file)?;
        reader.bytes_total = bytes_total;
        Ok(reader)
    }

    /// Reads a log from any source; `name` is its name in errors.
    ///
    /// # Errors
    /// As for [`Reader::open`].
    pub fn from_reader(name: &Path, source: impl Read + Send + 'static) -> Result<Self, BdfError> {
        let bytes_read = Arc::new(AtomicU64::new(0));
        let counted = Counted {
            source,
            bytes: Arc::clone(&bytes_read),
        };
        let mut lines = Lines::new(name, counted)?;
        let columns = header(name, &mut lines)?;
        Ok(Self {
            file: name.to_owned(),
            lines,
            columns,
            previous_s: None,
            sign: SignCheck::default(),
            ended: false,
            bytes_read,
            bytes_total: 0,
        })
    }

    /// Whether the log has a temperature column.
    #[must_use]
    pub fn has_temperature(&self) -> bool {
        self.columns.temperature.is_some()
    }

    /// Whether the log has a charge counter.
    #[must_use]
    pub fn has_net_capacity(&self) -> bool {
        self.columns.counter.is_some()
    }

    /// Bytes of the file read so far, before decompression.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
    }

    /// Size of the file in bytes; 0 if the source is not a file.
    #[must_use]
    pub fn bytes_total(&self) -> u64 {
        self.bytes_total
    }

    fn read(&mut self) -> Result<Option<Row>, BdfError> {
        if !self.lines.advance()? {
            if self.previous_s.is_none() {
                return Err(BdfError::NoRows {
                    file: self.file.clone(),
                });
            }
            self.sign.verdict(&self.file, &self.columns)?;
            return Ok(None);
        }
        let row = self.row()?;
        self.previous_s = Some(row.time_s);
        self.sign.add(&row);
        Ok(Some(row))
    }

    fn row(&self) -> Result<Row, BdfError> {
        let fields = self.lines.fields();
        let columns = &self.columns;
        if fields.len() != columns.count {
            return Err(BdfError::FieldCount {
                file: self.file.clone(),
                line: self.lines.number,
                found: fields.len(),
                expected: columns.count,
            });
        }
        let time_s = self.number(&fields, &columns.time)?;
        if let Some(previous_s) = self.previous_s.filter(|previous_s| time_s < *previous_s) {
            return Err(BdfError::TimeBackwards {
                file: self.file.clone(),
                line: self.lines.number,
                column: columns.time.label.clone(),
                found_s: time_s,
                previous_s,
            });
        }
        let temperature = columns.temperature.as_ref();
        Ok(Row {
            time_s,
            current_a: 0.0 - self.number(&fields, &columns.current)?,
            voltage_v: self.number(&fields, &columns.voltage)?,
            temperature_degc: temperature.map_or(Ok(None), |c| self.optional(&fields, c))?,
            net_capacity_ah: self.counter(&fields)?,
            line: self.lines.number,
        })
    }

    fn counter(&self, fields: &[&[u8]]) -> Result<Option<f64>, BdfError> {
        match &self.columns.counter {
            None => Ok(None),
            Some(Counter::Net(net)) => self.optional(fields, net),
            Some(Counter::Difference(charging, discharging)) => {
                let charging = self.optional(fields, charging)?;
                let discharging = self.optional(fields, discharging)?;
                Ok(charging.zip(discharging).map(|(c, d)| c - d))
            }
        }
    }

    /// A number that may be absent.
    fn optional(&self, fields: &[&[u8]], column: &Column) -> Result<Option<f64>, BdfError> {
        if fields[column.index].trim_ascii().is_empty() {
            return Ok(None);
        }
        self.number(fields, column).map(Some)
    }

    fn number(&self, fields: &[&[u8]], column: &Column) -> Result<f64, BdfError> {
        let field = fields[column.index].trim_ascii();
        let number = std::str::from_utf8(field).ok().and_then(|t| t.parse().ok());
        number
            .map(|value| column.convert(value))
            .filter(|value| value.is_finite())
            .ok_or_else(|| BdfError::NotANumber {
                file: self.file.clone(),
                line: self.lines.number,
                column: column.label.clone(),
                found: String::from_utf8_lossy(&field[..field.len().min(80)]).into_owned(),
            })
    }
}

impl Iterator for Reader {
    type Item = Result<Row, BdfError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let row = self.read();
        self.ended = !matches!(row, Ok(Some(_)));
        row.transpose()
    }
}

/// Reads the header line.
fn header(file: &Path, lines: &mut Lines) -> Result<Columns, BdfError> {
    if !lines.advance()? {
        return Err(BdfError::Empty {
            file: file.to_owned(),
        });
    }
    let labels: Option<Vec<String>> = lines
        .fields()
        .into_iter()
        .map(|field| Some(std::str::from_utf8(field).ok()?.trim().to_owned()))
        .collect();
    let labels = labels.filter(|labels| !labels.iter().any(|label| label.contains('\0')));
    let labels = labels.ok_or_else(|| BdfError::NotBdf {
        file: file.to_owned(),
        found: "binary data".to_owned(),
    })?;
    if labels.iter().all(String::is_empty) {
        return Err(BdfError::NotBdf {
            file: file.to_owned(),
            found: excerpt(""),
        });
    }
    Columns::find(file, &labels)
}
