//! Plausibility of readings. An implausible reading is withheld from estimation, never from protection.

pub(crate) mod channel;
mod clock;
mod extremes;
mod flag;
mod offset;
mod scan_cache;
mod signals;

pub(crate) use channel::Channel;
pub(crate) use clock::{Clock, Elapsed};
pub(crate) use extremes::{Extremes, IndexedValue};
pub(crate) use scan_cache::ScanCache;
pub(crate) use signals::{ContactorState, Signals};
