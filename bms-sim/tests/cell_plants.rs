//! Laws that every plant keeps, whatever the load.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts of steps become f64 and back"
)]

use std::sync::Arc;

use proptest::prelude::*;

use bms_sim::cell::ageing::{Ageing, AgeingParameters, SeiParameters, WearParameters};
use bms_sim::cell::assembly::Assembly;
use bms_sim::cell::chen2020::lg_m50;
use bms_sim::cell::circuit::{Circuit, CircuitParameters, ElementMaps, Elements, OcvTable};
use bms_sim::cell::curve::Curve;
use bms_sim::cell::parameters::{Diffusivity, Electrochemistry};
use bms_sim::cell::physics::REFERENCE_K;
use bms_sim::cell::self_discharge::SelfDischarge;
use bms_sim::cell::spm::{ParticleForm, ParticleOptions, Spm, Spme};
use bms_sim::cell::thermal::{Lumped, Thermal, TwoNode};
use bms_sim::cell::{CellModel, Fade};

/// A run with a step of this many seconds, and what it ends with.
type Run = Box<dyn Fn(f64) -> (f64, f64)>;

const HOUR_S: f64 = 3600.0;

/// A cell with everything that a circuit can have: maps, direction, hysteresis, charge transfer, entropic heat.
fn circuit() -> Arc<CircuitParameters> {
    let soc: Vec<f64> = (0..=20).map(|k| f64::from(k) / 20.0).collect();
    let row = |cold: f64| {
        soc.iter()
            .map(|z| 3.0 + z + 0.2 * z * z - cold)
            .collect::<Vec<f64>>()
    };
    let temperature_k = vec![273.15, 298.15];
    let rows = [row(0.005), row(0.0)];
    let ocv = OcvTable::new(soc, temperature_k.clone(), &rows).unwrap();
    let element = |scale: f64, hysteresis_v: f64| Elements {
        r0_ohm: 0.02 * scale,
        charge_transfer_ohm: 0.01 * scale,
        branch_ohm: [0.008 * scale, 0.006, 0.004 * scale, 0.0],
        hysteresis_v,
    };
    let discharge = [3.0, 2.0, 2.0, 1.5, 1.0, 1.0]
        .map(|scale| element(scale, 0.01))
        .to_vec();
    let charge = [2.8, 1.9, 2.1, 1.4, 0.9, 1.1]
        .map(|scale| element(scale, 0.01))
        .to_vec();
    let maps = ElementMaps::new(
        vec![0.1, 0.5, 0.9],
        temperature_k,
        20_000.0,
        vec![2.0, 5.0],
        discharge,
        charge,
    );
    let parameters = CircuitParameters::new(5.0, ocv, maps.unwrap(), vec![2.0, 30.0, 600.0]);
    let entropic = Curve::sample(0.0, 1.0, |z| 1e-4 * (z - 0.4));
    Arc::new(
        parameters
            .unwrap()
            .with_entropic(entropic)
            .with_hysteresis_soc(0.02),
    )
}

/// The LG M50 with entropic heat and activation energies, which the published set does not have.
fn warm_cell() -> Arc<Electrochemistry> {
    let mut cell = lg_m50();
    cell.negative.entropic_v_per_k = Curve::sample(0.0, 1.0, |x| 2e-4 * (0.5 - x));
    cell.positive.entropic_v_per_k = Curve::constant(-1e-4);
    cell.negative.diffusivity_activation_j_per_mol = 30_000.0;
    cell.positive.diffusivity_activation_j_per_mol = 20_000.0;
    Arc::new(cell)
}

/// The same with a diffusivity that depends on stoichiometry.
fn curved_cell() -> Arc<Electrochemistry> {
    let mut cell = lg_m50();
    let curve = Curve::sample(0.0, 1.0, |x| 3.3e-14 * (1.5 - x));
    cell.negative.diffusivity_m2_per_s = Diffusivity::OfStoichiometry(Arc::new(curve));
    Arc::new(cell)
}

