//! Which configurations are refused, and how: a law for the range of every field, from the schema, and real cases for
//! relations between fields.

#![expect(clippy::too_many_lines, reason = "lists of refusals")]

mod schema;

use bms_core::charging::presets::{LFP_100S_CCS, NMC_96S_CCS};
use bms_core::charging::{BidirectionalConfig, OnBoardCharger, SessionConfig};
use bms_core::config::presets::{LFP_100S, NMC_13S, NMC_96S};
use bms_core::config::{BmsConfig, LimitMap, MAX_CELLS, MAX_FRONT_ENDS, MAX_TEMPERATURE_SENSORS};
use bms_core::protection::{CATALOGUE, FaultId, FaultTiming, LONGEST_TIME_MS};
use bms_core::units::{amperes, celsius, joules, ratio, volts};
use schema::{fields, law, set};

/// Every bound of every field refuses just outside and accepts just inside, tables entry by entry and by length.
#[test]
fn ranges_of_every_field() {
    let mut bounds = 0;
    for preset in [NMC_96S, LFP_100S, NMC_13S] {
        bounds += law(&preset, &BmsConfig::validate);
    }
    for (charging, pack) in [(NMC_96S_CCS, &NMC_96S), (LFP_100S_CCS, &LFP_100S)] {
        bounds += law(&charging, &|config| config.validate(pack));
    }
    for session in [SessionConfig::CCS, SessionConfig::GBT] {
        bounds += law(&session, &SessionConfig::validate);
    }
    bounds += law(&OnBoardCharger::AC_11_KW, &OnBoardCharger::validate);
    bounds += law(
        &BidirectionalConfig::DEFAULT,
        &BidirectionalConfig::validate,
    );
    assert!(bounds > 1000, "{bounds} bounds only");
}

/// A number without a range is refused by its relation to another field, so that one that was never set cannot be used.
#[test]
fn no_number_may_be_nan() {
    for preset in [NMC_96S, LFP_100S, NMC_13S] {
        for info in fields(&preset) {
            let mut config = preset;
            if set(&mut config, info.field, f32::NAN) {
                assert!(config.validate().is_err(), "{}", info.field);
            }
        }
    }
}

#[test]
fn defaults_are_within_their_ranges() {
    for info in fields(&NMC_13S) {
        if let Some(default) = info.default {
            let range = info.range;
            assert!(
                range.low.is_none_or(|low| default >= low)
                    && range.high.is_none_or(|high| default <= high),
                "{}",
                info.field
            );
        }
    }
}

#[test]
fn largest_numbers_are_those_of_the_constants() {
    for (path, largest) in [
        ("layout.cells", MAX_CELLS),
        ("layout.temperature_sensors", MAX_TEMPERATURE_SENSORS),
        ("layout.front_ends", MAX_FRONT_ENDS),
        ("control.balancing.channels", MAX_CELLS),
    ] {
        let fields = fields(&NMC_13S);
        let info = fields.iter().find(|info| info.field == path);
        let high = info.and_then(|info| info.range.high);
        assert_eq!(
            high.map(|high| high.to_string()),
            Some(largest.to_string()),
            "{path}"
        );
    }
}

/// A change of the valid preset with 96 cells, and the error.
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
fn layouts() {
    check(&[
        (
            |c| c.layout.cells = 95,
            "layout.sensor_of_cell is 96, expected a table of 95 entries",
        ),
        (
            |c| c.layout.temperature_sensors = 23,
            "layout.sensor_of_cell[92] is 23, expected a finite number of at most 22",
        ),
    ]);
}

#[test]
fn ages_and_periods() {
    check(&[
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
            |c| c.sampling.command_stale_ms = 10,
            "sampling.tick_ms is 10, but has to be below sampling.command_stale_ms, which is 10",
        ),
        (
            |c| c.sampling.open_at_once_ms = 501,
            "sampling.open_at_once_ms is 501, but has to be below sampling.open_ms, which is 500",
        ),
    ]);
}

#[test]
fn cell_voltages() {
    check(&[
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
    ]);
}

#[test]
fn currents() {
    check(&[
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
    ]);
}

