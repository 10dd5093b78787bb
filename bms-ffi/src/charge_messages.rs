//! The battery's part of a charger's messages: whole numbers from needs, rounded to the safe side.

use bms_core::charging::{
    ChargeNeeds, DcEvStatus, Discharge20, EvErrorCode, PhysicalValue, RationalNumber, Rounding,
};
use bms_core::protection::FaultId;

use crate::charge_needs::{bms_needs, take_needs};
use crate::generated::bms_ev_error;
use crate::pointer::{Out, Sized32, check};
use crate::status::{BMS_STATUS_UNKNOWN_FAULT, bms_status, status};

/// The error code that stands for a fault of the catalogue, by its number. `error` is given one of `bms_ev_error`.
///
/// # Safety
/// `error` is null or points to a writable byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_ev_error_of_fault(fault: u16, error: *mut u8) -> bms_status {
    status((|| {
        check(error.cast_const())?;
        let fault = FaultId::from_number(fault).ok_or(BMS_STATUS_UNKNOWN_FAULT)?;
        // SAFETY: not null, and the caller says that it can be written.
        unsafe { error.write(bms_ev_error::from(EvErrorCode::of_fault(fault)) as u8) };
        Ok(())
    })())
}

/// A number of DIN SPEC 70121 and ISO 15118-2: `value` times 10 to the power of `multiplier`, which is -3 to 3.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_physical {
    /// The value.
    pub value: i16,
    /// Power of ten.
    pub multiplier: i8,
}

/// A number of ISO 15118-20: `value` times 10 to the power of `exponent`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_rational {
    /// The value.
    pub value: i16,
    /// Power of ten.
    pub exponent: i8,
}

impl bms_physical {
    const fn of_core(core: PhysicalValue) -> Self {
        Self {
            value: core.value,
            multiplier: core.multiplier,
        }
    }
}

impl bms_rational {
    const fn of_core(core: RationalNumber) -> Self {
        Self {
            value: core.value,
            exponent: core.exponent,
        }
    }
}

/// The highest number on the wire that is not above this one: for requests and upper limits. What is no number is 0.
#[unsafe(no_mangle)]
pub extern "C" fn bms_physical_down(number: f32) -> bms_physical {
    bms_physical::of_core(PhysicalValue::of(number, Rounding::Down))
}

/// The lowest number on the wire that is not below this one: for lower limits and times. What is no number is 0.
#[unsafe(no_mangle)]
pub extern "C" fn bms_physical_up(number: f32) -> bms_physical {
    bms_physical::of_core(PhysicalValue::of(number, Rounding::Up))
}

/// As `bms_physical_down`, for ISO 15118-20.
#[unsafe(no_mangle)]
pub extern "C" fn bms_rational_down(number: f32) -> bms_rational {
    bms_rational::of_core(RationalNumber::of(number, Rounding::Down))
}

/// As `bms_physical_up`, for ISO 15118-20.
#[unsafe(no_mangle)]
pub extern "C" fn bms_rational_up(number: f32) -> bms_rational {
    bms_rational::of_core(RationalNumber::of(number, Rounding::Up))
}

/// `DC_EVStatus`, part of every request of a DC session by DIN SPEC 70121 and ISO 15118-2.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_ev_status {
    /// `EVReady`: 0 or 1.
    pub is_ready: u8,
    /// `EVErrorCode`.
    pub error: bms_ev_error,
    /// `EVRESSSOC`.
    pub soc_percent: u8,
    /// `EVRESSConditioning` (DIN SPEC 70121 only): 0 or 1.
    pub conditioning: u8,
}

impl bms_ev_status {
    fn of_core(core: DcEvStatus) -> Self {
        Self {
            is_ready: u8::from(core.ready),
            error: core.error.into(),
            soc_percent: core.soc,
            conditioning: u8::from(core.conditioning),
        }
    }
}

