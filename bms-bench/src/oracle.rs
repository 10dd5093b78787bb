//! The filter once more, in double precision with dense matrices, written from the documented equations: the cell
//! model of `CellParameters`, the state table and the noises of `EstimatorTuning`. No factorisation, no fixed point,
//! no shared code.

use bms_core::estimation::EstimatorTuning;
use nalgebra::{SMatrix, SVector};

use crate::cell::Cell;
use crate::draw::Random;

pub type Vector = SVector<f64, 10>;
pub type Matrix = SMatrix<f64, 10, 10>;

const Z: usize = 0;
const X: usize = 1;
const H: usize = 5;
const E: usize = 6;
const R: usize = 7;
const B: usize = 8;
const K: usize = 9;

const GAS_CONSTANT: f64 = 8.314_462_618;

fn f(x: f32) -> f64 {
    f64::from(x)
}

/// Piecewise linear, held at the ends.
fn interpolate(nodes: &[f32], values: &[f64], x: f64) -> f64 {
    let last = nodes.len() - 1;
    if x <= f(nodes[0]) {
        return values[0];
    }
    for i in 0..last {
        let (low, high) = (f(nodes[i]), f(nodes[i + 1]));
        if x < high {
            return values[i] + (values[i + 1] - values[i]) * (x - low) / (high - low);
        }
    }
    values[last]
}

/// The values of a table with rows of `soc` at each temperature, along SoC.
fn rows_at(nodes: &[f32], table: &[f32], soc: f64) -> Vec<f64> {
    table
        .chunks_exact(nodes.len())
        .map(|row| {
            let row: Vec<f64> = row.iter().copied().map(f).collect();
            interpolate(nodes, &row, soc)
        })
        .collect()
}

/// The cell model at one temperature.
#[derive(Clone, Debug)]
pub struct Model<'a> {
    pub cell: &'a Cell,
    pub temperature_k: f64,
}

/// The circuit at one SoC, temperature and direction of current.
#[derive(Clone, Debug)]
pub struct Circuit {
    pub r0_ohm: f64,
    pub transfer_ohm: f64,
    pub branch_ohm: Vec<f64>,
    pub hysteresis_v: f64,
    pub knee_a: f64,
}

impl Model<'_> {
    pub fn ocv_v(&self, soc: f64) -> f64 {
        let cell = self.cell;
        let at = |soc: f64| {
            let rows = rows_at(&cell.ocv_soc, &cell.ocv_v, soc);
            interpolate(&cell.ocv_temperature_k, &rows, self.temperature_k)
        };
        let nodes = &cell.ocv_soc;
        let last = nodes.len() - 1;
        let beyond = soc.clamp(-0.1, 1.1) - soc.clamp(0.0, 1.0);
        let (a, b) = if beyond > 0.0 {
            (f(nodes[last - 1]), f(nodes[last]))
        } else {
            (f(nodes[0]), f(nodes[1]))
        };
        at(soc.clamp(0.0, 1.0)) + beyond * (at(b) - at(a)) / (b - a)
    }

    /// Linear between temperatures after each row is taken to this temperature by Arrhenius' law.
    fn resistance(&self, table: &[f32], soc: f64) -> f64 {
        let cell = self.cell;
        let mut rows = rows_at(&cell.soc, table, soc);
        for (ohm, node_k) in rows.iter_mut().zip(&cell.temperature_k) {
            let inverse_k = 1.0 / self.temperature_k - 1.0 / f(*node_k);
            *ohm *= (f(cell.activation_energy_j_per_mol) / GAS_CONSTANT * inverse_k).exp();
        }
        interpolate(&cell.temperature_k, &rows, self.temperature_k)
    }

    pub fn circuit(&self, soc: f64, current_a: f64) -> Circuit {
        let cell = self.cell;
        let transfer = if current_a >= 0.0 {
            &cell.charge_transfer_discharge_ohm
        } else {
            &cell.charge_transfer_charge_ohm
        };
        let cells = cell.soc.len() * cell.temperature_k.len();
        let hysteresis = rows_at(&cell.soc, &cell.hysteresis_v, soc);
        let knee: Vec<f64> = cell.knee_current_a.iter().copied().map(f).collect();
        Circuit {
            r0_ohm: self.resistance(&cell.r0_ohm, soc),
            transfer_ohm: self.resistance(transfer, soc),
            branch_ohm: cell
                .branch_ohm
                .chunks_exact(cells)
                .map(|map| self.resistance(map, soc))
                .collect(),
            hysteresis_v: interpolate(&cell.temperature_k, &hysteresis, self.temperature_k),
            knee_a: interpolate(&cell.temperature_k, &knee, self.temperature_k),
        }
    }

    fn table_error_v(&self) -> f64 {
        let error: Vec<f64> = self.cell.voltage_error_v.iter().copied().map(f).collect();
        interpolate(&self.cell.temperature_k, &error, self.temperature_k)
    }
}

