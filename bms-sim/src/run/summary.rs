//! Summary of a scenario.

use serde::Serialize;

use super::accuracy::AccuracySummary;
use super::charge::ChargeSummary;
use super::fault_log::ReportedFault;
use super::limits::LimitTime;
use crate::scenario::EndMode;

/// A mode and its duration.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ModeTime {
    /// The mode.
    pub mode: &'static str,
    /// Duration, in seconds.
    pub duration_s: f64,
}

/// Summary of a scenario. Times are since the start; ranges are minimum and maximum.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Name of the scenario.
    pub scenario: String,
    /// Cells in series.
    pub cells: usize,
    /// Simulated time.
    pub duration_s: f64,
    /// Distance.
    pub distance_km: f64,
    /// Energy out of the cells.
    pub energy_out_kwh: f64,
    /// Energy into the cells.
    pub energy_in_kwh: f64,
    /// Energy that the vehicle requested at the link.
    pub energy_wanted_kwh: f64,
    /// Requested energy that was not delivered.
    pub energy_missed_kwh: f64,
    /// True state of charge at the start, mean of all cells.
    pub soc_start_percent: f64,
    /// True state of charge at the end, mean of all cells.
    pub soc_end_percent: f64,
    /// True state of charge of the weakest cell at the end.
    pub soc_end_weakest_percent: f64,
    /// True difference between the strongest and the weakest cell at the end.
    pub soc_end_spread_points: f64,
    /// Estimated state of charge of the mean cell at the end.
    pub soc_estimated_percent: f64,
    /// Its standard deviation as estimated.
    pub soc_sigma_points: f64,
    /// Accuracy of the estimates.
    pub accuracy: AccuracySummary,
    /// True voltages of the cells.
    pub cell_voltage_v: (f64, f64),
    /// True temperatures of the cells.
    pub temperature_degc: (f64, f64),
    /// Current out of the cells; discharge positive.
    pub current_a: (f64, f64),
    /// Active limits, by decreasing time.
    pub limits: Vec<LimitTime>,
    /// Reported faults, in order.
    pub faults: Vec<ReportedFault>,
    /// The modes, one after the other.
    pub modes: Vec<ModeTime>,
    /// When main contactors were opened.
    pub contactors_opened_s: Vec<f64>,
    /// Mode of the core at the end.
    pub ends_in: EndMode,
    /// Hours of bleeding, summed over cells.
    pub bled_cell_hours: f64,
    /// Most cells that were bled at the same time.
    pub bleeding_most: usize,
    /// When the alarm of a thermal runaway was given.
    pub runaway_alarm_s: Option<f64>,
    /// Charging sessions, one after the other.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<ChargeSummary>,
    /// Expectations of the scenario that are not met.
    pub failures: Vec<String>,
}
