//! Configuration of a pack: one value, validated once, constant while it is in use.
//!
//! The struct definitions here are the schema of the configuration; `schema` states how their documentation is read.

mod error;
#[allow(clippy::too_many_lines, reason = "generated, one line per field")]
mod fields;
mod limits;
mod map;
mod mapped;
pub mod presets;
mod valid;
mod validation;
mod validator;
mod visits;

pub use crate::schema::Field;
pub use error::{ConfigError, Relation};
pub use limits::{ByDirection, FuseCurve, Levels, Limits};
pub use map::LimitMap;
pub(crate) use map::Range;
pub(crate) use mapped::MappedLimits;
pub use valid::ValidConfig;
pub(crate) use validator::{Named, Validator};

use crate::cell::CellParameters;
use crate::estimation::{CapacityTuning, DeltaTuning, EstimatorTuning};
use crate::fault::FaultTimings;
use crate::units::{
    Capacitance, ElectricCurrent, ElectricPotential, ElectricalResistance, Energy, Ratio,
    TemperatureInterval, ThermodynamicTemperature,
};

/// Largest number of cells in series.
pub const MAX_CELLS: usize = crate::estimation::MAX_CELLS;

/// Largest number of temperature sensors.
pub const MAX_TEMPERATURE_SENSORS: usize = 128;

/// Largest number of analogue front ends.
pub const MAX_FRONT_ENDS: usize = 32;

/// Configuration of a pack. [`BmsConfig::validate`] checks that its values fit together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BmsConfig<'a> {
    /// One cell of the series; a group of cells in parallel counts as one, with the capacity of all and the resistance
    /// of the group.
    pub cell: CellParameters<'a>,
    /// Tuning of the filter of the mean cell.
    pub estimator: EstimatorTuning,
    /// Tuning of the filters of each cell's deviation from the mean.
    pub deltas: DeltaTuning,
    /// Tuning of the capacity estimate.
    pub capacity: CapacityTuning,
    /// Numbers of cells, sensors and front ends, and the sensor of each cell.
    pub layout: Layout<'a>,
    /// Which readings exist.
    pub fitted: Fitted,
    /// Sampling periods and maximum ages of readings.
    pub sampling: Sampling,
    /// Operating limits of the battery.
    pub limits: Limits<'a>,
    /// Ranges and tolerances of sensors.
    pub sensing: Sensing,
    /// Contactors, precharge, isolation.
    pub high_voltage: HighVoltage,
    /// Thermal runaway and heater.
    pub thermal: Thermal,
    /// Supervision of chargers.
    pub charging: ChargingSupervision,
    /// Plausibility limits of estimates.
    pub estimates: EstimateLimits,
    /// Mode changes, current limits and balancing.
    pub control: Control,
    /// Qualification and recovery times of faults.
    pub timings: FaultTimings,
}

/// Numbers of cells, sensors and front ends, and the sensor of each cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout<'a> {
    /// Cells in series.
    /// Range: 1 to 250.
    pub cells: usize,
    /// Temperature sensors.
    /// Range: 1 to 128.
    pub temperature_sensors: usize,
    /// Analogue front ends.
    /// Range: 0 to 32.
    pub front_ends: usize,
    /// Number of the temperature sensor that measures each cell, below `temperature_sensors`.
    /// Entries: `cells`.
    pub sensor_of_cell: &'a [u8],
}

/// Which readings exist. Faults of a reading that is not fitted are not detected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[expect(clippy::struct_excessive_bools, reason = "independent equipment")]
pub struct Fitted {
    /// A second current sensor.
    /// Default: false.
    pub second_current: bool,
    /// A measurement of the pack voltage as a whole.
    /// Default: true.
    pub pack_voltage: bool,
    /// A measurement of the link voltage, on the vehicle's side of the contactors.
    /// Default: true.
    pub link_voltage: bool,
    /// An isolation monitor.
    /// Default: false.
    pub isolation: bool,
    /// A high-voltage interlock loop.
    /// Default: false.
    pub interlock: bool,
    /// Auxiliary contacts of the contactors.
    /// Default: false.
    pub contactor_feedback: bool,
    /// A gas or pressure sensor.
    /// Default: false.
    pub gas_sensor: bool,
    /// A coolant circuit with reported temperature.
    /// Default: false.
    pub coolant: bool,
    /// A heater in the coolant circuit.
    /// Default: false.
    pub heater: bool,
    /// A temperature sensor in the charging inlet.
    /// Default: false.
    pub inlet_temperature: bool,
    /// A measurement of the controller's supply voltage.
    /// Default: true.
    pub supply: bool,
    /// A temperature sensor at the bleed resistors.
    /// Default: true.
    pub bleed_temperature: bool,
}

