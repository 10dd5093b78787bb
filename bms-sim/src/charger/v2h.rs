//! A vehicle-to-home station: supplies a house from the battery, and charges the battery with the house's surplus.
//!
//! Limits of discharge are not decided here: the station keeps within the envelope of core's
//! [`discharge`](bms_core::charging::discharge) (floor, departure, throughput) and within the charge request. Powers of
//! the house are AC; the station's efficiency applies between them and the battery.

use bms_core::charging::{Ask, DischargeEnvelope};
use bms_core::units::{amperes, joules, to_amperes, to_watts, watts};

use super::dc::{ChargerAsk, ChargerTick, DcCharger, DcChargerConfig};

/// Limits of a station for a house.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct V2hConfig {
    /// Its side at the battery.
    pub charger: DcChargerConfig,
    /// Output over input, equal in both directions, above 0 and at most 1.
    pub efficiency: f64,
    /// Dead band of the power at the meter, in watt.
    pub least_w: f64,
    /// Period of the house's meter, in seconds; changes between two readings are covered by the grid.
    pub meter_s: f64,
}

/// Loads and generation of the house.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct House {
    /// Consumption, in watt; not negative.
    pub load_w: f64,
    /// Power of its own source, in watt; not negative.
    pub solar_w: f64,
}

/// Offer and request of the vehicle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct V2hOffer {
    /// Request of the session; energy flows with [`Ask::Current`].
    pub ask: Ask,
    /// Discharge envelope.
    pub envelope: DischargeEnvelope,
    /// Highest voltage during charge.
    pub voltage_v: f64,
    /// Charge current that the battery accepts, in ampere.
    pub charge_a: f64,
    /// Whether to charge from the grid as well, because the departure needs it.
    pub charge_now: bool,
}

impl V2hOffer {
    /// No energy in either direction.
    pub const NOTHING: Self = Self {
        ask: Ask::Nothing,
        envelope: DischargeEnvelope {
            current_max: amperes(0.0),
            power_max: watts(0.0),
            energy: joules(0.0),
        },
        voltage_v: 0.0,
        charge_a: 0.0,
        charge_now: false,
    };
}

/// Output of a station in one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct V2hTick {
    /// Power into the house, in watt; negative during charge.
    pub station_w: f64,
    /// Power from the grid, in watt; negative for feed-in.
    pub grid_w: f64,
    /// Power that the station loses, in watt.
    pub loss_w: f64,
    /// Its side at the battery.
    pub charger: ChargerTick,
}

/// A station with its house and battery.
#[derive(Clone, Debug)]
pub struct V2hStation {
    config: V2hConfig,
    charger: DcCharger,
    /// Last reading of the meter: consumption minus generation, in watt, and its age.
    lacking_w: f64,
    read_s: f64,
}

impl V2hStation {
    /// A station without a session.
    #[must_use]
    pub fn new(config: V2hConfig) -> Self {
        Self {
            config,
            charger: DcCharger::new(config.charger),
            lacking_w: 0.0,
            read_s: f64::INFINITY,
        }
    }

    /// Its side at the battery, for its faults and its site.
    pub fn charger_mut(&mut self) -> &mut DcCharger {
        &mut self.charger
    }

    /// One tick. `battery_v` is the battery's voltage if its contactors are closed.
    pub fn step(
        &mut self,
        house: &House,
        offer: &V2hOffer,
        battery_v: Option<f64>,
        dt_s: f64,
    ) -> V2hTick {
        self.read_s += dt_s;
        if self.read_s >= self.config.meter_s - 1e-9 {
            self.lacking_w = house.load_w - house.solar_w;
            self.read_s = 0.0;
        }
        let ask = ChargerAsk {
            ask: offer.ask,
            voltage_v: offer.voltage_v,
            current_a: battery_v.map_or(0.0, |battery_v| self.current_a(offer, battery_v)),
        };
        let charger = self.charger.step(ask, battery_v, dt_s);
        let battery_w = battery_v.unwrap_or(0.0) * charger.current_a;
        let station_w = if battery_w > 0.0 {
            -battery_w / self.config.efficiency
        } else {
            -battery_w * self.config.efficiency
        };
        V2hTick {
            station_w,
            grid_w: house.load_w - house.solar_w - station_w,
            loss_w: -battery_w - station_w,
            charger,
        }
    }

    /// Current to request; positive into the battery.
    fn current_a(&self, offer: &V2hOffer, battery_v: f64) -> f64 {
        let config = &self.config;
        let battery_v = battery_v.max(1.0);
        let charge_a = offer.charge_a.max(0.0);
        if offer.charge_now {
            return charge_a;
        }
        if self.lacking_w < -config.least_w {
            let surplus_a = -self.lacking_w * config.efficiency / battery_v;
            return surplus_a.min(charge_a);
        }
        let most_a = f64::from(to_amperes(offer.envelope.current_max));
        let most_w = f64::from(to_watts(offer.envelope.power_max));
        let wanted_a = if self.lacking_w > config.least_w {
            self.lacking_w / config.efficiency / battery_v
        } else {
            0.0
        };
        -wanted_a.min(most_a).min(most_w / battery_v).max(0.0)
    }
}
