//! A covariance kept as `P = U D U'`, with `U` unit upper triangular and `D` diagonal and positive.
//!
//! In this form the covariance is symmetric and positive definite by construction: no rounding of `f32` can make a
//! variance negative. Bierman, "Factorization Methods for Discrete Sequential Estimation", 1977: measurement update
//! (V.3), rank-one update of Agee and Turner (III.C).

#![expect(
    clippy::indexing_slicing,
    clippy::needless_range_loop,
    reason = "rows and columns run over the constant size of a fixed array, as in the equations"
)]

use super::saved::COVARIANCE;

/// Number of states.
pub(crate) const STATES: usize = 10;

/// No variance falls below this share of the unit, so that `D` stays positive.
const SMALLEST: f32 = 1e-20;

/// A state that keeps less of its past than this has forgotten it.
const FORGOTTEN: f32 = 1e-4;

/// No variance grows beyond this.
const LARGEST: f32 = 1e12;

/// No entry and no variance of sound factors is beyond this.
const LARGEST_SOUND: f32 = 1e15;

/// A covariance in factored form; `D` on the diagonal, `U` above it, nothing below.
#[derive(Clone, Debug)]
pub(crate) struct UdCovariance {
    factor: [[f32; STATES]; STATES],
}

/// What a scalar measurement does to the state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gain {
    /// Change of each state per unit of innovation.
    pub(crate) gain: [f32; STATES],
}

impl UdCovariance {
    /// Independent states with these variances.
    pub(crate) fn diagonal(variances: &[f32; STATES]) -> Self {
        let mut factor = [[0.0; STATES]; STATES];
        for (i, variance) in variances.iter().enumerate() {
            factor[i][i] = variance.clamp(SMALLEST, LARGEST);
        }
        Self { factor }
    }

    /// The factors' entries on and above the diagonal, row by row.
    pub(crate) fn upper(&self) -> [f32; COVARIANCE] {
        let mut entries = [0.0; COVARIANCE];
        let rows = self.factor.iter().enumerate();
        let upper = rows.flat_map(|(first, row)| row.iter().skip(first));
        for (entry, value) in entries.iter_mut().zip(upper) {
            *entry = *value;
        }
        entries
    }

    /// From what [`Self::upper`] gave.
    pub(crate) fn from_upper(entries: &[f32; COVARIANCE]) -> Self {
        let mut factor = [[0.0; STATES]; STATES];
        let rows = factor.iter_mut().enumerate();
        let upper = rows.flat_map(|(first, row)| row.iter_mut().skip(first));
        for (place, entry) in upper.zip(entries) {
            *place = *entry;
        }
        Self { factor }
    }

    /// Whether the factors are those of a covariance within what can be reckoned with.
    pub(crate) fn is_sound(&self) -> bool {
        let unit = self.factor.iter().flatten();
        (0..STATES).all(|state| {
            let own = self.factor[state][state];
            (SMALLEST..=LARGEST).contains(&own) && self.variance(state) <= LARGEST_SOUND
        }) && unit.copied().all(|entry| entry.abs() <= LARGEST_SOUND)
    }

    /// Covariance of two states.
    pub(crate) fn covariance(&self, a: usize, b: usize) -> f32 {
        let (first, second) = (a.min(b), a.max(b));
        let mut sum = 0.0;
        for j in 0..STATES {
            if j >= second {
                sum += self.unit(first, j) * (self.unit(second, j) * self.factor[j][j]);
            }
        }
        sum
    }

    /// Variance of one state, positive.
    pub(crate) fn variance(&self, state: usize) -> f32 {
        self.covariance(state, state)
    }

    /// `P := F P F'` for `F = diag(decay) + coupling`, where `coupling[i]` holds the influence of later states on
    /// state `i`: `(state, factor)` with `state > i`.
    ///
    /// A state with next to no `decay` left starts anew, and what it said of earlier states becomes their own.
    pub(crate) fn propagate(
        &mut self,
        decay: &[f32; STATES],
        from_bias: &[f32; STATES],
        bias: usize,
        from_scale: f32,
        scale: usize,
    ) {
        let mut rows = self.factor;
        for i in 0..STATES {
            for j in 0..STATES {
                if j > i {
                    let mut value = decay[i] * self.factor[i][j];
                    if i < bias {
                        value += from_bias[i] * self.unit(bias, j);
                    }
                    if i == 0 {
                        value += from_scale * self.unit(scale, j);
                    }
                    rows[i][j] = value;
                }
            }
        }
        let mut forgotten = [0.0; STATES];
        for j in 0..STATES {
            let variance = self.factor[j][j] * decay[j] * decay[j];
            if decay[j] >= FORGOTTEN && variance >= SMALLEST {
                for i in 0..j {
                    rows[i][j] /= decay[j];
                }
                rows[j][j] = variance.min(LARGEST);
            } else {
                forgotten[j] = self.factor[j][j];
            }
        }
        self.factor = rows;
        self.fold(&forgotten);
    }

