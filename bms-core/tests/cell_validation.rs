//! Which cell descriptions are refused, and that the message names field, place, value and bound.

use bms_bench::{Cell, any_cell, lfp, linear, nmc};
use bms_core::cell::Expected;
use proptest::prelude::*;

/// What is said of the NMC cell after one change.
fn refusal(change: impl FnOnce(&mut Cell)) -> String {
    let mut cell = nmc();
    change(&mut cell);
    let result = cell.parameters().validate();
    result.map_or_else(|error| error.to_string(), |()| "accepted".into())
}

macro_rules! refused {
    ($($name:ident: $change:expr => $message:literal,)*) => {
        $(
            #[test]
            fn $name() {
                assert_eq!(refusal($change), $message);
            }
        )*
    };
}

refused! {
    capacity_of_zero: |cell| cell.capacity_ah = 0.0
        => "cell.capacity is 0, expected a finite number of at least 0.001",
    capacity_that_is_no_number: |cell| cell.capacity_ah = f32::NAN
        => "cell.capacity is NaN, expected a finite number of at least 0.001",
    capacity_of_a_power_station: |cell| cell.capacity_ah = 2e5
        => "cell.capacity is 200000, expected a finite number of at most 100000",
    negative_lowest_voltage: |cell| cell.voltage_min_v = -0.5
        => "cell.voltage_min is -0.5, expected a finite number of at least 0",
    highest_voltage_below_the_lowest: |cell| cell.voltage_max_v = 2.0
        => "cell.voltage_max is 2, expected a finite number above 2.5",
    highest_voltage_of_a_pack: |cell| cell.voltage_max_v = 400.0
        => "cell.voltage_max is 400, expected a finite number of at most 10",
    hysteresis_over_no_charge: |cell| cell.hysteresis_soc = 0.0
        => "cell.hysteresis_soc is 0, expected a finite number of at least 0.0001",
    negative_activation_energy: |cell| cell.activation_energy_j_per_mol = -1.0
        => "cell.activation_energy_j_per_mol is -1, expected a finite number of at least 0",
    ocv_with_one_node: |cell| cell.ocv_soc.truncate(1)
        => "cell.ocv_soc is 1, expected a table of 2 entries",
    ocv_that_does_not_begin_at_empty: |cell| cell.ocv_soc[0] = 0.01
        => "cell.ocv_soc[0] is 0.01, expected 0",
    ocv_that_does_not_end_at_full: |cell| cell.ocv_soc[12] = 0.95
        => "cell.ocv_soc[12] is 0.95, expected 1",
    ocv_nodes_that_fall: |cell| cell.ocv_soc[3] = 0.04
        => "cell.ocv_soc[3] is 0.04, expected a finite number above 0.050100002",
    ocv_nodes_that_nearly_touch: |cell| cell.ocv_soc[1] = 1e-30
        => "cell.ocv_soc[1] is 0.000000000000000000000000000001, expected a finite number above 0.0001",
    ocv_node_beyond_full: |cell| cell.ocv_soc[12] = 1.5
        => "cell.ocv_soc[12] is 1.5, expected a finite number of at most 1",
    ocv_without_temperatures: |cell| cell.ocv_temperature_k.clear()
        => "cell.ocv_temperature_k is 0, expected a table of 1 entries",
    ocv_temperature_in_degrees_celsius: |cell| cell.ocv_temperature_k[0] = -10.0
        => "cell.ocv_temperature_k[0] is -10, expected a finite number of at least 173.15",
    ocv_temperatures_that_repeat: |cell| cell.ocv_temperature_k[1] = 263.15
        => "cell.ocv_temperature_k[1] is 263.15, expected a finite number above 263.15",
    ocv_table_too_short: |cell| { cell.ocv_v.pop(); }
        => "cell.ocv_v is 25, expected a table of 26 entries",
    ocv_that_falls: |cell| cell.ocv_v[17] = 3.3
        => "cell.ocv_v[17] is 3.3, expected a finite number above 3.33",
    ocv_that_stays: |cell| cell.ocv_v[14] = cell.ocv_v[13]
        => "cell.ocv_v[14] is 2.7, expected a finite number above 2.7",
    ocv_in_millivolts: |cell| cell.ocv_v[0] = 2750.0
        => "cell.ocv_v[0] is 2750, expected a finite number of at most 10",
    one_soc_node: |cell| cell.soc.truncate(1)
        => "cell.soc is 1, expected a table of 2 entries",
    soc_in_percent: |cell| cell.soc[4] = 100.0
        => "cell.soc[4] is 100, expected a finite number of at most 1",
    soc_nodes_that_fall: |cell| cell.soc[2] = 0.05
        => "cell.soc[2] is 0.05, expected a finite number above 0.1001",
    no_temperature: |cell| cell.temperature_k.clear()
        => "cell.temperature_k is 0, expected a table of 1 entries",
    temperatures_that_fall: |cell| cell.temperature_k[1] = 250.0
        => "cell.temperature_k[1] is 250, expected a finite number above 263.15",
    temperature_of_a_furnace: |cell| cell.temperature_k[1] = 1000.0
        => "cell.temperature_k[1] is 1000, expected a finite number of at most 423.15",
    ohmic_resistance_of_zero: |cell| cell.r0_ohm[3] = 0.0
        => "cell.r0_ohm[3] is 0, expected a finite number above 0",
    negative_ohmic_resistance: |cell| cell.r0_ohm[7] = -0.01
        => "cell.r0_ohm[7] is -0.01, expected a finite number above 0",
    ohmic_table_too_long: |cell| cell.r0_ohm.push(0.01)
        => "cell.r0_ohm is 11, expected a table of 10 entries",
    negative_charge_transfer_in_discharge: |cell| cell.charge_transfer_discharge_ohm[1] = -0.01
        => "cell.charge_transfer_discharge_ohm[1] is -0.01, expected a finite number of at least 0",
    infinite_charge_transfer_in_charge: |cell| cell.charge_transfer_charge_ohm[9] = f32::INFINITY
        => "cell.charge_transfer_charge_ohm[9] is inf, expected a finite number of at most 1000",
    negative_hysteresis: |cell| cell.hysteresis_v[2] = -0.01
        => "cell.hysteresis_v[2] is -0.01, expected a finite number of at least 0",
    knee_current_of_zero: |cell| cell.knee_current_a[1] = 0.0
        => "cell.knee_current_a[1] is 0, expected a finite number above 0",
    one_knee_current_for_two_temperatures: |cell| cell.knee_current_a.truncate(1)
        => "cell.knee_current_a is 1, expected a table of 2 entries",
    voltage_error_of_zero: |cell| cell.voltage_error_v[0] = 0.0
        => "cell.voltage_error_v[0] is 0, expected a finite number above 0",
    no_branch: |cell| cell.branch_tau_s.clear()
        => "cell.branch_tau_s is 0, expected a table of 1 entries",
    five_branches: |cell| cell.branch_tau_s = vec![1.0, 2.0, 3.0, 4.0, 5.0]
        => "cell.branch_tau_s is 5, expected a table of 4 entries",
    branches_out_of_order: |cell| cell.branch_tau_s[1] = 2.0
        => "cell.branch_tau_s[1] is 2, expected a finite number above 3",
    branch_without_time: |cell| cell.branch_tau_s[0] = 0.0
        => "cell.branch_tau_s[0] is 0, expected a finite number of at least 0.001",
    branch_table_for_two_of_three: |cell| cell.branch_ohm.truncate(20)
        => "cell.branch_ohm is 20, expected a table of 30 entries",
    branch_resistance_that_is_no_number: |cell| cell.branch_ohm[29] = f32::NAN
        => "cell.branch_ohm[29] is NaN, expected a finite number of at least 0",
}

