//! A contactor, which may not do as it is told.

/// What is wrong with a contactor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContactorFault {
    /// Nothing.
    #[default]
    None,
    /// It never closes.
    StuckOpen,
    /// Its contacts are welded: it never opens.
    Welded,
}

/// A contactor: a command, and what its contacts do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contactor {
    /// Whether it is told to close.
    pub commanded: bool,
    /// What is wrong with it.
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