fn shells(count: usize) -> ParticleOptions {
    let particle = ParticleForm::Volumes { shells: count };
    ParticleOptions {
        particle,
        ..ParticleOptions::default()
    }
}

/// One of each kind, by name.
fn plants() -> Vec<(&'static str, Box<dyn CellModel>)> {
    let modes = ParticleOptions::default();
    let few = ParticleOptions {
        particle: ParticleForm::Modes {
            shells: 60,
            kept: 12,
        },
        ..modes
    };
    vec![
        ("circuit", Box::new(Circuit::new(circuit()))),
        ("spm modes", Box::new(Spm::new(warm_cell(), modes))),
        ("spm few modes", Box::new(Spm::new(warm_cell(), few))),
        ("spm shells", Box::new(Spm::new(curved_cell(), shells(20)))),
        ("spme", Box::new(Spme::new(warm_cell(), modes).unwrap())),
    ]
}

/// A day of load in ampere, one value a second, that leaves the cell within its window.
fn day(seed: u64) -> impl Iterator<Item = f64> {
    let mut state = seed | 1;
    (0..86_400_u32).map(move |second| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let noise = (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5;
        // Half an hour out, half an hour in.
        let slow = if (second / 1800) % 2 == 0 { 2.0 } else { -2.0 };
        slow + 8.0 * noise
    })
}

#[test]
fn charge_counts_for_a_day() {
    for (name, mut cell) in plants() {
        cell.reset(0.7, REFERENCE_K);
        let before = cell.charge_ah();
        let (mut left_c, mut throughput_c) = (0.0, 0.0);
        for current_a in day(7) {
            cell.step(current_a, 1.0);
            left_c += current_a;
            throughput_c += current_a.abs();
        }
        let fell_c = (before - cell.charge_ah()) * HOUR_S;
        let error = (fell_c - left_c).abs() / throughput_c;
        println!("{name}: {error:.1e} of the throughput");
        assert!(error < 1e-9, "{name}: {fell_c} C fell, {left_c} C left");
    }
}

#[test]
fn lithium_and_salt_are_conserved_for_a_day() {
    for options in [ParticleOptions::default(), shells(20)] {
        let mut cell = Spme::new(curved_cell(), options).unwrap();
        cell.reset(0.7, REFERENCE_K);
        let (lithium, salt) = (cell.lithium_ah(), cell.electrolyte().salt_mol());
        let (x, y) = cell.stoichiometry();
        let mut left_c = 0.0;
        for current_a in day(3) {
            cell.step(current_a, 1.0);
            left_c += current_a;
        }
        let change = (cell.lithium_ah() - lithium).abs() / lithium;
        assert!(change < 1e-9, "lithium changed by {change} of itself");
        let change = (cell.electrolyte().salt_mol() - salt).abs() / salt;
        assert!(change < 1e-9, "salt changed by {change} of itself");
        // Each particle by itself: what left the negative arrived in the positive.
        let area_m2 = 0.1027;
        let parameters = cell.electrochemistry();
        let (now_x, now_y) = cell.stoichiometry();
        let from_c = (x - now_x) * parameters.negative.capacity_c(area_m2);
        let into_c = (now_y - y) * parameters.positive.capacity_c(area_m2);
        for moved_c in [from_c, into_c] {
            assert!(
                (moved_c - left_c).abs() < 1e-9 * 86_400.0 * 4.0,
                "{moved_c} {left_c}"
            );
        }
    }
}

