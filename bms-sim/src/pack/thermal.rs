//! Heat in a battery of modules on cold plates, cooled by one loop of coolant.
//!
//! Groups in series form modules of `groups_per_module`. In a module cell `p` of one group is adjacent to cell `p` of
//! the next; every cell is on the module's plate and may lose heat to the air. Coolant passes the plates in sequence,
//! each a heat exchanger with one stream, and returns through a reservoir with a radiator.
//!
//! ```text
//! C dT_cell/dt  = heat - g_plate (T_cell - T_plate) - g_air (T_cell - T_air) - g_cell sum (T_cell - T_neighbour)
//! Cp dT_plate/dt = sum g_plate (T_cell - T_plate) - w e (T_plate - T_in)
//! T_out = T_in + e (T_plate - T_in),   e = 1 - exp(-UA / w),   w = mass flow times heat capacity
//! Cr dT_res/dt  = w (T_out,last - T_res) - g_radiator (T_res - T_air) + heater
//! ```
//!
//! (Effectiveness of a stream past a wall of uniform temperature: Incropera et al., *Fundamentals of Heat and Mass
//! Transfer*, chapter 11.) One backward-Euler step solves the whole network: along a module by the Thomas algorithm,
//! along the loop in sequence since coolant flows one way. So every heat flow follows the temperature differences at
//! the end of the step, for any step, and the balance closes to rounding.
//!
//! Not modelled: neighbours within a group, gradients within a cell, radiation, and the coolant volume of the plates.

use serde::{Deserialize, Serialize};

use super::sums::sum_of;
use super::topology::Topology;
use crate::range::{RangeError, check_fields};

/// Parameters of the thermal network.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ThermalConfig {
    /// Groups in series in each module, at least 1; the last module may have fewer.
    pub groups_per_module: usize,
    /// Heat capacity of a cell, in joule per kelvin, positive.
    pub cell_j_per_k: f64,
    /// Conductance from a cell to its plate, in watt per kelvin, not negative.
    pub cell_to_plate_w_per_k: f64,
    /// Conductance from a cell to the air, in watt per kelvin, not negative.
    pub cell_to_air_w_per_k: f64,
    /// Conductance from a cell to its neighbour in the next group of the module, in watt per kelvin, not negative.
    pub cell_to_cell_w_per_k: f64,
    /// Heat capacity of a module's plate, in joule per kelvin, positive.
    pub plate_j_per_k: f64,
    /// From a plate to the coolant, in watt per kelvin, not negative.
    pub plate_to_coolant_w_per_k: f64,
    /// Heat capacity flow of the coolant (mass flow times specific heat), in watt per kelvin, not negative; 0 with the
    /// pump off.
    pub coolant_w_per_k: f64,
    /// Heat capacity of the coolant in the loop, in joule per kelvin, positive.
    pub reservoir_j_per_k: f64,
    /// Conductance from the coolant to the air in the radiator, in watt per kelvin, not negative; bypassed while the
    /// heater is on.
    pub radiator_w_per_k: f64,
    /// Power of the heater in the reservoir while it is on, in watt, not negative; 0 without one.
    pub heater_w: f64,
}

impl Default for ThermalConfig {
    /// Cells of 70 g in still air, and no cooling.
    fn default() -> Self {
        Self {
            groups_per_module: 12,
            cell_j_per_k: 70.0,
            cell_to_plate_w_per_k: 0.0,
            cell_to_air_w_per_k: 0.05,
            cell_to_cell_w_per_k: 0.0,
            plate_j_per_k: 1_000.0,
            plate_to_coolant_w_per_k: 0.0,
            coolant_w_per_k: 0.0,
            reservoir_j_per_k: 10_000.0,
            radiator_w_per_k: 0.0,
            heater_w: 0.0,
        }
    }
}

