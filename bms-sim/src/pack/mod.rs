//! Batteries of many cells: current sharing, heat flow and the high-voltage side.
//!
//! Discharge current is positive.

mod battery;
mod cells;
mod circuit;
pub mod hv;
mod maps;
mod sharing;
mod spread;
mod sums;
mod thermal;
mod topology;

pub use battery::{Battery, CellsView, SolveError, StepError};
pub use cells::CellPack;
pub use circuit::CircuitPack;
pub use maps::{BRANCHES, CircuitMaps, CircuitPoint, MapGrid};
pub use sharing::{Connection, Sharing, Tap};
pub use spread::{Deviation, Spread};
pub use thermal::{ThermalConfig, ThermalNetwork, ThermalStep};
pub use topology::Topology;
