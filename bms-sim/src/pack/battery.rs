//! The trait of all batteries: one implicit step for any demand.

use super::topology::Topology;
use crate::cell::Source;
use crate::load::{Demand, Reading};

/// Convergence tolerance of the cell voltages, in volt. The remaining error is about ten times its square over a volt,
/// since Newton's method converges quadratically: a nanovolt.
const TOLERANCE_V: f64 = 1e-5;
/// Rounds of Newton's method before more care is taken; two or three are usual.
const QUICK_ROUNDS: usize = 12;
/// Maximum iterations of the damped solver.
const ROUNDS: usize = 500;
/// Rounds that cells have to settle at a current.
const PATIENCE: usize = 15;
/// Cells have settled when their voltages change by less, in volt.
const SETTLED_V: f64 = 1e-3;
/// Step of the damped solver, in multiples of the nominal capacity per hour, and its growth with the current.
const STRIDE_C_RATE: f64 = 0.5;
const STRIDE_GROWTH: f64 = 0.1;
/// Relative width to which the current of maximum power is located; the power around it is flat.
const PEAK_WIDTH: f64 = 1e-5;

/// Why a battery cannot make a step. Its state is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum StepError {
    /// No current yields the power.
    #[error("{power_w:.3} W exceeds the power of the battery, at most {most_w:.3} W")]
    PowerOutOfReach {
        /// Demanded power, in watt.
        power_w: f64,
        /// Maximum power of the battery at the end of this step, in watt: exact for linear cells, else within 5 %. If
        /// particle cells are depleted within the step, the power has a kink at its peak, which the search approaches.
        most_w: f64,
    },
    /// The cells' currents do not settle.
    #[error("the currents do not converge: cell voltages still change by {change_v:e} V")]
    NotConverged {
        /// Largest change of a cell's voltage in the last iteration, in volt.
        change_v: f64,
    },
}

/// State of the cells: one entry per cell, in the order of [`Topology::group`].
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
/// [`share`](Self::share) until the cells' currents converge, then [`advance`](Self::advance). [`step`](Self::step)
/// does all of it.
pub trait Battery {
    /// How many cells, and which is which.
    fn topology(&self) -> Topology;

    /// Nominal capacity of the battery, in ampere-hours: a C-rate of 1 discharges it in an hour.
    fn nominal_capacity_ah(&self) -> f64;

    /// Charge stored above empty in all cells, in ampere-hours. The battery's current changes it `series` times as
    /// fast.
    fn charge_ah(&self) -> f64;

    /// Computes the part of a step of `dt_s` seconds that does not depend on the current. Required first.
    fn prepare(&mut self, dt_s: f64);

    /// The battery as a source at its terminals at the end of the prepared step, linearised at the present guess of the
    /// cells' currents.
    fn linearise(&mut self) -> Source;

    /// Shares a battery current among the cells by the last [`linearise`](Self::linearise), which is the next guess;
    /// returns the largest resulting change of a cell's voltage, in volt. Zero for linear cells, which do not depend on
    /// the guess.
    fn share(&mut self, current_a: f64) -> f64;

    /// Resets the guess to the currents of the last step.
    fn restart(&mut self);

    /// Improves the first guess if that is cheap: the currents that the cells would share in their state at the end of
    /// the last step.
    fn foresee(&mut self, current_of: &mut dyn FnMut(Source) -> Option<f64>) {
        let _ = current_of;
    }

    /// Completes the prepared step with the last shared currents; `air_k` is the temperature of the air, in kelvin.
    fn advance(&mut self, air_k: f64, dt_s: f64);

    /// State of the cells.
    fn cells(&self) -> CellsView<'_>;

    /// Voltage of each group at its taps at the end of the last step, in volt.
    fn group_voltage_v(&self) -> &[f64];

    /// Solves a prepared step for the battery's current: `current_of` returns the external current from a source, or
    /// `None` if the demand exceeds its maximum. Returns the current and the source.
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

    /// [`solve`](Self::solve) for currents at which cells are almost depleted, or that have no solution: in small steps
    /// from the currents of the last step, with convergence of the cells at each.
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

    /// Makes one step of `dt_s` seconds, positive.
    ///
    /// # Errors
    /// The battery cannot give the power, or the currents do not converge; its state is unchanged.
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

/// Bracket of the current of maximum power.
#[derive(Clone, Copy, Debug)]
struct PeakSearch {
    /// Currents at which power still rises, and at which it falls or the cells do not converge.
    rises_a: f64,
    falls_a: f64,
    /// Largest power at a current with converged cells.
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
    /// The next guess after `guess_a`, at which the battery is `source`: towards `tangent_a`, limited to about one
    /// step, or the middle of the bracket if that leaves it.
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
    /// The demand exceeds the battery's maximum.
    OutOfReach {
        /// The largest power found, in watt.
        most_w: f64,
    },
    /// The cells' currents do not settle.
    NotConverged {
        /// Largest change of a cell's voltage in the last iteration, in volt.
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
