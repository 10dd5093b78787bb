//! How long a charge takes, and what a charger has to know of the battery.

use bms_core::charging::{
    ChargeNeeds, DischargeEnvelope, EvErrorCode, Forecast, ForecastInputs, Goals, Leg, NeedsInputs,
    RequestReason,
};
use bms_core::units::{
    Time, amperes, joules, ratio, seconds, to_amperes, to_joules, to_ratio, to_seconds, to_volts,
    to_watts, volts, watts,
};

use crate::charge::{Charge, bms_charge, reasons};
use crate::charge_home::bms_give_back;
use crate::generated::{bms_conditioning, bms_ev_error, bms_limit_reason, bms_request_reason};
use crate::pointer::{OfNumber, Out, Sized32, flag, take_in};
use crate::status::{Checked, bms_status, status};
use crate::storage::{Room, bms_pack};

/// The states of charge that somebody asks about, of the pack, 0 to 1.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_goals {
    /// Size of this struct.
    pub struct_size: u32,
    /// What has to be there in any case, and stays in the battery when it gives energy back.
    pub minimum_soc: f32,
    /// Where the fast part of the charge ends.
    pub bulk_soc: f32,
    /// Where the charge ends.
    pub target_soc: f32,
    /// As far as the battery may be charged at all.
    pub maximum_soc: f32,
    /// Time until departure; infinite or not a number where nobody said.
    pub departure_s: f32,
}

// SAFETY: `repr(C)`, begins with its size, and any bits are numbers.
unsafe impl Sized32 for bms_goals {
    const FIRST: usize = size_of::<Self>();
}

/// What a charge costs until some state of charge.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_leg {
    /// Time from now; 0 where it is reached, infinite where the present limits never get there.
    pub time_s: f32,
    /// Energy into the battery's terminals from now; negative where there is more already.
    pub energy_j: f32,
}

/// A charge as it will go if nothing changes: limits of charger and schedule and the temperature stay.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_forecast {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// To `minimum_soc`.
    pub to_minimum: bms_leg,
    /// To `bulk_soc`.
    pub to_bulk: bms_leg,
    /// To `target_soc`.
    pub to_target: bms_leg,
    /// To `maximum_soc`. A battery is also full once its current has fallen to the cut-off.
    pub to_maximum: bms_leg,
    /// The fault in `reason`; 0 where it is none.
    pub fault: u16,
    /// What takes most of the time to the target; what stops it where it is never reached.
    pub reason: bms_request_reason,
    /// Why the battery allows no more, where that is the reason; else `BMS_LIMIT_REASON_OTHER`.
    pub battery_reason: bms_limit_reason,
    /// The stage of a multistage charge, where that is the reason; else 0.
    pub stage: u8,
}

// SAFETY: `repr(C)` and begins with its size; it is given out only, never taken in.
unsafe impl Sized32 for bms_forecast {
    const FIRST: usize = size_of::<Self>();
}

/// What a charger has to know of the battery: one value for every protocol (`bms_needs_...`, `bms_gbt_step`). Currents and
/// powers are magnitudes into the battery. A program may change fields before it hands it on.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_needs {
    /// Size of this struct.
    pub struct_size: u32,
    /// What to give now.
    pub current_a: f32,
    /// At most up to this voltage.
    pub voltage_v: f32,
    /// Voltage of the battery.
    pub present_voltage_v: f32,
    /// Highest current that the battery will ask for at its present temperature.
    pub current_max_a: f32,
    /// Lowest current that is of use.
    pub current_min_a: f32,
    /// Voltage that must never be passed.
    pub voltage_max_v: f32,
    /// Voltage of the empty battery.
    pub voltage_min_v: f32,
    /// Highest power that the battery will ask for.
    pub power_max_w: f32,
    /// Lowest power that is of use.
    pub power_min_w: f32,
    /// Energy between empty and full, as the battery is now.
    pub capacity_j: f32,
    /// State of charge now.
    pub present_soc: f32,
    /// As in `bms_goals`.
    pub minimum_soc: f32,
    /// As in `bms_goals`.
    pub bulk_soc: f32,
    /// As in `bms_goals`.
    pub target_soc: f32,
    /// As in `bms_goals`.
    pub maximum_soc: f32,
    /// As in `bms_goals`.
    pub departure_s: f32,
    /// As in `bms_forecast`.
    pub to_minimum: bms_leg,
    /// As in `bms_forecast`.
    pub to_bulk: bms_leg,
    /// As in `bms_forecast`.
    pub to_target: bms_leg,
    /// As in `bms_forecast`.
    pub to_maximum: bms_leg,
    /// Highest discharge current, where energy may be given back.
    pub discharge_current_max_a: f32,
    /// Highest discharge power, where energy may be given back.
    pub discharge_power_max_w: f32,
    /// Energy that may be taken out, where energy may be given back.
    pub discharge_energy_j: f32,
    /// Whether energy may be given back: 0 or 1.
    pub has_discharge: u8,
    /// Whether the battery is ready for energy: 0 or 1.
    pub is_ready: u8,
    /// What is wrong: one of `bms_ev_error`.
    pub error: u8,
    /// Whether the fast part is over: 0 or 1.
    pub bulk_is_complete: u8,
    /// Whether the charge is over: 0 or 1.
    pub is_complete: u8,
    /// Whether the inlet is hot enough to limit the charge: 0 or 1.
    pub inlet_is_hot: u8,
    /// What the cells need: one of `bms_conditioning`.
    pub conditioning: u8,
}

