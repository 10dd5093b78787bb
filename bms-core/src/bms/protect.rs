//! What is wrong.

use super::believe::Believed;
use super::{Memory, PackMemory};
use crate::config::{BmsConfig, Range};
use crate::estimation::{CellSet, PackEstimate};
use crate::fast_path;
use crate::measurement::Measurements;
use crate::plausibility::Spread;
use crate::protection::checks;
use crate::protection::{
    CellMemory, FaultBook, FreezeFrame, Judge, PrechargeSample, Scene, SensorMemory, Source,
};
use crate::units::{self, to_amperes, to_ratio};

/// Finds what is wrong.
pub(super) fn protect(
    config: &BmsConfig<'_>,
    memory: &mut Memory<'_>,
    measurements: &Measurements<'_>,
    believed: &Believed,
    estimate: &PackEstimate,
) {
    let pack = &mut *memory.pack;
    let (temperature_k, soc) = ranges(&believed.temperatures, estimate);
    pack.mapped.update(&config.limits, temperature_k, soc);
    let scene = Scene {
        config,
        mapped: &pack.mapped,
        measurements,
        signals: &pack.signals,
        elapsed: believed.elapsed,
        voltages: believed.voltages,
        temperatures: believed.temperatures,
        voltages_are_new: believed.voltages_are_new,
        current_a: believed.current_a,
        case: pack.case,
        rested_s: pack.rested_s,
    };
    let book = &mut pack.book;
    book.begin(scene.elapsed.ms, frame(&scene, estimate));
    if pack.signals.commands.acknowledge && pack.signals.commands.fresh {
        book.acknowledge();
    }
    let cells_settled = believed.cell_dropped.is_some()
        && check_cells(&scene, memory.cells, &mut pack.unsettled, book);
    let sensors_settled = believed.looked_at_sensors
        && check_sensors(&scene, memory.sensors, pack.temperatures.held(), book);
    checks::current::check_sensors(&scene, &mut pack.banks, book);
    checks::front_ends::check(&scene, &mut pack.banks, book);
    checks::high_voltage::check_contactors(&scene, &mut pack.banks, book);
    pack.precharge
        .tick(&config.high_voltage, &precharge_sample(&scene));
    let mut judge = Judge {
        qualifiers: pack.banks.pack.qualifiers(),
        book,
        timings: &config.timings,
        source: Source::Pack,
    };
    pack.current_judged_ms = pack.current_judged_ms.saturating_add(scene.elapsed.ms);
    if scene
        .signals
        .currents
        .iter()
        .any(|channel| channel.is_new() && !channel.is_not_finite())
    {
        let since_ms = pack.current_judged_ms.min(config.rhythm.current_missing_ms);
        checks::current::check_limits(&scene, &mut judge, since_ms);
        checks::current::check_pair(&scene, &mut judge, since_ms);
        pack.current_judged_ms = 0;
    }
    checks::current::check_fuse(&scene, &mut judge, &mut pack.fuse);
    checks::pack::check_readings(&scene, &mut judge);
    checks::pack::check_limits(&scene, &mut judge);
    checks::pack::check_against(&scene, &mut judge);
    checks::pack::check_balance(&scene, &mut judge, estimate);
    checks::high_voltage::check_isolation(&scene, &mut judge);
    checks::high_voltage::check_loops(&scene, &mut judge);
    checks::high_voltage::check_precharge(&scene, &mut judge, &pack.precharge.found);
    checks::high_voltage::check_opening(&scene, &mut judge);
    checks::thermal::check(&scene, &mut judge);
    checks::charging::check(&scene, &mut judge);
    checks::estimates::check(&scene, &mut judge, estimate);
    let capacity = to_ratio(pack.health.capacity.scale());
    checks::estimates::check_capacity(&scene, &mut judge, capacity);
    checks::estimates::check_energy(&scene, &mut judge, &mut pack.energy, estimate);
    checks::system::check(&scene, &mut judge, pack.snapshot);
    pack.forget_reported_snapshot();
    pack.signals.was_plugged = measurements.charger.plugged;
    if let Some(dropped) = believed.cell_dropped {
        pack.voltages.settle(cells_settled && !dropped);
    }
    if believed.looked_at_sensors {
        pack.temperatures.settle(sensors_settled);
    }
}

