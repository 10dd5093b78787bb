//! Outputs of a tick.

use super::acquire::ValidatedInputs;
use super::decide::Decisions;
use super::memory::PackMemory;
use crate::config::BmsConfig;
use crate::control::{AllowedCurrents, BalancingReport, Mode, Refusal};
use crate::estimation::{HealthEstimate, PackEstimate};
use crate::measurement::Contactors;
use crate::protection::{CurrentDirection, FaultId, Reaction};
use crate::units::{self, ElectricCurrent, ElectricPotential, ThermodynamicTemperature, Time};

/// Outputs of one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outputs {
    /// Time of operation in milliseconds, over all power cycles.
    pub now_ms: u64,
    /// Estimates of charge, voltage and resistance.
    pub estimate: PackEstimate,
    /// State of health: capacity and resistance against a new battery.
    pub health: HealthEstimate,
    /// Pack current, corrected by the sensor's offset; discharge positive. `None` without a present current sensor.
    pub current: Option<ElectricCurrent>,
    /// Charging, discharging or resting; `None` if the current is unknown.
    pub current_direction: Option<CurrentDirection>,
    /// Lowest present cell voltage and its cell.
    pub lowest_cell: Option<(ElectricPotential, usize)>,
    /// Highest present cell voltage and its cell.
    pub highest_cell: Option<(ElectricPotential, usize)>,
    /// Lowest present temperature and its sensor.
    pub coldest: Option<(ThermodynamicTemperature, usize)>,
    /// Highest present temperature and its sensor.
    pub warmest: Option<(ThermodynamicTemperature, usize)>,
    /// Operating mode.
    pub mode: Mode,
    /// Contactors commanded closed. In [`Mode::Supervised`]: which of those that the vehicle commands may be closed.
    pub contactors: Contactors<bool>,
    /// Why the requested mode is not entered; `None` if it is.
    pub refusal: Option<Refusal>,
    /// Allowed currents, each with its limiting reason.
    pub allowed: AllowedCurrents,
    /// State of balancing.
    pub balancing: BalancingReport,
    /// Strongest reaction of all present faults.
    pub reaction: Reaction,
    /// Whether the driver has to be warned.
    pub warn_driver: bool,
    /// Thermal runaway, suspected or confirmed; `None` without one.
    pub runaway: Option<RunawayAlarm>,
}

/// Alarm of a thermal runaway: warn the driver at once, occupants have to leave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunawayAlarm {
    /// Whether it is confirmed (GB 38031-2025 C.5.3.7) or suspected only.
    pub confirmed: bool,
    /// Time since the alarm was first raised.
    pub since: Time,
    /// Time left to warn the occupants, from the configured alarm time: at most 5 minutes after the onset (GB 38031-2025).
    /// Zero once it has passed.
    pub warn_within: Time,
}

pub(super) fn outputs(
    config: &BmsConfig<'_>,
    pack: &mut PackMemory,
    inputs: &ValidatedInputs,
    estimate: PackEstimate,
    decisions: &Decisions,
) -> Outputs {
    let store = &pack.store;
    let confirmed = store.is_present(FaultId::RunawayConfirmed);
    let alarm = confirmed || store.is_present(FaultId::RunawaySuspected);
    let now_ms = store.now_ms();
    pack.runaway_since_ms = alarm.then(|| pack.runaway_since_ms.unwrap_or(now_ms));
    let cell = |of: crate::plausibility::IndexedValue| (units::volts(of.value), of.index);
    let sensor = |of: crate::plausibility::IndexedValue| (units::kelvin(of.value), of.index);
    Outputs {
        now_ms,
        estimate,
        health: pack.health.estimate(estimate.mean.resistance_scale),
        current: inputs.current_a.map(units::amperes),
        current_direction: pack.current_direction,
        lowest_cell: inputs.voltages.lowest.map(cell),
        highest_cell: inputs.voltages.highest.map(cell),
        coldest: inputs.temperatures.lowest.map(sensor),
        warmest: inputs.temperatures.highest.map(sensor),
        mode: decisions.decision.mode,
        contactors: decisions.decision.contactors,
        refusal: decisions.decision.refusal,
        allowed: decisions.allowed,
        balancing: pack.balancer.report,
        reaction: store.reaction(),
        warn_driver: store.reaction() >= Reaction::Warn,
        runaway: pack
            .runaway_since_ms
            .map(|since_ms| runaway(config, confirmed, now_ms.saturating_sub(since_ms))),
    }
}

/// The alarm `since_ms` after it was raised. The detection time is subtracted from the time left.
#[expect(clippy::cast_precision_loss, reason = "a duration for people")]
fn runaway(config: &BmsConfig<'_>, confirmed: bool, since_ms: u64) -> RunawayAlarm {
    let since_s = since_ms as f32 * 1e-3;
    let found_s = units::to_seconds(config.budget(FaultId::RunawaySuspected).detection);
    RunawayAlarm {
        confirmed,
        since: units::seconds(since_s),
        warn_within: units::seconds((config.thermal.runaway_alarm_s - found_s - since_s).max(0.0)),
    }
}
