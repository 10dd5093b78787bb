//! Ageing: growth of the solid-electrolyte interphase (SEI) with time, and wear with cycling.
//!
//! The SEI consumes solvent, which must diffuse through the existing film to the negative electrode and react there (X.
//! G. Yang et al. 2017, doi:10.1016/j.jpowsour.2017.05.110). For a film of thickness `L`
//!
//! ```text
//! j = F c / (1 / k' + L / D)        k' = k(T) exp(-alpha F (phi - U) / RT)
//! dL/dt = j V / (z F)
//! ```
//!
//! which grows linearly in time while the film is thin (reaction limited) and with the square root of time while it is
//! thick (diffusion limited). For constant potential and temperature the solution is closed and used here, so long
//! intervals cost no accuracy. All lithium in the film is lost to the cell, and the resistance of the film adds to that
//! of the cell.
//!
//! Wear removes, per equivalent full cycle, a fraction of each active material and some lithium on freshly cracked
//! surface, in proportion to a power of the C-rate: an empirical law similar to J. Wang et al. 2011,
//! doi:10.1016/j.jpowsour.2010.11.134.
//!
//! Left out: lithium plating, cracking by stress within a cycle, gas, loss of electrolyte, and the dependence of the
//! film on position.

use std::sync::Arc;

use super::Fade;
use super::curve::Curve;
use super::parameters::Electrochemistry;
use super::physics::{COULOMB_PER_AH, FARADAY_C_PER_MOL, GAS_J_PER_MOL_K, REFERENCE_K, arrhenius};

/// Growth of the film on the negative electrode.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeiParameters {
    /// Solvent concentration in the electrolyte.
    pub solvent_mol_per_m3: f64,
    /// Rate constant of the reaction at 25 degrees Celsius and at the film's potential.
    pub rate_m_per_s: f64,
    /// Activation energy of the reaction.
    pub rate_activation_j_per_mol: f64,
    /// Diffusivity of solvent in the film at 25 degrees Celsius.
    pub diffusivity_m2_per_s: f64,
    /// Activation energy of that diffusivity.
    pub diffusivity_activation_j_per_mol: f64,
    /// Equilibrium potential vs Li/Li+ below which the reduction proceeds.
    pub potential_v: f64,
    /// Charge transfer coefficient, 0 to 1.
    pub transfer_coefficient: f64,
    /// Molar volume of the film.
    pub volume_m3_per_mol: f64,
    /// Lithium atoms in a formula unit of the film.
    pub lithium_per_unit: f64,
    /// Resistivity of the film.
    pub resistivity_ohm_m: f64,
    /// Thickness on the new cell.
    pub initial_thickness_m: f64,
}

impl SeiParameters {
    /// An example, not a fit to any cell: solvent, molar volume and resistivity as in X. G. Yang et al. 2017, rate and
    /// diffusivity chosen so that an LG M50 stored at 25 degrees Celsius and 80 % loses about 2 % in 100 days, which
    /// is the order of published calendar ageing (P. Keil et al. 2016, doi:10.1149/2.0411609jes).
    #[must_use]
    pub fn example() -> Self {
        Self {
            solvent_mol_per_m3: 4541.0,
            rate_m_per_s: 4.4e-13,
            rate_activation_j_per_mol: 37_500.0,
            diffusivity_m2_per_s: 1.5e-21,
            diffusivity_activation_j_per_mol: 37_500.0,
            potential_v: 0.0,
            transfer_coefficient: 0.5,
            volume_m3_per_mol: 9.585e-5,
            lithium_per_unit: 2.0,
            resistivity_ohm_m: 2e5,
            initial_thickness_m: 5e-9,
        }
    }