impl PackMemory {
    pub(super) fn clear_records(&mut self) {
        self.book.clear_records();
        self.evaluate_again();
    }

    pub(super) fn begin_operation_cycle(&mut self) {
        self.book.begin_operation_cycle();
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
    scene: &Scene<'_>,
    cells: &mut [CellMemory],
    unsettled: &mut CellSet,
    book: &mut FaultBook,
) -> bool {
    let bounds = checks::cells::bounds(scene);
    let mut completed = book.completed(&checks::cells::TESTS);
    let before = core::mem::replace(unsettled, CellSet::EMPTY);
    for (index, cell) in cells.iter_mut().enumerate() {
        let second_v = checks::cells::second_v(scene, index);
        let tests = 1 + usize::from(cell.voltage.is_new());
        let quiet = fast_path::allowed()
            && completed >= tests
            && !before.contains(index)
            && bounds.is_quiet(&cell.voltage, second_v)
            && !cell.voltage.is_broken();
        if quiet {
            continue;
        }
        checks::cells::check(scene, &bounds, index, cell, second_v, book);
        if !cell.is_settled() {
            unsettled.insert(index);
        }
        if completed < checks::cells::TESTS.len() {
            completed = book.completed(&checks::cells::TESTS);
        }
    }
    unsettled.len() == 0
}

/// Checks every temperature sensor, and returns whether none has to be evaluated before its next sample or before it is
/// stale; `settled` is what the evaluation before returned.
fn check_sensors(
    scene: &Scene<'_>,
    sensors: &mut [SensorMemory],
    settled: bool,
    book: &mut FaultBook,
) -> bool {
    let bounds = checks::temperatures::bounds(scene);
    let mut completed = book.completed(&checks::temperatures::TESTS);
    let mut all_idle = true;
    for (index, sensor) in sensors.iter_mut().enumerate() {
        let second_k = checks::temperatures::second_k(scene, index);
        let is_new = sensor.temperature.is_new();
        let tests = 1 + usize::from(is_new) + usize::from(is_new && sensor.rise.ended_ms > 0);
        let quiet = fast_path::allowed()
            && completed >= tests
            && (settled || sensor.bank.is_idle())
            && bounds.is_quiet(&sensor.temperature, second_k)
            && checks::temperatures::is_rise_quiet(scene, &sensor.rise);
        if quiet {
            continue;
        }
        checks::temperatures::check(scene, &bounds, index, sensor, second_k, book);
        all_idle = all_idle && sensor.bank.is_idle();
        if completed < checks::temperatures::TESTS.len() {
            completed = book.completed(&checks::temperatures::TESTS);
        }
    }
    all_idle
}

/// Ranges of temperature and SoC over the pack, for limits that depend on them; the whole of it where nothing is known.
pub(super) fn ranges(temperatures: &Spread, estimate: &PackEstimate) -> (Range, Range) {
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

fn frame(scene: &Scene<'_>, estimate: &PackEstimate) -> FreezeFrame {
    let volts = |value: Option<f32>| units::volts(value.unwrap_or(f32::NAN));
    let value = |of: Option<crate::plausibility::SpreadOf>| of.map(|of| of.value);
    let (voltages, temperatures) = (&scene.voltages, &scene.temperatures);
    FreezeFrame {
        current: units::amperes(scene.current_a.unwrap_or(f32::NAN)),
        pack_voltage: volts(scene.pack_v().or(scene.sum_v())),
        lowest_cell: volts(value(voltages.lowest)),
        highest_cell: volts(value(voltages.highest)),
        coldest: units::kelvin(value(temperatures.lowest).unwrap_or(f32::NAN)),
        warmest: units::kelvin(value(temperatures.highest).unwrap_or(f32::NAN)),
        soc: estimate.mean.soc,
    }
}

fn precharge_sample(scene: &Scene<'_>) -> PrechargeSample {
    PrechargeSample {
        closed: scene.signals.commands.contactors.precharging(),
        pack_v: scene.pack_v().or(scene.sum_v()),
        link_v: scene.link_v(),
        link_is_new: scene.signals.link_voltage.is_new(),
        current_a: scene.current_a,
        sensor_error_a: to_amperes(scene.config.sensing.current_offset),
        dt_s: scene.elapsed.s,
    }
}
