//! The checks of the estimates.

use crate::estimation::PackEstimate;
use crate::fault::FaultId;
use crate::protection::context::{CheckContext, FaultReporter};
use crate::protection::energy::{EnergyAccount, EnergySample};
use crate::units::{self, to_coulombs, to_ratio, to_seconds, to_volts};

/// The energy balance begins when the standard deviation of the SoC is below this.
const SETTLED_SIGMA: f32 = 0.03;

/// Checks estimator and estimates.
pub(crate) fn check(
    context: &CheckContext<'_>,
    reporter: &mut FaultReporter<'_>,
    estimate: &PackEstimate,
) {
    let limits = &context.config.estimates;
    let elapsed_ms = context.elapsed.ms;
    let refused_s = to_seconds(estimate.voltage_refused_for);
    let lockout = FaultId::InnovationLockout;
    reporter.above(
        lockout,
        refused_s,
        limits.lockout_s,
        0.5 * limits.lockout_s,
        elapsed_ms,
    );
    reporter.fact(FaultId::CovarianceReset, estimate.restarted, elapsed_ms);
    check_soc(context, reporter, estimate);
    let resistance = FaultId::ResistanceEndOfLife;
    let limit = to_ratio(limits.resistance_end_of_life);
    reporter.above(
        resistance,
        estimate.mean.resistance_scale,
        limit,
        0.05 * limit,
        elapsed_ms,
    );
}

/// Capacity against its end of life.
pub(crate) fn check_capacity(
    context: &CheckContext<'_>,
    reporter: &mut FaultReporter<'_>,
    relative_capacity: f32,
) {
    let limit = to_ratio(context.config.estimates.capacity_end_of_life);
    let fault = FaultId::CapacityEndOfLife;
    reporter.below(fault, relative_capacity, limit, 0.02, context.elapsed.ms);
}

/// At rest the voltage tells the SoC: within what hysteresis and the cell's description leave open, and three standard
/// deviations.
fn check_soc(
    context: &CheckContext<'_>,
    reporter: &mut FaultReporter<'_>,
    estimate: &PackEstimate,
) {
    let config = context.config;
    let fault = FaultId::SocImplausible;
    let allowed =
        to_ratio(config.estimates.soc_difference) + 3.0 * to_ratio(estimate.mean.soc_sigma);
    let rested = context.rested_s >= config.estimates.rest_s;
    let (Some(mean_v), Some(mean_k), true) =
        (context.voltages.mean(), context.temperatures.mean(), rested)
    else {
        reporter.fact(fault, false, context.elapsed.ms);
        return;
    };
    if !context.voltages_are_new {
        return;
    }
    let cell = &config.cell;
    let unknown_v = largest(cell.hysteresis_v) + 2.0 * largest(cell.voltage_error_v);
    let at =
        |voltage_v: f32| to_ratio(cell.soc_at_ocv(units::volts(voltage_v), units::kelvin(mean_k)));
    let (low, high) = (at(mean_v - unknown_v), at(mean_v + unknown_v));
    let soc = to_ratio(estimate.mean.soc);
    let apart = (low - soc).max(soc - high).max(0.0);
    reporter.above(
        fault,
        apart,
        allowed,
        0.3 * allowed,
        config.sampling.cell_voltage_ms.max(context.elapsed.ms),
    );
}

fn largest(values: &[f32]) -> f32 {
    values.iter().copied().fold(0.0, f32::max)
}

/// The energy through the terminals against the change of stored energy.
pub(crate) fn check_energy(
    context: &CheckContext<'_>,
    reporter: &mut FaultReporter<'_>,
    account: &mut EnergyAccount,
    estimate: &PackEstimate,
) {
    let sigma = to_ratio(estimate.mean.soc_sigma);
    let (Some(current_a), Some(terminal_v)) = (context.current_a, context.voltages.mean()) else {
        account.restart();
        return;
    };
    if estimate.restarted || sigma > SETTLED_SIGMA {
        account.restart();
        return;
    }
    let ocv_v = to_volts(estimate.mean.ocv);
    let sample = EnergySample {
        current_per_capacity: current_a / to_coulombs(context.config.cell.capacity),
        terminal_v,
        ocv_v,
        soc: to_ratio(estimate.mean.soc),
        dt_s: context.elapsed.s,
    };
    if let Some(verdict) = account.tick(&sample) {
        let limit = to_ratio(context.config.estimates.energy_imbalance) + 3.0 * sigma * ocv_v;
        let fault = FaultId::EnergyBalance;
        reporter.above(fault, verdict.lost.abs(), limit, 0.0, context.elapsed.ms);
    }
}
