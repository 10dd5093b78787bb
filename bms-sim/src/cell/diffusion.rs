//! Diffusion on finite volumes in one dimension, stepped implicitly: the particle and the electrolyte are both this.
//!
//! ```text
//! V_i dx_i/dt = G_i (x_{i+1} - x_i) - G_{i-1} (x_i - x_{i-1}) + B_i u(t)
//! ```
//!
//! `V` is the volume (capacity) of each cell of the mesh, `G` the conductance of each inner face, `B` where the input
//! enters. The form is conservative: `sum V_i x_i` changes by `sum B_i` times the integral of `u`, whatever `G` is.
//!
//! Time integration uses the L-stable, stiffly accurate SDIRK method of order two with two stages and `gamma = 1 -
//! 1/sqrt(2)` (Alexander 1977, doi:10.1137/0714068). The end state is affine in the input, so evaluating the voltage at
//! the end of a step at several currents is cheap.

/// The coefficient that makes two-stage SDIRK L-stable and of order two: `1 - 1/sqrt(2)`.
const GAMMA: f64 = 1.0 - std::f64::consts::FRAC_1_SQRT_2;

/// Finite volumes with a factorised step.
///
/// The matrix `V + gamma dt K` is symmetric and tridiagonal. Elimination runs from both ends towards the middle: two
/// independent chains of half the length, which the processor executes in parallel.
#[derive(Clone, Debug)]
pub(crate) struct Volumes {
    volume: Vec<f64>,
    input: Vec<f64>,
    /// Row at which the two eliminations meet.
    middle: usize,
    inverse_pivot: Vec<f64>,
    /// Factor of the neighbour further out in the elimination, and of the neighbour further in, towards the middle,
    /// when going back.
    multiplier: Vec<f64>,
    /// End state of the step without input.
    pub(crate) free: Vec<f64>,
    /// Change of the end state per unit of a constant input.
    pub(crate) hold_gain: Vec<f64>,
    /// Change of the end state per unit of growth of the input over the step; worked out when first needed.
    ramp_gain: Vec<f64>,
    ramp_known: bool,
    scratch: Vec<f64>,
    dt_s: f64,
}

/// Weight of the first stage in the second.
const BLEND: f64 = (1.0 - GAMMA) / GAMMA;

impl Volumes {
    /// Volumes that take up the input by the weights `input`; at least two.
    pub(crate) fn new(volume: Vec<f64>, input: Vec<f64>) -> Self {
        let n = volume.len();
        Self {
            middle: n / 2,
            volume,
            input,
            inverse_pivot: vec![0.0; n],
            multiplier: vec![0.0; n],
            free: vec![0.0; n],
            hold_gain: vec![0.0; n],
            ramp_gain: vec![0.0; n],
            ramp_known: false,
            scratch: vec![0.0; n],
            dt_s: 0.0,
        }
    }

    pub(crate) fn volume(&self) -> &[f64] {
        &self.volume
    }

    /// Factorises the step for these conductances (one per inner face) and computes the response to the input.
    pub(crate) fn factorise(&mut self, conductance: &[f64], dt_s: f64) {
        self.dt_s = dt_s;
        let (n, middle) = (self.volume.len(), self.middle);
        let weight = GAMMA * dt_s;
        let coupling = |face: usize| weight * conductance[face];
        for i in 0..middle {
            let inner = coupling(i);
            let outer = if i > 0 { coupling(i - 1) } else { 0.0 };
            self.eliminate(i, i.wrapping_sub(1), outer, inner);
        }
        for i in (middle + 1..n).rev() {
            let inner = coupling(i - 1);
            let outer = if i + 1 < n { coupling(i) } else { 0.0 };
            self.eliminate(i, i + 1, outer, inner);
        }
        // The middle has an eliminated neighbour on each side.
        let mut pivot = self.volume[middle];
        for (neighbour, face) in [
            (middle.wrapping_sub(1), middle.wrapping_sub(1)),
            (middle + 1, middle),
        ] {
            if neighbour < n {
                let between = coupling(face);
                pivot += between + self.multiplier[neighbour] * between;
            }
        }
        self.inverse_pivot[middle] = 1.0 / pivot;
        let mut gain = std::mem::take(&mut self.hold_gain);
        self.respond(1.0, &mut gain);
        self.hold_gain = gain;
        self.ramp_known = false;
    }

    /// Pivot of row `i` after its outer neighbour, and the factor coupling it to the inner one.
    fn eliminate(&mut self, i: usize, outer_row: usize, outer: f64, inner: f64) {
        let mut pivot = self.volume[i] + outer + inner;
        if outer != 0.0 {
            pivot += self.multiplier[outer_row] * outer;
        }
        let inverse = 1.0 / pivot;
        self.inverse_pivot[i] = inverse;
        self.multiplier[i] = -inner * inverse;
    }

    /// Computes the end state from `state` without input.
    pub(crate) fn relax(&mut self, state: &[f64]) {
        let mut free = std::mem::take(&mut self.free);
        let mut stage = std::mem::take(&mut self.scratch);
        for ((stage, x), v) in stage.iter_mut().zip(state).zip(&self.volume) {
            *stage = x * v;
        }
        self.solve(&mut stage);
        for (((free, x), v), stage) in free.iter_mut().zip(state).zip(&self.volume).zip(&stage) {
            *free = (x + BLEND * (stage - x)) * v;
        }
        self.solve(&mut free);
        self.free = free;
        self.scratch = stage;
    }

