//! Contents of the vehicle's messages, from the battery's outputs, the session and the charge needs.

use super::Content;
use crate::charging::gbt::signals::{Signal2, Stop};
use crate::charging::gbt::vehicle_messages::{
    Demand, DemandMode, Limits, State, Statistics, Status,
};
use crate::charging::needs::seconds_of;
use crate::charging::request::{Completion, RequestReason};
use crate::charging::session::{End, SessionFault};
use crate::config::BmsConfig;
use crate::control::LimitReason;
use crate::math;
use crate::protection::FaultId;
use crate::units::{ThermodynamicTemperature, amperes, celsius, to_amperes, volts};

pub(super) fn limits(pack: &BmsConfig<'_>, content: &Content<'_>) -> Limits {
    let needs = content.needs;
    Limits {
        cell_voltage_max: pack.limits.cell_over_voltage.operating,
        current_max: needs.current_max,
        energy: needs.capacity,
        voltage_max: needs.voltage_max,
        temperature_max: pack.limits.over_temperature.charging.recommended,
        soc: needs.present_soc,
        voltage: needs.present_voltage,
    }
}

pub(super) fn demand(content: &Content<'_>) -> Demand {
    let session = content.session;
    let mode = match session.request.reason {
        RequestReason::ConstantVoltage | RequestReason::Battery(LimitReason::CellVoltage) => {
            DemandMode::Voltage
        }
        _ => DemandMode::Current,
    };
    Demand {
        voltage: session.target_voltage,
        current: session.request.current,
        mode,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within 0 to 600"
)]
pub(super) fn status(content: &Content<'_>) -> Status {
    let (needs, outputs) = (content.needs, content.outputs);
    let left_s = seconds_of(needs.forecast.target.time).unwrap_or(36_000.0);
    let cell_voltage = outputs.highest_cell.map(|(voltage, _)| voltage);
    Status {
        voltage: needs.present_voltage,
        current: amperes(outputs.current.map_or(0.0, |current| -to_amperes(current))),
        cell_voltage: cell_voltage.unwrap_or(volts(0.0)),
        // One group of cells.
        cell_group: 0,
        soc: needs.present_soc,
        minutes_left: math::clamp_or_low(left_s / 60.0 + 0.999, 0.0, 600.0) as u16,
    }
}

pub(super) fn state(content: &Content<'_>) -> State {
    let outputs = content.outputs;
    let number = |index: usize| u8::try_from(index).unwrap_or(u8::MAX);
    let (warmest, warmest_sensor) = outputs.warmest.unwrap_or((unknown(), 0));
    let (coldest, coldest_sensor) = outputs.coldest.unwrap_or((unknown(), 0));
    let has = |group: FaultGroup| Signal2::when(group_of(content) == Some(group));
    State {
        highest_cell: outputs.highest_cell.map_or(0, |(_, index)| number(index)),
        warmest,
        warmest_sensor: number(warmest_sensor),
        coldest,
        coldest_sensor: number(coldest_sensor),
        cell_voltage: has(FaultGroup::CellVoltage),
        soc: Signal2::Normal,
        over_current: has(FaultGroup::Current),
        over_temperature: has(FaultGroup::Temperature),
        isolation: has(FaultGroup::Isolation),
        connector: Signal2::Normal,
        permitted: content.session.end.is_none(),
    }
}

pub(super) fn statistics(content: &Content<'_>) -> Statistics {
    let outputs = content.outputs;
    let cell = |cell: Option<(_, usize)>| cell.map_or(volts(0.0), |(voltage, _)| voltage);
    let sensor = |sensor: Option<(_, usize)>| sensor.map_or(unknown(), |(value, _)| value);
    Statistics {
        soc: content.needs.present_soc,
        lowest_cell: cell(outputs.lowest_cell),
        highest_cell: cell(outputs.highest_cell),
        coldest: sensor(outputs.coldest),
        warmest: sensor(outputs.warmest),
    }
}

/// The lowest temperature that a message can hold.
const fn unknown() -> ThermodynamicTemperature {
    celsius(-50.0)
}

/// Faults of the battery by the signal that reports them; the other faults have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FaultGroup {
    CellVoltage,
    Current,
    Temperature,
    Isolation,
    Inlet,
    Other,
}

/// The group of the battery's fault that ended the session; `None` if none did.
const fn group_of(content: &Content<'_>) -> Option<FaultGroup> {
    use FaultId as F;
    let Some(End::Failed(SessionFault::Battery(fault))) = content.session.end else {
        return None;
    };
    Some(match fault {
        F::CellOverVoltageMaximum | F::CellOverVoltageRecommended => FaultGroup::CellVoltage,
        F::CellChargeOverCurrentMaximum
        | F::StringChargeOverCurrentMaximum
        | F::PackChargeOverCurrentMaximum
        | F::ChargerOverCurrent => FaultGroup::Current,
        F::OverTemperatureChargingMaximum | F::RunawayConfirmed => FaultGroup::Temperature,
        F::IsolationFault | F::CableCheckIsolation => FaultGroup::Isolation,
        F::InletOverTemperature => FaultGroup::Inlet,
        _ => FaultGroup::Other,
    })
}

pub(super) fn reasons_to_stop(content: &Content<'_>, by_charger: Option<Stop>) -> Stop {
    use SessionFault as F;
    let end = content.session.end;
    let group = group_of(content);
    let complete = |completion| Signal2::when(end == Some(End::Complete(completion)));
    let has = |this: FaultGroup| group == Some(this);
    let fault = match end {
        Some(End::Failed(fault)) => Some(fault),
        _ => None,
    };
    let connector = matches!(fault, Some(F::Unlocked | F::PlugRemoved));
    let current = matches!(
        fault,
        Some(F::CurrentAboveRequest | F::CurrentContradicted | F::CurrentRemains)
    );
    let voltage = matches!(fault, Some(F::OverVoltage | F::VoltageContradicted));
    let other = match fault {
        None => false,
        Some(F::Battery(_)) => has(FaultGroup::Other),
        Some(_) => !connector && !current && !voltage,
    };
    Stop {
        reasons: [
            complete(Completion::StateOfCharge),
            complete(Completion::Time),
            complete(Completion::Current),
            Signal2::when(by_charger.is_some()),
        ],
        faults: [
            has(FaultGroup::Isolation),
            has(FaultGroup::Inlet),
            false,
            connector,
            has(FaultGroup::Temperature),
            fault == Some(F::BatteryOpened),
            false,
            other,
        ]
        .map(Signal2::when),
        errors: [
            current || has(FaultGroup::Current),
            voltage || has(FaultGroup::CellVoltage),
        ]
        .map(Signal2::when),
    }
}
