//! A battery of cells of any physics.

use super::battery::{Battery, CellsView};
use super::sharing::{Connection, Sharing};
use super::spread::Spread;
use super::thermal::ThermalNetwork;
use super::topology::Topology;
use crate::cell::{CellModel, Source};

/// Change of temperature at which a cell is updated, in kelvin: each update repeats costly work.
const TEMPERATURE_STEP_K: f64 = 0.02;
/// Margin of a randomised initial state of charge to empty and full.
const SOC_MARGIN: f64 = 1e-3;

/// A battery of [`CellModel`]s.
#[derive(Debug)]
pub struct CellPack<M> {
    topology: Topology,
    nominal_capacity_ah: f64,
    cells: Vec<M>,
    sharing: Sharing,
    thermal: Option<ThermalNetwork>,
    /// Tangents of the cells without contacts.
    source: Vec<Source>,
    emf_v: Vec<f64>,
    conductance_s: Vec<f64>,
    /// The same at the end of the last step; empty before the first.
    last_emf_v: Vec<f64>,
    last_conductance_s: Vec<f64>,
    stepped: bool,
    current_a: Vec<f64>,
    /// Guess of the currents during the prepared step, and the currents after sharing.
    guess_a: Vec<f64>,
    next_a: Vec<f64>,
    soc: Vec<f64>,
    voltage_v: Vec<f64>,
    temperature_k: Vec<f64>,
    heat_w: Vec<f64>,
}

impl<M: CellModel + Clone> CellPack<M> {
    /// A battery of siblings of `cell`, each at rest with its own capacity, resistance, state of charge and
    /// temperature.
    #[must_use]
    pub fn new(
        cell: &M,
        topology: Topology,
        connection: Connection,
        spread: &Spread,
        soc: f64,
        temperature_k: f64,
    ) -> Self {
        let cells = (0..topology.cells()).map(|number| {
            let deviation = spread.of_cell(number);
            let mut cell = cell.clone();
            cell.spread(deviation.capacity_factor, deviation.resistance_factor);
            let own_soc = if spread.soc_sigma > 0.0 {
                (soc + deviation.soc).clamp(SOC_MARGIN, 1.0 - SOC_MARGIN)
            } else {
                soc
            };
            cell.reset(own_soc, temperature_k + deviation.temperature_k);
            cell
        });
        #[allow(clippy::cast_precision_loss)] // Few cells.
        let nominal_capacity_ah = cell.capacity_ah() * topology.parallel as f64;
        Self::from_cells(cells.collect(), topology, connection, nominal_capacity_ah)
    }
}

impl<M: CellModel> CellPack<M> {
    /// A battery of these cells, in the order of [`Topology::group`].
    ///
    /// # Panics
    /// The number of cells is not that of the topology.
    #[must_use]
    pub fn from_cells(
        cells: Vec<M>,
        topology: Topology,
        connection: Connection,
        nominal_capacity_ah: f64,
    ) -> Self {
        let count = topology.cells();
        assert_eq!(
            cells.len(),
            count,
            "as many cells as the topology has places"
        );
        Self {
            topology,
            nominal_capacity_ah,
            sharing: Sharing::new(connection, topology),
            thermal: None,
            source: vec![
                Source {
                    e_v: 0.0,
                    r_ohm: 1.0
                };
                count
            ],
            emf_v: vec![0.0; count],
            conductance_s: vec![0.0; count],
            last_emf_v: vec![0.0; count],
            last_conductance_s: vec![0.0; count],
            stepped: false,
            current_a: vec![0.0; count],
            guess_a: vec![0.0; count],
            next_a: vec![0.0; count],
            soc: cells.iter().map(CellModel::soc).collect(),
            voltage_v: cells.iter().map(|cell| cell.voltage_v(0.0)).collect(),
            temperature_k: cells.iter().map(CellModel::temperature_k).collect(),
            heat_w: vec![0.0; count],
            cells,
        }
    }

    /// Adds a thermal network; without one the cells keep their temperature.
    #[must_use]
    pub fn with_thermal(mut self, network: ThermalNetwork) -> Self {
        self.temperature_k.copy_from_slice(network.cell_k());
        self.thermal = Some(network);
        self
    }

