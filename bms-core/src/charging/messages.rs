//! The battery's fields of the charging protocols' messages, as whole numbers: DIN SPEC 70121, ISO 15118-2 and -20, and OCPP.
//!
//! Values are rounded to the safe side: upper limits and requests down, lower limits up, states of charge down, remaining times
//! up. The documentation of each field names the standard's field and unit.

use super::decimal::{PhysicalValue, RationalNumber, Rounding, percent, whole};
use super::error_code::EvErrorCode;
use super::needs::{ChargeNeeds, seconds_of, watt_hours, watts_of};
use crate::units::{Ratio, to_amperes, to_ratio, to_volts};

/// `DC_EVStatus`, part of every request of a DC session by DIN SPEC 70121 and ISO 15118-2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DcEvStatus {
    /// `EVReady`.
    pub ready: bool,
    /// `EVErrorCode`.
    pub error: EvErrorCode,
    /// `EVRESSSOC`, in percent.
    pub soc: u8,
    /// `EVRESSConditioning` (DIN SPEC 70121 only): the cells are heated or cooled.
    pub conditioning: bool,
}

/// `ChargeParameterDiscoveryReq` of DIN SPEC 70121 and ISO 15118-2 (DC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ChargeParameters {
    /// `DC_EVStatus`.
    pub status: DcEvStatus,
    /// `EVMaximumCurrentLimit`, A.
    pub current_max: PhysicalValue,
    /// `EVMaximumVoltageLimit`, V.
    pub voltage_max: PhysicalValue,
    /// `EVMaximumPowerLimit`, W.
    pub power_max: PhysicalValue,
    /// `EVEnergyCapacity`, Wh.
    pub capacity: PhysicalValue,
    /// `EVEnergyRequest`, Wh.
    pub energy_request: PhysicalValue,
    /// `FullSOC`, in percent.
    pub full_soc: u8,
    /// `BulkSOC`, in percent.
    pub bulk_soc: u8,
    /// `DepartureTime`, in seconds from now.
    pub departure_s: Option<u32>,
}

/// `PreChargeReq` of DIN SPEC 70121 and ISO 15118-2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PreCharge {
    /// `DC_EVStatus`.
    pub status: DcEvStatus,
    /// `EVTargetVoltage`, V: that of the battery.
    pub target_voltage: PhysicalValue,
    /// `EVTargetCurrent`, A: zero; at most 2 A are allowed (IEC 61851-23 CC.6).
    pub target_current: PhysicalValue,
}

/// `PowerDeliveryReq` of DIN SPEC 70121 and ISO 15118-2 (`DC_EVPowerDeliveryParameter`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PowerDelivery {
    /// `DC_EVStatus`.
    pub status: DcEvStatus,
    /// `BulkChargingComplete`.
    pub bulk_complete: bool,
    /// `ChargingComplete`.
    pub complete: bool,
}

/// `CurrentDemandReq` of DIN SPEC 70121 and ISO 15118-2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CurrentDemand {
    /// `DC_EVStatus`.
    pub status: DcEvStatus,
    /// `EVTargetCurrent`, A.
    pub target_current: PhysicalValue,
    /// `EVTargetVoltage`, V.
    pub target_voltage: PhysicalValue,
    /// `EVMaximumCurrentLimit`, A.
    pub current_max: PhysicalValue,
    /// `EVMaximumVoltageLimit`, V.
    pub voltage_max: PhysicalValue,
    /// `EVMaximumPowerLimit`, W.
    pub power_max: PhysicalValue,
    /// `BulkChargingComplete`.
    pub bulk_complete: bool,
    /// `ChargingComplete`.
    pub complete: bool,
    /// `RemainingTimeToFullSoC`, s; `None` if the present limits never lead there.
    pub to_full: Option<PhysicalValue>,
    /// `RemainingTimeToBulkSoC`, s; `None` if the present limits never lead there.
    pub to_bulk: Option<PhysicalValue>,
}

