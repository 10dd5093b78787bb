//! Property-based tests of a user's pack in closed loop: `proptest` strategies for batteries, loads, sensors and
//! faults.
//!
//! ```
//! use bms_sim::testkit::{self, Pack};
//! use proptest::prelude::*;
//!
//! # fn main() {
//! // In a test of one's own with `#[test]`, and usually with more cases.
//! let pack = Pack::shipped("nmc-13s").expect("a shipped pack");
//! proptest!(ProptestConfig::with_cases(2), |(scenario in testkit::scenarios(&pack))| {
//!     testkit::each_tick(&scenario, |tick, closed_loop| {
//!         let highest_v = closed_loop.world().plant().cells().voltage_v.iter().copied().fold(0.0, f64::max);
//!         prop_assert!(highest_v < 4.25, "{highest_v} V in {:?}", tick.outputs.mode);
//!         Ok(())
//!     })?;
//! });
//! # }
//! ```
//!
//! A pack is a [`Preset`] with a configuration, and a cell: [`Pack::new`].

use std::sync::Arc;

use bms_core::config::BmsConfig;
use bms_core::measurement::Contactor;
use bms_core::units::{to_amperes, to_volts};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::campaign::cell_of;
use crate::cell::circuit::{CircuitError, CircuitParameters};
use crate::cell::physics::ZERO_CELSIUS_K;
use crate::cell_file::CellFile;
use crate::fault::{CellFault, Fault, FaultEvent, FaultKind, SensorFault};
use crate::pack::{Spread, ThermalConfig};
use crate::scenario::{Expect, PlantCell, Preset, Scenario};
use crate::sensor::SensorKind;
use crate::world::{Charge, ClosedLoop, SensorSuite, Stage, Tick};

/// A pack that laws are about, with the physics of its cells.
#[derive(Clone, Debug)]
pub struct Pack {
    preset: &'static Preset,
    cell: PlantCell,
}

impl Pack {
    /// A pack with cells that are the equivalent circuits of a cell file.
    ///
    /// # Errors
    /// A cell that has no valid circuit.
    pub fn new(preset: &'static Preset, cell: &CellFile) -> Result<Self, CircuitError> {
        let circuit = CircuitParameters::from_cell_file(cell)?;
        Ok(Self {
            preset,
            cell: PlantCell::Circuit(Arc::new(circuit)),
        })
    }

    /// A shipped pack with its shipped cells: `nmc-96s`, `lfp-100s` or `nmc-13s`.
    #[must_use]
    pub fn shipped(name: &str) -> Option<Self> {
        let preset = Preset::named(name)?;
        let cell = cell_of(preset);
        Some(Self { preset, cell })
    }

    /// Another physics of its cells.
    #[must_use]
    pub fn with_cell(self, cell: PlantCell) -> Self {
        Self { cell, ..self }
    }

    fn config(&self) -> &'static BmsConfig<'static> {
        self.preset.config
    }
}

/// How a battery is at the start of a scenario, and how its cells differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Start {
    /// State of charge, 0.05 to 0.95.
    pub soc: f64,
    /// Temperature of cells and air, -10 to 40 degrees Celsius.
    pub degc: f64,
    /// How cells differ: capacity by up to 2 %, resistance by up to 10 %, charge by up to a point, one standard deviation.
    pub spread: Spread,
}

/// Batteries in use.
pub fn starts() -> impl Strategy<Value = Start> {
    let spread = (any::<u32>(), 0.0..0.02, 0.0..0.1, 0.0..0.01);
    let spread = spread.prop_map(
        |(seed, capacity_sigma, resistance_sigma, soc_sigma)| Spread {
            seed: u64::from(seed),
            capacity_sigma,
            resistance_sigma,
            soc_sigma,
            temperature_sigma_k: 0.0,
        },
    );
    (0.05..0.95, -10.0..40.0, spread).prop_map(|(soc, degc, spread)| Start { soc, degc, spread })
}

