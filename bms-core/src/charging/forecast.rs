//! How long a charge takes: the limits of the request, integrated over the state of charge.

mod reason_times;
mod simulation;
mod thermal;

pub use thermal::Warming;

use super::charger::ChargerLimits;
use super::config::ChargingConfig;
use super::request::{RequestReason, Schedule};
use crate::Outputs;
use crate::config::BmsConfig;
use crate::math;
use crate::units::{self, Energy, Ratio, Time, joules, to_ratio};
use simulation::Simulation;
use thermal::ThermalBody;

/// States of charge of the pack for which time and energy are computed, 0 to 1, and the departure.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Goals {
    /// Reserve of the driver (`MinimumSOC`): the battery does not discharge below it into the grid.
    pub minimum: Ratio,
    /// End of the fast part of the charge (`BulkSOC`).
    pub bulk: Ratio,
    /// End of the charge (`TargetSOC`).
    pub target: Ratio,
    /// Highest state of charge that is allowed (`MaximumSOC`, `FullSOC`).
    pub maximum: Ratio,
    /// Time until departure; `None` if unknown.
    pub departure: Option<Time>,
}

impl Goals {
    /// A reserve of 10 %, 80 % as bulk and target, up to full.
    pub const DEFAULT: Self = Self {
        minimum: units::ratio(0.1),
        bulk: units::ratio(0.8),
        target: units::ratio(0.8),
        maximum: units::ratio(1.0),
        departure: None,
    };
}

/// Time and energy from now to a state of charge.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Leg {
    /// Time from now; zero if it is reached, `None` if the present limits never lead there.
    pub time: Option<Time>,
    /// Energy into the battery's terminals from now; negative if the battery is above it.
    pub energy: Energy,
}

/// Forecast of a charge under the present limits of charger and schedule.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Forecast {
    /// To [`Goals::minimum`].
    pub minimum: Leg,
    /// To [`Goals::bulk`].
    pub bulk: Leg,
    /// To [`Goals::target`].
    pub target: Leg,
    /// To [`Goals::maximum`]. A battery is also full once its current has fallen to the cut-off.
    pub maximum: Leg,
    /// What limits the charge for most of the time to the target, or stops it if it never gets there.
    pub bound_by: RequestReason,
}

/// Inputs of a forecast.
#[derive(Clone, Copy, Debug)]
pub struct ForecastInputs<'a> {
    /// Outputs of the battery's last tick.
    pub outputs: &'a Outputs,
    /// Limits of the charger; `None` if unknown: then only the battery's own limits apply.
    pub charger: Option<ChargerLimits>,
    /// Limits of schedule and site.
    pub schedule: Schedule,
    /// States of charge to forecast.
    pub goals: Goals,
}

impl Forecast {
    /// Integrates the charge from now in steps of one percent at constant temperature. Takes some 100 look-ups in every table,
    /// so it is meant for once per second rather than for every tick.
    ///
    /// Total: any bit pattern gives finite times and energies.
    #[must_use]
    pub fn new(
        config: &ChargingConfig<'_>,
        pack: &BmsConfig<'_>,
        inputs: &ForecastInputs<'_>,
    ) -> Self {
        Self::of(config, pack, inputs, None)
    }

    /// The same with a temperature that follows the heat of the charge, and of the heater while heat is requested: up to 400
    /// look-ups in every table.
    #[must_use]
    pub fn with_warming(
        config: &ChargingConfig<'_>,
        pack: &BmsConfig<'_>,
        inputs: &ForecastInputs<'_>,
        warming: &Warming,
    ) -> Self {
        Self::of(config, pack, inputs, ThermalBody::of(warming))
    }

    fn of(
        config: &ChargingConfig<'_>,
        pack: &BmsConfig<'_>,
        inputs: &ForecastInputs<'_>,
        body: Option<ThermalBody>,
    ) -> Self {
        let goals = &inputs.goals;
        let asked = [goals.minimum, goals.bulk, goals.target, goals.maximum]
            .map(|goal| math::clamp_or_low(to_ratio(goal), 0.0, 1.0));
        let [_, _, target, _] = asked;
        let unknown = Leg {
            time: None,
            energy: joules(0.0),
        };
        let (legs, bound_by) = match Simulation::new(config, pack, inputs, body) {
            Some(mut simulation) => simulation.run(asked, target),
            None => ([unknown; 4], RequestReason::Unknown),
        };
        let [minimum, bulk, target, maximum] = legs;
        Self {
            minimum,
            bulk,
            target,
            maximum,
            bound_by,
        }
    }
}
