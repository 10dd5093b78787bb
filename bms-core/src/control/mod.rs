//! What to do about it: how much current is allowed, which contactors close, which cells are bled.

mod balancing;
mod limits;
mod mode;
mod opening;
mod precharging;

pub use balancing::BalancingReport;
pub(crate) use balancing::{Balancer, BalancingInputs};
pub use limits::{AllowedCurrent, AllowedCurrents, LimitReason};
pub(crate) use limits::{LimitInputs, Limiter};
pub(crate) use mode::{Decision, ModeControl, ModeInputs};
pub use mode::{Mode, Refusal};
