//! GB/T 27930-2015: the vehicle's side of the protocol, from received frames to frames to send.

use core::ffi::c_void;

use bms_core::charging::gbt::{
    Content, Frame, GbtConfig, GbtInputs, Identity, Link, Stage, Timeouts,
};
use bms_core::measurement::Reading;
use bms_core::units::{coulombs, kelvin, seconds, volts};

use crate::charge_session::{SessionStorage, bms_session};
use crate::generated::{bms_gbt_state, bms_needs, bms_session_inputs};
use crate::pointer::{Sized32, entry, flag};
use crate::status::{
    BMS_STATUS_COUNT, BMS_STATUS_NO_FRAME, BMS_STATUS_NOT_DUE, Checked, bms_status,
};
use crate::storage::{Header, Stored, bms_pack};

/// The protocol in storage of the caller. Its contents are private to the library.
#[derive(Debug)]
pub struct bms_gbt {
    _private: [u8; 0],
}

/// Bytes of storage of the protocol.
pub const BMS_GBT_STORAGE_SIZE: usize = 1152;

/// Identification data of vehicle and battery (BRM), and time-outs.
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
    /// Whether `software` is sent: 0 or 1.
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
    /// The bytes; those beyond `length` are ignored.
    pub data: [u8; 8],
}

// SAFETY: `repr(C)`, begins with its size, and any bits are numbers.
unsafe impl Sized32 for bms_frame {
    const FIRST: usize = size_of::<Self>();
}

/// The protocol.
#[repr(C, align(8))]
struct Line {
    header: Header,
    config: GbtConfig,
    link: Link,
}

// SAFETY: `repr(C, align(8))`, and the first field is the header.
unsafe impl Stored for Line {
    type Handle = bms_gbt;
    const MAGIC: u32 = u32::from_le_bytes(*b"BMSG");
    const SIZE: usize = BMS_GBT_STORAGE_SIZE;
}

/// The standard's time-outs, and an unspecified battery.
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

/// Sets the standard's time-outs and an unspecified battery. `struct_size` is `sizeof(bms_gbt_config)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_gbt_config_default(
    config: *mut bms_gbt_config,
    struct_size: u32,
) -> bms_status {
    entry!(|call| {
        call.out_of_size(config, struct_size)?.give(&STANDARD);
        Ok(())
    })
}

/// Makes the protocol in storage of the caller, of `BMS_GBT_STORAGE_SIZE` bytes and aligned as that of a pack. The storage
/// must not be moved or changed as long as the protocol is used. One object serves all charges, one after the other. `gbt`
/// receives its address.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_gbt_begin(
    storage: *mut c_void,
    storage_size: usize,
    config: *const bms_gbt_config,
    gbt: *mut *mut bms_gbt,
) -> bms_status {
    entry!(|call| {
        let gbt = call.place(gbt)?;
        let config = call.read(config)?.to_core()?;
        let space = call.space::<Line>(storage, storage_size)?;
        let header = space.header();
        gbt.write(space.fill(Line {
            header,
            config,
            link: Link::new(),
        }));
        Ok(())
    })
}

/// Takes a frame from the bus. A frame that is not from the charger to the vehicle, or not expected, is ignored.
///
/// Returns `BMS_STATUS_COUNT` where `length` is above 8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_gbt_receive(gbt: *mut bms_gbt, frame: *const bms_frame) -> bms_status {
    entry!(|call| {
        let line = call.object_mut::<Line>(gbt)?;
        let frame = call.read(frame)?;
        let data = frame.data.get(..usize::from(frame.length));
        let data = data.ok_or(BMS_STATUS_COUNT)?;
        line.link.receive(&Frame::new(frame.id, data));
        Ok(())
    })
}

/// The next frame for the bus. To be called after each step and each received frame until the status is
/// `BMS_STATUS_NO_FRAME`. `frame.struct_size` is set before the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_gbt_transmit(gbt: *mut bms_gbt, frame: *mut bms_frame) -> bms_status {
    entry!(|call| {
        let line = call.object_mut::<Line>(gbt)?;
        let out = call.out(frame)?;
        let next = line.link.transmit().ok_or(BMS_STATUS_NO_FRAME)?;
        let mut value = bms_frame {
            id: next.id,
            ..NO_FRAME
        };
        for (place, byte) in value.data.iter_mut().zip(next.bytes()) {
            *place = *byte;
            value.length += 1;
        }
        out.give(&value);
        Ok(())
    })
}

/// One step of the protocol, after the received frames and before the step of the session. It sets in the inputs of the
/// session the charger's numbers with `is_new`, and the fields of the station; all others stay unchanged.
///
/// `needs` are those of `bms_charge_needs`. `state` may be null; else its `struct_size` is set before the call. Before the first
/// step of pack or session no charger is known, and no time passes.
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
    entry!(|call| {
        let line = call.object_mut::<Line>(gbt)?;
        let session = call.object::<SessionStorage>(session)?;
        let pack = call.pack(pack)?;
        let needs = call.read(needs)?.to_core()?;
        let mut value = call.read(inputs.cast_const())?;
        let out = call.out(inputs)?;
        let state = call.out_or_null(state)?;
        let (pack_config, last) = pack.last();
        let heard = match (last, &session.last) {
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
        value.put_report(heard.report);
        value.charger.is_new = 0;
        if let Reading::New(message) = heard.message {
            value.charger.put(&message);
        }
        out.give(&value);
        if let Some(state) = state {
            state.give(&bms_gbt_state::from(&heard));
        }
        Ok(())
    })
}

/// Before the first step of pack and session.
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

/// BMV, optional: the voltage of every cell from the negative end, every ten seconds while energy flows. To be called if
/// `cells_are_due`; else the status is `BMS_STATUS_NOT_DUE`, and nothing is sent. At most 256 cells are sent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_gbt_tell_cells(
    gbt: *mut bms_gbt,
    cell_voltages_v: *const f32,
    count: usize,
) -> bms_status {
    entry!(|call| {
        let line = call.object_mut::<Line>(gbt)?;
        let cells = call.list(cell_voltages_v, count)?;
        due(line
            .link
            .tell_cells(cells.iter().map(|voltage_v| volts(*voltage_v))))?;
        Ok(())
    })
}

/// BMT, optional: the temperature of every sensor, as `bms_gbt_tell_cells`. At most 128 sensors are sent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_gbt_tell_temperatures(
    gbt: *mut bms_gbt,
    temperatures_k: *const f32,
    count: usize,
) -> bms_status {
    entry!(|call| {
        let line = call.object_mut::<Line>(gbt)?;
        let sensors = call.list(temperatures_k, count)?;
        let temperatures = sensors.iter().map(|temperature_k| kelvin(*temperature_k));
        due(line.link.tell_temperatures(temperatures))?;
        Ok(())
    })
}

/// BSP, optional: bytes on which the makers of charger and battery agree, as `bms_gbt_tell_cells`. At most 16
/// bytes are sent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_gbt_tell_reserved(
    gbt: *mut bms_gbt,
    data: *const u8,
    count: usize,
) -> bms_status {
    entry!(|call| {
        let line = call.object_mut::<Line>(gbt)?;
        let data = call.bytes(data, count)?;
        due(line.link.tell_reserved(data))?;
        Ok(())
    })
}