/// Sampling periods and maximum ages of readings, in milliseconds.
///
/// The default is a 10 ms task with cell voltages every 50 ms and temperatures every 500 ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Sampling {
    /// Period of the tick.
    /// Range: 1 to 1000. Default: 10.
    pub tick_ms: u16,
    /// A tick later than this is an overrun.
    /// Rule: above `tick_ms`. Default: 20.
    pub tick_late_ms: u16,
    /// Sampling period of a cell voltage.
    /// Rule: at least `tick_ms`. Default: 50.
    pub cell_voltage_ms: u16,
    /// Sampling period of a temperature.
    /// Rule: at least `tick_ms`, below `control.self_test_ms`. Default: 500.
    pub temperature_ms: u16,
    /// Sampling period of the current.
    /// Rule: at least `tick_ms`. Default: 10.
    pub current_ms: u16,
    /// Sampling period of the pack, link and isolation readings, and period of a charger's messages.
    /// Rule: at least `tick_ms`, below `charging.stale_ms`. Default: 100.
    pub pack_ms: u16,
    /// A cell voltage older than this is stale.
    /// Rule: above `cell_voltage_ms`. Default: 200.
    pub cell_voltage_stale_ms: u16,
    /// A cell voltage older than this is missing.
    /// Range: 0 to 30000. Rule: above `cell_voltage_stale_ms`. Default: 1000.
    pub cell_voltage_missing_ms: u16,
    /// A temperature older than this is stale.
    /// Rule: above `temperature_ms`. Default: 2000.
    pub temperature_stale_ms: u16,
    /// A temperature older than this is missing.
    /// Range: 0 to 30000. Rule: above `temperature_stale_ms`. Default: 10000.
    pub temperature_missing_ms: u16,
    /// A current older than this is stale.
    /// Rule: above `current_ms`. Default: 50.
    pub current_stale_ms: u16,
    /// A current older than this is missing.
    /// Range: 0 to 30000. Rule: above `current_stale_ms`. Default: 250.
    pub current_missing_ms: u16,
    /// A pack, link or isolation reading older than this is stale.
    /// Rule: above `pack_ms`. Default: 300.
    pub pack_stale_ms: u16,
    /// A pack, link or isolation reading older than this is missing.
    /// Range: 0 to 30000. Rule: above `pack_stale_ms`. Default: 1000.
    pub pack_missing_ms: u16,
    /// A command older than this is stale.
    /// Range: 1 to 30000. Rule: above `tick_ms`. Default: 500.
    pub command_stale_ms: u16,
    /// Maximum time from the request of zero current until the contactors are open.
    /// Range: 1 to 30000. Default: 500.
    pub open_ms: u16,
    /// Maximum time from the command to open at once until the contactors are open.
    /// Range: 1 to 30000. Rule: at least `tick_ms`, below `open_ms`. Default: 50.
    pub open_at_once_ms: u16,
    /// Maximum time from a reduced limit until the current is below it.
    /// Range: 1 to 30000. Default: 1000.
    pub limit_ms: u16,
}

