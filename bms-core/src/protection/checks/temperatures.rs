//! Each temperature: as a danger, as a sign of runaway, and as a reading.

use crate::config::Levels;
use crate::protection::book::{FaultBook, Finding};
use crate::protection::catalogue::FaultId;
use crate::protection::memory::SensorMemory;
use crate::protection::record::Source;
use crate::protection::scene::{Ages, Case, Judge, ReadingFaults, Scene};
use crate::protection::status::DtcStatus;
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
    case: Case,
    over: [FaultId; 3],
    under: [FaultId; 3],
}

const CASES: [CaseFaults; 3] = [
    CaseFaults {
        case: Case::Charging,
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
        case: Case::Discharging,
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
        case: Case::Resting,
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
    scene: &Scene<'a>,
    case: Case,
) -> (
    &'a Levels<ThermodynamicTemperature>,
    &'a Levels<ThermodynamicTemperature>,
) {
    let (over, under) = (
        &scene.config.limits.over_temperature,
        &scene.config.limits.under_temperature,
    );
    match case {
        Case::Charging => (&over.charging, &under.charging),
        Case::Discharging => (&over.discharging, &under.discharging),
        Case::Resting => (&over.resting, &under.resting),
    }
}

/// Whether every test of temperatures had a result in this operation cycle.
pub(crate) fn are_complete(book: &FaultBook) -> bool {
    let open = DtcStatus::TEST_NOT_COMPLETED_THIS_OPERATION_CYCLE;
    !book.status(FaultId::RunawayConfirmed).has(open)
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
    pub(crate) fn new(scene: &Scene<'_>, idle: bool) -> Self {
        let limits = &scene.config.limits;
        let rhythm = &scene.config.rhythm;
        let (mut low_k, mut high_k) = (0.0_f32, f32::INFINITY);
        for faults in CASES {
            if scene.case.is_none_or(|case| case == faults.case) {
                let (over, under) = levels(scene, faults.case);
                low_k = low_k.max(to_kelvin(under.operating));
                high_k = high_k.min(to_kelvin(over.operating));
            }
        }
        Self {
            low_k,
            high_k,
            mean_k: scene.temperatures.mean().unwrap_or(f32::NAN),
            spread_k: to_kelvin_interval(limits.temperature_spread),
            rise_k_per_s: limits
                .temperature_rise_k_per_s
                .min(scene.config.thermal.runaway_k_per_s),
            ages: Ages {
                stale_ms: rhythm.temperature_stale_ms,
                missing_ms: rhythm.temperature_missing_ms,
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
    scene: &Scene<'_>,
    index: usize,
    sensor: &mut SensorMemory,
    book: &mut FaultBook,
    quiet: &QuietTemperatures,
    complete: bool,
) -> bool {
    let second_k = scene
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
    let mut judge = Judge {
        qualifiers: sensor.bank.qualifiers(),
        book,
        timings: &scene.config.timings,
        source: Source::TemperatureSensor(u8::try_from(index).unwrap_or(u8::MAX)),
    };
    judge.reading(temperature, READING, ages, scene.elapsed.ms);
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
    let pair_k = to_kelvin_interval(scene.config.sensing.temperature_pair);
    judge.finding(pair.with_value(apart_k, pair_k), since_ms);
    // Of two readings the worse one counts, whichever of them is wrong.
    let highest_k = second_k.map_or(value_k, |second_k| second_k.max(value_k));
    let lowest_k = second_k.map_or(value_k, |second_k| second_k.min(value_k));
    judge_cases(scene, &mut judge, lowest_k, highest_k, since_ms);
    judge_spread(scene, &mut judge, value_k, since_ms);
    if sensor.rise.ended_ms > 0 {
        judge_rise(scene, &mut judge, value_k, sensor.rise, sensor.cell_dropped);
    }
    false
}

/// The limits of what the battery is doing; where nobody knows, those of everything it might be doing.
fn judge_cases(
    scene: &Scene<'_>,
    judge: &mut Judge<'_>,
    lowest_k: f32,
    highest_k: f32,
    since_ms: u16,
) {
    let hysteresis_k = to_kelvin_interval(scene.config.limits.temperature_hysteresis);
    for faults in CASES {
        let (over, under) = levels(scene, faults.case);
        let holds = scene.case.is_none_or(|case| case == faults.case);
        for (fault, limit_k) in faults.over.into_iter().zip(kelvins(over)) {
            judge.above_if(holds, fault, highest_k, limit_k, hysteresis_k, since_ms);
        }
        for (fault, limit_k) in faults.under.into_iter().zip(kelvins(under)) {
            judge.below_if(holds, fault, lowest_k, limit_k, hysteresis_k, since_ms);
        }
    }
}

fn judge_spread(scene: &Scene<'_>, judge: &mut Judge<'_>, value_k: f32, since_ms: u16) {
    let Some(mean_k) = scene.temperatures.mean() else {
        return;
    };
    let spread_k = to_kelvin_interval(scene.config.limits.temperature_spread);
    judge.above(
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
    scene: &Scene<'_>,
    judge: &mut Judge<'_>,
    value_k: f32,
    rise: crate::protection::memory::Rise,
    cell_dropped: bool,
) {
    let limits = &scene.config.limits;
    let allowed = limits.temperature_rise_k_per_s;
    let since_ms = rise.ended_ms;
    judge.above(
        FaultId::TemperatureRise,
        rise.k_per_s,
        allowed,
        0.5 * allowed,
        since_ms,
    );
    let runaway = scene.config.thermal.runaway_k_per_s;
    // "At least" so fast: the limit itself counts.
    let rising = rise.k_per_s >= runaway;
    let hottest_k = to_kelvin(limits.over_temperature.discharging.maximum);
    let confirmed = rising && (cell_dropped || value_k >= hottest_k);
    for (fault, holds) in [
        (FaultId::RunawaySuspected, rising),
        (FaultId::RunawayConfirmed, confirmed),
    ] {
        judge.fact_of(fault, holds, rise.k_per_s, runaway, since_ms);
    }
}
