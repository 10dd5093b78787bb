//! The cell of a plant file or a scenario.

use std::path::PathBuf;
use std::sync::Arc;

use super::file::CellSection;
use crate::cell::chen2020;
use crate::cell::circuit::CircuitParameters;
use crate::cell::electrolyte::ElectrolyteMesh;
use crate::cell::parameters::Electrochemistry;
use crate::cell::spm::{ParticleForm, ParticleOptions, Spme};
use crate::cell_file::CellFile;
use crate::data::bpx;
use crate::error::Error;
use crate::toml_file::TomlError;
use crate::toml_section::Section;

/// The parameter set that the program carries.
const LG_M50: &str = "lg-m50";

/// The section `cell` and its file.
pub(crate) struct CellBuilder<'a> {
    pub(crate) section: Section<'a>,
    pub(crate) cell: &'a CellSection,
}

impl CellBuilder<'_> {
    /// Checks the numbers of shells, modes and volumes.
    pub(crate) fn check_mesh(&self) -> Result<(), TomlError> {
        let cell = self.cell;
        let counts = [
            ("shells", cell.shells, 2, 1_000),
            ("modes", cell.modes.unwrap_or(cell.shells), 1, cell.shells),
            ("electrolyte_volumes", cell.electrolyte_volumes, 2, 1_000),
        ];
        match counts
            .iter()
            .find(|(_, count, least, most)| !(least..=most).contains(&count))
        {
            None => Ok(()),
            Some((key, count, least, most)) => Err(self.section.refuse(
                &["cell", key],
                count.to_string(),
                format!("a whole number from {least} to {most}"),
            )),
        }
    }

    /// Parameters of a particle model.
    pub(crate) fn electrochemistry(&self) -> Result<Arc<Electrochemistry>, Error> {
        if self.cell.parameters.as_os_str() == LG_M50 {
            return Ok(Arc::new(chen2020::lg_m50()));
        }
        let path = self.parameters_path();
        if path.exists() {
            return Ok(Arc::new(bpx::read(&path)?));
        }
        let expected = format!("\"{LG_M50}\" or a Battery Parameter eXchange file");
        Err(self
            .section
            .refuse(
                &["cell", "parameters"],
                format!("{} (no such file)", path.display()),
                expected,
            )
            .into())
    }

    fn parameters_path(&self) -> PathBuf {
        self.section.resolve(&self.cell.parameters)
    }

    /// Meshes of a particle model.
    pub(crate) fn options(&self) -> ParticleOptions {
        let cell = self.cell;
        ParticleOptions {
            particle: ParticleForm::Modes {
                shells: cell.shells,
                kept: cell.modes.unwrap_or(cell.shells),
            },
            electrolyte: ElectrolyteMesh::uniform(cell.electrolyte_volumes),
            heat_of_mixing: cell.heat_of_mixing,
            ..ParticleOptions::default()
        }
    }

    /// Parameters of a circuit.
    pub(crate) fn circuit(&self) -> Result<CircuitParameters, Error> {
        let path = self.parameters_path();
        let file = CellFile::load(&path)?;
        Ok(CircuitParameters::from_cell_file(&file).map_err(|error| {
            self.section.refuse(
                &["cell", "parameters"],
                format!("{} ({})", path.display(), error.field),
                error.expected,
            )
        })?)
    }

    /// The single particle model with electrolyte.
    pub(crate) fn spme(&self) -> Result<Spme, Error> {
        Spme::new(self.electrochemistry()?, self.options()).map_err(|error| {
            self.section
                .refuse(&["cell", "model"], "\"spme\"", format!("\"spm\" ({error})"))
                .into()
        })
    }
}
