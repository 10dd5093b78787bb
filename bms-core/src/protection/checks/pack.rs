//! The pack voltage, against its limits, the cells and the link.

use crate::estimation::PackEstimate;
use crate::fault::FaultId;
use crate::math;
use crate::plausibility::Channel;
use crate::protection::context::{Ages, CheckContext, FaultReporter, ReadingFaults};
use crate::protection::store::Finding;
use crate::units::{Ratio, to_amperes, to_ratio, to_volts};

const PACK_READING: ReadingFaults = ReadingFaults {
    missing: FaultId::PackVoltageMissing,
    stale: FaultId::PackVoltageStale,
    stuck: FaultId::PackVoltageStuck,
    out_of_range: FaultId::PackVoltageOutOfRange,
    rate: FaultId::PackVoltageRate,
    not_finite: FaultId::PackVoltageNotFinite,
};

const LINK_READING: ReadingFaults = ReadingFaults {
    missing: FaultId::LinkVoltageMissing,
    stale: FaultId::LinkVoltageStale,
    stuck: FaultId::LinkVoltageStuck,
    out_of_range: FaultId::LinkVoltageOutOfRange,
    rate: FaultId::LinkVoltageRate,
    not_finite: FaultId::LinkVoltageNotFinite,
};

/// Checks both readings.
pub(crate) fn check_readings(context: &CheckContext<'_>, reporter: &mut FaultReporter<'_>) {
    let sampling = &context.config.sampling;
    let ages = Ages {
        stale_ms: sampling.pack_stale_ms,
        missing_ms: sampling.pack_missing_ms,
    };
    let fitted = &context.config.fitted;
    let readings = [
        (
            fitted.pack_voltage,
            &context.signals.pack_voltage,
            PACK_READING,
        ),
        (
            fitted.link_voltage,
            &context.signals.link_voltage,
            LINK_READING,
        ),
    ];
    for (fitted, channel, faults) in readings {
        if fitted {
            reporter.reading(channel, faults, ages, context.elapsed.ms);
        }
    }
}

/// Checks the pack voltage against its limits: its own sensor, or the sum of the cells where there is none.
pub(crate) fn check_limits(context: &CheckContext<'_>, reporter: &mut FaultReporter<'_>) {
    let (value_v, since_ms) = if context.config.fitted.pack_voltage {
        let channel = &context.signals.pack_voltage;
        let sample = Some(channel.value()).filter(|_| is_new_number(channel));
        (sample, channel.interval_ms())
    } else {
        (context.sum_v(), context.elapsed.ms)
    };
    let Some(value_v) = value_v else { return };
    let limits = &context.config.limits;
    let hysteresis_v = to_volts(limits.pack_voltage_hysteresis);
    let over = &limits.pack_over_voltage;
    for (fault, limit) in [
        (FaultId::PackOverVoltageOperating, over.operating),
        (FaultId::PackOverVoltageRecommended, over.recommended),
        (FaultId::PackOverVoltageMaximum, over.maximum),
    ] {
        reporter.above(fault, value_v, to_volts(limit), hysteresis_v, since_ms);
    }
    let under = &limits.pack_under_voltage;
    for (fault, limit) in [
        (FaultId::PackUnderVoltageOperating, under.operating),
        (FaultId::PackUnderVoltageRecommended, under.recommended),
        (FaultId::PackUnderVoltageMaximum, under.maximum),
    ] {
        reporter.below(fault, value_v, to_volts(limit), hysteresis_v, since_ms);
    }
}

fn is_new_number(channel: &Channel) -> bool {
    channel.is_new() && !channel.is_not_finite()
}

/// The pack voltage against the sum of the cells, the link voltage against the pack voltage, and a blown fuse.
pub(crate) fn check_against(context: &CheckContext<'_>, reporter: &mut FaultReporter<'_>) {
    let config = context.config;
    let limits = &config.limits;
    let whole_v = to_volts(limits.pack_over_voltage.operating);
    let closed = context.signals.mains_settled(config);
    let pack = &context.signals.pack_voltage;
    if config.fitted.pack_voltage
        && is_new_number(pack)
        && let Some(sum_v) = context.sum_v()
    {
        let since_ms = pack.interval_ms();
        let allowed_v = to_ratio(limits.sum_of_cells) * whole_v;
        let apart_v = (pack.value() - sum_v).abs();
        let fault = FaultId::SumOfCellsMismatch;
        reporter.above(fault, apart_v, allowed_v, 0.1 * allowed_v, since_ms);
        let still = context
            .current_a
            .is_none_or(|current_a| current_a.abs() < to_amperes(limits.rest_current));
        reporter.below_if(
            closed && still && sum_v > 0.0,
            FaultId::FuseBlown,
            pack.value(),
            0.5 * sum_v,
            0.0,
            since_ms,
        );
    }
    let link = &context.signals.link_voltage;
    if config.fitted.link_voltage
        && is_new_number(link)
        && let Some(pack_v) = context.pack_v().or(context.sum_v())
    {
        let allowed_v = to_ratio(limits.link_voltage) * whole_v;
        let apart_v = (link.value() - pack_v).abs();
        let fault = FaultId::LinkVoltageMismatch;
        reporter.above_if(
            closed,
            fault,
            apart_v,
            allowed_v,
            0.1 * allowed_v,
            link.interval_ms(),
        );
    }
}

/// Checks the spread of the cells' states of charge, less its uncertainty.
pub(crate) fn check_balance(
    context: &CheckContext<'_>,
    reporter: &mut FaultReporter<'_>,
    estimate: &PackEstimate,
) {
    let limit = to_ratio(context.config.limits.soc_spread);
    let (weakest, strongest) = (estimate.weakest_soc, estimate.strongest_soc);
    let apart = to_ratio(strongest.soc) - to_ratio(weakest.soc);
    // What is not known of the mean is not known of both alike.
    let variance = |sigma: Ratio| to_ratio(sigma) * to_ratio(sigma);
    let mean = variance(estimate.mean.soc_sigma);
    let own = variance(weakest.sigma) + variance(strongest.sigma) - 2.0 * mean;
    let unknown = 3.0 * math::sqrt(own);
    let finding = Finding::above(
        FaultId::CapacityImbalance,
        apart - unknown,
        limit,
        0.2 * limit,
    );
    reporter.finding(finding.with_value(apart, limit), context.elapsed.ms);
}
