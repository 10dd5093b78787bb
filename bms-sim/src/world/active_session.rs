//! A charging session of the core, with the charger's effect on the link.

use bms_core::Outputs;
use bms_core::charging::{
    ChargerLimits, ChargingConfig, Conditioning, Forecast, ForecastInputs, Goals, Schedule,
    Session, SessionConfig, SessionInputs, SessionOutputs, SessionState, StationReport, Warming,
};
use bms_core::config::BmsConfig;
use bms_core::measurement::{
    ChargerMeasurement, ChargerMessage, ChargerPhase, Measurements, Reading,
};
use bms_core::units::{ratio, seconds, to_amperes, to_volts};

use super::battery::World;
use super::sensing::single;
use crate::charger::{ChargerAsk, DcCharger, DcChargerConfig};
use crate::fault::FaultKind;
use crate::load::Demand;

/// Time from the start of a session's stage to plug-in, in seconds.
const PLUG_S: f64 = 1.0;
/// Current capability of a charger while it only holds a voltage, in ampere.
const HOLD_A: f64 = 20.0;
/// Current with which a charger lowers its output voltage, in ampere.
const BLEED_A: f64 = 2.0;
/// Upper limit of the voltage of a current source across opening contacts, as a multiple of the full battery's.
const CEILING: f64 = 1.1;
/// A forecast is made this often, in seconds.
const FORECAST_S: f64 = 10.0;
/// Time for which the charger receives the end of a session before the plug is removed, in seconds.
const FAREWELL_S: f64 = 1.0;

/// A charge at a station.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionPlan {
    /// The station.
    pub station: DcChargerConfig,
    /// Charging configuration of the battery.
    pub charging: ChargingConfig<'static>,
    /// Time-outs and tolerances.
    pub session: SessionConfig,
    /// State of charge of the pack, as estimated, at which the charge is over.
    pub until_soc: f64,
    /// When the vehicle leaves, in seconds since the stage began.
    pub departure_s: Option<f64>,
    /// The driver stops the charge after this time, in seconds.
    pub duration_s: f64,
    /// Thermal model of the battery for forecasts; without it they assume a constant temperature.
    pub warming: Option<Warming>,
    /// Power that the site leaves the station from a time on, in seconds since the stage began and watt.
    pub site: Vec<(f64, f64)>,
}

/// State of a session in one tick.
#[derive(Clone, Copy, Debug)]
pub struct SessionTick {
    /// Outputs of the session.
    pub outputs: SessionOutputs,
    /// Forecast, updated every 10 s while energy flows.
    pub forecast: Option<Forecast>,
    /// Current that the charger gives, in ampere, positive into the vehicle.
    pub given_a: f64,
    /// Power of the heater, in watt.
    pub heater_w: f64,
}

/// A vehicle at a charger.
#[derive(Debug)]
pub(super) struct ActiveSession {
    plan: SessionPlan,
    session: Session,
    charger: DcCharger,
    last: Option<SessionOutputs>,
    limits: Option<ChargerLimits>,
    forecast: Option<Forecast>,
    since_s: f64,
    since_forecast_s: f64,
    done_s: f64,
    given_a: f64,
    message: Option<ChargerMessage>,
    report: StationReport,
}

impl ActiveSession {
    pub(super) fn new(plan: &SessionPlan) -> Self {
        Self {
            session: Session::new(),
            charger: DcCharger::new(plan.station),
            plan: plan.clone(),
            last: None,
            limits: None,
            forecast: None,
            since_s: 0.0,
            since_forecast_s: f64::INFINITY,
            done_s: 0.0,
            given_a: 0.0,
            message: None,
            report: StationReport::default(),
        }
    }

    fn is_in(&self) -> bool {
        self.since_s >= PLUG_S
    }

    /// Whether the plug may be removed: the session started and is over.
    pub(super) fn is_over(&self) -> bool {
        self.done_s >= FAREWELL_S
    }

    /// Whether the charger holds the link, so that no load of the vehicle may discharge it.
    pub(super) fn holds_link(&self) -> bool {
        self.last.is_some_and(|last| {
            matches!(
                last.state,
                SessionState::CableCheck
                    | SessionState::Precharge
                    | SessionState::CloseContactors
                    | SessionState::Charging
                    | SessionState::RampDown
            )
        })
    }

    /// Whether the cells are to be heated.
    pub(super) fn heats(&self) -> bool {
        self.last.is_some_and(|last| {
            last.state == SessionState::Charging && last.request.conditioning == Conditioning::Heat
        })
    }

