//! What a pack is and what it may do: one value, validated once, that never changes while it is used.

mod error;
mod limits;
mod map;
mod mapped;
pub mod presets;
mod valid;
mod validation;
mod validator;

pub use crate::field::Field;
pub use error::{ConfigError, Relation};
pub use limits::{ByDirection, FuseCurve, Levels, Limits};
pub use map::LimitMap;
pub(crate) use map::Range;
pub(crate) use mapped::MappedLimits;
pub use valid::ValidConfig;
pub(crate) use validator::{Named, Validator};

use crate::cell::CellParameters;
use crate::estimation::{CapacityTuning, DeltaTuning, EstimatorTuning};
use crate::protection::FaultTimings;
use crate::units::{
    Capacitance, ElectricCurrent, ElectricPotential, ElectricalResistance, Energy, Ratio,
    TemperatureInterval, ThermodynamicTemperature,
};

/// Most cells in series.
pub const MAX_CELLS: usize = crate::estimation::MAX_CELLS;

/// Most temperature sensors.
pub const MAX_TEMPERATURE_SENSORS: usize = 128;

/// Most analogue front ends.
pub const MAX_FRONT_ENDS: usize = 32;

/// A pack: its cells, its sensors, its limits. [`BmsConfig::validate`] says whether they fit together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BmsConfig<'a> {
    /// One cell of the series; a group of cells in parallel counts as one, with the capacity of all and the resistance
    /// of the group.
    pub cell: CellParameters<'a>,
    /// How far the estimator of the mean cell trusts model and sensors.
    pub estimator: EstimatorTuning,
    /// How far the estimator of the cells' differences does.
    pub deltas: DeltaTuning,
    /// What teaches the capacity, and how much.
    pub capacity: CapacityTuning,
    /// Numbers of things, and which sensor stands for which cell.
    pub layout: Layout<'a>,
    /// Which readings exist.
    pub fitted: Fitted,
    /// When readings arrive, and how old they may become.
    pub sampling: Sampling,
    /// What the battery may do.
    pub limits: Limits<'a>,
    /// What readings can be.
    pub sensing: Sensing,
    /// Contactors, precharge, isolation.
    pub high_voltage: HighVoltage,
    /// Coolant and runaway.
    pub thermal: Thermal,
    /// What is allowed to chargers.
    pub charging: ChargingSupervision,
    /// What estimates may say.
    pub estimates: EstimateLimits,
    /// How modes change, currents are limited and cells are balanced.
    pub control: Control,
    /// How long conditions have to hold to become faults.
    pub timings: FaultTimings,
}

/// Numbers of things, and which sensor stands for which cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout<'a> {
    /// Cells in series, 1 to [`MAX_CELLS`].
    pub cells: usize,
    /// Temperature sensors, 1 to [`MAX_TEMPERATURE_SENSORS`].
    pub temperature_sensors: usize,
    /// Analogue front ends, 0 to [`MAX_FRONT_ENDS`].
    pub front_ends: usize,
    /// For each cell the temperature sensor that stands for it.
    pub sensor_of_cell: &'a [u8],
}

/// Which readings exist. What is not fitted is not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[expect(clippy::struct_excessive_bools, reason = "independent equipment")]
pub struct Fitted {
    /// A second current sensor.
    pub second_current: bool,
    /// A measurement of the pack voltage as a whole.
    pub pack_voltage: bool,
    /// A measurement of the voltage on the vehicle's side of the contactors.
    pub link_voltage: bool,
    /// An isolation monitor.
    pub isolation: bool,
    /// An interlock loop.
    pub interlock: bool,
    /// Auxiliary contacts of the contactors.
    pub contactor_feedback: bool,
    /// A gas or pressure sensor.
    pub gas_sensor: bool,
    /// A coolant circuit that is reported.
    pub coolant: bool,
    /// A heater in that circuit.
    pub heater: bool,
    /// A temperature sensor in the charging inlet.
    pub inlet_temperature: bool,
    /// A measurement of the controller's supply.
    pub supply: bool,
    /// A temperature sensor at the bleed resistors.
    pub bleed_temperature: bool,
}

