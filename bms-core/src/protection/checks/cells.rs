//! The checks of each cell's voltage: its limits, and the faults of the reading.

use crate::protection::FaultStore;
use crate::protection::bounds::{Bound, Bounds, Quantity};
use crate::protection::catalogue::FaultId;
use crate::protection::context::{Ages, CheckContext, FaultReporter, ReadingFaults};
use crate::protection::fault::Scope;
use crate::protection::fault_set::FaultSet;
use crate::protection::memory::CellMemory;
use crate::protection::record::Source;
use crate::units::to_volts;

const READING: ReadingFaults = ReadingFaults {
    missing: FaultId::CellVoltageMissing,
    stale: FaultId::CellVoltageStale,
    stuck: FaultId::CellVoltageStuck,
    out_of_range: FaultId::CellVoltageOutOfRange,
    rate: FaultId::CellVoltageRate,
    not_finite: FaultId::CellVoltageNotFinite,
};

/// The tests of a cell: those that every evaluation completes, and all, which a new sample completes.
pub(crate) const TESTS: [FaultSet; 2] = [
    FaultSet::of(&[
        FaultId::CellVoltageMissing,
        FaultId::CellVoltageStale,
        FaultId::CellOpenWire,
    ]),
    FaultSet::of_scope(Scope::Cell),
];

/// Bounds of every cell voltage in one tick, in volts: the strictest over all temperatures and states of charge of the pack.
pub(crate) fn bounds(context: &CheckContext<'_>) -> Bounds<8> {
    let limits = &context.config.limits;
    let sampling = &context.config.sampling;
    let hysteresis = to_volts(limits.cell_voltage_hysteresis);
    let bound = |fault, quantity, limit, hysteresis| Bound {
        fault,
        quantity,
        limit,
        hysteresis,
        applies: true,
    };
    let over = |fault, limit| {
        let limit_v = to_volts(limit) + context.mapped.over_v;
        bound(fault, Quantity::Highest, limit_v, hysteresis)
    };
    let under = |fault, limit| {
        let limit_v = to_volts(limit) + context.mapped.under_v;
        bound(fault, Quantity::Lowest, limit_v, hysteresis)
    };
    let spread_v = to_volts(limits.cell_voltage_spread);
    let highest = &limits.cell_over_voltage;
    let lowest = &limits.cell_under_voltage;
    let table = [
        over(FaultId::CellOverVoltageOperating, highest.operating),
        over(FaultId::CellOverVoltageRecommended, highest.recommended),
        over(FaultId::CellOverVoltageMaximum, highest.maximum),
        under(FaultId::CellUnderVoltageOperating, lowest.operating),
        under(FaultId::CellUnderVoltageRecommended, lowest.recommended),
        under(FaultId::CellUnderVoltageMaximum, lowest.maximum),
        under(FaultId::CellDeepDischarge, limits.cell_deep_discharge),
        bound(
            FaultId::CellVoltageSpread,
            Quantity::Distance,
            spread_v,
            0.1 * spread_v,
        ),
    ];
    let ages = Ages {
        stale_ms: sampling.cell_voltage_stale_ms,
        missing_ms: sampling.cell_voltage_missing_ms,
    };
    Bounds::new(table, context.voltages.mean(), ages)
}

/// The cell's voltage by a second path, where a finite one arrived in this tick.
pub(crate) fn second_v(context: &CheckContext<'_>, index: usize) -> Option<f32> {
    let measured = context.measurements.cells.get(index)?;
    let second_v = measured.second_voltage.new_sample().map(to_volts);
    second_v.filter(|second_v| second_v.is_finite())
}

/// Evaluates every check of one cell.
pub(crate) fn check(
    context: &CheckContext<'_>,
    bounds: &Bounds<8>,
    index: usize,
    cell: &mut CellMemory,
    second_v: Option<f32>,
    store: &mut FaultStore,
) {
    let voltage = &cell.voltage;
    let mut reporter = FaultReporter {
        debouncers: cell.bank.debouncers(),
        store,
        timings: &context.config.timings,
        source: Source::Cell(u8::try_from(index).unwrap_or(u8::MAX)),
    };
    let elapsed_ms = context.elapsed.ms;
    reporter.reading(voltage, READING, bounds.ages, elapsed_ms);
    reporter.fact(FaultId::CellOpenWire, voltage.is_broken(), elapsed_ms);
    if !voltage.is_new() || voltage.is_not_finite() {
        return;
    }
    let since_ms = voltage.interval_ms().min(bounds.ages.missing_ms);
    let value_v = voltage.value();
    reporter.fact_of(
        FaultId::CellVoltagePairDisagrees,
        voltage.second_disagrees(),
        second_v.map_or(f32::NAN, |second_v| (second_v - value_v).abs()),
        to_volts(context.config.sensing.cell_voltage_pair),
        since_ms,
    );
    bounds.check(&mut reporter, value_v, second_v, since_ms);
}
