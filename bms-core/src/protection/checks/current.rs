//! The checks of the current: its limits, current in open contactors, and the faults of the sensors.

use crate::config::Levels;
use crate::fault::FaultId;
use crate::measurement::Contactors;
use crate::protection::context::{Ages, CheckContext, FaultReporter, ReadingFaults};
use crate::protection::fuse::FuseLoad;
use crate::protection::record::Source;
use crate::protection::{FaultStore, PackDebouncers};
use crate::units::{ElectricCurrent, to_amperes, to_ratio};

const READING: ReadingFaults = ReadingFaults {
    missing: FaultId::CurrentMissing,
    stale: FaultId::CurrentStale,
    stuck: FaultId::CurrentStuck,
    out_of_range: FaultId::CurrentOutOfRange,
    rate: FaultId::CurrentRate,
    not_finite: FaultId::CurrentNotFinite,
};

/// Checks each current sensor.
pub(crate) fn check_sensors(
    context: &CheckContext<'_>,
    debouncers: &mut PackDebouncers,
    store: &mut FaultStore,
) {
    let config = context.config;
    let ages = Ages {
        stale_ms: config.sampling.current_stale_ms,
        missing_ms: config.sampling.current_missing_ms,
    };
    let fitted = [true, config.fitted.second_current];
    let channels = context
        .signals
        .currents
        .iter()
        .zip(&context.signals.offsets);
    let sensors = channels.zip(&mut debouncers.current_sensors).zip(fitted);
    for ((((channel, offset), debouncers), fitted), index) in sensors.zip(0_u8..) {
        if !fitted {
            continue;
        }
        let mut reporter = FaultReporter {
            debouncers: debouncers.debouncers(),
            store,
            timings: &config.timings,
            source: Source::CurrentSensor(index),
        };
        reporter.reading(channel, READING, ages, context.elapsed.ms);
        if channel.is_new() && !channel.is_not_finite() {
            let largest_a = to_amperes(config.sensing.current_offset);
            let learned_a = if offset.is_learning() {
                offset.learned_a().abs()
            } else {
                0.0
            };
            let fault = FaultId::CurrentOffset;
            reporter.above(
                fault,
                learned_a,
                largest_a,
                0.2 * largest_a,
                channel.interval_ms(),
            );
        }
    }
}

/// Three levels of an over-current.
#[derive(Clone, Copy, Debug)]
struct OverCurrent<'a> {
    faults: [FaultId; 3],
    levels: &'a Levels<ElectricCurrent>,
    factor: f32,
    charging: bool,
}

/// Checks the pack current against its limits.
pub(crate) fn check_limits(
    context: &CheckContext<'_>,
    reporter: &mut FaultReporter<'_>,
    since_ms: u16,
) {
    let oldest_ms = context.config.sampling.current_missing_ms;
    let Some((lowest_a, highest_a)) = present_range(context, oldest_ms) else {
        return;
    };
    let hysteresis = to_ratio(context.config.limits.current_hysteresis);
    for check in over_currents(context) {
        let value_a = if check.charging { -lowest_a } else { highest_a };
        let levels = check.levels;
        let limits = [levels.operating, levels.recommended, levels.maximum].map(to_amperes);
        for (fault, limit_a) in check.faults.into_iter().zip(limits) {
            let limit_a = check.factor * limit_a;
            reporter.above(fault, value_a, limit_a, hysteresis * limit_a, since_ms);
        }
    }
    let rest_a = to_amperes(context.config.limits.rest_current);
    let largest_a = highest_a.max(-lowest_a);
    let signals = context.signals;
    let open = signals.is_reported_open(context.config);
    reporter.above_if(
        open,
        FaultId::CurrentOnOpenString,
        largest_a,
        rest_a,
        0.0,
        since_ms,
    );
    let commanded = signals.commands.contactors;
    let settled = is_open_for(context);
    reporter.above_if(
        !commanded.path_closed() && settled,
        FaultId::CurrentWhileCommandedOpen,
        largest_a,
        rest_a,
        0.0,
        since_ms,
    );
    reporter.above_if(
        !signals.commands.charging_allowed,
        FaultId::ChargeNotAllowed,
        -lowest_a,
        rest_a,
        0.0,
        since_ms,
    );
}

/// Whether the settling time of the contactors is over.
fn is_open_for(context: &CheckContext<'_>) -> bool {
    let settle_ms = context.config.high_voltage.contactor_settle_ms;
    let Contactors {
        main_positive,
        main_negative,
        precharge,
    } = &context.signals.contactors;
    [main_positive, main_negative, precharge]
        .iter()
        .all(|state| state.closed_command || state.since_ms >= settle_ms)
}

