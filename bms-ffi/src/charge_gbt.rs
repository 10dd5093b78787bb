//! GB/T 27930-2015: the battery's side of the protocol, frames in and frames out.

use core::ffi::c_void;
use core::mem::{align_of, size_of};

use bms_core::charging::gbt::{
    ChargerTimeouts, Content, Frame, GbtConfig, GbtInputs, Identity, Link, Stage, Stop, Timeouts,
};
use bms_core::measurement::Reading;
use bms_core::units::{
    coulombs, kelvin, seconds, to_amperes, to_joules, to_volts, to_watts, volts,
};

use crate::charge_needs::{bms_needs, take_needs};
use crate::charge_session::{NO_STATION, Seat, bms_session, bms_session_inputs};
use crate::generated::{bms_gbt_stage, bms_signal2};
use crate::pointer::{Out, Sized32, bytes, check, flag, list, take_in};
use crate::status::{
    BMS_STATUS_COUNT, BMS_STATUS_NO_FRAME, BMS_STATUS_NOT_DUE, BMS_STATUS_STORAGE_SIZE, Checked,
    bms_status, status,
};
use crate::storage::{BMS_STORAGE_ALIGNMENT, Header, Room, bms_pack, check_storage};

/// The protocol in storage of the caller. What is in it is the library's.
#[derive(Debug)]
pub struct bms_gbt {
    _private: [u8; 0],
}

/// Bytes of storage of the protocol.
pub const BMS_GBT_STORAGE_SIZE: usize = 1152;

/// What the vehicle and its battery are (BRM), and time-outs.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_gbt_config {
    /// Size of this struct.
    pub struct_size: u32,
    /// Rated capacity of the battery.
    pub capacity_c: f32,
    /// Rated voltage of the battery.
    pub voltage_v: f32,
    /// Number of the battery.
    pub serial: u32,
    /// Charges so far, below 2^24.
    pub charges: u32,
    /// First CRM after the handshake.
    pub recognition_ms: u32,
    /// CRM that recognises.
    pub recognised_ms: u32,
    /// CML.
    pub capability_ms: u32,
    /// CRO that is ready, after the first BRO that is.
    pub ready_ms: u32,
    /// CCS.
    pub output_ms: u32,
    /// CST after the first BST.
    pub stop_ms: u32,
    /// CSD after the first BST.
    pub statistics_ms: u32,
    /// Year in which the battery was made, from 1985.
    pub made_year: u16,
    /// Month in which it was made.
    pub made_month: u8,
    /// Day on which it was made.
    pub made_day: u8,
    /// Type of the battery: 1 lead-acid, 2 nickel, 3 LFP, 4 LMO, 5 LCO, 6 NMC, 7 polymer, 8 LTO, 255 other.
    pub battery: u8,
    /// Whether the battery is the vehicle's own rather than rented: 0 or 1.
    pub owned: u8,
    /// Whether `software` is told: 0 or 1.
    pub has_software: u8,
    /// Maker of the battery, ASCII.
    pub maker: [u8; 4],
    /// Vehicle identification number, ASCII.
    pub vin: [u8; 17],
    /// Version of the software.
    pub software: [u8; 8],
}

// SAFETY: `repr(C)`, begins with its size, and any bits are numbers.
unsafe impl Sized32 for bms_gbt_config {
    const FIRST: usize = size_of::<Self>();
}

/// A CAN frame with an extended identifier, 250 kbit/s.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_frame {
    /// Size of this struct.
    pub struct_size: u32,
    /// 29-bit identifier.
    pub id: u32,
    /// Bytes, 0 to 8.
    pub length: u8,
    /// The bytes; those behind `length` do not matter.
    pub data: [u8; 8],
}

// SAFETY: `repr(C)`, begins with its size, and any bits are numbers.
unsafe impl Sized32 for bms_frame {
    const FIRST: usize = size_of::<Self>();
}

/// Why one end stops (BST and CST).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_gbt_stop {
    /// Of the vehicle: target SoC, total voltage, cell voltage, the charger stopped. Of the charger: reached, by hand, fault,
    /// the vehicle stopped.
    pub reasons: [bms_signal2; 4],
    /// Of the vehicle: isolation, connector hot, component hot, connector, battery hot, relay, voltage of detection point 2,
    /// other. Of the charger: charger hot, connector, inside hot, energy, emergency stop, other.
    pub faults: [bms_signal2; 8],
    /// Current, voltage.
    pub errors: [bms_signal2; 2],
}

