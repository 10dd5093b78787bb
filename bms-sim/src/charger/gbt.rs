//! A charger by GB/T 27930-2015: the other end of [`bms_core::charging::gbt::Link`].

use bms_core::charging::Ask;
use bms_core::charging::gbt::{
    Capability, Checked, Demand, Frame, Identity, Limits, Output, Receiver, Recognition, Signal2,
    Status, Stop, pgn,
};
use bms_core::units::{amperes, joules, to_amperes, to_volts, volts};

use super::dc::{ChargerAsk, DcCharger, DcChargerConfig};

/// How far the charger is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GbtPhase {
    /// CHM, until the vehicle answers.
    Handshake,
    /// The cable is checked, then CRM (00).
    Recognition,
    /// CRM (AA), until the battery sends its limits.
    Recognised,
    /// CTS and CML, until the vehicle is about to be ready.
    Parameters,
    /// CRO (00), until the vehicle is ready and the battery's voltage is present.
    Ready,
    /// CRO (AA) once, and CCS.
    Charging,
    /// CST.
    Stopping,
    /// CSD.
    Statistics,
    /// Over.
    Over,
    /// CEM: the vehicle did not answer in time.
    Failed,
}

/// Faults of this charger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GbtChargerFault {
    /// It sends nothing in this phase.
    SilentIn(GbtPhase),
    /// It stops without a request.
    EarlyStop,
    /// It pauses: CCS without permission.
    Pause,
    /// It supplies more than the demand.
    Overshoot,
    /// It does not accept the optional messages.
    RefusesDetails,
}

/// The charger's side.
#[derive(Clone, Debug)]
pub struct GbtCharger {
    config: DcChargerConfig,
    power: DcCharger,
    phase: GbtPhase,
    fault: Option<GbtChargerFault>,
    since_ms: u32,
    now_ms: u32,
    receiver: Receiver,
    /// The vehicle's last identification.
    pub identity: Option<Identity>,
    /// The battery's limits.
    pub limits: Option<Limits>,
    /// The last demand.
    pub demand: Option<Demand>,
    /// The last status.
    pub status: Option<Status>,
    /// Number of status messages.
    pub statuses: u32,
    /// Why the vehicle stopped.
    pub stop: Option<Stop>,
    /// The errors that the vehicle reported.
    pub errors: Option<[u8; 4]>,
    /// The last optional messages: BMV, BMT and BSP.
    pub details: [Option<Vec<u8>>; 3],
    heard_bhm: bool,
    vehicle_ready: Option<bool>,
    demand_ms: u32,
    counted: bool,
    given_j: f64,
    begun_ms: u32,
}

impl GbtCharger {
    /// A charger at the moment of plug-in.
    #[must_use]
    pub fn new(config: DcChargerConfig) -> Self {
        Self {
            config,
            power: DcCharger::new(config),
            phase: GbtPhase::Handshake,
            fault: None,
            since_ms: 0,
            now_ms: 0,
            receiver: Receiver::new(false),
            identity: None,
            limits: None,
            demand: None,
            status: None,
            statuses: 0,
            stop: None,
            errors: None,
            details: [const { None }; 3],
            heard_bhm: false,
            vehicle_ready: None,
            demand_ms: 0,
            counted: false,
            given_j: 0.0,
            begun_ms: 0,
        }
    }

    /// Sets the present fault.
    pub fn set_fault(&mut self, fault: Option<GbtChargerFault>) {
        self.fault = fault;
    }

    /// Phase of the session.
    #[must_use]
    pub fn phase(&self) -> GbtPhase {
        self.phase
    }

    fn is_silent(&self) -> bool {
        matches!(self.fault, Some(GbtChargerFault::SilentIn(phase)) if self.phase >= phase)
    }

