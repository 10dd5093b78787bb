//! Pointers from C: null, alignment, and structs that begin with their size.

use core::ffi::c_void;
use core::mem::{MaybeUninit, size_of};
use core::ptr;
use core::slice;

use crate::status::{
    BMS_STATUS_BOOLEAN, BMS_STATUS_COUNT, BMS_STATUS_MISALIGNED, BMS_STATUS_NULL_POINTER,
    BMS_STATUS_STRUCT_SIZE, Checked,
};

/// Longest table or list.
const MAX_LENGTH: usize = u16::MAX as usize;

/// A struct of the interface that begins with its own size, and grows at its end.
///
/// # Safety
/// `repr(C)`, the first field is the size as `u32`, and every pattern of bits is a value of the type.
pub(crate) unsafe trait Sized32: Copy {
    /// The size of its first published version: less is not known.
    const FIRST: usize;
}

/// Not null and aligned.
pub(crate) fn check<T>(pointer: *const T) -> Checked<()> {
    if pointer.is_null() {
        Err(BMS_STATUS_NULL_POINTER)
    } else if pointer.is_aligned() {
        Ok(())
    } else {
        Err(BMS_STATUS_MISALIGNED)
    }
}

/// The size that a struct begins with, where it is one that is known.
///
/// # Safety
/// Null, misaligned, or points to a struct whose first field is set.
unsafe fn stated_size<T: Sized32>(pointer: *const T) -> Checked<usize> {
    check(pointer)?;
    // SAFETY: not null and aligned; the first field of every `Sized32` is its size.
    let stated = unsafe { pointer.cast::<u32>().read() };
    known_size::<T>(stated)
}

/// Whether a size is one of a version of the struct that is known.
pub(crate) fn known_size<T: Sized32>(stated: u32) -> Checked<usize> {
    let stated = stated as usize;
    if (T::FIRST..=size_of::<T>()).contains(&stated) {
        Ok(stated)
    } else {
        Err(BMS_STATUS_STRUCT_SIZE)
    }
}

/// Takes in a struct; fields that the caller's version does not have are zero.
///
/// # Safety
/// Null, misaligned, or points to as many bytes as the struct states first.
pub(crate) unsafe fn take_in_or_zero<T: Sized32>(pointer: *const T) -> Checked<T> {
    // SAFETY: every pattern of bits is a value of the type.
    let zero = unsafe { MaybeUninit::zeroed().assume_init() };
    // SAFETY: as the caller says.
    unsafe { take_in(pointer, zero) }
}

/// Takes in a struct; fields that the caller's version does not have are those of `absent`.
///
/// # Safety
/// Null, misaligned, or points to as many bytes as the struct states first.
pub(crate) unsafe fn take_in<T: Sized32>(pointer: *const T, absent: T) -> Checked<T> {
    // SAFETY: as the caller says.
    let size = unsafe { stated_size(pointer) }?;
    let mut value = absent;
    // SAFETY: `size` bytes are there to be read, and are at most the size of `value`; any bytes make a value.
    unsafe {
        ptr::copy_nonoverlapping(
            pointer.cast::<u8>(),
            ptr::from_mut(&mut value).cast::<u8>(),
            size,
        );
    }
    Ok(value)
}

/// Room for a struct that is given out, after it was found to be there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Out<T> {
    pointer: *mut T,
    size: usize,
}

impl<T: Sized32> Out<T> {
    /// Room that states its size first.
    ///
    /// # Safety
    /// Null, misaligned, or points to as many bytes as the struct states first.
    pub(crate) unsafe fn new(pointer: *mut T) -> Checked<Self> {
        // SAFETY: as the caller says.
        let size = unsafe { stated_size(pointer.cast_const()) }?;
        Ok(Self { pointer, size })
    }

    /// Room of a size that the caller gives beside it.
    pub(crate) fn with_size(pointer: *mut T, size: u32) -> Checked<Self> {
        check(pointer.cast_const())?;
        let size = known_size::<T>(size)?;
        Ok(Self { pointer, size })
    }

