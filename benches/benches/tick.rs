//! One tick of the whole corridor for a pack: readings, plausibility, estimates, all faults.
//!
//!     cargo bench -p bms-benches --bench tick
//!
//! The readings come as they do in a vehicle: current each 10 ms, all cell voltages each 50 ms, temperatures each 500 ms.
//! `mean` is the mean tick over that rhythm, `scan` a tick in which everything arrives.

use std::hint::black_box;

use bms_bench::CLOSED;
use bms_bench::readings::{feedback, sound};
use bms_core::Bms;
use bms_core::config::BmsConfig;
use bms_core::config::presets::{NMC_13S, NMC_96S};
use bms_core::estimation::InitialSoc;
use bms_core::measurement::{
    CellMeasurement, Commands, FrontEndReport, Measurements, Reading, Request,
    TemperatureMeasurement,
};
use bms_core::units::{amperes, celsius, ratio, seconds, to_volts, volts};
use criterion::{Criterion, criterion_group, criterion_main};

/// Ticks between two samples of cell voltages, and of temperatures.
const SCAN_TICKS: usize = 5;
const SLOW_TICKS: usize = 50;

/// What a pack shows over one period of the rhythm.
struct Pack {
    voltages: Vec<Vec<CellMeasurement>>,
    temperatures: Vec<TemperatureMeasurement>,
    front_ends: Vec<FrontEndReport>,
}

/// A small number that looks random, the same each time.
fn noise(index: usize, scan: usize) -> f32 {
    let mixed = (index * 31 + scan * 17 + 7) * 2_654_435_761 % 1000;
    f32::from(u16::try_from(mixed).unwrap_or(0)) * 1e-3 - 0.5
}

impl Pack {
    fn new(config: &'static BmsConfig<'static>) -> Self {
        let ocv_v = to_volts(config.cell.ocv(ratio(0.6), celsius(25.0)));
        let scan = |scan: usize| {
            (0..config.layout.cells)
                .map(|cell| CellMeasurement {
                    voltage: Reading::New(volts(
                        ocv_v + 0.02 * noise(cell, 0) + 0.002 * noise(cell, scan + 1),
                    )),
                    ..CellMeasurement::default()
                })
                .collect()
        };
        Self {
            voltages: (0..64).map(scan).collect(),
            temperatures: vec![
                TemperatureMeasurement {
                    temperature: Reading::New(celsius(25.0)),
                    ..TemperatureMeasurement::default()
                };
                config.layout.temperature_sensors
            ],
            front_ends: vec![FrontEndReport::default(); config.layout.front_ends],
        }
    }

    fn tick<const C: usize, const S: usize>(
        &self,
        bms: &mut Bms<'_, C, S>,
        tick: usize,
        everything: bool,
    ) {
        let scan = everything || tick.is_multiple_of(SCAN_TICKS);
        let slow = everything || tick.is_multiple_of(SLOW_TICKS);
        let cells = &self.voltages[tick / SCAN_TICKS % self.voltages.len()];
        let pack_v = volts(
            cells
                .iter()
                .filter_map(|cell| cell.voltage.new_sample())
                .map(to_volts)
                .sum(),
        );
        let measurements = Measurements {
            cells: if scan { cells } else { &[] },
            temperatures: if slow { &self.temperatures } else { &[] },
            front_ends: &self.front_ends,
            current: Reading::New(amperes(0.5 + noise(tick, 3))),
            second_current: Reading::New(amperes(0.5 + noise(tick, 4))),
            pack_voltage: Reading::New(pack_v),
            link_voltage: Reading::New(pack_v),
            contactor_feedback: feedback(CLOSED),
            ..sound(true, true, 25.0)
        };
        let commands = Commands {
            is_new: true,
            request: Request::Supervise,
            contactors: CLOSED,
            charging_allowed: true,
            ..Commands::default()
        };
        black_box(bms.step(black_box(&measurements), &commands, seconds(0.01)));
    }
}

fn bench<const C: usize, const S: usize>(
    criterion: &mut Criterion,
    name: &str,
    config: &'static BmsConfig<'static>,
) {
    let pack = Pack::new(config);
    let mut group = criterion.benchmark_group(name);
    for (label, everything) in [("mean", false), ("scan", true)] {
        let mut bms = Bms::<C, S>::new(
            config.validated().expect("a preset"),
            InitialSoc::FromVoltage,
        )
        .expect("a preset");
        for tick in 0..6000 {
            pack.tick(&mut bms, tick, everything);
        }
        let faults: Vec<_> = bms
            .view()
            .faults()
            .map(|fault| fault.definition().name())
            .collect();
        assert!(faults.is_empty(), "a sound pack has faults: {faults:?}");
        let mut tick = 0;
        group.bench_function(label, |bencher| {
            bencher.iter(|| {
                pack.tick(&mut bms, tick, everything);
                tick += 1;
            });
        });
    }
    group.finish();
}

fn ticks(criterion: &mut Criterion) {
    bench::<96, 24>(criterion, "tick of 96 cells", &NMC_96S);
    bench::<13, 4>(criterion, "tick of 13 cells", &NMC_13S);
}

criterion_group!(benches, ticks);
criterion_main!(benches);
