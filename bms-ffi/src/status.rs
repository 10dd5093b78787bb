//! Status codes.

use bms_core::snapshot::SnapshotError;

/// What came of a call. Numbers are never used again for another status.
///
/// Whatever is not `BMS_STATUS_OK`: nothing was written, and the pack is as it was before the call.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum bms_status {
    /// Done.
    BMS_STATUS_OK = 0,
    /// A pointer is null that must not be.
    BMS_STATUS_NULL_POINTER = 100,
    /// A pointer is not aligned for its type.
    BMS_STATUS_MISALIGNED = 101,
    /// The size that a struct begins with is none that this library knows: it was not set, or the header is another one.
    BMS_STATUS_STRUCT_SIZE = 102,
    /// The program was compiled with a header of another interface version than the library's.
    BMS_STATUS_ABI_VERSION = 103,
    /// The storage is smaller than `bms_storage_size` says.
    BMS_STATUS_STORAGE_SIZE = 104,
    /// The storage was never initialised, was released, or is no storage of this library.
    BMS_STATUS_NOT_INITIALISED = 105,
    /// The storage was copied or moved since it was initialised.
    BMS_STATUS_STORAGE_MOVED = 106,
    /// The beginning of the storage was written by somebody else.
    BMS_STATUS_STORAGE_DAMAGED = 107,
    /// A buffer is too small for what is to be written to it.
    BMS_STATUS_BUFFER_SIZE = 108,
    /// A truth value is neither 0 nor 1.
    BMS_STATUS_BOOLEAN = 200,
    /// A number names no value of its enumeration.
    BMS_STATUS_ENUMERATION = 201,
    /// A list is longer than the pack, or a table longer than 65535 entries.
    BMS_STATUS_COUNT = 202,
    /// There is nothing with this index.
    BMS_STATUS_INDEX = 203,
    /// There is no fault with this number.
    BMS_STATUS_UNKNOWN_FAULT = 204,
    /// No record of this fault is kept.
    BMS_STATUS_NO_RECORD = 205,
    /// The configuration contradicts itself or names an impossible value; `bms_config_check` says which.
    BMS_STATUS_CONFIG = 206,
    /// No frame waits for the bus.
    BMS_STATUS_NO_FRAME = 207,
    /// Nothing of the kind is due, or something else is still being sent.
    BMS_STATUS_NOT_DUE = 208,
    /// A snapshot can be restored before the first step only.
    BMS_STATUS_SNAPSHOT_RUNNING = 300,
    /// There are fewer bytes than a snapshot has.
    BMS_STATUS_SNAPSHOT_TOO_SHORT = 301,
    /// The bytes are no snapshot: erased or foreign memory.
    BMS_STATUS_SNAPSHOT_MAGIC = 302,
    /// The bytes are not those that were written.
    BMS_STATUS_SNAPSHOT_CRC = 303,
    /// The snapshot was written in another format.
    BMS_STATUS_SNAPSHOT_VERSION = 304,
    /// The snapshot was written by another pack.
    BMS_STATUS_SNAPSHOT_OTHER_PACK = 305,
    /// The snapshot names a fault that this library does not know.
    BMS_STATUS_SNAPSHOT_UNKNOWN_FAULT = 306,
    /// A value in the snapshot is impossible.
    BMS_STATUS_SNAPSHOT_FIELD = 307,
}

pub(crate) use bms_status::*;

/// What a check came to.
pub(crate) type Checked<T> = Result<T, bms_status>;

/// The status that a function gives.
pub(crate) fn status(done: Checked<()>) -> bms_status {
    match done {
        Ok(()) => BMS_STATUS_OK,
        Err(status) => status,
    }
}

/// The status of a snapshot that cannot be written or used.
pub(crate) const fn of_snapshot(error: &SnapshotError) -> bms_status {
    match error {
        SnapshotError::NoRoom { .. } => BMS_STATUS_BUFFER_SIZE,
        SnapshotError::Running => BMS_STATUS_SNAPSHOT_RUNNING,
        SnapshotError::TooShort { .. } => BMS_STATUS_SNAPSHOT_TOO_SHORT,
        SnapshotError::Magic { .. } => BMS_STATUS_SNAPSHOT_MAGIC,
        SnapshotError::Crc { .. } => BMS_STATUS_SNAPSHOT_CRC,
        SnapshotError::Version { .. } => BMS_STATUS_SNAPSHOT_VERSION,
        SnapshotError::OtherPack { .. } => BMS_STATUS_SNAPSHOT_OTHER_PACK,
        SnapshotError::UnknownFault { .. } => BMS_STATUS_SNAPSHOT_UNKNOWN_FAULT,
        SnapshotError::Field { .. } => BMS_STATUS_SNAPSHOT_FIELD,
    }
}
