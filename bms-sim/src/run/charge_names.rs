//! Texts of the causes that limit a charge, and of its end.

use bms_core::charging::{Completion, End, RequestReason, SessionFault, StopCause};

use super::limits::reason_name as battery_reason;

/// Text of a limiting cause.
pub(super) fn reason_name(reason: RequestReason) -> String {
    let name = match reason {
        RequestReason::Complete(_) => "complete",
        RequestReason::Paused => "paused",
        RequestReason::Unknown => "state unknown",
        RequestReason::Map => "charge map",
        RequestReason::Plating => "lithium plating",
        RequestReason::Hot => "hot cells",
        RequestReason::InletHot => "hot inlet",
        RequestReason::ConstantVoltage => "cell voltage held",
        RequestReason::Hardware => "hardware of the pack",
        RequestReason::Inlet => "inlet",
        RequestReason::ChargerCurrent => "charger's current",
        RequestReason::ChargerPower => "charger's power",
        RequestReason::ChargerVoltage => "charger's voltage",
        RequestReason::ChargerStale => "charger silent",
        RequestReason::Schedule => "schedule",
        RequestReason::Ramp => "request still rising",
        RequestReason::Stage(stage) => return format!("stage {stage}"),
        RequestReason::Battery(reason) => return format!("battery: {}", battery_reason(reason)),
        _ => return words(&reason),
    };
    name.to_owned()
}

/// Text of the end of a session.
pub(super) fn end_name(end: End) -> String {
    match end {
        End::Complete(Completion::StateOfCharge) => "complete: state of charge reached".to_owned(),
        End::Complete(Completion::Current) => "complete: current has fallen".to_owned(),
        End::Complete(Completion::Time) => "complete: cell voltage held for long".to_owned(),
        End::Stopped(StopCause::Vehicle) => "stopped by the vehicle".to_owned(),
        End::Stopped(StopCause::Station) => "stopped by the station".to_owned(),
        End::Failed(SessionFault::Battery(fault)) => {
            let definition = fault.definition();
            format!("failed: fault {} {}", definition.number, definition.name())
        }
        End::Failed(SessionFault::Timeout(state)) => {
            format!("failed: time-out in {}", words(&state))
        }
        End::Failed(fault) => format!("failed: {}", words(&fault)),
    }
}

/// The name of a variant, in words.
pub(crate) fn words(value: &impl std::fmt::Debug) -> String {
    let mut text = String::new();
    for letter in format!("{value:?}").chars() {
        if letter.is_ascii_uppercase() && text.chars().last().is_some_and(char::is_lowercase) {
            text.push(' ');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use bms_core::charging::SessionState;

    use super::*;

    #[test]
    fn variants_are_told_in_words() {
        assert_eq!(words(&SessionState::CloseContactors), "close contactors");
        assert_eq!(
            end_name(End::Failed(SessionFault::CurrentRemains)),
            "failed: current remains"
        );
    }
}
