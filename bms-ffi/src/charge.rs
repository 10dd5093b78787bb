//! A charge: what to ask a charger for, and why not more.

use core::ffi::c_void;
use core::mem::{align_of, size_of};
use core::ptr;

use bms_core::charging::presets::NMC_96S_CCS;
use bms_core::charging::{
    ChargeRequest, ChargerLimits, ChargerWatch, ChargingConfig, Conditioning, Derating,
    EvErrorCode, Finish, Forecast, Goals, InletLimits, RequestInputs, RequestReason, Requester,
    Schedule, Stage,
};
use bms_core::units::{
    amperes, kelvin, ratio, seconds, to_amperes, to_kelvin, to_seconds, to_volts, volts, watts,
};

use crate::check::explain;
use crate::config::{bms_config_error, bms_map};
use crate::convert::{TablesStay, map_of_core, map_to_core};
use crate::generated::{bms_completion, bms_conditioning, bms_limit_reason, bms_request_reason};
use crate::inputs::{NO_CHARGER, bms_charger};
use crate::outputs::limit_reason;
use crate::pointer::{OfNumber, Out, Sized32, check, flag, list, take_in};
use crate::status::{
    BMS_STATUS_CONFIG, BMS_STATUS_COUNT, BMS_STATUS_STORAGE_SIZE, Checked, bms_status, status,
};
use crate::storage::{BMS_STORAGE_ALIGNMENT, Header, Room, bms_pack, check_storage};

/// A charge in storage of the caller. What is in it is the library's.
#[derive(Debug)]
pub struct bms_charge {
    _private: [u8; 0],
}

/// Bytes of storage of a charge.
pub const BMS_CHARGE_STORAGE_SIZE: usize = 640;

/// Most stages of a multistage charge.
pub const BMS_MAX_STAGES: usize = 8;

/// One stage of a multistage charge.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_stage {
    /// Current of the stage.
    pub current_a: f32,
    /// The next stage begins once the highest cell has reached this voltage. It is not looked at in the last stage.
    pub until_v: f32,
}

/// A temperature above which less current is asked for.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_derating {
    /// Up to here everything is allowed.
    pub from_k: f32,
    /// From here on nothing is; in between the share falls linearly.
    pub to_k: f32,
}

/// How a battery wants to be charged. Currents are magnitudes of the pack's current. `bms_charging_config_default` fills one
/// in to start from; `bms_charge_begin` copies it, and only tables and stages have to stay where they are.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_charging_config {
    /// Size of this struct.
    pub struct_size: u32,
    /// The highest cell is held at this voltage.
    pub constant_voltage_v: f32,
    /// Current in ampere over temperature and state of charge that the chemistry takes; what a maker calls charge map.
    pub map_a: bms_map,
    /// Current in ampere over temperature and state of charge above which lithium would plate on the negative electrode.
    /// Where it is what limits the charge, heat is asked for.
    pub plating_a: bms_map,
    /// Stages of a multistage charge, with falling currents; null where the map says it all. Copied by `bms_charge_begin`.
    pub stages: *const bms_stage,
    /// How many these are, at most `BMS_MAX_STAGES`.
    pub stage_count: usize,
    /// Heat is asked for below this temperature of the coldest sensor only, and once asked for up to it.
    pub heat_until_k: f32,
    /// Hot cells.
    pub hot: bms_derating,
    /// Highest voltage of the inlet.
    pub inlet_voltage_v: f32,
    /// Highest current of the inlet.
    pub inlet_current_a: f32,
    /// Contacts of the inlet that grow hot.
    pub inlet_hot: bms_derating,
    /// How far above the target voltage the voltage lies that the charger must never pass.
    pub voltage_margin_v: f32,
    /// How fast the request rises, in ampere per second. It falls at once.
    pub rise_a_per_s: f32,
    /// With the highest cell at its voltage the charge is over once no more than this current is asked for...
    pub finish_current_a: f32,
    /// ...for this long without a break.
    pub finish_hold_s: f32,
    /// The charge is over once the cell voltage has been what limits the current for this long in all.
    pub finish_longest_s: f32,
}

