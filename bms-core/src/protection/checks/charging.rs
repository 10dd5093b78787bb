//! The checks of charger, plug and inlet: a charger may give less than requested, never more.

use super::high_voltage::ohm_per_volt;
use crate::fault::FaultId;
use crate::measurement::{ChargerMeasurement, ChargerMessage, ChargerPhase};
use crate::protection::context::{CheckContext, FaultReporter};
use crate::protection::store::Finding;
use crate::units::{to_amperes, to_kelvin, to_ratio, to_volts, to_watts};

/// Checks charger, plug and inlet.
pub(crate) fn check(context: &CheckContext<'_>, reporter: &mut FaultReporter<'_>) {
    let charger = &context.measurements.charger;
    check_plug(context, reporter, charger);
    check_phase(context, reporter, charger);
    check_message(context, reporter, charger.phase);
    if context.config.fitted.inlet_temperature {
        let inlet = &context.signals.inlet;
        let limit_k = to_kelvin(context.config.charging.inlet_temperature);
        let fault = FaultId::InletOverTemperature;
        let oldest_ms = context.config.sampling.temperature_missing_ms;
        let missing = is_session(charger.phase) && inlet.age_ms() > oldest_ms;
        if inlet.is_not_finite() || missing {
            reporter.fact(fault, true, context.elapsed.ms);
        } else if let Some(inlet_k) = inlet.present(oldest_ms) {
            reporter.above(fault, inlet_k, limit_k, 5.0, context.elapsed.ms);
        }
    }
}

fn check_plug(
    context: &CheckContext<'_>,
    reporter: &mut FaultReporter<'_>,
    charger: &ChargerMeasurement,
) {
    let elapsed_ms = context.elapsed.ms;
    let flows = matches!(
        charger.phase,
        ChargerPhase::CableCheck | ChargerPhase::Precharge | ChargerPhase::Charging
    );
    reporter.fact(FaultId::ConnectorLock, flows && !charger.locked, elapsed_ms);
    let pulled = context.signals.was_plugged && !charger.plugged;
    let charge_a = context.current_a.map_or(0.0, |current_a| -current_a);
    let plug_a = to_amperes(context.config.charging.plug_current);
    reporter.above_if(
        pulled,
        FaultId::PlugRemovedUnderLoad,
        charge_a,
        plug_a,
        0.0,
        elapsed_ms,
    );
}

fn check_phase(
    context: &CheckContext<'_>,
    reporter: &mut FaultReporter<'_>,
    charger: &ChargerMeasurement,
) {
    let config = context.config;
    let elapsed_ms = context.elapsed.ms;
    let phase = charger.phase;
    reporter.fact(
        FaultId::UnexpectedStop,
        phase == ChargerPhase::Stopped,
        elapsed_ms,
    );
    let age_ms = context.signals.charger_age_ms;
    reporter.fact_of(
        FaultId::ChargerDataStale,
        is_session(phase) && age_ms > config.charging.stale_ms,
        f32::from(age_ms) * 1e-3,
        f32::from(config.charging.stale_ms) * 1e-3,
        elapsed_ms,
    );
    let ohm_per_v = ohm_per_volt(context);
    let limit = config.high_voltage.isolation_fault_ohm_per_v;
    let checked = config.fitted.isolation && phase == ChargerPhase::CableCheck;
    reporter.below_if(
        checked,
        FaultId::CableCheckIsolation,
        ohm_per_v,
        limit,
        0.1 * limit,
        elapsed_ms,
    );
    let window_v = to_volts(config.charging.precharge_window);
    let away_v = context
        .signals
        .charger
        .zip(context.pack_v().or(context.sum_v()))
        .map(|(message, pack_v)| (to_volts(message.voltage) - pack_v).abs());
    let fault = FaultId::ChargerPrechargeNotReached;
    let finding = match away_v {
        Some(away_v) => Finding::above(fault, away_v, window_v, 0.0),
        None => Finding::fact(fault, true),
    };
    reporter.finding(
        finding.only_if(phase == ChargerPhase::Precharge),
        elapsed_ms,
    );
}

const fn is_session(phase: ChargerPhase) -> bool {
    matches!(
        phase,
        ChargerPhase::CableCheck | ChargerPhase::Precharge | ChargerPhase::Charging
    )
}

fn check_message(
    context: &CheckContext<'_>,
    reporter: &mut FaultReporter<'_>,
    phase: ChargerPhase,
) {
    let faults = [
        FaultId::ChargerOverVoltage,
        FaultId::ChargerOverCurrent,
        FaultId::ChargerLimitInvalid,
    ];
    let signals = context.signals;
    let Some(message) = signals.charger.filter(|_| is_session(phase)) else {
        for fault in faults {
            reporter.fact(fault, false, context.elapsed.ms);
        }
        return;
    };
    if !signals.charger_is_new {
        return;
    }
    let [over_voltage, over_current, invalid] = faults;
    let charging = &context.config.charging;
    let since_ms = context.config.sampling.pack_ms.max(context.elapsed.ms);
    let asked_v = to_volts(signals.commands.charger_voltage_limit);
    let allowed_v = asked_v + to_volts(charging.voltage_over);
    reporter.above(
        over_voltage,
        to_volts(message.voltage),
        allowed_v,
        0.0,
        since_ms,
    );
    let asked_a = to_amperes(signals.commands.charger_current_request);
    let allowed_a = asked_a
        + to_amperes(charging.current_over)
        + to_ratio(charging.current_over_ratio) * asked_a.max(0.0);
    reporter.above(
        over_current,
        to_amperes(message.current),
        allowed_a,
        0.0,
        since_ms,
    );
    reporter.fact(invalid, !is_valid(&message), since_ms);
}

fn is_valid(message: &ChargerMessage) -> bool {
    let values = [
        to_volts(message.voltage_max),
        to_volts(message.voltage_min),
        to_amperes(message.current_max),
        to_watts(message.power_max),
    ];
    values
        .iter()
        .all(|value| *value >= 0.0 && value.is_finite())
        && message.voltage_min <= message.voltage_max
        && to_volts(message.voltage).is_finite()
        && to_amperes(message.current).is_finite()
}
