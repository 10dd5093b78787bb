//! Each temperature: as a danger, as a sign of runaway, and as a reading.

use crate::config::Levels;
use crate::protection::catalogue::FaultId;
use crate::protection::context::{
    Ages, CheckContext, CurrentDirection, FaultReporter, ReadingFaults,
};
use crate::protection::memory::SensorMemory;
use crate::protection::record::Source;
use crate::protection::status::DtcStatus;
use crate::protection::store::{FaultStore, Finding};
use crate::units::{ThermodynamicTemperature, to_kelvin, to_kelvin_interval};

const READING: ReadingFaults = ReadingFaults {
    missing: FaultId::TemperatureMissing,
    stale: FaultId::TemperatureStale,
    stuck: FaultId::TemperatureStuck,
    out_of_range: FaultId::TemperatureOutOfRange,
    rate: FaultId::TemperatureRate,
    not_finite: FaultId::TemperatureNotFinite,
};

/// The faults of one case.
#[derive(Clone, Copy, Debug)]
struct CaseFaults {
    current_direction: CurrentDirection,
    over: [FaultId; 3],
    under: [FaultId; 3],
}

const CASES: [CaseFaults; 3] = [
    CaseFaults {
        current_direction: CurrentDirection::Charging,
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
    CaseFaults {
        current_direction: CurrentDirection::Discharging,
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
    CaseFaults {
        current_direction: CurrentDirection::Resting,
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

fn kelvins(levels: &Levels<ThermodynamicTemperature>) -> [f32; 3] {
    [levels.operating, levels.recommended, levels.maximum].map(to_kelvin)
}

/// Limits of over- and of under-temperature.
fn levels<'a>(
    context: &CheckContext<'a>,
    current_direction: CurrentDirection,
) -> (
    &'a Levels<ThermodynamicTemperature>,
    &'a Levels<ThermodynamicTemperature>,
) {
    let (over, under) = (
        &context.config.limits.over_temperature,
        &context.config.limits.under_temperature,
    );
    match current_direction {
        CurrentDirection::Charging => (&over.charging, &under.charging),
        CurrentDirection::Discharging => (&over.discharging, &under.discharging),
        CurrentDirection::Resting => (&over.resting, &under.resting),
    }
}

/// Whether every test of temperatures had a result in this operation cycle.
pub(crate) fn are_complete(store: &FaultStore) -> bool {
    let open = DtcStatus::TEST_NOT_COMPLETED_THIS_OPERATION_CYCLE;
    !store.status(FaultId::RunawayConfirmed).has(open)
}

/// Within what nothing is to be found on a temperature in one tick.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QuietTemperatures {
    low_k: f32,
    high_k: f32,
    mean_k: f32,
    spread_k: f32,
    rise_k_per_s: f32,
    ages: Ages,
    /// Whether no fault of any sensor was there or on its way.
    idle: bool,
}

impl QuietTemperatures {
    pub(crate) fn new(context: &CheckContext<'_>, idle: bool) -> Self {
        let limits = &context.config.limits;
        let sampling = &context.config.sampling;
        let (mut low_k, mut high_k) = (0.0_f32, f32::INFINITY);
        for faults in CASES {
            if context
                .current_direction
                .is_none_or(|current_direction| current_direction == faults.current_direction)
            {
                let (over, under) = levels(context, faults.current_direction);
                low_k = low_k.max(to_kelvin(under.operating));
                high_k = high_k.min(to_kelvin(over.operating));
            }
        }
        Self {
            low_k,
            high_k,
            mean_k: context.temperatures.mean().unwrap_or(f32::NAN),
            spread_k: to_kelvin_interval(limits.temperature_spread),
            rise_k_per_s: limits
                .temperature_rise_k_per_s
                .min(context.config.thermal.runaway_k_per_s),
            ages: Ages {
                stale_ms: sampling.temperature_stale_ms,
                missing_ms: sampling.temperature_missing_ms,
            },
            idle,
        }
    }

    /// Whether nothing is to be found on this sensor; `second_k` is what its second one shows.
    fn holds(&self, sensor: &SensorMemory, second_k: Option<f32>) -> bool {
        let temperature = &sensor.temperature;
        let inside = |value_k: f32| value_k >= self.low_k && value_k <= self.high_k;
        (self.idle || sensor.bank.is_idle())
            && temperature.age_ms() <= self.ages.stale_ms
            && (!temperature.is_new()
                || temperature.is_sound()
                    && inside(temperature.value())
                    && second_k.is_none_or(inside)
                    && (temperature.value() - self.mean_k).abs() <= self.spread_k
                    && (sensor.rise.ended_ms == 0 || sensor.rise.k_per_s < self.rise_k_per_s))
    }
}

/// Judges one sensor, and says whether it had nothing to tell. Most sensors have not, and are left with one look.
pub(crate) fn check(
    context: &CheckContext<'_>,
    index: usize,
    sensor: &mut SensorMemory,
    store: &mut FaultStore,
    quiet: &QuietTemperatures,
    complete: bool,
) -> bool {
    let second_k = context
        .measurements
        .temperatures
        .get(index)
        .and_then(|measured| measured.second_temperature.new_sample())
        .map(to_kelvin)
        .filter(|second_k| second_k.is_finite());
    if complete && quiet.holds(sensor, second_k) {
        return true;
    }
    let temperature = &sensor.temperature;
    let ages = quiet.ages;
    let mut reporter = FaultReporter {
        debouncers: sensor.bank.debouncers(),
        store,
        timings: &context.config.timings,
        source: Source::TemperatureSensor(u8::try_from(index).unwrap_or(u8::MAX)),
    };
    reporter.reading(temperature, READING, ages, context.elapsed.ms);
    if !temperature.is_new() || temperature.is_not_finite() {
        return false;
    }
    let since_ms = temperature.interval_ms().min(ages.missing_ms);
    let value_k = temperature.value();
    let pair = Finding::fact(
        FaultId::TemperaturePairDisagrees,
        temperature.second_disagrees(),
    );
    let apart_k = second_k.map_or(f32::NAN, |second_k| (second_k - value_k).abs());
    let pair_k = to_kelvin_interval(context.config.sensing.temperature_pair);
    reporter.finding(pair.with_value(apart_k, pair_k), since_ms);
    // Of two readings the worse one counts, whichever of them is wrong.
    let highest_k = second_k.map_or(value_k, |second_k| second_k.max(value_k));
    let lowest_k = second_k.map_or(value_k, |second_k| second_k.min(value_k));
    judge_cases(context, &mut reporter, lowest_k, highest_k, since_ms);
    judge_spread(context, &mut reporter, value_k, since_ms);
    if sensor.rise.ended_ms > 0 {
        judge_rise(
            context,
            &mut reporter,
            value_k,
            sensor.rise,
            sensor.cell_dropped,
        );
    }
    false
}

/// The limits of what the battery is doing; where nobody knows, those of everything it might be doing.
fn judge_cases(
    context: &CheckContext<'_>,
    reporter: &mut FaultReporter<'_>,
    lowest_k: f32,
    highest_k: f32,
    since_ms: u16,
) {
    let hysteresis_k = to_kelvin_interval(context.config.limits.temperature_hysteresis);
    for faults in CASES {
        let (over, under) = levels(context, faults.current_direction);
        let holds = context
            .current_direction
            .is_none_or(|current_direction| current_direction == faults.current_direction);
        for (fault, limit_k) in faults.over.into_iter().zip(kelvins(over)) {
            reporter.above_if(holds, fault, highest_k, limit_k, hysteresis_k, since_ms);
        }
        for (fault, limit_k) in faults.under.into_iter().zip(kelvins(under)) {
            reporter.below_if(holds, fault, lowest_k, limit_k, hysteresis_k, since_ms);
        }
    }
}

fn judge_spread(
    context: &CheckContext<'_>,
    reporter: &mut FaultReporter<'_>,
    value_k: f32,
    since_ms: u16,
) {
    let Some(mean_k) = context.temperatures.mean() else {
        return;
    };
    let spread_k = to_kelvin_interval(context.config.limits.temperature_spread);
    reporter.above(
        FaultId::TemperatureSpread,
        (value_k - mean_k).abs(),
        spread_k,
        0.1 * spread_k,
        since_ms,
    );
}

/// GB 38031-2025 C.5.3.7: (a) a voltage drop of more than a quarter or (b) the maximum operating temperature, and (c) a
/// rise of at least 1 K/s for more than 3 s.
fn judge_rise(
    context: &CheckContext<'_>,
    reporter: &mut FaultReporter<'_>,
    value_k: f32,
    rise: crate::protection::memory::Rise,
    cell_dropped: bool,
) {
    let limits = &context.config.limits;
    let allowed = limits.temperature_rise_k_per_s;
    let since_ms = rise.ended_ms;
    reporter.above(
        FaultId::TemperatureRise,
        rise.k_per_s,
        allowed,
        0.5 * allowed,
        since_ms,
    );
    let runaway = context.config.thermal.runaway_k_per_s;
    // "At least" so fast: the limit itself counts.
    let rising = rise.k_per_s >= runaway;
    let hottest_k = to_kelvin(limits.over_temperature.discharging.maximum);
    let confirmed = rising && (cell_dropped || value_k >= hottest_k);
    for (fault, holds) in [
        (FaultId::RunawaySuspected, rising),
        (FaultId::RunawayConfirmed, confirmed),
    ] {
        reporter.fact_of(fault, holds, rise.k_per_s, runaway, since_ms);
    }
}
