//! Consistency: where the plant is the filter's own model with the assumed noise, the normalised innovations (NIS) and
//! the normalised error of the SoC (NEES) are as large as the filter says, over 100 seeds (Bar-Shalom, Li, Kirubarajan,
//! "Estimation with Applications to Tracking and Navigation", 2001, section 5.4).
//!
//! The plant below is the state table of the filter in double precision, with every noise drawn as the tuning says. It
//! is linear but for products of states (capacity scale by current, resistance scale by branch current and bias),
//! which are small here; so the bounds are those of the chi-square distribution without any allowance.

use bms_bench::{Cell, Random, linear, sample};
use bms_core::estimation::{CellEstimator, EstimatorTuning, InitialSoc};
use bms_core::units::{ratio, seconds, to_ratio};

const RUNS: u64 = 100;
const STEPS: usize = 1800;
/// 99.9 % of a normal distribution lie within this many standard deviations.
const SIGMAS_999: f64 = 3.29;

/// A tuning with every noise in it, and gates that never close.
fn tuning() -> EstimatorTuning {
    EstimatorTuning {
        initial_soc_sigma: 0.05,
        initial_branch_c_rate: 0.02,
        initial_hysteresis_sigma: 0.0,
        current_noise_c_rate_sqrt_s: 0.02,
        current_bias_c_rate: 0.02,
        current_bias_drift_c_rate_per_sqrt_s: 1e-4,
        capacity_scale_sigma: 0.03,
        resistance_scale_sigma: 0.05,
        resistance_scale_time_s: 2000.0,
        branch_error: 0.05,
        voltage_noise_v_sqrt_s: 0.003,
        drop_noise_sqrt_s: 0.0,
        voltage_error_factor: 1.0,
        drop_error: 0.0,
        ocv_soc_error: 0.0,
        voltage_error_time_s: 600.0,
        voltage_error_soc: 0.2,
        gate_soft_sigma: 1e3,
        gate_hard_sigma: 1e3,
        gate_patience_s: 1e9,
    }
}

/// The filter's own model of a [`linear`] cell, with noise.
#[derive(Clone, Debug)]
struct Plant {
    random: Random,
    tuning: EstimatorTuning,
    capacity_ah: f64,
    ocv_v: [f64; 2],
    r0_ohm: f64,
    tau_s: Vec<f64>,
    branch_ohm: Vec<f64>,
    error_sigma_v: f64,
    soc: f64,
    branch_a: Vec<f64>,
    error_v: f64,
    resistance: f64,
    bias_a: f64,
    capacity: f64,
}

impl Plant {
    fn new(cell: &Cell, tuning: &EstimatorTuning, believed_soc: f64, seed: u64) -> Self {
        let mut random = Random(seed);
        let capacity_ah = f64::from(cell.capacity_ah);
        let error_sigma_v = f64::from(tuning.voltage_error_factor * cell.voltage_error_v[0]);
        let mut draw = |sigma: f32| f64::from(sigma) * random.normal();
        let soc = believed_soc + draw(tuning.initial_soc_sigma);
        let tau_s: Vec<f64> = cell.branch_tau_s.iter().map(|s| f64::from(*s)).collect();
        let branch_a = tau_s
            .iter()
            .map(|_| draw(tuning.initial_branch_c_rate) * capacity_ah)
            .collect();
        Self {
            resistance: 1.0 + draw(tuning.resistance_scale_sigma),
            bias_a: draw(tuning.current_bias_c_rate) * capacity_ah,
            capacity: 1.0 + draw(tuning.capacity_scale_sigma),
            error_v: draw(1.0) * error_sigma_v,
            random,
            tuning: *tuning,
            capacity_ah,
            ocv_v: [f64::from(cell.ocv_v[0]), f64::from(cell.ocv_v[1])],
            r0_ohm: f64::from(cell.r0_ohm[0]),
            branch_ohm: cell
                .branch_ohm
                .chunks_exact(cell.soc.len())
                .map(|map| f64::from(map[0]))
                .collect(),
            error_sigma_v,
            soc,
            branch_a,
            tau_s,
        }
    }

