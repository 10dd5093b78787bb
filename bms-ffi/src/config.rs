//! The description of a pack, as C gives it.

use core::ffi::c_char;

use bms_core::config::{MAX_CELLS, MAX_FRONT_ENDS, MAX_TEMPERATURE_SENSORS};

use crate::pointer::Sized32;

/// A table of numbers that stays where the caller has it, in flash if need be, for as long as the pack is used.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_table {
    /// The first entry.
    pub values: *const f32,
    /// How many entries there are, at most 65535.
    pub length: usize,
}

/// A number over temperature and state of charge; between nodes linear, beyond the ends constant.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_map {
    /// Temperature nodes in kelvin, increasing; at least one.
    pub temperature_k: bms_table,
    /// SoC nodes, increasing; at least one.
    pub soc: bms_table,
    /// Values row by row: for each temperature all SoC nodes.
    pub values: bms_table,
}

/// The three levels of a limit, in the unit that the field's name ends with.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_levels {
    /// The end of ordinary operation.
    pub operating: f32,
    /// Beyond it the currents are reduced.
    pub recommended: f32,
    /// Beyond it the contactors open.
    pub maximum: f32,
}

/// Levels for each direction of the current, in the unit that the field's name ends with.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_by_direction {
    /// While the battery is charged.
    pub charging: bms_levels,
    /// While it is discharged.
    pub discharging: bms_levels,
    /// At rest.
    pub resting: bms_levels,
}

/// Numbers of things, and which sensor stands for which cell.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_layout {
    /// Cells in series, 1 to `BMS_MAX_CELLS`.
    pub cells: u16,
    /// Temperature sensors, 1 to `BMS_MAX_TEMPERATURE_SENSORS`.
    pub temperature_sensors: u16,
    /// Analogue front ends, 0 to `BMS_MAX_FRONT_ENDS`.
    pub front_ends: u16,
    /// For each cell the temperature sensor that stands for it: as many entries as cells, which stay there for as long as
    /// the pack is used.
    pub sensor_of_cell: *const u8,
}

/// Other times than the catalogue's for one fault.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_fault_timing {
    /// The fault's number.
    pub fault: u16,
    /// Milliseconds for which the condition has to hold before the fault is reported, 0 to 30000.
    pub qualify_ms: u16,
    /// Milliseconds for which it has to be gone before the fault may leave, 0 to 30000.
    pub recover_ms: u16,
}

