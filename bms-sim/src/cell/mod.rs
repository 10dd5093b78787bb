//! Cell plants: one trait, [`CellModel`], and many kinds of physics behind it.
//!
//! A plant is electrical. Its temperature is given from outside and stands still within a step; its heat is handed
//! out. So the same plant serves a single cell with its own thermal model and a pack whose thermal network owns all
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

/// A cell that can be stepped through time.
///
/// # One step in a pack
/// A pack solver that shares a current among parallel cells asks each cell how its terminal voltage *at the end of
/// the step* would depend on the current, solves for the currents that make the voltages equal, and steps the cells:
///
/// ```text
/// cell.prepare(dt_s)                     once: all work that does not depend on the current
/// repeat  source = cell.source(i)        cheap: the tangent of the end-of-step voltage at the guess i
///         solve the network for new i    until the guesses stand still (once, when the plant is linear)
/// cell.step(i, dt_s)                     uses what `prepare` found
/// cell.voltage_v(i)                      equals what the solver found
/// ```
///
/// That is implicit in time, so it stays stable at any step. A plant whose voltage is linear in the current over a
/// step returns the same source at every guess, but for the curve of its OCV.
///
/// # Units and signs
/// Discharge current is positive. Heat is positive when it warms the cell. All numbers are SI but the charge, in
/// ampere-hours.
///
/// # Totality
/// No call panics for finite arguments and `dt_s >= 0`; a cell driven beyond empty or full stays finite, with a
/// voltage far out of its window.
pub trait CellModel: Send {
    /// Does the part of the coming step of `dt_s` seconds that does not depend on its current.
    ///
    /// Needed before [`source`](Self::source); [`step`](Self::step) calls it by itself when it was not called.
    /// Calling it twice is harmless.
    fn prepare(&mut self, dt_s: f64);

    /// The tangent, at `current_a`, of the terminal voltage at the end of the prepared step as a function of a
    /// current held over the whole step. The tangent touches: `source(i).voltage_v(i)` is the voltage itself.
    ///
    /// A step that follows at a current close to the last one asked about is spared the work of this answer.
    fn source(&mut self, current_a: f64) -> Source;

    /// Advances by `dt_s` seconds with the current held at `current_a` (zero-order hold).
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

    /// Charge that is stored above empty, in ampere-hours. Over a step it falls by exactly the charge that left
    /// through the terminals and by self-discharge.
    fn charge_ah(&self) -> f64 {
        self.soc() * self.capacity_ah()
    }

    /// Temperature that the cell's parameters see, in kelvin.
    fn temperature_k(&self) -> f64;

    /// Sets the temperature; it holds until the next call. A prepared step has to be prepared again.
    fn set_temperature_k(&mut self, temperature_k: f64);

    /// Where the energy of the last step went.
    fn energy(&self) -> StepEnergy;

    /// Heat generated in the last step, averaged over it, in watt; reversible (entropic) heat included, so it can be
    /// negative.
    fn heat_w(&self) -> f64;

    /// Puts the cell to rest, in equilibrium, at this SoC (0 to 1) and temperature. Age and spread remain.
    fn reset(&mut self, soc: f64, temperature_k: f64);

    /// Makes a sibling of the nominal cell: capacity and low-rate resistance multiplied by positive factors.
    /// The SoC remains. Meant for the spread within a pack, before the first step.
    fn spread(&mut self, capacity_factor: f64, resistance_factor: f64);

    /// Takes away what ageing took. Never adds capacity; negative entries count as zero.
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

/// Potential of the negative electrode's surface against lithium in the electrolyte beside it. Below zero metallic lithium may
/// plate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LithiumPotential {
    /// Mean over the electrode: what a single particle resolves.
    pub mean_v: f64,
    /// Beside the separator, where it is lowest during a charge: the mean less the rise of the electrolyte's potential from the
    /// electrode's mean to there, with a reaction that is the same everywhere. In a cell the reaction moves towards the
    /// separator, which lessens the difference.
    pub separator_v: f64,
}

/// The energy balance of one step, in joule: what was released from store left as work or became heat,
/// `released_j + reversible_j = delivered_j + heat_j`, where `heat_j` already contains the reversible heat.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StepEnergy {
    /// Electrical work at the terminals, positive when discharging.
    pub delivered_j: f64,
    /// Heat generated in the cell, reversible heat included.
    pub heat_j: f64,
    /// Fall of the free energy that the cell stores (in its electrodes, gradients and capacitances).
    pub released_j: f64,
    /// The reversible (entropic) part of the heat, which comes from the entropy of the electrodes.
    pub reversible_j: f64,
}

/// What ageing took since it was last applied.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fade {
    /// Cyclable lithium bound in side reactions, in ampere-hours.
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