    /// Columns whose own state has forgotten everything live on in the earlier states, as independent noise with
    /// the variance in `forgotten`; zero for all other columns.
    fn fold(&mut self, forgotten: &[f32; STATES]) {
        for j in 0..STATES {
            if forgotten[j] > 0.0 {
                let mut direction = [0.0; STATES];
                for i in 0..j {
                    direction[i] = self.factor[i][j];
                    self.factor[i][j] = 0.0;
                }
                self.factor[j][j] = SMALLEST;
                self.add_noise(direction, forgotten[j]);
            }
        }
    }

    /// `P := P + variance * direction direction'`, for `variance >= 0`.
    pub(crate) fn add_noise(&mut self, mut direction: [f32; STATES], variance: f32) {
        let mut weight = variance;
        for from_last in 0..STATES {
            // Not `rev()`: of this form the optimiser sees on every target that `j` is in bounds.
            let j = STATES - 1 - from_last;
            let s = direction[j];
            if s == 0.0 || weight <= 0.0 {
                continue;
            }
            let old = self.factor[j][j];
            let new = old + weight * s * s;
            // Beyond the largest variance the quotients are those of their limit.
            let share = if new < LARGEST {
                weight * s / new
            } else {
                1.0 / s
            };
            weight *= old / new;
            self.factor[j][j] = new.min(LARGEST);
            for i in 0..j {
                direction[i] -= s * self.factor[i][j];
                self.factor[i][j] += share * direction[i];
            }
        }
    }

    /// Adds independent noise to one state.
    pub(crate) fn add_noise_to(&mut self, state: usize, variance: f32) {
        let mut direction = [0.0; STATES];
        if let Some(entry) = direction.get_mut(state) {
            *entry = 1.0;
        }
        self.add_noise(direction, variance);
    }

    /// Variance of the measurement `h' x` without its own noise.
    pub(crate) fn projected(&self, h: &[f32; STATES]) -> f32 {
        let mut sum = 0.0;
        for j in 0..STATES {
            let f = self.project_column(h, j);
            sum += f * (f * self.factor[j][j]);
        }
        sum
    }

    /// Takes in a scalar measurement `h' x` with noise variance `noise > 0`.
    pub(crate) fn update(&mut self, h: &[f32; STATES], noise: f32) -> Gain {
        let mut f = [0.0; STATES];
        for (j, entry) in f.iter_mut().enumerate() {
            *entry = self.project_column(h, j);
        }
        let mut gain = [0.0; STATES];
        let mut alpha = noise;
        for j in 0..STATES {
            let v = f[j] * self.factor[j][j];
            let next = alpha + f[j] * v;
            let lambda = -f[j] / alpha;
            self.factor[j][j] = (self.factor[j][j] * (alpha / next)).clamp(SMALLEST, LARGEST);
            gain[j] = v;
            for i in 0..j {
                let old = self.factor[i][j];
                self.factor[i][j] = old + gain[i] * lambda;
                gain[i] += v * old;
            }
            alpha = next;
        }
        for entry in &mut gain {
            *entry /= alpha;
        }
        Gain { gain }
    }

    /// Makes the first state independent of all others, with this variance.
    pub(crate) fn restart_first(&mut self, variance: f32) {
        self.factor[0] = [0.0; STATES];
        self.factor[0][0] = variance.clamp(SMALLEST, LARGEST);
    }

    /// Whether every entry is a finite number.
    pub(crate) fn is_finite(&self) -> bool {
        self.factor.iter().flatten().all(|entry| entry.is_finite())
    }

    fn project_column(&self, h: &[f32; STATES], j: usize) -> f32 {
        let above: f32 = self
            .factor
            .iter()
            .zip(h)
            .take(j)
            .map(|(row, h)| h * row.get(j).copied().unwrap_or(0.0))
            .sum();
        above + h.get(j).copied().unwrap_or(0.0)
    }

    /// Entry of `U`.
    fn unit(&self, i: usize, j: usize) -> f32 {
        if i == j {
            1.0
        } else if i < j && j < STATES {
            self.factor[i][j]
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests;
