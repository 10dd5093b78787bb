//! Vehicle and charger: a sequence of stages.

use bms_core::Outputs;
use bms_core::control::Mode;
use bms_core::measurement::{ChargerMeasurement, ChargerMessage, ChargerPhase, Reading, Request};
use bms_core::units::{amperes, to_ratio, volts, watts};

use super::active_session::SessionPlan;
use super::driver::Driver;
use super::sensing::single;
use crate::load::{SpeedCycle, Vehicle};

/// A stage waits this long for the contactors, in seconds, then its time runs all the same.
const PATIENCE_S: f64 = 20.0;
/// Cable check of a charging session, in seconds.
const CABLE_CHECK_S: f64 = 1.0;
/// Time at or below the cut-off current that ends a charge, in seconds.
const CUTOFF_S: f64 = 10.0;
/// Time at the start of a charge in which the current does not end it, in seconds: limits rise slowly.
const RISE_S: f64 = 60.0;
/// Ticks between two messages of the charger.
const MESSAGE_TICKS: u64 = 10;
/// After the last stage the contactors have this long to open, in seconds.
const SHUTDOWN_S: f64 = 5.0;

/// Maximum duration of a session besides the charge, in seconds: time-outs until its contactors close, and its end.
const HANDSHAKE_S: f64 = 240.0;

/// A charge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Charge {
    /// Most current of the charger, in ampere.
    pub current_a: f64,
    /// Most power of the charger, in watt.
    pub power_w: f64,
    /// Estimated state of charge of the pack that ends it.
    pub until_soc: f64,
    /// Current that ends it, in ampere.
    pub cutoff_a: f64,
    /// Time that ends it, in seconds.
    pub duration_s: f64,
}

/// Part of an operation.
#[derive(Clone, Debug)]
pub enum Stage {
    /// A speed cycle, driven some times over.
    Drive {
        /// Speed over time.
        cycle: SpeedCycle,
        /// The vehicle.
        vehicle: Vehicle,
        /// Times.
        repeat: usize,
    },
    /// A power drawn by the vehicle, in watt, discharge positive.
    Power {
        /// Power in watt.
        power_w: f64,
        /// Duration in seconds.
        duration_s: f64,
    },
    /// A current drawn by the vehicle, in ampere, discharge positive.
    Current {
        /// Current in ampere.
        current_a: f64,
        /// Duration in seconds.
        duration_s: f64,
    },
    /// A charge within [`Outputs::allowed`] at a charger without a session.
    Charge(Charge),
    /// A charge in a session of the core with a station.
    Session(Box<SessionPlan>),
    /// Contactors open.
    Park {
        /// Duration in seconds.
        duration_s: f64,
    },
}

impl Stage {
    /// Maximum duration from its start, in seconds.
    #[must_use]
    pub fn duration_max_s(&self) -> f64 {
        match self {
            Self::Drive { cycle, repeat, .. } => cycle.duration_s() * *repeat as f64,
            Self::Power { duration_s, .. }
            | Self::Current { duration_s, .. }
            | Self::Park { duration_s } => *duration_s,
            Self::Charge(charge) => charge.duration_s,
            Self::Session(plan) => plan.duration_s + HANDSHAKE_S,
        }
    }

    fn request(&self) -> Request {
        match self {
            Self::Drive { .. } | Self::Power { .. } | Self::Current { .. } => Request::Drive,
            Self::Charge(_) => Request::Charge,
            // A session sets the request itself.
            Self::Session(_) | Self::Park { .. } => Request::Standby,
        }
    }
}

/// Request to the battery in one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LoadRequest {
    /// No request.
    Nothing,
    /// A power, in watt, discharge positive.
    Power {
        /// Power in watt.
        power_w: f64,
    },
    /// A current, in ampere, discharge positive.
    Current {
        /// Current in ampere.
        current_a: f64,
    },
    /// The highest current that battery and charger allow.
    Charge {
        /// Most current, in ampere, not negative.
        current_a: f64,
        /// Most power, in watt, not negative.
        power_w: f64,
    },
}

