//! What is wrong.

use super::Memory;
use super::believe::Believed;
use crate::config::{BmsConfig, Range};
use crate::estimation::PackEstimate;
use crate::measurement::Measurements;
use crate::plausibility::Spread;
use crate::protection::checks;
use crate::protection::{FreezeFrame, Judge, PrechargeSample, Scene, Source};
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
    if believed.looked_at_cells {
        let limits = checks::cells::CellLimits::new(&scene);
        let complete = checks::cells::are_complete(book);
        for (index, cell) in memory.cells.iter_mut().enumerate() {
            checks::cells::check(&scene, &limits, index, cell, book, complete);
        }
    }
    if believed.looked_at_sensors {
        let quiet = checks::temperatures::QuietTemperatures::new(&scene);
        let complete = checks::temperatures::are_complete(book);
        for (index, sensor) in memory.sensors.iter_mut().enumerate() {
            checks::temperatures::check(&scene, index, sensor, book, &quiet, complete);
        }
    }
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
    if believed.looked_at_cells {
        let left = 1.0 - to_ratio(config.thermal.runaway_voltage_drop);
        let mut cells = memory.cells.iter();
        pack.voltages
            .settle(cells.all(|cell| cell.is_settled(left)));
    }
    if believed.looked_at_sensors {
        let mut sensors = memory.sensors.iter();
        pack.temperatures
            .settle(sensors.all(|sensor| sensor.bank.is_idle()));
    }
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
