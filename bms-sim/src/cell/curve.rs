//! A smooth function of one variable as a table: quick to evaluate, with its slope and integral.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places in the table, within its bounds"
)]

/// A function sampled on evenly spaced nodes, with cubic Hermite interpolation between them and a straight
/// continuation beyond the ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    start: f64,
    step: f64,
    per_step: f64,
    /// Value and slope times `step` at each node.
    nodes: Vec<[f64; 2]>,
    slope_before: f64,
    slope_after: f64,
}

/// Intervals of a table: an exponential that falls by a factor e over 1/400 of the range is met within 2e-4 of itself.
const INTERVALS: usize = 1024;
/// Larger values are pulled back to this, so that a fit with a pole at an end stays finite.
const BOUND: f64 = 1e6;

impl Curve {
    /// Samples `function` between `from` and `to`, which must be above `from`.
    pub fn sample(from: f64, to: f64, function: impl Fn(f64) -> f64) -> Self {
        let step = (to - from) / INTERVALS as f64;
        let bounded = |x: f64| {
            let y = function(x);
            if y.is_nan() {
                0.0
            } else {
                y.clamp(-BOUND, BOUND)
            }
        };
        let nodes: Vec<[f64; 2]> = (0..=INTERVALS)
            .map(|i| {
                let x = from + step * i as f64;
                let h = 1e-3 * step;
                // Order two everywhere, and one-sided at the ends: a fit need not be defined beyond them.
                let slope = if i == 0 {
                    (4.0 * bounded(x + h) - 3.0 * bounded(x) - bounded(x + 2.0 * h)) / (2.0 * h)
                } else if i == INTERVALS {
                    (3.0 * bounded(x) - 4.0 * bounded(x - h) + bounded(x - 2.0 * h)) / (2.0 * h)
                } else {
                    (bounded(x + h) - bounded(x - h)) / (2.0 * h)
                };
                [bounded(x), slope * step]
            })
            .collect();
        Self {
            start: from,
            step,
            per_step: 1.0 / step,
            slope_before: nodes[0][1] / step,
            slope_after: nodes[INTERVALS][1] / step,
            nodes,
        }
    }

    /// The same value everywhere.
    #[must_use]
    pub fn constant(value: f64) -> Self {
        Self {
            start: 0.0,
            step: 1.0,
            per_step: 1.0,
            nodes: vec![[value, 0.0]; 2],
            slope_before: 0.0,
            slope_after: 0.0,
        }
    }

    /// Makes the continuation beyond both ends fall at least this steeply (`slope` negative).
    #[must_use]
    pub fn falling_beyond_ends(mut self, slope: f64) -> Self {
        self.slope_before = self.slope_before.min(slope);
        self.slope_after = self.slope_after.min(slope);
        self
    }

    /// Whether the function is zero everywhere.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.nodes.iter().flatten().all(|value| *value == 0.0)
    }

    /// Value at `x`.
    #[must_use]
    pub fn value(&self, x: f64) -> f64 {
        self.value_and_slope(x).0
    }

    /// Value and slope at `x`.
    #[must_use]
    #[inline]
    pub fn value_and_slope(&self, x: f64) -> (f64, f64) {
        let position = (x - self.start) * self.per_step;
        let last = self.nodes.len() - 1;
        if position < 0.0 {
            let slope = self.slope_before;
            return (self.nodes[0][0] + slope * (x - self.start), slope);
        }
        if position >= last as f64 {
            let slope = self.slope_after;
            let end = self.start + self.step * last as f64;
            return (self.nodes[last][0] + slope * (x - end), slope);
        }
        let index = position as usize;
        let t = position - index as f64;
        let [y0, m0] = self.nodes[index];
        let [y1, m1] = self.nodes[index + 1];
        // y = y0 + m0 t + c t^2 + d t^3
        let rise = y1 - y0;
        let d = m0 + m1 - 2.0 * rise;
        let c = rise - m0 - d;
        (
            y0 + t * (m0 + t * (c + t * d)),
            (m0 + t * (2.0 * c + t * 3.0 * d)) * self.per_step,
        )
    }

    /// Integral from the start of the table to `x`, exact for the interpolant; `x` within the table.
    #[must_use]
    pub fn integral(&self, x: f64) -> f64 {
        let last = self.nodes.len() - 1;
        let position = ((x - self.start) * self.per_step).clamp(0.0, last as f64);
        let index = (position as usize).min(last - 1);
        let whole: f64 = (0..index).map(|i| self.piece(i, 1.0)).sum();
        (whole + self.piece(index, position - index as f64)) * self.step
    }

    /// Integral over the first part `t` of an interval, in units of the step.
    fn piece(&self, index: usize, t: f64) -> f64 {
        let [y0, m0] = self.nodes[index];
        let [y1, m1] = self.nodes[index + 1];
        let rise = y1 - y0;
        let d = m0 + m1 - 2.0 * rise;
        let c = rise - m0 - d;
        t * (y0 + t * (m0 / 2.0 + t * (c / 3.0 + t * d / 4.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::Curve;

    #[test]
    fn follows_a_steep_exponential_with_slope_and_integral() {
        let curve = Curve::sample(0.0, 1.0, |x| (-40.0 * x).exp());
        for x in [0.0, 1e-4, 0.0123, 0.5, 0.99, 1.0] {
            let exact = f64::exp(-40.0 * x);
            let (value, slope) = curve.value_and_slope(x);
            assert!((value - exact).abs() < 1e-8, "{x}: {value} {exact}");
            assert!((slope + 40.0 * exact).abs() < 1e-2, "{x}: {slope}");
            assert!((curve.integral(x) - (1.0 - exact) / 40.0).abs() < 1e-9);
        }
    }

    #[test]
    fn continues_straight_and_at_least_as_steeply_as_told() {
        let curve = Curve::sample(0.0, 1.0, |x| 4.0 - x).falling_beyond_ends(-20.0);
        assert!((curve.value(1.1) - (3.0 - 2.0)).abs() < 1e-9);
        assert!((curve.value(-0.1) - (4.0 + 2.0)).abs() < 1e-9);
    }
}
