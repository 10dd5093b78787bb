//! Batteries of cells of any physics: exact sharing by Newton's method, charge, power, heat.

use std::sync::Arc;

use bms_sim::cell::CellModel;
use bms_sim::cell::chen2020::lg_m50;
use bms_sim::cell::circuit::{Circuit, CircuitParameters, ElementMaps, Elements, OcvTable};
use bms_sim::cell::spm::{ParticleForm, ParticleOptions, Spm, Spme};
use bms_sim::load::Demand;
use bms_sim::pack::{
    Battery, CellPack, CircuitMaps, CircuitPack, Connection, MapGrid, Spread, StepError, Tap,
    ThermalConfig, ThermalNetwork, Topology,
};
use proptest::prelude::*;

const AIR_K: f64 = 298.15;
const SMALL: Topology = Topology {
    series: 3,
    parallel: 4,
};

fn options() -> ParticleOptions {
    ParticleOptions {
        particle: ParticleForm::Modes {
            shells: 20,
            kept: 6,
        },
        ..ParticleOptions::default()
    }
}

fn spm() -> Spm {
    Spm::new(Arc::new(lg_m50()), options())
}

/// A circuit with everything that is not linear: charge transfer and hysteresis.
fn circuit(charge_transfer_ohm: f64, hysteresis_v: f64) -> CircuitParameters {
    let soc: Vec<f64> = (0..=50).map(|k| f64::from(k) / 50.0).collect();
    let ocv_v = soc
        .iter()
        .map(|z| 3.2 + 0.9 * z + 0.05 * (9.0 * z).sin())
        .collect();
    let elements = Elements {
        r0_ohm: 0.02,
        charge_transfer_ohm,
        branch_ohm: [0.01, 0.008, 0.0, 0.0],
        hysteresis_v,
    };
    let maps = ElementMaps::constant(elements, 2.0).unwrap();
    CircuitParameters::new(
        5.0,
        OcvTable::isothermal(soc, ocv_v).unwrap(),
        maps,
        vec![10.0, 100.0],
    )
    .unwrap()
}

fn connection() -> Connection {
    Connection {
        contact_ohm: 0.5e-3,
        busbar_ohm: 0.1e-3,
        tap: Tap::SameEnd,
        interconnect_ohm: 0.1e-3,
    }
}

fn spread(seed: u64) -> Spread {
    Spread {
        seed,
        capacity_sigma: 0.02,
        resistance_sigma: 0.05,
        soc_sigma: 0.01,
        temperature_sigma_k: 1.0,
    }
}

fn pack<M: CellModel + Clone>(cell: &M, seed: u64) -> CellPack<M> {
    CellPack::new(cell, SMALL, connection(), &spread(seed), 0.6, AIR_K)
}

/// Kirchhoff, power and voltage after a few steps of constant power.
fn check_laws<M: CellModel + Clone>(
    mut pack: CellPack<M>,
    power_w: f64,
    dt_s: f64,
) -> Result<(), TestCaseError> {
    for _ in 0..4 {
        let before_ah = pack.charge_ah();
        let reading = pack.step(Demand::Power { power_w }, AIR_K, dt_s).unwrap();
        prop_assert!(
            (reading.current_a * reading.voltage_v - power_w).abs() <= 1e-9 * power_w.abs()
        );
        let cells = pack.cells();
        for (group, current_a) in cells.current_a.chunks(SMALL.parallel).enumerate() {
            let largest_a = current_a
                .iter()
                .fold(f64::abs(reading.current_a), |most, i| most.max(i.abs()));
            prop_assert!(
                (current_a.iter().sum::<f64>() - reading.current_a).abs() <= 1e-12 * largest_a
            );
            // The first cell sits at the taps, behind its contact; the cell itself agrees with what was solved.
            let first = group * SMALL.parallel;
            let at_taps_v =
                cells.voltage_v[first] - connection().contact_ohm * cells.current_a[first];
            prop_assert!((at_taps_v - pack.group_voltage_v()[group]).abs() < 1e-9);
            for k in SMALL.group(group) {
                let own_v = pack.models()[k].voltage_v(cells.current_a[k]);
                prop_assert!(
                    (own_v - cells.voltage_v[k]).abs() < 1e-3,
                    "{own_v} against {}",
                    cells.voltage_v[k]
                );
            }
        }
        let left_ah = before_ah - pack.charge_ah();
        let out_ah = 3.0 * reading.current_a * dt_s / 3_600.0;
        prop_assert!((left_ah - out_ah).abs() < 1e-9 * (1e-3 + out_ah.abs()));
    }
    Ok(())
}