/// A cell described by tables that the caller keeps, in flash if need be, for as long as the pack is used.
///
/// The terminal voltage of the model is, with discharge current `I > 0`,
///
/// ```text
/// v = OCV(z,T) + M(z,T) h - R0(z,T) I - Rct(z,T) Ik(T) asinh(I / Ik(T)) - sum_j Rj(z,T) xj
/// ```
///
/// where `xj` is the current after a low-pass of unit gain and time constant `tau_j`, and `h` in `[-1, 1]` is the
/// hysteresis state, -1 after a long discharge, +1 after a long charge. `Rct` has one table for discharge and one
/// for charge.
///
/// All maps but the OCV share one grid of SoC and temperature nodes and are stored row by row: for each
/// temperature, all SoC nodes. Between temperature nodes, and beyond them, resistances follow Arrhenius' law with
/// `activation_energy_j_per_mol`; along SoC they are interpolated linearly and held constant beyond the ends.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_cell_config {
    /// Charge between full and empty at 25 degC and low rate; positive.
    pub capacity_c: f32,
    /// Terminal voltage of an empty cell, the lower end of the operating window; positive.
    pub voltage_min_v: f32,
    /// Terminal voltage of a full cell, the upper end of the operating window; above `voltage_min`.
    pub voltage_max_v: f32,
    /// SoC nodes of the OCV table, increasing by more than 0.0001, first 0, last 1.
    pub ocv_soc: bms_table,
    /// Temperature nodes of the OCV table, in kelvin, increasing; at least one.
    pub ocv_temperature_k: bms_table,
    /// OCV in volts, row by row: for each temperature all SoC nodes; increasing along SoC.
    pub ocv_v: bms_table,
    /// SoC nodes of all other maps, increasing by more than 0.0001, within 0 to 1; at least two.
    pub soc: bms_table,
    /// Temperature nodes of all other maps, in kelvin, increasing; at least one.
    pub temperature_k: bms_table,
    /// Ohmic resistance map, in ohm, positive.
    pub r0_ohm: bms_table,
    /// Charge-transfer resistance map at small discharge current, in ohm, not negative.
    pub charge_transfer_discharge_ohm: bms_table,
    /// Charge-transfer resistance map at small charge current, in ohm, not negative.
    pub charge_transfer_charge_ohm: bms_table,
    /// Knee current of the charge transfer for each temperature node, in ampere, positive. Far below it the
    /// charge transfer is a resistance, far above it the voltage grows with the logarithm of the current
    /// (Butler-Volmer with equal transfer coefficients).
    pub knee_current_a: bms_table,
    /// Time constant of each RC branch, in seconds, positive, increasing; 1 to 4.
    pub branch_tau_s: bms_table,
    /// Resistance maps of the branches one after the other, in ohm, not negative.
    pub branch_ohm: bms_table,
    /// Half of the gap between charge and discharge OCV, a map in volts, not negative.
    pub hysteresis_v: bms_table,
    /// Change of SoC over which the hysteresis state moves by a factor e towards its end; positive.
    pub hysteresis_soc: f32,
    /// Activation energy of all resistances, in joule per mole, not negative.
    pub activation_energy_j_per_mol: f32,
    /// One standard deviation of what this description does not know of the voltage, for each temperature node,
    /// in volts, positive.
    pub voltage_error_v: bms_table,
}

/// The trust of the estimator in its model and its sensors. One set serves all cells, temperatures and drives.
///
/// Currents are given as C-rates (multiples of capacity per hour), so that one set serves cells of any size.
/// Every value is one standard deviation unless it says otherwise.
///
/// The default was chosen on drives of three cells that docs/accuracy.md names, and serves all of them.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_estimator_tuning {
    /// Error of a believed initial SoC.
    pub initial_soc_sigma: f32,
    /// Branch currents before the first sample: the cell may have been in use, C-rate.
    pub initial_branch_c_rate: f32,
    /// Hysteresis state before the first sample, of a range of -1 to 1.
    pub initial_hysteresis_sigma: f32,
    /// White noise of the current sensor, C-rate times square root of seconds.
    pub current_noise_c_rate_sqrt_s: f32,
    /// Offset of the current sensor before the first sample, C-rate.
    pub current_bias_c_rate: f32,
    /// Wander of the current sensor's offset, C-rate per square root of second.
    pub current_bias_drift_c_rate_per_sqrt_s: f32,
    /// Relative error of the capacity together with the gain of the current sensor.
    pub capacity_scale_sigma: f32,
    /// Relative error of all resistances, for age and temperature.
    pub resistance_scale_sigma: f32,
    /// Time in seconds after which the resistance error has become another one.
    pub resistance_scale_time_s: f32,
    /// Relative error of a branch current, for what a few RC branches do not show of diffusion.
    pub branch_error: f32,
    /// Noise of the voltage, volts times square root of seconds.
    ///
    /// Far above that of a sensor: the model's errors last over many samples, and a filter that took each sample for
    /// new evidence would believe them. Being a density, it makes the result independent of the sample rate.
    pub voltage_noise_v_sqrt_s: f32,
    /// More such noise in proportion to the voltage drop over the resistances, square root of seconds.
    pub drop_noise_sqrt_s: f32,
    /// Lasting voltage error as a factor on the cell description's own `voltage_error_v`.
    pub voltage_error_factor: f32,
    /// Lasting voltage error as part of the voltage drop over the resistances.
    pub drop_error: f32,
    /// Error of the OCV curve along its SoC axis: where the curve is steep, a volt says less.
    pub ocv_soc_error: f32,
    /// Time in seconds after which the lasting voltage error has become another one.
    pub voltage_error_time_s: f32,
    /// Change of SoC after which the lasting voltage error has become another one.
    pub voltage_error_soc: f32,
    /// Innovations beyond this many of their own standard deviations count as this many.
    pub gate_soft_sigma: f32,
    /// Innovations beyond this many standard deviations are refused.
    pub gate_hard_sigma: f32,
    /// Seconds of refusals without a break after which the estimator doubts itself and opens the gate.
    pub gate_patience_s: f32,
}

