//! Diffusion of lithium in a representative sphere.
//!
//! The sphere's radius is 1, concentration is stoichiometry `x` in 0 to 1, and the input `u` is the rate at which the
//! mean stoichiometry rises, in 1/s. Fick's law on `n` shells of equal thickness, with the flux through each face from
//! the difference of the two shells beside it, and the surface extrapolated linearly from the two outer shells (the
//! finite volumes of Recktenwald 2012, and of PyBaMM's default).
//!
//! The linear system has two forms. [`Particle::volumes`] steps the shells and allows a diffusivity that depends on
//! stoichiometry. [`Particle::modes`] requires a constant diffusivity: the same shells in the coordinates of their
//! eigenvectors, each of which decays independently, so a step is exact in time. Truncating fast modes and applying
//! their static response is then a small error, and a fine mesh costs no more than a coarse one.

use std::sync::Arc;

use nalgebra::DMatrix;

use super::curve::Curve;
use super::diffusion::Volumes;
use super::lanes::LANES;

/// A sphere of active material.
#[derive(Clone, Debug)]
pub(crate) struct Particle {
    form: Form,
    /// Key of the prepared coefficients: diffusion rate over squared radius, and step.
    rate_per_s: f64,
    dt_s: f64,
}

#[derive(Clone, Debug)]
enum Form {
    Modes(Modes),
    Shells(Box<Shells>),
}

/// The shells of a sphere, shared by all cells of a kind.
#[derive(Debug)]
struct Mesh {
    /// Fraction of the sphere's volume in each shell.
    volume: Vec<f64>,
    /// Conductance of each inner face for unit diffusivity over squared radius.
    conductance: Vec<f64>,
}

impl Mesh {
    fn new(shells: usize) -> Self {
        let h = 1.0 / shells as f64;
        let volume = (0..shells)
            .map(|i| ((i + 1) as f64 * h).powi(3) - (i as f64 * h).powi(3))
            .collect();
        let conductance = (1..shells)
            .map(|i| 3.0 * (i as f64 * h).powi(2) / h)
            .collect();
        Self {
            volume,
            conductance,
        }
    }
}

impl Particle {
    /// Spherical shells of equal thickness; at least two. `diffusivity` scales the rate given to
    /// [`prepare`](Self::prepare) with stoichiometry.
    pub(crate) fn volumes(shells: usize, diffusivity: Option<Arc<Curve>>) -> Self {
        let mesh = Mesh::new(shells.max(2));
        let n = mesh.volume.len();
        let mut input = vec![0.0; n];
        input[n - 1] = 1.0;
        let shells = Shells {
            volumes: Volumes::new(mesh.volume.clone(), input),
            conductance: mesh.conductance.clone(),
            x: vec![0.5; n],
            previous: vec![0.5; n],
            mesh: Arc::new(mesh),
            diffusivity,
        };
        Self {
            form: Form::Shells(Box::new(shells)),
            rate_per_s: f64::NAN,
            dt_s: f64::NAN,
        }
    }

    /// The eigenmodes of `shells` shells; the slowest `kept` are stepped, the rest respond instantaneously.
    pub(crate) fn modes(shells: usize, kept: usize) -> Self {
        let form = Form::Modes(Modes::new(shells.max(2), kept));
        Self {
            form,
            rate_per_s: f64::NAN,
            dt_s: f64::NAN,
        }
    }

    /// Makes the same stoichiometry everywhere.
    pub(crate) fn fill(&mut self, x: f64) {
        match &mut self.form {
            Form::Modes(modes) => modes.fill(x),
            Form::Shells(shells) => {
                shells.x.fill(x);
                shells.previous.fill(x);
            }
        }
    }

    /// Adds the same to the stoichiometry everywhere.
    pub(crate) fn shift(&mut self, change: f64) {
        match &mut self.form {
            Form::Modes(modes) => modes.shift(change),
            Form::Shells(shells) => {
                for x in shells.x.iter_mut().chain(&mut shells.previous) {
                    *x += change;
                }
            }
        }
    }

    /// Mean stoichiometry.
    pub(crate) fn mean(&self) -> f64 {
        match &self.form {
            Form::Modes(modes) => modes.mean(),
            Form::Shells(shells) => shells
                .mesh
                .volume
                .iter()
                .zip(&shells.x)
                .map(|(v, x)| v * x)
                .sum(),
        }
    }