    /// Effect of charger and heater on the link in the next tick.
    pub(super) fn supply(&mut self, world: &World, full_v: f64, dt_s: f64) -> Demand {
        self.since_s += dt_s;
        self.charger.set_fault(world.present(|kind| match kind {
            FaultKind::Station(fault) => Some(*fault),
            _ => None,
        }));
        let site_w = self.plan.site.iter().rev();
        let site_w = site_w
            .clone()
            .find(|(from_s, _)| *from_s <= self.since_s)
            .map_or(f64::INFINITY, |(_, power_w)| *power_w);
        self.charger.set_share_w(site_w);
        let ask = self
            .last
            .filter(|_| self.is_in())
            .map_or(ChargerAsk::default(), |last| ChargerAsk {
                ask: last.ask,
                voltage_v: f64::from(to_volts(last.target_voltage)),
                current_a: f64::from(to_amperes(last.request.current)),
            });
        let closed = world.high_voltage().closed();
        let joined = closed.main_positive && closed.main_negative;
        let tick = self
            .charger
            .step(ask, joined.then(|| world.flow().pack_v), dt_s);
        self.given_a = tick.current_a;
        self.message = tick.message;
        self.report = tick.report;
        let heater_a = world.heater_w() / world.flow().link_v.max(1.0);
        let into_a = tick.current_a - heater_a;
        match tick.voltage_v {
            _ if joined && into_a > 0.0 => Demand::Voltage {
                voltage_v: CEILING * full_v,
                charge_limit_a: into_a,
                discharge_limit_a: 0.0,
            },
            _ if joined => Demand::Current { current_a: -into_a },
            Some(voltage_v) => Demand::Voltage {
                voltage_v,
                charge_limit_a: HOLD_A,
                discharge_limit_a: BLEED_A,
            },
            None => Demand::REST,
        }
    }

    /// Measurements of charger and plug.
    pub(super) fn measurement(&self) -> ChargerMeasurement {
        if !self.is_in() {
            return ChargerMeasurement::default();
        }
        ChargerMeasurement {
            plugged: true,
            locked: true,
            phase: self.last.map_or(ChargerPhase::Idle, |last| last.phase),
            message: self.message.map_or(Reading::Waiting, Reading::New),
            inlet_temperature: Reading::Waiting,
        }
    }

    /// The session's tick, before the battery's; `outputs` are those of the battery's last one.
    pub(super) fn step(
        &mut self,
        config: &BmsConfig<'_>,
        outputs: &Outputs,
        measurements: &Measurements<'_>,
        wanted: bool,
        dt_s: f64,
    ) -> SessionOutputs {
        let target_soc = ratio(single(self.plan.until_soc));
        if let Some(limits) = self
            .message
            .and_then(|message| ChargerLimits::of(&message).ok())
        {
            self.limits = Some(limits);
        }
        let inputs = SessionInputs {
            outputs,
            charger: measurements.charger,
            pack_voltage: measurements.pack_voltage,
            inlet_voltage: measurements.link_voltage,
            station: self.report,
            wanted: wanted && self.since_s < self.plan.duration_s,
            schedule: Schedule::UNLIMITED,
            target_soc,
        };
        let plan = &self.plan;
        let dt = seconds(single(dt_s));
        let session = self
            .session
            .step(&plan.session, &plan.charging, config, &inputs, dt);
        // A driver who stops it leaves no time between its end and the next request.
        let ended = matches!(session.state, SessionState::Done | SessionState::Idle);
        if ended && session.end.is_some() {
            self.done_s += dt_s;
        }
        self.foresee(config, outputs, session.state, dt_s);
        self.last = Some(session);
        session
    }

    fn foresee(
        &mut self,
        config: &BmsConfig<'_>,
        outputs: &Outputs,
        state: SessionState,
        dt_s: f64,
    ) {
        self.since_forecast_s += dt_s;
        if state != SessionState::Charging || self.since_forecast_s < FORECAST_S - 0.5 * dt_s {
            return;
        }
        self.since_forecast_s = 0.0;
        let departure_s = self.plan.departure_s;
        let goals = Goals {
            target: ratio(single(self.plan.until_soc)),
            departure: departure_s.map(|at_s| seconds(single((at_s - self.since_s).max(0.0)))),
            ..Goals::DEFAULT
        };
        let scene = ForecastInputs {
            outputs,
            charger: self.limits,
            schedule: Schedule::UNLIMITED,
            goals,
        };
        let charging = &self.plan.charging;
        self.forecast = Some(match &self.plan.warming {
            Some(warming) => Forecast::with_warming(charging, config, &scene, warming),
            None => Forecast::new(charging, config, &scene),
        });
    }

    /// Result of the tick.
    pub(super) fn tick(&self, world: &World) -> Option<SessionTick> {
        self.last.map(|outputs| SessionTick {
            outputs,
            forecast: self.forecast,
            given_a: self.given_a,
            heater_w: world.heater_w(),
        })
    }
}
