//! Cell plants: one trait, [`CellModel`], and many kinds of physics behind it.
//!
//! A plant is electrical. Its temperature is set externally and constant within a step; its heat is an output. So the
//! same plant works in a single cell with its own thermal model and in a pack whose thermal network owns all
//! temperatures.

#![allow(
    clippy::float_cmp,
    reason = "exact comparisons ask whether a value is the very one that was set before"
)]

pub mod ageing;
pub mod assembly;
pub mod chen2020;
pub mod circuit;
pub mod curve;
mod diffusion;
pub mod electrolyte;
pub mod export;
mod lanes;
pub mod parameters;
mod particle;
pub mod physics;
pub mod self_discharge;
pub mod spm;
pub mod thermal;
mod window;

/// A cell simulated in time steps.
///
/// # One step in a pack
/// A pack solver that shares a current among parallel cells evaluates the terminal voltage of each cell *at the end of
/// the step* as a function of the current, solves for the currents that equalise the voltages, and steps the cells:
///
/// ```text
/// cell.prepare(dt_s)                     once: all work independent of the current
/// repeat  source = cell.source(i)        cheap: the tangent of the end-of-step voltage at the guess i
///         solve the network for new i    until converged (one pass if the plant is linear)
/// cell.step(i, dt_s)                     uses the result of `prepare`
/// cell.voltage_v(i)                      equals the solver's result
/// ```
///
/// This is implicit in time and stable at any step. A plant whose voltage is linear in the current over a step returns
/// the same source at every guess, apart from the curvature of its OCV.
///
/// # Units and signs
/// Discharge current is positive. Heat is positive when it warms the cell. All numbers are SI but the charge, in
/// ampere-hours.
///
/// # Totality
/// No call panics for finite arguments and `dt_s >= 0`; a cell driven beyond empty or full stays finite, with a voltage
/// far outside its window.
pub trait CellModel: Send {
    /// Does the part of the coming step of `dt_s` seconds that does not depend on its current.
    ///
    /// Required before [`source`](Self::source); [`step`](Self::step) calls it if necessary. Calling it twice is
    /// harmless.
    fn prepare(&mut self, dt_s: f64);

    /// The tangent, at `current_a`, of the terminal voltage at the end of the prepared step as a function of a constant
    /// current over the step: `source(i).voltage_v(i)` is the voltage itself.
    ///
    /// A following step at a current close to that of the last call reuses this result.
    fn source(&mut self, current_a: f64) -> Source;

    /// Advances by `dt_s` seconds at a constant current (zero-order hold).
    fn step(&mut self, current_a: f64, dt_s: f64) {
        self.step_ramp(current_a, current_a, dt_s);
    }

    /// Advances by `dt_s` seconds with the current going linearly from `from_a` to `to_a` (first-order hold).
    fn step_ramp(&mut self, from_a: f64, to_a: f64, dt_s: f64);

    /// Terminal voltage in the present state if `current_a` flowed now.
    fn voltage_v(&self, current_a: f64) -> f64;

    /// Potential of the negative electrode against lithium in the present state if `current_a` flowed now; none for a plant
    /// that has no electrodes.
    fn negative_electrode(&self, current_a: f64) -> Option<LithiumPotential> {
        let _ = current_a;
        None
    }

    /// Open-circuit voltage at the present SoC and temperature, after a long rest (without hysteresis).
    fn ocv_v(&self) -> f64;

    /// State of charge: the stored charge over the present capacity; 0 empty, 1 full, beyond when overdriven.
    fn soc(&self) -> f64;

    /// Present capacity between empty and full at low rate, in ampere-hours; falls with ageing.
    fn capacity_ah(&self) -> f64;

    /// Charge stored above empty, in ampere-hours. Over a step it falls by exactly the charge discharged through the
    /// terminals and by self-discharge.
    fn charge_ah(&self) -> f64 {
        self.soc() * self.capacity_ah()
    }

    /// Temperature that the cell's parameters see, in kelvin.
    fn temperature_k(&self) -> f64;

    /// Sets the temperature, which stays until the next call. A prepared step must be prepared again.
    fn set_temperature_k(&mut self, temperature_k: f64);

    /// Energy balance of the last step.
    fn energy(&self) -> StepEnergy;

    /// Heat generated in the last step, averaged over it, in watt; reversible (entropic) heat included, so it can be
    /// negative.
    fn heat_w(&self) -> f64;

    /// Resets the cell to equilibrium at this SoC (0 to 1) and temperature. Age and spread remain.
    fn reset(&mut self, soc: f64, temperature_k: f64);