/// `DC_ChargeParameterDiscoveryReq` of ISO 15118-20; with `discharge` its BPT form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ChargeParameters20 {
    /// `EVMaximumChargePower`, W.
    pub power_max: RationalNumber,
    /// `EVMinimumChargePower`, W.
    pub power_min: RationalNumber,
    /// `EVMaximumChargeCurrent`, A.
    pub current_max: RationalNumber,
    /// `EVMinimumChargeCurrent`, A.
    pub current_min: RationalNumber,
    /// `EVMaximumVoltage`, V.
    pub voltage_max: RationalNumber,
    /// `EVMinimumVoltage`, V.
    pub voltage_min: RationalNumber,
    /// `TargetSOC`, in percent.
    pub target_soc: u8,
    /// BPT.
    pub discharge: Option<Discharge20>,
}

/// Additional fields of a BPT message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Discharge20 {
    /// `EVMaximumDischargePower`, W.
    pub power_max: RationalNumber,
    /// `EVMinimumDischargePower`, W.
    pub power_min: RationalNumber,
    /// `EVMaximumDischargeCurrent`, A.
    pub current_max: RationalNumber,
    /// `EVMinimumDischargeCurrent`, A.
    pub current_min: RationalNumber,
}

/// `ScheduleExchangeReq` of ISO 15118-20, and the energies of a dynamic charge loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Energies20 {
    /// `DepartureTime`, in seconds from now.
    pub departure_s: Option<u32>,
    /// `MinimumSOC`, in percent (dynamic mode).
    pub minimum_soc: u8,
    /// `TargetSOC`, in percent (dynamic mode).
    pub target_soc: u8,
    /// `EVTargetEnergyRequest`, Wh.
    pub target: RationalNumber,
    /// `EVMaximumEnergyRequest`, Wh.
    pub maximum: RationalNumber,
    /// `EVMinimumEnergyRequest`, Wh; negative if energy may be discharged.
    pub minimum: RationalNumber,
    /// `EVMaximumV2XEnergyRequest`, Wh: energy that may still be charged within the V2X window.
    pub v2x_maximum: Option<RationalNumber>,
    /// `EVMinimumV2XEnergyRequest`, Wh: negative, energy that may be discharged.
    pub v2x_minimum: Option<RationalNumber>,
}

/// `DC_ChargeLoopReq` of ISO 15118-20: the fields of every control mode. Scheduled: target current and voltage; dynamic: the
/// limits and [`Energies20`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ChargeLoop20 {
    /// `EVPresentVoltage`, V.
    pub present_voltage: RationalNumber,
    /// `EVTargetCurrent`, A (scheduled).
    pub target_current: RationalNumber,
    /// `EVTargetVoltage`, V (scheduled).
    pub target_voltage: RationalNumber,
    /// `EVMaximumChargePower`, W.
    pub power_max: RationalNumber,
    /// `EVMinimumChargePower`, W.
    pub power_min: RationalNumber,
    /// `EVMaximumChargeCurrent`, A: the present request, so that a charger in dynamic mode does not exceed it.
    pub current_max: RationalNumber,
    /// `EVMaximumVoltage`, V.
    pub voltage_max: RationalNumber,
    /// `EVMinimumVoltage`, V.
    pub voltage_min: RationalNumber,
    /// BPT.
    pub discharge: Option<Discharge20>,
}

/// `DisplayParameters` of ISO 15118-20.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Display20 {
    /// `PresentSOC`, in percent.
    pub present_soc: u8,
    /// `MinimumSOC`, in percent.
    pub minimum_soc: u8,
    /// `TargetSOC`, in percent.
    pub target_soc: u8,
    /// `MaximumSOC`, in percent.
    pub maximum_soc: u8,
    /// `RemainingTimeToMinimumSOC`, s.
    pub to_minimum_s: Option<u32>,
    /// `RemainingTimeToTargetSOC`, s.
    pub to_target_s: Option<u32>,
    /// `RemainingTimeToMaximumSOC`, s.
    pub to_maximum_s: Option<u32>,
    /// `ChargingComplete`.
    pub complete: bool,
    /// `BatteryEnergyCapacity`, Wh.
    pub capacity: RationalNumber,
    /// `InletHot`.
    pub inlet_hot: bool,
}