/// Loads: one to four stages of 2 to 20 s, of currents and powers up to 1.5 times the rating of contactors and cables,
/// charges and rests. The vehicle keeps within the limits.
pub fn loads(pack: &Pack) -> impl Strategy<Value = Vec<Stage>> + use<> {
    let limits = &pack.config().limits;
    let most_a = 1.5 * f64::from(to_amperes(limits.pack_discharge_current.operating));
    let most_v =
        f64::from(to_volts(limits.cell_over_voltage.operating)) * pack.config().layout.cells as f64;
    let duration_s = || 2.0..20.0_f64;
    let stage = prop_oneof![
        4 => (-most_a..most_a, duration_s())
            .prop_map(|(current_a, duration_s)| Stage::Current { current_a, duration_s }),
        2 => (-1.0..1.0, duration_s()).prop_map(move |(share, duration_s)| Stage::Power {
            power_w: share * most_a * most_v,
            duration_s,
        }),
        1 => (0.0..most_a, duration_s()).prop_map(move |(current_a, duration_s)| {
            Stage::Charge(Charge {
                current_a,
                power_w: most_a * most_v,
                until_soc: 1.0,
                cutoff_a: 0.0,
                duration_s,
            })
        }),
        1 => duration_s().prop_map(|duration_s| Stage::Park { duration_s }),
    ];
    prop::collection::vec(stage, 1..5)
}

/// Sensors that err up to three times as much as is usual in vehicles ([`SensorSuite::usual`]).
pub fn sensors(pack: &Pack) -> impl Strategy<Value = SensorSuite> + use<> {
    let usual = SensorSuite::usual(pack.config());
    let times = prop::collection::vec((0.0..3.0, 0.0..3.0, 0.0..3.0), SensorKind::ALL.len());
    times.prop_map(move |times| {
        let mut suite = usual.clone();
        for (kind, (noise, bias, gain)) in SensorKind::ALL.into_iter().zip(times) {
            let model = suite.model_mut(kind);
            model.noise *= noise;
            model.bias_sigma *= bias;
            model.gain_sigma *= gain;
        }
        suite
    })
}

/// Up to three things that go wrong within the first 20 s, for a while or for good.
pub fn faults(pack: &Pack) -> impl Strategy<Value = Vec<Fault>> + use<> {
    let times = (0.0..20.0, prop_oneof![Just(f64::INFINITY), 0.01..10.0]);
    let fault = (times, fault_kinds(pack)).prop_map(|((from_s, lasts_s), kind)| Fault {
        from_s,
        until_s: from_s + lasts_s,
        kind,
    });
    prop::collection::vec(fault, 0..4)
}

fn fault_kinds(pack: &Pack) -> impl Strategy<Value = FaultKind> + use<> {
    let layout = &pack.config().layout;
    let (cells, sensors, front_ends) =
        (layout.cells, layout.temperature_sensors, layout.front_ends);
    let most_a = f64::from(to_amperes(pack.config().sensing.current_range));
    let how = prop_oneof![
        Just(SensorFault::Stuck),
        Just(SensorFault::OpenWire),
        Just(SensorFault::NonFinite),
        (-3.0..3.0).prop_map(|offset| SensorFault::Offset { offset }),
        (-3.0..3.0, 0.0..1.0).prop_map(|(offset, share)| SensorFault::Spikes { offset, share }),
        (0.0..1.0).prop_map(|share| SensorFault::Lost { share }),
    ];
    let sensor = (
        prop::sample::select(SensorKind::ALL.to_vec()),
        any::<prop::sample::Index>(),
        how,
    );
    let sensor = sensor.prop_map(move |(sensor, index, how)| FaultKind::Sensor {
        sensor,
        index: match sensor {
            SensorKind::CellVoltage => index.index(cells),
            SensorKind::Temperature => index.index(sensors),
            _ => 0,
        },
        how,
    });
    let what = prop_oneof![
        (0.001..10.0).prop_map(|resistance_ohm| CellFault::InternalShort { resistance_ohm }),
        (0.0..0.01).prop_map(|resistance_ohm| CellFault::HighResistanceJoint { resistance_ohm }),
        (0.0..0.5).prop_map(|share| CellFault::CapacityLoss { share }),
        (0.0..1e4).prop_map(|power_w| CellFault::ExothermicReaction { power_w }),
    ];
    let contactor = || {
        prop::sample::select(vec![
            Contactor::MainPositive,
            Contactor::MainNegative,
            Contactor::Precharge,
        ])
    };
    let event = prop::sample::select(FaultEvent::ALL.to_vec()).prop_map(FaultKind::Event);
    prop_oneof![
        6 => sensor,
        2 => (0..cells, what).prop_map(|(cell, what)| FaultKind::Cell { cell, what }),
        1 => (0..front_ends, 0.0..1.0)
            .prop_map(|(front_end, share)| FaultKind::LostFrames { front_end, share }),
        1 => contactor().prop_map(FaultKind::ContactorStuckOpen),
        1 => contactor().prop_map(FaultKind::ContactorWelded),
        1 => (0.01..1e4).prop_map(|resistance_ohm| FaultKind::LinkShort { resistance_ohm }),
        1 => (1e2..1e6).prop_map(|resistance_ohm| FaultKind::Isolation { resistance_ohm }),
        1 => (-most_a..most_a).prop_map(|current_a| FaultKind::UncontrolledLoad { current_a }),
        1 => (0.0..16.0).prop_map(|voltage_v| FaultKind::Supply { voltage_v }),
        3 => event,
    ]
}

