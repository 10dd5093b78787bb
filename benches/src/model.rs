//! The estimator's equivalent circuit for dense filters: next state, its Jacobian and noise; voltage, its row and noise.
//!
//! Written from the equations in `bms_core::cell::CellParameters` and with the states of `bms-core`'s own filter, in
//! the same order: SoC, four branch currents in A, hysteresis, lasting voltage error in V, resistance scale, bias of
//! the current sensor in A, scale of charge per capacity. `bms-core` keeps its model to itself, and a filter of a peer
//! needs whole matrices, which `bms-core` never forms.

use bms_core::cell::{CellParameters, MAX_BRANCHES};
use bms_core::estimation::EstimatorTuning;
use bms_core::units;

/// Number of states.
pub const STATES: usize = 10;

const SOC: usize = 0;
const BRANCH: usize = 1;
const HYSTERESIS: usize = 5;
const VOLTAGE_ERROR: usize = 6;
const RESISTANCE: usize = 7;
const BIAS: usize = 8;
const CAPACITY: usize = 9;

const GAS_CONSTANT: f32 = 8.314_463;

/// A state.
pub type State = [f32; STATES];

/// A square matrix, row by row.
pub type Matrix = [[f32; STATES]; STATES];

/// The circuit at one temperature.
#[derive(Clone, Copy, Debug)]
pub struct Model<'a> {
    cell: &'a CellParameters<'a>,
    tuning: &'a EstimatorTuning,
    rows: Place,
    ocv_rows: Place,
    weights: (f32, f32),
    knee_a: f32,
    voltage_error_v: f32,
}

/// Where the state goes in one step.
#[derive(Clone, Copy, Debug)]
pub struct Transition {
    /// The next state.
    pub state: State,
    /// Its Jacobian.
    pub jacobian: Matrix,
    /// Covariance of the process noise.
    pub noise: Matrix,
}

/// What voltage is expected.
#[derive(Clone, Copy, Debug)]
pub struct Observation {
    /// Terminal voltage in volts.
    pub voltage_v: f32,
    /// Its derivative with respect to each state.
    pub row: State,
    /// Variance of its white noise, in volts squared.
    pub noise_v2: f32,
}

#[derive(Clone, Copy, Debug)]
struct Drop {
    total_v: f32,
    per_ampere_ohm: f32,
    branch_ohm: [f32; MAX_BRANCHES],
    hysteresis_v: f32,
}

impl<'a> Model<'a> {
    /// The circuit at a temperature.
    #[must_use]
    pub fn new(
        cell: &'a CellParameters<'a>,
        tuning: &'a EstimatorTuning,
        temperature_k: f32,
    ) -> Self {
        let rows = Place::find(cell.temperature_k, temperature_k);
        let arrhenius = |node: usize| {
            let exponent = cell.activation_energy_j_per_mol / GAS_CONSTANT
                * (1.0 / temperature_k - 1.0 / cell.temperature_k[node]);
            libm::expf(exponent)
        };
        Self {
            cell,
            tuning,
            rows,
            ocv_rows: Place::find(cell.ocv_temperature_k, temperature_k),
            weights: (
                (1.0 - rows.share) * arrhenius(rows.lower),
                rows.share * arrhenius(rows.upper),
            ),
            knee_a: rows.between(cell.knee_current_a),
            voltage_error_v: rows.between(cell.voltage_error_v),
        }
    }

    /// Mean and variances before the first sample.
    #[must_use]
    pub fn initial(&self, soc: f32, soc_sigma: f32) -> (State, State) {
        let tuning = self.tuning;
        let capacity_ah = units::to_amp_hours(self.cell.capacity);
        let mut state = [0.0; STATES];
        (state[SOC], state[RESISTANCE], state[CAPACITY]) = (soc, 1.0, 1.0);
        let mut sigma = [tuning.initial_branch_c_rate * capacity_ah; STATES];
        sigma[SOC] = soc_sigma;
        sigma[HYSTERESIS] = tuning.initial_hysteresis_sigma;
        sigma[VOLTAGE_ERROR] = self.resting_error_v(soc);
        sigma[RESISTANCE] = tuning.resistance_scale_sigma;
        sigma[BIAS] = tuning.current_bias_c_rate * capacity_ah;
        sigma[CAPACITY] = tuning.capacity_scale_sigma;
        (state, sigma.map(|sigma| sigma * sigma))
    }

