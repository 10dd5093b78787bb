//! Replays a log through the estimator with the inputs that a battery management system would have had.

mod coulomb;
mod sensing;
mod summary;
mod temperature;

use bms_core::cell::CellParameters;
use bms_core::estimation::{CellEstimate, CellEstimator, CellSample, EstimatorTuning, InitialSoc};
use bms_core::units;

pub use coulomb::CoulombCounter;
pub use sensing::Sensing;
pub use summary::{Reference, Summary, SummaryBuilder, residual_v};
pub use temperature::{HoldTemperature, Measured};

/// Initial conditions of a replay.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReplayConfig {
    /// Initial state of charge given to the estimator, as a fraction of one; `None`: from the first voltage.
    pub initial_soc: Option<f64>,
    /// How the estimator is misled.
    pub sensing: Sensing,
    /// How the estimator is tuned.
    pub tuning: EstimatorTuning,
}

/// Inputs and estimate of one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReplayStep {
    /// The row of the log.
    pub measured: Measured,
    /// Voltage input of the estimator.
    pub voltage_v: f64,
    /// Current input of the estimator, discharge positive.
    pub current_a: f64,
    /// The estimate.
    pub estimate: CellEstimate,
    /// State of charge by integrating the current input alone, from the same start.
    pub coulomb_soc: f64,
}

/// A replay in progress.
#[derive(Debug)]
pub struct Replay<'a> {
    cell: CellParameters<'a>,
    config: ReplayConfig,
    estimator: CellEstimator,
    coulomb: Option<CoulombCounter>,
    previous_s: Option<f64>,
}

impl<'a> Replay<'a> {
    /// A replay before its first row.
    #[must_use]
    pub fn new(cell: &CellParameters<'a>, config: ReplayConfig) -> Self {
        let cell = config.sensing.cell_input(cell);
        let initial = match config.initial_soc {
            Some(soc) => InitialSoc::Prior(units::ratio(single(soc))),
            None => InitialSoc::FromVoltage,
        };
        Self {
            cell,
            config,
            estimator: CellEstimator::new(initial),
            coulomb: None,
            previous_s: None,
        }
    }

    /// Processes the next row. Its current is the mean since the previous row; the first row has no interval.
    pub fn step(&mut self, measured: &Measured) -> ReplayStep {
        let dt_s = measured.time_s - self.previous_s.unwrap_or(measured.time_s);
        self.previous_s = Some(measured.time_s);
        let inputs = self.config.sensing.inputs(measured);
        let sample = CellSample {
            current: units::amperes(single(inputs.current_a)),
            voltage: units::volts(single(inputs.voltage_v)),
            temperature: units::celsius(single(inputs.temperature_degc)),
        };
        let dt = units::seconds(single(dt_s));
        let estimate = self
            .estimator
            .step(&self.cell, &self.config.tuning, &sample, dt);
        let first_soc = f64::from(units::to_ratio(estimate.soc));
        let capacity_ah = f64::from(units::to_amp_hours(self.cell.capacity));
        let coulomb = self.coulomb.get_or_insert_with(|| {
            CoulombCounter::new(self.config.initial_soc.unwrap_or(first_soc), capacity_ah)
        });
        ReplayStep {
            measured: *measured,
            voltage_v: inputs.voltage_v,
            current_a: inputs.current_a,
            estimate,
            coulomb_soc: coulomb.step(inputs.current_a, dt_s),
        }
    }
}

/// Converts a number to the estimator's type.
#[allow(clippy::cast_possible_truncation)] // The estimator works in single precision.
fn single(value: f64) -> f32 {
    value as f32
}
