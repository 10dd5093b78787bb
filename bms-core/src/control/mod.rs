//! What to do about it: how much current is allowed, which contactors close, which cells are bled.

mod balancing;
mod limits;
mod mode;
mod opening;
mod precharging;

pub use balancing::BalancingReport;
pub(crate) use balancing::{BalanceScene, Balancer};
pub use limits::{AllowedCurrent, AllowedCurrents, LimitReason};
pub(crate) use limits::{LimitScene, Limiter};
pub(crate) use mode::{Decision, ModeControl, ModeScene};
pub use mode::{Mode, Refusal};
