//! Maps of an equivalent circuit on a uniform grid of state of charge and temperature.

use wide::f64x4;

use crate::cell::circuit::{CircuitParameters, Elements};

/// RC branches of a circuit on maps.
pub const BRANCHES: usize = 3;

/// An equivalent circuit at one state of charge and temperature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CircuitPoint {
    /// Open-circuit voltage, in volt.
    pub ocv_v: f64,
    /// Ohmic resistance, in ohm, positive.
    pub r0_ohm: f64,
    /// Resistance of each RC branch, in ohm, not negative; zero for an unused branch.
    pub branch_ohm: [f64; BRANCHES],
}

/// Cells processed in parallel.
pub(super) const LANES: usize = 8;

/// A quantity of [`LANES`] cells.
pub(super) type Lanes = [f64; LANES];

/// Values of the maps for some cells, with the slopes that a step needs.
#[derive(Clone, Debug, Default)]
pub(super) struct Interpolated {
    /// OCV, R0, R1, R2 of each cell.
    pub(super) value: [[f64; 4]; LANES],
    /// R3 of each cell.
    pub(super) last_ohm: Lanes,
    /// Slope of the OCV along the state of charge, in volt.
    pub(super) ocv_per_soc_v: Lanes,
    /// Slope of the OCV along the temperature, in volt per kelvin: the entropic coefficient.
    pub(super) ocv_per_k: Lanes,
}

/// Polynomials of a patch between four nodes: `c[0] + c[1] x + c[2] y + c[3] x y`.
#[derive(Clone, Copy, Debug)]
struct Patch {
    /// For OCV, R0, R1, R2 side by side.
    four: [f64x4; 4],
    /// For R3.
    last: [f64; 4],
}

/// Maps shared by all cells of a battery: OCV, ohmic resistance and three RC branches, bilinear between the nodes of a
/// uniform grid. Beyond the grid resistances are clamped; OCV is extrapolated along the state of charge with the slope
/// at the edge, and clamped along temperature.
#[derive(Clone, Debug)]
pub struct CircuitMaps {
    /// Row by row: for each interval of temperature all intervals of state of charge.
    patch: Vec<Patch>,
    soc_intervals: usize,
    soc: Axis,
    temperature: Axis,
    /// Time constants of the branches, in seconds.
    pub(super) tau_s: [f64; BRANCHES],
    /// Capacity of the nominal cell, in ampere-hours.
    pub(super) capacity_ah: f64,
}

/// The grid of [`CircuitMaps`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapGrid {
    /// Intervals of state of charge from 0 to 1, at least 1.
    pub soc_intervals: usize,
    /// Lowest temperature, in kelvin.
    pub temperature_min_k: f64,
    /// Highest temperature, in kelvin, above the lowest.
    pub temperature_max_k: f64,
    /// Intervals of temperature, at least 1.
    pub temperature_intervals: usize,
}

impl Default for MapGrid {
    /// One percent of charge, five kelvin from -30 to 70 degrees Celsius.
    fn default() -> Self {
        Self {
            soc_intervals: 100,
            temperature_min_k: 243.15,
            temperature_max_k: 343.15,
            temperature_intervals: 20,
        }
    }
}

impl CircuitMaps {
    /// Samples a circuit at the nodes of a grid; `circuit(soc, temperature_k)` is called once per node.
    ///
    /// `tau_s` are the branches' time constants, positive, and `capacity_ah` the nominal cell's capacity, positive.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // Grids are small.
    pub fn sample(
        grid: &MapGrid,
        tau_s: [f64; BRANCHES],
        capacity_ah: f64,
        circuit: impl Fn(f64, f64) -> CircuitPoint,
    ) -> Self {
        let (columns, rows) = (grid.soc_intervals, grid.temperature_intervals);
        let step_k = (grid.temperature_max_k - grid.temperature_min_k) / rows as f64;
        let node = |row: usize, column: usize| {
            circuit(
                column as f64 / columns as f64,
                grid.temperature_min_k + row as f64 * step_k,
            )
        };
        let patch = (0..rows)
            .flat_map(|row| (0..columns).map(move |column| (row, column)))
            .map(|(row, column)| {
                Patch::new(
                    node(row, column),
                    node(row, column + 1),
                    node(row + 1, column),
                    node(row + 1, column + 1),
                )
            })
            .collect();
        Self {
            patch,
            soc_intervals: columns,
            soc: Axis {
                start: 0.0,
                per_unit: columns as f64,
                intervals: columns as f64,
            },
            temperature: Axis {
                start: grid.temperature_min_k,
                per_unit: 1.0 / step_k,
                intervals: rows as f64,
            },
            tau_s,
            capacity_ah,
        }
    }

