//! Forecast of a charge, and the battery's data for a charger.

use bms_core::charging::{
    ChargeNeeds, Forecast, ForecastInputs, Goals, Leg, NeedsInputs, RequestReason,
};
use bms_core::units::{joules, volts};

use crate::charge::{Charge, bms_charge};
use crate::charge_home::bms_give_back;
use crate::generated::{bms_forecast, bms_goals, bms_leg, bms_needs};
use crate::pointer::{Zero, entry};
use crate::status::bms_status;
use crate::storage::bms_pack;

const NOWHERE: Leg = Leg {
    time: None,
    energy: joules(0.0),
};

/// Before the first forecast.
pub(crate) const UNKNOWN: Forecast = Forecast {
    minimum: NOWHERE,
    bulk: NOWHERE,
    target: NOWHERE,
    maximum: NOWHERE,
    bound_by: RequestReason::Unknown,
};

/// Before the first step of the pack.
const NO_NEEDS: bms_needs = {
    let leg = bms_leg {
        time_s: f32::INFINITY,
        energy_j: 0.0,
    };
    bms_needs {
        bulk_soc: 0.8,
        target_soc: 0.8,
        maximum_soc: 1.0,
        departure_s: f32::INFINITY,
        to_minimum: leg,
        to_bulk: leg,
        to_target: leg,
        to_maximum: leg,
        ..bms_needs::ZERO
    }
};

/// Sets goals: minimum 10 %, bulk and target 80 %, maximum 100 %, no departure. `struct_size` is `sizeof(bms_goals)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_goals_default(goals: *mut bms_goals, struct_size: u32) -> bms_status {
    entry!(|call| {
        call.out_of_size(goals, struct_size)?
            .give(&bms_goals::from(&Goals::DEFAULT));
        Ok(())
    })
}

/// Computes the duration of the charge under the limits of the last step of the charge or its session, and stores it for
/// `bms_charge_needs`. It covers the whole range of states of charge: to be called once per second, not in every step.
///
/// `forecast` may be null; else its `struct_size` is set before the call. Before the first step of the pack nothing is known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_charge_forecast(
    charge: *mut bms_charge,
    pack: *const bms_pack,
    goals: *const bms_goals,
    forecast: *mut bms_forecast,
) -> bms_status {
    entry!(|call| {
        let charge = call.object_mut::<Charge>(charge)?;
        let pack = call.pack(pack)?;
        let goals = call.read(goals)?.to_core()?;
        let out = call.out_or_null(forecast)?;
        let (pack_config, last) = pack.last();
        let found = last.map_or(UNKNOWN, |outputs| {
            let inputs = ForecastInputs {
                outputs,
                charger: charge.last.charger,
                schedule: charge.last.schedule,
                goals,
            };
            Forecast::new(&charge.config(), pack_config, &inputs)
        });
        charge.goals = goals;
        charge.forecast = found;
        if let Some(out) = out {
            out.give(&bms_forecast::from(&found));
        }
        Ok(())
    })
}

/// The battery's data for a charger, from the last step of the charge or its session and the last forecast.
///
/// `present_voltage_v` is the pack's measured voltage. `give_back` is the result of `bms_charge_give_back`, null if nothing is
/// to be discharged. `is_ready` and `error` are those of the session; without one they are 0 and `BMS_EV_ERROR_NO_ERROR`, and
/// the program sets them itself. Before the first step of the pack everything but the goals is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_charge_needs(
    charge: *const bms_charge,
    pack: *const bms_pack,
    present_voltage_v: f32,
    give_back: *const bms_give_back,
    needs: *mut bms_needs,
) -> bms_status {
    entry!(|call| {
        let charge = call.object::<Charge>(charge)?;
        let pack = call.pack(pack)?;
        let discharge = call.read_or_null(give_back)?.map(bms_give_back::envelope);
        let out = call.out(needs)?;
        let (pack_config, last) = pack.last();
        let value = last.map_or(NO_NEEDS, |outputs| {
            let inputs = NeedsInputs {
                outputs,
                request: &charge.last.request,
                forecast: &charge.forecast,
                goals: charge.goals,
                present_voltage: volts(present_voltage_v),
                ready: charge.last.ready,
                error: charge.last.error,
                discharge,
            };
            bms_needs::from(&ChargeNeeds::of(&charge.config(), pack_config, &inputs))
        });
        out.give(&value);
        Ok(())
    })
}
