//! Third stage of a tick: fault checks.

use super::PackMemory;
use super::acquire::ValidatedInputs;
use super::memory::Memory;
use crate::config::{BmsConfig, Range};
use crate::estimation::{CellSet, PackEstimate};
use crate::fast_path;
use crate::measurement::Measurements;
use crate::plausibility::Extremes;
use crate::protection::checks;
use crate::protection::{
    CellMemory, CheckContext, FaultReporter, FaultStore, FreezeFrame, PrechargeSample,
    SensorMemory, Source,
};
use crate::units::{self, to_amperes, to_ratio};

/// Runs every check and updates the fault store.
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
    if pack.signals.commands.acknowledge && pack.signals.commands.is_new {
        store.acknowledge();
    }
    let cells_settled = inputs.cell_dropped.is_some()
        && check_cells(&context, memory.cells, &mut pack.unsettled, store);
    let sensors_settled = inputs.sensors_scanned
        && check_sensors(
            &context,
            memory.sensors,
            pack.temperatures.was_settled(),
            store,
        );
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
    if inputs.sensors_scanned {
        pack.temperatures.settle(sensors_settled);
    }
}

impl PackMemory {
    pub(super) fn clear_records(&mut self) {
        self.store.clear_records();
        self.evaluate_again();
    }

    pub(super) fn begin_operation_cycle(&mut self) {
        self.store.begin_operation_cycle();
        self.evaluate_again();
    }

    /// Tests that count as not completed have a result in the next tick, whether or not a sample arrives.
    fn evaluate_again(&mut self) {
        self.voltages.settle(false);
        self.temperatures.settle(false);
    }
}

/// Checks every cell, and returns whether none has to be evaluated before its next sample or before it is stale; the cells
/// that have to are `unsettled`.
fn check_cells(
    context: &CheckContext<'_>,
    cells: &mut [CellMemory],
    unsettled: &mut CellSet,
    store: &mut FaultStore,
) -> bool {
    let window = checks::cells::quiet_window(context);
    let mut completed = store.completed(&checks::cells::TESTS);
    let before = core::mem::replace(unsettled, CellSet::EMPTY);
    for (index, cell) in cells.iter_mut().enumerate() {
        let second_v = checks::cells::second_v(context, index);
        let tests = 1 + usize::from(cell.voltage.is_new());
        let quiet = fast_path::allowed()
            && completed >= tests
            && !before.contains(index)
            && window.contains(&cell.voltage, second_v)
            && !cell.voltage.is_broken();
        if quiet {
            continue;
        }
        checks::cells::check(context, &window, index, cell, second_v, store);
        if !cell.debouncers.is_idle() {
            unsettled.insert(index);
        }
        if completed < checks::cells::TESTS.len() {
            completed = store.completed(&checks::cells::TESTS);
        }
    }
    unsettled.len() == 0
}

/// Checks every temperature sensor, and returns whether none has to be evaluated before its next sample or before it is
/// stale; `settled` is what the evaluation before returned.
fn check_sensors(
    context: &CheckContext<'_>,
    sensors: &mut [SensorMemory],
    settled: bool,
    store: &mut FaultStore,
) -> bool {
    let window = checks::temperatures::quiet_window(context);
    let mut completed = store.completed(&checks::temperatures::TESTS);
    let mut all_idle = true;
    for (index, sensor) in sensors.iter_mut().enumerate() {
        let second_k = checks::temperatures::second_k(context, index);
        let is_new = sensor.temperature.is_new();
        let tests = 1 + usize::from(is_new) + usize::from(is_new && sensor.rise.ended_ms > 0);
        let quiet = fast_path::allowed()
            && completed >= tests
            && (settled || sensor.debouncers.is_idle())
            && window.contains(&sensor.temperature, second_k)
            && checks::temperatures::is_rise_quiet(context, &sensor.rise);
        if quiet {
            continue;
        }
        checks::temperatures::check(context, &window, index, sensor, second_k, store);
        all_idle = all_idle && sensor.debouncers.is_idle();
        if completed < checks::temperatures::TESTS.len() {
            completed = store.completed(&checks::temperatures::TESTS);
        }
    }
    all_idle
}

/// Ranges of temperature and SoC over the pack, for limits that depend on them; the widest range if unknown.
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
