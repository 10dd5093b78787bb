//! Fault detection: the catalogue of faults and the checks that detect them.
//!
//! A check reports a finding on one sample: how far a value is beyond its limit. Debouncing turns persistent findings into
//! a fault; the fault store keeps its status, latch, record and log.

mod budget;
pub(crate) mod checks;
mod context;
mod debounce;
mod debouncers;
mod energy;
mod fault_set;
mod fuse;
mod memory;
mod precharge;
mod quiet_window;
mod record;
mod status;
mod store;

pub use crate::fault::{
    CATALOGUE, Clock, FAULTS, FaultDefinition, FaultId, FaultTiming, FaultTimings, LONGEST_TIME_MS,
    Latch, Level, Reaction, Scope, Severity,
};
pub use budget::Budget;
pub use context::CurrentDirection;
pub(crate) use context::{CheckContext, FaultReporter};
pub(crate) use debouncers::PackDebouncers;
pub(crate) use energy::EnergyAccount;
pub(crate) use fuse::FuseLoad;
pub use memory::{CellMemory, SensorMemory};
pub(crate) use precharge::{Precharge, PrechargeSample};
pub use record::{Event, EventKind, FaultRecord, FreezeFrame, LOG_LENGTH, Source};
pub use status::DtcStatus;
pub use store::RECORDS;
pub(crate) use store::{FaultStore, SavedFault};
