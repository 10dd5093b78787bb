//! AC charging and bidirectional operation: control pilot, on-board charger, discharge limits.

use bms_core::charging::{
    BidirectionalConfig, Discharge, DischargeEnvelope, DischargeInputs, OnBoardCharger, Pilot,
    Throughput, discharge,
};
use bms_core::measurement::ChargerMessage;
use bms_core::units::{
    amperes, joules, ratio, seconds, to_amperes, to_joules, to_ratio, to_seconds, to_volts,
    to_watts, volts, watts,
};

use crate::charge::{Charge, bms_charge, bms_charge_inputs};
use crate::check::report;
use crate::config::bms_config_error;
use crate::generated::{bms_give_back_reason, bms_limit_reason, bms_pilot_kind};
use crate::pointer::{Call, Sized32, entry, flag};
use crate::reasons::discharge_reason;
use crate::status::{BMS_STATUS_CONFIG, Checked, bms_status};
use crate::storage::bms_pack;

/// The state of a control pilot.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_pilot {
    /// Size of this struct, set before the call.
    pub struct_size: u32,
    /// Current of each phase; 0 unless `kind` is `BMS_PILOT_CURRENT`.
    pub current_a: f32,
    /// The state.
    pub kind: bms_pilot_kind,
}

// SAFETY: `repr(C)`, begins with its size, and never read.
unsafe impl Sized32 for bms_pilot {
    const FIRST: usize = size_of::<Self>();
}

/// An on-board charger. `bms_on_board_charger_default` sets one of 11 kW.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_on_board_charger {
    /// Size of this struct.
    pub struct_size: u32,
    /// Voltage of a phase against neutral.
    pub phase_voltage_v: f32,
    /// Highest current of a phase.
    pub phase_current_max_a: f32,
    /// Lowest operating current of a phase.
    pub phase_current_min_a: f32,
    /// Highest power at its output.
    pub power_max_w: f32,
    /// Highest current at its output.
    pub current_max_a: f32,
    /// Highest voltage at its output.
    pub voltage_max_v: f32,
    /// Output power divided by input power.
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

/// Reads an on-board charger and checks it.
fn on_board(call: Call<'_>, charger: *const bms_on_board_charger) -> Checked<OnBoardCharger> {
    let core = call.read(charger)?.to_core();
    core.validate().map_err(|_| BMS_STATUS_CONFIG)?;
    Ok(core)
}

/// The state of a control pilot from its duty cycle, 0 to 1. What is not a number means no charging.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_pilot_of_duty(duty_ratio: f32, pilot: *mut bms_pilot) -> bms_status {
    entry!(|call| {
        let out = call.out(pilot)?;
        let found = Pilot::of_duty(ratio(duty_ratio));
        let current_a = match found {
            Pilot::Current(current) => to_amperes(current),
            Pilot::Off | Pilot::Digital => 0.0,
        };
        out.give(&bms_pilot {
            struct_size: 0,
            current_a,
            kind: found.into(),
        });
        Ok(())
    })
}

/// Sets an on-board charger to one of 11 kW. `struct_size` is `sizeof(bms_on_board_charger)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_on_board_charger_default(
    charger: *mut bms_on_board_charger,
    struct_size: u32,
) -> bms_status {
    entry!(|call| {
        let out = call.out_of_size(charger, struct_size)?;
        out.give(&bms_on_board_charger::of_core(&OnBoardCharger::AC_11_KW));
        Ok(())
    })
}

/// Checks an on-board charger: with `BMS_STATUS_CONFIG` it describes the first violation in `error`, which may be null. The
/// functions below check the same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_on_board_charger_check(
    charger: *const bms_on_board_charger,
    error: *mut bms_config_error,
) -> bms_status {
    entry!(|call| {
        let core = call.read(charger)?.to_core();
        report(core.validate(), call.out_or_null(error)?)?;
        Ok(())
    })
}

/// Current of a phase that pilot, cable and charger allow; 0 if that is below the charger's lowest current. `duty_ratio` is
/// the duty cycle of the pilot, `cable_a` the rating of the cable by its coding resistor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_on_board_current(
    charger: *const bms_on_board_charger,
    duty_ratio: f32,
    cable_a: f32,
    phase_current_a: *mut f32,
) -> bms_status {
    entry!(|call| {
        let core = on_board(call, charger)?;
        let out = call.place(phase_current_a)?;
        let pilot = Pilot::of_duty(ratio(duty_ratio));
        out.write(to_amperes(core.phase_current(pilot, amperes(cable_a))));
        Ok(())
    })
}

/// The on-board charger's output limits at a current of a phase, as the message of a charger in the inputs of
/// `bms_charge_step`. The charger's numbers and its `is_new` are written; all other fields stay unchanged.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_on_board_limits(
    charger: *const bms_on_board_charger,
    phase_current_a: f32,
    battery_v: f32,
    inputs: *mut bms_charge_inputs,
) -> bms_status {
    entry!(|call| {
        let core = on_board(call, charger)?;
        let mut value = call.read(inputs.cast_const())?;
        let out = call.out(inputs)?;
        let limits = core.limits(amperes(phase_current_a), volts(battery_v));
        value.charger.put(&ChargerMessage {
            voltage: limits.voltage,
            current: limits.current,
            voltage_max: limits.voltage_max,
            voltage_min: limits.voltage_min,
            current_max: limits.current_max,
            power_max: limits.power_max,
        });
        out.give(&value);
        Ok(())
    })
}

