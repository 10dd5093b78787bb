//! Fourth stage of a tick: mode, contactors, allowed currents, balancing.

use super::acquire::ValidatedInputs;
use super::memory::Memory;
use super::protect::ranges;
use crate::config::BmsConfig;
use crate::control::{AllowedCurrents, BalancingInputs, Decision, LimitInputs, Mode, ModeInputs};
use crate::estimation::PackEstimate;
use crate::measurement::{Commands, Measurements};
use crate::plausibility::Signals;
use crate::protection::Reaction;
use crate::units::{self, to_ratio};

/// Decisions of one tick.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decisions {
    pub(super) decision: Decision,
    pub(super) allowed: AllowedCurrents,
}

/// Decides mode and contactors, limits currents, plans balancing.
pub(super) fn decide(
    config: &BmsConfig<'_>,
    memory: &mut Memory<'_>,
    measurements: &Measurements<'_>,
    commands: &Commands,
    inputs: &ValidatedInputs,
    estimate: &PackEstimate,
) -> Decisions {
    let pack = &mut *memory.pack;
    let decision = pack.mode.tick(&ModeInputs {
        config,
        store: &pack.store,
        request: commands.request,
        command_is_stale: pack.signals.command_age_ms > config.sampling.command_stale_ms,
        supervised: commands.contactors,
        readings_complete: readings_complete(config, &pack.signals, inputs),
        pack_v: (pack.signals.pack_v(config))
            .or_else(|| inputs.voltages.sum_of(config.layout.cells)),
        link_v: pack.signals.link_v(config),
        current_a: inputs.current_a,
        charger: measurements.charger.phase,
        charger_asked_a: units::to_amperes(commands.charger_current_request),
        resistor_heat: pack.precharge.found.energy_j
            / units::to_joules(config.high_voltage.precharge_energy),
        elapsed_ms: inputs.elapsed.ms,
    });
    pack.signals.welded = pack.mode.welded;
    let (temperature_k, soc) = ranges(&inputs.temperatures, estimate);
    let patience = if inputs.voltages_are_new { 2 } else { 1 };
    let complete = usize::from(inputs.voltages.count()) == config.layout.cells;
    let allowed = pack.limiter.tick(&LimitInputs {
        config,
        estimate,
        store: &pack.store,
        mapped: &pack.mapped,
        elapsed_ms: inputs.elapsed.ms,
        temperature_k,
        soc,
        voltage_v: inputs.voltages.range().filter(|_| complete),
        voltages_are_new: inputs.voltages_are_new,
        patience,
        current_a: inputs.current_a,
        charging_allowed: commands.charging_allowed,
        mode: decision.mode,
        connected: is_connected(decision),
        dt_s: inputs.elapsed.s,
    });
    let inputs = BalancingInputs {
        config,
        allowed: balances(decision.mode) && pack.store.reaction() < Reaction::Open,
        bleed_k: pack
            .signals
            .bleed
            .plausible(config.sampling.temperature_missing_ms)
            .filter(|_| config.fitted.bleed_temperature),
        elapsed_ms: inputs.elapsed.ms,
        dt_s: inputs.elapsed.s,
        patience,
        soc: to_ratio(estimate.mean.soc),
    };
    pack.balancer.tick(&inputs, memory.cells, memory.deltas);
    Decisions { decision, allowed }
}

/// Whether current may flow: a path is closed and stays closed.
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

/// Whether every reading required for closing has arrived.
fn readings_complete(config: &BmsConfig<'_>, signals: &Signals, inputs: &ValidatedInputs) -> bool {
    let sampling = &config.sampling;
    let fitted = &config.fitted;
    usize::from(inputs.voltages.count()) == config.layout.cells
        && usize::from(inputs.temperatures.count()) == config.layout.temperature_sensors
        && inputs.current_a.is_some()
        && (!fitted.pack_voltage
            || signals
                .pack_voltage
                .present(sampling.pack_missing_ms)
                .is_some())
        && (!fitted.isolation
            || signals
                .isolation_ohm
                .present(sampling.pack_missing_ms)
                .is_some())
        && (!fitted.interlock
            || signals
                .interlock
                .present(sampling.pack_missing_ms)
                .is_some())
}