impl ThermalConfig {
    /// Checks every field.
    ///
    /// # Errors
    /// The first field that is outside the range its documentation gives.
    #[allow(clippy::cast_precision_loss)] // A count of groups.
    pub fn validate(&self) -> Result<(), RangeError> {
        check_fields! { self;
            groups_per_module as f64: Count, cell_j_per_k: Positive, cell_to_plate_w_per_k: NotNegative,
            cell_to_air_w_per_k: NotNegative, cell_to_cell_w_per_k: NotNegative, plate_j_per_k: Positive,
            plate_to_coolant_w_per_k: NotNegative, coolant_w_per_k: NotNegative, reservoir_j_per_k: Positive,
            radiator_w_per_k: NotNegative, heater_w: NotNegative
        }
    }
}

/// Heat that one step moved, in joule.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ThermalStep {
    /// Generated in the cells and by the heater.
    pub generated_j: f64,
    /// Given to the air by cells and radiator.
    pub to_air_j: f64,
    /// Rise of the heat stored in cells, plates and coolant.
    pub stored_j: f64,
}

/// A module's part of the factorised step.
#[derive(Clone, Debug)]
struct Module {
    /// First and one past the last group.
    groups: std::ops::Range<usize>,
    /// Pivot of each row of the Thomas algorithm; the same for all cells of a group.
    pivot_w_per_k: Vec<f64>,
    /// How each row's temperature follows the plate's.
    follows_plate: Vec<f64>,
    /// Coefficient of the plate's temperature after elimination of the cells.
    plate_w_per_k: f64,
}

/// The thermal network of a battery and its temperatures.
#[derive(Clone, Debug)]
pub struct ThermalNetwork {
    config: ThermalConfig,
    topology: Topology,
    cell_k: Vec<f64>,
    plate_k: Vec<f64>,
    reservoir_k: f64,
    heats: bool,
    modules: Vec<Module>,
    prepared_dt_s: f64,
    /// `(constant, factor on the reservoir's temperature)` of each plate.
    plate_affine: Vec<(f64, f64)>,
}

impl ThermalNetwork {
    /// A network with plates and coolant at `coolant_k` and cells at `cell_k`, one per cell, in kelvin.
    #[must_use]
    pub fn new(
        config: ThermalConfig,
        topology: Topology,
        cell_k: Vec<f64>,
        coolant_k: f64,
    ) -> Self {
        let modules = topology.series.div_ceil(config.groups_per_module);
        Self {
            config,
            topology,
            cell_k,
            plate_k: vec![coolant_k; modules],
            reservoir_k: coolant_k,
            heats: false,
            modules: Vec::with_capacity(modules),
            prepared_dt_s: f64::NAN,
            plate_affine: Vec::with_capacity(modules),
        }
    }

    /// Temperature of each cell, in kelvin.
    #[must_use]
    pub fn cell_k(&self) -> &[f64] {
        &self.cell_k
    }

    /// Temperature of each module's plate, in kelvin.
    #[must_use]
    pub fn plate_k(&self) -> &[f64] {
        &self.plate_k
    }

    /// Temperature of the coolant in the reservoir, in kelvin.
    #[must_use]
    pub fn reservoir_k(&self) -> f64 {
        self.reservoir_k
    }

    /// Temperature of the coolant at the outlet of the last plate, in kelvin.
    #[must_use]
    pub fn outlet_k(&self) -> f64 {
        let effectiveness = self.effectiveness();
        self.plate_k.iter().fold(self.reservoir_k, |k, plate_k| {
            k + effectiveness * (plate_k - k)
        })
    }

    /// Sets the heat capacity flow of the coolant, in watt per kelvin, not negative; 0 with the pump off.
    pub fn set_coolant_w_per_k(&mut self, coolant_w_per_k: f64) {
        self.config.coolant_w_per_k = coolant_w_per_k;
        self.prepared_dt_s = f64::NAN;
    }

    /// Switches the heater.
    pub fn set_heats(&mut self, heats: bool) {
        self.heats = heats;
    }

    /// Present power of the heater, in watt.
    #[must_use]
    pub fn heater_w(&self) -> f64 {
        if self.heats {
            self.config.heater_w
        } else {
            0.0
        }
    }

    /// Present conductance of the radiator, in watt per kelvin.
    fn radiator_w_per_k(&self) -> f64 {
        if self.heats {
            0.0
        } else {
            self.config.radiator_w_per_k
        }
    }