    /// Thickness after `duration_s` at a potential and temperature.
    fn grow(&self, thickness_m: f64, potential_v: f64, temperature_k: f64, duration_s: f64) -> f64 {
        let thermal_v = GAS_J_PER_MOL_K * temperature_k / FARADAY_C_PER_MOL;
        let rate = self.rate_m_per_s
            * arrhenius(self.rate_activation_j_per_mol, temperature_k, REFERENCE_K)
            * (-self.transfer_coefficient * (potential_v - self.potential_v) / thermal_v).exp();
        let diffusivity = self.diffusivity_m2_per_s
            * arrhenius(
                self.diffusivity_activation_j_per_mol,
                temperature_k,
                REFERENCE_K,
            );
        let supply = self.solvent_mol_per_m3 * self.volume_m3_per_mol / self.lithium_per_unit;
        // L / k + L^2 / 2D = (the same at the start) + supply t
        let linear = diffusivity / rate;
        let square =
            thickness_m * (thickness_m + 2.0 * linear) + 2.0 * diffusivity * supply * duration_s;
        // The positive root, without the difference of two large numbers.
        square / (linear + (linear * linear + square).sqrt())
    }

    /// Lithium in a square metre of film, in coulomb.
    fn lithium_c_per_m2(&self, thickness_m: f64) -> f64 {
        thickness_m / self.volume_m3_per_mol * self.lithium_per_unit * FARADAY_C_PER_MOL
    }
}

/// Wear by cycling. All fractions are for one equivalent full cycle at 1C and 25 degrees Celsius.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WearParameters {
    /// Fraction of the negative active material lost.
    pub negative_per_cycle: f64,
    /// Fraction of the positive active material lost.
    pub positive_per_cycle: f64,
    /// Fraction of the nominal capacity in lithium lost on fresh surface.
    pub lithium_per_cycle: f64,
    /// Growth of the resistance, in ohm.
    pub resistance_per_cycle_ohm: f64,
    /// Exponent of the C-rate in these losses beyond the effect of throughput.
    pub rate_exponent: f64,
    /// Activation energy.
    pub activation_j_per_mol: f64,
}

impl WearParameters {
    /// An example in the range of published cells: 20 % of capacity in about 1,500 cycles at 1C.
    #[must_use]
    pub fn example() -> Self {
        Self {
            negative_per_cycle: 6e-5,
            positive_per_cycle: 4e-5,
            lithium_per_cycle: 5e-5,
            resistance_per_cycle_ohm: 5e-6,
            rate_exponent: 0.5,
            activation_j_per_mol: 20_000.0,
        }
    }
}

/// How a kind of cell ages.
#[derive(Clone, Debug)]
pub struct AgeingParameters {
    /// The film.
    pub sei: SeiParameters,
    /// The wear.
    pub wear: WearParameters,
    /// Potential of the negative electrode at rest over SoC, in volts against lithium.
    pub negative_potential_v: Curve,
    /// Resistance by which a charge current lowers that potential, in ohm; not negative.
    pub negative_ohm: f64,
    /// Surface of the negative active material.
    pub negative_surface_m2: f64,
    /// Capacity on the label.
    pub nominal_capacity_ah: f64,
    /// How often ageing is worked out, in seconds; positive.
    pub interval_s: f64,
}

impl AgeingParameters {
    /// Film and wear of a cell with electrodes, updated once per minute.
    #[must_use]
    pub fn new(cell: &Electrochemistry, sei: SeiParameters, wear: WearParameters) -> Self {
        let negative = &cell.negative;
        let potential = Curve::sample(0.0, 1.0, |soc| {
            negative.ocp_v.value(cell.stoichiometry(soc).0)
        });
        let surface_m2 = negative.surface_m2(cell.area_m2);
        let thermal_v = GAS_J_PER_MOL_K * REFERENCE_K / FARADAY_C_PER_MOL;
        // Charge transfer at half stoichiometry and small current.
        let negative_ohm = 2.0 * thermal_v / (negative.exchange_current_a_per_m2 * surface_m2);
        Self {
            sei,
            wear,
            negative_potential_v: potential,
            negative_ohm,
            negative_surface_m2: surface_m2,
            nominal_capacity_ah: cell.nominal_capacity_ah,
            interval_s: 60.0,
        }
    }
}

/// Exposure of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exposure {
    /// State of charge.
    pub soc: f64,
    /// Temperature in kelvin.
    pub temperature_k: f64,
    /// Current in ampere, discharge positive.
    pub current_a: f64,
    /// For how long, in seconds.
    pub duration_s: f64,
}

/// The age of one cell.
#[derive(Clone, Debug)]
pub struct Ageing {
    parameters: Arc<AgeingParameters>,
    film_m: f64,
    lost: Fade,
    cycles: f64,
    gathered: Gathered,
}

