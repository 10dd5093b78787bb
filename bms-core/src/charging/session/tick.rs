//! The readings of a session with their ages, and what follows from them in one tick.

use super::ending::SessionFault;
use super::outputs::SessionInputs;
use super::station::Ask;
use super::{OPEN, Session, milliseconds_of};
use crate::Outputs;
use crate::charging::charger::{ChargerLimits, ChargerWatch};
use crate::charging::config::ChargingConfig;
use crate::charging::session_config::{PrechargeBy, SessionConfig};
use crate::config::BmsConfig;
use crate::control::{Mode, Refusal};
use crate::measurement::{Contactors, Reading};
use crate::units::{
    ThermodynamicTemperature, Time, kelvin, milliseconds, to_amperes, to_kelvin, to_seconds,
    to_volts,
};

/// The last value of a reading and its age.
#[derive(Clone, Copy, Debug)]
struct Aged {
    value: Option<f32>,
    age_s: f32,
}

impl Aged {
    const NONE: Self = Self {
        value: None,
        age_s: 0.0,
    };

    /// A new value that is not finite makes the reading unknown.
    fn take(&mut self, reading: Reading<f32>, dt: Time) {
        self.age_s = (self.age_s + to_seconds(dt).max(0.0)).min(1e6);
        if let Reading::New(value) = reading {
            self.value = value.is_finite().then_some(value);
            self.age_s = 0.0;
        }
    }

    fn fresh(&self, oldest: Time) -> Option<f32> {
        self.value.filter(|_| self.age_s <= to_seconds(oldest))
    }
}

/// The last readings of charger, battery and inlet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Readings {
    pub(super) charger: ChargerWatch,
    pack_v: Aged,
    inlet_v: Aged,
    inlet_k: Aged,
}

impl Readings {
    pub(super) const fn new() -> Self {
        Self {
            charger: ChargerWatch::new(),
            pack_v: Aged::NONE,
            inlet_v: Aged::NONE,
            inlet_k: Aged::NONE,
        }
    }

    pub(super) fn take(&mut self, inputs: &SessionInputs<'_>, dt: Time) {
        self.charger.step(inputs.charger.message, dt);
        self.pack_v.take(inputs.pack_voltage.map(to_volts), dt);
        self.inlet_v.take(inputs.inlet_voltage.map(to_volts), dt);
        let inlet_temperature = inputs.charger.inlet_temperature;
        self.inlet_k.take(inlet_temperature.map(to_kelvin), dt);
    }
}

/// What is known in one tick; a stale reading is `None`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tick<'a> {
    pub(super) config: &'a SessionConfig,
    pub(super) charging: &'a ChargingConfig<'a>,
    pub(super) pack: &'a BmsConfig<'a>,
    pub(super) inputs: &'a SessionInputs<'a>,
    pub(super) dt: Time,
    pub(super) dt_ms: u32,
    pub(super) limits: Option<ChargerLimits>,
    /// Measured, or estimated from the cells.
    pub(super) pack_v: Option<f32>,
    pub(super) inlet_v: Option<f32>,
    pub(super) inlet_temperature: Option<ThermodynamicTemperature>,
    /// Measured current, positive into the battery.
    pub(super) charge_a: Option<f32>,
    pub(super) mode: Mode,
    pub(super) contactors: Contactors<bool>,
    pub(super) answered: Ask,
}

impl<'a> Tick<'a> {
    pub(super) fn new(
        session: &Session,
        config: &'a SessionConfig,
        charging: &'a ChargingConfig<'a>,
        pack: &'a BmsConfig<'a>,
        inputs: &'a SessionInputs<'a>,
        dt: Time,
    ) -> Self {
        let outputs = inputs.outputs;
        let readings = &session.readings;
        let stale = milliseconds(f32::from(pack.charging.stale_ms));
        let temperature_stale = milliseconds(f32::from(pack.sampling.temperature_missing_ms));
        let pack_v = readings.pack_v.fresh(stale);
        let charge_a = outputs.current.map(|current| -to_amperes(current));
        // An answer counts for the last step only, not for one that is still to come.
        let is_answer = inputs.station.answered == session.last_ask;
        Self {
            config,
            charging,
            pack,
            inputs,
            dt,
            dt_ms: milliseconds_of(dt),
            limits: readings.charger.fresh(stale),
            pack_v: pack_v.or_else(|| estimated_pack_v(pack, outputs)),
            inlet_v: readings.inlet_v.fresh(stale),
            inlet_temperature: readings.inlet_k.fresh(temperature_stale).map(kelvin),
            charge_a: charge_a.filter(|current_a| current_a.is_finite()),
            mode: outputs.mode,
            contactors: outputs.contactors,
            answered: if is_answer {
                session.last_ask
            } else {
                Ask::Nothing
            },
        }
    }

    /// The fault for which the battery refuses to charge, if any.
    pub(super) const fn battery_fault(&self) -> Option<SessionFault> {
        match self.inputs.outputs.refusal {
            Some(Refusal::Fault(fault)) => Some(SessionFault::Battery(fault)),
            _ => None,
        }
    }

    /// Whether the contactors may open without load.
    pub(super) fn is_current_low(&self) -> bool {
        self.charge_a
            .is_some_and(|charge_a| charge_a.abs() <= to_amperes(self.config.low_current))
    }

    /// Whether the inlet has no dangerous voltage, as far as it is measured.
    pub(super) fn is_inlet_safe(&self) -> bool {
        self.inlet_v
            .is_none_or(|inlet_v| inlet_v.abs() < to_volts(self.config.safe_voltage))
    }

    /// Whether the inlet's voltage is that of the battery.
    pub(super) fn is_inlet_at_pack(&self, inlet_v: f32) -> bool {
        self.pack_v
            .is_some_and(|pack_v| (inlet_v - pack_v).abs() < to_volts(self.config.precharge_window))
    }

    /// Whether the contactors may close now.
    pub(super) fn may_close(&self) -> bool {
        let (Some(pack_v), Some(inlet_v), Some(limits)) = (self.pack_v, self.inlet_v, self.limits)
        else {
            return false;
        };
        match self.config.precharge_by {
            PrechargeBy::Charger => {
                self.is_inlet_at_pack(inlet_v) && pack_v > to_volts(limits.voltage_min)
            }
            // Once the battery precharges the inlet itself, its own precharge decides.
            PrechargeBy::Vehicle => self.contactors != OPEN || self.is_inlet_safe(),
        }
    }
}

/// Pack voltage where none is measured: the mean of the lowest and the highest cell times the number of cells. The outputs
/// have no sum of the cells; the error is at most half the spread of the cells times their number.
fn estimated_pack_v(pack: &BmsConfig<'_>, outputs: &Outputs) -> Option<f32> {
    #[expect(clippy::cast_precision_loss, reason = "at most 250 cells")]
    let cells = pack.layout.cells as f32;
    let extremes_v = to_volts(outputs.lowest_cell?.0) + to_volts(outputs.highest_cell?.0);
    let pack_v = 0.5 * cells * extremes_v;
    pack_v.is_finite().then_some(pack_v)
}
