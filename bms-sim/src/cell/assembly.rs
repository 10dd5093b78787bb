//! A plant together with its own thermal model and its ageing: a single cell on a bench.

use super::ageing::{Ageing, Exposure};
use super::thermal::Thermal;
use super::{CellModel, Fade, Source, StepEnergy};

/// A plant that warms itself and grows old.
///
/// The plant uses the core temperature at the start of each step; its mean heat over the step drives the thermal model.
/// Setting a temperature or resetting sets core and surface.
#[derive(Clone, Debug)]
pub struct Assembly<M> {
    plant: M,
    thermal: Thermal,
    ambient_k: f64,
    ageing: Option<Ageing>,
    given_off_j: f64,
}

impl<M: CellModel> Assembly<M> {
    /// Combines the plant and the thermal model; both start at the plant's temperature, which is also the ambient's.
    #[must_use]
    pub fn new(plant: M, mut thermal: Thermal) -> Self {
        let ambient_k = plant.temperature_k();
        thermal.set_k(ambient_k);
        Self {
            plant,
            thermal,
            ambient_k,
            ageing: None,
            given_off_j: 0.0,
        }
    }

    /// Lets the cell age.
    #[must_use]
    pub fn with_ageing(mut self, ageing: Ageing) -> Self {
        self.ageing = Some(ageing);
        self
    }

    /// Sets the temperature around the cell, in kelvin.
    pub fn set_ambient_k(&mut self, ambient_k: f64) {
        self.ambient_k = ambient_k;
    }

    /// The plant.
    #[must_use]
    pub fn plant(&self) -> &M {
        &self.plant
    }

    /// The thermal model.
    #[must_use]
    pub fn thermal(&self) -> &Thermal {
        &self.thermal
    }

    /// Accumulated ageing.
    #[must_use]
    pub fn ageing(&self) -> Option<&Ageing> {
        self.ageing.as_ref()
    }

    /// Temperature of a sensor on the cell, in kelvin.
    #[must_use]
    pub fn surface_k(&self) -> f64 {
        self.thermal.surface_k()
    }

    /// Heat given to the ambient in the last step, in joule.
    #[must_use]
    pub fn given_off_j(&self) -> f64 {
        self.given_off_j
    }

    fn grow_old(&mut self, current_a: f64, dt_s: f64) {
        let Some(ageing) = &mut self.ageing else {
            return;
        };
        let exposure = Exposure {
            soc: self.plant.soc(),
            temperature_k: self.plant.temperature_k(),
            current_a,
            duration_s: dt_s,
        };
        if let Some(fade) = ageing.expose(&exposure) {
            self.plant.degrade(&fade);
        }
    }
}

impl<M: CellModel> CellModel for Assembly<M> {
    fn prepare(&mut self, dt_s: f64) {
        self.plant.set_temperature_k(self.thermal.core_k());
        self.plant.prepare(dt_s);
    }

    fn source(&mut self, current_a: f64) -> Source {
        self.plant.source(current_a)
    }

    fn step_ramp(&mut self, from_a: f64, to_a: f64, dt_s: f64) {
        self.plant.set_temperature_k(self.thermal.core_k());
        self.plant.step_ramp(from_a, to_a, dt_s);
        self.given_off_j = self
            .thermal
            .advance(self.plant.heat_w(), self.ambient_k, dt_s);
        self.grow_old(0.5 * (from_a + to_a), dt_s);
    }

    fn voltage_v(&self, current_a: f64) -> f64 {
        self.plant.voltage_v(current_a)
    }

    fn ocv_v(&self) -> f64 {
        self.plant.ocv_v()
    }

    fn soc(&self) -> f64 {
        self.plant.soc()
    }

    fn capacity_ah(&self) -> f64 {
        self.plant.capacity_ah()
    }

    fn charge_ah(&self) -> f64 {
        self.plant.charge_ah()
    }

    fn temperature_k(&self) -> f64 {
        self.thermal.core_k()
    }

    fn set_temperature_k(&mut self, temperature_k: f64) {
        self.thermal.set_k(temperature_k);
        self.plant.set_temperature_k(temperature_k);
    }

    fn energy(&self) -> StepEnergy {
        self.plant.energy()
    }

    fn heat_w(&self) -> f64 {
        self.plant.heat_w()
    }

    fn reset(&mut self, soc: f64, temperature_k: f64) {
        self.thermal.set_k(temperature_k);
        self.plant.reset(soc, temperature_k);
    }

    fn spread(&mut self, capacity_factor: f64, resistance_factor: f64) {
        self.plant.spread(capacity_factor, resistance_factor);
    }

    fn degrade(&mut self, fade: &Fade) {
        self.plant.degrade(fade);
    }
}
