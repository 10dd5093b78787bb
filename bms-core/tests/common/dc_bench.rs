//! A battery, its session, and a charger that does what it is asked for, to be changed one thing at a time.

use bms_core::Outputs;
use bms_core::charging::{
    Ask, ChargingConfig, Schedule, Session, SessionConfig, SessionInputs, SessionOutputs,
    SessionState, StationIsolation, StationReport, StationStatus,
};
use bms_core::config::BmsConfig;
use bms_core::measurement::{ChargerMeasurement, ChargerMessage, Contactors, Reading};
use bms_core::units::{Ratio, amperes, milliseconds, ratio, to_amperes, to_volts, volts, watts};

use crate::bench_pack::Battery;

pub const OPEN: Contactors<bool> = Contactors::all(false);

/// A charger; voltages and currents are what is at its output.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "independent faults")]
pub struct Station {
    pub current_max_a: f32,
    pub power_max_w: f32,
    pub voltage_max_v: f32,
    pub voltage_min_v: f32,
    pub volts_per_s: f32,
    pub amperes_per_s: f32,
    pub output_v: f32,
    pub output_a: f32,
    /// Added to what it says of its voltage and current.
    pub says_more_v: f32,
    pub says_more_a: f32,
    /// Added to what it gives.
    pub gives_more_a: f32,
    pub report: StationReport,
    /// It answers so long after it was asked.
    pub answers_after_ms: u32,
    pub silent: bool,
    pub mute: bool,
    /// Its output stays at the last voltage, whatever is asked for.
    pub holds_voltage: bool,
    /// Its message, where it is not to be the true one.
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

    /// What it does within `dt_s` about what it was asked for last.
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

/// All of it.
#[derive(Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent things to change"
)]
pub struct DcBench<'a> {
    pub battery: Battery<'a>,
    pub session: Session,
    pub config: SessionConfig,
    pub charging: ChargingConfig<'a>,
    pub station: Station,
    pub plugged: bool,
    pub locked: bool,
    pub wanted: bool,
    pub schedule: Schedule,
    pub target_soc: Ratio,
    /// What the sensor at the inlet shows instead of the truth.
    pub inlet_v: Option<f32>,
    pub inlet_silent: bool,
    pub last: SessionOutputs,
    /// The message of this tick.
    pub sent: Option<ChargerMessage>,
    /// Highest charge current of the battery at the moment in which its contactors opened last.
    pub opened_at_a: Option<f32>,
    /// How far the voltages were apart when the positive contactor closed.
    pub closed_at_v: Option<f32>,
}

impl<'a> DcBench<'a> {
    /// A battery that has looked at its readings, beside a charger whose plug is in and locked.
    pub fn new(config: &'a BmsConfig<'a>, charging: &ChargingConfig<'a>, soc: f32) -> Self {
        let mut battery = Battery::new(config, soc, 25.0);
        battery.disobedient = true;
        battery.run_ms(1000);
        let mut session = Session::new();
        let outputs = battery.last.expect("a tick");
        let inputs = SessionInputs {
            outputs: &outputs,
            charger: ChargerMeasurement::default(),
            pack_voltage: Reading::Waiting,
            inlet_voltage: Reading::Waiting,
            station: StationReport::default(),
            wanted: false,
            schedule: Schedule::UNLIMITED,
            target_soc: ratio(0.8),
        };
        let last = session.step(
            &SessionConfig::CCS,
            charging,
            config,
            &inputs,
            milliseconds(10.0),
        );
        Self {
            battery,
            session,
            config: SessionConfig::CCS,
            charging: *charging,
            station: Station::new(),
            plugged: true,
            locked: true,
            wanted: true,
            schedule: Schedule::UNLIMITED,
            target_soc: ratio(0.8),
            inlet_v: None,
            inlet_silent: false,
            last,
            sent: None,
            opened_at_a: None,
            closed_at_v: None,
        }
    }

    /// One tick: charger, session, battery.
    pub fn tick(&mut self) -> SessionOutputs {
        let tick_ms = self.battery.config.sampling.tick_ms;
        let connected = self.battery.contactors.mains_closed();
        let pack_v = self.battery.pack_v();
        self.station.follow(&self.last, connected, pack_v, tick_ms);
        let given_a = self.station.output_a + self.station.gives_more_a;
        self.battery.wanted_a = if connected { -given_a } else { 0.0 };
        let fed = self.station.output_v > 1.0 || self.station.holds_voltage;
        self.battery.fed_v = fed.then_some(self.station.output_v);
        let charger = ChargerMeasurement {
            plugged: self.plugged,
            locked: self.locked,
            phase: self.last.phase,
            message: self.station.message(self.battery.now_ms),
            ..ChargerMeasurement::default()
        };
        self.sent = charger.message.new_sample();
        let outputs = self.battery.last.expect("a tick");
        let inlet_v = self.inlet_v.unwrap_or(self.battery.link_v);
        let inputs = SessionInputs {
            outputs: &outputs,
            charger,
            pack_voltage: Reading::New(volts(pack_v)),
            inlet_voltage: if self.inlet_silent {
                Reading::Waiting
            } else {
                Reading::New(volts(inlet_v))
            },
            station: self.station.report,
            wanted: self.wanted,
            schedule: self.schedule,
            target_soc: self.target_soc,
        };
        let dt = milliseconds(f32::from(tick_ms));
        let config = self.battery.config;
        self.last = self
            .session
            .step(&self.config, &self.charging, config, &inputs, dt);
        self.last.command(&mut self.battery.commands);
        self.battery.charger = ChargerMeasurement {
            phase: self.last.phase,
            ..charger
        };
        let before = self.battery.contactors;
        self.battery.tick();
        let after = self.battery.contactors;
        if before.mains_closed() && !after.mains_closed() {
            self.opened_at_a = Some(self.battery.current_a.abs());
        }
        if !before.main_positive && after.main_positive {
            self.closed_at_v = Some((inlet_v - pack_v).abs());
        }
        self.last
    }

    pub fn run_ms(&mut self, ms: u32) -> SessionOutputs {
        let end_ms = self.battery.now_ms + ms;
        while self.battery.now_ms < end_ms {
            self.tick();
        }
        self.last
    }

    /// Runs until the session is in a state, at most `ms`; after how many milliseconds.
    pub fn until(&mut self, state: SessionState, ms: u32) -> Option<u32> {
        let begin_ms = self.battery.now_ms;
        while self.battery.now_ms < begin_ms + ms {
            self.tick();
            if self.last.state == state {
                return Some(self.battery.now_ms - begin_ms);
            }
        }
        None
    }

    /// Runs until the session is in a state, and fails where that does not come.
    pub fn reach(&mut self, state: SessionState) {
        assert!(
            self.until(state, 70_000).is_some(),
            "{state:?} not reached: {:?} {:?} {:?}",
            self.last,
            self.battery.faults(),
            self.outputs().refusal
        );
    }

    pub fn outputs(&self) -> Outputs {
        self.battery.last.expect("a tick")
    }
}
