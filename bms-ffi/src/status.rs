//! Status codes.

use bms_core::snapshot::SnapshotError;

/// The result of a call. Numbers are never used again for another status.
///
/// With any status but `BMS_STATUS_OK` nothing was written, and the pack is unchanged.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum bms_status {
    /// Done.
    BMS_STATUS_OK = 0,
    /// A required pointer is null.
    BMS_STATUS_NULL_POINTER = 100,
    /// A pointer is not aligned for its type.
    BMS_STATUS_MISALIGNED = 101,
    /// The size that a struct begins with is unknown: it is not set, or of another header.
    BMS_STATUS_STRUCT_SIZE = 102,
    /// The header is of another interface version than the library.
    BMS_STATUS_ABI_VERSION = 103,
    /// The storage is too small.
    BMS_STATUS_STORAGE_SIZE = 104,
    /// The storage was never initialised, was released, or holds another kind of object.
    BMS_STATUS_NOT_INITIALISED = 105,
    /// The storage was copied or moved since it was initialised.
    BMS_STATUS_STORAGE_MOVED = 106,
    /// The beginning of the storage was overwritten.
    BMS_STATUS_STORAGE_DAMAGED = 107,
    /// A buffer is too small.
    BMS_STATUS_BUFFER_SIZE = 108,
    /// A truth value is neither 0 nor 1.
    BMS_STATUS_BOOLEAN = 200,
    /// A number is no value of its enumeration.
    BMS_STATUS_ENUMERATION = 201,
    /// A list is longer than the pack, or a table longer than 65535 entries.
    BMS_STATUS_COUNT = 202,
    /// An index is out of range.
    BMS_STATUS_INDEX = 203,
    /// No fault has this number.
    BMS_STATUS_UNKNOWN_FAULT = 204,
    /// There is no record of this fault.
    BMS_STATUS_NO_RECORD = 205,
    /// The configuration contradicts itself or has an impossible value. `bms_config_check` describes it.
    BMS_STATUS_CONFIG = 206,
    /// There is no frame to send.
    BMS_STATUS_NO_FRAME = 207,
    /// No message of the kind is due, or another one is still being sent.
    BMS_STATUS_NOT_DUE = 208,
    /// A snapshot can only be restored before the first step.
    BMS_STATUS_SNAPSHOT_RUNNING = 300,
    /// The snapshot is too short.
    BMS_STATUS_SNAPSHOT_TOO_SHORT = 301,
    /// The bytes are no snapshot: erased or foreign memory.
    BMS_STATUS_SNAPSHOT_MAGIC = 302,
    /// The checksum of the snapshot is wrong.
    BMS_STATUS_SNAPSHOT_CRC = 303,
    /// The snapshot has another format.
    BMS_STATUS_SNAPSHOT_VERSION = 304,
    /// The snapshot is of another pack.
    BMS_STATUS_SNAPSHOT_OTHER_PACK = 305,
    /// The snapshot has an unknown fault.
    BMS_STATUS_SNAPSHOT_UNKNOWN_FAULT = 306,
    /// A value in the snapshot is impossible.
    BMS_STATUS_SNAPSHOT_FIELD = 307,
}

pub(crate) use bms_status::*;

/// The result of a check.
pub(crate) type Checked<T> = Result<T, bms_status>;

/// The status of a result.
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
