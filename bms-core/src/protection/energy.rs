//! Energy balance: terminal energy against the change of stored energy.

/// Terminal energy, in watt-seconds per cell and ampere-second of capacity, that has to go through before the account is
/// closed: about a quarter of a full charge.
const ACCOUNT_V: f32 = 0.9;

/// The account of the mean cell; energies per ampere-second of capacity, so in volts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EnergyAccount {
    /// Energy given off at the terminals.
    given_v: f32,
    /// Energy that left the store, by the estimated SoC.
    left_v: f32,
    /// Energy through the terminals either way.
    moved_v: f32,
    last_soc: f32,
}

/// Result of one closed balance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct EnergyVerdict {
    /// Unaccounted energy as a share of the throughput: negative where more came out than was stored.
    pub(crate) lost: f32,
}

/// One tick of the mean cell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EnergySample {
    pub(crate) current_per_capacity: f32,
    pub(crate) terminal_v: f32,
    pub(crate) ocv_v: f32,
    pub(crate) soc: f32,
    pub(crate) dt_s: f32,
}

impl EnergyAccount {
    pub(crate) const fn new() -> Self {
        Self {
            given_v: 0.0,
            left_v: 0.0,
            moved_v: 0.0,
            last_soc: f32::NAN,
        }
    }

    /// One tick; returns a result whenever enough energy has moved.
    pub(crate) fn tick(&mut self, sample: &EnergySample) -> Option<EnergyVerdict> {
        let given = sample.current_per_capacity * sample.terminal_v * sample.dt_s;
        let drop = self.last_soc - sample.soc;
        self.last_soc = sample.soc;
        let left = drop * sample.ocv_v;
        if !(given.is_finite() && left.is_finite()) {
            return None;
        }
        self.given_v += given;
        self.left_v += left;
        self.moved_v += given.abs();
        if self.moved_v < ACCOUNT_V {
            return None;
        }
        let lost = (self.left_v - self.given_v) / self.moved_v;
        *self = Self {
            last_soc: sample.soc,
            ..Self::new()
        };
        Some(EnergyVerdict { lost })
    }

    /// Starts a new balance after a correction of the SoC that is not an energy flow.
    pub(crate) fn restart(&mut self) {
        *self = Self::new();
    }
}
