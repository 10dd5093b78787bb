//! A fast battery of equivalent circuits: structure of arrays, exact steps, one linear solve.
//!
//! Each cell is, with discharge current `I` constant over a step and `x_j` the current after a low-pass of time
//! constant `tau_j`,
//!
//! ```text
//! v = OCV(z,T) - s R0(z,T) I - s sum_j Rj(z,T) x_j       s: the cell's own factor on resistance
//! x_j(end) = a_j x_j + (1 - a_j) I,  a_j = exp(-dt / tau_j)
//! z(end) = z - I dt / (3600 Q)
//! ```
//!
//! so at the end of the step `v = E - R I` with `E = OCV - s sum Rj a_j x_j` and `R = s (R0 + sum Rj (1 - a_j)) +
//! dOCV/dz dt / (3600 Q)`: the step is implicit, and one linear solve shares the current exactly. Maps are evaluated at
//! the start of the step. Heat is the dissipation of the resistors, integrated exactly over the step, plus the
//! reversible `-I T dOCV/dT`.
//!
//! Left out: hysteresis, charge transfer that is not linear, and resistance that depends on the direction of the
//! current; a [`CellPack`](super::CellPack) of circuit cells has them.

use super::battery::{Battery, CellsView};
use super::maps::{BRANCHES, CircuitMaps, LANES, Lanes};
use super::sharing::{Connection, Sharing};
use super::spread::Spread;
use super::thermal::ThermalNetwork;
use super::topology::Topology;
use crate::cell::Source;

/// Seconds in an hour.
const HOUR_S: f64 = 3600.0;

/// State of [`LANES`] cells that only their own step accesses.
#[derive(Clone, Debug)]
struct Cells {
    /// Change of the state of charge with one ampere-hour.
    soc_per_ah: Lanes,
    /// Factor on all resistances.
    resistance_factor: Lanes,
    /// Low-passed currents of the branches, in ampere.
    filtered_a: [Lanes; BRANCHES],
}

/// Cells during the prepared step.
#[derive(Clone, Debug)]
struct Tangent {
    r0_ohm: Lanes,
    branch_ohm: [Lanes; BRANCHES],
    /// Fall of the voltage at the end of the step with the current.
    own_ohm: Lanes,
    /// Temperature times the derivative of the OCV with respect to it: reversible heat absorbed per ampere.
    entropic_v: Lanes,
}

/// A battery of equivalent circuits. Cells are processed `LANES` at a time; if their number is no multiple, padding
/// cells at the end carry no current and are not visible.
#[derive(Clone, Debug)]
pub struct CircuitPack {
    topology: Topology,
    maps: CircuitMaps,
    sharing: Sharing,
    thermal: Option<ThermalNetwork>,
    cells: Vec<Cells>,
    soc: Vec<Lanes>,
    temperature_k: Vec<Lanes>,
    current_a: Vec<Lanes>,
    voltage_v: Vec<Lanes>,
    heat_w: Vec<Lanes>,
    step: Held,
    tangents: Vec<Tangent>,
    emf_v: Vec<Lanes>,
    conductance_s: Vec<Lanes>,
}

/// Factors of a step with a constant current.
#[derive(Clone, Copy, Debug, Default)]
struct Held {
    dt_s: f64,
    /// `exp(-dt / tau)`.
    decay: [f64; BRANCHES],
    /// Mean of `exp(-t / tau)` over the step.
    mean: [f64; BRANCHES],
    /// Mean of `exp(-2 t / tau)` over the step.
    mean_square: [f64; BRANCHES],
}

impl Held {
    fn new(tau_s: [f64; BRANCHES], dt_s: f64) -> Self {
        Self {
            dt_s,
            decay: tau_s.map(|tau_s| (-dt_s / tau_s).exp()),
            mean: tau_s.map(|tau_s| -(-dt_s / tau_s).exp_m1() * tau_s / dt_s),
            mean_square: tau_s.map(|tau_s| -(-2.0 * dt_s / tau_s).exp_m1() * 0.5 * tau_s / dt_s),
        }
    }
}

