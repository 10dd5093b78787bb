//! What one step came to.

use bms_core::control::{AllowedCurrent, LimitReason, Refusal};
use bms_core::protection::FaultId;
use bms_core::units::{to_amperes, to_kelvin, to_ratio, to_seconds, to_volts};
use bms_core::{BmsView, Outputs, RunawayAlarm};

use crate::generated::{
    bms_current_direction, bms_limit_reason, bms_mode, bms_reaction, bms_refusal,
};
use crate::inputs::bms_contactors;
use crate::pointer::Sized32;

/// Stands for a cell or a sensor where there is none.
pub const BMS_NO_INDEX: u16 = 65535;

/// A thermal runaway.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum bms_runaway {
    /// None is known.
    BMS_RUNAWAY_NONE = 0,
    /// It is suspected: the driver is to be warned at once.
    BMS_RUNAWAY_SUSPECTED = 1,
    /// It is confirmed (GB 38031-2025 C.5.3.7): people have to leave.
    BMS_RUNAWAY_CONFIRMED = 2,
}

/// What one step came to. Discharge current is positive; allowed currents are magnitudes. Ratios and states of charge are
/// shares of one. What is not known is not a number (`isnan`), and its index is `BMS_NO_INDEX`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_outputs {
    /// Size of this struct, set by the caller before the call.
    pub struct_size: u32,
    /// How many faults are qualified or latched.
    pub fault_count: u32,
    /// Milliseconds of operation.
    pub now_ms: u64,

    /// State of charge of the pack, 0 to 1: 0 when the weakest cell is empty, 1 when the strongest is full.
    pub soc: f32,
    /// State of charge for a driver, 0 to 1: is corrected slowly and never jumps.
    pub display_soc: f32,
    /// State of charge of the mean cell, 0 to 1.
    pub mean_soc: f32,
    /// One standard deviation of it.
    pub mean_soc_sigma: f32,
    /// Lowest state of charge of a cell.
    pub weakest_soc: f32,
    /// One standard deviation of it.
    pub weakest_soc_sigma: f32,
    /// Highest state of charge of a cell.
    pub strongest_soc: f32,
    /// One standard deviation of it.
    pub strongest_soc_sigma: f32,
    /// Open-circuit voltage of the mean cell.
    pub ocv_v: f32,
    /// Terminal voltage that the model expected of the mean cell before it saw the measured one.
    pub voltage_predicted_v: f32,
    /// Measured minus predicted voltage; zero where no voltage was usable.
    pub innovation_v: f32,
    /// Normalised innovation squared: 1 on average when the model is as good as it says.
    pub innovation_nis: f32,
    /// For how long the mean voltage has been refused without a break, as it contradicts the model.
    pub voltage_refused_s: f32,
    /// Estimated offset of the current sensor: measured minus true; discharge positive.
    pub current_bias_a: f32,
    /// Estimated factor on all resistances of the cell description.
    pub resistance_factor: f32,
    /// Capacity over that of the cell's description; 1 until something was learned.
    pub capacity_ratio: f32,
    /// One standard deviation of it.
    pub capacity_ratio_sigma: f32,
    /// Resistance over that of the cell's description.
    pub resistance_ratio: f32,

    /// Pack current less the sensor's offset; discharge positive.
    pub current_a: f32,
    /// Lowest present cell voltage.
    pub lowest_cell_v: f32,
    /// Highest present cell voltage.
    pub highest_cell_v: f32,
    /// Lowest present temperature.
    pub coldest_k: f32,
    /// Highest present temperature.
    pub warmest_k: f32,

    /// Current that may be taken out of the battery now; not negative.
    pub allowed_discharge_a: f32,
    /// Current that may be put into the battery now; not negative. What a charger may be asked for at most.
    pub allowed_charge_a: f32,

    /// The largest difference that balancing has left, as a share of the capacity.
    pub balancing_difference_ratio: f32,
    /// Time until balancing is done; infinite where it is not allowed.
    pub balancing_time_left_s: f32,
    /// Mean current through a bleed resistor while it is on.
    pub balancing_current_a: f32,

    /// Time since the alarm of a thermal runaway was raised first; 0 where there is none.
    pub runaway_since_s: f32,
    /// Time that is left until that alarm has to have been given; 0 when it is over, or where there is none.
    pub runaway_warn_within_s: f32,

    /// The cell with the lowest state of charge.
    pub weakest_cell: u16,
    /// The cell with the highest state of charge.
    pub strongest_cell: u16,
    /// The cell with the lowest present voltage.
    pub lowest_cell: u16,
    /// The cell with the highest present voltage.
    pub highest_cell: u16,
    /// The sensor with the lowest present temperature.
    pub coldest_sensor: u16,
    /// The sensor with the highest present temperature.
    pub warmest_sensor: u16,
    /// How many cells had a usable new voltage in this step.
    pub voltages_used: u16,
    /// How many of those were left out of the mean, as they contradict the others.
    pub voltages_excluded: u16,
    /// How many cells are bled at this moment; `bms_bleeding` says which.
    pub bleeding_cells: u16,
    /// How many cells hold more than the weakest one, beyond what is left alone.
    pub cells_to_bleed: u16,
    /// The fault because of which the request is not followed; 0 where it is none.
    pub refusal_fault: u16,
    /// The fault that keeps the discharge current down; 0 where it is none.
    pub allowed_discharge_fault: u16,
    /// The fault that keeps the charge current down; 0 where it is none.
    pub allowed_charge_fault: u16,

    /// What the battery is doing as a whole.
    pub mode: bms_mode,
    /// Why the request of the vehicle is not followed.
    pub refusal: bms_refusal,
    /// What keeps the discharge current from being higher.
    pub allowed_discharge_reason: bms_limit_reason,
    /// What keeps the charge current from being higher.
    pub allowed_charge_reason: bms_limit_reason,
    /// The strongest reaction that a present fault asks for.
    pub reaction: bms_reaction,
    /// Which way the current flows.
    pub current_direction: bms_current_direction,
    /// A thermal runaway that is suspected or confirmed.
    pub runaway: bms_runaway,
    /// Whether the driver is to be warned: 0 or 1.
    pub warn_driver: u8,
    /// Whether the mean voltage was used by the estimator: 0 or 1.
    pub voltage_accepted: u8,
    /// Whether this step threw away what was believed of the state of charge: 0 or 1.
    pub estimate_restarted: u8,
    /// Which contactors are commanded closed. Where the vehicle drives them itself: which of those that it commands may be
    /// closed.
    pub contactors: bms_contactors,
}