/// `ChargeParameterDiscoveryReq` of DIN SPEC 70121 and ISO 15118-2 (DC).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_charge_parameters {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// `DepartureTime` from now; looked at where `has_departure` is 1.
    pub departure_s: u32,
    /// `DC_EVStatus`.
    pub status: bms_ev_status,
    /// `EVMaximumCurrentLimit`.
    pub current_max_a: bms_physical,
    /// `EVMaximumVoltageLimit`.
    pub voltage_max_v: bms_physical,
    /// `EVMaximumPowerLimit`.
    pub power_max_w: bms_physical,
    /// `EVEnergyCapacity`.
    pub capacity_wh: bms_physical,
    /// `EVEnergyRequest`.
    pub energy_request_wh: bms_physical,
    /// `FullSOC`.
    pub full_soc_percent: u8,
    /// `BulkSOC`.
    pub bulk_soc_percent: u8,
    /// Whether there is a departure: 0 or 1.
    pub has_departure: u8,
}

/// `PreChargeReq` of DIN SPEC 70121 and ISO 15118-2.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_pre_charge {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// `DC_EVStatus`.
    pub status: bms_ev_status,
    /// `EVTargetVoltage`: that of the battery.
    pub target_voltage_v: bms_physical,
    /// `EVTargetCurrent`: none.
    pub target_current_a: bms_physical,
}

/// `PowerDeliveryReq` of DIN SPEC 70121 and ISO 15118-2.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_power_delivery {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// `DC_EVStatus`.
    pub status: bms_ev_status,
    /// `BulkChargingComplete`: 0 or 1.
    pub bulk_is_complete: u8,
    /// `ChargingComplete`: 0 or 1.
    pub is_complete: u8,
}

/// `CurrentDemandReq` of DIN SPEC 70121 and ISO 15118-2.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_current_demand {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// `DC_EVStatus`.
    pub status: bms_ev_status,
    /// `EVTargetCurrent`.
    pub target_current_a: bms_physical,
    /// `EVTargetVoltage`.
    pub target_voltage_v: bms_physical,
    /// `EVMaximumCurrentLimit`.
    pub current_max_a: bms_physical,
    /// `EVMaximumVoltageLimit`.
    pub voltage_max_v: bms_physical,
    /// `EVMaximumPowerLimit`.
    pub power_max_w: bms_physical,
    /// `RemainingTimeToFullSoC`; looked at where `has_to_full` is 1.
    pub to_full_s: bms_physical,
    /// `RemainingTimeToBulkSoC`; looked at where `has_to_bulk` is 1.
    pub to_bulk_s: bms_physical,
    /// Whether the present limits get the battery full: 0 or 1.
    pub has_to_full: u8,
    /// Whether they get it to the bulk: 0 or 1.
    pub has_to_bulk: u8,
    /// `BulkChargingComplete`: 0 or 1.
    pub bulk_is_complete: u8,
    /// `ChargingComplete`: 0 or 1.
    pub is_complete: u8,
}

/// What a BPT message of ISO 15118-20 has besides.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_discharge_20 {
    /// `EVMaximumDischargePower`.
    pub power_max_w: bms_rational,
    /// `EVMinimumDischargePower`.
    pub power_min_w: bms_rational,
    /// `EVMaximumDischargeCurrent`.
    pub current_max_a: bms_rational,
    /// `EVMinimumDischargeCurrent`.
    pub current_min_a: bms_rational,
}

/// `DC_ChargeParameterDiscoveryReq` of ISO 15118-20.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_charge_parameters_20 {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// `EVMaximumChargePower`.
    pub power_max_w: bms_rational,
    /// `EVMinimumChargePower`.
    pub power_min_w: bms_rational,
    /// `EVMaximumChargeCurrent`.
    pub current_max_a: bms_rational,
    /// `EVMinimumChargeCurrent`.
    pub current_min_a: bms_rational,
    /// `EVMaximumVoltage`.
    pub voltage_max_v: bms_rational,
    /// `EVMinimumVoltage`.
    pub voltage_min_v: bms_rational,
    /// BPT; looked at where `has_discharge` is 1.
    pub discharge: bms_discharge_20,
    /// `TargetSOC`.
    pub target_soc_percent: u8,
    /// Whether energy may be given back: 0 or 1.
    pub has_discharge: u8,
}

