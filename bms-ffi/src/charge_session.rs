//! A DC session: what to ask of charger and battery next, when contactors may close, and when all of it ends.

use core::ffi::c_void;
use core::mem::{align_of, size_of};

use bms_core::charging::{
    End, Schedule, Session, SessionConfig, SessionFault, SessionInputs, SessionOutputs,
    SessionState, StationReport,
};
use bms_core::units::{amperes, ratio, seconds, to_amperes, to_ratio, to_volts, volts, watts};

use crate::charge::{Charge, Last, bms_charge, request_of_core};
use crate::check::explain;
use crate::config::bms_config_error;
use crate::generated::{
    bms_ask, bms_charger_phase, bms_completion, bms_conditioning, bms_ev_error, bms_limit_reason,
    bms_precharge_by, bms_request, bms_request_reason, bms_session_end, bms_session_state,
    bms_station_isolation, bms_station_status, bms_weld,
};
use crate::inputs::{NO_CHARGER, NO_SAMPLE, NOTHING_ASKED, bms_charger, bms_commands, bms_sample};
use crate::outputs::number;
use crate::pointer::{OfNumber, Out, Sized32, check, flag, take_in};
use crate::status::{BMS_STATUS_CONFIG, BMS_STATUS_STORAGE_SIZE, Checked, bms_status, status};
use crate::storage::{BMS_STORAGE_ALIGNMENT, Header, Room, bms_pack, check_storage};

/// A session with a charger in storage of the caller. What is in it is the library's.
#[derive(Debug)]
pub struct bms_session {
    _private: [u8; 0],
}

/// Bytes of storage of a session.
pub const BMS_SESSION_STORAGE_SIZE: usize = 768;

/// Time-outs and tolerances of a DC session.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_session_config {
    /// Size of this struct.
    pub struct_size: u32,
    /// From the plug until the charger's parameters are known.
    pub ready_ms: u32,
    /// Cable check.
    pub cable_check_ms: u32,
    /// Precharge.
    pub precharge_ms: u32,
    /// From the permission to close until the battery is connected.
    pub close_ms: u32,
    /// Answer to a request for power, or for its end.
    pub power_ms: u32,
    /// From the request of zero current until the contactors open in any case.
    pub ramp_down_ms: u32,
    /// From the command to open until the battery says that it did.
    pub open_ms: u32,
    /// The inlet has to be without voltage this long after the contactors opened.
    pub weld_ms: u32,
    /// Answer to the end of a session.
    pub stop_ms: u32,
    /// A charger may contradict what is measured, or give more than asked for, for this long.
    pub mismatch_ms: u32,
    /// A charger may be above the maximum voltage for this long.
    pub over_voltage_ms: u32,
    /// A charger has this long to hear of a lower request.
    pub follow_ms: u32,
    /// It comes down at least so fast then, in ampere per second.
    pub follow_a_per_s: f32,
    /// How near the inlet has to come to the battery before contactors close.
    pub precharge_window_v: f32,
    /// An inlet below this voltage is safe.
    pub safe_voltage_v: f32,
    /// Contactors open below this current, or when the time is over.
    pub low_current_a: f32,
    /// How far the voltage that the charger says may be from that at the inlet.
    pub voltage_tolerance_v: f32,
    /// How far a current may be above what was asked for, and the measured one from the reported one.
    pub current_tolerance_a: f32,
    /// The same, besides, in proportion to the current.
    pub current_tolerance_ratio: f32,
    /// What the vehicle's own loads take of the charger's current at most.
    pub auxiliary_current_a: f32,
    /// Who brings the voltages together: one of `bms_precharge_by`.
    pub precharge_by: u8,
    /// Whether a charger whose isolation monitor warns is accepted: 0 or 1.
    pub accept_isolation_warning: u8,
}

// SAFETY: `repr(C)`, begins with its size, and any bits are numbers.
unsafe impl Sized32 for bms_session_config {
    const FIRST: usize = size_of::<Self>();
}