    /// Surface stoichiometry while the input is `u`.
    pub(crate) fn surface(&self, u: f64) -> f64 {
        match &self.form {
            Form::Modes(modes) => modes.surface(u),
            Form::Shells(shells) => extrapolate(&shells.x),
        }
    }

    /// Instantaneous response of the surface to the input: the static response of the truncated modes.
    pub(crate) fn prompt_gain(&self) -> f64 {
        match &self.form {
            Form::Modes(modes) => modes.fast_gain,
            Form::Shells(_) => 0.0,
        }
    }

    /// Works out the step for a diffusion rate (diffusivity over squared radius) and a duration.
    pub(crate) fn prepare(&mut self, rate_per_s: f64, dt_s: f64) {
        let same = rate_per_s == self.rate_per_s && dt_s == self.dt_s;
        self.rate_per_s = rate_per_s;
        self.dt_s = dt_s;
        match &mut self.form {
            Form::Modes(modes) => {
                if !same {
                    modes.tune(rate_per_s, dt_s);
                }
            }
            Form::Shells(shells) => {
                if !same || shells.diffusivity.is_some() {
                    shells.tune(rate_per_s, dt_s);
                }
                shells.volumes.relax(&shells.x);
            }
        }
    }

    /// Surface stoichiometry at the end of the prepared step: without input, and per unit of a constant input.
    pub(crate) fn surface_after(&self) -> (f64, f64) {
        match &self.form {
            Form::Modes(modes) => (modes.free_surface(), modes.hold_gain),
            Form::Shells(shells) => (
                extrapolate(&shells.volumes.free),
                extrapolate(&shells.volumes.hold_gain),
            ),
        }
    }

    /// Ends the prepared step with an input going linearly from `from` to `to`.
    pub(crate) fn finish(&mut self, from: f64, to: f64) {
        match &mut self.form {
            Form::Modes(modes) => modes.advance(from, to),
            Form::Shells(shells) => {
                std::mem::swap(&mut shells.x, &mut shells.previous);
                shells.volumes.finish(from, to, &mut shells.x);
            }
        }
    }

    /// Stoichiometry of each shell, centre first, and the volume fraction of each.
    pub(crate) fn profile(&self, u: f64) -> (Vec<f64>, &[f64]) {
        match &self.form {
            Form::Modes(modes) => (modes.profile(u), &modes.basis.mesh.volume),
            Form::Shells(shells) => (shells.x.clone(), &shells.mesh.volume),
        }
    }

    /// Free energy that mixing within the sphere turns to heat, per second and unit of charge capacity: the sum over
    /// all faces of the flux times the fall of the potential, and from the outer shell to the surface.
    pub(crate) fn mixing(&self, ocp: &Curve, u: f64) -> f64 {
        let (x, _) = self.profile(u);
        let mesh = match &self.form {
            Form::Modes(modes) => &modes.basis.mesh,
            Form::Shells(shells) => &shells.mesh,
        };
        let n = x.len();
        let potential: Vec<f64> = x.iter().map(|&x| ocp.value(x)).collect();
        let rate = |i: usize| match &self.form {
            Form::Modes(_) => self.rate_per_s,
            Form::Shells(shells) => shells.rate(self.rate_per_s, x[i], x[i + 1]),
        };
        let inside: f64 = (0..n - 1)
            .map(|i| {
                rate(i)
                    * mesh.conductance[i]
                    * (x[i + 1] - x[i])
                    * (potential[i + 1] - potential[i])
            })
            .sum();
        let surface = ocp.value(self.surface(u));
        (potential[n - 1] - surface) * u - inside
    }
}

fn extrapolate(x: &[f64]) -> f64 {
    let n = x.len();
    1.5 * x[n - 1] - 0.5 * x[n - 2]
}

/// Shells stepped as they are.
#[derive(Clone, Debug)]
struct Shells {
    mesh: Arc<Mesh>,
    volumes: Volumes,
    conductance: Vec<f64>,
    x: Vec<f64>,
    /// State one step ago, from which the diffusivity in the middle of the coming step is foreseen.
    previous: Vec<f64>,
    diffusivity: Option<Arc<Curve>>,
}

impl Shells {
    fn tune(&mut self, rate_per_s: f64, dt_s: f64) {
        for i in 0..self.conductance.len() {
            let middle = |i: usize| 1.5 * self.x[i] - 0.5 * self.previous[i];
            let rate = self.rate(rate_per_s, middle(i), middle(i + 1));
            self.conductance[i] = self.mesh.conductance[i] * rate;
        }
        self.volumes.factorise(&self.conductance, dt_s);
    }

