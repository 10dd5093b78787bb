//! Sequential reading and writing of little-endian numbers.

use super::SnapshotError;

/// Writes into a buffer. Bytes beyond its end are dropped, which the size of the buffer excludes.
#[derive(Debug)]
pub(crate) struct Writer<'b> {
    buffer: &'b mut [u8],
    at: usize,
}

impl<'b> Writer<'b> {
    pub(crate) fn new(buffer: &'b mut [u8]) -> Self {
        Self { buffer, at: 0 }
    }

    pub(crate) fn put(&mut self, bytes: &[u8]) {
        let room = self.buffer.iter_mut().skip(self.at);
        for (place, byte) in room.zip(bytes) {
            *place = *byte;
        }
        self.at = self.at.saturating_add(bytes.len());
    }

    pub(crate) fn u8(&mut self, value: u8) {
        self.put(&[value]);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        self.put(&value.to_le_bytes());
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.put(&value.to_le_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.put(&value.to_le_bytes());
    }

    pub(crate) fn i64(&mut self, value: i64) {
        self.put(&value.to_le_bytes());
    }

    /// The bit pattern, unchanged.
    pub(crate) fn f32(&mut self, value: f32) {
        self.u32(value.to_bits());
    }

    /// A count of at most 65535.
    pub(crate) fn count(&mut self, value: usize) {
        self.u16(u16::try_from(value).unwrap_or(u16::MAX));
    }
}

/// Reads what a [`Writer`] wrote; errors give the position of the refused value.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'b> {
    left: &'b [u8],
    at: usize,
    /// Position of the value read last.
    last: usize,
}

impl<'b> Reader<'b> {
    /// `bytes` begin at position `at` of the snapshot.
    pub(crate) const fn new(bytes: &'b [u8], at: usize) -> Self {
        Self {
            left: bytes,
            at,
            last: at,
        }
    }

    pub(crate) const fn is_at_end(&self) -> bool {
        self.left.is_empty()
    }

    /// Position of the value read last.
    pub(crate) const fn place(&self) -> usize {
        self.last
    }

    /// Error for the value read last.
    pub(crate) const fn reject(&self, field: &'static str) -> SnapshotError {
        SnapshotError::Field {
            field,
            at: self.last,
        }
    }

    /// Refuses the value read last unless `fits`.
    pub(crate) const fn check(&self, field: &'static str, fits: bool) -> Result<(), SnapshotError> {
        if fits {
            Ok(())
        } else {
            Err(self.reject(field))
        }
    }

    fn take<const LENGTH: usize>(
        &mut self,
        field: &'static str,
    ) -> Result<[u8; LENGTH], SnapshotError> {
        self.last = self.at;
        let Some((bytes, left)) = self.left.split_first_chunk() else {
            return Err(self.reject(field));
        };
        self.left = left;
        self.at = self.at.saturating_add(LENGTH);
        Ok(*bytes)
    }

    pub(crate) fn u8(&mut self, field: &'static str) -> Result<u8, SnapshotError> {
        self.take(field).map(u8::from_le_bytes)
    }

    pub(crate) fn u16(&mut self, field: &'static str) -> Result<u16, SnapshotError> {
        self.take(field).map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self, field: &'static str) -> Result<u32, SnapshotError> {
        self.take(field).map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self, field: &'static str) -> Result<u64, SnapshotError> {
        self.take(field).map(u64::from_le_bytes)
    }

    pub(crate) fn i64(&mut self, field: &'static str) -> Result<i64, SnapshotError> {
        self.take(field).map(i64::from_le_bytes)
    }

    /// Any bit pattern.
    pub(crate) fn any_f32(&mut self, field: &'static str) -> Result<f32, SnapshotError> {
        self.u32(field).map(f32::from_bits)
    }

    /// A number within `low` and `high`, both included.
    pub(crate) fn f32(
        &mut self,
        field: &'static str,
        low: f32,
        high: f32,
    ) -> Result<f32, SnapshotError> {
        let value = self.any_f32(field)?;
        self.check(field, value >= low && value <= high)?;
        Ok(value)
    }

    /// `length` bytes that must be zero.
    pub(crate) fn nothing(
        &mut self,
        field: &'static str,
        length: usize,
    ) -> Result<(), SnapshotError> {
        for _ in 0..length {
            let byte = self.u8(field)?;
            self.check(field, byte == 0)?;
        }
        Ok(())
    }

    /// A count of at most `most`.
    pub(crate) fn count(
        &mut self,
        field: &'static str,
        most: usize,
    ) -> Result<usize, SnapshotError> {
        let count = usize::from(self.u16(field)?);
        self.check(field, count <= most)?;
        Ok(count)
    }

    pub(crate) fn flag(&mut self, field: &'static str) -> Result<bool, SnapshotError> {
        match self.u8(field)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.reject(field)),
        }
    }
}
