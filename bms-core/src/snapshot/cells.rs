//! Saved state of one cell: its delta from the mean cell.

use super::SnapshotError;
use super::bytes::{Reader, Writer};
use crate::estimation::CellDelta;

/// Length in bytes.
pub(crate) const LENGTH: usize = 7 * 4;

pub(crate) fn write(out: &mut Writer<'_>, delta: &CellDelta) {
    for value in delta.saved() {
        out.f32(value);
    }
}

pub(crate) fn read(input: &mut Reader<'_>) -> Result<CellDelta, SnapshotError> {
    let soc = input.f32("a cell's delta of state of charge", -1.0, 1.0)?;
    let resistance = input.f32("a cell's delta of resistance", -0.9, 9.0)?;
    let capacity = input.f32("a cell's delta of inverse capacity", -0.5, 1.0)?;
    let mut variances = [0.0; 4];
    for variance in &mut variances {
        *variance = input.f32("a variance of a cell's deltas", -1.0, 1.0)?;
    }
    let [soc_variance, cross_variance, of_resistance, of_capacity] = variances;
    let delta = CellDelta::restored([
        soc,
        resistance,
        capacity,
        soc_variance,
        cross_variance,
        of_resistance,
        of_capacity,
    ]);
    input.check(
        "the variances of a cell's deltas",
        delta.has_sound_variances(),
    )?;
    Ok(delta)
}