#[test]
fn self_discharge_is_the_only_other_way_out() {
    let leak = SelfDischarge {
        current_a: 1e-3,
        activation_j_per_mol: 40_000.0,
    };
    let options = ParticleOptions {
        self_discharge: leak,
        ..ParticleOptions::default()
    };
    let parameters = (*circuit()).clone().with_self_discharge(leak);
    let cells: [Box<dyn CellModel>; 2] = [
        Box::new(Spm::new(warm_cell(), options)),
        Box::new(Circuit::new(Arc::new(parameters))),
    ];
    for mut cell in cells {
        cell.reset(0.5, 308.15);
        let before = cell.charge_ah();
        let mut heat_j = 0.0;
        for _ in 0..240 {
            cell.step(0.0, 360.0);
            heat_j += cell.energy().heat_j;
        }
        let lost_ah = before - cell.charge_ah();
        let expected_ah = leak.current_a(308.15) * 24.0;
        assert!(expected_ah > 0.024 * 1.5, "a warm cell leaks faster");
        assert!(
            (lost_ah - expected_ah).abs() < 1e-9,
            "{lost_ah} {expected_ah}"
        );
        let released_j = expected_ah * HOUR_S * cell.ocv_v();
        assert!(
            (heat_j / released_j - 1.0).abs() < 0.01,
            "{heat_j} {released_j}"
        );
    }
}

/// Discharge, rest and charge with a current that changes; returns the sums of all energies and of all sizes.
fn balance(cell: &mut dyn CellModel, dt_s: f64) -> (f64, f64, f64) {
    let (mut released_j, mut given_j, mut size_j) = (0.0, 0.0, 0.0);
    let steps = (HOUR_S / dt_s) as usize;
    for step in 0..steps {
        let hour = step as f64 / steps as f64;
        let current_a = if hour < 0.5 {
            4.0
        } else if hour < 0.7 {
            0.0
        } else {
            -3.0
        };
        cell.step_ramp(current_a, current_a, dt_s);
        let energy = cell.energy();
        released_j += energy.released_j;
        given_j += energy.delivered_j + energy.heat_j - energy.reversible_j;
        size_j += energy.delivered_j.abs();
    }
    (released_j, given_j, size_j)
}

#[test]
fn energy_released_is_work_and_heat() {
    for (name, mut cell) in plants() {
        cell.reset(0.8, REFERENCE_K);
        let (released_j, given_j, size_j) = balance(cell.as_mut(), 1.0);
        let error = (released_j - given_j).abs() / size_j;
        println!("{name}: {error:.1e}");
        assert!(error < 1e-9, "{name}: {released_j} {given_j}");
    }
}

#[test]
fn energy_released_is_what_the_particles_no_longer_store() {
    for (form, bound) in [
        (ParticleForm::Volumes { shells: 20 }, 1e-6),
        (
            ParticleForm::Modes {
                shells: 20,
                kept: 20,
            },
            1e-6,
        ),
    ] {
        let options = ParticleOptions {
            particle: form,
            heat_of_mixing: true,
            ..ParticleOptions::default()
        };
        let mut cell = Spm::new(Arc::new(lg_m50()), options);
        cell.reset(0.8, REFERENCE_K);
        let before = cell.stored_j();
        let (released_j, _, size_j) = balance(&mut cell, 0.1);
        let error = (before - cell.stored_j() - released_j).abs() / size_j;
        println!("{form:?}: {error:.1e}");
        assert!(error < bound, "{form:?}: {error}");
    }
}

#[test]
fn the_circuit_stores_what_its_ocv_says() {
    let mut cell = Circuit::new(circuit());
    cell.reset(0.8, REFERENCE_K);
    let (released_j, _, size_j) = balance(&mut cell, 1.0);
    // Long after, only the store is left to have released anything.
    let mut rest_j = 0.0;
    for _ in 0..100 {
        cell.step(0.0, 600.0);
        rest_j += cell.energy().released_j;
    }
    // The integral of 3 + z + 0.2 z^2, by capacity, but for the straight lines of the table.
    let store = |z: f64| 5.0 * HOUR_S * (3.0 * z + z * z / 2.0 + 0.2 * z.powi(3) / 3.0);
    let expected_j = store(0.8) - store(cell.soc());
    let error = (released_j + rest_j - expected_j).abs() / size_j;
    assert!(error < 1e-4, "{released_j} + {rest_j} against {expected_j}");
}

