//! The LG INR21700-M50, 5 Ah, graphite with silicon oxide against NMC 811.
//!
//! C.-H. Chen, F. Brosa Planella, K. O'Regan, D. Gastol, W. D. Widanage, E. Kendrick, "Development of experimental
//! techniques for parameterization of multi-scale lithium-ion battery models", J. Electrochem. Soc. 167 (2020)
//! 080534, doi:10.1149/1945-7111/ab9050. The electrolyte, LiPF6 in EC:EMC 3:7, is that of A. Nyman, M. Behm,
//! G. Lindbergh, Electrochim. Acta 53 (2008) 6356, doi:10.1016/j.electacta.2008.04.023.

use super::curve::Curve;
use super::parameters::{
    Diffusivity, Electrochemistry, Electrode, Electrolyte, Layer, Porous, StoichiometryWindow,
    ThermalProperties,
};
use super::physics::REFERENCE_K;

/// Concentration beyond which the electrolyte's functions are continued straight.
const ELECTROLYTE_TABLE_END_MOL_PER_M3: f64 = 3000.0;
/// Slope with which the potentials fall outside stoichiometry 0 to 1, in volts.
pub(crate) const OCP_FALL_V: f64 = -20.0;

/// Heat capacity from the layers' densities and specific heats, averaged over the thickness of the stack and applied
/// to the volume of the can, as PyBaMM's lumped thermal model does.
fn heat_capacity_j_per_k() -> f64 {
    // Thickness in m, density in kg/m3, specific heat in J/(kg K): negative collector and coating, separator,
    // positive coating and collector.
    const LAYERS: [[f64; 3]; 5] = [
        [12e-6, 8960.0, 385.0],
        [85.2e-6, 1657.0, 700.0],
        [12e-6, 397.0, 700.0],
        [75.6e-6, 3262.0, 700.0],
        [16e-6, 2700.0, 897.0],
    ];
    const CELL_VOLUME_M3: f64 = 2.42e-5;
    let thickness: f64 = LAYERS.iter().map(|layer| layer[0]).sum();
    let weighted: f64 = LAYERS
        .iter()
        .map(|layer| layer.iter().product::<f64>())
        .sum();
    weighted / thickness * CELL_VOLUME_M3
}

/// Open-circuit potential of the negative electrode, in volts.
fn graphite_ocp_v(x: f64) -> f64 {
    1.9793 * (-39.3631 * x).exp() + 0.2482
        - 0.0909 * (29.8538 * (x - 0.1234)).tanh()
        - 0.04478 * (14.9159 * (x - 0.2769)).tanh()
        - 0.0205 * (30.4444 * (x - 0.6103)).tanh()
}

/// Open-circuit potential of the positive electrode, in volts.
fn nmc_ocp_v(y: f64) -> f64 {
    -0.8090 * y + 4.4875
        - 0.0428 * (18.5138 * (y - 0.5542)).tanh()
        - 17.7326 * (15.7890 * (y - 0.3117)).tanh()
        + 17.5842 * (15.9308 * (y - 0.3120)).tanh()
}

/// Bulk conductivity of the electrolyte, in siemens per metre.
fn conductivity_s_per_m(concentration_mol_per_m3: f64) -> f64 {
    let molar = concentration_mol_per_m3 / 1000.0;
    0.1297 * molar.powi(3) - 2.51 * molar.powf(1.5) + 3.329 * molar
}

/// Bulk diffusivity of the salt, in square metre per second.
fn diffusivity_m2_per_s(concentration_mol_per_m3: f64) -> f64 {
    let molar = concentration_mol_per_m3 / 1000.0;
    8.794e-11 * molar.powi(2) - 3.972e-10 * molar + 4.862e-10
}

/// The parameter set.
#[must_use]
pub fn lg_m50() -> Electrochemistry {
    const CONCENTRATION_MOL_PER_M3: f64 = 1000.0;
    // The paper's rate constants are in (A/m2) (m3/mol)^1.5.
    let exchange = |rate: f64, maximum: f64| rate * maximum * CONCENTRATION_MOL_PER_M3.sqrt();
    let layer = |thickness_m: f64, porosity: f64| Layer {
        thickness_m,
        porosity,
        transport_efficiency: porosity.powf(1.5),
    };
    let tabulated =
        |function: fn(f64) -> f64| Curve::sample(0.0, ELECTROLYTE_TABLE_END_MOL_PER_M3, function);
    Electrochemistry {
        name: "LG INR21700-M50 (Chen 2020)".to_owned(),
        area_m2: 0.065 * 1.58,
        negative: Electrode {
            thickness_m: 85.2e-6,
            active_fraction: 0.75,
            particle_radius_m: 5.86e-6,
            maximum_concentration_mol_per_m3: 33_133.0,
            exchange_current_a_per_m2: exchange(6.48e-7, 33_133.0),
            exchange_activation_j_per_mol: 35_000.0,
            diffusivity_m2_per_s: Diffusivity::Constant(3.3e-14),
            diffusivity_activation_j_per_mol: 0.0,
            ocp_v: Curve::sample(0.0, 1.0, graphite_ocp_v).falling_beyond_ends(OCP_FALL_V),
            entropic_v_per_k: Curve::constant(0.0),
        },
        positive: Electrode {
            thickness_m: 75.6e-6,
            active_fraction: 0.665,
            particle_radius_m: 5.22e-6,
            maximum_concentration_mol_per_m3: 63_104.0,
            exchange_current_a_per_m2: exchange(3.42e-6, 63_104.0),
            exchange_activation_j_per_mol: 17_800.0,
            diffusivity_m2_per_s: Diffusivity::Constant(4e-15),
            diffusivity_activation_j_per_mol: 0.0,
            ocp_v: Curve::sample(0.0, 1.0, nmc_ocp_v).falling_beyond_ends(OCP_FALL_V),
            entropic_v_per_k: Curve::constant(0.0),
        },
        porous: Some(Porous {
            negative: layer(85.2e-6, 0.25),
            separator: layer(12e-6, 0.47),
            positive: layer(75.6e-6, 0.335),
            negative_conductivity_s_per_m: 215.0,
            positive_conductivity_s_per_m: 0.18,
            electrolyte: Electrolyte {
                concentration_mol_per_m3: CONCENTRATION_MOL_PER_M3,
                transference_number: 0.2594,
                conductivity_s_per_m: tabulated(conductivity_s_per_m),
                conductivity_activation_j_per_mol: 0.0,
                diffusivity_m2_per_s: tabulated(diffusivity_m2_per_s),
                diffusivity_activation_j_per_mol: 0.0,
            },
        }),
        // Stoichiometries at which the open-circuit voltage is 2.5 V and 4.2 V with the paper's initial amount of
        // lithium.
        window: StoichiometryWindow {
            negative_empty: 0.026_345_790_270_645_77,
            negative_full: 0.910_618_046_652_409_4,
            positive_full: 0.263_845_224_591_329_8,
        },
        reference_temperature_k: REFERENCE_K,
        nominal_capacity_ah: 5.0,
        voltage_min_v: 2.5,
        voltage_max_v: 4.2,
        thermal: Some(ThermalProperties {
            heat_capacity_j_per_k: heat_capacity_j_per_k(),
            cooling_area_m2: 0.00531,
        }),
    }
}
