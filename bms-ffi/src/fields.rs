//! Every field of a configuration by name, for tools that read and write configurations as text.

pub use crate::convert::Described;

/// A field on both sides.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in C, with the unit.
    pub c: &'static str,
    /// Its name in the core.
    pub core: &'static str,
    /// For a number the constructor of the core's quantity in `bms_core::units`, empty for a bare number; for a group the
    /// core's type.
    pub made_by: &'static str,
}

/// A whole number, or a truth value.
#[derive(Debug)]
pub enum Whole<'a> {
    /// A truth value, 0 or 1.
    Flag(&'a mut u8),
    /// A small number.
    U8(&'a mut u8),
    /// A number.
    U16(&'a mut u16),
    /// A large number.
    U32(&'a mut u32),
}

/// Somebody who looks at every field, and may set it.
pub trait FieldVisitor {
    /// The fields that come next are within this group.
    fn enter(&mut self, field: Field);
    /// The group ends.
    fn leave(&mut self);
    /// A real number.
    fn number(&mut self, field: Field, value: &mut f32);
    /// A whole number or a truth value.
    fn whole(&mut self, field: Field, value: Whole<'_>);
    /// A table of real numbers.
    fn table(&mut self, field: Field, value: &mut &'static [f32]);
    /// For each cell the sensor that stands for it.
    fn sensor_of_cell(&mut self, field: Field, value: &mut &'static [u8]);
}

/// What stands for itself on both sides.
pub(crate) trait Plain {
    fn visit(&mut self, field: Field, visitor: &mut dyn FieldVisitor);
}

impl Plain for f32 {
    fn visit(&mut self, field: Field, visitor: &mut dyn FieldVisitor) {
        visitor.number(field, self);
    }
}

impl Plain for u8 {
    fn visit(&mut self, field: Field, visitor: &mut dyn FieldVisitor) {
        visitor.whole(field, Whole::U8(self));
    }
}

impl Plain for u16 {
    fn visit(&mut self, field: Field, visitor: &mut dyn FieldVisitor) {
        visitor.whole(field, Whole::U16(self));
    }
}

impl Plain for u32 {
    fn visit(&mut self, field: Field, visitor: &mut dyn FieldVisitor) {
        visitor.whole(field, Whole::U32(self));
    }
}