/// When readings arrive, and how old they may become. All in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Sampling {
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

/// What readings can be. A reading beyond it is a fault of the reading, and is still judged as a danger.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Sensing {
    /// Lowest cell voltage that a front end can show.
    pub cell_voltage_low: ElectricPotential,
    /// Highest cell voltage that a front end can show.
    pub cell_voltage_high: ElectricPotential,
    /// Largest change of a cell voltage from one sample to the next.
    pub cell_voltage_jump: ElectricPotential,
    /// Largest difference of two readings of the same cell.
    pub cell_voltage_pair: ElectricPotential,
    /// A move of the expected cell voltage that a reading has to follow, at least a few steps of its resolution.
    pub cell_voltage_move: ElectricPotential,
    /// Lowest temperature that a sensor can show.
    pub temperature_low: ThermodynamicTemperature,
    /// Highest temperature that a sensor can show.
    pub temperature_high: ThermodynamicTemperature,
    /// Largest change of a temperature from one sample to the next.
    pub temperature_jump: TemperatureInterval,
    /// Largest difference of two readings of the same temperature.
    pub temperature_pair: TemperatureInterval,
    /// A move of the other temperatures that a reading has to follow.
    pub temperature_move: TemperatureInterval,
    /// Largest current, either way, that a sensor can show.
    pub current_range: ElectricCurrent,
    /// Largest change of the current from one sample to the next.
    pub current_jump: ElectricCurrent,
    /// Largest difference of the two current sensors, besides `current_pair_ratio`.
    pub current_pair: ElectricCurrent,
    /// The same in proportion to the current.
    pub current_pair_ratio: Ratio,
    /// Largest offset of a current sensor; a larger one is a fault.
    pub current_offset: ElectricCurrent,
    /// Highest pack or link voltage that a sensor can show; the lowest is the same with the other sign.
    pub pack_voltage_range: ElectricPotential,
    /// Largest change of the pack voltage from one sample to the next, and of the link voltage with closed contactors.
    pub pack_voltage_jump: ElectricPotential,
    /// Lowest voltage of the controller's supply.
    pub supply_low: ElectricPotential,
}

/// Contactors, precharge, isolation.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct HighVoltage {
    /// A contactor follows its command, and its feedback does, within this many milliseconds.
    pub contactor_settle_ms: u16,
    /// The largest current that a contactor is made to break.
    pub contactor_break: ElectricCurrent,
    /// How often a contactor may open.
    pub contactor_operations: u32,
    /// How often a contactor may open under more current than `contactor_break`.
    pub contactor_hard_operations: u16,
    /// The precharge resistor.
    pub precharge_resistance: ElectricalResistance,
    /// The capacitors of the link.
    pub link_capacitance: Capacitance,
    /// Share of the pack voltage that the link has to reach for the main contactor to close.
    pub precharge_target: Ratio,
    /// Times the RC model's time within which the link has to be there.
    pub precharge_slow_factor: f32,
    /// Share of the RC model's time before which it must not be there. A link that nothing is connected to is told from a
    /// sound one by a sample within that time.
    pub precharge_fast_factor: f32,
    /// Energy that the precharge resistor can take in.
    pub precharge_energy: Energy,
    /// Time in seconds after which the resistor has lost most (63 %) of its heat.
    pub precharge_cooling_s: f32,
    /// Isolation below this is a fault: 100 ohm/V, or 500 ohm/V where alternating current is connected
    /// (UN GTR 20, UN R100).
    pub isolation_fault_ohm_per_v: f32,
    /// Isolation below this is worth a warning.
    pub isolation_warning_ohm_per_v: f32,
    /// Whether a circuit with alternating current is connected conductively.
    pub alternating_current: bool,
}