/// A sequence of stages and its present state.
#[derive(Clone, Debug)]
pub struct Operation {
    stages: Vec<Stage>,
    index: usize,
    /// Since the stage began, and since its contactors closed.
    waited_s: f64,
    elapsed_s: f64,
    begun: bool,
    driver: Option<Driver>,
    distance_m: f64,
    below_cutoff_s: f64,
    finished: bool,
    shutdown_s: f64,
}

impl Operation {
    /// An operation before its first stage.
    #[must_use]
    pub fn new(stages: Vec<Stage>) -> Self {
        let mut new = Self {
            stages,
            index: 0,
            waited_s: 0.0,
            elapsed_s: 0.0,
            begun: false,
            driver: None,
            distance_m: 0.0,
            below_cutoff_s: 0.0,
            finished: false,
            shutdown_s: 0.0,
        };
        new.enter();
        new
    }

    fn enter(&mut self) {
        self.waited_s = 0.0;
        self.elapsed_s = 0.0;
        self.below_cutoff_s = 0.0;
        self.begun = false;
        self.finished = false;
        if let Some(driver) = self.driver.take() {
            self.distance_m += driver.distance_m();
        }
        if let Some(Stage::Drive { cycle, vehicle, .. }) = self.stages.get(self.index) {
            self.driver = Some(Driver::new(*vehicle, cycle));
        }
    }