// SAFETY: `repr(C)` and begins with its size; it is given out only, never taken in.
unsafe impl Sized32 for bms_outputs {
    const FIRST: usize = size_of::<Self>();
}

/// The number of a fault, where there is one.
pub(crate) fn number(fault: Option<FaultId>) -> u16 {
    fault.map_or(0, |fault| fault.definition().number)
}

/// A place in the pack.
fn index(of: usize) -> u16 {
    u16::try_from(of).unwrap_or(BMS_NO_INDEX)
}

fn with_index<Q>(found: Option<(Q, usize)>, to_number: impl Fn(Q) -> f32) -> (f32, u16) {
    found.map_or((f32::NAN, BMS_NO_INDEX), |(value, place)| {
        (to_number(value), index(place))
    })
}

fn allowed(allowed: AllowedCurrent) -> (f32, bms_limit_reason, u16) {
    let (reason, fault) = limit_reason(allowed.reason);
    (to_amperes(allowed.current), reason, fault)
}

/// A reason, and the fault where it is one.
pub(crate) fn limit_reason(reason: LimitReason) -> (bms_limit_reason, u16) {
    let fault = match reason {
        LimitReason::Fault(fault) => Some(fault),
        _ => None,
    };
    (reason.into(), number(fault))
}

fn runaway(alarm: Option<RunawayAlarm>) -> (bms_runaway, f32, f32) {
    let Some(alarm) = alarm else {
        return (bms_runaway::BMS_RUNAWAY_NONE, 0.0, 0.0);
    };
    let kind = if alarm.confirmed {
        bms_runaway::BMS_RUNAWAY_CONFIRMED
    } else {
        bms_runaway::BMS_RUNAWAY_SUSPECTED
    };
    (kind, to_seconds(alarm.since), to_seconds(alarm.warn_within))
}

