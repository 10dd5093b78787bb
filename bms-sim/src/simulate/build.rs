//! From a plant file to a simulation.

use std::path::Path;
use std::sync::Arc;

use super::cell::CellBuilder;
use super::file::{CellKind, PackSection, PlantFile};
use super::loads::LoadAt;
use super::run::Simulation;
use crate::cell::CellModel;
use crate::cell::circuit::Circuit;
use crate::cell::physics::ZERO_CELSIUS_K;
use crate::cell::spm::Spm;
use crate::error::Error;
use crate::load::Schedule;
use crate::pack::{
    BRANCHES, Battery, CellPack, CircuitMaps, CircuitPack, MapGrid, ThermalNetwork, Topology,
};
use crate::range::{Range, check};
use crate::toml_file::{TomlError, TomlFile};
use crate::toml_section::Section;

impl Simulation {
    /// Reads a plant file and its referenced files.
    ///
    /// # Errors
    /// A file that cannot be read, or a key or value that cannot be used, with its place.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let file = TomlFile::read(path)?;
        let plant: PlantFile = file.parse()?;
        Builder {
            section: Section::document(&file),
            plant: &plant,
        }
        .simulation()
    }
}

struct Builder<'a> {
    section: Section<'a>,
    plant: &'a PlantFile,
}

impl Builder<'_> {
    fn simulation(&self) -> Result<Simulation, Error> {
        self.check_numbers()?;
        let battery = self.battery()?;
        let nominal_capacity_ah = battery.nominal_capacity_ah();
        let mut stages = vec![];
        for (index, load) in self.plant.load.iter().enumerate() {
            let section = LoadAt {
                place: Section::entry(self.section.file, "load", index),
                load,
                nominal_capacity_ah,
            };
            stages.extend(section.stages()?);
        }
        if stages.is_empty() {
            return Err(self
                .section
                .refuse(&["load"], "nothing", "at least one `[[load]]`")
                .into());
        }
        Ok(Simulation::new(
            self.plant.name.clone(),
            battery,
            Schedule::new(stages, nominal_capacity_ah),
            self.plant.air_degc + ZERO_CELSIUS_K,
            self.plant.step_s,
            self.plant.output_step_s,
        ))
    }

    fn check_numbers(&self) -> Result<(), TomlError> {
        let plant = self.plant;
        self.section.ranges(
            &[],
            check(&[
                ("step_s", plant.step_s, Range::Positive),
                (
                    "output_step_s",
                    plant.output_step_s.unwrap_or(plant.step_s),
                    Range::Positive,
                ),
                ("air_degc", plant.air_degc, Range::Celsius),
            ]),
        )?;
        if let Some(output_step_s) = plant
            .output_step_s
            .filter(|output_s| *output_s < plant.step_s)
        {
            let expected = format!("at least `step_s`, which is {}", plant.step_s);
            return Err(self.section.refuse(
                &["output_step_s"],
                output_step_s.to_string(),
                expected,
            ));
        }
        self.section.ranges(
            &["cell"],
            check(&[
                ("soc", plant.cell.soc, Range::Fraction),
                (
                    "temperature_degc",
                    plant.cell.temperature_degc.unwrap_or(plant.air_degc),
                    Range::Celsius,
                ),
            ]),
        )?;
        self.cell().check_mesh()?;
        if let Some(pack) = &plant.pack {
            self.section.ranges(&["pack"], topology(pack).validate())?;
            self.section
                .ranges(&["pack", "spread"], pack.spread.validate())?;
            self.section
                .ranges(&["pack", "connection"], pack.connection.validate())?;
        }
        if let Some(thermal) = &plant.thermal {
            self.section.ranges(&["thermal"], thermal.validate())?;
        }
        Ok(())
    }

    fn cell(&self) -> CellBuilder<'_> {
        CellBuilder {
            section: self.section,
            cell: &self.plant.cell,
        }
    }

    fn battery(&self) -> Result<Box<dyn Battery>, Error> {
        let cell = self.cell();
        match self.plant.cell.model {
            CellKind::Spm => {
                let model = Spm::new(cell.electrochemistry()?, cell.options());
                Ok(self.pack_of(&model, model.electrochemistry().nominal_capacity_ah))
            }
            CellKind::Spme => {
                let model = cell.spme()?;
                Ok(self.pack_of(&model, model.electrochemistry().nominal_capacity_ah))
            }
            CellKind::Circuit => {
                let parameters = Arc::new(cell.circuit()?);
                let capacity_ah = parameters.capacity_ah();
                Ok(self.pack_of(&Circuit::new(parameters), capacity_ah))
            }
            CellKind::LinearCircuit => self.linear_pack(),
        }
    }

    fn linear_pack(&self) -> Result<Box<dyn Battery>, Error> {
        let parameters = self.cell().circuit()?;
        let tau_s = parameters.branch_tau_s();
        if tau_s.len() > BRANCHES {
            let expected = format!("a cell of at most {BRANCHES} branches for a linear circuit");
            let found = format!("{} branches", tau_s.len());
            return Err(self
                .section
                .refuse(&["cell", "parameters"], found, expected)
                .into());
        }
        let maps = CircuitMaps::of_circuit(&MapGrid::default(), &parameters);
        let pack = self.plant.pack.as_ref();
        let mut battery = CircuitPack::new(
            maps,
            pack.map_or(Topology::CELL, topology),
            pack.map(|pack| pack.connection).unwrap_or_default(),
            &pack.map(|pack| pack.spread).unwrap_or_default(),
            self.plant.cell.soc,
            self.cell_k(),
        );
        if let Some(network) = self.network(&battery) {
            battery = battery.with_thermal(network);
        }
        Ok(Box::new(battery))
    }

    /// Builds a pack of copies of a cell.
    fn pack_of<M>(&self, cell: &M, nominal_capacity_ah: f64) -> Box<dyn Battery>
    where
        M: CellModel + Clone + 'static,
    {
        let pack = self.plant.pack.as_ref();
        let topology = pack.map_or(Topology::CELL, topology);
        #[allow(clippy::cast_precision_loss)] // Few cells.
        let nominal_capacity_ah = nominal_capacity_ah * topology.parallel as f64;
        let mut battery = CellPack::new(
            cell,
            topology,
            pack.map(|pack| pack.connection).unwrap_or_default(),
            &pack.map(|pack| pack.spread).unwrap_or_default(),
            self.plant.cell.soc,
            self.cell_k(),
        )
        .with_nominal_capacity_ah(nominal_capacity_ah);
        if let Some(network) = self.network(&battery) {
            battery = battery.with_thermal(network);
        }
        Box::new(battery)
    }

    fn network(&self, battery: &dyn Battery) -> Option<ThermalNetwork> {
        let config = self.plant.thermal?;
        let cell_k = battery.cells().temperature_k.to_vec();
        Some(ThermalNetwork::new(
            config,
            battery.topology(),
            cell_k,
            self.cell_k(),
        ))
    }

    fn cell_k(&self) -> f64 {
        self.plant
            .cell
            .temperature_degc
            .unwrap_or(self.plant.air_degc)
            + ZERO_CELSIUS_K
    }
}

fn topology(pack: &PackSection) -> Topology {
    Topology {
        series: pack.series,
        parallel: pack.parallel,
    }
}