    /// A first-order Gauss-Markov step: decay, and as much noise as keeps the variance.
    fn renew(&mut self, value: f64, decay: f64, sigma: f64) -> f64 {
        decay * value + sigma * (1.0 - decay * decay).sqrt() * self.random.normal()
    }

    fn advance(&mut self, measured_a: f64, dt_s: f64) {
        let tuning = self.tuning;
        let capacity_as = self.capacity_ah * 3600.0;
        let white_a = f64::from(tuning.current_noise_c_rate_sqrt_s) * self.capacity_ah;
        let mean_a = measured_a - self.bias_a;
        let true_a = mean_a + white_a / dt_s.sqrt() * self.random.normal();
        self.soc -= self.capacity * true_a * dt_s / capacity_as;
        for index in 0..self.branch_a.len() {
            let decay = (-dt_s / self.tau_s[index]).exp();
            let error_a = f64::from(tuning.branch_error) * mean_a.abs();
            self.branch_a[index] =
                self.renew(self.branch_a[index], decay, error_a) + (1.0 - decay) * true_a;
        }
        let moved = mean_a.abs() * dt_s / capacity_as;
        let decay = -dt_s / f64::from(tuning.voltage_error_time_s)
            - moved / f64::from(tuning.voltage_error_soc);
        self.error_v = self.renew(self.error_v, decay.exp(), self.error_sigma_v);
        let decay = (-dt_s / f64::from(tuning.resistance_scale_time_s)).exp();
        let sigma = f64::from(tuning.resistance_scale_sigma);
        self.resistance = 1.0 + self.renew(self.resistance - 1.0, decay, sigma);
        let drift_a =
            f64::from(tuning.current_bias_drift_c_rate_per_sqrt_s) * self.capacity_ah * dt_s.sqrt();
        self.bias_a += drift_a * self.random.normal();
    }

    fn voltage_v(&mut self, measured_a: f64, noise_v: f64) -> f64 {
        let branches: f64 = self
            .branch_ohm
            .iter()
            .zip(&self.branch_a)
            .map(|(r, a)| r * a)
            .sum();
        let drop_v = self.r0_ohm * (measured_a - self.bias_a) + branches;
        self.ocv_v[0] + (self.ocv_v[1] - self.ocv_v[0]) * self.soc + self.error_v
            - self.resistance * drop_v
            + noise_v * self.random.normal()
    }
}

/// A drive about a mean of zero: rest, then discharge and charge of changing size.
fn current_a(step: usize, capacity_ah: f64) -> f64 {
    let c_rate = match step % 300 {
        0..40 => 0.0,
        40..130 => 0.8,
        130..180 => -1.2,
        180..240 => 1.5,
        _ => -1.4,
    };
    c_rate * capacity_ah
}

/// What one run leaves: NIS of each step, and the squared normalised error of the SoC after each step.
struct Run {
    nis: Vec<f64>,
    nees: Vec<f64>,
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "readings are single precision"
)]
fn run_for(cell: &Cell, tuning: &EstimatorTuning, dt_s: f64, seed: u64, steps: usize) -> Run {
    let mut plant = Plant::new(cell, tuning, 0.5, seed);
    let mut estimator = CellEstimator::new(InitialSoc::Prior(ratio(0.5)));
    let parameters = cell.parameters();
    let mut result = Run {
        nis: Vec::new(),
        nees: Vec::new(),
    };
    // A single first reading counts as exact to 5 mV.
    let first = sample(0.0, plant.voltage_v(0.0, 0.005) as f32, 25.0);
    let mut estimate = estimator.step(&parameters, tuning, &first, seconds(0.0));
    let noise_v = f64::from(tuning.voltage_noise_v_sqrt_s) / dt_s.sqrt();
    for step in 0..steps {
        let error = f64::from(to_ratio(estimate.soc)) - plant.soc;
        result
            .nees
            .push((error / f64::from(to_ratio(estimate.soc_sigma))).powi(2));
        let measured_a = current_a(step, plant.capacity_ah);
        plant.advance(measured_a, dt_s);
        let voltage_v = plant.voltage_v(measured_a, noise_v);
        let reading = sample(measured_a as f32, voltage_v as f32, 25.0);
        estimate = estimator.step(&parameters, tuning, &reading, seconds(dt_s as f32));
        assert!(estimate.accepted);
        result.nis.push(f64::from(estimate.nis));
    }
    result
}

