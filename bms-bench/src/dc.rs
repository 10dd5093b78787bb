//! A DC station that follows the session exactly, until a test changes it.

use bms_core::charging::{
    Ask, ChargingConfig, SessionConfig, SessionOutputs, StationIsolation, StationReport,
    StationStatus,
};
use bms_core::config::BmsConfig;
use bms_core::measurement::{ChargerMessage, Contactors, Reading};
use bms_core::units::{amperes, to_amperes, to_volts, volts, watts};

use crate::charge::{Charge, ChargeRig, Charger, Supply};

pub const OPEN: Contactors<bool> = Contactors::all(false);

/// A charger; voltages and currents are those at its output.
#[derive(Clone, Debug)]
pub struct Station {
    pub current_max_a: f32,
    pub power_max_w: f32,
    pub voltage_max_v: f32,
    pub voltage_min_v: f32,
    pub volts_per_s: f32,
    pub amperes_per_s: f32,
    pub output_v: f32,
    pub output_a: f32,
    /// Added to its reported voltage and current.
    pub says_more_v: f32,
    pub says_more_a: f32,
    /// Added to its current.
    pub gives_more_a: f32,
    pub report: StationReport,
    /// Time until it answers.
    pub answers_after_ms: u32,
    pub silent: bool,
    pub mute: bool,
    /// Its output stays at the last voltage.
    pub holds_voltage: bool,
    /// Its message, if not the true one.
    pub message: Option<ChargerMessage>,
    asked: Ask,
    asked_ms: u32,
}

impl Station {
    pub fn new() -> Self {
        Self {
            current_max_a: 400.0,
            power_max_w: 150e3,
            voltage_max_v: 920.0,
            voltage_min_v: 10.0,
            volts_per_s: 300.0,
            amperes_per_s: 100.0,
            output_v: 0.0,
            output_a: 0.0,
            says_more_v: 0.0,
            says_more_a: 0.0,
            gives_more_a: 0.0,
            report: StationReport {
                status: StationStatus::Ready,
                ..StationReport::default()
            },
            answers_after_ms: 50,
            silent: false,
            mute: false,
            holds_voltage: false,
            message: None,
            asked: Ask::Nothing,
            asked_ms: 0,
        }
    }

    /// One step towards the last request of the session.
    fn follow(&mut self, last: &SessionOutputs, connected: bool, pack_v: f32, dt_ms: u16) {
        let dt_s = f32::from(dt_ms) * 1e-3;
        let (mut wanted_v, mut wanted_a) = match last.ask {
            Ask::Precharge | Ask::StartPower => (to_volts(last.target_voltage), 0.0),
            Ask::Current => (
                to_volts(last.target_voltage),
                to_amperes(last.request.current),
            ),
            _ => (0.0, 0.0),
        };
        wanted_a = wanted_a
            .min(self.current_max_a)
            .min(self.power_max_w / pack_v.max(1.0));
        if self.holds_voltage {
            wanted_v = self.output_v;
        }
        let step = |from: f32, to: f32, most: f32| from + (to - from).clamp(-most, most);
        self.output_a = step(self.output_a, wanted_a, self.amperes_per_s * dt_s);
        self.output_v = if connected {
            pack_v
        } else if self.holds_voltage {
            self.output_v
        } else {
            self.output_a = 0.0;
            step(self.output_v, wanted_v, self.volts_per_s * dt_s)
        };
        if last.ask == self.asked {
            self.asked_ms += u32::from(dt_ms);
        } else {
            (self.asked, self.asked_ms) = (last.ask, 0);
        }
        if !self.mute && self.asked_ms >= self.answers_after_ms {
            self.report.answered = self.asked;
            if self.asked == Ask::CableCheck && self.report.isolation == StationIsolation::Invalid {
                self.report.isolation = StationIsolation::Valid;
            }
        }
    }

    fn message(&self, now_ms: u32) -> Reading<ChargerMessage> {
        if self.silent || !now_ms.is_multiple_of(100) {
            return Reading::Waiting;
        }
        Reading::New(self.message.unwrap_or(ChargerMessage {
            voltage: volts(self.output_v + self.says_more_v),
            current: amperes(self.output_a + self.gives_more_a + self.says_more_a),
            voltage_max: volts(self.voltage_max_v),
            voltage_min: volts(self.voltage_min_v),
            current_max: amperes(self.current_max_a),
            power_max: watts(self.power_max_w),
        }))
    }
}

/// A battery and its session at a [`Station`].
pub type DcBench<'a> = ChargeRig<'a, Station>;

impl<'a> DcBench<'a> {
    /// A second after the start of the battery; the plug is in and locked from the next tick on.
    pub fn new(config: &'a BmsConfig<'a>, charging: &ChargingConfig<'a>, soc: f32) -> Self {
        Self {
            charge: Charge::new(config, charging, SessionConfig::CCS, soc),
            charger: Station::new(),
        }
    }
}

impl Charger for Station {
    const PATIENCE_MS: u32 = 70_000;

    fn step(&mut self, charge: &Charge<'_>) -> Supply {
        let battery = &charge.battery;
        let connected = battery.contactors.mains_closed();
        let tick_ms = battery.config.sampling.tick_ms;
        self.follow(&charge.last, connected, battery.pack_v(), tick_ms);
        let fed = self.output_v > 1.0 || self.holds_voltage;
        Supply {
            current_a: self.output_a + self.gives_more_a,
            voltage_v: fed.then_some(self.output_v),
            message: self.message(battery.now_ms),
            report: self.report,
        }
    }
}