/// Sums over the current, incomplete interval.
#[derive(Clone, Copy, Debug, Default)]
struct Gathered {
    duration_s: f64,
    soc_s: f64,
    kelvin_s: f64,
    charge_c: f64,
    throughput_c: f64,
}

impl Ageing {
    /// A new cell.
    #[must_use]
    pub fn new(parameters: Arc<AgeingParameters>) -> Self {
        Self {
            film_m: parameters.sei.initial_thickness_m,
            parameters,
            lost: Fade::default(),
            cycles: 0.0,
            gathered: Gathered::default(),
        }
    }

    /// Thickness of the film in metre.
    #[must_use]
    pub fn film_m(&self) -> f64 {
        self.film_m
    }

    /// Equivalent full cycles.
    #[must_use]
    pub fn cycles(&self) -> f64 {
        self.cycles
    }

    /// All losses since the cell was new.
    #[must_use]
    pub fn lost(&self) -> &Fade {
        &self.lost
    }

    /// Adds an exposure. Returns the losses when an interval is complete. Conditions within an interval are averaged
    /// and should change little in it; an exposure longer than the interval is applied as a whole.
    pub fn expose(&mut self, exposure: &Exposure) -> Option<Fade> {
        let seconds = exposure.duration_s;
        let gathered = &mut self.gathered;
        gathered.duration_s += seconds;
        gathered.soc_s += exposure.soc * seconds;
        gathered.kelvin_s += exposure.temperature_k * seconds;
        gathered.charge_c += exposure.current_a * seconds;
        gathered.throughput_c += exposure.current_a.abs() * seconds;
        if gathered.duration_s < self.parameters.interval_s || gathered.duration_s <= 0.0 {
            return None;
        }
        let gathered = std::mem::take(gathered);
        Some(self.age(&gathered))
    }

    fn age(&mut self, gathered: &Gathered) -> Fade {
        let parameters = &*self.parameters;
        let seconds = gathered.duration_s;
        let temperature_k = gathered.kelvin_s / seconds;
        let current_a = gathered.charge_c / seconds;
        let potential_v = parameters
            .negative_potential_v
            .value(gathered.soc_s / seconds)
            + parameters.negative_ohm * current_a;
        let film_m = parameters
            .sei
            .grow(self.film_m, potential_v, temperature_k, seconds);
        let surface_m2 = parameters.negative_surface_m2;
        let bound_c = parameters.sei.lithium_c_per_m2(film_m - self.film_m) * surface_m2;
        let film_ohm = parameters.sei.resistivity_ohm_m * (film_m - self.film_m) / surface_m2;

        let nominal_c = parameters.nominal_capacity_ah * COULOMB_PER_AH;
        let cycles = gathered.throughput_c / (2.0 * nominal_c);
        let c_rate = gathered.throughput_c / seconds * COULOMB_PER_AH / nominal_c;
        let wear = &parameters.wear;
        let worn = cycles
            * c_rate.powf(wear.rate_exponent)
            * arrhenius(wear.activation_j_per_mol, temperature_k, REFERENCE_K);
        let fade = Fade {
            lithium_ah: bound_c / COULOMB_PER_AH
                + wear.lithium_per_cycle * worn * parameters.nominal_capacity_ah,
            negative_active: -(-wear.negative_per_cycle * worn).exp_m1(),
            positive_active: -(-wear.positive_per_cycle * worn).exp_m1(),
            resistance_ohm: film_ohm + wear.resistance_per_cycle_ohm * worn,
        };
        self.film_m = film_m;
        self.cycles += cycles;
        self.lost = Fade {
            lithium_ah: self.lost.lithium_ah + fade.lithium_ah,
            negative_active: accumulate(self.lost.negative_active, fade.negative_active),
            positive_active: accumulate(self.lost.positive_active, fade.positive_active),
            resistance_ohm: self.lost.resistance_ohm + fade.resistance_ohm,
        };
        fade
    }
}

/// The total lost fraction after losing a further fraction of the remainder.
fn accumulate(lost: f64, further: f64) -> f64 {
    1.0 - (1.0 - lost) * (1.0 - further)
}
