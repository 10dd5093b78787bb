//! Diffusion on finite volumes in one dimension, stepped implicitly: the particle and the electrolyte are both this.
//!
//! ```text
//! V_i dx_i/dt = G_i (x_{i+1} - x_i) - G_{i-1} (x_i - x_{i-1}) + B_i u(t)
//! ```
//!
//! `V` is the volume (capacity) of each cell of the mesh, `G` the conductance of each inner face, `B` where the input
//! enters. The form is conservative: `sum V_i x_i` changes by `sum B_i` times the integral of `u`, whatever `G` is.
//!
//! Time integration is the L-stable, stiffly accurate SDIRK method of order two with two stages and
//! `gamma = 1 - 1/sqrt(2)` (Alexander 1977, doi:10.1137/0714068). The end state is affine in the input, which makes
//! the voltage at the end of a step cheap to ask for at several currents.

/// The coefficient that makes two-stage SDIRK L-stable and of order two: `1 - 1/sqrt(2)`.
const GAMMA: f64 = 1.0 - std::f64::consts::FRAC_1_SQRT_2;

/// Finite volumes with a factorised step.
#[derive(Clone, Debug)]
pub(crate) struct Volumes {
    volume: Vec<f64>,
    input: Vec<f64>,
    /// Factors of the symmetric tridiagonal matrix `V + gamma dt K`: inverse pivots and multipliers.
    inverse_pivot: Vec<f64>,
    multiplier: Vec<f64>,
    /// Where the step ends without input.
    pub(crate) free: Vec<f64>,
    /// Change of the end state per unit of an input that is held.
    pub(crate) hold_gain: Vec<f64>,
    /// Change of the end state per unit of growth of the input over the step.
    ramp_gain: Vec<f64>,
    scratch: Vec<f64>,
    dt_s: f64,
}

impl Volumes {
    /// Volumes that take up the input as `input` says. Needs at least two volumes.
    pub(crate) fn new(volume: Vec<f64>, input: Vec<f64>) -> Self {
        let n = volume.len();
        Self {
            volume,
            input,
            inverse_pivot: vec![0.0; n],
            multiplier: vec![0.0; n],
            free: vec![0.0; n],
            hold_gain: vec![0.0; n],
            ramp_gain: vec![0.0; n],
            scratch: vec![0.0; n],
            dt_s: 0.0,
        }
    }

    pub(crate) fn volume(&self) -> &[f64] {
        &self.volume
    }

    /// Factorises the step for these conductances (one for each inner face) and works out what the input does.
    pub(crate) fn factorise(&mut self, conductance: &[f64], dt_s: f64) {
        self.dt_s = dt_s;
        let n = self.volume.len();
        let weight = GAMMA * dt_s;
        let mut above = 0.0; // conductance to the previous volume, times weight
        for i in 0..n {
            let below = if i + 1 < n {
                weight * conductance[i]
            } else {
                0.0
            };
            let mut pivot = self.volume[i] + above + below;
            if i > 0 {
                let multiplier = -above * self.inverse_pivot[i - 1];
                self.multiplier[i] = multiplier;
                pivot += multiplier * above;
            }
            self.inverse_pivot[i] = 1.0 / pivot;
            above = below;
        }
        let zero = vec![0.0; n];
        self.hold_gain = self.end_state(&zero, 1.0, 1.0);
        self.ramp_gain = self.end_state(&zero, GAMMA, 1.0);
    }

    /// Works out where `state` ends without input.
    pub(crate) fn relax(&mut self, state: &[f64]) {
        let mut free = std::mem::take(&mut self.free);
        let mut stage = std::mem::take(&mut self.scratch);
        for ((stage, x), v) in stage.iter_mut().zip(state).zip(&self.volume) {
            *stage = x * v;
        }
        self.solve(&mut stage);
        const BLEND: f64 = (1.0 - GAMMA) / GAMMA;
        for (((free, x), v), stage) in free.iter_mut().zip(state).zip(&self.volume).zip(&stage) {
            *free = (x + BLEND * (stage - x)) * v;
        }
        self.solve(&mut free);
        self.free = free;
        self.scratch = stage;
    }

    /// Writes the end of the relaxed step with an input going linearly from `from` to `to`.
    pub(crate) fn finish(&self, from: f64, to: f64, state: &mut [f64]) {
        let growth = to - from;
        if growth == 0.0 {
            for ((x, free), gain) in state.iter_mut().zip(&self.free).zip(&self.hold_gain) {
                *x = free + gain * from;
            }
            return;
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

    /// One step from `state` with the input's value at the two stages.
    fn end_state(&mut self, state: &[f64], first: f64, second: f64) -> Vec<f64> {
        let weight = GAMMA * self.dt_s;
        let n = self.volume.len();
        let mut stage: Vec<f64> = (0..n)
            .map(|i| self.volume[i] * state[i] + weight * self.input[i] * first)
            .collect();
        self.solve(&mut stage);
        let blend = (1.0 - GAMMA) / GAMMA;
        let mut end: Vec<f64> = (0..n)
            .map(|i| {
                self.volume[i] * (state[i] + blend * (stage[i] - state[i]))
                    + weight * self.input[i] * second
            })
            .collect();
        self.solve(&mut end);
        end
    }

    /// Solves the factorised system in place.
    fn solve(&self, right: &mut [f64]) {
        let n = right.len();
        let multiplier = &self.multiplier[..n];
        let inverse_pivot = &self.inverse_pivot[..n];
        let mut carry = right[0];
        for i in 1..n {
            carry = right[i] - multiplier[i] * carry;
            right[i] = carry;
        }
        carry = right[n - 1] * inverse_pivot[n - 1];
        right[n - 1] = carry;
        for i in (0..n - 1).rev() {
            carry = right[i] * inverse_pivot[i] - multiplier[i + 1] * carry;
            right[i] = carry;
        }
    }
}