/// A battery that is asked for far too much names a power that it can give, and refuses a little more.
fn check_most_power<M: CellModel + Clone>(
    mut pack: CellPack<M>,
    start_a: f64,
    much_w: f64,
    dt_s: f64,
) -> Result<(), TestCaseError> {
    let start = Demand::Current { current_a: start_a };
    pack.step(start, AIR_K, 1.0).unwrap();
    let before_ah = pack.charge_ah();
    let mut give = |power_w| pack.step(Demand::Power { power_w }, AIR_K, dt_s);
    let refused = give(much_w);
    let Err(StepError::PowerOutOfReach { most_w, .. }) = refused else {
        return Err(TestCaseError::fail(format!("{refused:?}")));
    };
    let above = give(1.05 * most_w);
    prop_assert!(above.is_err(), "{above:?} though {most_w} W is the most");
    let below = give(0.95 * most_w);
    prop_assert!(below.is_ok(), "{below:?}");
    let given_ah = 3.0 * below.unwrap().current_a * dt_s / 3_600.0;
    prop_assert!(
        (before_ah - pack.charge_ah() - given_ah).abs() < 1e-9,
        "refusals leave no trace"
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn particles_share_a_power(seed in any::<u64>(), power_w in -400.0..400.0, dt_s in 0.1..20.0) {
        check_laws(pack(&spm(), seed), power_w, dt_s)?;
    }

    #[test]
    fn particles_with_electrolyte_share_a_power(seed in any::<u64>(), power_w in -300.0..300.0, dt_s in 0.1..10.0) {
        let cell = Spme::new(Arc::new(lg_m50()), options()).unwrap();
        check_laws(pack(&cell, seed), power_w, dt_s)?;
    }

    #[test]
    fn circuits_with_charge_transfer_and_hysteresis_share_a_power(
        seed in any::<u64>(), power_w in -500.0..500.0, dt_s in 0.1..20.0, transfer in 0.0..0.03, hysteresis_v in 0.0..0.03,
    ) {
        check_laws(pack(&Circuit::new(Arc::new(circuit(transfer, hysteresis_v))), seed), power_w, dt_s)?;
    }

    /// The most that a battery of particles says it can give is the most it can give, but for the width of the peak.
    #[test]
    fn the_most_power_is_the_most(seed in any::<u64>(), much_w in 1e5..1e9, dt_s in 0.1..5.0, start_a in -10.0..10.0) {
        check_most_power(pack(&spm(), seed), start_a, much_w, dt_s)?;
    }

    #[test]
    fn the_most_power_with_electrolyte_is_the_most(seed in any::<u64>(), dt_s in 0.1..5.0, start_a in -10.0..10.0) {
        let cell = Spme::new(Arc::new(lg_m50()), options()).unwrap();
        check_most_power(pack(&cell, seed), start_a, 1e6, dt_s)?;
    }

    /// The fast battery and the battery of circuit cells are one model where the circuit is linear. Maps of the fast one
    /// are on a grid of their own, which here has the nodes of the other.
    #[test]
    fn fast_circuits_are_circuits(seed in any::<u64>(), currents in prop::collection::vec(-15.0..15.0, 1..30), dt_s in 0.1..5.0) {
        let parameters = circuit(0.0, 0.0);
        let grid = MapGrid { soc_intervals: 50, ..MapGrid::default() };
        let maps = CircuitMaps::of_circuit(&grid, &parameters);
        let mut fast = CircuitPack::new(maps, SMALL, connection(), &spread(seed), 0.6, AIR_K);
        let mut slow = pack(&Circuit::new(Arc::new(parameters)), seed);
        for current_a in currents {
            let fast_v = fast.step(Demand::Current { current_a }, AIR_K, dt_s).unwrap().voltage_v;
            let slow_v = slow.step(Demand::Current { current_a }, AIR_K, dt_s).unwrap().voltage_v;
            // They part where a step crosses a node of the OCV, whose slope the fast one holds over the step.
            prop_assert!((fast_v - slow_v).abs() < 1e-3, "{fast_v} against {slow_v}");
        }
        for (fast, slow) in fast.cells().soc.iter().zip(slow.cells().soc) {
            prop_assert!((fast - slow).abs() < 1e-4);
        }
    }
}

/// A charger holds its voltage exactly at the end of every step, and the current falls.
#[test]
fn a_charger_holds_the_voltage_of_particles() {
    let mut pack = CellPack::new(&spm(), SMALL, connection(), &spread(2), 0.85, AIR_K);
    let mut last_a = f64::NEG_INFINITY;
    let mut held = 0;
    for _ in 0..3_000 {
        let demand = Demand::Voltage {
            voltage_v: 3.0 * 4.18,
            charge_limit_a: 10.0,
            discharge_limit_a: 0.0,
        };
        let reading = pack.step(demand, AIR_K, 1.0).unwrap();
        assert!(reading.voltage_v <= 3.0 * 4.18 + 1e-9);
        assert!(reading.current_a >= -10.0 - 1e-12);
        if reading.current_a > -10.0 + 1e-9 {
            held += 1;
            assert!((reading.voltage_v - 3.0 * 4.18).abs() < 1e-9);
            assert!(
                reading.current_a >= last_a - 1e-6,
                "the current falls in size"
            );
            last_a = reading.current_a;
        }
    }
    assert!(held > 100, "{held} steps at constant voltage");
}

/// What the cells released is work at the terminals, heat of the cells, and heat of contacts and busbars; and the network
/// got the cells' heat.
#[test]
fn heat_and_work_are_what_the_cells_release() {
    let config = ThermalConfig {
        cell_to_air_w_per_k: 0.0,
        ..ThermalConfig::default()
    };
    let network = |pack: &CellPack<Circuit>| {
        ThermalNetwork::new(config, SMALL, pack.cells().temperature_k.to_vec(), AIR_K)
    };
    let bare = pack(&Circuit::new(Arc::new(circuit(0.01, 0.01))), 4);
    let thermal = network(&bare);
    let mut pack = bare.with_thermal(thermal);
    let start_k: f64 = pack.cells().temperature_k.iter().sum();
    let (mut released_j, mut heat_j, mut contacts_j) = (0.0, 0.0, 0.0);
    for _ in 0..600 {
        pack.step(Demand::Current { current_a: 20.0 }, AIR_K, 1.0)
            .unwrap();
        for (cell, current_a) in pack.models().iter().zip(pack.cells().current_a) {
            let energy = cell.energy();
            released_j += energy.released_j + energy.reversible_j - energy.delivered_j;
            heat_j += energy.heat_j;
            contacts_j += connection().contact_ohm * current_a * current_a;
        }
    }
    assert!((released_j - heat_j).abs() < 1e-6 * heat_j);
    let stored_j = config.cell_j_per_k * (pack.cells().temperature_k.iter().sum::<f64>() - start_k);
    assert!(
        (stored_j - heat_j - contacts_j).abs() < 1e-6 * heat_j,
        "{stored_j} of {heat_j} and {contacts_j}"
    );
}

#[test]
fn the_same_seed_is_the_same_battery_of_particles() {
    let run = || {
        let mut pack = pack(&spm(), 9);
        for step in 0..30 {
            let power_w = 200.0 * f64::from(step).sin();
            pack.step(Demand::Power { power_w }, AIR_K, 1.0).unwrap();
        }
        pack.cells()
            .soc
            .iter()
            .map(|soc| soc.to_bits())
            .collect::<Vec<_>>()
    };
    assert_eq!(run(), run());
}

/// Cells whose surfaces run dry at the most power: exchange currents no longer fall with the current there, and a
/// tangent that says they do is far too steep.
#[test]
fn the_most_power_of_seed_792242290827555049_is_the_most() {
    let pack = pack(&spm(), 792_242_290_827_555_049);
    check_most_power(pack, 0.0, 1e6, 0.1).unwrap();
}
