//! What is kept of one cell: how it differs from the mean.

use super::SnapshotError;
use super::bytes::{Reader, Writer};
use crate::estimation::CellDifference;

/// Bytes of it.
pub(crate) const LENGTH: usize = 7 * 4;

pub(crate) fn write(out: &mut Writer<'_>, difference: &CellDifference) {
    for value in difference.kept() {
        out.f32(value);
    }
}

pub(crate) fn read(input: &mut Reader<'_>) -> Result<CellDifference, SnapshotError> {
    let soc = input.f32("a cell's difference of state of charge", -1.0, 1.0)?;
    let resistance = input.f32("a cell's difference of resistance", -0.9, 9.0)?;
    let capacity = input.f32("a cell's difference of inverse capacity", -0.5, 1.0)?;
    let mut variances = [0.0; 4];
    for variance in &mut variances {
        *variance = input.f32("a variance of a cell's differences", -1.0, 1.0)?;
    }
    let [soc_variance, cross_variance, of_resistance, of_capacity] = variances;
    let difference = CellDifference::restored([
        soc,
        resistance,
        capacity,
        soc_variance,
        cross_variance,
        of_resistance,
        of_capacity,
    ]);
    input.check(
        "the variances of a cell's differences",
        difference.has_sound_variances(),
    )?;
    Ok(difference)
}
