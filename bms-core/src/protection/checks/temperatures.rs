//! The checks of each temperature: its limits, the signs of thermal runaway, and the faults of the reading.

use crate::config::{Cases, Levels};
use crate::protection::FaultBook;
use crate::protection::bounds::{Bound, Bounds, Quantity};
use crate::protection::catalogue::FaultId;
use crate::protection::fault::{Level, Scope};
use crate::protection::fault_set::FaultSet;
use crate::protection::memory::{Rise, SensorMemory};
use crate::protection::record::Source;
use crate::protection::scene::{Ages, Case, Judge, ReadingFaults, Scene};
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
    Over(Case, Level),
    Under(Case, Level),
    Spread,
}

/// The faults with a bound.
const LIMITS: [(FaultId, Limit); 19] = {
    use Level::{Maximum, Operating, Recommended};
    use Limit::{Over, Spread, Under};
    [
        (
            FaultId::OverTemperatureChargingOperating,
            Over(Case::Charging, Operating),
        ),
        (
            FaultId::OverTemperatureChargingRecommended,
            Over(Case::Charging, Recommended),
        ),
        (
            FaultId::OverTemperatureChargingMaximum,
            Over(Case::Charging, Maximum),
        ),
        (
            FaultId::UnderTemperatureChargingOperating,
            Under(Case::Charging, Operating),
        ),
        (
            FaultId::UnderTemperatureChargingRecommended,
            Under(Case::Charging, Recommended),
        ),
        (
            FaultId::UnderTemperatureChargingMaximum,
            Under(Case::Charging, Maximum),
        ),
        (
            FaultId::OverTemperatureDischargingOperating,
            Over(Case::Discharging, Operating),
        ),
        (
            FaultId::OverTemperatureDischargingRecommended,
            Over(Case::Discharging, Recommended),
        ),
        (
            FaultId::OverTemperatureDischargingMaximum,
            Over(Case::Discharging, Maximum),
        ),
        (
            FaultId::UnderTemperatureDischargingOperating,
            Under(Case::Discharging, Operating),
        ),
        (
            FaultId::UnderTemperatureDischargingRecommended,
            Under(Case::Discharging, Recommended),
        ),
        (
            FaultId::UnderTemperatureDischargingMaximum,
            Under(Case::Discharging, Maximum),
        ),
        (
            FaultId::OverTemperatureRestingOperating,
            Over(Case::Resting, Operating),
        ),
        (
            FaultId::OverTemperatureRestingRecommended,
            Over(Case::Resting, Recommended),
        ),
        (
            FaultId::OverTemperatureRestingMaximum,
            Over(Case::Resting, Maximum),
        ),
        (
            FaultId::UnderTemperatureRestingOperating,
            Under(Case::Resting, Operating),
        ),
        (
            FaultId::UnderTemperatureRestingRecommended,
            Under(Case::Resting, Recommended),
        ),
        (
            FaultId::UnderTemperatureRestingMaximum,
            Under(Case::Resting, Maximum),
        ),
        (FaultId::TemperatureSpread, Spread),
    ]
};

fn level_k(cases: &Cases<Levels<ThermodynamicTemperature>>, case: Case, level: Level) -> f32 {
    let levels = match case {
        Case::Charging => &cases.charging,
        Case::Discharging => &cases.discharging,
        Case::Resting => &cases.resting,
    };
    to_kelvin(match level {
        Level::Operating => levels.operating,
        Level::Recommended => levels.recommended,
        Level::Maximum => levels.maximum,
    })
}