/// How the cells of a series pack differ, and what is made of it.
///
/// Sigmas are one standard deviation. The default is meant for packs of one cell type, sorted or not, new or aged.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_delta_tuning {
    /// Difference of a cell's SoC from the mean's before the first voltage.
    pub soc_sigma: f32,
    /// Relative difference of a cell's resistance.
    pub resistance_sigma: f32,
    /// Time in seconds after which a difference of resistance has become another one, for temperature and age.
    pub resistance_time_s: f32,
    /// Relative difference of a cell's inverse capacity.
    pub capacity_sigma: f32,
    /// Wander of the SoC differences, for self-discharge and balancing, SoC per square root of hour.
    pub soc_drift_per_sqrt_h: f32,
    /// Noise of one voltage reading, volts: what averages out from reading to reading.
    pub voltage_noise_v: f32,
    /// Error of a cell's voltage against the other cells' that stays, volts: offset of its channel, shape of its OCV.
    ///
    /// No number of readings teaches more than this allows; where the OCV is flat, voltages so say little.
    pub lasting_voltage_error_v: f32,
    /// More such error, as part of the voltage drop over the resistances: differences of temperature and of the time
    /// constants.
    pub lasting_drop_error: f32,
    /// A cell whose voltage is this many standard deviations from what the others say does not count in the mean.
    pub gate_sigma: f32,
    /// A cell nearer than this to what the others say is never left out, volts.
    pub gate_floor_v: f32,
    /// Time in seconds over which the doubt about a cell's difference grows by a factor e while its voltage contradicts
    /// it.
    pub doubt_time_s: f32,
    /// Cells whose difference is corrected in one step; zero for a tenth of the pack.
    pub updates_per_step: u16,
    /// How fast the SoC shown to a driver is corrected beside the charge that is counted, SoC per second, while the
    /// error is small; an error of 5 points doubles it.
    pub shown_slew_per_s: f32,
    /// The same in proportion to the charge that is counted.
    pub shown_slew_per_soc: f32,
}

/// What a swing must be like to count, and how far it is believed. Sigmas are one standard deviation.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_capacity_tuning {
    /// Relative error of the nominal capacity before anything is learned.
    pub initial_sigma: f32,
    /// Least change of SoC between two anchors.
    pub least_swing: f32,
    /// An SoC less well known than this is no anchor.
    pub largest_soc_sigma: f32,
    /// Relative error of the counted charge: gain of the current sensor.
    pub charge_gain_sigma: f32,
    /// Further error of the counted charge over a swing, as part of the nominal capacity: offset of the sensor.
    pub charge_offset_sigma: f32,
    /// Relative error that all swings share, of gain and OCV: no number of them teaches more.
    pub lasting_error: f32,
    /// Wander of the capacity per square root of a full cycle, relative: ageing.
    pub drift_per_sqrt_cycle: f32,
    /// A swing that contradicts what is believed by more than this many standard deviations is refused.
    pub gate_sigma: f32,
}