#[test]
fn heat_stays_in_the_cell_or_leaves_it() {
    let two_node = TwoNode {
        core_j_per_k: 60.0,
        surface_j_per_k: 8.0,
        inner_w_per_k: 0.4,
        outer_w_per_k: 0.06,
        core_k: REFERENCE_K,
        surface_k: REFERENCE_K,
    };
    let mut cell = Assembly::new(
        Spme::new(warm_cell(), shells(20)).unwrap(),
        Thermal::TwoNode(two_node),
    );
    cell.reset(0.9, 293.15);
    cell.set_ambient_k(288.15);
    let before_j = cell.thermal().stored_j();
    let (mut made_j, mut left_j, mut size_j) = (0.0, 0.0, 0.0);
    for current_a in day(11).take(7200) {
        cell.step(current_a, 1.0);
        made_j += cell.energy().heat_j;
        left_j += cell.given_off_j();
        size_j += cell.energy().heat_j.abs();
    }
    let stored_j = cell.thermal().stored_j() - before_j;
    assert!(
        (made_j - left_j - stored_j).abs() < 1e-6 * size_j,
        "{made_j} {left_j} {stored_j}"
    );
}

/// Voltage and temperature after half an hour with currents that change every ten seconds.
fn end_of_drive<M: CellModel>(plant: M, dt_s: f64) -> (f64, f64) {
    let lumped = Lumped {
        heat_capacity_j_per_k: 68.0,
        conductance_w_per_k: 0.05,
        temperature_k: REFERENCE_K,
    };
    let mut cell = Assembly::new(plant, Thermal::Lumped(lumped));
    cell.reset(0.8, REFERENCE_K);
    let per_ten = (10.0 / dt_s).round() as usize;
    let mut current_a = 0.0;
    for ten in 0..180 {
        current_a = [6.0, -2.0, 9.0, 0.0, 3.0][ten % 5];
        for _ in 0..per_ten {
            cell.step(current_a, dt_s);
        }
    }
    (cell.voltage_v(current_a), cell.temperature_k())
}

#[test]
fn the_step_hardly_matters() {
    let modes = ParticleOptions {
        coefficient_tolerance: 0.0,
        ..ParticleOptions::default()
    };
    // Bounds in volts and kelvin for 10 s against 0.1 s.
    let runs: [(&str, f64, f64, Run); 4] = [
        (
            "circuit",
            5e-4,
            0.05,
            Box::new(|dt| end_of_drive(Circuit::new(circuit()), dt)),
        ),
        (
            "spm modes",
            2e-4,
            0.05,
            Box::new(move |dt| end_of_drive(Spm::new(warm_cell(), modes), dt)),
        ),
        (
            "spm shells",
            1e-3,
            0.05,
            Box::new(|dt| end_of_drive(Spm::new(curved_cell(), shells(20)), dt)),
        ),
        (
            "spme",
            1e-3,
            0.05,
            Box::new(move |dt| end_of_drive(Spme::new(warm_cell(), modes).unwrap(), dt)),
        ),
    ];
    for (name, bound_v, bound_k, run) in runs {
        let (fine, middle, coarse) = (run(0.1), run(1.0), run(10.0));
        let of = |a: (f64, f64)| ((a.0 - fine.0).abs(), (a.1 - fine.1).abs());
        let (one, ten) = (of(middle), of(coarse));
        println!("{name}: 1 s {one:?}, 10 s {ten:?}");
        assert!(ten.0 < bound_v && ten.1 < bound_k, "{name}: {ten:?}");
        // At least of first order: a tenth of the step, about a tenth of the error.
        assert!(
            one.0 < 0.15 * bound_v && one.1 < 0.15 * bound_k,
            "{name}: {one:?}"
        );
    }
}

