//! The checks of each temperature: its limits, the signs of thermal runaway, and the faults of the reading.

use crate::config::{ByDirection, Levels};
use crate::fault::{FaultId, Scope};
use crate::protection::FaultStore;
use crate::protection::context::{
    Ages, CheckContext, CurrentDirection, FaultReporter, ReadingFaults,
};
use crate::protection::fault_set::FaultSet;
use crate::protection::memory::{Rise, SensorMemory};
use crate::protection::quiet_window::{LimitRow, Quantity, QuietWindow};
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

/// The faults of one direction of the current, from the operating to the maximum limit.
#[derive(Clone, Copy, Debug)]
struct DirectionFaults {
    direction: CurrentDirection,
    over: [FaultId; 3],
    under: [FaultId; 3],
}

const DIRECTIONS: [DirectionFaults; 3] = [
    DirectionFaults {
        direction: CurrentDirection::Charging,
        over: [
            FaultId::OverTemperatureChargingOperating,
            FaultId::OverTemperatureChargingRecommended,
            FaultId::OverTemperatureChargingMaximum,
        ],
        under: [
            FaultId::UnderTemperatureChargingOperating,
            FaultId::UnderTemperatureChargingRecommended,
            FaultId::UnderTemperatureChargingMaximum,
        ],
    },
    DirectionFaults {
        direction: CurrentDirection::Discharging,
        over: [
            FaultId::OverTemperatureDischargingOperating,
            FaultId::OverTemperatureDischargingRecommended,
            FaultId::OverTemperatureDischargingMaximum,
        ],
        under: [
            FaultId::UnderTemperatureDischargingOperating,
            FaultId::UnderTemperatureDischargingRecommended,
            FaultId::UnderTemperatureDischargingMaximum,
        ],
    },
    DirectionFaults {
        direction: CurrentDirection::Resting,
        over: [
            FaultId::OverTemperatureRestingOperating,
            FaultId::OverTemperatureRestingRecommended,
            FaultId::OverTemperatureRestingMaximum,
        ],
        under: [
            FaultId::UnderTemperatureRestingOperating,
            FaultId::UnderTemperatureRestingRecommended,
            FaultId::UnderTemperatureRestingMaximum,
        ],
    },
];

fn levels_k(
    limits: &ByDirection<Levels<ThermodynamicTemperature>>,
    direction: CurrentDirection,
) -> [f32; 3] {
    let levels = match direction {
        CurrentDirection::Charging => &limits.charging,
        CurrentDirection::Discharging => &limits.discharging,
        CurrentDirection::Resting => &limits.resting,
    };
    [levels.operating, levels.recommended, levels.maximum].map(to_kelvin)
}

/// Limits of every temperature, in kelvin: those of the present direction of the current apply, or those of every direction
/// while it is unknown.
fn rows(context: &CheckContext<'_>) -> impl Iterator<Item = LimitRow> {
    let limits = &context.config.limits;
    let present = context.current_direction;
    let hysteresis = to_kelvin_interval(limits.temperature_hysteresis);
    let spread_k = to_kelvin_interval(limits.temperature_spread);
    let spread = LimitRow {
        fault: FaultId::TemperatureSpread,
        quantity: Quantity::Distance,
        limit: spread_k,
        hysteresis: 0.1 * spread_k,
        applies: true,
    };
    let directions = DIRECTIONS.into_iter().flat_map(move |faults| {
        let direction = faults.direction;
        let row = move |quantity, (fault, limit)| LimitRow {
            fault,
            quantity,
            limit,
            hysteresis,
            applies: present.is_none_or(|present| present == direction),
        };
        let over_k = levels_k(&limits.over_temperature, direction);
        let under_k = levels_k(&limits.under_temperature, direction);
        let over = faults.over.into_iter().zip(over_k);
        let under = faults.under.into_iter().zip(under_k);
        over.map(move |limit| row(Quantity::Highest, limit))
            .chain(under.map(move |limit| row(Quantity::Lowest, limit)))
    });
    directions.chain([spread])
}

/// The quiet window of every temperature in one tick.
pub(crate) fn quiet_window(context: &CheckContext<'_>) -> QuietWindow {
    let sampling = &context.config.sampling;
    let ages = Ages {
        stale_ms: sampling.temperature_stale_ms,
        missing_ms: sampling.temperature_missing_ms,
    };
    QuietWindow::new(rows(context), context.temperatures.mean(), ages)
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
    window: &QuietWindow,
    index: usize,
    sensor: &mut SensorMemory,
    second_k: Option<f32>,
    store: &mut FaultStore,
) {
    let temperature = &sensor.temperature;
    let mut reporter = FaultReporter {
        debouncers: sensor.debouncers.debouncers(),
        store,
        timings: &context.config.timings,
        source: Source::TemperatureSensor(u8::try_from(index).unwrap_or(u8::MAX)),
    };
    reporter.reading(temperature, READING, window.ages, context.elapsed.ms);
    if !temperature.is_new() || temperature.is_not_finite() {
        return;
    }
    let since_ms = temperature.interval_ms().min(window.ages.missing_ms);
    let value_k = temperature.value();
    reporter.fact_of(
        FaultId::TemperaturePairDisagrees,
        temperature.second_disagrees(),
        second_k.map_or(f32::NAN, |second_k| (second_k - value_k).abs()),
        to_kelvin_interval(context.config.sensing.temperature_pair),
        since_ms,
    );
    window.check(rows(context), &mut reporter, value_k, second_k, since_ms);
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
