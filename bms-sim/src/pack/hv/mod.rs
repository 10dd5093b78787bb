//! The high-voltage side: contactors, precharge, fuse, link capacitor, and the paths to the chassis.
//!
//! ```text
//!  B+ ---- fuse ----+---- main+ ----------------+---- L+ ---+--------+-------+
//!   |               +---- precharge -- R -------+           |        |       |
//! battery                                                capacitor  bleed   load
//!   |                                                       |        |       |
//!  B- -------------------- main- ---------------------- L- -+--------+-------+
//!
//!  B+, B-, L+ and L- each have an isolation resistance to the chassis.
//! ```
//!
//! All elements except the capacitor and the load are linear and static, so over a step of any length the link voltage
//! is an exact exponential; see [`HighVoltage::solve`]. Not modelled: arcs, contact bounce, coil dynamics, inductance,
//! and capacitance to the chassis.

mod contactor;
mod fuse;
mod nodes;
mod side;

pub use contactor::{Closed, Contactor, ContactorFault};
pub use fuse::{Fuse, FuseConfig};
pub use side::{HighVoltage, HvConfig, HvStep};