/// What a station forwards as `NotifyEVChargingNeeds` of OCPP 2.0.1 (`DCChargingParametersType`), in whole units. OCPP 2.1 adds
/// `V2XChargingParametersType`, whose fields are those of [`ChargeParameters20`] and [`Energies20`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StationNeeds {
    /// `evMaxCurrent`, A.
    pub current_max_a: u32,
    /// `evMaxVoltage`, V.
    pub voltage_max_v: u32,
    /// `evMaxPower`, W.
    pub power_max_w: u32,
    /// `energyAmount`, Wh.
    pub energy_wh: u32,
    /// `evEnergyCapacity`, Wh.
    pub capacity_wh: u32,
    /// `stateOfCharge`, in percent.
    pub soc: u8,
    /// `fullSoC`, in percent.
    pub full_soc: u8,
    /// `bulkSoC`, in percent.
    pub bulk_soc: u8,
    /// `departureTime`, in seconds from now; OCPP expects a date.
    pub departure_s: Option<u32>,
}

/// Longest time in a message, in seconds: two days (ISO 15118-2 table 68).
const LONGEST_S: u32 = 172_800;

const fn down(number: f32) -> (f32, Rounding) {
    (number, Rounding::Down)
}

const fn up(number: f32) -> (f32, Rounding) {
    (number, Rounding::Up)
}

fn physical((number, rounding): (f32, Rounding)) -> PhysicalValue {
    PhysicalValue::of(number, rounding)
}

fn rational((number, rounding): (f32, Rounding)) -> RationalNumber {
    RationalNumber::of(number, rounding)
}

fn share(soc: Ratio) -> u8 {
    percent(to_ratio(soc))
}

impl ChargeNeeds {
    /// `DC_EVStatus`.
    #[must_use]
    pub fn status(&self) -> DcEvStatus {
        DcEvStatus {
            ready: self.ready,
            error: self.error,
            soc: share(self.present_soc),
            conditioning: self.conditioning != super::request::Conditioning::Nothing,
        }
    }

    /// `ChargeParameterDiscoveryReq` of DIN SPEC 70121 and ISO 15118-2.
    #[must_use]
    pub fn charge_parameters(&self) -> ChargeParameters {
        ChargeParameters {
            status: self.status(),
            current_max: physical(down(to_amperes(self.current_max))),
            voltage_max: physical(down(to_volts(self.voltage_max))),
            power_max: physical(down(watts_of(self.power_max))),
            capacity: physical(down(watt_hours(self.capacity))),
            energy_request: physical(down(watt_hours(self.energy_request()))),
            full_soc: share(self.goals.maximum),
            bulk_soc: share(self.goals.bulk),
            departure_s: self.departure_s(),
        }
    }

    /// `PreChargeReq` of DIN SPEC 70121 and ISO 15118-2.
    #[must_use]
    pub fn pre_charge(&self) -> PreCharge {
        PreCharge {
            status: self.status(),
            target_voltage: physical(down(to_volts(self.present_voltage))),
            target_current: PhysicalValue::default(),
        }
    }

    /// `PowerDeliveryReq` of DIN SPEC 70121 and ISO 15118-2.
    #[must_use]
    pub fn power_delivery(&self) -> PowerDelivery {
        PowerDelivery {
            status: self.status(),
            bulk_complete: self.bulk_complete,
            complete: self.complete,
        }
    }

    /// `CurrentDemandReq` of DIN SPEC 70121 and ISO 15118-2.
    #[must_use]
    pub fn current_demand(&self) -> CurrentDemand {
        let left = |time| seconds_of(time).map(|time_s| physical(up(time_s.min(172_800.0))));
        CurrentDemand {
            status: self.status(),
            target_current: physical(down(to_amperes(self.current))),
            target_voltage: physical(down(to_volts(self.voltage))),
            current_max: physical(down(to_amperes(self.current_max))),
            voltage_max: physical(down(to_volts(self.voltage_max))),
            power_max: physical(down(watts_of(self.power_max))),
            bulk_complete: self.bulk_complete,
            complete: self.complete,
            to_full: left(self.forecast.maximum.time),
            to_bulk: left(self.forecast.bulk.time),
        }
    }