/// Which readings exist. What is not fitted is not looked at.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_fitted {
    /// A second current sensor.
    /// 0 or 1.
    pub second_current: u8,
    /// A measurement of the pack voltage as a whole.
    /// 0 or 1.
    pub pack_voltage: u8,
    /// A measurement of the voltage on the vehicle's side of the contactors.
    /// 0 or 1.
    pub link_voltage: u8,
    /// An isolation monitor.
    /// 0 or 1.
    pub isolation: u8,
    /// An interlock loop.
    /// 0 or 1.
    pub interlock: u8,
    /// Auxiliary contacts of the contactors.
    /// 0 or 1.
    pub contactor_feedback: u8,
    /// A gas or pressure sensor.
    /// 0 or 1.
    pub gas_sensor: u8,
    /// A coolant circuit that is reported.
    /// 0 or 1.
    pub coolant: u8,
    /// A heater in that circuit.
    /// 0 or 1.
    pub heater: u8,
    /// A temperature sensor in the charging inlet.
    /// 0 or 1.
    pub inlet_temperature: u8,
    /// A measurement of the controller's supply.
    /// 0 or 1.
    pub supply: u8,
    /// A temperature sensor at the bleed resistors.
    /// 0 or 1.
    pub bleed_temperature: u8,
}

/// When readings arrive, and how old they may become. All in milliseconds.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_sampling {
    /// Between two ticks.
    pub tick_ms: u16,
    /// A tick later than this is an overrun.
    pub tick_late_ms: u16,
    /// Between two samples of a cell voltage.
    pub cell_voltage_ms: u16,
    /// Between two samples of a temperature.
    pub temperature_ms: u16,
    /// Between two samples of the current.
    pub current_ms: u16,
    /// Between two samples of the pack, link and isolation reading, and between two messages of a charger.
    pub pack_ms: u16,
    /// A cell voltage older than this is stale.
    pub cell_voltage_stale_ms: u16,
    /// A cell voltage older than this is missing.
    pub cell_voltage_missing_ms: u16,
    /// A temperature older than this is stale.
    pub temperature_stale_ms: u16,
    /// A temperature older than this is missing.
    pub temperature_missing_ms: u16,
    /// A current older than this is stale.
    pub current_stale_ms: u16,
    /// A current older than this is missing.
    pub current_missing_ms: u16,
    /// A pack, link or isolation reading older than this is stale.
    pub pack_stale_ms: u16,
    /// A pack, link or isolation reading older than this is missing.
    pub pack_missing_ms: u16,
    /// A command older than this is stale.
    pub command_stale_ms: u16,
    /// From the request of zero current until the contactors are open, at the latest.
    pub open_ms: u16,
    /// From the command to open at once until the contactors are open.
    pub open_at_once_ms: u16,
    /// From a reduced limit until the current is below it, at the latest.
    pub limit_ms: u16,
}

/// How much of a current a fuse takes before it melts.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_fuse {
    /// Currents in ampere, increasing; at and below the first the fuse carries the current for ever.
    pub current_a: bms_table,
    /// What melts the fuse at each of these currents, in ampere squared times seconds, positive; linear in between.
    pub i2t_a2s: bms_table,
    /// Time after which an unloaded fuse has cooled by 63 %.
    pub cooling_s: f32,
    /// Share of what melts the fuse at which the currents are reduced.
    pub recommended_ratio: f32,
    /// Share at which the contactors open.
    pub maximum_ratio: f32,
}

