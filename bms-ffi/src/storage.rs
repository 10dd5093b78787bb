//! The caller's storage: how the room for a pack is divided, and whose it is.

use core::ffi::c_void;
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
use crate::pointer::is_aligned_to;
use crate::status::{
    BMS_STATUS_ABI_VERSION, BMS_STATUS_CONFIG, BMS_STATUS_MISALIGNED, BMS_STATUS_NOT_INITIALISED,
    BMS_STATUS_NULL_POINTER, BMS_STATUS_STORAGE_DAMAGED, BMS_STATUS_STORAGE_MOVED,
    BMS_STATUS_STORAGE_SIZE, Checked, bms_status, status,
};

/// A pack in storage of the caller. What is in it is the library's.
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

/// Whose storage it is. Its last field is a check of all before.
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
    /// That of something new at an address.
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

    /// Finds out whether something of this kind was made where the pointer points to.
    ///
    /// # Safety
    /// The pointer is null, misaligned, or points to readable bytes, at least as many as the header has.
    pub(crate) unsafe fn of(storage: *const c_void, magic: u32) -> Checked<Self> {
        check_storage(storage)?;
        // SAFETY: not null, aligned, and the caller says that the header can be read; any bits are numbers.
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
    /// What the last step came to, for a charge.
    last: Option<Outputs>,
}

const HEADER: usize = offset_of!(Fixed, header);
const CONFIG: usize = offset_of!(Fixed, config);
const VALID: usize = offset_of!(Fixed, valid);
const PACK: usize = offset_of!(Fixed, pack);
const FRONT_ENDS: usize = offset_of!(Fixed, front_ends);
const LAST: usize = offset_of!(Fixed, last);

// What is asked whose storage it is reads the header at its beginning.
const _: () = assert!(HEADER == 0);

/// Where the lists begin, in bytes from the beginning, and where all ends.
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

// The macro of the header is never too small, whatever the size of the pack.
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

/// Bytes of storage that a pack with this many cells and temperature sensors needs; 0 where there can be no such pack.
///
/// Never more than `BMS_STORAGE_SIZE` of the same numbers, which the compiler knows.
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

/// Lays a pack out in the storage.
///
/// # Safety
/// `storage` is null, misaligned, or points to `size` writable bytes that nobody else uses; the tables of `config` stay.
pub(crate) unsafe fn lay_out(
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
    let room = Room {
        fixed: storage.cast(),
        cells,
        sensors,
    };
    let header = Header::new(MAGIC, storage.addr(), plan.end, cells, sensors);
    // SAFETY: the storage is aligned and as long as the plan, so each of these places is within it and aligned.
    unsafe { room.fill(header, config, initial) }?;
    Ok(storage.cast())
}

pub(crate) fn check_storage(storage: *const c_void) -> Checked<()> {
    if storage.is_null() {
        Err(BMS_STATUS_NULL_POINTER)
    } else if is_aligned_to(storage, BMS_STORAGE_ALIGNMENT) {
        Ok(())
    } else {
        Err(BMS_STATUS_MISALIGNED)
    }
}

/// Storage that was found to hold a pack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    fixed: *mut Fixed,
    cells: usize,
    sensors: usize,
}

/// What a step works on.
#[derive(Debug)]
pub(crate) struct Bench<'m> {
    pub(crate) bms: BmsInPlace<'m>,
    pub(crate) voltages: &'m mut [CellMeasurement],
    pub(crate) temperatures: &'m mut [TemperatureMeasurement],
    pub(crate) front_ends: &'m mut [FrontEndReport],
    pub(crate) last: &'m mut Option<Outputs>,
}

impl Room {
    /// Finds out whether the pointer is that of a pack of this library, which is where it was laid out.
    ///
    /// # Safety
    /// `pack` is null, misaligned, or points to readable bytes: as many as the header has, or as the pack where one was
    /// laid out there.
    pub(crate) unsafe fn of(pack: *const bms_pack) -> Checked<Self> {
        // SAFETY: as the caller says.
        let header = unsafe { Header::of(pack.cast(), MAGIC) }?;
        if bms_storage_size(header.cells, header.sensors) != header.size {
            return Err(BMS_STATUS_STORAGE_DAMAGED);
        }
        Ok(Self {
            fixed: pack.cast_mut().cast(),
            cells: header.cells,
            sensors: header.sensors,
        })
    }

