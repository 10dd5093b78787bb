//! Readings as readings: missing, stale, stuck, out of range, jumping, not a number, contradicted.

use bms_bench::SensorValues;
use bms_core::protection::Source;

use crate::bench::{open, pulses, resting_v, seconds};

const CELL: Source = Source::Cell(57);
const SENSOR: Source = Source::TemperatureSensor(17);
const CURRENT: Source = Source::CurrentSensor(1);
const PACK: Source = Source::Pack;

/// The readings that do not arrive at this time where `index` arrives only each `period_ms`.
fn unless_due(ms: u32, period_ms: u32, index: usize) -> Vec<usize> {
    if ms.is_multiple_of(period_ms) {
        Vec::new()
    } else {
        vec![index]
    }
}

/// All sensors are 1.1 K warmer at each sample, but for one.
fn warm(sensors: &mut SensorValues, ms: u32, one_degc: f32) {
    sensors.temperature_degc.fill(25.0 + 2.2 * seconds(ms));
    sensors.temperature_degc[17] = one_degc;
}

/// The current changes between 10 and 150 A each 200 ms, first at 200 ms, and voltages with it.
fn stop_and_go(sensors: &mut SensorValues, ms: u32) {
    let current_a = if (ms / 200) % 2 == 1 { 150.0 } else { 10.0 };
    sensors.all_cells(resting_v(0.5) - 1e-3 * current_a);
    sensors.current(current_a);
}

/// The cells jump up and down by 50 mV each 100 ms, as under a changing current, of which one sensor shows something.
fn jumping_cells(sensors: &mut SensorValues, ms: u32, second_a: f32) {
    if ms.is_multiple_of(100) {
        let step_v = if ms.is_multiple_of(200) { 0.05 } else { -0.05 };
        sensors
            .cell_v
            .iter_mut()
            .for_each(|cell_v| *cell_v += step_v);
    }
    sensors.current_a = seconds(ms);
    sensors.second_current_a = second_a;
}

fn kelvin(degc: f32) -> f32 {
    degc + 273.15
}