/// What the battery may do.
///
/// Currents are magnitudes. Where a limit depends on temperature and SoC, the strictest value over all temperatures and
/// states of charge of the pack holds for the whole pack.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_limits {
    /// Highest cell voltage.
    pub cell_over_voltage_v: bms_levels,
    /// Offset of the three by temperature and SoC, in volts, at most 0.
    pub cell_over_voltage_offset_v: bms_map,
    /// Lowest cell voltage.
    pub cell_under_voltage_v: bms_levels,
    /// Offset of the three by temperature and SoC, in volts, at most 0: cold cells may go lower.
    pub cell_under_voltage_offset_v: bms_map,
    /// Cell voltage at which it is damaged for good.
    pub cell_deep_discharge_v: f32,
    /// How far within its limit a cell voltage has to be for its fault to leave.
    pub cell_voltage_hysteresis_v: f32,
    /// How far a cell may be from the mean of all.
    pub cell_voltage_spread_v: f32,
    /// Highest temperature.
    pub over_temperature_k: bms_by_direction,
    /// Lowest temperature.
    pub under_temperature_k: bms_by_direction,
    /// How far within its limit a temperature has to be for its fault to leave.
    pub temperature_hysteresis_k: f32,
    /// How far a sensor may be from the mean of all.
    pub temperature_spread_k: f32,
    /// How fast a temperature may rise, in kelvin per second.
    pub temperature_rise_k_per_s: f32,
    /// Highest charge current of a cell.
    pub cell_charge_current_a: bms_levels,
    /// Factor on the three by temperature and SoC, 0 to 1.
    pub cell_charge_factor: bms_map,
    /// Highest discharge current of a cell.
    pub cell_discharge_current_a: bms_levels,
    /// Factor on the three by temperature and SoC, 0 to 1.
    pub cell_discharge_factor: bms_map,
    /// Highest charge current of busbars and module connectors.
    pub string_charge_current_a: bms_levels,
    /// Highest discharge current of busbars and module connectors.
    pub string_discharge_current_a: bms_levels,
    /// Highest charge current of contactors and cables.
    pub pack_charge_current_a: bms_levels,
    /// Highest discharge current of contactors and cables.
    pub pack_discharge_current_a: bms_levels,
    /// How far within its limit a current has to be for its fault to leave, as a share of the limit.
    pub current_hysteresis_ratio: f32,
    /// Below this current, either way, the battery rests; with open contactors more is a fault.
    pub rest_current_a: f32,
    /// The main fuse.
    pub fuse: bms_fuse,
    /// Highest pack voltage.
    pub pack_over_voltage_v: bms_levels,
    /// Lowest pack voltage.
    pub pack_under_voltage_v: bms_levels,
    /// How far within its limit the pack voltage has to be for its fault to leave.
    pub pack_voltage_hysteresis_v: f32,
    /// Largest difference of pack voltage and sum of cells, as a share of the pack's highest operating voltage.
    pub sum_of_cells_ratio: f32,
    /// Largest difference of link and pack voltage with closed contactors, as a share of the same.
    pub link_voltage_ratio: f32,
    /// Largest difference of the strongest and the weakest cell's state of charge.
    pub soc_spread_ratio: f32,
}

/// What readings can be. A reading beyond it is a fault of the reading, and is still judged as a danger.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_sensing {
    /// Lowest cell voltage that a front end can show.
    pub cell_voltage_low_v: f32,
    /// Highest cell voltage that a front end can show.
    pub cell_voltage_high_v: f32,
    /// Largest change of a cell voltage from one sample to the next.
    pub cell_voltage_jump_v: f32,
    /// Largest difference of two readings of the same cell.
    pub cell_voltage_pair_v: f32,
    /// A move of the expected cell voltage that a reading has to follow, at least a few steps of its resolution.
    pub cell_voltage_move_v: f32,
    /// Lowest temperature that a sensor can show.
    pub temperature_low_k: f32,
    /// Highest temperature that a sensor can show.
    pub temperature_high_k: f32,
    /// Largest change of a temperature from one sample to the next.
    pub temperature_jump_k: f32,
    /// Largest difference of two readings of the same temperature.
    pub temperature_pair_k: f32,
    /// A move of the other temperatures that a reading has to follow.
    pub temperature_move_k: f32,
    /// Largest current, either way, that a sensor can show.
    pub current_range_a: f32,
    /// Largest change of the current from one sample to the next.
    pub current_jump_a: f32,
    /// Largest difference of the two current sensors, besides `current_pair_ratio`.
    pub current_pair_a: f32,
    /// The same in proportion to the current.
    pub current_pair_ratio: f32,
    /// Largest offset of a current sensor; a larger one is a fault.
    pub current_offset_a: f32,
    /// Highest pack or link voltage that a sensor can show; the lowest is the same with the other sign.
    pub pack_voltage_range_v: f32,
    /// Largest change of the pack voltage from one sample to the next, and of the link voltage with closed contactors.
    pub pack_voltage_jump_v: f32,
    /// Lowest voltage of the controller's supply.
    pub supply_low_v: f32,
}