/// Ranges and tolerances of sensors. A reading outside is a fault of the reading; protection evaluates it all the same.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Sensing {
    /// Lowest cell voltage that a front end can measure.
    /// Range: -1 to 10 V. Default: 0.1 V.
    pub cell_voltage_low: ElectricPotential,
    /// Highest cell voltage that a front end can measure.
    /// Range: 0 to 10 V. Rule: above `limits.cell_over_voltage.maximum`. Default: 5 V.
    pub cell_voltage_high: ElectricPotential,
    /// Largest change of a cell voltage from one sample to the next.
    /// Range: above 0 V. Default: 1 V.
    pub cell_voltage_jump: ElectricPotential,
    /// Largest difference of two readings of the same cell.
    /// Range: above 0 V. Default: 0.02 V.
    pub cell_voltage_pair: ElectricPotential,
    /// Change of the predicted cell voltage that a reading has to follow; at least a few steps of its resolution.
    /// Range: above 0 V. Default: 0.01 V.
    pub cell_voltage_move: ElectricPotential,
    /// Lowest temperature that a sensor can measure.
    /// Range: -100 to 0 degC. Default: -45 degC.
    pub temperature_low: ThermodynamicTemperature,
    /// Highest temperature that a sensor can measure.
    /// Range: 0 to 300 degC. Default: 150 degC.
    pub temperature_high: ThermodynamicTemperature,
    /// Largest change of a temperature from one sample to the next.
    /// Range: above 0 K. Default: 20 K.
    pub temperature_jump: TemperatureInterval,
    /// Largest difference of two readings of the same temperature.
    /// Range: above 0 K. Default: 5 K.
    pub temperature_pair: TemperatureInterval,
    /// Change of the other temperatures that a reading has to follow.
    /// Range: above 0 K. Default: 1 K.
    pub temperature_move: TemperatureInterval,
    /// Largest magnitude of current that a sensor can measure.
    /// Rule: above the maximum level of every current limit.
    pub current_range: ElectricCurrent,
    /// Largest change of the current from one sample to the next.
    /// Range: above 0 A.
    pub current_jump: ElectricCurrent,
    /// Largest difference of the two current sensors; `current_pair_ratio` is added.
    /// Range: above 0 A.
    pub current_pair: ElectricCurrent,
    /// Part of the largest difference of the two current sensors that is proportional to the current.
    /// Range: 0 to 1. Default: 0.05.
    pub current_pair_ratio: Ratio,
    /// Largest offset of a current sensor; a larger one is a fault.
    /// Range: above 0 A. Rule: below `limits.rest_current`.
    pub current_offset: ElectricCurrent,
    /// Largest magnitude of pack or link voltage that a sensor can measure.
    /// Range: 1 to 2000 V. Rule: above `limits.pack_over_voltage.maximum`.
    pub pack_voltage_range: ElectricPotential,
    /// Largest change of the pack voltage from one sample to the next, and of the link voltage with closed contactors.
    /// Range: above 0 V.
    pub pack_voltage_jump: ElectricPotential,
    /// Lowest supply voltage of the controller.
    /// Range: 0 to 60 V. Default: 8 V.
    pub supply_low: ElectricPotential,
}

/// Contactors, precharge, isolation.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct HighVoltage {
    /// Maximum time from a command to a contactor until its state and its feedback follow.
    /// Range: 1 to 5000. Default: 100.
    pub contactor_settle_ms: u16,
    /// Largest current that a contactor is rated to break.
    /// Range: above 0 A.
    pub contactor_break: ElectricCurrent,
    /// Rated number of openings of a contactor.
    /// Range: at least 1. Default: 100000.
    pub contactor_operations: u32,
    /// Rated number of openings at more current than `contactor_break`.
    /// Range: at least 1. Default: 20.
    pub contactor_hard_operations: u16,
    /// Resistance of the precharge resistor.
    /// Range: above 0 ohm.
    pub precharge_resistance: ElectricalResistance,
    /// Capacitance of the link.
    /// Range: above 0 F.
    pub link_capacitance: Capacitance,
    /// Share of the pack voltage that the link has to reach before the main contactor closes.
    /// Range: 0.8 to 0.999. Default: 0.95.
    pub precharge_target: Ratio,
    /// Maximum precharge time as a multiple of the RC model's time.
    /// Range: 1.1 to 20. Default: 3.
    pub precharge_slow_factor: f32,
    /// Minimum precharge time as a share of the RC model's time. A link without load is detected by a sample within that
    /// time, which has to be at least `sampling.pack_ms` and a tick long.
    /// Range: 0.01 to 0.9. Default: 0.5.
    pub precharge_fast_factor: f32,
    /// Energy that the precharge resistor can absorb.
    /// Rule: at least the energy of the link at `limits.pack_over_voltage.maximum`.
    pub precharge_energy: Energy,
    /// Thermal time constant of the precharge resistor.
    /// Range: above 0. Default: 60.
    pub precharge_cooling_s: f32,
    /// Isolation resistance below which a fault is reported: 100 ohm/V, or 500 ohm/V where alternating current is
    /// connected (UN GTR 20, UN R100).
    /// Range: 100 to 1000000. Rule: at least 500 with `alternating_current`. Default: 100.
    pub isolation_fault_ohm_per_v: f32,
    /// Isolation resistance below which a warning is reported.
    /// Range: 0 to 1000000. Rule: above `isolation_fault_ohm_per_v`. Default: 500.
    pub isolation_warning_ohm_per_v: f32,
    /// Whether a circuit with alternating current is connected conductively.
    /// Default: false.
    pub alternating_current: bool,
}

