//! At home: the control pilot, the on-board charger, and energy that is given back.

use bms_core::charging::{
    BidirectionalConfig, DischargeEnvelope, DischargeInputs, DischargeReason, OnBoardCharger,
    Pilot, Throughput, discharge,
};
use bms_core::units::{
    amperes, joules, ratio, seconds, to_amperes, to_joules, to_ratio, to_seconds, to_volts,
    to_watts, volts, watts,
};

use crate::charge::{Charge, NO_LIMITS, bms_charge, bms_charge_inputs};
use crate::check::explain;
use crate::config::bms_config_error;
use crate::generated::{bms_give_back_reason, bms_limit_reason, bms_pilot_kind};
use crate::outputs::limit_reason;
use crate::pointer::{Out, Sized32, check, flag, take_in};
use crate::status::{BMS_STATUS_CONFIG, Checked, bms_status, status};
use crate::storage::{Room, bms_pack};

/// What a control pilot says, and how much.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_pilot {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// Current of each phase; 0 unless `kind` is `BMS_PILOT_CURRENT`.
    pub current_a: f32,
    /// What it says.
    pub kind: bms_pilot_kind,
}

// SAFETY: `repr(C)` and begins with its size; it is given out only, never taken in.
unsafe impl Sized32 for bms_pilot {
    const FIRST: usize = size_of::<Self>();
}

/// An on-board charger. `bms_on_board_charger_default` fills in one of 11 kW.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_on_board_charger {
    /// Size of this struct.
    pub struct_size: u32,
    /// Voltage of a phase against neutral.
    pub phase_voltage_v: f32,
    /// Highest current of a phase.
    pub phase_current_max_a: f32,
    /// Lowest current of a phase with which it runs.
    pub phase_current_min_a: f32,
    /// Highest power at its output.
    pub power_max_w: f32,
    /// Highest current at its output.
    pub current_max_a: f32,
    /// Highest voltage at its output.
    pub voltage_max_v: f32,
    /// Power out of power in.
    pub efficiency_ratio: f32,
    /// Phases, 1 to 3.
    pub phases: u8,
}

// SAFETY: `repr(C)`, begins with its size, and any bits are numbers.
unsafe impl Sized32 for bms_on_board_charger {
    const FIRST: usize = size_of::<Self>();
}

impl bms_on_board_charger {
    const fn of_core(core: &OnBoardCharger) -> Self {
        Self {
            struct_size: 0,
            phase_voltage_v: to_volts(core.phase_voltage),
            phase_current_max_a: to_amperes(core.phase_current_max),
            phase_current_min_a: to_amperes(core.phase_current_min),
            power_max_w: to_watts(core.power_max),
            current_max_a: to_amperes(core.current_max),
            voltage_max_v: to_volts(core.voltage_max),
            efficiency_ratio: to_ratio(core.efficiency),
            phases: core.phases,
        }
    }

    const fn to_core(self) -> OnBoardCharger {
        OnBoardCharger {
            phases: self.phases,
            phase_voltage: volts(self.phase_voltage_v),
            phase_current_max: amperes(self.phase_current_max_a),
            phase_current_min: amperes(self.phase_current_min_a),
            power_max: watts(self.power_max_w),
            current_max: amperes(self.current_max_a),
            voltage_max: volts(self.voltage_max_v),
            efficiency: ratio(self.efficiency_ratio),
        }
    }
}

/// Takes an on-board charger in that can be.
///
/// # Safety
/// `charger` is null, misaligned, or points to as many bytes as it states first.
unsafe fn on_board(charger: *const bms_on_board_charger) -> Checked<OnBoardCharger> {
    let absent = bms_on_board_charger::of_core(&OnBoardCharger::AC_11_KW);
    // SAFETY: as the caller says.
    let core = unsafe { take_in(charger, absent) }?.to_core();
    match core.validate() {
        Ok(()) => Ok(core),
        Err(_) => Err(BMS_STATUS_CONFIG),
    }
}

/// What a control pilot says by its duty cycle, 0 to 1; what is no number says that there is no charging.
///
/// # Safety
/// `pilot` is null or points to as many bytes as it states first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_pilot_of_duty(duty_ratio: f32, pilot: *mut bms_pilot) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let out = unsafe { Out::new(pilot) }?;
        let found = Pilot::of_duty(ratio(duty_ratio));
        let current_a = match found {
            Pilot::Current(current) => to_amperes(current),
            Pilot::Off | Pilot::Digital => 0.0,
        };
        let value = bms_pilot {
            struct_size: out.size(),
            current_a,
            kind: found.into(),
        };
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
        Ok(())
    })())
}

