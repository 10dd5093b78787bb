//! Pointers from C: null, alignment, and structs that begin with their size.

use core::ffi::c_void;
use core::marker::PhantomData;
use core::mem::{MaybeUninit, size_of};
use core::ptr;
use core::slice;

use crate::status::{
    BMS_STATUS_BOOLEAN, BMS_STATUS_COUNT, BMS_STATUS_MISALIGNED, BMS_STATUS_NULL_POINTER,
    BMS_STATUS_STRUCT_SIZE, Checked, bms_status, status,
};

/// Longest table or list.
const MAX_LENGTH: usize = u16::MAX as usize;

/// A struct of the interface that begins with its own size, and grows at its end.
///
/// # Safety
/// `repr(C)`, the first field is the size as `u32`, and every pattern of bits is a value of the type.
pub(crate) unsafe trait Sized32: Copy {
    /// The size of its first published version.
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

/// The size that a struct begins with, if it is a known one.
///
/// # Safety
/// Null, misaligned, or points to a struct whose first field is set.
unsafe fn stated_size<T: Sized32>(pointer: *const T) -> Checked<usize> {
    check(pointer)?;
    // SAFETY: not null and aligned; the first field of every `Sized32` is its size.
    let stated = unsafe { pointer.cast::<u32>().read() };
    known_size::<T>(stated)
}

/// Refuses a size that no version of the struct has.
pub(crate) fn known_size<T: Sized32>(stated: u32) -> Checked<usize> {
    let stated = stated as usize;
    if (T::FIRST..=size_of::<T>()).contains(&stated) {
        Ok(stated)
    } else {
        Err(BMS_STATUS_STRUCT_SIZE)
    }
}

/// Reads a struct; fields that the caller's version does not have are zero.
///
/// # Safety
/// Null, misaligned, or points to as many bytes as the struct states first.
pub(crate) unsafe fn take_in_or_zero<T: Sized32>(pointer: *const T) -> Checked<T> {
    // SAFETY: every pattern of bits is a value of the type.
    let zero = unsafe { MaybeUninit::zeroed().assume_init() };
    // SAFETY: the caller's promise.
    unsafe { take_in(pointer, zero) }
}

/// Reads a struct; fields that the caller's version does not have are those of `absent`.
///
/// # Safety
/// Null, misaligned, or points to as many bytes as the struct states first.
pub(crate) unsafe fn take_in<T: Sized32>(pointer: *const T, absent: T) -> Checked<T> {
    // SAFETY: the caller's promise.
    let size = unsafe { stated_size(pointer) }?;
    let mut value = absent;
    // SAFETY: `size` bytes can be read, and are at most the size of `value`; any bytes make a value.
    unsafe {
        ptr::copy_nonoverlapping(
            pointer.cast::<u8>(),
            ptr::from_mut(&mut value).cast::<u8>(),
            size,
        );
    }
    Ok(value)
}

/// Memory of the caller for a struct.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Out<'c, T> {
    pointer: *mut T,
    size: usize,
    call: PhantomData<&'c ()>,
}

impl<T: Sized32> Out<'_, T> {
    /// Writes as much of `value` as the caller's version of the struct has, and its size.
    pub(crate) fn give(self, value: &T) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a size that came as 32 bits"
        )]
        let stated = self.size as u32;
        // SAFETY: `size` is at most the size of `value`, and `Call` is the promise that as many bytes can be written.
        unsafe {
            ptr::copy_nonoverlapping(
                ptr::from_ref(value).cast::<u8>(),
                self.pointer.cast::<u8>(),
                self.size,
            );
        }
        // SAFETY: as before; the first field of every `Sized32` is its size.
        unsafe { self.pointer.cast::<u32>().write(stated) };
    }
}

/// Memory of the caller for one value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'c, T>(*mut T, PhantomData<&'c ()>);

impl<T> Place<'_, T> {
    pub(crate) fn write(self, value: T) {
        // SAFETY: not null and aligned, and `Call` is the promise that the value can be written.
        unsafe { self.0.write(value) };
    }
}

/// The contract of an entry point, which its caller keeps for as long as the call lasts:
///
/// - Each pointer is null, misaligned, or points to as many values as its type, the length beside it, or the size that a
///   struct states first says. A pack or another object is one that this library made there.
/// - Nobody else changes what is read, and nobody else uses what is changed. Pointers to what is changed do not overlap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'c>(PhantomData<&'c ()>);

/// Runs an entry point.
///
/// # Safety
/// The caller keeps the contract of [`Call`].
pub(crate) unsafe fn enter(work: impl for<'c> FnOnce(Call<'c>) -> Checked<()>) -> bms_status {
    status(work(Call(PhantomData)))
}

/// The body of an entry point, whose unsafe signature is the promise of its caller.
macro_rules! entry {
    (|$call:ident| $body:block) => {{
        let work = |$call: crate::pointer::Call<'_>| -> crate::status::Checked<()> { $body };
        // SAFETY: the contract of every entry point, which `Call` states.
        unsafe { crate::pointer::enter(work) }
    }};
}
pub(crate) use entry;

