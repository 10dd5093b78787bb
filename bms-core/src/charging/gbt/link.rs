//! The protocol: from the charger's handshake to its statistics.

use super::details::{self, Details, MAX_DETAIL_CELLS, MAX_DETAIL_RESERVED, MAX_DETAIL_SENSORS};
use super::frame::{CHARGER, Frame, VEHICLE, pgn};
use super::messages::{
    Capability, ChargerTimeouts, Checked, Demand, DemandMode, Identity, Limits, Output,
    Recognition, Signal2, State, Statistics, Status, Stop, Timeouts,
};
use super::transport::Sender;
use crate::Outputs;
use crate::charging::needs::{ChargeNeeds, seconds_of};
use crate::charging::request::{Completion, RequestReason};
use crate::charging::session::{
    Ask, End, SessionFault, SessionOutputs, SessionState, StationIsolation, StationReport,
    StationStatus,
};
use crate::config::BmsConfig;
use crate::control::LimitReason;
use crate::math;
use crate::measurement::{ChargerMessage, Reading};
use crate::protection::FaultId;
use crate::units::{
    ElectricPotential, ThermodynamicTemperature, Time, amperes, celsius, ratio, to_amperes,
    to_seconds, to_volts, volts, watts,
};

/// Periods and time-outs in milliseconds; the defaults are those of the standard.
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

/// How far the protocol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Stage {
    /// No charger was heard.
    Idle,
    /// BHM, until the charger asks who is there.
    Handshake,
    /// BRM, until the charger recognises the vehicle.
    Recognition,
    /// BCP, until the charger tells what it can.
    Parameters,
    /// BRO, until both ends are ready.
    Ready,
    /// BCL, BCS and BSM.
    Charging,
    /// BST.
    Stopping,
    /// BSD.
    Statistics,
    /// Over.
    Over,
    /// BEM: the charger did not answer in time.
    Failed,
}

/// What the messages are made from.
#[derive(Clone, Copy, Debug)]
pub struct Content<'a> {
    /// What the last tick of the battery came to.
    pub outputs: &'a Outputs,
    /// What the session asked for last.
    pub session: &'a SessionOutputs,
    /// What a charger has to know.
    pub needs: &'a ChargeNeeds,
}

/// What the protocol gives a session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GbtInputs {
    /// For [`SessionInputs::station`](crate::charging::SessionInputs).
    pub report: StationReport,
    /// For [`ChargerMeasurement::message`](crate::measurement::ChargerMeasurement).
    pub message: Reading<ChargerMessage>,
    /// How far the protocol is.
    pub stage: Stage,
    /// Which messages of the charger did not come in time.
    pub timeouts: Timeouts,
    /// Which messages of the vehicle did not reach the charger in time; none while it says nothing of the kind.
    pub timeouts_of_charger: Option<ChargerTimeouts>,
    /// What the vehicle tells as its reasons to stop; none while it does not stop.
    pub stop: Option<Stop>,
    /// What the charger told as its reasons to stop; none while it does not stop.
    pub stop_of_charger: Option<Stop>,
    /// What the charger counted; none before the end.
    pub counted: Option<Checked>,
    /// Which optional messages may be given now.
    pub details: Details,
}

/// Period of the optional messages.
const DETAILS_MS: u32 = 10_000;

/// Frames that wait for the bus.
const QUEUE: usize = 8;

/// The battery's end of the protocol.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent things that were heard"
)]
pub struct Link {
    stage: Stage,
    since_ms: u32,
    /// Since the vehicle said that it is ready; none before.
    ready_ms: Option<u32>,
    /// Since the last CCS.
    output_ms: u32,
    /// Until the next of up to three periodic messages.
    due_ms: [u32; 3],
    recognised: Option<bool>,
    capability: Option<Capability>,
    charger_ready: bool,
    output: Option<Output>,
    stop: Option<Stop>,
    counted: bool,
    statistics: Option<Checked>,
    heard: bool,
    errors_of_charger: bool,
    timeouts_of_charger: Option<ChargerTimeouts>,
    timeouts: Timeouts,
    /// Until the next optional messages.
    details_ms: u32,
    details: Details,
    /// What the charger did not take is not sent to it again.
    refused: Details,
    sender: Sender,
    queue: [Option<Frame>; QUEUE],
}

impl Default for Link {
    fn default() -> Self {
        Self::new()
    }
}

