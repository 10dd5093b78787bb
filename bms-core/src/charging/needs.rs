//! Charge needs: what a charger has to know of the battery, as one value for every protocol.

use super::config::ChargingConfig;
use super::error_code::EvErrorCode;
use super::forecast::{Forecast, Goals};
use super::request::{ChargeRequest, Conditioning, battery_cap, hardware_a, maximum_v, target_v};
use crate::Outputs;
use crate::config::{BmsConfig, Range};
use crate::math;
use crate::units::{
    ElectricCurrent, ElectricPotential, Energy, Power, Ratio, Time, amperes, joules, ratio,
    to_amperes, to_coulombs, to_joules, to_kelvin, to_ratio, to_seconds, to_volts, to_watts, volts,
    watts,
};

/// Limits of a discharge into house or grid, as magnitudes.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DischargeEnvelope {
    /// Highest discharge current.
    pub current_max: ElectricCurrent,
    /// Highest discharge power.
    pub power_max: Power,
    /// Energy that may be taken out until the lowest state of charge that is allowed; not negative.
    pub energy: Energy,
}

/// What a charger has to know of the battery. Currents and powers are magnitudes into the battery; every field is finite.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[expect(clippy::struct_excessive_bools, reason = "independent findings")]
pub struct ChargeNeeds {
    /// Whether the battery is ready for energy (`EVReady`).
    pub ready: bool,
    /// Error code (`EVErrorCode`).
    pub error: EvErrorCode,
    /// Requested current now.
    pub current: ElectricCurrent,
    /// Requested voltage now.
    pub voltage: ElectricPotential,
    /// Voltage of the battery.
    pub present_voltage: ElectricPotential,
    /// Highest current that the battery will request at its present temperature.
    pub current_max: ElectricCurrent,
    /// Lowest useful current.
    pub current_min: ElectricCurrent,
    /// Voltage that must never be exceeded.
    pub voltage_max: ElectricPotential,
    /// Voltage of the empty battery.
    pub voltage_min: ElectricPotential,
    /// Highest power that the battery will request.
    pub power_max: Power,
    /// Lowest useful power.
    pub power_min: Power,
    /// State of charge of the pack now, 0 to 1.
    pub present_soc: Ratio,
    /// States of charge of the forecast, and the departure.
    pub goals: Goals,
    /// Times and energies under the present limits.
    pub forecast: Forecast,
    /// Energy between empty and full at the present state of health.
    pub capacity: Energy,
    /// Limits of a discharge; `None` if it is not wanted.
    pub discharge: Option<DischargeEnvelope>,
    /// Whether the fast part of the charge is complete.
    pub bulk_complete: bool,
    /// Whether the charge is complete.
    pub complete: bool,
    /// Whether the inlet is hot enough to limit the charge.
    pub inlet_hot: bool,
    /// Thermal conditioning that the cells need.
    pub conditioning: Conditioning,
}

/// Inputs of the charge needs.
#[derive(Clone, Copy, Debug)]
pub struct NeedsInputs<'a> {
    /// Outputs of the battery's last tick.
    pub outputs: &'a Outputs,
    /// The request of this tick.
    pub request: &'a ChargeRequest,
    /// The last forecast.
    pub forecast: &'a Forecast,
    /// States of charge of the forecast, and the departure.
    pub goals: Goals,
    /// Voltage of the battery.
    pub present_voltage: ElectricPotential,
    /// Whether the battery is ready for energy (`EVReady`).
    pub ready: bool,
    /// Error code (`EVErrorCode`).
    pub error: EvErrorCode,
    /// Limits of a discharge; `None` if it is not wanted.
    pub discharge: Option<DischargeEnvelope>,
}