// SAFETY: `repr(C)`, begins with its size, and any bits are numbers or pointers.
unsafe impl Sized32 for bms_charging_config {
    const FIRST: usize = size_of::<Self>();
}

/// What a request is made from, beside what the pack knows.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_charge_inputs {
    /// Size of this struct.
    pub struct_size: u32,
    /// Highest charge current that schedule or site leave; infinite where there is none. What is not a number counts as zero.
    pub schedule_current_a: f32,
    /// Highest charge power that they leave; infinite where there is none. What is not a number counts as zero.
    pub schedule_power_w: f32,
    /// State of charge of the pack at which the charge is over; at 1 it is over when the current has fallen.
    pub target_soc: f32,
    /// The charger's message, as in `bms_inputs`. Limits of a charger lower the request, and never raise it.
    pub charger: bms_charger,
    /// Last known temperature of the inlet's contacts, looked at where it is measured.
    pub inlet_temperature_k: f32,
    /// Whether that is measured: 0 or 1.
    pub has_inlet_temperature: u8,
    /// Whether charging is wanted now: 0 asks for zero current, and the charge goes on afterwards.
    pub wanted: u8,
}

// SAFETY: `repr(C)`, begins with its size, and any bits are numbers.
unsafe impl Sized32 for bms_charge_inputs {
    const FIRST: usize = size_of::<Self>();
}

/// What to ask a charger for. Tell the pack in the next step what you asked for (`bms_commands`).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_charge_request {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// Current into the battery, never negative.
    pub current_a: f32,
    /// Voltage that the charger holds at most while it charges: every cell at its voltage, within what charger and inlet can.
    pub target_voltage_v: f32,
    /// Voltage that the charger must never pass.
    pub maximum_voltage_v: f32,
    /// The fault that keeps the current down; 0 where it is none.
    pub fault: u16,
    /// What keeps the current from being higher.
    pub reason: bms_request_reason,
    /// Why the battery allows no more, where that is the reason; else `BMS_LIMIT_REASON_OTHER`.
    pub battery_reason: bms_limit_reason,
    /// The stage of a multistage charge, where that is the reason; else 0.
    pub stage: u8,
    /// What the cells need.
    pub conditioning: bms_conditioning,
    /// Why the charge is over.
    pub completion: bms_completion,
}

// SAFETY: `repr(C)` and begins with its size; it is given out only, never taken in.
unsafe impl Sized32 for bms_charge_request {
    const FIRST: usize = size_of::<Self>();
}

const MAGIC: u32 = u32::from_le_bytes(*b"BMSC");

const NO_STAGE: Stage = Stage {
    current: amperes(0.0),
    until: volts(0.0),
};

/// A charge.
#[repr(C, align(8))]
pub(crate) struct Charge {
    header: Header,
    /// Without its stages, which are beside it.
    config: ChargingConfig<'static>,
    stages: [Stage; BMS_MAX_STAGES],
    stage_count: usize,
    requester: Requester,
    watch: ChargerWatch,
    /// What the last step came to, for what a charger is told.
    pub(crate) last: Last,
    pub(crate) goals: Goals,
    pub(crate) forecast: Forecast,
}

/// What the last step of a charge came to, with a session or without.
#[derive(Clone, Copy)]
pub(crate) struct Last {
    pub(crate) request: ChargeRequest,
    pub(crate) charger: Option<ChargerLimits>,
    pub(crate) schedule: Schedule,
    pub(crate) ready: bool,
    pub(crate) error: EvErrorCode,
}

impl Charge {
    /// Finds out whether a charge was begun where the pointer points to.
    ///
    /// # Safety
    /// `charge` is null, misaligned, or points to readable bytes: as many as the header has, or as the charge where one was
    /// begun there.
    pub(crate) unsafe fn check(charge: *const bms_charge) -> Checked<*mut Self> {
        // SAFETY: as the caller says.
        unsafe { Header::of(charge.cast(), MAGIC) }?;
        Ok(charge.cast_mut().cast())
    }

