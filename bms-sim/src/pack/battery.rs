//! What every battery does: one implicit step under any demand.

use super::topology::Topology;
use crate::cell::Source;
use crate::load::{Demand, Reading};

/// Guesses of all cell voltages stand still within this when a step is accepted, in volt. Newton's method doubles the
/// digits with each round, so the error that remains is far below rounding of the voltage.
const TOLERANCE_V: f64 = 1e-7;
/// Rounds before a step is given up; two or three are usual.
const ROUNDS: usize = 60;

/// Why a battery cannot take a step. Its state is as before the step.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum StepError {
    /// No current gives the power.
    #[error("{power_w:.6} W is more than the battery can give: at most {most_w:.6} W")]
    PowerOutOfReach {
        /// Power asked for, in watt.
        power_w: f64,
        /// Largest power that the battery can give over this step, in watt.
        most_w: f64,
    },
    /// The cells' currents do not settle.
    #[error("the currents do not settle: cell voltages still change by {change_v:e} V")]
    NotConverged {
        /// Largest change of a cell's voltage in the last round, in volt.
        change_v: f64,
    },
}

/// What the cells show: one entry for each cell, in the order of [`Topology::group`].
#[derive(Clone, Copy, Debug)]
pub struct CellsView<'a> {
    /// True state of charge, 0 to 1.
    pub soc: &'a [f64],
    /// Current during the last step, in ampere, discharge positive.
    pub current_a: &'a [f64],
    /// Terminal voltage at the end of the last step, contact resistance not included, in volt.
    pub voltage_v: &'a [f64],
    /// Temperature, in kelvin.
    pub temperature_k: &'a [f64],
}

/// A battery of one or many cells.
///
/// A step is implicit in time: [`prepare`](Self::prepare), then [`linearise`](Self::linearise) and
/// [`share`](Self::share) until the cells' currents stand still, then [`advance`](Self::advance).
/// [`step`](Self::step) does all of it.
pub trait Battery {
    /// How many cells, and which is which.
    fn topology(&self) -> Topology;

    /// Nominal capacity of the battery, in ampere-hours: what a C-rate of 1 empties in an hour.
    fn nominal_capacity_ah(&self) -> f64;

    /// Charge stored above empty in all cells together, in ampere-hours. A battery's current changes it `series` times
    /// as fast.
    fn charge_ah(&self) -> f64;

    /// Does the part of a step of `dt_s` seconds that does not depend on the current. Needed before anything else.
    fn prepare(&mut self, dt_s: f64);

    /// What the battery is at its terminals at the end of the prepared step, around the present guess of its cells'
    /// currents.
    fn linearise(&mut self) -> Source;

    /// Shares a battery current among the cells as the last [`linearise`](Self::linearise) has them, which makes a new
    /// guess; returns the largest change of a cell's voltage that its change of current means, in volt. Zero if the
    /// cells are linear, since then the guess did not matter.
    fn share(&mut self, current_a: f64) -> f64;

    /// Takes the prepared step with the currents shared last; `air_k` is the temperature of the air, in kelvin.
    fn advance(&mut self, air_k: f64, dt_s: f64);

    /// What the cells show.
    fn cells(&self) -> CellsView<'_>;

    /// Voltage of each group at its taps at the end of the last step, in volt.
    fn group_voltage_v(&self) -> &[f64];

    /// Solves a prepared step for the battery's current: `current_of` gives the current that the outside takes from a
    /// source, or `None` where it takes more than there is. Returns the current and the source that it was taken from.
    ///
    /// # Errors
    /// The currents do not settle, or `current_of` finds none.
    fn solve(
        &mut self,
        current_of: &mut dyn FnMut(Source) -> Option<f64>,
    ) -> Result<(f64, Source), SolveError> {
        let mut change_v = f64::INFINITY;
        for _ in 0..ROUNDS {
            let source = self.linearise();
            let found = current_of(source);
            // Where there is too little, the tangent at the point of most power tells how little.
            let current_a = found.unwrap_or(0.5 * source.e_v / source.r_ohm);
            change_v = self.share(current_a);
            if change_v <= TOLERANCE_V {
                return found
                    .map(|current_a| (current_a, source))
                    .ok_or(SolveError::OutOfReach(source));
            }
        }
        Err(SolveError::NotConverged { change_v })
    }

    /// Takes one step of `dt_s` seconds, positive.
    ///
    /// # Errors
    /// The battery cannot give the power, or the currents do not settle; its state then is as before.
    fn step(&mut self, demand: Demand, air_k: f64, dt_s: f64) -> Result<Reading, StepError> {
        self.prepare(dt_s);
        let (current_a, source) = self
            .solve(&mut |source| demand.current_a(source.e_v, source.r_ohm))
            .map_err(|e| e.of(demand))?;
        self.advance(air_k, dt_s);
        let (cell_voltage_min_v, cell_voltage_max_v) = extremes(self.cells().voltage_v);
        Ok(Reading {
            current_a,
            voltage_v: source.voltage_v(current_a),
            cell_voltage_min_v,
            cell_voltage_max_v,
        })
    }
}

/// Why [`Battery::solve`] found no current.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SolveError {
    /// The source cannot give what is asked; it is the tangent at the point of most power.
    OutOfReach(Source),
    /// The cells' currents do not settle.
    NotConverged {
        /// Largest change of a cell's voltage in the last round, in volt.
        change_v: f64,
    },
}

impl SolveError {
    fn of(self, demand: Demand) -> StepError {
        match self {
            Self::NotConverged { change_v } => StepError::NotConverged { change_v },
            Self::OutOfReach(source) => StepError::PowerOutOfReach {
                power_w: match demand {
                    Demand::Power { power_w } => power_w,
                    _ => f64::NAN,
                },
                most_w: 0.25 * source.e_v * source.e_v / source.r_ohm,
            },
        }
    }
}

/// Least and greatest of some values, four side by side.
fn extremes(values: &[f64]) -> (f64, f64) {
    let (mut least, mut greatest) = ([f64::INFINITY; 4], [f64::NEG_INFINITY; 4]);
    let (fours, rest) = values.as_chunks::<4>();
    for four in fours {
        for lane in 0..4 {
            least[lane] = if four[lane] < least[lane] {
                four[lane]
            } else {
                least[lane]
            };
            greatest[lane] = if four[lane] > greatest[lane] {
                four[lane]
            } else {
                greatest[lane]
            };
        }
    }
    let all = |lanes: [f64; 4], pick: fn(f64, f64) -> f64| {
        rest.iter()
            .copied()
            .chain(lanes)
            .reduce(pick)
            .unwrap_or(f64::NAN)
    };
    (all(least, f64::min), all(greatest, f64::max))
}