    /// Writes the end of the relaxed step with an input going linearly from `from` to `to`.
    pub(crate) fn finish(&mut self, from: f64, to: f64, state: &mut [f64]) {
        let growth = to - from;
        if growth == 0.0 {
            for ((x, free), gain) in state.iter_mut().zip(&self.free).zip(&self.hold_gain) {
                *x = free + gain * from;
            }
            return;
        }
        if !self.ramp_known {
            let mut gain = std::mem::take(&mut self.ramp_gain);
            self.respond(GAMMA, &mut gain);
            self.ramp_gain = gain;
            self.ramp_known = true;
        }
        for (((x, free), hold), ramp) in state
            .iter_mut()
            .zip(&self.free)
            .zip(&self.hold_gain)
            .zip(&self.ramp_gain)
        {
            *x = free + hold * from + ramp * growth;
        }
    }

    /// End state of a step from zero with input `first` at the first stage and 1 at the second.
    fn respond(&self, first: f64, end: &mut [f64]) {
        let weight = GAMMA * self.dt_s;
        let mut stage: Vec<f64> = self
            .input
            .iter()
            .map(|input| weight * first * input)
            .collect();
        self.solve(&mut stage);
        for (((end, stage), v), input) in end
            .iter_mut()
            .zip(&stage)
            .zip(&self.volume)
            .zip(&self.input)
        {
            *end = v * BLEND * stage + weight * input;
        }
        self.solve(end);
    }

    /// Solves the factorised system in place.
    fn solve(&self, right: &mut [f64]) {
        let n = right.len();
        let middle = self.middle;
        // Slices of one length, so that indices need no check.
        let multiplier = &self.multiplier[..n];
        let inverse_pivot = &self.inverse_pivot[..n];
        let (mut low, mut high) = (0.0, 0.0);
        let longer = n - 1 - middle;
        for k in 0..middle.min(longer) {
            low = right[k] - before(multiplier, k) * low;
            right[k] = low;
            let i = n - 1 - k;
            high = right[i] - after(multiplier, i) * high;
            right[i] = high;
        }
        for (k, value) in right.iter_mut().enumerate().take(middle).skip(longer) {
            low = *value - before(multiplier, k) * low;
            *value = low;
        }
        let mut centre = right[middle] - before(multiplier, middle) * low;
        centre -= after(multiplier, middle) * high;
        centre *= inverse_pivot[middle];
        right[middle] = centre;
        let (mut low, mut high) = (centre, centre);
        for k in 1..=middle.min(longer) {
            let i = middle - k;
            low = right[i] * inverse_pivot[i] - multiplier[i] * low;
            right[i] = low;
            let i = middle + k;
            high = right[i] * inverse_pivot[i] - multiplier[i] * high;
            right[i] = high;
        }
        for i in (0..middle - middle.min(longer)).rev() {
            low = right[i] * inverse_pivot[i] - multiplier[i] * low;
            right[i] = low;
        }
    }
}

/// Factor of the row before `i`; zero for the first.
fn before(multiplier: &[f64], i: usize) -> f64 {
    if i == 0 { 0.0 } else { multiplier[i - 1] }
}

/// Factor of the row after `i`; zero for the last.
fn after(multiplier: &[f64], i: usize) -> f64 {
    if i + 1 < multiplier.len() {
        multiplier[i + 1]
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::{GAMMA, Volumes};

    /// Residual of the two stages, worked out with the matrix itself.
    #[test]
    fn a_step_solves_its_equations_for_any_number_of_volumes() {
        for n in 2..9 {
            let volume: Vec<f64> = (0..n).map(|i| 1.0 + 0.3 * i as f64).collect();
            let conductance: Vec<f64> = (1..n).map(|i| 0.5 + 0.2 * i as f64).collect();
            let input: Vec<f64> = (0..n)
                .map(|i| if i % 2 == 0 { 1.0 } else { -0.5 })
                .collect();
            let start: Vec<f64> = (0..n).map(|i| (i * i) as f64).collect();
            let dt_s = 0.7;
            let mut volumes = Volumes::new(volume.clone(), input.clone());
            volumes.factorise(&conductance, dt_s);
            volumes.relax(&start);
            let mut end = start.clone();
            let (from, to) = (2.0, 3.0);
            volumes.finish(from, to, &mut end);

            let rate = |x: &[f64], u: f64, i: usize| {
                let mut rate = input[i] * u;
                if i + 1 < n {
                    rate += conductance[i] * (x[i + 1] - x[i]);
                }
                if i > 0 {
                    rate -= conductance[i - 1] * (x[i] - x[i - 1]);
                }
                rate / volume[i]
            };
            // The first stage is recovered from the end state: end = start + (1 - g) dt f(stage) + g dt f(end), stage =
            // start + g dt f(stage).
            let stage: Vec<f64> = (0..n)
                .map(|i| {
                    let first =
                        (end[i] - start[i] - GAMMA * dt_s * rate(&end, to, i)) / (1.0 - GAMMA);
                    start[i] + GAMMA * first
                })
                .collect();
            for i in 0..n {
                let at_stage = from + GAMMA * (to - from);
                let expected = start[i] + GAMMA * dt_s * rate(&stage, at_stage, i);
                assert!(
                    (stage[i] - expected).abs() < 1e-9,
                    "{n} volumes: {} {expected}",
                    stage[i]
                );
            }
        }
    }
}
