//! Which cell descriptions are refused, and what is said about it.

use core::fmt;

use super::parameters::{CellParameters, MAX_BRANCHES};
use crate::field::{Field, field};
use crate::units;

/// Why a cell description or a tuning is refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParameterError {
    /// The field of [`CellParameters`] or of [`EstimatorTuning`](crate::estimation::EstimatorTuning).
    pub field: Field,
    /// The place in the table; 0 for a single value.
    pub index: usize,
    /// The value found there, or the length of a table of wrong length.
    pub value: f32,
    /// What would have been accepted.
    pub expected: Expected,
}

/// What a parameter has to be.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Expected {
    /// A finite number greater than this one.
    Above(f32),
    /// A finite number not less than this one.
    AtLeast(f32),
    /// A finite number not greater than this one.
    AtMost(f32),
    /// Exactly this number.
    Exactly(f32),
    /// A table of this many entries.
    Length(usize),
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Above(bound) => write!(f, "a finite number above {bound}"),
            Self::AtLeast(bound) => write!(f, "a finite number of at least {bound}"),
            Self::AtMost(bound) => write!(f, "a finite number of at most {bound}"),
            Self::Exactly(value) => write!(f, "{value}"),
            Self::Length(length) => write!(f, "a table of {length} entries"),
        }
    }
}

impl fmt::Display for ParameterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}[{}] is {}, expected {}",
            self.field, self.index, self.value, self.expected
        )
    }
}

impl core::error::Error for ParameterError {}

/// Lowest temperature node: -100 degC.
const COLDEST_K: f32 = 173.15;

/// Highest temperature node: 150 degC.
const WARMEST_K: f32 = 423.15;

/// Smallest distance of two SoC nodes: a slope between nodes stays a number.
const SOC_STEP: f32 = 1e-4;

/// Highest resistance that a map may hold, in ohm.
const LARGEST_OHM: f32 = 1e3;

/// Highest cell voltage, in volts.
const LARGEST_V: f32 = 10.0;

/// `?` for functions that run at compile time.
macro_rules! check {
    ($($result:expr;)*) => {
        $(if let Err(error) = $result {
            return Err(error);
        })*
    };
}

type Checked = Result<(), ParameterError>;

impl CellParameters<'_> {
    /// Checks every table and value; also at compile time.
    ///
    /// # Errors
    /// The first field that is not what [`CellParameters`] says of it, with place, value and bound.
    pub const fn validate(&self) -> Result<(), ParameterError> {
        let cells = self.soc.len() * self.temperature_k.len();
        let rows = self.temperature_k.len();
        let branches = self.branch_tau_s.len();
        check! {
            self.validate_cell();
            self.validate_ocv();
            self.validate_grid();
            positive_table(field!("r0_ohm"), self.r0_ohm, cells, LARGEST_OHM);
            table(field!("charge_transfer_discharge_ohm"), self.charge_transfer_discharge_ohm, cells, LARGEST_OHM);
            table(field!("charge_transfer_charge_ohm"), self.charge_transfer_charge_ohm, cells, LARGEST_OHM);
            table(field!("hysteresis_v"), self.hysteresis_v, cells, LARGEST_V);
            positive_table(field!("knee_current_a"), self.knee_current_a, rows, 1e6);
            positive_table(field!("voltage_error_v"), self.voltage_error_v, rows, LARGEST_V);
            at_least(field!("branch_tau_s"), branches, 1);
        }
        if branches > MAX_BRANCHES {
            return Err(wrong_length(field!("branch_tau_s"), branches, MAX_BRANCHES));
        }
        check! {
            increasing(field!("branch_tau_s"), self.branch_tau_s, 1e-3, 1e6, 0.0);
        }
        table(
            field!("branch_ohm"),
            self.branch_ohm,
            cells * branches,
            LARGEST_OHM,
        )
    }

    const fn validate_cell(&self) -> Checked {
        let volts_min = units::to_volts(self.voltage_min);
        let volts_max = units::to_volts(self.voltage_max);
        check! {
            within(field!("capacity"), 0, units::to_amp_hours(self.capacity), 1e-3, 1e5);
            within(field!("voltage_min"), 0, volts_min, 0.0, LARGEST_V);
            above(field!("voltage_max"), 0, volts_max, volts_min);
            within(field!("voltage_max"), 0, volts_max, 0.0, LARGEST_V);
            within(field!("hysteresis_soc"), 0, self.hysteresis_soc, 1e-4, 1.0);
        }
        within(
            field!("activation_energy_j_per_mol"),
            0,
            self.activation_energy_j_per_mol,
            0.0,
            2e5,
        )
    }

    const fn validate_ocv(&self) -> Checked {
        let width = self.ocv_soc.len();
        let length = width * self.ocv_temperature_k.len();
        check! {
            at_least(field!("ocv_soc"), width, 2);
            increasing(field!("ocv_soc"), self.ocv_soc, 0.0, 1.0, SOC_STEP);
            exactly(field!("ocv_soc"), 0, self.ocv_soc.first(), 0.0);
            exactly(field!("ocv_soc"), width - 1, self.ocv_soc.last(), 1.0);
            at_least(field!("ocv_temperature_k"), self.ocv_temperature_k.len(), 1);
            increasing(field!("ocv_temperature_k"), self.ocv_temperature_k, COLDEST_K, WARMEST_K, 0.0);
            table(field!("ocv_v"), self.ocv_v, length, LARGEST_V);
        }
        let (mut index, mut left) = (0, self.ocv_v);
        while let Some((before, rest)) = left.split_first() {
            index += 1;
            // The last of a row and the first of the next are no neighbours.
            if let Some((value, _)) = rest.split_first()
                && index % width != 0
            {
                check! { above(field!("ocv_v"), index, *value, *before); }
            }
            left = rest;
        }
        Ok(())
    }

    const fn validate_grid(&self) -> Checked {
        check! {
            at_least(field!("soc"), self.soc.len(), 2);
            increasing(field!("soc"), self.soc, 0.0, 1.0, SOC_STEP);
            at_least(field!("temperature_k"), self.temperature_k.len(), 1);
        }
        increasing(
            field!("temperature_k"),
            self.temperature_k,
            COLDEST_K,
            WARMEST_K,
            0.0,
        )
    }
}

