//! The fast battery of circuits: charge, currents, voltages and seeds.

use approx::assert_relative_eq;
use bms_sim::load::Demand;
use bms_sim::pack::{
    Battery, CircuitMaps, CircuitPack, CircuitPoint, Connection, MapGrid, Spread, StepError, Tap,
    Topology,
};
use proptest::prelude::*;

const AIR_K: f64 = 298.15;
const TAU_S: [f64; 3] = [8.0, 120.0, 900.0];

fn maps() -> CircuitMaps {
    CircuitMaps::sample(&MapGrid::default(), TAU_S, 5.0, |soc, temperature_k| {
        let cold = (2_000.0 * (1.0 / temperature_k - 1.0 / AIR_K)).exp();
        CircuitPoint {
            ocv_v: 3.3 + 0.8 * soc + 0.1 * (6.0 * soc).sin() + 1e-4 * (temperature_k - AIR_K),
            r0_ohm: 0.02 * cold * (1.0 + 0.3 * (1.0 - soc)),
            branch_ohm: [0.01 * cold, 0.008 * cold, 0.005 * cold],
        }
    })
}

fn connection() -> Connection {
    Connection {
        contact_ohm: 0.5e-3,
        busbar_ohm: 0.05e-3,
        tap: Tap::OppositeEnds,
        interconnect_ohm: 0.2e-3,
    }
}

fn spread(seed: u64) -> Spread {
    Spread {
        seed,
        capacity_sigma: 0.02,
        resistance_sigma: 0.05,
        soc_sigma: 0.02,
        temperature_sigma_k: 1.0,
    }
}

/// A wild current, from a counter.
fn current_a(step: u32) -> f64 {
    let phase = f64::from(step);
    30.0 * (0.013 * phase).sin() + 10.0 * (0.71 * phase).sin()
}

/// Charge in less charge out is the change of the stored charge, over a day of 0.5 s steps.
#[test]
fn charge_is_kept_for_a_day() {
    let topology = Topology {
        series: 3,
        parallel: 4,
    };
    let mut pack = CircuitPack::new(maps(), topology, connection(), &spread(7), 0.5, AIR_K);
    let before_ah = pack.charge_ah();
    let (mut out_ah, mut moved_ah) = (0.0, 0.0);
    for step in 0..172_800 {
        let current_a = current_a(step);
        pack.step(Demand::Current { current_a }, AIR_K, 0.5)
            .unwrap();
        out_ah += 3.0 * current_a * 0.5 / 3_600.0;
        moved_ah += 3.0 * current_a.abs() * 0.5 / 3_600.0;
    }
    let change_ah = before_ah - pack.charge_ah();
    assert!(
        (change_ah - out_ah).abs() <= 1e-9 * moved_ah,
        "{change_ah} against {out_ah} of {moved_ah}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_group_carries_the_current(seed in any::<u64>(), power_w in -2_000.0..2_000.0, dt_s in 0.01..60.0) {
        let topology = Topology { series: 5, parallel: 7 };
        let mut pack = CircuitPack::new(maps(), topology, connection(), &spread(seed), 0.5, AIR_K);
        for _ in 0..5 {
            let reading = pack.step(Demand::Power { power_w }, AIR_K, dt_s).unwrap();
            prop_assert!((reading.current_a * reading.voltage_v - power_w).abs() <= 1e-9 * power_w.abs());
            let cell_a = pack.cells().current_a;
            for group in cell_a.chunks(topology.parallel) {
                let largest_a = group.iter().fold(f64::abs(reading.current_a), |most, i| most.max(i.abs()));
                prop_assert!((group.iter().sum::<f64>() - reading.current_a).abs() <= 1e-12 * largest_a);
            }
            let groups_v: f64 = pack.group_voltage_v().iter().sum();
            let leads_v = 5.0 * connection().interconnect_ohm * reading.current_a;
            prop_assert!((groups_v - leads_v - reading.voltage_v).abs() < 1e-9);
        }
    }

    #[test]
    fn the_same_seed_is_the_same_battery(seed in any::<u64>(), other in any::<u64>()) {
        let run = |seed| {
            let topology = Topology { series: 4, parallel: 3 };
            let mut pack = CircuitPack::new(maps(), topology, connection(), &spread(seed), 0.6, AIR_K);
            for step in 0..20 {
                pack.step(Demand::Current { current_a: current_a(step) }, AIR_K, 1.0).unwrap();
            }
            pack.cells().soc.iter().map(|soc| soc.to_bits()).collect::<Vec<_>>()
        };
        prop_assert_eq!(run(seed), run(seed));
        prop_assert!(seed == other || run(seed) != run(other));
    }

    /// A cell draws the same deviation whatever the size of the battery, within four sigma.
    #[test]
    fn deviations_are_bounded_and_of_the_cell_alone(seed in any::<u64>(), cell in 0_usize..1_000_000) {
        let deviation = spread(seed).of_cell(cell);
        prop_assert_eq!(deviation, spread(seed).of_cell(cell));
        prop_assert!((deviation.capacity_factor - 1.0).abs() <= 4.0 * 0.02);
        prop_assert!((deviation.resistance_factor - 1.0).abs() <= 4.0 * 0.05);
    }

    #[test]
    fn power_out_of_reach_is_reported_and_changes_no_charge(excess in 1.001..10.0) {
        let topology = Topology { series: 2, parallel: 2 };
        let mut pack = CircuitPack::new(maps(), topology, Connection::default(), &spread(1), 0.5, AIR_K);
        let before = pack.cells().soc.to_vec();
        let Err(StepError::PowerOutOfReach { most_w, .. }) = pack.step(Demand::Power { power_w: 1e9 }, AIR_K, 1.0)
        else { panic!("a gigawatt") };
        let too_much = pack.step(Demand::Power { power_w: excess * most_w }, AIR_K, 1.0);
        prop_assert!(too_much.is_err());
        prop_assert_eq!(&before[..], pack.cells().soc);
        let enough = pack.step(Demand::Power { power_w: most_w / excess }, AIR_K, 1.0);
        prop_assert!(enough.is_ok());
    }
}

