//! A battery with its charging session; what stands opposite is the test's own.

use std::ops::{Deref, DerefMut};

use bms_core::Outputs;
use bms_core::charging::{
    ChargeNeeds, ChargingConfig, Forecast, ForecastInputs, Goals, NeedsInputs, Schedule, Session,
    SessionConfig, SessionInputs, SessionOutputs, SessionState, StationReport,
};
use bms_core::config::BmsConfig;
use bms_core::measurement::{ChargerMeasurement, ChargerMessage, Reading};
use bms_core::units::{Ratio, milliseconds, ratio, volts};

use crate::battery::Battery;

/// Output of a charger in one tick.
#[derive(Clone, Copy, Debug)]
pub struct Supply {
    /// Current into the battery, if its contactors are closed.
    pub current_a: f32,
    /// Voltage on the link, if its contactors are open.
    pub voltage_v: Option<f32>,
    pub message: Reading<ChargerMessage>,
    pub report: StationReport,
}

/// A battery and its charging session.
#[derive(Debug)]
pub struct Charge<'a> {
    pub battery: Battery<'a>,
    pub session: Session,
    pub config: SessionConfig,
    pub charging: ChargingConfig<'a>,
    pub plugged: bool,
    pub locked: bool,
    pub wanted: bool,
    pub schedule: Schedule,
    pub target_soc: Ratio,
    /// Reading of the voltage sensor at the inlet; by default the link voltage.
    pub inlet_v: Option<f32>,
    pub inlet_silent: bool,
    pub last: SessionOutputs,
    /// Message of the charger in this tick.
    pub sent: Option<ChargerMessage>,
    /// Current when the contactors opened last, and the time.
    pub opened_at_a: Option<f32>,
    pub opened_at_ms: Option<u32>,
    /// Voltage across the positive contactor when it closed.
    pub closed_at_v: Option<f32>,
}

impl<'a> Charge<'a> {
    /// A second after the start of the battery; the plug is in and locked from the next tick on.
    pub fn new(
        pack: &'a BmsConfig<'a>,
        charging: &ChargingConfig<'a>,
        config: SessionConfig,
        soc: f32,
    ) -> Self {
        let mut battery = Battery::new(pack, soc, 25.0);
        battery.disobedient = true;
        battery.run_ms(1000);
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
        let mut session = Session::new();
        let last = session.step(&config, charging, pack, &inputs, milliseconds(10.0));
        Self {
            battery,
            session,
            config,
            charging: *charging,
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
            opened_at_ms: None,
            closed_at_v: None,
        }
    }

    pub fn outputs(&self) -> Outputs {
        self.battery.last.expect("a tick")
    }

    /// Pack voltage if the main contactors are closed: what a charger is connected to.
    pub fn connected_v(&self) -> Option<f64> {
        let closed = self.battery.contactors.mains_closed();
        closed.then(|| f64::from(self.battery.pack_v()))
    }

    pub fn forecast(&self) -> Forecast {
        let scene = ForecastInputs {
            outputs: &self.outputs(),
            charger: None,
            schedule: self.schedule,
            goals: Goals::DEFAULT,
        };
        Forecast::new(&self.charging, self.battery.config, &scene)
    }

    pub fn needs(&self, forecast: &Forecast) -> ChargeNeeds {
        let scene = NeedsInputs {
            outputs: &self.outputs(),
            request: &self.last.request,
            forecast,
            goals: Goals::DEFAULT,
            present_voltage: volts(self.battery.pack_v()),
            ready: self.last.ready,
            error: self.last.error,
            discharge: None,
        };
        ChargeNeeds::of(&self.charging, self.battery.config, &scene)
    }

    /// One tick: session, then battery.
    pub fn tick(&mut self, supply: &Supply) -> SessionOutputs {
        let before = self.battery.contactors;
        let pack_v = self.battery.pack_v();
        self.battery.wanted_a = -supply.current_a;
        self.battery.fed_v = supply.voltage_v;
        let charger = ChargerMeasurement {
            plugged: self.plugged,
            locked: self.locked,
            phase: self.last.phase,
            message: supply.message,
            ..ChargerMeasurement::default()
        };
        self.sent = charger.message.new_sample();
        let inlet_v = self.inlet_v.unwrap_or(self.battery.link_v);
        let inputs = SessionInputs {
            outputs: &self.outputs(),
            charger,
            pack_voltage: Reading::New(volts(pack_v)),
            inlet_voltage: if self.inlet_silent {
                Reading::Waiting
            } else {
                Reading::New(volts(inlet_v))
            },
            station: supply.report,
            wanted: self.wanted,
            schedule: self.schedule,
            target_soc: self.target_soc,
        };
        let pack = self.battery.config;
        let dt = milliseconds(f32::from(pack.sampling.tick_ms));
        self.last = self
            .session
            .step(&self.config, &self.charging, pack, &inputs, dt);
        self.last.command(&mut self.battery.commands);
        self.battery.charger = ChargerMeasurement {
            phase: self.last.phase,
            ..charger
        };
        self.battery.tick();
        let after = self.battery.contactors;
        if before.mains_closed() && !after.mains_closed() {
            self.opened_at_a = Some(self.battery.current_a.abs());
            self.opened_at_ms = Some(self.battery.now_ms);
        }
        if !before.main_positive && after.main_positive {
            self.closed_at_v = Some((inlet_v - pack_v).abs());
        }
        self.last
    }
}

/// What stands opposite a [`Charge`].
pub trait Charger {
    /// Longest time that [`ChargeRig::reach`] waits.
    const PATIENCE_MS: u32;

    /// One tick, before those of the session and the battery.
    fn step(&mut self, charge: &Charge<'_>) -> Supply;

    /// For the message of a failed test.
    fn progress(&self) -> String {
        String::new()
    }
}

/// A battery, its session and a charger.
#[derive(Debug)]
pub struct ChargeRig<'a, C> {
    pub charge: Charge<'a>,
    pub charger: C,
}

impl<'a, C> Deref for ChargeRig<'a, C> {
    type Target = Charge<'a>;

    fn deref(&self) -> &Charge<'a> {
        &self.charge
    }
}

impl<C> DerefMut for ChargeRig<'_, C> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.charge
    }
}

impl<C: Charger> ChargeRig<'_, C> {
    pub fn tick(&mut self) -> SessionOutputs {
        let supply = self.charger.step(&self.charge);
        self.charge.tick(&supply)
    }

    pub fn run_ms(&mut self, ms: u32) -> SessionOutputs {
        let end_ms = self.battery.now_ms + ms;
        while self.battery.now_ms < end_ms {
            self.tick();
        }
        self.last
    }

    pub fn run_s(&mut self, seconds: u32) {
        self.run_ms(1000 * seconds);
    }

    /// Runs until the session enters a state, at most `ms`; returns the time in milliseconds.
    pub fn until(&mut self, state: SessionState, ms: u32) -> Option<u32> {
        let start_ms = self.battery.now_ms;
        while self.battery.now_ms < start_ms + ms {
            if self.tick().state == state {
                return Some(self.battery.now_ms - start_ms);
            }
        }
        None
    }

    /// Runs until the session enters a state, and fails if it does not.
    pub fn reach(&mut self, state: SessionState) {
        assert!(
            self.until(state, C::PATIENCE_MS).is_some(),
            "{state:?} not reached: {:?} {:?} {:?} {}",
            self.last,
            self.battery.faults(),
            self.outputs().refusal,
            self.charger.progress()
        );
    }
}