/// Fills an on-board charger of 11 kW in to start from. `struct_size` is `sizeof(bms_on_board_charger)`.
///
/// # Safety
/// `charger` is null or points to `struct_size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_on_board_charger_default(
    charger: *mut bms_on_board_charger,
    struct_size: u32,
) -> bms_status {
    status(Out::with_size(charger, struct_size).map(|out| {
        let value = bms_on_board_charger {
            struct_size,
            ..bms_on_board_charger::of_core(&OnBoardCharger::AC_11_KW)
        };
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
    }))
}

/// Says whether an on-board charger can be, and if not, where it is wrong: `BMS_STATUS_CONFIG` fills `error` in, which may be
/// null. The functions below check the same.
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_on_board_charger_check(
    charger: *const bms_on_board_charger,
    error: *mut bms_config_error,
) -> bms_status {
    status((|| {
        let absent = bms_on_board_charger::of_core(&OnBoardCharger::AC_11_KW);
        // SAFETY: as the caller says.
        let core = unsafe { take_in(charger, absent) }?.to_core();
        // SAFETY: as the caller says.
        unsafe { told(core.validate(), error) }
    })())
}

/// A finding, told where there is room for it.
///
/// # Safety
/// `error` is null, misaligned, or points to as many bytes as it states first.
unsafe fn told(
    found: Result<(), bms_core::config::ConfigError>,
    error: *mut bms_config_error,
) -> Checked<()> {
    let out = if error.is_null() {
        None
    } else {
        // SAFETY: as the caller says.
        Some(unsafe { Out::new(error) }?)
    };
    let Err(found) = found else {
        return Ok(());
    };
    if let Some(out) = out {
        let mut value = explain(&found);
        value.struct_size = out.size();
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
    }
    Err(BMS_STATUS_CONFIG)
}

/// Current of a phase that pilot, cable and charger leave; 0 where that is below what the charger runs with. `duty_ratio` is
/// that of the pilot, `cable_a` the coding resistor's current of the cable.
///
/// # Safety
/// `charger` is null or points to as many bytes as it states first; `phase_current_a` is null or points to a number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_on_board_current(
    charger: *const bms_on_board_charger,
    duty_ratio: f32,
    cable_a: f32,
    phase_current_a: *mut f32,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let core = unsafe { on_board(charger) }?;
        check(phase_current_a.cast_const())?;
        let pilot = Pilot::of_duty(ratio(duty_ratio));
        let current = core.phase_current(pilot, amperes(cable_a));
        // SAFETY: checked above, and the caller says that it can be written.
        unsafe { phase_current_a.write(to_amperes(current)) };
        Ok(())
    })())
}

/// The on-board charger's limits at a current of a phase, as the message of a charger in the inputs of `bms_charge_step`: what
/// comes out of what goes in. The charger's numbers and its `is_new` are written, everything else is left as it is.
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_on_board_limits(
    charger: *const bms_on_board_charger,
    phase_current_a: f32,
    battery_v: f32,
    inputs: *mut bms_charge_inputs,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let core = unsafe { on_board(charger) }?;
        // SAFETY: as the caller says.
        let mut told = unsafe { take_in(inputs.cast_const(), NO_LIMITS) }?;
        // SAFETY: as the caller says.
        let out = unsafe { Out::new(inputs) }?;
        let limits = core.limits(amperes(phase_current_a), volts(battery_v));
        told.charger.voltage_v = to_volts(limits.voltage);
        told.charger.current_a = to_amperes(limits.current);
        told.charger.voltage_max_v = to_volts(limits.voltage_max);
        told.charger.voltage_min_v = to_volts(limits.voltage_min);
        told.charger.current_max_a = to_amperes(limits.current_max);
        told.charger.power_max_w = to_watts(limits.power_max);
        told.charger.is_new = 1;
        // SAFETY: as the caller says.
        unsafe { out.give(&told) };
        Ok(())
    })())
}