    /// Its configuration with the stages.
    pub(crate) fn config(&self) -> ChargingConfig<'_> {
        ChargingConfig {
            stages: self.stages.get(..self.stage_count).unwrap_or_default(),
            ..self.config
        }
    }
}

/// Nothing was asked for yet.
const NOTHING_YET: Last = Last {
    request: ChargeRequest {
        current: amperes(0.0),
        reason: RequestReason::Unknown,
        target_voltage: volts(0.0),
        maximum_voltage: volts(0.0),
        conditioning: Conditioning::Nothing,
        completion: None,
    },
    charger: None,
    schedule: Schedule::UNLIMITED,
    ready: false,
    error: EvErrorCode::NoError,
};

const _: () = {
    assert!(align_of::<Charge>() <= BMS_STORAGE_ALIGNMENT);
    assert!(size_of::<Charge>() <= BMS_CHARGE_STORAGE_SIZE);
};

impl bms_charging_config {
    fn of_core(core: &ChargingConfig<'static>) -> Self {
        let derating = |core: Derating| bms_derating {
            from_k: to_kelvin(core.from),
            to_k: to_kelvin(core.to),
        };
        Self {
            struct_size: 0,
            constant_voltage_v: to_volts(core.constant_voltage),
            map_a: map_of_core(core.map_a),
            plating_a: map_of_core(core.plating_a),
            stages: ptr::null(),
            stage_count: 0,
            heat_until_k: to_kelvin(core.heat_until),
            hot: derating(core.hot),
            inlet_voltage_v: to_volts(core.inlet.voltage),
            inlet_current_a: to_amperes(core.inlet.current),
            inlet_hot: derating(core.inlet.hot),
            voltage_margin_v: to_volts(core.voltage_margin),
            rise_a_per_s: core.rise_a_per_s,
            finish_current_a: to_amperes(core.finish.current),
            finish_hold_s: to_seconds(core.finish.hold),
            finish_longest_s: to_seconds(core.finish.longest),
        }
    }

    /// The core's configuration but for its stages.
    fn to_core(self, stay: TablesStay) -> Checked<ChargingConfig<'static>> {
        let derating = |of: bms_derating| Derating {
            from: kelvin(of.from_k),
            to: kelvin(of.to_k),
        };
        Ok(ChargingConfig {
            map_a: map_to_core(self.map_a, stay)?,
            stages: &[],
            plating_a: map_to_core(self.plating_a, stay)?,
            heat_until: kelvin(self.heat_until_k),
            hot: derating(self.hot),
            inlet: InletLimits {
                voltage: volts(self.inlet_voltage_v),
                current: amperes(self.inlet_current_a),
                hot: derating(self.inlet_hot),
            },
            constant_voltage: volts(self.constant_voltage_v),
            voltage_margin: volts(self.voltage_margin_v),
            rise_a_per_s: self.rise_a_per_s,
            finish: Finish {
                current: amperes(self.finish_current_a),
                hold: seconds(self.finish_hold_s),
                longest: seconds(self.finish_longest_s),
            },
        })
    }

    /// # Safety
    /// The stages are there.
    unsafe fn stages(&self) -> Checked<([Stage; BMS_MAX_STAGES], usize)> {
        // SAFETY: as the caller says.
        let told = unsafe { list(self.stages, self.stage_count) }?;
        if told.len() > BMS_MAX_STAGES {
            return Err(BMS_STATUS_COUNT);
        }
        let mut stages = [NO_STAGE; BMS_MAX_STAGES];
        for (stage, told) in stages.iter_mut().zip(told) {
            *stage = Stage {
                current: amperes(told.current_a),
                until: volts(told.until_v),
            };
        }
        Ok((stages, told.len()))
    }
}

/// Fills a way to charge in to start from. `struct_size` is `sizeof(bms_charging_config)`; `preset` is one of
/// `bms_charging_preset`.
///
/// # Safety
/// `config` is null or points to `struct_size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_charging_config_default(
    config: *mut bms_charging_config,
    struct_size: u32,
    preset: u8,
) -> bms_status {
    status((|| {
        let out = Out::with_size(config, struct_size)?;
        let mut value = bms_charging_config::of_core(OfNumber::of_number(preset)?);
        value.struct_size = struct_size;
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
        Ok(())
    })())
}

