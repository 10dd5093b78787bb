//! Closing and opening delays of contactors.

use bms_core::measurement::Contactors;

/// From a command until the contacts touch or part, in seconds: usual of contactors of some 100 A.
pub const CONTACTOR_S: f64 = 0.02;

/// Pending command of one contactor.
#[derive(Clone, Copy, Debug, Default)]
struct Way {
    told: bool,
    since_s: f64,
    does: bool,
}

/// Pending commands of the contactors.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Contacts {
    ways: [Way; 3],
}

impl Contacts {
    /// State of the contacts at the end of the next `dt_s` with these commands.
    pub(super) fn follow(&mut self, told: Contactors<bool>, dt_s: f64) -> Contactors<bool> {
        let told = [told.main_positive, told.main_negative, told.precharge];
        for (way, told) in self.ways.iter_mut().zip(told) {
            if way.told != told {
                way.told = told;
                way.since_s = 0.0;
            }
            way.since_s += dt_s;
            if way.since_s > CONTACTOR_S {
                way.does = told;
            }
        }
        let [main_positive, main_negative, precharge] = self.ways.map(|way| way.does);
        Contactors {
            main_positive,
            main_negative,
            precharge,
        }
    }
}