impl Circuit {
    /// Voltage over all resistances.
    pub fn drop_v(&self, current_a: f64, branch_a: &[f64]) -> f64 {
        let branches: f64 = self
            .branch_ohm
            .iter()
            .zip(branch_a)
            .map(|(r, a)| r * a)
            .sum();
        self.r0_ohm * current_a
            + self.transfer_ohm * self.knee_a * (current_a / self.knee_a).asinh()
            + branches
    }

    fn per_ampere_ohm(&self, current_a: f64) -> f64 {
        self.r0_ohm + self.transfer_ohm / (1.0 + (current_a / self.knee_a).powi(2)).sqrt()
    }
}

/// Mean, slope and what is left of the OCV over an uncertain SoC: Gauss-Hermite rule of three points.
fn ocv_over_sigma(model: &Model<'_>, soc: f64, sigma: f64) -> (f64, f64, f64) {
    let step = 3.0_f64.sqrt() * sigma.max(1e-3);
    let points = [(-step, 1.0 / 6.0), (0.0, 2.0 / 3.0), (step, 1.0 / 6.0)];
    let values = points.map(|(offset, weight)| (offset, weight, model.ocv_v(soc + offset)));
    let mean: f64 = values.iter().map(|(_, weight, v)| weight * v).sum();
    let variance: f64 = values
        .iter()
        .map(|(_, weight, v)| weight * (v - mean).powi(2))
        .sum();
    let across: f64 = values
        .iter()
        .map(|(offset, weight, v)| weight * offset * v)
        .sum();
    let spread: f64 = values
        .iter()
        .map(|(offset, weight, _)| weight * offset * offset)
        .sum();
    let slope = across / spread;
    (mean, slope, (variance - slope * slope * spread).max(0.0))
}

/// Lasting voltage error without current.
fn resting_error_v(model: &Model<'_>, tuning: &EstimatorTuning, soc: f64) -> f64 {
    let table_v = f(tuning.voltage_error_factor) * model.table_error_v();
    let curve_v = f(tuning.ocv_soc_error) * ocv_over_sigma(model, soc, 0.01).1;
    table_v.hypot(curve_v)
}

/// The filter.
#[derive(Clone, Debug)]
pub struct Oracle {
    pub state: Vector,
    pub covariance: Matrix,
    refused_s: f64,
    largest_bias_a: f64,
}

/// A usable reading.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    pub current_a: f64,
    pub voltage_v: f64,
    pub dt_s: f64,
}

impl Oracle {
    /// After the first reading: Bayes' rule on a grid of 101 points for the SoC, Gauss' for the others.
    pub fn new(
        model: &Model<'_>,
        tuning: &EstimatorTuning,
        believed: Option<f64>,
        first: Reading,
    ) -> Self {
        let capacity_ah = f(model.cell.capacity_ah);
        let expected = |soc: f64| {
            let circuit = model.circuit(soc, first.current_a);
            let drop_v = circuit.drop_v(first.current_a, &[]);
            let history_a =
                f(tuning.initial_branch_c_rate) * capacity_ah + 0.3 * first.current_a.abs();
            let variance_v2 = 0.005_f64.powi(2)
                + resting_error_v(model, tuning, soc).powi(2)
                + (f(tuning.initial_hysteresis_sigma) * circuit.hysteresis_v).powi(2)
                + (2.0 * f(tuning.resistance_scale_sigma) * drop_v).powi(2)
                + (circuit.branch_ohm.iter().sum::<f64>() * history_a).powi(2);
            (model.ocv_v(soc) - drop_v, variance_v2)
        };
        let weights: Vec<(f64, f64)> = (0..=100)
            .map(|point| {
                let soc = f64::from(point) / 100.0;
                let (voltage_v, variance_v2) = expected(soc);
                let prior = believed.map_or(0.0, |mean| (soc - mean) / f(tuning.initial_soc_sigma));
                let cost = prior.powi(2) + (first.voltage_v - voltage_v).powi(2) / variance_v2;
                (soc, -0.5 * cost)
            })
            .collect();
        let most = weights
            .iter()
            .fold(f64::MIN, |most, (_, log)| most.max(*log));
        let total: f64 = weights.iter().map(|(_, log)| (log - most).exp()).sum();
        let over = |value: &dyn Fn(f64) -> f64| -> f64 {
            weights
                .iter()
                .map(|(soc, log)| value(*soc) * (log - most).exp())
                .sum::<f64>()
                / total
        };
        let soc = over(&|soc| soc);
        let soc_variance = over(&|z| (z - soc).powi(2)) + 1e-4;
        Self::tied(model, tuning, first, (soc, soc_variance), expected(soc).1)
    }

