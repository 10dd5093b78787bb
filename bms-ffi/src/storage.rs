//! Storage of the caller: its header, and how the storage of a pack is divided.

use core::ffi::c_void;
use core::marker::PhantomData;
use core::mem::{align_of, offset_of, size_of};
use core::ptr;
use core::slice;

use bms_core::config::{
    BmsConfig, MAX_CELLS, MAX_FRONT_ENDS, MAX_TEMPERATURE_SENSORS, ValidConfig,
};
use bms_core::estimation::{CellDelta, InitialSoc};
use bms_core::measurement::{CellMeasurement, FrontEndReport, TemperatureMeasurement};
use bms_core::protection::{CellMemory, SensorMemory};
use bms_core::{BmsInPlace, BmsView, Memory, Outputs, PackMemory};

use crate::info::BMS_ABI_VERSION;
use crate::pointer::{Call, entry, is_aligned_to};
use crate::status::{
    BMS_STATUS_ABI_VERSION, BMS_STATUS_CONFIG, BMS_STATUS_MISALIGNED, BMS_STATUS_NOT_INITIALISED,
    BMS_STATUS_NULL_POINTER, BMS_STATUS_STORAGE_DAMAGED, BMS_STATUS_STORAGE_MOVED,
    BMS_STATUS_STORAGE_SIZE, Checked, bms_status,
};

/// A pack in storage of the caller. Its contents are private to the library.
#[derive(Debug)]
pub struct bms_pack {
    _private: [u8; 0],
}

/// Bytes of storage for what does not depend on the size of the pack.
pub const BMS_STORAGE_FIXED: usize = 8192;

/// Bytes of storage for each cell.
pub const BMS_STORAGE_CELL: usize = 112;

/// Bytes of storage for each temperature sensor.
pub const BMS_STORAGE_SENSOR: usize = 112;

/// Alignment of the storage in bytes.
pub const BMS_STORAGE_ALIGNMENT: usize = 8;

const MAGIC: u32 = u32::from_le_bytes(*b"BMSP");

/// What the storage holds. The last field is a check of all before.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    magic: u32,
    abi_version: u32,
    address: usize,
    size: usize,
    cells: usize,
    sensors: usize,
    check: u32,
}

impl Header {
    /// The header of a new object at an address.
    pub(crate) fn new(
        magic: u32,
        address: usize,
        size: usize,
        cells: usize,
        sensors: usize,
    ) -> Self {
        Self {
            magic,
            abi_version: BMS_ABI_VERSION,
            address,
            size,
            cells,
            sensors,
            check: 0,
        }
        .checked()
    }

    /// The header of an object of this kind.
    ///
    /// # Safety
    /// The pointer is null, misaligned, or points to at least as many readable bytes as the header has.
    unsafe fn of(storage: *const c_void, magic: u32) -> Checked<Self> {
        check_storage(storage)?;
        // SAFETY: not null, aligned, and the caller's promise; any bits are numbers.
        let header = unsafe { storage.cast::<Self>().read() };
        if header.magic != magic {
            return Err(BMS_STATUS_NOT_INITIALISED);
        }
        if header.checked().check != header.check {
            return Err(BMS_STATUS_STORAGE_DAMAGED);
        }
        if header.abi_version != BMS_ABI_VERSION {
            return Err(BMS_STATUS_ABI_VERSION);
        }
        if header.address != storage.addr() {
            return Err(BMS_STATUS_STORAGE_MOVED);
        }
        Ok(header)
    }

