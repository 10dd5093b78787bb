//! Loads of a battery over time: drive cycles of a vehicle, profiles, logs, chargers, rest.
//!
//! Discharge is positive: a current or a power above zero is taken out of the battery.

mod charger;
mod cycle;
mod demand;
mod profile;
mod schedule;
mod series;
mod vehicle;

pub use charger::Charger;
pub use cycle::{NamedCycle, SpeedCycle};
pub use demand::Demand;
pub use profile::{Profile, Quantity};
pub use schedule::{Reading, STAGE_LIMIT_S, Schedule, Stage, Stop, StopReason, Work};
pub use series::{Between, SeriesError, TimeSeries};
pub use vehicle::{Drive, EnergyLedger, Vehicle};