/// `ScheduleExchangeReq` of ISO 15118-20, and the energies of a dynamic charge loop.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_energies_20 {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// `DepartureTime` from now; looked at where `has_departure` is 1.
    pub departure_s: u32,
    /// `EVTargetEnergyRequest`.
    pub target_wh: bms_rational,
    /// `EVMaximumEnergyRequest`.
    pub maximum_wh: bms_rational,
    /// `EVMinimumEnergyRequest`; negative where energy may be given back.
    pub minimum_wh: bms_rational,
    /// `EVMaximumV2XEnergyRequest`; looked at where `has_v2x` is 1.
    pub v2x_maximum_wh: bms_rational,
    /// `EVMinimumV2XEnergyRequest`; looked at where `has_v2x` is 1.
    pub v2x_minimum_wh: bms_rational,
    /// `MinimumSOC`.
    pub minimum_soc_percent: u8,
    /// `TargetSOC`.
    pub target_soc_percent: u8,
    /// Whether there is a departure: 0 or 1.
    pub has_departure: u8,
    /// Whether energy may be given back: 0 or 1.
    pub has_v2x: u8,
}

/// `DC_ChargeLoopReq` of ISO 15118-20: the fields of every control mode.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_charge_loop_20 {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// `EVPresentVoltage`.
    pub present_voltage_v: bms_rational,
    /// `EVTargetCurrent` (scheduled).
    pub target_current_a: bms_rational,
    /// `EVTargetVoltage` (scheduled).
    pub target_voltage_v: bms_rational,
    /// `EVMaximumChargePower`.
    pub power_max_w: bms_rational,
    /// `EVMinimumChargePower`.
    pub power_min_w: bms_rational,
    /// `EVMaximumChargeCurrent`: what is asked for now, so that a charger in dynamic mode does not give more.
    pub current_max_a: bms_rational,
    /// `EVMaximumVoltage`.
    pub voltage_max_v: bms_rational,
    /// `EVMinimumVoltage`.
    pub voltage_min_v: bms_rational,
    /// BPT; looked at where `has_discharge` is 1.
    pub discharge: bms_discharge_20,
    /// Whether energy may be given back: 0 or 1.
    pub has_discharge: u8,
}

/// `DisplayParameters` of ISO 15118-20.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_display_20 {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// `RemainingTimeToMinimumSOC`; looked at where `has_to_minimum` is 1.
    pub to_minimum_s: u32,
    /// `RemainingTimeToTargetSOC`; looked at where `has_to_target` is 1.
    pub to_target_s: u32,
    /// `RemainingTimeToMaximumSOC`; looked at where `has_to_maximum` is 1.
    pub to_maximum_s: u32,
    /// `BatteryEnergyCapacity`.
    pub capacity_wh: bms_rational,
    /// `PresentSOC`.
    pub present_soc_percent: u8,
    /// `MinimumSOC`.
    pub minimum_soc_percent: u8,
    /// `TargetSOC`.
    pub target_soc_percent: u8,
    /// `MaximumSOC`.
    pub maximum_soc_percent: u8,
    /// Whether the present limits get there: 0 or 1.
    pub has_to_minimum: u8,
    /// Whether the present limits get there: 0 or 1.
    pub has_to_target: u8,
    /// Whether the present limits get there: 0 or 1.
    pub has_to_maximum: u8,
    /// `ChargingComplete`: 0 or 1.
    pub is_complete: u8,
    /// `InletHot`: 0 or 1.
    pub inlet_is_hot: u8,
}