const fn refuse(field: Field, index: usize, value: f32, expected: Expected) -> Checked {
    Err(ParameterError {
        field,
        index,
        value,
        expected,
    })
}

#[inline(never)]
pub(crate) const fn within(field: Field, index: usize, value: f32, low: f32, high: f32) -> Checked {
    if value > high {
        refuse(field, index, value, Expected::AtMost(high))
    } else if value >= low {
        Ok(())
    } else {
        refuse(field, index, value, Expected::AtLeast(low))
    }
}

/// A list of fields with their values and bounds: the first that is not within them.
pub(crate) const fn all_within(bounds: &[(Field, f32, f32, f32)]) -> Checked {
    let mut left = bounds;
    while let Some(((field, value, low, high), rest)) = left.split_first() {
        check! { within(*field, 0, *value, *low, *high); }
        left = rest;
    }
    Ok(())
}

const fn above(field: Field, index: usize, value: f32, bound: f32) -> Checked {
    if value > bound {
        Ok(())
    } else {
        refuse(field, index, value, Expected::Above(bound))
    }
}

const fn exactly(field: Field, index: usize, value: Option<&f32>, wanted: f32) -> Checked {
    let value = match value {
        Some(value) => *value,
        None => 0.0,
    };
    if value.to_bits() == wanted.to_bits() {
        Ok(())
    } else {
        refuse(field, index, value, Expected::Exactly(wanted))
    }
}

#[expect(clippy::cast_precision_loss, reason = "a length for a message")]
const fn wrong_length(field: Field, found: usize, wanted: usize) -> ParameterError {
    ParameterError {
        field,
        index: 0,
        value: found as f32,
        expected: Expected::Length(wanted),
    }
}

const fn at_least(field: Field, found: usize, wanted: usize) -> Checked {
    if found < wanted {
        return Err(wrong_length(field, found, wanted));
    }
    Ok(())
}

#[inline(never)]
const fn table(field: Field, values: &[f32], length: usize, high: f32) -> Checked {
    if values.len() != length {
        return Err(wrong_length(field, values.len(), length));
    }
    let (mut index, mut left) = (0, values);
    while let Some((value, rest)) = left.split_first() {
        check! { within(field, index, *value, 0.0, high); }
        index += 1;
        left = rest;
    }
    Ok(())
}

const fn positive_table(field: Field, values: &[f32], length: usize, high: f32) -> Checked {
    check! { table(field, values, length, high); }
    let (mut index, mut left) = (0, values);
    while let Some((value, rest)) = left.split_first() {
        check! { above(field, index, *value, 0.0); }
        index += 1;
        left = rest;
    }
    Ok(())
}

#[inline(never)]
const fn increasing(field: Field, values: &[f32], low: f32, high: f32, step: f32) -> Checked {
    let mut before = f32::NEG_INFINITY;
    let (mut index, mut left) = (0, values);
    while let Some((value, rest)) = left.split_first() {
        check! {
            within(field, index, *value, low, high);
            above(field, index, *value, before);
        }
        before = *value + step;
        index += 1;
        left = rest;
    }
    Ok(())
}
