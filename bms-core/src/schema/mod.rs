//! The schema of configurations: every field by name, with unit, range, default and documentation, for tools that read and
//! write configurations.
//!
//! The schema is the documentation of the structs themselves. Sentences that begin with one of these words are formal, and
//! stand in a line of their own:
//!
//! | sentence | meaning |
//! |---|---|
//! | `Range: 1 to 10 V.` | smallest and largest value, both included |
//! | `Range: above 0 V.` | a finite number greater than this one |
//! | `Range: above 0, at most 1.` | a finite number within, the lower end excluded |
//! | `Range: at least 1.` | a finite number not below this one |
//! | `Range: any.` | not checked by itself |
//! | `Range: 0 to 1, increasing.` | for tables: each entry is above the one before, or `increasing by more than 0.1` |
//! | `Entries: 1 to 4.` | for tables: how many entries, or `at least 1` |
//! | ``Entries: `temperature_k` x `soc`.`` | for tables: as many as the product of other tables' lengths |
//! | `Rule: below maximum.` | a relation to other fields, checked by hand-written code |
//! | `Default: 5 V.` | value where nothing else is stated; quantities with their unit |
//!
//! For a table the range applies to each entry, for a [map](crate::config::LimitMap) to each value. `cargo xtask generate`
//! derives from it the checks of each field, the names in errors, the default values, the visits of this module, the C
//! structs with their conversions, and the JSON Schemas of files.

mod check;

pub use crate::field::Field;
pub(crate) use check::FieldChecks;
pub use check::{Expected, ParameterError};

use crate::units::{
    self, Capacitance, ElectricCharge, ElectricCurrent, ElectricPotential, ElectricalResistance,
    Energy, Power, Ratio, TemperatureInterval, ThermodynamicTemperature, Time,
};

/// Accepted values of a field, in the unit of [`FieldInfo::range_unit`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Lower bound.
    pub low: Option<f32>,
    /// Whether the lower bound itself is refused.
    pub above: bool,
    /// Upper bound, accepted itself. Without one every finite number is accepted.
    pub high: Option<f32>,
}

impl Range {
    /// Every number.
    pub const ANY: Self = Self {
        low: None,
        above: false,
        high: None,
    };

    pub(crate) const fn within(low: f32, high: f32) -> Self {
        Self {
            low: Some(low),
            above: false,
            high: Some(high),
        }
    }

    pub(crate) const fn at_least(low: f32) -> Self {
        Self {
            low: Some(low),
            ..Self::ANY
        }
    }

    pub(crate) const fn above(low: f32) -> Self {
        Self {
            low: Some(low),
            above: true,
            high: None,
        }
    }

    pub(crate) const fn above_to(low: f32, high: f32) -> Self {
        Self {
            low: Some(low),
            above: true,
            high: Some(high),
        }
    }
}

/// A field of a configuration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FieldInfo {
    /// Its number and path, as in errors.
    pub field: Field,
    /// Name in the struct that it is in.
    pub name: &'static str,
    /// Name in C and in files: the name with the suffix of the unit.
    pub c_name: &'static str,
    /// Constructor of the quantity in [`units`], such as `volts`; empty for a bare number.
    pub constructor: &'static str,
    /// Accepted values; of a table those of each entry.
    pub range: Range,
    /// Unit of `range` and `default`, such as `degC`; empty for bare numbers and ratios, whose name states it.
    pub range_unit: &'static str,
    /// Number of entries of a table, as documented; empty for others.
    pub entries: &'static str,
    /// Default value; of a truth value 0 or 1.
    pub default: Option<f32>,
    /// Meaning and effect.
    pub doc: &'static str,
}