/// Lowest and highest current of the present sensors.
fn present_range(context: &CheckContext<'_>, oldest_ms: u16) -> Option<(f32, f32)> {
    let largest_a = to_amperes(context.config.sensing.current_offset);
    let fitted = [true, context.config.fitted.second_current];
    let channels = context
        .signals
        .currents
        .iter()
        .zip(&context.signals.offsets);
    channels
        .zip(fitted)
        .filter(|(_, fitted)| *fitted)
        .filter_map(|((channel, offset), _)| {
            Some(channel.last_if_finite(oldest_ms)? - offset.limited_a(largest_a))
        })
        .fold(None, |range, current_a| match range {
            None => Some((current_a, current_a)),
            Some((low, high)) => Some((current_a.min(low), current_a.max(high))),
        })
}

fn over_currents<'a>(context: &CheckContext<'a>) -> [OverCurrent<'a>; 6] {
    let limits = &context.config.limits;
    let check = |faults, levels, factor, charging| OverCurrent {
        faults,
        levels,
        factor,
        charging,
    };
    [
        check(
            [
                FaultId::CellChargeOverCurrentOperating,
                FaultId::CellChargeOverCurrentRecommended,
                FaultId::CellChargeOverCurrentMaximum,
            ],
            &limits.cell_charge_current,
            context.mapped.charge,
            true,
        ),
        check(
            [
                FaultId::CellDischargeOverCurrentOperating,
                FaultId::CellDischargeOverCurrentRecommended,
                FaultId::CellDischargeOverCurrentMaximum,
            ],
            &limits.cell_discharge_current,
            context.mapped.discharge,
            false,
        ),
        check(
            [
                FaultId::StringChargeOverCurrentOperating,
                FaultId::StringChargeOverCurrentRecommended,
                FaultId::StringChargeOverCurrentMaximum,
            ],
            &limits.string_charge_current,
            1.0,
            true,
        ),
        check(
            [
                FaultId::StringDischargeOverCurrentOperating,
                FaultId::StringDischargeOverCurrentRecommended,
                FaultId::StringDischargeOverCurrentMaximum,
            ],
            &limits.string_discharge_current,
            1.0,
            false,
        ),
        check(
            [
                FaultId::PackChargeOverCurrentOperating,
                FaultId::PackChargeOverCurrentRecommended,
                FaultId::PackChargeOverCurrentMaximum,
            ],
            &limits.pack_charge_current,
            1.0,
            true,
        ),
        check(
            [
                FaultId::PackDischargeOverCurrentOperating,
                FaultId::PackDischargeOverCurrentRecommended,
                FaultId::PackDischargeOverCurrentMaximum,
            ],
            &limits.pack_discharge_current,
            1.0,
            false,
        ),
    ]
}

/// Compares the two sensors.
pub(crate) fn check_pair(
    context: &CheckContext<'_>,
    reporter: &mut FaultReporter<'_>,
    since_ms: u16,
) {
    let config = context.config;
    if !config.fitted.second_current {
        return;
    }
    let oldest_ms = config.sampling.current_stale_ms;
    let [first, second] = &context.signals.currents;
    let (Some(first_a), Some(second_a)) = (
        first.last_if_finite(oldest_ms),
        second.last_if_finite(oldest_ms),
    ) else {
        return;
    };
    let largest_a = first_a.abs().max(second_a.abs());
    let allowed_a = to_amperes(config.sensing.current_pair)
        + to_ratio(config.sensing.current_pair_ratio) * largest_a;
    let apart_a = (first_a - second_a).abs();
    let fault = FaultId::CurrentPairDisagrees;
    reporter.above(fault, apart_a, allowed_a, 0.0, since_ms);
}

/// Checks the thermal load of the fuse.
pub(crate) fn check_fuse(
    context: &CheckContext<'_>,
    reporter: &mut FaultReporter<'_>,
    load: &mut FuseLoad,
) {
    let oldest_ms = context.config.sampling.current_missing_ms;
    let Some((lowest_a, highest_a)) = present_range(context, oldest_ms) else {
        return;
    };
    let fuse = &context.config.limits.fuse;
    let share = load.tick(fuse, highest_a.max(-lowest_a), context.elapsed.s);
    for (fault, limit) in [
        (FaultId::FuseLoadRecommended, fuse.recommended),
        (FaultId::FuseLoadMaximum, fuse.maximum),
    ] {
        let limit = to_ratio(limit);
        reporter.above(fault, share, limit, 0.5 * limit, context.elapsed.ms);
    }
}
