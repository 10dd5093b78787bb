//! State of protection per cell and per sensor.

use super::debounce::Debouncers;
use crate::fault::{Scope, slots};
use crate::plausibility::Channel;

/// Resolution of the stored peak voltage.
const PEAK_STEP_V: f32 = 1e-3;

/// State of one cell.
#[derive(Clone, Copy, Debug)]
pub struct CellMemory {
    pub(crate) voltage: Channel,
    /// Peak voltage in millivolts; decays by 1 mV/s.
    peak_mv: u16,
    /// Whether the cell is to be bled.
    pub(crate) unbalanced: bool,
    bleeding: bool,
    /// Time since its bleed resistor was switched off.
    unbled_ms: u16,
    pub(crate) debouncers: Debouncers<{ slots(Scope::Cell) }>,
}

/// State of one temperature sensor.
#[derive(Clone, Copy, Debug)]
pub struct SensorMemory {
    pub(crate) temperature: Channel,
    pub(crate) rise: Rise,
    /// Whether the voltage of a cell of this sensor dropped by the runaway share.
    pub(crate) cell_dropped: bool,
    pub(crate) debouncers: Debouncers<{ slots(Scope::TemperatureSensor) }>,
}

/// Rate of a temperature rise, over windows of one second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rise {
    first_k: f32,
    window_ms: u16,
    pub(crate) k_per_s: f32,
    /// Length of the window that ended in this tick; zero if none did.
    pub(crate) ended_ms: u16,
}

/// Windows of the temperature rise are at least this long, in milliseconds.
const WINDOW_MS: u16 = 1000;

impl Rise {
    const fn new() -> Self {
        Self {
            first_k: f32::NAN,
            window_ms: 0,
            k_per_s: 0.0,
            ended_ms: 0,
        }
    }

    /// Takes in a new temperature, `interval_ms` after the last one.
    pub(crate) fn take(&mut self, temperature_k: f32, interval_ms: u16) {
        if self.first_k.is_nan() {
            self.first_k = temperature_k;
            return;
        }
        self.window_ms = self.window_ms.saturating_add(interval_ms);
        if self.window_ms < WINDOW_MS {
            return;
        }
        self.k_per_s = (temperature_k - self.first_k) / (f32::from(self.window_ms) * 1e-3);
        self.first_k = temperature_k;
        self.ended_ms = self.window_ms;
        self.window_ms = 0;
    }
}

impl CellMemory {
    /// Before the first sample.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            voltage: Channel::new(),
            peak_mv: 0,
            unbalanced: false,
            bleeding: false,
            unbled_ms: u16::MAX,
            debouncers: Debouncers::new(),
        }
    }

    /// Decays the peak by `seconds` and raises it to the present voltage.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "float casts saturate"
    )]
    pub(crate) fn follow_peak(&mut self, seconds: u16) {
        self.peak_mv = self.peak_mv.saturating_sub(seconds);
        if self.voltage.is_new() && self.voltage.is_sound() {
            let now_mv = (self.voltage.value() / PEAK_STEP_V) as u16;
            self.peak_mv = self.peak_mv.max(now_mv);
        }
    }

    /// Switches the bleed resistor; `elapsed_ms` since that was settled last.
    pub(crate) fn set_bleeding(&mut self, on: bool, elapsed_ms: u16) {
        let was_on = core::mem::replace(&mut self.bleeding, on);
        self.unbled_ms = if on || was_on {
            0
        } else {
            self.unbled_ms.saturating_add(elapsed_ms)
        };
    }

    pub(crate) const fn is_bleeding(&self) -> bool {
        self.bleeding
    }

    /// Whether the voltage is that of the cell alone: its bleed resistor has been off for `settle_ms`.
    pub(crate) const fn is_undisturbed(&self, settle_ms: u16) -> bool {
        self.unbled_ms >= settle_ms
    }

    /// Whether the voltage is below this share of its peak.
    pub(crate) fn is_below_peak(&self, share: f32) -> bool {
        self.voltage.value() < share * f32::from(self.peak_mv) * PEAK_STEP_V
    }
}

impl SensorMemory {
    /// Before the first sample.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            temperature: Channel::new(),
            rise: Rise::new(),
            cell_dropped: false,
            debouncers: Debouncers::new(),
        }
    }
}

impl Default for CellMemory {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for SensorMemory {
    fn default() -> Self {
        Self::new()
    }
}
