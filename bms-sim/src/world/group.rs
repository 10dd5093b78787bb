//! Cells in parallel as one cell, with parallel and series elements for faults and balancing.

use crate::cell::{CellModel, Fade, LithiumPotential, Source, StepEnergy};

/// Elements connected to a group, and heat generated in it, in addition to its cells.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GroupElements {
    /// Conductance of the bleed resistor while it is on, in siemens; its heat does not warm the group.
    pub bleed_s: f64,
    /// Conductance of an internal short, in siemens; its heat warms the group.
    pub short_s: f64,
    /// Resistance in series, between the sense wires, in ohm; its heat warms the group.
    pub joint_ohm: f64,
    /// Heat of a reaction, in watt.
    pub reaction_w: f64,
}

/// Equal cells in parallel that share their current equally, as one cell.
///
/// ```text
///  +---- joint ----+-----------+-------+
///  sense           |           |       |
///  wires       cells (n)     short   bleed
///  |               |           |       |
///  +---------------+-----------+-------+
/// ```
#[derive(Clone, Debug)]
pub struct Group<M> {
    cell: M,
    parallel: f64,
    /// Elements in addition to the cells.
    pub elements: GroupElements,
    /// Voltage of the cells at the end of the last step, which is the voltage of the shunts.
    cell_v: f64,
    extra_w: f64,
}

impl<M: CellModel> Group<M> {
    /// `parallel` cells like this one.
    #[must_use]
    pub fn new(cell: M, parallel: f64) -> Self {
        let cell_v = cell.voltage_v(0.0);
        Self {
            cell,
            parallel,
            elements: GroupElements::default(),
            cell_v,
            extra_w: 0.0,
        }
    }

    fn shunt_s(&self) -> f64 {
        self.elements.bleed_s + self.elements.short_s
    }

    /// Current of each cell when the cells' voltage is `cell_v`.
    fn cell_a(&self, current_a: f64, cell_v: f64) -> f64 {
        (current_a + self.shunt_s() * cell_v) / self.parallel
    }

    /// The cells with their shunts, around the current that `cell_v` means.
    fn shunted(&mut self, current_a: f64, cell_v: f64) -> Source {
        let cell_a = self.cell_a(current_a, cell_v);
        let cell = self.cell.source(cell_a);
        let group_ohm = cell.r_ohm / self.parallel;
        let divider = 1.0 + group_ohm * self.shunt_s();
        Source {
            e_v: cell.e_v / divider,
            r_ohm: group_ohm / divider,
        }
    }

    /// The cells with their shunts at a current. The shunts first use the voltage of the last step, then the solution.
    fn settled(&mut self, current_a: f64) -> Source {
        let source = self.shunted(current_a, self.cell_v);
        if self.shunt_s() > 0.0 {
            self.shunted(current_a, source.voltage_v(current_a))
        } else {
            source
        }
    }
}

impl<M: CellModel> CellModel for Group<M> {
    fn prepare(&mut self, dt_s: f64) {
        self.cell.prepare(dt_s);
    }

    fn source(&mut self, current_a: f64) -> Source {
        let source = self.settled(current_a);
        Source {
            e_v: source.e_v,
            r_ohm: source.r_ohm + self.elements.joint_ohm,
        }
    }

    fn step(&mut self, current_a: f64, dt_s: f64) {
        self.cell_v = self.settled(current_a).voltage_v(current_a);
        let cell_a = self.cell_a(current_a, self.cell_v);
        self.cell.step(cell_a, dt_s);
        self.extra_w = self.elements.short_s * self.cell_v * self.cell_v
            + self.elements.joint_ohm * current_a * current_a
            + self.elements.reaction_w;
    }

    /// With the mean current: the additional elements are not integrated along the ramp.
    fn step_ramp(&mut self, from_a: f64, to_a: f64, dt_s: f64) {
        self.cell.prepare(dt_s);
        self.step(0.5 * (from_a + to_a), dt_s);
    }

    fn voltage_v(&self, current_a: f64) -> f64 {
        self.cell.voltage_v(self.cell_a(current_a, self.cell_v))
            - self.elements.joint_ohm * current_a
    }

    fn negative_electrode(&self, current_a: f64) -> Option<LithiumPotential> {
        let cell_a = self.cell_a(current_a, self.cell_v);
        self.cell.negative_electrode(cell_a)
    }

    fn ocv_v(&self) -> f64 {
        self.cell.ocv_v()
    }

    fn soc(&self) -> f64 {
        self.cell.soc()
    }

    fn capacity_ah(&self) -> f64 {
        self.cell.capacity_ah() * self.parallel
    }

    fn temperature_k(&self) -> f64 {
        self.cell.temperature_k()
    }

    fn set_temperature_k(&mut self, temperature_k: f64) {
        self.cell.set_temperature_k(temperature_k);
    }

    /// Of the cells alone.
    fn energy(&self) -> StepEnergy {
        let cell = self.cell.energy();
        StepEnergy {
            delivered_j: cell.delivered_j * self.parallel,
            heat_j: cell.heat_j * self.parallel,
            released_j: cell.released_j * self.parallel,
            reversible_j: cell.reversible_j * self.parallel,
        }
    }

    fn heat_w(&self) -> f64 {
        self.cell.heat_w() * self.parallel + self.extra_w
    }

    fn reset(&mut self, soc: f64, temperature_k: f64) {
        self.cell.reset(soc, temperature_k);
        self.cell_v = self.cell.voltage_v(0.0);
    }

    fn spread(&mut self, capacity_factor: f64, resistance_factor: f64) {
        self.cell.spread(capacity_factor, resistance_factor);
    }

    fn degrade(&mut self, fade: &Fade) {
        self.cell.degrade(&Fade {
            lithium_ah: fade.lithium_ah / self.parallel,
            resistance_ohm: fade.resistance_ohm * self.parallel,
            ..*fade
        });
    }
}
