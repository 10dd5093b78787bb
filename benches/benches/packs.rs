//! Time of one cell's step within a battery, current sharing included: `cargo bench -p bms-benches --bench packs`.

use std::hint::black_box;
use std::sync::Arc;

use bms_sim::cell::chen2020;
use bms_sim::cell::spm::{ParticleForm, ParticleOptions, Spm, Spme};
use bms_sim::load::Demand;
use bms_sim::pack::{
    Battery, CellPack, CircuitMaps, CircuitPack, CircuitPoint, Connection, MapGrid, Spread, Tap,
    ThermalConfig, ThermalNetwork, Topology,
};
use criterion::{
    BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime,
};

const AIR_K: f64 = 298.15;
const LARGE: Topology = Topology {
    series: 96,
    parallel: 48,
};
const MEDIUM: Topology = Topology {
    series: 13,
    parallel: 8,
};
const SPREAD: Spread = Spread {
    seed: 1,
    capacity_sigma: 0.01,
    resistance_sigma: 0.03,
    soc_sigma: 0.005,
    temperature_sigma_k: 1.0,
};
const CONTACTS: Connection = Connection {
    contact_ohm: 0.5e-3,
    busbar_ohm: 0.0,
    tap: Tap::SameEnd,
    interconnect_ohm: 0.1e-3,
};

fn maps() -> CircuitMaps {
    CircuitMaps::sample(
        &MapGrid::default(),
        [8.0, 50.0, 400.0],
        5.0,
        |soc, temperature_k| {
            let cold = (2_500.0 * (1.0 / temperature_k - 1.0 / AIR_K)).exp();
            CircuitPoint {
                ocv_v: 3.3 + 0.8 * soc + 0.1 * (6.0 * soc).sin() + 1e-4 * (temperature_k - AIR_K),
                r0_ohm: 0.02 * cold * (1.0 + 0.3 * (1.0 - soc)),
                branch_ohm: [0.01 * cold, 0.008 * cold, 0.005 * cold],
            }
        },
    )
}

fn network(topology: Topology) -> ThermalNetwork {
    let config = ThermalConfig {
        groups_per_module: 8,
        cell_j_per_k: 70.0,
        cell_to_plate_w_per_k: 0.3,
        cell_to_air_w_per_k: 0.02,
        cell_to_cell_w_per_k: 0.1,
        plate_j_per_k: 2_000.0,
        plate_to_coolant_w_per_k: 150.0,
        coolant_w_per_k: 600.0,
        reservoir_j_per_k: 20_000.0,
        radiator_w_per_k: 400.0,
        heater_w: 0.0,
    };
    let cells = (0..topology.cells()).map(|cell| AIR_K + SPREAD.of_cell(cell).temperature_k);
    ThermalNetwork::new(config, topology, cells.collect(), AIR_K)
}

/// Times steps under a demand that goes up and down and leans towards half charge, where the battery so stays.
fn time<B: Battery>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    mut pack: B,
    power: bool,
) {
    group.throughput(Throughput::Elements(pack.topology().cells() as u64));
    let mut step = 0_u32;
    let capacity_ah = pack.nominal_capacity_ah();
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            step += 1;
            let lean = pack.cells().soc[0] - 0.5;
            let wave = lean + (0.05 * f64::from(step)).sin() + 0.5 * (0.77 * f64::from(step)).sin();
            let demand = if power {
                Demand::Power {
                    power_w: wave
                        * capacity_ah
                        * 3.7
                        * f64::from(u32::try_from(pack.topology().series).unwrap_or(u32::MAX)),
                }
            } else {
                Demand::Current {
                    current_a: wave * capacity_ah,
                }
            };
            black_box(pack.step(demand, AIR_K, 1.0).expect("within reach"))
        });
    });
}

fn circuits(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("circuit 96s48p, per cell-step");
    let pack = |connection| CircuitPack::new(maps(), LARGE, connection, &SPREAD, 0.5, AIR_K);
    time(&mut group, "current", pack(CONTACTS), false);
    time(&mut group, "power", pack(CONTACTS), true);
    time(
        &mut group,
        "power, heat",
        pack(CONTACTS).with_thermal(network(LARGE)),
        true,
    );
    let busbars = Connection {
        busbar_ohm: 0.05e-3,
        tap: Tap::OppositeEnds,
        ..CONTACTS
    };
    time(
        &mut group,
        "power, heat, busbars",
        pack(busbars).with_thermal(network(LARGE)),
        true,
    );
    group.finish();
}

/// Every cell with its own share of a power, in the slowest modes of 20 shells or in all of them.
fn particles(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("particles, per cell-step");
    let options = |kept| ParticleOptions {
        particle: ParticleForm::Modes { shells: 20, kept },
        ..ParticleOptions::default()
    };
    let cell = Arc::new(chen2020::lg_m50());
    let pack = |kept| {
        let spm = Spm::new(Arc::clone(&cell), options(kept));
        CellPack::new(&spm, LARGE, CONTACTS, &SPREAD, 0.5, AIR_K)
    };
    time(&mut group, "SPM 96s48p, 8 modes, power", pack(8), true);
    time(
        &mut group,
        "SPM 96s48p, 8 modes, power, heat",
        pack(8).with_thermal(network(LARGE)),
        true,
    );
    time(&mut group, "SPM 96s48p, 20 modes, power", pack(20), true);
    let spme = Spme::new(Arc::clone(&cell), options(8)).expect("the cell has an electrolyte");
    let pack = CellPack::new(&spme, MEDIUM, CONTACTS, &SPREAD, 0.5, AIR_K);
    time(&mut group, "SPMe 13s8p, 8 modes, power", pack, true);
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(50);
    targets = circuits, particles
}
criterion_main!(benches);
