//! Which configurations are refused, and what is said about them: fields and values, by name.

#![expect(
    clippy::too_many_lines,
    reason = "a list of refusals is as long as it is"
)]

use bms_core::config::presets::{LFP_100S, NMC_13S, NMC_96S};
use bms_core::config::{BmsConfig, LimitMap};
use bms_core::protection::{CATALOGUE, FaultId, FaultTiming, LONGEST_TIME_MS};
use bms_core::units::{
    amperes, celsius, farads, joules, kelvin_interval, ohms, ratio, seconds, volts,
};

/// What is changed in the sound preset with 96 cells, and what is said then.
type Case = (fn(&mut BmsConfig<'static>), &'static str);

fn refusal(change: fn(&mut BmsConfig<'static>)) -> String {
    let mut config = NMC_96S;
    change(&mut config);
    match config.validate() {
        Ok(()) => String::from("accepted"),
        Err(error) => error.to_string(),
    }
}

fn check(cases: &[Case]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|(change, message)| (refusal(*change), *message))
        .filter(|(said, message)| said != message)
        .collect();
    for (said, message) in &wrong {
        println!("said     {said}\nexpected {message}\n");
    }
    assert!(wrong.is_empty(), "{} of {}", wrong.len(), cases.len());
}

#[test]
fn the_presets_are_accepted() {
    for config in [&NMC_96S, &LFP_100S, &NMC_13S] {
        assert_eq!(config.validate(), Ok(()));
    }
}

#[test]
fn a_cell_or_a_tuning_that_is_refused_is_named() {
    check(&[
        (
            |c| c.cell.hysteresis_soc = 0.0,
            "cell.hysteresis_soc[0] is 0, expected a finite number of at least 0.0001",
        ),
        (
            |c| c.estimator.gate_hard_sigma = f32::NAN,
            "estimator.gate_hard_sigma[0] is NaN, expected a finite number of at least 0.1",
        ),
        (
            |c| c.deltas.gate_sigma = -1.0,
            "deltas.gate_sigma[0] is -1, expected a finite number of at least 0.1",
        ),
        (
            |c| c.capacity.gate_sigma = 0.0,
            "capacity.gate_sigma[0] is 0, expected a finite number of at least 0.1",
        ),
    ]);
}

#[test]
fn layouts() {
    check(&[
        (
            |c| c.layout.cells = 0,
            "layout.cells[0] is 0, expected a finite number of at least 1",
        ),
        (
            |c| c.layout.cells = 251,
            "layout.cells[0] is 251, expected a finite number of at most 250",
        ),
        (
            |c| c.layout.cells = 95,
            "layout.sensor_of_cell[0] is 96, expected a table of 95 entries",
        ),
        (
            |c| c.layout.temperature_sensors = 0,
            "layout.temperature_sensors[0] is 0, expected a finite number of at least 1",
        ),
        (
            |c| c.layout.temperature_sensors = 129,
            "layout.temperature_sensors[0] is 129, expected a finite number of at most 128",
        ),
        (
            |c| c.layout.temperature_sensors = 23,
            "layout.sensor_of_cell[92] is 23, expected a finite number of at most 22",
        ),
        (
            |c| c.layout.front_ends = 33,
            "layout.front_ends[0] is 33, expected a finite number of at most 32",
        ),
    ]);
}

#[test]
fn rhythms() {
    check(&[
        (
            |c| c.sampling.tick_ms = 0,
            "sampling.tick_ms[0] is 0, expected a finite number of at least 1",
        ),
        (
            |c| c.sampling.tick_ms = 1001,
            "sampling.tick_ms[0] is 1001, expected a finite number of at most 1000",
        ),
        (
            |c| c.sampling.tick_late_ms = 10,
            "sampling.tick_ms is 10, but has to be below sampling.tick_late_ms, which is 10",
        ),
        (
            |c| c.sampling.cell_voltage_ms = 9,
            "sampling.tick_ms is 10, but has to be at most sampling.cell_voltage_ms, which is 9",
        ),
        (
            |c| c.sampling.cell_voltage_stale_ms = 50,
            "sampling.cell_voltage_ms is 50, but has to be below sampling.cell_voltage_stale_ms, which is 50",
        ),
        (
            |c| c.sampling.cell_voltage_missing_ms = 200,
            "sampling.cell_voltage_stale_ms is 200, but has to be below sampling.cell_voltage_missing_ms, which is 200",
        ),
        (
            |c| c.sampling.cell_voltage_missing_ms = 30_001,
            "sampling.cell_voltage_missing_ms[0] is 30001, expected a finite number of at most 30000",
        ),
        (
            |c| c.sampling.temperature_ms = 9,
            "sampling.tick_ms is 10, but has to be at most sampling.temperature_ms, which is 9",
        ),
        (
            |c| c.sampling.temperature_stale_ms = 500,
            "sampling.temperature_ms is 500, but has to be below sampling.temperature_stale_ms, which is 500",
        ),
        (
            |c| c.sampling.temperature_missing_ms = 2000,
            "sampling.temperature_stale_ms is 2000, but has to be below sampling.temperature_missing_ms, which is 2000",
        ),
        (
            |c| c.sampling.temperature_missing_ms = 30_001,
            "sampling.temperature_missing_ms[0] is 30001, expected a finite number of at most 30000",
        ),
        (
            |c| c.sampling.current_ms = 9,
            "sampling.tick_ms is 10, but has to be at most sampling.current_ms, which is 9",
        ),
        (
            |c| c.sampling.current_stale_ms = 10,
            "sampling.current_ms is 10, but has to be below sampling.current_stale_ms, which is 10",
        ),
        (
            |c| c.sampling.current_missing_ms = 50,
            "sampling.current_stale_ms is 50, but has to be below sampling.current_missing_ms, which is 50",
        ),
        (
            |c| c.sampling.current_missing_ms = 30_001,
            "sampling.current_missing_ms[0] is 30001, expected a finite number of at most 30000",
        ),
        (
            |c| c.sampling.pack_ms = 9,
            "sampling.tick_ms is 10, but has to be at most sampling.pack_ms, which is 9",
        ),
        (
            |c| c.sampling.pack_stale_ms = 100,
            "sampling.pack_ms is 100, but has to be below sampling.pack_stale_ms, which is 100",
        ),
        (
            |c| c.sampling.pack_missing_ms = 300,
            "sampling.pack_stale_ms is 300, but has to be below sampling.pack_missing_ms, which is 300",
        ),
        (
            |c| c.sampling.pack_missing_ms = 30_001,
            "sampling.pack_missing_ms[0] is 30001, expected a finite number of at most 30000",
        ),
        (
            |c| c.sampling.command_stale_ms = 10,
            "sampling.tick_ms is 10, but has to be below sampling.command_stale_ms, which is 10",
        ),
        (
            |c| c.sampling.command_stale_ms = 30_001,
            "sampling.command_stale_ms[0] is 30001, expected a finite number of at most 30000",
        ),
        (
            |c| c.sampling.limit_ms = 0,
            "sampling.limit_ms[0] is 0, expected a finite number of at least 1",
        ),
        (
            |c| c.sampling.limit_ms = 30_001,
            "sampling.limit_ms[0] is 30001, expected a finite number of at most 30000",
        ),
        (
            |c| c.sampling.open_ms = 0,
            "sampling.open_ms[0] is 0, expected a finite number of at least 1",
        ),
        (
            |c| c.sampling.open_ms = 30_001,
            "sampling.open_ms[0] is 30001, expected a finite number of at most 30000",
        ),
        (
            |c| c.sampling.open_at_once_ms = 0,
            "sampling.open_at_once_ms[0] is 0, expected a finite number of at least 1",
        ),
        (
            |c| c.sampling.open_at_once_ms = 30_001,
            "sampling.open_at_once_ms[0] is 30001, expected a finite number of at most 30000",
        ),
        (
            |c| c.sampling.open_at_once_ms = 501,
            "sampling.open_at_once_ms is 501, but has to be at most sampling.open_ms, which is 500",
        ),
    ]);
}

#[test]
fn cell_voltages() {
    check(&[
        (
            |c| c.sensing.cell_voltage_low = volts(-1.1),
            "sensing.cell_voltage_low[0] is -1.1, expected a finite number of at least -1",
        ),
        (
            |c| c.sensing.cell_voltage_low = volts(f32::NAN),
            "sensing.cell_voltage_low[0] is NaN, expected a finite number of at least -1",
        ),
        (
            |c| c.sensing.cell_voltage_high = volts(10.1),
            "sensing.cell_voltage_high[0] is 10.1, expected a finite number of at most 10",
        ),
        (
            |c| c.limits.cell_over_voltage.operating = volts(4.22),
            "limits.cell_over_voltage.operating is 4.22, but has to be below limits.cell_over_voltage.recommended, which is 4.22",
        ),
        (
            |c| c.limits.cell_over_voltage.recommended = volts(4.25),
            "limits.cell_over_voltage.recommended is 4.25, but has to be below limits.cell_over_voltage.maximum, which is 4.25",
        ),
        (
            |c| c.limits.cell_under_voltage.operating = volts(2.65),
            "limits.cell_under_voltage.recommended is 2.65, but has to be below limits.cell_under_voltage.operating, which is 2.65",
        ),
        (
            |c| c.limits.cell_under_voltage.recommended = volts(2.5),
            "limits.cell_under_voltage.maximum is 2.5, but has to be below limits.cell_under_voltage.recommended, which is 2.5",
        ),
        (
            |c| c.limits.cell_voltage_hysteresis = volts(-0.01),
            "limits.cell_voltage_hysteresis[0] is -0.01, expected a finite number of at least 0",
        ),
        (
            |c| c.limits.cell_voltage_hysteresis = volts(1.01),
            "limits.cell_voltage_hysteresis[0] is 1.01, expected a finite number of at most 1",
        ),
        (
            |c| c.limits.cell_over_voltage.operating = volts(4.19),
            "cell.ocv_v at full is 4.19946, but has to be at most limits.cell_over_voltage.operating, which is 4.19",
        ),
        (
            |c| c.cell.voltage_max = volts(4.21),
            "cell.voltage_max is 4.21, but has to be at most limits.cell_over_voltage.operating, which is 4.2",
        ),
        (
            |c| {
                c.cell.voltage_max = volts(2.79);
            },
            "limits.cell_under_voltage.operating is 2.8, but has to be at most cell.voltage_max, which is 2.79",
        ),
        (
            |c| {
                let under = &mut c.limits.cell_under_voltage;
                under.recommended = volts(2.7);
                under.maximum = volts(2.6);
            },
            "limits.cell_under_voltage.maximum is 2.6, but has to be at most cell.ocv_v at empty, which is 2.54502",
        ),
        (
            |c| c.limits.cell_under_voltage.operating = volts(4.1995),
            "limits.cell_under_voltage.operating is 4.1995, but has to be at most cell.ocv_v at full, which is 4.19946",
        ),
        (
            |c| {
                c.cell.voltage_min = volts(2.45);
            },
            "limits.cell_under_voltage.maximum is 2.5, but has to be at most cell.voltage_min, which is 2.45",
        ),
        (
            |c| {
                c.limits.cell_under_voltage.operating = volts(4.0);
                c.limits.cell_voltage_hysteresis = volts(0.1);
            },
            "limits.cell_under_voltage.operating + 2 limits.cell_voltage_hysteresis is 4.2, but has to be below limits.cell_over_voltage.operating, which is 4.2",
        ),
        (
            |c| c.limits.cell_deep_discharge = volts(2.51),
            "limits.cell_deep_discharge is 2.51, but has to be at most limits.cell_under_voltage.maximum, which is 2.5",
        ),
        (
            |c| c.limits.cell_deep_discharge = volts(0.1),
            "sensing.cell_voltage_low is 0.1, but has to be below limits.cell_deep_discharge, which is 0.1",
        ),
        (
            |c| c.sensing.cell_voltage_high = volts(4.25),
            "limits.cell_over_voltage.maximum is 4.25, but has to be below sensing.cell_voltage_high, which is 4.25",
        ),
        (
            |c| c.limits.cell_voltage_spread = volts(0.0),
            "limits.cell_voltage_spread[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.sensing.cell_voltage_jump = volts(0.0),
            "sensing.cell_voltage_jump[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.sensing.cell_voltage_pair = volts(f32::INFINITY),
            "sensing.cell_voltage_pair[0] is inf, expected a finite number above 0",
        ),
        (
            |c| c.sensing.cell_voltage_move = volts(-0.01),
            "sensing.cell_voltage_move[0] is -0.01, expected a finite number above 0",
        ),
        (
            |c| c.limits.cell_over_voltage_offset_v.values = &[0.1],
            "limits.cell_over_voltage_offset_v[0] is 0.1, expected a finite number of at most 0",
        ),
        (
            |c| c.limits.cell_over_voltage_offset_v.values = &[-1.1],
            "limits.cell_over_voltage_offset_v[0] is -1.1, expected a finite number of at least -1",
        ),
        (
            |c| c.limits.cell_under_voltage_offset_v.values = &[0.1],
            "limits.cell_under_voltage_offset_v[0] is 0.1, expected a finite number of at most 0",
        ),
        (
            |c| c.limits.cell_under_voltage_offset_v.values = &[-1.1],
            "limits.cell_under_voltage_offset_v[0] is -1.1, expected a finite number of at least -1",
        ),
        (
            |c| {
                c.limits.cell_deep_discharge = volts(1.0);
                c.limits.cell_under_voltage_offset_v.values = &[-0.95];
            },
            "sensing.cell_voltage_low is 0.1, but has to be below limits.cell_deep_discharge + limits.cell_under_voltage_offset_v, which is 0.050000012",
        ),
    ]);
}

#[test]
fn temperatures() {
    check(&[
        (
            |c| c.sensing.temperature_low = celsius(-101.0),
            "sensing.temperature_low[0] is -101, expected a finite number of at least -100",
        ),
        (
            |c| c.sensing.temperature_low = celsius(1.0),
            "sensing.temperature_low[0] is 1, expected a finite number of at most 0",
        ),
        (
            |c| c.sensing.temperature_high = celsius(301.0),
            "sensing.temperature_high[0] is 301.00003, expected a finite number of at most 300",
        ),
        (
            |c| c.sensing.temperature_high = celsius(-1.0),
            "sensing.temperature_high[0] is -1, expected a finite number of at least 0",
        ),
        (
            |c| c.limits.over_temperature.charging.operating = celsius(50.0),
            "limits.over_temperature.charging.operating is 50, but has to be below limits.over_temperature.charging.recommended, which is 50",
        ),
        (
            |c| c.limits.over_temperature.charging.recommended = celsius(55.0),
            "limits.over_temperature.charging.recommended is 55, but has to be below limits.over_temperature.charging.maximum, which is 55",
        ),
        (
            |c| c.limits.under_temperature.charging.operating = celsius(-15.0),
            "limits.under_temperature.charging.recommended is -15, but has to be below limits.under_temperature.charging.operating, which is -15",
        ),
        (
            |c| c.limits.under_temperature.charging.recommended = celsius(-25.0),
            "limits.under_temperature.charging.maximum is -25, but has to be below limits.under_temperature.charging.recommended, which is -25",
        ),
        (
            |c| c.limits.under_temperature.charging.operating = celsius(45.0),
            "limits.under_temperature.charging.operating is 45, but has to be below limits.over_temperature.charging.operating, which is 45",
        ),
        (
            |c| c.limits.under_temperature.charging.maximum = celsius(-45.0),
            "sensing.temperature_low is -45, but has to be below limits.under_temperature.charging.maximum, which is -45",
        ),
        (
            |c| c.limits.over_temperature.charging.maximum = celsius(150.0),
            "limits.over_temperature.charging.maximum is 150, but has to be below sensing.temperature_high, which is 150",
        ),
        (
            |c| c.limits.over_temperature.discharging.operating = celsius(55.0),
            "limits.over_temperature.discharging.operating is 55, but has to be below limits.over_temperature.discharging.recommended, which is 55",
        ),
        (
            |c| c.limits.over_temperature.discharging.recommended = celsius(60.0),
            "limits.over_temperature.discharging.recommended is 60, but has to be below limits.over_temperature.discharging.maximum, which is 60",
        ),
        (
            |c| c.limits.under_temperature.discharging.operating = celsius(-25.0),
            "limits.under_temperature.discharging.recommended is -25, but has to be below limits.under_temperature.discharging.operating, which is -25",
        ),
        (
            |c| c.limits.under_temperature.discharging.recommended = celsius(-30.0),
            "limits.under_temperature.discharging.maximum is -30, but has to be below limits.under_temperature.discharging.recommended, which is -30",
        ),
        (
            |c| c.limits.under_temperature.discharging.operating = celsius(50.0),
            "limits.under_temperature.discharging.operating is 50, but has to be below limits.over_temperature.discharging.operating, which is 50",
        ),
        (
            |c| c.limits.under_temperature.discharging.maximum = celsius(-45.0),
            "sensing.temperature_low is -45, but has to be below limits.under_temperature.discharging.maximum, which is -45",
        ),
        (
            |c| c.limits.over_temperature.discharging.maximum = celsius(150.0),
            "limits.over_temperature.discharging.maximum is 150, but has to be below sensing.temperature_high, which is 150",
        ),
        (
            |c| c.limits.over_temperature.resting.operating = celsius(60.0),
            "limits.over_temperature.resting.operating is 60, but has to be below limits.over_temperature.resting.recommended, which is 60",
        ),
        (
            |c| c.limits.over_temperature.resting.recommended = celsius(65.0),
            "limits.over_temperature.resting.recommended is 65, but has to be below limits.over_temperature.resting.maximum, which is 65",
        ),
        (
            |c| c.limits.under_temperature.resting.operating = celsius(-35.0),
            "limits.under_temperature.resting.recommended is -35, but has to be below limits.under_temperature.resting.operating, which is -35",
        ),
        (
            |c| c.limits.under_temperature.resting.recommended = celsius(-40.0),
            "limits.under_temperature.resting.maximum is -40, but has to be below limits.under_temperature.resting.recommended, which is -40",
        ),
        (
            |c| c.limits.under_temperature.resting.operating = celsius(55.0),
            "limits.under_temperature.resting.operating is 55, but has to be below limits.over_temperature.resting.operating, which is 55",
        ),
        (
            |c| c.limits.under_temperature.resting.maximum = celsius(-45.0),
            "sensing.temperature_low is -45, but has to be below limits.under_temperature.resting.maximum, which is -45",
        ),
        (
            |c| c.limits.over_temperature.resting.maximum = celsius(150.0),
            "limits.over_temperature.resting.maximum is 150, but has to be below sensing.temperature_high, which is 150",
        ),
        (
            |c| c.limits.temperature_hysteresis = kelvin_interval(-1.0),
            "limits.temperature_hysteresis[0] is -1, expected a finite number of at least 0",
        ),
        (
            |c| c.limits.temperature_hysteresis = kelvin_interval(20.5),
            "limits.temperature_hysteresis[0] is 20.5, expected a finite number of at most 20",
        ),
        (
            |c| c.limits.temperature_spread = kelvin_interval(0.0),
            "limits.temperature_spread[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.limits.temperature_rise_k_per_s = 0.0,
            "limits.temperature_rise_k_per_s[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.sensing.temperature_jump = kelvin_interval(0.0),
            "sensing.temperature_jump[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.sensing.temperature_pair = kelvin_interval(0.0),
            "sensing.temperature_pair[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.sensing.temperature_move = kelvin_interval(0.0),
            "sensing.temperature_move[0] is 0, expected a finite number above 0",
        ),
    ]);
}

#[test]
fn currents() {
    check(&[
        (
            |c| c.limits.rest_current = amperes(0.0),
            "limits.rest_current[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.sensing.current_offset = amperes(0.0),
            "sensing.current_offset[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.sensing.current_offset = amperes(2.0),
            "sensing.current_offset is 2, but has to be below limits.rest_current, which is 2",
        ),
        (
            |c| c.limits.cell_charge_current.operating = amperes(330.0),
            "limits.cell_charge_current.operating is 330, but has to be below limits.cell_charge_current.recommended, which is 330",
        ),
        (
            |c| c.limits.cell_charge_current.recommended = amperes(360.0),
            "limits.cell_charge_current.recommended is 360, but has to be below limits.cell_charge_current.maximum, which is 360",
        ),
        (
            |c| c.limits.cell_charge_current.operating = amperes(2.0),
            "limits.rest_current is 2, but has to be below limits.cell_charge_current.operating, which is 2",
        ),
        (
            |c| c.limits.cell_charge_current.maximum = amperes(1000.0),
            "limits.cell_charge_current.maximum is 1000, but has to be below sensing.current_range, which is 1000",
        ),
        (
            |c| c.limits.cell_discharge_current.operating = amperes(550.0),
            "limits.cell_discharge_current.operating is 550, but has to be below limits.cell_discharge_current.recommended, which is 550",
        ),
        (
            |c| c.limits.cell_discharge_current.recommended = amperes(600.0),
            "limits.cell_discharge_current.recommended is 600, but has to be below limits.cell_discharge_current.maximum, which is 600",
        ),
        (
            |c| c.limits.cell_discharge_current.operating = amperes(2.0),
            "limits.rest_current is 2, but has to be below limits.cell_discharge_current.operating, which is 2",
        ),
        (
            |c| c.limits.cell_discharge_current.maximum = amperes(1000.0),
            "limits.cell_discharge_current.maximum is 1000, but has to be below sensing.current_range, which is 1000",
        ),
        (
            |c| c.limits.string_charge_current.operating = amperes(330.0),
            "limits.string_charge_current.operating is 330, but has to be below limits.string_charge_current.recommended, which is 330",
        ),
        (
            |c| c.limits.string_charge_current.recommended = amperes(360.0),
            "limits.string_charge_current.recommended is 360, but has to be below limits.string_charge_current.maximum, which is 360",
        ),
        (
            |c| c.limits.string_charge_current.operating = amperes(2.0),
            "limits.rest_current is 2, but has to be below limits.string_charge_current.operating, which is 2",
        ),
        (
            |c| c.limits.string_charge_current.maximum = amperes(1000.0),
            "limits.string_charge_current.maximum is 1000, but has to be below sensing.current_range, which is 1000",
        ),
        (
            |c| c.limits.string_discharge_current.operating = amperes(550.0),
            "limits.string_discharge_current.operating is 550, but has to be below limits.string_discharge_current.recommended, which is 550",
        ),
        (
            |c| c.limits.string_discharge_current.recommended = amperes(600.0),
            "limits.string_discharge_current.recommended is 600, but has to be below limits.string_discharge_current.maximum, which is 600",
        ),
        (
            |c| c.limits.string_discharge_current.operating = amperes(2.0),
            "limits.rest_current is 2, but has to be below limits.string_discharge_current.operating, which is 2",
        ),
        (
            |c| c.limits.string_discharge_current.maximum = amperes(1000.0),
            "limits.string_discharge_current.maximum is 1000, but has to be below sensing.current_range, which is 1000",
        ),
        (
            |c| c.limits.pack_charge_current.operating = amperes(330.0),
            "limits.pack_charge_current.operating is 330, but has to be below limits.pack_charge_current.recommended, which is 330",
        ),
        (
            |c| c.limits.pack_charge_current.recommended = amperes(360.0),
            "limits.pack_charge_current.recommended is 360, but has to be below limits.pack_charge_current.maximum, which is 360",
        ),
        (
            |c| c.limits.pack_charge_current.operating = amperes(2.0),
            "limits.rest_current is 2, but has to be below limits.pack_charge_current.operating, which is 2",
        ),
        (
            |c| c.limits.pack_charge_current.maximum = amperes(1000.0),
            "limits.pack_charge_current.maximum is 1000, but has to be below sensing.current_range, which is 1000",
        ),
        (
            |c| c.limits.pack_discharge_current.operating = amperes(550.0),
            "limits.pack_discharge_current.operating is 550, but has to be below limits.pack_discharge_current.recommended, which is 550",
        ),
        (
            |c| c.limits.pack_discharge_current.recommended = amperes(600.0),
            "limits.pack_discharge_current.recommended is 600, but has to be below limits.pack_discharge_current.maximum, which is 600",
        ),
        (
            |c| c.limits.pack_discharge_current.operating = amperes(2.0),
            "limits.rest_current is 2, but has to be below limits.pack_discharge_current.operating, which is 2",
        ),
        (
            |c| c.limits.pack_discharge_current.maximum = amperes(1000.0),
            "limits.pack_discharge_current.maximum is 1000, but has to be below sensing.current_range, which is 1000",
        ),
        (
            |c| c.limits.current_hysteresis = ratio(-0.1),
            "limits.current_hysteresis[0] is -0.1, expected a finite number of at least 0",
        ),
        (
            |c| c.limits.current_hysteresis = ratio(0.95),
            "limits.current_hysteresis[0] is 0.95, expected a finite number of at most 0.9",
        ),
        (
            |c| c.limits.cell_charge_factor = map_of(&[1.1]),
            "limits.cell_charge_factor[0] is 1.1, expected a finite number of at most 1",
        ),
        (
            |c| c.limits.cell_charge_factor = map_of(&[-0.1]),
            "limits.cell_charge_factor[0] is -0.1, expected a finite number of at least 0",
        ),
        (
            |c| c.limits.cell_discharge_factor = map_of(&[1.1]),
            "limits.cell_discharge_factor[0] is 1.1, expected a finite number of at most 1",
        ),
        (
            |c| c.limits.cell_discharge_factor = map_of(&[-0.1]),
            "limits.cell_discharge_factor[0] is -0.1, expected a finite number of at least 0",
        ),
        (
            |c| c.sensing.current_jump = amperes(0.0),
            "sensing.current_jump[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.sensing.current_pair = amperes(0.0),
            "sensing.current_pair[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.sensing.current_pair_ratio = ratio(-0.1),
            "sensing.current_pair_ratio[0] is -0.1, expected a finite number of at least 0",
        ),
        (
            |c| c.sensing.current_pair_ratio = ratio(1.1),
            "sensing.current_pair_ratio[0] is 1.1, expected a finite number of at most 1",
        ),
    ]);
}

fn map_of(values: &'static [f32]) -> LimitMap<'static> {
    LimitMap {
        values,
        ..LimitMap::UNITY
    }
}

#[test]
fn maps() {
    check(&[
        (
            |c| c.limits.cell_charge_factor = map_of(&[]),
            "limits.cell_charge_factor[0] is 0, expected a table of 1 entries",
        ),
        (
            |c| c.limits.cell_charge_factor = map_of(&[1.0, 1.0]),
            "limits.cell_charge_factor[0] is 2, expected a table of 1 entries",
        ),
        (
            |c| c.limits.cell_charge_factor.temperature_k = &[],
            "limits.cell_charge_factor[0] is 0, expected a table of 1 entries",
        ),
        (
            |c| c.limits.cell_charge_factor.soc = &[],
            "limits.cell_charge_factor[0] is 21, expected a table of 1 entries",
        ),
        (
            |c| c.limits.cell_charge_factor.soc = &[0.0, 0.8, 1.1],
            "limits.cell_charge_factor[2] is 1.1, expected a finite number of at most 1",
        ),
        (
            |c| c.limits.cell_charge_factor.soc = &[0.0, 0.8, 0.8],
            "limits.cell_charge_factor[2] is 0.8, expected a finite number above 0.8",
        ),
        (
            |c| {
                c.limits.cell_charge_factor = LimitMap {
                    temperature_k: &[170.0],
                    ..LimitMap::UNITY
                };
            },
            "limits.cell_charge_factor[0] is 170, expected a finite number of at least 173.15",
        ),
        (
            |c| {
                c.limits.cell_charge_factor = LimitMap {
                    temperature_k: &[600.0],
                    ..LimitMap::UNITY
                };
            },
            "limits.cell_charge_factor[0] is 600, expected a finite number of at most 573.15",
        ),
    ]);
}

#[test]
fn fuses() {
    check(&[
        (
            |c| c.limits.fuse.current_a = &[],
            "limits.fuse.current_a[0] is 0, expected a table of 1 entries",
        ),
        (
            |c| c.limits.fuse.i2t_a2s = &[1e8, 1e7],
            "limits.fuse.i2t_a2s[0] is 2, expected a table of 4 entries",
        ),
        (
            |c| c.limits.fuse.current_a = &[400.0, 600.0, 600.0, 2000.0],
            "limits.fuse.current_a[2] is 600, expected a finite number above 600",
        ),
        (
            |c| c.limits.fuse.current_a = &[-1.0, 600.0, 1000.0, 2000.0],
            "limits.fuse.current_a[0] is -1, expected a finite number of at least 0",
        ),
        (
            |c| c.limits.fuse.i2t_a2s = &[1e8, 1e7, 0.0, 1e6],
            "limits.fuse.i2t_a2s[2] is 0, expected a finite number of at least 0.001",
        ),
        (
            |c| c.limits.fuse.cooling = seconds(0.0),
            "limits.fuse.cooling[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.limits.fuse.recommended = ratio(0.0),
            "limits.fuse.recommended[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.limits.fuse.recommended = ratio(0.7),
            "limits.fuse.recommended is 0.7, but has to be below limits.fuse.maximum, which is 0.7",
        ),
        (
            |c| c.limits.fuse.maximum = ratio(1.1),
            "limits.fuse.maximum[0] is 1.1, expected a finite number of at most 1",
        ),
    ]);
}

#[test]
fn pack_voltages() {
    check(&[
        (
            |c| c.limits.pack_over_voltage.operating = volts(405.12),
            "limits.pack_over_voltage.operating is 405.12, but has to be below limits.pack_over_voltage.recommended, which is 405.12",
        ),
        (
            |c| c.limits.pack_over_voltage.recommended = volts(408.0),
            "limits.pack_over_voltage.recommended is 408, but has to be below limits.pack_over_voltage.maximum, which is 408",
        ),
        (
            |c| c.limits.pack_under_voltage.operating = volts(254.4),
            "limits.pack_under_voltage.recommended is 254.40001, but has to be below limits.pack_under_voltage.operating, which is 254.4",
        ),
        (
            |c| c.limits.pack_under_voltage.recommended = volts(240.0),
            "limits.pack_under_voltage.maximum is 240, but has to be below limits.pack_under_voltage.recommended, which is 240",
        ),
        (
            |c| c.sensing.pack_voltage_range = volts(408.0),
            "limits.pack_over_voltage.maximum is 408, but has to be below sensing.pack_voltage_range, which is 408",
        ),
        (
            |c| c.sensing.pack_voltage_range = volts(2001.0),
            "sensing.pack_voltage_range[0] is 2001, expected a finite number of at most 2000",
        ),
        (
            |c| c.limits.pack_over_voltage.operating = volts(403.0),
            "layout.cells x cell.voltage_max is 403.19998, but has to be at most limits.pack_over_voltage.operating, which is 403",
        ),
        (
            |c| c.limits.pack_over_voltage.maximum = volts(408.1),
            "limits.pack_over_voltage.maximum is 408.1, but has to be at most layout.cells x limits.cell_over_voltage.maximum, which is 408",
        ),
        (
            |c| c.limits.pack_under_voltage.maximum = volts(239.9),
            "layout.cells x limits.cell_under_voltage.maximum is 240, but has to be at most limits.pack_under_voltage.maximum, which is 239.9",
        ),
        (
            |c| c.limits.pack_under_voltage.operating = volts(403.3),
            "limits.pack_under_voltage.operating is 403.3, but has to be at most layout.cells x cell.voltage_max, which is 403.19998",
        ),
        (
            |c| c.limits.pack_voltage_hysteresis = volts(-1.0),
            "limits.pack_voltage_hysteresis[0] is -1, expected a finite number of at least 0",
        ),
        (
            |c| c.limits.pack_voltage_hysteresis = volts(100.1),
            "limits.pack_voltage_hysteresis[0] is 100.1, expected a finite number of at most 100",
        ),
        (
            |c| c.limits.pack_voltage_hysteresis = volts(70.0),
            "limits.pack_under_voltage.operating + 2 limits.pack_voltage_hysteresis is 408.8, but has to be below limits.pack_over_voltage.operating, which is 403.19998",
        ),
        (
            |c| c.limits.sum_of_cells = ratio(0.0),
            "limits.sum_of_cells[0] is 0, expected a finite number of at least 0.001",
        ),
        (
            |c| c.limits.sum_of_cells = ratio(0.6),
            "limits.sum_of_cells[0] is 0.6, expected a finite number of at most 0.5",
        ),
        (
            |c| c.limits.link_voltage = ratio(0.0),
            "limits.link_voltage[0] is 0, expected a finite number of at least 0.001",
        ),
        (
            |c| c.limits.link_voltage = ratio(0.6),
            "limits.link_voltage[0] is 0.6, expected a finite number of at most 0.5",
        ),
        (
            |c| c.limits.soc_spread = ratio(0.0),
            "limits.soc_spread[0] is 0, expected a finite number of at least 0.001",
        ),
        (
            |c| c.limits.soc_spread = ratio(1.1),
            "limits.soc_spread[0] is 1.1, expected a finite number of at most 1",
        ),
        (
            |c| c.sensing.pack_voltage_jump = volts(0.0),
            "sensing.pack_voltage_jump[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.sensing.supply_low = volts(-1.0),
            "sensing.supply_low[0] is -1, expected a finite number of at least 0",
        ),
        (
            |c| c.sensing.supply_low = volts(61.0),
            "sensing.supply_low[0] is 61, expected a finite number of at most 60",
        ),
    ]);
}

#[test]
fn high_voltage() {
    check(&[
        (
            |c| c.high_voltage.contactor_settle_ms = 0,
            "high_voltage.contactor_settle_ms[0] is 0, expected a finite number of at least 1",
        ),
        (
            |c| c.high_voltage.contactor_settle_ms = 5001,
            "high_voltage.contactor_settle_ms[0] is 5001, expected a finite number of at most 5000",
        ),
        (
            |c| c.high_voltage.contactor_break = amperes(0.0),
            "high_voltage.contactor_break[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.high_voltage.contactor_operations = 0,
            "high_voltage.contactor_operations[0] is 0, expected a finite number of at least 1",
        ),
        (
            |c| c.high_voltage.contactor_hard_operations = 0,
            "high_voltage.contactor_hard_operations[0] is 0, expected a finite number of at least 1",
        ),
        (
            |c| c.high_voltage.precharge_resistance = ohms(0.0),
            "high_voltage.precharge_resistance[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.high_voltage.link_capacitance = farads(0.0),
            "high_voltage.link_capacitance[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.high_voltage.precharge_target = ratio(0.79),
            "high_voltage.precharge_target[0] is 0.79, expected a finite number of at least 0.8",
        ),
        (
            |c| c.high_voltage.precharge_target = ratio(1.0),
            "high_voltage.precharge_target[0] is 1, expected a finite number of at most 0.999",
        ),
        (
            |c| c.high_voltage.precharge_slow_factor = 1.0,
            "high_voltage.precharge_slow_factor[0] is 1, expected a finite number of at least 1.1",
        ),
        (
            |c| c.high_voltage.precharge_slow_factor = 21.0,
            "high_voltage.precharge_slow_factor[0] is 21, expected a finite number of at most 20",
        ),
        (
            |c| c.high_voltage.precharge_fast_factor = 0.001,
            "high_voltage.precharge_fast_factor[0] is 0.001, expected a finite number of at least 0.01",
        ),
        (
            |c| c.high_voltage.precharge_fast_factor = 1.0,
            "high_voltage.precharge_fast_factor[0] is 1, expected a finite number of at most 0.9",
        ),
        (
            |c| c.high_voltage.precharge_energy = joules(83.0),
            "energy of high_voltage.link_capacitance at limits.pack_over_voltage.maximum is 83.232, but has to be at most high_voltage.precharge_energy, which is 83",
        ),
        (
            |c| c.high_voltage.precharge_fast_factor = 0.36,
            "sampling.pack_ms + sampling.tick_ms is 110, but has to be at most high_voltage.precharge_fast_factor of the RC model's time, which is 107.811874",
        ),
        (
            |c| c.high_voltage.precharge_cooling_s = 0.0,
            "high_voltage.precharge_cooling_s[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.high_voltage.isolation_fault_ohm_per_v = 99.0,
            "high_voltage.isolation_fault_ohm_per_v[0] is 99, expected a finite number of at least 100",
        ),
        (
            |c| c.high_voltage.alternating_current = true,
            "high_voltage.isolation_fault_ohm_per_v[0] is 100, expected a finite number of at least 500",
        ),
        (
            |c| c.high_voltage.isolation_fault_ohm_per_v = 500.0,
            "high_voltage.isolation_fault_ohm_per_v is 500, but has to be below high_voltage.isolation_warning_ohm_per_v, which is 500",
        ),
        (
            |c| c.high_voltage.isolation_warning_ohm_per_v = 2e6,
            "high_voltage.isolation_warning_ohm_per_v[0] is 2000000, expected a finite number of at most 1000000",
        ),
    ]);
}

#[test]
fn thermal() {
    check(&[
        (
            |c| c.thermal.runaway_k_per_s = 0.09,
            "thermal.runaway_k_per_s[0] is 0.09, expected a finite number of at least 0.1",
        ),
        (
            |c| c.thermal.runaway_k_per_s = 1.1,
            "thermal.runaway_k_per_s[0] is 1.1, expected a finite number of at most 1",
        ),
        (
            |c| c.limits.temperature_rise_k_per_s = 1.0,
            "limits.temperature_rise_k_per_s is 1, but has to be below thermal.runaway_k_per_s, which is 1",
        ),
        (
            |c| c.thermal.runaway_voltage_drop = ratio(0.04),
            "thermal.runaway_voltage_drop[0] is 0.04, expected a finite number of at least 0.05",
        ),
        (
            |c| c.thermal.runaway_voltage_drop = ratio(0.26),
            "thermal.runaway_voltage_drop[0] is 0.26, expected a finite number of at most 0.25",
        ),
        (
            |c| c.thermal.runaway_alarm_s = 9.0,
            "thermal.runaway_alarm_s[0] is 9, expected a finite number of at least 10",
        ),
        (
            |c| c.thermal.runaway_alarm_s = 301.0,
            "thermal.runaway_alarm_s[0] is 301, expected a finite number of at most 300",
        ),
        (
            |c| c.thermal.heater_margin = kelvin_interval(0.0),
            "thermal.heater_margin[0] is 0, expected a finite number above 0",
        ),
    ]);
}

#[test]
fn charging() {
    check(&[
        (
            |c| c.charging.voltage_over = volts(0.0),
            "charging.voltage_over[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.charging.current_over = amperes(0.0),
            "charging.current_over[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.charging.current_over_ratio = ratio(-0.1),
            "charging.current_over_ratio[0] is -0.1, expected a finite number of at least 0",
        ),
        (
            |c| c.charging.current_over_ratio = ratio(0.6),
            "charging.current_over_ratio[0] is 0.6, expected a finite number of at most 0.5",
        ),
        (
            |c| c.charging.stale_ms = 0,
            "charging.stale_ms[0] is 0, expected a finite number of at least 1",
        ),
        (
            |c| c.charging.stale_ms = 30_001,
            "charging.stale_ms[0] is 30001, expected a finite number of at most 30000",
        ),
        (
            |c| c.charging.stale_ms = 100,
            "sampling.pack_ms is 100, but has to be below charging.stale_ms, which is 100",
        ),
        (
            |c| c.charging.precharge_window = volts(0.0),
            "charging.precharge_window[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.charging.inlet_temperature = celsius(29.0),
            "charging.inlet_temperature[0] is 29, expected a finite number of at least 30",
        ),
        (
            |c| c.charging.inlet_temperature = celsius(151.0),
            "charging.inlet_temperature[0] is 151, expected a finite number of at most 150",
        ),
        (
            |c| c.charging.plug_current = amperes(0.0),
            "charging.plug_current[0] is 0, expected a finite number above 0",
        ),
    ]);
}

#[test]
fn estimates() {
    check(&[
        (
            |c| c.estimates.lockout_s = 0.0,
            "estimates.lockout_s[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.estimates.lockout_s = 60.0,
            "estimates.lockout_s is 60, but has to be below estimator.gate_patience_s, which is 60",
        ),
        (
            |c| c.estimates.rest_s = 0.0,
            "estimates.rest_s[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.estimates.soc_difference = ratio(0.0),
            "estimates.soc_difference[0] is 0, expected a finite number of at least 0.001",
        ),
        (
            |c| c.estimates.soc_difference = ratio(1.1),
            "estimates.soc_difference[0] is 1.1, expected a finite number of at most 1",
        ),
        (
            |c| c.estimates.capacity_end_of_life = ratio(0.09),
            "estimates.capacity_end_of_life[0] is 0.09, expected a finite number of at least 0.1",
        ),
        (
            |c| c.estimates.capacity_end_of_life = ratio(1.0),
            "estimates.capacity_end_of_life[0] is 1, expected a finite number of at most 0.99",
        ),
        (
            |c| c.estimates.resistance_end_of_life = ratio(1.0),
            "estimates.resistance_end_of_life[0] is 1, expected a finite number of at least 1.01",
        ),
        (
            |c| c.estimates.resistance_end_of_life = ratio(4.1),
            "estimates.resistance_end_of_life[0] is 4.1, expected a finite number of at most 4",
        ),
        (
            |c| c.estimates.energy_imbalance = ratio(0.0),
            "estimates.energy_imbalance[0] is 0, expected a finite number of at least 0.01",
        ),
        (
            |c| c.estimates.energy_imbalance = ratio(1.0),
            "estimates.energy_imbalance[0] is 1, expected a finite number of at most 0.9",
        ),
    ]);
}

#[test]
fn control() {
    check(&[
        (
            |c| c.control.self_test_ms = 0,
            "control.self_test_ms[0] is 0, expected a finite number of at least 1",
        ),
        (
            |c| c.control.self_test_ms = 30_001,
            "control.self_test_ms[0] is 30001, expected a finite number of at most 30000",
        ),
        (
            |c| c.control.self_test_ms = 500,
            "sampling.temperature_ms is 500, but has to be below control.self_test_ms, which is 500",
        ),
        (
            |c| c.control.precharge_attempts = 0,
            "control.precharge_attempts[0] is 0, expected a finite number of at least 1",
        ),
        (
            |c| c.control.precharge_attempts = 21,
            "control.precharge_attempts[0] is 21, expected a finite number of at most 20",
        ),
        (
            |c| c.control.precharge_pause_s = 0,
            "control.precharge_pause_s[0] is 0, expected a finite number of at least 1",
        ),
        (
            |c| c.control.precharge_pause_s = 3601,
            "control.precharge_pause_s[0] is 3601, expected a finite number of at most 3600",
        ),
        (
            |c| c.control.weld_test_ms = 30_001,
            "control.weld_test_ms[0] is 30001, expected a finite number of at most 30000",
        ),
        (
            |c| c.control.link_fallen = ratio(0.04),
            "control.link_fallen[0] is 0.04, expected a finite number of at least 0.05",
        ),
        (
            |c| c.control.link_fallen = ratio(0.8),
            "control.link_fallen[0] is 0.8, expected a finite number of at most 0.75",
        ),
        (
            |c| c.control.limp = ratio(-0.1),
            "control.limp[0] is -0.1, expected a finite number of at least 0",
        ),
        (
            |c| c.control.limp = ratio(1.0),
            "control.limp[0] is 1, expected a finite number of at most 0.9",
        ),
        (
            |c| c.control.limit_rise_s = 0.0,
            "control.limit_rise_s[0] is 0, expected a finite number of at least 0.01",
        ),
        (
            |c| c.control.limit_rise_s = 601.0,
            "control.limit_rise_s[0] is 601, expected a finite number of at most 600",
        ),
        (
            |c| c.control.horizon_s = 0.0,
            "control.horizon_s[0] is 0, expected a finite number of at least 0.1",
        ),
        (
            |c| c.control.horizon_s = 601.0,
            "control.horizon_s[0] is 601, expected a finite number of at most 600",
        ),
        (
            |c| c.control.empty_ramp = ratio(0.0),
            "control.empty_ramp[0] is 0, expected a finite number of at least 0.001",
        ),
        (
            |c| c.control.empty_ramp = ratio(0.6),
            "control.empty_ramp[0] is 0.6, expected a finite number of at most 0.5",
        ),
        (
            |c| c.control.full_ramp = ratio(0.0),
            "control.full_ramp[0] is 0, expected a finite number of at least 0.001",
        ),
        (
            |c| c.control.full_ramp = ratio(0.6),
            "control.full_ramp[0] is 0.6, expected a finite number of at most 0.5",
        ),
        (
            |c| c.sampling.open_at_once_ms = 500,
            "sampling.open_at_once_ms is 500, but has to be below sampling.open_ms, which is 500",
        ),
        (
            |c| c.sampling.open_at_once_ms = 9,
            "sampling.tick_ms is 10, but has to be at most sampling.open_at_once_ms, which is 9",
        ),
    ]);
}

#[test]
fn balancing() {
    check(&[
        (
            |c| c.control.balancing.resistance = ohms(0.0),
            "control.balancing.resistance[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.control.balancing.stop = ratio(0.0),
            "control.balancing.stop[0] is 0, expected a finite number above 0",
        ),
        (
            |c| c.control.balancing.stop = ratio(0.01),
            "control.balancing.stop is 0.01, but has to be below control.balancing.start, which is 0.01",
        ),
        (
            |c| c.control.balancing.start = ratio(0.6),
            "control.balancing.start[0] is 0.6, expected a finite number of at most 0.5",
        ),
        (
            |c| c.control.balancing.lowest_voltage = volts(2.79),
            "limits.cell_under_voltage.operating is 2.8, but has to be at most control.balancing.lowest_voltage, which is 2.79",
        ),
        (
            |c| c.control.balancing.lowest_soc = ratio(-0.1),
            "control.balancing.lowest_soc[0] is -0.1, expected a finite number of at least 0",
        ),
        (
            |c| c.control.balancing.lowest_soc = ratio(1.1),
            "control.balancing.lowest_soc[0] is 1.1, expected a finite number of at most 1",
        ),
        (
            |c| c.control.balancing.highest_temperature = celsius(19.0),
            "control.balancing.highest_temperature[0] is 19, expected a finite number of at least 20",
        ),
        (
            |c| c.control.balancing.highest_temperature = celsius(151.0),
            "control.balancing.highest_temperature[0] is 151, expected a finite number of at most 150",
        ),
        (
            |c| c.control.balancing.bleed_ms = 0,
            "control.balancing.bleed_ms[0] is 0, expected a finite number of at least 1",
        ),
        (
            |c| c.control.balancing.bleed_ms = 60_001,
            "control.balancing.bleed_ms[0] is 60001, expected a finite number of at most 60000",
        ),
        (
            |c| c.control.balancing.settle_ms = 30_001,
            "control.balancing.settle_ms[0] is 30001, expected a finite number of at most 30000",
        ),
        (
            |c| c.control.balancing.settle_ms = 451,
            "control.balancing.settle_ms + sampling.cell_voltage_ms is 501, but has to be at most control.balancing.measure_ms, which is 500",
        ),
        (
            |c| c.control.balancing.channels = 0,
            "control.balancing.channels[0] is 0, expected a finite number of at least 1",
        ),
        (
            |c| c.control.balancing.channels = 251,
            "control.balancing.channels[0] is 251, expected a finite number of at most 250",
        ),
    ]);
}

/// No time may be longer than what is counted.
#[test]
fn times_of_every_fault() {
    for entry in CATALOGUE {
        let longest = FaultTiming {
            qualify_ms: entry.qualify_ms,
            recover_ms: LONGEST_TIME_MS,
        };
        for (timing, wanted) in [
            (
                FaultTiming {
                    recover_ms: LONGEST_TIME_MS + 1,
                    ..longest
                },
                Err(format!(
                    "{}[0] is 30001, expected a finite number of at most 30000",
                    entry.name()
                )),
            ),
            (longest, Ok(())),
        ] {
            let mut config = NMC_96S;
            config.timings = config.timings.with(entry.id, timing);
            let said = config.validate().map_err(|error| error.to_string());
            assert_eq!(said, wanted);
        }
    }
}

/// A worse level of the same limit must not come later than a better one.
#[test]
fn times_of_three_levels() {
    let with = |fault, qualify_ms| {
        let mut config = NMC_96S;
        let timing = FaultTiming {
            qualify_ms,
            recover_ms: 1000,
        };
        config.timings = config.timings.with(fault, timing);
        config.validate().map_err(|error| error.to_string())
    };
    assert_eq!(
        with(FaultId::CellOverVoltageMaximum, 501),
        Err(String::from(
            "cell over-voltage, maximum limit is 501, but has to be at most cell over-voltage, recommended limit, which is 500"
        ))
    );
    assert_eq!(
        with(FaultId::OverTemperatureRestingRecommended, 2001),
        Err(String::from(
            "over-temperature at rest, recommended limit is 2001, but has to be at most over-temperature at rest, operating limit, which is 2000"
        ))
    );
    assert_eq!(with(FaultId::CellOverVoltageMaximum, 499), Ok(()));
    assert_eq!(with(FaultId::CellDeepDischarge, 501), Ok(()));
    assert_eq!(
        with(FaultId::CellVoltageSpread, 30_001),
        Err(String::from(
            "cell voltage spread[0] is 30001, expected a finite number of at most 30000"
        ))
    );
}