/// Thermal runaway and heater.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Thermal {
    /// Rate of temperature rise, in kelvin per second, that is a sign of thermal runaway: 1 K/s (GB 38031-2025 C.5.3.7).
    /// Range: 0.1 to 1. Rule: above `limits.temperature_rise_k_per_s`. Default: 1.
    pub runaway_k_per_s: f32,
    /// Relative drop of a cell's voltage that is a sign of thermal runaway: 0.25 (GB 38031-2025 C.5.3.7).
    /// Range: 0.05 to 0.25. Default: 0.25.
    pub runaway_voltage_drop: Ratio,
    /// Maximum time from the onset of thermal runaway to the alarm: 300 s (GB 38031-2025).
    /// Range: 10 to 300. Default: 300.
    pub runaway_alarm_s: f32,
    /// Excess of the coolant's inlet temperature over the warmest cell, with the heater commanded off, from which on the
    /// heater is reported as stuck on.
    /// Range: above 0 K. Default: 10 K.
    pub heater_margin: TemperatureInterval,
}

/// Supervision of chargers.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ChargingSupervision {
    /// Tolerance of the charger's voltage above the requested voltage.
    /// Range: above 0 V. Default: 5 V.
    pub voltage_over: ElectricPotential,
    /// Tolerance of the charger's current above the requested current; `current_over_ratio` is added.
    /// Range: above 0 A. Default: 5 A.
    pub current_over: ElectricCurrent,
    /// Part of the tolerance of the charger's current that is proportional to the current.
    /// Range: 0 to 0.5. Default: 0.05.
    pub current_over_ratio: Ratio,
    /// A charger's message older than this is stale.
    /// Range: 1 to 30000. Rule: above `sampling.pack_ms`. Default: 1000.
    pub stale_ms: u16,
    /// Largest difference of charger and pack voltage at which the contactors close: 20 V for CCS (IEC 61851-23).
    /// Range: above 0 V. Default: 20 V.
    pub precharge_window: ElectricPotential,
    /// Highest temperature of the charging inlet.
    /// Range: 30 to 150 degC. Default: 90 degC.
    pub inlet_temperature: ThermodynamicTemperature,
    /// Current below which the plug may be unlocked.
    /// Range: above 0 A. Default: 5 A.
    pub plug_current: ElectricCurrent,
}

/// Plausibility limits of estimates.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct EstimateLimits {
    /// Time of continuously rejected voltages after which the estimator is reported as locked out.
    /// Range: above 0. Rule: below `estimator.gate_patience_s`, after which voltages are accepted again. Default: 30.
    pub lockout_s: f32,
    /// Rest time after which a cell voltage determines the state of charge.
    /// Range: above 0. Default: 1800.
    pub rest_s: f32,
    /// Largest difference of rested and estimated state of charge; three standard deviations are added.
    /// Range: 0.001 to 1. Default: 0.05.
    pub soc_difference: Ratio,
    /// Capacity at the end of life, as a share of the new cell's.
    /// Range: 0.1 to 0.99. Default: 0.7.
    pub capacity_end_of_life: Ratio,
    /// Resistance at the end of life, as a multiple of the new cell's.
    /// Range: 1.01 to 4. Default: 2.
    pub resistance_end_of_life: Ratio,
    /// Largest unaccounted share of the energy throughput.
    /// Range: 0.01 to 0.9. Default: 0.4.
    pub energy_imbalance: Ratio,
}

