//! Writes a log as Apache Parquet with BDF's preferred labels as the names of its columns.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Repetition, Type as Physical};
use parquet::data_type::DoubleType;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::{OptionalColumns, Row, writer};

/// Values buffered per row group: 32 MB.
const GROUP_VALUES: usize = 1 << 22;

/// Writes rows as Parquet: the same columns, in the same order, as [`Writer`](super::Writer), each of them an optional
/// double; no compression, no dictionary.
pub struct ParquetWriter<W: Write + Send> {
    out: SerializedFileWriter<W>,
    columns: OptionalColumns,
    values: Vec<Vec<f64>>,
    /// Definition levels: 1 for a value, 0 for null.
    present: Vec<Vec<i16>>,
    rows_per_group: usize,
}

impl<W: Write + Send> fmt::Debug for ParquetWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParquetWriter")
            .field("columns", &self.values.len())
            .finish_non_exhaustive()
    }
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Starts a file with additional columns, by their labels.
    ///
    /// # Errors
    /// `out` fails.
    pub fn with_more(out: W, columns: OptionalColumns, more: &[String]) -> io::Result<Self> {
        let labels = writer::labels(columns, more);
        let fields = labels.map(|label| {
            Type::primitive_type_builder(label, Physical::DOUBLE)
                .with_repetition(Repetition::OPTIONAL)
                .build()
                .map(Arc::new)
        });
        let fields = fields.collect::<Result<Vec<_>, _>>().map_err(io_error)?;
        let count = fields.len();
        let schema = Type::group_type_builder("bdf").with_fields(fields).build();
        let properties = WriterProperties::builder()
            .set_created_by(concat!("bms-sim ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_dictionary_enabled(false)
            .build();
        let schema = Arc::new(schema.map_err(io_error)?);
        Ok(Self {
            out: SerializedFileWriter::new(out, schema, Arc::new(properties)).map_err(io_error)?,
            columns,
            values: vec![Vec::new(); count],
            present: vec![Vec::new(); count],
            rows_per_group: (GROUP_VALUES / count).max(1),
        })
    }

    /// Writes a row and the values of the additional columns; `row.line` is not written.
    ///
    /// # Errors
    /// `out` fails.
    pub fn write_more(&mut self, row: &Row, more: impl IntoIterator<Item = f64>) -> io::Result<()> {
        let fields = writer::fields(self.columns, row).chain(more.into_iter().map(Some));
        for ((values, present), field) in self.values.iter_mut().zip(&mut self.present).zip(fields)
        {
            values.extend(field);
            present.push(i16::from(field.is_some()));
        }
        if self.present[0].len() >= self.rows_per_group {
            self.write_group()?;
        }
        Ok(())
    }

    fn write_group(&mut self) -> io::Result<()> {
        let mut group = self.out.next_row_group().map_err(io_error)?;
        for (values, present) in self.values.iter_mut().zip(&mut self.present) {
            let Some(mut column) = group.next_column().map_err(io_error)? else {
                break;
            };
            column
                .typed::<DoubleType>()
                .write_batch(values, Some(present), None)
                .map_err(io_error)?;
            column.close().map_err(io_error)?;
            values.clear();
            present.clear();
        }
        group.close().map(|_| ()).map_err(io_error)
    }

    /// Writes the remaining rows and the footer, and returns the sink.
    ///
    /// # Errors
    /// `out` fails.
    pub fn finish(mut self) -> io::Result<W> {
        if !self.present[0].is_empty() {
            self.write_group()?;
        }
        self.out.into_inner().map_err(io_error)
    }
}

fn io_error(error: ParquetError) -> io::Error {
    io::Error::other(error)
}
