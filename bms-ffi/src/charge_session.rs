//! A DC session: the next requests to charger and battery, the permission to close contactors, and the end.

use core::ffi::c_void;

use bms_core::charging::{
    Ask, Session, SessionConfig, SessionOutputs, SessionState, StationIsolation, StationReport,
    StationStatus,
};
use bms_core::units::{amperes, ratio, seconds, to_amperes, to_ratio, to_volts, volts};

use crate::charge::{Charge, Last, bms_charge};
use crate::check::report;
use crate::config::bms_config_error;
use crate::generated::{
    bms_ask, bms_commands, bms_limit_reason, bms_precharge_by, bms_request, bms_request_reason,
    bms_session_inputs, bms_session_outputs, bms_station_isolation, bms_station_status,
};
use crate::pointer::{OfNumber, Sized32, Zero, entry, flag};
use crate::status::{Checked, bms_status};
use crate::storage::{Header, Stored, bms_pack};

/// A session with a charger in storage of the caller. Its contents are private to the library.
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

/// A session.
#[repr(C, align(8))]
pub(crate) struct SessionStorage {
    header: Header,
    config: SessionConfig,
    session: Session,
    /// The outputs of the last step.
    pub(crate) last: Option<SessionOutputs>,
}

// SAFETY: `repr(C, align(8))`, and the first field is the header.
unsafe impl Stored for SessionStorage {
    type Handle = bms_session;
    const MAGIC: u32 = u32::from_le_bytes(*b"BMSS");
    const SIZE: usize = BMS_SESSION_STORAGE_SIZE;
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

/// Charging is wanted until the battery is full, nothing limits it, and there is no plug.
const NO_STATION: bms_session_inputs = bms_session_inputs {
    schedule_current_a: f32::INFINITY,
    schedule_power_w: f32::INFINITY,
    target_soc: 1.0,
    wanted: 1,
    ..bms_session_inputs::ZERO
};

impl bms_session_inputs {
    /// Refuses what is no number of its enumeration and no truth value.
    fn check(self) -> Checked<()> {
        self.charger.to_core()?;
        self.pack_voltage_v.reading(volts)?;
        self.inlet_voltage_v.reading(volts)?;
        StationStatus::of_number(self.station_status)?;
        StationIsolation::of_number(self.station_isolation)?;
        flag(self.station_stops)?;
        Ask::of_number(self.answered)?;
        flag(self.wanted)?;
        Ok(())
    }

    /// Sets the fields of the station.
    pub(crate) fn put_report(&mut self, report: StationReport) {
        self.station_status = bms_station_status::from(report.status) as u8;
        self.station_isolation = bms_station_isolation::from(report.isolation) as u8;
        self.station_stops = u8::from(report.stop);
        self.answered = bms_ask::from(report.answered) as u8;
    }
}

/// Before the first step of the pack.
const NOT_BEGUN: bms_session_outputs = bms_session_outputs {
    reason: bms_request_reason::BMS_REQUEST_REASON_UNKNOWN,
    battery_reason: bms_limit_reason::BMS_LIMIT_REASON_OTHER,
    isolation_monitor_allowed: 1,
    ..bms_session_outputs::ZERO
};

/// Sets time-outs and tolerances of a session to a preset. `struct_size` is `sizeof(bms_session_config)`; `preset` is one
/// of `bms_session_preset`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_session_config_default(
    config: *mut bms_session_config,
    struct_size: u32,
    preset: u8,
) -> bms_status {
    entry!(|call| {
        let out = call.out_of_size(config, struct_size)?;
        out.give(&bms_session_config::of_core(OfNumber::of_number(preset)?));
        Ok(())
    })
}

/// Sets inputs of a session to "nothing arrived, no limits": charging is wanted until the battery is full, and there is no
/// plug.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_session_inputs_default(
    inputs: *mut bms_session_inputs,
    struct_size: u32,
) -> bms_status {
    entry!(|call| {
        call.out_of_size(inputs, struct_size)?.give(&NO_STATION);
        Ok(())
    })
}

/// Makes a session without a plug in storage of the caller, of `BMS_SESSION_STORAGE_SIZE` bytes and aligned as that of a pack.
/// The storage must not be moved or changed as long as the session is used. One object serves all charges of a pack, one
/// after the other. `session` receives its address.
///
/// Returns `BMS_STATUS_CONFIG` if the configuration is impossible, and describes the first violation in `error`, which may be
/// null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_session_begin(
    storage: *mut c_void,
    storage_size: usize,
    config: *const bms_session_config,
    error: *mut bms_config_error,
    session: *mut *mut bms_session,
) -> bms_status {
    entry!(|call| {
        let session = call.place(session)?;
        let error = call.out_or_null(error)?;
        let config = call.read(config)?.to_core()?;
        let space = call.space::<SessionStorage>(storage, storage_size)?;
        report(config.validate(), error)?;
        let header = space.header();
        session.write(space.fill(SessionStorage {
            header,
            config,
            session: Session::new(),
            last: None,
        }));
        Ok(())
    })
}

/// One step of a session, before each `bms_step` of the pack, for which it determines commands (`bms_session_command`) and
/// charger phase. It replaces `bms_charge_step`: the charge holds the configuration and the last request.
///
/// `outputs.struct_size` is set before the call. Before the first step of the pack nothing happens.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_session_step(
    session: *mut bms_session,
    charge: *mut bms_charge,
    pack: *const bms_pack,
    inputs: *const bms_session_inputs,
    dt_s: f32,
    outputs: *mut bms_session_outputs,
) -> bms_status {
    entry!(|call| {
        let own = call.object_mut::<SessionStorage>(session)?;
        let charge = call.object_mut::<Charge>(charge)?;
        let pack = call.pack(pack)?;
        let out = call.out(outputs)?;
        let inputs = call.read(inputs)?;
        let (pack_config, last) = pack.last();
        let Some(pack_outputs) = last else {
            inputs.check()?;
            out.give(&NOT_BEGUN);
            return Ok(());
        };
        let inputs = inputs.to_core(pack_outputs)?;
        let made = own.session.step(
            &own.config,
            &charge.config(),
            pack_config,
            &inputs,
            seconds(dt_s),
        );
        let stale = seconds(f32::from(pack_config.charging.stale_ms) * 1e-3);
        charge.last = Last {
            request: made.request,
            charger: own.session.charger().fresh(stale),
            schedule: inputs.schedule,
            ready: made.ready,
            error: made.error,
        };
        own.last = Some(made);
        out.give(&bms_session_outputs {
            is_paused: u8::from(made.is_paused()),
            ..bms_session_outputs::from(&made)
        });
        Ok(())
    })
}

/// Sets in the commands of the pack's next step what the session requires: request, permission to charge, and the charger's
/// limits. Without a session (`BMS_SESSION_STATE_IDLE`) the commands stay unchanged.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_session_command(
    session: *const bms_session,
    commands: *mut bms_commands,
) -> bms_status {
    entry!(|call| {
        let session = call.object::<SessionStorage>(session)?;
        let mut value = call.read(commands.cast_const())?;
        let out = call.out(commands)?;
        if let Some(last) = session.last
            && last.state != SessionState::Idle
        {
            value.request = bms_request::from(last.battery) as u8;
            value.charging_allowed = u8::from(last.charging_allowed);
            value.charger_voltage_limit_v = to_volts(last.voltage_limit);
            value.charger_current_request_a = to_amperes(last.current_asked);
        }
        out.give(&value);
        Ok(())
    })
}
