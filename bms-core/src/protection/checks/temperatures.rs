//! The checks of each temperature: its limits, the signs of thermal runaway, and the faults of the reading.

use crate::config::{ByDirection, Levels};
use crate::protection::FaultStore;
use crate::protection::bounds::{Bound, Bounds, Quantity};
use crate::protection::catalogue::FaultId;
use crate::protection::context::{
    Ages, CheckContext, CurrentDirection, FaultReporter, ReadingFaults,
};
use crate::protection::fault::{Level, Scope};
use crate::protection::fault_set::FaultSet;
use crate::protection::memory::{Rise, SensorMemory};
use crate::protection::record::Source;
use crate::units::{ThermodynamicTemperature, to_kelvin, to_kelvin_interval};

const READING: ReadingFaults = ReadingFaults {
    missing: FaultId::TemperatureMissing,
    stale: FaultId::TemperatureStale,
    stuck: FaultId::TemperatureStuck,
    out_of_range: FaultId::TemperatureOutOfRange,
    rate: FaultId::TemperatureRate,
    not_finite: FaultId::TemperatureNotFinite,
};

/// Faults of the rate of rise, evaluated at the end of each window.
const RISE: FaultSet = FaultSet::of(&[
    FaultId::TemperatureRise,
    FaultId::RunawaySuspected,
    FaultId::RunawayConfirmed,
]);

/// The tests of a sensor: those that every evaluation completes, those that a new sample completes as well, and all, which
/// a sample at the end of a window of the rate of rise completes.
pub(crate) const TESTS: [FaultSet; 3] = [
    FaultSet::of(&[FaultId::TemperatureMissing, FaultId::TemperatureStale]),
    FaultSet::of_scope(Scope::TemperatureSensor).without(&RISE),
    FaultSet::of_scope(Scope::TemperatureSensor),
];

/// Which limit a fault belongs to.
#[derive(Clone, Copy, Debug)]
enum Limit {
    Over(CurrentDirection, Level),
    Under(CurrentDirection, Level),
    Extremes,
}

/// The faults with a bound.
const LIMITS: [(FaultId, Limit); 19] = {
    use Level::{Maximum, Operating, Recommended};
    use Limit::{Extremes, Over, Under};
    [
        (
            FaultId::OverTemperatureChargingOperating,
            Over(CurrentDirection::Charging, Operating),
        ),
        (
            FaultId::OverTemperatureChargingRecommended,
            Over(CurrentDirection::Charging, Recommended),
        ),
        (
            FaultId::OverTemperatureChargingMaximum,
            Over(CurrentDirection::Charging, Maximum),
        ),
        (
            FaultId::UnderTemperatureChargingOperating,
            Under(CurrentDirection::Charging, Operating),
        ),
        (
            FaultId::UnderTemperatureChargingRecommended,
            Under(CurrentDirection::Charging, Recommended),
        ),
        (
            FaultId::UnderTemperatureChargingMaximum,
            Under(CurrentDirection::Charging, Maximum),
        ),
        (
            FaultId::OverTemperatureDischargingOperating,
            Over(CurrentDirection::Discharging, Operating),
        ),
        (
            FaultId::OverTemperatureDischargingRecommended,
            Over(CurrentDirection::Discharging, Recommended),
        ),
        (
            FaultId::OverTemperatureDischargingMaximum,
            Over(CurrentDirection::Discharging, Maximum),
        ),
        (
            FaultId::UnderTemperatureDischargingOperating,
            Under(CurrentDirection::Discharging, Operating),
        ),
        (
            FaultId::UnderTemperatureDischargingRecommended,
            Under(CurrentDirection::Discharging, Recommended),
        ),
        (
            FaultId::UnderTemperatureDischargingMaximum,
            Under(CurrentDirection::Discharging, Maximum),
        ),
        (
            FaultId::OverTemperatureRestingOperating,
            Over(CurrentDirection::Resting, Operating),
        ),
        (
            FaultId::OverTemperatureRestingRecommended,
            Over(CurrentDirection::Resting, Recommended),
        ),
        (
            FaultId::OverTemperatureRestingMaximum,
            Over(CurrentDirection::Resting, Maximum),
        ),
        (
            FaultId::UnderTemperatureRestingOperating,
            Under(CurrentDirection::Resting, Operating),
        ),
        (
            FaultId::UnderTemperatureRestingRecommended,
            Under(CurrentDirection::Resting, Recommended),
        ),
        (
            FaultId::UnderTemperatureRestingMaximum,
            Under(CurrentDirection::Resting, Maximum),
        ),
        (FaultId::TemperatureSpread, Extremes),
    ]
};

fn level_k(
    cases: &ByDirection<Levels<ThermodynamicTemperature>>,
    current_direction: CurrentDirection,
    level: Level,
) -> f32 {
    let levels = match current_direction {
        CurrentDirection::Charging => &cases.charging,
        CurrentDirection::Discharging => &cases.discharging,
        CurrentDirection::Resting => &cases.resting,
    };
    to_kelvin(match level {
        Level::Operating => levels.operating,
        Level::Recommended => levels.recommended,
        Level::Maximum => levels.maximum,
    })
}