/// What a session is given in one step.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_session_inputs {
    /// Size of this struct.
    pub struct_size: u32,
    /// Highest charge current that schedule or site leave; infinite where there is none. What is not a number counts as zero.
    pub schedule_current_a: f32,
    /// Highest charge power that they leave; infinite where there is none. What is not a number counts as zero.
    pub schedule_power_w: f32,
    /// State of charge of the pack at which the charge is over; at 1 it is over when the current has fallen.
    pub target_soc: f32,
    /// Plug, message and temperature of the inlet, as in `bms_inputs`; its `phase` has to be one, and is not looked at.
    pub charger: bms_charger,
    /// Voltage of the battery.
    pub pack_voltage_v: bms_sample,
    /// Voltage on the charger's side of the contactors, by the vehicle's own sensor. Without it no contactor closes.
    pub inlet_voltage_v: bms_sample,
    /// What the station says of itself: one of `bms_station_status`.
    pub station_status: u8,
    /// What its isolation monitor said last: one of `bms_station_isolation`.
    pub station_isolation: u8,
    /// Whether it asked to stop (`EVSENotification`): 0 or 1.
    pub station_stops: u8,
    /// What it answered last and agreed to: one of `bms_ask`. A session takes it for the answer to what it asked last.
    pub answered: u8,
    /// Whether the vehicle wants to charge: 0 or 1.
    pub wanted: u8,
}

// SAFETY: `repr(C)`, begins with its size, and any bits are numbers.
unsafe impl Sized32 for bms_session_inputs {
    const FIRST: usize = size_of::<Self>();
}

/// What a session came to in one step.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_session_outputs {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// Current to ask the charger for; zero but in `BMS_SESSION_STATE_CHARGING`.
    pub current_a: f32,
    /// Voltage to ask the charger for now.
    pub target_voltage_v: f32,
    /// Voltage that the charger must never pass while energy flows.
    pub maximum_voltage_v: f32,
    /// The highest current that was asked for of late: what the battery watches the charger with.
    pub current_asked_a: f32,
    /// The highest voltage that the charger may have now: what the battery watches the charger with.
    pub voltage_limit_v: f32,
    /// The fault that keeps the current down; 0 where it is none.
    pub fault: u16,
    /// The fault of the battery that ended the session; 0 where it was none.
    pub end_fault: u16,
    /// Where the session is.
    pub state: bms_session_state,
    /// What to ask the charger for.
    pub ask: bms_ask,
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
    /// What to ask of the battery, for `bms_commands.request`.
    pub battery_request: bms_request,
    /// For `bms_charger.phase` of `bms_inputs`.
    pub phase: bms_charger_phase,
    /// How it ended.
    pub end: bms_session_end,
    /// The state that took too long, where that is how it ended; else `BMS_SESSION_STATE_IDLE`.
    pub end_state: bms_session_state,
    /// What is wrong (`EVErrorCode`).
    pub error: bms_ev_error,
    /// What was found at the inlet after the contactors opened.
    pub weld: bms_weld,
    /// Whether the battery may be charged, for `bms_commands.charging_allowed`: 0 or 1.
    pub charging_allowed: u8,
    /// Whether the vehicle is ready for energy (`EVReady`): 0 or 1.
    pub is_ready: u8,
    /// Whether no current is asked for while charging, for a reason that is no fault: 0 or 1.
    pub is_paused: u8,
    /// Whether the vehicle's isolation monitor may measure: 0 or 1.
    pub isolation_monitor_allowed: u8,
    /// Whether the plug may be unlocked: 0 or 1.
    pub may_unlock: u8,
}

// SAFETY: `repr(C)` and begins with its size; it is given out only, never taken in.
unsafe impl Sized32 for bms_session_outputs {
    const FIRST: usize = size_of::<Self>();
}

const MAGIC: u32 = u32::from_le_bytes(*b"BMSS");

/// A session.
#[repr(C, align(8))]
pub(crate) struct Seat {
    header: Header,
    config: SessionConfig,
    session: Session,
    /// What the last step came to.
    pub(crate) last: Option<SessionOutputs>,
}

const _: () = {
    assert!(align_of::<Seat>() <= BMS_STORAGE_ALIGNMENT);
    assert!(size_of::<Seat>() <= BMS_SESSION_STORAGE_SIZE);
};

impl Seat {
    /// Finds out whether a session was begun where the pointer points to.
    ///
    /// # Safety
    /// `session` is null, misaligned, or points to readable bytes: as many as the header has, or as the session where one was
    /// begun there.
    pub(crate) unsafe fn check(session: *const bms_session) -> Checked<*mut Self> {
        // SAFETY: as the caller says.
        unsafe { Header::of(session.cast(), MAGIC) }?;
        Ok(session.cast_mut().cast())
    }
}

