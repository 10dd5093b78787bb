//! Names of the fields of configurations, apart from the checks: an error stores a number, and a program that prints no
//! name contains none of them.

mod names;

use core::fmt;

use names::NAMES;

use crate::fault::{CATALOGUE, FaultId};

/// A field of a configuration, or a quantity derived from several; its name is a path such as `limits.rest_current`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Field(u16);

/// Number of the first derived quantity; the fields themselves have smaller numbers.
const DERIVED: u16 = 600;

/// Number of the times of the first fault; they are named after the faults.
const TIMES: u16 = 1000;

/// Quantities derived from several fields, and fields of list entries, that are compared with fields.
const DERIVED_NAMES: &[&str] = &[
    "cell.ocv_v at empty",
    "cell.ocv_v at full",
    "constant_voltage of all cells + voltage_margin",
    "control.balancing.settle_ms + sampling.cell_voltage_ms",
    "energy of high_voltage.link_capacitance at limits.pack_over_voltage.maximum",
    "high_voltage.precharge_fast_factor of the RC model's time",
    "layout.cells x cell.voltage_max",
    "layout.cells x limits.cell_over_voltage.maximum",
    "layout.cells x limits.cell_under_voltage.maximum",
    "limits.cell_deep_discharge + limits.cell_under_voltage_offset_v",
    "limits.cell_under_voltage.operating + 2 limits.cell_voltage_hysteresis",
    "limits.pack_under_voltage.operating + 2 limits.pack_voltage_hysteresis",
    "sampling.pack_ms + sampling.tick_ms",
    "stages.current",
    "stages.current of the next",
    "stages.until",
    "stages.until of the next",
];

impl Field {
    pub(crate) const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        if self.0 < DERIVED {
            entry(NAMES, self.0)
        } else {
            self.derived_name()
        }
    }

    /// The name of a derived quantity, or of the fault whose times this is; empty for a field itself, so that a program
    /// with its own table of field names, indexed by [`number`](Self::number), contains one table only.
    #[must_use]
    pub const fn derived_name(self) -> &'static str {
        match self.0 {
            TIMES.. => name_of_fault(self.0 - TIMES),
            DERIVED.. => entry(DERIVED_NAMES, self.0 - DERIVED),
            _ => "",
        }
    }

    /// The number: of fields in the order of their definition, and of no meaning between versions.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// The field with a name, or `None`. Works at compile time.
    #[must_use]
    pub const fn named(name: &str) -> Option<Self> {
        match place(NAMES, name) {
            Some(number) => Some(Self(number)),
            None => match place(DERIVED_NAMES, name) {
                Some(number) => Some(Self(DERIVED + number)),
                None => None,
            },
        }
    }

    /// The times of a fault.
    pub(crate) const fn of_fault(fault: FaultId) -> Self {
        Self(TIMES + fault as u16)
    }
}

const fn entry(names: &[&'static str], number: u16) -> &'static str {
    let (mut rest, mut left) = (names, number);
    while let Some((name, others)) = rest.split_first() {
        if left == 0 {
            return name;
        }
        left -= 1;
        rest = others;
    }
    ""
}

const fn place(names: &[&str], name: &str) -> Option<u16> {
    let (mut rest, mut number) = (names, 0);
    while let Some((candidate, others)) = rest.split_first() {
        if same(candidate.as_bytes(), name.as_bytes()) {
            return Some(number);
        }
        number += 1;
        rest = others;
    }
    None
}

const fn name_of_fault(number: u16) -> &'static str {
    let mut rest = CATALOGUE;
    while let Some((entry, others)) = rest.split_first() {
        if entry.id as u16 == number {
            return entry.name();
        }
        rest = others;
    }
    ""
}

const fn same(mut first: &[u8], mut second: &[u8]) -> bool {
    while let (Some((a, rest_of_first)), Some((b, rest_of_second))) =
        (first.split_first(), second.split_first())
    {
        if *a != *b {
            return false;
        }
        (first, second) = (rest_of_first, rest_of_second);
    }
    first.is_empty() && second.is_empty()
}

/// The field with a name, looked up by the compiler: an unknown name does not compile.
macro_rules! field {
    ($name:expr) => {
        const {
            match $crate::field::Field::named($name) {
                Some(field) => field,
                None => panic!("no field has this name"),
            }
        }
    };
}

pub(crate) use field;

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.name(), f)
    }
}

impl PartialEq<str> for Field {
    fn eq(&self, other: &str) -> bool {
        self.name() == other
    }
}

impl PartialEq<&str> for Field {
    fn eq(&self, other: &&str) -> bool {
        self.name() == *other
    }
}
