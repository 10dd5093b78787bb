//! What is wrong.

use super::Memory;
use super::acquire::ValidatedInputs;
use crate::config::{BmsConfig, Range};
use crate::estimation::{CellSet, PackEstimate};
use crate::measurement::Measurements;
use crate::plausibility::Extremes;
use crate::protection::checks;
use crate::protection::{
    CellMemory, CheckContext, FaultReporter, FaultStore, FreezeFrame, PrechargeSample,
    SensorMemory, Source,
};
use crate::units::{self, to_amperes, to_ratio};

/// Finds what is wrong.
pub(super) fn protect(
    config: &BmsConfig<'_>,
    memory: &mut Memory<'_>,
    measurements: &Measurements<'_>,
    inputs: &ValidatedInputs,
    estimate: &PackEstimate,
) {
    let pack = &mut *memory.pack;
    let (temperature_k, soc) = ranges(&inputs.temperatures, estimate);
    pack.mapped.update(&config.limits, temperature_k, soc);
    let context = CheckContext {
        config,
        mapped: &pack.mapped,
        measurements,
        signals: &pack.signals,
        elapsed: inputs.elapsed,
        voltages: inputs.voltages,
        temperatures: inputs.temperatures,
        voltages_are_new: inputs.voltages_are_new,
        current_a: inputs.current_a,
        current_direction: pack.current_direction,
        rested_s: pack.rested_s,
    };
    let store = &mut pack.store;
    store.begin(context.elapsed.ms, frame(&context, estimate));
    if pack.signals.commands.acknowledge && pack.signals.commands.fresh {
        store.acknowledge();
    }
    let cells_settled = inputs.cell_dropped.is_some()
        && check_cells(&context, memory.cells, &mut pack.unsettled, store);
    let sensors_settled = inputs.looked_at_sensors
        && check_sensors(&context, memory.sensors, pack.temperatures.held(), store);
    checks::current::check_sensors(&context, &mut pack.debouncers, store);
    checks::front_ends::check(&context, &mut pack.debouncers, store);
    checks::high_voltage::check_contactors(&context, &mut pack.debouncers, store);
    pack.precharge
        .tick(&config.high_voltage, &precharge_sample(&context));
    let mut reporter = FaultReporter {
        debouncers: pack.debouncers.pack.debouncers(),
        store,
        timings: &config.timings,
        source: Source::Pack,
    };
    pack.current_judged_ms = pack.current_judged_ms.saturating_add(context.elapsed.ms);
    if context
        .signals
        .currents
        .iter()
        .any(|channel| channel.is_new() && !channel.is_not_finite())
    {
        let since_ms = pack
            .current_judged_ms
            .min(config.sampling.current_missing_ms);
        checks::current::check_limits(&context, &mut reporter, since_ms);
        checks::current::check_pair(&context, &mut reporter, since_ms);
        pack.current_judged_ms = 0;
    }
    checks::current::check_fuse(&context, &mut reporter, &mut pack.fuse);
    checks::pack::check_readings(&context, &mut reporter);
    checks::pack::check_limits(&context, &mut reporter);
    checks::pack::check_against(&context, &mut reporter);
    checks::pack::check_balance(&context, &mut reporter, estimate);
    checks::high_voltage::check_isolation(&context, &mut reporter);
    checks::high_voltage::check_loops(&context, &mut reporter);
    checks::high_voltage::check_precharge(&context, &mut reporter, &pack.precharge.found);
    checks::high_voltage::check_opening(&context, &mut reporter);
    checks::thermal::check(&context, &mut reporter);
    checks::charging::check(&context, &mut reporter);
    checks::estimates::check(&context, &mut reporter, estimate);
    let capacity = to_ratio(pack.health.capacity.scale());
    checks::estimates::check_capacity(&context, &mut reporter, capacity);
    checks::estimates::check_energy(&context, &mut reporter, &mut pack.energy, estimate);
    checks::system::check(&context, &mut reporter, pack.snapshot);
    pack.forget_reported_snapshot();
    pack.signals.was_plugged = measurements.charger.plugged;
    if let Some(dropped) = inputs.cell_dropped {
        pack.voltages.settle(cells_settled && !dropped);
    }
    if inputs.looked_at_sensors {
        pack.temperatures.settle(sensors_settled);
    }
}