    /// Fowler-Noll-Vo 1a over the words.
    fn checked(self) -> Self {
        let words = [self.address, self.size, self.cells, self.sensors];
        let mut check = 0x811C_9DC5_u32;
        let bytes = words.iter().flat_map(|word| word.to_le_bytes());
        let first = self.magic.to_le_bytes();
        let second = self.abi_version.to_le_bytes();
        for byte in first.into_iter().chain(second).chain(bytes) {
            check = (check ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
        Self { check, ..self }
    }
}

/// What does not depend on the size of the pack.
#[repr(C, align(8))]
struct Fixed {
    header: Header,
    config: BmsConfig<'static>,
    /// Refers to `config`, which never changes while there is a pack.
    valid: ValidConfig<'static>,
    pack: PackMemory,
    front_ends: [FrontEndReport; MAX_FRONT_ENDS],
    /// The outputs of the last step, for a charge.
    last: Option<Outputs>,
}

const HEADER: usize = offset_of!(Fixed, header);
const CONFIG: usize = offset_of!(Fixed, config);
const VALID: usize = offset_of!(Fixed, valid);
const PACK: usize = offset_of!(Fixed, pack);
const FRONT_ENDS: usize = offset_of!(Fixed, front_ends);
const LAST: usize = offset_of!(Fixed, last);

// `Header::of` reads the header at the beginning of the storage.
const _: () = assert!(HEADER == 0);

/// Offsets of the lists in bytes, and of the end.
#[derive(Clone, Copy, Debug)]
struct Plan {
    cells: usize,
    deltas: usize,
    voltages: usize,
    sensors: usize,
    temperatures: usize,
    end: usize,
}

impl Plan {
    const fn new(cells: usize, sensors: usize) -> Self {
        let cells_at = aligned(size_of::<Fixed>());
        let deltas = cells_at + aligned(cells * size_of::<CellMemory>());
        let voltages = deltas + aligned(cells * size_of::<CellDelta>());
        let sensors_at = voltages + aligned(cells * size_of::<CellMeasurement>());
        let temperatures = sensors_at + aligned(sensors * size_of::<SensorMemory>());
        Self {
            cells: cells_at,
            deltas,
            voltages,
            sensors: sensors_at,
            temperatures,
            end: temperatures + aligned(sensors * size_of::<TemperatureMeasurement>()),
        }
    }
}

const fn aligned(size: usize) -> usize {
    size.next_multiple_of(BMS_STORAGE_ALIGNMENT)
}

// `BMS_STORAGE_SIZE` is large enough for every size of a pack.
const _: () = {
    assert!(align_of::<Fixed>() <= BMS_STORAGE_ALIGNMENT);
    assert!(align_of::<CellMemory>() <= BMS_STORAGE_ALIGNMENT);
    assert!(align_of::<CellDelta>() <= BMS_STORAGE_ALIGNMENT);
    assert!(align_of::<CellMeasurement>() <= BMS_STORAGE_ALIGNMENT);
    assert!(align_of::<SensorMemory>() <= BMS_STORAGE_ALIGNMENT);
    assert!(align_of::<TemperatureMeasurement>() <= BMS_STORAGE_ALIGNMENT);
    // Five lists, each filled up to the alignment.
    assert!(size_of::<Fixed>() + 5 * BMS_STORAGE_ALIGNMENT <= BMS_STORAGE_FIXED);
    let cell = size_of::<CellMemory>() + size_of::<CellDelta>() + size_of::<CellMeasurement>();
    assert!(cell <= BMS_STORAGE_CELL);
    let sensor = size_of::<SensorMemory>() + size_of::<TemperatureMeasurement>();
    assert!(sensor <= BMS_STORAGE_SENSOR);
};

/// Bytes of storage of a pack with this many cells and temperature sensors; 0 for impossible numbers.
///
/// Never above the constant `BMS_STORAGE_SIZE` of the same numbers.
#[unsafe(no_mangle)]
pub extern "C" fn bms_storage_size(cells: usize, temperature_sensors: usize) -> usize {
    let possible = (1..=MAX_CELLS).contains(&cells)
        && (1..=MAX_TEMPERATURE_SENSORS).contains(&temperature_sensors);
    if possible {
        Plan::new(cells, temperature_sensors).end
    } else {
        0
    }
}

fn check_storage(storage: *const c_void) -> Checked<()> {
    if storage.is_null() {
        Err(BMS_STATUS_NULL_POINTER)
    } else if is_aligned_to(storage, BMS_STORAGE_ALIGNMENT) {
        Ok(())
    } else {
        Err(BMS_STATUS_MISALIGNED)
    }
}

/// An object of fixed size in storage of the caller.
///
/// # Safety
/// `repr(C, align(8))`, and the first field is the header, with the magic number of the type.
pub(crate) unsafe trait Stored: Sized {
    /// What C calls it.
    type Handle;
    /// What the storage of this type begins with.
    const MAGIC: u32;
    /// Bytes that C reserves for it.
    const SIZE: usize;
    /// Whether it has its place there.
    const FITS: () =
        assert!(size_of::<Self>() <= Self::SIZE && align_of::<Self>() <= BMS_STORAGE_ALIGNMENT);
}

/// Storage that is large enough for an object.
#[derive(Debug)]
pub(crate) struct Space<'c, T>(*mut T, PhantomData<&'c ()>);

impl<T: Stored> Space<'_, T> {
    /// The header of the object.
    pub(crate) fn header(&self) -> Header {
        Header::new(T::MAGIC, self.0.addr(), size_of::<T>(), 0, 0)
    }

