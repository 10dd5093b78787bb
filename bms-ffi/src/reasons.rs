//! Values of bms-core that are several fields in C.

use bms_core::RunawayAlarm;
use bms_core::charging::{DischargeReason, End, RequestReason, SessionFault, SessionState};
use bms_core::control::{LimitReason, Refusal};
use bms_core::protection::{FaultId, Source};
use bms_core::units::to_seconds;

use crate::generated::{
    bms_contactor, bms_give_back_reason, bms_limit_reason, bms_refusal, bms_request_reason,
    bms_session_end, bms_session_state, bms_source,
};
use crate::outputs::{BMS_NO_INDEX, bms_runaway};

/// The number of a fault; 0 for none.
pub(crate) fn number(fault: Option<FaultId>) -> u16 {
    fault.map_or(0, |fault| fault.definition().number)
}

/// An index within the pack.
pub(crate) fn index(of: usize) -> u16 {
    u16::try_from(of).unwrap_or(BMS_NO_INDEX)
}

/// A number that stands for itself; none if it is infinite or not a number.
pub(crate) fn finite(number: f32) -> Option<f32> {
    number.is_finite().then_some(number)
}

/// A refusal, and its fault.
pub(crate) fn refusal(core: Option<Refusal>) -> (bms_refusal, u16) {
    let fault = match core {
        Some(Refusal::Fault(fault)) => Some(fault),
        _ => None,
    };
    (core.into(), number(fault))
}

/// What limits a current, and its fault.
pub(crate) fn limit_reason(core: LimitReason) -> (bms_limit_reason, u16) {
    let fault = match core {
        LimitReason::Fault(fault) => Some(fault),
        _ => None,
    };
    (core.into(), number(fault))
}

/// What limits a charge request, the battery's own reason, its fault, and the stage.
pub(crate) fn request_reasons(
    core: RequestReason,
) -> (bms_request_reason, bms_limit_reason, u16, u8) {
    let (battery, fault) = match core {
        RequestReason::Battery(reason) => limit_reason(reason),
        _ => (bms_limit_reason::BMS_LIMIT_REASON_OTHER, 0),
    };
    let stage = match core {
        RequestReason::Stage(stage) => stage,
        _ => 0,
    };
    (core.into(), battery, fault, stage)
}

/// What limits a discharge, the battery's own reason, and its fault.
pub(crate) fn discharge_reason(
    core: DischargeReason,
) -> (bms_give_back_reason, bms_limit_reason, u16) {
    let (battery, fault) = match core {
        DischargeReason::Battery(reason) => limit_reason(reason),
        _ => (bms_limit_reason::BMS_LIMIT_REASON_OTHER, 0),
    };
    (core.into(), battery, fault)
}

/// How a session ended, the state that took too long, and the battery's fault.
pub(crate) fn end(core: Option<End>) -> (bms_session_end, bms_session_state, u16) {
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

/// What a fault was found on, and which of several.
pub(crate) fn source(core: Source) -> (bms_source, u8) {
    let index = match core {
        Source::Pack => 0,
        Source::Cell(index)
        | Source::TemperatureSensor(index)
        | Source::CurrentSensor(index)
        | Source::FrontEnd(index) => index,
        Source::Contactor(contactor) => bms_contactor::from(contactor) as u8,
    };
    (core.into(), index)
}

/// A thermal runaway, the time since its alarm, and the time left to give it.
pub(crate) fn runaway(core: Option<RunawayAlarm>) -> (bms_runaway, f32, f32) {
    let Some(alarm) = core else {
        return (bms_runaway::BMS_RUNAWAY_NONE, 0.0, 0.0);
    };
    let kind = if alarm.confirmed {
        bms_runaway::BMS_RUNAWAY_CONFIRMED
    } else {
        bms_runaway::BMS_RUNAWAY_SUSPECTED
    };
    (kind, to_seconds(alarm.since), to_seconds(alarm.warn_within))
}