impl Link {
    /// No charger.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            stage: Stage::Idle,
            since_ms: 0,
            ready_ms: None,
            output_ms: 0,
            due_ms: [0; 3],
            recognised: None,
            capability: None,
            charger_ready: false,
            output: None,
            stop: None,
            counted: false,
            statistics: None,
            heard: false,
            errors_of_charger: false,
            timeouts_of_charger: None,
            details_ms: 0,
            details: NO_DETAILS,
            refused: NO_DETAILS,
            timeouts: Timeouts {
                recognition: false,
                recognised: false,
                capability: false,
                ready: false,
                output: false,
                stop: false,
                statistics: false,
            },
            sender: Sender::new(true),
            queue: [None; QUEUE],
        }
    }

    /// A frame from the bus; one that is not from the charger to the vehicle, or that nobody waits for, changes nothing.
    pub fn receive(&mut self, frame: &Frame) {
        let Some(group) = frame.group(CHARGER, VEHICLE) else {
            return;
        };
        let bytes = frame.bytes();
        match group {
            pgn::CHM if self.stage == Stage::Idle && bytes.len() >= 3 => {
                self.enter(Stage::Handshake);
            }
            pgn::CRM => self.recognise(bytes),
            pgn::CML => {
                if let Some(capability) = Capability::decode(bytes)
                    && matches!(self.stage, Stage::Parameters | Stage::Ready)
                {
                    self.capability = Some(capability);
                    self.heard = true;
                }
            }
            pgn::CRO if self.stage == Stage::Ready => {
                self.charger_ready = bytes.first() == Some(&0xAA);
                self.heard = true;
            }
            pgn::CCS => {
                if let Some(output) = Output::decode(bytes)
                    && matches!(self.stage, Stage::Charging | Stage::Stopping)
                {
                    self.output = Some(output);
                    self.output_ms = 0;
                    self.heard = true;
                }
            }
            pgn::CST if matches!(self.stage, Stage::Charging | Stage::Stopping) => {
                self.stop = Stop::decode(bytes).or(self.stop);
                // It is still there, though it tells no more of its output.
                self.heard = true;
            }
            pgn::CSD if matches!(self.stage, Stage::Stopping | Stage::Statistics) => {
                self.counted = true;
                self.statistics = Checked::decode(bytes).or(self.statistics);
            }
            pgn::CEM => {
                self.errors_of_charger = true;
                self.timeouts_of_charger =
                    ChargerTimeouts::decode(bytes).or(self.timeouts_of_charger);
            }
            pgn::TP_CM => self.sender.receive(bytes),
            _ => {}
        }
    }

    /// The next frame for the bus; to be called until there is none.
    pub fn transmit(&mut self) -> Option<Frame> {
        for waiting in &mut self.queue {
            if let Some(frame) = waiting.take() {
                return Some(frame);
            }
        }
        self.sender.transmit()
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
        for due_ms in &mut self.due_ms {
            *due_ms = due_ms.saturating_sub(dt_ms);
        }
        self.sender.pass(dt_ms);
        self.walk(config, content);
        self.pass_details(dt_ms);
        self.send(config, pack, content);
        let inputs = GbtInputs {
            report: self.report(content),
            message: self.message(),
            stage: self.stage,
            timeouts: self.timeouts,
            timeouts_of_charger: self.timeouts_of_charger,
            stop: (self.stage == Stage::Stopping).then(|| reasons_to_stop(content, self.stop)),
            stop_of_charger: self.stop,
            counted: self.statistics,
            details: self.details(),
        };
        self.heard = false;
        inputs
    }

    /// How far the protocol is.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// Which optional messages may be given now: every ten seconds while energy flows, as long as the charger takes them.
    #[must_use]
    pub fn details(&self) -> Details {
        let free = self.stage == Stage::Charging && self.sender.is_idle();
        let may = |due: bool, refused: bool| free && due && !refused;
        Details {
            cells: may(self.details.cells, self.refused.cells),
            temperatures: may(self.details.temperatures, self.refused.temperatures),
            reserved: may(self.details.reserved, self.refused.reserved),
        }
    }

    /// BMV: the voltage of every cell from the negative end, at most [`MAX_DETAIL_CELLS`]; whether it is sent.
    pub fn tell_cells(&mut self, cells: impl IntoIterator<Item = ElectricPotential>) -> bool {
        // One group of cells.
        let bytes = cells
            .into_iter()
            .take(MAX_DETAIL_CELLS)
            .flat_map(|voltage| details::cell_voltage(voltage, 0));
        let sent = self.details().cells && self.tell(pgn::BMV, bytes);
        self.details.cells &= !sent;
        sent
    }

    /// BMT: the temperature of every sensor, at most [`MAX_DETAIL_SENSORS`]; whether it is sent.
    pub fn tell_temperatures(
        &mut self,
        sensors: impl IntoIterator<Item = ThermodynamicTemperature>,
    ) -> bool {
        let bytes = sensors
            .into_iter()
            .take(MAX_DETAIL_SENSORS)
            .map(details::temperature);
        let sent = self.details().temperatures && self.tell(pgn::BMT, bytes);
        self.details.temperatures &= !sent;
        sent
    }

    /// BSP: bytes on which the makers of charger and battery agree, at most [`MAX_DETAIL_RESERVED`]; whether they are sent.
    pub fn tell_reserved(&mut self, bytes: &[u8]) -> bool {
        let bytes = bytes.iter().copied().take(MAX_DETAIL_RESERVED);
        let sent = self.details().reserved && self.tell(pgn::BSP, bytes);
        self.details.reserved &= !sent;
        sent
    }

    /// In one frame where it fits, else by the transport protocol.
    fn tell(&mut self, group: u16, bytes: impl Iterator<Item = u8>) -> bool {
        let mut bytes = bytes.peekable();
        let mut first = [0xFF; 8];
        let mut length = 0;
        for (place, byte) in first.iter_mut().zip(core::iter::from_fn(|| bytes.next())) {
            *place = byte;
            length += 1;
        }
        let first = first.get(..length).unwrap_or_default();
        if bytes.peek().is_some() {
            self.sender
                .start_with(group, first.iter().copied().chain(bytes))
        } else {
            !first.is_empty() && self.push(group, first)
        }
    }

    fn pass_details(&mut self, dt_ms: u32) {
        match self.sender.refused() {
            Some(pgn::BMV) => self.refused.cells = true,
            Some(pgn::BMT) => self.refused.temperatures = true,
            Some(pgn::BSP) => self.refused.reserved = true,
            _ => {}
        }
        if self.stage != Stage::Charging {
            self.details_ms = DETAILS_MS;
            self.details = NO_DETAILS;
            return;
        }
        self.details_ms = self.details_ms.saturating_sub(dt_ms);
        if self.details_ms == 0 {
            self.details_ms = DETAILS_MS;
            self.details = Details {
                cells: true,
                temperatures: true,
                reserved: true,
            };
        }
    }

    fn enter(&mut self, stage: Stage) {
        self.stage = stage;
        self.since_ms = 0;
        self.due_ms = [0; 3];
        self.sender.cancel();
    }

    fn recognise(&mut self, bytes: &[u8]) {
        let Some(recognition) = Recognition::decode(bytes) else {
            return;
        };
        match self.stage {
            Stage::Handshake | Stage::Recognition => {
                self.recognised = Some(recognition.recognised);
            }
            // A charger that asks again who is there has begun anew.
            Stage::Parameters if !recognition.recognised => {
                self.recognised = Some(false);
                self.enter(Stage::Recognition);
            }
            _ => {}
        }
    }

    fn walk(&mut self, config: &GbtConfig, content: &Content<'_>) {
        let ask = content.session.ask;
        let ending = matches!(
            ask,
            Ask::StopPower | Ask::WeldingDetection | Ask::StopSession
        );
        match self.stage {
            Stage::Idle => {}
            Stage::Handshake | Stage::Recognition | Stage::Parameters | Stage::Ready if ending => {
                if self.fell_silent(content.session.end) {
                    self.miss();
                } else {
                    self.enter(Stage::Over);
                }
            }
            Stage::Handshake => {
                if self.recognised.is_some() {
                    self.enter(Stage::Recognition);
                } else if self.since_ms > config.recognition_ms {
                    self.miss();
                }
            }
            Stage::Recognition => {
                if self.recognised == Some(true) {
                    self.enter(Stage::Parameters);
                } else if self.since_ms > config.recognised_ms {
                    self.miss();
                }
            }
            Stage::Parameters => {
                if self.capability.is_some() {
                    self.enter(Stage::Ready);
                } else if self.since_ms > config.capability_ms {
                    self.miss();
                }
            }
            Stage::Ready => {
                if is_ready(ask) && self.ready_ms.is_none() {
                    self.ready_ms = Some(0);
                }
                if is_ready(ask) && self.charger_ready {
                    self.output_ms = 0;
                    self.enter(Stage::Charging);
                } else if self.ready_ms.is_some_and(|ms| ms > config.ready_ms) {
                    self.miss();
                }
            }
            Stage::Charging => {
                // Who is told to stop says so too.
                if ending || self.stop.is_some() {
                    self.enter(Stage::Stopping);
                } else if self.output_ms > config.output_ms {
                    self.miss();
                }
            }
            Stage::Stopping => {
                if self.stop.is_some() && !matches!(ask, Ask::Current | Ask::StopPower) {
                    self.enter(Stage::Statistics);
                } else if self.stop.is_none() && self.since_ms > config.stop_ms {
                    self.miss();
                }
            }
            Stage::Statistics => {
                if self.counted {
                    self.enter(Stage::Over);
                } else if self.since_ms > config.statistics_ms {
                    self.miss();
                }
            }
            Stage::Over | Stage::Failed => {
                if content.session.state == SessionState::Idle {
                    *self = Self::new();
                }
            }
        }
        if !self.timeouts.is_empty() && self.stage != Stage::Failed {
            self.enter(Stage::Failed);
        }
    }

    /// The message of the charger that is waited for did not come: BEM says so.
    const fn miss(&mut self) {
        let timeouts = &mut self.timeouts;
        match self.stage {
            Stage::Handshake => timeouts.recognition = true,
            Stage::Recognition => timeouts.recognised = true,
            Stage::Parameters => timeouts.capability = true,
            Stage::Ready => timeouts.ready = true,
            Stage::Charging => timeouts.output = true,
            Stage::Stopping => timeouts.stop = true,
            Stage::Statistics => timeouts.statistics = true,
            Stage::Idle | Stage::Over | Stage::Failed => {}
        }
    }

    /// Whether the session ended before energy flowed since the charger said no more.
    const fn fell_silent(&self, end: Option<End>) -> bool {
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

    /// Whether there was room for it.
    fn push(&mut self, group: u16, bytes: &[u8]) -> bool {
        let frame = Frame::of_vehicle(group, bytes);
        let place = self.queue.iter_mut().find(|place| place.is_none());
        place.map(|place| *place = Some(frame)).is_some()
    }

    /// Whether a periodic message is due, which begins its next period.
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
        let needs = content.needs;
        let stage = self.stage;
        let period_ms = match stage {
            Stage::Idle | Stage::Over => return,
            Stage::Charging => return self.send_charging(content),
            Stage::Parameters => 500,
            Stage::Stopping => 10,
            _ => 250,
        };
        if !self.is_due(0, period_ms) {
            return;
        }
        match stage {
            Stage::Handshake => {
                let voltage = super::bytes::tenths_down(to_volts(needs.voltage_max));
                self.push(pgn::BHM, &voltage.to_le_bytes());
            }
            Stage::Recognition => {
                let (bytes, length) = config.identity.encode();
                self.sender
                    .start(pgn::BRM, bytes.get(..length).unwrap_or_default());
            }
            Stage::Parameters => {
                self.sender.start(pgn::BCP, &limits(pack, content).encode());
            }
            Stage::Ready => {
                let ready = is_ready(content.session.ask);
                self.push(pgn::BRO, &[if ready { 0xAA } else { 0x00 }]);
            }
            Stage::Stopping => {
                self.push(pgn::BST, &reasons_to_stop(content, self.stop).encode());
            }
            Stage::Statistics => {
                self.push(pgn::BSD, &statistics(content).encode());
            }
            Stage::Failed => {
                let bytes = self.timeouts.encode();
                self.push(pgn::BEM, &bytes);
            }
            _ => {}
        }
    }

    fn send_charging(&mut self, content: &Content<'_>) {
        let session = content.session;
        if self.is_due(0, 50) {
            let held = matches!(
                session.request.reason,
                RequestReason::ConstantVoltage | RequestReason::Battery(LimitReason::CellVoltage)
            );
            let demand = Demand {
                voltage: session.target_voltage,
                current: session.request.current,
                mode: if held {
                    DemandMode::Voltage
                } else {
                    DemandMode::Current
                },
            };
            self.push(pgn::BCL, &demand.encode());
        }
        // One that waits for another message goes as soon as that is through.
        if self.sender.is_idle() && self.is_due(1, 250) {
            self.sender.start(pgn::BCS, &status(content).encode());
        }
        if self.is_due(2, 250) {
            self.push(pgn::BSM, &state(content).encode());
        }
    }

    /// What of the session's questions the charger has answered.
    fn report(&self, content: &Content<'_>) -> StationReport {
        let ask = content.session.ask;
        let stage = self.stage;
        let charging = matches!(stage, Stage::Charging | Stage::Stopping);
        let known = self.capability.is_some();
        let answered = match ask {
            Ask::Parameters | Ask::CableCheck | Ask::Precharge => known,
            Ask::StartPower => stage == Stage::Charging,
            Ask::Current => charging,
            Ask::StopPower => !charging || self.stop.is_some(),
            Ask::WeldingDetection => true,
            Ask::StopSession => matches!(stage, Stage::Over | Stage::Failed),
            Ask::Nothing => false,
        };
        StationReport {
            // One that falls silent while energy flows is noticed by the session itself.
            status: if self.errors_of_charger
                || stage == Stage::Failed && !self.timeouts.output && !self.timeouts.stop
            {
                StationStatus::Malfunction
            } else {
                StationStatus::Ready
            },
            // The charger checks its cable before it asks who is there.
            isolation: if self.recognised.is_some() {
                StationIsolation::Valid
            } else {
                StationIsolation::Invalid
            },
            stop: self.stop.is_some() && charging,
            answered: if answered { ask } else { Ask::Nothing },
        }
    }

    fn message(&self) -> Reading<ChargerMessage> {
        let Some(capability) = self.capability.filter(|_| self.heard) else {
            return Reading::Waiting;
        };
        let paused = self.output.is_some_and(|output| !output.permitted);
        let most_a = to_amperes(capability.current_max);
        let current_max_a = if paused { 0.0 } else { most_a };
        Reading::New(ChargerMessage {
            voltage: self.output.map_or(volts(0.0), |output| output.voltage),
            current: self.output.map_or(amperes(0.0), |output| output.current),
            voltage_max: capability.voltage_max,
            voltage_min: capability.voltage_min,
            current_max: amperes(current_max_a),
            // The protocol has no limit of power.
            power_max: watts(most_a.max(0.0) * to_volts(capability.voltage_max)),
        })
    }
}

