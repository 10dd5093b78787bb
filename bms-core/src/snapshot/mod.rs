//! State that survives a power cycle, as bytes.
//!
//! [`BmsView::snapshot`](crate::BmsView::snapshot) writes it, [`Bms::restore`](crate::Bms::restore) restores it before the
//! first tick, and [`Slots`] keeps one complete snapshot in two places whenever the power is cut.
//!
//! **Saved.** The state of the estimator with its covariance (state of charge, polarisation, hysteresis, scales of
//! resistance and capacity, offset of the current sensor); the capacity with the swing of charge that it is being learned
//! from; each cell's differences from the mean cell; the state of charge
//! displayed to the driver; offsets of the current sensors; wear of the contactors; heat in the fuse and in the precharge
//! resistor; faults that are latched through power cycles; status bytes, records with freeze frames, and the log; the time
//! of operation.
//!
//! **Not saved.** Readings and their ages, debounce counters, running balances (energy, rest), and a precharge in progress. A fault whose class is [`UntilAcknowledged`](crate::protection::Latch::UntilAcknowledged) ends with
//! the power cycle, and is detected again if its condition still holds; its record and its status stay. In a status byte
//! "test failed" is cleared, and the request for a warning but for what stays latched. The operation cycle of the status
//! bytes continues until the vehicle starts a new one.
//!
//! **Sleep.** Polarisation and heat have decayed, and drift has increased the variances; for a sleep of unknown length the
//! worse case is assumed: 30 days for drift, none for cooling. The first voltage is fused with the saved state according to
//! both variances. If it contradicts the saved state and fits another state of charge (cells replaced, battery used
//! meanwhile), the saved state is discarded and the estimate is marked as
//! [restarted](crate::estimation::CellEstimate::restarted).
//!
//! # Layout
//!
//! Little-endian, without gaps; real numbers are IEEE 754 single precision. `n` is the number of cells. SoC as an integer
//! is in units of 2^-50.
//!
//! | offset | size | what |
//! |---|---|---|
//! | 0 | 4 | magic, "BMSS" |
//! | 4 | 2 | format, 1 |
//! | 6 | 2 | reserved, 0 |
//! | 8 | 4 | length of the whole, CRC included |
//! | 12 | 4 | sequence number |
//! | 16 | 2 | cells in series |
//! | 18 | 2 | temperature sensors |
//! | 20 | 4 | CRC-32 of what makes the cell: capacity in coulombs, lowest and highest voltage |
//! | 24 | 8 | time of operation, ms |
//! | 32 | 8 | time of operation at which a thermal runaway was found, ms; all ones for none |
//! | 40 | 4 | share of what melts the fuse |
//! | 44 | 4 | heat in the precharge resistor, J |
//! | 48 | 2 x 4 | offsets of the current sensors, A |
//! | 56 | 3 x 6 | main plus, main minus, precharge contactor: operations (4), hard operations (2) |
//! | 74 | 1 | whether a SoC is displayed |
//! | 75 | 8 | displayed SoC, integer |
//! | 83 | 4 | mean temperature, K |
//! | 87 | 2 x 4 | sensitivity of SoC and resistance to the capacities |
//! | 95 | 1 | mean cell: 0 unknown, 1 prior SoC, 2 filter |
//! | 96 | 8 | SoC of the mean cell, integer |
//! | 104 | 9 x 4 | branch currents (4), hysteresis, lasting voltage error, resistance scale, current bias, capacity scale |
//! | 140 | 55 x 4 | covariance in factors `U D U'`, upper triangle row by row, `D` on the diagonal |
//! | 360 | 4, 4, 1 | capacity over the nominal one, its variance (-1 before the first anchor), contradictions in a row |
//! | 369 | 1, 4 x 4 | whether a swing of charge began; SoC there, its variance, charge discharged and moved since, over the nominal capacity |
//! | 386 | 8 | charge discharged since the last anchor, integer as the SoC |
//! | 394 | n x 28 | each cell: differences of SoC, resistance, inverse capacity; variance of SoC, covariance of SoC and resistance, variances of resistance and inverse capacity; a variance of SoC of -1 before the first tick |
//! | 394 + 28 n | 2 | number of faults |
//! | | each 4 | number (2), status byte (1), latched (1); by number |
//! | | 2 | number of places for records |
//! | | each 62 | fault (2), source (2), first and last time in ms (8, 8), count (2), value, limit, excess (3 x 4), frame (7 x 4); fault 0 and zeros where there is none |
//! | | 4 | events ever written |
//! | | 2 | places of the log |
//! | | each 17 | fault (2), source (2), kind (1), time in ms (8), value (4); as above |
//! | end - 4 | 4 | CRC-32 (IEEE 802.3) of all before |
//!
//! A source is a kind and an index: 0 pack, 1 cell, 2 temperature sensor, 3 current sensor, 4 contactor (0 main plus, 1
//! main minus, 2 precharge), 5 front end. Header and CRC stay the same in future formats. A program with more faults in its
//! catalogue reads the snapshots of one with fewer.

