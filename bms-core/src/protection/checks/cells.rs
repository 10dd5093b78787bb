//! The checks of each cell's voltage: its limits, and the faults of the reading.

use crate::config::Levels;
use crate::fault::{FaultId, Scope};
use crate::protection::FaultStore;
use crate::protection::context::{Ages, CheckContext, FaultReporter, ReadingFaults};
use crate::protection::fault_set::FaultSet;
use crate::protection::memory::CellMemory;
use crate::protection::quiet_window::{LimitRow, Quantity, QuietWindow};
use crate::protection::record::Source;
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

/// The tests of a cell: those that every evaluation completes, and all, which a new sample completes.
pub(crate) const TESTS: [FaultSet; 2] = [
    FaultSet::of(&[
        FaultId::CellVoltageMissing,
        FaultId::CellVoltageStale,
        FaultId::CellOpenWire,
    ]),
    FaultSet::of_scope(Scope::Cell),
];

/// Limits of every cell voltage, in volts: the strictest over all temperatures and states of charge of the pack.
fn rows(context: &CheckContext<'_>) -> impl Iterator<Item = LimitRow> {
    let limits = &context.config.limits;
    let (over_v, under_v) = (context.mapped.over_v, context.mapped.under_v);
    let hysteresis = to_volts(limits.cell_voltage_hysteresis);
    let row = move |quantity, fault, limit, hysteresis| LimitRow {
        fault,
        quantity,
        limit,
        hysteresis,
        applies: true,
    };
    let over = OVER.into_iter().zip(levels(&limits.cell_over_voltage));
    let under = UNDER.into_iter().zip(levels(&limits.cell_under_voltage));
    let deep = (FaultId::CellDeepDischarge, limits.cell_deep_discharge);
    let spread_v = to_volts(limits.cell_voltage_spread);
    let spread = row(
        Quantity::Distance,
        FaultId::CellVoltageSpread,
        spread_v,
        0.1 * spread_v,
    );
    let over = over.map(move |(fault, limit)| {
        row(
            Quantity::Highest,
            fault,
            to_volts(limit) + over_v,
            hysteresis,
        )
    });
    let under = under.chain([deep]).map(move |(fault, limit)| {
        row(
            Quantity::Lowest,
            fault,
            to_volts(limit) + under_v,
            hysteresis,
        )
    });
    over.chain(under).chain([spread])
}

const fn levels(levels: &Levels<ElectricPotential>) -> [ElectricPotential; 3] {
    [levels.operating, levels.recommended, levels.maximum]
}

/// The quiet window of every cell voltage in one tick.
pub(crate) fn quiet_window(context: &CheckContext<'_>) -> QuietWindow {
    let sampling = &context.config.sampling;
    let ages = Ages {
        stale_ms: sampling.cell_voltage_stale_ms,
        missing_ms: sampling.cell_voltage_missing_ms,
    };
    QuietWindow::new(rows(context), context.voltages.mean(), ages)
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
    window: &QuietWindow,
    index: usize,
    cell: &mut CellMemory,
    second_v: Option<f32>,
    store: &mut FaultStore,
) {
    let voltage = &cell.voltage;
    let mut reporter = FaultReporter {
        debouncers: cell.debouncers.debouncers(),
        store,
        timings: &context.config.timings,
        source: Source::Cell(u8::try_from(index).unwrap_or(u8::MAX)),
    };
    let elapsed_ms = context.elapsed.ms;
    reporter.reading(voltage, READING, window.ages, elapsed_ms);
    reporter.fact(FaultId::CellOpenWire, voltage.is_broken(), elapsed_ms);
    if !voltage.is_new() || voltage.is_not_finite() {
        return;
    }
    let since_ms = voltage.interval_ms().min(window.ages.missing_ms);
    let value_v = voltage.value();
    reporter.fact_of(
        FaultId::CellVoltagePairDisagrees,
        voltage.second_disagrees(),
        second_v.map_or(f32::NAN, |second_v| (second_v - value_v).abs()),
        to_volts(context.config.sensing.cell_voltage_pair),
        since_ms,
    );
    window.check(rows(context), &mut reporter, value_v, second_v, since_ms);
}