/// Bounds of every temperature in one tick, in kelvin: the limits of the present direction of the current, or those of every
/// direction while it is unknown.
pub(crate) fn bounds(context: &CheckContext<'_>) -> Bounds<19> {
    let limits = &context.config.limits;
    let sampling = &context.config.sampling;
    let hysteresis = to_kelvin_interval(limits.temperature_hysteresis);
    let applies = |current_direction| {
        context
            .current_direction
            .is_none_or(|present| present == current_direction)
    };
    let table = LIMITS.map(|(fault, limit)| match limit {
        Limit::Over(current_direction, level) => Bound {
            fault,
            quantity: Quantity::Highest,
            limit: level_k(&limits.over_temperature, current_direction, level),
            hysteresis,
            applies: applies(current_direction),
        },
        Limit::Under(current_direction, level) => Bound {
            fault,
            quantity: Quantity::Lowest,
            limit: level_k(&limits.under_temperature, current_direction, level),
            hysteresis,
            applies: applies(current_direction),
        },
        Limit::Extremes => {
            let spread_k = to_kelvin_interval(limits.temperature_spread);
            Bound {
                fault,
                quantity: Quantity::Distance,
                limit: spread_k,
                hysteresis: 0.1 * spread_k,
                applies: true,
            }
        }
    });
    let ages = Ages {
        stale_ms: sampling.temperature_stale_ms,
        missing_ms: sampling.temperature_missing_ms,
    };
    Bounds::new(table, context.temperatures.mean(), ages)
}

/// Limits of the rate of rise in kelvin per second: of [`FaultId::TemperatureRise`], which is above it, and of a thermal
/// runaway, which is at least that fast.
fn rise_limits(context: &CheckContext<'_>) -> [f32; 2] {
    [
        context.config.limits.temperature_rise_k_per_s,
        context.config.thermal.runaway_k_per_s,
    ]
}

/// Whether no fault of the rate of rise is possible.
pub(crate) fn is_rise_quiet(context: &CheckContext<'_>, rise: &Rise) -> bool {
    let [allowed, runaway] = rise_limits(context);
    rise.ended_ms == 0 || rise.k_per_s < allowed.min(runaway)
}

/// The second sensor's temperature, where a finite one arrived in this tick.
pub(crate) fn second_k(context: &CheckContext<'_>, index: usize) -> Option<f32> {
    let measured = context.measurements.temperatures.get(index)?;
    let second_k = measured.second_temperature.new_sample().map(to_kelvin);
    second_k.filter(|second_k| second_k.is_finite())
}

/// Evaluates every check of one sensor.
pub(crate) fn check(
    context: &CheckContext<'_>,
    bounds: &Bounds<19>,
    index: usize,
    sensor: &mut SensorMemory,
    second_k: Option<f32>,
    store: &mut FaultStore,
) {
    let temperature = &sensor.temperature;
    let mut reporter = FaultReporter {
        debouncers: sensor.bank.debouncers(),
        store,
        timings: &context.config.timings,
        source: Source::TemperatureSensor(u8::try_from(index).unwrap_or(u8::MAX)),
    };
    reporter.reading(temperature, READING, bounds.ages, context.elapsed.ms);
    if !temperature.is_new() || temperature.is_not_finite() {
        return;
    }
    let since_ms = temperature.interval_ms().min(bounds.ages.missing_ms);
    let value_k = temperature.value();
    reporter.fact_of(
        FaultId::TemperaturePairDisagrees,
        temperature.second_disagrees(),
        second_k.map_or(f32::NAN, |second_k| (second_k - value_k).abs()),
        to_kelvin_interval(context.config.sensing.temperature_pair),
        since_ms,
    );
    bounds.check(&mut reporter, value_k, second_k, since_ms);
    if sensor.rise.ended_ms > 0 {
        check_rise(
            context,
            &mut reporter,
            value_k,
            sensor.rise,
            sensor.cell_dropped,
        );
    }
}

/// Thermal runaway as in GB 38031-2025 C.5.3.7: (a) a voltage drop of more than a quarter or (b) the maximum operating
/// temperature, and (c) a rise of at least 1 K/s for more than 3 s.
fn check_rise(
    context: &CheckContext<'_>,
    reporter: &mut FaultReporter<'_>,
    value_k: f32,
    rise: Rise,
    cell_dropped: bool,
) {
    let [allowed, runaway] = rise_limits(context);
    let since_ms = rise.ended_ms;
    reporter.above(
        FaultId::TemperatureRise,
        rise.k_per_s,
        allowed,
        0.5 * allowed,
        since_ms,
    );
    let rising = rise.k_per_s >= runaway;
    let hottest_k = to_kelvin(context.config.limits.over_temperature.discharging.maximum);
    let confirmed = rising && (cell_dropped || value_k >= hottest_k);
    for (fault, holds) in [
        (FaultId::RunawaySuspected, rising),
        (FaultId::RunawayConfirmed, confirmed),
    ] {
        reporter.fact_of(fault, holds, rise.k_per_s, runaway, since_ms);
    }
}
