//! What to do about it.

use super::Memory;
use super::believe::Believed;
use super::protect::ranges;
use crate::config::BmsConfig;
use crate::control::{AllowedCurrents, BalanceScene, Decision, LimitScene, Mode, ModeScene};
use crate::estimation::PackEstimate;
use crate::measurement::{Commands, Measurements};
use crate::plausibility::Signals;
use crate::protection::Reaction;
use crate::units::{self, to_ratio};

/// What was decided in one tick.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decided {
    pub(super) decision: Decision,
    pub(super) allowed: AllowedCurrents,
}

/// Decides what to do.
pub(super) fn decide(
    config: &BmsConfig<'_>,
    memory: &mut Memory<'_>,
    measurements: &Measurements<'_>,
    commands: &Commands,
    believed: &Believed,
    estimate: &PackEstimate,
) -> Decided {
    let pack = &mut *memory.pack;
    let decision = pack.mode.tick(&ModeScene {
        config,
        book: &pack.book,
        request: commands.request,
        command_is_stale: pack.signals.command_age_ms > config.rhythm.command_stale_ms,
        supervised: commands.contactors,
        readings_complete: readings_complete(config, &pack.signals, believed),
        pack_v: (pack.signals.pack_v(config))
            .or_else(|| believed.voltages.sum_of(config.layout.cells)),
        link_v: pack.signals.link_v(config),
        current_a: believed.current_a,
        charger: measurements.charger.phase,
        charger_asked_a: units::to_amperes(commands.charger_current_request),
        resistor_heat: pack.precharge.found.energy_j
            / units::to_joules(config.high_voltage.precharge_energy),
        elapsed_ms: believed.elapsed.ms,
    });
    pack.signals.welded = pack.mode.welded;
    let (temperature_k, soc) = ranges(&believed.temperatures, estimate);
    let busy = believed.voltages_are_new || pack.estimator.was_busy();
    let patience = if busy { 2 } else { 1 };
    let complete = usize::from(believed.voltages.count()) == config.layout.cells;
    let allowed = pack.limiter.tick(&LimitScene {
        config,
        estimate,
        book: &pack.book,
        mapped: &pack.mapped,
        elapsed_ms: believed.elapsed.ms,
        temperature_k,
        soc,
        voltage_v: believed.voltages.range().filter(|_| complete),
        voltages_are_new: believed.voltages_are_new,
        patience,
        current_a: believed.current_a,
        charging_allowed: commands.charging_allowed,
        mode: decision.mode,
        connected: is_connected(decision),
        dt_s: believed.elapsed.s,
    });
    let scene = BalanceScene {
        config,
        allowed: balances(decision.mode) && pack.book.reaction() < Reaction::Open,
        bleed_k: pack
            .signals
            .bleed
            .believed(config.rhythm.temperature_missing_ms)
            .filter(|_| config.fitted.bleed_temperature),
        elapsed_ms: believed.elapsed.ms,
        dt_s: believed.elapsed.s,
        patience,
        soc: to_ratio(estimate.mean.soc),
    };
    pack.balancer.tick(&scene, memory.cells, memory.differences);
    Decided { decision, allowed }
}

/// Whether current may flow: a path is closed, and is to stay so.
const fn is_connected(decision: Decision) -> bool {
    matches!(decision.mode, Mode::Drive | Mode::Charge | Mode::Supervised)
        && decision.contactors.path_closed()
}

const fn balances(mode: Mode) -> bool {
    matches!(
        mode,
        Mode::Standby | Mode::Drive | Mode::Charge | Mode::Supervised
    )
}

/// Whether every reading that the pack needs to be closed has arrived.
fn readings_complete(config: &BmsConfig<'_>, signals: &Signals, believed: &Believed) -> bool {
    let rhythm = &config.rhythm;
    let fitted = &config.fitted;
    usize::from(believed.voltages.count()) == config.layout.cells
        && usize::from(believed.temperatures.count()) == config.layout.temperature_sensors
        && believed.current_a.is_some()
        && (!fitted.pack_voltage
            || signals
                .pack_voltage
                .present(rhythm.pack_missing_ms)
                .is_some())
        && (!fitted.isolation
            || signals
                .isolation_ohm
                .present(rhythm.pack_missing_ms)
                .is_some())
        && (!fitted.interlock || signals.interlock.present(rhythm.pack_missing_ms).is_some())
}