const NO_DETAILS: Details = Details {
    cells: false,
    temperatures: false,
    reserved: false,
};

/// Whether the battery is connected and waits for energy.
const fn is_ready(ask: Ask) -> bool {
    matches!(ask, Ask::StartPower | Ask::Current)
}

fn limits(pack: &BmsConfig<'_>, content: &Content<'_>) -> Limits {
    let needs = content.needs;
    Limits {
        cell_voltage_max: pack.limits.cell_over_voltage.operating,
        current_max: needs.current_max,
        energy: needs.capacity,
        voltage_max: needs.voltage_max,
        temperature_max: pack.limits.over_temperature.charging.recommended,
        soc: needs.present_soc,
        voltage: needs.present_voltage,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within 0 to 600"
)]
fn status(content: &Content<'_>) -> Status {
    let needs = content.needs;
    let outputs = content.outputs;
    let left_s = seconds_of(needs.forecast.target.time).unwrap_or(36_000.0);
    let highest = outputs.highest_cell;
    Status {
        voltage: needs.present_voltage,
        current: amperes(outputs.current.map_or(0.0, |current| -to_amperes(current))),
        cell_voltage: highest.map_or(volts(0.0), |(voltage, _)| voltage),
        // One group of cells.
        cell_group: 0,
        soc: needs.present_soc,
        minutes_left: math::clamp_or_low(left_s / 60.0 + 0.999, 0.0, 600.0) as u16,
    }
}

