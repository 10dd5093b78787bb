//! The vehicle's application: what the charging session asks for as messages of both generations, and what the answers report.

mod iso2;
mod iso20;

use bms_core::charging::{Ask, ChargeNeeds, StationReport};
use bms_core::measurement::ChargerMessage;
use bms_core::units::{amperes, volts};
use iso15118::Protocol;
use iso15118::message::Message;

use super::Iso15118Error;
use super::message::{body, v2};

/// State of the vehicle's side.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent steps")]
pub(super) struct Vehicle {
    protocol: Protocol,
    pub(super) report: StationReport,
    /// Limits of the station, and its last voltage and current.
    limits: Option<ChargerMessage>,
    /// Whether the station answered since the last tick.
    is_new: bool,
    /// Answers before the charge parameters.
    greetings: usize,
    /// Ask of the last power delivery request: its answer does not name it.
    sent_power: Ask,
    /// Whether the last messages of precharge and of welding detection were sent, and the schedule received (-20).
    is_precharge_finished: bool,
    is_welding_finished: bool,
    is_scheduled: bool,
}

impl Vehicle {
    pub(super) fn new(protocol: Protocol) -> Self {
        Self {
            protocol,
            report: StationReport::default(),
            limits: None,
            is_new: false,
            greetings: 0,
            sent_power: Ask::StopPower,
            is_precharge_finished: false,
            is_welding_finished: false,
            is_scheduled: false,
        }
    }

    /// Whether all steps that only -20 has were taken.
    pub(super) fn is_dynamic_course_complete(&self) -> bool {
        self.is_precharge_finished && self.is_welding_finished && self.is_scheduled
    }

    /// The message of the charger for the session: new if the station answered since the last call.
    pub(super) fn take_message(&mut self) -> Option<ChargerMessage> {
        let is_new = std::mem::take(&mut self.is_new);
        self.limits.filter(|_| is_new)
    }

    /// The next message; `None` if the session asks for nothing.
    pub(super) fn next(&mut self, ask: Ask, needs: &ChargeNeeds, now_ms: u32) -> Option<Message> {
        let once = matches!(
            ask,
            Ask::Parameters | Ask::StartPower | Ask::StopPower | Ask::StopSession
        );
        // These are not repeated until the session proceeds.
        if once && self.report.answered == ask {
            return None;
        }
        if matches!(ask, Ask::StartPower | Ask::StopPower) {
            self.sent_power = ask;
        }
        match self.protocol {
            Protocol::Iso2 => self.next_2(ask, needs).map(v2),
            _ => self.next_20(ask, needs, now_ms),
        }
    }

    /// Takes an answer of the station; `ask` is what the session asks for now.
    pub(super) fn receive(&mut self, response: &Message, ask: Ask) -> Result<(), Iso15118Error> {
        self.is_new = true;
        match response {
            Message::Iso2(_) => match body(response) {
                Some(body) => self.receive_2(body, ask),
                None => Err(super::unexpected(response.name())),
            },
            Message::Iso20(document) => {
                self.receive_common(document);
                Ok(())
            }
            Message::Iso20Dc(document) => self.receive_dc(document),
            _ => Ok(()),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a voltage and a current")]
    fn set_present(&mut self, voltage_v: f64, current_a: f64) {
        if let Some(limits) = &mut self.limits {
            limits.voltage = volts(voltage_v as f32);
            limits.current = amperes(current_a as f32);
        }
    }
}
