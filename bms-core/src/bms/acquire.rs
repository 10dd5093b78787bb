//! First stage of a tick: readings in, plausible values out.

use super::memory::Memory;
use crate::config::BmsConfig;
use crate::control::Mode;
use crate::measurement::{
    CellMeasurement, Commands, Measurements, Reading, Request, TemperatureMeasurement,
};
use crate::plausibility::channel::Bounds;
use crate::plausibility::{Elapsed, Extremes};
use crate::protection::CurrentDirection;
use crate::units::{to_amperes, to_kelvin, to_kelvin_interval, to_ratio, to_volts};

/// Plausible values of a tick, for the stages after it.
#[derive(Clone, Copy, Debug)]
pub(super) struct ValidatedInputs {
    pub(super) elapsed: Elapsed,
    pub(super) voltages: Extremes,
    pub(super) temperatures: Extremes,
    pub(super) voltages_are_new: bool,
    /// Whether a cell's voltage is far below its peak; `None` if the scan of the cells was skipped, as nothing changed.
    pub(super) cell_dropped: Option<bool>,
    /// Whether the temperature sensors were scanned.
    pub(super) sensors_scanned: bool,
    pub(super) current_a: Option<f32>,
}

/// Updates every channel with its reading, and returns the plausible values.
pub(super) fn acquire(
    config: &BmsConfig<'_>,
    memory: &mut Memory<'_>,
    measurements: &Measurements<'_>,
    commands: &Commands,
    elapsed: Elapsed,
) -> ValidatedInputs {
    let pack = &mut *memory.pack;
    let mut commanded = *commands;
    if pack.mode.mode() != Mode::Supervised && commands.request != Request::Supervise {
        commanded.contactors = pack.mode.contactors();
    }
    pack.signals
        .tick(config, measurements, &commanded, elapsed.ms);
    pack.second_ms = pack.second_ms.saturating_add(elapsed.ms);
    let sensors_scanned = acquire_temperatures(config, memory, measurements, elapsed);
    let cell_dropped = acquire_voltages(config, memory, measurements, elapsed);
    let voltages_are_new =
        cell_dropped.is_some() && memory.cells.iter().any(|cell| cell.voltage.is_new());
    let pack = &mut *memory.pack;
    let (voltages, temperatures) = (pack.voltages.extremes(), pack.temperatures.extremes());
    let current_a = pack.signals.current_a(config);
    pack.current_direction = current_direction(config, current_a, pack.current_direction);
    pack.rested_s = if pack.current_direction == Some(CurrentDirection::Resting) {
        (pack.rested_s + elapsed.s).min(1e7)
    } else {
        0.0
    };
    // At rest the predicted voltage moves only by corrections of the estimate, which no reading has to follow.
    let expected_v = pack
        .estimator
        .last()
        .filter(|_| pack.current_direction != Some(CurrentDirection::Resting))
        .map_or(f32::NAN, |estimate| {
            to_volts(estimate.mean.voltage_predicted)
        });
    let scanned_v = voltages.mean().filter(|_| voltages_are_new);
    pack.signals
        .count_moves(config, expected_v, scanned_v, temperatures.inner_range());
    ValidatedInputs {
        elapsed,
        voltages,
        temperatures,
        voltages_are_new,
        cell_dropped,
        sensors_scanned,
        current_a,
    }
}