    /// Puts the object there.
    pub(crate) fn fill(self, object: T) -> *mut T::Handle {
        // SAFETY: aligned and large enough, and `Call` is the promise that it can be written.
        unsafe { self.0.write(object) };
        self.0.cast()
    }
}

#[expect(clippy::unused_self, reason = "the value is the promise of the caller")]
impl<'c> Call<'c> {
    /// Storage for an object.
    pub(crate) fn space<T: Stored>(
        self,
        storage: *mut c_void,
        size: usize,
    ) -> Checked<Space<'c, T>> {
        let () = T::FITS;
        check_storage(storage)?;
        if size < T::SIZE {
            return Err(BMS_STATUS_STORAGE_SIZE);
        }
        Ok(Space(storage.cast(), PhantomData))
    }

    /// An object to be read.
    pub(crate) fn object<T: Stored>(self, handle: *const T::Handle) -> Checked<&'c T> {
        // SAFETY: the contract.
        unsafe { Header::of(handle.cast(), T::MAGIC) }?;
        // SAFETY: the header says that there is one, and the contract.
        Ok(unsafe { &*handle.cast() })
    }

    /// An object to be changed.
    pub(crate) fn object_mut<T: Stored>(self, handle: *mut T::Handle) -> Checked<&'c mut T> {
        // SAFETY: the contract.
        unsafe { Header::of(handle.cast_const().cast(), T::MAGIC) }?;
        // SAFETY: the header says that there is one, and the contract.
        Ok(unsafe { &mut *handle.cast() })
    }

    /// The storage of a pack.
    pub(crate) fn pack(self, pack: *const bms_pack) -> Checked<PackStorage<'c>> {
        // SAFETY: the contract.
        let header = unsafe { Header::of(pack.cast(), MAGIC) }?;
        if bms_storage_size(header.cells, header.sensors) != header.size {
            return Err(BMS_STATUS_STORAGE_DAMAGED);
        }
        Ok(PackStorage {
            fixed: pack.cast_mut().cast(),
            cells: header.cells,
            sensors: header.sensors,
            call: PhantomData,
        })
    }

    /// A pack to be read.
    pub(crate) fn view(self, pack: *const bms_pack) -> Checked<BmsView<'c>> {
        self.pack(pack)?.view()
    }

    /// A pack to be changed.
    pub(crate) fn bench(self, pack: *mut bms_pack) -> Checked<Bench<'c>> {
        self.pack(pack)?.bench()
    }

    /// Makes a pack in storage. The tables of `config` stay.
    pub(crate) fn lay_out(
        self,
        storage: *mut c_void,
        size: usize,
        config: &BmsConfig<'static>,
        initial: InitialSoc,
    ) -> Checked<*mut bms_pack> {
        check_storage(storage)?;
        let (cells, sensors) = (config.layout.cells, config.layout.temperature_sensors);
        let plan = Plan::new(cells, sensors);
        if size < plan.end {
            return Err(BMS_STATUS_STORAGE_SIZE);
        }
        let pack = PackStorage {
            fixed: storage.cast(),
            cells,
            sensors,
            call: PhantomData,
        };
        let header = Header::new(MAGIC, storage.addr(), plan.end, cells, sensors);
        // SAFETY: the storage is aligned and as long as the plan, so each of these places is within it and aligned.
        unsafe { pack.fill(header, config, initial) }?;
        Ok(storage.cast())
    }
}