    /// The linear part of a circuit: the mean of its elements for discharge and charge, with the charge transfer at
    /// small current as part of the ohmic resistance, and without hysteresis. Branches beyond [`BRANCHES`] are left
    /// out.
    #[must_use]
    pub fn of_circuit(grid: &MapGrid, circuit: &CircuitParameters) -> Self {
        let mut tau_s = [1.0; BRANCHES];
        for (tau_s, of_branch) in tau_s.iter_mut().zip(circuit.branch_tau_s()) {
            *tau_s = *of_branch;
        }
        Self::sample(grid, tau_s, circuit.capacity_ah(), |soc, temperature_k| {
            let (ocv_v, [discharge, charge]) = circuit.at(soc, temperature_k);
            let middle = |of: fn(&Elements) -> f64| 0.5 * (of(&discharge) + of(&charge));
            CircuitPoint {
                ocv_v,
                r0_ohm: middle(|elements| elements.r0_ohm + elements.charge_transfer_ohm),
                branch_ohm: [
                    middle(|elements| elements.branch_ohm[0]),
                    middle(|elements| elements.branch_ohm[1]),
                    middle(|elements| elements.branch_ohm[2]),
                ],
            }
        })
    }

    /// Values and slopes at the places of some cells.
    pub(super) fn interpolate(&self, soc: &Lanes, temperature_k: &Lanes) -> Interpolated {
        let (column, x) = self.soc.places(soc);
        let (row, y) = self.temperature.places(temperature_k);
        let mut looked = Interpolated::default();
        for k in 0..LANES {
            let index = row[k] as usize * self.soc_intervals + column[k] as usize;
            let Patch {
                four: [base, along_x, along_y, along_both],
                last,
            } = self.patch[index];
            looked.last_ohm[k] = last[0] + last[1] * x[k] + y[k] * (last[2] + last[3] * x[k]);
            let (x, y) = (f64x4::splat(x[k]), f64x4::splat(y[k]));
            let slope_x = along_x + along_both * y;
            looked.value[k] = (base + along_y * y + slope_x * x).to_array();
            looked.ocv_per_soc_v[k] = slope_x.to_array()[0];
            looked.ocv_per_k[k] = (along_y + along_both * x).to_array()[0];
        }
        for (k, soc) in soc.iter().enumerate() {
            looked.ocv_per_soc_v[k] *= self.soc.per_unit;
            looked.ocv_per_k[k] *= self.temperature.per_unit;
            looked.value[k][0] += looked.ocv_per_soc_v[k] * (soc - soc.clamp(0.0, 1.0));
        }
        looked
    }
}

/// One axis of a uniform grid.
#[derive(Clone, Copy, Debug)]
struct Axis {
    start: f64,
    /// Intervals for one unit of the axis.
    per_unit: f64,
    intervals: f64,
}

impl Axis {
    /// Interval index and position (0 to 1) of each value; clamped at the ends of the axis.
    ///
    /// Adding 1.5 * 2^52 leaves a number's nearest integer in the low bits of the sum: the floor, with an offset of a
    /// half, without scalar conversions.
    #[allow(clippy::cast_possible_truncation)] // The low bits are the number.
    fn places(&self, value: &Lanes) -> ([u32; LANES], Lanes) {
        const WHOLE: f64 = 6_755_399_441_055_744.0;
        let end = self.intervals * (1.0 - 4.0 * f64::EPSILON);
        let (mut interval, mut place) = ([0; LANES], [0.0; LANES]);
        for k in 0..LANES {
            let at = ((value[k] - self.start) * self.per_unit).clamp(0.0, end);
            let whole = (at - 0.5) + WHOLE;
            interval[k] = whole.to_bits() as u32;
            place[k] = at - (whole - WHOLE);
        }
        (interval, place)
    }
}

impl Patch {
    /// The polynomials through four nodes.
    fn new(low: CircuitPoint, right: CircuitPoint, up: CircuitPoint, both: CircuitPoint) -> Self {
        let four = |point: CircuitPoint| {
            let [r1, r2, _] = point.branch_ohm;
            f64x4::new([point.ocv_v, point.r0_ohm, r1, r2])
        };
        let last = |point: CircuitPoint| f64x4::splat(point.branch_ohm[2]);
        let through = |low: f64x4, right: f64x4, up: f64x4, both: f64x4| {
            [low, right - low, up - low, (both - up) - (right - low)]
        };
        Self {
            four: through(four(low), four(right), four(up), four(both)),
            last: through(last(low), last(right), last(up), last(both)).map(|c| c.to_array()[0]),
        }
    }
}
