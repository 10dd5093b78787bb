//! Why a snapshot cannot be written or used.

use core::fmt;

/// Why a snapshot cannot be written or used. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum SnapshotError {
    /// The buffer is too short.
    NoRoom {
        /// Length of a snapshot of this pack in bytes.
        needed: usize,
        /// Length of the buffer in bytes.
        given: usize,
    },
    /// The battery management has stepped already, and may have faults of its own.
    Running,
    /// Fewer bytes than a snapshot has, or than its header states.
    TooShort {
        /// Required length in bytes.
        needed: usize,
        /// Given length in bytes.
        given: usize,
    },
    /// The first four bytes are not those of a snapshot: erased or foreign memory.
    Magic {
        /// The bytes, the first one lowest.
        found: u32,
    },
    /// The CRC does not match: the bytes were changed.
    Crc {
        /// CRC in the snapshot.
        stated: u32,
        /// CRC of the bytes.
        computed: u32,
    },
    /// It was written in another format.
    Version {
        /// The format.
        found: u16,
        /// The only supported format.
        known: u16,
    },
    /// It was written by another pack.
    OtherPack {
        /// Property in which the packs differ.
        field: &'static str,
        /// Value in the snapshot.
        stored: u32,
        /// Value of this pack.
        own: u32,
    },
    /// It contains a fault that is not in the catalogue.
    UnknownFault {
        /// The fault's number.
        number: u16,
        /// Position in the snapshot in bytes.
        at: usize,
    },
    /// A value is outside its range, or contradicts another.
    Field {
        /// Meaning of the value.
        field: &'static str,
        /// Position in the snapshot in bytes.
        at: usize,
    },
}

impl SnapshotError {
    /// Whether the bytes are damaged, and are reported as [`SnapshotCorrupt`](crate::protection::FaultId::SnapshotCorrupt).
    #[must_use]
    pub const fn is_corrupt(&self) -> bool {
        matches!(
            self,
            Self::TooShort { .. } | Self::Magic { .. } | Self::Crc { .. } | Self::Field { .. }
        )
    }

    /// Whether the bytes are sound but not for this pack or this program, and are reported as
    /// [`SnapshotVersion`](crate::protection::FaultId::SnapshotVersion).
    #[must_use]
    pub const fn is_foreign(&self) -> bool {
        matches!(
            self,
            Self::Version { .. } | Self::OtherPack { .. } | Self::UnknownFault { .. }
        )
    }
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRoom { needed, given } => write!(
                f,
                "the buffer has {given} bytes, but a snapshot of this pack has {needed}"
            ),
            Self::Running => write!(f, "a snapshot has to be restored before the first tick"),
            Self::TooShort { needed, given } => write!(
                f,
                "the snapshot has {given} bytes, but has to have at least {needed}"
            ),
            Self::Magic { found } => {
                write!(f, "no snapshot begins with the bytes {found:#010x}")
            }
            Self::Crc { stated, computed } => write!(
                f,
                "the snapshot is damaged: its CRC is {stated:#010x}, but its bytes give {computed:#010x}"
            ),
            Self::Version { found, known } => write!(
                f,
                "the snapshot has format {found}, but only format {known} is understood"
            ),
            Self::OtherPack { field, stored, own } => write!(
                f,
                "the snapshot is of another pack: {field} is {stored} there and {own} here"
            ),
            Self::UnknownFault { number, at } => write!(
                f,
                "the snapshot names fault {number} at byte {at}, which is not in the catalogue"
            ),
            Self::Field { field, at } => write!(
                f,
                "the snapshot has no possible value for {field} at byte {at}"
            ),
        }
    }
}

impl core::error::Error for SnapshotError {}