    /// Diffusion rate at a face: the harmonic mean of the adjacent shells.
    fn rate(&self, rate_per_s: f64, inner: f64, outer: f64) -> f64 {
        let Some(curve) = &self.diffusivity else {
            return rate_per_s;
        };
        let (a, b) = (positive(curve, inner), positive(curve, outer));
        rate_per_s * 2.0 * a * b / (a + b)
    }
}

/// Diffusivity, clamped positive if a fit is evaluated beyond its range.
fn positive(curve: &Curve, x: f64) -> f64 {
    curve.value(x.clamp(0.0, 1.0)).max(1e-30)
}

/// Eigenvectors and eigenvalues of a mesh for unit rate, slowest first, shared by all cells of a kind.
#[derive(Debug)]
struct Basis {
    mesh: Mesh,
    /// Decay rate of each mode; the first does not decay, and its amplitude is the mean stoichiometry.
    decay: Vec<f64>,
    /// How the input drives each mode.
    drive: Vec<f64>,
    /// How each mode shows at the surface, in blocks.
    surface: Vec<Lanes>,
    /// Shape of each mode over the shells, mode by mode.
    shape: Vec<f64>,
    /// Static response of the truncated modes: surface rise per unit of input and unit of squared radius over
    /// diffusivity.
    left_out: f64,
    /// The same on each shell.
    left_out_shape: Vec<f64>,
}

impl Basis {
    fn new(shells: usize, kept: usize) -> Self {
        let mesh = Mesh::new(shells);
        let n = shells;
        let root: Vec<f64> = mesh.volume.iter().map(|v| v.sqrt()).collect();
        let mut matrix = DMatrix::<f64>::zeros(n, n);
        for (i, g) in mesh.conductance.iter().enumerate() {
            matrix[(i, i)] += g / mesh.volume[i];
            matrix[(i + 1, i + 1)] += g / mesh.volume[i + 1];
            matrix[(i, i + 1)] -= g / (root[i] * root[i + 1]);
            matrix[(i + 1, i)] = matrix[(i, i + 1)];
        }
        let eigen = matrix.symmetric_eigen();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|a, b| eigen.eigenvalues[*a].total_cmp(&eigen.eigenvalues[*b]));

        let mut basis = Self {
            decay: Vec::with_capacity(n),
            drive: Vec::with_capacity(n),
            surface: vec![Lanes::default(); kept.clamp(1, n).div_ceil(LANES)],
            shape: Vec::with_capacity(n * n),
            left_out: 0.0,
            left_out_shape: vec![0.0; n],
            mesh,
        };
        for (place, &k) in order.iter().enumerate() {
            let sign = if eigen.eigenvectors[(n - 1, k)] < 0.0 {
                -1.0
            } else {
                1.0
            };
            // The slowest mode is known exactly; rounding must not leak lithium.
            let vector: Vec<f64> = if place == 0 {
                root.clone()
            } else {
                (0..n).map(|i| sign * eigen.eigenvectors[(i, k)]).collect()
            };
            let shape: Vec<f64> = (0..n).map(|i| vector[i] / root[i]).collect();
            let drive = vector[n - 1] / root[n - 1];
            let decay = if place == 0 {
                0.0
            } else {
                eigen.eigenvalues[k]
            };
            if place < kept.clamp(1, n) {
                basis.surface[place / LANES][place % LANES] = extrapolate(&shape);
                basis.decay.push(decay);
                basis.drive.push(drive);
                basis.shape.extend_from_slice(&shape);
            } else {
                basis.left_out += drive * extrapolate(&shape) / decay;
                for (sum, shape) in basis.left_out_shape.iter_mut().zip(&shape) {
                    *sum += drive * shape / decay;
                }
            }
        }
        basis
    }
}

/// The state in the coordinates of the eigenvectors.
#[derive(Clone, Debug)]
struct Modes {
    basis: Arc<Basis>,
    blocks: Vec<Block>,
    /// Response to an input that rises by one over the step; separate since most inputs are constant.
    ramp: Vec<Lanes>,
    hold_gain: f64,
    fast_gain: f64,
}

/// State of `LANES` modes that a step needs, contiguous in memory; the last entries are unused if the number of modes
/// is no multiple.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    amplitude: Lanes,
    /// Decay of each amplitude over the step.
    remains: Lanes,
    /// Response of each amplitude to a constant unit input.
    hold: Lanes,
}