    /// The joint distribution: SoC from the grid, the others from the residual that each SoC leaves.
    fn tied(
        model: &Model<'_>,
        tuning: &EstimatorTuning,
        first: Reading,
        (soc, soc_variance): (f64, f64),
        variance_v2: f64,
    ) -> Self {
        let capacity_ah = f(model.cell.capacity_ah);
        let mut prior = Vector::zeros();
        for j in 0..4 {
            prior[X + j] = f(tuning.initial_branch_c_rate) * capacity_ah;
        }
        prior[H] = f(tuning.initial_hysteresis_sigma);
        prior[E] = resting_error_v(model, tuning, soc);
        prior[R] = f(tuning.resistance_scale_sigma);
        prior[B] = f(tuning.current_bias_c_rate) * capacity_ah;
        prior[K] = f(tuning.capacity_scale_sigma);
        let prior = Matrix::from_diagonal(&prior.component_mul(&prior));
        let mut state = Vector::zeros();
        state[Z] = soc;
        state[R] = 1.0;
        state[K] = 1.0;
        let mut oracle = Self {
            state,
            covariance: prior,
            refused_s: 0.0,
            largest_bias_a: 5.0 * f(tuning.current_bias_c_rate) * capacity_ah,
        };
        let (expected_v, mut h, _) =
            oracle.expect(model, tuning, first.current_a, 1.0, soc_variance.sqrt());
        let slope_v = h[Z];
        // Where the curve bends, nothing is tied; the offset of the current sensor never is.
        let (_, straight_v, bent_v2) = ocv_over_sigma(model, soc, soc_variance.sqrt());
        if bent_v2 > 0.05 * straight_v * straight_v * soc_variance {
            oracle.covariance[(Z, Z)] = soc_variance;
            return oracle;
        }
        h[Z] = 0.0;
        h[B] = 0.0;
        let known_v2 = h.dot(&(prior * h));
        let noise_v2 = (variance_v2 - known_v2).max(0.005_f64.powi(2));
        let gain = prior * h / (known_v2 + noise_v2);
        oracle.state += gain * (first.voltage_v - expected_v);
        let mut along = -gain * slope_v;
        along[Z] = 1.0;
        oracle.covariance =
            prior - gain * (prior * h).transpose() + along * along.transpose() * soc_variance;
        oracle.hold();
        oracle
    }

    pub fn soc_sigma(&self) -> f64 {
        self.covariance[(Z, Z)].sqrt()
    }