impl FieldInfo {
    pub(crate) const fn new(
        number: u16,
        [name, c_name]: [&'static str; 2],
        (range, range_unit): (Range, &'static str),
        default: Option<f32>,
        doc: &'static str,
    ) -> Self {
        Self {
            field: Field::new(number),
            name,
            c_name,
            constructor: "",
            range,
            range_unit,
            entries: "",
            default,
            doc,
        }
    }

    pub(crate) const fn table(
        number: u16,
        name: &'static str,
        range: Range,
        entries: &'static str,
        doc: &'static str,
    ) -> Self {
        Self {
            entries,
            ..Self::new(number, [name, name], (range, ""), None, doc)
        }
    }

    const fn number(&self) -> u16 {
        self.field.number()
    }

    /// A value, which visits give in SI units, in the unit of the range.
    #[must_use]
    pub fn in_range_unit(&self, value: f32) -> f32 {
        match self.range_unit {
            "degC" => units::to_celsius(units::kelvin(value)),
            "Ah" => units::to_amp_hours(units::coulombs(value)),
            _ => value,
        }
    }

    /// A bound of the range, or the default, in SI units.
    #[must_use]
    pub fn in_si(&self, value: f32) -> f32 {
        match self.range_unit {
            "degC" => units::to_kelvin(units::celsius(value)),
            "Ah" => units::to_coulombs(units::amp_hours(value)),
            _ => value,
        }
    }
}

/// A whole number or a truth value of a configuration.
#[derive(Debug)]
pub enum Whole<'v> {
    /// A truth value.
    Flag(&'v mut bool),
    /// 8 bits.
    U8(&'v mut u8),
    /// 16 bits.
    U16(&'v mut u16),
    /// 32 bits.
    U32(&'v mut u32),
    /// A count; 16 bits in C.
    Count(&'v mut usize),
}

impl Whole<'_> {
    /// The number; 0 or 1 for a truth value.
    #[must_use]
    pub fn get(&self) -> u32 {
        match self {
            Self::Flag(value) => u32::from(**value),
            Self::U8(value) => u32::from(**value),
            Self::U16(value) => u32::from(**value),
            Self::U32(value) => **value,
            Self::Count(value) => u32::try_from(**value).unwrap_or(u32::MAX),
        }
    }

    /// Sets the number; for a truth value 0 or 1. Returns whether the type can represent it.
    pub fn set(&mut self, number: u32) -> bool {
        fn put<T: TryFrom<u32>>(value: &mut T, number: u32) -> bool {
            T::try_from(number).map(|number| *value = number).is_ok()
        }
        match self {
            Self::Flag(value) if number <= 1 => {
                **value = number == 1;
                true
            }
            Self::Flag(_) => false,
            Self::U8(value) => put(*value, number),
            Self::U16(value) => put(*value, number),
            Self::U32(value) => put(*value, number),
            Self::Count(value) => u16::try_from(number)
                .map(|number| **value = usize::from(number))
                .is_ok(),
        }
    }
}

/// Visits every field of a configuration, and may set it. `'a` is the lifetime of its tables.
pub trait Visitor<'a> {
    /// The following fields are in this group, of the type with this name.
    fn enter(&mut self, group: &FieldInfo, type_name: &'static str);
    /// The group ends.
    fn leave(&mut self);
    /// A real number, in SI units or in the unit that its name ends with.
    fn number(&mut self, field: &FieldInfo, value: &mut f32);
    /// A whole number or a truth value.
    fn whole(&mut self, field: &FieldInfo, value: Whole<'_>);
    /// A table of real numbers.
    fn table(&mut self, field: &FieldInfo, value: &mut &'a [f32]);
    /// A table of small numbers.
    fn indices(&mut self, field: &FieldInfo, value: &mut &'a [u8]);
}

/// A struct whose fields can be visited.
pub trait Fields<'a> {
    /// Name of the type.
    const TYPE: &'static str;
    /// Number of the first field; 0 for a type that is used in several places.
    const FIRST: u16;
    /// How many fields there are, without those of structs that are validated by themselves.
    const COUNT: u16;

    /// Visits the fields, of which the first has the number `first`.
    fn visit_fields(&mut self, first: u16, visitor: &mut dyn Visitor<'a>);
}

/// Visits all fields of a configuration but times of faults, lists of stages and choices.
pub fn visit<'a, T: Fields<'a>>(config: &mut T, visitor: &mut dyn Visitor<'a>) {
    config.visit_fields(T::FIRST, visitor);
}

/// The value of a field, or a group of them.
pub(crate) trait Visit<'a> {
    const COUNT: u16 = 1;

    fn visit(&mut self, info: FieldInfo, visitor: &mut dyn Visitor<'a>);
}

impl<'a, T: Fields<'a>> Visit<'a> for T {
    const COUNT: u16 = T::COUNT;

    fn visit(&mut self, info: FieldInfo, visitor: &mut dyn Visitor<'a>) {
        visitor.enter(&info, T::TYPE);
        self.visit_fields(info.number(), visitor);
        visitor.leave();
    }
}

impl<'a> Visit<'a> for f32 {
    fn visit(&mut self, info: FieldInfo, visitor: &mut dyn Visitor<'a>) {
        visitor.number(&info, self);
    }
}

impl<'a> Visit<'a> for &'a [f32] {
    fn visit(&mut self, info: FieldInfo, visitor: &mut dyn Visitor<'a>) {
        visitor.table(&info, self);
    }
}

impl<'a> Visit<'a> for &'a [u8] {
    fn visit(&mut self, info: FieldInfo, visitor: &mut dyn Visitor<'a>) {
        visitor.indices(&info, self);
    }
}

macro_rules! whole {
    ($($number:ty, $whole:ident;)*) => {
        $(impl<'a> Visit<'a> for $number {
            fn visit(&mut self, info: FieldInfo, visitor: &mut dyn Visitor<'a>) {
                visitor.whole(&info, Whole::$whole(self));
            }
        })*
    };
}

whole! { bool, Flag; u8, U8; u16, U16; u32, U32; usize, Count; }

macro_rules! quantity {
    ($($quantity:ty, $constructor:literal;)*) => {
        $(impl<'a> Visit<'a> for $quantity {
            fn visit(&mut self, info: FieldInfo, visitor: &mut dyn Visitor<'a>) {
                visitor.number(&FieldInfo { constructor: $constructor, ..info }, &mut self.value);
            }
        })*
    };
}

quantity! {
    ElectricPotential, "volts"; ElectricCurrent, "amperes"; ElectricalResistance, "ohms";
    ElectricCharge, "coulombs"; Time, "seconds"; ThermodynamicTemperature, "kelvin";
    TemperatureInterval, "kelvin_interval"; Capacitance, "farads"; Energy, "joules";
    Power, "watts"; Ratio, "ratio";
}