/// Mode changes, current limits and balancing.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Control {
    /// Time after the start within which every reading has to arrive.
    /// Range: 1 to 30000. Rule: above `sampling.temperature_ms`. Default: 3000.
    pub self_test_ms: u16,
    /// Failed precharges after which the request has to be withdrawn.
    /// Range: 1 to 20. Default: 3.
    pub precharge_attempts: u8,
    /// Pause between a failed precharge and the next.
    /// Range: 1 to 3600. Default: 5.
    pub precharge_pause_s: u16,
    /// Time after one main contactor has opened within which the link voltage has to drop by a tenth of the pack voltage;
    /// otherwise the contactor is reported as welded. 0 disables the test, for links that nothing discharges.
    /// Range: 0 to 30000. Default: 1000.
    pub weld_test_ms: u16,
    /// Share of the pack voltage at which the link counts as discharged, which ends the weld test early.
    /// Range: 0.05 to 0.75. Default: 0.5.
    pub link_fallen: Ratio,
    /// Share of the hardware's current limit that remains in limp mode.
    /// Range: 0 to 0.9. Default: 0.3.
    pub limp: Ratio,
    /// Time in which a current limit rises from zero to the hardware's current limit.
    /// Range: 0.01 to 600. Default: 5.
    pub limit_rise_s: f32,
    /// Time for which an allowed current can be held before a cell reaches its voltage limit.
    /// Range: 0.1 to 600. Default: 2.
    pub horizon_s: f32,
    /// State of charge of the weakest cell below which the discharge limit falls linearly to zero.
    /// Range: 0.001 to 0.5. Default: 0.05.
    pub empty_ramp: Ratio,
    /// Distance of the strongest cell from full below which the charge limit falls linearly to zero.
    /// Range: 0.001 to 0.5. Default: 0.03.
    pub full_ramp: Ratio,
    /// Passive balancing.
    pub balancing: Balancing,
}

/// Passive balancing.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Balancing {
    /// Bleed resistor of one cell.
    /// Range: above 0 ohm. Default: 39 ohm.
    pub resistance: ElectricalResistance,
    /// State of charge above the weakest cell at which bleeding of a cell starts.
    /// Range: 0 to 0.5. Rule: above `stop`. Default: 0.01.
    pub start: Ratio,
    /// State of charge above the weakest cell at which bleeding of a cell stops.
    /// Range: above 0. Default: 0.003.
    pub stop: Ratio,
    /// Lowest cell voltage at which a cell is bled.
    /// Rule: at least `limits.cell_under_voltage.operating`.
    pub lowest_voltage: ElectricPotential,
    /// Lowest mean state of charge at which cells are bled.
    /// Range: 0 to 1. Default: 0.2.
    pub lowest_soc: Ratio,
    /// Highest temperature of the bleed resistors, where it is measured.
    /// Range: 20 to 150 degC. Default: 85 degC.
    pub highest_temperature: ThermodynamicTemperature,
    /// Duration of bleeding; after it all resistors are off for `measure_ms`.
    /// Range: 1 to 60000. Default: 4500.
    pub bleed_ms: u16,
    /// Duration of the pause in which voltages are measured with all resistors off.
    /// Rule: at least `settle_ms` and `sampling.cell_voltage_ms` together. Default: 500.
    pub measure_ms: u16,
    /// Time after which the voltage of a cell whose resistor was switched off is used for estimates.
    /// Range: 0 to 30000. Default: 100.
    pub settle_ms: u16,
    /// Largest number of cells that are bled at the same time.
    /// Range: 1 to 250. Default: 250.
    pub channels: u16,
    /// Whether neighbours are never bled at the same time: for heat, and for front ends with shared wires.
    /// Default: true.
    pub spare_neighbours: bool,
}