/// What a station hands on as `NotifyEVChargingNeeds` of OCPP 2.0.1 (`DCChargingParametersType`).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_station_needs {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// `evMaxCurrent`.
    pub current_max_a: u32,
    /// `evMaxVoltage`.
    pub voltage_max_v: u32,
    /// `evMaxPower`.
    pub power_max_w: u32,
    /// `energyAmount`.
    pub energy_wh: u32,
    /// `evEnergyCapacity`.
    pub capacity_wh: u32,
    /// `departureTime` from now, where OCPP wants a date; looked at where `has_departure` is 1.
    pub departure_s: u32,
    /// `stateOfCharge`.
    pub soc_percent: u8,
    /// `fullSoC`.
    pub full_soc_percent: u8,
    /// `bulkSoC`.
    pub bulk_soc_percent: u8,
    /// Whether there is a departure: 0 or 1.
    pub has_departure: u8,
}

macro_rules! given_out {
    ($($message:ident)*) => {$(
        // SAFETY: `repr(C)` and begins with its size; it is given out only, never taken in.
        unsafe impl Sized32 for $message {
            const FIRST: usize = size_of::<Self>();
        }
    )*};
}

given_out! {
    bms_charge_parameters bms_pre_charge bms_power_delivery bms_current_demand bms_charge_parameters_20
    bms_energies_20 bms_charge_loop_20 bms_display_20 bms_station_needs
}

const NO_RATIONAL: bms_rational = bms_rational {
    value: 0,
    exponent: 0,
};

impl bms_discharge_20 {
    fn of_core(core: Option<Discharge20>) -> (Self, u8) {
        let none = Self {
            power_max_w: NO_RATIONAL,
            power_min_w: NO_RATIONAL,
            current_max_a: NO_RATIONAL,
            current_min_a: NO_RATIONAL,
        };
        let made = core.map_or(none, |core| Self {
            power_max_w: bms_rational::of_core(core.power_max),
            power_min_w: bms_rational::of_core(core.power_min),
            current_max_a: bms_rational::of_core(core.current_max),
            current_min_a: bms_rational::of_core(core.current_min),
        });
        (made, u8::from(core.is_some()))
    }
}

fn optional(number: Option<u32>) -> (u32, u8) {
    (number.unwrap_or(0), u8::from(number.is_some()))
}

fn optional_physical(number: Option<PhysicalValue>) -> (bms_physical, u8) {
    (
        bms_physical::of_core(number.unwrap_or_default()),
        u8::from(number.is_some()),
    )
}

fn optional_rational(number: Option<RationalNumber>) -> bms_rational {
    bms_rational::of_core(number.unwrap_or_default())
}

/// Takes needs in, and gives a message out.
///
/// # Safety
/// Each pointer is null, misaligned, or points to as many bytes as its struct states first.
unsafe fn message<T: Sized32>(
    needs: *const bms_needs,
    message: *mut T,
    made: impl FnOnce(&ChargeNeeds, u32) -> T,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let needs = unsafe { take_needs(needs) }?;
        // SAFETY: as the caller says.
        let out = unsafe { Out::new(message) }?;
        let value = made(&needs, out.size());
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
        Ok(())
    })())
}

/// The numbers of a `ChargeParameterDiscoveryReq` (DIN SPEC 70121, ISO 15118-2), rounded to the safe side.
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_needs_charge_parameters(
    needs: *const bms_needs,
    parameters: *mut bms_charge_parameters,
) -> bms_status {
    let made = |needs: &ChargeNeeds, struct_size| {
        let core = needs.charge_parameters();
        let (departure_s, has_departure) = optional(core.departure_s);
        bms_charge_parameters {
            struct_size,
            departure_s,
            status: bms_ev_status::of_core(core.status),
            current_max_a: bms_physical::of_core(core.current_max),
            voltage_max_v: bms_physical::of_core(core.voltage_max),
            power_max_w: bms_physical::of_core(core.power_max),
            capacity_wh: bms_physical::of_core(core.capacity),
            energy_request_wh: bms_physical::of_core(core.energy_request),
            full_soc_percent: core.full_soc,
            bulk_soc_percent: core.bulk_soc,
            has_departure,
        }
    };
    // SAFETY: as the caller says.
    unsafe { message(needs, parameters, made) }
}

