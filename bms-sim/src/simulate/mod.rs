//! Simulates a cell or a battery under a load without battery management: from a plant file to rows of true values.

mod build;
pub(crate) mod cell;
mod file;
mod loads;
mod run;

pub use file::{
    CellKind, CellSection, ChargeSection, LoadSection, PackSection, PlantFile, UntilSection,
};
pub use run::{Ending, Simulation, Snapshot, Totals};