    /// `DC_ChargeParameterDiscoveryReq` of ISO 15118-20.
    #[must_use]
    pub fn charge_parameters_20(&self) -> ChargeParameters20 {
        ChargeParameters20 {
            power_max: rational(down(watts_of(self.power_max))),
            power_min: rational(up(watts_of(self.power_min))),
            current_max: rational(down(to_amperes(self.current_max))),
            current_min: rational(up(to_amperes(self.current_min))),
            voltage_max: rational(down(to_volts(self.voltage_max))),
            voltage_min: rational(up(to_volts(self.voltage_min))),
            target_soc: share(self.goals.target),
            discharge: self.discharge_20(),
        }
    }

    /// `ScheduleExchangeReq` of ISO 15118-20.
    #[must_use]
    pub fn energies_20(&self) -> Energies20 {
        let energy = |leg: super::forecast::Leg| rational(down(watt_hours(leg.energy)));
        let forecast = &self.forecast;
        Energies20 {
            departure_s: self.departure_s(),
            minimum_soc: share(self.goals.minimum),
            target_soc: share(self.goals.target),
            target: energy(forecast.target),
            maximum: energy(forecast.maximum),
            minimum: rational(up(watt_hours(forecast.minimum.energy))),
            v2x_maximum: self.discharge.map(|_| energy(forecast.maximum)),
            v2x_minimum: self
                .discharge
                .map(|discharge| rational(up(-watt_hours(discharge.energy)))),
        }
    }

    /// `DC_ChargeLoopReq` of ISO 15118-20.
    #[must_use]
    pub fn charge_loop_20(&self) -> ChargeLoop20 {
        let current_a = to_amperes(self.current);
        ChargeLoop20 {
            present_voltage: rational(down(to_volts(self.present_voltage))),
            target_current: rational(down(current_a)),
            target_voltage: rational(down(to_volts(self.voltage))),
            power_max: rational(down(
                watts_of(self.power_max).min(current_a * to_volts(self.voltage)),
            )),
            power_min: RationalNumber::default(),
            current_max: rational(down(current_a)),
            voltage_max: rational(down(to_volts(self.voltage_max))),
            voltage_min: rational(up(to_volts(self.voltage_min))),
            discharge: self.discharge_20(),
        }
    }

    /// `DisplayParameters` of ISO 15118-20.
    #[must_use]
    pub fn display_20(&self) -> Display20 {
        let left = |time| seconds_of(time).map(|time_s| whole(time_s, LONGEST_S, Rounding::Up));
        Display20 {
            present_soc: share(self.present_soc),
            minimum_soc: share(self.goals.minimum),
            target_soc: share(self.goals.target),
            maximum_soc: share(self.goals.maximum),
            to_minimum_s: left(self.forecast.minimum.time),
            to_target_s: left(self.forecast.target.time),
            to_maximum_s: left(self.forecast.maximum.time),
            complete: self.complete,
            capacity: rational(down(watt_hours(self.capacity))),
            inlet_hot: self.inlet_hot,
        }
    }

    /// `NotifyEVChargingNeeds` of OCPP 2.0.1.
    #[must_use]
    pub fn station_needs(&self) -> StationNeeds {
        let unit = |number| whole(number, u32::MAX / 2, Rounding::Down);
        StationNeeds {
            current_max_a: unit(to_amperes(self.current_max)),
            voltage_max_v: unit(to_volts(self.voltage_max)),
            power_max_w: unit(watts_of(self.power_max)),
            energy_wh: unit(watt_hours(self.energy_request())),
            capacity_wh: unit(watt_hours(self.capacity)),
            soc: share(self.present_soc),
            full_soc: share(self.goals.maximum),
            bulk_soc: share(self.goals.bulk),
            departure_s: self.departure_s(),
        }
    }

    fn departure_s(&self) -> Option<u32> {
        seconds_of(self.goals.departure).map(|time_s| whole(time_s, u32::MAX / 2, Rounding::Down))
    }

    fn discharge_20(&self) -> Option<Discharge20> {
        self.discharge.map(|discharge| Discharge20 {
            power_max: rational(down(watts_of(discharge.power_max))),
            power_min: RationalNumber::default(),
            current_max: rational(down(to_amperes(discharge.current_max))),
            current_min: RationalNumber::default(),
        })
    }
}
