//! Temperature of a single cell: one node, or core and surface. Both are stepped exactly for constant heat and ambient
//! temperature over the step.

use super::particle::exponential_weights;

/// Thermal model of a single cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Thermal {
    /// Constant temperature.
    Isothermal {
        /// Temperature in kelvin.
        temperature_k: f64,
    },
    /// One node.
    Lumped(Lumped),
    /// Core and surface.
    TwoNode(TwoNode),
}

/// One temperature for the whole cell: `C dT/dt = heat - G (T - ambient)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lumped {
    /// Heat capacity in joule per kelvin; positive.
    pub heat_capacity_j_per_k: f64,
    /// Conductance to the ambient in watt per kelvin; not negative.
    pub conductance_w_per_k: f64,
    /// Temperature in kelvin.
    pub temperature_k: f64,
}

/// A core with the heat source and a surface with the heat loss: `Cc dTc/dt = heat - K (Tc - Ts)`, `Cs dTs/dt = K (Tc -
/// Ts) - G (Ts - ambient)`.
///
/// X. Lin et al. 2014, doi:10.1016/j.jpowsour.2014.01.097. The surface may also stand for a fixture on the cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoNode {
    /// Heat capacity of the core in joule per kelvin; positive.
    pub core_j_per_k: f64,
    /// Heat capacity of the surface in joule per kelvin; positive.
    pub surface_j_per_k: f64,
    /// Conductance between them in watt per kelvin; positive.
    pub inner_w_per_k: f64,
    /// Conductance from the surface to the ambient in watt per kelvin; not negative.
    pub outer_w_per_k: f64,
    /// Temperature of the core in kelvin.
    pub core_k: f64,
    /// Temperature of the surface in kelvin.
    pub surface_k: f64,
}

impl Thermal {
    /// Temperature of the core, which the cell's parameters see.
    #[must_use]
    pub fn core_k(&self) -> f64 {
        match self {
            Self::Isothermal { temperature_k } => *temperature_k,
            Self::Lumped(node) => node.temperature_k,
            Self::TwoNode(nodes) => nodes.core_k,
        }
    }

    /// Temperature of the surface, where a sensor sits.
    #[must_use]
    pub fn surface_k(&self) -> f64 {
        match self {
            Self::Isothermal { temperature_k } => *temperature_k,
            Self::Lumped(node) => node.temperature_k,
            Self::TwoNode(nodes) => nodes.surface_k,
        }
    }

    /// Sets the whole cell to one temperature.
    pub fn set_k(&mut self, temperature_k: f64) {
        match self {
            Self::Isothermal {
                temperature_k: held,
            } => *held = temperature_k,
            Self::Lumped(node) => node.temperature_k = temperature_k,
            Self::TwoNode(nodes) => {
                nodes.core_k = temperature_k;
                nodes.surface_k = temperature_k;
            }
        }
    }

    /// Heat stored above 0 K, in joule; zero for a constant temperature.
    #[must_use]
    pub fn stored_j(&self) -> f64 {
        match self {
            Self::Isothermal { .. } => 0.0,
            Self::Lumped(node) => node.heat_capacity_j_per_k * node.temperature_k,
            Self::TwoNode(n) => n.core_j_per_k * n.core_k + n.surface_j_per_k * n.surface_k,
        }
    }

    /// Advances with constant heat and ambient temperature. Returns the heat transferred to the ambient, in joule.
    pub fn advance(&mut self, heat_w: f64, ambient_k: f64, dt_s: f64) -> f64 {
        match self {
            Self::Isothermal { .. } => heat_w * dt_s,
            Self::Lumped(node) => node.advance(heat_w, ambient_k, dt_s),
            Self::TwoNode(nodes) => nodes.advance(heat_w, ambient_k, dt_s),
        }
    }
}

impl Lumped {
    fn advance(&mut self, heat_w: f64, ambient_k: f64, dt_s: f64) -> f64 {
        let decay = self.conductance_w_per_k / self.heat_capacity_j_per_k;
        let (_, hold, ramp) = exponential_weights(decay, dt_s);
        let above_k = self.temperature_k - ambient_k;
        let rate = heat_w / self.heat_capacity_j_per_k - decay * above_k;
        self.temperature_k += hold * rate;
        // The integral of the temperature: a constant rate through two integrations.
        self.conductance_w_per_k * (above_k * dt_s + ramp * dt_s * rate)
    }
}

