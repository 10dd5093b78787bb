//! Time from a hazard to its reaction, computed from the configuration.

use crate::config::BmsConfig;
use crate::fault::{Clock, FaultId, Reaction};
use crate::units::{Time, seconds};

/// The time from the moment a condition begins until the fault is reported, and until the reaction has had its effect.
///
/// Both are upper bounds for readings that arrive with the configured periods. Compare their sum with the fault-tolerant
/// time interval of the hazard (ISO 26262).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// From the beginning of the condition until the fault is qualified.
    pub detection: Time,
    /// From there until the reaction has had its effect.
    pub reaction: Time,
}

impl BmsConfig<'_> {
    /// The budget of one fault.
    ///
    /// The condition is the one in the catalogue. Time that the condition itself needs is part of `detection` where it
    /// follows from the configuration (ages of readings, windows of the temperature rise), and not where it depends on the
    /// signal: fuse load, precharge, energy balance, rest before SoC is checked against the OCV, learning of a sensor's
    /// offset, stuck readings.
    ///
    /// `reaction` of a fault that only ends charging applies if the vehicle withdraws its request to charge or its charger
    /// disobeys. A charger that reduces its current as requested
    /// ([`Commands::charger_current_request`](crate::measurement::Commands::charger_current_request)) is awaited for up to
    /// 10 s.
    #[must_use]
    pub fn budget(&self, fault: FaultId) -> Budget {
        let definition = fault.definition();
        let timing = self.timings.get(fault);
        let sampling = &self.sampling;
        let tick_ms = u32::from(sampling.tick_ms.max(1));
        let period_ms = u32::from(match definition.clock {
            Clock::Ticks => sampling.tick_ms,
            Clock::CellVoltage => sampling.cell_voltage_ms,
            Clock::Temperature => sampling.temperature_ms,
            Clock::Current => sampling.current_ms,
            Clock::Pack => sampling.pack_ms,
        })
        .max(1);
        let (own_ms, period_ms) = match fault {
            FaultId::TemperatureRise | FaultId::RunawaySuspected | FaultId::RunawayConfirmed => {
                // Windows of at least a second, in whole samples. The one in which the rise begins shows a part of it.
                let window_ms = 1000_u32.div_ceil(period_ms) * period_ms;
                (window_ms, window_ms)
            }
            _ => (self.own_ms(fault), period_ms),
        };
        // Samples may wait a tick each to be seen: a period in whole ticks, and one more for the phase.
        let period_ms = (period_ms.div_ceil(tick_ms) * tick_ms).max(1);
        let qualify_ms = u32::from(timing.qualify_ms).div_ceil(period_ms) * period_ms;
        let detection_ms = own_ms + period_ms + qualify_ms + tick_ms;
        let reaction_ms = u32::from(match definition.reaction {
            Reaction::Record | Reaction::Warn => sampling.tick_ms,
            Reaction::Limit => sampling.limit_ms,
            Reaction::StopCharging | Reaction::Open => sampling.open_ms,
            Reaction::OpenAtOnce => sampling.open_at_once_ms,
        });
        Budget {
            detection: milliseconds(detection_ms),
            reaction: milliseconds(reaction_ms),
        }
    }

    /// Time from the onset of a condition to the first sample in which it is visible.
    fn own_ms(&self, fault: FaultId) -> u32 {
        let sampling = &self.sampling;
        u32::from(match fault {
            FaultId::CellVoltageMissing => sampling.cell_voltage_missing_ms,
            FaultId::CellVoltageStale => sampling.cell_voltage_stale_ms,
            FaultId::TemperatureMissing | FaultId::CoolantLost | FaultId::InletOverTemperature => {
                sampling.temperature_missing_ms
            }
            FaultId::TemperatureStale => sampling.temperature_stale_ms,
            FaultId::CurrentMissing => sampling.current_missing_ms,
            FaultId::CurrentStale => sampling.current_stale_ms,
            FaultId::PackVoltageMissing
            | FaultId::LinkVoltageMissing
            | FaultId::IsolationMonitorInvalid
            | FaultId::InterlockOpen
            | FaultId::SupplyUnderVoltage => sampling.pack_missing_ms,
            FaultId::ContactorFeedback => sampling
                .pack_missing_ms
                .max(self.high_voltage.contactor_settle_ms),
            FaultId::PackVoltageStale | FaultId::LinkVoltageStale => sampling.pack_stale_ms,
            FaultId::ContactorStuckOpen => {
                // The link has to be seen not to follow.
                self.high_voltage.contactor_settle_ms.max(sampling.pack_ms)
            }
            FaultId::IsolationMonitorSelfTest
            | FaultId::CableCheckIsolation
            | FaultId::ChargerPrechargeNotReached => sampling.pack_ms,
            FaultId::ContactorWelded
            | FaultId::CurrentWhileCommandedOpen
            | FaultId::LinkVoltageMismatch
            | FaultId::FuseBlown => self.high_voltage.contactor_settle_ms,
            FaultId::ChargerDataStale => self.charging.stale_ms,
            FaultId::CommandStale => sampling.command_stale_ms,
            FaultId::TaskOverrun => sampling.tick_late_ms,
            FaultId::GasAlert | FaultId::HeaterStuckOn => sampling.temperature_ms,
            _ => 0,
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "minutes in milliseconds fit")]
fn milliseconds(ms: u32) -> Time {
    seconds(ms as f32 * 1e-3)
}