    /// From one sample to the next.
    #[must_use]
    pub fn transition(&self, state: &State, measured_a: f32, dt_s: f32) -> Transition {
        let (cell, tuning) = (self.cell, self.tuning);
        let capacity_as = units::to_coulombs(cell.capacity);
        let c_rate_a = capacity_as / units::SECONDS_PER_HOUR;
        let current_a = measured_a - state[BIAS];
        let mut next = *state;
        let mut jacobian = identity();
        let mut from_current = [0.0; STATES];

        from_current[SOC] = -state[CAPACITY] * dt_s / capacity_as;
        next[SOC] += current_a * from_current[SOC];
        jacobian[SOC][CAPACITY] = -current_a * dt_s / capacity_as;
        for (j, tau_s) in cell.branch_tau_s.iter().enumerate() {
            let share = -libm::expm1f(-dt_s / tau_s);
            next[BRANCH + j] += share * (current_a - state[BRANCH + j]);
            jacobian[BRANCH + j][BRANCH + j] = 1.0 - share;
            from_current[BRANCH + j] = share;
        }
        let moved_soc = current_a.abs() * dt_s / capacity_as;
        let towards = -current_a.signum();
        jacobian[HYSTERESIS][HYSTERESIS] = libm::expf(-moved_soc / cell.hysteresis_soc);
        jacobian[VOLTAGE_ERROR][VOLTAGE_ERROR] =
            libm::expf(-dt_s / tuning.voltage_error_time_s - moved_soc / tuning.voltage_error_soc);
        jacobian[RESISTANCE][RESISTANCE] = libm::expf(-dt_s / tuning.resistance_scale_time_s);
        for (i, mean) in [
            (HYSTERESIS, towards),
            (VOLTAGE_ERROR, 0.0),
            (RESISTANCE, 1.0),
        ] {
            next[i] = mean + jacobian[i][i] * (state[i] - mean);
        }

        let white_a = tuning.current_noise_c_rate_sqrt_s * c_rate_a;
        let mut noise = [[0.0; STATES]; STATES];
        for i in 0..=MAX_BRANCHES {
            jacobian[i][BIAS] = -from_current[i];
            for j in 0..=MAX_BRANCHES {
                noise[i][j] = from_current[i] * from_current[j] * white_a * white_a / dt_s;
            }
        }
        let drop = self.drop(&next, current_a);
        let resting_v = self.resting_error_v(next[SOC]);
        let loaded_v = tuning.drop_error * drop.total_v;
        let mut renewed = [tuning.branch_error * current_a; STATES];
        renewed[HYSTERESIS] = 0.3;
        renewed[VOLTAGE_ERROR] = libm::sqrtf(resting_v * resting_v + loaded_v * loaded_v);
        renewed[RESISTANCE] = tuning.resistance_scale_sigma;
        for i in BRANCH..=RESISTANCE {
            noise[i][i] += renewed[i] * renewed[i] * (1.0 - jacobian[i][i] * jacobian[i][i]);
        }
        let drift_a = tuning.current_bias_drift_c_rate_per_sqrt_s * c_rate_a;
        noise[BIAS][BIAS] = drift_a * drift_a * dt_s;
        Transition {
            state: next,
            jacobian,
            noise,
        }
    }

    /// The voltage at the end of a step.
    #[must_use]
    pub fn observation(
        &self,
        state: &State,
        soc_sigma: f32,
        measured_a: f32,
        dt_s: f32,
    ) -> Observation {
        let tuning = self.tuning;
        let drop = self.drop(state, measured_a - state[BIAS]);
        let scale = state[RESISTANCE];
        let (mean_v, slope_v, bent_v2) = self.ocv_over(state[SOC], soc_sigma);
        let mut row = [0.0; STATES];
        row[SOC] = slope_v;
        for (entry, ohm) in row.iter_mut().skip(BRANCH).zip(&drop.branch_ohm) {
            *entry = -scale * ohm;
        }
        row[HYSTERESIS] = drop.hysteresis_v;
        row[VOLTAGE_ERROR] = 1.0;
        row[RESISTANCE] = -drop.total_v;
        row[BIAS] = scale * drop.per_ampere_ohm;
        let drop_noise_v = tuning.drop_noise_sqrt_s * drop.total_v;
        let white_v2 = tuning.voltage_noise_v_sqrt_s * tuning.voltage_noise_v_sqrt_s
            + drop_noise_v * drop_noise_v;
        Observation {
            voltage_v: mean_v + drop.hysteresis_v * state[HYSTERESIS] + state[VOLTAGE_ERROR]
                - scale * drop.total_v,
            row,
            noise_v2: white_v2 / dt_s + bent_v2,
        }
    }

    /// Keeps every state where the model has a meaning.
    pub fn hold(state: &mut State) {
        state[SOC] = state[SOC].clamp(-0.05, 1.05);
        state[HYSTERESIS] = state[HYSTERESIS].clamp(-1.0, 1.0);
        state[RESISTANCE] = state[RESISTANCE].clamp(0.3, 4.0);
        state[CAPACITY] = state[CAPACITY].clamp(0.5, 2.0);
    }

