//! The status byte of a diagnostic trouble code.

/// Status of one fault as ISO 14229-1 defines the DTC status byte (table D.12 in the edition of 2020).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DtcStatus(u8);

impl DtcStatus {
    /// The fault is qualified at present.
    pub const TEST_FAILED: u8 = 0x01;
    /// It was qualified at some time in this operation cycle.
    pub const TEST_FAILED_THIS_OPERATION_CYCLE: u8 = 0x02;
    /// It was qualified in this or in the last operation cycle.
    pub const PENDING: u8 = 0x04;
    /// It was qualified, and its record was not cleared since.
    pub const CONFIRMED: u8 = 0x08;
    /// Its test had no result since the records were cleared.
    pub const TEST_NOT_COMPLETED_SINCE_LAST_CLEAR: u8 = 0x10;
    /// It was qualified since the records were cleared.
    pub const TEST_FAILED_SINCE_LAST_CLEAR: u8 = 0x20;
    /// Its test had no result in this operation cycle.
    pub const TEST_NOT_COMPLETED_THIS_OPERATION_CYCLE: u8 = 0x40;
    /// The warning indicator is requested.
    pub const WARNING_INDICATOR_REQUESTED: u8 = 0x80;

    /// Before the first test, and after clearing.
    pub const CLEARED: Self = Self(
        Self::TEST_NOT_COMPLETED_SINCE_LAST_CLEAR | Self::TEST_NOT_COMPLETED_THIS_OPERATION_CYCLE,
    );

    /// The byte.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether every bit of `bits` is set.
    #[must_use]
    pub const fn has(self, bits: u8) -> bool {
        self.0 & bits == bits
    }

    /// Whether the test had no result in this operation cycle, or since the records were cleared.
    pub(crate) const fn is_test_open(self) -> bool {
        self.0 & Self::CLEARED.0 != 0
    }

    /// From what [`Self::bits`] gave.
    pub(crate) const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// After a power cycle no test is failed, and only a `latched` fault requests the warning indicator. The operation cycle
    /// continues until the vehicle begins the next.
    pub(crate) const fn after_power_cycle(self, latched: bool) -> Self {
        let lost = if latched {
            Self::TEST_FAILED
        } else {
            Self::TEST_FAILED | Self::WARNING_INDICATOR_REQUESTED
        };
        Self(self.0 & !lost)
    }

    /// A test had the result "failed".
    pub(crate) fn fail(&mut self, warn: bool) {
        self.complete();
        self.0 |= Self::TEST_FAILED
            | Self::TEST_FAILED_THIS_OPERATION_CYCLE
            | Self::PENDING
            | Self::CONFIRMED
            | Self::TEST_FAILED_SINCE_LAST_CLEAR;
        if warn {
            self.0 |= Self::WARNING_INDICATOR_REQUESTED;
        }
    }

    /// A test had a result.
    pub(crate) fn complete(&mut self) {
        self.0 &= !(Self::TEST_NOT_COMPLETED_SINCE_LAST_CLEAR
            | Self::TEST_NOT_COMPLETED_THIS_OPERATION_CYCLE);
    }

    /// The test has the result "passed".
    pub(crate) fn pass(&mut self) {
        self.complete();
        self.0 &= !Self::TEST_FAILED;
    }

    /// The warning indicator is no longer requested.
    pub(crate) fn end_warning(&mut self) {
        self.0 &= !Self::WARNING_INDICATOR_REQUESTED;
    }

    /// A new operation cycle begins.
    pub(crate) fn begin_operation_cycle(&mut self) {
        if !self.has(Self::TEST_FAILED_THIS_OPERATION_CYCLE)
            && !self.has(Self::TEST_NOT_COMPLETED_THIS_OPERATION_CYCLE)
        {
            self.0 &= !Self::PENDING;
        }
        self.0 &= !Self::TEST_FAILED_THIS_OPERATION_CYCLE;
        self.0 |= Self::TEST_NOT_COMPLETED_THIS_OPERATION_CYCLE;
        if self.has(Self::TEST_FAILED) {
            self.0 |= Self::TEST_FAILED_THIS_OPERATION_CYCLE;
        }
    }

    /// Clears the status; a test that is failed at present stays failed.
    pub(crate) fn clear(&mut self) {
        let failing = self.has(Self::TEST_FAILED);
        let warned = self.has(Self::WARNING_INDICATOR_REQUESTED);
        *self = Self::CLEARED;
        if failing {
            self.fail(warned);
        } else if warned {
            self.0 |= Self::WARNING_INDICATOR_REQUESTED;
        }
    }
}