/// Fills inputs of a charge in that limit nothing: charging is wanted, until it is full.
///
/// # Safety
/// `inputs` is null or points to `struct_size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_charge_inputs_default(
    inputs: *mut bms_charge_inputs,
    struct_size: u32,
) -> bms_status {
    status(Out::with_size(inputs, struct_size).map(|out| {
        let value = bms_charge_inputs {
            struct_size,
            ..NO_LIMITS
        };
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
    }))
}

pub(crate) const NO_LIMITS: bms_charge_inputs = bms_charge_inputs {
    struct_size: 0,
    schedule_current_a: f32::INFINITY,
    schedule_power_w: f32::INFINITY,
    target_soc: 1.0,
    charger: NO_CHARGER,
    inlet_temperature_k: 298.15,
    has_inlet_temperature: 0,
    wanted: 1,
};

/// Begins a charge in storage of the caller, of `BMS_CHARGE_STORAGE_SIZE` bytes and aligned as that of a pack; it is the
/// library's until it is used for something else, and must not be moved. `charge` is given its address.
///
/// Returns `BMS_STATUS_CONFIG` where the configuration is impossible or contradicts that of the pack, and fills `error` in,
/// which may be null.
///
/// # Safety
/// Each pointer is null or points to as many bytes as said, which nobody else uses meanwhile; the tables stay.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_charge_begin(
    storage: *mut c_void,
    storage_size: usize,
    pack: *const bms_pack,
    config: *const bms_charging_config,
    error: *mut bms_config_error,
    charge: *mut *mut bms_charge,
) -> bms_status {
    status((|| {
        check(charge.cast_const())?;
        let out = if error.is_null() {
            None
        } else {
            // SAFETY: as the caller says.
            Some(unsafe { Out::new(error) }?)
        };
        // SAFETY: as the caller says.
        let room = unsafe { Room::of(pack) }?;
        // SAFETY: as the caller says.
        let told = unsafe { take_in(config, bms_charging_config::of_core(&NMC_96S_CCS)) }?;
        // SAFETY: as the caller says.
        let stay = unsafe { TablesStay::promised() };
        let config = told.to_core(stay)?;
        // SAFETY: as the caller says.
        let (stages, stage_count) = unsafe { told.stages() }?;
        check_storage(storage)?;
        if storage_size < BMS_CHARGE_STORAGE_SIZE {
            return Err(BMS_STATUS_STORAGE_SIZE);
        }
        // SAFETY: as the caller says.
        let (pack_config, _) = unsafe { room.last() };
        let whole = ChargingConfig {
            stages: stages.get(..stage_count).unwrap_or_default(),
            ..config
        };
        if let Err(found) = whole.validate(pack_config) {
            if let Some(out) = out {
                let mut value = explain(&found);
                value.struct_size = out.size();
                // SAFETY: as the caller says.
                unsafe { out.give(&value) };
            }
            return Err(BMS_STATUS_CONFIG);
        }
        let size = size_of::<Charge>();
        let made = Charge {
            header: Header::new(MAGIC, storage.addr(), size, 0, 0),
            config,
            stages,
            stage_count,
            requester: Requester::new(),
            watch: ChargerWatch::new(),
            last: NOTHING_YET,
            goals: Goals::DEFAULT,
            forecast: crate::charge_needs::UNKNOWN,
        };
        // SAFETY: aligned, large enough, and the caller says that it can be written.
        unsafe { storage.cast::<Charge>().write(made) };
        // SAFETY: checked above, and the caller says that it can be written.
        unsafe { charge.write(storage.cast()) };
        Ok(())
    })())
}