/// Coolant and runaway.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Thermal {
    /// A temperature that rises at least this fast, in kelvin per second, is a sign of runaway: 1 K/s
    /// (GB 38031-2025 C.5.3.7).
    pub runaway_k_per_s: f32,
    /// A cell that lost this share of its voltage is another sign: 0.25 (GB 38031-2025 C.5.3.7).
    pub runaway_voltage_drop: Ratio,
    /// The alarm has to be given this many seconds after the onset at the latest: 300 (GB 38031-2025).
    pub runaway_alarm_s: f32,
    /// With the heater off, coolant that enters this much above the warmest cell says that it is not.
    pub heater_margin: TemperatureInterval,
}

/// What is allowed to chargers.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ChargingSupervision {
    /// How far the charger's voltage may be above what it was asked for.
    pub voltage_over: ElectricPotential,
    /// How far its current may be above what it was asked for, besides `current_over_ratio`.
    pub current_over: ElectricCurrent,
    /// The same in proportion to the current.
    pub current_over_ratio: Ratio,
    /// A message older than this many milliseconds is stale.
    pub stale_ms: u16,
    /// How near the charger's voltage has to come to that of the pack before the contactors close: 20 V for CCS
    /// (IEC 61851-23).
    pub precharge_window: ElectricPotential,
    /// Highest temperature of the charging inlet.
    pub inlet_temperature: ThermodynamicTemperature,
    /// Current below which a plug may be pulled.
    pub plug_current: ElectricCurrent,
}

/// What estimates may say.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct EstimateLimits {
    /// Seconds of refused voltages after which the estimator is locked out; below `estimator.gate_patience_s`, after which
    /// it takes the voltages again.
    pub lockout_s: f32,
    /// At rest for this many seconds a voltage tells the state of charge.
    pub rest_s: f32,
    /// Largest difference of what the rested voltage tells and what is estimated, besides three standard deviations.
    pub soc_difference: Ratio,
    /// Capacity, as a share of the new cell's, at the end of life.
    pub capacity_end_of_life: Ratio,
    /// Resistance, as a multiple of the new cell's, at the end of life.
    pub resistance_end_of_life: Ratio,
    /// Share of the energy throughput that may not be accounted for.
    pub energy_imbalance: Ratio,
}

/// How modes change, currents are limited and cells are balanced.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Control {
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
    pub link_fallen: Ratio,
    /// Share of the hardware's current that a fault leaves where too little is known.
    pub limp: Ratio,
    /// Seconds in which a limit rises from nothing to the hardware's current.
    pub limit_rise_s: f32,
    /// A current that is allowed could be held for as many seconds before a cell comes to its voltage limit.
    pub horizon_s: f32,
    /// Below this state of charge of the weakest cell the discharge current falls in proportion.
    pub empty_ramp: Ratio,
    /// Less than this below full, of the strongest cell, the charge current falls in proportion.
    pub full_ramp: Ratio,
    /// Passive balancing.
    pub balancing: Balancing,
}

/// Passive balancing.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Balancing {
    /// Bleed resistor of one cell.
    pub resistance: ElectricalResistance,
    /// A cell that is this much above the weakest one, in state of charge, starts to be bled.
    pub start: Ratio,
    /// A cell that is being bled goes on until it is only this much above.
    pub stop: Ratio,
    /// No cell is bled below this voltage.
    pub lowest_voltage: ElectricPotential,
    /// No cell is bled below this mean state of charge.
    pub lowest_soc: Ratio,
    /// The bleed resistors stay below this temperature, where it is measured.
    pub highest_temperature: ThermodynamicTemperature,
    /// Bleeding lasts this many milliseconds, then all resistors are off for `measure_ms`.
    pub bleed_ms: u16,
    /// All resistors are off for this many milliseconds, in which voltages are measured.
    pub measure_ms: u16,
    /// A voltage counts for the estimates after the resistor of its cell has been off for this many milliseconds.
    pub settle_ms: u16,
    /// Cells that are bled at the same time, at most.
    pub channels: u16,
    /// Whether two neighbours are never bled at the same time: for the heat, and for front ends that share a wire.
    pub spare_neighbours: bool,
}
