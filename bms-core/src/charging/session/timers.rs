//! A charger that lies: voltage or current away from what was asked for, or from what the vehicle measures itself.

use super::super::charger::ChargerLimits;
use super::super::session_config::{PrechargeBy, SessionConfig};
use super::ending::SessionFault;
use crate::units::{to_amperes, to_ratio, to_volts};

/// What a charger is judged by in one tick.
#[derive(Clone, Copy, Debug)]
pub(super) struct Observed {
    pub(super) charger: Option<ChargerLimits>,
    pub(super) inlet_v: Option<f32>,
    /// Charge current by the battery's own sensor.
    pub(super) measured_a: Option<f32>,
    /// The highest current that was asked for of late.
    pub(super) asked_a: f32,
    pub(super) maximum_v: f32,
    pub(super) charging: bool,
    pub(super) may_flow: bool,
}

/// For how many milliseconds each contradiction has lasted.
#[derive(Clone, Copy, Debug)]
pub(super) struct FaultTimers {
    voltage: u32,
    current: u32,
    above: u32,
    over_voltage: u32,
}

impl FaultTimers {
    pub(super) const fn new() -> Self {
        Self {
            voltage: 0,
            current: 0,
            above: 0,
            over_voltage: 0,
        }
    }

    /// The contradiction that has lasted too long, if there is one. Between two messages the last one stands.
    pub(super) fn look(
        &mut self,
        config: &SessionConfig,
        seen: &Observed,
        dt_ms: u32,
    ) -> Option<SessionFault> {
        let reported_v = seen.charger.map(|charger| to_volts(charger.voltage));
        let reported_a = seen.charger.map(|charger| to_amperes(charger.current));
        let tolerance_v = to_volts(config.voltage_tolerance);
        let tolerance_a = |current_a: f32| {
            to_amperes(config.current_tolerance)
                + to_ratio(config.current_tolerance_ratio) * current_a.max(0.0)
        };
        let away = |(reported_v, inlet_v): (f32, f32)| (reported_v - inlet_v).abs() > tolerance_v;
        // Where the vehicle closes first, the charger's own contactors are still open until energy flows.
        let shared = seen.charging || config.precharge_by == PrechargeBy::Charger;
        let voltage = shared && reported_v.zip(seen.inlet_v).is_some_and(away);
        let current = reported_a
            .zip(seen.measured_a)
            .is_some_and(|(reported_a, measured_a)| {
                let more_a = measured_a - reported_a;
                // The vehicle's own loads take of what the charger gives.
                more_a > tolerance_a(reported_a)
                    || -more_a > tolerance_a(reported_a) + to_amperes(config.auxiliary_current)
            });
        let allowed_a = seen.asked_a + tolerance_a(seen.asked_a);
        let above = seen
            .measured_a
            .is_some_and(|measured_a| measured_a > allowed_a);
        let over = |shown_v: Option<f32>| shown_v.is_some_and(|shown_v| shown_v > seen.maximum_v);
        let over_voltage = over(seen.inlet_v) || over(reported_v);
        let counted = |sum_ms: &mut u32, holds: bool| {
            *sum_ms = if holds {
                sum_ms.saturating_add(dt_ms)
            } else {
                0
            };
            *sum_ms
        };
        let voltage_ms = counted(&mut self.voltage, voltage);
        let current_ms = counted(&mut self.current, current && seen.charging);
        let above_ms = counted(&mut self.above, above && seen.may_flow);
        let over_voltage_ms = counted(&mut self.over_voltage, over_voltage);
        if over_voltage_ms > config.over_voltage_ms {
            Some(SessionFault::OverVoltage)
        } else if above_ms > config.mismatch_ms {
            Some(SessionFault::CurrentAboveRequest)
        } else if voltage_ms > config.mismatch_ms {
            Some(SessionFault::VoltageContradicted)
        } else if current_ms > config.mismatch_ms {
            Some(SessionFault::CurrentContradicted)
        } else {
            None
        }
    }
}
