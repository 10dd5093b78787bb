//! What the estimates say of themselves.

use crate::estimation::PackEstimate;
use crate::protection::catalogue::FaultId;
use crate::protection::energy::{EnergyAccount, EnergySample};
use crate::protection::scene::{Judge, Scene};
use crate::units::{self, to_coulombs, to_ratio, to_seconds, to_volts};

/// The account of energy waits until the SoC is known this well.
const SETTLED_SIGMA: f32 = 0.03;

/// Judges estimator and estimates.
pub(crate) fn check(scene: &Scene<'_>, judge: &mut Judge<'_>, estimate: &PackEstimate) {
    let limits = &scene.config.estimates;
    let elapsed_ms = scene.elapsed.ms;
    let refused_s = to_seconds(estimate.voltage_refused_for);
    let lockout = FaultId::InnovationLockout;
    judge.above(
        lockout,
        refused_s,
        limits.lockout_s,
        0.5 * limits.lockout_s,
        elapsed_ms,
    );
    judge.fact(FaultId::CovarianceReset, estimate.restarted, elapsed_ms);
    check_soc(scene, judge, estimate);
    let resistance = FaultId::ResistanceEndOfLife;
    let limit = to_ratio(limits.resistance_end_of_life);
    judge.above(
        resistance,
        estimate.mean.resistance_scale,
        limit,
        0.05 * limit,
        elapsed_ms,
    );
}

/// Capacity against its end of life.
pub(crate) fn check_capacity(scene: &Scene<'_>, judge: &mut Judge<'_>, relative_capacity: f32) {
    let limit = to_ratio(scene.config.estimates.capacity_end_of_life);
    let fault = FaultId::CapacityEndOfLife;
    judge.below(fault, relative_capacity, limit, 0.02, scene.elapsed.ms);
}

/// At rest the voltage tells the SoC: within what hysteresis and the cell's description leave open, and three standard
/// deviations.
fn check_soc(scene: &Scene<'_>, judge: &mut Judge<'_>, estimate: &PackEstimate) {
    let config = scene.config;
    let fault = FaultId::SocImplausible;
    let allowed =
        to_ratio(config.estimates.soc_difference) + 3.0 * to_ratio(estimate.mean.soc_sigma);
    let rested = scene.rested_s >= config.estimates.rest_s;
    let (Some(mean_v), Some(mean_k), true) =
        (scene.voltages.mean(), scene.temperatures.mean(), rested)
    else {
        judge.fact(fault, false, scene.elapsed.ms);
        return;
    };
    if !scene.voltages_are_new {
        return;
    }
    let cell = &config.cell;
    let unknown_v = largest(cell.hysteresis_v) + 2.0 * largest(cell.voltage_error_v);
    let at =
        |voltage_v: f32| to_ratio(cell.soc_at_ocv(units::volts(voltage_v), units::kelvin(mean_k)));
    let (low, high) = (at(mean_v - unknown_v), at(mean_v + unknown_v));
    let soc = to_ratio(estimate.mean.soc);
    let apart = (low - soc).max(soc - high).max(0.0);
    judge.above(
        fault,
        apart,
        allowed,
        0.3 * allowed,
        config.rhythm.cell_voltage_ms.max(scene.elapsed.ms),
    );
}

fn largest(values: &[f32]) -> f32 {
    values.iter().copied().fold(0.0, f32::max)
}

/// The energy through the terminals against the change of stored energy.
pub(crate) fn check_energy(
    scene: &Scene<'_>,
    judge: &mut Judge<'_>,
    account: &mut EnergyAccount,
    estimate: &PackEstimate,
) {
    let sigma = to_ratio(estimate.mean.soc_sigma);
    let (Some(current_a), Some(terminal_v)) = (scene.current_a, scene.voltages.mean()) else {
        account.restart();
        return;
    };
    if estimate.restarted || sigma > SETTLED_SIGMA {
        account.restart();
        return;
    }
    let ocv_v = to_volts(estimate.mean.ocv);
    let sample = EnergySample {
        current_per_capacity: current_a / to_coulombs(scene.config.cell.capacity),
        terminal_v,
        ocv_v,
        soc: to_ratio(estimate.mean.soc),
        dt_s: scene.elapsed.s,
    };
    if let Some(verdict) = account.tick(&sample) {
        let limit = to_ratio(scene.config.estimates.energy_imbalance) + 3.0 * sigma * ocv_v;
        let fault = FaultId::EnergyBalance;
        judge.above(fault, verdict.lost.abs(), limit, 0.0, scene.elapsed.ms);
    }
}
