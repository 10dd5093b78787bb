//! What is wrong.

use super::Memory;
use super::believe::Believed;
use crate::config::{BmsConfig, Range};
use crate::estimation::{CellSet, PackEstimate};
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

/// Judges every cell, and says whether nothing but a sample or its age changes what is found; where something else may, the
/// cell is one of `unsettled`.
fn check_cells(
    scene: &Scene<'_>,
    cells: &mut [CellMemory],
    unsettled: &mut CellSet,
    book: &mut FaultBook,
) -> bool {
    let limits = checks::cells::CellLimits::new(scene);
    let mut complete = checks::cells::are_complete(book);
    let mut waiting = false;
    let before = core::mem::replace(unsettled, CellSet::EMPTY);
    for (index, cell) in cells.iter_mut().enumerate() {
        // Where tests still have to be completed, one cell that is judged as a whole does that for all.
        let completed = complete || waiting && !cell.voltage.is_new();
        let idle = !before.contains(index);
        if checks::cells::check(scene, &limits, index, cell, book, (idle, completed)) {
            continue;
        }
        if !cell.is_settled() {
            unsettled.insert(index);
        }
        waiting = waiting || !cell.voltage.is_new();
        complete = complete || checks::cells::are_complete(book);
    }
    unsettled.len() == 0
}

/// Judges every temperature sensor, and says whether nothing but a sample or its age changes what is found; `idle` says that
/// it was so before.
fn check_sensors(
    scene: &Scene<'_>,
    sensors: &mut [SensorMemory],
    idle: bool,
    book: &mut FaultBook,
) -> bool {
    let quiet = checks::temperatures::QuietTemperatures::new(scene, idle);
    let mut complete = checks::temperatures::are_complete(book);
    let (mut settled, mut waiting, mut new) = (true, false, false);
    for (index, sensor) in sensors.iter_mut().enumerate() {
        let judged = if sensor.temperature.is_new() {
            new && sensor.rise.ended_ms == 0
        } else {
            waiting
        };
        let completed = complete || judged;
        if checks::temperatures::check(scene, index, sensor, book, &quiet, completed) {
            continue;
        }
        settled = settled && sensor.bank.is_idle();
        waiting = waiting || !sensor.temperature.is_new();
        new = new || sensor.temperature.is_new() && !sensor.temperature.is_not_finite();
        complete = complete || checks::temperatures::are_complete(book);
    }
    settled
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
