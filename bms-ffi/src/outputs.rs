//! The outputs of a step.

use bms_core::{BmsView, Outputs};

use crate::generated::bms_outputs;

/// Stands for the index of a cell or a sensor if there is none.
pub const BMS_NO_INDEX: u16 = 65535;

/// A thermal runaway.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum bms_runaway {
    /// None is known.
    BMS_RUNAWAY_NONE = 0,
    /// A runaway is suspected: the driver is to be warned at once.
    BMS_RUNAWAY_SUSPECTED = 1,
    /// A runaway is confirmed (GB 38031-2025 C.5.3.7): people have to leave.
    BMS_RUNAWAY_CONFIRMED = 2,
}

impl bms_outputs {
    /// The outputs of a step of a pack.
    pub(crate) fn of_step(outputs: &Outputs, bms: BmsView<'_>) -> Self {
        Self {
            fault_count: u32::try_from(bms.faults().count()).unwrap_or(u32::MAX),
            ..Self::from(outputs)
        }
    }
}
