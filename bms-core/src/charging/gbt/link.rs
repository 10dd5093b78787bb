//! The vehicle's end of the protocol, from the charger's handshake to its statistics.

mod charger;
mod contents;
mod optional;

pub use optional::{
    Details, MAX_DETAIL_CELLS, MAX_DETAIL_RESERVED, MAX_DETAIL_SENSORS, cell_voltage, temperature,
};

use super::charger_messages::{Capability, Checked, Output, Recognition};
use super::codec::VOLTAGE_DOWN;
use super::frame::{CHARGER, Frame, VEHICLE, pgn};
use super::signals::{ChargerTimeouts, Stop, Timeouts};
use super::transport::Sender;
use super::vehicle_messages::Identity;
use crate::Outputs;
use crate::charging::needs::ChargeNeeds;
use crate::charging::session::{
    Ask, End, SessionFault, SessionOutputs, SessionState, StationIsolation, StationReport,
    StationStatus, milliseconds_of,
};
use crate::config::BmsConfig;
use crate::measurement::{ChargerMessage, Reading};
use crate::protection::FaultId;
use crate::units::Time;
use charger::Charger;
use optional::Optional;

/// Identity of the vehicle, and time-outs in milliseconds; the defaults are those of the standard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GbtConfig {
    /// Identification data of vehicle and battery.
    pub identity: Identity,
    /// Time-out of the first CRM after the handshake: 30 s.
    pub recognition_ms: u32,
    /// Time-out of the CRM that recognises the vehicle: 5 s.
    pub recognised_ms: u32,
    /// Time-out of CML: 5 s.
    pub capability_ms: u32,
    /// Time-out of a CRO that reports ready: 60 s after the first BRO that reports ready.
    pub ready_ms: u32,
    /// Time-out of CCS: 1 s.
    pub output_ms: u32,
    /// Time-out of CST after the first BST: 5 s.
    pub stop_ms: u32,
    /// Time-out of CSD after the first BST: 10 s.
    pub statistics_ms: u32,
}

impl GbtConfig {
    /// The standard's time-outs.
    #[must_use]
    pub const fn new(identity: Identity) -> Self {
        Self {
            identity,
            recognition_ms: 30_000,
            recognised_ms: 5_000,
            capability_ms: 5_000,
            ready_ms: 60_000,
            output_ms: 1_000,
            stop_ms: 5_000,
            statistics_ms: 10_000,
        }
    }
}

/// Stage of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Stage {
    /// No message of a charger.
    Idle,
    /// BHM, until the charger asks for the identity.
    Handshake,
    /// BRM, until the charger recognises the vehicle.
    Recognition,
    /// BCP, until the charger sends its capability.
    Parameters,
    /// BRO, until both ends are ready.
    Ready,
    /// BCL, BCS and BSM.
    Charging,
    /// BST.
    Stopping,
    /// BSD.
    Statistics,
    /// Ended.
    Over,
    /// BEM: a message of the charger did not arrive in time.
    Failed,
}

/// Sources of the vehicle's messages.
#[derive(Clone, Copy, Debug)]
pub struct Content<'a> {
    /// Outputs of the battery's last tick.
    pub outputs: &'a Outputs,
    /// The session's last outputs.
    pub session: &'a SessionOutputs,
    /// The present charge needs.
    pub needs: &'a ChargeNeeds,
}

/// What the protocol gives a session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GbtInputs {
    /// For [`SessionInputs::station`](crate::charging::SessionInputs).
    pub report: StationReport,
    /// For [`ChargerMeasurement::message`](crate::measurement::ChargerMeasurement).
    pub message: Reading<ChargerMessage>,
    /// Stage of the protocol.
    pub stage: Stage,
    /// Messages of the charger that did not arrive in time.
    pub timeouts: Timeouts,
    /// Messages of the vehicle that the charger reports as late; `None` without a CEM.
    pub timeouts_of_charger: Option<ChargerTimeouts>,
    /// The vehicle's reasons to stop; `None` outside [`Stage::Stopping`].
    pub stop: Option<Stop>,
    /// The charger's reasons to stop; `None` without a CST.
    pub stop_of_charger: Option<Stop>,
    /// The charger's statistics; `None` without a CSD.
    pub counted: Option<Checked>,
    /// Optional messages that may be given now.
    pub details: Details,
}