// SAFETY: `repr(C)`, begins with its size, and any bits are numbers.
unsafe impl Sized32 for bms_needs {
    const FIRST: usize = size_of::<Self>();
}

const NOWHERE: Leg = Leg {
    time: None,
    energy: joules(0.0),
};

/// Nobody has looked yet.
pub(crate) const UNKNOWN: Forecast = Forecast {
    minimum: NOWHERE,
    bulk: NOWHERE,
    target: NOWHERE,
    maximum: NOWHERE,
    bound_by: RequestReason::Unknown,
};

const NO_NEEDS: bms_needs = {
    let leg = bms_leg {
        time_s: f32::INFINITY,
        energy_j: 0.0,
    };
    bms_needs {
        struct_size: 0,
        current_a: 0.0,
        voltage_v: 0.0,
        present_voltage_v: 0.0,
        current_max_a: 0.0,
        current_min_a: 0.0,
        voltage_max_v: 0.0,
        voltage_min_v: 0.0,
        power_max_w: 0.0,
        power_min_w: 0.0,
        capacity_j: 0.0,
        present_soc: 0.0,
        minimum_soc: 0.0,
        bulk_soc: 0.8,
        target_soc: 0.8,
        maximum_soc: 1.0,
        departure_s: f32::INFINITY,
        to_minimum: leg,
        to_bulk: leg,
        to_target: leg,
        to_maximum: leg,
        discharge_current_max_a: 0.0,
        discharge_power_max_w: 0.0,
        discharge_energy_j: 0.0,
        has_discharge: 0,
        is_ready: 0,
        error: bms_ev_error::BMS_EV_ERROR_NO_ERROR as u8,
        bulk_is_complete: 0,
        is_complete: 0,
        inlet_is_hot: 0,
        conditioning: bms_conditioning::BMS_CONDITIONING_NOTHING as u8,
    }
};

const DEFAULT_GOALS: bms_goals = bms_goals {
    struct_size: 0,
    minimum_soc: to_ratio(Goals::DEFAULT.minimum),
    bulk_soc: to_ratio(Goals::DEFAULT.bulk),
    target_soc: to_ratio(Goals::DEFAULT.target),
    maximum_soc: to_ratio(Goals::DEFAULT.maximum),
    departure_s: f32::INFINITY,
};

fn known(time_s: f32) -> Option<Time> {
    time_s.is_finite().then_some(seconds(time_s))
}

fn number(time: Option<Time>) -> f32 {
    time.map_or(f32::INFINITY, to_seconds)
}

impl bms_leg {
    fn of_core(leg: Leg) -> Self {
        Self {
            time_s: number(leg.time),
            energy_j: to_joules(leg.energy),
        }
    }

    fn to_core(self) -> Leg {
        Leg {
            time: known(self.time_s),
            energy: joules(self.energy_j),
        }
    }
}

impl bms_goals {
    fn to_core(self) -> Goals {
        Goals {
            minimum: ratio(self.minimum_soc),
            bulk: ratio(self.bulk_soc),
            target: ratio(self.target_soc),
            maximum: ratio(self.maximum_soc),
            departure: known(self.departure_s),
        }
    }
}