/// The numbers of a `PreChargeReq` (DIN SPEC 70121, ISO 15118-2).
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_needs_pre_charge(
    needs: *const bms_needs,
    pre_charge: *mut bms_pre_charge,
) -> bms_status {
    let made = |needs: &ChargeNeeds, struct_size| {
        let core = needs.pre_charge();
        bms_pre_charge {
            struct_size,
            status: bms_ev_status::of_core(core.status),
            target_voltage_v: bms_physical::of_core(core.target_voltage),
            target_current_a: bms_physical::of_core(core.target_current),
        }
    };
    // SAFETY: as the caller says.
    unsafe { message(needs, pre_charge, made) }
}

/// The values of a `PowerDeliveryReq` (DIN SPEC 70121, ISO 15118-2).
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_needs_power_delivery(
    needs: *const bms_needs,
    delivery: *mut bms_power_delivery,
) -> bms_status {
    let made = |needs: &ChargeNeeds, struct_size| {
        let core = needs.power_delivery();
        bms_power_delivery {
            struct_size,
            status: bms_ev_status::of_core(core.status),
            bulk_is_complete: u8::from(core.bulk_complete),
            is_complete: u8::from(core.complete),
        }
    };
    // SAFETY: as the caller says.
    unsafe { message(needs, delivery, made) }
}

/// The numbers of a `CurrentDemandReq` (DIN SPEC 70121, ISO 15118-2).
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_needs_current_demand(
    needs: *const bms_needs,
    demand: *mut bms_current_demand,
) -> bms_status {
    let made = |needs: &ChargeNeeds, struct_size| {
        let core = needs.current_demand();
        let (to_full_s, has_to_full) = optional_physical(core.to_full);
        let (to_bulk_s, has_to_bulk) = optional_physical(core.to_bulk);
        bms_current_demand {
            struct_size,
            status: bms_ev_status::of_core(core.status),
            target_current_a: bms_physical::of_core(core.target_current),
            target_voltage_v: bms_physical::of_core(core.target_voltage),
            current_max_a: bms_physical::of_core(core.current_max),
            voltage_max_v: bms_physical::of_core(core.voltage_max),
            power_max_w: bms_physical::of_core(core.power_max),
            to_full_s,
            to_bulk_s,
            has_to_full,
            has_to_bulk,
            bulk_is_complete: u8::from(core.bulk_complete),
            is_complete: u8::from(core.complete),
        }
    };
    // SAFETY: as the caller says.
    unsafe { message(needs, demand, made) }
}

/// The numbers of a `DC_ChargeParameterDiscoveryReq` (ISO 15118-20).
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_needs_charge_parameters_20(
    needs: *const bms_needs,
    parameters: *mut bms_charge_parameters_20,
) -> bms_status {
    let made = |needs: &ChargeNeeds, struct_size| {
        let core = needs.charge_parameters_20();
        let (discharge, has_discharge) = bms_discharge_20::of_core(core.discharge);
        bms_charge_parameters_20 {
            struct_size,
            power_max_w: bms_rational::of_core(core.power_max),
            power_min_w: bms_rational::of_core(core.power_min),
            current_max_a: bms_rational::of_core(core.current_max),
            current_min_a: bms_rational::of_core(core.current_min),
            voltage_max_v: bms_rational::of_core(core.voltage_max),
            voltage_min_v: bms_rational::of_core(core.voltage_min),
            discharge,
            target_soc_percent: core.target_soc,
            has_discharge,
        }
    };
    // SAFETY: as the caller says.
    unsafe { message(needs, parameters, made) }
}

