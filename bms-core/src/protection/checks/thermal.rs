//! Coolant, heater, and the gas or pressure sensor.

use crate::fault::FaultId;
use crate::protection::context::{CheckContext, FaultReporter};
use crate::units::to_kelvin_interval;

/// Checks those that are fitted.
pub(crate) fn check(context: &CheckContext<'_>, reporter: &mut FaultReporter<'_>) {
    let config = context.config;
    let signals = context.signals;
    let elapsed_ms = context.elapsed.ms;
    let oldest_ms = config.sampling.temperature_missing_ms;
    if config.fitted.coolant {
        let dry =
            signals.commands.pump_on && signals.coolant_flowing.present(oldest_ms) != Some(true);
        let missing = signals.coolant_inlet.age_ms() > oldest_ms
            || signals.coolant_flowing.is_missing(oldest_ms);
        reporter.fact(FaultId::CoolantLost, dry || missing, elapsed_ms);
    }
    if config.fitted.heater {
        let margin_k = to_kelvin_interval(config.thermal.heater_margin);
        let inlet_k = signals.coolant_inlet.present(oldest_ms);
        let warmest_k = context.temperatures.highest.map(|highest| highest.value);
        let warm = matches!(
            (inlet_k, warmest_k),
            (Some(inlet_k), Some(warmest_k)) if inlet_k > warmest_k + margin_k
        );
        let draws = signals.heater.present(oldest_ms) == Some(true);
        let on = !signals.commands.heater_on && (draws || warm);
        reporter.fact(FaultId::HeaterStuckOn, on, elapsed_ms);
    }
    if config.fitted.gas_sensor {
        let alert = signals.gas.present(u16::MAX) == Some(true);
        reporter.fact(FaultId::GasAlert, alert, elapsed_ms);
    }
}
