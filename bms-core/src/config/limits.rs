//! What the battery may do.

use super::LimitMap;
use crate::units::{
    ElectricCurrent, ElectricPotential, Ratio, TemperatureInterval, ThermodynamicTemperature, Time,
};

/// The three levels of a limit.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Levels<T> {
    /// The end of ordinary operation.
    pub operating: T,
    /// Beyond it the currents are reduced.
    pub recommended: T,
    /// Beyond it the contactors open.
    pub maximum: T,
}

/// One value for each direction of the current.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ByDirection<T> {
    /// While the battery is charged.
    pub charging: T,
    /// While it is discharged.
    pub discharging: T,
    /// At rest: below [`Limits::rest_current`] either way.
    pub resting: T,
}

/// How much of a current a fuse takes before it melts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FuseCurve<'a> {
    /// Currents in ampere, increasing; at and below the first the fuse carries the current for ever.
    pub current_a: &'a [f32],
    /// What melts the fuse at each of these currents, in ampere squared times seconds, positive; linear in between.
    pub i2t_a2s: &'a [f32],
    /// Time after which an unloaded fuse has cooled by 63 %.
    pub cooling: Time,
    /// Share of what melts the fuse at which the currents are reduced.
    pub recommended: Ratio,
    /// Share at which the contactors open.
    pub maximum: Ratio,
}

/// What the battery may do.
///
/// Currents are magnitudes. Where a limit depends on temperature and SoC, the strictest value over all temperatures and
/// states of charge of the pack holds for the whole pack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits<'a> {
    /// Highest cell voltage.
    pub cell_over_voltage: Levels<ElectricPotential>,
    /// Offset of the three by temperature and SoC, in volts, at most 0.
    pub cell_over_voltage_offset_v: LimitMap<'a>,
    /// Lowest cell voltage.
    pub cell_under_voltage: Levels<ElectricPotential>,
    /// Offset of the three by temperature and SoC, in volts, at most 0: cold cells may go lower.
    pub cell_under_voltage_offset_v: LimitMap<'a>,
    /// Cell voltage at which it is damaged for good.
    pub cell_deep_discharge: ElectricPotential,
    /// How far within its limit a cell voltage has to be for its fault to leave.
    pub cell_voltage_hysteresis: ElectricPotential,
    /// How far a cell may be from the mean of all.
    pub cell_voltage_spread: ElectricPotential,
    /// Highest temperature.
    pub over_temperature: ByDirection<Levels<ThermodynamicTemperature>>,
    /// Lowest temperature.
    pub under_temperature: ByDirection<Levels<ThermodynamicTemperature>>,
    /// How far within its limit a temperature has to be for its fault to leave.
    pub temperature_hysteresis: TemperatureInterval,
    /// How far a sensor may be from the mean of all.
    pub temperature_spread: TemperatureInterval,
    /// How fast a temperature may rise, in kelvin per second.
    pub temperature_rise_k_per_s: f32,
    /// Highest charge current of a cell.
    pub cell_charge_current: Levels<ElectricCurrent>,
    /// Factor on the three by temperature and SoC, 0 to 1.
    pub cell_charge_factor: LimitMap<'a>,
    /// Highest discharge current of a cell.
    pub cell_discharge_current: Levels<ElectricCurrent>,
    /// Factor on the three by temperature and SoC, 0 to 1.
    pub cell_discharge_factor: LimitMap<'a>,
    /// Highest charge current of busbars and module connectors.
    pub string_charge_current: Levels<ElectricCurrent>,
    /// Highest discharge current of busbars and module connectors.
    pub string_discharge_current: Levels<ElectricCurrent>,
    /// Highest charge current of contactors and cables.
    pub pack_charge_current: Levels<ElectricCurrent>,
    /// Highest discharge current of contactors and cables.
    pub pack_discharge_current: Levels<ElectricCurrent>,
    /// How far within its limit a current has to be for its fault to leave, as a share of the limit.
    pub current_hysteresis: Ratio,
    /// Below this current, either way, the battery rests; with open contactors more is a fault.
    pub rest_current: ElectricCurrent,
    /// The main fuse.
    pub fuse: FuseCurve<'a>,
    /// Highest pack voltage.
    pub pack_over_voltage: Levels<ElectricPotential>,
    /// Lowest pack voltage.
    pub pack_under_voltage: Levels<ElectricPotential>,
    /// How far within its limit the pack voltage has to be for its fault to leave.
    pub pack_voltage_hysteresis: ElectricPotential,
    /// Largest difference of pack voltage and sum of cells, as a share of the pack's highest operating voltage.
    pub sum_of_cells: Ratio,
    /// Largest difference of link and pack voltage with closed contactors, as a share of the same.
    pub link_voltage: Ratio,
    /// Largest difference of the strongest and the weakest cell's state of charge.
    pub soc_spread: Ratio,
}