    pub fn predict(
        &mut self,
        model: &Model<'_>,
        tuning: &EstimatorTuning,
        measured_a: f64,
        dt_s: f64,
    ) {
        let cell = model.cell;
        let capacity_as = f(cell.capacity_ah) * 3600.0;
        let c_rate_a = f(cell.capacity_ah);
        let current_a = measured_a - self.state[B];
        let moved = current_a.abs() * dt_s / capacity_as;
        let per_ampere = self.state[K] * dt_s / capacity_as;
        let mut transition = Matrix::identity();
        let mut input = Vector::zeros();
        let mut noise = Vector::zeros();
        let renewed = |decay: f64, sigma: f64| sigma * sigma * (1.0 - decay * decay);

        transition[(Z, B)] = per_ampere;
        transition[(Z, K)] = -current_a * dt_s / capacity_as;
        input[Z] = -per_ampere;
        for (j, tau_s) in cell.branch_tau_s.iter().enumerate() {
            let decay = (-dt_s / f(*tau_s)).exp();
            transition[(X + j, X + j)] = decay;
            transition[(X + j, B)] = decay - 1.0;
            input[X + j] = 1.0 - decay;
            noise[X + j] = renewed(decay, f(tuning.branch_error) * current_a);
            self.state[X + j] = decay * self.state[X + j] + (1.0 - decay) * current_a;
        }
        self.state[Z] -= per_ampere * current_a;
        let decay = (-moved / f(cell.hysteresis_soc)).exp();
        let end = if current_a > 0.0 { -1.0 } else { 1.0 };
        self.state[H] = end + decay * (self.state[H] - end);
        transition[(H, H)] = decay;
        noise[H] = renewed(decay, 0.3);
        let rate = dt_s / f(tuning.voltage_error_time_s) + moved / f(tuning.voltage_error_soc);
        transition[(E, E)] = (-rate).exp();
        self.state[E] *= transition[(E, E)];
        let circuit = model.circuit(self.state[Z], current_a);
        let branches = self.state.fixed_rows::<4>(X);
        let loaded_v = f(tuning.drop_error) * circuit.drop_v(current_a, branches.as_slice());
        let lasting_v = loaded_v.hypot(resting_error_v(model, tuning, self.state[Z]));
        noise[E] = renewed(transition[(E, E)], lasting_v);
        let decay = (-dt_s / f(tuning.resistance_scale_time_s)).exp();
        transition[(R, R)] = decay;
        self.state[R] = 1.0 + decay * (self.state[R] - 1.0);
        noise[R] = renewed(decay, f(tuning.resistance_scale_sigma));
        let drift_a = f(tuning.current_bias_drift_c_rate_per_sqrt_s) * c_rate_a;
        noise[B] = drift_a * drift_a * dt_s;

        let white_a = f(tuning.current_noise_c_rate_sqrt_s) * c_rate_a;
        self.covariance = transition * self.covariance * transition.transpose()
            + input * input.transpose() * (white_a * white_a / dt_s.max(1e-6))
            + Matrix::from_diagonal(&noise);
        self.hold();
    }

    /// Whether the voltage was taken in, and whether it was so near to the edge of the gate that rounding decides.
    pub fn correct(
        &mut self,
        model: &Model<'_>,
        tuning: &EstimatorTuning,
        reading: Reading,
    ) -> (bool, bool) {
        let (expected_v, h, noise_v2) = self.expect(
            model,
            tuning,
            reading.current_a,
            reading.dt_s,
            self.soc_sigma(),
        );
        let innovation_v = reading.voltage_v - expected_v;
        let known_v2 = h.dot(&(self.covariance * h));
        let nis = innovation_v.powi(2) / (known_v2 + noise_v2);
        let open = self.refused_s > f(tuning.gate_patience_s);
        let gate = f(tuning.gate_hard_sigma).powi(2);
        let on_edge = (nis / gate - 1.0).abs() < 0.02;
        if nis > gate && !open {
            self.refused_s += reading.dt_s;
            return (false, on_edge);
        }
        if open {
            self.covariance[(Z, Z)] += f(tuning.initial_soc_sigma).powi(2);
        }
        self.refused_s = 0.0;
        // An unlikely innovation is taken for noise until it is as likely as the soft gate asks.
        let soft = f(tuning.gate_soft_sigma).powi(2);
        let noise_v2 = noise_v2.max(innovation_v.powi(2) / soft - known_v2);
        let known_v2 = h.dot(&(self.covariance * h));
        let gain = self.covariance * h / (known_v2 + noise_v2);
        self.state += gain * innovation_v;
        let rest = Matrix::identity() - gain * h.transpose();
        self.covariance =
            rest * self.covariance * rest.transpose() + gain * gain.transpose() * noise_v2;
        self.hold();
        (true, on_edge)
    }