/// Sample mean and deviation of the draws are those asked for.
#[test]
fn the_spread_has_its_sigma() {
    let spread = spread(3);
    let draws: Vec<f64> = (0..20_000)
        .map(|cell| spread.of_cell(cell).capacity_factor - 1.0)
        .collect();
    let mean = draws.iter().sum::<f64>() / 20_000.0;
    let sigma = (draws.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / 20_000.0).sqrt();
    assert!(mean.abs() < 5e-4, "{mean}");
    assert_relative_eq!(sigma, 0.02, max_relative = 0.02);
}

/// A step of the current: the voltage is that of the circuit, to rounding, at any step.
#[test]
fn a_current_step_relaxes_as_the_circuit_does() {
    let flat = CircuitMaps::sample(&MapGrid::default(), TAU_S, 5.0, |_, _| CircuitPoint {
        ocv_v: 3.7,
        r0_ohm: 0.02,
        branch_ohm: [0.01, 0.008, 0.0],
    });
    for (dt_s, steps) in [(0.1, 300), (1.0, 30), (10.0, 3)] {
        let mut pack = CircuitPack::new(
            flat.clone(),
            Topology::CELL,
            Connection::default(),
            &Spread::default(),
            0.5,
            AIR_K,
        );
        let mut voltage_v = 0.0;
        for _ in 0..steps {
            voltage_v = pack
                .step(Demand::Current { current_a: 5.0 }, AIR_K, dt_s)
                .unwrap()
                .voltage_v;
        }
        let rise = |r: f64, tau: f64| r * (1.0 - (-30.0 / tau).exp());
        assert_relative_eq!(
            voltage_v,
            3.7 - 5.0 * (0.02 + rise(0.01, 8.0) + rise(0.008, 120.0)),
            max_relative = 1e-12
        );
    }
}

/// Heat is what the circuit's resistors make: terminal work and heat are the charge's energy less what the branches
/// store.
#[test]
fn energy_is_kept_in_a_circuit() {
    let flat = CircuitMaps::sample(&MapGrid::default(), TAU_S, 5.0, |_, _| CircuitPoint {
        ocv_v: 3.7,
        r0_ohm: 0.02,
        branch_ohm: [0.01, 0.008, 0.0],
    });
    let mut pack = CircuitPack::new(
        flat,
        Topology::CELL,
        Connection::default(),
        &Spread::default(),
        0.5,
        AIR_K,
    );
    // Discharge and a long rest, after which the branches store nothing.
    let (mut work_j, mut heat_j, dt_s) = (0.0, 0.0, 0.01);
    for step in 0..200_000 {
        let current_a = if step < 2_000 { 5.0 } else { 0.0 };
        // The voltage falls at once when the current begins.
        let jump_v = if step == 0 { 0.02 * 5.0 } else { 0.0 };
        let before_v = pack.cells().voltage_v[0] - jump_v;
        let reading = pack
            .step(Demand::Current { current_a }, AIR_K, dt_s)
            .unwrap();
        work_j += current_a * 0.5 * (before_v + reading.voltage_v) * dt_s;
        heat_j += pack.heat_w()[0] * dt_s;
    }
    assert_relative_eq!(work_j + heat_j, 3.7 * 5.0 * 20.0, max_relative = 1e-6);
}

/// Halving the step halves the error: first order in the maps' movement over a step, and small.
#[test]
fn results_do_not_hang_on_the_step() {
    let end = |dt_s: f64| {
        let topology = Topology {
            series: 2,
            parallel: 3,
        };
        let mut pack = CircuitPack::new(maps(), topology, connection(), &spread(5), 0.8, AIR_K);
        let mut voltage_v = 0.0;
        let steps = (600.0 / dt_s).round();
        let mut step = 0.0;
        while step < steps {
            voltage_v = pack
                .step(Demand::Current { current_a: 15.0 }, AIR_K, dt_s)
                .unwrap()
                .voltage_v;
            step += 1.0;
        }
        voltage_v
    };
    let fine = end(0.1);
    let errors = [10.0, 5.0, 2.5].map(|dt_s| (end(dt_s) - fine).abs());
    assert!(errors[0] < 2e-3, "{errors:?}");
    for pair in errors.windows(2) {
        let ratio = pair[0] / pair[1];
        assert!((1.7..2.6).contains(&ratio), "{errors:?}");
    }
    assert!((end(1.0) - fine).abs() < 2e-4);
}

/// With a busbar tapped at one end the cells near the taps carry more; tapped at opposite ends the ends share alike.
#[test]
fn the_tap_decides_who_carries_more() {
    for (tap, symmetric) in [(Tap::SameEnd, false), (Tap::OppositeEnds, true)] {
        let topology = Topology {
            series: 1,
            parallel: 10,
        };
        let connection = Connection {
            busbar_ohm: 1e-3,
            tap,
            ..Connection::default()
        };
        let mut pack =
            CircuitPack::new(maps(), topology, connection, &Spread::default(), 0.5, AIR_K);
        pack.step(Demand::Current { current_a: 50.0 }, AIR_K, 1.0)
            .unwrap();
        let cell_a = pack.cells().current_a;
        assert!(cell_a[0] > 1.02 * cell_a[4]);
        if symmetric {
            assert_relative_eq!(cell_a[0], cell_a[9], max_relative = 1e-9);
        } else {
            assert!(cell_a.is_sorted_by(|a, b| a > b));
        }
    }
}
