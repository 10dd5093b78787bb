//! The table of a sweep as Apache Parquet.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::Column;

/// Writes rows, which are lines of CSV, as one row group: optional doubles, and optional UTF-8 text.
///
/// # Errors
/// `out` fails.
pub fn write_parquet<W: Write + Send>(
    out: W,
    columns: &[Column],
    lines: &[String],
) -> io::Result<W> {
    let fields = columns.iter().map(|column| {
        let (physical, logical) = if column.is_number {
            (Physical::DOUBLE, None)
        } else {
            (Physical::BYTE_ARRAY, Some(LogicalType::String))
        };
        Type::primitive_type_builder(&column.name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()
            .map(Arc::new)
    });
    let fields = fields.collect::<Result<Vec<_>, _>>().map_err(io_error)?;
    let schema = Type::group_type_builder("sweep")
        .with_fields(fields)
        .build();
    let properties = WriterProperties::builder()
        .set_created_by(concat!("bms-sim ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_dictionary_enabled(false)
        .build();
    let schema = Arc::new(schema.map_err(io_error)?);
    let mut out = SerializedFileWriter::new(out, schema, Arc::new(properties)).map_err(io_error)?;
    let rows: Vec<Vec<&str>> = lines
        .iter()
        .map(|line| line.trim_end().split(',').collect())
        .collect();
    let mut group = out.next_row_group().map_err(io_error)?;
    for (place, column) in columns.iter().enumerate() {
        let texts: Vec<&str> = rows
            .iter()
            .map(|row| row.get(place).copied().unwrap_or_default())
            .collect();
        let present: Vec<i16> = texts
            .iter()
            .map(|text| i16::from(!text.is_empty()))
            .collect();
        let filled = texts.into_iter().filter(|text| !text.is_empty());
        let Some(mut writer) = group.next_column().map_err(io_error)? else {
            break;
        };
        if column.is_number {
            let numbers: Vec<f64> = filled
                .map(|text| text.parse().unwrap_or(f64::NAN))
                .collect();
            writer
                .typed::<DoubleType>()
                .write_batch(&numbers, Some(&present), None)
                .map_err(io_error)?;
        } else {
            let texts: Vec<ByteArray> = filled.map(ByteArray::from).collect();
            writer
                .typed::<ByteArrayType>()
                .write_batch(&texts, Some(&present), None)
                .map_err(io_error)?;
        }
        writer.close().map_err(io_error)?;
    }
    group.close().map_err(io_error)?;
    out.into_inner().map_err(io_error)
}

fn io_error(error: ParquetError) -> io::Error {
    io::Error::other(error)
}