/// Bounds of every temperature in one tick, in kelvin: the limits of the present direction of the current, or those of every
/// direction while it is unknown.
pub(crate) fn bounds(scene: &Scene<'_>) -> Bounds<19> {
    let limits = &scene.config.limits;
    let rhythm = &scene.config.rhythm;
    let hysteresis = to_kelvin_interval(limits.temperature_hysteresis);
    let applies = |case| scene.case.is_none_or(|present| present == case);
    let table = LIMITS.map(|(fault, limit)| match limit {
        Limit::Over(case, level) => Bound {
            fault,
            quantity: Quantity::Highest,
            limit: level_k(&limits.over_temperature, case, level),
            hysteresis,
            applies: applies(case),
        },
        Limit::Under(case, level) => Bound {
            fault,
            quantity: Quantity::Lowest,
            limit: level_k(&limits.under_temperature, case, level),
            hysteresis,
            applies: applies(case),
        },
        Limit::Spread => {
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
        stale_ms: rhythm.temperature_stale_ms,
        missing_ms: rhythm.temperature_missing_ms,
    };
    Bounds::new(table, scene.temperatures.mean(), ages)
}

/// Limits of the rate of rise in kelvin per second: of [`FaultId::TemperatureRise`], which is above it, and of a thermal
/// runaway, which is at least that fast.
fn rise_limits(scene: &Scene<'_>) -> [f32; 2] {
    [
        scene.config.limits.temperature_rise_k_per_s,
        scene.config.thermal.runaway_k_per_s,
    ]
}

/// Whether no fault of the rate of rise is possible.
pub(crate) fn is_rise_quiet(scene: &Scene<'_>, rise: &Rise) -> bool {
    let [allowed, runaway] = rise_limits(scene);
    rise.ended_ms == 0 || rise.k_per_s < allowed.min(runaway)
}

/// The second sensor's temperature, where a finite one arrived in this tick.
pub(crate) fn second_k(scene: &Scene<'_>, index: usize) -> Option<f32> {
    let measured = scene.measurements.temperatures.get(index)?;
    let second_k = measured.second_temperature.new_sample().map(to_kelvin);
    second_k.filter(|second_k| second_k.is_finite())
}

/// Evaluates every check of one sensor.
pub(crate) fn check(
    scene: &Scene<'_>,
    bounds: &Bounds<19>,
    index: usize,
    sensor: &mut SensorMemory,
    second_k: Option<f32>,
    book: &mut FaultBook,
) {
    let temperature = &sensor.temperature;
    let mut judge = Judge {
        qualifiers: sensor.bank.qualifiers(),
        book,
        timings: &scene.config.timings,
        source: Source::TemperatureSensor(u8::try_from(index).unwrap_or(u8::MAX)),
    };
    judge.reading(temperature, READING, bounds.ages, scene.elapsed.ms);
    if !temperature.is_new() || temperature.is_not_finite() {
        return;
    }
    let since_ms = temperature.interval_ms().min(bounds.ages.missing_ms);
    let value_k = temperature.value();
    judge.fact_of(
        FaultId::TemperaturePairDisagrees,
        temperature.second_disagrees(),
        second_k.map_or(f32::NAN, |second_k| (second_k - value_k).abs()),
        to_kelvin_interval(scene.config.sensing.temperature_pair),
        since_ms,
    );
    bounds.check(&mut judge, value_k, second_k, since_ms);
    if sensor.rise.ended_ms > 0 {
        check_rise(scene, &mut judge, value_k, sensor.rise, sensor.cell_dropped);
    }
}

/// Thermal runaway as in GB 38031-2025 C.5.3.7: (a) a voltage drop of more than a quarter or (b) the maximum operating
/// temperature, and (c) a rise of at least 1 K/s for more than 3 s.
fn check_rise(
    scene: &Scene<'_>,
    judge: &mut Judge<'_>,
    value_k: f32,
    rise: Rise,
    cell_dropped: bool,
) {
    let [allowed, runaway] = rise_limits(scene);
    let since_ms = rise.ended_ms;
    judge.above(
        FaultId::TemperatureRise,
        rise.k_per_s,
        allowed,
        0.5 * allowed,
        since_ms,
    );
    let rising = rise.k_per_s >= runaway;
    let hottest_k = to_kelvin(scene.config.limits.over_temperature.discharging.maximum);
    let confirmed = rising && (cell_dropped || value_k >= hottest_k);
    for (fault, holds) in [
        (FaultId::RunawaySuspected, rising),
        (FaultId::RunawayConfirmed, confirmed),
    ] {
        judge.fact_of(fault, holds, rise.k_per_s, runaway, since_ms);
    }
}