/// Current of a phase that serves the battery's request, never above `phase_current_a`; 0 if it is below the charger's lowest
/// current.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_on_board_request(
    charger: *const bms_on_board_charger,
    request_a: f32,
    battery_v: f32,
    phase_current_a: f32,
    phase_request_a: *mut f32,
) -> bms_status {
    entry!(|call| {
        let core = on_board(call, charger)?;
        let out = call.place(phase_request_a)?;
        let phase = amperes(phase_current_a);
        let request = core.phase_request(amperes(request_a), volts(battery_v), phase);
        out.write(to_amperes(request));
        Ok(())
    })
}

/// Limits of bidirectional operation.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_bidirectional {
    /// Size of this struct.
    pub struct_size: u32,
    /// State of charge of the pack below which the battery is never discharged.
    pub floor_soc: f32,
    /// Above the floor the current rises over this much state of charge.
    pub floor_ramp_soc: f32,
    /// Highest power out of the battery.
    pub power_max_w: f32,
    /// Total energy that may be discharged, as a warranty may limit it.
    pub throughput_max_j: f32,
    /// Time between reaching the target and departure.
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

/// Discharged energy, to be stored by the caller over power cycles. A new one is zero but for its size.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_throughput {
    /// Size of this struct.
    pub struct_size: u32,
    /// Remainder below a milliwatt-hour.
    pub rest_j: f32,
    /// Whole milliwatt-hours.
    pub given_mwh: u64,
}

// SAFETY: `repr(C)`, begins with its size, and any bits are numbers.
unsafe impl Sized32 for bms_throughput {
    const FIRST: usize = size_of::<Self>();
}

/// Discharge limits as magnitudes, and their reasons.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_give_back {
    /// Size of this struct, set before the call.
    pub struct_size: u32,
    /// Highest discharge current.
    pub current_max_a: f32,
    /// Highest discharge power.
    pub power_max_w: f32,
    /// Energy that may be taken out.
    pub energy_j: f32,
    /// The fault that limits the current; 0 if it is none.
    pub fault: u16,
    /// What limits the current: one of `bms_give_back_reason`.
    pub reason: u8,
    /// The battery's own reason if it is the limit: one of `bms_limit_reason`.
    pub battery_reason: u8,
    /// What limits the energy: one of `bms_give_back_reason`.
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

    fn of_core(core: &Discharge) -> Self {
        let (reason, battery_reason, fault) = discharge_reason(core.reason);
        Self {
            struct_size: 0,
            current_max_a: to_amperes(core.envelope.current_max),
            power_max_w: to_watts(core.envelope.power_max),
            energy_j: to_joules(core.envelope.energy),
            fault,
            reason: reason as u8,
            battery_reason: battery_reason as u8,
            energy_reason: bms_give_back_reason::from(core.energy_reason) as u8,
        }
    }

    pub(crate) const fn envelope(self) -> DischargeEnvelope {
        DischargeEnvelope {
            current_max: amperes(self.current_max_a),
            power_max: watts(self.power_max_w),
            energy: joules(self.energy_j),
        }
    }
}

/// Sets a floor of 20 %, 11 kW, 10000 kWh in total, half an hour of margin. `struct_size` is `sizeof(bms_bidirectional)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_bidirectional_default(
    config: *mut bms_bidirectional,
    struct_size: u32,
) -> bms_status {
    entry!(|call| {
        let out = call.out_of_size(config, struct_size)?;
        out.give(&bms_bidirectional::of_core(&BidirectionalConfig::DEFAULT));
        Ok(())
    })
}

/// Adds discharged energy; charging adds nothing. `power_w` is positive out of the battery.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_throughput_count(
    throughput: *mut bms_throughput,
    power_w: f32,
    dt_s: f32,
) -> bms_status {
    entry!(|call| {
        let value = call.read(throughput.cast_const())?;
        let out = call.out(throughput)?;
        let mut core = Throughput::of_parts(value.given_mwh, joules(value.rest_j));
        core.count(watts(power_w), seconds(dt_s));
        let (given_mwh, rest) = core.parts();
        out.give(&bms_throughput {
            struct_size: 0,
            rest_j: to_joules(rest),
            given_mwh,
        });
        Ok(())
    })
}

/// The discharge limits at present (ISO 15118-20 BPT, vehicle to home and grid), from the goals and the forecast of the last
/// `bms_charge_forecast`. `wanted` is 1 if energy is to be discharged. For `bms_charge_needs`.
///
/// Returns `BMS_STATUS_CONFIG` if `config` is impossible. Before the first step of the pack all limits are zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bms_charge_give_back(
    charge: *const bms_charge,
    pack: *const bms_pack,
    config: *const bms_bidirectional,
    throughput: *const bms_throughput,
    wanted: u8,
    give_back: *mut bms_give_back,
) -> bms_status {
    entry!(|call| {
        let charge = call.object::<Charge>(charge)?;
        let pack = call.pack(pack)?;
        let config = call.read(config)?.to_core();
        config.validate().map_err(|_| BMS_STATUS_CONFIG)?;
        let given = call.read(throughput)?;
        let wanted = flag(wanted)?;
        let out = call.out(give_back)?;
        let (pack_config, last) = pack.last();
        let value = last.map_or(bms_give_back::NOTHING, |outputs| {
            let inputs = DischargeInputs {
                outputs,
                forecast: &charge.forecast,
                goals: charge.goals,
                wanted,
            };
            let throughput = Throughput::of_parts(given.given_mwh, joules(given.rest_j));
            let found = discharge(&config, &charge.config(), pack_config, &inputs, &throughput);
            bms_give_back::of_core(&found)
        });
        out.give(&value);
        Ok(())
    })
}