    fn drop(&self, state: &State, current_a: f32) -> Drop {
        let cell = self.cell;
        let place = Place::find(cell.soc, state[SOC]);
        let transfer = if current_a >= 0.0 {
            cell.charge_transfer_discharge_ohm
        } else {
            cell.charge_transfer_charge_ohm
        };
        let r0_ohm = self.resistance(cell.r0_ohm, place);
        let transfer_ohm = self.resistance(transfer, place);
        let over_knee = current_a / self.knee_a;
        let size = cell.soc.len() * cell.temperature_k.len();
        let mut drop_v = r0_ohm * current_a + transfer_ohm * self.knee_a * libm::asinhf(over_knee);
        let mut branch_ohm = [0.0; MAX_BRANCHES];
        for (j, map) in cell.branch_ohm.chunks_exact(size).enumerate() {
            branch_ohm[j] = self.resistance(map, place);
            drop_v += branch_ohm[j] * state[BRANCH + j];
        }
        let (cold, warm) = self.nodes(cell.hysteresis_v, place);
        Drop {
            total_v: drop_v,
            per_ampere_ohm: r0_ohm + transfer_ohm / libm::sqrtf(1.0 + over_knee * over_knee),
            branch_ohm,
            hysteresis_v: cold + self.rows.share * (warm - cold),
        }
    }

    fn resistance(&self, map: &[f32], place: Place) -> f32 {
        let (cold, warm) = self.nodes(map, place);
        self.weights.0 * cold + self.weights.1 * warm
    }

    /// A map's value along SoC at both temperature nodes.
    fn nodes(&self, map: &[f32], place: Place) -> (f32, f32) {
        let width = self.cell.soc.len();
        let row = |node: usize| place.between(&map[node * width..(node + 1) * width]);
        (row(self.rows.lower), row(self.rows.upper))
    }

    fn ocv_v(&self, soc: f32) -> f32 {
        let cell = self.cell;
        let width = cell.ocv_soc.len();
        let place = Place::find(cell.ocv_soc, soc.clamp(0.0, 1.0));
        let row = |node: usize| &cell.ocv_v[node * width..(node + 1) * width];
        let (cold, warm) = (row(self.ocv_rows.lower), row(self.ocv_rows.upper));
        let blend = |i: usize| cold[i] + self.ocv_rows.share * (warm[i] - cold[i]);
        let inside = blend(place.lower) + place.share * (blend(place.upper) - blend(place.lower));
        let (beyond, first) = if soc > 1.0 {
            ((soc - 1.0).min(0.1), width - 2)
        } else {
            (soc.clamp(-0.1, 0.0), 0)
        };
        if beyond == 0.0 {
            return inside;
        }
        let step = cell.ocv_soc[first + 1] - cell.ocv_soc[first];
        inside + beyond * (blend(first + 1) - blend(first)) / step
    }

    /// Mean, slope and unexplained variance of the OCV over an uncertain SoC (three-point Gauss-Hermite rule).
    fn ocv_over(&self, soc: f32, sigma: f32) -> (f32, f32, f32) {
        let step = libm::sqrtf(3.0) * sigma.max(1e-3);
        let below = self.ocv_v(soc - step);
        let middle = self.ocv_v(soc);
        let above = self.ocv_v(soc + step);
        let bend_v = below - 2.0 * middle + above;
        (
            (below + 4.0 * middle + above) / 6.0,
            (above - below) / (2.0 * step),
            bend_v * bend_v / 18.0,
        )
    }

    fn resting_error_v(&self, soc: f32) -> f32 {
        let table_v = self.tuning.voltage_error_factor * self.voltage_error_v;
        let curve_v = self.tuning.ocv_soc_error * self.ocv_over(soc, 0.01).1;
        libm::sqrtf(table_v * table_v + curve_v * curve_v)
    }
}

fn identity() -> Matrix {
    let mut matrix = [[0.0; STATES]; STATES];
    for (i, row) in matrix.iter_mut().enumerate() {
        row[i] = 1.0;
    }
    matrix
}

/// A place between two nodes of a table, held at the ends.
#[derive(Clone, Copy, Debug)]
struct Place {
    lower: usize,
    upper: usize,
    share: f32,
}

impl Place {
    fn find(nodes: &[f32], x: f32) -> Self {
        let upper = nodes
            .partition_point(|node| *node <= x)
            .min(nodes.len() - 1);
        let lower = upper.saturating_sub(1);
        let width = nodes[upper] - nodes[lower];
        let share = if width > 0.0 {
            ((x - nodes[lower]) / width).clamp(0.0, 1.0)
        } else {
            0.0
        };
        Self {
            lower,
            upper,
            share,
        }
    }

    fn between(self, row: &[f32]) -> f32 {
        row[self.lower] + self.share * (row[self.upper] - row[self.lower])
    }
}
