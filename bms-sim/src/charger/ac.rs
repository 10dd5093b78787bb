//! AC charging at home: a wall box whose pilot limits the current, and the on-board charger that rectifies it.
//!
//! The pilot sets the limit; core computes the permitted mains current
//! ([`OnBoardCharger::phase_current`](bms_core::charging::OnBoardCharger::phase_current)) and the requested one
//! ([`OnBoardCharger::phase_request`](bms_core::charging::OnBoardCharger::phase_request)).

use std::collections::VecDeque;

use bms_core::charging::OnBoardCharger;
use bms_core::measurement::ChargerMessage;
use bms_core::units::{
    Ratio, amperes, ratio, to_amperes, to_ratio, to_volts, to_watts, volts, watts,
};

/// Limits and times of a wall box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WallBoxConfig {
    /// Highest current of a phase, in ampere; at most 80, the end of the pilot's table.
    pub phase_current_max_a: f64,
    /// Lowest current per phase that the pilot signals, in ampere; below it the wall box pauses. 6 A by IEC 61851-1.
    pub phase_current_min_a: f64,
    /// Current that its cable is coded for, in ampere.
    pub cable_a: f64,
    /// Minimum time between changes of a running pilot's duty, in seconds. A pause takes effect immediately.
    pub stand_s: f64,
    /// Time allowed to the vehicle to follow a reduced duty, in seconds.
    pub follow_s: f64,
    /// Current per phase above the pilot's limit at which the wall box disconnects after that time, in ampere.
    pub tolerance_a: f64,
}

/// Output of a wall box in one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WallBoxTick {
    /// Duty of the pilot, 0 to 1; 1 is a constant pilot: no charging.
    pub duty: Ratio,
    /// Whether the mains is connected.
    pub mains: bool,
    /// Whether the vehicle exceeded its limit for longer than allowed since the charge last resumed.
    pub late: bool,
}

/// A wall box with a connected vehicle.
#[derive(Clone, Debug)]
pub struct WallBox {
    config: WallBoxConfig,
    limit_a: f64,
    paused: bool,
    /// Current signalled by the pilot (zero for none), and for how long.
    signalled_a: f64,
    signalled_s: f64,
    above_s: f64,
    late: bool,
}

impl WallBox {
    /// A wall box that offers its maximum.
    #[must_use]
    pub fn new(config: WallBoxConfig) -> Self {
        Self {
            config,
            limit_a: config.phase_current_max_a,
            paused: false,
            signalled_a: 0.0,
            signalled_s: f64::INFINITY,
            above_s: 0.0,
            late: false,
        }
    }

    /// Sets the limit of the site per phase, in ampere; NaN counts as zero.
    pub fn set_limit_a(&mut self, limit_a: f64) {
        self.limit_a = limit_a;
    }

    /// Withdraws the mains; the vehicle has the configured time to follow.
    pub fn pause(&mut self) {
        self.paused = true;
    }

    /// Resumes after a pause or after the wall box disconnected a vehicle.
    pub fn resume(&mut self) {
        self.paused = false;
        self.late = false;
        self.above_s = 0.0;
    }

    /// One tick. `phase_a` is the current per phase that the vehicle draws.
    pub fn step(&mut self, phase_a: f64, dt_s: f64) -> WallBoxTick {
        self.signalled_s += dt_s;
        let wanted_a = self.wanted_a();
        let stops = wanted_a <= 0.0;
        let changes = (wanted_a - self.signalled_a).abs() > 1e-9;
        if changes && (stops || self.signalled_a <= 0.0 || self.signalled_s >= self.config.stand_s)
        {
            self.signalled_a = wanted_a;
            self.signalled_s = 0.0;
        }
        // A current above the signalled limit is a violation only after the time allowed to follow.
        if phase_a > self.signalled_a + self.config.tolerance_a {
            self.above_s += dt_s;
            self.late |= self.above_s > self.config.follow_s;
        } else {
            self.above_s = 0.0;
        }
        let coming_down = self.signalled_s <= self.config.follow_s && phase_a > 0.0;
        WallBoxTick {
            duty: duty_of(self.signalled_a),
            mains: !self.late && (self.signalled_a > 0.0 || coming_down),
            late: self.late,
        }
    }

    /// Current that the pilot would signal now; zero for a pause.
    fn wanted_a(&self) -> f64 {
        let config = &self.config;
        let least_a = self
            .limit_a
            .min(config.phase_current_max_a)
            .min(config.cable_a)
            .min(80.0);
        let off = self.paused || self.late || self.limit_a.is_nan();
        if off || least_a < config.phase_current_min_a {
            0.0
        } else {
            least_a
        }
    }
}

/// Duty of a pilot for a current: the inverse of the table of [`Pilot::of_duty`](bms_core::charging::Pilot::of_duty).
#[expect(clippy::cast_possible_truncation, reason = "a share")]
fn duty_of(current_a: f64) -> Ratio {
    let percent = if current_a <= 0.0 {
        100.0
    } else if current_a <= 51.0 {
        current_a / 0.6
    } else {
        current_a / 2.5 + 64.0
    };
    ratio((percent / 100.0) as f32)
}