/// Current of a phase that the battery's request takes, never above `phase_current_a`; 0 where the charger does not run with so
/// little.
///
/// # Safety
/// `charger` is null or points to as many bytes as it states first; `phase_request_a` is null or points to a number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_on_board_request(
    charger: *const bms_on_board_charger,
    request_a: f32,
    battery_v: f32,
    phase_current_a: f32,
    phase_request_a: *mut f32,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let core = unsafe { on_board(charger) }?;
        check(phase_request_a.cast_const())?;
        let phase = amperes(phase_current_a);
        let request = core.phase_request(amperes(request_a), volts(battery_v), phase);
        // SAFETY: checked above, and the caller says that it can be written.
        unsafe { phase_request_a.write(to_amperes(request)) };
        Ok(())
    })())
}

/// What is never given back, and how much may be.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_bidirectional {
    /// Size of this struct.
    pub struct_size: u32,
    /// State of charge of the pack below which nothing is given back, whatever was asked for.
    pub floor_soc: f32,
    /// Above the floor the current rises over this much state of charge.
    pub floor_ramp_soc: f32,
    /// Highest power out of the battery.
    pub power_max_w: f32,
    /// Energy that may be given back in all, as a warranty may limit it.
    pub throughput_max_j: f32,
    /// The target is to be reached this long before departure.
    pub margin_s: f32,
}

// SAFETY: `repr(C)`, begins with its size, and any bits are numbers.
unsafe impl Sized32 for bms_bidirectional {
    const FIRST: usize = size_of::<Self>();
}

impl bms_bidirectional {
    const fn of_core(core: &BidirectionalConfig) -> Self {
        Self {
            struct_size: 0,
            floor_soc: to_ratio(core.floor),
            floor_ramp_soc: to_ratio(core.floor_ramp),
            power_max_w: to_watts(core.power_max),
            throughput_max_j: to_joules(core.throughput_max),
            margin_s: to_seconds(core.margin),
        }
    }

    const fn to_core(self) -> BidirectionalConfig {
        BidirectionalConfig {
            floor: ratio(self.floor_soc),
            floor_ramp: ratio(self.floor_ramp_soc),
            power_max: watts(self.power_max_w),
            throughput_max: joules(self.throughput_max_j),
            margin: seconds(self.margin_s),
        }
    }
}

/// Energy that was given back: the caller keeps it over power cycles. One that begins is all zeros but for its size.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_throughput {
    /// Size of this struct.
    pub struct_size: u32,
    /// What is left of a milliwatt-hour.
    pub rest_j: f32,
    /// Whole milliwatt-hours.
    pub given_mwh: u64,
}

// SAFETY: `repr(C)`, begins with its size, and any bits are numbers.
unsafe impl Sized32 for bms_throughput {
    const FIRST: usize = size_of::<Self>();
}

const NONE_GIVEN: bms_throughput = bms_throughput {
    struct_size: 0,
    rest_j: 0.0,
    given_mwh: 0,
};

/// What may be given back, as magnitudes, and why not more.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_give_back {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// Highest discharge current.
    pub current_max_a: f32,
    /// Highest discharge power.
    pub power_max_w: f32,
    /// Energy that may be taken out.
    pub energy_j: f32,
    /// The fault in `reason`; 0 where it is none.
    pub fault: u16,
    /// What keeps the current from being higher: one of `bms_give_back_reason`.
    pub reason: u8,
    /// Why the battery allows no more, where that is the reason: one of `bms_limit_reason`.
    pub battery_reason: u8,
    /// What keeps the energy from being higher: one of `bms_give_back_reason`.
    pub energy_reason: u8,
}

// SAFETY: `repr(C)`, begins with its size, and any bits are numbers.
unsafe impl Sized32 for bms_give_back {
    const FIRST: usize = size_of::<Self>();
}

impl bms_give_back {
    pub(crate) const NOTHING: Self = Self {
        struct_size: 0,
        current_max_a: 0.0,
        power_max_w: 0.0,
        energy_j: 0.0,
        fault: 0,
        reason: bms_give_back_reason::BMS_GIVE_BACK_REASON_UNKNOWN as u8,
        battery_reason: bms_limit_reason::BMS_LIMIT_REASON_OTHER as u8,
        energy_reason: bms_give_back_reason::BMS_GIVE_BACK_REASON_UNKNOWN as u8,
    };

    pub(crate) const fn envelope(self) -> DischargeEnvelope {
        DischargeEnvelope {
            current_max: amperes(self.current_max_a),
            power_max: watts(self.power_max_w),
            energy: joules(self.energy_j),
        }
    }
}