fn run(cell: &Cell, tuning: &EstimatorTuning, dt_s: f64, seed: u64) -> Run {
    run_for(cell, tuning, dt_s, seed, STEPS)
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / count
}

/// Bounds of the mean of `count` independent squares of unit normals, 99.9 % (Wilson and Hilferty, 1931).
#[expect(clippy::cast_precision_loss, reason = "a count")]
fn chi_square_mean_bounds(count: usize) -> (f64, f64) {
    let spread = 2.0 / (9.0 * count as f64);
    let bound = |sigmas: f64| (1.0 - spread + sigmas * spread.sqrt()).powi(3);
    (bound(-SIGMAS_999), bound(SIGMAS_999))
}

fn nees(runs: &[Run], step: usize) -> f64 {
    mean(runs.iter().map(|run| run.nees[step]))
}

/// The start counts as forgotten after `settled` steps.
fn assert_consistent(cell: &Cell, tuning: &EstimatorTuning, dt_s: f64, settled: usize) {
    assert_eq!(tuning.validate(), Ok(()));
    let runs: Vec<Run> = (0..RUNS)
        .map(|seed| run(cell, tuning, dt_s, seed))
        .collect();
    let nis = mean(runs.iter().flat_map(|run| run.nis.iter().copied()));
    let (low, high) = chi_square_mean_bounds(runs.len() * STEPS);
    assert!(
        (low..high).contains(&nis),
        "mean NIS {nis}, expected {low} to {high}"
    );
    // At first the bound is wider than it need be: the search for the first SoC adds the width of its grid, one point.
    let (low, high) = chi_square_mean_bounds(runs.len());
    for step in [0, 1, 3, 10, 30, 100, 300, 600, 900, 1200, 1500, STEPS - 1] {
        let nees = nees(&runs, step);
        assert!(
            nees < high,
            "step {step}: NEES {nees}, expected at most {high}"
        );
        let narrow = step < settled || nees > low;
        assert!(narrow, "step {step}: NEES {nees}, expected at least {low}");
    }
}

#[test]
fn innovations_and_soc_errors_are_as_large_as_the_filter_says() {
    assert_consistent(&linear(), &tuning(), 1.0, 100);
}

#[test]
fn so_they_are_at_ten_samples_a_second() {
    assert_consistent(&linear(), &tuning(), 0.1, 100);
}

#[test]
fn so_they_are_at_a_sample_each_five_seconds() {
    assert_consistent(&linear(), &tuning(), 5.0, 100);
}

#[test]
fn so_they_are_for_a_doubtful_voltage_and_current() {
    let tuning = EstimatorTuning {
        voltage_noise_v_sqrt_s: 0.1,
        current_noise_c_rate_sqrt_s: 0.05,
        current_bias_c_rate: 0.06,
        capacity_scale_sigma: 0.05,
        ..tuning()
    };
    assert_consistent(&linear(), &tuning, 1.0, 900);
}

/// Once the mean of the squared normalised error was 1.5: the errors of the first voltage were in the second as well,
/// and the filter took both for evidence.
#[test]
fn the_first_voltage_is_not_taken_for_evidence_twice() {
    let cell = Cell {
        ocv_v: vec![3.6, 3.8],
        ..linear()
    };
    let tuning = EstimatorTuning {
        initial_soc_sigma: 0.1,
        ..tuning()
    };
    let runs: Vec<Run> = (0..4 * RUNS)
        .map(|seed| run_for(&cell, &tuning, 1.0, seed, 101))
        .collect();
    let (low, high) = chi_square_mean_bounds(runs.len());
    for step in [0, 1, 3, 10, 30, 100] {
        let nees = nees(&runs, step);
        assert!(
            (low..high).contains(&nees),
            "step {step}: NEES {nees}, expected {low} to {high}"
        );
    }
}