fn state(content: &Content<'_>) -> State {
    let outputs = content.outputs;
    let number = |index: usize| u8::try_from(index).unwrap_or(u8::MAX);
    let (warmest, warmest_sensor) = outputs.warmest.unwrap_or((celsius(-50.0), 0));
    let (coldest, coldest_sensor) = outputs.coldest.unwrap_or((celsius(-50.0), 0));
    let of = |is_it: fn(FaultId) -> bool| Signal2::when(fault(content).is_some_and(is_it));
    State {
        highest_cell: outputs.highest_cell.map_or(0, |(_, index)| number(index)),
        warmest,
        warmest_sensor: number(warmest_sensor),
        coldest,
        coldest_sensor: number(coldest_sensor),
        cell_voltage: of(is_cell_voltage),
        soc: Signal2::Normal,
        over_current: of(is_current),
        over_temperature: of(is_temperature),
        isolation: of(is_isolation),
        connector: Signal2::Normal,
        permitted: content.session.end.is_none(),
    }
}

/// The fault of the battery that ended the session.
const fn fault(content: &Content<'_>) -> Option<FaultId> {
    match content.session.end {
        Some(End::Failed(SessionFault::Battery(fault))) => Some(fault),
        _ => None,
    }
}

const fn is_cell_voltage(fault: FaultId) -> bool {
    matches!(
        fault,
        FaultId::CellOverVoltageMaximum | FaultId::CellOverVoltageRecommended
    )
}