/// Scenarios without faults.
pub fn scenarios(pack: &Pack) -> impl Strategy<Value = Scenario> + use<> {
    let pack = pack.clone();
    let parts = (starts(), loads(&pack), sensors(&pack), any::<u32>());
    parts.prop_map(move |(start, stages, sensors, seed)| {
        let start_k = start.degc + ZERO_CELSIUS_K;
        Scenario {
            name: format!("law of {}", pack.preset.name),
            variant: None,
            preset: pack.preset,
            estimator_cell: None,
            qualify: None,
            initial_soc: None,
            cell: pack.cell.clone(),
            spread: start.spread,
            thermal: Some(THERMAL),
            soc: start.soc,
            cell_k: start_k,
            air_k: start_k,
            cell_ticks: 5,
            sensors,
            faults: Vec::new(),
            stages,
            seed: u64::from(seed),
            settled_s: 0.0,
            output_step_s: 1.0,
            expect: Expect::default(),
        }
    })
}

/// Small cells on a plate.
const THERMAL: ThermalConfig = ThermalConfig {
    groups_per_module: 13,
    cell_j_per_k: 68.0,
    cell_to_plate_w_per_k: 0.1,
    cell_to_air_w_per_k: 0.02,
    cell_to_cell_w_per_k: 0.05,
    plate_j_per_k: 4000.0,
    plate_to_coolant_w_per_k: 200.0,
    coolant_w_per_k: 600.0,
    reservoir_j_per_k: 20_000.0,
    radiator_w_per_k: 200.0,
    heater_w: 0.0,
};

/// Scenarios in which up to three things go wrong.
pub fn faulty_scenarios(pack: &Pack) -> impl Strategy<Value = Scenario> + use<> {
    (scenarios(pack), faults(pack)).prop_map(|(scenario, faults)| Scenario { faults, ..scenario })
}

/// Runs a scenario and calls `law` after each tick.
///
/// # Errors
/// Those of `law`; a configuration that the core refuses.
pub fn each_tick(
    scenario: &Scenario,
    mut law: impl FnMut(&Tick, &ClosedLoop<'_>) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let config = scenario.config();
    let refused = |error| TestCaseError::fail(format!("the configuration is refused: {error}"));
    let mut closed_loop = scenario.closed_loop(&config).map_err(refused)?;
    let most_s = closed_loop.operation().duration_max_s();
    while !closed_loop.operation().is_done() && closed_loop.world().now_s() < most_s {
        let tick = closed_loop.tick();
        law(&tick, &closed_loop)?;
    }
    Ok(())
}