#[test]
fn finer_meshes_converge() {
    let voltage = |count: usize, form: fn(usize) -> ParticleForm| {
        let options = ParticleOptions {
            particle: form(count),
            ..ParticleOptions::default()
        };
        let mut cell = Spm::new(Arc::new(lg_m50()), options);
        cell.reset(0.9, REFERENCE_K);
        for _ in 0..600 {
            cell.step(5.0, 1.0);
        }
        cell.voltage_v(5.0)
    };
    let modes = |count| ParticleForm::Modes {
        shells: count,
        kept: count,
    };
    let truth = voltage(160, modes);
    let errors = [10, 20, 40].map(|count| (voltage(count, modes) - truth).abs());
    println!("{errors:?}");
    assert!(
        errors[1] < 0.45 * errors[0] && errors[2] < 0.45 * errors[1],
        "{errors:?}"
    );
    let volumes = voltage(20, |shells| ParticleForm::Volumes { shells });
    assert!(
        (volumes - voltage(20, modes)).abs() < 2e-6,
        "two forms of the same shells"
    );
}

#[test]
fn the_source_is_the_voltage_at_the_end_of_the_step() {
    for (name, mut cell) in plants() {
        for current_a in [-6.0, -0.5, 0.0, 0.5, 9.0] {
            cell.reset(0.6, 288.15);
            for _ in 0..20 {
                cell.step(3.0, 1.0);
            }
            cell.prepare(5.0);
            let source = cell.source(current_a);
            let (above, below) = (cell.source(current_a + 1e-4), cell.source(current_a - 1e-4));
            let slope =
                (above.voltage_v(current_a + 1e-4) - below.voltage_v(current_a - 1e-4)) / 2e-4;
            if current_a != 0.0 {
                assert!(
                    (slope + source.r_ohm).abs() < 1e-3 * source.r_ohm,
                    "{name} at {current_a} A: {slope} {source:?}"
                );
            }
            assert!(source.r_ohm > 0.0, "{name}: {source:?}");
            cell.step(current_a, 5.0);
            let difference_v = cell.voltage_v(current_a) - source.voltage_v(current_a);
            assert!(
                difference_v.abs() < 1e-9,
                "{name} at {current_a} A: {difference_v}"
            );
        }
    }
}

/// Where a surface or the salt has run dry, what is held there no longer follows the current.
#[test]
fn the_tangent_touches_where_particles_and_salt_run_dry() {
    for (name, mut cell) in plants() {
        for current_a in [-900.0, -300.0, 150.0, 400.0, 900.0] {
            cell.reset(0.5, REFERENCE_K);
            cell.prepare(5.0);
            let mut voltage_v = |current_a: f64| cell.source(current_a).voltage_v(current_a);
            let slope = (voltage_v(current_a + 1e-3) - voltage_v(current_a - 1e-3)) / 2e-3;
            let r_ohm = cell.source(current_a).r_ohm;
            assert!(
                (slope + r_ohm).abs() < 1e-3 * r_ohm,
                "{name} at {current_a} A: {slope} V/A against {r_ohm} ohm"
            );
        }
    }
}

#[test]
fn no_cell_is_so_good_that_its_voltage_rises_with_the_current() {
    for (name, mut cell) in plants() {
        cell.spread(0.97, 0.8);
        cell.reset(0.5, REFERENCE_K);
        let mut last_v = f64::INFINITY;
        for current_a in 0..600 {
            let voltage_v = cell.voltage_v(f64::from(current_a));
            assert!(voltage_v < last_v, "{name} at {current_a} A: {voltage_v} V");
            last_v = voltage_v;
        }
    }
}

