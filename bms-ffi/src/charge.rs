//! A charge: the request to a charger, and its limiting reason.

use core::ffi::c_void;
use core::ptr;

use bms_core::charging::{
    ChargeRequest, ChargerLimits, ChargerWatch, ChargingConfig, Conditioning, Derating,
    EvErrorCode, Finish, Forecast, Goals, InletLimits, RequestInputs, RequestReason, Requester,
    Schedule, Stage,
};
use bms_core::units::{
    amperes, kelvin, ratio, seconds, to_amperes, to_kelvin, to_seconds, to_volts, volts, watts,
};

use crate::check::report;
use crate::config::{bms_config_error, bms_map};
use crate::convert::TablesStay;
use crate::generated::{bms_charge_request, bms_charger};
use crate::pointer::{Call, OfNumber, Sized32, Zero, entry, flag};
use crate::status::{BMS_STATUS_COUNT, Checked, bms_status};
use crate::storage::{Header, Stored, bms_pack};

/// A charge in storage of the caller. Its contents are private to the library.
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

/// The inputs of a charge request beside the pack's outputs.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_charge_inputs {
    /// Size of this struct.
    pub struct_size: u32,
    /// Highest charge current allowed by schedule or site; infinite without one. What is not a number counts as zero.
    pub schedule_current_a: f32,
    /// Highest charge power allowed by schedule or site; infinite without one. What is not a number counts as zero.
    pub schedule_power_w: f32,
    /// State of charge of the pack at which the charge ends; at 1 it ends when the current has fallen to its cut-off.
    pub target_soc: f32,
    /// The charger's message, as in `bms_inputs`. Limits of a charger lower the request and never raise it.
    pub charger: bms_charger,
    /// Last temperature of the inlet's contacts, used if `has_inlet_temperature` is 1.
    pub inlet_temperature_k: f32,
    /// Whether the temperature of the inlet is measured: 0 or 1.
    pub has_inlet_temperature: u8,
    /// Whether charging is wanted now: 0 requests zero current and pauses the charge.
    pub wanted: u8,
}

// SAFETY: `repr(C)`, begins with its size, and any bits are numbers.
unsafe impl Sized32 for bms_charge_inputs {
    const FIRST: usize = size_of::<Self>();
}

const NO_STAGE: Stage = Stage {
    current: amperes(0.0),
    until: volts(0.0),
};

/// A charge.
#[repr(C, align(8))]
pub(crate) struct Charge {
    header: Header,
    /// Without its stages, which are in `stages`.
    config: ChargingConfig<'static>,
    stages: [Stage; BMS_MAX_STAGES],
    stage_count: usize,
    requester: Requester,
    watch: ChargerWatch,
    /// The last step, for the messages to a charger.
    pub(crate) last: Last,
    pub(crate) goals: Goals,
    pub(crate) forecast: Forecast,
}

/// The last step of a charge, with a session or without.
#[derive(Clone, Copy)]
pub(crate) struct Last {
    pub(crate) request: ChargeRequest,
    pub(crate) charger: Option<ChargerLimits>,
    pub(crate) schedule: Schedule,
    pub(crate) ready: bool,
    pub(crate) error: EvErrorCode,
}

impl Charge {
    /// Its configuration with the stages.
    pub(crate) fn config(&self) -> ChargingConfig<'_> {
        ChargingConfig {
            stages: self.stages.get(..self.stage_count).unwrap_or_default(),
            ..self.config
        }
    }
}

/// Before the first step of the pack.
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

// SAFETY: `repr(C, align(8))`, and the first field is the header.
unsafe impl Stored for Charge {
    type Handle = bms_charge;
    const MAGIC: u32 = u32::from_le_bytes(*b"BMSC");
    const SIZE: usize = BMS_CHARGE_STORAGE_SIZE;
}