#[expect(clippy::unused_self, reason = "the value is the promise of the caller")]
impl<'c> Call<'c> {
    /// Reads a struct; fields that the caller's version does not have are zero.
    pub(crate) fn read<T: Sized32>(self, pointer: *const T) -> Checked<T> {
        // SAFETY: the contract.
        unsafe { take_in_or_zero(pointer) }
    }

    /// Reads a struct that may be absent.
    pub(crate) fn read_or_null<T: Sized32>(self, pointer: *const T) -> Checked<Option<T>> {
        if pointer.is_null() {
            return Ok(None);
        }
        self.read(pointer).map(Some)
    }

    /// Memory for a struct that states its size first.
    pub(crate) fn out<T: Sized32>(self, pointer: *mut T) -> Checked<Out<'c, T>> {
        // SAFETY: the contract.
        let size = unsafe { stated_size(pointer.cast_const()) }?;
        Ok(Out {
            pointer,
            size,
            call: PhantomData,
        })
    }

    /// The same, which may be absent.
    pub(crate) fn out_or_null<T: Sized32>(self, pointer: *mut T) -> Checked<Option<Out<'c, T>>> {
        if pointer.is_null() {
            return Ok(None);
        }
        self.out(pointer).map(Some)
    }

    /// Memory for a struct whose size is stated beside it.
    pub(crate) fn out_of_size<T: Sized32>(self, pointer: *mut T, size: u32) -> Checked<Out<'c, T>> {
        check(pointer.cast_const())?;
        let size = known_size::<T>(size)?;
        Ok(Out {
            pointer,
            size,
            call: PhantomData,
        })
    }

    /// Memory for one value.
    pub(crate) fn place<T>(self, pointer: *mut T) -> Checked<Place<'c, T>> {
        check(pointer.cast_const())?;
        Ok(Place(pointer, PhantomData))
    }

    /// The same, which may be absent.
    pub(crate) fn place_or_null<T>(self, pointer: *mut T) -> Checked<Option<Place<'c, T>>> {
        if pointer.is_null() {
            return Ok(None);
        }
        self.place(pointer).map(Some)
    }

    /// A list; null if it has no length.
    pub(crate) fn list<T>(self, pointer: *const T, length: usize) -> Checked<&'c [T]> {
        // SAFETY: the contract.
        unsafe { list(pointer, length) }
    }

    /// A list that may be absent.
    pub(crate) fn list_or_null<T>(self, pointer: *const T, length: usize) -> Checked<&'c [T]> {
        if pointer.is_null() {
            return Ok(&[]);
        }
        self.list(pointer, length)
    }

    /// Bytes of any number.
    pub(crate) fn bytes(self, pointer: *const u8, length: usize) -> Checked<&'c [u8]> {
        if length == 0 {
            return Ok(&[]);
        }
        check(pointer)?;
        if isize::try_from(length).is_err() {
            return Err(BMS_STATUS_COUNT);
        }
        // SAFETY: not null, no longer than memory can be, and the contract.
        Ok(unsafe { slice::from_raw_parts(pointer, length) })
    }

    /// Memory for `count` values, which may never have been written: they are set to zero.
    pub(crate) fn buffer<T: Number>(self, pointer: *mut T, count: usize) -> Checked<&'c mut [T]> {
        check(pointer.cast_const())?;
        // SAFETY: the contract.
        unsafe { pointer.write_bytes(0, count) };
        // SAFETY: as before; zero is a number.
        Ok(unsafe { slice::from_raw_parts_mut(pointer, count) })
    }
}

/// A number, of which zero bits are one.
pub(crate) trait Number: Copy {}
impl Number for u8 {}
impl Number for u16 {}

/// A struct with nothing in it.
pub(crate) trait Zero {
    const ZERO: Self;
}

/// A list of the caller; null if it has no length.
///
/// # Safety
/// Null, misaligned, or points to `length` values that do not change while the list is used.
#[inline(never)]
pub(crate) unsafe fn list<'a, T>(pointer: *const T, length: usize) -> Checked<&'a [T]> {
    if length == 0 {
        return Ok(&[]);
    }
    if length > MAX_LENGTH {
        return Err(BMS_STATUS_COUNT);
    }
    check(pointer)?;
    // SAFETY: not null, aligned, short, and the caller's promise.
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
        let given = |call: Call<'_>| {
            call.out(pointer)?.give(&Grown {
                struct_size: 0,
                old: 7.0,
                new: 9.0,
            });
            Ok(())
        };
        // SAFETY: as before.
        assert_eq!(unsafe { enter(given) }, crate::status::BMS_STATUS_OK);
        assert_eq!(older, [8, 7.0_f32.to_bits(), 0xDEAD_BEEF]);
    }

    #[test]
    fn a_struct_of_a_newer_or_unknown_header_is_refused() {
        for size in [0, 4, 7, 13, u32::MAX] {
            assert_eq!(known_size::<Grown>(size), Err(BMS_STATUS_STRUCT_SIZE));
        }
    }
}