/// Frames that wait for the bus.
const QUEUE: usize = 8;

/// The vehicle's end of the protocol.
#[derive(Clone, Debug)]
pub struct Link {
    stage: Stage,
    /// Time in the stage.
    since_ms: u32,
    /// Since the vehicle reported that it is ready; `None` before.
    ready_ms: Option<u32>,
    /// Since the last CCS.
    output_ms: u32,
    /// Until the next of up to three periodic messages.
    due_ms: [u32; 3],
    charger: Charger,
    timeouts: Timeouts,
    optional: Optional,
    sender: Sender,
    queue: [Option<Frame>; QUEUE],
}

impl Default for Link {
    fn default() -> Self {
        Self::new()
    }
}

impl Link {
    /// Without a charger.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            stage: Stage::Idle,
            since_ms: 0,
            ready_ms: None,
            output_ms: 0,
            due_ms: [0; 3],
            charger: Charger::new(),
            timeouts: Timeouts::NONE,
            optional: Optional::new(),
            sender: Sender::new(true),
            queue: [None; QUEUE],
        }
    }

    /// Takes a frame from the bus. A frame that is not from the charger to the vehicle, or not expected in the stage, changes
    /// nothing.
    pub fn receive(&mut self, frame: &Frame) {
        let Some(group) = frame.group(CHARGER, VEHICLE) else {
            return;
        };
        let bytes = frame.bytes();
        let stage = self.stage;
        let flowing = matches!(stage, Stage::Charging | Stage::Stopping);
        let charger = &mut self.charger;
        match group {
            pgn::CHM if stage == Stage::Idle && bytes.len() >= 3 => self.enter(Stage::Handshake),
            pgn::CRM => self.recognise(bytes),
            pgn::CML if matches!(stage, Stage::Parameters | Stage::Ready) => {
                if let Some(capability) = Capability::decode(bytes) {
                    charger.capability = Some(capability);
                    charger.is_new = true;
                }
            }
            pgn::CRO if stage == Stage::Ready => {
                charger.is_ready = bytes.first() == Some(&0xAA);
                charger.is_new = true;
            }
            pgn::CCS if flowing => {
                if let Some(output) = Output::decode(bytes) {
                    charger.output = Some(output);
                    charger.is_new = true;
                    self.output_ms = 0;
                }
            }
            pgn::CST if flowing => {
                charger.stop = Stop::decode(bytes).or(charger.stop);
                // The charger is alive though it no longer reports its output.
                charger.is_new = true;
            }
            pgn::CSD if matches!(stage, Stage::Stopping | Stage::Statistics) => {
                charger.has_statistics = true;
                charger.statistics = Checked::decode(bytes).or(charger.statistics);
            }
            pgn::CEM => {
                charger.has_errors = true;
                charger.timeouts = ChargerTimeouts::decode(bytes).or(charger.timeouts);
            }
            pgn::TP_CM => self.sender.receive(bytes),
            _ => {}
        }
    }

    /// The next frame for the bus; to be called until it returns `None`.
    pub fn transmit(&mut self) -> Option<Frame> {
        let waiting = self.queue.iter_mut().find_map(Option::take);
        waiting.or_else(|| self.sender.transmit())
    }

    /// One tick, after the frames that arrived and before the session's own.
    pub fn step(
        &mut self,
        config: &GbtConfig,
        pack: &BmsConfig<'_>,
        content: &Content<'_>,
        dt: Time,
    ) -> GbtInputs {
        let dt_ms = milliseconds_of(dt);
        self.since_ms = self.since_ms.saturating_add(dt_ms);
        self.output_ms = self.output_ms.saturating_add(dt_ms);
        self.ready_ms = self.ready_ms.map(|ms| ms.saturating_add(dt_ms));
        self.due_ms = self.due_ms.map(|ms| ms.saturating_sub(dt_ms));
        self.sender.pass(dt_ms);
        self.advance(config, content);
        self.optional.pass(self.stage, self.sender.refused(), dt_ms);
        self.send(config, pack, content);
        let charger = &self.charger;
        let stopping = self.stage == Stage::Stopping;
        let inputs = GbtInputs {
            report: self.report(content),
            message: charger.message(),
            stage: self.stage,
            timeouts: self.timeouts,
            timeouts_of_charger: charger.timeouts,
            stop: stopping.then(|| contents::reasons_to_stop(content, charger.stop)),
            stop_of_charger: charger.stop,
            counted: charger.statistics,
            details: self.details(),
        };
        self.charger.is_new = false;
        inputs
    }

    /// Stage of the protocol.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    fn enter(&mut self, stage: Stage) {
        self.stage = stage;
        self.since_ms = 0;
        self.due_ms = [0; 3];
        self.sender.cancel();
    }

    fn recognise(&mut self, bytes: &[u8]) {
        let Some(Recognition { recognised, .. }) = Recognition::decode(bytes) else {
            return;
        };
        match self.stage {
            Stage::Handshake | Stage::Recognition => self.charger.recognised = Some(recognised),
            // A charger that asks for the identity again has restarted.
            Stage::Parameters if !recognised => {
                self.charger.recognised = Some(false);
                self.enter(Stage::Recognition);
            }
            _ => {}
        }
    }

    /// The next stage once its condition holds; a time-out once the charger's message is late.
    fn advance(&mut self, config: &GbtConfig, content: &Content<'_>) {
        let ask = content.session.ask;
        let ready = is_ready(ask);
        let ending = matches!(
            ask,
            Ask::StopPower | Ask::WeldingDetection | Ask::StopSession
        );
        if self.stage == Stage::Ready && ready {
            self.ready_ms.get_or_insert(0);
        }
        let charger = &self.charger;
        let (since_ms, stopped) = (self.since_ms, charger.stop.is_some());
        // After the charger's CST the end of the session is waited for, which has a time-out of its own.
        let stop_ms = if stopped { 0 } else { since_ms };
        let ended = stopped && !matches!(ask, Ask::Current | Ask::StopPower);
        let ready_ms = self.ready_ms.unwrap_or(0);
        #[rustfmt::skip]
        let (is_reached, next, waited_ms, longest_ms) = match self.stage {
            Stage::Handshake   => (charger.recognised.is_some(),     Stage::Recognition, since_ms,       config.recognition_ms),
            Stage::Recognition => (charger.recognised == Some(true), Stage::Parameters,  since_ms,       config.recognised_ms),
            Stage::Parameters  => (charger.capability.is_some(),     Stage::Ready,       since_ms,       config.capability_ms),
            Stage::Ready       => (ready && charger.is_ready,        Stage::Charging,    ready_ms,       config.ready_ms),
            // A stop by the charger is confirmed by one of the vehicle.
            Stage::Charging    => (ending || stopped,                Stage::Stopping,    self.output_ms, config.output_ms),
            Stage::Stopping    => (ended,                            Stage::Statistics,  stop_ms,        config.stop_ms),
            Stage::Statistics  => (charger.has_statistics,           Stage::Over,        since_ms,       config.statistics_ms),
            Stage::Idle => return,
            Stage::Over | Stage::Failed => {
                if content.session.state == SessionState::Idle {
                    *self = Self::new();
                }
                return;
            }
        };
        if ending && self.stage < Stage::Charging {
            if self.is_silent(content.session.end) {
                self.time_out();
            } else {
                self.enter(Stage::Over);
            }
        } else if is_reached {
            if next == Stage::Charging {
                self.output_ms = 0;
            }
            self.enter(next);
        } else if waited_ms > longest_ms {
            self.time_out();
        }
    }

    /// The charger's message that the stage waits for is late; BEM reports it.
    fn time_out(&mut self) {
        let timeouts = &mut self.timeouts;
        match self.stage {
            Stage::Handshake => timeouts.recognition = true,
            Stage::Recognition => timeouts.recognised = true,
            Stage::Parameters => timeouts.capability = true,
            Stage::Ready => timeouts.ready = true,
            Stage::Charging => timeouts.output = true,
            Stage::Stopping => timeouts.stop = true,
            Stage::Statistics => timeouts.statistics = true,
            Stage::Idle | Stage::Over | Stage::Failed => return,
        }
        self.enter(Stage::Failed);
    }

    /// Whether the session ended before energy flowed because the charger fell silent.
    const fn is_silent(&self, end: Option<End>) -> bool {
        match end {
            Some(End::Failed(SessionFault::Timeout(SessionState::CloseContactors))) => {
                self.ready_ms.is_some()
            }
            Some(End::Failed(
                SessionFault::Timeout(SessionState::Ready)
                | SessionFault::ChargerSilent
                | SessionFault::Battery(FaultId::ChargerDataStale),
            )) => true,
            _ => false,
        }
    }

    /// Queues a frame; returns whether there was room.
    fn push(&mut self, group: u16, bytes: &[u8]) -> bool {
        let frame = Frame::of_vehicle(group, bytes);
        let place = self.queue.iter_mut().find(|place| place.is_none());
        place.map(|place| *place = Some(frame)).is_some()
    }

    /// Whether a periodic message is due; if so its next period begins.
    fn is_due(&mut self, index: usize, period_ms: u32) -> bool {
        match self.due_ms.get_mut(index) {
            Some(due_ms) if *due_ms == 0 => {
                *due_ms = period_ms;
                true
            }
            _ => false,
        }
    }

    fn send(&mut self, config: &GbtConfig, pack: &BmsConfig<'_>, content: &Content<'_>) {
        let stage = self.stage;
        let period_ms = match stage {
            Stage::Idle | Stage::Over => return,
            Stage::Charging => 50,
            Stage::Parameters => 500,
            Stage::Stopping => 10,
            _ => 250,
        };
        if self.is_due(0, period_ms) {
            match stage {
                Stage::Handshake => {
                    let bytes = (VOLTAGE_DOWN.encode)(content.needs.voltage_max);
                    self.push(pgn::BHM, &bytes)
                }
                Stage::Recognition => {
                    let (bytes, length) = config.identity.encode();
                    let bytes = bytes.get(..length).unwrap_or_default();
                    self.sender.start(pgn::BRM, bytes)
                }
                Stage::Parameters => {
                    let limits = contents::limits(pack, content);
                    self.sender.start(pgn::BCP, &limits.encode())
                }
                Stage::Ready => {
                    let ready = is_ready(content.session.ask);
                    self.push(pgn::BRO, &[if ready { 0xAA } else { 0x00 }])
                }
                Stage::Charging => self.push(pgn::BCL, &contents::demand(content).encode()),
                Stage::Stopping => {
                    let stop = contents::reasons_to_stop(content, self.charger.stop);
                    self.push(pgn::BST, &stop.encode())
                }
                Stage::Statistics => self.push(pgn::BSD, &contents::statistics(content).encode()),
                Stage::Failed => self.push(pgn::BEM, &self.timeouts.encode()),
                Stage::Idle | Stage::Over => false,
            };
        }
        // A BCS that waits for another long message is sent as soon as that one is through.
        if stage == Stage::Charging && self.sender.is_idle() && self.is_due(1, 250) {
            let status = contents::status(content);
            self.sender.start(pgn::BCS, &status.encode());
        }
        if stage == Stage::Charging && self.is_due(2, 250) {
            self.push(pgn::BSM, &contents::state(content).encode());
        }
    }

    /// The charger's answer to the session's step.
    fn report(&self, content: &Content<'_>) -> StationReport {
        let ask = content.session.ask;
        let stage = self.stage;
        let charger = &self.charger;
        let charging = matches!(stage, Stage::Charging | Stage::Stopping);
        let answered = match ask {
            Ask::Parameters | Ask::CableCheck | Ask::Precharge => charger.capability.is_some(),
            Ask::StartPower => stage == Stage::Charging,
            Ask::Current => charging,
            Ask::StopPower => !charging || charger.stop.is_some(),
            Ask::WeldingDetection => true,
            Ask::StopSession => matches!(stage, Stage::Over | Stage::Failed),
            Ask::Nothing => false,
        };
        // A charger that falls silent while energy flows is detected by the session itself.
        let failed = stage == Stage::Failed && !self.timeouts.output && !self.timeouts.stop;
        StationReport {
            status: if charger.has_errors || failed {
                StationStatus::Malfunction
            } else {
                StationStatus::Ready
            },
            // The charger checks its cable before it asks for the identity.
            isolation: if charger.recognised.is_some() {
                StationIsolation::Valid
            } else {
                StationIsolation::Invalid
            },
            stop: charger.stop.is_some() && charging,
            answered: if answered { ask } else { Ask::Nothing },
        }
    }
}

/// Whether the battery is connected and waits for energy.
const fn is_ready(ask: Ask) -> bool {
    matches!(ask, Ask::StartPower | Ask::Current)
}
