//! What is wrong: the catalogue of faults, and the checks that find them.
//!
//! A fault begins as a finding on one sample: how far a value is beyond its limit. A qualifier turns findings that last
//! into a fault, and the book of faults keeps what follows: status, latch, record, log.

mod banks;
mod book;
mod bounds;
mod budget;
mod catalogue;
pub(crate) mod checks;
mod energy;
mod fault;
mod fault_set;
mod fuse;
mod memory;
mod precharge;
mod qualifier;
mod record;
mod scene;
mod status;

pub(crate) use banks::Banks;
pub(crate) use book::{FaultBook, KeptFault};
pub use book::{FaultTimings, RECORDS};
pub use budget::Budget;
pub use catalogue::{CATALOGUE, FAULTS, FaultId};
pub(crate) use energy::EnergyAccount;
pub use fault::{Clock, FaultDefinition, Latch, Level, Reaction, Scope, Severity};
pub(crate) use fuse::FuseLoad;
pub use memory::{CellMemory, SensorMemory};
pub(crate) use precharge::{Precharge, PrechargeSample};
pub use qualifier::{FaultTiming, LONGEST_TIME_MS};
pub use record::{Event, EventKind, FaultRecord, FreezeFrame, LOG_LENGTH, Source};
pub use scene::Case;
pub(crate) use scene::{Judge, Scene};
pub use status::DtcStatus;
