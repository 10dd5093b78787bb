//! Equivalent circuit: an open-circuit voltage with hysteresis, an ohmic resistance, a charge transfer and up to four
//! RC branches, all dependent on SoC, temperature and direction of the current.
//!
//! ```text
//! v = OCV(z,T) + M h - R0 I - Rct Ik asinh(I / Ik) - sum_j Rj xj        discharge current I > 0
//! dz/dt = -I / Q      tau_j dxj/dt = I - xj      dh/dt = -|I| / (Q g) (h + sign I)
//! ```
//!
//! The model of the estimator in `bms-core` (G. L. Plett, "Battery Management Systems", 2015), implemented
//! independently in `f64`, and exact in time for a current that is constant or linear over a step. Elements are
//! evaluated at the start of a step and stay constant over it: an error of first order in the step if the maps are
//! steep.

mod maps;
mod ocv;
mod parameters;
mod step;

use std::sync::Arc;

pub use maps::{ElementMaps, Elements};
pub use ocv::OcvTable;
pub use parameters::{CircuitError, CircuitParameters};

use super::physics::COULOMB_PER_AH;
use super::{CellModel, Fade, Source, StepEnergy};
use maps::Weights;
use ocv::Rows;
use step::{Decay, Taken, hysteresis};

/// The largest number of RC branches.
pub const MAX_BRANCHES: usize = 4;

/// An equivalent-circuit cell.
#[derive(Clone, Debug)]
pub struct Circuit {
    parameters: Arc<CircuitParameters>,
    /// Charge above empty and capacity, in coulomb.
    charge_c: f64,
    capacity_c: f64,
    branch_a: [f64; MAX_BRANCHES],
    hysteresis: f64,
    temperature_k: f64,
    resistance_factor: f64,
    /// Resistance that ageing added.
    series_ohm: f64,
    // Factors that depend on temperature and step length only.
    rows: Rows,
    weights: Weights,
    leak_a: f64,
    decays: [Decay; MAX_BRANCHES],
    decays_dt_s: f64,
    // Elements of the present step, for discharge and charge, and the interpolation hint.
    elements: [Elements; 2],
    fresh: bool,
    prepared_dt_s: f64,
    ocv_hint: usize,
    map_hint: usize,
    taken: Taken,
}

impl Circuit {
    /// A new cell at rest, full, at 25 degrees Celsius.
    #[must_use]
    pub fn new(parameters: Arc<CircuitParameters>) -> Self {
        let mut cell = Self {
            charge_c: 0.0,
            capacity_c: parameters.capacity_ah * COULOMB_PER_AH,
            branch_a: [0.0; MAX_BRANCHES],
            hysteresis: 0.0,
            temperature_k: f64::NAN,
            resistance_factor: 1.0,
            series_ohm: 0.0,
            rows: Rows::default(),
            weights: Weights::default(),
            leak_a: 0.0,
            decays: [Decay::default(); MAX_BRANCHES],
            decays_dt_s: f64::NAN,
            elements: [Elements::default(); 2],
            fresh: false,
            prepared_dt_s: f64::NAN,
            ocv_hint: 0,
            map_hint: 0,
            taken: Taken::default(),
            parameters,
        };
        cell.reset(1.0, super::physics::REFERENCE_K);
        cell
    }

    /// Parameters of the cell.
    #[must_use]
    pub fn parameters(&self) -> &Arc<CircuitParameters> {
        &self.parameters
    }

    /// Hysteresis state, -1 after a long discharge to +1 after a long charge.
    #[must_use]
    pub fn hysteresis(&self) -> f64 {
        self.hysteresis
    }

    /// Sets the hysteresis state, -1 to 1.
    pub fn set_hysteresis(&mut self, state: f64) {
        self.hysteresis = state.clamp(-1.0, 1.0);
    }

    /// Voltage over each branch in volts, positive in discharge.
    #[must_use]
    pub fn branch_v(&self) -> [f64; MAX_BRANCHES] {
        let elements = self.towards(self.taken.to_a);
        let mut volts = [0.0; MAX_BRANCHES];
        for ((v, a), ohm) in volts.iter_mut().zip(self.branch_a).zip(elements.branch_ohm) {
            *v = a * ohm;
        }
        volts
    }

    fn branches(&self) -> usize {
        self.parameters.branch_tau_s.len()
    }

    fn hysteresis_scale_c(&self) -> f64 {
        self.capacity_c * self.parameters.hysteresis_soc
    }

    /// Elements for the direction of a current.
    fn towards(&self, current_a: f64) -> &Elements {
        &self.elements[usize::from(current_a < 0.0)]
    }

    /// Evaluates the elements at the present state.
    fn interpolate(&mut self) {
        let soc = self.charge_c / self.capacity_c;
        let mut found = self
            .parameters
            .maps
            .interpolate(&self.weights, soc, &mut self.map_hint);
        if self.resistance_factor != 1.0 {
            for elements in &mut found {
                elements.r0_ohm *= self.resistance_factor;
                elements.charge_transfer_ohm *= self.resistance_factor;
                for ohm in &mut elements.branch_ohm {
                    *ohm *= self.resistance_factor;
                }
            }
        }
        self.elements = found;
        self.fresh = true;
    }