type Lanes = [f64; LANES];

impl Modes {
    fn new(shells: usize, kept: usize) -> Self {
        let basis = Basis::new(shells, kept);
        Self {
            blocks: vec![Block::default(); basis.surface.len()],
            ramp: vec![Lanes::default(); basis.surface.len()],
            hold_gain: 0.0,
            fast_gain: 0.0,
            basis: Arc::new(basis),
        }
    }

    fn mean(&self) -> f64 {
        self.blocks[0].amplitude[0]
    }

    fn fill(&mut self, x: f64) {
        for block in &mut self.blocks {
            block.amplitude = Lanes::default();
        }
        self.shift(x);
    }

    fn shift(&mut self, change: f64) {
        self.blocks[0].amplitude[0] += change;
    }

    fn tune(&mut self, rate_per_s: f64, dt_s: f64) {
        let basis = &self.basis;
        self.fast_gain = basis.left_out / rate_per_s;
        self.hold_gain = self.fast_gain;
        for (k, decay) in basis.decay.iter().enumerate() {
            let (block, lane) = (&mut self.blocks[k / LANES], k % LANES);
            let (remains, hold, ramp) = exponential_weights(decay * rate_per_s, dt_s);
            block.remains[lane] = remains;
            block.hold[lane] = hold * basis.drive[k];
            self.ramp[k / LANES][lane] = ramp * basis.drive[k];
            self.hold_gain += block.hold[lane] * basis.surface[k / LANES][lane];
        }
    }

    fn amplitudes(&self) -> impl Iterator<Item = &f64> {
        self.blocks.iter().flat_map(|block| &block.amplitude)
    }

    fn surface(&self, u: f64) -> f64 {
        self.weighted(|block, lane| block.amplitude[lane]) + self.fast_gain * u
    }

    fn free_surface(&self) -> f64 {
        self.weighted(|block, lane| block.remains[lane] * block.amplitude[lane])
    }

    /// Surface stoichiometry of the amplitudes.
    #[inline]
    fn weighted(&self, amplitude: impl Fn(&Block, usize) -> f64) -> f64 {
        let mut sums = Lanes::default();
        for (block, surface) in self.blocks.iter().zip(&self.basis.surface) {
            for lane in 0..LANES {
                sums[lane] += amplitude(block, lane) * surface[lane];
            }
        }
        (sums[0] + sums[1]) + (sums[2] + sums[3])
    }

    fn advance(&mut self, from: f64, to: f64) {
        for block in &mut self.blocks {
            for lane in 0..LANES {
                block.amplitude[lane] =
                    block.amplitude[lane] * block.remains[lane] + block.hold[lane] * from;
            }
        }
        let growth = to - from;
        if growth != 0.0 {
            for (block, ramp) in self.blocks.iter_mut().zip(&self.ramp) {
                for (amplitude, ramp) in block.amplitude.iter_mut().zip(ramp) {
                    *amplitude += ramp * growth;
                }
            }
        }
    }

    fn profile(&self, u: f64) -> Vec<f64> {
        let n = self.basis.mesh.volume.len();
        let fast = if self.basis.left_out == 0.0 {
            0.0
        } else {
            self.fast_gain / self.basis.left_out
        };
        let kept = self.basis.decay.len();
        (0..n)
            .map(|i| {
                let slow: f64 = self
                    .amplitudes()
                    .take(kept)
                    .enumerate()
                    .map(|(k, amplitude)| amplitude * self.basis.shape[k * n + i])
                    .sum();
                slow + self.basis.left_out_shape[i] * fast * u
            })
            .collect()
    }
}

/// For `dy/dt = -decay y + u`: the decay of `y` over `dt_s`, and the responses to a constant `u = 1` and to a `u`
/// rising from 0 to 1.
pub(crate) fn exponential_weights(decay_per_s: f64, dt_s: f64) -> (f64, f64, f64) {
    let turns = decay_per_s * dt_s;
    if turns < 1e-4 {
        // Series to the third order: the closed form loses digits here.
        let hold = dt_s * (1.0 - turns / 2.0 * (1.0 - turns / 3.0));
        let ramp = dt_s * (0.5 - turns / 6.0 * (1.0 - turns / 4.0));
        return ((-turns).exp(), hold, ramp);
    }
    let gone = -(-turns).exp_m1();
    let hold = gone / decay_per_s;
    (1.0 - gone, hold, (1.0 - hold / dt_s) / decay_per_s)
}