impl ChargeNeeds {
    /// The charge needs now.
    #[must_use]
    pub fn of(config: &ChargingConfig<'_>, pack: &BmsConfig<'_>, inputs: &NeedsInputs<'_>) -> Self {
        let outputs = inputs.outputs;
        let most_a = most_a(config, pack, outputs);
        let voltage_max_v = maximum_v(config, pack);
        let full_v = target_v(config, pack, None);
        #[expect(clippy::cast_precision_loss, reason = "at most 250 cells")]
        let cells = pack.layout.cells as f32;
        let voltage_min_v = to_volts(pack.cell.voltage_min) * cells;
        let least_a = to_amperes(config.finish.current).min(most_a);
        let soc = math::clamp_or_low(to_ratio(outputs.estimate.soc), 0.0, 1.0);
        let finite = |number: f32| math::clamp_or_low(number, 0.0, 1e9);
        Self {
            ready: inputs.ready,
            error: inputs.error,
            current: amperes(finite(to_amperes(inputs.request.current))),
            voltage: volts(finite(to_volts(inputs.request.target_voltage))),
            present_voltage: volts(finite(to_volts(inputs.present_voltage))),
            current_max: amperes(most_a),
            current_min: amperes(least_a),
            voltage_max: volts(voltage_max_v),
            voltage_min: volts(voltage_min_v),
            power_max: watts(most_a * full_v),
            power_min: watts(least_a * voltage_min_v),
            present_soc: ratio(soc),
            goals: inputs.goals,
            forecast: *inputs.forecast,
            capacity: capacity(pack, outputs),
            discharge: inputs.discharge,
            bulk_complete: soc >= to_ratio(inputs.goals.bulk),
            complete: inputs.request.completion.is_some(),
            inlet_hot: matches!(
                inputs.request.reason,
                super::request::RequestReason::InletHot
            ),
            conditioning: inputs.request.conditioning,
        }
    }

    /// Energy to the target, never negative.
    #[must_use]
    pub fn energy_request(&self) -> Energy {
        joules(to_joules(self.forecast.target.energy).max(0.0))
    }
}

/// Highest current that the battery will request at its present temperature, from its state of charge to full.
fn most_a(config: &ChargingConfig<'_>, pack: &BmsConfig<'_>, outputs: &Outputs) -> f32 {
    let hardware_a = hardware_a(pack).min(to_amperes(config.inlet.current));
    let (Some((coldest, _)), Some((warmest, _))) = (outputs.coldest, outputs.warmest) else {
        return math::clamp_or_low(hardware_a, 0.0, 1e6);
    };
    let temperature_k = Range {
        low: to_kelvin(coldest),
        high: to_kelvin(warmest),
    };
    let from = math::clamp_or_low(to_ratio(outputs.estimate.strongest_soc.soc), 0.0, 1.0);
    // The highest value of the maps from here to full.
    let mut most_a = 0.0_f32;
    for step in 0..=10_u8 {
        let soc = from + (1.0 - from) * f32::from(step) * 0.1;
        let at = Range {
            low: soc,
            high: soc,
        };
        most_a = most_a.max(battery_cap(config, pack, temperature_k, at).current_a);
    }
    math::clamp_or_low(most_a.min(hardware_a), 0.0, 1e6)
}

/// Energy between empty and full at zero current.
fn capacity(pack: &BmsConfig<'_>, outputs: &Outputs) -> Energy {
    let parts = 20_u8;
    let temperature = crate::units::celsius(25.0);
    let sum_v: f32 = (0..parts)
        .map(|part| {
            let soc = (f32::from(part) + 0.5) / f32::from(parts);
            to_volts(pack.cell.ocv(ratio(soc), temperature))
        })
        .sum();
    let health = math::clamp_or_low(to_ratio(outputs.health.capacity), 0.2, 1.5);
    #[expect(clippy::cast_precision_loss, reason = "at most 250 cells")]
    let cells = pack.layout.cells as f32;
    joules(sum_v / f32::from(parts) * cells * health * to_coulombs(pack.cell.capacity))
}

/// Seconds of a finite time.
pub(crate) fn seconds_of(time: Option<Time>) -> Option<f32> {
    time.map(to_seconds).filter(|time_s| time_s.is_finite())
}

/// Watt-hours of an energy.
pub(crate) fn watt_hours(energy: Energy) -> f32 {
    to_joules(energy) / 3600.0
}

/// Watts of a power that is not negative.
pub(crate) fn watts_of(power: Power) -> f32 {
    math::clamp_or_low(to_watts(power), 0.0, 1e9)
}