    /// Makes a sibling of the nominal cell: capacity and low-rate resistance multiplied by positive factors.
    /// The SoC remains. Meant for the spread within a pack, before the first step.
    fn spread(&mut self, capacity_factor: f64, resistance_factor: f64);

    /// Applies ageing losses. Never adds capacity; negative entries count as zero.
    fn degrade(&mut self, fade: &Fade);
}

/// A voltage source with an inner resistance: `v = e_v - r_ohm * i`, discharge current positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Source {
    /// Voltage at no current, in volts.
    pub e_v: f64,
    /// Inner resistance in ohm; positive.
    pub r_ohm: f64,
}

impl Source {
    /// Voltage at this discharge current.
    #[must_use]
    pub fn voltage_v(&self, current_a: f64) -> f64 {
        self.e_v - self.r_ohm * current_a
    }

    /// Discharge current at this voltage.
    #[must_use]
    pub fn current_a(&self, voltage_v: f64) -> f64 {
        (self.e_v - voltage_v) / self.r_ohm
    }
}

/// Potential of the negative electrode's surface vs Li/Li+ in the adjacent electrolyte. Below zero metallic lithium may
/// plate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LithiumPotential {
    /// Mean over the electrode: the resolution of a single particle.
    pub mean_v: f64,
    /// At the separator, where it is lowest during a charge: the mean less the rise of the electrolyte's potential from
    /// the electrode's mean to the separator, for a uniform reaction. In a real cell the reaction shifts towards the
    /// separator, which reduces the difference.
    pub separator_v: f64,
}

/// Energy balance of one step, in joule: `released_j + reversible_j = delivered_j + heat_j`; the energy released from
/// store leaves as work or becomes heat, and `heat_j` includes the reversible heat.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StepEnergy {
    /// Electrical work at the terminals, positive when discharging.
    pub delivered_j: f64,
    /// Heat generated in the cell, reversible heat included.
    pub heat_j: f64,
    /// Fall of the free energy that the cell stores (in its electrodes, gradients and capacitances).
    pub released_j: f64,
    /// Reversible (entropic) part of the heat.
    pub reversible_j: f64,
}

/// Ageing losses since the last application.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fade {
    /// Cyclable lithium lost to side reactions, in ampere-hours.
    pub lithium_ah: f64,
    /// Fraction of the negative active material lost, 0 to 1.
    pub negative_active: f64,
    /// Fraction of the positive active material lost, 0 to 1.
    pub positive_active: f64,
    /// Growth of the ohmic resistance, in ohm.
    pub resistance_ohm: f64,
}

impl<M: CellModel + ?Sized> CellModel for Box<M> {
    fn prepare(&mut self, dt_s: f64) {
        (**self).prepare(dt_s);
    }
    fn source(&mut self, current_a: f64) -> Source {
        (**self).source(current_a)
    }
    fn step(&mut self, current_a: f64, dt_s: f64) {
        (**self).step(current_a, dt_s);
    }
    fn step_ramp(&mut self, from_a: f64, to_a: f64, dt_s: f64) {
        (**self).step_ramp(from_a, to_a, dt_s);
    }
    fn voltage_v(&self, current_a: f64) -> f64 {
        (**self).voltage_v(current_a)
    }
    fn negative_electrode(&self, current_a: f64) -> Option<LithiumPotential> {
        (**self).negative_electrode(current_a)
    }
    fn ocv_v(&self) -> f64 {
        (**self).ocv_v()
    }
    fn soc(&self) -> f64 {
        (**self).soc()
    }
    fn capacity_ah(&self) -> f64 {
        (**self).capacity_ah()
    }
    fn charge_ah(&self) -> f64 {
        (**self).charge_ah()
    }
    fn temperature_k(&self) -> f64 {
        (**self).temperature_k()
    }
    fn set_temperature_k(&mut self, temperature_k: f64) {
        (**self).set_temperature_k(temperature_k);
    }
    fn energy(&self) -> StepEnergy {
        (**self).energy()
    }
    fn heat_w(&self) -> f64 {
        (**self).heat_w()
    }
    fn reset(&mut self, soc: f64, temperature_k: f64) {
        (**self).reset(soc, temperature_k);
    }
    fn spread(&mut self, capacity_factor: f64, resistance_factor: f64) {
        (**self).spread(capacity_factor, resistance_factor);
    }
    fn degrade(&mut self, fade: &Fade) {
        (**self).degrade(fade);
    }
}
