//! What each fault is: the catalogue, and the debounce times of its entries.

mod catalogue;
mod definition;
mod timing;

pub(crate) use catalogue::slots;
pub use catalogue::{CATALOGUE, FAULTS, FaultDefinition, FaultId};
pub use definition::{Clock, Latch, Level, Reaction, Scope, Severity};
pub use timing::{FaultTiming, FaultTimings, LONGEST_TIME_MS};
