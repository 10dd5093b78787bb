//! What may be believed of the readings. An unbelievable reading is kept from estimation, never from protection.

pub(crate) mod channel;
mod clock;
mod flag;
mod lull;
mod offset;
mod signals;
mod voltages;

pub(crate) use channel::Channel;
pub(crate) use clock::{Clock, Elapsed};
pub(crate) use lull::Lull;
pub(crate) use signals::{ContactorState, Signals};
pub(crate) use voltages::{Spread, SpreadOf};