/// What to ask the charger for, after each `bms_step` of the pack. `request.struct_size` is set before the call.
///
/// Before the first step of the pack nothing is asked for.
///
/// # Safety
/// Each pointer is null or points to as many bytes as its type has. Nobody else uses the charge, and nobody changes the pack,
/// meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_charge_step(
    charge: *mut bms_charge,
    pack: *const bms_pack,
    inputs: *const bms_charge_inputs,
    dt_s: f32,
    request: *mut bms_charge_request,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let charge = unsafe { Charge::check(charge) }?;
        // SAFETY: as the caller says.
        let room = unsafe { Room::of(pack) }?;
        // SAFETY: as the caller says.
        let out = unsafe { Out::new(request) }?;
        // SAFETY: as the caller says.
        let inputs = unsafe { take_in(inputs, NO_LIMITS) }?;
        let message = inputs.charger.to_core()?.message;
        let has_inlet = flag(inputs.has_inlet_temperature)?;
        let wanted = flag(inputs.wanted)?;
        // SAFETY: `bms_charge_begin` has written it there, and the caller says that nobody else uses it.
        let charge = unsafe { &mut *charge };
        // SAFETY: as the caller says.
        let (pack_config, last) = unsafe { room.last() };
        let Some(outputs) = last else {
            let value = bms_charge_request {
                struct_size: out.size(),
                ..NOTHING_KNOWN
            };
            // SAFETY: as the caller says.
            unsafe { out.give(&value) };
            return Ok(());
        };
        let dt = seconds(dt_s);
        charge.watch.step(message, dt);
        let stale = seconds(f32::from(pack_config.charging.stale_ms) * 1e-3);
        let scene = RequestInputs {
            outputs,
            charger: charge.watch.fresh(stale),
            schedule: Schedule {
                current_max: amperes(inputs.schedule_current_a),
                power_max: watts(inputs.schedule_power_w),
            },
            inlet_temperature: has_inlet.then_some(kelvin(inputs.inlet_temperature_k)),
            wanted,
            target_soc: ratio(inputs.target_soc),
        };
        let config = ChargingConfig {
            stages: charge.stages.get(..charge.stage_count).unwrap_or_default(),
            ..charge.config
        };
        let made = charge.requester.step(&config, pack_config, &scene, dt);
        charge.last = Last {
            request: made,
            charger: scene.charger,
            schedule: scene.schedule,
            ready: false,
            error: EvErrorCode::NoError,
        };
        let value = request_of_core(out.size(), &made);
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
        Ok(())
    })())
}

/// Before the first step of the pack.
const NOTHING_KNOWN: bms_charge_request = bms_charge_request {
    struct_size: 0,
    current_a: 0.0,
    target_voltage_v: 0.0,
    maximum_voltage_v: 0.0,
    fault: 0,
    reason: bms_request_reason::BMS_REQUEST_REASON_UNKNOWN,
    battery_reason: bms_limit_reason::BMS_LIMIT_REASON_OTHER,
    stage: 0,
    conditioning: bms_conditioning::BMS_CONDITIONING_NOTHING,
    completion: bms_completion::BMS_COMPLETION_NONE,
};

/// The core's request in the words of C.
pub(crate) fn request_of_core(struct_size: u32, made: &ChargeRequest) -> bms_charge_request {
    let (reason, battery_reason, fault, stage) = reasons(made.reason);
    bms_charge_request {
        struct_size,
        current_a: to_amperes(made.current),
        target_voltage_v: to_volts(made.target_voltage),
        maximum_voltage_v: to_volts(made.maximum_voltage),
        fault,
        reason,
        battery_reason,
        stage,
        conditioning: made.conditioning.into(),
        completion: made.completion.into(),
    }
}

/// A reason, with the battery's, the fault and the stage where it is one of these.
pub(crate) fn reasons(reason: RequestReason) -> (bms_request_reason, bms_limit_reason, u16, u8) {
    let (battery, fault) = match reason {
        RequestReason::Battery(reason) => limit_reason(reason),
        _ => (bms_limit_reason::BMS_LIMIT_REASON_OTHER, 0),
    };
    let stage = match reason {
        RequestReason::Stage(stage) => stage,
        _ => 0,
    };
    (reason.into(), battery, fault, stage)
}
