//! Debounce states of everything except cells and temperature sensors.

use super::debounce::Debouncers;
use crate::config::MAX_FRONT_ENDS;
use crate::fault::{Scope, slots};

/// Debounce states of everything except cells and temperature sensors.
#[derive(Clone, Debug)]
pub(crate) struct PackDebouncers {
    pub(crate) pack: Debouncers<{ slots(Scope::Pack) }>,
    pub(crate) current_sensors: [Debouncers<{ slots(Scope::CurrentSensor) }>; 2],
    pub(crate) contactors: [Debouncers<{ slots(Scope::Contactor) }>; 3],
    pub(crate) front_ends: [Debouncers<{ slots(Scope::FrontEnd) }>; MAX_FRONT_ENDS],
}

impl PackDebouncers {
    pub(crate) const fn new() -> Self {
        Self {
            pack: Debouncers::new(),
            current_sensors: [Debouncers::new(); 2],
            contactors: [Debouncers::new(); 3],
            front_ends: [Debouncers::new(); MAX_FRONT_ENDS],
        }
    }
}
