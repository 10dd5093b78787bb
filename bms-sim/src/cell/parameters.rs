//! Parameters of the particle models.

use std::sync::Arc;

use super::curve::Curve;
use super::physics::{COULOMB_PER_AH, FARADAY_C_PER_MOL};

/// A porous electrode with one representative particle.
#[derive(Clone, Debug)]
pub struct Electrode {
    /// Thickness of the coating.
    pub thickness_m: f64,
    /// Volume fraction of active material, 0 to 1.
    pub active_fraction: f64,
    /// Radius of the representative particle.
    pub particle_radius_m: f64,
    /// Concentration of lithium at stoichiometry 1.
    pub maximum_concentration_mol_per_m3: f64,
    /// Exchange current density over `sqrt(x (1 - x))` at the reference temperature and the electrolyte's initial
    /// concentration.
    pub exchange_current_a_per_m2: f64,
    /// Activation energy of the exchange current.
    pub exchange_activation_j_per_mol: f64,
    /// Diffusivity of lithium in the particle at the reference temperature.
    pub diffusivity_m2_per_s: Diffusivity,
    /// Activation energy of the diffusivity.
    pub diffusivity_activation_j_per_mol: f64,
    /// Open-circuit potential over stoichiometry at the reference temperature, in volts.
    pub ocp_v: Curve,
    /// Change of the open-circuit potential with temperature over stoichiometry, in volts per kelvin.
    pub entropic_v_per_k: Curve,
}

/// Diffusivity within a particle.
#[derive(Clone, Debug)]
pub enum Diffusivity {
    /// The same at every stoichiometry.
    Constant(f64),
    /// A function of stoichiometry.
    OfStoichiometry(Arc<Curve>),
}

impl Electrode {
    /// Charge between stoichiometry 0 and 1 of an electrode of this area, in coulomb.
    #[must_use]
    pub fn capacity_c(&self, area_m2: f64) -> f64 {
        FARADAY_C_PER_MOL
            * area_m2
            * self.thickness_m
            * self.active_fraction
            * self.maximum_concentration_mol_per_m3
    }

    /// Particle surface of an electrode of this area.
    #[must_use]
    pub fn surface_m2(&self, area_m2: f64) -> f64 {
        3.0 * self.active_fraction / self.particle_radius_m * area_m2 * self.thickness_m
    }
}

/// The electrolyte, a binary salt.
#[derive(Clone, Debug)]
pub struct Electrolyte {
    /// Salt concentration at rest.
    pub concentration_mol_per_m3: f64,
    /// Share of the current that the cation carries, 0 to 1.
    pub transference_number: f64,
    /// Bulk conductivity over concentration at the reference temperature, in siemens per metre.
    pub conductivity_s_per_m: Curve,
    /// Activation energy of the conductivity.
    pub conductivity_activation_j_per_mol: f64,
    /// Bulk diffusivity of the salt over concentration at the reference temperature, in square metre per second.
    pub diffusivity_m2_per_s: Curve,
    /// Activation energy of the diffusivity.
    pub diffusivity_activation_j_per_mol: f64,
}

/// A layer with electrolyte: a coating or the separator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layer {
    /// Thickness.
    pub thickness_m: f64,
    /// Volume fraction of electrolyte, above 0 and at most 1.
    pub porosity: f64,
    /// Ratio of effective to bulk transport in the electrolyte, above 0 and at most 1: porosity to the power of
    /// Bruggeman's exponent, or one over MacMullin's number.
    pub transport_efficiency: f64,
}

/// Parameters of the SPMe beyond those of the SPM.
#[derive(Clone, Debug)]
pub struct Porous {
    /// Pores of the negative electrode.
    pub negative: Layer,
    /// Separator.
    pub separator: Layer,
    /// Pores of the positive electrode.
    pub positive: Layer,
    /// Effective electronic conductivity of the negative coating.
    pub negative_conductivity_s_per_m: f64,
    /// Effective electronic conductivity of the positive coating.
    pub positive_conductivity_s_per_m: f64,
    /// The electrolyte in the pores.
    pub electrolyte: Electrolyte,
}

/// Stoichiometries of the new cell at the ends of its window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StoichiometryWindow {
    /// Negative electrode when the cell is empty.
    pub negative_empty: f64,
    /// Negative electrode when the cell is full.
    pub negative_full: f64,
    /// Positive electrode when the cell is full.
    pub positive_full: f64,
}

/// Heat capacity and cooling surface of the whole cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ThermalProperties {
    /// Heat capacity in joule per kelvin; positive.
    pub heat_capacity_j_per_k: f64,
    /// Surface that is cooled, in square metre.
    pub cooling_area_m2: f64,
}

/// A lithium-ion cell for the particle models.
#[derive(Clone, Debug)]
pub struct Electrochemistry {
    /// Name of the cell.
    pub name: String,
    /// Area of all electrode pairs together.
    pub area_m2: f64,
    /// Negative electrode.
    pub negative: Electrode,
    /// Positive electrode.
    pub positive: Electrode,
    /// Electrolyte and porous layers; absent in a description for the SPM alone.
    pub porous: Option<Porous>,
    /// Stoichiometries at empty and full of the new cell.
    pub window: StoichiometryWindow,
    /// Temperature at which the parameters hold.
    pub reference_temperature_k: f64,
    /// Capacity on the label, the 1 of C-rates.
    pub nominal_capacity_ah: f64,
    /// Terminal voltage of an empty cell.
    pub voltage_min_v: f64,
    /// Terminal voltage of a full cell.
    pub voltage_max_v: f64,
    /// Heat capacity and surface, if known.
    pub thermal: Option<ThermalProperties>,
}

impl Electrochemistry {
    /// Capacity of the new cell between empty and full, in ampere-hours.
    #[must_use]
    pub fn capacity_ah(&self) -> f64 {
        let window = &self.window;
        self.negative.capacity_c(self.area_m2) * (window.negative_full - window.negative_empty)
            / COULOMB_PER_AH
    }

    /// Stoichiometries of the negative and the positive electrode of the new cell at a SoC.
    #[must_use]
    pub fn stoichiometry(&self, soc: f64) -> (f64, f64) {
        let window = &self.window;
        let x = window.negative_empty + soc * (window.negative_full - window.negative_empty);
        let ratio = self.negative.capacity_c(self.area_m2) / self.positive.capacity_c(self.area_m2);
        (x, window.positive_full + (window.negative_full - x) * ratio)
    }
}
