//! A scenario: a battery with its core, a sequence of stages, and faults.
//!
//! [`Scenario::load`] reads one from TOML with the sections of [`mod@file`]. It contains everything that a run needs,
//! so the same scenario can run many times with other seeds or values.

mod build;
mod faults;
pub mod file;
pub(crate) mod key;
mod sessions;
mod stages;
mod variants;

use std::sync::Arc;

use bms_core::config::{BmsConfig, ConfigError, presets};
use bms_core::estimation::InitialSoc;
use bms_core::protection::{CATALOGUE, FaultId, FaultTiming};
use bms_core::units::ratio;

use crate::cell::circuit::{Circuit, CircuitParameters};
use crate::cell::spm::{Spm, Spme};
use crate::cell_file::Cell;
use crate::fault::Fault;
use crate::pack::{CellPack, Connection, Spread, ThermalConfig, ThermalNetwork, Topology};
use crate::world::{ClosedLoop, Group, Operation, Plant, SensorSuite, Stage, World, WorldConfig};
pub use file::{EndMode, Expect, ExpectCharge, ScenarioFile};

/// A pack of `bms-core` with the number of cells in each of its groups.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Its name in scenarios.
    pub name: &'static str,
    /// Its configuration.
    pub config: &'static BmsConfig<'static>,
    /// Cells in parallel in each group.
    pub parallel: f64,
}

/// The packs that scenarios can be about.
pub static PRESETS: [Preset; 3] = [
    Preset {
        name: "nmc-96s",
        config: &presets::NMC_96S,
        parallel: 30.0,
    },
    Preset {
        name: "lfp-100s",
        config: &presets::LFP_100S,
        parallel: 75.0,
    },
    Preset {
        name: "nmc-13s",
        config: &presets::NMC_13S,
        parallel: 4.0,
    },
];

impl Preset {
    /// The pack of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.name == name)
    }
}

/// The physics of one cell.
#[derive(Clone, Debug)]
pub enum PlantCell {
    /// An equivalent circuit.
    Circuit(Arc<CircuitParameters>),
    /// The single particle model.
    Spm(Box<Spm>),
    /// The single particle model with electrolyte.
    Spme(Box<Spme>),
}

/// A scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Name of the scenario.
    pub name: String,
    /// Name of the variant, if it is one.
    pub variant: Option<String>,
    /// The pack that the core manages.
    pub preset: &'static Preset,
    /// The estimator's cell tables for a group; by default those of the preset.
    pub estimator_cell: Option<Cell>,
    /// Replaces the qualify time of a fault, and of all limits with the same clock, in milliseconds.
    pub qualify: Option<(FaultId, u16)>,
    /// Initial state of charge given to the core; by default from the voltage.
    pub initial_soc: Option<f64>,
    /// The physics of the cells.
    pub cell: PlantCell,
    /// How the groups differ.
    pub spread: Spread,
    /// Thermal network, for single cells.
    pub thermal: Option<ThermalConfig>,
    /// True state of charge at the start.
    pub soc: f64,
    /// Temperature of the cells at the start, in kelvin.
    pub cell_k: f64,
    /// Temperature of the air, in kelvin.
    pub air_k: f64,
    /// Ticks of the core in one step of the cells.
    pub cell_ticks: u32,
    /// Sensor parameters.
    pub sensors: SensorSuite,
    /// Faults.
    pub faults: Vec<Fault>,
    /// Stages.
    pub stages: Vec<Stage>,
    /// Decides noise and the sensors' own errors.
    pub seed: u64,
    /// Estimates are evaluated from this time on, in seconds.
    pub settled_s: f64,
    /// Time between rows of results, in seconds.
    pub output_step_s: f64,
    /// Expectations.
    pub expect: Expect,
}

impl Scenario {
    /// The core's configuration.
    #[must_use]
    pub fn config(&self) -> BmsConfig<'_> {
        let mut config: BmsConfig<'_> = *self.preset.config;
        if let Some(cell) = &self.estimator_cell {
            config.cell = cell.parameters();
        }
        if let Some((fault, qualify_ms)) = self.qualify {
            let clock = fault.definition().clock;
            let limits = CATALOGUE
                .iter()
                .filter(|limit| limit.level.is_some() && limit.clock == clock);
            for id in limits.map(|limit| limit.id).chain([fault]) {
                let timing = FaultTiming {
                    qualify_ms,
                    ..config.timings.get(id)
                };
                config.timings = config.timings.with(id, timing);
            }
        }
        config
    }

    /// The battery at the start.
    #[must_use]
    pub fn plant(&self) -> Box<dyn Plant> {
        match &self.cell {
            PlantCell::Circuit(parameters) => self.pack_of(Circuit::new(Arc::clone(parameters))),
            PlantCell::Spm(cell) => self.pack_of((**cell).clone()),
            PlantCell::Spme(cell) => self.pack_of((**cell).clone()),
        }
    }

    fn pack_of<M>(&self, cell: M) -> Box<dyn Plant>
    where
        M: crate::cell::CellModel + Clone + 'static,
    {
        let parallel = self.preset.parallel;
        let topology = Topology {
            series: self.preset.config.layout.cells,
            parallel: 1,
        };
        let mut pack = CellPack::new(
            &Group::new(cell, parallel),
            topology,
            Connection::default(),
            &self.spread,
            self.soc,
            self.cell_k,
        );
        if let Some(thermal) = self.thermal {
            let group = ThermalConfig {
                cell_j_per_k: thermal.cell_j_per_k * parallel,
                cell_to_plate_w_per_k: thermal.cell_to_plate_w_per_k * parallel,
                cell_to_air_w_per_k: thermal.cell_to_air_w_per_k * parallel,
                cell_to_cell_w_per_k: thermal.cell_to_cell_w_per_k * parallel,
                ..thermal
            };
            let cell_k = crate::pack::Battery::cells(&pack).temperature_k.to_vec();
            pack = pack.with_thermal(ThermalNetwork::new(group, topology, cell_k, self.cell_k));
        }
        Box::new(pack)
    }

    /// The closed loop before its first tick.
    ///
    /// # Errors
    /// A configuration that the core refuses.
    pub fn closed_loop<'a>(
        &'a self,
        config: &'a BmsConfig<'a>,
    ) -> Result<ClosedLoop<'a>, ConfigError> {
        let world = World::new(
            self.plant(),
            config,
            &WorldConfig {
                sensors: self.sensors.clone(),
                faults: self.faults.clone(),
                air_k: self.air_k,
                cell_ticks: self.cell_ticks,
                seed: self.seed,
            },
        );
        #[expect(clippy::cast_possible_truncation, reason = "a share")]
        let initial = self.initial_soc.map_or(InitialSoc::FromVoltage, |soc| {
            InitialSoc::Prior(ratio(soc as f32))
        });
        ClosedLoop::new(config, initial, world, Operation::new(self.stages.clone()))
    }
}