impl bms_session_config {
    fn of_core(core: &SessionConfig) -> Self {
        Self {
            struct_size: 0,
            ready_ms: core.ready_ms,
            cable_check_ms: core.cable_check_ms,
            precharge_ms: core.precharge_ms,
            close_ms: core.close_ms,
            power_ms: core.power_ms,
            ramp_down_ms: core.ramp_down_ms,
            open_ms: core.open_ms,
            weld_ms: core.weld_ms,
            stop_ms: core.stop_ms,
            mismatch_ms: core.mismatch_ms,
            over_voltage_ms: core.over_voltage_ms,
            follow_ms: core.follow_ms,
            follow_a_per_s: core.follow_a_per_s,
            precharge_window_v: to_volts(core.precharge_window),
            safe_voltage_v: to_volts(core.safe_voltage),
            low_current_a: to_amperes(core.low_current),
            voltage_tolerance_v: to_volts(core.voltage_tolerance),
            current_tolerance_a: to_amperes(core.current_tolerance),
            current_tolerance_ratio: to_ratio(core.current_tolerance_ratio),
            auxiliary_current_a: to_amperes(core.auxiliary_current),
            precharge_by: bms_precharge_by::from(core.precharge_by) as u8,
            accept_isolation_warning: u8::from(core.accept_isolation_warning),
        }
    }

    fn to_core(self) -> Checked<SessionConfig> {
        Ok(SessionConfig {
            ready_ms: self.ready_ms,
            cable_check_ms: self.cable_check_ms,
            precharge_ms: self.precharge_ms,
            close_ms: self.close_ms,
            power_ms: self.power_ms,
            ramp_down_ms: self.ramp_down_ms,
            open_ms: self.open_ms,
            weld_ms: self.weld_ms,
            stop_ms: self.stop_ms,
            precharge_by: OfNumber::of_number(self.precharge_by)?,
            precharge_window: volts(self.precharge_window_v),
            safe_voltage: volts(self.safe_voltage_v),
            low_current: amperes(self.low_current_a),
            voltage_tolerance: volts(self.voltage_tolerance_v),
            current_tolerance: amperes(self.current_tolerance_a),
            current_tolerance_ratio: ratio(self.current_tolerance_ratio),
            auxiliary_current: amperes(self.auxiliary_current_a),
            mismatch_ms: self.mismatch_ms,
            over_voltage_ms: self.over_voltage_ms,
            follow_ms: self.follow_ms,
            follow_a_per_s: self.follow_a_per_s,
            accept_isolation_warning: flag(self.accept_isolation_warning)?,
        })
    }
}

/// Nothing is known of charger and plug.
pub(crate) const NO_STATION: bms_session_inputs = bms_session_inputs {
    struct_size: 0,
    schedule_current_a: f32::INFINITY,
    schedule_power_w: f32::INFINITY,
    target_soc: 1.0,
    charger: NO_CHARGER,
    pack_voltage_v: NO_SAMPLE,
    inlet_voltage_v: NO_SAMPLE,
    station_status: bms_station_status::BMS_STATION_STATUS_NOT_READY as u8,
    station_isolation: bms_station_isolation::BMS_STATION_ISOLATION_INVALID as u8,
    station_stops: 0,
    answered: bms_ask::BMS_ASK_NOTHING as u8,
    wanted: 1,
};

impl bms_session_inputs {
    fn report(&self) -> Checked<StationReport> {
        Ok(StationReport {
            status: OfNumber::of_number(self.station_status)?,
            isolation: OfNumber::of_number(self.station_isolation)?,
            stop: flag(self.station_stops)?,
            answered: OfNumber::of_number(self.answered)?,
        })
    }

    /// Puts what a protocol knows of the station in.
    pub(crate) fn put_report(&mut self, report: StationReport) {
        self.station_status = bms_station_status::from(report.status) as u8;
        self.station_isolation = bms_station_isolation::from(report.isolation) as u8;
        self.station_stops = u8::from(report.stop);
        self.answered = bms_ask::from(report.answered) as u8;
    }
}

/// How it ended, the state that took too long, and the battery's fault.
fn end(core: Option<End>) -> (bms_session_end, bms_session_state, u16) {
    let failure = match core {
        Some(End::Failed(failure)) => Some(failure),
        _ => None,
    };
    let state = match failure {
        Some(SessionFault::Timeout(state)) => state,
        _ => SessionState::Idle,
    };
    let fault = match failure {
        Some(SessionFault::Battery(fault)) => Some(fault),
        _ => None,
    };
    (core.into(), state.into(), number(fault))
}