/// Contactors, precharge, isolation.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_high_voltage {
    /// A contactor follows its command, and its feedback does, within this many milliseconds.
    pub contactor_settle_ms: u16,
    /// The largest current that a contactor is made to break.
    pub contactor_break_a: f32,
    /// How often a contactor may open.
    pub contactor_operations: u32,
    /// How often a contactor may open under more current than `contactor_break`.
    pub contactor_hard_operations: u16,
    /// The precharge resistor.
    pub precharge_resistance_ohm: f32,
    /// The capacitors of the link.
    pub link_capacitance_f: f32,
    /// Share of the pack voltage that the link has to reach for the main contactor to close.
    pub precharge_target_ratio: f32,
    /// Times the RC model's time within which the link has to be there.
    pub precharge_slow_factor: f32,
    /// Share of the RC model's time before which it must not be there. A link that nothing is connected to is told from a
    /// sound one by a sample within that time.
    pub precharge_fast_factor: f32,
    /// Energy that the precharge resistor can take in.
    pub precharge_energy_j: f32,
    /// Time in seconds after which the resistor has lost most (63 %) of its heat.
    pub precharge_cooling_s: f32,
    /// Isolation below this is a fault: 100 ohm/V, or 500 ohm/V where alternating current is connected
    /// (UN GTR 20, UN R100).
    pub isolation_fault_ohm_per_v: f32,
    /// Isolation below this is worth a warning.
    pub isolation_warning_ohm_per_v: f32,
    /// Whether a circuit with alternating current is connected conductively.
    /// 0 or 1.
    pub alternating_current: u8,
}

/// Coolant and runaway.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_thermal {
    /// A temperature that rises at least this fast, in kelvin per second, is a sign of runaway: 1 K/s
    /// (GB 38031-2025 C.5.3.7).
    pub runaway_k_per_s: f32,
    /// A cell that lost this share of its voltage is another sign: 0.25 (GB 38031-2025 C.5.3.7).
    pub runaway_voltage_drop_ratio: f32,
    /// The alarm has to be given this many seconds after the onset at the latest: 300 (GB 38031-2025).
    pub runaway_alarm_s: f32,
    /// With the heater off, coolant that enters this much above the warmest cell says that it is not.
    pub heater_margin_k: f32,
}

/// What is allowed to chargers.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_charging_supervision {
    /// How far the charger's voltage may be above what it was asked for.
    pub voltage_over_v: f32,
    /// How far its current may be above what it was asked for, besides `current_over_ratio`.
    pub current_over_a: f32,
    /// The same in proportion to the current.
    pub current_over_ratio: f32,
    /// A message older than this many milliseconds is stale.
    pub stale_ms: u16,
    /// How near the charger's voltage has to come to that of the pack before the contactors close: 20 V for CCS
    /// (IEC 61851-23).
    pub precharge_window_v: f32,
    /// Highest temperature of the charging inlet.
    pub inlet_temperature_k: f32,
    /// Current below which a plug may be pulled.
    pub plug_current_a: f32,
}