#[test]
fn maps() {
    check(&[
        (
            |c| c.limits.cell_charge_factor = map_of(&[]),
            "limits.cell_charge_factor.values is 0, expected a table of 1 entries",
        ),
        (
            |c| c.limits.cell_charge_factor = map_of(&[1.0, 1.0]),
            "limits.cell_charge_factor.values is 2, expected a table of 1 entries",
        ),
        (
            |c| c.limits.cell_charge_factor.temperature_k = &[],
            "limits.cell_charge_factor.temperature_k is 0, expected a table of 1 entries",
        ),
        (
            |c| c.limits.cell_charge_factor.soc = &[],
            "limits.cell_charge_factor.soc is 0, expected a table of 1 entries",
        ),
        (
            |c| c.limits.cell_charge_factor.soc = &[0.0, 0.8, 0.8],
            "limits.cell_charge_factor.soc[2] is 0.8, expected a finite number above 0.8",
        ),
    ]);
}

#[test]
fn fuses() {
    check(&[
        (
            |c| c.limits.fuse.current_a = &[],
            "limits.fuse.current_a is 0, expected a table of 1 entries",
        ),
        (
            |c| c.limits.fuse.i2t_a2s = &[1e8, 1e7],
            "limits.fuse.i2t_a2s is 2, expected a table of 4 entries",
        ),
        (
            |c| c.limits.fuse.current_a = &[400.0, 600.0, 600.0, 2000.0],
            "limits.fuse.current_a[2] is 600, expected a finite number above 600",
        ),
        (
            |c| c.limits.fuse.recommended = ratio(0.7),
            "limits.fuse.recommended is 0.7, but has to be below limits.fuse.maximum, which is 0.7",
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
            |c| c.limits.pack_voltage_hysteresis = volts(70.0),
            "limits.pack_under_voltage.operating + 2 limits.pack_voltage_hysteresis is 408.8, but has to be below limits.pack_over_voltage.operating, which is 403.19998",
        ),
    ]);
}

#[test]
fn high_voltage() {
    check(&[
        (
            |c| c.high_voltage.precharge_energy = joules(83.0),
            "energy of high_voltage.link_capacitance at limits.pack_over_voltage.maximum is 83.232, but has to be at most high_voltage.precharge_energy, which is 83",
        ),
        (
            |c| c.high_voltage.precharge_fast_factor = 0.36,
            "sampling.pack_ms + sampling.tick_ms is 110, but has to be at most high_voltage.precharge_fast_factor of the RC model's time, which is 107.811874",
        ),
        (
            |c| c.high_voltage.alternating_current = true,
            "high_voltage.isolation_fault_ohm_per_v is 100, expected a finite number of at least 500",
        ),
        (
            |c| c.high_voltage.isolation_fault_ohm_per_v = 500.0,
            "high_voltage.isolation_fault_ohm_per_v is 500, but has to be below high_voltage.isolation_warning_ohm_per_v, which is 500",
        ),
    ]);
}

#[test]
fn thermal() {
    check(&[(
        |c| c.limits.temperature_rise_k_per_s = 1.0,
        "limits.temperature_rise_k_per_s is 1, but has to be below thermal.runaway_k_per_s, which is 1",
    )]);
}

#[test]
fn charging() {
    check(&[(
        |c| c.charging.stale_ms = 100,
        "sampling.pack_ms is 100, but has to be below charging.stale_ms, which is 100",
    )]);
}

#[test]
fn estimates() {
    check(&[(
        |c| c.estimates.lockout_s = 60.0,
        "estimates.lockout_s is 60, but has to be below estimator.gate_patience_s, which is 60",
    )]);
}

#[test]
fn control() {
    check(&[
        (
            |c| c.control.self_test_ms = 500,
            "sampling.temperature_ms is 500, but has to be below control.self_test_ms, which is 500",
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
            |c| c.control.balancing.stop = ratio(0.01),
            "control.balancing.stop is 0.01, but has to be below control.balancing.start, which is 0.01",
        ),
        (
            |c| c.control.balancing.lowest_voltage = volts(2.79),
            "limits.cell_under_voltage.operating is 2.8, but has to be at most control.balancing.lowest_voltage, which is 2.79",
        ),
        (
            |c| c.control.balancing.settle_ms = 451,
            "control.balancing.settle_ms + sampling.cell_voltage_ms is 501, but has to be at most control.balancing.measure_ms, which is 500",
        ),
    ]);
}

fn map_of(values: &'static [f32]) -> LimitMap<'static> {
    LimitMap {
        values,
        ..LimitMap::UNITY
    }
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
                    "{} is 30001, expected a finite number of at most 30000",
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
            "cell voltage spread is 30001, expected a finite number of at most 30000"
        ))
    );
}
