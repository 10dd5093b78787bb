//! A DC charger: a source with limits, ramps, a delay and its messages.

use std::collections::VecDeque;
use std::f64::consts::TAU;

use bms_core::charging::{Ask, StationIsolation, StationReport, StationStatus};
use bms_core::measurement::ChargerMessage;
use bms_core::units::{amperes, volts, watts};

/// Limits and dynamics of a charger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DcChargerConfig {
    /// Highest voltage.
    pub voltage_max_v: f64,
    /// Lowest voltage.
    pub voltage_min_v: f64,
    /// Highest current.
    pub current_max_a: f64,
    /// Highest discharge current; 0 for a unidirectional charger.
    pub discharge_max_a: f64,
    /// Highest power.
    pub power_max_w: f64,
    /// How fast its voltage moves.
    pub volts_per_s: f64,
    /// How fast its current moves.
    pub amperes_per_s: f64,
    /// Amplitude of the ripple on its current.
    pub ripple_a: f64,
    /// Frequency of the ripple.
    pub ripple_hz: f64,
    /// Delay until a request takes effect.
    pub delay_s: f64,
    /// Delay of an answer.
    pub answer_s: f64,
    /// Period of its messages.
    pub period_s: f64,
    /// Voltage of its cable check.
    pub cable_check_v: f64,
    /// Duration of its cable check.
    pub cable_check_s: f64,
    /// Time constant of its output voltage after switch-off.
    pub bleed_s: f64,
}

/// Faults of a charger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ChargerFault {
    /// Precharge stops at this share of the requested voltage.
    NoPrecharge(f64),
    /// It supplies this much more than requested, and reports it.
    Overshoot {
        /// Current, in ampere.
        current_a: f64,
    },
    /// It sends no more messages.
    Silent,
    /// Its limits fall to zero.
    LimitZero,
    /// It reports a wrong voltage.
    FalseVoltage {
        /// Reported minus true, in volt.
        by_v: f64,
    },
    /// It reports a wrong current.
    FalseCurrent {
        /// Reported minus true, in ampere.
        by_a: f64,
    },
    /// It reports a malfunction.
    Malfunction,
    /// It reports an emergency and stops.
    Emergency,
    /// Its isolation monitor finds too little.
    Isolation,
    /// It ends the session.
    EarlyStop,
    /// Its output keeps its voltage.
    HoldsVoltage,
    /// Its current stays at its last value.
    StuckCurrent,
    /// It stops answering.
    Mute,
    /// It reports NaN.
    Nonsense,
}

/// Request to a charger in one tick.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ChargerAsk {
    /// Request of the session.
    pub ask: Ask,
    /// Voltage.
    pub voltage_v: f64,
    /// Current; positive charges the battery, the convention of chargers. Negative requests feedback.
    pub current_a: f64,
}

/// Output of a charger in one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChargerTick {
    /// Voltage at its output; `None` if it is off and floating.
    pub voltage_v: Option<f64>,
    /// Current into the battery.
    pub current_a: f64,
    /// Its message, if due.
    pub message: Option<ChargerMessage>,
    /// Its answers.
    pub report: StationReport,
}

/// A charger.
#[derive(Clone, Debug)]
pub struct DcCharger {
    config: DcChargerConfig,
    fault: Option<ChargerFault>,
    /// Power allotted by its site.
    share_w: f64,
    now_s: f64,
    pipe: VecDeque<(f64, ChargerAsk)>,
    present: ChargerAsk,
    asked_s: f64,
    voltage_v: f64,
    current_a: f64,
    message_s: f64,
    answered: Ask,
    isolation: StationIsolation,
}

impl DcCharger {
    /// A charger without a session.
    #[must_use]
    pub fn new(config: DcChargerConfig) -> Self {
        Self {
            config,
            fault: None,
            share_w: f64::INFINITY,
            now_s: 0.0,
            pipe: VecDeque::new(),
            present: ChargerAsk::default(),
            asked_s: 0.0,
            voltage_v: 0.0,
            current_a: 0.0,
            message_s: 0.0,
            answered: Ask::Nothing,
            isolation: StationIsolation::Invalid,
        }
    }

    /// Sets the present fault; `None` for a sound charger.
    pub fn set_fault(&mut self, fault: Option<ChargerFault>) {
        self.fault = fault;
    }

    /// Sets the power allotted by the site.
    pub fn set_share_w(&mut self, share_w: f64) {
        self.share_w = share_w;
    }

    /// Requested power, before the site's limit.
    #[must_use]
    pub fn wanted_w(&self) -> f64 {
        match self.present.ask {
            Ask::Current => (self.present.current_a * self.voltage_v).max(0.0),
            _ => 0.0,
        }
    }

    /// Power into the battery, in watt; negative for feedback.
    #[must_use]
    pub fn power_w(&self) -> f64 {
        self.current_a * self.voltage_v
    }

    /// One tick. `battery_v` is the battery's voltage if its contactors are closed.
    pub fn step(&mut self, ask: ChargerAsk, battery_v: Option<f64>, dt_s: f64) -> ChargerTick {
        self.now_s += dt_s;
        self.receive(ask, dt_s);
        self.supply(battery_v, dt_s);
        self.answer();
        let ripple_a = if battery_v.is_some() && self.current_a.abs() > 0.5 {
            self.config.ripple_a * (TAU * self.config.ripple_hz * self.now_s).sin()
        } else {
            0.0
        };
        let off = self.voltage_v < 1.0;
        ChargerTick {
            voltage_v: (!off).then_some(self.voltage_v),
            current_a: if battery_v.is_some() {
                self.current_a + ripple_a
            } else {
                0.0
            },
            message: self.message(battery_v.is_some()),
            report: self.report(),
        }
    }

