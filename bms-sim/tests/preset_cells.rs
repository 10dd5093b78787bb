//! The cells of the core's presets are those of the cell files, in groups.

use std::path::Path;

use bms_core::cell::CellParameters;
use bms_core::config::presets::{LFP_100S, NMC_13S, NMC_96S};
use bms_core::units::{to_coulombs, to_volts};
use bms_sim::cell_file::{Cell, CellFile};

fn cell(file: &str) -> Cell {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures/cells")
        .join(file);
    Cell::from(&CellFile::load(&path).expect("a cell file"))
}

/// The same to the last few bits: a temperature is turned to kelvin, a resistance divided by the number of cells.
fn assert_scaled(name: &str, group: &[f32], single: &[f32], factor: f32) {
    assert_eq!(group.len(), single.len(), "{name}");
    for (index, (group, single)) in group.iter().zip(single).enumerate() {
        let wanted = factor * single;
        assert!(
            (group - wanted).abs() <= 3e-7 * wanted.abs(),
            "{name}[{index}] is {group}, in the file {wanted}; renew with fixtures/generate/preset_cells.py"
        );
    }
}

fn assert_group_of(group: &CellParameters<'_>, file: &str, parallel: f32) {
    let single = cell(file);
    let single = single.parameters();
    let same = |name, group: &[f32], single: &[f32]| assert_scaled(name, group, single, 1.0);
    let resistance =
        |name, group: &[f32], single: &[f32]| assert_scaled(name, group, single, 1.0 / parallel);
    assert_scaled(
        "capacity",
        &[to_coulombs(group.capacity)],
        &[to_coulombs(single.capacity)],
        parallel,
    );
    for (name, group, single) in [
        ("voltage_min", group.voltage_min, single.voltage_min),
        ("voltage_max", group.voltage_max, single.voltage_max),
    ] {
        same(name, &[to_volts(group)], &[to_volts(single)]);
    }
    same("ocv_soc", group.ocv_soc, single.ocv_soc);
    same(
        "ocv_temperature_k",
        group.ocv_temperature_k,
        single.ocv_temperature_k,
    );
    same("ocv_v", group.ocv_v, single.ocv_v);
    same("soc", group.soc, single.soc);
    same("temperature_k", group.temperature_k, single.temperature_k);
    same("branch_tau_s", group.branch_tau_s, single.branch_tau_s);
    same("hysteresis_v", group.hysteresis_v, single.hysteresis_v);
    same(
        "voltage_error_v",
        group.voltage_error_v,
        single.voltage_error_v,
    );
    same(
        "hysteresis_soc and activation_energy_j_per_mol",
        &[group.hysteresis_soc, group.activation_energy_j_per_mol],
        &[single.hysteresis_soc, single.activation_energy_j_per_mol],
    );
    resistance("r0_ohm", group.r0_ohm, single.r0_ohm);
    resistance(
        "charge_transfer_discharge_ohm",
        group.charge_transfer_discharge_ohm,
        single.charge_transfer_discharge_ohm,
    );
    resistance(
        "charge_transfer_charge_ohm",
        group.charge_transfer_charge_ohm,
        single.charge_transfer_charge_ohm,
    );
    resistance("branch_ohm", group.branch_ohm, single.branch_ohm);
    assert_scaled(
        "knee_current_a",
        group.knee_current_a,
        single.knee_current_a,
        parallel,
    );
}

#[test]
fn presets_have_the_cells_of_the_files() {
    assert_group_of(&NMC_96S.cell, "lg-m50-dfn.toml", 30.0);
    assert_group_of(&NMC_13S.cell, "lg-m50-dfn.toml", 4.0);
    assert_group_of(&LFP_100S.cell, "lfp-18650.toml", 75.0);
}