#[test]
fn spread_scales_capacity_and_resistance() {
    for (name, mut cell) in plants() {
        let resistance = |cell: &mut Box<dyn CellModel>| {
            cell.reset(0.5, REFERENCE_K);
            cell.prepare(10.0);
            cell.source(0.0).r_ohm
        };
        let (capacity_ah, ohm) = (cell.capacity_ah(), resistance(&mut cell));
        cell.spread(1.03, 1.2);
        let (now_ah, now_ohm) = (cell.capacity_ah(), resistance(&mut cell));
        assert!((now_ah / capacity_ah - 1.03).abs() < 1e-9, "{name}");
        assert!(
            (now_ohm / ohm - 1.2).abs() < 0.02,
            "{name}: {ohm} {now_ohm}"
        );
    }
}

#[test]
fn a_cell_driven_far_out_of_its_window_stays_finite() {
    for (name, mut cell) in plants() {
        for (current_a, full) in [(20.0, false), (-20.0, true)] {
            cell.reset(0.5, 263.15);
            for _ in 0..3600 {
                cell.step(current_a, 1.0);
                cell.prepare(1.0);
                let source = cell.source(current_a);
                let all = [
                    cell.voltage_v(current_a),
                    cell.soc(),
                    cell.heat_w(),
                    source.e_v,
                    source.r_ohm,
                ];
                assert!(all.iter().all(|value| value.is_finite()), "{name}: {all:?}");
            }
            let v = cell.voltage_v(current_a);
            assert!(if full { v > 4.5 } else { v < 2.0 }, "{name}: {v} V");
        }
    }
}

fn ageing(interval_s: f64) -> Ageing {
    let mut parameters = AgeingParameters::new(
        &lg_m50(),
        SeiParameters::example(),
        WearParameters::example(),
    );
    parameters.interval_s = interval_s;
    Ageing::new(Arc::new(parameters))
}

/// Capacity lost, resistance gained and film grown by storage.
fn stored(soc: f64, temperature_k: f64, days: f64) -> (f64, f64, f64) {
    let held = Thermal::Isothermal { temperature_k };
    let mut cell = Assembly::new(
        Spm::new(Arc::new(lg_m50()), ParticleOptions::default()),
        held,
    )
    .with_ageing(ageing(HOUR_S));
    cell.reset(soc, temperature_k);
    cell.set_ambient_k(temperature_k);
    let resistance = |cell: &mut Assembly<Spm>| {
        cell.prepare(10.0);
        cell.source(0.0).r_ohm
    };
    let (capacity_ah, ohm) = (cell.capacity_ah(), resistance(&mut cell));
    for _ in 0..(days * 24.0) as usize {
        cell.step(0.0, HOUR_S);
    }
    let film_m = cell.ageing().unwrap().film_m();
    (
        capacity_ah - cell.capacity_ah(),
        resistance(&mut cell) - ohm,
        film_m,
    )
}

#[test]
fn storage_costs_more_when_warm_full_and_long_but_less_and_less() {
    let (lost_ah, ohm, _) = stored(0.8, 298.15, 100.0);
    assert!(lost_ah > 0.0 && ohm > 0.0, "{lost_ah} {ohm}");
    assert!(
        (0.05..0.2).contains(&lost_ah),
        "about 2 % in 100 days: {lost_ah}"
    );
    assert!(stored(0.8, 318.15, 100.0).0 > lost_ah, "warmer is worse");
    assert!(stored(0.2, 298.15, 100.0).0 < lost_ah, "emptier is better");
    let later = stored(0.8, 298.15, 400.0).0;
    let growth = later / lost_ah;
    println!("{lost_ah} Ah in 100 days, {growth} times as much in 400");
    assert!(
        (2.0..4.0).contains(&growth),
        "between the root of time and time: {growth}"
    );
}