/// Scans the temperature sensors if anything may have changed; returns whether it did.
fn acquire_temperatures(
    config: &BmsConfig<'_>,
    memory: &mut Memory<'_>,
    measurements: &Measurements<'_>,
    elapsed: Elapsed,
) -> bool {
    let sensing = &config.sensing;
    let pack = &mut *memory.pack;
    let any_new = measurements
        .temperatures
        .iter()
        .any(TemperatureMeasurement::needs_scan);
    let stale_ms = config.sampling.temperature_stale_ms;
    let Some(waited_ms) = pack.temperatures.tick(elapsed.ms, any_new, stale_ms) else {
        return false;
    };
    let bounds = Bounds {
        low: to_kelvin(sensing.temperature_low),
        high: to_kelvin(sensing.temperature_high),
        jump: to_kelvin_interval(sensing.temperature_jump),
        per_s: 0.0,
    };
    let pair_k = to_kelvin_interval(sensing.temperature_pair);
    let moves = Some(pack.signals.temperature_moves.count());
    let mut spread = Extremes::new();
    let mut oldest_ms = 0;
    for (index, sensor) in memory.sensors.iter_mut().enumerate() {
        let measured = measurements.temperatures.get(index);
        let reading = measured.map_or(Reading::Waiting, |measured| measured.temperature);
        let channel = &mut sensor.temperature;
        channel.tick(reading.map(to_kelvin), waited_ms, &bounds, moves);
        oldest_ms = oldest_ms.max(channel.age_ms());
        let second = measured.and_then(|measured| measured.second_temperature.new_sample());
        if let Some(second) = second {
            channel.compare(to_kelvin(second), pair_k);
        }
        sensor.cell_dropped = false;
        sensor.rise.ended_ms = 0;
        if channel.is_new() && !channel.is_not_finite() {
            sensor.rise.take(channel.value(), channel.interval_ms());
        }
        if let Some(value_k) = channel.present(config.sampling.temperature_missing_ms) {
            spread.add(index, value_k, channel.is_sound());
        }
    }
    pack.temperatures.store(spread, oldest_ms);
    true
}

/// Scans the cell voltages if anything may have changed; returns whether one of them is far below its peak, `None` if the
/// scan was skipped.
fn acquire_voltages(
    config: &BmsConfig<'_>,
    memory: &mut Memory<'_>,
    measurements: &Measurements<'_>,
    elapsed: Elapsed,
) -> Option<bool> {
    let sensing = &config.sensing;
    let pack = &mut *memory.pack;
    let any_new = measurements.cells.iter().any(CellMeasurement::needs_scan);
    let stale_ms = config.sampling.cell_voltage_stale_ms;
    let waited_ms = pack.voltages.tick(elapsed.ms, any_new, stale_ms)?;
    let bounds = Bounds {
        low: to_volts(sensing.cell_voltage_low),
        high: to_volts(sensing.cell_voltage_high),
        jump: to_volts(sensing.cell_voltage_jump),
        per_s: 0.0,
    };
    let pair_v = to_volts(sensing.cell_voltage_pair);
    let left = 1.0 - to_ratio(config.thermal.runaway_voltage_drop);
    let moves = Some(pack.signals.cell_moves.count());
    let seconds = pack.second_ms / 1000;
    pack.second_ms %= 1000;
    let mut spread = Extremes::new();
    let (mut oldest_ms, mut dropped) = (0, false);
    let sensors = config.layout.sensor_of_cell;
    for (index, (cell, sensor)) in memory.cells.iter_mut().zip(sensors).enumerate() {
        let measured = measurements.cells.get(index);
        let reading = measured.map_or(Reading::Waiting, |measured| measured.voltage);
        let channel = &mut cell.voltage;
        channel.tick(reading.map(to_volts), waited_ms, &bounds, moves);
        oldest_ms = oldest_ms.max(channel.age_ms());
        if let Some(measured) = measured {
            channel.set_broken(measured.open_wire);
            if let Some(second) = measured.second_voltage.new_sample() {
                channel.compare(to_volts(second), pair_v);
            }
        }
        if let Some(value_v) = channel.present(config.sampling.cell_voltage_missing_ms) {
            spread.add(index, value_v, channel.is_sound());
        }
        if seconds > 0 || cell.voltage.is_new() {
            cell.follow_peak(seconds);
        }
        if cell.is_below_peak(left) {
            dropped = true;
            if let Some(sensor) = memory.sensors.get_mut(usize::from(*sensor)) {
                sensor.cell_dropped = true;
            }
        }
    }
    pack.voltages.store(spread, oldest_ms);
    Some(dropped)
}

/// A battery in use rests again below this share of the rest current.
const REST_HYSTERESIS: f32 = 0.8;

fn current_direction(
    config: &BmsConfig<'_>,
    current_a: Option<f32>,
    before: Option<CurrentDirection>,
) -> Option<CurrentDirection> {
    let current_a = current_a?;
    let rest_a = to_amperes(config.limits.rest_current);
    let threshold_a = if before == Some(CurrentDirection::Resting) {
        rest_a
    } else {
        REST_HYSTERESIS * rest_a
    };
    Some(if current_a > threshold_a {
        CurrentDirection::Discharging
    } else if current_a < -threshold_a {
        CurrentDirection::Charging
    } else {
        CurrentDirection::Resting
    })
}
