//! Values that the optimiser can know nothing about.

use core::hint::black_box;

/// Any value of the type.
pub(crate) fn any_like<T>(example: T) -> T {
    black_box(example)
}

/// Any bit pattern.
pub(crate) fn number() -> f32 {
    f32::from_bits(any_like(0))
}

/// Any count.
pub(crate) fn count() -> usize {
    any_like(0)
}

/// Any table of any length.
pub(crate) fn table() -> &'static [f32] {
    any_like(&[])
}

/// Any bytes of any length.
pub(crate) fn bytes() -> &'static [u8] {
    any_like(&[])
}

/// Keeps a result.
pub(crate) fn keep<T>(value: T) {
    black_box(value);
}

/// The negative control.
#[cfg(feature = "may-panic")]
pub(crate) fn index() {
    keep(table()[count()]);
}