    /// A frame of the vehicle.
    pub fn receive(&mut self, frame: &Frame) {
        let Some(group) = frame.group(0xF4, 0x56) else {
            return;
        };
        let bytes = frame.bytes();
        match group {
            pgn::BHM => self.heard_bhm = true,
            pgn::BRO => self.vehicle_ready = bytes.first().map(|byte| *byte == 0xAA),
            pgn::BCL => {
                self.demand = Demand::decode(bytes).or(self.demand);
                self.demand_ms = 0;
            }
            pgn::BST => self.stop = Stop::decode(bytes).or(self.stop),
            pgn::BSD => self.counted = true,
            pgn::BEM => self.errors = bytes.try_into().ok().or(self.errors),
            pgn::TP_CM => {
                let refuses = self.fault == Some(GbtChargerFault::RefusesDetails);
                let is_detail = matches!(bytes.get(6), Some(0x15..=0x17));
                if !(refuses && is_detail) {
                    self.receiver.manage(bytes);
                }
            }
            pgn::TP_DT => {
                if let Some(whole) = self.receiver.data(bytes) {
                    match whole.group {
                        pgn::BRM => self.identity = Identity::decode(whole.bytes()),
                        pgn::BCP => self.limits = Limits::decode(whole.bytes()),
                        pgn::BCS => {
                            self.status = Status::decode(whole.bytes());
                            self.statuses += 1;
                        }
                        group => self.take_detail(group, whole.bytes()),
                    }
                }
            }
            group => self.take_detail(group, bytes),
        }
    }

    fn take_detail(&mut self, group: u16, bytes: &[u8]) {
        let place = match group {
            pgn::BMV => 0,
            pgn::BMT => 1,
            pgn::BSP => 2,
            _ => return,
        };
        self.details[place] = Some(bytes.to_vec());
    }

    /// One tick: the frames to send, and the current into the battery. `battery_v` is the voltage at the inlet if the
    /// vehicle's contactors are closed.
    pub fn step(&mut self, battery_v: Option<f64>, tick_ms: u32) -> (Vec<Frame>, f64) {
        self.now_ms += tick_ms;
        self.since_ms += tick_ms;
        self.demand_ms += tick_ms;
        self.receiver.pass(tick_ms);
        self.walk(battery_v);
        let current_a = self.supply(battery_v, tick_ms);
        if self.is_silent() {
            return (Vec::new(), current_a);
        }
        let mut frames: Vec<Frame> = self.receiver.transmit().into_iter().collect();
        self.send(&mut frames, battery_v, current_a);
        (frames, current_a)
    }

    fn enter(&mut self, phase: GbtPhase) {
        self.phase = phase;
        self.since_ms = 0;
    }

    fn walk(&mut self, battery_v: Option<f64>) {
        let late = |limit_ms: u32| self.since_ms > limit_ms;
        match self.phase {
            GbtPhase::Handshake if self.heard_bhm => self.enter(GbtPhase::Recognition),
            GbtPhase::Recognition if self.identity.is_some() => self.enter(GbtPhase::Recognised),
            GbtPhase::Recognised if self.limits.is_some() => self.enter(GbtPhase::Parameters),
            GbtPhase::Parameters if self.vehicle_ready.is_some() => self.enter(GbtPhase::Ready),
            // Battery voltage at the inlet: the vehicle's contactors are closed.
            GbtPhase::Ready
                if self.vehicle_ready == Some(true) && battery_v.is_some() && late(500) =>
            {
                self.begun_ms = self.now_ms;
                self.demand_ms = 0;
                self.enter(GbtPhase::Charging);
            }
            GbtPhase::Charging
                if self.stop.is_some() || self.fault == Some(GbtChargerFault::EarlyStop) =>
            {
                self.enter(GbtPhase::Stopping);
            }
            GbtPhase::Stopping if self.counted => self.enter(GbtPhase::Statistics),
            GbtPhase::Statistics if late(1000) => self.enter(GbtPhase::Over),
            // 1 s without a demand ends the charge (table 5).
            GbtPhase::Charging if self.demand_ms > 1000 && self.since_ms > 2000 => {
                self.enter(GbtPhase::Failed);
            }
            GbtPhase::Recognition | GbtPhase::Recognised if late(11_000) => {
                self.enter(GbtPhase::Failed);
            }
            GbtPhase::Parameters if late(5_000) => self.enter(GbtPhase::Failed),
            GbtPhase::Ready if late(60_000) => self.enter(GbtPhase::Failed),
            GbtPhase::Stopping if late(10_000) => self.enter(GbtPhase::Failed),
            _ => {}
        }
    }

