//! Decisions: modes and contactors, allowed currents, balancing.

mod balancing;
mod limits;
mod mode;
mod mode_inputs;
mod opening;
mod precharging;

pub use balancing::BalancingReport;
pub(crate) use balancing::{Balancer, BalancingInputs};
pub use limits::{AllowedCurrent, AllowedCurrents, LimitReason};
pub(crate) use limits::{LimitInputs, Limiter};
pub(crate) use mode::{Decision, ModeControl};
pub use mode::{Mode, Refusal};
pub(crate) use mode_inputs::ModeInputs;