/// Which messages of the charger did not come in time (BEM): each 0 or 1.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_gbt_timeouts {
    /// CRM that says "not recognised yet".
    pub recognition: u8,
    /// CRM that says "recognised".
    pub recognised: u8,
    /// CTS and CML.
    pub capability: u8,
    /// CRO.
    pub ready: u8,
    /// CCS.
    pub output: u8,
    /// CST.
    pub stop: u8,
    /// CSD.
    pub statistics: u8,
}

/// Which messages of the vehicle did not reach the charger in time, by what it says (CEM).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_gbt_charger_timeouts {
    /// BRM.
    pub identity: bms_signal2,
    /// BCP.
    pub limits: bms_signal2,
    /// BRO.
    pub ready: bms_signal2,
    /// BCS.
    pub status: bms_signal2,
    /// BCL.
    pub demand: bms_signal2,
    /// BST.
    pub stop: bms_signal2,
    /// BSD.
    pub statistics: bms_signal2,
}

/// Where the protocol is, and what both ends said.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_gbt_state {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// Energy that the charger counted (CSD); looked at where `has_statistics` is 1.
    pub energy_j: f32,
    /// Number of the charger (CSD); looked at where `has_statistics` is 1.
    pub charger_number: u32,
    /// Minutes of the charge (CSD); looked at where `has_statistics` is 1.
    pub minutes: u16,
    /// How far the protocol is.
    pub stage: bms_gbt_stage,
    /// Which messages of the charger did not come in time.
    pub timeouts: bms_gbt_timeouts,
    /// What the charger missed; looked at where `has_charger_timeouts` is 1.
    pub charger_timeouts: bms_gbt_charger_timeouts,
    /// What the vehicle tells as its reasons to stop; looked at where `has_stop` is 1.
    pub stop: bms_gbt_stop,
    /// What the charger told as its reasons to stop; looked at where `has_charger_stop` is 1.
    pub charger_stop: bms_gbt_stop,
    /// Whether the charger said that it missed messages: 0 or 1.
    pub has_charger_timeouts: u8,
    /// Whether the vehicle stops: 0 or 1.
    pub has_stop: u8,
    /// Whether the charger stopped: 0 or 1.
    pub has_charger_stop: u8,
    /// Whether the charger's statistics arrived: 0 or 1.
    pub has_statistics: u8,
    /// Whether `bms_gbt_tell_cells` is due: 0 or 1.
    pub cells_are_due: u8,
    /// Whether `bms_gbt_tell_temperatures` is due: 0 or 1.
    pub temperatures_are_due: u8,
    /// Whether `bms_gbt_tell_reserved` is due: 0 or 1.
    pub reserved_is_due: u8,
}

// SAFETY: `repr(C)` and begins with its size; it is given out only, never taken in.
unsafe impl Sized32 for bms_gbt_state {
    const FIRST: usize = size_of::<Self>();
}

const MAGIC: u32 = u32::from_le_bytes(*b"BMSG");

/// The protocol.
#[repr(C, align(8))]
struct Line {
    header: Header,
    config: GbtConfig,
    link: Link,
}

const _: () = {
    assert!(align_of::<Line>() <= BMS_STORAGE_ALIGNMENT);
    assert!(size_of::<Line>() <= BMS_GBT_STORAGE_SIZE);
};

impl Line {
    /// Finds out whether the protocol was begun where the pointer points to.
    ///
    /// # Safety
    /// `gbt` is null, misaligned, or points to readable bytes: as many as the header has, or as the protocol where it was
    /// begun there; nobody else uses it for as long as it is borrowed.
    unsafe fn of<'m>(gbt: *mut bms_gbt) -> Checked<&'m mut Self> {
        // SAFETY: as the caller says.
        unsafe { Header::of(gbt.cast_const().cast(), MAGIC) }?;
        // SAFETY: `bms_gbt_begin` has written it there, and the caller says that nobody else uses it.
        Ok(unsafe { &mut *gbt.cast::<Self>() })
    }
}