/// What estimates may say.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_estimate_limits {
    /// Seconds of refused voltages after which the estimator is locked out; below `estimator.gate_patience_s`, after which
    /// it takes the voltages again.
    pub lockout_s: f32,
    /// At rest for this many seconds a voltage tells the state of charge.
    pub rest_s: f32,
    /// Largest difference of what the rested voltage tells and what is estimated, besides three standard deviations.
    pub soc_difference_ratio: f32,
    /// Capacity, as a share of the new cell's, at the end of life.
    pub capacity_end_of_life_ratio: f32,
    /// Resistance, as a multiple of the new cell's, at the end of life.
    pub resistance_end_of_life_ratio: f32,
    /// Share of the energy throughput that may not be accounted for.
    pub energy_imbalance_ratio: f32,
}

/// How modes change, currents are limited and cells are balanced.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_control {
    /// Every reading has to have arrived within this many milliseconds after the start.
    pub self_test_ms: u16,
    /// Precharges that may fail before the request has to be taken back.
    pub precharge_attempts: u8,
    /// Seconds from a failed precharge to the next.
    pub precharge_pause_s: u16,
    /// After one main contactor has opened the link has to leave the pack's voltage (by a tenth) within this many
    /// milliseconds, or the contactor counts as welded; 0 where nothing discharges the link, and there is no such test.
    pub weld_test_ms: u16,
    /// Share of the pack voltage at and below which the link counts as fallen, and the test ends early.
    pub link_fallen_ratio: f32,
    /// Share of the hardware's current that a fault leaves where too little is known.
    pub limp_ratio: f32,
    /// Seconds in which a limit rises from nothing to the hardware's current.
    pub limit_rise_s: f32,
    /// A current that is allowed could be held for as many seconds before a cell comes to its voltage limit.
    pub horizon_s: f32,
    /// Below this state of charge of the weakest cell the discharge current falls in proportion.
    pub empty_ramp_ratio: f32,
    /// Less than this below full, of the strongest cell, the charge current falls in proportion.
    pub full_ramp_ratio: f32,
    /// Passive balancing.
    pub balancing: bms_balancing,
}

/// Passive balancing.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_balancing {
    /// Bleed resistor of one cell.
    pub resistance_ohm: f32,
    /// A cell that is this much above the weakest one, in state of charge, starts to be bled.
    pub start_ratio: f32,
    /// A cell that is being bled goes on until it is only this much above.
    pub stop_ratio: f32,
    /// No cell is bled below this voltage.
    pub lowest_voltage_v: f32,
    /// No cell is bled below this mean state of charge.
    pub lowest_soc: f32,
    /// The bleed resistors stay below this temperature, where it is measured.
    pub highest_temperature_k: f32,
    /// Bleeding lasts this many milliseconds, then all resistors are off for `measure_ms`.
    pub bleed_ms: u16,
    /// All resistors are off for this many milliseconds, in which voltages are measured.
    pub measure_ms: u16,
    /// A voltage counts for the estimates after the resistor of its cell has been off for this many milliseconds.
    pub settle_ms: u16,
    /// Cells that are bled at the same time, at most.
    pub channels: u16,
    /// Whether two neighbours are never bled at the same time: for the heat, and for front ends that share a wire.
    /// 0 or 1.
    pub spare_neighbours: u8,
}

