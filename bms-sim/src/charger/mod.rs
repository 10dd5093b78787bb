//! Chargers: DC stations with limits, ramps, ripple, delay and faults, sites that share power among their ports, the
//! charger's side of GB/T 27930, a wall box with an on-board charger, and a vehicle-to-home station.
//!
//! A charger is stepped together with a battery: its inputs are the request and the battery's voltage if the contactors
//! are closed, its outputs the voltage and current at its terminals and its messages.

mod ac;
mod dc;
mod gbt;
#[cfg(feature = "iso15118")]
pub mod iso15118;
mod presets;
mod site;
mod v2h;

pub use ac::{OnBoardPlant, OnBoardPlantConfig, OnBoardTick, WallBox, WallBoxConfig, WallBoxTick};
pub use dc::{ChargerAsk, ChargerFault, ChargerTick, DcCharger, DcChargerConfig};
pub use gbt::{GbtCharger, GbtChargerFault, GbtPhase};
pub use presets::{
    CCS_350_KW, GBT_120_KW, NACS_250_KW, NEVI_150_KW, ON_BOARD_11_KW, V2H_11_KW, V2H_HOUSE_11_KW,
    WALL_BOX_11_KW,
};
pub use site::Site;
pub use v2h::{House, V2hConfig, V2hOffer, V2hStation, V2hTick};