/// The standard's time-outs, and a battery of which nothing is said.
const STANDARD: bms_gbt_config = bms_gbt_config {
    struct_size: 0,
    capacity_c: 0.0,
    voltage_v: 0.0,
    serial: 0,
    charges: 0,
    recognition_ms: 30_000,
    recognised_ms: 5_000,
    capability_ms: 5_000,
    ready_ms: 60_000,
    output_ms: 1_000,
    stop_ms: 5_000,
    statistics_ms: 10_000,
    made_year: 1985,
    made_month: 1,
    made_day: 1,
    battery: 255,
    owned: 1,
    has_software: 0,
    maker: *b"    ",
    vin: [b' '; 17],
    software: [0xFF; 8],
};

impl bms_gbt_config {
    fn to_core(self) -> Checked<GbtConfig> {
        Ok(GbtConfig {
            identity: Identity {
                battery: self.battery,
                capacity: coulombs(self.capacity_c),
                voltage: volts(self.voltage_v),
                maker: self.maker,
                serial: self.serial,
                made: (self.made_year, self.made_month, self.made_day),
                charges: self.charges,
                owned: flag(self.owned)?,
                vin: self.vin,
                software: flag(self.has_software)?.then_some(self.software),
            },
            recognition_ms: self.recognition_ms,
            recognised_ms: self.recognised_ms,
            capability_ms: self.capability_ms,
            ready_ms: self.ready_ms,
            output_ms: self.output_ms,
            stop_ms: self.stop_ms,
            statistics_ms: self.statistics_ms,
        })
    }
}

const NO_FRAME: bms_frame = bms_frame {
    struct_size: 0,
    id: 0,
    length: 0,
    data: [0xFF; 8],
};

fn stop(core: Option<Stop>) -> (bms_gbt_stop, u8) {
    let known = core.unwrap_or_default();
    let told = bms_gbt_stop {
        reasons: known.reasons.map(bms_signal2::from),
        faults: known.faults.map(bms_signal2::from),
        errors: known.errors.map(bms_signal2::from),
    };
    (told, u8::from(core.is_some()))
}

const fn timeouts(core: Timeouts) -> bms_gbt_timeouts {
    bms_gbt_timeouts {
        recognition: core.recognition as u8,
        recognised: core.recognised as u8,
        capability: core.capability as u8,
        ready: core.ready as u8,
        output: core.output as u8,
        stop: core.stop as u8,
        statistics: core.statistics as u8,
    }
}

fn charger_timeouts(core: ChargerTimeouts) -> bms_gbt_charger_timeouts {
    bms_gbt_charger_timeouts {
        identity: core.identity.into(),
        limits: core.limits.into(),
        ready: core.ready.into(),
        status: core.status.into(),
        demand: core.demand.into(),
        stop: core.stop.into(),
        statistics: core.statistics.into(),
    }
}

fn state_of_core(struct_size: u32, core: &GbtInputs) -> bms_gbt_state {
    let (own_stop, has_stop) = stop(core.stop);
    let (charger_stop, has_charger_stop) = stop(core.stop_of_charger);
    let counted = core.counted;
    bms_gbt_state {
        struct_size,
        energy_j: counted.map_or(0.0, |counted| to_joules(counted.energy)),
        charger_number: counted.map_or(0, |counted| counted.number),
        minutes: counted.map_or(0, |counted| counted.minutes),
        stage: core.stage.into(),
        timeouts: timeouts(core.timeouts),
        charger_timeouts: charger_timeouts(core.timeouts_of_charger.unwrap_or_default()),
        stop: own_stop,
        charger_stop,
        has_charger_timeouts: u8::from(core.timeouts_of_charger.is_some()),
        has_stop,
        has_charger_stop,
        has_statistics: u8::from(counted.is_some()),
        cells_are_due: u8::from(core.details.cells),
        temperatures_are_due: u8::from(core.details.temperatures),
        reserved_is_due: u8::from(core.details.reserved),
    }
}

/// Fills in: the standard's time-outs, and a battery of which nothing is said. `struct_size` is `sizeof(bms_gbt_config)`.
///
/// # Safety
/// `config` is null or points to `struct_size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_gbt_config_default(
    config: *mut bms_gbt_config,
    struct_size: u32,
) -> bms_status {
    status(Out::with_size(config, struct_size).map(|out| {
        let value = bms_gbt_config {
            struct_size,
            ..STANDARD
        };
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
    }))
}

