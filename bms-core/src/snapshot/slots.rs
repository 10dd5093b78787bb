//! Two places for snapshots: one of them is complete whenever the power is cut.

use super::SnapshotError;
use super::frame::Frame;

/// One of two places for a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Slot {
    /// The first.
    First,
    /// The second.
    Second,
}

impl Slot {
    /// The other place.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

/// Contents of two places for snapshots.
///
/// A snapshot is written to the place that does not hold the newest one, with a sequence number one higher. The newest
/// complete snapshot is never overwritten, whenever the power is cut:
///
/// ```
/// use bms_core::config::presets::NMC_13S;
/// use bms_core::estimation::InitialSoc;
/// use bms_core::snapshot::{Slot, Slots, snapshot_size};
/// use bms_core::Bms;
///
/// const SIZE: usize = snapshot_size(NMC_13S.layout.cells);
/// // Two erased areas of a flash memory.
/// let (mut first, mut second) = ([0xFF; SIZE], [0xFF; SIZE]);
///
/// let mut bms = Bms::<13, 4>::new(NMC_13S.validated()?, InitialSoc::FromVoltage)?;
/// let slots = Slots::look(&first, &second);
/// if let Some(bytes) = slots.bytes_to_restore(&first, &second) {
///     // An error is reported as a fault already; the battery management starts as a new one.
///     let _ = bms.restore(bytes, None);
/// }
///
/// // Some time later:
/// let area = match slots.to_overwrite() {
///     Slot::First => &mut first,
///     Slot::Second => &mut second,
/// };
/// bms.view().snapshot(slots.next_sequence(), area)?;
/// assert_eq!(Slots::look(&first, &second).newest(), Some(Slot::First));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slots {
    first: Found,
    second: Found,
}

/// Content of one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// All bytes equal, as in erased memory; or no byte at all.
    Blank,
    Whole {
        sequence: u32,
    },
    Damaged(SnapshotError),
}

impl Found {
    fn look(bytes: &[u8]) -> Self {
        match Frame::open(bytes) {
            Ok(frame) => Self::Whole {
                sequence: frame.sequence,
            },
            Err(_) if bytes.windows(2).all(|pair| pair.first() == pair.last()) => Self::Blank,
            Err(error) => Self::Damaged(error),
        }
    }
}

impl Slots {
    /// Reads the frames in both places. Whether a snapshot fits the pack is not checked.
    #[must_use]
    pub fn look(first: &[u8], second: &[u8]) -> Self {
        Self {
            first: Found::look(first),
            second: Found::look(second),
        }
    }

    /// The place with the newest complete snapshot; `None` without one.
    ///
    /// Sequence numbers wrap around: of two, the one less than 2^31 steps ahead is newer. Of two snapshots with the same
    /// number, which does not occur with [`Self::next_sequence`], it is the first.
    #[must_use]
    pub const fn newest(&self) -> Option<Slot> {
        match (self.first, self.second) {
            (Found::Whole { sequence: first }, Found::Whole { sequence: second }) => {
                let ahead = second.wrapping_sub(first);
                if ahead != 0 && ahead < 1 << 31 {
                    Some(Slot::Second)
                } else {
                    Some(Slot::First)
                }
            }
            (Found::Whole { .. }, _) => Some(Slot::First),
            (_, Found::Whole { .. }) => Some(Slot::Second),
            _ => None,
        }
    }

    /// The place to write the next snapshot to: never that of the newest one.
    #[must_use]
    pub const fn to_overwrite(&self) -> Slot {
        match self.newest() {
            Some(newest) => newest.other(),
            None => Slot::First,
        }
    }

    /// The sequence number of the next snapshot.
    #[must_use]
    pub const fn next_sequence(&self) -> u32 {
        let newest = match self.newest() {
            Some(Slot::First) => self.first,
            Some(Slot::Second) => self.second,
            None => return 0,
        };
        match newest {
            Found::Whole { sequence } => sequence.wrapping_add(1),
            Found::Blank | Found::Damaged(_) => 0,
        }
    }

    /// Why the snapshot in a place is damaged; `None` if it is complete or the place is blank.
    ///
    /// One damaged place beside a complete one is the result of a power cut, and no fault.
    #[must_use]
    pub const fn damage(&self, slot: Slot) -> Option<SnapshotError> {
        match match slot {
            Slot::First => self.first,
            Slot::Second => self.second,
        } {
            Found::Damaged(error) => Some(error),
            Found::Blank | Found::Whole { .. } => None,
        }
    }

    /// The bytes for [`Bms::restore`](crate::Bms::restore): the newest complete snapshot, otherwise a damaged one, so that
    /// the damage is reported; `None` if both places are blank, as in a new controller.
    #[must_use]
    pub const fn bytes_to_restore<'b>(
        &self,
        first: &'b [u8],
        second: &'b [u8],
    ) -> Option<&'b [u8]> {
        let slot = match (self.newest(), self.first, self.second) {
            (Some(newest), ..) => newest,
            (None, Found::Damaged(_), _) => Slot::First,
            (None, _, Found::Damaged(_)) => Slot::Second,
            (None, ..) => return None,
        };
        Some(match slot {
            Slot::First => first,
            Slot::Second => second,
        })
    }
}