    /// Applies a request after the delay.
    fn receive(&mut self, ask: ChargerAsk, dt_s: f64) {
        self.pipe.push_back((self.now_s, ask));
        let before = self.present.ask;
        while let Some((at_s, ask)) = self.pipe.front()
            && *at_s <= self.now_s - self.config.delay_s
        {
            self.present = *ask;
            self.pipe.pop_front();
        }
        if self.present.ask == before {
            self.asked_s += dt_s;
        } else {
            self.asked_s = 0.0;
        }
    }

    fn supply(&mut self, battery_v: Option<f64>, dt_s: f64) {
        let config = &self.config;
        let target_v = match self.present.ask {
            Ask::CableCheck if self.asked_s < config.cable_check_s => config.cable_check_v,
            Ask::Precharge | Ask::StartPower | Ask::Current => {
                let share = match self.fault {
                    Some(ChargerFault::NoPrecharge(share)) => share,
                    _ => 1.0,
                };
                share * self.present.voltage_v.min(config.voltage_max_v)
            }
            _ => 0.0,
        };
        match battery_v {
            Some(battery_v) => self.voltage_v = battery_v,
            None if self.fault == Some(ChargerFault::HoldsVoltage) => {}
            None if target_v > self.voltage_v => {
                self.voltage_v = target_v.min(self.voltage_v + config.volts_per_s * dt_s);
            }
            None => {
                let bled_v = self.voltage_v * (-dt_s / config.bleed_s).exp();
                self.voltage_v = bled_v.max(target_v);
            }
        }
        let stops = matches!(
            self.fault,
            Some(ChargerFault::Emergency | ChargerFault::EarlyStop)
        );
        let asked_a = if self.present.ask == Ask::Current && battery_v.is_some() && !stops {
            self.present.current_a
        } else {
            0.0
        };
        let most_a = self.most_a();
        let mut target_a = asked_a.clamp(-config.discharge_max_a.min(most_a), most_a);
        // A source supplies no current into a voltage above its own.
        if let Some(battery_v) = battery_v
            && battery_v > self.present.voltage_v.min(config.voltage_max_v) + 0.5
        {
            target_a = target_a.min(0.0);
        }
        if let Some(ChargerFault::Overshoot { current_a }) = self.fault
            && asked_a > 0.0
        {
            target_a += current_a;
        }
        let step_a = config.amperes_per_s * dt_s;
        self.current_a = match (battery_v, self.fault) {
            (None, _) => 0.0,
            (Some(_), Some(ChargerFault::StuckCurrent)) => self.current_a,
            _ => self.current_a + (target_a - self.current_a).clamp(-step_a, step_a),
        };
    }

    /// Present upper limit of the current.
    fn most_a(&self) -> f64 {
        if self.fault == Some(ChargerFault::LimitZero) {
            return 0.0;
        }
        let power_w = self.config.power_max_w.min(self.share_w);
        self.config
            .current_max_a
            .min(power_w / self.voltage_v.max(1.0))
    }

    fn answer(&mut self) {
        if self.fault == Some(ChargerFault::Mute) || self.asked_s < self.config.answer_s {
            return;
        }
        let checked = self.asked_s > self.config.cable_check_s && self.voltage_v < 60.0;
        match self.present.ask {
            Ask::CableCheck if !checked => {}
            Ask::CableCheck => {
                self.isolation = match self.fault {
                    Some(ChargerFault::Isolation) => StationIsolation::Fault,
                    _ => StationIsolation::Valid,
                };
                self.answered = Ask::CableCheck;
            }
            ask => self.answered = ask,
        }
    }

    fn report(&self) -> StationReport {
        let status = match self.fault {
            Some(ChargerFault::Malfunction) => StationStatus::Malfunction,
            Some(ChargerFault::Emergency) => StationStatus::EmergencyShutdown,
            Some(ChargerFault::EarlyStop) => StationStatus::Shutdown,
            _ => StationStatus::Ready,
        };
        StationReport {
            status,
            isolation: self.isolation,
            stop: false,
            answered: self.answered,
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "voltages and currents of chargers"
    )]
    fn message(&mut self, connected: bool) -> Option<ChargerMessage> {
        if self.now_s < self.message_s {
            return None;
        }
        self.message_s = self.now_s + self.config.period_s - 1e-9;
        if self.fault == Some(ChargerFault::Silent) {
            return None;
        }
        let (by_v, by_a) = match self.fault {
            Some(ChargerFault::FalseVoltage { by_v }) => (by_v, 0.0),
            Some(ChargerFault::FalseCurrent { by_a }) if connected => (0.0, by_a),
            Some(ChargerFault::Nonsense) => (f64::NAN, f64::NAN),
            _ => (0.0, 0.0),
        };
        let none = self.fault == Some(ChargerFault::LimitZero);
        let power_w = self.config.power_max_w.min(self.share_w);
        Some(ChargerMessage {
            voltage: volts((self.voltage_v + by_v) as f32),
            current: amperes((self.current_a + by_a) as f32),
            voltage_max: volts(self.config.voltage_max_v as f32),
            voltage_min: volts(self.config.voltage_min_v as f32),
            current_max: amperes(if none {
                0.0
            } else {
                self.config.current_max_a as f32
            }),
            power_max: watts(if none { 0.0 } else { power_w as f32 }),
        })
    }
}