/// Makes the protocol in storage of the caller, of `BMS_GBT_STORAGE_SIZE` bytes and aligned as that of a pack; it is the
/// library's until it is used for something else, and must not be moved. One serves for all charges, one after the other.
/// `gbt` is given its address.
///
/// # Safety
/// Each pointer is null or points to as many bytes as said, which nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_gbt_begin(
    storage: *mut c_void,
    storage_size: usize,
    config: *const bms_gbt_config,
    gbt: *mut *mut bms_gbt,
) -> bms_status {
    status((|| {
        check(gbt.cast_const())?;
        // SAFETY: as the caller says.
        let config = unsafe { take_in(config, STANDARD) }?.to_core()?;
        check_storage(storage)?;
        if storage_size < BMS_GBT_STORAGE_SIZE {
            return Err(BMS_STATUS_STORAGE_SIZE);
        }
        let made = Line {
            header: Header::new(MAGIC, storage.addr(), size_of::<Line>(), 0, 0),
            config,
            link: Link::new(),
        };
        // SAFETY: aligned, large enough, and the caller says that it can be written.
        unsafe { storage.cast::<Line>().write(made) };
        // SAFETY: checked above, and the caller says that it can be written.
        unsafe { gbt.write(storage.cast()) };
        Ok(())
    })())
}

/// A frame from the bus. One that is not from the charger to the vehicle, or that nobody waits for, changes nothing.
///
/// Returns `BMS_STATUS_COUNT` where `length` is above 8.
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first. Nobody else uses the protocol meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_gbt_receive(gbt: *mut bms_gbt, frame: *const bms_frame) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let line = unsafe { Line::of(gbt) }?;
        // SAFETY: as the caller says.
        let told = unsafe { take_in(frame, NO_FRAME) }?;
        let data = told.data.get(..usize::from(told.length));
        let data = data.ok_or(BMS_STATUS_COUNT)?;
        line.link.receive(&Frame::new(told.id, data));
        Ok(())
    })())
}

/// The next frame for the bus, to be asked for after each step and each frame that arrived, until there is none:
/// `BMS_STATUS_NO_FRAME`. `frame.struct_size` is set before the call.
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first. Nobody else uses the protocol meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_gbt_transmit(gbt: *mut bms_gbt, frame: *mut bms_frame) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let line = unsafe { Line::of(gbt) }?;
        // SAFETY: as the caller says.
        let out = unsafe { Out::new(frame) }?;
        let next = line.link.transmit().ok_or(BMS_STATUS_NO_FRAME)?;
        let mut value = bms_frame {
            struct_size: out.size(),
            id: next.id,
            ..NO_FRAME
        };
        for (place, byte) in value.data.iter_mut().zip(next.bytes()) {
            *place = *byte;
            value.length += 1;
        }
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
        Ok(())
    })())
}

/// One step of the protocol: after the frames that arrived and before the session's own step, whose inputs it fills in: the
/// charger's numbers and `is_new`, and what is known of the station. Plug, lock, voltages and wishes are left as they are.
///
/// `needs` are those of `bms_charge_needs`. `state` may be null; else its `struct_size` is set before the call. Before the first
/// step of pack or session no charger is known, and no time passes.
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first. Nobody else uses the protocol, and nobody changes
/// session and pack, meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_gbt_step(
    gbt: *mut bms_gbt,
    session: *const bms_session,
    pack: *const bms_pack,
    needs: *const bms_needs,
    dt_s: f32,
    inputs: *mut bms_session_inputs,
    state: *mut bms_gbt_state,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let line = unsafe { Line::of(gbt) }?;
        // SAFETY: as the caller says.
        let seat = unsafe { Seat::check(session) }?;
        // SAFETY: as the caller says.
        let room = unsafe { Room::of(pack) }?;
        // SAFETY: as the caller says.
        let needs = unsafe { take_needs(needs) }?;
        // SAFETY: as the caller says.
        let mut told = unsafe { take_in(inputs.cast_const(), NO_STATION) }?;
        // SAFETY: as the caller says.
        let out = unsafe { Out::new(inputs) }?;
        let state = if state.is_null() {
            None
        } else {
            // SAFETY: as the caller says.
            Some(unsafe { Out::new(state) }?)
        };
        // SAFETY: found to be a session, and the caller says that nobody changes it.
        let seat = unsafe { &*seat.cast_const() };
        // SAFETY: as the caller says.
        let (pack_config, last) = unsafe { room.last() };
        let heard = match (last, &seat.last) {
            (Some(outputs), Some(session)) => {
                let content = Content {
                    outputs,
                    session,
                    needs: &needs,
                };
                let dt = seconds(dt_s);
                line.link.step(&line.config, pack_config, &content, dt)
            }
            _ => NOTHING_HEARD,
        };
        told.put_report(heard.report);
        told.charger.is_new = 0;
        if let Reading::New(message) = heard.message {
            told.charger.voltage_v = to_volts(message.voltage);
            told.charger.current_a = to_amperes(message.current);
            told.charger.voltage_max_v = to_volts(message.voltage_max);
            told.charger.voltage_min_v = to_volts(message.voltage_min);
            told.charger.current_max_a = to_amperes(message.current_max);
            told.charger.power_max_w = to_watts(message.power_max);
            told.charger.is_new = 1;
        }
        // SAFETY: as the caller says.
        unsafe { out.give(&told) };
        if let Some(state) = state {
            let value = state_of_core(state.size(), &heard);
            // SAFETY: as the caller says.
            unsafe { state.give(&value) };
        }
        Ok(())
    })())
}