mod bytes;
mod cells;
mod crc;
mod error;
mod faults;
mod frame;
mod identity;
mod pack;
mod slots;

pub use error::SnapshotError;
pub use slots::{Slot, Slots};

pub(crate) use bytes::{Reader, Writer};
pub(crate) use frame::{Frame, seal};
pub(crate) use pack::SavedPack;

use crate::config::BmsConfig;
use crate::estimation::CellDelta;
use crate::protection::FaultStore;

/// Bytes of a snapshot of a pack with this many cells.
///
/// ```
/// use bms_core::snapshot::snapshot_size;
/// const BUFFER: [u8; snapshot_size(96)] = [0; snapshot_size(96)];
/// assert!(BUFFER.len() < 8192);
/// ```
#[must_use]
pub const fn snapshot_size(cells: usize) -> usize {
    let fixed = frame::HEADER + identity::LENGTH + pack::LENGTH + faults::LENGTH + frame::TRAILER;
    fixed + cells * cells::LENGTH
}

/// Writes a complete snapshot into `area`, which has exactly its length.
pub(crate) fn write(
    area: &mut [u8],
    sequence: u32,
    config: &BmsConfig<'_>,
    whole: &SavedPack,
    deltas: &[CellDelta],
    store: &FaultStore,
) {
    seal(area, sequence, |out: &mut Writer<'_>| {
        identity::write(out, config);
        pack::write(out, whole);
        for delta in deltas {
            cells::write(out, delta);
        }
        faults::write(out, store);
    });
}

/// A snapshot whose every value was checked; [`Self::cells`] decodes those of the cells a second time.
#[derive(Debug)]
pub(crate) struct Checked<'b> {
    pub(crate) whole: SavedPack,
    pub(crate) store: FaultStore,
    cells: Reader<'b>,
}

impl<'b> Checked<'b> {
    /// Checks all of it.
    pub(crate) fn read(bytes: &'b [u8], config: &BmsConfig<'_>) -> Result<Self, SnapshotError> {
        let mut input = Frame::open(bytes)?.content()?;
        identity::check(&mut input, config)?;
        let whole = pack::read(&mut input)?;
        let cells = input.clone();
        for _ in 0..config.layout.cells {
            cells::read(&mut input)?;
        }
        let store = faults::read(&mut input, whole.now_ms, &config.layout)?;
        input.check("the length", input.is_at_end())?;
        Ok(Self {
            whole,
            store,
            cells,
        })
    }

    /// The deltas of the cells, in order.
    pub(crate) fn cells(&self) -> impl Iterator<Item = CellDelta> + use<'b> {
        let mut input = self.cells.clone();
        core::iter::from_fn(move || cells::read(&mut input).ok())
    }
}
