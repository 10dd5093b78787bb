//! What the mode state machine, opening and precharging read in one tick.

use crate::config::BmsConfig;
use crate::measurement::{ChargerPhase, Contactors, Request};
use crate::protection::FaultStore;

/// Inputs of the mode state machine in one tick.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ModeInputs<'a> {
    pub(crate) config: &'a BmsConfig<'a>,
    pub(crate) store: &'a FaultStore,
    pub(crate) request: Request,
    pub(crate) command_is_stale: bool,
    /// Contactor commands of a vehicle that drives them itself.
    pub(crate) supervised: Contactors<bool>,
    /// Whether every required reading has arrived.
    pub(crate) readings_complete: bool,
    pub(crate) pack_v: Option<f32>,
    pub(crate) link_v: Option<f32>,
    pub(crate) current_a: Option<f32>,
    /// Phase of the charger, which may hold the link voltage as the battery does.
    pub(crate) charger: ChargerPhase,
    /// Current that a compliant charger may deliver at present.
    pub(crate) charger_asked_a: f32,
    /// Heat in the precharge resistor, as a share of its budget.
    pub(crate) resistor_heat: f32,
    pub(crate) elapsed_ms: u16,
}