    /// Whether all stages are through and the contactors are open again.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.index >= self.stages.len() && self.shutdown_s >= SHUTDOWN_S
    }

    /// Index of the present stage, from 0; the number of stages after the last.
    #[must_use]
    pub fn stage(&self) -> usize {
        self.index
    }

    /// The longest time that the whole operation can take, in seconds.
    #[must_use]
    pub fn duration_max_s(&self) -> f64 {
        self.stages
            .iter()
            .map(|stage| stage.duration_max_s() + PATIENCE_S)
            .sum::<f64>()
            + SHUTDOWN_S
    }

    /// Distance so far, in metres.
    #[must_use]
    pub fn distance_m(&self) -> f64 {
        self.distance_m + self.driver.as_ref().map_or(0.0, Driver::distance_m)
    }

    /// Speed of the vehicle, in metres per second.
    #[must_use]
    pub fn speed_mps(&self) -> f64 {
        self.driver.as_ref().map_or(0.0, Driver::speed_mps)
    }

    /// The present session.
    #[must_use]
    pub fn session(&self) -> Option<&SessionPlan> {
        match self.stages.get(self.index) {
            Some(Stage::Session(plan)) => Some(plan),
            _ => None,
        }
    }

    /// Ends the session and removes the plug: the next stage starts.
    pub(super) fn end_session(&mut self) {
        if self.session().is_some() {
            self.index += 1;
            self.enter();
        }
    }

    /// Mode that the vehicle requests.
    #[must_use]
    pub fn request(&self) -> Request {
        match self.stages.get(self.index) {
            Some(Stage::Charge(_)) if self.finished || self.waited_s < CABLE_CHECK_S => {
                Request::Standby
            }
            Some(stage) => stage.request(),
            None => Request::Standby,
        }
    }

    /// Request of vehicle or charger for the next `dt_s`.
    pub fn load_request(&mut self, dt_s: f64) -> LoadRequest {
        if !self.begun || self.finished {
            return LoadRequest::Nothing;
        }
        match (self.stages.get(self.index), &mut self.driver) {
            (Some(Stage::Drive { .. }), Some(driver)) => {
                let within_s = self.elapsed_s % driver.duration_s();
                LoadRequest::Power {
                    power_w: driver.wanted_w(within_s, dt_s),
                }
            }
            (Some(Stage::Power { power_w, .. }), _) => LoadRequest::Power { power_w: *power_w },
            (Some(Stage::Current { current_a, .. }), _) => LoadRequest::Current {
                current_a: *current_a,
            },
            (Some(Stage::Charge(charge)), _) => LoadRequest::Charge {
                current_a: charge.current_a,
                power_w: charge.power_w,
            },
            _ => LoadRequest::Nothing,
        }
    }

    /// Advances by one tick in which the battery supplied `given_w` of the request.
    pub fn advance(
        &mut self,
        load_request: LoadRequest,
        given_w: f64,
        outputs: &Outputs,
        dt_s: f64,
    ) {
        let Some(stage) = self.stages.get(self.index) else {
            let open = matches!(outputs.mode, Mode::Standby | Mode::Fault | Mode::Sleep);
            self.shutdown_s += if open { 10.0 * dt_s } else { dt_s };
            return;
        };
        self.waited_s += dt_s;
        let connected = match stage.request() {
            Request::Drive => outputs.mode == Mode::Drive,
            Request::Charge => outputs.mode == Mode::Charge,
            _ => true,
        };
        self.begun |= connected || self.waited_s >= PATIENCE_S;
        if !self.begun {
            return;
        }
        self.elapsed_s += dt_s;
        if let (Some(driver), LoadRequest::Power { power_w }) = (&mut self.driver, load_request) {
            driver.advance(power_w, given_w, dt_s);
        }
        let charge = match stage {
            Stage::Charge(charge) => Some(*charge),
            _ => None,
        };
        let over = self.elapsed_s >= stage.duration_max_s() - 0.5 * dt_s;
        let Some(charge) = charge else {
            if over {
                self.index += 1;
                self.enter();
            }
            return;
        };
        self.finished |= over || self.is_charged(&charge, outputs, dt_s);
        if self.finished && outputs.mode != Mode::Charge && outputs.mode != Mode::Opening {
            self.index += 1;
            self.enter();
        }
    }

    fn is_charged(&mut self, charge: &Charge, outputs: &Outputs, dt_s: f64) -> bool {
        let charge_a = -outputs.current.map_or(0.0, |current| {
            f64::from(bms_core::units::to_amperes(current))
        });
        let stops = outputs.mode != Mode::Charge;
        if self.elapsed_s > RISE_S && charge_a <= charge.cutoff_a {
            self.below_cutoff_s += dt_s;
        } else {
            self.below_cutoff_s = 0.0;
        }
        stops
            || f64::from(to_ratio(outputs.estimate.soc)) >= charge.until_soc
            || self.below_cutoff_s >= CUTOFF_S
    }

    /// The charger's inputs to the core; `given_a` is its current, positive during charge.
    #[must_use]
    pub fn charger(&self, tick: u64, pack_v: f64, link_v: f64, given_a: f64) -> ChargerMeasurement {
        let Some(Stage::Charge(charge)) = self.stages.get(self.index) else {
            return ChargerMeasurement::default();
        };
        let phase = if self.finished {
            ChargerPhase::Finished
        } else if self.waited_s < CABLE_CHECK_S {
            ChargerPhase::CableCheck
        } else if !self.begun {
            ChargerPhase::Precharge
        } else {
            ChargerPhase::Charging
        };
        let voltage_v = if phase == ChargerPhase::Precharge {
            pack_v
        } else {
            link_v
        };
        let message = ChargerMessage {
            voltage: volts(single(voltage_v)),
            current: amperes(single(given_a)),
            voltage_max: volts(1000.0),
            voltage_min: volts(10.0),
            current_max: amperes(single(charge.current_a)),
            power_max: watts(single(charge.power_w)),
        };
        ChargerMeasurement {
            plugged: true,
            locked: true,
            phase,
            message: if tick.is_multiple_of(MESSAGE_TICKS) {
                Reading::New(message)
            } else {
                Reading::Waiting
            },
            inlet_temperature: Reading::Waiting,
        }
    }
}