    /// Sets the nominal capacity for C-rates if it differs from the sum of the cells'.
    #[must_use]
    pub fn with_nominal_capacity_ah(mut self, capacity_ah: f64) -> Self {
        self.nominal_capacity_ah = capacity_ah;
        self
    }

    /// The thermal network, if any.
    #[must_use]
    pub fn thermal(&self) -> Option<&ThermalNetwork> {
        self.thermal.as_ref()
    }

    /// Mutable access to the thermal network, if any.
    pub fn thermal_mut(&mut self) -> Option<&mut ThermalNetwork> {
        self.thermal.as_mut()
    }

    /// The cells themselves.
    #[must_use]
    pub fn models(&self) -> &[M] {
        &self.cells
    }

    /// The cells themselves, to be changed between steps.
    pub fn models_mut(&mut self) -> &mut [M] {
        &mut self.cells
    }

    /// Steps the thermal network and updates the cells whose temperature changed.
    fn warm(&mut self, air_k: f64, dt_s: f64) {
        let Some(network) = &mut self.thermal else {
            return;
        };
        network.step(&self.heat_w, air_k, dt_s);
        self.temperature_k.copy_from_slice(network.cell_k());
        for (cell, &temperature_k) in self.cells.iter_mut().zip(&self.temperature_k) {
            if (cell.temperature_k() - temperature_k).abs() >= TEMPERATURE_STEP_K {
                cell.set_temperature_k(temperature_k);
            }
        }
    }
}

impl<M: CellModel> Battery for CellPack<M> {
    fn topology(&self) -> Topology {
        self.topology
    }

    fn nominal_capacity_ah(&self) -> f64 {
        self.nominal_capacity_ah
    }

    fn charge_ah(&self) -> f64 {
        self.cells.iter().map(CellModel::charge_ah).sum()
    }

    fn prepare(&mut self, dt_s: f64) {
        self.restart();
        for cell in &mut self.cells {
            cell.prepare(dt_s);
        }
    }

    fn linearise(&mut self) -> Source {
        let contact_ohm = self.sharing.connection().contact_ohm;
        for (k, cell) in self.cells.iter_mut().enumerate() {
            let source = cell.source(self.guess_a[k]);
            self.source[k] = source;
            self.emf_v[k] = source.e_v;
            self.conductance_s[k] = 1.0 / (source.r_ohm + contact_ohm);
        }
        self.sharing.linearise(&self.emf_v, &self.conductance_s)
    }

    fn share(&mut self, current_a: f64) -> f64 {
        self.sharing.share(
            &self.emf_v,
            &self.conductance_s,
            current_a,
            &mut self.next_a,
        );
        let mut change_v: f64 = 0.0;
        for ((guess_a, next_a), source) in self.guess_a.iter().zip(&self.next_a).zip(&self.source) {
            change_v = change_v.max(((next_a - guess_a) * source.r_ohm).abs());
        }
        std::mem::swap(&mut self.guess_a, &mut self.next_a);
        change_v
    }

    fn restart(&mut self) {
        self.guess_a.copy_from_slice(&self.current_a);
    }

    fn foresee(&mut self, current_of: &mut dyn FnMut(Source) -> Option<f64>) {
        if !self.stepped {
            return;
        }
        let (emf_v, conductance_s) = (&self.last_emf_v, &self.last_conductance_s);
        let source = self.sharing.linearise(emf_v, conductance_s);
        if let Some(current_a) = current_of(source) {
            self.sharing
                .share(emf_v, conductance_s, current_a, &mut self.guess_a);
        }
    }

    fn advance(&mut self, air_k: f64, dt_s: f64) {
        std::mem::swap(&mut self.emf_v, &mut self.last_emf_v);
        std::mem::swap(&mut self.conductance_s, &mut self.last_conductance_s);
        self.stepped = true;
        let contact_ohm = self.sharing.connection().contact_ohm;
        self.current_a.copy_from_slice(&self.guess_a);
        for (k, cell) in self.cells.iter_mut().enumerate() {
            let current_a = self.current_a[k];
            self.voltage_v[k] = self.source[k].voltage_v(current_a);
            cell.step(current_a, dt_s);
            self.soc[k] = cell.soc();
            self.heat_w[k] = cell.heat_w() + contact_ohm * current_a * current_a;
        }
        self.warm(air_k, dt_s);
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
        self.sharing.group_voltage_v()
    }
}
