//! The battery's side of GB/T 27930-2015, the protocol of China's DC chargers over CAN at 250 kbit/s.
//!
//! [`Link`] is the protocol: it receives and transmits frames, performs the steps of a [`Session`](super::Session) and reports
//! the charger's answers. There is no bus driver in here.
//!
//! Identifiers, periods, lengths and fields are those of tables 3 to 30 of the standard. Undefined bits are ones (7.9).

mod charger_messages;
mod codec;
mod frame;
mod link;
mod signals;
mod transport;
mod vehicle_messages;

pub use charger_messages::{Capability, Checked, Output, Recognition};
pub use frame::{CHARGER, Frame, VEHICLE, pgn};
pub use link::{
    Content, Details, GbtConfig, GbtInputs, Link, MAX_DETAIL_CELLS, MAX_DETAIL_RESERVED,
    MAX_DETAIL_SENSORS, Stage, cell_voltage, temperature,
};
pub use signals::{ChargerTimeouts, Signal2, Stop, Timeouts};
pub use transport::{MAX_MESSAGE, Received, Receiver, Sender};
pub use vehicle_messages::{Demand, DemandMode, Identity, Limits, State, Statistics, Status};
