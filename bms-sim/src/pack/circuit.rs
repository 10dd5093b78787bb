//! A fast battery of equivalent circuits: structure of arrays, exact steps, one linear solve.
//!
//! Each cell is, with discharge current `I` held over a step and `x_j` the current after a low-pass of time constant
//! `tau_j`,
//!
//! ```text
//! v = OCV(z,T) - s R0(z,T) I - s sum_j Rj(z,T) x_j       s: the cell's own factor on resistance
//! x_j(end) = a_j x_j + (1 - a_j) I,  a_j = exp(-dt / tau_j)
//! z(end) = z - I dt / (3600 Q)
//! ```
//!
//! so at the end of the step `v = E - R I` with `E = OCV - s sum Rj a_j x_j` and
//! `R = s (R0 + sum Rj (1 - a_j)) + dOCV/dz dt / (3600 Q)`: the step is implicit, and one linear solve shares the
//! current exactly. Maps are looked up at the start of the step. Heat is what the resistors turn to heat, exactly
//! integrated over the step, plus the reversible `-I T dOCV/dT`.
//!
//! Left out: hysteresis, charge transfer that is not linear, and resistance that depends on the direction of the
//! current; a [`CellPack`](super::CellPack) of circuit cells has them.

use super::battery::{Battery, CellsView};
use super::maps::CircuitMaps;
use super::sharing::{Connection, Sharing};
use super::spread::Spread;
use super::thermal::ThermalNetwork;
use super::topology::Topology;
use crate::cell::Source;

/// Seconds in an hour.
const HOUR_S: f64 = 3600.0;

/// A battery of equivalent circuits.
#[derive(Clone, Debug)]
pub struct CircuitPack {
    topology: Topology,
    maps: CircuitMaps,
    sharing: Sharing,
    thermal: Option<ThermalNetwork>,
    // Of each cell, for good.
    /// Change of the state of charge with one ampere-hour.
    soc_per_ah: Vec<f64>,
    resistance_factor: Vec<f64>,
    // State of each cell.
    soc: Vec<f64>,
    temperature_k: Vec<f64>,
    filtered_a: [Vec<f64>; 2],
    // What the last step was.
    current_a: Vec<f64>,
    voltage_v: Vec<f64>,
    group_voltage_v: Vec<f64>,
    group_source: Vec<Source>,
    // The prepared step.
    step: Held,
    emf_v: Vec<f64>,
    own_ohm: Vec<f64>,
    conductance_s: Vec<f64>,
    ohm: [Vec<f64>; 3],
    entropic_v: Vec<f64>,
    heat_w: Vec<f64>,
}

/// Factors of a step with the current held.
#[derive(Clone, Copy, Debug, Default)]
struct Held {
    dt_s: f64,
    /// `exp(-dt / tau)`.
    decay: [f64; 2],
    /// Mean of `exp(-t / tau)` over the step.
    mean: [f64; 2],
    /// Mean of `exp(-2 t / tau)` over the step.
    mean_square: [f64; 2],
}

impl Held {
    fn new(tau_s: [f64; 2], dt_s: f64) -> Self {
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
        let count = topology.cells();
        let own: Vec<_> = (0..count).map(|cell| spread.of_cell(cell)).collect();
        let soc: Vec<_> = own
            .iter()
            .map(|own| (soc + own.soc).clamp(0.0, 1.0))
            .collect();
        let temperature_k: Vec<_> = own
            .iter()
            .map(|own| temperature_k + own.temperature_k)
            .collect();
        let voltage_v = soc
            .iter()
            .zip(&temperature_k)
            .map(|(&z, &t)| maps.look(z, t).value[0])
            .collect();
        Self {
            topology,
            sharing: Sharing::new(connection),
            thermal: None,
            soc_per_ah: own
                .iter()
                .map(|own| 1.0 / (maps.capacity_ah * own.capacity_factor))
                .collect(),
            resistance_factor: own.iter().map(|own| own.resistance_factor).collect(),
            maps,
            soc,
            temperature_k,
            filtered_a: [vec![0.0; count], vec![0.0; count]],
            current_a: vec![0.0; count],
            voltage_v,
            group_voltage_v: vec![0.0; topology.series],
            group_source: vec![
                Source {
                    e_v: 0.0,
                    r_ohm: 1.0
                };
                topology.series
            ],
            step: Held::default(),
            emf_v: vec![0.0; count],
            own_ohm: vec![0.0; count],
            conductance_s: vec![0.0; count],
            ohm: [vec![0.0; count], vec![0.0; count], vec![0.0; count]],
            entropic_v: vec![0.0; count],
            heat_w: vec![0.0; count],
        }
    }

    /// Puts the cells into a thermal network; without one they keep their temperature.
    #[must_use]
    pub fn with_thermal(mut self, network: ThermalNetwork) -> Self {
        self.temperature_k.copy_from_slice(network.cell_k());
        self.thermal = Some(network);
        self
    }

    /// The thermal network, if there is one.
    #[must_use]
    pub fn thermal(&self) -> Option<&ThermalNetwork> {
        self.thermal.as_ref()
    }

    /// Heat of each cell during the last step, its contact included, in watt.
    #[must_use]
    pub fn heat_w(&self) -> &[f64] {
        &self.heat_w
    }