    /// Parameters of the network.
    #[must_use]
    pub fn config(&self) -> &ThermalConfig {
        &self.config
    }

    /// Makes a step of `dt_s` seconds, positive, with each cell's heat in watt and the air at `air_k`.
    pub fn step(&mut self, heat_w: &[f64], air_k: f64, dt_s: f64) -> ThermalStep {
        if dt_s.to_bits() != self.prepared_dt_s.to_bits() {
            self.prepare(dt_s);
        }
        let before_j = self.stored_j(air_k);
        let reservoir_before_k = self.reservoir_k;
        let outlet = self.forward(heat_w, air_k, dt_s);
        self.solve_reservoir(outlet, air_k, dt_s);
        self.backward();
        // Differences of temperature, so that the heat moved is not lost in the heat stored.
        let stored_j = self.stored_j(air_k) - before_j
            + self.config.reservoir_j_per_k * (self.reservoir_k - reservoir_before_k);
        let cells_to_air_w = self.config.cell_to_air_w_per_k * sum_of(&self.cell_k, |t| t - air_k);
        let radiator_w = self.radiator_w_per_k() * (self.reservoir_k - air_k);
        ThermalStep {
            generated_j: (sum_of(heat_w, |heat_w| heat_w) + self.heater_w()) * dt_s,
            to_air_j: (cells_to_air_w + radiator_w) * dt_s,
            stored_j,
        }
    }

    /// Heat stored in cells and plates above the air's temperature, in joule.
    fn stored_j(&self, air_k: f64) -> f64 {
        let above = |temperatures: &[f64]| sum_of(temperatures, |t| t - air_k);
        self.config.cell_j_per_k * above(&self.cell_k)
            + self.config.plate_j_per_k * above(&self.plate_k)
    }

    /// Effectiveness of the heat exchange between coolant and plate.
    fn effectiveness(&self) -> f64 {
        if self.config.coolant_w_per_k > 0.0 {
            -(-self.config.plate_to_coolant_w_per_k / self.config.coolant_w_per_k).exp_m1()
        } else {
            0.0
        }
    }

    /// Factorises the matrices for this step.
    #[allow(clippy::cast_precision_loss)] // Cell counts are small.
    fn prepare(&mut self, dt_s: f64) {
        let config = &self.config;
        let lanes = self.topology.parallel as f64;
        let to_coolant_w_per_k = config.coolant_w_per_k * self.effectiveness();
        self.modules.clear();
        for first in (0..self.topology.series).step_by(config.groups_per_module) {
            let groups = first..(first + config.groups_per_module).min(self.topology.series);
            let (pivot_w_per_k, follows_plate) = chain(config, groups.len(), dt_s);
            let own_w_per_k = config.plate_j_per_k / dt_s + to_coolant_w_per_k;
            let coupled: f64 = follows_plate.iter().map(|f| 1.0 - f).sum();
            self.modules.push(Module {
                groups,
                pivot_w_per_k,
                follows_plate,
                plate_w_per_k: own_w_per_k + config.cell_to_plate_w_per_k * lanes * coupled,
            });
        }
        self.prepared_dt_s = dt_s;
    }

    /// Eliminates the cells and the plates; gives the last outlet as `(constant, factor)` on the reservoir.
    fn forward(&mut self, heat_w: &[f64], air_k: f64, dt_s: f64) -> (f64, f64) {
        let config = &self.config;
        let lanes = self.topology.parallel;
        let inertia_w_per_k = config.cell_j_per_k / dt_s;
        let effectiveness = self.effectiveness();
        let to_coolant_w_per_k = config.coolant_w_per_k * effectiveness;
        let mut inlet = (0.0, 1.0);
        self.plate_affine.clear();
        for (module, plate_k) in self.modules.iter().zip(&self.plate_k) {
            let cells = module.groups.start * lanes..module.groups.end * lanes;
            let cell_k = &mut self.cell_k[cells.clone()];
            for (t, heat) in cell_k.iter_mut().zip(&heat_w[cells]) {
                *t = inertia_w_per_k * *t + heat + config.cell_to_air_w_per_k * air_k;
            }
            sweep(
                cell_k,
                lanes,
                &module.pivot_w_per_k,
                config.cell_to_cell_w_per_k,
            );
            let cells_k = sum_of(cell_k, |t| t);
            let constant = config.plate_j_per_k / dt_s * plate_k
                + config.cell_to_plate_w_per_k * cells_k
                + to_coolant_w_per_k * inlet.0;
            let plate = (
                constant / module.plate_w_per_k,
                to_coolant_w_per_k * inlet.1 / module.plate_w_per_k,
            );
            self.plate_affine.push(plate);
            inlet.0 += effectiveness * (plate.0 - inlet.0);
            inlet.1 += effectiveness * (plate.1 - inlet.1);
        }
        inlet
    }