impl bms_session_outputs {
    fn of_core(struct_size: u32, core: &SessionOutputs) -> Self {
        let request = request_of_core(0, &core.request);
        let (end, end_state, end_fault) = end(core.end);
        Self {
            struct_size,
            current_a: request.current_a,
            target_voltage_v: to_volts(core.target_voltage),
            maximum_voltage_v: request.maximum_voltage_v,
            current_asked_a: to_amperes(core.current_asked),
            voltage_limit_v: to_volts(core.voltage_limit),
            fault: request.fault,
            end_fault,
            state: core.state.into(),
            ask: core.ask.into(),
            reason: request.reason,
            battery_reason: request.battery_reason,
            stage: request.stage,
            conditioning: request.conditioning,
            completion: request.completion,
            battery_request: core.battery.into(),
            phase: core.phase.into(),
            end,
            end_state,
            error: core.error.into(),
            weld: core.weld.into(),
            charging_allowed: u8::from(core.charging_allowed),
            is_ready: u8::from(core.ready),
            is_paused: u8::from(core.is_paused()),
            isolation_monitor_allowed: u8::from(core.isolation_monitor_allowed),
            may_unlock: u8::from(core.may_unlock),
        }
    }
}

/// Before the first step of the pack.
const NOT_BEGUN: bms_session_outputs = bms_session_outputs {
    struct_size: 0,
    current_a: 0.0,
    target_voltage_v: 0.0,
    maximum_voltage_v: 0.0,
    current_asked_a: 0.0,
    voltage_limit_v: 0.0,
    fault: 0,
    end_fault: 0,
    state: bms_session_state::BMS_SESSION_STATE_IDLE,
    ask: bms_ask::BMS_ASK_NOTHING,
    reason: bms_request_reason::BMS_REQUEST_REASON_UNKNOWN,
    battery_reason: bms_limit_reason::BMS_LIMIT_REASON_OTHER,
    stage: 0,
    conditioning: bms_conditioning::BMS_CONDITIONING_NOTHING,
    completion: bms_completion::BMS_COMPLETION_NONE,
    battery_request: bms_request::BMS_REQUEST_STANDBY,
    phase: bms_charger_phase::BMS_CHARGER_PHASE_IDLE,
    end: bms_session_end::BMS_SESSION_END_NONE,
    end_state: bms_session_state::BMS_SESSION_STATE_IDLE,
    error: bms_ev_error::BMS_EV_ERROR_NO_ERROR,
    weld: bms_weld::BMS_WELD_NOT_TESTED,
    charging_allowed: 0,
    is_ready: 0,
    is_paused: 0,
    isolation_monitor_allowed: 1,
    may_unlock: 0,
};

/// Fills time-outs and tolerances of a session in to start from. `struct_size` is `sizeof(bms_session_config)`; `preset` is one
/// of `bms_session_preset`.
///
/// # Safety
/// `config` is null or points to `struct_size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_session_config_default(
    config: *mut bms_session_config,
    struct_size: u32,
    preset: u8,
) -> bms_status {
    status((|| {
        let out = Out::with_size(config, struct_size)?;
        let mut value = bms_session_config::of_core(OfNumber::of_number(preset)?);
        value.struct_size = struct_size;
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
        Ok(())
    })())
}

/// Fills inputs of a session in that say that nothing arrived and nothing limits: charging is wanted, until it is full, and
/// there is no plug.
///
/// # Safety
/// `inputs` is null or points to `struct_size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_session_inputs_default(
    inputs: *mut bms_session_inputs,
    struct_size: u32,
) -> bms_status {
    status(Out::with_size(inputs, struct_size).map(|out| {
        let value = bms_session_inputs {
            struct_size,
            ..NO_STATION
        };
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
    }))
}

/// Makes a session without a plug in storage of the caller, of `BMS_SESSION_STORAGE_SIZE` bytes and aligned as that of a pack;
/// it is the library's until it is used for something else, and must not be moved. One serves for all charges of a pack, one
/// after the other. `session` is given its address.
///
/// Returns `BMS_STATUS_CONFIG` where the configuration is impossible, and fills `error` in, which may be null.
///
/// # Safety
/// Each pointer is null or points to as many bytes as said, which nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_session_begin(
    storage: *mut c_void,
    storage_size: usize,
    config: *const bms_session_config,
    error: *mut bms_config_error,
    session: *mut *mut bms_session,
) -> bms_status {
    status((|| {
        check(session.cast_const())?;
        let out = if error.is_null() {
            None
        } else {
            // SAFETY: as the caller says.
            Some(unsafe { Out::new(error) }?)
        };
        let absent = bms_session_config::of_core(&SessionConfig::CCS);
        // SAFETY: as the caller says.
        let config = unsafe { take_in(config, absent) }?.to_core()?;
        check_storage(storage)?;
        if storage_size < BMS_SESSION_STORAGE_SIZE {
            return Err(BMS_STATUS_STORAGE_SIZE);
        }
        if let Err(found) = config.validate() {
            if let Some(out) = out {
                let mut value = explain(&found);
                value.struct_size = out.size();
                // SAFETY: as the caller says.
                unsafe { out.give(&value) };
            }
            return Err(BMS_STATUS_CONFIG);
        }
        let made = Seat {
            header: Header::new(MAGIC, storage.addr(), size_of::<Seat>(), 0, 0),
            config,
            session: Session::new(),
            last: None,
        };
        // SAFETY: aligned, large enough, and the caller says that it can be written.
        unsafe { storage.cast::<Seat>().write(made) };
        // SAFETY: checked above, and the caller says that it can be written.
        unsafe { session.write(storage.cast()) };
        Ok(())
    })())
}