    /// Looks up every cell's maps and makes it a source.
    fn sources(&mut self) {
        let count = self.soc.len();
        let (held, contact_ohm) = (self.step, self.sharing.connection().contact_ohm);
        let per_ampere = held.dt_s / HOUR_S;
        let rise = [1.0 - held.decay[0], 1.0 - held.decay[1]];
        // Slices of one length, so that indices need no check.
        let (soc, temperature_k) = (&self.soc[..count], &self.temperature_k[..count]);
        let (factor, soc_per_ah) = (&self.resistance_factor[..count], &self.soc_per_ah[..count]);
        let [fast_a, slow_a] = &self.filtered_a;
        let (fast_a, slow_a) = (&fast_a[..count], &slow_a[..count]);
        let [r0, r1, r2] = &mut self.ohm;
        let (r0, r1, r2) = (&mut r0[..count], &mut r1[..count], &mut r2[..count]);
        let (emf_v, conductance_s) = (&mut self.emf_v[..count], &mut self.conductance_s[..count]);
        let (own_ohm, entropic_v) = (&mut self.own_ohm[..count], &mut self.entropic_v[..count]);
        for k in 0..count {
            let looked = self.maps.look(soc[k], temperature_k[k]);
            let [ocv_v, ohm0, ohm1, ohm2] = looked.value;
            let (ohm0, ohm1, ohm2) = (ohm0 * factor[k], ohm1 * factor[k], ohm2 * factor[k]);
            emf_v[k] = ocv_v - ohm1 * held.decay[0] * fast_a[k] - ohm2 * held.decay[1] * slow_a[k];
            let ohm = ohm0
                + ohm1 * rise[0]
                + ohm2 * rise[1]
                + looked.ocv_per_soc_v * per_ampere * soc_per_ah[k];
            conductance_s[k] = 1.0 / (ohm + contact_ohm);
            own_ohm[k] = ohm;
            entropic_v[k] = looked.ocv_per_k * temperature_k[k];
            (r0[k], r1[k], r2[k]) = (ohm0, ohm1, ohm2);
        }
    }

    /// Moves every cell to the end of the step.
    fn update(&mut self) {
        let count = self.soc.len();
        let (held, contact_ohm) = (self.step, self.sharing.connection().contact_ohm);
        let per_ampere = held.dt_s / HOUR_S;
        let (current_a, soc_per_ah) = (&self.current_a[..count], &self.soc_per_ah[..count]);
        let (emf_v, own_ohm) = (&self.emf_v[..count], &self.own_ohm[..count]);
        let [r0, r1, r2] = &self.ohm;
        let (r0, r1, r2) = (&r0[..count], &r1[..count], &r2[..count]);
        let entropic_v = &self.entropic_v[..count];
        let [fast_a, slow_a] = &mut self.filtered_a;
        let (fast_a, slow_a) = (&mut fast_a[..count], &mut slow_a[..count]);
        let (soc, voltage_v) = (&mut self.soc[..count], &mut self.voltage_v[..count]);
        let heat_w = &mut self.heat_w[..count];
        for k in 0..count {
            let i = current_a[k];
            soc[k] -= i * per_ampere * soc_per_ah[k];
            voltage_v[k] = emf_v[k] - own_ohm[k] * i;
            let (fast, slow) = (fast_a[k] - i, slow_a[k] - i);
            fast_a[k] = i + held.decay[0] * fast;
            slow_a[k] = i + held.decay[1] * slow;
            let fast_square =
                i * (i + 2.0 * fast * held.mean[0]) + fast * fast * held.mean_square[0];
            let slow_square =
                i * (i + 2.0 * slow * held.mean[1]) + slow * slow * held.mean_square[1];
            heat_w[k] = (r0[k] + contact_ohm) * i * i + r1[k] * fast_square + r2[k] * slow_square
                - i * entropic_v[k];
        }
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
        self.soc
            .iter()
            .zip(&self.soc_per_ah)
            .map(|(soc, soc_per_ah)| soc / soc_per_ah)
            .sum()
    }

    fn prepare(&mut self, dt_s: f64) {
        if dt_s.to_bits() != self.step.dt_s.to_bits() {
            self.step = Held::new(self.maps.tau_s, dt_s);
        }
        self.sources();
    }

    fn linearise(&mut self) -> Source {
        let mut whole = Source {
            e_v: 0.0,
            r_ohm: 0.0,
        };
        for (group, slot) in self.group_source.iter_mut().enumerate() {
            let cells = self.topology.group(group);
            *slot = self
                .sharing
                .group_source(&self.emf_v[cells.clone()], &self.conductance_s[cells]);
            whole.e_v += slot.e_v;
            whole.r_ohm += slot.r_ohm;
        }
        whole
    }

    fn share(&mut self, current_a: f64) -> f64 {
        let interconnect_v = self.sharing.connection().interconnect_ohm * current_a;
        for (group, source) in self.group_source.iter().enumerate() {
            let cells = self.topology.group(group);
            self.sharing.share(
                &self.emf_v[cells.clone()],
                &self.conductance_s[cells.clone()],
                current_a,
                &mut self.current_a[cells],
            );
            self.group_voltage_v[group] = source.voltage_v(current_a) + interconnect_v;
        }
        0.0
    }

    fn advance(&mut self, air_k: f64, dt_s: f64) {
        self.update();
        if let Some(network) = &mut self.thermal {
            network.step(&self.heat_w, air_k, dt_s);
            self.temperature_k.copy_from_slice(network.cell_k());
        }
    }

    fn cells(&self) -> CellsView<'_> {
        CellsView {
            soc: &self.soc,
            current_a: &self.current_a,
            voltage_v: &self.voltage_v,
            temperature_k: &self.temperature_k,
        }
    }

    fn group_voltage_v(&self) -> &[f64] {
        &self.group_voltage_v
    }
}
