//! Supervision of the charger: voltage and current against the request, and against the vehicle's own sensors.

use super::ending::SessionFault;
use super::tick::Tick;
use crate::charging::request::maximum_v;
use crate::charging::session_config::PrechargeBy;
use crate::units::{to_amperes, to_ratio, to_volts};

/// For how many milliseconds each deviation has lasted without a break.
#[derive(Clone, Copy, Debug)]
pub(super) struct FaultTimers([u32; 4]);

impl FaultTimers {
    pub(super) const fn new() -> Self {
        Self([0; 4])
    }

    /// The deviation that has lasted too long, if any. Between two messages of the charger the last one counts.
    ///
    /// `allowed_a` is the highest current that an obedient charger may give, `charging` whether energy flows.
    pub(super) fn check(
        &mut self,
        tick: &Tick<'_>,
        allowed_a: f32,
        charging: bool,
    ) -> Option<SessionFault> {
        use SessionFault as F;
        let config = tick.config;
        let (inlet_v, charge_a) = (tick.inlet_v, tick.charge_a);
        let reported_v = tick.limits.map(|charger| to_volts(charger.voltage));
        let reported_a = tick.limits.map(|charger| to_amperes(charger.current));
        let tolerance_v = to_volts(config.voltage_tolerance);
        let tolerance_a = |current_a: f32| {
            to_amperes(config.current_tolerance)
                + to_ratio(config.current_tolerance_ratio) * current_a.max(0.0)
        };
        // Where the vehicle closes first, the charger's own contactors stay open until energy flows.
        let same_circuit = charging || config.precharge_by == PrechargeBy::Charger;
        let voltage = reported_v
            .zip(inlet_v)
            .is_some_and(|(reported_v, inlet_v)| (reported_v - inlet_v).abs() > tolerance_v);
        let current = reported_a
            .zip(charge_a)
            .is_some_and(|(reported_a, charge_a)| {
                let more_a = charge_a - reported_a;
                // The vehicle's own loads take a part of the charger's current.
                more_a > tolerance_a(reported_a)
                    || -more_a > tolerance_a(reported_a) + to_amperes(config.auxiliary_current)
            });
        let most_a = allowed_a + tolerance_a(allowed_a);
        let above = tick.contactors.path_closed() && charge_a.is_some_and(|a| a > most_a);
        let maximum_v = maximum_v(tick.charging, tick.pack);
        let over = |voltage_v: Option<f32>| voltage_v.is_some_and(|v| v > maximum_v);
        let over_voltage = over(inlet_v) || over(reported_v);
        // In the order in which they end a session.
        let deviations = [
            (over_voltage, config.over_voltage_ms, F::OverVoltage),
            (above, config.mismatch_ms, F::CurrentAboveRequest),
            (
                voltage && same_circuit,
                config.mismatch_ms,
                F::VoltageContradicted,
            ),
            (
                current && charging,
                config.mismatch_ms,
                F::CurrentContradicted,
            ),
        ];
        let mut found = None;
        for (timer_ms, (deviates, longest_ms, fault)) in self.0.iter_mut().zip(deviations) {
            *timer_ms = if deviates {
                timer_ms.saturating_add(tick.dt_ms)
            } else {
                0
            };
            if *timer_ms > longest_ms {
                found = found.or(Some(fault));
            }
        }
        found
    }
}