/// One step of a session: before each `bms_step` of the pack, whose commands and charger phase it gives (`bms_session_command`).
/// It takes the place of `bms_charge_step`: the charge has the configuration, and remembers what was asked for.
///
/// `outputs.struct_size` is set before the call. Before the first step of the pack nothing happens.
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first. Nobody else uses session and charge, and nobody
/// changes the pack, meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_session_step(
    session: *mut bms_session,
    charge: *mut bms_charge,
    pack: *const bms_pack,
    inputs: *const bms_session_inputs,
    dt_s: f32,
    outputs: *mut bms_session_outputs,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let seat = unsafe { Seat::check(session) }?;
        // SAFETY: as the caller says.
        let charge = unsafe { Charge::check(charge) }?;
        // SAFETY: as the caller says.
        let room = unsafe { Room::of(pack) }?;
        // SAFETY: as the caller says.
        let out = unsafe { Out::new(outputs) }?;
        // SAFETY: as the caller says.
        let inputs = unsafe { take_in(inputs, NO_STATION) }?;
        let charger = inputs.charger.to_core()?;
        let pack_voltage = inputs.pack_voltage_v.reading(volts)?;
        let inlet_voltage = inputs.inlet_voltage_v.reading(volts)?;
        let station = inputs.report()?;
        let wanted = flag(inputs.wanted)?;
        // SAFETY: as the caller says.
        let (pack_config, last) = unsafe { room.last() };
        let Some(pack_outputs) = last else {
            let value = bms_session_outputs {
                struct_size: out.size(),
                ..NOT_BEGUN
            };
            // SAFETY: as the caller says.
            unsafe { out.give(&value) };
            return Ok(());
        };
        // SAFETY: found to be a session, and the caller says that nobody else uses it.
        let seat = unsafe { &mut *seat };
        // SAFETY: found to be a charge, which is another storage, and the caller says that nobody else uses it.
        let charge = unsafe { &mut *charge };
        let schedule = Schedule {
            current_max: amperes(inputs.schedule_current_a),
            power_max: watts(inputs.schedule_power_w),
        };
        let scene = SessionInputs {
            outputs: pack_outputs,
            charger,
            pack_voltage,
            inlet_voltage,
            station,
            wanted,
            schedule,
            target_soc: ratio(inputs.target_soc),
        };
        let made = seat.session.step(
            &seat.config,
            &charge.config(),
            pack_config,
            &scene,
            seconds(dt_s),
        );
        let stale = seconds(f32::from(pack_config.charging.stale_ms) * 1e-3);
        charge.last = Last {
            request: made.request,
            charger: seat.session.charger().fresh(stale),
            schedule,
            ready: made.ready,
            error: made.error,
        };
        let value = bms_session_outputs::of_core(out.size(), &made);
        seat.last = Some(made);
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
        Ok(())
    })())
}

/// Puts what the session asks of the battery into the commands of the pack's next step: request, permission to charge, and
/// what the charger was asked for. Without a session (`BMS_SESSION_STATE_IDLE`) they stay as they are.
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first. Nobody changes the session meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_session_command(
    session: *const bms_session,
    commands: *mut bms_commands,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let seat = unsafe { Seat::check(session) }?;
        // SAFETY: as the caller says.
        let mut told = unsafe { take_in(commands.cast_const(), NOTHING_ASKED) }?;
        // SAFETY: as the caller says.
        let out = unsafe { Out::new(commands) }?;
        // SAFETY: found to be a session, and the caller says that nobody changes it.
        let seat = unsafe { &*seat.cast_const() };
        if let Some(last) = seat.last
            && last.state != SessionState::Idle
        {
            told.request = bms_request::from(last.battery) as u8;
            told.charging_allowed = u8::from(last.charging_allowed);
            told.charger_voltage_limit_v = to_volts(last.voltage_limit);
            told.charger_current_request_a = to_amperes(last.current_asked);
        }
        // SAFETY: as the caller says.
        unsafe { out.give(&told) };
        Ok(())
    })())
}