/// Storage that holds a pack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PackStorage<'c> {
    fixed: *mut Fixed,
    cells: usize,
    sensors: usize,
    call: PhantomData<&'c ()>,
}

/// The memory of a step.
#[derive(Debug)]
pub(crate) struct Bench<'m> {
    pub(crate) bms: BmsInPlace<'m>,
    pub(crate) voltages: &'m mut [CellMeasurement],
    pub(crate) temperatures: &'m mut [TemperatureMeasurement],
    pub(crate) front_ends: &'m mut [FrontEndReport],
    pub(crate) last: &'m mut Option<Outputs>,
}

impl<'c> PackStorage<'c> {
    /// Writes a new pack.
    ///
    /// # Safety
    /// The storage is as long as the plan.
    unsafe fn fill(
        self,
        header: Header,
        config: &BmsConfig<'static>,
        initial: InitialSoc,
    ) -> Checked<()> {
        // SAFETY: within the storage.
        unsafe { self.fill_list(CONFIG, 1, *config) };
        // SAFETY: just written, and not written again while there is a pack.
        let config = unsafe { &*self.at::<BmsConfig<'static>>(CONFIG).cast_const() };
        let valid = config.validated().map_err(|_| BMS_STATUS_CONFIG)?;
        // SAFETY: within the storage.
        unsafe { self.fill_list(VALID, 1, valid) };
        // SAFETY: within the storage.
        unsafe { self.fill_pack(initial) };
        // SAFETY: within the storage.
        unsafe { self.fill_list(FRONT_ENDS, MAX_FRONT_ENDS, FrontEndReport::default()) };
        // SAFETY: within the storage.
        unsafe { self.fill_list(LAST, 1, None::<Outputs>) };
        let plan = Plan::new(self.cells, self.sensors);
        // SAFETY: within the storage.
        unsafe { self.fill_list(plan.cells, self.cells, CellMemory::new()) };
        // SAFETY: within the storage.
        unsafe { self.fill_list(plan.deltas, self.cells, CellDelta::new()) };
        // SAFETY: within the storage.
        unsafe { self.fill_list(plan.voltages, self.cells, CellMeasurement::default()) };
        // SAFETY: within the storage.
        unsafe { self.fill_list(plan.sensors, self.sensors, SensorMemory::new()) };
        let waiting = TemperatureMeasurement::default();
        // SAFETY: within the storage.
        unsafe { self.fill_list(plan.temperatures, self.sensors, waiting) };
        // The header comes last, so that incomplete storage holds no pack.
        // SAFETY: within the storage.
        unsafe { self.fill_list(HEADER, 1, header) };
        Ok(())
    }

    /// By itself, so that the stack that it takes is free again.
    ///
    /// # Safety
    /// The storage is as long as the plan.
    #[inline(never)]
    unsafe fn fill_pack(self, initial: InitialSoc) {
        // SAFETY: within the storage.
        unsafe { self.at::<PackMemory>(PACK).write(PackMemory::new(initial)) };
    }

    /// The beginning of a list.
    fn at<T>(self, offset: usize) -> *mut T {
        self.fixed.cast::<u8>().wrapping_add(offset).cast()
    }

    /// # Safety
    /// `count` values at `offset` are within the storage and aligned.
    unsafe fn fill_list<T: Copy>(self, offset: usize, count: usize, value: T) {
        let first = self.at::<T>(offset);
        for index in 0..count {
            // SAFETY: the caller's promise.
            unsafe { first.wrapping_add(index).write(value) };
        }
    }

    /// # Safety
    /// As many values were written at `offset`, and no other borrow overlaps them.
    unsafe fn list_mut<T>(self, offset: usize, count: usize) -> &'c mut [T] {
        // SAFETY: the caller's promise.
        unsafe { slice::from_raw_parts_mut(self.at(offset), count) }
    }

