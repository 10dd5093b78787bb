//! What a tick comes to.

use super::PackMemory;
use super::acquire::ValidatedInputs;
use super::decide::Decisions;
use crate::config::BmsConfig;
use crate::control::{AllowedCurrents, BalancingReport, Mode, Refusal};
use crate::estimation::{HealthEstimate, PackEstimate};
use crate::measurement::Contactors;
use crate::protection::{CurrentDirection, FaultId, Reaction};
use crate::units::{self, ElectricCurrent, ElectricPotential, ThermodynamicTemperature, Time};

/// What one tick came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outputs {
    /// Milliseconds of operation.
    pub now_ms: u64,
    /// The estimates.
    pub estimate: PackEstimate,
    /// What is left of a new battery.
    pub health: HealthEstimate,
    /// Pack current less the sensor's offset; discharge positive. None where no sensor is present.
    pub current: Option<ElectricCurrent>,
    /// What the battery is doing; none where nobody knows.
    pub current_direction: Option<CurrentDirection>,
    /// Lowest present cell voltage and its cell.
    pub lowest_cell: Option<(ElectricPotential, usize)>,
    /// Highest present cell voltage and its cell.
    pub highest_cell: Option<(ElectricPotential, usize)>,
    /// Lowest present temperature and its sensor.
    pub coldest: Option<(ThermodynamicTemperature, usize)>,
    /// Highest present temperature and its sensor.
    pub warmest: Option<(ThermodynamicTemperature, usize)>,
    /// What the battery is doing as a whole.
    pub mode: Mode,
    /// Which contactors are commanded closed. Where the vehicle drives them itself: which of those that it commands may be
    /// closed.
    pub contactors: Contactors<bool>,
    /// Why the request of the vehicle is not followed; none where it is.
    pub refusal: Option<Refusal>,
    /// The currents that are allowed now, and why not more.
    pub allowed: AllowedCurrents,
    /// Balancing.
    pub balancing: BalancingReport,
    /// The strongest reaction that a present fault asks for.
    pub reaction: Reaction,
    /// Whether the driver is to be warned.
    pub warn_driver: bool,
    /// A thermal runaway that is suspected or confirmed.
    pub runaway: Option<RunawayAlarm>,
}

/// A thermal runaway: the driver is to be warned at once, and people have to leave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunawayAlarm {
    /// Whether it is confirmed (GB 38031-2025 C.5.3.7) or suspected only.
    pub confirmed: bool,
    /// Time since the alarm was raised first.
    pub since: Time,
    /// Time that is left until the alarm has to have been given, as the configuration says: at most 5 minutes after the
    /// onset (GB 38031-2025). Zero when it is over.
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
    let named = |of: crate::plausibility::IndexedValue| (units::volts(of.value), of.index);
    let sensor = |of: crate::plausibility::IndexedValue| (units::kelvin(of.value), of.index);
    Outputs {
        now_ms,
        estimate,
        health: pack.health.estimate(estimate.mean.resistance_scale),
        current: inputs.current_a.map(units::amperes),
        current_direction: pack.current_direction,
        lowest_cell: inputs.voltages.lowest.map(named),
        highest_cell: inputs.voltages.highest.map(named),
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

/// The alarm `since_ms` after it was raised: what was needed to find the runaway is off the time that is left.
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
