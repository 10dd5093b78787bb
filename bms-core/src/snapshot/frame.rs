//! Frame around the content: magic, format, length, sequence number, CRC. The same in all future formats.

use super::SnapshotError;
use super::bytes::{Reader, Writer};
use super::crc::crc32;

/// First bytes of every snapshot: "BMSS".
const MAGIC: [u8; 4] = *b"BMSS";

/// The format that is written and read.
pub(crate) const VERSION: u16 = 1;

/// Length of the header in bytes.
pub(crate) const HEADER: usize = 16;

/// Length of the trailer in bytes.
pub(crate) const TRAILER: usize = 4;

/// A snapshot with a valid CRC.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame<'b> {
    pub(crate) version: u16,
    pub(crate) sequence: u32,
    content: &'b [u8],
}

impl<'b> Frame<'b> {
    /// Reads the snapshot at the beginning of `bytes`; bytes behind it are ignored.
    pub(crate) fn open(bytes: &'b [u8]) -> Result<Self, SnapshotError> {
        let too_short = |needed| SnapshotError::TooShort {
            needed,
            given: bytes.len(),
        };
        let Some((header, rest)) = bytes.split_first_chunk::<HEADER>() else {
            return Err(too_short(HEADER + TRAILER));
        };
        let mut input = Reader::new(header, 0);
        let magic = input.u32("magic")?;
        if magic != u32::from_le_bytes(MAGIC) {
            return Err(SnapshotError::Magic { found: magic });
        }
        let version = input.u16("format")?;
        let reserved = input.u16("reserved")?;
        let length = input.u32("length")?;
        let length = usize::try_from(length).map_err(|_| input.reject("length"))?;
        input.check("length", length >= HEADER + TRAILER)?;
        let sequence = input.u32("sequence number")?;
        let content_length = length.saturating_sub(HEADER + TRAILER);
        let (Some(sealed), Some((content, trailer))) = (
            bytes.get(..length.saturating_sub(TRAILER)),
            rest.split_at_checked(content_length),
        ) else {
            return Err(too_short(length));
        };
        let Some((stated, _)) = trailer.split_first_chunk() else {
            return Err(too_short(length));
        };
        let (stated, computed) = (u32::from_le_bytes(*stated), crc32(sealed));
        if stated != computed {
            return Err(SnapshotError::Crc { stated, computed });
        }
        if reserved != 0 {
            return Err(SnapshotError::Field {
                field: "reserved",
                at: 6,
            });
        }
        Ok(Self {
            version,
            sequence,
            content,
        })
    }

    /// The content, if its format is supported.
    pub(crate) fn content(&self) -> Result<Reader<'b>, SnapshotError> {
        if self.version == VERSION {
            Ok(Reader::new(self.content, HEADER))
        } else {
            Err(SnapshotError::Version {
                found: self.version,
                known: VERSION,
            })
        }
    }
}

/// Fills `area`, which has exactly the snapshot's length, with header, content and CRC.
pub(crate) fn seal(area: &mut [u8], sequence: u32, content: impl FnOnce(&mut Writer<'_>)) {
    let length = u32::try_from(area.len()).unwrap_or(u32::MAX);
    let Some((sealed, trailer)) = area.split_last_chunk_mut::<TRAILER>() else {
        return;
    };
    let mut out = Writer::new(sealed);
    out.put(&MAGIC);
    out.u16(VERSION);
    out.u16(0);
    out.u32(length);
    out.u32(sequence);
    content(&mut out);
    *trailer = crc32(sealed).to_le_bytes();
}