crate::catalogue_tests! {
    CellVoltageMissing:
    cell_voltage_missing_is_found(bench) {
        bench.provoke(|sensors| sensors.silent.cells = vec![57]).names(CELL).shows(1.01, 1.0)
    }
    cell_voltage_missing_is_not_found_inside(bench) {
        // A sample each 1000 ms: the age just before it is 990 ms.
        bench.inside_by(|sensors, ms| sensors.silent.cells = unless_due(ms, 1000, 57))
    }

    CellVoltageStale:
    cell_voltage_stale_is_found(bench) {
        bench.provoke(|sensors| sensors.silent.cells = vec![57]).names(CELL).shows(0.21, 0.2)
    }
    cell_voltage_stale_is_not_found_inside(bench) {
        // A sample each 200 ms.
        bench.inside_by(|sensors, ms| sensors.silent.cells = unless_due(ms, 200, 57))
    }

    CellVoltageStuck:
    cell_voltage_stuck_is_found(bench) {
        let stuck_v = bench.rig.sensors.cell_v[57];
        // Ten moves of 10 mV: the step at each change, and what relaxes in between.
        bench
            .provoke_after(1800, |sensors, ms| {
                stop_and_go(sensors, ms);
                sensors.cell_v[57] = stuck_v;
            })
            .names(CELL)
            .shows(stuck_v, f32::NAN)
    }
    cell_voltage_stuck_is_not_found_inside(bench) {
        let stuck_v = bench.rig.sensors.cell_v[57];
        bench.inside_for(6000, |sensors, ms| {
            stop_and_go(sensors, ms);
            sensors.cell_v[57] = stuck_v + 1e-3 * seconds(ms / 1800);
        })
    }

    CellVoltageOutOfRange:
    cell_voltage_out_of_range_is_found(bench) {
        bench.provoke(|sensors| sensors.cell_v[57] = 5.001).names(CELL).shows(5.001, f32::NAN)
    }
    cell_voltage_out_of_range_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.cell_v[57] = 4.999)
    }

    CellVoltageRate:
    cell_voltage_rate_is_found(bench) {
        let before_v = bench.rig.sensors.cell_v[57];
        bench.provoke(|sensors| sensors.cell_v[57] += 1.001).names(CELL).shows(before_v + 1.001, f32::NAN)
    }
    cell_voltage_rate_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.cell_v[57] += 0.999)
    }

    CellVoltageNotFinite:
    cell_voltage_not_finite_is_found(bench) {
        bench.provoke(|sensors| sensors.cell_v[57] = f32::NAN).names(CELL).has_no_value()
    }
    cell_voltage_not_finite_is_not_found_inside(bench) {
        // However absurd, it is a number.
        bench.inside(|sensors| sensors.cell_v[57] = f32::MAX)
    }

    CellVoltagePairDisagrees:
    cell_voltage_pair_disagrees_is_found(bench) {
        bench.provoke(|sensors| sensors.second_cell_v[57] = Some(sensors.cell_v[57] + 0.021)).names(CELL).shows_near(0.021, 0.02)
    }
    cell_voltage_pair_disagrees_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.second_cell_v[57] = Some(sensors.cell_v[57] - 0.019))
    }

    CellOpenWire:
    cell_open_wire_is_found(bench) {
        bench.provoke(|sensors| sensors.open_wire[57] = true).names(CELL).has_no_value().after(110)
    }
    cell_open_wire_is_not_found_inside(bench) {
        bench.inside_by(|sensors, ms| sensors.open_wire[57] = pulses(ms, 100))
    }

    TemperatureMissing:
    temperature_missing_is_found(bench) {
        bench.provoke(|sensors| sensors.silent.sensors = vec![17]).names(SENSOR).shows(10.01, 10.0)
    }
    temperature_missing_is_not_found_inside(bench) {
        // A sample each 10000 ms: the age just before it is 9990 ms.
        bench.inside_by(|sensors, ms| sensors.silent.sensors = unless_due(ms, 10000, 17))
    }

    TemperatureStale:
    temperature_stale_is_found(bench) {
        bench.provoke(|sensors| sensors.silent.sensors = vec![17]).names(SENSOR).shows(2.01, 2.0)
    }
    temperature_stale_is_not_found_inside(bench) {
        // A sample each 2000 ms.
        bench.inside_by(|sensors, ms| sensors.silent.sensors = unless_due(ms, 2000, 17))
    }

    TemperatureStuck:
    temperature_stuck_is_found(bench) {
        // The mean of the 24 sensors rises by 23/24 of 1.1 K with each sample from 500 ms on. The sample at 5500 ms is
        // the first to see ten moves before it.
        bench.provoke_after(5000, |sensors, ms| warm(sensors, ms, 25.0)).names(SENSOR).shows(kelvin(25.0), f32::NAN)
    }
    temperature_stuck_is_not_found_inside(bench) {
        // Each tenth sample is another: nine moves before it.
        bench.inside_for(15_000, |sensors, ms| {
            let tenth = ms.next_multiple_of(5000).is_multiple_of(10_000);
            warm(sensors, ms, if tenth { 25.1 } else { 25.0 });
        })
    }

    TemperatureOutOfRange:
    temperature_out_of_range_is_found(bench) {
        bench.provoke(|sensors| sensors.temperature_degc[17] = 150.1).names(SENSOR).shows(kelvin(150.1), f32::NAN)
    }
    temperature_out_of_range_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.temperature_degc[17] = 149.9)
    }

    TemperatureRate:
    temperature_rate_is_found(bench) {
        bench.provoke(|sensors| sensors.temperature_degc[17] += 20.1).names(SENSOR).shows(kelvin(45.1), f32::NAN)
    }
    temperature_rate_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.temperature_degc[17] -= 19.9)
    }

    TemperatureNotFinite:
    temperature_not_finite_is_found(bench) {
        bench.provoke(|sensors| sensors.temperature_degc[17] = f32::NAN).names(SENSOR).has_no_value()
    }
    temperature_not_finite_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.temperature_degc[17] = f32::MAX)
    }

    TemperaturePairDisagrees:
    temperature_pair_disagrees_is_found(bench) {
        bench.provoke(|sensors| sensors.second_temperature_degc[17] = Some(30.1)).names(SENSOR).shows_near(5.1, 5.0)
    }
    temperature_pair_disagrees_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.second_temperature_degc[17] = Some(20.1))
    }

    CurrentMissing:
    current_missing_is_found(bench) {
        bench.provoke(|sensors| sensors.silent.second_current = true).names(CURRENT).shows(0.26, 0.25)
    }
    current_missing_is_not_found_inside(bench) {
        // A sample each 250 ms.
        bench.inside_by(|sensors, ms| sensors.silent.second_current = !ms.is_multiple_of(250))
    }

    CurrentStale:
    current_stale_is_found(bench) {
        bench.provoke(|sensors| sensors.silent.second_current = true).names(CURRENT).shows(0.06, 0.05)
    }
    current_stale_is_not_found_inside(bench) {
        bench.inside_by(|sensors, ms| sensors.silent.second_current = !ms.is_multiple_of(50))
    }

    CurrentStuck:
    current_stuck_is_found(bench) {
        // The cells jump by 50 mV every 100 ms, first at 100 ms; the sample after the tenth jump is the first.
        bench.provoke_after(1000, |sensors, ms| jumping_cells(sensors, ms, 0.0)).names(CURRENT).shows(0.0, f32::NAN)
    }
    current_stuck_is_not_found_inside(bench) {
        // Another value just before each tenth jump.
        bench.inside_for(5000, |sensors, ms| jumping_cells(sensors, ms, seconds(ms / 900)))
    }

    CurrentOutOfRange:
    current_out_of_range_is_found(bench) {
        bench.provoke(|sensors| sensors.second_current_a = -1000.1).names(CURRENT).shows(-1000.1, f32::NAN)
    }
    current_out_of_range_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.second_current_a = -999.9)
    }

    CurrentRate:
    current_rate_is_found(bench) {
        bench
            .first(|sensors| sensors.current(-750.0))
            .provoke(|sensors| sensors.second_current_a = 751.0)
            .names(CURRENT)
            .shows(751.0, f32::NAN)
    }
    current_rate_is_not_found_inside(bench) {
        bench
            .first(|sensors| sensors.current(-750.0))
            .inside(|sensors| sensors.second_current_a = 749.0)
    }

    CurrentNotFinite:
    current_not_finite_is_found(bench) {
        bench.provoke(|sensors| sensors.second_current_a = f32::NEG_INFINITY).names(CURRENT).has_no_value()
    }
    current_not_finite_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.second_current_a = f32::MIN)
    }

    CurrentOffset:
    current_offset_is_found(bench) {
        // Learned from the second after the contactors open, with 2 s as time constant: 1.5 A of 1.6 A are there after
        // 1.0 s + 2 s ln(1.6 / 0.1) = 6.55 s.
        bench
            .provoke_after(6530, |sensors, _| {
                open(sensors);
                sensors.second_current_a = 1.6;
            })
            .names(CURRENT)
            .shows_near(1.57, 1.5)
    }
    current_offset_is_not_found_inside(bench) {
        bench.inside_for(20_000, |sensors, _| {
            open(sensors);
            sensors.second_current_a = -1.49;
        })
    }

    CurrentPairDisagrees:
    current_pair_disagrees_is_found(bench) {
        // 20 A and 5 % of the larger.
        bench
            .first(|sensors| sensors.current(100.0))
            .provoke(|sensors| sensors.second_current_a = 126.4)
            .names(Source::Pack)
            .shows(26.4, 20.0 + 0.05 * 126.4)
    }
    current_pair_disagrees_is_not_found_inside(bench) {
        bench
            .first(|sensors| sensors.current(100.0))
            .inside(|sensors| sensors.second_current_a = 126.2)
    }

    PackVoltageMissing:
    pack_voltage_missing_is_found(bench) {
        bench.provoke(|sensors| sensors.silent.pack = true).names(PACK).shows(1.01, 1.0)
    }
    pack_voltage_missing_is_not_found_inside(bench) {
        // A sample each 1000 ms: the age just before it is 990 ms.
        bench.inside_by(|sensors, ms| sensors.silent.pack = !ms.is_multiple_of(1000))
    }

    PackVoltageStale:
    pack_voltage_stale_is_found(bench) {
        bench.provoke(|sensors| sensors.silent.pack = true).names(PACK).shows(0.31, 0.3)
    }
    pack_voltage_stale_is_not_found_inside(bench) {
        // A sample each 300 ms.
        bench.inside_by(|sensors, ms| sensors.silent.pack = !ms.is_multiple_of(300))
    }

    PackVoltageStuck:
    pack_voltage_stuck_is_found(bench) {
        let stuck_v = bench.pack_v();
        bench
            .provoke_after(1800, |sensors, ms| {
                stop_and_go(sensors, ms);
                sensors.pack_v = stuck_v;
            })
            .names(PACK)
            .shows(stuck_v, f32::NAN)
    }
    pack_voltage_stuck_is_not_found_inside(bench) {
        let stuck_v = bench.pack_v();
        bench.inside_for(6000, |sensors, ms| {
            stop_and_go(sensors, ms);
            sensors.pack_v = stuck_v + seconds(ms / 1800);
        })
    }

    PackVoltageOutOfRange:
    pack_voltage_out_of_range_is_found(bench) {
        bench.provoke(|sensors| sensors.pack_v = 576.1).names(PACK).shows(576.1, f32::NAN)
    }
    pack_voltage_out_of_range_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.pack_v = 575.9)
    }

    PackVoltageRate:
    pack_voltage_rate_is_found(bench) {
        let before_v = bench.pack_v();
        bench.provoke(|sensors| sensors.pack_v -= 96.1).names(PACK).shows(before_v - 96.1, f32::NAN)
    }
    pack_voltage_rate_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.pack_v += 95.9)
    }

    PackVoltageNotFinite:
    pack_voltage_not_finite_is_found(bench) {
        bench.provoke(|sensors| sensors.pack_v = f32::NAN).names(PACK).has_no_value()
    }
    pack_voltage_not_finite_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.pack_v = f32::MAX)
    }

    LinkVoltageMissing:
    link_voltage_missing_is_found(bench) {
        bench.provoke(|sensors| sensors.silent.link = true).names(PACK).shows(1.01, 1.0)
    }
    link_voltage_missing_is_not_found_inside(bench) {
        // A sample each 1000 ms: the age just before it is 990 ms.
        bench.inside_by(|sensors, ms| sensors.silent.link = !ms.is_multiple_of(1000))
    }

    LinkVoltageStale:
    link_voltage_stale_is_found(bench) {
        bench.provoke(|sensors| sensors.silent.link = true).names(PACK).shows(0.31, 0.3)
    }
    link_voltage_stale_is_not_found_inside(bench) {
        // A sample each 300 ms.
        bench.inside_by(|sensors, ms| sensors.silent.link = !ms.is_multiple_of(300))
    }

    LinkVoltageStuck:
    link_voltage_stuck_is_found(bench) {
        let stuck_v = bench.pack_v();
        bench
            .provoke_after(1800, |sensors, ms| {
                stop_and_go(sensors, ms);
                sensors.link_v = stuck_v;
            })
            .names(PACK)
            .shows(stuck_v, f32::NAN)
    }
    link_voltage_stuck_is_not_found_inside(bench) {
        let stuck_v = bench.pack_v();
        bench.inside_for(6000, |sensors, ms| {
            stop_and_go(sensors, ms);
            sensors.link_v = stuck_v + seconds(ms / 1800);
        })
    }

    LinkVoltageOutOfRange:
    link_voltage_out_of_range_is_found(bench) {
        bench.provoke(|sensors| sensors.link_v = 576.1).names(PACK).shows(576.1, f32::NAN)
    }
    link_voltage_out_of_range_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.link_v = 575.9)
    }

    LinkVoltageRate:
    link_voltage_rate_is_found(bench) {
        let before_v = bench.pack_v();
        bench.provoke(|sensors| sensors.link_v -= 96.1).names(PACK).shows(before_v - 96.1, f32::NAN)
    }
    link_voltage_rate_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.link_v += 95.9)
    }

    LinkVoltageNotFinite:
    link_voltage_not_finite_is_found(bench) {
        bench.provoke(|sensors| sensors.link_v = f32::NAN).names(PACK).has_no_value()
    }
    link_voltage_not_finite_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.link_v = f32::MAX)
    }
}