const fn is_current(fault: FaultId) -> bool {
    matches!(
        fault,
        FaultId::CellChargeOverCurrentMaximum
            | FaultId::StringChargeOverCurrentMaximum
            | FaultId::PackChargeOverCurrentMaximum
            | FaultId::ChargerOverCurrent
    )
}

const fn is_temperature(fault: FaultId) -> bool {
    matches!(
        fault,
        FaultId::OverTemperatureChargingMaximum | FaultId::RunawayConfirmed
    )
}

const fn is_isolation(fault: FaultId) -> bool {
    matches!(
        fault,
        FaultId::IsolationFault | FaultId::CableCheckIsolation
    )
}

fn reasons_to_stop(content: &Content<'_>, by_charger: Option<Stop>) -> Stop {
    let end = content.session.end;
    let complete = |completion| Signal2::when(end == Some(End::Complete(completion)));
    let failed = |fault| Signal2::when(end == Some(End::Failed(fault)));
    let battery = fault(content);
    let of = |is_it: fn(FaultId) -> bool| Signal2::when(battery.is_some_and(is_it));
    let named = battery.is_some_and(|fault| {
        is_isolation(fault)
            || is_temperature(fault)
            || is_current(fault)
            || is_cell_voltage(fault)
            || fault == FaultId::InletOverTemperature
    });
    let other = match end {
        Some(End::Failed(SessionFault::Battery(_))) => !named,
        Some(End::Failed(
            SessionFault::CurrentAboveRequest
            | SessionFault::CurrentContradicted
            | SessionFault::CurrentRemains
            | SessionFault::OverVoltage
            | SessionFault::VoltageContradicted
            | SessionFault::Unlocked
            | SessionFault::PlugRemoved,
        )) => false,
        Some(End::Failed(_)) => true,
        _ => false,
    };
    let current = matches!(
        end,
        Some(End::Failed(
            SessionFault::CurrentAboveRequest
                | SessionFault::CurrentContradicted
                | SessionFault::CurrentRemains
        ))
    );
    let voltage = matches!(
        end,
        Some(End::Failed(
            SessionFault::OverVoltage | SessionFault::VoltageContradicted
        ))
    );
    let connector = failed(SessionFault::Unlocked) == Signal2::Abnormal
        || failed(SessionFault::PlugRemoved) == Signal2::Abnormal;
    Stop {
        reasons: [
            complete(Completion::StateOfCharge),
            complete(Completion::Time),
            complete(Completion::Current),
            Signal2::when(by_charger.is_some()),
        ],
        faults: [
            of(is_isolation),
            Signal2::when(battery == Some(FaultId::InletOverTemperature)),
            Signal2::Normal,
            Signal2::when(connector),
            of(is_temperature),
            failed(SessionFault::BatteryOpened),
            Signal2::Normal,
            Signal2::when(other),
        ],
        errors: [
            Signal2::when(current || battery.is_some_and(is_current)),
            Signal2::when(voltage || battery.is_some_and(is_cell_voltage)),
        ],
    }
}

fn statistics(content: &Content<'_>) -> Statistics {
    let outputs = content.outputs;
    let cold = celsius(-50.0);
    Statistics {
        soc: ratio(crate::units::to_ratio(content.needs.present_soc)),
        lowest_cell: outputs
            .lowest_cell
            .map_or(volts(0.0), |(voltage, _)| voltage),
        highest_cell: outputs
            .highest_cell
            .map_or(volts(0.0), |(voltage, _)| voltage),
        coldest: outputs.coldest.map_or(cold, |(temperature, _)| temperature),
        warmest: outputs.warmest.map_or(cold, |(temperature, _)| temperature),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within 0 to 60000"
)]
fn milliseconds_of(dt: Time) -> u32 {
    (math::clamp_or_low(to_seconds(dt), 0.0, 60.0) * 1e3 + 0.5) as u32
}