impl bms_needs {
    fn of_core(struct_size: u32, core: &ChargeNeeds) -> Self {
        let discharge = core.discharge;
        Self {
            struct_size,
            current_a: to_amperes(core.current),
            voltage_v: to_volts(core.voltage),
            present_voltage_v: to_volts(core.present_voltage),
            current_max_a: to_amperes(core.current_max),
            current_min_a: to_amperes(core.current_min),
            voltage_max_v: to_volts(core.voltage_max),
            voltage_min_v: to_volts(core.voltage_min),
            power_max_w: to_watts(core.power_max),
            power_min_w: to_watts(core.power_min),
            capacity_j: to_joules(core.capacity),
            present_soc: to_ratio(core.present_soc),
            minimum_soc: to_ratio(core.goals.minimum),
            bulk_soc: to_ratio(core.goals.bulk),
            target_soc: to_ratio(core.goals.target),
            maximum_soc: to_ratio(core.goals.maximum),
            departure_s: number(core.goals.departure),
            to_minimum: bms_leg::of_core(core.forecast.minimum),
            to_bulk: bms_leg::of_core(core.forecast.bulk),
            to_target: bms_leg::of_core(core.forecast.target),
            to_maximum: bms_leg::of_core(core.forecast.maximum),
            discharge_current_max_a: discharge.map_or(0.0, |most| to_amperes(most.current_max)),
            discharge_power_max_w: discharge.map_or(0.0, |most| to_watts(most.power_max)),
            discharge_energy_j: discharge.map_or(0.0, |most| to_joules(most.energy)),
            has_discharge: u8::from(discharge.is_some()),
            is_ready: u8::from(core.ready),
            error: bms_ev_error::from(core.error) as u8,
            bulk_is_complete: u8::from(core.bulk_complete),
            is_complete: u8::from(core.complete),
            inlet_is_hot: u8::from(core.inlet_hot),
            conditioning: bms_conditioning::from(core.conditioning) as u8,
        }
    }

    fn to_core(self) -> Checked<ChargeNeeds> {
        let discharge = DischargeEnvelope {
            current_max: amperes(self.discharge_current_max_a),
            power_max: watts(self.discharge_power_max_w),
            energy: joules(self.discharge_energy_j),
        };
        Ok(ChargeNeeds {
            ready: flag(self.is_ready)?,
            error: OfNumber::of_number(self.error)?,
            current: amperes(self.current_a),
            voltage: volts(self.voltage_v),
            present_voltage: volts(self.present_voltage_v),
            current_max: amperes(self.current_max_a),
            current_min: amperes(self.current_min_a),
            voltage_max: volts(self.voltage_max_v),
            voltage_min: volts(self.voltage_min_v),
            power_max: watts(self.power_max_w),
            power_min: watts(self.power_min_w),
            present_soc: ratio(self.present_soc),
            goals: Goals {
                minimum: ratio(self.minimum_soc),
                bulk: ratio(self.bulk_soc),
                target: ratio(self.target_soc),
                maximum: ratio(self.maximum_soc),
                departure: known(self.departure_s),
            },
            forecast: Forecast {
                minimum: self.to_minimum.to_core(),
                bulk: self.to_bulk.to_core(),
                target: self.to_target.to_core(),
                maximum: self.to_maximum.to_core(),
                ..UNKNOWN
            },
            capacity: joules(self.capacity_j),
            discharge: flag(self.has_discharge)?.then_some(discharge),
            bulk_complete: flag(self.bulk_is_complete)?,
            complete: flag(self.is_complete)?,
            inlet_hot: flag(self.inlet_is_hot)?,
            conditioning: OfNumber::of_number(self.conditioning)?,
        })
    }
}

/// Takes needs in.
///
/// # Safety
/// `needs` is null, misaligned, or points to as many bytes as it states first.
pub(crate) unsafe fn take_needs(needs: *const bms_needs) -> Checked<ChargeNeeds> {
    // SAFETY: as the caller says.
    unsafe { take_in(needs, NO_NEEDS) }?.to_core()
}

