//! The OCV curve and its inverse.

use bms_bench::{Cell, any_cell, between, lfp, nmc};
use bms_core::units::{self, celsius, kelvin, ratio, to_ratio, to_volts, volts};
use proptest::prelude::*;

/// The smallest slope of all curves, in volts per unit of SoC.
fn flattest_v(cell: &Cell) -> f32 {
    let mut least = f32::INFINITY;
    for row in cell.ocv_v.chunks_exact(cell.ocv_soc.len()) {
        for (soc, volts) in cell.ocv_soc.windows(2).zip(row.windows(2)) {
            least = least.min((volts[1] - volts[0]) / (soc[1] - soc[0]));
        }
    }
    least
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn soc_to_voltage_and_back_is_the_same_soc(
        cell in any_cell(),
        soc in between(0.0, 1.0),
        temperature_k in between(200.0, 400.0),
    ) {
        let parameters = cell.parameters();
        let temperature = kelvin(temperature_k);
        let voltage_v = to_volts(parameters.ocv(ratio(soc), temperature));
        let found = to_ratio(parameters.soc_at_ocv(volts(voltage_v), temperature));
        // What the rounding of a voltage to f32 is worth along the flattest part of the curve.
        let tolerance = 1e-6 + 4.0 * f32::EPSILON * 4.2 / flattest_v(&cell);
        prop_assert!((found - soc).abs() < tolerance, "{soc} {found} {tolerance}");
    }

    #[test]
    fn voltage_to_soc_and_back_is_the_same_voltage(
        cell in any_cell(),
        voltage_v in between(2.5, 4.2),
        temperature_k in between(200.0, 400.0),
    ) {
        let parameters = cell.parameters();
        let temperature = kelvin(temperature_k);
        let soc = parameters.soc_at_ocv(volts(voltage_v), temperature);
        prop_assert!((0.0..=1.0).contains(&to_ratio(soc)));
        let found = to_volts(parameters.ocv(soc, temperature));
        // The steepest generated curve rises by less than 1.7 V over 0.002 of SoC.
        prop_assert!((found - voltage_v).abs() < 1e-4, "{voltage_v} {found}");
    }

    #[test]
    fn the_curve_rises(cell in any_cell(), a in between(0.0, 1.0), b in between(0.0, 1.0), temperature_k in between(200.0, 400.0)) {
        let parameters = cell.parameters();
        let at = |soc: f32| to_volts(parameters.ocv(ratio(soc), kelvin(temperature_k)));
        prop_assert!(at(a.min(b)) <= at(a.max(b)) + 1e-6);
    }
}

#[test]
fn nodes_of_the_table_are_met_to_the_bit() {
    for cell in [nmc(), lfp()] {
        let parameters = cell.parameters();
        for (row, temperature_k) in cell.ocv_temperature_k.iter().enumerate() {
            for (column, soc) in cell.ocv_soc.iter().enumerate() {
                let voltage_v = cell.ocv_v[row * cell.ocv_soc.len() + column];
                let temperature = kelvin(*temperature_k);
                assert_eq!(parameters.ocv(ratio(*soc), temperature), volts(voltage_v));
                assert_eq!(
                    parameters.soc_at_ocv(volts(voltage_v), temperature),
                    ratio(*soc)
                );
            }
        }
    }
}

#[test]
fn halfway_between_nodes_is_halfway_between_voltages() {
    let cell = nmc();
    let parameters = cell.parameters();
    let soc_halfway = parameters.ocv(ratio(0.55), celsius(25.0));
    assert!((to_volts(soc_halfway) - 3.72).abs() < 1e-6);
    let temperature_halfway = parameters.ocv(ratio(0.05), kelvin(280.65));
    assert!((to_volts(temperature_halfway) - 3.21).abs() < 1e-6);
}

#[test]
fn beyond_the_curve_the_ends_are_held() {
    let cell = nmc();
    let parameters = cell.parameters();
    let temperature = celsius(25.0);
    for (soc, voltage_v) in [
        (-1.0, 2.70),
        (2.0, 4.18),
        (f32::NAN, 2.70),
        (f32::INFINITY, 4.18),
    ] {
        assert_eq!(parameters.ocv(ratio(soc), temperature), volts(voltage_v));
    }
    for (voltage_v, soc) in [
        (0.0, 0.0),
        (5.0, 1.0),
        (f32::NAN, 0.0),
        (f32::INFINITY, 1.0),
        (-1.0, 0.0),
    ] {
        assert_eq!(
            parameters.soc_at_ocv(volts(voltage_v), temperature),
            ratio(soc)
        );
    }
    let coldest = parameters.ocv(ratio(0.05), kelvin(0.0));
    assert_eq!(parameters.ocv(ratio(0.05), kelvin(f32::NAN)), coldest);
    assert_eq!(coldest, units::volts(3.22));
}