#[test]
fn cycling_costs_capacity_and_adds_resistance() {
    let plant = Spm::new(Arc::new(lg_m50()), ParticleOptions::default());
    let held = Thermal::Isothermal {
        temperature_k: REFERENCE_K,
    };
    let mut cell = Assembly::new(plant, held).with_ageing(ageing(600.0));
    cell.reset(0.9, REFERENCE_K);
    let capacity_ah = cell.capacity_ah();
    let mut before_ah = capacity_ah;
    for _ in 0..200 {
        for (current_a, target) in [(5.0, 0.1), (-5.0, 0.9)] {
            while (cell.soc() - target) * current_a > 0.0 {
                cell.step(current_a, 60.0);
            }
        }
        assert!(cell.capacity_ah() < before_ah, "every cycle costs capacity");
        before_ah = cell.capacity_ah();
    }
    let age = cell.ageing().unwrap();
    let share = 1.0 - cell.capacity_ah() / capacity_ah;
    println!(
        "{:.1} cycles, {:.2} % lost, {:?}",
        age.cycles(),
        100.0 * share,
        age.lost()
    );
    assert!(share > 0.01 && share < 0.2, "{share}");
    assert!(age.lost().resistance_ohm > 1e-4);
}

#[test]
fn one_long_storage_is_as_many_short_ones() {
    let exposure = |duration_s| bms_sim::cell::ageing::Exposure {
        soc: 0.7,
        temperature_k: 308.15,
        current_a: 0.0,
        duration_s,
    };
    let (mut once, mut often) = (ageing(60.0), ageing(60.0));
    once.expose(&exposure(86_400.0)).unwrap();
    for _ in 0..1440 {
        often.expose(&exposure(60.0)).unwrap();
    }
    assert!((once.film_m() / often.film_m() - 1.0).abs() < 1e-9);
    assert!((once.lost().lithium_ah / often.lost().lithium_ah - 1.0).abs() < 1e-9);
}

#[test]
fn the_same_load_gives_the_same_bytes() {
    let bytes = || {
        let mut cell = Spme::new(warm_cell(), ParticleOptions::default()).unwrap();
        cell.reset(0.6, 288.15);
        let step = |current_a| {
            cell.step(current_a, 1.0);
            cell.set_temperature_k(cell.temperature_k() + 1e-3 * cell.heat_w());
            cell.voltage_v(current_a).to_bits()
        };
        day(5).take(2000).map(step).collect::<Vec<u64>>()
    };
    assert_eq!(bytes(), bytes());
}

fn any_fade() -> impl Strategy<Value = Fade> {
    (0.0..0.05_f64, 0.0..0.05_f64, 0.0..0.05_f64, 0.0..1e-3_f64).prop_map(
        |(lithium_ah, negative_active, positive_active, resistance_ohm)| Fade {
            lithium_ah,
            negative_active,
            positive_active,
            resistance_ohm,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ageing_never_adds_capacity(fades in prop::collection::vec((0.02..0.98_f64, any_fade()), 1..8)) {
        for (name, mut cell) in plants() {
            cell.reset(0.5, REFERENCE_K);
            for (soc, fade) in &fades {
                cell.reset(*soc, REFERENCE_K);
                let (capacity_ah, charge_ah) = (cell.capacity_ah(), cell.charge_ah());
                cell.degrade(fade);
                prop_assert!(cell.capacity_ah() <= capacity_ah, "{name}: {fade:?} at {soc}");
                prop_assert!(cell.charge_ah() <= charge_ah + 1e-9, "{name}: {fade:?} at {soc}");
                prop_assert!(cell.voltage_v(0.0).is_finite());
            }
        }
    }

    #[test]
    fn more_discharge_is_less_voltage(soc in 0.05..0.95_f64, warm_k in 263.15..323.15_f64, a in -8.0..8.0_f64, b in -8.0..8.0_f64) {
        prop_assume!((a - b).abs() > 1e-6);
        for (name, mut cell) in plants() {
            cell.reset(soc, warm_k);
            cell.step(2.0, 30.0);
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(cell.voltage_v(high) < cell.voltage_v(low), "{name}");
            cell.prepare(10.0);
            let mut at = |current_a: f64| cell.source(current_a).voltage_v(current_a);
            prop_assert!(at(high) < at(low), "{name}");
        }
    }
}
