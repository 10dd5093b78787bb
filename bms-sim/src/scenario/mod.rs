//! A scenario: a battery, its core, what is done with both, and what goes wrong.
//!
//! [`Scenario::load`] reads one from TOML, whose sections are those of [`mod@file`]. It holds everything that a run needs,
//! so that the same scenario can be run many times, with other seeds or numbers.

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
    /// What it is called.
    pub name: String,
    /// Which variant it is, of those of its file.
    pub variant: Option<String>,
    /// The pack that the core manages.
    pub preset: &'static Preset,
    /// What the core believes of its cells: the tables of a group; those of the preset without it.
    pub believed: Option<Cell>,
    /// A fault whose condition, and that of every limit by the same clock, has to hold for another time than the
    /// catalogue's, in milliseconds.
    pub qualify: Option<(FaultId, u16)>,
    /// State of charge that the core is told at the start; from the voltage without it.
    pub told_soc: Option<f64>,
    /// The physics of the cells.
    pub cell: PlantCell,
    /// How the groups differ.
    pub spread: Spread,
    /// Where heat goes, for single cells.
    pub thermal: Option<ThermalConfig>,
    /// True state of charge at the start.
    pub soc: f64,
    /// Temperature of the cells at the start, in kelvin.
    pub cell_k: f64,
    /// Temperature of the air, in kelvin.
    pub air_k: f64,
    /// Ticks of the core in one step of the cells.
    pub cell_ticks: u32,
    /// What the sensors are like.
    pub sensors: SensorSuite,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// What is done.
    pub stages: Vec<Stage>,
    /// Decides noise and the sensors' own errors.
    pub seed: u64,
    /// Estimates count as settled from here on, in seconds.
    pub settled_s: f64,
    /// Time between rows of results, in seconds.
    pub output_step_s: f64,
    /// What has to come of it.
    pub expect: Expect,
}

impl Scenario {
    /// The core's configuration.
    #[must_use]
    pub fn config(&self) -> BmsConfig<'_> {
        let mut config: BmsConfig<'_> = *self.preset.config;
        if let Some(cell) = &self.believed {
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
        let initial = self.told_soc.map_or(InitialSoc::FromVoltage, |soc| {
            InitialSoc::Prior(ratio(soc as f32))
        });
        ClosedLoop::new(config, initial, world, Operation::new(self.stages.clone()))
    }
}
