//! The lines of a log, plain or gzip, and their fields.

use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use super::BdfError;

/// The longest line accepted, in bytes.
const MAX_LINE: usize = 1 << 20;

/// First bytes of gzip data.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The lines of a log, one at a time.
pub(super) struct Lines {
    file: PathBuf,
    source: Box<dyn BufRead + Send>,
    gzip: bool,
    line: Vec<u8>,
    /// Fields of the present line if it has quotes.
    unquoted: Option<csv::ByteRecord>,
    /// Number of the present line, from 1.
    pub(super) number: u64,
}

impl Lines {
    pub(super) fn new(file: &Path, source: impl Read + Send + 'static) -> Result<Self, BdfError> {
        let mut source = BufReader::with_capacity(1 << 16, source);
        let start = source.fill_buf().map_err(|source| BdfError::Io {
            file: file.to_owned(),
            source,
        })?;
        let gzip = start.starts_with(&GZIP_MAGIC);
        let source: Box<dyn BufRead + Send> = if gzip {
            Box::new(BufReader::with_capacity(
                1 << 16,
                MultiGzDecoder::new(source),
            ))
        } else {
            Box::new(source)
        };
        Ok(Self {
            file: file.to_owned(),
            source,
            gzip,
            line: Vec::new(),
            unquoted: None,
            number: 0,
        })
    }

    /// Advances to the next non-blank line; false at the end.
    pub(super) fn advance(&mut self) -> Result<bool, BdfError> {
        loop {
            self.line.clear();
            self.number += 1;
            let mut limited = (&mut self.source).take(MAX_LINE as u64 + 1);
            let read = limited.read_until(b'\n', &mut self.line);
            let read = read.map_err(|source| self.io_error(source))?;
            if read == 0 {
                return Ok(false);
            }
            if read > MAX_LINE {
                return Err(BdfError::LineTooLong {
                    file: self.file.clone(),
                    line: self.number,
                    limit: MAX_LINE,
                });
            }
            if self.number == 1 && self.line.starts_with("\u{feff}".as_bytes()) {
                self.line.drain(..3);
            }
            while matches!(self.line.last(), Some(b'\n' | b'\r')) {
                self.line.pop();
            }
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        self.unquoted = if self.line.contains(&b'"') {
            unquote(&self.line)
        } else {
            None
        };
        Ok(true)
    }

    pub(super) fn fields(&self) -> Vec<&[u8]> {
        match &self.unquoted {
            Some(record) => record.iter().collect(),
            None => self.line.split(|byte| *byte == b',').collect(),
        }
    }

    fn io_error(&self, source: io::Error) -> BdfError {
        let file = self.file.clone();
        let line = self.number;
        match source.kind() {
            io::ErrorKind::UnexpectedEof if self.gzip => BdfError::TruncatedGzip { file, line },
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData if self.gzip => {
                BdfError::DamagedGzip { file, line, source }
            }
            _ => BdfError::Io { file, source },
        }
    }
}

/// Splits a line with quoted fields.
fn unquote(line: &[u8]) -> Option<csv::ByteRecord> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(line);
    let mut record = csv::ByteRecord::new();
    let found = reader.read_byte_record(&mut record).unwrap_or(false);
    found.then_some(record)
}

/// Counts the bytes that pass.
pub(super) struct Counted<R> {
    pub(super) source: R,
    pub(super) bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
