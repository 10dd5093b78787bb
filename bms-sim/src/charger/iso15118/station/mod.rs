//! The station's application: a power stage behind the answers of both generations.

mod iso2;
mod iso20;

use bms_core::charging::{Ask, StationIsolation};
use bms_core::units::to_volts;
use iso15118::message::Message;

use super::message::body;
use super::{Iso15118Error, unexpected};
use crate::charger::{ChargerAsk, ChargerTick, DcCharger, DcChargerConfig};

const EVSE: &str = "DE*ABC*E000001";

/// Power stage, and the last request of the vehicle.
#[derive(Clone, Debug)]
pub(super) struct Station {
    config: DcChargerConfig,
    pub(super) power: DcCharger,
    ask: ChargerAsk,
    tick: ChargerTick,
    /// Voltage that the station reports.
    present_v: f64,
}

impl Station {
    pub(super) fn new(config: DcChargerConfig) -> Self {
        let mut power = DcCharger::new(config);
        let tick = power.step(ChargerAsk::default(), None, 0.01);
        Self {
            config,
            power,
            ask: ChargerAsk::default(),
            tick,
            present_v: 0.0,
        }
    }

    /// The power stage after `dt_s`; `battery_v` if the vehicle's contactors are closed.
    pub(super) fn step(&mut self, battery_v: Option<f64>, dt_s: f64) -> ChargerTick {
        self.tick = self.power.step(self.ask, battery_v, dt_s);
        if let Some(message) = self.tick.message {
            self.present_v = f64::from(to_volts(message.voltage));
        }
        self.tick
    }

    pub(super) fn answer(
        &mut self,
        request: &Message,
        now_ms: u32,
    ) -> Result<Message, Iso15118Error> {
        match request {
            Message::Iso2(_) => match body(request) {
                Some(body) => self.answer_2(body),
                None => Err(unexpected(request.name())),
            },
            Message::Iso20(document) => self.answer_common(document, now_ms),
            Message::Iso20Dc(document) => self.answer_dc(document, now_ms),
            other => Err(unexpected(other.name())),
        }
    }

    fn is_cable_checked(&self) -> bool {
        self.tick.report.isolation != StationIsolation::Invalid
            && self.tick.report.answered == Ask::CableCheck
    }

    fn asks(&mut self, ask: Ask, voltage_v: f64, current_a: f64) {
        self.ask = ChargerAsk {
            ask,
            voltage_v,
            current_a,
        };
    }
}
