//! Operating limits of the battery.

use super::LimitMap;
use crate::units::{
    ElectricCurrent, ElectricPotential, Ratio, TemperatureInterval, ThermodynamicTemperature, Time,
};

/// The three levels of a limit.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Levels<T> {
    /// End of normal operation.
    pub operating: T,
    /// Beyond it the current limits are reduced.
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
    /// While the battery is discharged.
    pub discharging: T,
    /// At rest: magnitude of current below `limits.rest_current`.
    pub resting: T,
}

/// Melting curve of a fuse.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FuseCurve<'a> {
    /// Current nodes in ampere; the fuse carries the first current indefinitely.
    /// Entries: at least 1. Range: 0 to 1e6, increasing.
    pub current_a: &'a [f32],
    /// Melting integral at each current node, in ampere squared times seconds; interpolated linearly.
    /// Entries: `current_a`. Range: 0.001 to 1e12.
    pub i2t_a2s: &'a [f32],
    /// Thermal time constant of the unloaded fuse.
    /// Range: above 0 s. Default: 60 s.
    pub cooling: Time,
    /// Share of the melting integral at which the current limits are reduced.
    /// Range: above 0. Rule: below `maximum`. Default: 0.4.
    pub recommended: Ratio,
    /// Share of the melting integral at which the contactors open.
    /// Range: 0 to 1. Default: 0.7.
    pub maximum: Ratio,
}

/// Operating limits of the battery.
///
/// Currents are magnitudes. Where a limit depends on temperature and SoC, the strictest value over all temperatures and
/// states of charge of the pack applies to the whole pack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits<'a> {
    /// Highest cell voltage.
    pub cell_over_voltage: Levels<ElectricPotential>,
    /// Offset of the three levels by temperature and SoC, in volts.
    /// Range: -1 to 0. Default: 0.
    pub cell_over_voltage_offset_v: LimitMap<'a>,
    /// Lowest cell voltage.
    pub cell_under_voltage: Levels<ElectricPotential>,
    /// Offset of the three levels by temperature and SoC, in volts: cold cells may go lower.
    /// Range: -1 to 0. Default: 0.
    pub cell_under_voltage_offset_v: LimitMap<'a>,
    /// Cell voltage at which the cell is damaged permanently.
    /// Rule: above `sensing.cell_voltage_low`, at most `cell_under_voltage.maximum`.
    pub cell_deep_discharge: ElectricPotential,
    /// Distance of a cell voltage from its limit at which its fault clears.
    /// Range: 0 to 1 V. Default: 0.02 V.
    pub cell_voltage_hysteresis: ElectricPotential,
    /// Largest difference of a cell voltage from the mean of all.
    /// Range: above 0 V. Default: 0.3 V.
    pub cell_voltage_spread: ElectricPotential,
    /// Highest temperature.
    pub over_temperature: ByDirection<Levels<ThermodynamicTemperature>>,
    /// Lowest temperature.
    pub under_temperature: ByDirection<Levels<ThermodynamicTemperature>>,
    /// Distance of a temperature from its limit at which its fault clears.
    /// Range: 0 to 20 K. Default: 2 K.
    pub temperature_hysteresis: TemperatureInterval,
    /// Largest difference of a temperature from the mean of all.
    /// Range: above 0 K. Default: 15 K.
    pub temperature_spread: TemperatureInterval,
    /// Largest rate of temperature rise, in kelvin per second.
    /// Range: above 0. Rule: below `thermal.runaway_k_per_s`. Default: 0.5.
    pub temperature_rise_k_per_s: f32,
    /// Highest charge current of a cell.
    pub cell_charge_current: Levels<ElectricCurrent>,
    /// Factor on the three levels by temperature and SoC.
    /// Range: 0 to 1.
    pub cell_charge_factor: LimitMap<'a>,
    /// Highest discharge current of a cell.
    pub cell_discharge_current: Levels<ElectricCurrent>,
    /// Factor on the three levels by temperature and SoC.
    /// Range: 0 to 1.
    pub cell_discharge_factor: LimitMap<'a>,
    /// Highest charge current of busbars and module connectors.
    pub string_charge_current: Levels<ElectricCurrent>,
    /// Highest discharge current of busbars and module connectors.
    pub string_discharge_current: Levels<ElectricCurrent>,
    /// Highest charge current of contactors and cables.
    pub pack_charge_current: Levels<ElectricCurrent>,
    /// Highest discharge current of contactors and cables.
    pub pack_discharge_current: Levels<ElectricCurrent>,
    /// Distance of a current from its limit at which its fault clears, as a share of the limit.
    /// Range: 0 to 0.9. Default: 0.05.
    pub current_hysteresis: Ratio,
    /// Magnitude of current below which the battery rests; with open contactors a larger current is a fault.
    /// Range: above 0 A.
    pub rest_current: ElectricCurrent,
    /// The main fuse.
    pub fuse: FuseCurve<'a>,
    /// Highest pack voltage.
    pub pack_over_voltage: Levels<ElectricPotential>,
    /// Lowest pack voltage.
    pub pack_under_voltage: Levels<ElectricPotential>,
    /// Distance of the pack voltage from its limit at which its fault clears.
    /// Range: 0 to 100 V.
    pub pack_voltage_hysteresis: ElectricPotential,
    /// Largest difference of pack voltage and sum of cell voltages, as a share of the pack's highest operating voltage.
    /// Range: 0.001 to 0.5. Default: 0.02.
    pub sum_of_cells: Ratio,
    /// Largest difference of link and pack voltage with closed contactors, as a share of the pack's highest operating
    /// voltage.
    /// Range: 0.001 to 0.5. Default: 0.05.
    pub link_voltage: Ratio,
    /// Largest difference of the strongest and the weakest cell's state of charge.
    /// Range: 0.001 to 1. Default: 0.1.
    pub soc_spread: Ratio,
}
