//! Parallel cells share a current as Kirchhoff has it.

use bms_sim::cell::Source;
use bms_sim::pack::{Connection, Sharing, Tap, Topology};
use proptest::prelude::*;

/// Open-circuit voltages and conductances of a group.
fn groups() -> impl Strategy<Value = Vec<(f64, f64)>> {
    prop::collection::vec((2.5..4.3, 5.0..2_000.0), 1..60)
}

fn connections() -> impl Strategy<Value = Connection> {
    (
        prop_oneof![Just(0.0), 1e-6..1e-2],
        any::<bool>(),
        prop_oneof![Just(0.0), 1e-6..1e-3],
    )
        .prop_map(|(busbar_ohm, same, interconnect_ohm)| Connection {
            contact_ohm: 0.0,
            busbar_ohm,
            tap: if same {
                Tap::SameEnd
            } else {
                Tap::OppositeEnds
            },
            interconnect_ohm,
        })
}

/// The group's cells with their share of the current, and the group as a source.
fn share(connection: Connection, cells: &[(f64, f64)], current_a: f64) -> (Vec<f64>, Source) {
    let (emf_v, conductance_s): (Vec<_>, Vec<_>) = cells.iter().copied().unzip();
    let mut cell_a = vec![0.0; cells.len()];
    let mut sharing = Sharing::new(
        connection,
        Topology {
            series: 1,
            parallel: cells.len(),
        },
    );
    let group = sharing.linearise(&emf_v, &conductance_s);
    sharing.share(&emf_v, &conductance_s, current_a, &mut cell_a);
    (cell_a, group)
}

proptest! {
    #[test]
    fn branch_currents_sum_to_the_current(cells in groups(), connection in connections(), current_a in -500.0..500.0) {
        let (cell_a, _) = share(connection, &cells, current_a);
        let largest_a = cell_a.iter().fold(f64::abs(current_a), |most, i| most.max(i.abs()));
        let residue_a = cell_a.iter().sum::<f64>() - current_a;
        prop_assert!(residue_a.abs() <= 1e-12 * largest_a, "{residue_a} of {largest_a}");
    }

    /// Kirchhoff's voltage law around each mesh: going along both busbars costs what the cells differ.
    #[test]
    fn meshes_close(cells in groups(), connection in connections(), current_a in -500.0..500.0) {
        let (cell_a, _) = share(connection, &cells, current_a);
        let voltage_v: Vec<f64> = cells.iter().zip(&cell_a).map(|(&(e, g), i)| e - i / g).collect();
        let mut passed_a = 0.0;
        for (pair, i) in voltage_v.windows(2).zip(&cell_a) {
            passed_a += i;
            // Current towards the first cell in the negative busbar, and in the positive one.
            let negative_a = current_a - passed_a;
            let positive_a = match connection.tap {
                Tap::SameEnd => negative_a,
                Tap::OppositeEnds => -passed_a,
            };
            let drop_v = 0.5 * connection.busbar_ohm * (negative_a + positive_a);
            prop_assert!((pair[1] - pair[0] - drop_v).abs() < 1e-9 * (1.0 + drop_v.abs()));
        }
    }

    /// Electrical power is kept: the cells' power is that at the taps and what contacts and busbars turn to heat, and
    /// the group is the source it says it is.
    #[test]
    fn power_is_kept(cells in groups(), connection in connections(), current_a in -500.0..500.0) {
        let (cell_a, group) = share(connection, &cells, current_a);
        let from_cells_w: f64 = cells.iter().zip(&cell_a).map(|(&(e, g), i)| (e - i / g) * i).sum();
        let (mut passed_a, mut busbars_w) = (0.0, 0.0);
        for i in &cell_a[..cell_a.len() - 1] {
            passed_a += i;
            let negative_a = current_a - passed_a;
            let positive_a = match connection.tap {
                Tap::SameEnd => negative_a,
                Tap::OppositeEnds => -passed_a,
            };
            busbars_w += 0.5 * connection.busbar_ohm * (negative_a * negative_a + positive_a * positive_a);
        }
        let at_taps_w = (group.voltage_v(current_a) + connection.interconnect_ohm * current_a) * current_a;
        let scale_w = cell_a.iter().map(|i| 4.3 * i.abs()).sum::<f64>() + busbars_w;
        prop_assert!((from_cells_w - busbars_w - at_taps_w).abs() <= 1e-9 * scale_w);
    }

    /// A busbar without resistance is one node.
    #[test]
    fn a_thin_ladder_tends_to_one_node(cells in groups(), current_a in -500.0..500.0, same in any::<bool>()) {
        let tap = if same { Tap::SameEnd } else { Tap::OppositeEnds };
        let (node_a, _) = share(Connection::default(), &cells, current_a);
        let thin = Connection { busbar_ohm: 1e-12, tap, ..Connection::default() };
        let (ladder_a, _) = share(thin, &cells, current_a);
        for (ladder, node) in ladder_a.iter().zip(&node_a) {
            prop_assert!((ladder - node).abs() < 1e-3, "{ladder} against {node}");
        }
    }
}
