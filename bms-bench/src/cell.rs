//! Cell descriptions that own their tables, and any valid one.

use bms_core::cell::CellParameters;
use bms_core::estimation::CellSample;
use bms_core::units::{self, ElectricCharge};
use proptest::prelude::*;

use crate::draw::between;

/// The owner of the tables that [`CellParameters`] borrows.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub capacity_ah: f32,
    pub voltage_min_v: f32,
    pub voltage_max_v: f32,
    pub ocv_soc: Vec<f32>,
    pub ocv_temperature_k: Vec<f32>,
    pub ocv_v: Vec<f32>,
    pub soc: Vec<f32>,
    pub temperature_k: Vec<f32>,
    pub r0_ohm: Vec<f32>,
    pub charge_transfer_discharge_ohm: Vec<f32>,
    pub charge_transfer_charge_ohm: Vec<f32>,
    pub knee_current_a: Vec<f32>,
    pub branch_tau_s: Vec<f32>,
    pub branch_ohm: Vec<f32>,
    pub hysteresis_v: Vec<f32>,
    pub hysteresis_soc: f32,
    pub activation_energy_j_per_mol: f32,
    pub voltage_error_v: Vec<f32>,
}

/// The `CellParameters` of a [`Cell`], with the names `CellParameters` and `units` as they are where it is used: in a unit test
/// of `bms-core` those of the crate under test.
#[macro_export]
macro_rules! cell_parameters {
    ($cell:expr) => {
        CellParameters {
            capacity: units::amp_hours($cell.capacity_ah),
            voltage_min: units::volts($cell.voltage_min_v),
            voltage_max: units::volts($cell.voltage_max_v),
            ocv_soc: &$cell.ocv_soc,
            ocv_temperature_k: &$cell.ocv_temperature_k,
            ocv_v: &$cell.ocv_v,
            soc: &$cell.soc,
            temperature_k: &$cell.temperature_k,
            r0_ohm: &$cell.r0_ohm,
            charge_transfer_discharge_ohm: &$cell.charge_transfer_discharge_ohm,
            charge_transfer_charge_ohm: &$cell.charge_transfer_charge_ohm,
            knee_current_a: &$cell.knee_current_a,
            branch_tau_s: &$cell.branch_tau_s,
            branch_ohm: &$cell.branch_ohm,
            hysteresis_v: &$cell.hysteresis_v,
            hysteresis_soc: $cell.hysteresis_soc,
            activation_energy_j_per_mol: $cell.activation_energy_j_per_mol,
            voltage_error_v: &$cell.voltage_error_v,
        }
    };
}

impl Cell {
    pub fn parameters(&self) -> CellParameters<'_> {
        cell_parameters!(self)
    }

    pub fn capacity(&self) -> ElectricCharge {
        units::amp_hours(self.capacity_ah)
    }

    /// The same cell of another size: currents in proportion, voltages unchanged.
    pub fn of_capacity(mut self, capacity_ah: f32) -> Self {
        let factor = capacity_ah / self.capacity_ah;
        self.capacity_ah = capacity_ah;
        self.knee_current_a.iter_mut().for_each(|a| *a *= factor);
        for table in [
            &mut self.r0_ohm,
            &mut self.charge_transfer_discharge_ohm,
            &mut self.charge_transfer_charge_ohm,
            &mut self.branch_ohm,
        ] {
            for ohm in table.iter_mut() {
                *ohm /= factor;
            }
        }
        self
    }
}

/// A 3 Ah cell in the manner of NMC: bent OCV, resistances by SoC and temperature, three branches.
pub fn nmc() -> Cell {
    let soc = vec![0.0, 0.1, 0.3, 0.6, 1.0];
    let temperature_k = vec![263.15, 298.15];
    let map = |scale: f32| -> Vec<f32> {
        [3.0, 1.0]
            .iter()
            .flat_map(|cold| [2.0, 1.4, 1.1, 1.0, 1.2].map(|along| along * cold * scale))
            .collect()
    };
    Cell {
        capacity_ah: 3.0,
        voltage_min_v: 2.5,
        voltage_max_v: 4.2,
        ocv_soc: vec![
            0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0,
        ],
        ocv_temperature_k: vec![263.15, 298.15],
        ocv_v: vec![
            2.75, 3.05, 3.22, 3.34, 3.46, 3.55, 3.60, 3.66, 3.76, 3.88, 3.97, 4.05, 4.18, //
            2.70, 3.02, 3.20, 3.33, 3.46, 3.56, 3.61, 3.67, 3.77, 3.89, 3.98, 4.06, 4.18,
        ],
        r0_ohm: map(0.018),
        charge_transfer_discharge_ohm: map(0.012),
        charge_transfer_charge_ohm: map(0.014),
        knee_current_a: vec![0.8, 2.5],
        branch_tau_s: vec![3.0, 40.0, 800.0],
        branch_ohm: [map(0.004), map(0.006), map(0.010)].concat(),
        hysteresis_v: vec![0.008; 10],
        hysteresis_soc: 0.03,
        activation_energy_j_per_mol: 25_000.0,
        voltage_error_v: vec![0.010, 0.005],
        soc,
        temperature_k,
    }
}

