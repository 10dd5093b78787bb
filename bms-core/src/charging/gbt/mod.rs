//! The battery's side of GB/T 27930-2015: how China's DC chargers talk to a battery over CAN at 250 kbit/s.
//!
//! [`Link`] is the protocol: it takes in frames, gives frames, and turns both into what a [`Session`](super::Session) asks for
//! and answers to. There is no bus driver in here.
//!
//! Identifiers, periods, lengths and fields are those of tables 3 to 30 of the standard. What the standard leaves undefined is
//! filled with ones (7.9).

mod bytes;
mod details;
mod frame;
mod link;
mod messages;
mod transport;

pub use details::{
    Details, MAX_DETAIL_CELLS, MAX_DETAIL_RESERVED, MAX_DETAIL_SENSORS, cell_voltage, temperature,
};
pub use frame::{CHARGER, Frame, VEHICLE, pgn};
pub use link::{Content, GbtConfig, GbtInputs, Link, Stage};
pub use messages::{
    Capability, ChargerTimeouts, Checked, Demand, DemandMode, Identity, Limits, Output,
    Recognition, Signal2, State, Statistics, Status, Stop, Timeouts,
};
pub use transport::{MAX_MESSAGE, Received, Receiver, Sender};
