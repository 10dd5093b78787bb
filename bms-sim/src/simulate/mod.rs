//! A cell or a battery through a load, without any battery management: from a plant file to rows of truth.

mod build;
pub(crate) mod cell;
mod file;
mod loads;
mod run;

pub use file::{
    CellKind, CellSection, ChargeSection, LoadSection, PackSection, PlantFile, UntilSection,
};
pub use run::{Ending, Simulation, Snapshot, Totals};