    /// # Safety
    /// As many values were written at `offset`, and they do not change meanwhile.
    unsafe fn list<T>(self, offset: usize, count: usize) -> &'c [T] {
        // SAFETY: the caller's promise.
        unsafe { slice::from_raw_parts(self.at::<T>(offset).cast_const(), count) }
    }

    /// The pack to be changed.
    pub(crate) fn bench(self) -> Checked<Bench<'c>> {
        let plan = Plan::new(self.cells, self.sensors);
        let config = self.config();
        // SAFETY: laid out by `fill`, the contract of `Call`, and no other borrow overlaps it.
        let pack = unsafe { &mut *self.at::<PackMemory>(PACK) };
        // SAFETY: as before.
        let front_ends = unsafe { self.list_mut(FRONT_ENDS, config.get().layout.front_ends) };
        let memory = Memory {
            pack,
            // SAFETY: as before.
            cells: unsafe { self.list_mut(plan.cells, self.cells) },
            // SAFETY: as before.
            deltas: unsafe { self.list_mut(plan.deltas, self.cells) },
            // SAFETY: as before.
            sensors: unsafe { self.list_mut(plan.sensors, self.sensors) },
        };
        Ok(Bench {
            bms: BmsInPlace::new(config, memory).map_err(|_| BMS_STATUS_STORAGE_DAMAGED)?,
            // SAFETY: as before.
            voltages: unsafe { self.list_mut(plan.voltages, self.cells) },
            // SAFETY: as before.
            temperatures: unsafe { self.list_mut(plan.temperatures, self.sensors) },
            front_ends,
            // SAFETY: as before.
            last: unsafe { &mut *self.at::<Option<Outputs>>(LAST) },
        })
    }

    fn config(self) -> ValidConfig<'c> {
        // SAFETY: laid out by `fill`, and the contract of `Call`.
        unsafe { *self.at::<ValidConfig<'static>>(VALID).cast_const() }
    }

    /// The configuration, and the outputs of the last step.
    pub(crate) fn last(self) -> (&'c BmsConfig<'c>, Option<&'c Outputs>) {
        let config = self.config();
        // SAFETY: laid out by `fill`, and the contract of `Call`.
        let last = unsafe { &*self.at::<Option<Outputs>>(LAST).cast_const() };
        (config.get(), last.as_ref())
    }

    /// The pack to be read.
    fn view(self) -> Checked<BmsView<'c>> {
        let plan = Plan::new(self.cells, self.sensors);
        let config = self.config();
        // SAFETY: laid out by `fill`, and the contract of `Call`.
        let pack = unsafe { &*self.at::<PackMemory>(PACK).cast_const() };
        // SAFETY: as before.
        let cells = unsafe { self.list(plan.cells, self.cells) };
        // SAFETY: as before.
        let deltas = unsafe { self.list(plan.deltas, self.cells) };
        BmsView::new(config, pack, cells, deltas).map_err(|_| BMS_STATUS_STORAGE_DAMAGED)
    }

    /// Removes the pack.
    fn release(self) {
        let header = self.fixed.cast::<Header>();
        // SAFETY: the header is at the beginning of the storage, and the contract of `Call`.
        unsafe { ptr::write_bytes(header, 0, 1) };
    }
}

/// Ends the use of a pack: the storage is the caller's again and holds no pack. Not needed before a reset.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_release(pack: *mut bms_pack) -> bms_status {
    entry!(|call| {
        call.pack(pack)?.release();
        Ok(())
    })
}
