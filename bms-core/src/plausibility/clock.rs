//! Time since the last tick in whole milliseconds; the remainder is carried over.

use crate::config::Sampling;
use crate::units::{self, Time};

/// Longest tick that is counted, in seconds: ages and debounce timers saturate long before.
const LONGEST_S: f32 = 60.0;

/// Shortest valid tick, in seconds.
const SHORTEST_S: f32 = 1e-5;

/// Converts the caller's time steps to milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    /// Remainder of the last steps, in microseconds.
    rest_us: u32,
}

/// Time of one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Elapsed {
    /// For ages and debouncing; the nominal step where the given one is invalid, so that faults still qualify.
    pub(crate) ms: u16,
    /// For integration; zero where the given step is invalid.
    pub(crate) s: f32,
    /// Whether the step is valid: at least 10 microseconds, finite, not above `cell_voltage_missing_ms`.
    pub(crate) valid: bool,
    /// As given by the caller, in seconds.
    pub(crate) given_s: f32,
}

impl Clock {
    pub(crate) const fn new() -> Self {
        Self { rest_us: 0 }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 60 seconds in microseconds"
    )]
    pub(crate) fn advance(&mut self, dt: Time, sampling: &Sampling) -> Elapsed {
        let given_s = units::to_seconds(dt);
        let longest_s = f32::from(sampling.cell_voltage_missing_ms) * 1e-3;
        let passes = given_s >= SHORTEST_S && given_s.is_finite();
        let valid = passes && given_s <= longest_s;
        if !passes {
            return Elapsed {
                ms: sampling.tick_ms,
                s: 0.0,
                valid,
                given_s,
            };
        }
        let total_us = self.rest_us + (given_s.min(LONGEST_S) * 1e6) as u32;
        self.rest_us = total_us % 1000;
        Elapsed {
            ms: u16::try_from(total_us / 1000).unwrap_or(u16::MAX),
            s: given_s,
            valid,
            given_s,
        }
    }
}
