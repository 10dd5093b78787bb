//! Limits of cell voltages and temperatures.

use bms_bench::SensorValues;
use bms_core::protection::Source;

use crate::bench::{Bench, seconds};

const CELL: Source = Source::Cell(57);
const SENSOR: Source = Source::TemperatureSensor(17);

/// One cell at this voltage, the others as they were.
fn cell(cell_v: f32) -> impl FnOnce(&mut SensorValues) {
    move |sensors| sensors.cell_v[57] = cell_v
}

/// One sensor at this temperature, the others at 25 degC.
fn sensor(degc: f32) -> impl FnOnce(&mut SensorValues) {
    move |sensors| sensors.temperature_degc[17] = degc
}

/// One sensor's temperature rises.
fn rising(k_per_s: f32) -> impl FnMut(&mut SensorValues, u32) {
    move |sensors, ms| sensors.temperature_degc[17] = 25.0 + k_per_s * seconds(ms)
}

fn charging(bench: Bench) -> Bench {
    bench.first(|sensors| sensors.current(-50.0))
}

fn discharging(bench: Bench) -> Bench {
    bench.first(|sensors| sensors.current(50.0))
}

fn kelvin(degc: f32) -> f32 {
    degc + 273.15
}

crate::catalogue_tests! {
    CellOverVoltageOperating:
    cell_over_voltage_operating_is_found(bench) {
        bench.provoke(cell(4.201)).names(CELL).shows(4.201, 4.200)
    }
    cell_over_voltage_operating_is_not_found_inside(bench) {
        bench.inside(cell(4.199))
    }

    CellOverVoltageRecommended:
    cell_over_voltage_recommended_is_found(bench) {
        bench.provoke(cell(4.221)).names(CELL).shows(4.221, 4.220)
    }
    cell_over_voltage_recommended_is_not_found_inside(bench) {
        bench.inside(cell(4.219))
    }

    CellOverVoltageMaximum:
    cell_over_voltage_maximum_is_found(bench) {
        bench.provoke(cell(4.251)).names(CELL).shows(4.251, 4.250)
    }
    cell_over_voltage_maximum_is_not_found_inside(bench) {
        bench.inside(cell(4.249))
    }

    CellUnderVoltageOperating:
    cell_under_voltage_operating_is_found(bench) {
        bench.provoke(cell(2.799)).names(CELL).shows(2.799, 2.800)
    }
    cell_under_voltage_operating_is_not_found_inside(bench) {
        bench.inside(cell(2.801))
    }

    CellUnderVoltageRecommended:
    cell_under_voltage_recommended_is_found(bench) {
        bench.provoke(cell(2.649)).names(CELL).shows(2.649, 2.650)
    }
    cell_under_voltage_recommended_is_not_found_inside(bench) {
        bench.inside(cell(2.651))
    }

    CellUnderVoltageMaximum:
    cell_under_voltage_maximum_is_found(bench) {
        bench.provoke(cell(2.499)).names(CELL).shows(2.499, 2.500)
    }
    cell_under_voltage_maximum_is_not_found_inside(bench) {
        bench.inside(cell(2.501))
    }

    CellDeepDischarge:
    cell_deep_discharge_is_found(bench) {
        bench.provoke(cell(1.999)).names(CELL).shows(1.999, 2.0)
    }
    cell_deep_discharge_is_not_found_inside(bench) {
        bench.inside(cell(2.001))
    }

    CellVoltageSpread:
    cell_voltage_spread_is_found(bench) {
        // The cell itself is one of the 96 that the mean is made of.
        bench.provoke(|sensors| sensors.cell_v[57] += 0.301 * 96.0 / 95.0).names(CELL).shows(0.301, 0.3)
    }
    cell_voltage_spread_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.cell_v[57] -= 0.299 * 96.0 / 95.0)
    }

    OverTemperatureChargingOperating:
    over_temperature_charging_operating_is_found(bench) {
        charging(bench).provoke(sensor(45.1)).names(SENSOR).shows(kelvin(45.1), kelvin(45.0))
    }
    over_temperature_charging_operating_is_not_found_inside(bench) {
        charging(bench).inside(sensor(44.9))
    }

    OverTemperatureChargingRecommended:
    over_temperature_charging_recommended_is_found(bench) {
        charging(bench).provoke(sensor(50.1)).names(SENSOR).shows(kelvin(50.1), kelvin(50.0))
    }
    over_temperature_charging_recommended_is_not_found_inside(bench) {
        charging(bench).inside(sensor(49.9))
    }

    OverTemperatureChargingMaximum:
    over_temperature_charging_maximum_is_found(bench) {
        charging(bench).provoke(sensor(55.1)).names(SENSOR).shows(kelvin(55.1), kelvin(55.0))
    }
    over_temperature_charging_maximum_is_not_found_inside(bench) {
        charging(bench).inside(sensor(54.9))
    }

    OverTemperatureDischargingOperating:
    over_temperature_discharging_operating_is_found(bench) {
        discharging(bench).provoke(sensor(50.1)).names(SENSOR).shows(kelvin(50.1), kelvin(50.0))
    }
    over_temperature_discharging_operating_is_not_found_inside(bench) {
        discharging(bench).inside(sensor(49.9))
    }

    OverTemperatureDischargingRecommended:
    over_temperature_discharging_recommended_is_found(bench) {
        discharging(bench).provoke(sensor(55.1)).names(SENSOR).shows(kelvin(55.1), kelvin(55.0))
    }
    over_temperature_discharging_recommended_is_not_found_inside(bench) {
        discharging(bench).inside(sensor(54.9))
    }

    OverTemperatureDischargingMaximum:
    over_temperature_discharging_maximum_is_found(bench) {
        discharging(bench).provoke(sensor(60.1)).names(SENSOR).shows(kelvin(60.1), kelvin(60.0))
    }
    over_temperature_discharging_maximum_is_not_found_inside(bench) {
        discharging(bench).inside(sensor(59.9))
    }

    OverTemperatureRestingOperating:
    over_temperature_resting_operating_is_found(bench) {
        bench.provoke(sensor(55.1)).names(SENSOR).shows(kelvin(55.1), kelvin(55.0))
    }
    over_temperature_resting_operating_is_not_found_inside(bench) {
        bench.inside(sensor(54.9))
    }

    OverTemperatureRestingRecommended:
    over_temperature_resting_recommended_is_found(bench) {
        bench.provoke(sensor(60.1)).names(SENSOR).shows(kelvin(60.1), kelvin(60.0))
    }
    over_temperature_resting_recommended_is_not_found_inside(bench) {
        bench.inside(sensor(59.9))
    }

    OverTemperatureRestingMaximum:
    over_temperature_resting_maximum_is_found(bench) {
        bench.provoke(sensor(65.1)).names(SENSOR).shows(kelvin(65.1), kelvin(65.0))
    }
    over_temperature_resting_maximum_is_not_found_inside(bench) {
        bench.inside(sensor(64.9))
    }

    UnderTemperatureChargingOperating:
    under_temperature_charging_operating_is_found(bench) {
        charging(bench).provoke(sensor(-0.1)).names(SENSOR).shows(kelvin(-0.1), kelvin(0.0))
    }
    under_temperature_charging_operating_is_not_found_inside(bench) {
        charging(bench).inside(sensor(0.1))
    }

    UnderTemperatureChargingRecommended:
    under_temperature_charging_recommended_is_found(bench) {
        charging(bench).provoke(sensor(-15.1)).names(SENSOR).shows(kelvin(-15.1), kelvin(-15.0))
    }
    under_temperature_charging_recommended_is_not_found_inside(bench) {
        charging(bench).inside(sensor(-14.9))
    }

    UnderTemperatureChargingMaximum:
    under_temperature_charging_maximum_is_found(bench) {
        charging(bench).provoke(sensor(-25.1)).names(SENSOR).shows(kelvin(-25.1), kelvin(-25.0))
    }
    under_temperature_charging_maximum_is_not_found_inside(bench) {
        charging(bench).inside(sensor(-24.9))
    }

    UnderTemperatureDischargingOperating:
    under_temperature_discharging_operating_is_found(bench) {
        discharging(bench).provoke(sensor(-20.1)).names(SENSOR).shows(kelvin(-20.1), kelvin(-20.0))
    }
    under_temperature_discharging_operating_is_not_found_inside(bench) {
        discharging(bench).inside(sensor(-19.9))
    }

    UnderTemperatureDischargingRecommended:
    under_temperature_discharging_recommended_is_found(bench) {
        discharging(bench).provoke(sensor(-25.1)).names(SENSOR).shows(kelvin(-25.1), kelvin(-25.0))
    }
    under_temperature_discharging_recommended_is_not_found_inside(bench) {
        discharging(bench).inside(sensor(-24.9))
    }

    UnderTemperatureDischargingMaximum:
    under_temperature_discharging_maximum_is_found(bench) {
        discharging(bench).provoke(sensor(-30.1)).names(SENSOR).shows(kelvin(-30.1), kelvin(-30.0))
    }
    under_temperature_discharging_maximum_is_not_found_inside(bench) {
        discharging(bench).inside(sensor(-29.9))
    }

    UnderTemperatureRestingOperating:
    under_temperature_resting_operating_is_found(bench) {
        bench.provoke(sensor(-30.1)).names(SENSOR).shows(kelvin(-30.1), kelvin(-30.0))
    }
    under_temperature_resting_operating_is_not_found_inside(bench) {
        bench.inside(sensor(-29.9))
    }

    UnderTemperatureRestingRecommended:
    under_temperature_resting_recommended_is_found(bench) {
        bench.provoke(sensor(-35.1)).names(SENSOR).shows(kelvin(-35.1), kelvin(-35.0))
    }
    under_temperature_resting_recommended_is_not_found_inside(bench) {
        bench.inside(sensor(-34.9))
    }

    UnderTemperatureRestingMaximum:
    under_temperature_resting_maximum_is_found(bench) {
        bench.provoke(sensor(-40.1)).names(SENSOR).shows(kelvin(-40.1), kelvin(-40.0))
    }
    under_temperature_resting_maximum_is_not_found_inside(bench) {
        bench.inside(sensor(-39.9))
    }

    TemperatureSpread:
    temperature_spread_is_found(bench) {
        // The sensor itself is one of the 24 that the mean is made of.
        bench.provoke(|sensors| sensors.temperature_degc[17] += 15.1 * 24.0 / 23.0).names(SENSOR).shows_near(15.1, 15.0)
    }
    temperature_spread_is_not_found_inside(bench) {
        bench.inside(|sensors| sensors.temperature_degc[17] -= 14.9 * 24.0 / 23.0)
    }

    TemperatureRise:
    temperature_rise_is_found(bench) {
        bench.provoke_by(rising(0.51)).names(SENSOR).shows_near(0.51, 0.5)
    }
    temperature_rise_is_not_found_inside(bench) {
        bench.inside_by(rising(0.49))
    }
}