/// A pack: its cells, its sensors, its limits. `bms_config_default` fills one in to start from, `bms_config_check` says
/// whether the values fit together.
///
/// `bms_init` copies it; only its tables (`bms_table`, `sensor_of_cell`) have to stay where they are.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_config {
    /// Size of this struct.
    pub struct_size: u32,
    /// `BMS_ABI_VERSION`.
    pub abi_version: u32,
    /// One cell of the series; a group of cells in parallel counts as one, with the capacity of all and the resistance of
    /// the group.
    pub cell: bms_cell_config,
    /// How far the estimator of the mean cell trusts model and sensors.
    pub estimator: bms_estimator_tuning,
    /// How far the estimator of the cells' differences does.
    pub deltas: bms_delta_tuning,
    /// What teaches the capacity, and how much.
    pub capacity: bms_capacity_tuning,
    /// Numbers of things, and which sensor stands for which cell.
    pub layout: bms_layout,
    /// Which readings exist.
    pub fitted: bms_fitted,
    /// When readings arrive, and how old they may become.
    pub sampling: bms_sampling,
    /// What the battery may do.
    pub limits: bms_limits,
    /// What readings can be.
    pub sensing: bms_sensing,
    /// Contactors, precharge, isolation.
    pub high_voltage: bms_high_voltage,
    /// Coolant and runaway.
    pub thermal: bms_thermal,
    /// What is allowed to chargers.
    pub charging: bms_charging_supervision,
    /// What estimates may say.
    pub estimates: bms_estimate_limits,
    /// How modes change, currents are limited and cells are balanced.
    pub control: bms_control,
    /// Faults whose times are other ones than the catalogue's; may be null where there is none. Looked at by `bms_init`
    /// only.
    pub timings: *const bms_fault_timing,
    /// How many these are.
    pub timing_count: usize,
}

// SAFETY: `repr(C)`, begins with its size, and any bits are numbers or pointers.
unsafe impl Sized32 for bms_config {
    const FIRST: usize = size_of::<Self>();
}

/// How a value fails to be what it has to be.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum bms_expected {
    /// Nothing is wrong.
    BMS_EXPECTED_ANYTHING = 0,
    /// A finite number above `bound`.
    BMS_EXPECTED_ABOVE = 1,
    /// A finite number of at least `bound`.
    BMS_EXPECTED_AT_LEAST = 2,
    /// A finite number of at most `bound`.
    BMS_EXPECTED_AT_MOST = 3,
    /// Exactly `bound`.
    BMS_EXPECTED_EXACTLY = 4,
    /// A table of `bound` entries; `value` is how many it has.
    BMS_EXPECTED_LENGTH = 5,
    /// A number below that of `other_field`, which is `bound`.
    BMS_EXPECTED_BELOW_OTHER = 6,
    /// A number that is not above that of `other_field`, which is `bound`.
    BMS_EXPECTED_AT_MOST_OTHER = 7,
    /// Something that this version of the interface has no word for.
    BMS_EXPECTED_OTHER = 255,
}

/// Room for the name of a field, with the zero at its end.
pub const BMS_FIELD_SIZE: usize = 96;

/// What is wrong with a configuration. Names of fields are those of the core, which have no unit at their end; what begins
/// with none of the names of `bms_config` is part of it all the same.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct bms_config_error {
    /// Size of this struct, set by the caller.
    pub struct_size: u32,
    /// Place in a table; 0 for a single value.
    pub index: u32,
    /// What was found. Voltages in volts, currents in ampere, times in milliseconds, temperatures in degrees Celsius in
    /// comparisons of two fields and else in kelvin.
    pub value: f32,
    /// What it was compared with.
    pub bound: f32,
    /// What it has to be.
    pub expected: bms_expected,
    /// The field, zero-terminated.
    pub field: [c_char; BMS_FIELD_SIZE],
    /// The other field where two contradict each other, zero-terminated; else empty.
    pub other_field: [c_char; BMS_FIELD_SIZE],
}

// SAFETY: `repr(C)` and begins with its size; it is given out only, never taken in.
unsafe impl Sized32 for bms_config_error {
    const FIRST: usize = size_of::<Self>();
}

/// Most cells in series.
pub const BMS_MAX_CELLS: usize = 250;

/// Most temperature sensors.
pub const BMS_MAX_TEMPERATURE_SENSORS: usize = 128;

/// Most analogue front ends.
pub const BMS_MAX_FRONT_ENDS: usize = 32;

const _: () = {
    assert!(BMS_MAX_CELLS == MAX_CELLS);
    assert!(BMS_MAX_TEMPERATURE_SENSORS == MAX_TEMPERATURE_SENSORS);
    assert!(BMS_MAX_FRONT_ENDS == MAX_FRONT_ENDS);
};