    fn supply(&mut self, battery_v: Option<f64>, tick_ms: u32) -> f64 {
        let flows = self.phase == GbtPhase::Charging
            && self.demand.is_some()
            && self.fault != Some(GbtChargerFault::Pause);
        let more_a = if self.fault == Some(GbtChargerFault::Overshoot) {
            40.0
        } else {
            0.0
        };
        let ask = match self.demand.filter(|_| flows) {
            Some(demand) => ChargerAsk {
                ask: Ask::Current,
                voltage_v: f64::from(to_volts(demand.voltage)),
                current_a: f64::from(to_amperes(demand.current)) + more_a,
            },
            None => ChargerAsk::default(),
        };
        let dt_s = f64::from(tick_ms) * 1e-3;
        let tick = self.power.step(ask, battery_v, dt_s);
        self.given_j += tick.current_a * battery_v.unwrap_or(0.0) * dt_s;
        tick.current_a
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "voltages, currents and energies of chargers"
    )]
    fn send(&self, frames: &mut Vec<Frame>, battery_v: Option<f64>, current_a: f64) {
        let due = |period_ms: u32| self.now_ms.is_multiple_of(period_ms);
        let minutes = u16::try_from((self.now_ms - self.begun_ms) / 60_000).unwrap_or(600);
        let recognition = |recognised| Recognition {
            recognised,
            number: 1,
            region: *b"000",
        };
        let mut say = |group, bytes: &[u8]| frames.push(Frame::of_charger(group, bytes));
        match self.phase {
            GbtPhase::Handshake if due(250) => say(pgn::CHM, &[1, 1, 0]),
            GbtPhase::Recognition if due(250) => say(pgn::CRM, &recognition(false).encode()),
            GbtPhase::Recognised if due(250) => say(pgn::CRM, &recognition(true).encode()),
            GbtPhase::Parameters if due(250) => {
                say(pgn::CTS, &[0, 0, 0x12, 0x21, 0x11, 0x26, 0x20]);
                say(pgn::CML, &self.capability().encode());
            }
            GbtPhase::Ready if due(250) => say(pgn::CRO, &[0x00]),
            GbtPhase::Charging => {
                if due(250) && self.since_ms < 2000 {
                    say(pgn::CRO, &[0xAA]);
                }
                if due(50) {
                    let output = Output {
                        voltage: volts(battery_v.unwrap_or(0.0) as f32),
                        current: amperes(current_a as f32),
                        minutes,
                        permitted: self.fault != Some(GbtChargerFault::Pause),
                    };
                    say(pgn::CCS, &output.encode());
                }
            }
            GbtPhase::Stopping => {
                let mut stop = Stop::default();
                let by_vehicle = self.fault != Some(GbtChargerFault::EarlyStop);
                stop.reasons[3] = Signal2::when(by_vehicle);
                stop.reasons[1] = Signal2::when(!by_vehicle);
                say(pgn::CST, &stop.encode());
            }
            GbtPhase::Statistics if due(250) => {
                let counted = Checked {
                    minutes,
                    energy: joules(self.given_j as f32),
                    number: 1,
                };
                say(pgn::CSD, &counted.encode());
            }
            GbtPhase::Failed if due(250) => say(pgn::CEM, &[0xF1, 0xF0, 0xF0, 0xFC]),
            _ => {}
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "voltages and currents of chargers"
    )]
    fn capability(&self) -> Capability {
        Capability {
            voltage_max: volts(self.config.voltage_max_v as f32),
            voltage_min: volts(self.config.voltage_min_v as f32),
            current_max: amperes(self.config.current_max_a as f32),
            current_min: amperes(0.0),
        }
    }
}
