//! The core, its world, and the vehicle that obeys: one tick after the other.

use bms_core::config::{BmsConfig, ConfigError, MAX_CELLS, MAX_TEMPERATURE_SENSORS};
use bms_core::control::{LimitReason, Mode};
use bms_core::estimation::InitialSoc;
use bms_core::measurement::{Commands, Contactors, Request};
use bms_core::units::{amperes, seconds, to_amperes, to_volts, volts};
use bms_core::{Bms, BmsView, Outputs};

use super::active_session::{ActiveSession, SessionTick};
use super::battery::World;
use super::operation::{LoadRequest, Operation};
use super::sensing::single;
use crate::fault::{FaultEvent, FaultKind};
use crate::load::Demand;

/// Room for any pack.
pub const CELLS: usize = MAX_CELLS;
/// Room for the sensors of any pack.
pub const SENSORS: usize = MAX_TEMPERATURE_SENSORS;

/// Margin of a vehicle to its limit: its own measurement has errors as well.
const MARGIN: f64 = 0.02;
/// Upper limit of the voltage of an uncommanded charge, as a multiple of the charge voltage limit.
const CEILING: f64 = 1.1;

/// Result of one tick.
#[derive(Clone, Copy, Debug)]
pub struct Tick {
    /// Outputs of the core.
    pub outputs: Outputs,
    /// Request of vehicle or charger.
    pub load_request: LoadRequest,
    /// The same as a current, in ampere, discharge positive.
    pub wanted_a: f64,
    /// Granted current, in ampere.
    pub granted_a: f64,
    /// The limit that reduced the request, if any.
    pub bound: Option<LimitReason>,
    /// The session with a charger, if any.
    pub session: Option<SessionTick>,
}

/// The core in closed loop.
#[derive(Debug)]
pub struct ClosedLoop<'a> {
    config: &'a BmsConfig<'a>,
    bms: Box<Bms<'a, CELLS, SENSORS>>,
    world: World,
    operation: Operation,
    active_session: Option<ActiveSession>,
    last: Option<Outputs>,
    ticks: u64,
}

impl<'a> ClosedLoop<'a> {
    /// A loop before its first tick.
    ///
    /// # Errors
    /// A configuration that the core refuses.
    pub fn new(
        config: &'a BmsConfig<'a>,
        initial: InitialSoc,
        world: World,
        operation: Operation,
    ) -> Result<Self, ConfigError> {
        Ok(Self {
            config,
            bms: Box::new(Bms::new(config.validated()?, initial)?),
            world,
            operation,
            active_session: None,
            last: None,
            ticks: 0,
        })
    }

    /// The core's configuration.
    #[must_use]
    pub fn config(&self) -> &'a BmsConfig<'a> {
        self.config
    }

