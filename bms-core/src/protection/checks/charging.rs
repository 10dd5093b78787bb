//! The charger: it may give less than it is asked for, never more.

use super::high_voltage::ohm_per_volt;
use crate::measurement::{ChargerMeasurement, ChargerMessage, ChargerPhase};
use crate::protection::book::Finding;
use crate::protection::catalogue::FaultId;
use crate::protection::scene::{Judge, Scene};
use crate::units::{to_amperes, to_kelvin, to_ratio, to_volts, to_watts};

/// Judges charger, plug and inlet.
pub(crate) fn check(scene: &Scene<'_>, judge: &mut Judge<'_>) {
    let charger = &scene.measurements.charger;
    check_plug(scene, judge, charger);
    check_phase(scene, judge, charger);
    check_message(scene, judge, charger.phase);
    if scene.config.fitted.inlet_temperature {
        let inlet = &scene.signals.inlet;
        let limit_k = to_kelvin(scene.config.charging.inlet_temperature);
        let fault = FaultId::InletOverTemperature;
        let oldest_ms = scene.config.rhythm.temperature_missing_ms;
        let untold = is_session(charger.phase) && inlet.age_ms() > oldest_ms;
        if inlet.is_not_finite() || untold {
            judge.fact(fault, true, scene.elapsed.ms);
        } else if let Some(inlet_k) = inlet.present(oldest_ms) {
            judge.above(fault, inlet_k, limit_k, 5.0, scene.elapsed.ms);
        }
    }
}

fn check_plug(scene: &Scene<'_>, judge: &mut Judge<'_>, charger: &ChargerMeasurement) {
    let elapsed_ms = scene.elapsed.ms;
    let flows = matches!(
        charger.phase,
        ChargerPhase::CableCheck | ChargerPhase::Precharge | ChargerPhase::Charging
    );
    judge.fact(FaultId::ConnectorLock, flows && !charger.locked, elapsed_ms);
    let pulled = scene.signals.was_plugged && !charger.plugged;
    let charge_a = scene.current_a.map_or(0.0, |current_a| -current_a);
    let plug_a = to_amperes(scene.config.charging.plug_current);
    judge.above_if(
        pulled,
        FaultId::PlugRemovedUnderLoad,
        charge_a,
        plug_a,
        0.0,
        elapsed_ms,
    );
}

fn check_phase(scene: &Scene<'_>, judge: &mut Judge<'_>, charger: &ChargerMeasurement) {
    let config = scene.config;
    let elapsed_ms = scene.elapsed.ms;
    let phase = charger.phase;
    judge.fact(
        FaultId::UnexpectedStop,
        phase == ChargerPhase::Stopped,
        elapsed_ms,
    );
    let age_ms = scene.signals.charger_age_ms;
    judge.fact_of(
        FaultId::ChargerDataStale,
        is_session(phase) && age_ms > config.charging.stale_ms,
        f32::from(age_ms) * 1e-3,
        f32::from(config.charging.stale_ms) * 1e-3,
        elapsed_ms,
    );
    let ohm_per_v = ohm_per_volt(scene);
    let limit = config.high_voltage.isolation_fault_ohm_per_v;
    let checked = config.fitted.isolation && phase == ChargerPhase::CableCheck;
    judge.below_if(
        checked,
        FaultId::CableCheckIsolation,
        ohm_per_v,
        limit,
        0.1 * limit,
        elapsed_ms,
    );
    let window_v = to_volts(config.charging.precharge_window);
    let away_v = scene
        .signals
        .charger
        .zip(scene.pack_v().or(scene.sum_v()))
        .map(|(message, pack_v)| (to_volts(message.voltage) - pack_v).abs());
    let fault = FaultId::ChargerPrechargeNotReached;
    let finding = match away_v {
        Some(away_v) => Finding::above(fault, away_v, window_v, 0.0),
        None => Finding::fact(fault, true),
    };
    judge.finding(
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

fn check_message(scene: &Scene<'_>, judge: &mut Judge<'_>, phase: ChargerPhase) {
    let faults = [
        FaultId::ChargerOverVoltage,
        FaultId::ChargerOverCurrent,
        FaultId::ChargerLimitInvalid,
    ];
    let signals = scene.signals;
    let Some(message) = signals.charger.filter(|_| is_session(phase)) else {
        for fault in faults {
            judge.fact(fault, false, scene.elapsed.ms);
        }
        return;
    };
    if !signals.charger_is_new {
        return;
    }
    let [over_voltage, over_current, invalid] = faults;
    let charging = &scene.config.charging;
    let since_ms = scene.config.rhythm.pack_ms.max(scene.elapsed.ms);
    let asked_v = to_volts(signals.commands.charger_voltage_limit);
    let allowed_v = asked_v + to_volts(charging.voltage_over);
    judge.above(
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
    judge.above(
        over_current,
        to_amperes(message.current),
        allowed_a,
        0.0,
        since_ms,
    );
    judge.fact(invalid, !is_valid(&message), since_ms);
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