fn reason(core: DischargeReason) -> (bms_give_back_reason, bms_limit_reason, u16) {
    let (battery, fault) = match core {
        DischargeReason::Battery(reason) => limit_reason(reason),
        _ => (bms_limit_reason::BMS_LIMIT_REASON_OTHER, 0),
    };
    (core.into(), battery, fault)
}

/// Fills in: a floor of 20 %, 11 kW, 10000 kWh in all, half an hour of margin. `struct_size` is `sizeof(bms_bidirectional)`.
///
/// # Safety
/// `config` is null or points to `struct_size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_bidirectional_default(
    config: *mut bms_bidirectional,
    struct_size: u32,
) -> bms_status {
    status(Out::with_size(config, struct_size).map(|out| {
        let value = bms_bidirectional {
            struct_size,
            ..bms_bidirectional::of_core(&BidirectionalConfig::DEFAULT)
        };
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
    }))
}

/// Counts what a discharge took out; a charge counts for nothing. `power_w` is out of the battery.
///
/// # Safety
/// `throughput` is null or points to as many bytes as it states first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_throughput_count(
    throughput: *mut bms_throughput,
    power_w: f32,
    dt_s: f32,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let told = unsafe { take_in(throughput.cast_const(), NONE_GIVEN) }?;
        // SAFETY: as the caller says.
        let out = unsafe { Out::new(throughput) }?;
        let mut core = Throughput::of_parts(told.given_mwh, joules(told.rest_j));
        core.count(watts(power_w), seconds(dt_s));
        let (given_mwh, rest) = core.parts();
        let value = bms_throughput {
            struct_size: out.size(),
            rest_j: to_joules(rest),
            given_mwh,
        };
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
        Ok(())
    })())
}

/// What may be given back now (ISO 15118-20 BPT, vehicle to home and grid): with the goals and the forecast that
/// `bms_charge_forecast` remembered. `wanted` is 1 where energy is to be given back. For `bms_charge_needs`.
///
/// Returns `BMS_STATUS_CONFIG` where `config` is impossible. Before the first step of the pack nothing may be given back.
///
/// # Safety
/// Each pointer is null or points to as many bytes as its struct states first. Nobody changes charge and pack meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_charge_give_back(
    charge: *const bms_charge,
    pack: *const bms_pack,
    config: *const bms_bidirectional,
    throughput: *const bms_throughput,
    wanted: u8,
    give_back: *mut bms_give_back,
) -> bms_status {
    status((|| {
        // SAFETY: as the caller says.
        let charge = unsafe { Charge::check(charge) }?;
        // SAFETY: as the caller says.
        let room = unsafe { Room::of(pack) }?;
        let absent = bms_bidirectional::of_core(&BidirectionalConfig::DEFAULT);
        // SAFETY: as the caller says.
        let config = unsafe { take_in(config, absent) }?.to_core();
        config.validate().map_err(|_| BMS_STATUS_CONFIG)?;
        // SAFETY: as the caller says.
        let told = unsafe { take_in(throughput, NONE_GIVEN) }?;
        let wanted = flag(wanted)?;
        // SAFETY: as the caller says.
        let out = unsafe { Out::new(give_back) }?;
        // SAFETY: found to be a charge, and the caller says that nobody changes it.
        let charge = unsafe { &*charge.cast_const() };
        // SAFETY: as the caller says.
        let (pack_config, last) = unsafe { room.last() };
        let mut value = bms_give_back {
            struct_size: out.size(),
            ..bms_give_back::NOTHING
        };
        if let Some(outputs) = last {
            let scene = DischargeInputs {
                outputs,
                forecast: &charge.forecast,
                goals: charge.goals,
                wanted,
            };
            let throughput = Throughput::of_parts(told.given_mwh, joules(told.rest_j));
            let found = discharge(&config, &charge.config(), pack_config, &scene, &throughput);
            let (kind, battery_reason, fault) = reason(found.reason);
            value = bms_give_back {
                struct_size: out.size(),
                current_max_a: to_amperes(found.envelope.current_max),
                power_max_w: to_watts(found.envelope.power_max),
                energy_j: to_joules(found.envelope.energy),
                fault,
                reason: kind as u8,
                battery_reason: battery_reason as u8,
                energy_reason: reason(found.energy_reason).0 as u8,
            };
        }
        // SAFETY: as the caller says.
        unsafe { out.give(&value) };
        Ok(())
    })())
}
