//! Maps of an equivalent circuit on a uniform grid of state of charge and temperature.

/// An equivalent circuit at one state of charge and temperature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CircuitPoint {
    /// Open-circuit voltage, in volt.
    pub ocv_v: f64,
    /// Ohmic resistance, in ohm, positive.
    pub r0_ohm: f64,
    /// Resistance of each RC branch, in ohm, not negative.
    pub branch_ohm: [f64; 2],
}

/// What a map says at a place, with the slopes that a step needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Looked {
    /// OCV, R0, R1, R2.
    pub(super) value: [f64; 4],
    /// Slope of the OCV along the state of charge, in volt.
    pub(super) ocv_per_soc_v: f64,
    /// Slope of the OCV along the temperature, in volt per kelvin: the entropic coefficient.
    pub(super) ocv_per_k: f64,
}

/// Polynomial of a patch between four nodes: `c[0] + c[1] x + c[2] y + c[3] x y`, for OCV, R0, R1, R2 side by side.
type Patch = [[f64; 4]; 4];

/// Maps shared by all cells of a battery: OCV, ohmic resistance and two RC branches, bilinear between the nodes of a
/// uniform grid. Beyond the grid resistances stay as at its edge; OCV goes on along the state of charge with the slope
/// at its edge, and stays as it is along temperature.
#[derive(Clone, Debug)]
pub struct CircuitMaps {
    /// Row by row: for each interval of temperature all intervals of state of charge.
    patch: Vec<Patch>,
    soc_intervals: usize,
    soc_scale: f64,
    temperature_min_k: f64,
    temperature_per_k: f64,
    temperature_end: f64,
    /// Time constants of the branches, in seconds.
    pub(super) tau_s: [f64; 2],
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
    /// Samples a circuit at the nodes of a grid; `circuit(soc, temperature_k)` is called once for each.
    ///
    /// `tau_s` are the branches' time constants, positive, and `capacity_ah` the nominal cell's capacity, positive.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // Grids are small.
    pub fn sample(
        grid: &MapGrid,
        tau_s: [f64; 2],
        capacity_ah: f64,
        circuit: impl Fn(f64, f64) -> CircuitPoint,
    ) -> Self {
        let (columns, rows) = (grid.soc_intervals, grid.temperature_intervals);
        let step_k = (grid.temperature_max_k - grid.temperature_min_k) / rows as f64;
        let node = |row: usize, column: usize| {
            let point = circuit(
                column as f64 / columns as f64,
                grid.temperature_min_k + row as f64 * step_k,
            );
            [
                point.ocv_v,
                point.r0_ohm,
                point.branch_ohm[0],
                point.branch_ohm[1],
            ]
        };
        let patch = (0..rows)
            .flat_map(|row| (0..columns).map(move |column| (row, column)))
            .map(|(row, column)| {
                patch(
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
            soc_scale: columns as f64,
            temperature_min_k: grid.temperature_min_k,
            temperature_per_k: 1.0 / step_k,
            temperature_end: rows as f64,
            tau_s,
            capacity_ah,
        }
    }

    /// Values and slopes at a place.
    #[inline(always)]
    pub(super) fn look(&self, soc: f64, temperature_k: f64) -> Looked {
        let x = soc.clamp(0.0, 1.0) * self.soc_scale;
        let y = ((temperature_k - self.temperature_min_k) * self.temperature_per_k)
            .clamp(0.0, self.temperature_end);
        let (column, x) = interval(x, self.soc_scale);
        let (row, y) = interval(y, self.temperature_end);
        let [base, along_x, along_y, along_both] = &self.patch[row * self.soc_intervals + column];
        let mut value = [0.0; 4];
        for q in 0..4 {
            value[q] = (base[q] + along_x[q] * x) + y * (along_y[q] + along_both[q] * x);
        }
        let ocv_per_soc_v = (along_x[0] + along_both[0] * y) * self.soc_scale;
        value[0] += ocv_per_soc_v * (soc - soc.clamp(0.0, 1.0));
        Looked {
            value,
            ocv_per_soc_v,
            ocv_per_k: (along_y[0] + along_both[0] * x) * self.temperature_per_k,
        }
    }
}

/// The interval of a uniform grid in which `place`, from 0 to `end`, lies, and where in it, from 0 to 1.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Within 0 to `end`.
fn interval(place: f64, end: f64) -> (usize, f64) {
    // Truncation is the floor here, and needs no call on machines whose instruction set lacks one.
    let start = (place as i32).min(end as i32 - 1);
    (start as usize, place - f64::from(start))
}

/// The polynomial through four nodes.
fn patch(low: [f64; 4], right: [f64; 4], up: [f64; 4], both: [f64; 4]) -> Patch {
    let mut patch = [[0.0; 4]; 4];
    for q in 0..4 {
        patch[0][q] = low[q];
        patch[1][q] = right[q] - low[q];
        patch[2][q] = up[q] - low[q];
        patch[3][q] = (both[q] - up[q]) - (right[q] - low[q]);
    }
    patch
}
