//! A DC station opposite the core's charging by ISO 15118-2 and -20, over the protocol stack of crate `iso15118`: both ends in
//! memory, with the caller's clock. Feature `iso15118`.
//!
//! The core's session asks ([`SessionOutputs::ask`]) and its [`ChargeNeeds`] supply the numbers; the vehicle's application makes
//! messages of them, the stack encodes, orders and times them, and the station's application answers over a [`DcCharger`](super::DcCharger).
//! -2 runs with external payment, -20 in dynamic control mode; without TLS and Plug & Charge.

mod message;
mod station;
mod values;
mod vehicle;

use std::fmt::Debug;

use bms_core::charging::{ChargeNeeds, SessionOutputs, StationReport};
use bms_core::measurement::ChargerMessage;
pub use iso15118::Protocol;
use iso15118::Protocols;
use iso15118::evcc::{self, Evcc, EvccConfig};
use iso15118::secc::{self, Secc, SeccConfig};
use iso15118::session::{Instant, SessionId};
use thiserror::Error;

use self::station::Station;
use self::vehicle::Vehicle;
use super::{ChargerFault, DcChargerConfig};

/// Shortest time between two requests of the vehicle.
const PERIOD_MS: u32 = 100;

/// The protocol did not go its course.
#[derive(Debug, Error)]
pub enum Iso15118Error {
    /// The vehicle's stack refuses a message.
    #[error("the vehicle's protocol stack: {0}")]
    Vehicle(#[from] evcc::EvccError),
    /// The station's stack refuses a message.
    #[error("the station's protocol stack: {0}")]
    Station(#[from] secc::SeccError),
    /// A message or event that has no place in the session.
    #[error("unexpected: {0}")]
    Unexpected(String),
    /// A timer of one end expired.
    #[error("time-out after {0}")]
    Timeout(&'static str),
}

fn unexpected(what: impl Debug) -> Iso15118Error {
    Iso15118Error::Unexpected(format!("{what:?}"))
}

/// Output of the station in one tick.
#[derive(Clone, Copy, Debug)]
pub struct Iso15118Tick {
    /// Current into the battery, in ampere.
    pub current_a: f64,
    /// Voltage on the link, in volt, if the contactors are open and the station holds one.
    pub voltage_v: Option<f64>,
    /// Message of the charger, if one arrived.
    pub message: Option<ChargerMessage>,
    /// Report of the station.
    pub report: StationReport,
}

/// Vehicle and station, and the connection between them.
#[derive(Debug)]
pub struct Iso15118 {
    protocol: Protocol,
    now_ms: u32,
    evcc: Evcc,
    secc: Secc,
    station: Station,
    vehicle: Vehicle,
    awaits_answer: bool,
    next_ms: u32,
    sent: Vec<&'static str>,
    closed: Option<evcc::Close>,
}

impl Iso15118 {
    /// A connection that starts at time 0.
    pub fn new(protocol: Protocol, charger: DcChargerConfig) -> Result<Self, Iso15118Error> {
        let protocols = Protocols::only(protocol);
        let mut evcc = Evcc::new(EvccConfig {
            protocols,
            ..EvccConfig::default()
        });
        let mut secc = Secc::new(SeccConfig {
            protocols,
            session_id: SessionId::new([1, 2, 3, 4, 5, 6, 7, 8]),
            ..SeccConfig::default()
        });
        let now = Instant::from_millis(0);
        secc.opened(now);
        evcc.start(now)?;
        Ok(Self {
            protocol,
            now_ms: 0,
            evcc,
            secc,
            station: Station::new(charger),
            vehicle: Vehicle::new(protocol),
            awaits_answer: true,
            next_ms: 0,
            sent: Vec::new(),
            closed: None,
        })
    }

    /// Sets or clears a fault of the station.
    pub fn set_fault(&mut self, fault: Option<ChargerFault>) {
        self.station.power.set_fault(fault);
    }

    /// Both ends after `dt_ms`; `battery_v` if the contactors are closed.
    pub fn step(
        &mut self,
        session: &SessionOutputs,
        needs: &ChargeNeeds,
        battery_v: Option<f64>,
        dt_ms: u16,
    ) -> Result<Iso15118Tick, Iso15118Error> {
        self.now_ms += u32::from(dt_ms);
        let tick = self.station.step(battery_v, f64::from(dt_ms) * 1e-3);
        self.exchange(session, needs)?;
        Ok(Iso15118Tick {
            current_a: tick.current_a,
            voltage_v: tick.voltage_v,
            message: self.vehicle.take_message(),
            report: self.vehicle.report,
        })
    }

    /// Names of the requests so far, each run of the same one once.
    #[must_use]
    pub fn course(&self) -> Vec<&'static str> {
        let mut course = self.sent.clone();
        course.dedup();
        course
    }

    /// Number of requests so far.
    #[must_use]
    pub fn request_count(&self) -> usize {
        self.sent.len()
    }

    /// Whether both ends ended the session by `SessionStop`.
    #[must_use]
    pub fn is_closed_normally(&self) -> bool {
        self.closed == Some(evcc::Close::Normal) && self.secc.is_closed()
    }

    /// Whether the steps that only -20 has were all taken: schedule exchange, end of precharge, end of welding detection.
    #[must_use]
    pub fn is_dynamic_course_complete(&self) -> bool {
        self.vehicle.is_dynamic_course_complete()
    }

    /// A request that is due, and bytes in both directions until neither end has more.
    fn exchange(
        &mut self,
        session: &SessionOutputs,
        needs: &ChargeNeeds,
    ) -> Result<(), Iso15118Error> {
        let now = Instant::from_millis(u64::from(self.now_ms));
        if !self.awaits_answer
            && !self.evcc.is_closed()
            && self.now_ms >= self.next_ms
            && let Some(request) = self.vehicle.next(session.ask, needs, self.now_ms)
        {
            self.sent.push(request.name());
            self.evcc.request(now, request)?;
            self.awaits_answer = true;
            self.next_ms = self.now_ms + PERIOD_MS;
        }
        loop {
            let request = self.evcc.take_transmit();
            if !request.is_empty() {
                self.secc.handle_input(now, &request)?;
            }
            self.serve(now)?;
            let answer = self.secc.take_transmit();
            if answer.is_empty() {
                break;
            }
            self.evcc.handle_input(now, &answer)?;
            while let Some(event) = self.evcc.poll_event() {
                match event {
                    evcc::Event::ProtocolAgreed(_) => self.awaits_answer = false,
                    evcc::Event::Response(response) => {
                        self.awaits_answer = false;
                        self.vehicle.receive(&response, session.ask)?;
                    }
                    evcc::Event::Closed(why) => self.closed = Some(why),
                    other => return Err(unexpected(other)),
                }
            }
        }
        let ends = [self.evcc.poll_timeout(), self.secc.poll_timeout()];
        if ends.into_iter().flatten().any(|end| end <= now) {
            let last = self.sent.last().copied();
            return Err(Iso15118Error::Timeout(last.unwrap_or("the connection")));
        }
        Ok(())
    }

    /// Answers of the station to what arrived.
    fn serve(&mut self, now: Instant) -> Result<(), Iso15118Error> {
        while let Some(event) = self.secc.poll_event() {
            match event {
                secc::Event::Request(request) => {
                    let response = self.station.answer(&request, self.now_ms)?;
                    self.secc.respond(now, response)?;
                }
                secc::Event::ProtocolAgreed(protocol) if protocol == self.protocol => {}
                secc::Event::Closed(_) => {}
                other => return Err(unexpected(other)),
            }
        }
        Ok(())
    }
}
