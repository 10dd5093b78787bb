//! Relations between fields of a cell's parameters.

use super::parameters::CellParameters;
use crate::field::field;
use crate::schema::{Expected, FieldChecks, ParameterError};
use crate::units::to_volts;

impl CellParameters<'_> {
    /// Checks every table and value; also at compile time.
    ///
    /// # Errors
    /// The first field that is refused, with place, value and bound.
    pub const fn validate(&self) -> Result<(), ParameterError> {
        let mut checks = self.check_fields();
        let (low, high) = (to_volts(self.voltage_min), to_volts(self.voltage_max));
        let width = self.ocv_soc.len();

        if high <= low {
            checks.refuse(field!("cell.voltage_max"), None, high, Expected::Above(low));
        }
        exactly(&mut checks, 0, self.ocv_soc.first(), 0.0);
        exactly(
            &mut checks,
            width.saturating_sub(1),
            self.ocv_soc.last(),
            1.0,
        );

        let (mut index, mut left) = (0, self.ocv_v);
        while let Some((before, rest)) = left.split_first() {
            index += 1;
            // The last value of a row and the first of the next are not neighbours.
            if let Some((value, _)) = rest.split_first()
                && width > 0
                && index % width != 0
                && *value <= *before
            {
                let expected = Expected::Above(*before);
                checks.refuse(field!("cell.ocv_v"), Some(index), *value, expected);
            }
            left = rest;
        }
        checks.finish()
    }
}

const fn exactly(checks: &mut FieldChecks, index: usize, value: Option<&f32>, wanted: f32) {
    let value = match value {
        Some(value) => *value,
        None => 0.0,
    };
    if value.to_bits() != wanted.to_bits() {
        let field = field!("cell.ocv_soc");
        checks.refuse(field, Some(index), value, Expected::Exactly(wanted));
    }
}
