//! Closing and opening delays of contactors.

use bms_core::measurement::Contactors;

/// From a command until the contacts touch or part, in seconds: usual of contactors of some 100 A.
pub const CONTACTOR_S: f64 = 0.02;

/// Pending command of one contactor.
#[derive(Clone, Copy, Debug, Default)]
struct Contact {
    commanded: bool,
    since_s: f64,
    does: bool,
}

/// Pending commands of the contactors.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Contacts {
    contacts: [Contact; 3],
}

impl Contacts {
    /// State of the contacts at the end of the next `dt_s` with these commands.
    pub(super) fn follow(&mut self, commanded: Contactors<bool>, dt_s: f64) -> Contactors<bool> {
        let commanded = [
            commanded.main_positive,
            commanded.main_negative,
            commanded.precharge,
        ];
        for (contact, commanded) in self.contacts.iter_mut().zip(commanded) {
            if contact.commanded != commanded {
                contact.commanded = commanded;
                contact.since_s = 0.0;
            }
            contact.since_s += dt_s;
            if contact.since_s > CONTACTOR_S {
                contact.does = commanded;
            }
        }
        let [main_positive, main_negative, precharge] = self.contacts.map(|contact| contact.does);
        Contactors {
            main_positive,
            main_negative,
            precharge,
        }
    }
}
