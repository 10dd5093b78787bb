//! What the charger sent so far.

use crate::charging::gbt::charger_messages::{Capability, Checked, Output};
use crate::charging::gbt::signals::{ChargerTimeouts, Stop};
use crate::measurement::{ChargerMessage, Reading};
use crate::units::{amperes, to_amperes, to_volts, volts, watts};

/// What the charger sent.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent messages of the charger"
)]
pub(super) struct Charger {
    pub(super) recognised: Option<bool>,
    pub(super) capability: Option<Capability>,
    pub(super) is_ready: bool,
    pub(super) output: Option<Output>,
    pub(super) stop: Option<Stop>,
    pub(super) has_statistics: bool,
    pub(super) statistics: Option<Checked>,
    pub(super) has_errors: bool,
    pub(super) timeouts: Option<ChargerTimeouts>,
    /// Whether a message with limits or output arrived in this tick.
    pub(super) is_new: bool,
}

impl Charger {
    pub(super) const fn new() -> Self {
        Self {
            recognised: None,
            capability: None,
            is_ready: false,
            output: None,
            stop: None,
            has_statistics: false,
            statistics: None,
            has_errors: false,
            timeouts: None,
            is_new: false,
        }
    }

    /// The charger's limits and output, if one of its messages arrived in this tick.
    pub(super) fn message(&self) -> Reading<ChargerMessage> {
        let Some(capability) = self.capability.filter(|_| self.is_new) else {
            return Reading::Waiting;
        };
        let paused = self.output.is_some_and(|output| !output.permitted);
        let most_a = to_amperes(capability.current_max);
        Reading::New(ChargerMessage {
            voltage: self.output.map_or(volts(0.0), |output| output.voltage),
            current: self.output.map_or(amperes(0.0), |output| output.current),
            voltage_max: capability.voltage_max,
            voltage_min: capability.voltage_min,
            current_max: amperes(if paused { 0.0 } else { most_a }),
            // The protocol has no limit of power.
            power_max: watts(most_a.max(0.0) * to_volts(capability.voltage_max)),
        })
    }
}