/// Before pack and session were stepped.
const NOTHING_HEARD: GbtInputs = {
    use bms_core::charging::gbt::Details;
    use bms_core::charging::{Ask, StationIsolation, StationReport, StationStatus};
    GbtInputs {
        report: StationReport {
            status: StationStatus::NotReady,
            isolation: StationIsolation::Invalid,
            stop: false,
            answered: Ask::Nothing,
        },
        message: Reading::Waiting,
        stage: Stage::Idle,
        timeouts: Timeouts {
            recognition: false,
            recognised: false,
            capability: false,
            ready: false,
            output: false,
            stop: false,
            statistics: false,
        },
        timeouts_of_charger: None,
        stop: None,
        stop_of_charger: None,
        counted: None,
        details: Details {
            cells: false,
            temperatures: false,
            reserved: false,
        },
    }
};

fn due(is_sent: bool) -> Checked<()> {
    if is_sent {
        Ok(())
    } else {
        Err(BMS_STATUS_NOT_DUE)
    }
}

/// BMV, optional: the voltage of every cell from the negative end, every ten seconds while energy flows. To be called where
/// `cells_are_due`; else `BMS_STATUS_NOT_DUE`, and nothing happens. Of more than 256 cells the first are told.
///
/// # Safety
/// `cell_voltages_v` is null or points to `count` numbers. Nobody else uses the protocol meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_gbt_tell_cells(
    gbt: *mut bms_gbt,
    cell_voltages_v: *const f32,
    count: usize,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let line = unsafe { Line::of(gbt) }?;
        // SAFETY: as the caller says.
        let cells = unsafe { list(cell_voltages_v, count) }?;
        due(line
            .link
            .tell_cells(cells.iter().map(|voltage_v| volts(*voltage_v))))
    })())
}

/// BMT, optional: the temperature of every sensor, as `bms_gbt_tell_cells`. Of more than 128 sensors the first are told.
///
/// # Safety
/// `temperatures_k` is null or points to `count` numbers. Nobody else uses the protocol meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_gbt_tell_temperatures(
    gbt: *mut bms_gbt,
    temperatures_k: *const f32,
    count: usize,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let line = unsafe { Line::of(gbt) }?;
        // SAFETY: as the caller says.
        let sensors = unsafe { list(temperatures_k, count) }?;
        due(line
            .link
            .tell_temperatures(sensors.iter().map(|temperature_k| kelvin(*temperature_k))))
    })())
}

/// BSP, optional: bytes on which the makers of charger and battery agree, as `bms_gbt_tell_cells`. Of more than 16 bytes the
/// first are told.
///
/// # Safety
/// `data` is null or points to `count` bytes. Nobody else uses the protocol meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_gbt_tell_reserved(
    gbt: *mut bms_gbt,
    data: *const u8,
    count: usize,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let line = unsafe { Line::of(gbt) }?;
        // SAFETY: as the caller says.
        let data = unsafe { bytes(data, count) }?;
        due(line.link.tell_reserved(data))
    })())
}