    /// Writes a pack that knows nothing.
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
        // The header comes last: what is not complete is no pack.
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
            // SAFETY: as the caller says.
            unsafe { first.wrapping_add(index).write(value) };
        }
    }

    /// # Safety
    /// As many values were written at `offset`, and nobody else uses them.
    unsafe fn list_mut<'m, T>(self, offset: usize, count: usize) -> &'m mut [T] {
        // SAFETY: as the caller says.
        unsafe { slice::from_raw_parts_mut(self.at(offset), count) }
    }

    /// # Safety
    /// As many values were written at `offset`, and nobody changes them.
    unsafe fn list<'m, T>(self, offset: usize, count: usize) -> &'m [T] {
        // SAFETY: as the caller says.
        unsafe { slice::from_raw_parts(self.at::<T>(offset).cast_const(), count) }
    }

    /// The pack to be changed.
    ///
    /// # Safety
    /// Nobody else uses the pack for as long as it is borrowed.
    pub(crate) unsafe fn bench<'m>(self) -> Checked<Bench<'m>> {
        let plan = Plan::new(self.cells, self.sensors);
        // SAFETY: as the caller says.
        let config = unsafe { self.config() };
        // SAFETY: laid out by `fill`, nobody else uses it, and no other borrow overlaps it.
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

    /// # Safety
    /// Laid out by `fill`, and nobody changes the pack for as long as it is borrowed.
    unsafe fn config<'m>(self) -> ValidConfig<'m> {
        // SAFETY: as the caller says.
        unsafe { *self.at::<ValidConfig<'static>>(VALID).cast_const() }
    }

    /// The configuration, and what the last step came to.
    ///
    /// # Safety
    /// Nobody changes the pack for as long as it is borrowed.
    pub(crate) unsafe fn last<'m>(self) -> (&'m BmsConfig<'m>, Option<&'m Outputs>) {
        // SAFETY: as the caller says.
        let config = unsafe { self.config() };
        // SAFETY: laid out by `fill`, and nobody changes it.
        let last = unsafe { &*self.at::<Option<Outputs>>(LAST).cast_const() };
        (config.get(), last.as_ref())
    }

    /// The pack to be read.
    ///
    /// # Safety
    /// Nobody changes the pack for as long as it is borrowed.
    pub(crate) unsafe fn view<'m>(self) -> Checked<BmsView<'m>> {
        let plan = Plan::new(self.cells, self.sensors);
        // SAFETY: as the caller says.
        let config = unsafe { self.config() };
        // SAFETY: laid out by `fill`, and nobody changes it.
        let pack = unsafe { &*self.at::<PackMemory>(PACK).cast_const() };
        // SAFETY: as before.
        let cells = unsafe { self.list(plan.cells, self.cells) };
        // SAFETY: as before.
        let deltas = unsafe { self.list(plan.deltas, self.cells) };
        BmsView::new(config, pack, cells, deltas).map_err(|_| BMS_STATUS_STORAGE_DAMAGED)
    }

    /// Forgets that there is a pack.
    ///
    /// # Safety
    /// Nobody else uses the pack.
    unsafe fn release(self) {
        let header = self.fixed.cast::<Header>();
        // SAFETY: the header is at the beginning of the storage.
        unsafe { ptr::write_bytes(header, 0, 1) };
    }
}

/// Ends the use of a pack: the storage is the caller's again, and is no pack any more. Not needed before a reset.
///
/// # Safety
/// `pack` is null or points to storage that can be read and written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_release(pack: *mut bms_pack) -> bms_status {
    // SAFETY: as the caller says.
    let room = unsafe { Room::of(pack) };
    status(room.map(|room| {
        // SAFETY: as the caller says.
        unsafe { room.release() };
    }))
}