    /// The core's state, read-only.
    #[must_use]
    pub fn bms(&self) -> BmsView<'_> {
        self.bms.view()
    }

    /// The world.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// State of vehicle and charger.
    #[must_use]
    pub fn operation(&self) -> &Operation {
        &self.operation
    }

    /// One tick.
    pub fn tick(&mut self) -> Tick {
        let dt_s = self.world.tick_s();
        self.ticks += 1;
        let load_request = self.operation.load_request(dt_s);
        let (wanted_a, granted_a, bound) = self.grant(load_request);
        let demand = match self.supply(dt_s) {
            Some(demand) => demand,
            None => self.demand(load_request, granted_a),
        };
        let request = self.operation.request();
        let mode = self.last.map_or(Mode::Initialise, |last| last.mode);
        let connected = matches!(mode, Mode::Precharge | Mode::Drive | Mode::Charge);
        let pump_on = connected;
        let holds_link = self
            .active_session
            .as_ref()
            .is_some_and(ActiveSession::holds_link);
        let bms = self.bms.view();
        self.world.tick(
            demand,
            self.last
                .map_or(Contactors::all(false), |last| last.contactors),
            connected || holds_link,
            pump_on,
            |cell| bms.is_bleeding(cell),
        );
        let flow = self.world.flow();
        let mut commands = self.commands(request, pump_on);
        let charger = match &self.active_session {
            Some(session) => session.measurement(),
            None => self
                .operation
                .charger(self.ticks, flow.pack_v, flow.link_v, -flow.load_a),
        };
        let mut measurements = self.world.measurements(charger);
        if let (Some(active), Some(last)) = (&mut self.active_session, &self.last) {
            let wanted = self.operation.session().is_some();
            let session = active.step(self.config, last, &measurements, wanted, dt_s);
            session.command(&mut commands);
            commands.heater_on = active.heats();
            measurements.charger.phase = session.phase;
        }
        let outputs = self
            .bms
            .step(&measurements, &commands, seconds(single(dt_s)));
        let given_w = flow.load_a * flow.link_v;
        self.operation
            .advance(load_request, given_w, &outputs, dt_s);
        self.last = Some(outputs);
        if self
            .active_session
            .as_ref()
            .is_some_and(ActiveSession::is_over)
        {
            self.operation.end_session();
        }
        let session = self
            .active_session
            .as_ref()
            .and_then(|session| session.tick(&self.world));
        Tick {
            outputs,
            load_request,
            wanted_a,
            granted_a,
            bound,
            session,
        }
    }

    /// Effect of a session's charger on the link; `None` without one. Plug-in is at the start of a session's stage,
    /// removal at its end.
    fn supply(&mut self, dt_s: f64) -> Option<Demand> {
        match (self.operation.session(), &self.active_session) {
            (Some(plan), None) => self.active_session = Some(ActiveSession::new(plan)),
            (None, Some(_)) => self.active_session = None,
            _ => {}
        }
        let full_v = self.charge_limit_v();
        let heats = self
            .active_session
            .as_ref()
            .is_some_and(ActiveSession::heats);
        self.world.set_heats(heats);
        self.active_session
            .as_mut()
            .map(|session| session.supply(&self.world, full_v, dt_s))
    }

    /// Requested and granted current, and the limit that reduced it.
    fn grant(&self, load_request: LoadRequest) -> (f64, f64, Option<LimitReason>) {
        let source = self.world.source();
        let wanted_a = match load_request {
            LoadRequest::Nothing => return (0.0, 0.0, None),
            LoadRequest::Current { current_a } => current_a,
            LoadRequest::Power { power_w } => Demand::Power { power_w }
                .current_a(source.e_v, source.r_ohm)
                .unwrap_or(f64::MAX),
            LoadRequest::Charge { current_a, power_w } => {
                -current_a.min(power_w / self.world.flow().pack_v.max(1.0))
            }
        };
        let Some(last) = self.last.filter(is_connected) else {
            return (wanted_a, 0.0, Some(LimitReason::ContactorsOpen));
        };
        let allowed = if wanted_a >= 0.0 {
            last.allowed.discharge
        } else {
            last.allowed.charge
        };
        let most_a = f64::from(to_amperes(allowed.current)) * (1.0 - MARGIN);
        let granted_a = wanted_a.clamp(-most_a, most_a);
        let bound = (granted_a.abs() < wanted_a.abs()).then_some(allowed.reason);
        (wanted_a, granted_a, bound)
    }

    /// The demand at the link.
    fn demand(&self, load_request: LoadRequest, granted_a: f64) -> Demand {
        let disobeys = self.world.present(|kind| match kind {
            FaultKind::UncontrolledLoad { current_a } => Some(*current_a),
            _ => None,
        });
        if let Some(current_a) = disobeys {
            let closed = self.world.high_voltage().closed();
            let joined = closed.main_positive && closed.main_negative;
            return match (joined, current_a < 0.0) {
                (false, _) => Demand::REST,
                (true, false) => Demand::Current { current_a },
                // The voltage of a charging source is bounded while the contactors open.
                (true, true) => Demand::Voltage {
                    voltage_v: CEILING * self.charge_limit_v(),
                    charge_limit_a: -current_a,
                    discharge_limit_a: 0.0,
                },
            };
        }
        match load_request {
            LoadRequest::Nothing => Demand::REST,
            LoadRequest::Power { .. } | LoadRequest::Current { .. } => Demand::Current {
                current_a: granted_a,
            },
            LoadRequest::Charge { .. } => Demand::Voltage {
                voltage_v: self.charge_limit_v(),
                charge_limit_a: -granted_a,
                discharge_limit_a: 0.0,
            },
        }
    }

    /// Charge voltage limit: all cells at their operating limit.
    fn charge_limit_v(&self) -> f64 {
        f64::from(to_volts(self.config.limits.pack_over_voltage.operating))
    }

    fn commands(&self, request: Request, pump_on: bool) -> Commands {
        let lost = self.world.present(|kind| {
            matches!(kind, FaultKind::Event(FaultEvent::CommandsLost)).then_some(())
        });
        let charge_a = self
            .last
            .map_or(0.0, |last| to_amperes(last.allowed.charge.current));
        Commands {
            is_new: lost.is_none(),
            request,
            charging_allowed: true,
            pump_on,
            charger_voltage_limit: volts(single(self.charge_limit_v())),
            charger_current_request: amperes(charge_a),
            ..Commands::default()
        }
    }
}

fn is_connected(outputs: &Outputs) -> bool {
    matches!(outputs.mode, Mode::Drive | Mode::Charge) && outputs.contactors.mains_closed()
}