/// The core's outputs in the words of C.
pub(crate) fn of_core(struct_size: u32, outputs: &Outputs, bms: BmsView<'_>) -> bms_outputs {
    let estimate = &outputs.estimate;
    let (lowest_cell_v, lowest_cell) = with_index(outputs.lowest_cell, to_volts);
    let (highest_cell_v, highest_cell) = with_index(outputs.highest_cell, to_volts);
    let (coldest_k, coldest_sensor) = with_index(outputs.coldest, to_kelvin);
    let (warmest_k, warmest_sensor) = with_index(outputs.warmest, to_kelvin);
    let refusal_fault = match outputs.refusal {
        Some(Refusal::Fault(fault)) => Some(fault),
        _ => None,
    };
    let (allowed_discharge_a, allowed_discharge_reason, allowed_discharge_fault) =
        allowed(outputs.allowed.discharge);
    let (allowed_charge_a, allowed_charge_reason, allowed_charge_fault) =
        allowed(outputs.allowed.charge);
    let (runaway, runaway_since_s, runaway_warn_within_s) = runaway(outputs.runaway);
    let contactors = &outputs.contactors;
    bms_outputs {
        struct_size,
        fault_count: u32::try_from(bms.faults().count()).unwrap_or(u32::MAX),
        now_ms: outputs.now_ms,
        soc: to_ratio(estimate.soc),
        display_soc: to_ratio(estimate.display_soc),
        mean_soc: to_ratio(estimate.mean.soc),
        mean_soc_sigma: to_ratio(estimate.mean.soc_sigma),
        weakest_soc: to_ratio(estimate.weakest_soc.soc),
        weakest_soc_sigma: to_ratio(estimate.weakest_soc.sigma),
        strongest_soc: to_ratio(estimate.strongest_soc.soc),
        strongest_soc_sigma: to_ratio(estimate.strongest_soc.sigma),
        ocv_v: to_volts(estimate.mean.ocv),
        voltage_predicted_v: to_volts(estimate.mean.voltage_predicted),
        innovation_v: to_volts(estimate.mean.innovation),
        innovation_nis: estimate.mean.nis,
        voltage_refused_s: to_seconds(estimate.voltage_refused_for),
        current_bias_a: to_amperes(estimate.mean.current_bias),
        resistance_factor: estimate.mean.resistance_scale,
        capacity_ratio: to_ratio(outputs.health.capacity),
        capacity_ratio_sigma: to_ratio(outputs.health.capacity_sigma),
        resistance_ratio: to_ratio(outputs.health.resistance),
        current_a: outputs.current.map_or(f32::NAN, to_amperes),
        lowest_cell_v,
        highest_cell_v,
        coldest_k,
        warmest_k,
        allowed_discharge_a,
        allowed_charge_a,
        balancing_difference_ratio: to_ratio(outputs.balancing.largest_difference),
        balancing_time_left_s: to_seconds(outputs.balancing.time_left),
        balancing_current_a: to_amperes(outputs.balancing.bleed_current),
        runaway_since_s,
        runaway_warn_within_s,
        weakest_cell: index(estimate.weakest),
        strongest_cell: index(estimate.strongest),
        lowest_cell,
        highest_cell,
        coldest_sensor,
        warmest_sensor,
        voltages_used: index(estimate.voltages),
        voltages_excluded: index(estimate.excluded),
        bleeding_cells: index(outputs.balancing.bleeding),
        cells_to_bleed: index(outputs.balancing.to_bleed),
        refusal_fault: number(refusal_fault),
        allowed_discharge_fault,
        allowed_charge_fault,
        mode: outputs.mode.into(),
        refusal: outputs.refusal.into(),
        allowed_discharge_reason,
        allowed_charge_reason,
        reaction: outputs.reaction.into(),
        current_direction: outputs.current_direction.into(),
        runaway,
        warn_driver: u8::from(outputs.warn_driver),
        voltage_accepted: u8::from(estimate.mean.accepted),
        estimate_restarted: u8::from(estimate.restarted),
        contactors: bms_contactors {
            main_positive: u8::from(contactors.main_positive),
            main_negative: u8::from(contactors.main_negative),
            precharge: u8::from(contactors.precharge),
        },
    }
}