    fn solve_reservoir(&mut self, outlet: (f64, f64), air_k: f64, dt_s: f64) {
        let config = &self.config;
        let inertia_w_per_k = config.reservoir_j_per_k / dt_s;
        let source_w = inertia_w_per_k * self.reservoir_k
            + self.radiator_w_per_k() * air_k
            + self.heater_w()
            + config.coolant_w_per_k * outlet.0;
        let sink_w_per_k =
            inertia_w_per_k + self.radiator_w_per_k() + config.coolant_w_per_k * (1.0 - outlet.1);
        self.reservoir_k = source_w / sink_w_per_k;
    }

    /// Back substitution: the plates' temperatures give the cells'.
    fn backward(&mut self) {
        let lanes = self.topology.parallel;
        for ((module, plate_k), affine) in self
            .modules
            .iter()
            .zip(&mut self.plate_k)
            .zip(&self.plate_affine)
        {
            *plate_k = affine.0 + affine.1 * self.reservoir_k;
            for (group, follows) in module.groups.clone().zip(&module.follows_plate) {
                for t in &mut self.cell_k[group * lanes..(group + 1) * lanes] {
                    *t += follows * *plate_k;
                }
            }
        }
    }
}

/// Pivots of a module's chain of cells, and how its temperatures follow the plate's.
fn chain(config: &ThermalConfig, rows: usize, dt_s: f64) -> (Vec<f64>, Vec<f64>) {
    let own_w_per_k =
        config.cell_j_per_k / dt_s + config.cell_to_plate_w_per_k + config.cell_to_air_w_per_k;
    let between = config.cell_to_cell_w_per_k;
    let mut pivot_w_per_k: Vec<f64> = Vec::with_capacity(rows);
    for row in 0..rows {
        let neighbours = f64::from(u8::from(row > 0)) + f64::from(u8::from(row + 1 < rows));
        let eliminated = if row > 0 {
            between * between / pivot_w_per_k[row - 1]
        } else {
            0.0
        };
        pivot_w_per_k.push(own_w_per_k + neighbours * between - eliminated);
    }
    let mut follows_plate = vec![config.cell_to_plate_w_per_k; rows];
    sweep(&mut follows_plate, 1, &pivot_w_per_k, between);
    (pivot_w_per_k, follows_plate)
}

/// Solves the chains of a module, `lanes` side by side: right-hand sides in, temperatures out.
fn sweep(rows: &mut [f64], lanes: usize, pivot_w_per_k: &[f64], between_w_per_k: f64) {
    for row in 1..pivot_w_per_k.len() {
        let factor = between_w_per_k / pivot_w_per_k[row - 1];
        let (above, below) = rows.split_at_mut(row * lanes);
        for (t, previous) in below[..lanes].iter_mut().zip(&above[(row - 1) * lanes..]) {
            *t += factor * previous;
        }
    }
    for row in (0..pivot_w_per_k.len()).rev() {
        let inverse = 1.0 / pivot_w_per_k[row];
        let (here, below) = rows.split_at_mut((row + 1) * lanes);
        let here = &mut here[row * lanes..];
        if below.is_empty() {
            for t in here {
                *t *= inverse;
            }
        } else {
            for (t, next) in here.iter_mut().zip(&below[..lanes]) {
                *t = (*t + between_w_per_k * next) * inverse;
            }
        }
    }
}
