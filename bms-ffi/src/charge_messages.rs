//! The battery's part of a charger's messages: whole numbers from needs, rounded to the safe side.

use bms_core::charging::{EvErrorCode, PhysicalValue, RationalNumber, Rounding};
use bms_core::protection::FaultId;

use crate::generated::{
    bms_charge_loop_20, bms_charge_parameters, bms_charge_parameters_20, bms_current_demand,
    bms_display_20, bms_energies_20, bms_ev_error, bms_needs, bms_physical, bms_power_delivery,
    bms_pre_charge, bms_rational, bms_station_needs,
};
use crate::pointer::entry;
use crate::status::{BMS_STATUS_UNKNOWN_FAULT, bms_status};

/// The error code that stands for a fault of the catalogue, by its number. `error` receives one of `bms_ev_error`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_ev_error_of_fault(fault: u16, error: *mut u8) -> bms_status {
    entry!(|call| {
        let error = call.place(error)?;
        let fault = FaultId::from_number(fault).ok_or(BMS_STATUS_UNKNOWN_FAULT)?;
        error.write(bms_ev_error::from(EvErrorCode::of_fault(fault)) as u8);
        Ok(())
    })
}

/// The highest number of DIN SPEC 70121 and ISO 15118-2 that is not above this one: for requests and upper limits. 0 for what
/// is not a number.
#[unsafe(no_mangle)]
pub extern "C" fn bms_physical_down(number: f32) -> bms_physical {
    bms_physical::from(&PhysicalValue::of(number, Rounding::Down))
}

/// The lowest number of DIN SPEC 70121 and ISO 15118-2 that is not below this one: for lower limits and times. 0 for what is
/// not a number.
#[unsafe(no_mangle)]
pub extern "C" fn bms_physical_up(number: f32) -> bms_physical {
    bms_physical::from(&PhysicalValue::of(number, Rounding::Up))
}

/// As `bms_physical_down`, for ISO 15118-20.
#[unsafe(no_mangle)]
pub extern "C" fn bms_rational_down(number: f32) -> bms_rational {
    bms_rational::from(&RationalNumber::of(number, Rounding::Down))
}

/// As `bms_physical_up`, for ISO 15118-20.
#[unsafe(no_mangle)]
pub extern "C" fn bms_rational_up(number: f32) -> bms_rational {
    bms_rational::from(&RationalNumber::of(number, Rounding::Up))
}

/// The numbers of a `ChargeParameterDiscoveryReq` (DIN SPEC 70121, ISO 15118-2), rounded to the safe side.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_needs_charge_parameters(
    needs: *const bms_needs,
    parameters: *mut bms_charge_parameters,
) -> bms_status {
    entry!(|call| {
        let needs = call.read(needs)?.to_core()?;
        call.out(parameters)?
            .give(&bms_charge_parameters::from(&needs.charge_parameters()));
        Ok(())
    })
}

/// The numbers of a `PreChargeReq` (DIN SPEC 70121, ISO 15118-2).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_needs_pre_charge(
    needs: *const bms_needs,
    pre_charge: *mut bms_pre_charge,
) -> bms_status {
    entry!(|call| {
        let needs = call.read(needs)?.to_core()?;
        call.out(pre_charge)?
            .give(&bms_pre_charge::from(&needs.pre_charge()));
        Ok(())
    })
}

/// The values of a `PowerDeliveryReq` (DIN SPEC 70121, ISO 15118-2).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_needs_power_delivery(
    needs: *const bms_needs,
    delivery: *mut bms_power_delivery,
) -> bms_status {
    entry!(|call| {
        let needs = call.read(needs)?.to_core()?;
        call.out(delivery)?
            .give(&bms_power_delivery::from(&needs.power_delivery()));
        Ok(())
    })
}

/// The numbers of a `CurrentDemandReq` (DIN SPEC 70121, ISO 15118-2).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_needs_current_demand(
    needs: *const bms_needs,
    demand: *mut bms_current_demand,
) -> bms_status {
    entry!(|call| {
        let needs = call.read(needs)?.to_core()?;
        call.out(demand)?
            .give(&bms_current_demand::from(&needs.current_demand()));
        Ok(())
    })
}

/// The numbers of a `DC_ChargeParameterDiscoveryReq` (ISO 15118-20).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_needs_charge_parameters_20(
    needs: *const bms_needs,
    parameters: *mut bms_charge_parameters_20,
) -> bms_status {
    entry!(|call| {
        let needs = call.read(needs)?.to_core()?;
        call.out(parameters)?.give(&bms_charge_parameters_20::from(
            &needs.charge_parameters_20(),
        ));
        Ok(())
    })
}

/// The numbers of a `ScheduleExchangeReq` and of a dynamic charge loop (ISO 15118-20).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_needs_energies_20(
    needs: *const bms_needs,
    energies: *mut bms_energies_20,
) -> bms_status {
    entry!(|call| {
        let needs = call.read(needs)?.to_core()?;
        call.out(energies)?
            .give(&bms_energies_20::from(&needs.energies_20()));
        Ok(())
    })
}

/// The numbers of a `DC_ChargeLoopReq` (ISO 15118-20).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_needs_charge_loop_20(
    needs: *const bms_needs,
    charge_loop: *mut bms_charge_loop_20,
) -> bms_status {
    entry!(|call| {
        let needs = call.read(needs)?.to_core()?;
        call.out(charge_loop)?
            .give(&bms_charge_loop_20::from(&needs.charge_loop_20()));
        Ok(())
    })
}

/// The numbers of `DisplayParameters` (ISO 15118-20).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_needs_display_20(
    needs: *const bms_needs,
    display: *mut bms_display_20,
) -> bms_status {
    entry!(|call| {
        let needs = call.read(needs)?.to_core()?;
        call.out(display)?
            .give(&bms_display_20::from(&needs.display_20()));
        Ok(())
    })
}

/// The numbers that a station forwards by OCPP.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_needs_station(
    needs: *const bms_needs,
    station: *mut bms_station_needs,
) -> bms_status {
    entry!(|call| {
        let needs = call.read(needs)?.to_core()?;
        call.out(station)?
            .give(&bms_station_needs::from(&needs.station_needs()));
        Ok(())
    })
}
