//! Summary of a charging session: curve with limiting causes, forecast and actual values, end.

use serde::Serialize;

/// One point of a charge curve: means since the previous point, states at its end.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ChargePoint {
    /// Since energy began to flow.
    pub time_s: f64,
    /// Estimated state of charge of the pack.
    pub soc_percent: f64,
    /// True state of charge, mean of all cells.
    pub soc_true_percent: f64,
    /// Current into the battery.
    pub current_a: f64,
    /// Voltage of the battery.
    pub voltage_v: f64,
    /// Power into the battery.
    pub power_kw: f64,
    /// True temperature of the coldest cell.
    pub coldest_degc: f64,
    /// True temperature of the warmest cell.
    pub warmest_degc: f64,
    /// Lowest potential of the negative electrode of any cell against lithium since the point before: mean over the electrode;
    /// none for cells without electrodes.
    pub anode_mv: Option<f64>,
    /// The same at the separator.
    pub anode_separator_mv: Option<f64>,
    /// Forecast time to the target.
    pub left_s: Option<f64>,
    /// Limiting cause for most of the time since the previous point.
    pub reason: String,
}

/// An interval of a charge with one limiting cause.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReasonSpan {
    /// Limiting cause for most of it.
    pub reason: String,
    /// Since energy began to flow.
    pub from_s: f64,
    /// Its end.
    pub until_s: f64,
}

/// Total time of a limiting cause.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReasonTime {
    /// Limiting cause.
    pub reason: String,
    /// For how long.
    pub duration_s: f64,
}

/// Forecast at the start of energy flow, and actual values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ForecastCheck {
    /// Forecast time to the target; `None` if the limits of that moment never lead to it.
    pub time_s: Option<f64>,
    /// Actual time; `None` if the target was not reached.
    pub taken_s: Option<f64>,
    /// Energy into the battery as foreseen.
    pub energy_kwh: f64,
    /// Actual energy.
    pub taken_kwh: f64,
    /// Forecast minus actual, in percent of the actual time; `None` if one of them is missing.
    pub time_error_percent: Option<f64>,
    /// The same of the energy.
    pub energy_error_percent: Option<f64>,
    /// Cause forecast to limit the charge for most of the time.
    pub bound_by: String,
}

/// Minimum of the negative electrode's potential.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LowestAnode {
    /// The potential.
    pub potential_mv: f64,
    /// The cell, from 0.
    pub cell: usize,
    /// Since energy began to flow.
    pub time_s: f64,
    /// True state of charge of the cell.
    pub soc_percent: f64,
    /// True temperature of the cell.
    pub temperature_degc: f64,
    /// Current into the battery.
    pub current_a: f64,
}

/// A state of a session and its duration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StateTime {
    /// The state.
    pub state: String,
    /// For how long.
    pub duration_s: f64,
}

/// Summary of a charging session.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ChargeSummary {
    /// Target state of charge.
    pub until_soc_percent: f64,
    /// The states of the session, one after the other.
    pub states: Vec<StateTime>,
    /// Start of energy flow, since the start of the run; `None` without energy flow.
    pub began_s: Option<f64>,
    /// How the session ended.
    pub end: String,
    /// Whether the target was reached.
    pub target_reached: bool,
    /// Error code sent to the charger (`DC_EVErrorCode`).
    pub error_code: &'static str,
    /// Measured charge current when the contactors were commanded open.
    pub opened_at_a: Option<f64>,
    /// From the end of charging until then.
    pub opening_s: Option<f64>,
    /// Result of the weld check at the inlet.
    pub weld: String,
    /// Time until departure, since the start of energy flow; `None` without a departure time.
    pub departure_s: Option<f64>,
    /// Estimated state of charge at the start and at the end of energy flow.
    pub soc_percent: (f64, f64),
    /// Energy that the charger gave.
    pub charger_kwh: f64,
    /// Energy of it used by the heater.
    pub heater_kwh: f64,
    /// How long the cells were heated.
    pub heated_s: f64,
    /// Forecast and actual values.
    pub foreseen: Option<ForecastCheck>,
    /// True cell voltages while energy flowed.
    pub cell_voltage_v: (f64, f64),
    /// Largest violation of the operating voltage limits by a cell; negative: smallest margin.
    pub cell_beyond_mv: f64,
    /// True temperatures of cells while energy flowed.
    pub temperature_degc: (f64, f64),
    /// Lowest potential of a negative electrode against lithium, mean over the electrode.
    pub anode: Option<LowestAnode>,
    /// The same at the separator, for a uniform reaction in the electrode.
    pub anode_separator: Option<LowestAnode>,
    /// Limiting causes, by decreasing time.
    pub reasons: Vec<ReasonTime>,
    /// Limiting causes in sequence; short intervals are merged with their neighbours.
    pub spans: Vec<ReasonSpan>,
    /// The curve.
    pub curve: Vec<ChargePoint>,
}