/// An on-board charger: its description in core, and its dynamics.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OnBoardPlantConfig {
    /// Phases, voltages, limits and efficiency.
    pub charger: OnBoardCharger,
    /// Delay until a request takes effect, in seconds.
    pub delay_s: f64,
    /// How fast the current of a phase rises, in ampere per second.
    pub rise_a_per_s: f64,
    /// Rate of fall.
    pub fall_a_per_s: f64,
    /// Period of its messages, in seconds.
    pub period_s: f64,
}

/// Output of an on-board charger in one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OnBoardTick {
    /// Current drawn per phase, in ampere.
    pub phase_a: f64,
    /// Power drawn from the mains, in watt.
    pub mains_w: f64,
    /// Current into the battery, in ampere.
    pub current_a: f64,
    /// Its message to the battery, if due.
    pub message: Option<ChargerMessage>,
}

/// An on-board charger between wall box and battery.
#[derive(Clone, Debug)]
pub struct OnBoardPlant {
    config: OnBoardPlantConfig,
    now_s: f64,
    pipe: VecDeque<(f64, f64)>,
    asked_a: f64,
    /// State of the ramp, and the actual current: zero below the minimum operating current.
    ramp_a: f64,
    message_s: f64,
}

impl OnBoardPlant {
    /// An on-board charger that is off.
    #[must_use]
    pub fn new(config: OnBoardPlantConfig) -> Self {
        Self {
            config,
            now_s: 0.0,
            pipe: VecDeque::new(),
            asked_a: 0.0,
            ramp_a: 0.0,
            message_s: 0.0,
        }
    }

    /// One tick. `asked_a` is the current per phase that the vehicle requests; `mains` whether mains is present;
    /// `battery_v` the battery's voltage if its contactors are closed.
    pub fn step(
        &mut self,
        asked_a: f64,
        mains: bool,
        battery_v: Option<f64>,
        dt_s: f64,
    ) -> OnBoardTick {
        self.now_s += dt_s;
        self.pipe.push_back((self.now_s, asked_a));
        while let Some((at_s, asked_a)) = self.pipe.front()
            && *at_s <= self.now_s - self.config.delay_s
        {
            self.asked_a = *asked_a;
            self.pipe.pop_front();
        }
        let battery_v = battery_v.filter(|battery_v| mains && *battery_v > 1.0);
        let phase_a = self.phase_a(battery_v.is_some(), dt_s);
        let mains_w = phase_a * self.mains_w_per_a();
        let current_a = battery_v.map_or(0.0, |battery_v| self.current_a(mains_w, battery_v));
        OnBoardTick {
            phase_a,
            mains_w,
            current_a,
            message: self.message(mains, battery_v, current_a),
        }
    }

    /// Current of a phase after this tick.
    fn phase_a(&mut self, connected: bool, dt_s: f64) -> f64 {
        let charger = &self.config.charger;
        let (least_a, most_a) = (
            f64::from(to_amperes(charger.phase_current_min)),
            f64::from(to_amperes(charger.phase_current_max)),
        );
        // A comparison that is false for NaN.
        let target_a = if self.asked_a >= least_a {
            self.asked_a.min(most_a)
        } else {
            0.0
        };
        if !connected {
            self.ramp_a = 0.0;
            return 0.0;
        }
        let up_a = self.config.rise_a_per_s * dt_s;
        let down_a = self.config.fall_a_per_s * dt_s;
        self.ramp_a += (target_a - self.ramp_a).clamp(-down_a, up_a);
        if self.ramp_a >= least_a {
            self.ramp_a
        } else {
            0.0
        }
    }

    /// DC current for a mains power.
    fn current_a(&self, mains_w: f64, battery_v: f64) -> f64 {
        let charger = &self.config.charger;
        if battery_v > f64::from(to_volts(charger.voltage_max)) {
            return 0.0;
        }
        let out_w = mains_w * f64::from(to_ratio(charger.efficiency));
        let out_w = out_w.min(f64::from(to_watts(charger.power_max)));
        (out_w / battery_v).min(f64::from(to_amperes(charger.current_max)))
    }

    fn mains_w_per_a(&self) -> f64 {
        let charger = &self.config.charger;
        f64::from(to_volts(charger.phase_voltage)) * f64::from(charger.phases)
    }

    #[expect(clippy::cast_possible_truncation, reason = "a voltage and a current")]
    fn message(
        &mut self,
        mains: bool,
        battery_v: Option<f64>,
        current_a: f64,
    ) -> Option<ChargerMessage> {
        if self.now_s < self.message_s {
            return None;
        }
        self.message_s = self.now_s + self.config.period_s - 1e-9;
        let charger = &self.config.charger;
        let off = !mains;
        Some(ChargerMessage {
            voltage: volts(battery_v.unwrap_or(0.0) as f32),
            current: amperes(current_a as f32),
            voltage_max: charger.voltage_max,
            voltage_min: volts(0.0),
            current_max: if off {
                amperes(0.0)
            } else {
                charger.current_max
            },
            power_max: if off { watts(0.0) } else { charger.power_max },
        })
    }
}