    /// Ohmic and charge-transfer drop, and its slope with current.
    fn drop_v(&self, elements: &Elements, current_a: f64) -> (f64, f64) {
        let ohm = elements.r0_ohm + self.series_ohm;
        if elements.charge_transfer_ohm == 0.0 {
            return (ohm * current_a, ohm);
        }
        let over = current_a * self.weights.per_knee;
        let root = (1.0 + over * over).sqrt();
        let asinh = (over.abs() + root).ln().copysign(over);
        (
            ohm * current_a + elements.charge_transfer_ohm * self.weights.knee_a * asinh,
            ohm + elements.charge_transfer_ohm / root,
        )
    }

    fn ocv_at(&self, charge_c: f64) -> (f64, f64) {
        let mut hint = self.ocv_hint;
        let soc = charge_c / self.capacity_c;
        self.parameters.ocv.interpolate(self.rows, soc, &mut hint)
    }

    /// Energy released by the OCV's store in the last step, and its mean voltage.
    fn released(&self) -> (f64, f64) {
        let taken = &self.taken;
        let ocv = &self.parameters.ocv;
        let at = |charge_c: f64| ocv.integral(taken.rows, charge_c / taken.capacity_c);
        let store_j = taken.capacity_c * (at(taken.start_c) - at(taken.end_c));
        let left_c = taken.start_c - taken.end_c;
        if left_c == 0.0 {
            (0.0, self.ocv_v())
        } else {
            (store_j, store_j / left_c)
        }
    }

    fn reversible_j(&self) -> f64 {
        let taken = &self.taken;
        let soc = 0.5 * (taken.start_c + taken.end_c) / taken.capacity_c;
        let entropic_v_per_k = self.parameters.entropic_v_per_k.value(soc.clamp(0.0, 1.0));
        -taken.temperature_k * entropic_v_per_k * taken.moved_c()
    }
}

impl CellModel for Circuit {
    fn prepare(&mut self, dt_s: f64) {
        if dt_s != self.decays_dt_s {
            let parameters = Arc::clone(&self.parameters);
            for (decay, &tau_s) in self.decays.iter_mut().zip(&parameters.branch_tau_s) {
                *decay = Decay::new(tau_s, dt_s);
            }
            self.decays_dt_s = dt_s;
        }
        if !self.fresh {
            self.interpolate();
        }
        self.prepared_dt_s = dt_s;
    }

    fn source(&mut self, current_a: f64) -> Source {
        let dt_s = self.prepared_dt_s;
        let elements = self.towards(current_a);
        let moved_c = current_a * dt_s;
        let (ocv_v, ocv_slope) = self.ocv_at(self.charge_c - moved_c - self.leak_a * dt_s);
        let (drop_v, drop_ohm) = self.drop_v(elements, current_a);
        let mut voltage_v = ocv_v - drop_v;
        let mut r_ohm = drop_ohm + ocv_slope * dt_s / self.capacity_c;
        for k in 0..self.branches() {
            let decay = &self.decays[k];
            let end_a = decay.remains * self.branch_a[k] + decay.hold * current_a;
            voltage_v -= elements.branch_ohm[k] * end_a;
            r_ohm += elements.branch_ohm[k] * decay.hold;
        }
        if elements.hysteresis_v != 0.0 {
            let scale_c = self.hysteresis_scale_c();
            let end = hysteresis(self.hysteresis, moved_c, scale_c);
            voltage_v += elements.hysteresis_v * end;
            r_ohm += elements.hysteresis_v * (1.0 + end * current_a.signum()) * dt_s / scale_c;
        }
        Source {
            e_v: voltage_v + r_ohm * current_a,
            r_ohm,
        }
    }

    fn step_ramp(&mut self, from_a: f64, to_a: f64, dt_s: f64) {
        self.prepare(dt_s);
        let before = self.taken.elements.branch_ohm;
        let mut taken = Taken {
            from_a,
            to_a,
            dt_s,
            branch_a: self.branch_a,
            hysteresis: self.hysteresis,
            elements: *self.towards(from_a + to_a),
            branch_before_ohm: before,
            series_ohm: self.series_ohm,
            knee_a: self.weights.knee_a,
            leak_a: self.leak_a,
            hysteresis_scale_c: self.hysteresis_scale_c(),
            ..Taken::default()
        };
        let growth_a = to_a - from_a;
        for k in 0..self.branches() {
            let decay = &self.decays[k];
            self.branch_a[k] =
                decay.remains * self.branch_a[k] + decay.hold * from_a + decay.ramp * growth_a;
        }
        if taken.elements.hysteresis_v != 0.0 {
            for moved_c in taken.pieces() {
                self.hysteresis = hysteresis(self.hysteresis, moved_c, taken.hysteresis_scale_c);
            }
        }
        taken.start_c = self.charge_c;
        self.charge_c -= taken.moved_c() + self.leak_a * dt_s;
        taken.end_c = self.charge_c;
        taken.rows = self.rows;
        taken.capacity_c = self.capacity_c;
        taken.temperature_k = self.temperature_k;
        self.taken = taken;
        let soc = self.charge_c / self.capacity_c;
        self.parameters
            .ocv
            .interpolate(self.rows, soc, &mut self.ocv_hint);
        self.fresh = false;
    }

