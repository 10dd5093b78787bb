//! The world around `bms-core`: a battery that obeys physics, sensors that err, and a vehicle that obeys the core.
//!
//! One tick of the closed loop ([`ClosedLoop::tick`]):
//!
//! ```text
//! request of the vehicle -> currents within contactor state and limits -> sensors -> core
//! ```
//!
//! The high-voltage side is solved in each tick, exactly in time. Cells are stepped every few ticks with the mean of
//! the current that flowed: between two of their steps they are the source that they were at the first of them.

mod active_session;
mod battery;
mod closed_loop;
mod contacts;
mod driver;
mod group;
mod operation;
mod plant;
mod sensing;

pub use active_session::{SessionPlan, SessionTick};
pub use battery::{Flow, World, WorldConfig};
pub use closed_loop::{CELLS, ClosedLoop, SENSORS, Tick};
pub use contacts::CONTACTOR_S;
pub use driver::Driver;
pub use group::{Group, GroupElements};
pub use operation::{Charge, LoadRequest, Operation, Stage};
pub use plant::Plant;
pub use sensing::SensorSuite;