impl TwoNode {
    /// In coordinates scaled by the roots of the heat capacities the system is symmetric, so its two eigenvalues are
    /// real and its eigenvectors at right angles.
    fn advance(&mut self, heat_w: f64, ambient_k: f64, dt_s: f64) -> f64 {
        let (root_c, root_s) = (self.core_j_per_k.sqrt(), self.surface_j_per_k.sqrt());
        let core = self.inner_w_per_k / self.core_j_per_k;
        let surface = (self.inner_w_per_k + self.outer_w_per_k) / self.surface_j_per_k;
        let coupling = self.inner_w_per_k / (root_c * root_s);
        // Eigenvalues of [[core, -coupling], [-coupling, surface]], and the angle of the first eigenvector.
        let half = 0.5 * (core - surface);
        let reach = half.hypot(coupling);
        let middle = 0.5 * (core + surface);
        let angle = 0.5 * (-coupling).atan2(half);
        let (sin, cos) = angle.sin_cos();

        let start = [
            (self.core_k - ambient_k) * root_c,
            (self.surface_k - ambient_k) * root_s,
        ];
        let drive = [heat_w / root_c, 0.0];
        let turn = |v: [f64; 2]| [cos * v[0] + sin * v[1], cos * v[1] - sin * v[0]];
        let (start, drive) = (turn(start), turn(drive));
        let mut end = [0.0; 2];
        let mut integral = [0.0; 2];
        for (k, decay) in [middle + reach, middle - reach].into_iter().enumerate() {
            let (_, hold, ramp) = exponential_weights(decay.max(0.0), dt_s);
            let rate = drive[k] - decay * start[k];
            end[k] = start[k] + hold * rate;
            integral[k] = start[k] * dt_s + ramp * dt_s * rate;
        }
        let back = |v: [f64; 2]| [cos * v[0] - sin * v[1], cos * v[1] + sin * v[0]];
        let end = back(end);
        self.core_k = ambient_k + end[0] / root_c;
        self.surface_k = ambient_k + end[1] / root_s;
        self.outer_w_per_k * back(integral)[1] / root_s
    }
}

#[cfg(test)]
mod tests {
    use super::{Lumped, Thermal, TwoNode};

    const AMBIENT_K: f64 = 290.0;

    fn two_node() -> Thermal {
        Thermal::TwoNode(TwoNode {
            core_j_per_k: 60.0,
            surface_j_per_k: 8.0,
            inner_w_per_k: 0.5,
            outer_w_per_k: 0.08,
            core_k: 300.0,
            surface_k: 295.0,
        })
    }

    fn lumped() -> Thermal {
        Thermal::Lumped(Lumped {
            heat_capacity_j_per_k: 68.0,
            conductance_w_per_k: 0.08,
            temperature_k: 300.0,
        })
    }

    #[test]
    fn one_long_step_is_as_good_as_many_short_ones() {
        for start in [two_node(), lumped()] {
            let (mut once, mut often) = (start, start);
            let left_once = once.advance(2.0, AMBIENT_K, 600.0);
            let left_often: f64 = (0..6000).map(|_| often.advance(2.0, AMBIENT_K, 0.1)).sum();
            assert!((once.core_k() - often.core_k()).abs() < 1e-9);
            assert!((once.surface_k() - often.surface_k()).abs() < 1e-9);
            assert!((left_once - left_often).abs() < 1e-7);
        }
    }

    #[test]
    fn heat_made_is_stored_or_given_off() {
        for mut thermal in [two_node(), lumped()] {
            let before = thermal.stored_j();
            let left = thermal.advance(3.0, AMBIENT_K, 1000.0);
            let stored = thermal.stored_j() - before;
            assert!((stored + left - 3000.0).abs() < 1e-8, "{stored} {left}");
        }
    }

    #[test]
    fn settles_where_the_conductances_say() {
        let mut thermal = two_node();
        thermal.advance(1.0, AMBIENT_K, 1e6);
        let surface = AMBIENT_K + 1.0 / 0.08;
        assert!((thermal.surface_k() - surface).abs() < 1e-9);
        assert!((thermal.core_k() - surface - 2.0).abs() < 1e-9);
    }
}