impl CircuitPack {
    /// A battery of cells at rest.
    #[must_use]
    pub fn new(
        maps: CircuitMaps,
        topology: Topology,
        connection: Connection,
        spread: &Spread,
        soc: f64,
        temperature_k: f64,
    ) -> Self {
        let blocks = topology.cells().div_ceil(LANES);
        let own: Vec<_> = (0..blocks * LANES)
            .map(|cell| spread.of_cell(cell))
            .collect();
        let own = own.as_chunks::<LANES>().0;
        let zeros = vec![[0.0; LANES]; blocks];
        let cells = own.iter().map(|own| Cells {
            soc_per_ah: own.map(|own| 1.0 / (maps.capacity_ah * own.capacity_factor)),
            resistance_factor: own.map(|own| own.resistance_factor),
            filtered_a: [[0.0; LANES]; BRANCHES],
        });
        let mut pack = Self {
            topology,
            sharing: Sharing::new(connection, topology),
            thermal: None,
            cells: cells.collect(),
            soc: own
                .iter()
                .map(|own| own.map(|own| (soc + own.soc).clamp(0.0, 1.0)))
                .collect(),
            temperature_k: own
                .iter()
                .map(|own| own.map(|own| temperature_k + own.temperature_k))
                .collect(),
            current_a: zeros.clone(),
            voltage_v: zeros.clone(),
            heat_w: zeros.clone(),
            step: Held::default(),
            tangents: vec![
                Tangent {
                    r0_ohm: [0.0; LANES],
                    branch_ohm: [[0.0; LANES]; BRANCHES],
                    own_ohm: [0.0; LANES],
                    entropic_v: [0.0; LANES],
                };
                blocks
            ],
            emf_v: zeros.clone(),
            conductance_s: zeros,
            maps,
        };
        pack.settle();
        pack
    }

    /// Shows the voltages of cells at rest.
    fn settle(&mut self) {
        for (block, voltage_v) in self.voltage_v.iter_mut().enumerate() {
            let looked = self
                .maps
                .interpolate(&self.soc[block], &self.temperature_k[block]);
            *voltage_v = looked.value.map(|value| value[0]);
        }
    }

    /// Adds a thermal network; without one the cells keep their temperature.
    #[must_use]
    pub fn with_thermal(mut self, network: ThermalNetwork) -> Self {
        let cells = self.topology.cells();
        self.temperature_k.as_flattened_mut()[..cells].copy_from_slice(network.cell_k());
        self.settle();
        self.thermal = Some(network);
        self
    }

    /// The thermal network, if any.
    #[must_use]
    pub fn thermal(&self) -> Option<&ThermalNetwork> {
        self.thermal.as_ref()
    }

    /// Heat of each cell during the last step, its contact included, in watt.
    #[must_use]
    pub fn heat_w(&self) -> &[f64] {
        self.flat(&self.heat_w)
    }

    /// Evaluates every cell's maps and its source.
    fn sources(&mut self) {
        let (held, contact_ohm) = (self.step, self.sharing.connection().contact_ohm);
        let per_ampere = held.dt_s / HOUR_S;
        let rise = held.decay.map(|decay| 1.0 - decay);
        for (block, cells) in self.cells.iter().enumerate() {
            let tangent = &mut self.tangents[block];
            let (soc, temperature_k) = (&self.soc[block], &self.temperature_k[block]);
            let looked = self.maps.interpolate(soc, temperature_k);
            let (emf_v, conductance_s) = (&mut self.emf_v[block], &mut self.conductance_s[block]);
            for k in 0..LANES {
                let factor = cells.resistance_factor[k];
                let [ocv_v, r0, r1, r2] = looked.value[k];
                let branch_ohm = [r1 * factor, r2 * factor, looked.last_ohm[k] * factor];
                tangent.r0_ohm[k] = r0 * factor;
                tangent.entropic_v[k] = looked.ocv_per_k[k] * temperature_k[k];
                emf_v[k] = ocv_v;
                tangent.own_ohm[k] =
                    tangent.r0_ohm[k] + looked.ocv_per_soc_v[k] * per_ampere * cells.soc_per_ah[k];
                for j in 0..BRANCHES {
                    tangent.branch_ohm[j][k] = branch_ohm[j];
                    emf_v[k] -= branch_ohm[j] * held.decay[j] * cells.filtered_a[j][k];
                    tangent.own_ohm[k] += branch_ohm[j] * rise[j];
                }
                conductance_s[k] = 1.0 / (tangent.own_ohm[k] + contact_ohm);
            }
        }
    }