impl bms_charging_config {
    fn of_core(core: &ChargingConfig<'static>) -> Self {
        let derating = |core: Derating| bms_derating {
            from_k: to_kelvin(core.from),
            to_k: to_kelvin(core.to),
        };
        Self {
            struct_size: 0,
            constant_voltage_v: to_volts(core.constant_voltage),
            map_a: bms_map::of_core(core.map_a),
            plating_a: bms_map::of_core(core.plating_a),
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

    /// The configuration of bms-core without stages.
    fn to_core(self, stay: TablesStay) -> Checked<ChargingConfig<'static>> {
        let derating = |of: bms_derating| Derating {
            from: kelvin(of.from_k),
            to: kelvin(of.to_k),
        };
        Ok(ChargingConfig {
            map_a: self.map_a.to_core(stay)?,
            stages: &[],
            plating_a: self.plating_a.to_core(stay)?,
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

    fn stages(&self, call: Call<'_>) -> Checked<([Stage; BMS_MAX_STAGES], usize)> {
        let listed = call.list(self.stages, self.stage_count)?;
        if listed.len() > BMS_MAX_STAGES {
            return Err(BMS_STATUS_COUNT);
        }
        let mut stages = [NO_STAGE; BMS_MAX_STAGES];
        for (stage, listed) in stages.iter_mut().zip(listed) {
            *stage = Stage {
                current: amperes(listed.current_a),
                until: volts(listed.until_v),
            };
        }
        Ok((stages, listed.len()))
    }
}

/// Sets a charging configuration to a preset. `struct_size` is `sizeof(bms_charging_config)`; `preset` is one of
/// `bms_charging_preset`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_charging_config_default(
    config: *mut bms_charging_config,
    struct_size: u32,
    preset: u8,
) -> bms_status {
    entry!(|call| {
        let out = call.out_of_size(config, struct_size)?;
        out.give(&bms_charging_config::of_core(OfNumber::of_number(preset)?));
        Ok(())
    })
}

/// Sets inputs of a charge to "no limits": charging is wanted until the battery is full.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_charge_inputs_default(
    inputs: *mut bms_charge_inputs,
    struct_size: u32,
) -> bms_status {
    entry!(|call| {
        call.out_of_size(inputs, struct_size)?.give(&NO_LIMITS);
        Ok(())
    })
}

pub(crate) const NO_LIMITS: bms_charge_inputs = bms_charge_inputs {
    struct_size: 0,
    schedule_current_a: f32::INFINITY,
    schedule_power_w: f32::INFINITY,
    target_soc: 1.0,
    charger: bms_charger::ZERO,
    inlet_temperature_k: 298.15,
    has_inlet_temperature: 0,
    wanted: 1,
};

/// Begins a charge in storage of the caller, of `BMS_CHARGE_STORAGE_SIZE` bytes and aligned as that of a pack. The storage
/// must not be moved or changed as long as the charge is used. `charge` receives its address.
///
/// Returns `BMS_STATUS_CONFIG` if the configuration is impossible or contradicts that of the pack, and describes the first
/// violation in `error`, which may be null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_charge_begin(
    storage: *mut c_void,
    storage_size: usize,
    pack: *const bms_pack,
    config: *const bms_charging_config,
    error: *mut bms_config_error,
    charge: *mut *mut bms_charge,
) -> bms_status {
    entry!(|call| {
        let charge = call.place(charge)?;
        let error = call.out_or_null(error)?;
        let pack = call.pack(pack)?;
        let given = call.read(config)?;
        // SAFETY: the contract of a configuration says that its tables stay.
        let stay = unsafe { TablesStay::promised() };
        let config = given.to_core(stay)?;
        let (stages, stage_count) = given.stages(call)?;
        let space = call.space::<Charge>(storage, storage_size)?;
        let whole = ChargingConfig {
            stages: stages.get(..stage_count).unwrap_or_default(),
            ..config
        };
        report(whole.validate(pack.last().0), error)?;
        let header = space.header();
        charge.write(space.fill(Charge {
            header,
            config,
            stages,
            stage_count,
            requester: Requester::new(),
            watch: ChargerWatch::new(),
            last: NOTHING_YET,
            goals: Goals::DEFAULT,
            forecast: crate::charge_needs::UNKNOWN,
        }));
        Ok(())
    })
}

/// The request to the charger, to be made after each `bms_step` of the pack. `request.struct_size` is set before the call.
///
/// Before the first step of the pack the request is zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_charge_step(
    charge: *mut bms_charge,
    pack: *const bms_pack,
    inputs: *const bms_charge_inputs,
    dt_s: f32,
    request: *mut bms_charge_request,
) -> bms_status {
    entry!(|call| {
        let charge = call.object_mut::<Charge>(charge)?;
        let pack = call.pack(pack)?;
        let out = call.out(request)?;
        let inputs = call.read(inputs)?;
        let message = inputs.charger.to_core()?.message;
        let has_inlet = flag(inputs.has_inlet_temperature)?;
        let wanted = flag(inputs.wanted)?;
        let (pack_config, last) = pack.last();
        let Some(outputs) = last else {
            out.give(&bms_charge_request::from(&NOTHING_YET.request));
            return Ok(());
        };
        let dt = seconds(dt_s);
        charge.watch.step(message, dt);
        let stale = seconds(f32::from(pack_config.charging.stale_ms) * 1e-3);
        let request_inputs = RequestInputs {
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
        let made = charge
            .requester
            .step(&config, pack_config, &request_inputs, dt);
        charge.last = Last {
            request: made,
            charger: request_inputs.charger,
            schedule: request_inputs.schedule,
            ready: false,
            error: EvErrorCode::NoError,
        };
        out.give(&bms_charge_request::from(&made));
        Ok(())
    })
}
