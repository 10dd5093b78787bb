//! A contactor with its faults.

/// Fault of a contactor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContactorFault {
    /// None.
    #[default]
    None,
    /// It does not close.
    StuckOpen,
    /// Welded: it does not open.
    Welded,
}

/// A contactor: its command and the state of its contacts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contactor {
    /// Whether it is commanded closed.
    pub commanded: bool,
    /// Its fault.
    pub fault: ContactorFault,
}

impl Contactor {
    /// Whether its contacts touch.
    #[must_use]
    pub fn is_closed(self) -> bool {
        match self.fault {
            ContactorFault::None => self.commanded,
            ContactorFault::StuckOpen => false,
            ContactorFault::Welded => true,
        }
    }
}

/// Which contacts touch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Closed {
    /// Main contactor of the positive side.
    pub main_positive: bool,
    /// Main contactor of the negative side.
    pub main_negative: bool,
    /// Precharge contactor, in series with the precharge resistor beside the positive main contactor.
    pub precharge: bool,
}