    /// Expected voltage, its derivatives, and the variance of its noise.
    pub fn expect(
        &self,
        model: &Model<'_>,
        tuning: &EstimatorTuning,
        measured_a: f64,
        dt_s: f64,
        soc_sigma: f64,
    ) -> (f64, Vector, f64) {
        let state = &self.state;
        let current_a = measured_a - state[B];
        let circuit = model.circuit(state[Z], current_a);
        let branches = state.fixed_rows::<4>(X);
        let drop_v = circuit.drop_v(current_a, branches.as_slice());
        let (ocv_v, slope_v, bent_v2) = ocv_over_sigma(model, state[Z], soc_sigma);
        let mut h = Vector::zeros();
        h[Z] = slope_v;
        for (j, ohm) in circuit.branch_ohm.iter().enumerate() {
            h[X + j] = -state[R] * ohm;
        }
        h[H] = circuit.hysteresis_v;
        h[E] = 1.0;
        h[R] = -drop_v;
        h[B] = state[R] * circuit.per_ampere_ohm(current_a);
        let density_v2 = f(tuning.voltage_noise_v_sqrt_s).powi(2)
            + (f(tuning.drop_noise_sqrt_s) * drop_v).powi(2);
        let voltage_v = ocv_v + circuit.hysteresis_v * state[H] + state[E] - state[R] * drop_v;
        (voltage_v, h, density_v2 / dt_s.clamp(1e-3, 60.0) + bent_v2)
    }

    fn hold(&mut self) {
        let state = &mut self.state;
        let free = state[Z];
        state[Z] = state[Z].clamp(-0.05, 1.05);
        self.covariance[(Z, Z)] += (free - state[Z]).clamp(-1.0, 1.0).powi(2);
        state[B] = state[B].clamp(-self.largest_bias_a, self.largest_bias_a);
        state[H] = state[H].clamp(-1.0, 1.0);
        state[R] = state[R].clamp(0.3, 4.0);
        state[K] = state[K].clamp(0.5, 2.0);
    }
}

/// Cells in series that follow their description but for SoC, resistance and capacity.
#[derive(Clone, Debug)]
pub struct SeriesPack {
    pub cell: Cell,
    pub temperature_k: f64,
    pub soc: Vec<f64>,
    /// Relative deviations.
    pub resistance: Vec<f64>,
    pub inverse_capacity: Vec<f64>,
    branch_a: Vec<f64>,
}

impl SeriesPack {
    /// Equal cells at 25 degC.
    pub fn equal(cell: &Cell, cells: usize, soc: f64) -> Self {
        Self {
            cell: cell.clone(),
            temperature_k: 298.15,
            soc: vec![soc; cells],
            resistance: vec![0.0; cells],
            inverse_capacity: vec![0.0; cells],
            branch_a: vec![0.0; cell.branch_tau_s.len()],
        }
    }

    /// Cells with the spread of the default tuning, at 25 degC.
    pub fn new(cell: &Cell, cells: usize, soc: f64, seed: u64) -> Self {
        let mut random = Random(seed);
        let mut draw = |sigma: f64| -> Vec<f64> {
            (0..cells)
                .map(|_| sigma * random.normal().clamp(-2.0, 2.0))
                .collect()
        };
        Self {
            soc: draw(0.03).iter().map(|x| soc + x).collect(),
            resistance: draw(0.1),
            inverse_capacity: draw(0.03),
            ..Self::equal(cell, cells, soc)
        }
    }

    /// Cell voltages after `dt_s` of `current_a`.
    pub fn step(&mut self, current_a: f64, dt_s: f64) -> Vec<f64> {
        let moved = current_a * dt_s / (f64::from(self.cell.capacity_ah) * 3600.0);
        for (branch, tau_s) in self.branch_a.iter_mut().zip(&self.cell.branch_tau_s) {
            *branch += (1.0 - (-dt_s / f64::from(*tau_s)).exp()) * (current_a - *branch);
        }
        let model = Model {
            cell: &self.cell,
            temperature_k: self.temperature_k,
        };
        let cells = self.soc.iter_mut().zip(&self.resistance);
        cells
            .zip(&self.inverse_capacity)
            .map(|((soc, resistance), inverse_capacity)| {
                *soc -= moved * (1.0 + inverse_capacity);
                let drop_v = model
                    .circuit(*soc, current_a)
                    .drop_v(current_a, &self.branch_a);
                model.ocv_v(*soc) - (1.0 + resistance) * drop_v
            })
            .collect()
    }
}