    fn voltage_v(&self, current_a: f64) -> f64 {
        let elements = self.towards(current_a);
        let mut voltage_v = self.ocv_at(self.charge_c).0 - self.drop_v(elements, current_a).0
            + elements.hysteresis_v * self.hysteresis;
        for k in 0..self.branches() {
            voltage_v -= elements.branch_ohm[k] * self.branch_a[k];
        }
        voltage_v
    }

    fn ocv_v(&self) -> f64 {
        self.ocv_at(self.charge_c).0
    }

    fn soc(&self) -> f64 {
        self.charge_c / self.capacity_c
    }

    fn capacity_ah(&self) -> f64 {
        self.capacity_c / COULOMB_PER_AH
    }

    fn charge_ah(&self) -> f64 {
        self.charge_c / COULOMB_PER_AH
    }

    fn temperature_k(&self) -> f64 {
        self.temperature_k
    }

    fn set_temperature_k(&mut self, temperature_k: f64) {
        if temperature_k == self.temperature_k {
            return;
        }
        self.temperature_k = temperature_k;
        self.rows = self.parameters.ocv.rows(temperature_k);
        self.weights = self.parameters.maps.weights(temperature_k);
        self.leak_a = self.parameters.self_discharge.current_a(temperature_k);
        self.fresh = false;
    }

    fn energy(&self) -> StepEnergy {
        let taken = &self.taken;
        if taken.dt_s <= 0.0 {
            return StepEnergy::default();
        }
        let (store_j, ocv_v) = self.released();
        let balance = taken.balance(&self.decays[..self.branches()], store_j, ocv_v);
        let reversible_j = self.reversible_j();
        StepEnergy {
            delivered_j: balance.delivered_j,
            heat_j: balance.lost_j + reversible_j,
            released_j: balance.released_j,
            reversible_j,
        }
    }

    fn heat_w(&self) -> f64 {
        let taken = &self.taken;
        if taken.dt_s <= 0.0 {
            return 0.0;
        }
        // Losses are independent of the released energy except for the self-discharge.
        let ocv_v = if taken.leak_a == 0.0 {
            0.0
        } else {
            self.released().1
        };
        let balance = taken.balance(&self.decays[..self.branches()], 0.0, ocv_v);
        (balance.lost_j + self.reversible_j()) / taken.dt_s
    }

    fn reset(&mut self, soc: f64, temperature_k: f64) {
        self.set_temperature_k(temperature_k);
        self.charge_c = soc * self.capacity_c;
        self.branch_a = [0.0; MAX_BRANCHES];
        self.hysteresis = 0.0;
        self.taken = Taken::default();
        self.interpolate();
    }

    fn spread(&mut self, capacity_factor: f64, resistance_factor: f64) {
        self.capacity_c *= capacity_factor;
        self.charge_c *= capacity_factor;
        self.resistance_factor *= resistance_factor;
        self.interpolate();
    }

    fn degrade(&mut self, fade: &Fade) {
        let bound_c = fade.lithium_ah.max(0.0) * COULOMB_PER_AH;
        let remains = 1.0
            - fade
                .negative_active
                .max(fade.positive_active)
                .clamp(0.0, 1.0);
        self.capacity_c = ((self.capacity_c - bound_c) * remains).max(f64::MIN_POSITIVE);
        self.charge_c = (self.charge_c - bound_c) * remains;
        self.series_ohm += fade.resistance_ohm.max(0.0);
        self.fresh = false;
    }
}

/// Index of the lower node beside `x`, or of the outermost pair; the search starts at `hint`.
#[inline]
fn segment(nodes: &[f64], x: f64, hint: &mut usize) -> usize {
    let last = nodes.len() - 2;
    let index = (*hint).min(last);
    if nodes[index] <= x && x < nodes[index + 1] {
        return index;
    }
    let found = nodes
        .partition_point(|node| *node <= x)
        .saturating_sub(1)
        .min(last);
    *hint = found;
    found
}

/// The nodes beside `x` and the weight of the upper; clamped at the ends.
fn between(nodes: &[f64], x: f64) -> (usize, usize, f64) {
    let last = nodes.len() - 1;
    let above = nodes.partition_point(|node| *node <= x);
    if above == 0 {
        return (0, 0, 0.0);
    }
    if above > last {
        return (last, last, 0.0);
    }
    let (low, high) = (nodes[above - 1], nodes[above]);
    (above - 1, above, (x - low) / (high - low))
}

fn check_nodes(name: &'static str, nodes: &[f64], least: usize) -> Result<(), CircuitError> {
    let rising = nodes.windows(2).all(|pair| pair[0] < pair[1]);
    if nodes.len() < least || !rising || nodes.iter().any(|n| !n.is_finite()) {
        return Err(CircuitError::new(
            name,
            &format!("at least {least} increasing nodes"),
        ));
    }
    Ok(())
}
