//! Bidirectional charging (ISO 15118-20 BPT, vehicle to home and to grid): limits of the discharge, with their reasons.

use super::config::ChargingConfig;
use super::forecast::{Forecast, Goals};
use super::needs::{DischargeEnvelope, seconds_of};
use crate::Outputs;
use crate::config::Validator;
use crate::config::{BmsConfig, ConfigError};
use crate::control::LimitReason;
use crate::math;
use crate::units::{
    Energy, Power, Ratio, Time, amperes, joules, to_amperes, to_coulombs, to_joules, to_ratio,
    to_seconds, to_volts, to_watts, watts,
};

/// Limits of the discharge into house or grid.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BidirectionalConfig {
    /// State of charge of the pack below which no energy is discharged, whatever was requested.
    /// Range: 0 to 1. Default: 0.2.
    pub floor: Ratio,
    /// Range of state of charge above the floor over which the current rises.
    /// Range: 0.001 to 0.5. Default: 0.02.
    pub floor_ramp: Ratio,
    /// Highest power out of the battery.
    /// Range: above 0 W. Default: 11000 W.
    pub power_max: Power,
    /// Total energy that may be discharged, as a warranty may limit it.
    /// Range: above 0 J. Default: 3.6e10 J.
    pub throughput_max: Energy,
    /// Time before departure at which the target is reached.
    /// Range: 0 to 86400 s. Default: 1800 s.
    pub margin: Time,
}

impl BidirectionalConfig {
    /// Checks every value; also at compile time.
    ///
    /// # Errors
    /// The first value that does not fit.
    pub const fn validate(&self) -> Result<(), ConfigError> {
        Validator::new(self.check_fields().finish()).finish()
    }
}

/// What limits the discharge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum DischargeReason {
    /// Not wanted.
    Paused,
    /// Voltage or state of charge is unknown.
    Unknown,
    /// The battery's present discharge limit, with its own reason.
    Battery(LimitReason),
    /// The inlet and its cables.
    Inlet,
    /// The highest power.
    Power,
    /// The state of charge is at its floor.
    Floor,
    /// The energy could not be charged again before departure.
    Departure,
    /// The total energy of the configuration is used up.
    Throughput,
}

/// Limits of the discharge, and their reasons.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Discharge {
    /// The limits.
    pub envelope: DischargeEnvelope,
    /// What limits the current.
    pub reason: DischargeReason,
    /// What limits the energy: [`DischargeReason::Floor`], [`DischargeReason::Departure`] or
    /// [`DischargeReason::Throughput`].
    pub energy_reason: DischargeReason,
}

/// Inputs of [`discharge`] in one tick.
#[derive(Clone, Copy, Debug)]
pub struct DischargeInputs<'a> {
    /// Outputs of the battery's last tick.
    pub outputs: &'a Outputs,
    /// The last forecast, with the limits of the charger that charges the battery again.
    pub forecast: &'a Forecast,
    /// States of charge of the forecast, and the departure.
    pub goals: Goals,
    /// Whether energy is to be discharged.
    pub wanted: bool,
}

/// Energy that was discharged.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Throughput {
    /// In milliwatt-hours, so that no small step is lost in a large sum.
    given_mwh: u64,
    rest_j: f32,
}

impl Throughput {
    /// From a stored energy.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative, and at most a lifetime's energy"
    )]
    pub fn remembered(given: Energy) -> Self {
        let mwh = math::clamp_or_low(to_joules(given) / 3.6, 0.0, 1e15);
        Self {
            given_mwh: mwh as u64,
            rest_j: 0.0,
        }
    }

    /// From the parts of [`parts`](Self::parts).
    #[must_use]
    pub fn of_parts(given_mwh: u64, rest: Energy) -> Self {
        Self {
            given_mwh,
            rest_j: math::clamp_or_low(to_joules(rest), 0.0, 1e8),
        }
    }

    /// Whole milliwatt-hours and the remainder, to be stored without loss.
    #[must_use]
    pub const fn parts(&self) -> (u64, Energy) {
        (self.given_mwh, joules(self.rest_j))
    }

    /// Adds the energy of a discharge; a charge, which is negative, is not counted.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within 0 to 1e7"
    )]
    pub fn count(&mut self, power: Power, dt: Time) {
        let energy_j = to_watts(power) * math::clamp_or_low(to_seconds(dt), 0.0, 60.0);
        self.rest_j += math::clamp_or_low(energy_j, 0.0, 1e8);
        let whole = (self.rest_j / 3.6) as u64;
        self.given_mwh = self.given_mwh.saturating_add(whole);
        #[expect(clippy::cast_precision_loss, reason = "below 2^24 but for a huge step")]
        let counted_j = whole as f32 * 3.6;
        self.rest_j = (self.rest_j - counted_j).max(0.0);
    }

    /// The total energy.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a quantity for people")]
    pub fn given(&self) -> Energy {
        joules(self.given_mwh as f32 * 3.6 + self.rest_j)
    }
}