/// The numbers of a `ScheduleExchangeReq` and of a dynamic charge loop (ISO 15118-20).
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_needs_energies_20(
    needs: *const bms_needs,
    energies: *mut bms_energies_20,
) -> bms_status {
    let made = |needs: &ChargeNeeds, struct_size| {
        let core = needs.energies_20();
        let (departure_s, has_departure) = optional(core.departure_s);
        bms_energies_20 {
            struct_size,
            departure_s,
            target_wh: bms_rational::of_core(core.target),
            maximum_wh: bms_rational::of_core(core.maximum),
            minimum_wh: bms_rational::of_core(core.minimum),
            v2x_maximum_wh: optional_rational(core.v2x_maximum),
            v2x_minimum_wh: optional_rational(core.v2x_minimum),
            minimum_soc_percent: core.minimum_soc,
            target_soc_percent: core.target_soc,
            has_departure,
            has_v2x: u8::from(core.v2x_maximum.is_some()),
        }
    };
    // SAFETY: as the caller says.
    unsafe { message(needs, energies, made) }
}

/// The numbers of a `DC_ChargeLoopReq` (ISO 15118-20).
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_needs_charge_loop_20(
    needs: *const bms_needs,
    charge_loop: *mut bms_charge_loop_20,
) -> bms_status {
    let made = |needs: &ChargeNeeds, struct_size| {
        let core = needs.charge_loop_20();
        let (discharge, has_discharge) = bms_discharge_20::of_core(core.discharge);
        bms_charge_loop_20 {
            struct_size,
            present_voltage_v: bms_rational::of_core(core.present_voltage),
            target_current_a: bms_rational::of_core(core.target_current),
            target_voltage_v: bms_rational::of_core(core.target_voltage),
            power_max_w: bms_rational::of_core(core.power_max),
            power_min_w: bms_rational::of_core(core.power_min),
            current_max_a: bms_rational::of_core(core.current_max),
            voltage_max_v: bms_rational::of_core(core.voltage_max),
            voltage_min_v: bms_rational::of_core(core.voltage_min),
            discharge,
            has_discharge,
        }
    };
    // SAFETY: as the caller says.
    unsafe { message(needs, charge_loop, made) }
}

/// The numbers of `DisplayParameters` (ISO 15118-20).
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_needs_display_20(
    needs: *const bms_needs,
    display: *mut bms_display_20,
) -> bms_status {
    let made = |needs: &ChargeNeeds, struct_size| {
        let core = needs.display_20();
        let (to_minimum_s, has_to_minimum) = optional(core.to_minimum_s);
        let (to_target_s, has_to_target) = optional(core.to_target_s);
        let (to_maximum_s, has_to_maximum) = optional(core.to_maximum_s);
        bms_display_20 {
            struct_size,
            to_minimum_s,
            to_target_s,
            to_maximum_s,
            capacity_wh: bms_rational::of_core(core.capacity),
            present_soc_percent: core.present_soc,
            minimum_soc_percent: core.minimum_soc,
            target_soc_percent: core.target_soc,
            maximum_soc_percent: core.maximum_soc,
            has_to_minimum,
            has_to_target,
            has_to_maximum,
            is_complete: u8::from(core.complete),
            inlet_is_hot: u8::from(core.inlet_hot),
        }
    };
    // SAFETY: as the caller says.
    unsafe { message(needs, display, made) }
}

/// What a station hands on by OCPP.
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_needs_station(
    needs: *const bms_needs,
    station: *mut bms_station_needs,
) -> bms_status {
    let made = |needs: &ChargeNeeds, struct_size| {
        let core = needs.station_needs();
        let (departure_s, has_departure) = optional(core.departure_s);
        bms_station_needs {
            struct_size,
            current_max_a: core.current_max_a,
            voltage_max_v: core.voltage_max_v,
            power_max_w: core.power_max_w,
            energy_wh: core.energy_wh,
            capacity_wh: core.capacity_wh,
            departure_s,
            soc_percent: core.soc,
            full_soc_percent: core.full_soc,
            bulk_soc_percent: core.bulk_soc,
            has_departure,
        }
    };
    // SAFETY: as the caller says.
    unsafe { message(needs, station, made) }
}