/// Judges every cell, and says whether nothing but a sample or its age changes what is found; where something else may, the
/// cell is one of `unsettled`.
fn check_cells(
    context: &CheckContext<'_>,
    cells: &mut [CellMemory],
    unsettled: &mut CellSet,
    store: &mut FaultStore,
) -> bool {
    let limits = checks::cells::CellLimits::new(context);
    let mut complete = checks::cells::are_complete(store);
    let mut waiting = false;
    let before = core::mem::replace(unsettled, CellSet::EMPTY);
    for (index, cell) in cells.iter_mut().enumerate() {
        // Where tests still have to be completed, one cell that is judged as a whole does that for all.
        let completed = complete || waiting && !cell.voltage.is_new();
        let idle = !before.contains(index);
        if checks::cells::check(context, &limits, index, cell, store, (idle, completed)) {
            continue;
        }
        if !cell.is_settled() {
            unsettled.insert(index);
        }
        waiting = waiting || !cell.voltage.is_new();
        complete = complete || checks::cells::are_complete(store);
    }
    unsettled.len() == 0
}

/// Judges every temperature sensor, and says whether nothing but a sample or its age changes what is found; `idle` says that
/// it was so before.
fn check_sensors(
    context: &CheckContext<'_>,
    sensors: &mut [SensorMemory],
    idle: bool,
    store: &mut FaultStore,
) -> bool {
    let quiet = checks::temperatures::QuietTemperatures::new(context, idle);
    let mut complete = checks::temperatures::are_complete(store);
    let (mut settled, mut waiting, mut new) = (true, false, false);
    for (index, sensor) in sensors.iter_mut().enumerate() {
        let judged = if sensor.temperature.is_new() {
            new && sensor.rise.ended_ms == 0
        } else {
            waiting
        };
        let completed = complete || judged;
        if checks::temperatures::check(context, index, sensor, store, &quiet, completed) {
            continue;
        }
        settled = settled && sensor.bank.is_idle();
        waiting = waiting || !sensor.temperature.is_new();
        new = new || sensor.temperature.is_new() && !sensor.temperature.is_not_finite();
        complete = complete || checks::temperatures::are_complete(store);
    }
    settled
}

/// Ranges of temperature and SoC over the pack, for limits that depend on them; the whole of it where nothing is known.
pub(super) fn ranges(temperatures: &Extremes, estimate: &PackEstimate) -> (Range, Range) {
    let (low_k, high_k) = temperatures.range().unwrap_or((0.0, 1000.0));
    let temperature_k = Range {
        low: low_k,
        high: high_k,
    };
    let soc = Range {
        low: to_ratio(estimate.weakest_soc.soc),
        high: to_ratio(estimate.strongest_soc.soc),
    };
    (temperature_k, soc)
}

fn frame(context: &CheckContext<'_>, estimate: &PackEstimate) -> FreezeFrame {
    let volts = |value: Option<f32>| units::volts(value.unwrap_or(f32::NAN));
    let value = |of: Option<crate::plausibility::IndexedValue>| of.map(|of| of.value);
    let (voltages, temperatures) = (&context.voltages, &context.temperatures);
    FreezeFrame {
        current: units::amperes(context.current_a.unwrap_or(f32::NAN)),
        pack_voltage: volts(context.pack_v().or(context.sum_v())),
        lowest_cell: volts(value(voltages.lowest)),
        highest_cell: volts(value(voltages.highest)),
        coldest: units::kelvin(value(temperatures.lowest).unwrap_or(f32::NAN)),
        warmest: units::kelvin(value(temperatures.highest).unwrap_or(f32::NAN)),
        soc: estimate.mean.soc,
    }
}

fn precharge_sample(context: &CheckContext<'_>) -> PrechargeSample {
    PrechargeSample {
        closed: context.signals.commands.contactors.precharging(),
        pack_v: context.pack_v().or(context.sum_v()),
        link_v: context.link_v(),
        link_is_new: context.signals.link_voltage.is_new(),
        current_a: context.current_a,
        sensor_error_a: to_amperes(context.config.sensing.current_offset),
        dt_s: context.elapsed.s,
    }
}
