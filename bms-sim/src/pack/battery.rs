//! What every battery does: one implicit step under any demand.

use super::topology::Topology;
use crate::cell::Source;
use crate::load::{Demand, Reading};

/// Guesses of all cell voltages stand still within this when a step is accepted, in volt. The error that remains is
/// about ten times its square over a volt, since Newton's method doubles the digits with each round: a nanovolt.
const TOLERANCE_V: f64 = 1e-5;
/// Rounds of Newton's method before more care is taken; two or three are usual.
const QUICK_ROUNDS: usize = 12;
/// Rounds with care before a step is given up.
const ROUNDS: usize = 500;
/// Rounds that cells have to settle at a current.
const PATIENCE: usize = 15;
/// Cells have settled when their voltages change by less, in volt.
const SETTLED_V: f64 = 1e-3;
/// A stride with care, in multiples of the nominal capacity per hour, and what it grows by with the current.
const STRIDE_C_RATE: f64 = 0.5;
const STRIDE_GROWTH: f64 = 0.1;
/// Relative width to which the current of most power is found; the power around it is flat.
const PEAK_WIDTH: f64 = 1e-5;

/// Why a battery cannot take a step. Its state is as before the step.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum StepError {
    /// No current gives the power.
    #[error("{power_w:.3} W is more than the battery can give: the most found is {most_w:.3} W")]
    PowerOutOfReach {
        /// Power asked for, in watt.
        power_w: f64,
        /// The most that the battery can give at the end of this step, in watt: exact where the cells are linear, else
        /// within 5 %. Where cells of particles run dry within the step the power has a bend at its peak, which the
        /// search comes near to.
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

    /// Takes the guess back to the currents of the last step.
    fn restart(&mut self);

    /// Makes a better first guess than the currents of the last step where that is cheap: those that the cells would
    /// share if they still were as at its end.
    fn foresee(&mut self, current_of: &mut dyn FnMut(Source) -> Option<f64>) {
        let _ = current_of;
    }

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
        self.foresee(current_of);
        for _ in 0..QUICK_ROUNDS {
            let source = self.linearise();
            let Some(current_a) = current_of(source) else {
                break;
            };
            if self.share(current_a) <= TOLERANCE_V {
                return Ok((current_a, source));
            }
        }
        self.solve_with_care(current_of)
    }

    /// [`solve`](Self::solve) for currents at which cells come close to running dry, or that there are not: in small
    /// strides from the currents of the last step, each of which the cells settle before the next.
    ///
    /// # Errors
    /// As [`solve`](Self::solve).
    fn solve_with_care(
        &mut self,
        current_of: &mut dyn FnMut(Source) -> Option<f64>,
    ) -> Result<(f64, Source), SolveError> {
        self.restart();
        let parallel = self.topology().parallel;
        let mut guess_a: f64 = self.cells().current_a[..parallel].iter().sum();
        let stride_a = STRIDE_C_RATE * self.nominal_capacity_ah();
        let (mut peak, mut change_v, mut waited) = (PeakSearch::default(), 0.0, 0);
        for _ in 0..ROUNDS {
            let source = self.linearise();
            let found = current_of(source);
            let settled = change_v <= SETTLED_V;
            let aim_a = if !settled && waited < PATIENCE {
                waited += 1;
                guess_a
            } else {
                waited = 0;
                let tangent_a = found.unwrap_or(0.5 * source.e_v / source.r_ohm);
                let next_a = peak.next(source, guess_a, settled, tangent_a, stride_a);
                if found.is_none() && (next_a - guess_a).abs() <= PEAK_WIDTH * guess_a.abs() {
                    break;
                }
                next_a
            };
            change_v = self.share(aim_a);
            if change_v <= TOLERANCE_V
                && found.is_some_and(|found_a| found_a.to_bits() == aim_a.to_bits())
            {
                return Ok((aim_a, source));
            }
            guess_a = aim_a;
        }
        Err(match peak.most_w {
            Some(most_w) => SolveError::OutOfReach { most_w },
            None => SolveError::NotConverged { change_v },
        })
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

/// Where the battery's power rises and falls with its current.
#[derive(Clone, Copy, Debug)]
struct PeakSearch {
    /// Currents at which power still rises, and at which it falls or the cells do not settle.
    rises_a: f64,
    falls_a: f64,
    /// Most power seen at currents at which the cells had settled.
    most_w: Option<f64>,
}

impl Default for PeakSearch {
    fn default() -> Self {
        Self {
            rises_a: f64::NEG_INFINITY,
            falls_a: f64::INFINITY,
            most_w: None,
        }
    }
}

impl PeakSearch {
    /// The next guess after `guess_a`, around which the battery is `source`: towards `tangent_a`, not much farther than
    /// a stride, or the middle of what is left where that leads beyond what is known of the peak.
    fn next(
        &mut self,
        source: Source,
        guess_a: f64,
        settled: bool,
        tangent_a: f64,
        stride_a: f64,
    ) -> f64 {
        if settled {
            let power_w = source.voltage_v(guess_a) * guess_a;
            self.most_w = Some(self.most_w.map_or(power_w, |most_w| most_w.max(power_w)));
        }
        if settled && source.e_v > 2.0 * source.r_ohm * guess_a {
            self.rises_a = self.rises_a.max(guess_a);
        } else {
            self.falls_a = self.falls_a.min(guess_a);
        }
        let reach_a = stride_a + STRIDE_GROWTH * guess_a.abs();
        let next_a = tangent_a.clamp(guess_a - reach_a, guess_a + reach_a);
        if self.falls_a.is_finite()
            && self.rises_a.is_finite()
            && !(self.rises_a..=self.falls_a).contains(&next_a)
        {
            0.5 * (self.rises_a + self.falls_a)
        } else {
            next_a
        }
    }
}

/// Why [`Battery::solve`] found no current.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SolveError {
    /// The battery cannot give what is asked.
    OutOfReach {
        /// The most that was found, in watt.
        most_w: f64,
    },
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
            Self::OutOfReach { most_w } => StepError::PowerOutOfReach {
                power_w: match demand {
                    Demand::Power { power_w } => power_w,
                    _ => f64::NAN,
                },
                most_w,
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
