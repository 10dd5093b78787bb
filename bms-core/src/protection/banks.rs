//! The qualifiers of everything but cells and temperature sensors.

use super::catalogue::slots;
use super::fault::Scope;
use super::qualifier::Bank;
use crate::config::MAX_FRONT_ENDS;

/// The qualifiers of everything but cells and temperature sensors.
#[derive(Clone, Debug)]
pub(crate) struct Banks {
    pub(crate) pack: Bank<{ slots(Scope::Pack) }>,
    pub(crate) current_sensors: [Bank<{ slots(Scope::CurrentSensor) }>; 2],
    pub(crate) contactors: [Bank<{ slots(Scope::Contactor) }>; 3],
    pub(crate) front_ends: [Bank<{ slots(Scope::FrontEnd) }>; MAX_FRONT_ENDS],
}

impl Banks {
    pub(crate) const fn new() -> Self {
        Self {
            pack: Bank::new(),
            current_sensors: [Bank::new(); 2],
            contactors: [Bank::new(); 3],
            front_ends: [Bank::new(); MAX_FRONT_ENDS],
        }
    }
}
