//! Constants of nature and Arrhenius' law.

/// Faraday constant, exact by the SI of 2019.
pub const FARADAY_C_PER_MOL: f64 = 96_485.332_123_310_02;
/// Molar gas constant, exact by the SI of 2019.
pub const GAS_J_PER_MOL_K: f64 = 8.314_462_618_153_24;
/// 0 degrees Celsius.
pub const ZERO_CELSIUS_K: f64 = 273.15;
/// Reference temperature of parameters unless a file states another: 25 degrees Celsius.
pub const REFERENCE_K: f64 = 298.15;
/// Coulomb in an ampere-hour.
pub const COULOMB_PER_AH: f64 = 3600.0;

/// Factor by which a rate with this activation energy exceeds its value at the reference temperature.
#[must_use]
pub fn arrhenius(activation_j_per_mol: f64, temperature_k: f64, reference_k: f64) -> f64 {
    if activation_j_per_mol == 0.0 {
        return 1.0;
    }
    (activation_j_per_mol / GAS_J_PER_MOL_K * (1.0 / reference_k - 1.0 / temperature_k)).exp()
}
