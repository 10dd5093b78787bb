//! Heat goes down, and none is lost.

use bms_sim::pack::{ThermalConfig, ThermalNetwork, Topology};
use proptest::prelude::*;

fn configs() -> impl Strategy<Value = ThermalConfig> {
    let conductance = || prop_oneof![Just(0.0), 1e-3..10.0];
    (
        (
            1_usize..9,
            10.0..200.0,
            conductance(),
            conductance(),
            conductance(),
        ),
        (
            50.0..5e3,
            prop_oneof![Just(0.0), 1.0..500.0],
            prop_oneof![Just(0.0), 1.0..2e3],
            100.0..2e4,
            prop_oneof![Just(0.0), 1.0..1e3],
        ),
    )
        .prop_map(
            |((groups, cell, plate, air, neighbour), (plate_c, ua, flow, reservoir, radiator))| {
                ThermalConfig {
                    groups_per_module: groups,
                    cell_j_per_k: cell,
                    cell_to_plate_w_per_k: plate,
                    cell_to_air_w_per_k: air,
                    cell_to_cell_w_per_k: neighbour,
                    plate_j_per_k: plate_c,
                    plate_to_coolant_w_per_k: ua,
                    coolant_w_per_k: flow,
                    reservoir_j_per_k: reservoir,
                    radiator_w_per_k: radiator,
                    heater_w: 10.0 * radiator,
                }
            },
        )
}

fn extremes(network: &ThermalNetwork) -> (f64, f64) {
    let all = network
        .cell_k()
        .iter()
        .chain(network.plate_k())
        .chain([network.reservoir_k()].iter())
        .copied()
        .collect::<Vec<_>>();
    (
        all.iter().copied().fold(f64::INFINITY, f64::min),
        all.iter().copied().fold(0.0, f64::max),
    )
}

proptest! {
    #[test]
    fn energy_in_is_energy_out_and_stored(
        config in configs(), series in 1_usize..12, parallel in 1_usize..5, dt_s in 0.01..500.0,
        heats in prop::collection::vec(-2.0..20.0, 60), temperatures in prop::collection::vec(250.0..340.0, 60),
        air_k in 250.0..320.0, coolant_k in 270.0..320.0, heated in any::<bool>(),
    ) {
        let topology = Topology { series, parallel };
        let cells = topology.cells();
        let mut network = ThermalNetwork::new(config, topology, temperatures[..cells].to_vec(), coolant_k);
        network.set_heats(heated);
        for _ in 0..20 {
            let before: Vec<f64> = network.cell_k().to_vec();
            let step = network.step(&heats[..cells], air_k, dt_s);
            let scale_j = step.generated_j.abs() + step.to_air_j.abs() + step.stored_j.abs();
            prop_assert!((step.generated_j - step.to_air_j - step.stored_j).abs() <= 1e-6 * scale_j + 1e-6);
            prop_assert_eq!(before.len(), network.cell_k().len());
        }
    }

    /// Without sources no place gets warmer than the warmest nor colder than the coldest, the air included: that is
    /// what heat flowing uphill would break.
    #[test]
    fn no_heat_flows_uphill(
        config in configs(), series in 1_usize..12, parallel in 1_usize..5, dt_s in 0.01..500.0,
        temperatures in prop::collection::vec(250.0..340.0, 60), air_k in 250.0..320.0, coolant_k in 270.0..320.0,
    ) {
        let topology = Topology { series, parallel };
        let cells = topology.cells();
        let mut network = ThermalNetwork::new(config, topology, temperatures[..cells].to_vec(), coolant_k);
        let no_heat = vec![0.0; cells];
        for _ in 0..20 {
            let (low, high) = extremes(&network);
            network.step(&no_heat, air_k, dt_s);
            let (lower, higher) = extremes(&network);
            prop_assert!(lower >= low.min(air_k) - 1e-9, "{lower} below {low}");
            prop_assert!(higher <= high.max(air_k) + 1e-9, "{higher} above {high}");
        }
    }

    /// Warming one cell warms no place less, and the cell itself most.
    #[test]
    fn heat_spreads_from_where_it_is_made(config in configs(), heated in 0_usize..12, dt_s in 0.1..100.0) {
        let topology = Topology { series: 6, parallel: 2 };
        let mut network = ThermalNetwork::new(config, topology, vec![300.0; 12], 300.0);
        let mut heat_w = vec![0.0; 12];
        heat_w[heated] = 5.0;
        for _ in 0..10 {
            network.step(&heat_w, 300.0, dt_s);
            let hottest = network.cell_k()[heated];
            for &temperature in network.cell_k().iter().chain(network.plate_k()) {
                prop_assert!((300.0 - 1e-9..=hottest + 1e-9).contains(&temperature));
            }
        }
    }

    /// After a long time the warmth above the air carries all heat through the radiator.
    #[test]
    fn a_steady_state_carries_all_heat(heat_w in 0.1..5.0) {
        let config = ThermalConfig {
            groups_per_module: 4,
            cell_j_per_k: 70.0,
            cell_to_plate_w_per_k: 0.5,
            cell_to_air_w_per_k: 0.0,
            cell_to_cell_w_per_k: 0.1,
            plate_j_per_k: 500.0,
            plate_to_coolant_w_per_k: 50.0,
            coolant_w_per_k: 100.0,
            reservoir_j_per_k: 4_000.0,
            radiator_w_per_k: 80.0,
            heater_w: 0.0,
        };
        let topology = Topology { series: 8, parallel: 3 };
        let mut network = ThermalNetwork::new(config, topology, vec![298.15; 24], 298.15);
        for _ in 0..200 {
            network.step(&[heat_w; 24], 298.15, 1_000.0);
        }
        prop_assert!((network.reservoir_k() - 298.15 - 24.0 * heat_w / 80.0).abs() < 1e-6);
        // The second module's coolant is warmer by what the first one gave.
        let gained_k = network.plate_k()[1] - network.plate_k()[0];
        prop_assert!((gained_k - 12.0 * heat_w / 100.0).abs() < 1e-6);
    }
}
