//! Replays a log through the estimator, as a battery management system would have seen it.

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

/// What a replay starts from.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReplayConfig {
    /// State of charge that the estimator is told at the start, as a fraction of one; `None`: from the first voltage.
    pub initial_soc: Option<f64>,
    /// How the estimator is misled.
    pub sensing: Sensing,
    /// How the estimator is tuned.
    pub tuning: EstimatorTuning,
}

/// One row as the estimator saw and judged it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReplayStep {
    /// The row of the log.
    pub measured: Measured,
    /// The voltage that the estimator was told.
    pub voltage_v: f64,
    /// The current that the estimator was told, discharge positive.
    pub current_a: f64,
    /// What the estimator made of it.
    pub estimate: CellEstimate,
    /// State of charge by counting the told current alone, from the same start.
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
        let cell = config.sensing.told_cell(cell);
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

    /// Takes the next row. Its current is the mean since the row before; the first row has no interval.
    pub fn step(&mut self, measured: &Measured) -> ReplayStep {
        let dt_s = measured.time_s - self.previous_s.unwrap_or(measured.time_s);
        self.previous_s = Some(measured.time_s);
        let told = self.config.sensing.told(measured);
        let sample = CellSample {
            current: units::amperes(single(told.current_a)),
            voltage: units::volts(single(told.voltage_v)),
            temperature: units::celsius(single(told.temperature_degc)),
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
            voltage_v: told.voltage_v,
            current_a: told.current_a,
            estimate,
            coulomb_soc: coulomb.step(told.current_a, dt_s),
        }
    }
}

/// A number as the estimator takes it.
#[allow(clippy::cast_possible_truncation)] // The estimator works in single precision.
fn single(value: f64) -> f32 {
    value as f32
}