    /// Moves every cell to the end of the step.
    fn update(&mut self) {
        let (held, contact_ohm) = (self.step, self.sharing.connection().contact_ohm);
        let per_ampere = held.dt_s / HOUR_S;
        for (block, cells) in self.cells.iter_mut().enumerate() {
            let (current_a, emf_v) = (&self.current_a[block], &self.emf_v[block]);
            let tangent = &self.tangents[block];
            let (soc, voltage_v) = (&mut self.soc[block], &mut self.voltage_v[block]);
            let heat_w = &mut self.heat_w[block];
            for k in 0..LANES {
                let i = current_a[k];
                soc[k] -= i * per_ampere * cells.soc_per_ah[k];
                voltage_v[k] = emf_v[k] - tangent.own_ohm[k] * i;
                let mut heat =
                    (tangent.r0_ohm[k] + contact_ohm) * i * i - i * tangent.entropic_v[k];
                for j in 0..BRANCHES {
                    // The filtered current moves from `i + above` to `i`; its mean square gives the heat.
                    let above = cells.filtered_a[j][k] - i;
                    cells.filtered_a[j][k] = i + held.decay[j] * above;
                    let square_a2 =
                        i * (i + 2.0 * above * held.mean[j]) + above * above * held.mean_square[j];
                    heat += tangent.branch_ohm[j][k] * square_a2;
                }
                heat_w[k] = heat;
            }
        }
    }

    /// The cells of a quantity stored in blocks.
    fn flat<'a>(&self, blocks: &'a [Lanes]) -> &'a [f64] {
        &blocks.as_flattened()[..self.topology.cells()]
    }
}

impl Battery for CircuitPack {
    fn topology(&self) -> Topology {
        self.topology
    }

    #[allow(clippy::cast_precision_loss)] // Few cells.
    fn nominal_capacity_ah(&self) -> f64 {
        self.maps.capacity_ah * self.topology.parallel as f64
    }

    fn charge_ah(&self) -> f64 {
        let capacity_ah = self
            .cells
            .iter()
            .flat_map(|cells| cells.soc_per_ah.map(f64::recip));
        self.flat(&self.soc)
            .iter()
            .zip(capacity_ah)
            .map(|(soc, capacity_ah)| soc * capacity_ah)
            .sum()
    }

    fn prepare(&mut self, dt_s: f64) {
        if dt_s.to_bits() != self.step.dt_s.to_bits() {
            self.step = Held::new(self.maps.tau_s, dt_s);
        }
        self.sources();
    }

    fn linearise(&mut self) -> Source {
        self.sharing
            .linearise(self.emf_v.as_flattened(), self.conductance_s.as_flattened())
    }

    fn share(&mut self, current_a: f64) -> f64 {
        let (emf_v, conductance_s) = (self.emf_v.as_flattened(), self.conductance_s.as_flattened());
        self.sharing.share(
            emf_v,
            conductance_s,
            current_a,
            self.current_a.as_flattened_mut(),
        );
        0.0
    }

    /// No guess: cells are linear.
    fn restart(&mut self) {}

    fn advance(&mut self, air_k: f64, dt_s: f64) {
        self.update();
        if let Some(network) = &mut self.thermal {
            let cells = self.topology.cells();
            network.step(&self.heat_w.as_flattened()[..cells], air_k, dt_s);
            self.temperature_k.as_flattened_mut()[..cells].copy_from_slice(network.cell_k());
        }
    }

    fn cells(&self) -> CellsView<'_> {
        CellsView {
            soc: self.flat(&self.soc),
            current_a: self.flat(&self.current_a),
            voltage_v: self.flat(&self.voltage_v),
            temperature_k: self.flat(&self.temperature_k),
        }
    }

    fn group_voltage_v(&self) -> &[f64] {
        self.sharing.group_voltage_v()
    }
}
