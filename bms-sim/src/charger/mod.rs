//! Chargers: DC stations with limits, ramps, ripple, delay and faults, sites that share power among their ports, and the
//! charger's side of GB/T 27930.
//!
//! A charger is stepped beside a battery: it is told what it is asked for and the battery's voltage where the contactors are
//! closed, and tells what is at its output, what it says, and what it answers.

mod dc;
mod gbt;
mod presets;
mod site;

pub use dc::{ChargerAsk, ChargerFault, ChargerTick, DcCharger, DcChargerConfig};
pub use gbt::{GbtCharger, GbtChargerFault, GbtPhase};
pub use presets::{CCS_350_KW, GBT_120_KW, NACS_250_KW, NEVI_150_KW, V2H_11_KW};
pub use site::Site;