/// The limits of the discharge now. Total: every field is finite and not negative.
#[must_use]
pub fn discharge(
    config: &BidirectionalConfig,
    charging: &ChargingConfig<'_>,
    pack: &BmsConfig<'_>,
    inputs: &DischargeInputs<'_>,
    throughput: &Throughput,
) -> Discharge {
    let outputs = inputs.outputs;
    let none = |reason| Discharge {
        envelope: DischargeEnvelope {
            current_max: amperes(0.0),
            power_max: watts(0.0),
            energy: joules(0.0),
        },
        reason,
        energy_reason: reason,
    };
    if !inputs.wanted {
        return none(DischargeReason::Paused);
    }
    let lowest = outputs.lowest_cell.map(|(voltage, _)| to_volts(voltage));
    let soc = to_ratio(outputs.estimate.soc);
    let (Some(lowest_v), true) = (lowest, soc.is_finite()) else {
        return none(DischargeReason::Unknown);
    };
    #[expect(clippy::cast_precision_loss, reason = "at most 250 cells")]
    let pack_v = math::clamp_or_low(lowest_v * pack.layout.cells as f32, 0.0, 1e4);
    if pack_v <= 0.0 {
        return none(DischargeReason::Unknown);
    }
    let floor = floor(config, &inputs.goals);
    let (energy_j, energy_reason) = energy(config, pack, inputs, throughput, soc - floor, pack_v);
    let allowed = outputs.allowed.discharge;
    let mut limit = (
        math::clamp_or_low(to_amperes(allowed.current), 0.0, 1e6),
        DischargeReason::Battery(allowed.reason),
    );
    let mut and = |current_a: f32, reason| {
        if current_a.is_nan() || current_a < limit.0 {
            limit = (current_a.max(0.0), reason);
        }
    };
    and(to_amperes(charging.inlet.current), DischargeReason::Inlet);
    and(to_watts(config.power_max) / pack_v, DischargeReason::Power);
    let ramp = (soc - floor) / to_ratio(config.floor_ramp);
    and(
        math::clamp_or_low(ramp, 0.0, 1.0) * to_watts(config.power_max) / pack_v,
        DischargeReason::Floor,
    );
    if energy_j <= 0.0 {
        and(0.0, energy_reason);
    }
    let (current_a, reason) = limit;
    Discharge {
        envelope: DischargeEnvelope {
            current_max: amperes(current_a),
            power_max: watts((current_a * pack_v).min(to_watts(config.power_max))),
            energy: joules(energy_j),
        },
        reason,
        energy_reason,
    }
}

/// The higher of the configured floor and the driver's reserve.
fn floor(config: &BidirectionalConfig, goals: &Goals) -> f32 {
    let floor = math::clamp_or_low(to_ratio(config.floor), 0.0, 1.0);
    floor.max(math::clamp_or_low(to_ratio(goals.minimum), 0.0, 1.0))
}

/// Energy that may be discharged: the least of the energy above the floor, the rest of the throughput, and what can be charged
/// again in time.
///
/// Discharging `E` at the power `P_d` and charging it again at `P_c` takes `E / P_d + E / P_c`; that has to fit between now and
/// the moment at which the charge to the target has to begin.
fn energy(
    config: &BidirectionalConfig,
    pack: &BmsConfig<'_>,
    inputs: &DischargeInputs<'_>,
    throughput: &Throughput,
    above_floor: f32,
    pack_v: f32,
) -> (f32, DischargeReason) {
    let health = math::clamp_or_low(to_ratio(inputs.outputs.health.capacity), 0.2, 1.5);
    let capacity_as = health * to_coulombs(pack.cell.capacity);
    let stored_j = above_floor.max(0.0) * capacity_as * pack_v;
    let mut limit = (stored_j, DischargeReason::Floor);
    let left_j = to_joules(config.throughput_max) - to_joules(throughput.given());
    if left_j < limit.0 {
        limit = (left_j.max(0.0), DischargeReason::Throughput);
    }
    if let Some(departure_s) = seconds_of(inputs.goals.departure) {
        let target = &inputs.forecast.target;
        let charge_s = seconds_of(target.time).unwrap_or(f32::INFINITY);
        let slack_s = departure_s - to_seconds(config.margin) - charge_s;
        let out_w = to_watts(config.power_max).max(1.0);
        let energy_to_target_j = to_joules(target.energy);
        // If the target is reached already its charge power is unknown: assumed equal to the discharge power.
        let in_w = if charge_s > 60.0 {
            (energy_to_target_j / charge_s).max(1.0)
        } else {
            out_w
        };
        let in_time_j = slack_s / (1.0 / out_w + 1.0 / in_w);
        if in_time_j.is_nan() || in_time_j < limit.0 {
            limit = (in_time_j.max(0.0), DischargeReason::Departure);
        }
    }
    (math::clamp_or_low(limit.0, 0.0, 1e12), limit.1)
}
