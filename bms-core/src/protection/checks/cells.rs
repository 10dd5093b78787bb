//! Each cell's voltage: as a danger, and as a reading.

use crate::config::Levels;
use crate::measurement::CellMeasurement;
use crate::protection::catalogue::FaultId;
use crate::protection::context::{Ages, CheckContext, FaultReporter, ReadingFaults};
use crate::protection::memory::CellMemory;
use crate::protection::record::Source;
use crate::protection::status::DtcStatus;
use crate::protection::store::FaultStore;
use crate::units::{ElectricPotential, to_volts};

const OVER: [FaultId; 3] = [
    FaultId::CellOverVoltageOperating,
    FaultId::CellOverVoltageRecommended,
    FaultId::CellOverVoltageMaximum,
];

const UNDER: [FaultId; 3] = [
    FaultId::CellUnderVoltageOperating,
    FaultId::CellUnderVoltageRecommended,
    FaultId::CellUnderVoltageMaximum,
];

const READING: ReadingFaults = ReadingFaults {
    missing: FaultId::CellVoltageMissing,
    stale: FaultId::CellVoltageStale,
    stuck: FaultId::CellVoltageStuck,
    out_of_range: FaultId::CellVoltageOutOfRange,
    rate: FaultId::CellVoltageRate,
    not_finite: FaultId::CellVoltageNotFinite,
};

/// Limits of every cell in one tick, in volts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CellLimits {
    over_v: [f32; 3],
    under_v: [f32; 3],
    deep_v: f32,
    hysteresis_v: f32,
    spread_v: f32,
    pair_v: f32,
    mean_v: f32,
    ages: Ages,
}

impl CellLimits {
    /// The strictest limits over all temperatures and states of charge of the pack.
    pub(crate) fn new(context: &CheckContext<'_>) -> Self {
        let config = context.config;
        let limits = &config.limits;
        let (over_v, under_v) = (context.mapped.over_v, context.mapped.under_v);
        Self {
            over_v: volts(&limits.cell_over_voltage).map(|limit_v| limit_v + over_v),
            under_v: volts(&limits.cell_under_voltage).map(|limit_v| limit_v + under_v),
            deep_v: to_volts(limits.cell_deep_discharge) + under_v,
            hysteresis_v: to_volts(limits.cell_voltage_hysteresis),
            spread_v: to_volts(limits.cell_voltage_spread),
            pair_v: to_volts(config.sensing.cell_voltage_pair),
            mean_v: context.voltages.mean().unwrap_or(f32::NAN),
            ages: Ages {
                stale_ms: config.sampling.cell_voltage_stale_ms,
                missing_ms: config.sampling.cell_voltage_missing_ms,
            },
        }
    }

    /// Whether a voltage is far from every limit.
    fn is_quiet(&self, voltage_v: f32) -> bool {
        let [over_v, ..] = self.over_v;
        let [under_v, ..] = self.under_v;
        voltage_v <= over_v
            && voltage_v >= under_v
            && (voltage_v - self.mean_v).abs() <= self.spread_v
    }
}

fn volts(levels: &Levels<ElectricPotential>) -> [f32; 3] {
    [levels.operating, levels.recommended, levels.maximum].map(to_volts)
}

/// Whether every test of cells had a result in this operation cycle.
pub(crate) fn are_complete(store: &FaultStore) -> bool {
    let open = DtcStatus::TEST_NOT_COMPLETED_THIS_OPERATION_CYCLE;
    !store.status(FaultId::CellVoltageSpread).has(open)
}

/// Judges one cell, and says whether it had nothing to tell. Most cells have not, and are left with one look.
///
/// Told is whether no fault of the cell is there or on its way, and whether every test had a result.
pub(crate) fn check(
    context: &CheckContext<'_>,
    limits: &CellLimits,
    index: usize,
    cell: &mut CellMemory,
    store: &mut FaultStore,
    (cell_is_idle, complete): (bool, bool),
) -> bool {
    let voltage = &cell.voltage;
    let untold = CellMeasurement::default();
    let measured = context.measurements.cells.get(index).unwrap_or(&untold);
    let second_v = measured
        .second_voltage
        .new_sample()
        .map(to_volts)
        .filter(|second_v| second_v.is_finite());
    let quiet = complete
        && cell_is_idle
        && voltage.age_ms() <= limits.ages.stale_ms
        && (voltage.is_waiting()
            || voltage.is_sound()
                && limits.is_quiet(voltage.value())
                && second_v.is_none_or(|second_v| limits.is_quiet(second_v)));
    if quiet {
        return true;
    }
    let mut reporter = FaultReporter {
        debouncers: cell.bank.debouncers(),
        store,
        timings: &context.config.timings,
        source: Source::Cell(u8::try_from(index).unwrap_or(u8::MAX)),
    };
    let elapsed_ms = context.elapsed.ms;
    reporter.reading(voltage, READING, limits.ages, elapsed_ms);
    reporter.fact(FaultId::CellOpenWire, voltage.is_broken(), elapsed_ms);
    if !voltage.is_new() || voltage.is_not_finite() {
        return false;
    }
    let since_ms = voltage.interval_ms().min(limits.ages.missing_ms);
    let value_v = voltage.value();
    let apart_v = second_v.map_or(f32::NAN, |second_v| (second_v - value_v).abs());
    reporter.fact_of(
        FaultId::CellVoltagePairDisagrees,
        voltage.second_disagrees(),
        apart_v,
        limits.pair_v,
        since_ms,
    );
    // Of two readings the worse one counts, whichever of them is wrong.
    let highest_v = second_v.map_or(value_v, |second_v| second_v.max(value_v));
    let lowest_v = second_v.map_or(value_v, |second_v| second_v.min(value_v));
    let hysteresis_v = limits.hysteresis_v;
    for (fault, limit_v) in OVER.into_iter().zip(limits.over_v) {
        reporter.above(fault, highest_v, limit_v, hysteresis_v, since_ms);
    }
    for (fault, limit_v) in UNDER.into_iter().zip(limits.under_v) {
        reporter.below(fault, lowest_v, limit_v, hysteresis_v, since_ms);
    }
    let deep = FaultId::CellDeepDischarge;
    reporter.below(deep, lowest_v, limits.deep_v, hysteresis_v, since_ms);
    let apart_v = (value_v - limits.mean_v).abs();
    let spread = FaultId::CellVoltageSpread;
    reporter.above(
        spread,
        apart_v,
        limits.spread_v,
        0.1 * limits.spread_v,
        since_ms,
    );
    false
}