#[test]
fn the_cells_of_the_tests_are_accepted() {
    for cell in [nmc(), lfp(), linear()] {
        assert_eq!(cell.parameters().validate(), Ok(()));
    }
}

#[test]
fn the_error_is_data_as_well() {
    let mut cell = nmc();
    cell.r0_ohm[7] = -0.01;
    let error = cell
        .parameters()
        .validate()
        .expect_err("a negative resistance");
    assert_eq!((error.field.name(), error.index), ("cell.r0_ohm", Some(7)));
    assert!((error.value + 0.01).abs() < 1e-9);
    assert_eq!(error.expected, Expected::Above(0.0));
}

/// Every number of a description, by table and place.
fn numbers(cell: &mut Cell) -> Vec<&mut f32> {
    let Cell {
        capacity_ah,
        voltage_min_v,
        voltage_max_v,
        ocv_soc,
        ocv_temperature_k,
        ocv_v,
        soc,
        temperature_k,
        r0_ohm,
        charge_transfer_discharge_ohm,
        charge_transfer_charge_ohm,
        knee_current_a,
        branch_tau_s,
        branch_ohm,
        hysteresis_v,
        hysteresis_soc,
        activation_energy_j_per_mol,
        voltage_error_v,
    } = cell;
    let tables = [
        ocv_soc,
        ocv_temperature_k,
        ocv_v,
        soc,
        temperature_k,
        r0_ohm,
        charge_transfer_discharge_ohm,
        charge_transfer_charge_ohm,
        knee_current_a,
        branch_tau_s,
        branch_ohm,
        hysteresis_v,
        voltage_error_v,
    ];
    let mut numbers = vec![
        capacity_ah,
        voltage_min_v,
        voltage_max_v,
        hysteresis_soc,
        activation_energy_j_per_mol,
    ];
    numbers.extend(tables.into_iter().flatten());
    numbers
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_ordinary_cell_is_accepted(cell in any_cell()) {
        prop_assert_eq!(cell.parameters().validate(), Ok(()));
    }

    #[test]
    fn any_single_number_that_is_none_or_negative_is_refused(
        mut cell in any_cell(),
        place in any::<prop::sample::Index>(),
        wrong in prop::sample::select(vec![f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1.0, -1e-3, f32::MIN, f32::MAX]),
    ) {
        let mut numbers = numbers(&mut cell);
        **place.get_mut(&mut numbers) = wrong;
        prop_assert!(cell.parameters().validate().is_err());
    }
}