    /// Gives as much of `value` out as the caller's version of it holds; `struct_size` is to be the caller's.
    ///
    /// # Safety
    /// The room is still there.
    pub(crate) unsafe fn give(self, value: &T) {
        // SAFETY: `size` is at most the size of `value`, and the caller says that as many bytes are there.
        unsafe {
            ptr::copy_nonoverlapping(
                ptr::from_ref(value).cast::<u8>(),
                self.pointer.cast::<u8>(),
                self.size,
            );
        }
    }

    /// The size that the caller's version has.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a size that came as 32 bits"
    )]
    pub(crate) const fn size(self) -> u32 {
        self.size as u32
    }
}

/// A list that the caller keeps; null where there is none, which has to be of no length.
///
/// # Safety
/// Null, misaligned, or points to `length` values that nobody changes while the list is used.
#[inline(never)]
pub(crate) unsafe fn list<'a, T>(pointer: *const T, length: usize) -> Checked<&'a [T]> {
    if length == 0 {
        return Ok(&[]);
    }
    if length > MAX_LENGTH {
        return Err(BMS_STATUS_COUNT);
    }
    check(pointer)?;
    // SAFETY: not null, aligned, short, and the caller says that the values are there.
    Ok(unsafe { slice::from_raw_parts(pointer, length) })
}

/// A list that may be left out as a whole.
///
/// # Safety
/// As [`list`].
pub(crate) unsafe fn optional<'a, T>(pointer: *const T, length: usize) -> Checked<&'a [T]> {
    if pointer.is_null() {
        return Ok(&[]);
    }
    // SAFETY: as the caller says.
    unsafe { list(pointer, length) }
}

/// Bytes that the caller keeps, of any number.
///
/// # Safety
/// Null, or points to `length` bytes that nobody changes while they are used.
pub(crate) unsafe fn bytes<'a>(pointer: *const u8, length: usize) -> Checked<&'a [u8]> {
    if length == 0 {
        return Ok(&[]);
    }
    check(pointer)?;
    if isize::try_from(length).is_err() {
        return Err(BMS_STATUS_COUNT);
    }
    // SAFETY: not null, no longer than memory can be, and the caller says that the bytes are there.
    Ok(unsafe { slice::from_raw_parts(pointer, length) })
}

/// A value of bms-core that C states as a number.
pub(crate) trait OfNumber: Sized {
    fn of_number(number: u8) -> Checked<Self>;
}

/// A truth value from C.
pub(crate) const fn flag(value: u8) -> Checked<bool> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(BMS_STATUS_BOOLEAN),
    }
}

/// Whether a pointer has an alignment.
pub(crate) fn is_aligned_to(pointer: *const c_void, alignment: usize) -> bool {
    pointer.addr() & alignment.wrapping_sub(1) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[repr(C)]
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Grown {
        struct_size: u32,
        old: f32,
        new: f32,
    }

    // SAFETY: `repr(C)`, begins with its size, and any bits are numbers.
    unsafe impl Sized32 for Grown {
        const FIRST: usize = 8;
    }

    const ABSENT: Grown = Grown {
        struct_size: 12,
        old: 1.0,
        new: 2.0,
    };

    #[test]
    fn a_struct_of_an_older_header_is_taken_in_and_given_out_as_far_as_it_goes() {
        let mut older = [8_u32, 5.0_f32.to_bits(), 0xDEAD_BEEF];
        let pointer = older.as_mut_ptr().cast::<Grown>();
        // SAFETY: there are as many bytes as the first field says.
        let value = unsafe { take_in(pointer, ABSENT) }.unwrap();
        assert_eq!(
            value,
            Grown {
                struct_size: 8,
                old: 5.0,
                new: 2.0
            }
        );
        // SAFETY: as before.
        let out = unsafe { Out::new(pointer) }.unwrap();
        // SAFETY: as before.
        unsafe {
            out.give(&Grown {
                struct_size: out.size(),
                old: 7.0,
                new: 9.0,
            });
        }
        assert_eq!(older, [8, 7.0_f32.to_bits(), 0xDEAD_BEEF]);
    }

    #[test]
    fn a_struct_of_a_newer_or_unknown_header_is_refused() {
        for size in [0, 4, 7, 13, u32::MAX] {
            assert_eq!(known_size::<Grown>(size), Err(BMS_STATUS_STRUCT_SIZE));
        }
    }
}
