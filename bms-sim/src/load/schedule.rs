//! A sequence of stages with their stop conditions.

use super::demand::Demand;
use super::profile::Profile;

/// A stage ends at the latest after this time, whatever its stops: two weeks, in seconds.
pub const STAGE_LIMIT_S: f64 = 14.0 * 86_400.0;

/// Fraction of a step below which the rest of a stage is ignored.
const TIME_TOLERANCE: f64 = 1e-9;

/// The load of a stage.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// The same all the time.
    Hold(Demand),
    /// A profile from its first point to its last.
    Follow(Profile),
}

/// A stop condition, evaluated after each step; the first that is met ends the stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stop {
    /// Time since the stage began, in seconds.
    Elapsed {
        /// Duration, in seconds, positive.
        duration_s: f64,
    },
    /// Terminal voltage of the battery at or below this, in volt.
    VoltageBelow {
        /// Limit, in volt.
        voltage_v: f64,
    },
    /// Terminal voltage of the battery at or above this, in volt.
    VoltageAbove {
        /// Limit, in volt.
        voltage_v: f64,
    },
    /// Lowest cell voltage at or below this, in volt.
    CellVoltageBelow {
        /// Limit, in volt.
        voltage_v: f64,
    },
    /// Highest cell voltage at or above this, in volt.
    CellVoltageAbove {
        /// Limit, in volt.
        voltage_v: f64,
    },
    /// Size of the current at or below this, in ampere.
    CurrentBelow {
        /// Limit, in ampere.
        current_a: f64,
    },
}

/// Part of a [`Schedule`].
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// The load.
    pub work: Work,
    /// The stop conditions.
    pub stops: Vec<Stop>,
}

/// State of a battery at the end of a step, as evaluated by stop conditions. Discharge is positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Current during the step, in ampere.
    pub current_a: f64,
    /// Terminal voltage, in volt.
    pub voltage_v: f64,
    /// Lowest cell voltage, in volt.
    pub cell_voltage_min_v: f64,
    /// Highest cell voltage, in volt.
    pub cell_voltage_max_v: f64,
}

/// Why a stage ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StopReason {
    /// One of its stops was met.
    Stop(Stop),
    /// Its profile is through.
    ProfileEnd,
    /// None of its stops was met within [`STAGE_LIMIT_S`].
    TimeLimit,
}

/// Stages one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    stages: Vec<Stage>,
    nominal_capacity_ah: f64,
    index: usize,
    elapsed_s: f64,
}

impl Schedule {
    /// A schedule before its first stage; `nominal_capacity_ah` of the battery turns C-rates into ampere.
    #[must_use]
    pub fn new(stages: Vec<Stage>, nominal_capacity_ah: f64) -> Self {
        Self {
            stages,
            nominal_capacity_ah,
            index: 0,
            elapsed_s: 0.0,
        }
    }

    /// Index of the present stage, from 0; the number of stages after the last.
    #[must_use]
    pub fn stage(&self) -> usize {
        self.index
    }

    /// The longest time that the whole schedule can take, in seconds.
    #[must_use]
    pub fn duration_max_s(&self) -> f64 {
        self.stages.iter().map(Stage::duration_max_s).sum()
    }

    /// Upper bound on the time of the completed stages plus the time in the present one; with [`Self::duration_max_s`]
    /// the progress.
    #[must_use]
    pub fn progress_s(&self) -> f64 {
        self.stages[..self.index]
            .iter()
            .map(Stage::duration_max_s)
            .sum::<f64>()
            + self.elapsed_s
    }

    /// The next step: its length, at most `dt_s` and cut at the end of the stage, in seconds, and the demand. `None`
    /// after the last stage.
    #[must_use]
    pub fn next_step(&self, dt_s: f64) -> Option<(f64, Demand)> {
        let stage = self.stages.get(self.index)?;
        let left_s = stage.duration_max_s() - self.elapsed_s;
        let step_s = if left_s < dt_s * (1.0 + TIME_TOLERANCE) {
            left_s
        } else {
            dt_s
        };
        let demand = match &stage.work {
            Work::Hold(demand) => *demand,
            Work::Follow(profile) => {
                profile.demand(self.elapsed_s, step_s, self.nominal_capacity_ah)
            }
        };
        Some((step_s, demand))
    }

    /// Evaluates the stop conditions after a step of `step_s`; returns the reason if the stage ended.
    pub fn advance(&mut self, step_s: f64, reading: &Reading) -> Option<StopReason> {
        let stage = self.stages.get(self.index)?;
        self.elapsed_s += step_s;
        let over_s = stage.duration_max_s() - step_s * TIME_TOLERANCE;
        let met = stage
            .stops
            .iter()
            .copied()
            .find(|stop| stop.is_met(reading, self.elapsed_s, over_s));
        let reason = match met {
            Some(stop) => StopReason::Stop(stop),
            None if self.elapsed_s < over_s => return None,
            None if matches!(stage.work, Work::Follow(_)) => StopReason::ProfileEnd,
            None => StopReason::TimeLimit,
        };
        self.index += 1;
        self.elapsed_s = 0.0;
        Some(reason)
    }
}

impl Stage {
    /// The longest time that the stage can take, in seconds.
    #[must_use]
    pub fn duration_max_s(&self) -> f64 {
        let work_s = match &self.work {
            Work::Hold(_) => STAGE_LIMIT_S,
            Work::Follow(profile) => profile.series.duration_s(),
        };
        self.stops.iter().fold(work_s, |least_s, stop| match stop {
            Stop::Elapsed { duration_s } => least_s.min(*duration_s),
            _ => least_s,
        })
    }
}

impl Stop {
    fn is_met(self, reading: &Reading, elapsed_s: f64, over_s: f64) -> bool {
        match self {
            Self::Elapsed { duration_s } => elapsed_s >= duration_s.min(over_s),
            Self::VoltageBelow { voltage_v } => reading.voltage_v <= voltage_v,
            Self::VoltageAbove { voltage_v } => reading.voltage_v >= voltage_v,
            Self::CellVoltageBelow { voltage_v } => reading.cell_voltage_min_v <= voltage_v,
            Self::CellVoltageAbove { voltage_v } => reading.cell_voltage_max_v >= voltage_v,
            Self::CurrentBelow { current_a } => reading.current_a.abs() <= current_a,
        }
    }
}