/// A 2 Ah cell in the manner of LFP: a plateau between steep ends, and wide hysteresis.
pub fn lfp() -> Cell {
    let ocv = [
        2.50, 2.95, 3.10, 3.18, 3.235, 3.265, 3.284, 3.290, 3.295, 3.320, 3.326, 3.332, 3.40, 3.60,
    ];
    Cell {
        capacity_ah: 2.0,
        voltage_min_v: 2.0,
        voltage_max_v: 3.65,
        ocv_soc: vec![
            0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.95, 0.99, 1.0,
        ],
        ocv_temperature_k: vec![298.15],
        ocv_v: ocv.to_vec(),
        hysteresis_v: vec![0.02; 10],
        ..nmc()
    }
    .of_capacity(2.0)
}

/// A cell that is linear in its state: straight OCV, constant resistances, no hysteresis, next to no charge transfer.
pub fn linear() -> Cell {
    let map = |ohm: f32| vec![ohm; 2];
    Cell {
        capacity_ah: 3.0,
        voltage_min_v: 2.5,
        voltage_max_v: 4.2,
        ocv_soc: vec![0.0, 1.0],
        ocv_temperature_k: vec![298.15],
        ocv_v: vec![3.0, 4.2],
        soc: vec![0.0, 1.0],
        temperature_k: vec![298.15],
        r0_ohm: map(0.03),
        charge_transfer_discharge_ohm: map(0.0),
        charge_transfer_charge_ohm: map(0.0),
        knee_current_a: vec![3.0],
        branch_tau_s: vec![10.0, 300.0],
        branch_ohm: vec![0.01, 0.01, 0.015, 0.015],
        hysteresis_v: map(0.0),
        hysteresis_soc: 0.03,
        activation_energy_j_per_mol: 0.0,
        voltage_error_v: vec![0.005],
    }
}

/// Increasing numbers from steps of random size, scaled to run from `low` to `high`.
fn ladder(steps: &[f32], low: f32, high: f32) -> Vec<f32> {
    let total: f32 = steps.iter().sum();
    let mut sum = 0.0;
    let mut nodes = vec![low];
    for step in steps {
        sum += step;
        nodes.push(low + (high - low) * (sum / total));
    }
    if let Some(last) = nodes.last_mut() {
        *last = high;
    }
    nodes
}

fn ladders(
    nodes: impl Strategy<Value = usize> + 'static,
    low: f32,
    high: f32,
) -> BoxedStrategy<Vec<f32>> {
    nodes
        .prop_flat_map(|nodes| prop::collection::vec(between(0.05, 1.0), nodes - 1))
        .prop_map(move |steps| ladder(&steps, low, high))
        .boxed()
}

/// Temperature nodes; one alone, or several over an ordinary range.
fn temperatures() -> impl Strategy<Value = Vec<f32>> {
    prop_oneof![
        between(230.0, 330.0).prop_map(|k| vec![k]),
        ladders(2_usize..5, 243.15, 318.15),
    ]
}

/// Any valid cell of ordinary shape: 2 to 300 Ah, 1 to 4 branches.
pub fn any_cell() -> impl Strategy<Value = Cell> {
    let grids = (
        ladders(2_usize..20, 0.0, 1.0),
        temperatures(),
        ladders(2_usize..8, 0.0, 1.0),
        temperatures(),
        1_usize..=4,
    );
    grids.prop_flat_map(
        |(ocv_soc, ocv_temperature_k, soc, temperature_k, branches)| {
            let cells = soc.len() * temperature_k.len();
            let rows = temperature_k.len();
            let map = move |low: f32, high: f32| prop::collection::vec(between(low, high), cells);
            let curves = prop::collection::vec(
                prop::collection::vec(between(0.02, 1.0), ocv_soc.len() - 1)
                    .prop_map(|steps| ladder(&steps, 2.5, 4.2)),
                ocv_temperature_k.len(),
            );
            (
                (between(2.0, 300.0), curves),
                (map(1e-3, 0.2), map(0.0, 0.2), map(0.0, 0.2), map(0.0, 0.05)),
                prop::collection::vec(between(0.05, 3.0), rows),
                prop::collection::vec(between(1e-3, 0.05), rows),
                ladders(Just(branches + 1), 1.0, 3000.0),
                prop::collection::vec(between(0.0, 0.1), cells * branches),
                (between(0.005, 0.5), between(0.0, 50_000.0)),
            )
                .prop_map(
                    move |(whole, maps, knee, error, tau, branch_ohm, (hysteresis_soc, energy))| {
                        Cell {
                            capacity_ah: 3.0,
                            voltage_min_v: 2.5,
                            voltage_max_v: 4.2,
                            ocv_soc: ocv_soc.clone(),
                            ocv_temperature_k: ocv_temperature_k.clone(),
                            ocv_v: whole.1.concat(),
                            soc: soc.clone(),
                            temperature_k: temperature_k.clone(),
                            r0_ohm: maps.0,
                            charge_transfer_discharge_ohm: maps.1,
                            charge_transfer_charge_ohm: maps.2,
                            knee_current_a: knee,
                            branch_tau_s: tau[1..].to_vec(),
                            branch_ohm,
                            hysteresis_v: maps.3,
                            hysteresis_soc,
                            activation_energy_j_per_mol: energy,
                            voltage_error_v: error,
                        }
                        .of_capacity(whole.0)
                    },
                )
        },
    )
}

/// A sample from plain numbers; discharge current positive.
pub fn sample(current_a: f32, voltage_v: f32, temperature_degc: f32) -> CellSample {
    CellSample {
        current: units::amperes(current_a),
        voltage: units::volts(voltage_v),
        temperature: units::celsius(temperature_degc),
    }
}