/// Fills goals in: 10 % in any case, 80 % as bulk and target, up to full, no departure. `struct_size` is `sizeof(bms_goals)`.
///
/// # Safety
/// `goals` is null or points to `struct_size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_goals_default(goals: *mut bms_goals, struct_size: u32) -> bms_status {
    status(Out::with_size(goals, struct_size).map(|out| {
        let value = bms_goals {
            struct_size,
            ..DEFAULT_GOALS
        };
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
    }))
}

/// Looks how long the charge will take with the limits of the last step of the charge or its session, and remembers it for
/// `bms_charge_needs`. It goes through the whole range of states of charge: meant for once a second, not for every step.
///
/// `forecast` may be null; else its `struct_size` is set before the call. Before the first step of the pack nothing is known.
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first. Nobody else uses the charge, and nobody changes
/// the pack, meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_charge_forecast(
    charge: *mut bms_charge,
    pack: *const bms_pack,
    goals: *const bms_goals,
    forecast: *mut bms_forecast,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let charge = unsafe { Charge::check(charge) }?;
        // SAFETY: as the caller says.
        let room = unsafe { Room::of(pack) }?;
        // SAFETY: as the caller says.
        let goals = unsafe { take_in(goals, DEFAULT_GOALS) }?.to_core();
        let out = if forecast.is_null() {
            None
        } else {
            // SAFETY: as the caller says.
            Some(unsafe { Out::new(forecast) }?)
        };
        // SAFETY: found to be a charge, and the caller says that nobody else uses it.
        let charge = unsafe { &mut *charge };
        // SAFETY: as the caller says.
        let (pack_config, last) = unsafe { room.last() };
        let found = last.map_or(UNKNOWN, |outputs| {
            let scene = ForecastInputs {
                outputs,
                charger: charge.last.charger,
                schedule: charge.last.schedule,
                goals,
            };
            Forecast::new(&charge.config(), pack_config, &scene)
        });
        charge.goals = goals;
        charge.forecast = found;
        if let Some(out) = out {
            let (reason, battery_reason, fault, stage) = reasons(found.bound_by);
            let value = bms_forecast {
                struct_size: out.size(),
                to_minimum: bms_leg::of_core(found.minimum),
                to_bulk: bms_leg::of_core(found.bulk),
                to_target: bms_leg::of_core(found.target),
                to_maximum: bms_leg::of_core(found.maximum),
                fault,
                reason,
                battery_reason,
                stage,
            };
            // SAFETY: as the caller says.
            unsafe { out.give(&value) };
        }
        Ok(())
    })())
}

/// What a charger has to know now: from the last step of the charge or its session, and the last forecast.
///
/// `present_voltage_v` is the pack's measured voltage. `give_back` is what `bms_charge_give_back` said, null where nothing is
/// to be given back. `is_ready` and `error` are those of the session; without one they are 0 and `BMS_EV_ERROR_NO_ERROR`, and the
/// program sets them itself. Before the first step of the pack everything but the goals is 0.
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first. Nobody changes charge and pack meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_charge_needs(
    charge: *const bms_charge,
    pack: *const bms_pack,
    present_voltage_v: f32,
    give_back: *const bms_give_back,
    needs: *mut bms_needs,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let charge = unsafe { Charge::check(charge) }?;
        // SAFETY: as the caller says.
        let room = unsafe { Room::of(pack) }?;
        let discharge = if give_back.is_null() {
            None
        } else {
            // SAFETY: as the caller says.
            Some(unsafe { take_in(give_back, bms_give_back::NOTHING) }?.envelope())
        };
        // SAFETY: as the caller says.
        let out = unsafe { Out::new(needs) }?;
        // SAFETY: found to be a charge, and the caller says that nobody changes it.
        let charge = unsafe { &*charge.cast_const() };
        // SAFETY: as the caller says.
        let (pack_config, last) = unsafe { room.last() };
        let value = if let Some(outputs) = last {
            let error: EvErrorCode = charge.last.error;
            let scene = NeedsInputs {
                outputs,
                request: &charge.last.request,
                forecast: &charge.forecast,
                goals: charge.goals,
                present_voltage: volts(present_voltage_v),
                ready: charge.last.ready,
                error,
                discharge,
            };
            let needs = ChargeNeeds::of(&charge.config(), pack_config, &scene);
            bms_needs::of_core(out.size(), &needs)
        } else {
            bms_needs {
                struct_size: out.size(),
                ..NO_NEEDS
            }
        };
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
        Ok(())
    })())
}
